"""What is set behind a sensor's name reaches its driver, or is answered in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from biofeedback.devices.catalogue import Catalogue
from biofeedback.devices.driver import Advertised, ConfigurableDriver, Driver
from biofeedback.devices.driver_options import configured, split_name
from biofeedback.devices.drivers.heart_rate_driver import HeartRateDriver
from biofeedback.errors import SensorNotFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from biofeedback.samples import StreamKind


class Choosy(HeartRateDriver):
    """Keeps what it is told, and knows one option."""

    def __init__(self, told: Mapping[str, str] | None = None) -> None:
        self.told = dict(told or {})

    def configured(self, options: Mapping[str, str]) -> Choosy:
        if set(options) != {"gain"}:
            msg = "There is only the option “gain”."
            raise ValueError(msg)
        return Choosy(options)


@pytest.mark.parametrize(
    ("text", "name", "options"),
    [
        ("Polar H10 5C2A91B3", "Polar H10 5C2A91B3", {}),
        ("Polar H10?only=heart", "Polar H10", {"only": "heart"}),
        (" BITalino-12-34 ? A2=ecg & A3=eda ", "BITalino-12-34", {"A2": "ecg", "A3": "eda"}),
        ("A0:9E:1A:5C:2A:01?file=a=b?c", "A0:9E:1A:5C:2A:01", {"file": "a=b?c"}),
        ("Belt?", "Belt", {}),
        ("?only=heart", "", {"only": "heart"}),
    ],
)
def test_a_name_and_its_options_are_taken_apart(
    text: str, name: str, options: dict[str, str]
) -> None:
    assert split_name(text) == (name, options)


@pytest.mark.parametrize("text", ["Polar?only", "Polar?only=", "Polar?=heart", "Polar?a=b&&c=d"])
def test_an_option_without_a_value_is_asked_for(text: str) -> None:
    with pytest.raises(SensorNotFoundError, match="says too little"):
        split_name(text)


def test_an_option_that_is_given_twice_is_not_guessed() -> None:
    with pytest.raises(SensorNotFoundError, match="“A2” is set twice"):
        split_name("BITalino?A2=ecg&A2=eda")


def test_a_driver_is_set_up_as_the_person_said() -> None:
    made = configured(Choosy(), {"gain": 2.0})

    assert isinstance(made, Choosy)
    assert made.told == {"gain": "2.0"}


@pytest.mark.parametrize("driver", [Choosy(), HeartRateDriver()])
def test_without_options_a_driver_stays_itself(driver: Driver) -> None:
    assert configured(driver, {}) is driver


def test_what_a_driver_does_not_know_is_told_in_its_words() -> None:
    with pytest.raises(SensorNotFoundError, match=r"set up so\. There is only the option “gain”"):
        configured(Choosy(), {"size": "2"})


def test_a_driver_without_options_says_so() -> None:
    with pytest.raises(SensorNotFoundError, match="Nothing can be set for this kind of sensor"):
        configured(HeartRateDriver(), {"only": "heart"})


def test_every_driver_of_ours_that_can_be_set_up_answers_what_it_does_not_know() -> None:
    able = [each for each in Catalogue(plug_ins=()).drivers if isinstance(each, ConfigurableDriver)]

    assert {each.driver_id for each in able} == {"polar", "bitalino"}
    for driver in able:
        with pytest.raises(SensorNotFoundError, match="cannot be set up so"):
            configured(driver, {"colour": "blue"})


@pytest.mark.parametrize(
    ("options", "name", "kinds"),
    [
        ({"A2": "ecg", "a3": "EDA"}, "BITalino-12-34", ("ecg", "eda")),
        ({"only": "heart"}, "Polar H10 5C2A91B3", ("rr", "heart-rate")),
        ({"only": "ecg"}, "Polar H10 5C2A91B3", ("rr", "heart-rate", "ecg")),
        ({"only": "pp, acceleration"}, "Polar Sense 1", ("heart-rate", "pp", "acceleration")),
    ],
)
def test_what_is_measured_follows_what_was_set(
    options: dict[str, str], name: str, kinds: tuple[StreamKind, ...]
) -> None:
    known = Catalogue(plug_ins=()).recognise(Advertised(name))
    assert known is not None
    driver, _ = known

    made = configured(driver, options)

    assert made.driver_id == driver.driver_id
    assert made.kinds(Advertised(name)) == kinds
