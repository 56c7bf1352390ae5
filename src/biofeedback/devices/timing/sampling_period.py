"""The time between two samples by the sensor's clock, as it is rather than as it is stated."""

from __future__ import annotations

from collections import deque

__all__ = ["SamplingPeriod"]

# Frames that follow each other say the period to within a sample in their number; a chest
# strap's 73 samples at 128 instead of 130 Hz are 1.1 samples off.
_UNSURE_SHARE = 0.25
_SURE_SHARE = 0.05
_LEAST_OFF = 0.5
# From so much on it is sure.
_SURE_S = 3.0
_N_SURE = 6
# So much of the past counts.
_MEMORY_S = 60.0
# So many odd steps that agree this well are no holes but another rate than the stated one.
_N_ODD = 3
_AGREE = 0.1


class SamplingPeriod:
    """Learnt from the stamps of frames that follow each other.

    Parameters
    ----------
    nominal_s
        As stated.
    is_exact
        True for a count, where it is so by definition.

    Attributes
    ----------
    seconds : float
        As known now.
    is_sure : bool
        Whether it has been measured.
    """

    def __init__(self, nominal_s: float, *, is_exact: bool) -> None:
        self.seconds = nominal_s
        self.is_sure = is_exact
        self._is_exact = is_exact
        self._sum_s = 0.0
        self._n_samples = 0.0
        self._n_steps = 0
        self._odd_s: deque[float] = deque(maxlen=_N_ODD)

    def missing(self, step_s: float, n_samples: int) -> float:
        """Return how many samples are missing where one frame's last follows another's so late.

        Exactly 0.0 where the two follow each other; below 0 where they overlap.
        """
        missing = step_s / self.seconds - n_samples
        share = _SURE_SHARE if self.is_sure else _UNSURE_SHARE
        within = _LEAST_OFF if self._is_exact else max(_LEAST_OFF, share * n_samples)
        return 0.0 if abs(missing) <= within else missing

    def learn(self, step_s: float, n_samples: int) -> None:
        """Take the step from one frame to the next."""
        if self._is_exact or step_s <= 0.0:
            return
        if self.missing(step_s, n_samples) != 0.0:
            self._learn_odd(step_s / n_samples)
            return
        self._odd_s.clear()
        self._sum_s += step_s
        self._n_samples += n_samples
        self._n_steps += 1
        if self._n_steps >= _N_SURE and self._sum_s >= _SURE_S:
            self.is_sure = True
        if self.is_sure:
            self.seconds = self._sum_s / self._n_samples
        if self._sum_s > _MEMORY_S:
            self._sum_s /= 2
            self._n_samples /= 2

    def _learn_odd(self, period_s: float) -> None:
        self._odd_s.append(period_s)
        if len(self._odd_s) < _N_ODD:
            return
        mean_s = sum(self._odd_s) / _N_ODD
        if all(abs(each_s - mean_s) < _AGREE * mean_s for each_s in self._odd_s):
            self.seconds = mean_s
            self.is_sure = False
            self._sum_s = self._n_samples = 0.0
            self._n_steps = 0
            self._odd_s.clear()
