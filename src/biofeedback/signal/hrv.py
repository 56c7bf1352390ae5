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
Errors     ValueError where arrays that belong together differ in shape or are not
           one-dimensional.

A gap is *skipped, never bridged*: the difference between the intervals on either side of
one is not a successive difference and is left out.

What the live nodes give beat by beat (`biofeedback.signal.time_domain`) is equal to these.

References
----------
Task Force of the ESC and NASPE (1996), Circulation 93:1043-1065 (definitions; the triangular
index from 20 minutes on, SDANN and SDNN index from 24-hour records).
Mietus et al. (2002), Heart 88:378-380 (pNN20 and the other pNNx).
Brennan, Palaniswami and Kamen (2001), IEEE Trans. Biomed. Eng. 48:1342 (SD1, SD2).
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.signal.quality import MAX_MISSING_SHARE

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "MIN_PAIRS",
    "MIN_SEGMENTS",
    "MIN_TRIANGULAR_S",
    "check_shapes",
    "ln_rmssd",
    "mean_heart_rate_bpm",
    "mean_rr_ms",
    "pnn20_pct",
    "pnn50_pct",
    "rmssd_ms",
    "sd1_ms",
    "sd2_ms",
    "sd2_sd1_ratio",
    "sdann_ms",
    "sdnn_index_ms",
    "sdnn_ms",
    "sdsd_ms",
    "successive_differences_ms",
    "triangular_index",
]

# Fewer pairs than this and one beat decides the result.
MIN_PAIRS = 2
# Below, the histogram of the triangular index is ragged.
MIN_TRIANGULAR_S = 1200.0
_BIN_MS = 1000.0 / 128.0
_SEGMENT_S = 300.0
# Four hours of five minutes each: over less, the spread of the means is that of a few moments.
MIN_SEGMENTS = 48


def check_shapes(rr_ms: NDArray[np.float64], follows: NDArray[np.bool_]) -> None:
    """Refuse what is not one row of intervals, each told whether it follows the one before.

    Raises
    ------
    ValueError
        If the shapes differ or are not one-dimensional.
    """
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
    check_shapes(rr_ms, follows)
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


def mean_rr_ms(rr_ms: NDArray[np.float64]) -> float:
    """Mean of the intervals.

    Returns
    -------
    float
        Milliseconds, ``nan`` without an interval.
    """
    return float(rr_ms.mean()) if rr_ms.size else float("nan")


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


def ln_rmssd(rr_ms: NDArray[np.float64], follows: NDArray[np.bool_]) -> float:
    """Natural logarithm of `rmssd_ms`: near normal across people and days, so it averages well.

    Returns
    -------
    float
        ``nan`` where RMSSD is, and where it is 0.
    """
    found_ms = rmssd_ms(rr_ms, follows)
    return log(found_ms) if found_ms > 0 else float("nan")


def sdsd_ms(rr_ms: NDArray[np.float64], follows: NDArray[np.bool_]) -> float:
    """Standard deviation of the successive differences, ``n - 1`` in the denominator.

    RMSSD without the part that a steady rise or fall of the intervals adds.

    Returns
    -------
    float
        Milliseconds, ``nan`` with fewer than `MIN_PAIRS` pairs of neighbours.
    """
    return _spread_ms(successive_differences_ms(rr_ms, follows)) * float(np.sqrt(2.0))


def pnn50_pct(rr_ms: NDArray[np.float64], follows: NDArray[np.bool_]) -> float:
    """Share of successive differences of more than 50 ms, in percent.

    The share is of the differences. The Task Force's wording divides by the number of
    intervals, which is one more in a record without a gap and undefined in one with gaps.
    Programs that follow it (NeuroKit2, PhysioNet's toolbox) give ``(n - 1) / n`` of this.

    Returns
    -------
    float
        Percent, ``nan`` with fewer than `MIN_PAIRS` pairs of neighbours.
    """
    return _share_over_pct(rr_ms, follows, 50.0)


def pnn20_pct(rr_ms: NDArray[np.float64], follows: NDArray[np.bool_]) -> float:
    """Share of successive differences of more than 20 ms, in percent; as `pnn50_pct`.

    Returns
    -------
    float
        Percent, ``nan`` with fewer than `MIN_PAIRS` pairs of neighbours.
    """
    return _share_over_pct(rr_ms, follows, 20.0)


def _share_over_pct(
    rr_ms: NDArray[np.float64], follows: NDArray[np.bool_], over_ms: float
) -> float:
    differences_ms = successive_differences_ms(rr_ms, follows)
    if differences_ms.size < MIN_PAIRS:
        return float("nan")
    n_over = int(np.count_nonzero(np.abs(differences_ms) > over_ms))
    return 100.0 * n_over / differences_ms.size


