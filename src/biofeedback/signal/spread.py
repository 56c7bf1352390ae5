"""How widely the last so many values lie, kept up to date value by value."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque

__all__ = ["QuartileSpread"]


class QuartileSpread:
    """Quartile deviation of the last values: half the distance between the quartiles.

    The values are kept sorted, so that one more costs an insertion and not a sort.

    Parameters
    ----------
    n_values
        How many are remembered.
    """

    def __init__(self, n_values: int) -> None:
        self._n_values = n_values
        self._order: deque[float] = deque()
        self._sorted: list[float] = []

    def __len__(self) -> int:
        return len(self._order)

    def add(self, value: float) -> None:
        """Remember a value, and forget the oldest when there are too many."""
        if len(self._order) == self._n_values:
            del self._sorted[bisect_left(self._sorted, self._order.popleft())]
        self._order.append(value)
        insort(self._sorted, value)

    def times(self, factor: float) -> float:
        """Return the quartile deviation times a factor, 0 without a value."""
        return factor * (self._quantile(0.75) - self._quantile(0.25)) / 2.0

    def _quantile(self, share: float) -> float:
        if not self._sorted:
            return 0.0
        place = share * (len(self._sorted) - 1)
        below = int(place)
        low = self._sorted[below]
        high = self._sorted[min(below + 1, len(self._sorted) - 1)]
        return low + (high - low) * (place - below)
