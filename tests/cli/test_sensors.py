"""``biofeedback sensors``: what is near, as a table and as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from biofeedback.devices.lsl import discovery
from biofeedback.devices.sensor import Origin, SensorInfo
from biofeedback.errors import SensorRefusedError
from biofeedback.kinds import StreamKind
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


def stream(name: str) -> SensorInfo:
    return SensorInfo("lsl-skin", name, "lsl:e4", Origin.LSL, (StreamKind.EDA,))


def test_without_bluetooth_the_streams_are_listed_all_the_same(
    biofeedback: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere/at/all")
    monkeypatch.setattr(discovery, "find_streams", lambda *_, **__: (stream("Skin"),))

    said = biofeedback("sensors", "--lsl", "--seconds", "0.5")

    assert said.code == 1
    assert said.out.startswith("Skin ")
    assert "No Bluetooth service is running" in said.err


@pytest.mark.usefixtures("near")
def test_streams_that_could_not_be_looked_for_are_told(
    biofeedback: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object, **__: object) -> None:
        msg = "It could not be loaded."
        raise SensorRefusedError(msg)

    monkeypatch.setattr(discovery, "find_streams", missing)

    said = biofeedback("sensors", "--lsl", "--seconds", "0.5")

    assert said.code == 1
    assert said.out.startswith("Polar H10 5C2A91B3 ")
    assert said.err == "biofeedback: It could not be loaded.\n"


@pytest.mark.usefixtures("near")
def test_a_name_without_end_leaves_the_columns_where_they_are(
    biofeedback: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discovery, "find_streams", lambda *_, **__: (stream("x" * 300),))

    said = biofeedback("sensors", "--lsl", "--seconds", "0.5")

    assert "x" * 39 + "…  skin conductance" in said.out


@pytest.mark.usefixtures("near")
def test_the_same_as_json(biofeedback: Command) -> None:
    said = biofeedback("sensors", "--seconds", "0.5", "--json")

    strap, belt = json.loads(said.out)[:2]
    assert strap["id"] == "polar-h10-5c2a91b3"
    assert strap["measures"] == ["rr", "heart-rate", "ecg", "acceleration"]
    assert strap["rssi_dbm"] == -58
    assert "respiration" in belt["measures"]
    assert strap["origin"] == "bluetooth"
