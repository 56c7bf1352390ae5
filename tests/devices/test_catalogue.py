"""Which driver understands a device, and what packages of others may add."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import EntryPoint
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from biofeedback.devices.catalogue import ENTRY_POINTS, Catalogue
from biofeedback.devices.driver import Advertised, Connecting, Driver, uuid_of
from biofeedback.samples import StreamKind

if TYPE_CHECKING:
    from biofeedback.devices.driver import Conversation

HEART_RATE = uuid_of(0x180D)


class FootDriver:
    """A made-up driver of another's package."""

    driver_id = "foot-sensor"
    services = ("11111111-2222-3333-4444-555555555555",)
    connecting = Connecting()

    def kinds(self, advertised: Advertised) -> tuple[StreamKind, ...]:
        return (StreamKind.EMG,) if advertised.name.startswith("Foot") else ()

    def open(self, sensor_id: str) -> Conversation:
        raise NotImplementedError


class Nameless(FootDriver):
    driver_id = ""


class Forgetful(FootDriver):
    """It loads, and fails when it is asked."""

    driver_id = "forgetful"
    n_asked = 0

    def kinds(self, advertised: Advertised) -> tuple[StreamKind, ...]:
        Forgetful.n_asked += 1
        raise KeyError(advertised.name)


class Numbered(FootDriver):
    services = (0x180D,)  # type: ignore[assignment]  # as people write them


def broken() -> None:
    raise RuntimeError


def plug_in(name: str, attribute: str) -> EntryPoint:
    return EntryPoint(name, f"a_package_of_others:{attribute}", ENTRY_POINTS)


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let another's package be found, as an installed one is."""
    package = ModuleType("a_package_of_others")
    for name, value in {
        "FootDriver": FootDriver,
        "Nameless": Nameless,
        "Forgetful": Forgetful,
        "Numbered": Numbered,
        "broken": broken,
        "word": "no driver",
    }.items():
        setattr(package, name, value)
    monkeypatch.setitem(sys.modules, package.__name__, package)


@pytest.mark.parametrize(
    ("advertised", "driver_id", "kind"),
    [
        (Advertised("Polar H10 5C2A91B3", (HEART_RATE,)), "polar", StreamKind.ECG),
        (Advertised("TICKR 1234", (HEART_RATE,)), "heart-rate", StreamKind.RR),
        (Advertised("", (HEART_RATE,)), "heart-rate", StreamKind.RR),
        (Advertised("GDX-RB 0K2003A1"), "vernier", StreamKind.RESPIRATION),
        (Advertised("BITalino-12-34"), "bitalino", StreamKind.EDA),
        (Advertised("Shimmer3R-ABCD"), "shimmer", StreamKind.EDA),
    ],
)
def test_a_device_is_known_by_what_it_advertises(
    advertised: Advertised, driver_id: str, kind: StreamKind
) -> None:
    known = Catalogue(plug_ins=()).recognise(advertised)

    assert known is not None
    driver, kinds = known
    assert driver.driver_id == driver_id
    assert kind in kinds


@pytest.mark.parametrize("advertised", [Advertised(""), Advertised("Kitchen lamp")])
def test_what_no_driver_knows_is_no_sensor(advertised: Advertised) -> None:
    assert Catalogue(plug_ins=()).recognise(advertised) is None


def test_every_driver_has_an_id_of_its_own_and_opens() -> None:
    drivers = Catalogue(plug_ins=()).drivers

    assert len({driver.driver_id for driver in drivers}) == len(drivers) > 5
    for driver in drivers:
        conversation = driver.open("sensor")
        assert conversation.message is not None
        assert conversation.facts is not None
        assert driver.services


def test_another_package_adds_a_driver() -> None:
    catalogue = Catalogue(plug_ins=[plug_in("foot", "FootDriver")])

    known = catalogue.recognise(Advertised("Foot 7"))
    assert known is not None
    assert known[0].driver_id == "foot-sensor"
    assert FootDriver.services[0] in catalogue.services
    assert catalogue.driver("foot-sensor") is known[0]
    assert catalogue.problems == ()


@pytest.mark.parametrize("attribute", ["broken", "nowhere", "word", "Nameless", "Numbered"])
def test_a_driver_that_cannot_be_used_is_named_and_takes_nothing_with_it(attribute: str) -> None:
    catalogue = Catalogue(plug_ins=[plug_in("odd", attribute), plug_in("foot", "FootDriver")])

    assert catalogue.driver("foot-sensor") is not None
    assert catalogue.driver("polar") is not None
    (problem,) = catalogue.problems
    assert "“odd”" in problem


def test_a_driver_that_fails_when_asked_does_not_end_the_search(
    caplog: pytest.LogCaptureFixture,
) -> None:
    catalogue = Catalogue(plug_ins=[plug_in("any", "Forgetful"), plug_in("foot", "FootDriver")])

    for name in ("Foot of Anna", "Polar H10 5C2A91B3"):
        assert catalogue.recognise(Advertised(name)) is not None

    (problem,) = catalogue.problems
    assert "“forgetful”" in problem
    assert "Anna" not in problem + caplog.text


def test_a_device_that_goes_on_advertising_is_asked_about_once() -> None:
    """Each packet of any device has all of them looked at again."""
    catalogue = Catalogue(plug_ins=[plug_in("any", "Forgetful")])
    Forgetful.n_asked = 0

    first = catalogue.recognise(Advertised("TICKR", (HEART_RATE,)))
    for _ in range(100):
        assert catalogue.recognise(Advertised("TICKR", (HEART_RATE,))) is first

    assert Forgetful.n_asked == 1


def test_drivers_are_loaded_with_the_first_question() -> None:
    """A session of simulated sensors begins without them."""
    asked = (
        "import sys\n"
        "from biofeedback.devices.registry import Registry\n"
        "Registry().simulated()\n"
        "print(*sorted(name for name in sys.modules if name.startswith(('biofeedback.devices."
        "drivers.polar.', 'biofeedback.devices.profiles.library', 'biofeedback.devices.lsl.inlets',"
        " 'biofeedback.devices.osc.input', 'pylsl', 'pythonosc', 'bleak'))))"
    )
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == ""


def test_what_is_brought_along_fits_the_protocol() -> None:
    drivers: tuple[Driver, ...] = Catalogue(plug_ins=()).drivers

    assert all(driver.kinds(Advertised("")) == () for driver in drivers)
