"""Breaths from a breathing belt, whose signal rises with the in-breath.

The signal goes through a 1 Hz low-pass to `biofeedback.signal.breaths`, which needs to know
neither the belt's unit nor its drift.
"""

from __future__ import annotations

from math import floor, nan, sqrt
from typing import TYPE_CHECKING

from biofeedback.signal.breaths import NEEDED_BREATHS, BreathSeries
from biofeedback.signal.lowpass import TwoPoleLowPass
from biofeedback.signal.measures import missing

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from biofeedback.samples import Breath, Metric

__all__ = ["BeltNode"]

CUTOFF_HZ = 1.0

_MAX_STEP_S = 1.0
_STEPS_BEFORE_GAP = 1.5
# Squares of much larger numbers would not be finite.
_MOST = 1e100
# What the low-pass takes off, over the way from turn to turn: up to 0.35 for breaths of any
# pace, with noise of a fifth of their depth; from 0.5 on where the noise of a loose belt, at 10
# samples a second and more, only seems to breathe behind the filter.
_CLEAR, _NOISE = 0.35, 0.5
_NOISE_S = 10.0
# Gaps that follow each other as fast as this leave nothing to be counted.
_PIECE_S = 3.0

_STILL = "no breathing movement reaches the belt"
_MOVED = "the belt may have moved"
_PIECES = "the belt's signal comes in pieces"


class BeltNode:
    """Breaths, breathing rate, irregularity and quality of one belt.

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
        self._series = BreathSeries(source, self._lag_s, still=_STILL, uneven=_MOVED)
        self._last_t_s = nan
        self._restarted_s = nan
        self._told_s = nan
        # Mean square of what the low-pass takes off.
        self._noise_power = self._noise_s = 0.0

    def _lag_s(self, _breath_s: float) -> float:
        # So far above the rates of breathing the filter delays all of them alike.
        return self._filter.delay_s

    def push(self, t_s: float, value: float) -> list[Breath | Metric]:
        """Take the next sample; return a breath that ended, and what follows from it."""
        # Also true of what is no number.
        if not abs(value) <= _MOST:
            return []
        step_s = t_s - self._last_t_s
        self._last_t_s = t_s
        # Also true of the first sample, which has no step.
        if not step_s <= self._max_step_s:
            return self._restart(t_s, value)
        breath = self._filter.push(value, step_s)
        # A plain mean to begin with.
        self._noise_s = min(self._noise_s + step_s, _NOISE_S)
        share = step_s / self._noise_s if self._noise_s > 0.0 else 1.0
        self._noise_power += share * ((value - breath) ** 2 - self._noise_power)
        return self._series.push(t_s, breath, self._clearness)

    def _restart(self, t_s: float, value: float) -> list[Breath | Metric]:
        """Begin anew behind a gap; where one follows another, that is said once a second."""
        self._filter.restart(value)
        self._noise_power = self._noise_s = 0.0
        results = self._series.restart(t_s, value)
        is_in_pieces = t_s - self._restarted_s <= _PIECE_S
        self._restarted_s = t_s
        if not is_in_pieces:
            return results
        if floor(t_s) == self._told_s:
            return []
        self._told_s = floor(t_s)
        return [missing(t_s, name, self._source, reason=_PIECES) for name in NEEDED_BREATHS]

    @property
    def _clearness(self) -> float:
        """0 where the belt shows no more than noise."""
        excursion = self._series.usual_excursion
        if not excursion > 0.0:
            return 1.0
        noise = sqrt(self._noise_power) / excursion
        return min(max((_NOISE - noise) / (_NOISE - _CLEAR), 0.0), 1.0)

    def push_many(
        self, t_s: NDArray[np.float64], values: NDArray[np.float64]
    ) -> list[Breath | Metric]:
        """Take samples that came together; the results are those of `push`, one by one.

        Parameters
        ----------
        t_s, values : ndarray of float64, shape (n,)
            Times in seconds and the belt's signal in any unit.
        """
        results: list[Breath | Metric] = []
        for at_s, value in zip(t_s.tolist(), values.tolist(), strict=True):
            results += self.push(at_s, value)
        return results
