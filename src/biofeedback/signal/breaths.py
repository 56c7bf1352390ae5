"""From a signal that goes up and down with the chest: breaths, their rate and how even they are.

References
----------
Tobin et al. (1988), J. Appl. Physiol. 65:309 (coefficient of variation of breaths).
"""

from __future__ import annotations

from collections import deque
from math import isnan, nan, sqrt
from statistics import fmean, median
from typing import TYPE_CHECKING

from biofeedback.samples import Breath
from biofeedback.signal.measures import MEASURES, measured, missing
from biofeedback.signal.turning_points import MIN_EXCURSIONS, TurningPoints

if TYPE_CHECKING:
    from collections.abc import Callable

    from biofeedback.samples import Metric

__all__ = ["NEEDED_BREATHS", "BreathSeries"]

MIN_BREATH_S = 1.0
MAX_BREATH_S = 30.0
RATE_BREATHS = 3
IRREGULARITY_BREATHS = 5

_STILL_S = 30.0
# To begin with, a breath is expected to take this long.
_EXPECTED_BREATH_S = 5.0
_UNEVEN = 0.3
# Of the way that the signal goes, so much has to be breathing for the full quality, or for any.
_DIRECT, _AIMLESS = 0.5, 0.15
# Longest of three breaths over the shortest: up to here a rhythm, from here on none.
_RHYTHM, _NO_RHYTHM = 1.5, 3.5
# With less there is no number to show.
_LEAST_QUALITY = 0.25

# Whole breaths that each measure needs.
NEEDED_BREATHS = {
    "breaths_per_min": RATE_BREATHS,
    "breath_irregularity_pct": IRREGULARITY_BREATHS,
    "breath_quality": RATE_BREATHS,
}
_COUNTING = "counting the first breaths"
_CHANGING = "the breath changes its pace just now"
_UNSTEADY = "something else than breath moves the sensor, too"


