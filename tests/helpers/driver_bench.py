"""A driver's conversation with a simulated device, over the real bleak, without a supervisor.

For a device that was added to a `BluezStandIn`::

    peripheral = bluez.add(Oximeter())
    async with talking(OximeterDriver(), peripheral) as bench:
        peripheral.send(DATA, frame)
        await bench.until(lambda: len(bench.frames) == 1)

Run it by `helpers.listening.on_a_loop`. The clock stands still but for what the driver itself waits for while it starts and stops, and
but for `Bench.pass_s` and `Bench.play`.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager, suppress
from math import isfinite
from typing import TYPE_CHECKING, TypeVar
from unittest.mock import patch

from biofeedback.devices.connection import Radio
from biofeedback.devices.driver import DecodeError, Frame
from biofeedback.devices.radio_error import RadioError
from biofeedback.errors import SensorNotFoundError
from biofeedback.samples import Chunk

from .listening import WatchedClock
from .peripheral_play import Player, Sent

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Iterable

    from biofeedback.devices.driver import Delivery, Driver
    from biofeedback.devices.link import Link
    from biofeedback.samples import StreamKind

    from .bluez_peripheral import Peripheral

__all__ = ["Bench", "talking"]

T = TypeVar("T")


class Bench:
    """One conversation, what came of it, and the clock it runs on.

    Attributes
    ----------
    frames, chunks
        What the conversation made of notifications, in order.
    errors
        What it said of those that make no sense.
    conversation, peer, clock
        The conversation, its door to the device, and its time.
    is_lost
        Whether the link went away.
    """

    def __init__(self, driver: Driver, peripheral: Peripheral, clock: WatchedClock) -> None:
        self.frames: list[Frame] = []
        self.chunks: list[Chunk] = []
        self.errors: list[DecodeError] = []
        self.conversation = driver.open("sensor")
        self.clock = clock
        self.is_lost = False
        self._driver = driver
        self._peripheral = peripheral
        self._link: Link | None = None
        self._inbox: list[tuple[float, str, bytes]] = []
        self._player = Player(peripheral.bluez, clock)

    @property
    def peer(self) -> Link:
        """The device, as the conversation reaches it."""
        assert self._link is not None
        return self._link

    def frames_of(self, kind: StreamKind) -> list[Frame]:
        """Return the frames of one kind of stream."""
        return [frame for frame in self.frames if frame.stream.kind is kind]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something is so that the device brings about; no time passes."""
        await self._player.heard.until(condition)

    async def idle(self) -> None:
        """Wait until all that was sent has arrived, and been answered; no time passes."""
        await self._player.heard.idle()

    async def pass_s(self, seconds: float) -> None:
        """Let time pass, with whatever the driver waits for in it."""
        await self._player.pass_to(self.clock.now_s() + seconds)

    async def play(self, packets: Iterable[tuple[float, str, bytes]]) -> None:
        """Have the device send packets, each at its time, as fast as they are taken."""
        await self._player.play(
            Sent(t_s, self._peripheral, uuid, payload) for t_s, uuid, payload in packets
        )

    async def work(self, coroutine: Coroutine[object, object, T]) -> T | None:
        """Do something with the device that may wait, such as `Conversation.revive`.

        Time passes to whatever it waits for; ``None`` if the link went away under it.
        """
        doing = asyncio.ensure_future(coroutine)
        try:
            while not doing.done():
                await self._player.heard.idle()
                due_s = self._player.next_due_s()
                if doing.done() or self.is_lost:
                    break
                assert isfinite(due_s), "it waits for something that never comes"
                await self.clock.advance(due_s - self.clock.now_s())
        finally:
            if not doing.done():
                doing.cancel()
                await asyncio.wait({doing})
        return None if doing.cancelled() else doing.result()

    async def begin(self, *, pair: bool) -> None:
        """Connect and start the conversation."""
        await self._player.__aenter__()
        self._link = await self.work(
            Radio().connect(
                self._peripheral.address,
                self.clock,
                self._driver.services,
                self._lost,
                lambda _found: None,
                self._arrived,
                connecting=self._driver.connecting,
                pair=pair,
            )
        )
        assert self._link is not None
        await self.work(self.conversation.start(self._link, self.clock))

    async def end(self) -> None:
        """Stop the conversation if it still can, and let go."""
        try:
            if self._link is not None:
                if not self.is_lost:
                    # A link that is gone without a word can be stopped as little as a lost one.
                    with suppress(SensorNotFoundError, RadioError):
                        await self.work(self.conversation.stop(self._link))
                self._drain()
                self._keep(self.conversation.ended())
        finally:
            if self._link is not None:
                await self._link.close()
            await self._player.__aexit__(None, None, None)

    def _lost(self) -> None:
        self.is_lost = True

    def _arrived(self, characteristic: str, payload: bytes) -> None:
        if not self._inbox:
            asyncio.get_running_loop().call_soon(self._drain)
        self._inbox.append((self.clock.now_s(), characteristic, payload))

    def _drain(self) -> None:
        inbox, self._inbox = self._inbox, []
        for arrival_s, characteristic, payload in inbox:
            try:
                self._keep(self.conversation.take(characteristic, payload, arrival_s))
            except DecodeError as error:
                self.errors.append(error)

    def _keep(self, deliveries: Iterable[Delivery]) -> None:
        for each in deliveries:
            if isinstance(each, Frame):
                self.frames.append(each)
            else:
                self.chunks.append(each)


@asynccontextmanager
async def talking(
    driver: Driver, peripheral: Peripheral, *, pair: bool | None = None
) -> AsyncIterator[Bench]:
    """Connect a driver to a device, start its conversation, and end it at the end.

    Parameters
    ----------
    driver
        Whose conversation.
    peripheral
        A device that is on a stand-in.
    pair
        Whether to pair; ``None`` to do as the driver likes.

    Raises
    ------
    SensorError
        What the conversation raised while it started or stopped.
    """
    wants_pairing = driver.connecting.pair == "always" if pair is None else pair
    bench = Bench(driver, peripheral, WatchedClock())
    with patch.dict(os.environ, DBUS_SYSTEM_BUS_ADDRESS=peripheral.bluez.address):
        try:
            await bench.begin(pair=wants_pairing)
            yield bench
        finally:
            await bench.end()
