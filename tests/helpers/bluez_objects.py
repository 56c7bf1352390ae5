"""The objects that ``org.bluez`` shows on a bus, and the signals that tell of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dbus_fast import Message, Variant

if TYPE_CHECKING:
    from dbus_fast.aio import MessageBus

__all__ = [
    "ADAPTER",
    "ADAPTER_INTERFACE",
    "CHARACTERISTIC_INTERFACE",
    "DESCRIPTOR_INTERFACE",
    "DEVICE_INTERFACE",
    "PROPERTIES_INTERFACE",
    "SERVICE_INTERFACE",
    "Objects",
]

ADAPTER = "/org/bluez/hci0"
ADAPTER_INTERFACE = "org.bluez.Adapter1"
DEVICE_INTERFACE = "org.bluez.Device1"
SERVICE_INTERFACE = "org.bluez.GattService1"
CHARACTERISTIC_INTERFACE = "org.bluez.GattCharacteristic1"
DESCRIPTOR_INTERFACE = "org.bluez.GattDescriptor1"
PROPERTIES_INTERFACE = "org.freedesktop.DBus.Properties"
_OBJECTS_INTERFACE = "org.freedesktop.DBus.ObjectManager"


class Objects:
    """Objects by their paths, on the stand-in's loop; without a connection nobody is told."""

    def __init__(self) -> None:
        self.all: dict[str, dict[str, dict[str, Variant]]] = {}
        self.connection: MessageBus | None = None

    def __contains__(self, path: str) -> bool:
        return path in self.all

    def publish(self, path: str, interface: str, properties: dict[str, Variant]) -> None:
        """Show an object's interface."""
        self.all.setdefault(path, {})[interface] = properties
        self._emit(
            "/", _OBJECTS_INTERFACE, "InterfacesAdded", "oa{sa{sv}}", path, {interface: properties}
        )

    def withdraw(self, path: str) -> None:
        """Take an object away, if it is there."""
        interfaces = list(self.all.pop(path, {}))
        if interfaces:
            self._emit("/", _OBJECTS_INTERFACE, "InterfacesRemoved", "oas", path, interfaces)

    def withdraw_below(self, path: str) -> None:
        """Take all away that lies below an object."""
        for below in [each for each in self.all if each.startswith(path + "/")]:
            self.withdraw(below)

    def change(self, path: str, interface: str, **properties: Variant) -> int:
        """Change properties; returns the number of the signal, 0 if nobody is told."""
        self.all[path][interface].update(properties)
        return self._changed(path, interface, properties)

    def mark(self) -> int:
        """Tell something that means nothing, and return its signal's number."""
        return self._changed("/org/bluez", "org.bluez.Mark", {})

    def _changed(self, path: str, interface: str, properties: dict[str, Variant]) -> int:
        return self._emit(
            path, PROPERTIES_INTERFACE, "PropertiesChanged", "sa{sv}as", interface, properties, []
        )

    def _emit(self, path: str, interface: str, member: str, signature: str, *body: Any) -> int:
        if self.connection is None:
            return 0
        signal = Message.new_signal(path, interface, member, signature, list(body))
        self.connection.send(signal)
        return signal.serial
