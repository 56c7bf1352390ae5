from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from bleak import exc
from bleak.backends.bluezdbus import version

from biofeedback.clock import FakeClock
from biofeedback.devices.connection import (
    Found,
    Link,
    Radio,
    until,
    world_error,
)
from biofeedback.devices.drivers.heart_rate import (
    BATTERY_LEVEL,
    HEART_RATE_MEASUREMENT,
    HEART_RATE_SERVICE,
)
from biofeedback.devices.radio_error import NeedsPairingError, RadioError, RadioProblem
from biofeedback.errors import SensorNotFoundError, SensorRefusedError
from helpers.bluez import BluezStandIn
from helpers.bus import MISSING
from helpers.listening import WatchedClock, on_a_loop

if TYPE_CHECKING:
    from collections.abc import Callable

SERVICES = (HEART_RATE_SERVICE,)
CONTROL_POINT = "00002a39-0000-1000-8000-00805f9b34fb"

needs_bus = pytest.mark.skipif(bool(MISSING), reason=MISSING)


def dbus(name: str, text: str = "") -> exc.BleakDBusError:
    return exc.BleakDBusError(name, [text] if text else [])


def unavailable(reason: str) -> exc.BleakBluetoothNotAvailableError:
    return exc.BleakBluetoothNotAvailableError(
        "no", getattr(exc.BleakBluetoothNotAvailableReason, reason)
    )


def test_importing_it_does_not_import_bleak() -> None:
    """Bleak takes 0.14 s that the first picture does not have."""
    code = "import sys, biofeedback.devices.registry; sys.exit('bleak' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (FileNotFoundError(2, "No such file"), RadioProblem.NO_SERVICE),
        (ConnectionRefusedError(), RadioProblem.NO_SERVICE),
        (PermissionError(), RadioProblem.NO_SERVICE),
        (EOFError(), RadioProblem.NO_SERVICE),
        (BrokenPipeError(), RadioProblem.NO_SERVICE),
        (dbus("org.freedesktop.DBus.Error.ServiceUnknown"), RadioProblem.NO_SERVICE),
        (dbus("org.freedesktop.DBus.Error.NameHasNoOwner"), RadioProblem.NO_SERVICE),
        (dbus("org.freedesktop.DBus.Error.NoReply"), RadioProblem.NO_SERVICE),
        (dbus("org.freedesktop.DBus.Error.AccessDenied"), RadioProblem.NOT_ALLOWED),
        (dbus("org.bluez.Error.NotReady", "Resource Not Ready"), RadioProblem.SWITCHED_OFF),
        (dbus("org.bluez.Error.Failed", "Not Powered"), RadioProblem.SWITCHED_OFF),
        (unavailable("NO_BLUETOOTH"), RadioProblem.NO_ADAPTER),
        (unavailable("NO_BLE_CENTRAL_ROLE"), RadioProblem.NOT_LOW_ENERGY),
        (unavailable("POWERED_OFF"), RadioProblem.SWITCHED_OFF),
        (unavailable("DENIED_BY_USER"), RadioProblem.NOT_ALLOWED),
        (unavailable("DENIED_BY_SYSTEM"), RadioProblem.NOT_ALLOWED),
        (unavailable("DENIED_BY_UNKNOWN"), RadioProblem.NOT_ALLOWED),
        (unavailable("UNKNOWN"), RadioProblem.UNKNOWN),
        (exc.BleakError("Bleak requires BlueZ >= 5.55."), RadioProblem.TOO_OLD),
        (exc.BleakError("adapter 'hci1' not found"), RadioProblem.NO_ADAPTER),
        (exc.BleakError("Failed to start scanner. Is Bluetooth on?"), RadioProblem.SWITCHED_OFF),
    ],
)
def test_trouble_with_bluetooth_is_told_apart(error: Exception, problem: RadioProblem) -> None:
    translated = world_error(error)

    assert isinstance(translated, RadioError)
    assert translated.problem is problem


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (TimeoutError(), SensorNotFoundError),
        (exc.BleakDeviceNotFoundError("A0:9E:1A:5C:2A:01"), SensorNotFoundError),
        (dbus("org.freedesktop.DBus.Error.UnknownObject"), SensorNotFoundError),
        (dbus("org.bluez.Error.NotConnected", "Not Connected"), SensorNotFoundError),
        (exc.BleakError("Service Discovery has not been performed yet"), SensorNotFoundError),
        (exc.BleakError("Not connected"), SensorNotFoundError),
        (exc.BleakError("disconnected"), SensorNotFoundError),
        (exc.BleakError("device 'dev_A0_9E' not found"), SensorNotFoundError),
        (exc.BleakError("Could not get GATT services: Unreachable"), SensorNotFoundError),
        (OSError(-2147483629, "The object has been closed"), SensorNotFoundError),
        (AssertionError(), SensorNotFoundError),
        (KeyError("/org/bluez/hci0/dev_A0"), SensorNotFoundError),
        (NotImplementedError(), SensorNotFoundError),
        (dbus("org.bluez.Error.Failed", "br-connection-refused"), SensorRefusedError),
        (exc.BleakError("Could not get GATT services: Access Denied"), SensorRefusedError),
        (exc.BleakCharacteristicNotFoundError(HEART_RATE_MEASUREMENT), SensorRefusedError),
        (exc.BleakError("Multiple Characteristics with this UUID"), SensorRefusedError),
        (exc.BleakGATTProtocolError(0x0E), SensorRefusedError),
        (exc.BleakGATTProtocolError(0x05), NeedsPairingError),
        (exc.BleakGATTProtocolError(0x0F), NeedsPairingError),
        (dbus("org.bluez.Error.AuthenticationFailed"), NeedsPairingError),
        (dbus("org.bluez.Error.NotPermitted", "Not paired"), NeedsPairingError),
    ],
)
def test_trouble_with_the_sensor_is_told_apart(error: Exception, kind: type[Exception]) -> None:
    translated = world_error(error)

    assert type(translated) is kind
    # Words for a person: one or two sentences, no address, no name of ours or of a library.
    text = str(translated)
    assert text.endswith(".")
    assert not any(word in text for word in ("A0", "0000", "GATT", "DBus", "bleak", "Error"))


