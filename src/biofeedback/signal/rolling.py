"""The last so many seconds of rows of numbers, as array views, in a fixed piece of memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["RollingRows"]


class RollingRows:
    """Rows of numbers, the first of each its time, that leave when they are too old.

    Kept in an array of twice the capacity: rows are appended, and when the end is reached the
    live part moves to the front. So every window is one contiguous view, and a row costs the
    same in hour eight as in minute one.

    Parameters
    ----------
    n_columns
        Numbers a row; column 0 is the time in seconds, increasing.
    keep_s
        How long a row stays, counted back from the newest.
    capacity
        At most so many rows; then the oldest leave sooner.
    """

    def __init__(self, n_columns: int, keep_s: float, capacity: int = 512) -> None:
        # Column-major, so that each column of a window is contiguous.
        self._rows = np.zeros((n_columns, 2 * capacity))
        self._keep_s = keep_s
        self._capacity = capacity
        self._start = self._end = 0

    def __len__(self) -> int:
        return self._end - self._start

    def append(self, *row: float) -> None:
        """Add a row and let go of those that are too old."""
        if self._end == self._rows.shape[1]:
            n_rows = len(self)
            self._rows[:, :n_rows] = self._rows[:, self._start : self._end]
            self._start, self._end = 0, n_rows
        self._rows[:, self._end] = row
        self._end += 1
        limit_s = row[0] - self._keep_s
        while self._rows[0, self._start] <= limit_s or len(self) > self._capacity:
            self._start += 1

    def clear(self) -> None:
        """Forget all rows."""
        self._start = self._end = 0

    def since(self, t_s: float) -> NDArray[np.float64]:
        """Return the rows later than a time.

        Returns
        -------
        ndarray of float64, shape (n_columns, n_rows)
            A view: copy what must outlive the next `append`.
        """
        live = self._rows[:, self._start : self._end]
        first = int(np.searchsorted(live[0], t_s, side="right"))
        return live[:, first:]
