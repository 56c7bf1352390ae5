"""The time between two samples by the sensor's clock, as it is rather than as it is stated."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

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
# So many odd steps in a row that agree this well are no holes but another rate than the stated
# one; at the start fewer, if they are no whole number of frames.
_N_ODD = 8
_N_START_ODD = 3
_ODD_SHARE = 0.1
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
        return 0.0 if abs(missing) <= self.tolerance(n_samples) else missing

    def tolerance(self, n_samples: int) -> float:
        """Return by how many samples a step may be off though nothing is missing."""
        share = _SURE_SHARE if self.is_sure else _UNSURE_SHARE
        return _LEAST_OFF if self._is_exact else max(_LEAST_OFF, share * n_samples)

    def learn(self, step_s: float, n_samples: int) -> None:
        """Take the step from one frame to the next, in the order of their samples."""
        if self._is_exact or step_s <= 0.0:
            return
        if self.missing(step_s, n_samples) != 0.0:
            self._odd_s.append(step_s / n_samples)
            if len(self._odd_s) == _N_ODD and _agree(self._odd_s):
                self._adopt(self._odd_s)
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

    def is_odd(self, step_s: float, n_samples: int) -> bool:
        """Whether a step is neither that of one frame nor that of a few of its size.

        While the rate is unknown that tells of another rate than the stated one.
        """
        if self.is_sure:
            return False
        n_frames = step_s / (self.seconds * n_samples)
        return n_frames > 0.0 and abs(n_frames - round(n_frames)) > _ODD_SHARE

    def foresee(self, steps: list[tuple[float, int]]) -> None:
        """Take another rate than the stated one from the first steps, before any is learnt."""
        each_s = [step_s / n_samples for step_s, n_samples in steps]
        if (
            len(steps) >= _N_START_ODD
            and all(self.is_odd(step_s, n_samples) for step_s, n_samples in steps)
            and _agree(each_s)
        ):
            self._adopt(each_s)

    def _adopt(self, each_s: Collection[float]) -> None:
        self.seconds = sum(each_s) / len(each_s)
        self.is_sure = False
        self._sum_s = self._n_samples = 0.0
        self._n_steps = 0
        self._odd_s.clear()


def _agree(each_s: Collection[float]) -> bool:
    mean_s = sum(each_s) / len(each_s)
    return all(abs(one_s - mean_s) < _AGREE * mean_s for one_s in each_s)
