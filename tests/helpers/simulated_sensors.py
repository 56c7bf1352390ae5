"""Simulated sensors, run under a fake clock into sinks that keep everything."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.clock import FakeClock
from biofeedback.devices.drivers.heart_rate import decode_heart_rate
from biofeedback.devices.simulated import open_simulated, simulated_from_name

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from biofeedback.devices.sensor import SensorInfo
    from biofeedback.pacing import PacerSegment
    from biofeedback.samples import (
        Chunk,
        Gap,
        GuideState,
        LinkState,
        Packet,
        SensorStatus,
        StreamKind,
    )

__all__ = ["Kept", "known", "run_for"]


class Kept:
    """A sink that keeps everything."""

    def __init__(self) -> None:
        self.packets: list[Packet] = []
        self.chunks: list[Chunk] = []
        self.statuses: list[SensorStatus] = []
        self.gaps: list[Gap] = []

    def packet(self, packet: Packet) -> None:
        self.packets.append(packet)

    def chunk(self, chunk: Chunk) -> None:
        self.chunks.append(chunk)

    def gap(self, gap: Gap) -> None:
        self.gaps.append(gap)

    def status(self, status: SensorStatus) -> None:
        self.statuses.append(status)

    def of(self, kind: StreamKind) -> list[Chunk]:
        return [chunk for chunk in self.chunks if chunk.stream.kind is kind]

    def t_s(self, kind: StreamKind) -> NDArray[np.float64]:
        return np.concatenate([chunk.t_s for chunk in self.of(kind)])

    def values(self, kind: StreamKind) -> NDArray[np.float64]:
        return np.concatenate([chunk.values[:, 0] for chunk in self.of(kind)])

    def joined(self, kind: StreamKind) -> tuple[list[float], list[list[float]]]:
        chunks = self.of(kind)
        return (
            np.concatenate([chunk.t_s for chunk in chunks]).tolist(),
            np.concatenate([chunk.values for chunk in chunks]).tolist(),
        )

    def rr_ticks(self) -> list[int]:
        return [
            ticks for packet in self.packets for ticks in decode_heart_rate(packet.payload).rr_ticks
        ]

    def states(self) -> list[LinkState]:
        states = [status.state for status in self.statuses]
        return states[:1] + [now for before, now in pairwise(states) if now is not before]


def known(name: str) -> SensorInfo:
    info = simulated_from_name(name)
    assert info is not None
    return info


def run_for(
    seconds: float,
    *names: str,
    segment: PacerSegment | None = None,
    state: GuideState | None = None,
    start_s: float = 0.0,
    hop_s: float | None = None,
) -> list[Kept]:
    """Run sensors side by side under one fake clock and return what each delivered."""

    async def run() -> list[Kept]:
        clock = FakeClock(start_s)
        sinks = [Kept() for _ in names]
        sensors = [open_simulated(known(name), lambda: segment, lambda: state) for name in names]
        tasks = [
            asyncio.create_task(sensor.run(sink, clock))
            for sensor, sink in zip(sensors, sinks, strict=True)
        ]
        for _ in range(1 if hop_s is None else round(seconds / hop_s)):
            await clock.advance(seconds if hop_s is None else hop_s)
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(one, asyncio.CancelledError) for one in ended)
        return sinks

    return asyncio.run(run())
