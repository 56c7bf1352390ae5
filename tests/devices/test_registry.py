from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

import pytest

from biofeedback.clock import FakeClock
from biofeedback.devices.catalogue import Catalogue
from biofeedback.devices.connection import Found
from biofeedback.devices.driver import uuid_of
from biofeedback.devices.lsl import discovery, library
from biofeedback.devices.network_sources import NetworkSources
from biofeedback.devices.registry import Registry
from biofeedback.devices.sensor import Origin, SensorInfo
from biofeedback.devices.simulated import simulated_sensors
from biofeedback.devices.supervisor import BluetoothSensor
from biofeedback.errors import BluetoothUnavailableError, SensorNotFoundError, SensorRefusedError
from biofeedback.samples import StreamKind
from helpers.listening import WatchedClock, on_a_loop

if TYPE_CHECKING:
    from collections.abc import Callable

    from helpers.bluez import BluezStandIn


@pytest.fixture
def no_radio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere/at/all")


async def scanned(is_all: Callable[[tuple[SensorInfo, ...]], bool]) -> tuple[SensorInfo, ...]:
    """Scan until a list is told that has all, and then to the end."""
    clock = WatchedClock()
    done = asyncio.Event()

    def on_found(sensors: tuple[SensorInfo, ...]) -> None:
        if is_all(sensors):
            done.set()

    scanning = asyncio.create_task(Registry().scan(5.0, clock, on_found))
    await asyncio.wait_for(done.wait(), 5.0)
    await clock.asleep_until(5.0)
    await clock.advance(5.0)
    return await scanning


def bluetooth(sensors: tuple[SensorInfo, ...]) -> list[SensorInfo]:
    return [sensor for sensor in sensors if sensor.origin is Origin.BLUETOOTH]


def test_straps_are_listed_strongest_first_then_simulated_ones(bluez: BluezStandIn) -> None:
    """The connected one first of all: it is in use here."""
    bluez.add_strap("Weak", rssi_dbm=-90)
    bluez.add_strap("Strong", rssi_dbm=-40)
    bluez.add_strap("Held").connect_elsewhere()
    bluez.add_strap("Kettle", rssi_dbm=-30, services=(0x180A,))

    async def main() -> None:
        sensors = await scanned(lambda each: len(bluetooth(each)) == 3)

        assert [sensor.name for sensor in bluetooth(sensors)] == ["Held", "Strong", "Weak"]
        assert sensors[3:] == simulated_sensors()
        assert sensors[1].kinds == (StreamKind.RR, StreamKind.HEART_RATE)
        assert (sensors[1].rssi_dbm, sensors[0].is_connected) == (-40, True)
        # A connected one is taken for what it offers, not for all that was asked for.
        assert [sensor.driver for sensor in bluetooth(sensors)] == ["heart-rate"] * 3

    on_a_loop(main())


def test_strap_is_known_by_name_when_it_advertises_no_service(bluez: BluezStandIn) -> None:
    bluez.add_strap("Polar H10 5C2A91B3", services=())

    async def main() -> None:
        (sensor,) = bluetooth(await scanned(lambda each: len(bluetooth(each)) == 1))
        assert sensor.sensor_id == "polar-h10-5c2a91b3"

    on_a_loop(main())


def test_two_straps_of_one_name_have_two_ids(bluez: BluezStandIn) -> None:
    """A name without a serial number gets the end of the address, the same next time."""
    bluez.add_strap("TICKR", "AA:BB:CC:DD:12:34")
    bluez.add_strap("TICKR", "AA:BB:CC:DD:56:78")
    bluez.add_strap("", "AA:BB:CC:DD:9A:BC")

    async def main() -> None:
        sensors = bluetooth(await scanned(lambda each: len(bluetooth(each)) == 3))
        assert {sensor.sensor_id for sensor in sensors} == {
            "tickr-1234",
            "tickr-5678",
            "heart-rate-9abc",
        }
        assert {sensor.name for sensor in sensors} == {"TICKR", "Heart rate sensor"}

    on_a_loop(main())


@pytest.mark.usefixtures("no_radio")
def test_without_bluetooth_the_simulated_ones_were_told_before_the_error() -> None:
    told: list[tuple[SensorInfo, ...]] = []

    async def main() -> None:
        registry = Registry()
        with pytest.raises(BluetoothUnavailableError):
            await registry.scan(5.0, FakeClock(), told.append)
        assert told == [simulated_sensors()] == [registry.simulated()]

    on_a_loop(main())