def sd1_ms(rr_ms: NDArray[np.float64], follows: NDArray[np.bool_]) -> float:
    """Width of the Poincaré cloud across its diagonal: SD of the differences over root two.

    Returns
    -------
    float
        Milliseconds, ``nan`` with fewer than `MIN_PAIRS` pairs of neighbours.
    """
    return _spread_ms(successive_differences_ms(rr_ms, follows))


def sd2_ms(rr_ms: NDArray[np.float64], follows: NDArray[np.bool_]) -> float:
    """Length of the Poincaré cloud along its diagonal: SD of the sums over root two.

    Returns
    -------
    float
        Milliseconds, ``nan`` with fewer than `MIN_PAIRS` pairs of neighbours.
    """
    check_shapes(rr_ms, follows)
    return _spread_ms((rr_ms[1:] + rr_ms[:-1])[follows[1:]])


def _spread_ms(pairs_ms: NDArray[np.float64]) -> float:
    if pairs_ms.size < MIN_PAIRS:
        return float("nan")
    deviations_ms = pairs_ms - pairs_ms.mean()
    return float(np.sqrt(deviations_ms.dot(deviations_ms) / (pairs_ms.size - 1) / 2.0))


def sd2_sd1_ratio(rr_ms: NDArray[np.float64], follows: NDArray[np.bool_]) -> float:
    """Length of the Poincaré cloud over its width.

    Returns
    -------
    float
        ``nan`` with fewer than `MIN_PAIRS` pairs of neighbours, and for a cloud without width.
    """
    width_ms = sd1_ms(rr_ms, follows)
    return sd2_ms(rr_ms, follows) / width_ms if width_ms > 0 else float("nan")


def triangular_index(rr_ms: NDArray[np.float64]) -> float:
    """Number of intervals over the height of their histogram in bins of 1/128 s.

    The bins begin at 0, so that the result depends on the intervals alone and not on the
    shortest of them.

    Returns
    -------
    float
        ``nan`` where the intervals together are shorter than `MIN_TRIANGULAR_S`.
    """
    if float(rr_ms.sum()) < 1000.0 * MIN_TRIANGULAR_S:
        return float("nan")
    heights = np.bincount((rr_ms / _BIN_MS).astype(np.int64))
    return float(rr_ms.size / heights.max())


def sdann_ms(
    t_s: NDArray[np.float64], rr_ms: NDArray[np.float64], min_segments: int = MIN_SEGMENTS
) -> float:
    """Standard deviation of the mean intervals of five-minute segments.

    Parameters
    ----------
    t_s : ndarray of float64, shape (n_beats,)
        End of each interval, seconds, increasing. Segments are counted from the beginning of
        the first; one of which more than 15 % is missing, the last included, is left out.
    rr_ms : ndarray of float64, shape (n_beats,)
        RR intervals.
    min_segments : int
        At least so many, and two.

    Returns
    -------
    float
        Milliseconds, ``nan`` with fewer segments.

    Raises
    ------
    ValueError
        If the shapes differ or are not one-dimensional.
    """
    segments = _segments(t_s, rr_ms)
    if len(segments) < max(min_segments, 2):
        return float("nan")
    return float(np.std([segment_ms.mean() for segment_ms in segments], ddof=1))


def sdnn_index_ms(
    t_s: NDArray[np.float64], rr_ms: NDArray[np.float64], min_segments: int = MIN_SEGMENTS
) -> float:
    """Mean of the standard deviations of five-minute segments; parameters as in `sdann_ms`.

    Returns
    -------
    float
        Milliseconds, ``nan`` with fewer segments.
    """
    segments = _segments(t_s, rr_ms)
    if len(segments) < max(min_segments, 1):
        return float("nan")
    return float(np.mean([sdnn_ms(segment_ms) for segment_ms in segments]))


def _segments(t_s: NDArray[np.float64], rr_ms: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Intervals of each five minutes that are covered well enough."""
    if rr_ms.ndim != 1 or rr_ms.shape != t_s.shape:
        msg = f"t_s {t_s.shape} and rr_ms {rr_ms.shape} must be equal 1-D shapes"
        raise ValueError(msg)
    if not rr_ms.size:
        return []
    begin_s = float(t_s[0] - rr_ms[0] / 1000.0)
    # An interval that ends where a segment does is still of that segment.
    number = np.ceil((t_s - begin_s) / _SEGMENT_S).astype(np.int64) - 1
    edges = np.flatnonzero(np.diff(number)) + 1
    covered_ms = 1000.0 * _SEGMENT_S * (1.0 - MAX_MISSING_SHARE)
    return [part_ms for part_ms in np.split(rr_ms, edges) if part_ms.sum() >= covered_ms]