def test_fault_of_ours_is_not_the_worlds() -> None:
    assert world_error(ValueError("a bug")) is None
    assert world_error(TypeError("a bug")) is None


def test_wait_ends_with_the_event_or_the_moment() -> None:
    async def main() -> None:
        clock = WatchedClock()
        event = asyncio.Event()
        waiting = asyncio.create_task(until(clock, 5.0, event))
        await clock.asleep_until(5.0)
        await clock.advance(5.0)
        assert await waiting is False

        waiting = asyncio.create_task(until(clock, 10.0, event))
        await clock.asleep_until(10.0)
        event.set()
        assert await waiting is True
        assert await until(clock, 99.0, event) is True

    on_a_loop(main())


async def scanned(n_devices: int) -> tuple[Found, ...]:
    """Scan until so many devices were seen, and then to the end."""
    clock = WatchedClock()
    all_seen = asyncio.Event()

    def on_found(found: tuple[Found, ...]) -> None:
        if len(found) == n_devices:
            all_seen.set()

    scanning = asyncio.create_task(Radio().scan(5.0, clock, SERVICES, on_found))
    await asyncio.wait_for(all_seen.wait(), 5.0)
    await clock.asleep_until(5.0)
    await clock.advance(5.0)
    return await scanning


def test_scan_sees_every_device_with_name_strength_and_services(bluez: BluezStandIn) -> None:
    """Unfiltered: a device that advertises no service is seen as well."""
    bluez.add_strap("Polar H10 5C2A91B3", rssi_dbm=-48)
    bluez.add_strap("Kettle", rssi_dbm=-80, services=())
    # What BlueZ reports where it has no reading.
    bluez.add_strap("", rssi_dbm=-127)

    async def main() -> None:
        found = await scanned(3)

        seen = {(each.name, each.rssi_dbm, each.service_uuids) for each in found}
        assert seen == {
            ("Polar H10 5C2A91B3", -48, SERVICES),
            ("Kettle", -80, ()),
            ("", None, SERVICES),
        }

    on_a_loop(main())

    assert bluez.is_scanning is False
    assert bluez.filters[0]["Transport"] == "le"
    assert "UUIDs" not in bluez.filters[0]


