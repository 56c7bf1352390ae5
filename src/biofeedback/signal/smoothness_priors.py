"""Detrending by smoothness priors: what is left when the smoothest line that fits is taken off.

The trend ``z`` of a series ``x`` makes ``|x - z|² + lambda² |D2 z|²`` smallest, with ``D2`` the
second difference; what remains is ``x - z``. In the middle of a long record it is a high-pass
of gain ``q / (1 + q)``, ``q = lambda² (2 sin(pi f / rate))⁴``: with lambda 500 at 4 Hz half the
amplitude at 0.0285 Hz, 0.98 at 0.08 Hz.

As published, lambda counts in samples, so that the same number cuts at quite another frequency
at another rate. Here lambda is that of 4 Hz, and is scaled with the square of the rate.

References
----------
Tarvainen, Ranta-aho and Karjalainen (2002), IEEE Trans. Biomed. Eng. 49:172.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["SMOOTHING", "smooth_trend", "smoothness_priors"]

SMOOTHING = 500.0
_RATE_OF_SMOOTHING_HZ = 4.0
_SECOND_DIFFERENCE = (1.0, -2.0, 1.0)
# The longest series whose factors are kept: ten minutes at 4 Hz.
_N_KEPT = 2400

_Factors = tuple[list[float], list[float], list[float]]


def smoothness_priors(
    values: NDArray[np.float64],
    rate_hz: float,
    smoothing: float = SMOOTHING,
    *,
    is_known: NDArray[np.bool_] | None = None,
) -> NDArray[np.float64]:
    """Take the smooth trend off an evenly sampled series.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        The series.
    rate_hz
        Its rate.
    smoothing
        Lambda at 4 Hz; at another rate it is scaled so that the same frequencies go.
    is_known : ndarray of bool, shape (n,), optional
        False where there is no sample. The trend is found from the others alone.

    Returns
    -------
    ndarray of float64, shape (n,)
        What is left, in the unit of `values`; ``nan`` where there is no sample. It has no mean
        and no straight line in it.

    Raises
    ------
    ValueError
        If a known value is not finite, the rate not positive, or the shapes differ.
    """
    known = np.ones(values.shape, dtype=np.bool_) if is_known is None else is_known
    if values.ndim != 1 or known.shape != values.shape:
        msg = f"values {values.shape} and is_known {known.shape} must be equal 1-D shapes"
        raise ValueError(msg)
    if not (rate_hz > 0 and smoothing > 0):
        msg = f"rate_hz {rate_hz} and smoothing {smoothing} must be positive"
        raise ValueError(msg)
    result = np.where(known, values, np.nan)
    if not np.isfinite(values[known]).all():
        msg = "values must be finite where they are known"
        raise ValueError(msg)
    if np.count_nonzero(known) < 3:
        # Through two points goes a straight line, and nothing is left.
        result[known] = 0.0
        return result
    # About the mean: what is left of a level of 800 ms is then not the rounding of 800.
    centred = np.where(known, values - values[known].mean(), 0.0)
    trend = smooth_trend(centred, rate_hz, smoothing, is_known=known)
    result[known] = (centred - trend)[known]
    return result


def smooth_trend(
    values: NDArray[np.float64],
    rate_hz: float,
    smoothing: float = SMOOTHING,
    *,
    is_known: NDArray[np.bool_] | None = None,
) -> NDArray[np.float64]:
    """Solve ``(K + lambda² D2ᵀ D2) z = x``, with ``K`` one where a sample is known, else zero.

    Nothing but three diagonals either side of the main one is ever held, so that the cost
    grows with the length and not with its square.

    Parameters
    ----------
    values : ndarray of float64, shape (n,) or (n, n_series)
        Finite, zero where unknown, at least three.
    rate_hz, smoothing, is_known
        As for `smoothness_priors`; at least two samples have to be known.

    Returns
    -------
    ndarray of float64
        The trend, of the shape of `values`.
    """
    n = values.shape[0]
    scaled = smoothing * (rate_hz / _RATE_OF_SMOOTHING_HZ) ** 2
    if is_known is None or is_known.all():
        factors = (_kept_factors if n <= _N_KEPT else _factors)(n, scaled)
    else:
        factors = _factors(n, scaled, is_known)
    return _solved(*factors, values)


def _factors(n: int, scaled: float, is_known: NDArray[np.bool_] | None = None) -> _Factors:
    """Factor the system as ``L D Lᵀ``: the diagonal of D, and L's entries one and two left of it.

    Entry ``i`` of the second and third is in row ``i``.
    """
    bands = np.zeros((3, n))
    for row in range(3):
        for column in range(row, 3):
            weight = _SECOND_DIFFERENCE[row] * _SECOND_DIFFERENCE[column]
            bands[column - row, column : n - 2 + column] += weight
    bands *= scaled * scaled
    # Entry j of first (second) is that of row j - 1 (j - 2) and column j.
    main, first, second = bands
    main += 1.0 if is_known is None else is_known
    pivots, below_1, below_2 = main.tolist(), first.tolist(), second.tolist()
    below_1[1] /= pivots[0]
    pivots[1] -= below_1[1] ** 2 * pivots[0]
    for i in range(2, n):
        far, near = pivots[i - 2], pivots[i - 1]
        two = below_2[i] / far
        one = (below_1[i] - two * far * below_1[i - 1]) / near
        pivots[i] -= one * one * near + two * two * far
        below_1[i], below_2[i] = one, two
    return pivots, below_1, below_2


# Windows of one length, of which there are many, have one system.
_kept_factors = lru_cache(maxsize=16)(_factors)


def _solved(
    pivots: list[float], below_1: list[float], below_2: list[float], values: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Solve a symmetric positive system of five diagonals from its factors."""
    # A row is a number, or an array with one of each series: the steps are the same.
    rows = values.tolist() if values.ndim == 1 else list(values.copy())
    far, near = rows[0], rows[1] - below_1[1] * rows[0]
    forward = [far, near]
    for row, one, two in zip(rows[2:], below_1[2:], below_2[2:], strict=True):
        far, near = near, row - one * near - two * far
        forward.append(near)
    near = forward[-1] / pivots[-1]
    # Nothing stands two to the right of the last row but one.
    after, back = 0.0 * near, [near]
    one, two = below_1[-1], 0.0
    for row, pivot, next_one, next_two in zip(
        forward[-2::-1], pivots[-2::-1], below_1[-2::-1], below_2[-1:0:-1], strict=True
    ):
        near, after = row / pivot - one * near - two * after, near
        back.append(near)
        one, two = next_one, next_two
    return np.array(back[::-1])
