"""How low a person's activity lies at rest: a quantile that forgets, in a fixed piece of memory."""

from __future__ import annotations

from math import ceil, floor, isnan, log10, nan

import numpy as np

__all__ = ["RestLevel"]

_LOW_DECADE = -3
_HIGH_DECADE = 7
_BINS_PER_DECADE = 60
_MAX_WEIGHT = 1e9


class RestLevel:
    """The level below which a share of the values lie, older values counting ever less.

    Values are counted in bins 4 % wide, and the level is placed within its bin, so that it is
    right to about 2 % and costs the same in hour eight as in minute one.

    Parameters
    ----------
    share
        Of the values that lie below.
    half_life
        After so many values one counts half.
    """

    def __init__(self, share: float = 0.1, half_life: float = 1200.0) -> None:
        self._share = share
        # A new value's weight grows, so that the old ones need not be touched.
        self._growth = 2.0 ** (1.0 / half_life)
        self._weight = 1.0
        self._weights = np.zeros((_HIGH_DECADE - _LOW_DECADE) * _BINS_PER_DECADE)
        self._total = 0.0
        self._level = nan
        self.n_values = 0

    def add(self, value: float) -> None:
        """Take the next value, 0 or more."""
        place = (log10(value) - _LOW_DECADE) * _BINS_PER_DECADE if value > 0 else 0.0
        self._weight *= self._growth
        if self._weight > _MAX_WEIGHT:
            self._weights /= self._weight
            self._total /= self._weight
            self._weight = 1.0
        self._weights[min(max(floor(place), 0), self._weights.size - 1)] += self._weight
        self._total += self._weight
        self.n_values += 1
        self._level = nan

    @property
    def level(self) -> float:
        """The level, ``nan`` without a value."""
        if isnan(self._level) and self.n_values:
            sums = self._weights.cumsum()
            wanted = self._share * self._total
            i = min(int(sums.searchsorted(wanted, side="left")), self._weights.size - 1)
            # Rounding may point at an empty bin at the very end.
            weight = float(self._weights[i])
            within = (wanted - float(sums[i]) + weight) / weight if weight > 0 else 0.0
            place = i + min(max(within, 0.0), float(ceil(within)))
            self._level = 10.0 ** (place / _BINS_PER_DECADE + _LOW_DECADE)
        return self._level
