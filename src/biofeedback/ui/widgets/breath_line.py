"""The measured breath of the last 60 s: where it lies, and what of it is still to be painted."""

from __future__ import annotations

from itertools import pairwise
from math import inf, nan
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["BreathLine"]

# Points further apart are not joined: between two breaths, or where a sensor was silent.
_HOLE_S = 1.0
# New points are painted together, so that a fast sensor costs no more than a slow one.
_PIECE_S = 0.24
# The range grows by more than is needed, and shrinks when it is this much too wide.
_MARGIN = 0.15
_TOO_WIDE = 2.2
_LOOK_EVERY_S = 5.0


class BreathLine:
    """Follows ``(t_s, value)`` of a breathing sensor, whatever its unit.

    Its height is the sensor's own range over the time that is shown: it tells when a breath
    turns, not how deep it is.
    """

    def __init__(self) -> None:
        self._points: Sequence[tuple[float, float]] = ()
        self._painted_s = -inf
        self._low = self._high = nan
        self._looked_s = -inf

    def __bool__(self) -> bool:
        return bool(self._points)

    def set_points(self, points: Sequence[tuple[float, float]]) -> bool:
        """Take the newest points, oldest first; return True when all has to be painted anew."""
        before, self._points = self._points, points
        if not points:
            return bool(before)
        newest_s = points[-1][0]
        if newest_s < self._painted_s:
            # Another sensor, or an earlier moment of a replay.
            self._low = self._high = nan
            self._looked_s = -inf
        if 0.0 <= newest_s - self._looked_s < _LOOK_EVERY_S:
            values = [value for _, value in self._newer(self._painted_s)]
            is_whole = False
        else:
            self._looked_s = newest_s
            values = [value for _, value in points]
            is_whole = True
        return self._fit(values, is_whole=is_whole)

    def restart(self) -> None:
        """Hand out everything again with the next `paths`."""
        self._painted_s = -inf

    def paths(self, until_s: float) -> Iterator[list[tuple[float, float]]]:
        """Return what is new as unbroken runs of ``(t_s, height)``, height 0 to 1.

        Parameters
        ----------
        until_s
            What came later is beyond the picture's edge, and is kept for the next time.
        """
        # The last one painted is where the line goes on.
        fresh = [p for p in self._newer(self._painted_s - 1e-9) if p[0] <= until_s]
        if not fresh or fresh[-1][0] - self._painted_s < _PIECE_S:
            return
        span = self._high - self._low
        self._painted_s = fresh[-1][0]
        run: list[tuple[float, float]] = []
        for (t_s, value), (next_s, _) in pairwise([*fresh, (inf, 0.0)]):
            run.append((t_s, (value - self._low) / span))
            if next_s - t_s > _HOLE_S:
                yield run
                run = []

    def _newer(self, than_s: float) -> list[tuple[float, float]]:
        points = self._points
        first = len(points)
        while first and points[first - 1][0] > than_s:
            first -= 1
        return list(points[first:])

    def _fit(self, values: Sequence[float], *, is_whole: bool) -> bool:
        """Widen the range when a value leaves it; narrow it when it is far too wide."""
        if not values:
            return False
        low, high = min(values), max(values)
        is_inside = low >= self._low and high <= self._high
        if is_inside and not (is_whole and self._high - self._low > _TOO_WIDE * (high - low)):
            return False
        if not is_whole and self._low <= self._high:
            low, high = min(low, self._low), max(high, self._high)
        span = (high - low) or abs(high) or 1.0
        self._low, self._high = low - _MARGIN * span, high + _MARGIN * span
        return True