async def found(name: str, *, elapse_s: float | None = None) -> SensorInfo:
    """Find a sensor, letting so much of the time pass."""
    clock = WatchedClock()
    finding = asyncio.create_task(Registry().find(name, clock, 10.0))
    if elapse_s is not None:
        await clock.asleep_until(elapse_s)
        await clock.advance(elapse_s)
    return await asyncio.wait_for(finding, 60.0)


@pytest.mark.parametrize("name", ["polar-h10-5c2a91b3", "a0:9e:1a:5c:2a:01", " A0:9E:1A:5C:2A:01 "])
def test_id_and_address_are_found_at_once(bluez: BluezStandIn, name: str) -> None:
    """No time passes: there can be no other."""
    bluez.add_strap("Polar H10 5C2A91B3", "A0:9E:1A:5C:2A:01")
    bluez.add_strap("Polar H10 7777AAAA")

    async def main() -> None:
        assert (await found(name)).address == "A0:9E:1A:5C:2A:01"

    on_a_loop(main())


@pytest.mark.parametrize("name", ["Polar H10 5C2A91B3", "polar h10 5c", "POLAR", "polar-h10"])
def test_name_or_its_beginning_is_found_when_no_other_turns_up(
    bluez: BluezStandIn, name: str
) -> None:
    """Two seconds are left for another that fits."""
    bluez.add_strap("Polar H10 5C2A91B3")
    bluez.add_strap("TICKR")

    async def main() -> None:
        assert (await found(name, elapse_s=2.0)).name == "Polar H10 5C2A91B3"

    on_a_loop(main())


def test_whole_name_wins_over_a_longer_one(bluez: BluezStandIn) -> None:
    bluez.add_strap("TICKR FIT")
    bluez.add_strap("TICKR")

    async def main() -> None:
        assert (await found("tickr", elapse_s=2.0)).name == "TICKR"

    on_a_loop(main())


def test_name_that_fits_several_is_not_guessed(bluez: BluezStandIn) -> None:
    bluez.add_strap("Polar H10 5C2A91B3")
    bluez.add_strap("Polar H9 11112222")

    async def main() -> None:
        with pytest.raises(SensorNotFoundError, match="Several sensors near fit"):
            await found("Polar", elapse_s=2.0)

    on_a_loop(main())


def test_sensor_that_is_not_near_is_told_so_in_time(bluez: BluezStandIn) -> None:
    bluez.add_strap("TICKR")

    async def main() -> None:
        with pytest.raises(SensorNotFoundError, match="No sensor of that name is near") as caught:
            await found("Polar", elapse_s=10.0)
        assert "Polar" not in str(caught.value)

    on_a_loop(main())


@pytest.mark.usefixtures("no_radio")
def test_simulated_sensor_needs_no_radio() -> None:
    async def main() -> None:
        registry = Registry()
        for name in ("simulated", "simulated:strap", "simulated-strap", "Simulated strap"):
            info = await registry.find(name, FakeClock())
            assert info.sensor_id == "simulated-strap"
            assert registry.open(info, lambda: None).info is info
        with pytest.raises(SensorNotFoundError):
            await registry.find("simulated:kettle", FakeClock())

    on_a_loop(main())


def test_no_name_is_told_so() -> None:
    async def main() -> None:
        with pytest.raises(SensorNotFoundError, match="No sensor was named"):
            await Registry().find("  ", FakeClock())

    on_a_loop(main())


def test_bluetooth_sensor_is_opened_as_it_was_found() -> None:
    info = SensorInfo("tickr-1234", "TICKR", "AA:BB:CC:DD:12:34", Origin.BLUETOOTH, ())

    sensor = Registry().open(info, lambda: None)

    assert isinstance(sensor, BluetoothSensor)
    assert sensor.info is info


def test_what_is_set_behind_a_name_goes_with_the_sensor(bluez: BluezStandIn) -> None:
    bluez.add_strap("BITalino-12-34", services=())
    bluez.add_strap("Polar H10 5C2A91B3")

    async def main() -> None:
        info = await found("bitalino-12-34?A2=ecg&A3=eda", elapse_s=2.0)

        assert info.name == "BITalino-12-34"
        assert info.options == {"A2": "ecg", "A3": "eda"}
        assert info.kinds == (StreamKind.ECG, StreamKind.EDA)
        assert Registry().open(info, lambda: None).info is info

    on_a_loop(main())


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("polar?only=gyro", "cannot be set up so. “gyro” is nothing"),
        ("polar?only", "says too little"),
        ("tickr?only=heart", "Nothing can be set for this kind of sensor"),
    ],
)
def test_what_cannot_be_set_is_told_before_anything_begins(
    bluez: BluezStandIn, name: str, words: str
) -> None:
    bluez.add_strap("Polar H10 5C2A91B3")
    bluez.add_strap("TICKR")

    async def main() -> None:
        with pytest.raises(SensorNotFoundError, match=words):
            await found(name, elapse_s=None if name.endswith("only") else 2.0)

    on_a_loop(main())


