"""One connection to one device, through bleak, from its making to its end."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Self

from biofeedback.devices.driver import Characteristic, Connecting
from biofeedback.devices.radio_error import NOT_OFFERED, OUT_OF_REACH
from biofeedback.devices.world_error import translated
from biofeedback.errors import SensorError, SensorNotFoundError, SensorRefusedError

if TYPE_CHECKING:
    from bleak import BleakClient  # noqa: TID251 - with devices.connection the door to bleak
    from bleak.backends.characteristic import (  # noqa: TID251 - as above
        BleakGATTCharacteristic,
    )
    from bleak.backends.device import BLEDevice  # noqa: TID251 - as above

__all__ = ["CONNECT_TIMEOUT_S", "Link", "OnNotification"]

# Longer than any sensor needs that is in reach; a person waits in front of it.
CONNECT_TIMEOUT_S: Final = 20.0

_USUAL: Final = Connecting()
OnNotification = Callable[[str, bytes], None]


async def _know_bluez() -> None:
    """Have bleak ask BlueZ for its version now, where nobody can interrupt it.

    It does so before its first connection; cancelled in that moment, bleak 3.1 waits for the
    answer for ever after.
    """
    if sys.platform == "linux":
        with suppress(ImportError, AttributeError):
            from bleak.backends.bluezdbus.version import (  # noqa: PLC0415, TID251 - the door
                BlueZFeatures,
            )

            if not BlueZFeatures.checked_bluez_version:
                await asyncio.shield(BlueZFeatures.check_bluez_version())


class Link:
    """One connection to one device, from `open` to `close`; never used again after that.

    It is the `biofeedback.devices.driver.Peer` of a conversation. Where one device has the same
    characteristic in two services, ``SERVICE/CHARACTERISTIC`` names one of them; a notification
    carries the name that was subscribed to.
    """

    def __init__(self, on_notification: OnNotification) -> None:
        self._client: BleakClient | None = None
        self._is_closing = False
        self._notifying: list[str] = []
        self._on_notification = on_notification

    @classmethod
    async def open(
        cls,
        device: BLEDevice,
        on_lost: Callable[[], None],
        on_notification: OnNotification,
        *,
        connecting: Connecting = _USUAL,
        pair: bool = False,
    ) -> Self:
        """Connect. See `Radio.connect`, which takes turns and searches first.

        Parameters
        ----------
        device
            bleak's own handle, from a scan of a moment ago.
        on_lost
            Called once, on the loop, when the link goes away without having been asked to.
        on_notification
            Called with the characteristic and the bytes of each notification, as they come,
            from inside the system's message handling: it must only keep them.
        connecting
            How the sensor likes it.
        pair
            Pair with it first, which asks the person on some systems.
        """
        from bleak import BleakClient  # noqa: PLC0415, TID251 - the door, opened when needed

        link = cls(on_notification)

        def disconnected(_client: BleakClient) -> None:
            if not link._is_closing:
                on_lost()

        client = BleakClient(
            device,
            disconnected,
            timeout=CONNECT_TIMEOUT_S,
            pair=pair,
            winrt={"use_cached_services": connecting.use_cached_services},
        )
        with translated():
            await _know_bluez()
            await client.connect()
        link._client = client
        return link

    @property
    def _open_client(self) -> BleakClient:
        if self._client is None:
            raise SensorNotFoundError(OUT_OF_REACH)
        return self._client

    @property
    def characteristics(self) -> tuple[Characteristic, ...]:
        """All that the device offers, as the system knows it."""
        with translated():
            return tuple(
                Characteristic(
                    service.uuid.lower(),
                    each.uuid.lower(),
                    tuple(each.properties),
                    tuple(descriptor.uuid.lower() for descriptor in each.descriptors),
                )
                for service in self._open_client.services
                for each in service.characteristics
            )

    def _characteristic(self, name: str) -> BleakGATTCharacteristic:
        """Return the one that a name means.

        Raises
        ------
        SensorRefusedError
            If there is none.
        """
        service, _, uuid = name.rpartition("/")
        with translated():
            if service:
                within = self._open_client.services.get_service(service)
                found = None if within is None else within.get_characteristic(uuid)
            else:
                found = self._open_client.services.get_characteristic(uuid)
        if found is None:
            raise SensorRefusedError(NOT_OFFERED)
        return found

    def can_notify(self, characteristic: str) -> bool:
        """Whether the device offers to send this characteristic by itself."""
        with suppress(SensorError):
            properties = self._characteristic(characteristic).properties
            return bool({"notify", "indicate"} & set(properties))
        return False

    async def subscribe(self, characteristic: str) -> None:
        """Have its notifications handed on from now on.

        Raises
        ------
        SensorError
            What stood in the way.
        """
        if characteristic in self._notifying:
            return
        found = self._characteristic(characteristic)
        with translated():
            await self._open_client.start_notify(
                found, lambda _, payload: self._on_notification(characteristic, bytes(payload))
            )
        self._notifying.append(characteristic)

    async def unsubscribe(self, characteristic: str) -> None:
        """Have no more of them.

        Raises
        ------
        SensorError
            What stood in the way.
        """
        if characteristic not in self._notifying:
            return
        self._notifying.remove(characteristic)
        with translated():
            await self._open_client.stop_notify(self._characteristic(characteristic))

    async def read(self, characteristic: str) -> bytes:
        """Read a value.

        Raises
        ------
        SensorError
            What stood in the way; `SensorRefusedError` where the device does not offer it.
        """
        found = self._characteristic(characteristic)
        with translated():
            return bytes(await self._open_client.read_gatt_char(found))

    async def fetch(self, characteristic: str) -> None:
        """Read a value, and hand it on as if the device had sent it by itself.

        Raises
        ------
        SensorError
            As `read`.
        """
        self._on_notification(characteristic, await self.read(characteristic))

    async def read_descriptor(self, characteristic: str, descriptor: str) -> bytes:
        """Read a descriptor of a characteristic.

        Raises
        ------
        SensorError
            What stood in the way; `SensorRefusedError` where there is none.
        """
        found = self._characteristic(characteristic).get_descriptor(descriptor)
        if found is None:
            raise SensorRefusedError(NOT_OFFERED)
        with translated():
            return bytes(await self._open_client.read_gatt_descriptor(found))

    async def write(self, characteristic: str, payload: bytes, *, response: bool = True) -> None:
        """Write a value, and wait for the device to confirm it unless told otherwise.

        Raises
        ------
        SensorError
            What stood in the way.
        """
        found = self._characteristic(characteristic)
        with translated():
            await self._open_client.write_gatt_char(found, payload, response=response)

    async def close(self) -> None:
        """Let go of the device, whatever state the link is in. Never raises for the world."""
        self._is_closing = True
        client, self._client = self._client, None
        if client is None:
            return
        try:
            # A device that is left notifying stays awake and empties its battery.
            for name in self._notifying:
                with suppress(SensorError), translated():
                    await _stop_notifying(client, name)
        finally:
            # Also when there is no time left for more.
            with suppress(SensorError), translated():
                await client.disconnect()


async def _stop_notifying(client: BleakClient, name: str) -> None:
    if not client.is_connected:
        return
    service, _, uuid = name.rpartition("/")
    within = client.services.get_service(service) if service else client.services
    found = None if within is None else within.get_characteristic(uuid)
    if found is not None:
        await client.stop_notify(found)
