"""The door to the radio: here, in `devices.link` and in `devices.world_error` bleak is known.

What bleak and the systems below it raise leaves these files only as part of our own tree of
errors, in words a person can act on. bleak takes 0.14 s to import, so it is imported by the
first call that needs the radio.

Facts this file leans on (bleak 3.1): two scans of one program exclude each other, and a scan
disturbs a connection being made, so both hold one lock; BlueZ forgets a device it does not
know soon after a scan, so a connection follows its scan at once; a device that some program
left connected does not advertise, so those are asked for first; a client is good for one
connection; its disconnect callback comes for wanted and unwanted losses alike; when BlueZ
crashes bleak goes on holding what was connected for connected, and would never connect it again.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from biofeedback.clock import until
from biofeedback.devices.driver import Advertised, Connecting
from biofeedback.devices.link import Link
from biofeedback.devices.radio_error import OUT_OF_REACH
from biofeedback.devices.world_error import translated
from biofeedback.errors import SensorError, SensorNotFoundError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bleak import BleakScanner  # noqa: TID251 - this is the one door
    from bleak.backends.device import BLEDevice  # noqa: TID251 - this is the one door
    from bleak.backends.scanner import AdvertisementData  # noqa: TID251 - this is the one door

    from biofeedback.clock import Clock
    from biofeedback.devices.link import OnNotification

__all__ = ["Found", "Radio"]

_USUAL: Final = Connecting()
# A scan that is given up before it has begun may take so long to begin, then it is left alone.
_START_S: Final = 2.0

# What bleak logs names devices, and without a handler it would end up on the terminal.
logging.getLogger("bleak").addHandler(logging.NullHandler())


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
    manufacturers: tuple[int, ...] = ()

    @property
    def advertised(self) -> Advertised:
        """What it tells everyone near."""
        return Advertised(self.name, self.service_uuids, self.manufacturers)


class Radio:
    """The computer's Bluetooth.

    One for the whole program and one loop: it lets one scan or one connection attempt through
    at a time.
    """

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        # Devices that were said to be connected already, and of which nothing was heard then.
        self._doubted: set[str] = set()
        # Who waits to connect, by address: a look around ends for them when they are near, and a
        # search for another lets them go first.
        self._waiting: dict[str, int] = {}
        self._wake_search: Callable[[], None] | None = None

    async def scan(
        self,
        seconds: float,
        clock: Clock,
        services: tuple[str, ...],
        on_found: Callable[[tuple[Found, ...]], float | None] | None = None,
        *,
        gives_way: bool = False,
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
        gives_way
            End early when a device is near that somebody waits to connect to, for that cannot be
            done meanwhile.

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
            return await self._scan(seconds, clock, services, on_found, gives_way=gives_way)

    async def connect(
        self,
        address: str,
        clock: Clock,
        services: tuple[str, ...],
        on_lost: Callable[[], None],
        on_step: Callable[[Found], None],
        on_notification: OnNotification,
        *,
        connecting: Connecting = _USUAL,
        search_s: float = 10.0,
        pair: bool = False,
        on_search: Callable[[], None] | None = None,
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
        on_notification, connecting
            As for `Link.open`.
        pair
            Pair with it first, which asks the person on some systems.
        on_search
            Called when Bluetooth began to search.

        Raises
        ------
        BluetoothUnavailableError, SensorNotFoundError, SensorRefusedError
            What stood in the way.
        """
        wanted = address.lower()

        def is_here(found: tuple[Found, ...]) -> float | None:
            is_near = any(each.address.lower() == wanted for each in found)
            return 0.0 if is_near or self._is_waited_for(found) else None

        def heard(characteristic: str, payload: bytes) -> None:
            self._doubted.discard(wanted)
            on_notification(characteristic, payload)

        left_s = search_s
        while True:
            async with self._next_turn(wanted):
                begun_s = clock.now_s()
                near = await self._scan(
                    left_s,
                    clock,
                    services,
                    is_here,
                    frozenset(self._doubted),
                    on_begun=on_search or (lambda: None),
                )
                found = next((each for each in near if each.address.lower() == wanted), None)
                left_s -= clock.now_s() - begun_s
                if found is None and left_s > 0:
                    # Another that somebody waits for is here: it goes first, and we search on.
                    continue
                # If it does not show itself in a whole search, it may be connected after all.
                self._doubted.discard(wanted)
                if found is None:
                    raise SensorNotFoundError(OUT_OF_REACH)
                if found.is_connected:
                    self._doubted.add(wanted)
                on_step(found)
                return await Link.open(
                    found.device, on_lost, heard, connecting=connecting, pair=pair
                )

    @asynccontextmanager
    async def _next_turn(self, wanted: str) -> AsyncIterator[None]:
        self._waiting[wanted] = self._waiting.get(wanted, 0) + 1
        try:
            if self._wake_search is not None:
                self._wake_search()
            await self._turn.acquire()
        finally:
            self._waiting[wanted] -= 1
            if not self._waiting[wanted]:
                del self._waiting[wanted]
        try:
            yield
        finally:
            self._turn.release()

    async def _scan(
        self,
        seconds: float,
        clock: Clock,
        services: tuple[str, ...],
        on_found: Callable[[tuple[Found, ...]], float | None] | None,
        doubted: frozenset[str] = frozenset(),
        *,
        gives_way: bool = False,
        on_begun: Callable[[], None] = lambda: None,
    ) -> tuple[Found, ...]:
        from bleak import BleakScanner  # noqa: PLC0415, TID251 - the one door, opened when needed

        end_s = clock.now_s() + seconds
        near: dict[str, Found] = {}
        changed = asyncio.Event()

        def tell() -> None:
            nonlocal end_s
            found = tuple(near.values())
            left_s = on_found(found) if on_found is not None else None
            if gives_way and self._is_waited_for(found):
                left_s = 0.0
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

        with translated():
            known = await _connected(services)
        near.update({each.address: each for each in known if each.address.lower() not in doubted})
        tell()
        if end_s <= clock.now_s():
            return tuple(near.values())
        with translated():
            scanner = BleakScanner(seen)
            await _start(scanner)
            self._wake_search = changed.set
            try:
                on_begun()
                # Somebody new may wait for one that was seen before.
                tell()
                while clock.now_s() < end_s:
                    changed.clear()
                    await until(clock, end_s, changed)
                    tell()
            except BaseException:
                # What goes wrong now must not be told in place of what ended the scan.
                with suppress(SensorError), translated():
                    await scanner.stop()
                raise
            finally:
                self._wake_search = None
            await scanner.stop()
        return tuple(near.values())

    def _is_waited_for(self, found: tuple[Found, ...]) -> bool:
        return any(each.address.lower() in self._waiting for each in found)


