"""The one door to the radio: everything that knows bleak is here.

What bleak and the systems below it raise is told apart in one place, `world_error`, and
leaves this file only as part of our own tree of errors, in words a person can act on.
bleak takes 0.14 s to import, so it is imported by the first call that needs the radio.

Facts this file leans on (bleak 3.1): two scans of one program exclude each other, and a scan
disturbs a connection being made, so both hold one lock; BlueZ forgets a device it does not
know soon after a scan, so a connection follows its scan at once; a device that some program
left connected does not advertise, so those are asked for first; a client is good for one
connection; its disconnect callback comes for wanted and unwanted losses alike.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Self

from biofeedback.devices.radio_error import (
    NOT_OFFERED,
    OUT_OF_REACH,
    RadioError,
    RadioProblem,
)
from biofeedback.devices.radio_translation import from_att, from_dbus, from_reason, from_text
from biofeedback.errors import (
    SensorError,
    SensorNotFoundError,
    SensorRefusedError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bleak import BleakClient  # noqa: TID251 - this is the one door
    from bleak.backends.device import BLEDevice  # noqa: TID251 - this is the one door
    from bleak.backends.scanner import AdvertisementData  # noqa: TID251 - this is the one door

    from biofeedback.clock import Clock

__all__ = [
    "Found",
    "Link",
    "Radio",
    "until",
    "world_error",
]

# What bleak logs names devices, and without a handler it would end up on the terminal.
logging.getLogger("bleak").addHandler(logging.NullHandler())

# Longer than any strap needs that is in reach; a person waits in front of it.
CONNECT_TIMEOUT_S: Final = 20.0

# What bleak lets through besides its own errors: there is no bus, or it died in mid-call.
_NO_BUS: Final = (FileNotFoundError, ConnectionError, PermissionError, EOFError)
# And: Windows, a system that lacks a call, BlueZ taking an object away that bleak looks at.
_GONE: Final = (OSError, NotImplementedError, AssertionError, KeyError)


def world_error(error: Exception) -> SensorError | None:
    """Translate what went wrong in the radio into an error of ours.

    Parameters
    ----------
    error
        Anything that a call into bleak raised.

    Returns
    -------
    SensorError or None
        ``None`` when it is no fault of the world and must be seen as the bug it is.
    """
    from bleak import exc  # noqa: PLC0415, TID251 - the one door, opened when needed

    translations: tuple[
        tuple[type[Exception] | tuple[type[Exception], ...], Callable[[Exception], SensorError]],
        ...,
    ] = (
        (exc.BleakBluetoothNotAvailableError, from_reason),
        (exc.BleakDBusError, from_dbus),
        (exc.BleakGATTProtocolError, from_att),
        (exc.BleakCharacteristicNotFoundError, lambda _: SensorRefusedError(NOT_OFFERED)),
        (exc.BleakError, from_text),
        (TimeoutError, lambda _: SensorNotFoundError(OUT_OF_REACH)),
        (_NO_BUS, lambda _: RadioError(RadioProblem.NO_SERVICE)),
        (_GONE, lambda _: SensorNotFoundError(OUT_OF_REACH)),
    )
    for types, translate in translations:
        if isinstance(error, types):
            return translate(error)
    # bleak's own ways to the system, such as a bus address that makes no sense.
    is_below_bleak = type(error).__module__.split(".", 1)[0] in {"dbus_fast", "winrt", "objc"}
    return RadioError(RadioProblem.NO_SERVICE) if is_below_bleak else None


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        translated = None if isinstance(error, SensorError) else world_error(error)
        if translated is None:
            raise
        raise translated from error


@dataclass(frozen=True, slots=True)
class Found:
    """A device the radio knows of.

    ``name`` is empty while it has not told one. ``device`` is bleak's own handle, good for
    one prompt connection.
    """

    address: str
    name: str
    rssi_dbm: int | None
    service_uuids: tuple[str, ...]
    is_connected: bool
    device: BLEDevice


class Radio:
    """The computer's Bluetooth.

    One for the whole program and one loop: it lets one scan or one connection attempt through
    at a time.
    """

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def scan(
        self,
        seconds: float,
        clock: Clock,
        services: tuple[str, ...],
        on_found: Callable[[tuple[Found, ...]], float | None] | None = None,
    ) -> tuple[Found, ...]:
        """Look for devices, any device: many put their services where a filter misses them.

        Parameters
        ----------
        seconds
            How long.
        clock
            Whose seconds.
        services
            UUIDs by which devices are found that are connected already and do not advertise.
        on_found
            Called with all there are whenever that changes. It returns how many seconds the
            scan still has to go on, 0 to end it, ``None`` for as long as was planned.

        Returns
        -------
        tuple of Found
            In the order in which they were first seen.

        Raises
        ------
        BluetoothUnavailableError
            If Bluetooth cannot be used.
        """
        async with self._turn:
            return await self._scan(seconds, clock, services, on_found)

    async def connect(
        self,
        address: str,
        clock: Clock,
        services: tuple[str, ...],
        on_lost: Callable[[], None],
        on_step: Callable[[Found], None],
        *,
        search_s: float = 10.0,
        pair: bool = False,
    ) -> Link:
        """Search for a device and connect to it.

        Parameters
        ----------
        address
            As the scan gave it.
        clock, search_s
            How long to search at most.
        services
            As for `scan`.
        on_lost
            Called once, on the loop, when the link goes away without having been asked to.
        on_step
            Called between finding it and connecting.
        pair
            Pair with it first, which asks the person on some systems.

        Raises
        ------
        BluetoothUnavailableError, SensorNotFoundError, SensorRefusedError
            What stood in the way.
        """
        wanted = address.lower()

        def is_here(found: tuple[Found, ...]) -> float | None:
            return 0.0 if any(each.address.lower() == wanted for each in found) else None

        async with self._turn:
            near = await self._scan(search_s, clock, services, is_here)
            found = next((each for each in near if each.address.lower() == wanted), None)
            if found is None:
                raise SensorNotFoundError(OUT_OF_REACH)
            on_step(found)
            return await Link.open(found, on_lost, pair=pair)

    async def _scan(
        self,
        seconds: float,
        clock: Clock,
        services: tuple[str, ...],
        on_found: Callable[[tuple[Found, ...]], float | None] | None,
    ) -> tuple[Found, ...]:
        from bleak import BleakScanner  # noqa: PLC0415, TID251 - the one door, opened when needed

        end_s = clock.now_s() + seconds
        near: dict[str, Found] = {}
        changed = asyncio.Event()

        def tell() -> None:
            nonlocal end_s
            left_s = on_found(tuple(near.values())) if on_found is not None else None
            if left_s is not None:
                end_s = min(end_s, clock.now_s() + left_s)
                changed.set()

        def seen(device: BLEDevice, advertisement: AdvertisementData) -> None:
            known = near.get(device.address)
            found = _found(device, advertisement)
            if known is not None and not found.name:
                found = replace(found, name=known.name)
            if found != known:
                near[device.address] = found
                tell()

        with _translated():
            known = await _connected(services)
        near.update({found.address: found for found in known})
        tell()
        if end_s <= clock.now_s():
            return tuple(near.values())
        with _translated():
            scanner = BleakScanner(seen)
            await scanner.start()
            try:
                while clock.now_s() < end_s:
                    changed.clear()
                    await until(clock, end_s, changed)
            finally:
                await scanner.stop()
        return tuple(near.values())


async def _connected(services: tuple[str, ...]) -> list[Found]:
    from bleak import BleakAdapter  # noqa: PLC0415, TID251 - the one door, opened when needed

    try:
        adapter = await BleakAdapter.get()
        devices = await adapter.get_connected_devices(list(services))
    except NotImplementedError:
        # Not every system can tell.
        return []
    return [
        Found(device.address, device.name or "", None, services, is_connected=True, device=device)
        for device in devices
    ]


def _found(device: BLEDevice, advertisement: AdvertisementData) -> Found:
    # BlueZ reports -127 when it has no reading.
    rssi_dbm = advertisement.rssi if advertisement.rssi > -127 else None
    return Found(
        device.address,
        advertisement.local_name or device.name or "",
        rssi_dbm,
        tuple(uuid.lower() for uuid in advertisement.service_uuids),
        is_connected=False,
        device=device,
    )


async def until(clock: Clock, t_s: float, event: asyncio.Event) -> bool:
    """Wait for an event, but no longer than to a moment of the clock.

    Returns
    -------
    bool
        True when the event is set.
    """
    if event.is_set():
        return True
    sleeping = asyncio.ensure_future(clock.sleep_until(t_s))
    waiting = asyncio.ensure_future(event.wait())
    try:
        await asyncio.wait({sleeping, waiting}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        # Not awaited: a cancellation of ours must not get lost among theirs.
        sleeping.cancel()
        waiting.cancel()
    return event.is_set()


async def _know_bluez() -> None:
    """Have bleak ask BlueZ for its version now, where nobody can interrupt it.

    It does so before its first connection; cancelled in that moment, bleak 3.1 waits for the
    answer for ever after.
    """
    if sys.platform == "linux":
        with suppress(ImportError, AttributeError):
            from bleak.backends.bluezdbus.version import (  # noqa: PLC0415, TID251 - the one door
                BlueZFeatures,
            )

            if not BlueZFeatures.checked_bluez_version:
                await asyncio.shield(BlueZFeatures.check_bluez_version())


class Link:
    """One connection to one device, from `open` to `close`; never used again after that."""

    def __init__(self, found: Found) -> None:
        self.found = found
        self._client: BleakClient | None = None
        self._is_closing = False
        self._notifying: list[str] = []

    @classmethod
    async def open(cls, found: Found, on_lost: Callable[[], None], *, pair: bool = False) -> Self:
        """Connect. See `Radio.connect`, which takes turns and searches first."""
        from bleak import BleakClient  # noqa: PLC0415, TID251 - the one door, opened when needed

        link = cls(found)

        def disconnected(_client: BleakClient) -> None:
            if not link._is_closing:
                on_lost()

        client = BleakClient(found.device, disconnected, timeout=CONNECT_TIMEOUT_S, pair=pair)
        with _translated():
            await _know_bluez()
            await client.connect()
        link._client = client
        return link

    @property
    def _open_client(self) -> BleakClient:
        if self._client is None:
            raise SensorNotFoundError(OUT_OF_REACH)
        return self._client

    def can_notify(self, characteristic: str) -> bool:
        """Whether the device offers to send this characteristic by itself."""
        with suppress(SensorError), _translated():
            found = self._open_client.services.get_characteristic(characteristic)
            return found is not None and bool({"notify", "indicate"} & set(found.properties))
        return False

    async def subscribe(self, characteristic: str, handler: Callable[[bytes], None]) -> None:
        """Have a plain function called with the bytes of each notification, as they come.

        Raises
        ------
        SensorError
            What stood in the way.
        """
        with _translated():
            await self._open_client.start_notify(
                characteristic, lambda _characteristic, payload: handler(bytes(payload))
            )
        self._notifying.append(characteristic)

    async def read(self, characteristic: str) -> bytes:
        """Read a value.

        Raises
        ------
        SensorError
            What stood in the way; `SensorRefusedError` where the device does not offer it.
        """
        with _translated():
            return bytes(await self._open_client.read_gatt_char(characteristic))

    async def write(self, characteristic: str, payload: bytes) -> None:
        """Write a value and wait for the device to confirm it.

        Raises
        ------
        SensorError
            What stood in the way.
        """
        with _translated():
            await self._open_client.write_gatt_char(characteristic, payload, response=True)

    async def close(self) -> None:
        """Let go of the device, whatever state the link is in. Never raises for the world."""
        self._is_closing = True
        client, self._client = self._client, None
        if client is None:
            return
        # A device that is left notifying stays awake and empties its battery.
        for characteristic in self._notifying:
            with suppress(SensorError), _translated():
                if client.is_connected:
                    await client.stop_notify(characteristic)
        with suppress(SensorError), _translated():
            await client.disconnect()
