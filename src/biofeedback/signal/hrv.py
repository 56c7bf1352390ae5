"""Heart-rate variability (HRV) over one stretch of beats, in the time domain.

Everything here is a pure function of arrays: no state, no clock. The live nodes and the
offline analysis call the same functions. Which intervals to give is decided elsewhere:
`biofeedback.signal.rr_artifacts` corrects, `biofeedback.signal.beat_window` and
`biofeedback.signal.offline` select. Nothing here cleans anything.

Conventions
-----------
rr_ms      RR intervals, milliseconds, float64, shape ``(n_beats,)``, oldest first.
follows    bool, same shape: True where the interval began where the one before it ended.
           The first is always False.
Results    float, in the unit their name ends with; ``nan`` means "not enough beats yet",
           which is an ordinary state in a live session and not an error.

A gap is *skipped, never bridged*: the difference between the intervals on either side of
one is not a successive difference and is left out.

References
----------
Task Force of the ESC and NASPE (1996), Circulation 93:1043-1065 (definitions).
Brennan, Palaniswami and Kamen (2001), IEEE Trans. Biomed. Eng. 48:1342 (SD1, SD2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "mean_heart_rate_bpm",
    "pnn50_pct",
    "rmssd_ms",
    "sd1_ms",
    "sd2_ms",
    "sdnn_ms",
    "successive_differences_ms",
]

# Fewer pairs than this and one beat decides the result.
MIN_PAIRS = 2


def _check(rr_ms: NDArray[np.float64], follows: NDArray[np.bool_]) -> None:
    if rr_ms.ndim != 1 or rr_ms.shape != follows.shape:
        msg = f"rr_ms {rr_ms.shape} and follows {follows.shape} must be equal 1-D shapes"
        raise ValueError(msg)


def successive_differences_ms(
    rr_ms: NDArray[np.float64], follows: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Differences between neighbouring intervals, those across a gap left out.

    Parameters
    ----------
    rr_ms : ndarray of float64, shape (n_beats,)
        RR intervals, oldest first.
    follows : ndarray of bool, shape (n_beats,)
        True where an interval began where the one before it ended.

    Returns
    -------
    ndarray of float64, shape (n_pairs,)
        ``rr_ms[i] - rr_ms[i - 1]`` wherever ``follows[i]``.

    Raises
    ------
    ValueError
        If the shapes differ or are not one-dimensional.
    """
    _check(rr_ms, follows)
    differences_ms: NDArray[np.float64] = (rr_ms[1:] - rr_ms[:-1])[follows[1:]]
    return differences_ms


def mean_heart_rate_bpm(rr_ms: NDArray[np.float64]) -> float:
    """Mean heart rate as beats over time, ``60000 / mean(rr_ms)``.

    This is not the mean of the instantaneous rates, which is a little higher.

    Returns
    -------
    float
        Beats a minute, ``nan`` without an interval.
    """
    if rr_ms.size == 0:
        return float("nan")
    return float(60000.0 / rr_ms.mean())


def sdnn_ms(rr_ms: NDArray[np.float64]) -> float:
    """Standard deviation of the intervals, with ``n - 1`` in the denominator.

    Returns
    -------
    float
        Milliseconds, ``nan`` with fewer than three intervals.
    """
    if rr_ms.size <= MIN_PAIRS:
        return float("nan")
    deviations_ms = rr_ms - rr_ms.mean()
    return float(np.sqrt(deviations_ms.dot(deviations_ms) / (rr_ms.size - 1)))


def rmssd_ms(rr_ms: NDArray[np.float64], follows: NDArray[np.bool_]) -> float:
    """Root mean square of successive differences.

    Parameters
    ----------
    rr_ms : ndarray of float64, shape (n_beats,)
        RR intervals, oldest first.
    follows : ndarray of bool, shape (n_beats,)
        True where an interval began where the one before it ended.

    Returns
    -------
    float
        Milliseconds, ``nan`` with fewer than `MIN_PAIRS` pairs of neighbours.

    Raises
    ------
    ValueError
        If the shapes differ or are not one-dimensional.

    Examples
    --------
    >>> rr = np.array([800.0, 810.0, 790.0])
    >>> round(rmssd_ms(rr, np.array([False, True, True])), 2)
    15.81
    """
    differences_ms = successive_differences_ms(rr_ms, follows)
    if differences_ms.size < MIN_PAIRS:
        return float("nan")
    return float(np.sqrt(differences_ms.dot(differences_ms) / differences_ms.size))


def pnn50_pct(rr_ms: NDArray[np.float64], follows: NDArray[np.bool_]) -> float:
    """Share of successive differences of more than 50 ms, in percent.

    The share is of the differences. The Task Force's wording divides by the number of
    intervals, which is one more in a record without a gap and undefined in one with gaps.

    Returns
    -------
    float
        Percent, ``nan`` with fewer than `MIN_PAIRS` pairs of neighbours.

    Raises
    ------
    ValueError
        If the shapes differ or are not one-dimensional.
    """
    differences_ms = successive_differences_ms(rr_ms, follows)
    if differences_ms.size < MIN_PAIRS:
        return float("nan")
    n_over = int(np.count_nonzero(np.abs(differences_ms) > 50.0))
    return 100.0 * n_over / differences_ms.size


def sd1_ms(rr_ms: NDArray[np.float64], follows: NDArray[np.bool_]) -> float:
    """Width of the Poincaré cloud across its diagonal: SD of the differences over root two.

    Returns
    -------
    float
        Milliseconds, ``nan`` with fewer than `MIN_PAIRS` pairs of neighbours.

    Raises
    ------
    ValueError
        If the shapes differ or are not one-dimensional.
    """
    return _spread_ms(successive_differences_ms(rr_ms, follows))


def sd2_ms(rr_ms: NDArray[np.float64], follows: NDArray[np.bool_]) -> float:
    """Length of the Poincaré cloud along its diagonal: SD of the sums over root two.

    Returns
    -------
    float
        Milliseconds, ``nan`` with fewer than `MIN_PAIRS` pairs of neighbours.

    Raises
    ------
    ValueError
        If the shapes differ or are not one-dimensional.
    """
    _check(rr_ms, follows)
    return _spread_ms((rr_ms[1:] + rr_ms[:-1])[follows[1:]])


def _spread_ms(pairs_ms: NDArray[np.float64]) -> float:
    if pairs_ms.size < MIN_PAIRS:
        return float("nan")
    deviations_ms = pairs_ms - pairs_ms.mean()
    return float(np.sqrt(deviations_ms.dot(deviations_ms) / (pairs_ms.size - 1) / 2.0))
