"""The GATT tables of the BlueZ stand-in's connected devices: what lies on them, and its calls.

What BlueZ does is taken from its documentation (org.bluez.GattCharacteristic and
.GattDescriptor) and from what its client answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

from dbus_fast import Variant

from .bluez_error import (
    ATT_NOT_PAIRED,
    ATT_READ_NOT_PERMITTED,
    ATT_WRITE_NOT_PERMITTED,
    FAILED,
    NOT_SUPPORTED,
    AttError,
    RefusedError,
)
from .bluez_objects import (
    CHARACTERISTIC_INTERFACE,
    DESCRIPTOR_INTERFACE,
    DEVICE_INTERFACE,
    SERVICE_INTERFACE,
    Objects,
)

if TYPE_CHECKING:
    from dbus_fast import Message

    from .bluez_peripheral import Char, Peripheral

__all__ = ["Gatt"]

_CLIENT_CONFIGURATION = "00002902-0000-1000-8000-00805f9b34fb"
_NOTIFYING = frozenset({"notify", "indicate"})


@dataclass(frozen=True, slots=True)
class _Attribute:
    """What an object of a GATT table stands for."""

    peripheral: Peripheral
    service: str
    char: Char
    descriptor: str = ""


class Gatt:
    """The tables of all connected devices, on the stand-in's loop."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._attributes: dict[str, _Attribute] = {}
        self._notifying: set[str] = set()

    def publish(self, peripheral: Peripheral) -> None:
        """Show a device's table, in the order of its handles."""
        handles = count(1)
        table = peripheral.services()
        for service, chars in table:
            service_path = f"{peripheral.path}/service{next(handles):04x}"
            self._objects.publish(
                service_path,
                SERVICE_INTERFACE,
                {
                    "UUID": Variant("s", service),
                    "Device": Variant("o", peripheral.path),
                    "Primary": Variant("b", True),
                },
            )
            for char in chars:
                path = f"{service_path}/char{next(handles):04x}"
                next(handles)  # its value's
                self._publish_char(path, service_path, peripheral, service, char)
                descriptors = list(char.descriptors)
                if _NOTIFYING & set(char.flags):
                    descriptors.insert(0, _CLIENT_CONFIGURATION)
                for descriptor in descriptors:
                    below = f"{path}/desc{next(handles):04x}"
                    self._attributes[below] = _Attribute(peripheral, service, char, descriptor)
                    self._objects.publish(
                        below,
                        DESCRIPTOR_INTERFACE,
                        {
                            "UUID": Variant("s", descriptor),
                            "Characteristic": Variant("o", path),
                            "Value": Variant("ay", b""),
                        },
                    )
        known = dict.fromkeys((*peripheral.advertised_services, *(uuid for uuid, _ in table)))
        self._objects.change(peripheral.path, DEVICE_INTERFACE, UUIDs=Variant("as", list(known)))

    def _publish_char(
        self, path: str, service_path: str, peripheral: Peripheral, service: str, char: Char
    ) -> None:
        self._attributes[path] = _Attribute(peripheral, service, char)
        self._objects.publish(
            path,
            CHARACTERISTIC_INTERFACE,
            {
                "UUID": Variant("s", char.uuid),
                "Service": Variant("o", service_path),
                "Flags": Variant("as", char.flags),
                "Notifying": Variant("b", False),
                "Value": Variant("ay", b""),
                "MTU": Variant("q", peripheral.mtu),
            },
        )

    def withdraw(self, peripheral: Peripheral) -> None:
        """Take a device's table away."""
        self._objects.withdraw_below(peripheral.path)
        gone = {path for path, each in self._attributes.items() if each.peripheral is peripheral}
        for path in gone:
            del self._attributes[path]
        self._notifying -= gone

    def notify(self, peripheral: Peripheral, uuid: str, payload: bytes, service: str = "") -> int:
        """Send a value to whoever subscribed; returns its signal's number, 0 if nobody has.

        A notification or indication carries no more than the link's MTU less three bytes.
        """
        room = peripheral.mtu - 3
        assert len(payload) <= room, f"{len(payload)} bytes do not fit into {room}"
        for path in self._notifying:
            each = self._attributes[path]
            if (
                each.char.uuid == uuid
                and each.peripheral is peripheral
                and service in {"", each.service}
            ):
                return self._set_value(path, CHARACTERISTIC_INTERFACE, payload)
        return 0

    def call(self, path: str, message: Message) -> tuple[str, list[Any]]:
        """Answer a method of a characteristic or descriptor."""
        attribute = self._attributes[path]
        if attribute.descriptor:
            return self._call_descriptor(path, attribute, message)
        if message.member == "StartNotify":
            self._start_notify(path, attribute)
        elif message.member == "StopNotify":
            if path not in self._notifying:
                raise RefusedError(FAILED, "No notify session started")
            self._stop_notify(path, attribute)
        elif message.member == "ReadValue":
            return self._read(path, attribute)
        elif message.member == "WriteValue":
            self._write(attribute, *message.body)
        else:
            # AcquireNotify and AcquireWrite: offered by no device here.
            raise RefusedError(NOT_SUPPORTED, "Operation is not supported")
        return "", []

    def _start_notify(self, path: str, attribute: _Attribute) -> None:
        peripheral, uuid = attribute.peripheral, attribute.char.uuid
        if not _NOTIFYING & set(attribute.char.flags):
            raise RefusedError(NOT_SUPPORTED, "Operation is not supported")
        if peripheral.needs_pairing and not peripheral.is_paired:
            raise AttError(ATT_NOT_PAIRED)
        self._notifying.add(path)
        try:
            peripheral.on_subscribed(uuid)
        except AttError:
            self._notifying.discard(path)
            raise
        if path in self._notifying:
            self._objects.change(path, CHARACTERISTIC_INTERFACE, Notifying=Variant("b", True))
            peripheral.note_subscribed(uuid, is_subscribed=True)

    def _stop_notify(self, path: str, attribute: _Attribute) -> None:
        self._notifying.discard(path)
        self._objects.change(path, CHARACTERISTIC_INTERFACE, Notifying=Variant("b", False))
        attribute.peripheral.note_subscribed(attribute.char.uuid, is_subscribed=False)
        attribute.peripheral.on_unsubscribed(attribute.char.uuid)

    def _read(self, path: str, attribute: _Attribute) -> tuple[str, list[Any]]:
        peripheral = attribute.peripheral
        if peripheral.read_error is not None:
            raise RefusedError(*peripheral.read_error)
        if "read" not in attribute.char.flags:
            raise AttError(ATT_READ_NOT_PERMITTED)
        value = peripheral.on_read_of(attribute.service, attribute.char.uuid)
        # BlueZ tells everyone what was read; to bleak that is one more notification.
        self._set_value(path, CHARACTERISTIC_INTERFACE, value)
        return "ay", [value]

    def _write(self, attribute: _Attribute, value: Any, options: dict[str, Variant]) -> None:
        peripheral, flags = attribute.peripheral, attribute.char.flags
        kind = options["type"].value if "type" in options else ""
        if kind == "command" or (not kind and "write" not in flags):
            if "write-without-response" not in flags:
                raise RefusedError(NOT_SUPPORTED, "Operation is not supported")
            if len(value) > peripheral.mtu - 3:
                raise RefusedError(FAILED, "Failed to initiate write")
        elif "write" not in flags:
            raise AttError(ATT_WRITE_NOT_PERMITTED)
        response = kind != "command"
        uuid, payload = attribute.char.uuid, bytes(value)
        peripheral.writes.append((uuid, payload))
        try:
            peripheral.on_write_of(attribute.service, uuid, payload, response=response)
        except AttError:
            # Nobody hears of it when a command is refused.
            if response:
                raise

    def _call_descriptor(
        self, path: str, attribute: _Attribute, message: Message
    ) -> tuple[str, list[Any]]:
        if message.member != "ReadValue":
            raise RefusedError(NOT_SUPPORTED, "Operation is not supported")
        if attribute.descriptor == _CLIENT_CONFIGURATION:
            notifies = path.rpartition("/")[0] in self._notifying
            bit = 1 if "notify" in attribute.char.flags else 2
            value = bytes([bit if notifies else 0, 0])
        else:
            value = attribute.char.descriptors[attribute.descriptor]
        self._set_value(path, DESCRIPTOR_INTERFACE, value)
        return "ay", [value]

    def _set_value(self, path: str, interface: str, value: bytes) -> int:
        return self._objects.change(path, interface, Value=Variant("ay", value))
