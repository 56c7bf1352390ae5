"""A strap's sensor that runs on a clock of the test's own, and what it tells."""

from __future__ import annotations

import asyncio
import random
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from biofeedback.devices.connection import Radio
from biofeedback.devices.drivers.heart_rate import encode_heart_rate
from biofeedback.devices.drivers.heart_rate_driver import HeartRateDriver
from biofeedback.devices.sensor import Origin, SensorInfo
from biofeedback.devices.supervisor import BluetoothSensor
from biofeedback.samples import LinkState
from helpers.listening import Listener, WatchedClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from helpers.bluez_strap import Strap

__all__ = ["BEAT", "Bench", "NoChance", "running", "streaming"]

BEAT = encode_heart_rate(60, (1024,))


class NoChance(random.Random):
    """Takes nothing off the waits."""

    def random(self) -> float:
        return 0.0


class Bench:
    """A sensor that runs, what it tells, and the clock it runs on."""

    def __init__(self, address: str, name: str = "Polar H10 5C2A91B3") -> None:
        info = SensorInfo("strap", name, address, Origin.BLUETOOTH, (), rssi_dbm=-55)
        self.clock = WatchedClock()
        self.heard = Listener()
        self.sensor = BluetoothSensor(info, HeartRateDriver(), Radio(), NoChance())

    async def pass_to(self, due_s: float) -> None:
        """Let time pass to a moment, once the sensor waits for it."""
        await self.clock.asleep_until(due_s)
        await self.clock.advance(due_s - self.clock.now_s())

    async def send(self, strap: Strap, payload: bytes = BEAT, n: int = 1) -> None:
        """Have the strap send packets a second apart, each after the last has arrived."""
        for _ in range(n):
            n_before = len(self.heard.packets)
            assert await asyncio.to_thread(strap.notify, payload)
            await self.heard.until_packets(n_before + 1)
            await self.clock.advance(1.0)


@asynccontextmanager
async def running(address: str) -> AsyncIterator[Bench]:
    """Run a sensor, and end it as the app does: by cancelling."""
    bench = Bench(address)
    task = asyncio.create_task(bench.sensor.run(bench.heard, bench.clock))
    try:
        await bench.heard.until(lambda: bench.heard.statuses != [])
        yield bench
    finally:
        task.cancel()
        await asyncio.wait({task}, timeout=30.0)
        assert task.cancelled()
        assert bench.heard.now().state is LinkState.STOPPED


@asynccontextmanager
async def streaming(strap: Strap) -> AsyncIterator[Bench]:
    """Run a sensor up to its fifth packet."""
    async with running(strap.address) as bench:
        await bench.heard.until_state(LinkState.WAITING)
        await bench.send(strap, n=5)
        assert bench.heard.now().state is LinkState.STREAMING
        yield bench
