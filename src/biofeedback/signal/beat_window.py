"""The corrected intervals of the last minutes, and whether they fill a window."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from biofeedback.signal.coverage import Coverage
from biofeedback.signal.rolling import RollingRows
from biofeedback.signal.rr_artifacts import MIN_RR_MS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from biofeedback.signal.tachogram import Interval

__all__ = ["BeatWindow"]

_SPARE_S = 5.0


class BeatWindow(Coverage):
    """Corrected intervals of one sensor.

    Parameters
    ----------
    keep_s
        The longest window that will be asked for.
    n_extra
        Further numbers kept with each interval.
    """

    def __init__(self, keep_s: float, n_extra: int = 0) -> None:
        super().__init__(keep_s)
        kept_s = keep_s + _SPARE_S
        self._rows = RollingRows(3 + n_extra, kept_s, ceil(1000.0 * kept_s / MIN_RR_MS) + 1)

    def add(self, interval: Interval, *extra: float) -> None:
        """Append an interval, with the further numbers to keep beside it."""
        if self.cover(interval):
            self._rows.clear()
        self._rows.append(interval.end_s, interval.rr_ms, float(interval.follows), *extra)

    def clear(self) -> None:
        """Start anew."""
        super().clear()
        self._rows.clear()

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
        return self.share_missing(window_s, covered_s)
