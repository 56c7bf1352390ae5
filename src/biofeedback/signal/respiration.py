"""Breaths from a breathing belt.

Turning points of the signal behind a 1 Hz low-pass, each accepted once the signal has come
back from it by 0.3 times the usual excursion. That scale follows the person, so the belt's
unit and its drift do not matter. The belt's signal rises with the in-breath.

References
----------
Khodadad et al. (2018), Physiol. Meas. 39:094001 (threshold at 0.3 of the usual excursion).
"""

from __future__ import annotations

from collections import deque
from math import exp, floor, isfinite, isnan, nan
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from biofeedback.samples import Breath
from biofeedback.signal.lowpass import TwoPoleLowPass
from biofeedback.signal.measures import measured, missing

if TYPE_CHECKING:
    from biofeedback.samples import Metric

__all__ = ["BeltNode", "TurningPoints"]

CUTOFF_HZ = 1.0
THRESHOLD_SHARE = 0.3
MIN_PHASE_S = 0.8
MIN_BREATH_S = 1.0
MAX_BREATH_S = 30.0
RATE_BREATHS = 3

_LEARN_S = 3.0
_EXCURSIONS = 8
# When no turn has come for so long the breath may have become shallower: look closer.
_FADE_AFTER_S = 10.0
_FADE_S = 5.0
_LEAST_FADE = 0.1
_STILL_S = 30.0
_MAX_STEP_S = 1.0
_STEPS_BEFORE_GAP = 1.5
# To begin with, a breath is expected to take this long.
_EXPECTED_BREATH_S = 5.0
_UNEVEN = 0.3

_COUNTING = "counting the first breaths"
_STILL = "no breathing movement reaches the belt"
_MOVED = "the belt may have moved"


class _Turn(NamedTuple):
    t_s: float
    value: float


class TurningPoints:
    """Finds where a signal turns, against a scale that it learns from the signal."""

    def __init__(self, t_s: float, value: float) -> None:
        here = _Turn(t_s, value)
        self._began_s = t_s
        self._low = self._high = here
        # Lowest or highest point since the last turn.
        self._extreme = here
        self._last: _Turn | None = None
        self._is_rising: bool | None = None
        self.excursions: deque[float] = deque(maxlen=_EXCURSIONS)

    @property
    def is_rising(self) -> bool:
        """True after a low turn: the signal is on its way up."""
        return self._is_rising is True

    def push(self, t_s: float, value: float) -> _Turn | None:
        """Take the next sample; return the turn that it confirms."""
        here = _Turn(t_s, value)
        if self._is_rising is None:
            self._low = min(self._low, here, key=lambda turn: turn.value)
            self._high = max(self._high, here, key=lambda turn: turn.value)
            if t_s - self._began_s < _LEARN_S or self._low.value == self._high.value:
                return None
            # The later of the two extremes is where the signal last turned.
            self._is_rising = self._low.t_s > self._high.t_s
            self._last = self._low if self._is_rising else self._high
            self._extreme = here
            return None
        is_further = value > self._extreme.value if self._is_rising else value < self._extreme.value
        if is_further:
            self._extreme = here
            return None
        last = self._last
        is_brief = last is not None and t_s - last.t_s < MIN_PHASE_S
        if is_brief or abs(value - self._extreme.value) <= self._threshold(t_s):
            return None
        turn = self._extreme
        if last is not None:
            self.excursions.append(abs(turn.value - last.value))
        self._last = turn
        self._extreme = here
        self._is_rising = not self._is_rising
        return turn

    def _threshold(self, t_s: float) -> float:
        if len(self.excursions) < RATE_BREATHS:
            usual = max(self._high.value - self._low.value, *self.excursions, 0.0)
        else:
            usual = median(self.excursions)
        late_s = t_s - (self._last.t_s if self._last else self._began_s) - _FADE_AFTER_S
        fade = max(exp(-late_s / _FADE_S), _LEAST_FADE) if late_s > 0 else 1.0
        return THRESHOLD_SHARE * usual * fade


class BeltNode:
    """Breaths and breathing rate of one belt.

    Parameters
    ----------
    source
        The sensor's id.
    rate_hz
        Nominal sampling rate, ``None`` where samples come irregularly.
    """

    def __init__(self, source: str, rate_hz: float | None) -> None:
        self._source = source
        self._max_step_s = _STEPS_BEFORE_GAP / rate_hz if rate_hz else _MAX_STEP_S
        self._filter = TwoPoleLowPass(CUTOFF_HZ)
        self._last_t_s = nan
        self._begin(nan, nan)

    def _begin(self, t_s: float, value: float) -> None:
        """Start anew, knowing nothing."""
        self._filter.restart(value)
        self._turns = TurningPoints(t_s, value)
        self._heard_s = t_s
        self._onset_s = nan
        self._inhale_end_s = nan
        self._durations_s: deque[float] = deque(maxlen=RATE_BREATHS)

    def push(self, t_s: float, value: float) -> list[Breath | Metric]:
        """Take the next sample; return a breath that ended, and the rate."""
        if not isfinite(value):
            return []
        step_s = t_s - self._last_t_s
        is_new_second = floor(t_s) > self._last_t_s
        self._last_t_s = t_s
        # Also true of the first sample, which has no step.
        if not step_s <= self._max_step_s:
            self._begin(t_s, value)
            return [self._missing_rate(t_s)]
        turn = self._turns.push(t_s, self._filter.push(value, step_s))
        if turn is not None:
            self._heard_s = t_s
            at_s = turn.t_s - self._filter.delay_s
            if self._turns.is_rising:
                return self._breathed(t_s, at_s)
            self._inhale_end_s = at_s
        is_still = t_s - self._heard_s > _STILL_S
        if is_still:
            self._durations_s.clear()
            self._onset_s = nan
        if is_new_second and len(self._durations_s) < RATE_BREATHS:
            return [self._missing_rate(t_s)]
        return []

    def _breathed(self, t_s: float, end_s: float) -> list[Breath | Metric]:
        """One in-breath begins, so that the breath before it is complete."""
        onset_s, self._onset_s = self._onset_s, end_s
        duration_s = end_s - onset_s
        if not MIN_BREATH_S <= duration_s <= MAX_BREATH_S:
            self._durations_s.clear()
            return [self._missing_rate(t_s)]
        self._durations_s.append(duration_s)
        breath = Breath(end_s, onset_s, self._inhale_end_s, self._source)
        if len(self._durations_s) < RATE_BREATHS:
            return [breath, self._missing_rate(t_s)]
        depths = list(self._turns.excursions)[-2 * RATE_BREATHS :]
        evenness = min(depths) / max(depths)
        is_even = evenness >= _UNEVEN
        rate = measured(
            t_s,
            "breaths_per_min",
            60.0 / median(self._durations_s),
            self._source,
            quality=1.0 if is_even else evenness / _UNEVEN,
            reason="" if is_even else _MOVED,
            window_s=sum(self._durations_s),
        )
        return [breath, rate]

    def _missing_rate(self, t_s: float) -> Metric:
        name = "breaths_per_min"
        if t_s - self._heard_s > _STILL_S:
            return missing(t_s, name, self._source, reason=_STILL)
        usual_s = median(self._durations_s) if self._durations_s else _EXPECTED_BREATH_S
        # One more than are to come: the first in-breath seen begins the first whole breath.
        n_to_go = RATE_BREATHS - len(self._durations_s) + isnan(self._onset_s)
        return missing(t_s, name, self._source, wait_s=n_to_go * usual_s, reason=_COUNTING)
