"""Missed, extra, early and misplaced beats: found within three beats, corrected beside the raw.

A beat is confirmed when the third one after it has come. What is not found stays as it was
sent; what is found gets a flag and a corrected interval, and the raw one stays beside it.

How a beat is judged
--------------------
1. *Is it odd?* The fifth difference of the heart rate around it, three intervals on either
   side, is what is left of a rate after the smooth swing that its neighbours foretell. As a
   share of the mean rate it is about the share of an interval by which the beat is out of
   place. It counts from 7 %, and from 7.8 times the quartile deviation of the last 91: the
   published 5.2, half as much again for a swing that is not always the same. A rate far from
   the mean of the six counts as well; after an artifact, 7 % do.
2. *What explains it?* `rr_judgement.explain` tries what would put it right: the beat moved
   between its neighbours, the beat left out, missed beats put back, the interval replaced.
   Where the best answer concerns a later beat, this one stays and that one is judged in turn.
3. What stayed enters the 91; what was found does not, so that artifacts cannot widen the limit.

Kinds, factor and memory are Lipponen and Tarvainen's (2019), made causal. Their differences of
intervals are not used: a large swing at a low heart rate made artifacts of its slowest beats,
and widened the limits until they let real ones pass.

References
----------
Lipponen and Tarvainen (2019), J. Med. Eng. Technol. 43:173-181.
"""

from __future__ import annotations

from collections import deque
from math import isfinite, nan
from typing import TYPE_CHECKING

from biofeedback.samples import Beat, RRFlag
from biofeedback.signal.rr_interval import (
    GAP_S,
    MAX_RR_MS,
    MIN_RR_MS,
    RRInterval,
    is_gap,
    is_in_range,
)
from biofeedback.signal.rr_judgement import HISTORY, explain
from biofeedback.signal.rr_repair import RepairKind, rate_hz
from biofeedback.signal.spread import QuartileSpread

if TYPE_CHECKING:
    from biofeedback.signal.rr_repair import Repair

__all__ = ["GAP_S", "LOOK_AHEAD_BEATS", "MAX_RR_MS", "MIN_RR_MS", "RRCorrector", "is_gap"]

LOOK_AHEAD_BEATS = 3

_SPREAD_BEATS = 91
_MIN_SPREAD_BEATS = 12
_SPREAD_FACTOR = 1.5 * 5.2
# Below this share of an interval a beat out of place cannot be told from a heart that varies
# much from beat to beat; from twice as much it is early or late, as an ectopic beat is.
_ODD_SHARE = 0.07
_ECTOPIC_SHARE = 0.15
# Early beats as often as every other one must not hide each other.
_MAX_LIMIT = 0.25
# Until the spread is known.
_START_SHARE = 0.15
# The rate of an interval over the mean of the six around it.
_LOW_RATE = 0.72
_HIGH_RATE = 1.35
# A breath or two.
_RANGE_BEATS = 16
_MIN_RANGE_BEATS = 8
# More than so many usual intervals are a silence, not a row of missed beats.
_SILENCE = 3.9
# Longer is no interval: sums of such numbers would not be finite.
_LONGEST_MS = 3.6e6
# A burst of noise is no row of extra beats.
_MAX_EXTRAS = 3


