"""What a Bluetooth test needs: a sink to wait on, and a loop that leaves nothing behind."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from bleak.backends.bluezdbus import manager

from biofeedback.clock import FakeClock
from biofeedback.samples import LinkState, StreamKind

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from biofeedback.samples import Chunk, Gap, Packet, SensorStatus

__all__ = ["Listener", "WatchedClock", "close_bleak", "on_a_loop"]

# Longer than anything here takes; only a failing test waits for it.
WAIT_S = 10.0


class Listener:
    """A sink that keeps all it is given.

    Parameters
    ----------
    wait_s
        How long it waits for anything at most.
    """

    def __init__(self, wait_s: float = WAIT_S) -> None:
        self._wait_s = wait_s
        self.packets: list[Packet] = []
        self.chunks: list[Chunk] = []
        self.statuses: list[SensorStatus] = []
        self.gaps: list[Gap] = []
        self._news = asyncio.Event()

    def packet(self, packet: Packet) -> None:
        """Keep a packet."""
        self.packets.append(packet)
        self._news.set()

    def chunk(self, chunk: Chunk) -> None:
        """Keep a chunk."""
        self.chunks.append(chunk)
        self._news.set()

    def gap(self, gap: Gap) -> None:
        """Keep a gap."""
        self.gaps.append(gap)
        self._news.set()

    def status(self, status: SensorStatus) -> None:
        """Keep a status."""
        self.statuses.append(status)
        self._news.set()

    def now(self) -> SensorStatus:
        """Return the latest status."""
        return self.statuses[-1]

    @property
    def states(self) -> list[LinkState]:
        """The states in order, each change once."""
        states: list[LinkState] = []
        for status in self.statuses:
            if not states or status.state is not states[-1]:
                states.append(status.state)
        return states

    def values(self, kind: StreamKind = StreamKind.RR) -> list[float]:
        """All values of one kind, in the order in which they came."""
        return [
            float(value)
            for chunk in self.chunks
            if chunk.stream.kind is kind
            for value in chunk.values.ravel()
        ]

    def n_samples(self) -> int:
        """How many samples came, of all kinds."""
        return sum(chunk.t_s.size for chunk in self.chunks)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for a condition that something given to this sink makes true."""
        async with asyncio.timeout(self._wait_s):
            while not condition():
                self._news.clear()
                await self._news.wait()

    async def until_packets(self, n_packets: int) -> None:
        """Wait until so many packets have come in all."""
        await self.until(lambda: len(self.packets) >= n_packets)

    async def until_state(self, state: LinkState) -> None:
        """Wait until the latest status has a state."""
        await self.until(lambda: self.statuses != [] and self.now().state is state)

    async def until_told(self, state: LinkState) -> None:
        """Wait until any status has had a state, whatever came after it."""
        await self.until(lambda: state in self.states)


class WatchedClock(FakeClock):
    """A clock on which a test can wait until the code under test waits."""

    def __init__(self, now_s: float = 0.0) -> None:
        super().__init__(now_s)
        self._due_s: list[float] = []
        self._news = asyncio.Event()

    async def sleep_until(self, t_s: float) -> None:
        """As a `FakeClock`, and seen."""
        self._due_s.append(t_s)
        self._news.set()
        try:
            await super().sleep_until(t_s)
        finally:
            self._due_s.remove(t_s)

    async def asleep_until(self, due_s: float) -> None:
        """Wait until something waits for a moment, to a tenth of a second."""
        async with asyncio.timeout(WAIT_S):
            while not any(abs(each_s - due_s) < 0.05 for each_s in self._due_s):
                self._news.clear()
                await self._news.wait()


def on_a_loop(main: Coroutine[Any, Any, None]) -> None:
    """Run a test's coroutine, and close what bleak keeps open for a program's whole life."""

    async def run() -> None:
        try:
            await main
        finally:
            await close_bleak()

    asyncio.run(run())


async def close_bleak() -> None:
    """Close what bleak keeps open on this loop for a program's whole life."""
    kept = manager._global_instances.pop(asyncio.get_running_loop(), None)
    if kept is not None and kept._bus is not None:
        kept._bus.disconnect()
        if kept._bus_watcher_task is not None:
            await asyncio.wait({kept._bus_watcher_task})
