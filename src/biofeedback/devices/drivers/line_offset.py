"""From the sensor line to session time: by how much the two differ, learnt from arrivals.

The sensor line is the intervals of a strap laid end to end. A packet comes some time after
its last beat, never before, so the smallest lag between the two bounds the offset from above
and the offset is steered to just below it.

How fast it may move is the point. Once known it follows the drift of two clocks, by
`MAX_SLEW` of each interval at most, so that delivery bends nothing. After a connection or a
gap it is not known: a beat lies anywhere in the second before its packet. There it moves by
up to `START_SLEW`, for else a slow heart's beats would stand half a second early for ten
minutes, 20 degrees of a slow breath.

When the smallest lag is known
------------------------------
A strap that notifies at a beat of its own shows every lag from nothing to an interval, so what
has not been seen of that range is still in doubt: a heart in step with the packets hides it.
A strap that notifies at each beat shows no range at all. Which of the two it is shows in
what its packets keep time with.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING

from biofeedback.devices.drivers.moving_smallest import MovingSmallest

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "LAG_WINDOW_S",
    "MAX_AHEAD_S",
    "MAX_SLEW",
    "MIN_APART_S",
    "MIN_GAP_S",
    "START_PACKETS",
    "START_SLEW",
    "TICKS_PER_S",
    "LaidPacket",
    "LineOffset",
]

# Heart Rate Service 1.0: an RR interval counts 1/1024 s.
TICKS_PER_S = 1024
# How far a beat time may stray from the plain sum of intervals, as a share of the interval.
MAX_SLEW = 9e-4
# The same while the offset is learnt, and where a beat would else lie in the future.
START_SLEW = 0.04
# An odd long interval must not carry the offset off, nor come near a gap.
_MAX_STEP_S = 0.05
# For so many packets after a connection or a gap the offset is being learnt.
START_PACKETS = 90
# The least gap shown after a loss, so that it is never taken for jitter (0.1 s downstream).
MIN_GAP_S = 0.2
# A beat is laid no further than this after its arrival, and no closer to the one before than
# that, also where the intervals claim more time than there was.
MAX_AHEAD_S = 0.5
MIN_APART_S = 0.1
# Long enough to see a beat right before a packet, short enough for a drift of 100 ppm.
LAG_WINDOW_S = 120.0

# The least time a beat needs to this computer; the smallest lag is steered to it.
_DELAY_S = 0.05
# Until the smallest lag is known, later packets may turn out quicker by this much.
_START_MARGIN_S = 0.2
# Straps that keep a time of their own notify once a second (Heart Rate Service 1.0, 3.1.1).
_PERIOD_S = 1.0
# What the packets keep time with is told from so many, and where one fits this much better.
_N_TIMED = 15
_BETTER = 0.8


@dataclass(frozen=True, slots=True)
class LaidPacket:
    """A packet on the sensor line: when each of its beats ended there.

    ``follows_gap`` is True where something was lost between it and the one before.
    """

    arrival_s: float
    rr_ticks: tuple[int, ...]
    line_s: tuple[float, ...]
    follows_gap: bool = False

    @property
    def lag_s(self) -> float:
        """Arrival less sensor line, at its last beat."""
        return self.arrival_s - self.line_s[-1]


class LineOffset:
    """Offset of one connection: session time less sensor line, steered packet by packet.

    Parameters
    ----------
    first
        The first packets of the connection, one at least.
    last_t_s
        The last beat of the connection before, ``-inf`` if there was none: the first
        interval begins `MIN_GAP_S` after it at least.

    Attributes
    ----------
    offset_s : float
        The present offset.
    """

    def __init__(self, first: Sequence[LaidPacket], last_t_s: float) -> None:
        self.offset_s = _start_s(first, last_t_s)
        self._begin()

    def _begin(self) -> None:
        """Learn anew: how long the gap was is a guess."""
        self._n_packets = 0
        self._floor = MovingSmallest(LAG_WINDOW_S)
        self._largest_s = -inf
        self._arrival_s: float | None = None
        # How badly the packets keep time with the beats, and with the seconds: sums of squares.
        self._off_beat = self._off_second = 0.0

    def times_s(self, packet: LaidPacket) -> list[float]:
        """Return the time of each beat of the next packet."""
        wanted_s = self._wanted_s(packet)
        is_fast = self._n_packets <= START_PACKETS or wanted_s < self.offset_s - _DELAY_S
        slew = START_SLEW if is_fast else MAX_SLEW
        times_s = []
        for ticks, line_s in zip(packet.rr_ticks, packet.line_s, strict=True):
            step_s = min(slew * ticks / TICKS_PER_S, _MAX_STEP_S)
            self.offset_s += min(max(wanted_s - self.offset_s, -step_s), step_s)
            times_s.append(line_s + self.offset_s)
        return times_s

    def _wanted_s(self, packet: LaidPacket) -> float:
        if packet.follows_gap:
            self._begin()
        self._n_packets += 1
        if self._arrival_s is not None and self._n_packets <= START_PACKETS:
            since_s = packet.arrival_s - self._arrival_s
            self._off_beat += (since_s - sum(packet.rr_ticks) / TICKS_PER_S) ** 2
            self._off_second += (since_s - _PERIOD_S * round(since_s / _PERIOD_S)) ** 2
        self._arrival_s = packet.arrival_s
        lag_s = packet.lag_s
        self._floor.push(packet.arrival_s, lag_s)
        self._largest_s = max(self._largest_s, lag_s)
        floor_s = self._floor.smallest
        if floor_s is None:  # cannot be: one was pushed just now
            floor_s = lag_s
        range_s = min(packet.rr_ticks[-1] / TICKS_PER_S, _PERIOD_S)
        # Of n lags spread evenly the smallest lies so far above their least, on average.
        doubt_s = range_s / (self._n_packets + 1)
        is_timed_by_beat = (
            self._n_packets >= _N_TIMED and self._off_beat < _BETTER * self._off_second
        )
        if not is_timed_by_beat:
            doubt_s = max(doubt_s, range_s - (self._largest_s - floor_s))
        return floor_s - _DELAY_S - doubt_s


def _start_s(first: Sequence[LaidPacket], last_t_s: float) -> float:
    """Offset that no later packet is likely to prove too late.

    Each packet bounds the lag from both sides: its last beat was before it was sent, the
    first beat of the next one was not.
    """
    least_s = min(packet.lag_s for packet in first)
    below_s = max(
        (packet.arrival_s - following.line_s[0] for packet, following in pairwise(first)),
        default=least_s - first[0].rr_ticks[0] / TICKS_PER_S,
    )
    unsure_s = max(least_s - below_s, 0.0) + _START_MARGIN_S
    offset_s = least_s - _DELAY_S - unsure_s
    # The first step may take its share, hence twice the gap's hair.
    first_rr_s = first[0].rr_ticks[0] / TICKS_PER_S
    began_s = first[0].line_s[0] - first_rr_s
    return max(offset_s, last_t_s + MIN_GAP_S + _MAX_STEP_S - began_s)
