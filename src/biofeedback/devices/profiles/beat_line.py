"""Gives intervals between beats their times, where the sensor tells none."""

from __future__ import annotations

from collections import deque
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.devices.drivers.line_offset import TICKS_PER_S
from biofeedback.devices.drivers.rr_chain import RRChain
from biofeedback.samples import Chunk

if TYPE_CHECKING:
    from collections.abc import Iterable

    from biofeedback.devices.drivers.rr_chain import TimedBeats
    from biofeedback.samples import StreamInfo

__all__ = ["BeatLine"]

# Beyond these a number is no interval between beats, and would carry those after it off with it.
_LEAST_MS = 100.0
_MOST_MS = 10_000.0


class BeatLine:
    """Lays intervals end to end and holds them against their arrivals, see `RRChain`.

    The chain counts in 1/1024 s; the intervals that come out are those that were put in.

    Parameters
    ----------
    stream
        The stream of intervals.
    """

    def __init__(self, stream: StreamInfo) -> None:
        self._stream = stream
        self._chain = RRChain()
        self._waiting_ms: deque[float] = deque()
        self._arrival_s = 0.0

    def push(self, intervals_ms: Iterable[float], arrival_s: float) -> list[Chunk]:
        """Take the intervals of one packet; return the beats whose time is settled by then."""
        kept = []
        is_broken = False
        for interval_ms in intervals_ms:
            if isfinite(interval_ms) and _LEAST_MS <= interval_ms <= _MOST_MS:
                kept.append(interval_ms)
            else:
                is_broken = True
        if is_broken:
            self._chain.interrupt()
        self._arrival_s = arrival_s
        self._waiting_ms += kept
        ticks = [round(interval_ms * TICKS_PER_S / 1000.0) for interval_ms in kept]
        return self._chunks(self._chain.push(arrival_s, ticks))

    def flush(self) -> list[Chunk]:
        """Return the beats that are still held; the next begins after a gap."""
        return self._chunks(self._chain.reset())

    def _chunks(self, beats: TimedBeats) -> list[Chunk]:
        if beats.t_s.size == 0:
            return []
        exact_ms = np.array([[self._waiting_ms.popleft()] for _ in range(beats.t_s.size)])
        return [Chunk(self._stream, beats.t_s, exact_ms, self._arrival_s)]
