"""A sink that can be waited for, a clock that can be set on, and a sensor at work."""

from __future__ import annotations

import asyncio
import uuid
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from biofeedback.clock import SystemClock
from biofeedback.devices.lsl.inlets import LslSensor

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from biofeedback.clock import Clock
    from biofeedback.devices.sensor import SensorInfo
    from biofeedback.samples import Chunk, Gap, LinkState, Packet, SensorStatus

# liblsl works in real time; this bounds a wait for it on a computer that has much else to do.
LONGEST_S = 30.0


class Jumping(SystemClock):
    """The computer's clock, which can be set on: what a test waits for has passed then."""

    def __init__(self) -> None:
        super().__init__()
        self.jumped_s = 0.0

    def now_s(self) -> float:
        return super().now_s() + self.jumped_s


class Catch:
    """A sink that keeps what it gets."""

    def __init__(self) -> None:
        self.chunks: list[Chunk] = []
        self.gaps: list[Gap] = []
        self.statuses: list[SensorStatus] = []
        self._news = asyncio.Event()

    def packet(self, packet: Packet) -> None:
        msg = "there are no packets in LSL"
        raise AssertionError(msg)

    def chunk(self, chunk: Chunk) -> None:
        self.chunks.append(chunk)
        self._news.set()

    def gap(self, gap: Gap) -> None:
        self.gaps.append(gap)
        self._news.set()

    def status(self, status: SensorStatus) -> None:
        self.statuses.append(status)
        self._news.set()

    def n_samples(self) -> int:
        return sum(chunk.t_s.size for chunk in self.chunks)

    @property
    def state(self) -> LinkState | None:
        return self.statuses[-1].state if self.statuses else None

    def states(self) -> list[LinkState]:
        return [status.state for status in self.statuses]

    async def until_state(self, state: LinkState) -> None:
        await self.until(lambda: state in self.states())

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(LONGEST_S):
            while not condition():
                self._news.clear()
                await self._news.wait()


@asynccontextmanager
async def running(info: SensorInfo, clock: Clock) -> AsyncIterator[Catch]:
    """A sensor at work."""
    catch = Catch()
    task = asyncio.create_task(LslSensor(info).run(catch, clock))
    try:
        yield catch
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def unique(word: str) -> str:
    """A source's id that no other run has."""
    return f"{word}-{uuid.uuid4().hex[:12]}"
