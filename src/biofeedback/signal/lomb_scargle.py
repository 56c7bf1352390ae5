"""Spectrum of intervals as they came, without resampling: for records with gaps.

A least-squares fit of a sine at each frequency needs no even spacing, so that nothing has to be
drawn across a gap. Scaled with the mean spacing of the samples it is a density like that of
Welch: its integral up to half the mean sampling rate is the variance, and a sine of amplitude A
has an area of A²/2.

References
----------
Lomb (1976), Astrophys. Space Sci. 39:447; Scargle (1982), Astrophys. J. 263:835.
Laguna, Moody and Mark (1998), IEEE Trans. Biomed. Eng. 45:698 (for heart rates, and the scale).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["lomb_scargle"]

# So many sines at once: a day of beats would not fit into memory together.
_N_AT_ONCE = 1 << 20


def lomb_scargle(
    t_s: NDArray[np.float64],
    values: NDArray[np.float64],
    frequencies_hz: NDArray[np.float64],
    *,
    spacing_s: float | None = None,
    taper: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """One-sided power density of unevenly spaced samples.

    Parameters
    ----------
    t_s : ndarray of float64, shape (n,)
        Times of the samples. Gaps between them may be of any length.
    values : ndarray of float64, shape (n,)
        The samples. Their mean is taken off; no more.
    frequencies_hz : ndarray of float64, shape (n_frequencies,)
        Where to look, all above 0.
    spacing_s
        Mean time between neighbours, gaps left out; by default the span over ``n - 1``, which
        is right for a record without one.
    taper : ndarray of float64, shape (n,), optional
        Weight of each sample, such as that of a Hann window at its time.

    Returns
    -------
    ndarray of float64, shape (n_frequencies,)
        In the square of the unit of `values` a hertz.

    Raises
    ------
    ValueError
        If shapes differ, there are fewer than three samples, a number is not finite, or a
        frequency not above 0.
    """
    if t_s.ndim != 1 or t_s.shape != values.shape or t_s.size < 3:
        msg = f"t_s {t_s.shape} and values {values.shape} must be equal, three or more"
        raise ValueError(msg)
    if taper is not None and taper.shape != t_s.shape:
        msg = f"taper {taper.shape} must have the shape of t_s {t_s.shape}"
        raise ValueError(msg)
    if not (np.isfinite(t_s).all() and np.isfinite(values).all()):
        msg = "times and values must be finite"
        raise ValueError(msg)
    if not (frequencies_hz > 0).all():
        msg = "frequencies must be above 0"
        raise ValueError(msg)
    if spacing_s is None:
        spacing_s = float(t_s[-1] - t_s[0]) / (t_s.size - 1)
    weights = np.ones(t_s.size) if taper is None else taper
    # The weighted mean: else a taper would leave some of the level at low frequencies.
    weighted = weights * (values - weights.dot(values) / weights.sum())
    # Small times: the sines of large ones lose digits.
    since_s = t_s - t_s[t_s.size // 2]
    density = np.empty(frequencies_hz.size)
    n_rows = max(_N_AT_ONCE // t_s.size, 1)
    for first in range(0, frequencies_hz.size, n_rows):
        angles = np.multiply.outer(2.0 * np.pi * frequencies_hz[first : first + n_rows], since_s)
        density[first : first + n_rows] = _fitted(np.cos(angles), np.sin(angles), weighted)
    density *= 2.0 * spacing_s / float((weights * weights).mean())
    return density


def _fitted(
    cosines: NDArray[np.float64], sines: NDArray[np.float64], values: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Half of what the best sine at each frequency takes off the sum of squares."""
    with_cosine, with_sine = cosines @ values, sines @ values
    # Turned by this angle the two are independent: Lomb's tau.
    n = values.size
    both = 2.0 * np.einsum("ij,ij->i", cosines, sines)
    # The squares of sine and cosine add up to one a sample.
    difference = 2.0 * np.einsum("ij,ij->i", cosines, cosines) - n
    turn = 0.5 * np.arctan2(both, difference)
    turned_cosine = np.cos(turn) * with_cosine + np.sin(turn) * with_sine
    turned_sine = np.cos(turn) * with_sine - np.sin(turn) * with_cosine
    length = np.hypot(both, difference)
    cosine_square, sine_square = 0.5 * (n + length), 0.5 * (n - length)
    # At half the rate of even samples one of the two is 0 everywhere, and so is its share.
    sine_share = np.divide(
        turned_sine**2, sine_square, out=np.zeros_like(length), where=sine_square > 1e-9 * n
    )
    result: NDArray[np.float64] = 0.5 * (turned_cosine**2 / cosine_square + sine_share)
    return result
