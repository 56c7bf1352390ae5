"""The smallest value of the last so many seconds."""

from __future__ import annotations

from collections import deque

__all__ = ["MovingSmallest"]


class MovingSmallest:
    """Smallest value of a moving window, in constant time for each on average.

    Parameters
    ----------
    window_s
        How far the window reaches back from the newest value, seconds.
    """

    def __init__(self, window_s: float) -> None:
        self._window_s = window_s
        # Only what may still become the smallest: increasing from the oldest on.
        self._kept: deque[tuple[float, float]] = deque()

    def __len__(self) -> int:
        return len(self._kept)

    def push(self, t_s: float, value: float) -> None:
        """Take the next value; times must not go back."""
        while self._kept and self._kept[-1][1] >= value:
            self._kept.pop()
        self._kept.append((t_s, value))
        while self._kept[0][0] < t_s - self._window_s:
            self._kept.popleft()

    @property
    def smallest(self) -> float | None:
        """The smallest, ``None`` before the first value."""
        return self._kept[0][1] if self._kept else None
