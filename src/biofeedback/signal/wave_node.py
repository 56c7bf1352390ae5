"""What every node that finds heartbeats in a waveform does, whichever the waveform.

Its rate may have to be learnt, a rate too low for beats is refused, once a second it says how
far it can be trusted, and nothing crosses a gap.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from math import floor, isnan, nan
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from biofeedback.samples import Metric
    from biofeedback.signal.wave_beat import WaveBeat
    from biofeedback.signal.wave_quality import WaveQuality

__all__ = ["FORGET_AFTER_S", "WaveNode", "WaveSite"]

# The sensor may have been put on anew, or somewhere else.
FORGET_AFTER_S = 30.0


class WaveSite(ABC):
    """One place on the body at a known rate: its gaps and its seconds.

    Parameters
    ----------
    quality
        Told of each start, gap and second.
    max_step_s
        A longer time from one sample to the next is a gap.
    """

    def __init__(self, quality: WaveQuality, max_step_s: float) -> None:
        self._max_step_s = max_step_s
        self._quality = quality
        self._last_t_s = nan
        self._second = 0

    def push(
        self, t_s: NDArray[np.float64], values: NDArray[np.float64]
    ) -> list[WaveBeat | Metric]:
        """Take samples, all finite, both of shape ``(n,)``."""
        results: list[WaveBeat | Metric] = []
        if t_s.size == 0:
            return results
        if isnan(self._last_t_s):
            self._last_t_s = float(t_s[0])
            self._second = floor(self._last_t_s)
            self._quality.begin(self._last_t_s)
        begin = 0
        # As np.diff with prepend, at a tenth of its cost for so few.
        steps_s = np.empty(t_s.size)
        steps_s[0] = t_s[0] - self._last_t_s
        np.subtract(t_s[1:], t_s[:-1], out=steps_s[1:])
        if float(steps_s.max()) > self._max_step_s:
            for gap in np.flatnonzero(steps_s > self._max_step_s).tolist():
                self._fill(t_s[begin:gap], values[begin:gap], results)
                self._cross_gap(float(t_s[gap] - steps_s[gap]), float(t_s[gap]), results)
                begin = gap
        self._fill(t_s[begin:], values[begin:], results)
        self._last_t_s = float(t_s[-1])
        return results

    def _reach(self, t_s: float, results: list[WaveBeat | Metric]) -> None:
        """Judge the second that ends where samples up to a time begin the next."""
        second = floor(t_s)
        if second > self._second:
            self._close_second(results)
            self._second = second

    def _cross_gap(self, from_s: float, to_s: float, results: list[WaveBeat | Metric]) -> None:
        """End what was before a gap and begin anew behind it."""
        self._flush(results)
        if floor(to_s) > self._second:
            # The second in which the gap began, by what there was of it; then those without any.
            self._close_second(results)
            self._quality.skip(floor(to_s) - self._second - 1)
            self._second = floor(to_s)
        self._restart(to_s, forgets=to_s - from_s > FORGET_AFTER_S)
        self._quality.begin(to_s)

    @abstractmethod
    def _fill(
        self,
        t_s: NDArray[np.float64],
        values: NDArray[np.float64],
        results: list[WaveBeat | Metric],
    ) -> None:
        """Take samples without a gap, none or more, and handle each block that is full."""

    @abstractmethod
    def _flush(self, results: list[WaveBeat | Metric]) -> None:
        """Handle what waits for its block to be full."""

    @abstractmethod
    def _close_second(self, results: list[WaveBeat | Metric]) -> None:
        """Judge the second that has ended, by the last second's worth of samples."""

    @abstractmethod
    def _restart(self, t_s: float, *, forgets: bool) -> None:
        """Begin anew behind a gap; after a long one, with no idea of what beats look like."""


class WaveNode(ABC):
    """Beats, the intervals between them, their height and quality.

    Parameters
    ----------
    quality
        What says that a sensor measures too seldom.
    n_to_learn
        Samples before the site can begin, 0 or more.
    max_value
        What is further from 0, or not a number, counts as missing.
    """

    def __init__(self, quality: WaveQuality, n_to_learn: int, max_value: float) -> None:
        self._quality = quality
        self._n_to_learn = n_to_learn
        self._max_value = max_value
        self._site: WaveSite | None = None
        self._is_too_sparse = False
        self._second = -1
        self._early_t_s = np.empty(0)
        self._early = np.empty(0)

    def push(
        self, t_s: NDArray[np.float64], values: NDArray[np.float64]
    ) -> list[WaveBeat | Metric]:
        """Take samples in order of time; return the beats that are now known, and measures.

        Parameters
        ----------
        t_s
            Times, shape ``(n,)``, not decreasing.
        values
            Shape ``(n,)`` or ``(n, 1)``, in any unit. What is not finite counts as missing.
        """
        values = np.asarray(values, dtype=np.float64).reshape(t_s.size)
        are_good = np.abs(values) <= self._max_value
        if not are_good.all():
            t_s, values = t_s[are_good], values[are_good]
        if self._is_too_sparse:
            return self._refuse(t_s)
        if self._site is None:
            t_s = self._early_t_s = np.concatenate((self._early_t_s, t_s))
            values = self._early = np.concatenate((self._early, values))
            if t_s.size < self._n_to_learn:
                return []
            self._early_t_s = self._early = np.empty(0)
            self._site = self._begin(t_s[: self._n_to_learn])
            if self._site is None:
                self._is_too_sparse = True
                return self._refuse(t_s)
        return self._site.push(t_s, values)

    @abstractmethod
    def _begin(self, t_s: NDArray[np.float64]) -> WaveSite | None:
        """Return the site, by the times of the first samples; ``None`` if they are too sparse."""

    def _refuse(self, t_s: NDArray[np.float64]) -> list[WaveBeat | Metric]:
        results: list[WaveBeat | Metric] = []
        for second in np.floor(t_s).astype(int).tolist():
            if second > self._second:
                self._second = second
                results.append(self._quality.too_sparse(float(second)))
        return results
