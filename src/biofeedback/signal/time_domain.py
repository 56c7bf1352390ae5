"""Time-domain and Poincaré measures of the last seconds, beat by beat, without drift.

Each interval adds to a handful of sums when it comes and is taken off them when it leaves,
so that a beat costs the same whatever the window's length. Sums of floats would drift: what
a large difference rounded away stays away after it has left. Here intervals are whole numbers
of 2^-40 ms, whose sums and squares are exact whatever passes through, and only the finished
measure is rounded. In hour eight the window gives what `biofeedback.signal.hrv` gives for the
same intervals, and what it gave in minute one.
"""

from __future__ import annotations

from collections import deque
from math import ceil, log, nan, sqrt
from typing import TYPE_CHECKING, NamedTuple

from biofeedback.signal.hrv import MIN_PAIRS
from biofeedback.signal.rr_artifacts import MIN_RR_MS

if TYPE_CHECKING:
    from biofeedback.signal.tachogram import Interval

__all__ = ["TimeDomain", "TimeDomainWindow"]

# An interval of up to 4 s keeps all bits that matter, 1e-12 ms, and Python's integers do the rest.
_UNITS_PER_MS = 2.0**40


class TimeDomain(NamedTuple):
    """The measures of one window, each ``nan`` where there are too few beats for it."""

    mean_rr_ms: float
    sdnn_ms: float
    rmssd_ms: float
    pnn50_pct: float
    pnn20_pct: float
    sd1_ms: float
    sd2_ms: float

    @property
    def ln_rmssd(self) -> float:
        """Natural logarithm of RMSSD."""
        return log(self.rmssd_ms) if self.rmssd_ms > 0 else nan

    @property
    def sd2_sd1_ratio(self) -> float:
        """Length of the Poincaré cloud over its width."""
        return self.sd2_ms / self.sd1_ms if self.sd1_ms > 0 else nan


# What an interval adds to the sums with the one that it follows: their difference, its square,
# their sum, its square, whether they differ by over 50 ms, and by over 20 ms.
_Pair = tuple[int, int, int, int, bool, bool]
# Plain tuples: a beat costs 2 µs, of which names for these would be another half.


class TimeDomainWindow:
    """Measures of the intervals that ended in the last ``window_s`` seconds.

    The first interval of a window makes no pair: the one before it lies outside.

    Parameters
    ----------
    window_s
        Length of the window in seconds. It holds no more intervals than fit: where a sensor's
        time stands still the oldest leave all the same.
    """

    __slots__ = (
        "_difference_squares",
        "_differences",
        "_entries",
        "_last",
        "_last_ms",
        "_most",
        "_n_over_20",
        "_n_over_50",
        "_n_pairs",
        "_squares",
        "_sum",
        "_total_squares",
        "_totals",
        "_window_s",
    )

    def __init__(self, window_s: float) -> None:
        self._window_s = window_s
        self._most = ceil(1000.0 * window_s / MIN_RR_MS) + 1
        # End, length and its square, and the pair with the interval before it.
        self._entries: deque[tuple[float, int, int, _Pair | None]] = deque()
        self.clear()

    def __len__(self) -> int:
        return len(self._entries)

    def clear(self) -> None:
        """Forget all intervals."""
        self._entries.clear()
        self._last = 0
        self._last_ms = nan
        self._sum = self._squares = 0
        self._n_pairs = self._n_over_50 = self._n_over_20 = 0
        self._differences = self._difference_squares = 0
        self._totals = self._total_squares = 0

    @property
    def covered_s(self) -> float:
        """Length of all intervals together, seconds."""
        return self._sum / _UNITS_PER_MS / 1000.0

    def add(self, interval: Interval) -> None:
        """Take the next interval, whose end is the window's new end.

        Parameters
        ----------
        interval
            The next corrected interval; its length is a number of milliseconds, not ``nan``.
        """
        end_s, rr_ms, follows = interval
        entries = self._entries
        length = int(rr_ms * _UNITS_PER_MS)
        square = length * length
        pair: _Pair | None = None
        if follows and entries:
            difference = length - self._last
            difference_square = difference * difference
            total = length + self._last
            total_square = total * total
            # In floats, as a whole computation compares them.
            step_ms = abs(rr_ms - self._last_ms)
            is_over_50 = step_ms > 50.0
            is_over_20 = step_ms > 20.0
            pair = difference, difference_square, total, total_square, is_over_50, is_over_20
            self._n_pairs += 1
            self._differences += difference
            self._difference_squares += difference_square
            self._totals += total
            self._total_squares += total_square
            if is_over_20:
                self._n_over_20 += 1
                self._n_over_50 += is_over_50
        entries.append((end_s, length, square, pair))
        self._sum += length
        self._squares += square
        self._last = length
        self._last_ms = rr_ms
        if entries[0][0] <= end_s - self._window_s or len(entries) > self._most:
            self.advance(end_s)

    def advance(self, t_s: float) -> None:
        """Move the end of the window on and let go of what it leaves behind."""
        entries = self._entries
        limit_s = t_s - self._window_s
        while entries and (entries[0][0] <= limit_s or len(entries) > self._most):
            _, length, square, _ = entries.popleft()
            self._sum -= length
            self._squares -= square
            # Its own pair went with the interval before it; now its successor's goes.
            if entries and (pair := entries[0][3]) is not None:
                difference, difference_square, total, total_square, is_over_50, is_over_20 = pair
                self._n_pairs -= 1
                self._differences -= difference
                self._difference_squares -= difference_square
                self._totals -= total
                self._total_squares -= total_square
                if is_over_20:
                    self._n_over_20 -= 1
                    self._n_over_50 -= is_over_50

    @property
    def rmssd_ms(self) -> float:
        """RMSSD alone, as in `measures`."""
        k = self._n_pairs
        return nan if k < MIN_PAIRS else sqrt(self._difference_squares / k) / _UNITS_PER_MS

    def measures(self) -> TimeDomain:
        """Return all measures of the window as it stands."""
        n, k = len(self._entries), self._n_pairs
        mean_rr_ms = self._sum / n / _UNITS_PER_MS if n else nan
        sdnn_ms = nan
        if n > MIN_PAIRS:
            # Whole numbers up to the division: nothing cancels.
            variance = (n * self._squares - self._sum * self._sum) / (n * (n - 1))
            sdnn_ms = sqrt(variance) / _UNITS_PER_MS
        if k < MIN_PAIRS:
            return TimeDomain(mean_rr_ms, sdnn_ms, nan, nan, nan, nan, nan)
        squares, differences = self._difference_squares, self._differences
        total_squares, totals = self._total_squares, self._totals
        # Twice k (k - 1): differences and sums are the cloud's axes times root two.
        twice = 2 * k * (k - 1)
        values = (
            mean_rr_ms,
            sdnn_ms,
            sqrt(squares / k) / _UNITS_PER_MS,
            100.0 * self._n_over_50 / k,
            100.0 * self._n_over_20 / k,
            sqrt((k * squares - differences * differences) / twice) / _UNITS_PER_MS,
            sqrt((k * total_squares - totals * totals) / twice) / _UNITS_PER_MS,
        )
        # A named tuple's own constructor would cost as much as three of the measures.
        return tuple.__new__(TimeDomain, values)