def test_options_of_a_sensor_that_its_driver_no_longer_knows_are_not_left_out() -> None:
    info = SensorInfo(
        "board", "BITalino", "AA:BB:CC:DD:12:34", Origin.BLUETOOTH, (), driver="bitalino",
        options={"A9": "ecg"},
    )  # fmt: skip
    with pytest.raises(SensorNotFoundError, match="no “A9”"):
        Registry().open(info, lambda: None)


def near(name: str, address: str = "AA:BB:CC:DD:12:34") -> Found:
    return Found(address, name, -60, (uuid_of(0x180D),), is_connected=False, device=None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "sensor_id"),
    [
        ("Puls Gürtel", "puls-g-rtel-1234"),
        ("🫀", "sensor-1234"),
        ("../../etc/passwd", "etc-passwd-1234"),
        ("Decade", "decade-1234"),
        ("Band 2026AB", "band-2026ab"),
        ("x" * 248, "x" * 40 + "-1234"),
        ("x" * 240 + " 5C2A91B3", "x" * 40 + "-1234"),
        ("", "heart-rate-1234"),
    ],
)
def test_ids_are_fit_for_the_name_of_a_file(name: str, sensor_id: str) -> None:
    (info, *_) = Registry()._sensors((near(name),), (), everything=False)
    assert info.sensor_id == sensor_id


def test_a_name_that_would_steer_a_terminal_is_told_without_it() -> None:
    (info, *_) = Registry()._sensors((near("TICKR\x1b[2J\r\n7"),), (), everything=False)
    assert info.name == "TICKR [2J  7"


def test_a_sensor_that_is_in_use_keeps_its_id_whatever_it_calls_itself() -> None:
    """Many tell their name only after a while, and some another once they are connected."""
    registry = Registry()
    (before, *_) = registry._sensors((near(""),), (), everything=False)
    registry.open(before, lambda: None)

    (after, *_) = registry._sensors((near("TICKR 7"),), (), everything=False)

    assert after.name == "TICKR 7"
    assert after.sensor_id == before.sensor_id == "heart-rate-1234"


def test_trouble_with_streams_is_told_beside_what_is_near(
    bluez: BluezStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_seconds: float, *, network: bool) -> tuple[SensorInfo, ...]:
        del network
        msg = "It could not be loaded."
        raise SensorRefusedError(msg)

    monkeypatch.setattr(discovery, "find_streams", missing)
    bluez.add_strap("TICKR")

    async def main() -> None:
        registry = Registry()
        registry.sources = NetworkSources(lsl=True)
        clock = WatchedClock()
        scanning = asyncio.create_task(registry.scan(2.0, clock))
        await clock.asleep_until(2.0)
        await clock.advance(2.0)
        assert bluetooth(await scanning)
        assert registry.streams_trouble == "It could not be loaded."

    on_a_loop(main())


def test_whether_streams_can_be_looked_for_is_known_as_soon_as_it_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[bool] = []

    def load(*, network: bool) -> None:
        asked.append(network)
        if network:
            msg = "It already runs within this computer only."
            raise SensorRefusedError(msg)

    monkeypatch.setattr(library, "load", load)

    async def main() -> None:
        registry = Registry()
        await registry.use(NetworkSources(osc_port=7000, is_open=True))
        assert (asked, registry.streams_trouble) == ([], ""), "nothing of LSL is loaded for OSC"
        await registry.use(NetworkSources(lsl=True, is_open=True))
        assert registry.streams_trouble == "It already runs within this computer only."
        await registry.use(NetworkSources(lsl=True))
        assert (asked, registry.streams_trouble) == ([True, False], "")

    on_a_loop(main())


def test_drivers_of_a_bluetooth_sensor_are_loaded_beside_the_loop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """They take up to a tenth of a second, in which the guide of a session would stand."""
    threads: list[threading.Thread] = []
    monkeypatch.setattr(Catalogue, "load", lambda _: threads.append(threading.current_thread()))

    async def main() -> None:
        registry = Registry()
        (info, *_) = registry._sensors((near("TICKR"),), (), everything=False)
        await registry.prepare(registry.simulated()[0])
        assert threads == [], "a simulated one needs none"
        await registry.prepare(info)
        assert threads
        assert threads[0] is not threading.current_thread()

    on_a_loop(main())
