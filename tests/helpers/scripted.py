"""Sensors that do what a test says, for engines that need no radio."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.clock import FakeClock
from biofeedback.devices.network_sources import NetworkSources
from biofeedback.devices.sensor import Origin, SensorInfo
from biofeedback.errors import SensorNotFoundError
from biofeedback.runtime.engine import Engine
from biofeedback.samples import Chunk, Gap, LinkState, Packet, SensorStatus, StreamInfo, StreamKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from biofeedback.clock import Clock
    from biofeedback.devices.sensor import Sensor, Sink
    from biofeedback.pacing import PacerSegment
    from biofeedback.samples import Event, GuideState
    from biofeedback.sessions.library import Library

__all__ = [
    "ScriptedRegistry",
    "ScriptedSensor",
    "advance",
    "eda_chunks",
    "heard",
    "paced_rr_ms",
    "rr_chunks",
    "running_engine",
    "sensor_info",
    "strap",
]

Delivery = Chunk | Packet | SensorStatus | Gap


def sensor_info(sensor_id: str, *kinds: StreamKind) -> SensorInfo:
    return SensorInfo(
        sensor_id,
        sensor_id.replace("-", " ").title(),
        f"scripted:{sensor_id}",
        Origin.SIMULATED,
        kinds,
    )


def paced_rr_ms(
    n_beats: int, *, breaths_per_min: float = 6.0, swing_ms: float = 80.0
) -> list[float]:
    """Intervals about 900 ms with one swing a breath, in whole 1/1024 s."""
    rr_ms: list[float] = []
    t_s = 0.0
    for _ in range(n_beats):
        swing = swing_ms / 2 * np.sin(2 * np.pi * breaths_per_min / 60 * t_s)
        rr_ms.append(round((900.0 - swing) * 1.024) / 1.024)
        t_s += rr_ms[-1] / 1000
    return rr_ms


def rr_chunks(
    sensor_id: str, rr_ms: Sequence[float], *, start_s: float = 0.0, late_s: float = 0.2
) -> list[Chunk]:
    """One chunk a beat, laid end to end from a start."""
    stream = StreamInfo(sensor_id, StreamKind.RR, ("rr_ms",))
    ends_s = start_s + np.cumsum(rr_ms) / 1000.0
    return [
        Chunk(stream, np.array([t_s]), np.array([[rr]]), t_s + late_s)
        for t_s, rr in zip(ends_s.tolist(), rr_ms, strict=True)
    ]


def eda_chunks(sensor_id: str, *, start_s: float, seconds: int, rate_hz: int = 8) -> list[Chunk]:
    """A slow skin conductance with a response every 15 s, one chunk a second."""
    stream = StreamInfo(sensor_id, StreamKind.EDA, ("sc_microsiemens",), float(rate_hz))
    chunks = []
    for second in range(seconds):
        t_s = start_s + second + np.arange(rate_hz) / rate_hz
        since_s = (t_s - start_s) % 15.0
        response = np.exp(-since_s / 2.0) - np.exp(-since_s / 0.75)
        level = 4.0 + 0.001 * (t_s - start_s)
        values = (level + 0.8 * response)[:, np.newaxis]
        chunks.append(Chunk(stream, t_s, values, float(t_s[-1]) + 0.05))
    return chunks


def _arrival_s(item: Delivery) -> float:
    return item.t_s if isinstance(item, SensorStatus | Gap) else item.arrival_s


@dataclass
class ScriptedSensor:
    """Delivers what it was given, each at its arrival time, then stays silent."""

    info: SensorInfo
    script: Sequence[Delivery]
    failure: Exception | None = None
    n_runs: int = 0
    n_stops: int = 0
    guide: Callable[[], GuideState | None] | None = None

    async def run(self, sink: Sink, clock: Clock) -> None:
        self.n_runs += 1
        try:
            sink.status(
                SensorStatus(
                    clock.now_s(), self.info.sensor_id, self.info.name, LinkState.STREAMING
                )
            )
            for item in sorted(self.script, key=_arrival_s):
                await clock.sleep_until(_arrival_s(item))
                match item:
                    case Chunk():
                        sink.chunk(item)
                    case Packet():
                        sink.packet(item)
                    case SensorStatus():
                        sink.status(item)
                    case Gap():
                        sink.gap(item)
            if self.failure is not None:
                raise self.failure
            await asyncio.get_running_loop().create_future()
        finally:
            self.n_stops += 1


def strap(n_beats: int = 120, *, start_s: float = 0.0) -> ScriptedSensor:
    """A strap that sends beats of paced breathing from a moment on."""
    info = sensor_info("strap", StreamKind.RR)
    return ScriptedSensor(info, rr_chunks("strap", paced_rr_ms(n_beats), start_s=start_s))


@dataclass
class ScriptedRegistry:
    """Offers scripted sensors in place of the real registry."""

    sensors: list[ScriptedSensor] = field(default_factory=list)
    n_searches_left: int = 0
    sources: NetworkSources = field(default_factory=NetworkSources)
    streams_trouble: str = ""

    async def use(self, sources: NetworkSources) -> None:
        self.sources = sources

    async def prepare(self, info: SensorInfo) -> None:
        """Have all there is ready."""

    def simulated(self) -> tuple[SensorInfo, ...]:
        return tuple(sensor.info for sensor in self.sensors)

    async def scan(
        self,
        seconds: float,
        clock: Clock,
        on_found: Callable[[tuple[SensorInfo, ...]], None] | None = None,
        *,
        everything: bool = False,
    ) -> tuple[SensorInfo, ...]:
        if on_found is not None:
            on_found(self.simulated())
        await clock.sleep_until(clock.now_s() + seconds)
        return self.simulated()

    async def find(self, name: str, clock: Clock, seconds: float = 10.0) -> SensorInfo:
        """Search for as long as it is let, as if nothing of that name were near."""
        del name
        self.n_searches_left += 1
        try:
            await clock.sleep_until(clock.now_s() + seconds)
        finally:
            self.n_searches_left -= 1
        msg = "No sensor of that name is near."
        raise SensorNotFoundError(msg)

    def open(
        self,
        info: SensorInfo,
        pacer: Callable[[], PacerSegment | None],
        guide: Callable[[], GuideState | None],
    ) -> Sensor:
        del pacer
        sensor = next(s for s in self.sensors if s.info.sensor_id == info.sensor_id)
        sensor.guide = guide
        return sensor


@contextmanager
def running_engine(
    *sensors: ScriptedSensor, library: Library | None = None
) -> Iterator[tuple[Engine, FakeClock]]:
    """An engine on a clock that stands still, with its sensors connected."""
    clock = FakeClock()
    registry = ScriptedRegistry(list(sensors))
    engine = Engine(clock_factory=lambda: clock, registry=registry)  # type: ignore[arg-type]  # a stand-in
    engine.use_library(library)
    engine.start()
    try:
        for sensor in sensors:
            engine.add_sensor(sensor.info)
        advance(engine, clock, 0.0)
        yield engine, clock
    finally:
        engine.stop()


def advance(engine: Engine, clock: FakeClock, seconds: float) -> None:
    """Move the engine's clock; returns when everything due has happened."""
    asyncio.run_coroutine_threadsafe(clock.advance(seconds), engine.loop).result(60)


def heard(engine: Engine) -> list[Event]:
    """A list that grows by what an engine publishes from now on."""
    events: list[Event] = []
    engine.listen(events.append)
    return events
