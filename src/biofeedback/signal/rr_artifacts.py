"""Missed, extra and ectopic beats: found within three beats, corrected beside the raw value.

A causal form of Lipponen and Tarvainen's classification. The published method looks at a
whole record through centred windows; here the windows trail, and a beat is confirmed when
the third one after it has come. What is not found stays as it was sent; what is found gets
a flag and a corrected interval, and the raw one stays beside it.

How a beat is judged
--------------------
For interval ``j``, with ``d`` the difference from the interval before it and ``m`` the
difference from the local median (doubled when negative), both over thresholds that follow
the person's own spread (``5.2`` times the quartile deviation of the last 91):

1. ``|d| <= 1``: normal.
2. both neighbours of ``d`` point the other way: the beat *between* the two intervals is
   early or late, so it is beat ``j - 1`` that moves, to the middle of its neighbours.
3. short, then back, and two intervals together are as long as one: an extra beat. Of the
   beats around it the one goes whose absence leaves the smoothest series.
4. long, then back, and an equal part of it is as long as a usual interval: missed beats.
5. short or long without such an explanation, or far from the median: the smoothest of
   moving either beat or replacing the interval by the mean of its neighbours.
6. normal by these, but three steps have the shape of a beat out of place: it moves as in 2.

Only intervals that were left alone enter the windows, so that artifacts cannot widen the
thresholds. The thresholds have floors, without which a very regular heart makes every
small change look like an artifact.

References
----------
Lipponen and Tarvainen (2019), J. Med. Eng. Technol. 43:173-181.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from itertools import pairwise
from math import isfinite, nan

from biofeedback.samples import Beat, RRFlag
from biofeedback.signal.spread import QuartileSpread

__all__ = ["GAP_S", "LOOK_AHEAD_BEATS", "MAX_RR_MS", "MIN_RR_MS", "RRCorrector", "is_gap"]

# 200 to 30 beats a minute.
MIN_RR_MS = 300.0
MAX_RR_MS = 2000.0
# An interval that begins this long after the last beat did not begin at it.
GAP_S = 0.1
LOOK_AHEAD_BEATS = 3

_ALPHA = 5.2
_C1 = 0.13
_C2 = 0.17
_SPREAD_BEATS = 91
_MEDIAN_BEATS = 11
_MIN_SPREAD_BEATS = 12
_DIFFERENCE_FLOOR_MS = 70.0
_DEVIATION_FLOOR_MS = 40.0
# A shift counts from this many times the usual spread, and from this share of an interval:
# below, it cannot be told from a heart that varies much from beat to beat.
_SHIFT_FACTOR = 1.5
_SHIFT_SHARE = 0.07
# Until the windows know the person: shares of the median interval.
_START_DIFFERENCE = 0.25
_START_DEVIATION = 0.20
_FAR_FROM_MEDIAN = 3.0
# Longer than this is a silence, not a row of missed beats.
_MAX_SPLIT_MS = 3000.0
_MAX_PARTS = 3
# A step this much smaller than the next is left for the next to explain.
_LEADING_STEP = 0.7
# A burst of noise is no row of extra beats.
_MAX_EXTRAS = 3
# Unexplained intervals are touched only where that leaves the series this much smoother.
_SMOOTHER = 0.5


def is_gap(t_s: float, rr_ms: float, previous_t_s: float) -> bool:
    """Tell whether an interval began later than the beat before it.

    Parameters
    ----------
    t_s, rr_ms
        End and length of the interval.
    previous_t_s
        Time of the beat before.
    """
    return (t_s - rr_ms / 1000.0) - previous_t_s > GAP_S


@dataclass(slots=True)
class _Interval:
    """One interval on its way to being confirmed."""

    t_s: float
    rr_ms: float
    whole_ms: float  # with what was joined to it, before it is split
    follows_gap: bool = False
    flag: RRFlag = RRFlag.NORMAL
    n_parts: int = 1
    is_touched: bool = False
    extras: list[tuple[float, float]] = field(default_factory=list)

    @property
    def part_ms(self) -> float:
        return self.whole_ms / self.n_parts

    def beats(self, source: str) -> list[Beat]:
        """Give what is known of it, oldest first."""
        beats = [Beat(t_s, rr_ms, nan, RRFlag.EXTRA, source) for t_s, rr_ms in self.extras]
        part_ms = self.part_ms
        for left in range(self.n_parts - 1, 0, -1):
            t_s = self.t_s - left * part_ms / 1000.0
            beats.append(Beat(t_s, nan, part_ms, RRFlag.INSERTED, source))
        flag = self.flag
        if flag is RRFlag.NORMAL and self.follows_gap:
            flag = RRFlag.GAP
        corrected_ms = nan if flag is RRFlag.OUT_OF_RANGE else part_ms
        beats.append(Beat(self.t_s, self.rr_ms, corrected_ms, flag, source))
        return beats


def _roughness(rr_ms: list[float]) -> float:
    """Sum of squared second differences."""
    return sum(
        (after - 2.0 * here + before) ** 2
        for before, here, after in zip(rr_ms, rr_ms[1:], rr_ms[2:], strict=False)
    )


def _median(values: list[float]) -> float:
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2.0


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
        self._differences = QuartileSpread(_SPREAD_BEATS)
        self._deviations = QuartileSpread(_SPREAD_BEATS)
        self._shifts = QuartileSpread(_SPREAD_BEATS)
        self._recent_ms: deque[float] = deque(maxlen=_MEDIAN_BEATS)
        # The first is already judged unless the stretch has just begun.
        self._pending: list[_Interval] = []
        self._n_judged = 0
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
            Its length; what is no positive number breaks the series.
        """
        confirmed: list[Beat] = []
        follows_gap = False
        is_number = isfinite(rr_ms) and rr_ms > 0
        if is_number and is_gap(t_s, rr_ms, self._last_t_s):
            confirmed += self.flush()
            follows_gap = True
        self._last_t_s = t_s
        if not is_number:
            confirmed += self.flush()
            confirmed.append(Beat(t_s, rr_ms, nan, RRFlag.OUT_OF_RANGE, self._source))
            return confirmed
        self._pending.append(_Interval(t_s, rr_ms, rr_ms, follows_gap))
        while len(self._pending) - self._n_judged >= LOOK_AHEAD_BEATS:
            confirmed += self._judge_next()
        return confirmed

    def flush(self) -> list[Beat]:
        """Confirm what is pending with what is known; the next interval starts anew."""
        confirmed: list[Beat] = []
        while len(self._pending) > self._n_judged:
            confirmed += self._judge_next()
        if self._pending:
            confirmed += self._confirm()
        self._recent_ms.clear()
        return confirmed

    def _judge_next(self) -> list[Beat]:
        """Judge the first interval not judged yet, confirm the one before it."""
        n_pending = len(self._pending)
        self._judge(self._n_judged)
        if len(self._pending) < n_pending:
            # An extra beat was joined: what is left is judged with its own look-ahead.
            return []
        self._n_judged += 1
        judged = self._pending[self._n_judged - 1]
        if not MIN_RR_MS <= judged.part_ms <= MAX_RR_MS:
            judged.flag = RRFlag.OUT_OF_RANGE
        confirmed: list[Beat] = []
        if judged.flag is RRFlag.OUT_OF_RANGE:
            while self._n_judged:
                confirmed += self._confirm()
            self._recent_ms.clear()
        elif self._n_judged > 1:
            confirmed += self._confirm()
        return confirmed

    def _confirm(self) -> list[Beat]:
        interval = self._pending.pop(0)
        self._n_judged -= 1
        if interval.flag is not RRFlag.OUT_OF_RANGE:
            self._recent_ms.extend([interval.part_ms] * interval.n_parts)
        return interval.beats(self._source)

    def _judge(self, index: int) -> None:  # noqa: C901 - the published decision, in its order
        """Classify ``pending[index]`` and correct what it shows."""
        interval = self._pending[index]
        is_in_range = MIN_RR_MS <= interval.whole_ms <= MAX_RR_MS
        values_ms = [other.part_ms for other in self._pending[index : index + 3]]
        before_ms = [*self._recent_ms, *(other.part_ms for other in self._pending[:index])]
        median_ms = _median([*before_ms, *values_ms][-_MEDIAN_BEATS:])
        is_first = not before_ms
        # The first of a stretch has nothing before it: it is held against its neighbours.
        chain_ms = [*(before_ms[-2:] or [median_ms]), *values_ms]
        steps_ms = [after - before for before, after in pairwise(chain_ms)]
        if len(before_ms) < 2:
            steps_ms.insert(0, 0.0)
        steps_ms += [0.0] * (4 - len(steps_ms))

        deviation_ms = interval.whole_ms - median_ms
        if deviation_ms < 0:
            deviation_ms *= 2.0
        threshold_ms, tolerance_ms = self._thresholds_ms(median_ms)
        previous, here, after, second = (step / threshold_ms for step in steps_ms)

        if abs(here) > 1.0 and not interval.is_touched:
            usual_ms = (median_ms, self._neighbours_ms(index, before_ms, median_ms))
            is_short = here < -1.0 and max(after, second) > 1.0
            is_long = here > 1.0 and min(after, second) < -1.0
            is_odd = is_short or is_long or abs(deviation_ms) > _FAR_FROM_MEDIAN * tolerance_ms
            leads = abs(here) >= _LEADING_STEP * abs(after)
            if self._can_move(index) and _is_ectopic(previous, here, after):
                self._even_out(index)
            elif _is_ectopic(here, after, second):
                # The next interval will tell; this one belongs to it and to no window.
                return
            elif is_short and self._is_extra(index, usual_ms, tolerance_ms):
                self._join(index)
                return
            elif is_long and (n_parts := _parts(interval, usual_ms, tolerance_ms)) > 1:
                interval.n_parts = n_parts
                interval.flag = RRFlag.MISSED
                interval.is_touched = True
            elif is_odd and is_in_range and not is_first:
                if not leads:
                    return
                self._smooth(index)
        if not interval.is_touched and self._can_move(index):
            self._judge_shift(index, steps_ms, median_ms)
        if is_in_range and not interval.is_touched:
            self._deviations.add(abs(deviation_ms))
            if not is_first and not (index > 0 and self._pending[index - 1].is_touched):
                self._differences.add(abs(steps_ms[1]))

    def _judge_shift(self, index: int, steps_ms: list[float], median_ms: float) -> None:
        """Find a beat a little out of place by the shape that it leaves in three steps.

        A beat late by ``x`` adds ``x, -2x, x`` to the steps. Fitting that shape leaves out a
        steady slope, so that the swing of slow breathing neither hides nor makes a shift.
        """
        before_ms, here_ms, after_ms = steps_ms[:3]
        shift_ms = abs(2.0 * here_ms - before_ms - after_ms) / 6.0
        is_middle = abs(here_ms) >= max(abs(before_ms), abs(after_ms))
        limit_ms = max(_SHIFT_FACTOR * self._shifts.times(_ALPHA), _SHIFT_SHARE * median_ms)
        if len(self._shifts) >= _MIN_SPREAD_BEATS and is_middle and shift_ms > limit_ms:
            self._even_out(index)
        else:
            self._shifts.add(shift_ms)

    def _can_move(self, index: int) -> bool:
        return index > 0 and not self._pending[index - 1].is_touched

    def _thresholds_ms(self, median_ms: float) -> tuple[float, float]:
        """How large a step and how far from usual is still ordinary for this person."""
        if len(self._differences) < _MIN_SPREAD_BEATS:
            return (
                max(_START_DIFFERENCE * median_ms, _DIFFERENCE_FLOOR_MS),
                max(_START_DEVIATION * median_ms, _DEVIATION_FLOOR_MS),
            )
        return (
            max(self._differences.times(_ALPHA), _DIFFERENCE_FLOOR_MS),
            max(self._deviations.times(_ALPHA), _DEVIATION_FLOOR_MS),
        )

    def _neighbours_ms(self, index: int, before_ms: list[float], median_ms: float) -> float:
        """Mean of the intervals before and after one and its successor: usual, just here."""
        before = before_ms[-1] if before_ms else median_ms
        after = self._pending[index + 2].part_ms if index + 2 < len(self._pending) else before
        mean_ms = (before + after) / 2.0
        # Next to a second artifact the neighbours say nothing.
        is_usual = abs(mean_ms - median_ms) <= _START_DIFFERENCE * median_ms
        return mean_ms if is_usual else median_ms

    def _is_extra(self, index: int, usual_ms: tuple[float, float], tolerance_ms: float) -> bool:
        """Tell whether an interval and a neighbour together are as long as one usually is."""
        here_ms = self._pending[index].whole_ms
        if len(self._pending[index].extras) >= _MAX_EXTRAS:
            return False
        neighbours = self._pending[max(index - 1, 0) : index] + self._pending[index + 1 : index + 2]
        return any(
            abs(here_ms + other.whole_ms - usual) < tolerance_ms
            for other in neighbours
            if not other.is_touched
            for usual in usual_ms
        )

    def _around(self) -> tuple[list[float], list[float]]:
        """The last three confirmed intervals, and the pending ones."""
        return list(self._recent_ms)[-3:], [other.part_ms for other in self._pending]

    def _even_out(self, index: int) -> None:
        """Put the beat before ``pending[index]`` in the middle of its neighbours."""
        early_or_late, interval = self._pending[index - 1], self._pending[index]
        mean_ms = (early_or_late.whole_ms + interval.whole_ms) / 2.0
        if not MIN_RR_MS <= mean_ms <= MAX_RR_MS:
            return
        early_or_late.whole_ms = interval.whole_ms = mean_ms
        early_or_late.flag = RRFlag.ECTOPIC
        early_or_late.is_touched = interval.is_touched = True

    def _join(self, index: int) -> None:
        """Leave out the beat, of those around an extra one, that makes the series smoothest."""
        before_ms, values_ms = self._around()
        first = index - 1 if index > 0 and not self._pending[index - 1].is_touched else index

        def without(place: int) -> float:
            joined_ms = values_ms[place] + values_ms[place + 1]
            return _roughness([*before_ms, *values_ms[:place], joined_ms, *values_ms[place + 2 :]])

        last = min(index + 1, len(self._pending) - 2)
        place = min(range(first, last + 1), key=without)
        extra = self._pending.pop(place)
        neighbour = self._pending[place]
        neighbour.whole_ms += extra.whole_ms
        neighbour.follows_gap = extra.follows_gap
        neighbour.extras = [*extra.extras, (extra.t_s, extra.rr_ms), *neighbour.extras]
        if place < self._n_judged:
            # The judged one is gone: the joined interval is judged in its place.
            self._n_judged -= 1

    def _smooth(self, index: int) -> None:
        """Even out an interval that is too short or too long for no reason found."""
        before_ms, values_ms = self._around()
        now = _roughness([*before_ms, *values_ms])
        best: tuple[float, int] = (now * _SMOOTHER, -1)
        n_pending = len(values_ms)
        for place in (index - 1, index):
            # Move the beat between `place` and the next interval.
            if place < 0 or place + 1 >= n_pending or self._pending[place].is_touched:
                continue
            mean_ms = (values_ms[place] + values_ms[place + 1]) / 2.0
            moved_ms = [*values_ms[:place], mean_ms, mean_ms, *values_ms[place + 2 :]]
            best = min(best, (_roughness([*before_ms, *moved_ms]), place))
        earlier_ms = [*before_ms, *values_ms[:index]]
        if index + 1 < n_pending and earlier_ms:
            replaced_ms = (earlier_ms[-1] + values_ms[index + 1]) / 2.0
            new_ms = [*earlier_ms, replaced_ms, *values_ms[index + 1 :]]
            best = min(best, (_roughness(new_ms), n_pending))
            if best[1] == n_pending:
                self._pending[index].whole_ms = replaced_ms
                self._pending[index].flag = RRFlag.ECTOPIC
                self._pending[index].is_touched = True
                return
        if best[1] >= 0:
            self._even_out(best[1] + 1)


def _is_ectopic(before: float, here: float, after: float) -> bool:
    """Tell whether a step is answered on both sides, by the published line.

    A beat out of place makes one large step between two smaller ones. Without asking for
    that, an ordinary step just before an artifact would be taken for the artifact.
    """
    if abs(here) < max(abs(before), abs(after)):
        return False
    if here > 0:
        return here > 1.0 and max(before, after) < -_C1 * here - _C2
    return here < -1.0 and min(before, after) > -_C1 * here + _C2


def _parts(interval: _Interval, usual_ms: tuple[float, float], tolerance_ms: float) -> int:
    """How many usual intervals make up a long one, 1 where none fits."""
    if interval.whole_ms > _MAX_SPLIT_MS or interval.extras:
        return 1
    for usual in usual_ms:
        n_parts = min(round(interval.whole_ms / usual), _MAX_PARTS)
        part_ms = interval.whole_ms / n_parts if n_parts else 0.0
        if n_parts > 1 and part_ms >= MIN_RR_MS and abs(part_ms - usual) < tolerance_ms:
            return n_parts
    return 1
