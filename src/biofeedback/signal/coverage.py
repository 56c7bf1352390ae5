"""How much of the last seconds one sensor's intervals cover, and when that will be enough."""

from __future__ import annotations

from collections import deque
from math import ceil, nan
from typing import TYPE_CHECKING

from biofeedback.signal.quality import MAX_MISSING_SHARE
from biofeedback.signal.rr_artifacts import MIN_RR_MS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from biofeedback.signal.tachogram import Interval

__all__ = ["Coverage"]

# After so long without a beat a window fills as at the start of a session.
_NEW_START_S = 60.0
# Two intervals laid end to end do not always meet to the last bit.
_TOUCHING_S = 1e-6


class Coverage:
    """Where intervals began, where they left holes, and where they end.

    Parameters
    ----------
    keep_s
        The longest window that will be asked for.
    """

    def __init__(self, keep_s: float) -> None:
        self._keep_s = keep_s
        # Begin and end of each time between two intervals that do not meet, oldest first; no
        # more than fit between intervals, should a sensor's time stand still.
        self._holes_s: deque[tuple[float, float]] = deque(maxlen=ceil(1000.0 * keep_s / MIN_RR_MS))
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

    def cover(self, interval: Interval) -> bool:
        """Take the next interval; tell whether everything began anew with it."""
        end_s, rr_ms, follows = interval
        start_s = end_s - rr_ms / 1000.0
        # Also true at the first, where there is no end to compare with.
        is_anew = not start_s - self._end_s < _NEW_START_S
        holes_s = self._holes_s
        if is_anew:
            holes_s.clear()
            self._began_s = start_s
        elif not follows:
            holes_s.append((self._end_s, start_s))
        while holes_s and holes_s[0][1] <= end_s - self._keep_s:
            holes_s.popleft()
        self._end_s = self._now_s = end_s
        return is_anew

    def clear(self) -> None:
        """Start anew."""
        self._holes_s.clear()
        self._began_s = self._end_s = self._now_s = nan

    def share_missing(self, window_s: float, covered_s: float) -> float:
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
