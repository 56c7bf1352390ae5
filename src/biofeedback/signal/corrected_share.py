"""Share of the last beats that had to be corrected, kept up to date beat by beat."""

from __future__ import annotations

from collections import deque
from math import ceil

__all__ = ["CorrectedShare"]

# No heart, and no noise that a sensor takes for one: only a clock that stands still.
_MOST_PER_S = 10.0


class CorrectedShare:
    """Corrected beats over all beats of the last ``window_s`` seconds.

    Parameters
    ----------
    window_s
        Length of the window in seconds.
    """

    __slots__ = ("_beats", "_most", "_n_corrected", "_window_s")

    def __init__(self, window_s: float) -> None:
        self._window_s = window_s
        self._most = ceil(_MOST_PER_S * window_s)
        self._beats: deque[tuple[float, bool]] = deque()
        self._n_corrected = 0

    def add(self, t_s: float, *, is_corrected: bool) -> None:
        """Take the next beat, and let go of those that are too old."""
        beats = self._beats
        beats.append((t_s, is_corrected))
        self._n_corrected += is_corrected
        limit_s = t_s - self._window_s
        while beats[0][0] <= limit_s or len(beats) > self._most:
            self._n_corrected -= beats.popleft()[1]

    @property
    def share(self) -> float:
        """0 to 1; 0 without a beat."""
        return self._n_corrected / len(self._beats) if self._beats else 0.0
