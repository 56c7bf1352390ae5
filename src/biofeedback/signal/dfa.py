"""Detrended fluctuation analysis (DFA): how fluctuation grows with the number of beats.

The intervals, less their mean, are summed up to a profile. The profile is cut into boxes of
``n`` beats, a straight line is fitted in each, and the root mean square of what the lines
leave is the fluctuation ``F(n)``. The slope of ``ln F`` on ``ln n`` is the scaling exponent:
0.5 for intervals that know nothing of each other, 1 for 1/f noise, 1.5 for a random walk.

Boxes do not overlap; they are laid from the first beat on, and what is left at the end, less
than a box, takes no part. No box crosses a gap: after one, boxes are laid anew.

References
----------
Peng, Havlin, Stanley and Goldberger (1995), Chaos 5:82-87 (definition; boxes of 4 to 16 beats
for alpha 1, 16 to 64 for alpha 2). Other programs use 4 to 11 or 4 to 12 beats, or boxes that
overlap by half, and give other numbers.
"""

from __future__ import annotations

from functools import cache
from math import nan
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.signal.hrv import check_shapes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["LONG_BOXES", "SHORT_BOXES", "dfa_alpha", "fluctuations_ms", "scaling_exponent"]

SHORT_BOXES = tuple(range(4, 17))
LONG_BOXES = tuple(range(16, 65))
# So many of the largest boxes at least: one alone would decide the slope's end.
_MIN_LARGEST_BOXES = 4
# Larger products, of matrices and of rows of numbers, are given to several threads, which spend
# more on waiting for each other.
_MAX_PRODUCTS = 200_000
_MAX_NUMBERS = 8192
# Below this what is left of a profile is rounding.
_MIN_FLUCTUATION_MS = 1e-6


@cache
def _without_line(box: int) -> NDArray[np.float64]:
    """Matrix that takes the straight line out of a row of ``box`` numbers."""
    level = np.full(box, box**-0.5)
    slope = np.arange(box) - (box - 1) / 2.0
    slope /= np.sqrt(slope.dot(slope))
    matrix = np.eye(box) - np.outer(level, level) - np.outer(slope, slope)
    matrix.setflags(write=False)
    return matrix


@cache
def _slope_weights(boxes: tuple[int, ...]) -> NDArray[np.float64]:
    """Weights whose sum with values at ``ln boxes`` is the slope of the best line."""
    x = np.log(np.array(boxes, dtype=np.float64))
    x -= x.mean()
    weights: NDArray[np.float64] = x / x.dot(x)
    weights.setflags(write=False)
    return weights


def fluctuations_ms(
    rr_ms: NDArray[np.float64], follows: NDArray[np.bool_], boxes: Sequence[int]
) -> NDArray[np.float64]:
    """Fluctuation of the summed intervals around straight lines, for each box size.

    Parameters
    ----------
    rr_ms : ndarray of float64, shape (n_beats,)
        RR intervals, oldest first.
    follows : ndarray of bool, shape (n_beats,)
        True where an interval began where the one before it ended.
    boxes : sequence of int
        Box sizes in beats, 3 or more.

    Returns
    -------
    ndarray of float64, shape (n_boxes,)
        Milliseconds; ``nan`` where no box of that size fits between two gaps.

    Raises
    ------
    ValueError
        If the shapes differ or are not one-dimensional.
    """
    check_shapes(rr_ms, follows)
    found_ms = np.full(len(boxes), nan)
    if not rr_ms.size:
        return found_ms
    # Any constant may be taken off, a line through the profile; the mean keeps numbers small.
    profile_ms = np.cumsum(rr_ms - rr_ms.mean())
    starts = [0, *(np.flatnonzero(~follows[1:]) + 1).tolist()]
    stretches = [
        profile_ms[start:end] for start, end in zip(starts, [*starts[1:], rr_ms.size], strict=True)
    ]
    for place, box in enumerate(boxes):
        matrix = _without_line(box)
        n_together = max(1, min(_MAX_PRODUCTS // box, _MAX_NUMBERS) // box)
        squares = 0.0
        n_beats = 0
        for stretch_ms in stretches:
            n_boxes = stretch_ms.size // box
            rows_ms = stretch_ms[: n_boxes * box].reshape(n_boxes, box)
            for first in range(0, n_boxes, n_together):
                left_ms = (rows_ms[first : first + n_together] @ matrix).ravel()
                squares += float(left_ms.dot(left_ms))
                n_beats += left_ms.size
        if n_beats:
            found_ms[place] = (squares / n_beats) ** 0.5
    return found_ms


def scaling_exponent(boxes: Sequence[int], fluctuation_ms: NDArray[np.float64]) -> float:
    """Slope of the logarithm of fluctuation on the logarithm of box size.

    Returns
    -------
    float
        ``nan`` where a fluctuation is missing or nothing but rounding.
    """
    # The negation also catches nan.
    if not (fluctuation_ms > _MIN_FLUCTUATION_MS).all():
        return nan
    return float(_slope_weights(tuple(boxes)).dot(np.log(fluctuation_ms)))


def dfa_alpha(
    rr_ms: NDArray[np.float64],
    follows: NDArray[np.bool_],
    boxes: Sequence[int] = SHORT_BOXES,
) -> float:
    """Scaling exponent over a range of box sizes: alpha 1 unless told otherwise.

    Parameters
    ----------
    rr_ms, follows, boxes
        As for `fluctuations_ms`.

    Returns
    -------
    float
        ``nan`` with fewer beats than four of the largest boxes, and where nothing varies.

    Raises
    ------
    ValueError
        If the shapes differ or are not one-dimensional.
    """
    if rr_ms.size < _MIN_LARGEST_BOXES * max(boxes):
        return nan
    return scaling_exponent(boxes, fluctuations_ms(rr_ms, follows, boxes))