def test_strap_that_is_connected_already_is_found(bluez: BluezStandIn) -> None:
    """It does not advertise; the system knows of it."""
    bluez.add_strap("Polar H10 5C2A91B3").connect_elsewhere()

    async def main() -> None:
        (found,) = await scanned(1)

        assert (found.name, found.is_connected, found.rssi_dbm) == (
            "Polar H10 5C2A91B3",
            True,
            None,
        )

    on_a_loop(main())


def test_device_that_comes_during_the_scan_is_told_at_once(bluez: BluezStandIn) -> None:
    async def main() -> None:
        clock = WatchedClock()
        told = asyncio.Event()

        def on_found(found: tuple[Found, ...]) -> None:
            if found:
                told.set()

        scanning = asyncio.create_task(Radio().scan(60.0, clock, SERVICES, on_found))
        await clock.asleep_until(60.0)
        assert not told.is_set()
        bluez.add_strap("TICKR")
        await asyncio.wait_for(told.wait(), 5.0)
        await clock.advance(60.0)
        assert [found.name for found in await scanning] == ["TICKR"]

    on_a_loop(main())


def test_cancelled_scan_stops_scanning(bluez: BluezStandIn) -> None:
    async def main() -> None:
        clock = WatchedClock()
        scanning = asyncio.create_task(Radio().scan(60.0, clock, SERVICES))
        await clock.asleep_until(60.0)
        assert bluez.is_scanning
        scanning.cancel()
        with pytest.raises(asyncio.CancelledError):
            await scanning

    on_a_loop(main())

    assert bluez.is_scanning is False


async def connected(strap_address: str, on_lost: Callable[[], None], radio: Radio) -> Link:
    return await radio.connect(strap_address, FakeClock(), SERVICES, on_lost, lambda _found: None)


def never() -> None:
    pytest.fail("this link was not lost")


def test_scan_has_ended_when_the_connection_begins(bluez: BluezStandIn) -> None:
    strap = bluez.add_strap()

    async def main() -> None:
        link = await connected(strap.address.lower(), never, Radio())
        await link.close()

    on_a_loop(main())

    calls = [call for call in bluez.calls if call != "SetDiscoveryFilter"]
    assert calls == ["StartDiscovery", "StopDiscovery", "Connect", "Disconnect"]


def test_two_connections_take_turns(bluez: BluezStandIn) -> None:
    """The second search begins when the first connection stands."""
    straps = [bluez.add_strap("One"), bluez.add_strap("Two")]

    async def main() -> None:
        radio = Radio()
        links = await asyncio.gather(*(connected(strap.address, never, radio) for strap in straps))
        for link in links:
            await link.close()

    on_a_loop(main())

    calls = [call for call in bluez.calls if call in {"StartDiscovery", "StopDiscovery", "Connect"}]
    assert calls == ["StartDiscovery", "StopDiscovery", "Connect"] * 2


def test_values_are_notified_read_and_written(bluez: BluezStandIn) -> None:
    strap = bluez.add_strap(battery_pct=41)

    async def main() -> None:
        link = await connected(strap.address, never, Radio())
        came: asyncio.Queue[bytes] = asyncio.Queue()
        await link.subscribe(HEART_RATE_MEASUREMENT, came.put_nowait)
        strap.notify(b"\x10\x3c\x00\x04")
        assert await asyncio.wait_for(came.get(), 5.0) == b"\x10\x3c\x00\x04"

        assert await link.read(BATTERY_LEVEL) == b"\x29"
        assert link.can_notify(BATTERY_LEVEL)
        assert not link.can_notify(CONTROL_POINT)
        await link.write(CONTROL_POINT, b"\x01")
        with pytest.raises(SensorRefusedError):
            await link.read("00001234-0000-1000-8000-00805f9b34fb")
        await link.close()
        await link.close()
        with pytest.raises(SensorNotFoundError):
            await link.read(BATTERY_LEVEL)
        assert not link.can_notify(BATTERY_LEVEL)

    on_a_loop(main())

    assert strap.written == [b"\x01"]
    assert not strap.is_connected
    assert not strap.is_subscribed


