"""The adapter of the BlueZ stand-in: its scans, and its connections to devices."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

from dbus_fast import Variant

from .bluez_error import (
    AUTHENTICATION_FAILED,
    FAILED,
    IN_PROGRESS,
    NOT_READY,
    RefusedError,
)
from .bluez_gatt import Gatt
from .bluez_objects import ADAPTER, ADAPTER_INTERFACE, DEVICE_INTERFACE, Objects

if TYPE_CHECKING:
    from dbus_fast import Message

    from .bluez_peripheral import Peripheral

__all__ = ["Adapter"]


class Adapter:
    """The one adapter, on the stand-in's loop.

    Parameters
    ----------
    objects
        Where it shows itself and its devices.
    """

    def __init__(self, objects: Objects) -> None:
        self.gatt = Gatt(objects)
        self.scanning = threading.Event()
        self.n_scans = 0
        self.filters: list[dict[str, Any]] = []
        self._objects = objects
        self._peripherals: dict[str, Peripheral] = {}

    @property
    def is_there(self) -> bool:
        """Whether the computer has it."""
        return ADAPTER in self._objects

    @property
    def n_peripherals(self) -> int:
        """How many devices there are, near or not."""
        return len(self._peripherals)

    def appear(self, *, is_powered: bool = True) -> None:
        """Be plugged in, with the devices that are paired."""
        self._objects.publish(
            ADAPTER,
            ADAPTER_INTERFACE,
            {
                "Address": Variant("s", "00:11:22:33:44:55"),
                "Powered": Variant("b", is_powered),
                "Discovering": Variant("b", False),
                "Roles": Variant("as", ["central", "peripheral"]),
            },
        )
        for peripheral in self._peripherals.values():
            if peripheral.is_paired:
                self._publish_device(peripheral)

    def vanish(self) -> None:
        """Be pulled out, with all devices; nothing else tells of their connections."""
        self.scanning.clear()
        for peripheral in self._peripherals.values():
            self.gatt.withdraw(peripheral)
            self._objects.withdraw(peripheral.path)
            self._let_go(peripheral)
        self._objects.withdraw(ADAPTER)

    def set_powered(self, is_powered: bool) -> None:
        """Be switched on or off; off ends scans and connections."""
        if not is_powered:
            for peripheral in self._peripherals.values():
                self.disconnect(peripheral)
            self.scanning.clear()
        self._objects.change(
            ADAPTER,
            ADAPTER_INTERFACE,
            Powered=Variant("b", is_powered),
            Discovering=Variant("b", False),
        )

    def add(self, peripheral: Peripheral) -> None:
        """Know of a device, which shows itself to a scan that is going on."""
        assert peripheral.path not in self._peripherals, "two devices with one address"
        self._peripherals[peripheral.path] = peripheral
        self.advertise(peripheral)

    def advertise(self, peripheral: Peripheral) -> None:
        """Show a device to a scan, as a new object or with a new strength."""
        if not peripheral.is_near or peripheral.is_connected or not self.scanning.is_set():
            return
        if peripheral.path not in self._objects:
            self._publish_device(peripheral)
            return
        told = {"RSSI": Variant("n", peripheral.rssi_dbm)} | _manufacturer_data(peripheral)
        self._objects.change(peripheral.path, DEVICE_INTERFACE, **told)

    def _publish_device(self, peripheral: Peripheral) -> None:
        properties = {
            "Address": Variant("s", peripheral.address),
            "AddressType": Variant("s", "random"),
            "Alias": Variant("s", peripheral.name or peripheral.address.replace(":", "-")),
            "Adapter": Variant("o", ADAPTER),
            "Paired": Variant("b", peripheral.is_paired),
            "Trusted": Variant("b", False),
            "Connected": Variant("b", False),
            "ServicesResolved": Variant("b", False),
            "UUIDs": Variant("as", list(peripheral.advertised_services)),
            "RSSI": Variant("n", peripheral.rssi_dbm),
            **_manufacturer_data(peripheral),
        }
        if peripheral.name:
            properties["Name"] = Variant("s", peripheral.name)
        self._objects.publish(peripheral.path, DEVICE_INTERFACE, properties)

    def connect(self, peripheral: Peripheral) -> None:
        """Connect a device and resolve its services."""
        if peripheral.path not in self._objects:
            self._publish_device(peripheral)
        peripheral.note_link(is_connected=True)
        self._objects.change(peripheral.path, DEVICE_INTERFACE, Connected=Variant("b", True))
        self.gatt.publish(peripheral)
        self._objects.change(peripheral.path, DEVICE_INTERFACE, ServicesResolved=Variant("b", True))
        peripheral.on_connected()

    def disconnect(self, peripheral: Peripheral) -> None:
        """Disconnect a device, and take its services away."""
        if not peripheral.is_connected:
            return
        self.gatt.withdraw(peripheral)
        self._objects.change(
            peripheral.path,
            DEVICE_INTERFACE,
            Connected=Variant("b", False),
            ServicesResolved=Variant("b", False),
        )
        self._let_go(peripheral)

    def _let_go(self, peripheral: Peripheral) -> None:
        if peripheral.is_connected:
            peripheral.note_link(is_connected=False)
            peripheral.on_disconnected()

    def call(self, message: Message) -> tuple[str, list[Any]]:
        """Answer a method of the adapter."""
        if not self._objects.all[ADAPTER][ADAPTER_INTERFACE]["Powered"].value:
            raise RefusedError(NOT_READY, "Resource Not Ready")
        if message.member == "SetDiscoveryFilter":
            self.filters.append({name: value.value for name, value in message.body[0].items()})
        elif message.member == "StartDiscovery":
            if self.scanning.is_set():
                raise RefusedError(IN_PROGRESS, "Operation already in progress")
            self.n_scans += 1
            self.scanning.set()
            for peripheral in self._peripherals.values():
                self.advertise(peripheral)
        elif message.member == "StopDiscovery":
            self.scanning.clear()
            for peripheral in self._peripherals.values():
                if peripheral.has_left_after_scan:
                    self._objects.withdraw(peripheral.path)
        return "", []

    async def call_device(self, path: str, member: str) -> tuple[str, list[Any]]:
        """Answer a method of a device."""
        peripheral = self._peripherals[path]
        if member == "Disconnect":
            self.disconnect(peripheral)
        elif member == "Pair":
            if not peripheral.can_pair:
                raise RefusedError(AUTHENTICATION_FAILED, "Failed")
            peripheral.is_paired = True
            self._objects.change(peripheral.path, DEVICE_INTERFACE, Paired=Variant("b", True))
            self.connect(peripheral)
        elif member == "Connect":
            if not peripheral.is_answering:
                await asyncio.Event().wait()
            if peripheral.refusal is not None:
                raise RefusedError(*peripheral.refusal)
            if not peripheral.is_near:
                # BlueZ waits some 20 s for it; what it answers then is what counts here.
                raise RefusedError(FAILED, "le-connection-page-timeout")
            self.connect(peripheral)
        return "", []


def _manufacturer_data(peripheral: Peripheral) -> dict[str, Variant]:
    told = {company: Variant("ay", each) for company, each in peripheral.manufacturer_data.items()}
    return {"ManufacturerData": Variant("a{qv}", told)} if told else {}
