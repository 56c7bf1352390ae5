"""The corrected intervals of the last minutes, and whether they fill a window."""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.signal.quality import MAX_MISSING_SHARE
from biofeedback.signal.rolling import RollingRows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from biofeedback.signal.tachogram import Interval

__all__ = ["BeatWindow"]

# After so long without a beat a window fills as at the start of a session.
_NEW_START_S = 60.0
# Two intervals laid end to end do not always meet to the last bit.
_TOUCHING_S = 1e-6


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
        self._rows = RollingRows(3 + n_extra, keep_s + 5.0)
        self._began_s = nan
        self._end_s = nan
        self._now_s = nan

    @property
    def now_s(self) -> float:
        """End of every window asked for; ``nan`` before the first interval."""
        return self._now_s

    def advance(self, t_s: float) -> None:
        """Move the end of the windows on: a time has passed that no interval covers."""
        self._now_s = max(self._now_s, t_s)

    def add(self, interval: Interval, *extra: float) -> None:
        """Append an interval."""
        start_s = interval.end_s - interval.rr_ms / 1000.0
        # Also true at the first, where there is no end to compare with.
        if not start_s - self._end_s < _NEW_START_S:
            self._rows.clear()
            self._began_s = start_s
        self._end_s = self._now_s = interval.end_s
        self._rows.append(interval.end_s, interval.rr_ms, float(interval.follows), *extra)

    def clear(self) -> None:
        """Start anew."""
        self._rows.clear()
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
        rows = self._rows.since(self._now_s - window_s)
        possible_s = min(window_s, self._now_s - self._began_s)
        if not possible_s > 0:
            return 0.0
        return max(1.0 - float(rows[1].sum()) / 1000.0 / possible_s, 0.0)

    def wait_s(self, window_s: float) -> float:
        """Seconds until a window will be full enough, if nothing more is lost; 0 if it is."""
        begin_s = self._now_s - window_s
        wait_s = max(self._began_s - begin_s, 0.0)
        allowed_s = MAX_MISSING_SHARE * window_s
        rows = self._rows.since(begin_s)
        start_s = rows[0] - rows[1] / 1000.0
        holes_s = [(self._end_s, self._now_s)]
        for i in np.flatnonzero(rows[2] == 0.0)[::-1]:
            hole_end_s = float(start_s[i])
            holes_s.append((float(rows[0, i - 1]) if i else min(begin_s, hole_end_s), hole_end_s))
        # Newest hole first: the one that goes over what is allowed must slide out.
        for hole_begin_s, hole_end_s in holes_s:
            hole_s = max(hole_end_s - hole_begin_s, 0.0)
            if hole_s > allowed_s + _TOUCHING_S:
                return max(wait_s, hole_end_s - allowed_s - begin_s)
            allowed_s -= hole_s
        return wait_s
