"""What goes wrong in the radio becomes an error of ours, and nothing else does."""

from __future__ import annotations

import pytest
from bleak import exc

from biofeedback.devices.drivers.heart_rate import HEART_RATE_MEASUREMENT
from biofeedback.devices.radio_error import NeedsPairingError, RadioError, RadioProblem
from biofeedback.devices.world_error import world_error
from biofeedback.errors import SensorNotFoundError, SensorRefusedError


def dbus(name: str, text: str = "") -> exc.BleakDBusError:
    return exc.BleakDBusError(name, [text] if text else [])


def unavailable(reason: str) -> exc.BleakBluetoothNotAvailableError:
    return exc.BleakBluetoothNotAvailableError(
        "no", getattr(exc.BleakBluetoothNotAvailableReason, reason)
    )


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