class RRCorrector:
    """Finds artifacts in one sensor's RR intervals, one interval at a time.

    Each raw beat comes out once, in order, `LOOK_AHEAD_BEATS` later, or one more where one of
    those was no beat. Flags are about the beat that ends the interval; where a neighbour's
    correction changes an interval too, only its corrected value differs from the raw one.

    Parameters
    ----------
    source
        The sensor's id, for the beats.
    """

    def __init__(self, source: str) -> None:
        self._source = source
        self._oddness = QuartileSpread(_SPREAD_BEATS)
        self._history_ms: list[float] = []
        self._recent_hz: deque[float] = deque(maxlen=_RANGE_BEATS)
        self._pending: list[RRInterval] = []
        # Whether a later beat explained what was odd: then that one is judged, odd or not.
        self._is_suspect = False
        # Whether the last was an artifact: then the limit of the next is the least.
        self._follows_artifact = False
        self._last_t_s = nan

    @property
    def pending(self) -> tuple[tuple[float, float], ...]:
        """``(t_s, rr_ms)`` of the beats that came and are not confirmed, oldest first."""
        beats: list[tuple[float, float]] = []
        for interval in self._pending:
            beats += interval.extras
            beats.append((interval.t_s, interval.rr_ms))
        return tuple(beats)

    def push(self, t_s: float, rr_ms: float) -> list[Beat]:
        """Take one interval as sent; return the beats that it confirms.

        Parameters
        ----------
        t_s
            When the interval ended.
        rr_ms
            Its length; what is no positive number, or over an hour, breaks the series.
        """
        confirmed: list[Beat] = []
        follows_gap = False
        # False as well for what is no number.
        is_number = 0 < rr_ms <= _LONGEST_MS
        if is_number and is_gap(t_s, rr_ms, self._last_t_s):
            confirmed += self.flush()
            follows_gap = True
        self._last_t_s = t_s
        if not is_number:
            confirmed += self.flush()
            confirmed.append(Beat(t_s, rr_ms, nan, RRFlag.OUT_OF_RANGE, self._source))
            return confirmed
        self._pending.append(RRInterval(t_s, rr_ms, (rr_ms,), follows_gap=follows_gap))
        if len(self._pending) > LOOK_AHEAD_BEATS:
            confirmed += self._judge_first()
        return confirmed

    def flush(self) -> list[Beat]:
        """Confirm what is pending with what is known; the next interval starts anew."""
        confirmed: list[Beat] = []
        while self._pending:
            confirmed += self._judge_first()
        self._history_ms.clear()
        self._recent_hz.clear()
        self._is_suspect = self._follows_artifact = False
        return confirmed

    def _judge_first(self) -> list[Beat]:
        """Judge the oldest pending interval and confirm it, unless it is joined to the next."""
        interval = self._pending[0]
        was_suspect, self._is_suspect = self._is_suspect, False
        follows_artifact, self._follows_artifact = self._follows_artifact, False
        oddness, is_gross = self._oddness_of_first()
        is_odd = oddness > _ODD_SHARE and (follows_artifact or oddness > self._limit())
        if was_suspect or is_gross or is_odd:
            repair = self._explanation()
            if repair is None:
                self._learn(oddness)
            elif repair.place > 0:
                self._is_suspect = True
            elif repair.kind is RepairKind.JOIN and self._join():
                return []
            elif self._apply(repair):
                self._follows_artifact = True
            else:
                self._learn(oddness)
        else:
            self._learn(oddness)
        del self._pending[0]
        self._remember(interval)
        return interval.beats(self._source)

    def _oddness_of_first(self) -> tuple[float, bool]:
        """How far the first beat is out of place, and whether its interval is far too long or short.

        ``inf`` where there are too few intervals around to tell: then only a repair tells.
        """
        history, pending = self._history_ms, self._pending
        if len(history) < 2 or len(pending) <= LOOK_AHEAD_BEATS:
            return nan, True
        first, second, third, fourth = pending[:4]
        lengths_ms = (
            history[-2],
            history[-1],
            first.parts_ms[0],
            second.parts_ms[0],
            third.parts_ms[0],
            fourth.parts_ms[0],
        )
        if min(lengths_ms) < MIN_RR_MS:
            a, b, c, d, e, f = map(rate_hz, lengths_ms)
        else:
            # As `rate_hz`, without a call for each: every beat comes by here.
            a, b, c, d, e, f = [1000.0 / length_ms for length_ms in lengths_ms]
        mean_hz = (a + b + c + d + e + f) / 6.0
        # A beat early by a share x makes two rates higher and lower by about x: 20 x in all.
        oddness = abs(a - f + 5.0 * (e - b) + 10.0 * (c - d)) / (20.0 * mean_hz)
        return oddness, not _LOW_RATE < c / mean_hz < _HIGH_RATE

    def _limit(self) -> float:
        """How far out of place a beat has to be, as a share of an interval."""
        least = _ODD_SHARE if len(self._oddness) >= _MIN_SPREAD_BEATS else _START_SHARE
        return min(max(self._oddness.times(_SPREAD_FACTOR), least), _MAX_LIMIT)

    def _learn(self, oddness: float) -> None:
        if isfinite(oddness):
            self._oddness.add(oddness)

    def _explanation(self) -> Repair | None:
        """What explains the pending intervals, up to a silence: nothing is told across one."""
        pending_ms = [interval.parts_ms[0] for interval in self._pending]
        ordered = sorted([*self._history_ms, *pending_ms])
        silence_ms = _SILENCE * ordered[(len(ordered) - 1) // 2]
        n_heard = next(
            (i for i, length_ms in enumerate(pending_ms) if length_ms > silence_ms), len(pending_ms)
        )
        if n_heard == 0:
            return None
        recent_hz = sorted(self._recent_hz) if len(self._recent_hz) >= _MIN_RANGE_BEATS else ()
        return explain(self._history_ms, pending_ms[:n_heard], recent_hz)

    def _apply(self, repair: Repair) -> bool:
        """Correct the first pending interval; tell whether it was."""
        interval = self._pending[0]
        length_ms = interval.parts_ms[0]
        if not all(map(is_in_range, repair.lengths_ms)):
            return False
        if repair.kind is RepairKind.MOVE:
            following = self._pending[1]
            # Its distance from where it should be, as a share of the two intervals' mean.
            share = abs(length_ms - repair.lengths_ms[0]) * 2.0 / sum(repair.lengths_ms)
            if share < self._limit():
                return False
            interval.flag = RRFlag.ECTOPIC if share >= _ECTOPIC_SHARE else RRFlag.MISPLACED
            following.parts_ms = repair.lengths_ms[1:]
        elif repair.kind is RepairKind.SPLIT:
            interval.flag = RRFlag.MISSED
        elif repair.kind is RepairKind.REPLACE:
            share = abs(length_ms / repair.lengths_ms[0] - 1.0)
            # What is put right already holds the time of a neighbour.
            is_as_sent = length_ms == interval.rr_ms
            if not is_as_sent or not is_in_range(length_ms) or share < self._limit():
                return False
            interval.flag = RRFlag.ECTOPIC
        else:
            return False
        n_parts = len(repair.lengths_ms) if repair.kind is RepairKind.SPLIT else 1
        interval.parts_ms = repair.lengths_ms[:n_parts]
        return True

    def _join(self) -> bool:
        """Take the end of the first interval for no beat: the next one begins where it began."""
        extra, neighbour = self._pending[:2]
        if len(extra.extras) + len(neighbour.extras) >= _MAX_EXTRAS:
            return False
        neighbour.parts_ms = (extra.parts_ms[0] + neighbour.parts_ms[0],)
        neighbour.follows_gap = extra.follows_gap
        neighbour.extras = [*extra.extras, (extra.t_s, extra.rr_ms), *neighbour.extras]
        del self._pending[0]
        self._is_suspect = True
        return True

    def _remember(self, interval: RRInterval) -> None:
        """Let a judged interval be the past of the next, unless it breaks the series."""
        for length_ms in interval.parts_ms:
            if not MIN_RR_MS <= length_ms <= MAX_RR_MS:
                interval.flag = RRFlag.OUT_OF_RANGE
                self._history_ms.clear()
                return
        self._history_ms += interval.parts_ms
        del self._history_ms[:-HISTORY]
        for length_ms in interval.parts_ms:
            self._recent_hz.append(rate_hz(length_ms))
