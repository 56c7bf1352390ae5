"""What is counted of one stream for those who look at its health."""

from __future__ import annotations

from collections import deque
from math import isnan, nan, sqrt

__all__ = ["StreamTally"]

_N_LAGS = 128
# Bursts and silences say little of how far packets lie apart.
_SPACING_SHARE = 0.1
_MOST_SPACINGS = 5.0


class StreamTally:
    """Counts and spreads of one stream.

    Attributes
    ----------
    n_lost : int
        Samples that never came.
    n_late : int
        Samples left out because they came too late, or twice.
    spacing_s : float
        How far packets lie apart, ``nan`` before the second.
    """

    def __init__(self) -> None:
        self.n_lost = 0
        self.n_late = 0
        self.spacing_s = nan
        self._arrival_s = nan
        self._lags_s: deque[float] = deque(maxlen=_N_LAGS)

    @property
    def jitter_ms(self) -> float:
        """Standard deviation of how late packets came, ``nan`` before the second."""
        if len(self._lags_s) < 2:
            return nan
        mean_s = sum(self._lags_s) / len(self._lags_s)
        variance = sum((lag_s - mean_s) ** 2 for lag_s in self._lags_s) / len(self._lags_s)
        return 1000.0 * sqrt(variance)

    def arrived(self, arrival_s: float) -> None:
        """Count a packet that arrived."""
        apart_s = arrival_s - self._arrival_s
        self._arrival_s = arrival_s
        if isnan(apart_s):
            return
        if self.spacing_s > 0.0:
            apart_s = min(apart_s, _MOST_SPACINGS * self.spacing_s)
            self.spacing_s += _SPACING_SHARE * (apart_s - self.spacing_s)
        else:
            self.spacing_s = apart_s

    def interrupted(self) -> None:
        """Count the time until the next packet for nothing."""
        self._arrival_s = nan

    def timed(self, lag_s: float) -> None:
        """Count a packet that was handed out, with its arrival less its newest time."""
        self._lags_s.append(lag_s)
