"""Breaths from a breathing belt, whose signal rises with the in-breath.

The signal goes through a 1 Hz low-pass to `biofeedback.signal.breaths`, which needs to know
neither the belt's unit nor its drift.
"""

from __future__ import annotations

from math import isfinite, nan
from typing import TYPE_CHECKING

from biofeedback.signal.breaths import BreathSeries
from biofeedback.signal.lowpass import TwoPoleLowPass

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from biofeedback.samples import Breath, Metric

__all__ = ["BeltNode"]

CUTOFF_HZ = 1.0

_MAX_STEP_S = 1.0
_STEPS_BEFORE_GAP = 1.5

_STILL = "no breathing movement reaches the belt"
_MOVED = "the belt may have moved"


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
        self._max_step_s = _STEPS_BEFORE_GAP / rate_hz if rate_hz else _MAX_STEP_S
        self._filter = TwoPoleLowPass(CUTOFF_HZ)
        self._series = BreathSeries(source, self._lag_s, still=_STILL, uneven=_MOVED)
        self._last_t_s = nan

    def _lag_s(self, _breath_s: float) -> float:
        # So far above the rates of breathing the filter delays all of them alike.
        return self._filter.delay_s

    def push(self, t_s: float, value: float) -> list[Breath | Metric]:
        """Take the next sample; return a breath that ended, and what follows from it."""
        if not isfinite(value):
            return []
        step_s = t_s - self._last_t_s
        self._last_t_s = t_s
        # Also true of the first sample, which has no step.
        if not step_s <= self._max_step_s:
            self._filter.restart(value)
            return self._series.restart(t_s, value)
        return self._series.push(t_s, self._filter.push(value, step_s))

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
