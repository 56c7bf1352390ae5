"""When pulses were, from the intervals between them that come a handful at a time.

An optical sensor sends the intervals of some seconds together, and as a rule without any time.
They are laid end to end, those that movement spoilt included, for their time has passed as well,
and the line is held against the arrivals as for a strap's beats (see `line_offset`). How long
the sensor itself thinks before it sends is not known, so all pulses may stand some seconds late;
what is between them does not suffer from that.

A frame that comes much later than its intervals say was late on its way, or one before it was
lost. Which of the two shows with the next one, so it is held until then.
"""

from __future__ import annotations

from math import inf
from statistics import fmean
from typing import TYPE_CHECKING, Final, NamedTuple

from biofeedback.devices.drivers.line_offset import (
    LAG_WINDOW_S,
    MAX_AHEAD_S,
    MIN_APART_S,
    MIN_GAP_S,
    TICKS_PER_S,
    LaidPacket,
    LineOffset,
)
from biofeedback.devices.drivers.moving_smallest import MovingSmallest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from biofeedback.devices.drivers.polar.frames import PulseInterval

__all__ = ["PulseTimes", "TimedInterval"]

# A last pulse lies up to one interval before its frame is sent. So much more is jitter.
_JITTER_S: Final = 0.6


class TimedInterval(NamedTuple):
    """An interval and when it ended, in the arrivals' seconds."""

    t_s: float
    interval: PulseInterval


class _Arrived(NamedTuple):
    arrival_s: float
    intervals: tuple[PulseInterval, ...]
    lengths_s: tuple[float, ...]

    @property
    def length_s(self) -> float:
        return sum(self.lengths_s)


def _lengths_s(intervals: Sequence[PulseInterval]) -> tuple[float, ...]:
    """Return how long each took; one without a number about as long as those beside it."""
    told_s = [each.pp_ms / 1000.0 for each in intervals if each.is_possible]
    if not told_s:
        return ()
    usual_s = max(fmean(told_s), MIN_GAP_S)
    return tuple(each.pp_ms / 1000.0 if each.is_possible else usual_s for each in intervals)


class PulseTimes:
    """Lays pulse-to-pulse intervals on the time line of their arrivals.

    Inside an unbroken run times lie apart by the intervals to 4 % at most, as for beats; after a
    loss an interval begins `MIN_GAP_S` after the pulse before it at least. Times grow strictly.
    """

    def __init__(self) -> None:
        self._last_t_s = -inf
        self._begin()

    def _begin(self) -> None:
        self._line_s = 0.0
        self._offset: LineOffset | None = None
        self._floor = MovingSmallest(LAG_WINDOW_S)
        self._longest_s = 0.0
        self._is_interrupted = False
        self._held: _Arrived | None = None

    def push(self, arrival_s: float, intervals: Sequence[PulseInterval]) -> list[TimedInterval]:
        """Take the intervals of one frame, and return those whose times are settled.

        Parameters
        ----------
        arrival_s
            When it came, not before the last.
        intervals
            Oldest first.

        Returns
        -------
        list of TimedInterval
            As a rule those of this frame; none where it must be held, and both with the next.
            None of a frame whose numbers are all impossible.
        """
        timed: list[TimedInterval] = []
        frame = _Arrived(arrival_s, tuple(intervals), _lengths_s(intervals))
        if not frame.lengths_s:
            self._is_interrupted = True
            return timed
        room_s = self._room_s(frame)
        if self._held is not None:
            held, self._held = self._held, None
            held_room_s = self._room_s(held)
            room_s -= held.length_s
            # The later frame of the two had no reason to be late.
            is_lost = room_s > self._usual_s(frame)
            timed += self._lay(held, min(room_s, held_room_s) if is_lost else 0.0)
            timed += self._lay(frame, 0.0)
        elif self._is_interrupted:
            self._is_interrupted = False
            timed += self._lay(frame, max(room_s, MIN_GAP_S))
        elif room_s > self._usual_s(frame):
            self._held = frame
        else:
            timed += self._lay(frame, 0.0)
        return timed

    def flush(self) -> list[TimedInterval]:
        """Return what is still held, and begin anew: the next interval follows after a gap."""
        timed: list[TimedInterval] = []
        if self._held is not None:
            timed = self._lay(self._held, self._room_s(self._held))
        self._begin()
        return timed

    def _room_s(self, frame: _Arrived) -> float:
        """Time between the end of a frame if nothing was lost and the latest it can have been."""
        floor_s = self._floor.smallest
        if floor_s is None:
            return 0.0
        return frame.arrival_s - (self._line_s + frame.length_s) - floor_s

    def _usual_s(self, frame: _Arrived) -> float:
        return max(self._longest_s, *frame.lengths_s) + _JITTER_S

    def _lay(self, frame: _Arrived, lost_s: float) -> list[TimedInterval]:
        follows_gap = lost_s > 0.0 and self._offset is not None
        if follows_gap:
            self._line_s += max(lost_s, MIN_GAP_S)
        lengths_s = frame.lengths_s
        self._longest_s = max(lengths_s)
        share = self._share_over(frame)
        line_s = []
        for length_s in lengths_s:
            self._line_s += length_s - share * max(length_s - MIN_APART_S, 0.0)
            line_s.append(self._line_s)
        ticks = tuple(max(round(length_s * TICKS_PER_S), 1) for length_s in lengths_s)
        laid = LaidPacket(frame.arrival_s, ticks, tuple(line_s), follows_gap)
        self._floor.push(laid.arrival_s, laid.lag_s)
        if self._offset is None:
            self._offset = LineOffset((laid,), self._last_t_s)
        times_s = self._offset.times_s(laid)
        self._last_t_s = times_s[-1]
        return [
            TimedInterval(t_s, each) for t_s, each in zip(times_s, frame.intervals, strict=True)
        ]

    def _share_over(self, frame: _Arrived) -> float:
        """Return the share of the intervals that cannot have passed, 0 as a rule.

        Of what is above the least that pulses may lie apart.
        """
        if self._offset is None:
            return 0.0
        end_s = self._line_s + frame.length_s + self._offset.offset_s
        ahead_s = end_s - frame.arrival_s - MAX_AHEAD_S
        if ahead_s <= 0.0:
            return 0.0
        above_s = sum(max(each_s - MIN_APART_S, 0.0) for each_s in frame.lengths_s)
        return 1.0 if ahead_s >= above_s else ahead_s / above_s