class BreathSeries:
    """Breaths of one signal, and what they say: rate, irregularity, quality.

    Parameters
    ----------
    source
        The stream's name, as in `Metric.source`.
    lag_s
        Given the usual length of a breath in seconds (5 until known), how late the filters
        before this show a turn; negative where they show it early.
    still, uneven
        Words for no movement, and for excursions of very different size.
    range_share
        As for `TurningPoints`.
    least_excursion
        In the signal's unit: smaller ones are noise, not breath.
    knows_in
        Whether the signal rises with the in-breath. Where it may as well fall, a breath still
        has its length, but `Breath.inhale_end_s` is ``nan``.
    """

    def __init__(
        self,
        source: str,
        lag_s: Callable[[float], float],
        *,
        still: str,
        uneven: str,
        range_share: float = 0.0,
        least_excursion: float = 0.0,
        knows_in: bool = True,
    ) -> None:
        self._source = source
        self._lag_s = lag_s
        self._still = still
        self._uneven = uneven
        self._range_share = range_share
        self._least_excursion = least_excursion
        self._knows_in = knows_in
        self._restart(nan, nan)

    def _restart(self, t_s: float, value: float) -> None:
        self._turns = TurningPoints(t_s, value, self._range_share)
        self._heard_s = t_s
        self._last_s = t_s
        self._forget()

    def _forget(self) -> None:
        self._turned_s = self._onset_s = self._inhale_end_s = nan
        self._durations_s: deque[float] = deque(maxlen=RATE_BREATHS)
        # Of the last minute, at most 60 since none is shorter than a second.
        self._recent: deque[tuple[float, float]] = deque()

    @property
    def usual_excursion(self) -> float:
        """Median way from turn to turn, ``nan`` before three are known."""
        excursions = self._turns.excursions
        return median(excursions) if len(excursions) >= MIN_EXCURSIONS else nan

    @property
    def _is_faint(self) -> bool:
        return self.usual_excursion < self._least_excursion

    def restart(self, t_s: float, value: float) -> list[Breath | Metric]:
        """Begin anew with a first sample, knowing nothing."""
        self._restart(t_s, value)
        return self._without(t_s)

    def resume(self, t_s: float, value: float) -> list[Breath | Metric]:
        """Go on after a short interruption: no breath crosses it, those before it count."""
        self._turns = TurningPoints(t_s, value, self._range_share, self._turns)
        self._heard_s = self._last_s = t_s
        self._turned_s = self._onset_s = self._inhale_end_s = nan
        return self.waiting(t_s)

    def push(self, t_s: float, value: float, trust: float = 1.0) -> list[Breath | Metric]:
        """Take the next sample; return a breath that ended, and what follows from it.

        Parameters
        ----------
        t_s, value
            The filtered signal.
        trust
            0 to 1, what is known of the signal elsewhere: quality is no higher.
        """
        is_new_second = t_s // 1.0 > self._last_s
        self._last_s = t_s
        turn = self._turns.push(t_s, value)
        if turn is not None:
            self._heard_s = t_s
            if self._turns.is_rising:
                return self._breathed(t_s, turn.t_s, trust)
            self._inhale_end_s = turn.t_s - self._lag_s(self._usual_s)
        if t_s - self._heard_s > _STILL_S:
            self._forget()
        if is_new_second and (len(self._durations_s) < RATE_BREATHS or isnan(self._turned_s)):
            return self._without(t_s)
        return []

    @property
    def _usual_s(self) -> float:
        return median(self._durations_s) if self._durations_s else _EXPECTED_BREATH_S

    def _breathed(self, t_s: float, turned_s: float, trust: float) -> list[Breath | Metric]:
        """One in-breath begins, so that the breath before it is complete."""
        duration_s = turned_s - self._turned_s
        onset_s, inhale_end_s = self._onset_s, self._inhale_end_s
        self._turned_s = turned_s
        is_breath = MIN_BREATH_S <= duration_s <= MAX_BREATH_S
        if is_breath:
            self._durations_s.append(duration_s)
            self._recent.append((turned_s, duration_s))
        elif not isnan(duration_s):
            self._durations_s.clear()
            self._recent.clear()
        # From the lengths before the lag is taken off, so that the lag cannot feed on itself.
        end_s = self._onset_s = turned_s - self._lag_s(self._usual_s)
        if not is_breath:
            return self._without(t_s)
        if self._is_faint:
            self._forget()
            return self._without(t_s)
        if not self._knows_in:
            inhale_end_s = nan
        breath = Breath(end_s, onset_s, inhale_end_s, self._source)
        if len(self._durations_s) < RATE_BREATHS:
            return [breath, *self._without(t_s)]
        quality, reason = self._quality(trust)
        if quality < _LEAST_QUALITY:
            return [breath, *self._without(t_s, reason)]
        rate = measured(
            t_s,
            "breaths_per_min",
            60.0 / self._usual_s,
            self._source,
            quality=quality,
            reason=reason,
            window_s=sum(self._durations_s),
        )
        of_signal = measured(t_s, "breath_quality", quality, self._source, reason=reason)
        return [breath, rate, self._irregularity(t_s, quality, reason), of_signal]

    def _quality(self, trust: float) -> tuple[float, str]:
        depths = list(self._turns.excursions)[-2 * RATE_BREATHS :]
        stretch = max(self._durations_s) / min(self._durations_s)
        quality, reason = min(
            (1.0, ""),
            (min(depths) / max(depths) / _UNEVEN, self._uneven),
            ((self._turns.directness - _AIMLESS) / (_DIRECT - _AIMLESS), _UNSTEADY),
            (trust, _UNSTEADY),
            ((_NO_RHYTHM - stretch) / (_NO_RHYTHM - _RHYTHM), _CHANGING),
        )
        return max(quality, 0.0), reason

    def _irregularity(self, t_s: float, quality: float, reason: str) -> Metric:
        recent = self._recent
        name = "breath_irregularity_pct"
        window_s = MEASURES[name].window_s
        while len(recent) > IRREGULARITY_BREATHS and recent[0][0] <= t_s - window_s:
            recent.popleft()
        n_to_go = IRREGULARITY_BREATHS - len(recent)
        if n_to_go > 0:
            wait_s = n_to_go * self._usual_s
            return missing(t_s, name, self._source, wait_s=wait_s, reason=_COUNTING)
        durations_s = [duration_s for _, duration_s in recent]
        mean_s = fmean(durations_s)
        squares = sum((duration_s - mean_s) ** 2 for duration_s in durations_s)
        return measured(
            t_s,
            name,
            100.0 * sqrt(squares / (len(durations_s) - 1)) / mean_s,
            self._source,
            quality=quality,
            reason=reason,
            window_s=sum(durations_s),
        )

    def waiting(self, t_s: float, before_s: float = 0.0) -> list[Breath | Metric]:
        """Return the measures as missing, with how long to wait.

        Parameters
        ----------
        t_s
            Now.
        before_s
            How long until breaths can be looked for at all; 0 once they are.
        """
        if before_s:
            self._forget()
        n_known = len(self._durations_s)
        results: list[Breath | Metric] = []
        for name, n_needed in NEEDED_BREATHS.items():
            # One more than are to come: the first in-breath seen begins the first whole breath.
            n_to_go = max(n_needed - n_known, 1) + isnan(self._turned_s)
            wait_s = before_s + n_to_go * self._usual_s
            results.append(missing(t_s, name, self._source, wait_s=wait_s, reason=_COUNTING))
        return results

    def _without(self, t_s: float, reason: str = "") -> list[Breath | Metric]:
        if not reason and (self._is_faint or t_s - self._heard_s > _STILL_S):
            reason = self._still
        if not reason:
            return self.waiting(t_s)
        return [missing(t_s, name, self._source, reason=reason) for name in NEEDED_BREATHS]
