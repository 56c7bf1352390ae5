"""A sensor at work, and a clock that can be set on."""

from __future__ import annotations

import asyncio
import uuid
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from biofeedback.clock import SystemClock
from biofeedback.devices.lsl.inlets import LslSensor
from helpers.listening import Listener

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from biofeedback.clock import Clock
    from biofeedback.devices.sensor import SensorInfo

# liblsl works in real time; this bounds a wait for it on a computer that has much else to do.
LONGEST_S = 30.0


class Jumping(SystemClock):
    """The computer's clock, which can be set on: what a test waits for has passed then."""

    def __init__(self) -> None:
        super().__init__()
        self.jumped_s = 0.0

    def now_s(self) -> float:
        return super().now_s() + self.jumped_s


@asynccontextmanager
async def running(info: SensorInfo, clock: Clock) -> AsyncIterator[Listener]:
    """A sensor at work."""
    caught = Listener(LONGEST_S)
    task = asyncio.create_task(LslSensor(info).run(caught, clock))
    try:
        yield caught
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    assert caught.packets == [], "there are no packets in LSL"


def unique(word: str) -> str:
    """A source's id that no other run has."""
    return f"{word}-{uuid.uuid4().hex[:12]}"