def test_loss_is_told_once_and_letting_go_is_not(bluez: BluezStandIn) -> None:
    strap = bluez.add_strap()

    async def main() -> None:
        lost = asyncio.Event()
        link = await connected(strap.address, lost.set, Radio())
        strap.lose_link(is_near=True)
        await asyncio.wait_for(lost.wait(), 5.0)
        with pytest.raises(SensorNotFoundError):
            await link.subscribe(HEART_RATE_MEASUREMENT, never)  # type: ignore[arg-type]  # not called
        await link.close()

        again = await connected(strap.address, never, Radio())
        await again.close()

    on_a_loop(main())


def test_cancelling_the_very_first_connection_spoils_no_later_one(
    bluez: BluezStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bleak asks for BlueZ's version once, and must not be left waiting for the answer."""
    strap = bluez.add_strap()

    async def main() -> None:
        asked, answer = asyncio.Event(), asyncio.Event()

        async def version_of_bluetoothctl() -> None:
            asked.set()
            await answer.wait()

        monkeypatch.setattr(version.BlueZFeatures, "checked_bluez_version", False)
        monkeypatch.setattr(version.BlueZFeatures, "_check_bluez_event", None)
        monkeypatch.setattr(version, "_get_bluetoothctl_version", version_of_bluetoothctl)
        radio = Radio()
        first = asyncio.create_task(connected(strap.address, never, radio))
        await asyncio.wait_for(asked.wait(), 5.0)
        first.cancel()
        await asyncio.wait({first})
        answer.set()

        link = await asyncio.wait_for(connected(strap.address, never, radio), 5.0)
        await link.close()

    on_a_loop(main())


def test_strap_that_bluez_forgot_after_the_scan_is_not_found(bluez: BluezStandIn) -> None:
    strap = bluez.add_strap(has_left_after_scan=True)

    async def main() -> None:
        with pytest.raises(SensorNotFoundError):
            await connected(strap.address, never, Radio())

    on_a_loop(main())


def test_refused_connection_says_what_may_hold_the_sensor(bluez: BluezStandIn) -> None:
    strap = bluez.add_strap(refusal=("org.bluez.Error.Failed", "br-connection-unknown"))

    async def main() -> None:
        with pytest.raises(SensorRefusedError, match="in use by a phone or a watch"):
            await connected(strap.address, never, Radio())

    on_a_loop(main())


def no_scan(problem: RadioProblem) -> None:
    """Expect a scan to fail, and the next one to fail the same way."""

    async def main() -> None:
        for _ in range(2):
            with pytest.raises(RadioError) as caught:
                await Radio().scan(5.0, FakeClock(), SERVICES)
            assert caught.value.problem is problem

    on_a_loop(main())


@needs_bus
@pytest.mark.parametrize(
    ("stand_in", "problem"),
    [
        ({"is_powered": False}, RadioProblem.SWITCHED_OFF),
        ({"has_adapter": False}, RadioProblem.NO_ADAPTER),
        ({"has_service": False}, RadioProblem.NO_SERVICE),
    ],
)
def test_without_bluetooth_a_scan_says_why(
    stand_in: dict[str, bool], problem: RadioProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    with BluezStandIn(**stand_in) as bluez:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", bluez.address)
        no_scan(problem)


@pytest.mark.parametrize("address", ["unix:path=/nowhere/at/all", "nonsense"])
def test_without_any_bus_a_scan_says_so(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
    no_scan(RadioProblem.NO_SERVICE)
