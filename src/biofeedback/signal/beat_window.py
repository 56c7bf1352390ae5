"""The corrected intervals of the last minutes, and whether they fill a window."""

from __future__ import annotations

from collections import deque
from math import ceil, nan
from typing import TYPE_CHECKING

from biofeedback.signal.quality import MAX_MISSING_SHARE
from biofeedback.signal.rolling import RollingRows
from biofeedback.signal.rr_artifacts import MIN_RR_MS

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from biofeedback.signal.tachogram import Interval

__all__ = ["BeatWindow"]

# After so long without a beat a window fills as at the start of a session.
_NEW_START_S = 60.0
# Two intervals laid end to end do not always meet to the last bit.
_TOUCHING_S = 1e-6
_SPARE_S = 5.0


class BeatWindow:
    """Corrected intervals of one sensor.

    Parameters
    ----------
    keep_s
        The longest window that will be asked for.
    n_extra
        Further numbers kept with each interval.
    """

    def __init__(self, keep_s: float, n_extra: int = 0) -> None:
        kept_s = keep_s + _SPARE_S
        capacity = ceil(1000.0 * kept_s / MIN_RR_MS) + 1
        self._rows = RollingRows(3 + n_extra, kept_s, capacity)
        self._kept_s = kept_s
        # Begin and end of each time between two intervals that do not meet, oldest first.
        self._holes_s: deque[tuple[float, float]] = deque()
        self._began_s = nan
        self._end_s = nan
        self._now_s = nan

    @property
    def now_s(self) -> float:
        """End of every window asked for; ``nan`` before the first interval."""
        return self._now_s

    @property
    def spanned_s(self) -> float:
        """Time since the first interval began, or the first after a long silence."""
        return self._now_s - self._began_s

    def advance(self, t_s: float) -> None:
        """Move the end of the windows on: a time has passed that no interval covers."""
        self._now_s = max(self._now_s, t_s)

    def add(self, interval: Interval, *extra: float) -> bool:
        """Append an interval; tell whether everything began anew with it.

        Parameters
        ----------
        interval
            The next corrected interval.
        extra
            The further numbers to keep with it.
        """
        end_s, rr_ms, follows = interval
        start_s = end_s - rr_ms / 1000.0
        # Also true at the first, where there is no end to compare with.
        is_anew = not start_s - self._end_s < _NEW_START_S
        if is_anew:
            self._rows.clear()
            self._holes_s.clear()
            self._began_s = start_s
        elif not follows:
            self._holes_s.append((self._end_s, start_s))
        holes_s = self._holes_s
        while holes_s and holes_s[0][1] <= end_s - self._kept_s:
            holes_s.popleft()
        self._end_s = self._now_s = end_s
        self._rows.append(end_s, rr_ms, float(follows), *extra)
        return is_anew

    def clear(self) -> None:
        """Start anew."""
        self._rows.clear()
        self._holes_s.clear()
        self._began_s = self._end_s = self._now_s = nan

    def last(self, window_s: float) -> NDArray[np.float64]:
        """Return columns ``end_s, rr_ms, follows, *extra`` of the intervals of a window.

        The first never follows: what it followed is outside the window.
        """
        rows = self._rows.since(self._now_s - window_s)
        if not rows.size:
            return rows
        rows = rows.copy()
        rows[2, 0] = 0.0
        return rows

    def missing_share(self, window_s: float) -> float:
        """Share of a window, 0 to 1, that no interval covers.

        A window that reaches back before the start is judged by the part that does not.
        """
        covered_s = float(self._rows.since(self._now_s - window_s)[1].sum()) / 1000.0
        return self.share_without(window_s, covered_s)

    def share_without(self, window_s: float, covered_s: float) -> float:
        """Share of a window, 0 to 1, that is missing where its intervals are so long together."""
        possible_s = min(window_s, self.spanned_s)
        return max(1.0 - covered_s / possible_s, 0.0) if possible_s > 0 else 0.0

    def wait_s(self, window_s: float, least_s: float | None = None) -> float:
        """Seconds until a window will be full enough, if nothing more is lost; 0 if it is.

        Parameters
        ----------
        window_s
            Length of the window.
        least_s
            What suffices after the start, until the whole window has passed; all of it
            unless given.
        """
        begin_s = self._now_s - window_s
        least_s = window_s if least_s is None else least_s
        spanned_s = self.spanned_s
        wait_s = max(least_s - spanned_s, 0.0)
        allowed_s = MAX_MISSING_SHARE * window_s
        missing_s = 0.0
        # Newest hole first: the one that goes over what is allowed must slide out.
        for hole_begin_s, hole_end_s in self._holes_within_s(begin_s):
            hole_s = hole_end_s - hole_begin_s
            if missing_s + hole_s > allowed_s + _TOUCHING_S:
                return max(wait_s, hole_end_s - (allowed_s - missing_s) - begin_s)
            missing_s += hole_s
        if spanned_s < window_s and missing_s:
            # A shorter stretch may miss less; it grows until what is missing is little enough.
            wait_s = max(wait_s, missing_s / MAX_MISSING_SHARE - spanned_s)
        return wait_s

    def _holes_within_s(self, begin_s: float) -> Iterator[tuple[float, float]]:
        """Begin and end of the holes after a time, newest first, cut off there."""
        if self._now_s > self._end_s:
            yield max(self._end_s, begin_s), self._now_s
        for hole_begin_s, hole_end_s in reversed(self._holes_s):
            if hole_end_s <= begin_s:
                return
            if hole_end_s > hole_begin_s:
                yield max(hole_begin_s, begin_s), hole_end_s
