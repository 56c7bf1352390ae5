"""Where the line of a trace runs: at most a few points for each column of pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Run", "runs_of", "thinned"]

Run = tuple["NDArray[np.float64]", "NDArray[np.float64]"]


def runs_of(t_s: NDArray[np.float64], values: NDArray[np.float64], hole_s: float) -> list[Run]:
    """Cut samples where there is a hole, or no reading.

    Parameters
    ----------
    t_s, values
        Times, increasing, and what was measured; shape ``(n_samples,)``. ``nan`` is no reading.
    hole_s
        From how far apart two samples are not joined by a line.

    Returns
    -------
    list of Run
        Unbroken ``(t_s, values)``, oldest first.
    """
    is_read = np.isfinite(values)
    if not is_read.all():
        t_s, values = t_s[is_read], values[is_read]
    if t_s.size == 0:
        return []
    # A missing reading is as wide as two steps: that is a hole where it is told apart at all.
    cuts = np.flatnonzero(np.diff(t_s) > hole_s) + 1
    return list(zip(np.split(t_s, cuts), np.split(values, cuts), strict=True))


def thinned(run: Run, start_s: float, step_s: float) -> Run:
    """Return a run with no more than the lowest and the highest sample of each column.

    A spike of one sample keeps its height, however many samples a column has.

    Parameters
    ----------
    run
        Times, increasing, and values.
    start_s, step_s
        Where the first column begins, and how long each is. The same samples fall into the same
        column at every later look only if ``start_s`` moves in whole steps.
    """
    t_s, values = run
    if t_s.size < 3:
        return run
    column = np.floor((t_s - start_s) / step_s)
    firsts = np.flatnonzero(np.diff(column, prepend=-np.inf))
    if 2 * firsts.size >= t_s.size:
        return run
    lows = np.minimum.reduceat(values, firsts)
    highs = np.maximum.reduceat(values, firsts)
    # In the order in which they came, as far as the ends of the column tell: a rise stays a rise.
    is_rising = values[np.append(firsts[1:], t_s.size) - 1] >= values[firsts]
    both = np.empty(2 * firsts.size)
    both[0::2] = np.where(is_rising, lows, highs)
    both[1::2] = np.where(is_rising, highs, lows)
    return np.repeat(t_s[firsts], 2), both
