"""``biofeedback sensors``: what is near, as a table and as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from helpers.bluez import BluezStandIn
from helpers.bus import MISSING
from helpers.polar_peripheral import PolarPeripheral
from helpers.vernier_peripheral import BeltPeripheral

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cli.conftest import Said

    Command = Callable[..., Said]


@pytest.fixture
def near(monkeypatch: pytest.MonkeyPatch) -> Iterator[BluezStandIn]:
    """A strap and a belt that are near."""
    if MISSING:
        pytest.skip(MISSING)
    with BluezStandIn() as bluez:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", bluez.address)
        bluez.add(PolarPeripheral("Polar H10 5C2A91B3", rssi_dbm=-58))
        bluez.add(BeltPeripheral(rssi_dbm=-64))
        yield bluez


@pytest.mark.usefixtures("near")
def test_near_sensors_are_listed_with_what_they_measure(biofeedback: Command) -> None:
    said = biofeedback("sensors", "--seconds", "0.5")

    assert said.code == 0, said.err
    strap, belt = said.out.splitlines()[:2]
    assert strap.startswith("Polar H10 5C2A91B3 ")
    assert " beat-to-beat intervals, heart rate, ECG, movement " in strap
    assert "-58 dBm" in strap
    assert belt.split("  ")[0].startswith("GDX-RB")
    # What has no name of its own is not worth a word beside the breath.
    assert "another signal" not in belt
    ends = {line.index("simulated:") for line in said.out.splitlines() if "simulated:" in line}
    assert len(ends) == 1


@pytest.mark.usefixtures("near")
def test_the_same_as_json(biofeedback: Command) -> None:
    said = biofeedback("sensors", "--seconds", "0.5", "--json")

    strap, belt = json.loads(said.out)[:2]
    assert strap["id"] == "polar-h10-5c2a91b3"
    assert strap["measures"] == ["rr", "heart-rate", "ecg", "acceleration"]
    assert strap["rssi_dbm"] == -58
    assert "respiration" in belt["measures"]
    assert strap["origin"] == "bluetooth"