async def _start(scanner: BleakScanner) -> None:
    """Start a scan. Once the system was asked for one it goes on, unless it is stopped."""
    starting = asyncio.ensure_future(scanner.start())
    try:
        await asyncio.shield(starting)
    except asyncio.CancelledError:
        await asyncio.wait((starting,), timeout=_START_S)
        if not starting.done():
            starting.cancel()
        elif not starting.cancelled() and starting.exception() is None:
            with suppress(SensorError), translated():
                await scanner.stop()
        raise


async def _connected(services: tuple[str, ...]) -> list[Found]:
    from bleak import BleakAdapter  # noqa: PLC0415, TID251 - the one door, opened when needed

    offered: dict[str, list[str]] = {}
    devices = {}
    try:
        adapter = await BleakAdapter.get()
        for device in await adapter.get_connected_devices(list(services)):
            devices[device.address] = device
        # Which of them a device offers is told by asking for each; mostly there is none to ask of.
        for service in services if devices else ():
            for device in await adapter.get_connected_devices([service]):
                offered.setdefault(device.address, []).append(service)
    except NotImplementedError:
        # Not every system can tell.
        return []
    return [
        Found(
            address,
            device.name or "",
            None,
            tuple(offered.get(address, ())),
            is_connected=True,
            device=device,
        )
        for address, device in devices.items()
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
        manufacturers=tuple(advertisement.manufacturer_data),
    )
