"""Highest minus lowest heart rate of each breath, averaged over the breaths of a minute.

It is what the eye reads off the curve, and what biofeedback trainers count. It is larger than
the swing that the breath drives (`biofeedback.signal.lockin`): noise lifts the highest and
lowers the lowest, the more, the more beats a breath has and the smaller the swing is. At slow
paces it stands 5 to 15 % above it, at the pace of free breathing 40 % and more. So it must not
be compared between paces.

References
----------
Lehrer, Vaschillo and Vaschillo (2000), Appl. Psychophysiol. Biofeedback 25:177-191; Lehrer and
Gevirtz (2014), Front. Psychol. 5:756 (highest minus lowest heart rate in each breath).
"""

from __future__ import annotations

from collections import deque
from math import inf, nan
from statistics import fmean
from typing import TYPE_CHECKING, NamedTuple

from biofeedback.signal.measures import MEASURES, measured, missing

if TYPE_CHECKING:
    from biofeedback.samples import Metric
    from biofeedback.signal.pacer_history import PacedMoment
    from biofeedback.signal.quality import Trust
    from biofeedback.signal.tachogram import Interval

__all__ = ["MIN_BREATHS", "PeakToTroughNode"]

NAME = "peak_to_trough_bpm"
MIN_BREATHS = 3

# With fewer, one of them is neither near the top nor near the bottom.
_MIN_BEATS = 3
# Breaths of a minute, none shorter than a second.
_KEPT = 64
# Breaths before this belong to another time, however few came since.
_FORGET_S = 100.0

_NOT_LED = "the breathing guide stands still"
_TOO_FEW = "too few heartbeats in each breath"


class _Swing(NamedTuple):
    begin_s: float
    end_s: float
    bpm: float

    @property
    def middle_s(self) -> float:
        return (self.begin_s + self.end_s) / 2.0


class PeakToTroughNode:
    """Peak to trough of one sensor's heart rate, once each breath.

    A breath counts if every beat of it is there: each interval began where the one before it
    ended, from the breath before to the breath after.

    Parameters
    ----------
    source
        As in `Metric.source`, of the beats.
    stopped
        Words for that nothing leads the breath any more.
    """

    def __init__(self, source: str, stopped: str = _NOT_LED) -> None:
        self._source = source
        self._stopped = stopped
        self._swings: deque[_Swing] = deque(maxlen=_KEPT)
        self._n_breaths: int | None = None
        self._has_value = False
        self._begin_s = nan
        self._has_few_beats = False
        self._begin(is_whole=False)

    def _begin(self, *, is_whole: bool) -> None:
        self._lowest_bpm, self._highest_bpm = inf, -inf
        self._n_beats = 0
        self._is_whole = is_whole

    def add(
        self, interval: Interval, moment: PacedMoment | None, trust: Trust, *, is_told: bool = True
    ) -> list[Metric]:
        """Take the next interval and the breath's place at its middle.

        Parameters
        ----------
        interval, moment, trust, is_told
            As for `LockInNode.add`.
        """
        t_s = interval.end_s
        if moment is None:
            was_led = self._n_breaths is not None
            self._n_breaths, self._has_value = None, False
            return [self._without(t_s, reason=self._stopped)] if was_led and is_told else []
        is_new_breath = False
        if self._n_breaths is None or moment.n_breaths != self._n_breaths:
            begin_s = interval.midpoint_s - moment.fraction * moment.period_s
            is_new_breath = self._n_breaths is not None
            is_whole = is_new_breath and interval.follows
            if is_whole:
                self._end(begin_s)
            self._begin(is_whole=is_whole)
            self._begin_s = begin_s
            self._n_breaths = moment.n_breaths
        elif not interval.follows:
            self._is_whole = False
        rate_bpm = 60000.0 / interval.rr_ms
        self._lowest_bpm = min(self._lowest_bpm, rate_bpm)
        self._highest_bpm = max(self._highest_bpm, rate_bpm)
        self._n_beats += 1
        if not is_told:
            self._has_value = False
            return []
        if is_new_breath:
            return [self._told(t_s, moment, trust)]
        return [] if self._has_value else [self._waiting(t_s, moment)]

    def _end(self, end_s: float) -> None:
        """The breath is over: keep its swing if all of it was seen."""
        if not self._is_whole:
            return
        self._has_few_beats = self._n_beats < _MIN_BEATS
        if not self._has_few_beats:
            swing_bpm = self._highest_bpm - self._lowest_bpm
            self._swings.append(_Swing(self._begin_s, end_s, swing_bpm))

    def _told(self, t_s: float, moment: PacedMoment, trust: Trust) -> Metric:
        window_s = MEASURES[NAME].window_s
        swings = self._swings
        while swings and (
            (len(swings) > MIN_BREATHS and swings[0].middle_s <= self._begin_s - window_s)
            or swings[0].begin_s < self._begin_s - _FORGET_S
        ):
            swings.popleft()
        self._has_value = len(swings) >= MIN_BREATHS
        if not self._has_value:
            return self._waiting(t_s, moment)
        if not trust.is_shown:
            return self._without(t_s, reason=trust.reason)
        return measured(
            t_s,
            NAME,
            fmean(swing.bpm for swing in swings),
            self._source,
            quality=trust.quality,
            reason=trust.reason,
            window_s=self._begin_s - swings[0].begin_s,
        )

    def _waiting(self, t_s: float, moment: PacedMoment) -> Metric:
        if self._has_few_beats and not self._swings:
            return self._without(t_s, reason=_TOO_FEW)
        n_to_go = max(MIN_BREATHS - len(self._swings), 1) - self._is_whole
        wait_s = (n_to_go + 1.0 - moment.fraction) * moment.period_s
        return self._without(t_s, wait_s=wait_s)

    def _without(self, t_s: float, *, wait_s: float = 0.0, reason: str = "") -> Metric:
        return missing(t_s, NAME, self._source, wait_s=wait_s, reason=reason)
