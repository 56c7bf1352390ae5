"""Which rhythms the RR intervals hold: their spectrum, in ms²/Hz.

Intervals stand at their middle, a natural cubic spline reads them off at 4 Hz, at whole
quarters of a second of session time, smoothness priors take off what is slower than 0.03 Hz,
and the mean spectrum of Hann windows of 300 s, half overlapping, gives the power. A record
under 300 s is one window. Where there are gaps the same trend is taken off each interval and
the spectrum is that of Lomb and Scargle, so that nothing is drawn across them.

References
----------
Tarvainen et al. (2014), Comput. Methods Programs Biomed. 113:210 (4 Hz, spline, Welch).
Vest et al. (2018), Physiol. Meas. 39:105004 (windows with over 15 % missing are left out).
"""

from __future__ import annotations

from itertools import pairwise
from math import ceil, floor
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.signal.cubic_spline import natural_spline
from biofeedback.signal.lomb_scargle import lomb_scargle
from biofeedback.signal.quality import MAX_MISSING_SHARE
from biofeedback.signal.smoothness_priors import smoothness_priors
from biofeedback.signal.spectrum import WINDOW_S, Spectrum, welch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from biofeedback.signal.tachogram import Tachogram

__all__ = [
    "MIN_S",
    "RATE_HZ",
    "SLACK_S",
    "even_curve",
    "resampled",
    "rr_spectrum",
    "spectrum_of_curve",
]

RATE_HZ = 4.0
# About ten waves of the slowest rhythm in HF, which needs the least.
MIN_S = 60.0
# A window of so many seconds lacks a quarter second or two at its ends, between two beats.
SLACK_S = 4.0
# With gaps, lines up to here: beyond half the rate of a slow heart there is nothing to fit.
_TOP_HZ = 0.6


def resampled(
    midpoint_s: NDArray[np.float64], rr_ms: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Intervals without a gap, read off a natural cubic spline at `RATE_HZ`.

    Parameters
    ----------
    midpoint_s : ndarray of float64, shape (n_beats,)
        Middles of the intervals, increasing.
    rr_ms : ndarray of float64, shape (n_beats,)
        Their lengths.

    Returns
    -------
    t_s, even_ms : ndarray of float64, shape (n,)
        Every multiple of a quarter of a second from the first middle to the last.

    Raises
    ------
    ValueError
        If the shapes differ, a number is not finite, or the middles do not increase.
    """
    if midpoint_s.size < 2:
        return np.empty(0), np.empty(0)
    first = ceil(midpoint_s[0] * RATE_HZ)
    last = floor(midpoint_s[-1] * RATE_HZ)
    t_s = np.arange(first, last + 1) / RATE_HZ
    return t_s, natural_spline(midpoint_s, rr_ms, t_s)


def rr_spectrum(tachogram: Tachogram, *, is_detrended: bool = True) -> Spectrum | None:
    """Spectrum of intervals, over all of their time.

    Parameters
    ----------
    tachogram
        Intervals, with or without gaps.
    is_detrended
        Whether smoothness priors take the trend off. False: only a straight line is taken off
        each window, so that VLF stays.

    Returns
    -------
    Spectrum or None
        In ms²/Hz. ``None`` where there are under `MIN_S` of intervals, or no window with at
        most 15 % of its time missing.

    Raises
    ------
    ValueError
        If an interval is not finite, or their middles do not increase.
    """
    return spectrum_of_curve(tachogram, even_curve(tachogram), is_detrended=is_detrended)


def even_curve(tachogram: Tachogram) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """The intervals as `resampled` reads them off, ``None`` where a gap is in the way.

    Raises
    ------
    ValueError
        As `resampled`.
    """
    if tachogram.rr_ms.size < 4 or not tachogram.follows[1:].all():
        return None
    return resampled(tachogram.midpoint_s, tachogram.rr_ms)


def spectrum_of_curve(
    tachogram: Tachogram,
    even: tuple[NDArray[np.float64], NDArray[np.float64]] | None,
    *,
    is_detrended: bool,
) -> Spectrum | None:
    """As `rr_spectrum`, of intervals that were already read off evenly by `even_curve`."""
    if tachogram.rr_ms.size < 4:
        return None
    if even is None:
        return _with_gaps(tachogram, is_detrended=is_detrended)
    t_s, even_ms = even
    if even_ms.size / RATE_HZ < MIN_S - SLACK_S:
        return None
    if is_detrended:
        return welch(smoothness_priors(even_ms, RATE_HZ), RATE_HZ)
    n = min(round(WINDOW_S * RATE_HZ), even_ms.size)
    windows = [slice(i, i + n) for i in range(0, even_ms.size - n + 1, n - n // 2)]
    return _mean([welch(_without_line(even_ms[w], t_s[w]), RATE_HZ) for w in windows])


def _split(begins: NDArray[np.bool_]) -> list[slice]:
    """Runs, each of which begins where told."""
    starts = (np.flatnonzero(begins[1:]) + 1).tolist()
    edges = [0, *starts, begins.size]
    return [slice(first, last) for first, last in pairwise(edges)]


def _without_line(values: NDArray[np.float64], at: NDArray[np.float64]) -> NDArray[np.float64]:
    centred = at - at.mean()
    left: NDArray[np.float64] = values - values.mean()
    left -= centred * (centred.dot(left) / centred.dot(centred))
    return left


def _mean(spectra: list[Spectrum]) -> Spectrum:
    density: NDArray[np.float64] = np.stack([s.density for s in spectra]).mean(axis=0)
    first = spectra[0]
    return Spectrum(first.frequencies_hz, density, first.window_s, len(spectra))


def _trend_ms(
    midpoint_s: NDArray[np.float64], rr_ms: NDArray[np.float64], follows: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Trend at each interval, found from the samples on either side of the gaps."""
    first = floor(midpoint_s[0] * RATE_HZ)
    even_ms = np.zeros(ceil(midpoint_s[-1] * RATE_HZ) - first + 1)
    is_known = np.zeros(even_ms.size, dtype=np.bool_)
    for stretch in _split(~follows):
        t_s, values = resampled(midpoint_s[stretch], rr_ms[stretch])
        place = np.rint(t_s * RATE_HZ).astype(np.intp) - first
        even_ms[place] = values
        is_known[place] = True
    if not is_known.any():
        return rr_ms
    left_ms = smoothness_priors(even_ms, RATE_HZ, is_known=is_known)
    grid_s = (first + np.flatnonzero(is_known)) / RATE_HZ
    trend: NDArray[np.float64] = np.interp(midpoint_s, grid_s, (even_ms - left_ms)[is_known])
    return trend


def _with_gaps(tachogram: Tachogram, *, is_detrended: bool) -> Spectrum | None:
    midpoint_s = tachogram.midpoint_s
    steps_s = np.diff(midpoint_s)
    if not (np.isfinite(tachogram.rr_ms).all() and (steps_s > 0).all()):
        msg = "intervals must be finite and follow each other in time"
        raise ValueError(msg)
    # No window may reach over a longer gap, so that each side has its own.
    is_far = np.concatenate(([False], steps_s > MAX_MISSING_SHARE * WINDOW_S))
    blocks = _split(is_far)
    spans_s = [float(midpoint_s[block][-1] - midpoint_s[block][0]) for block in blocks]
    window_s = min(WINDOW_S, max(spans_s))
    if window_s < MIN_S - SLACK_S:
        return None
    frequencies_hz = np.arange(1, round(window_s * _TOP_HZ) + 1) / window_s
    spectra: list[Spectrum] = []
    for block, span_s in zip(blocks, spans_s, strict=True):
        # A slack of rounding, so that the longest block holds a window if it is one.
        if span_s < window_s - 1e-6:
            continue
        t_s, rr_ms = midpoint_s[block], tachogram.rr_ms[block]
        left_ms = rr_ms
        if is_detrended:
            left_ms = rr_ms - _trend_ms(t_s, rr_ms, tachogram.follows[block])
        for k in range(floor((span_s - window_s + 1e-6) / (window_s / 2.0)) + 1):
            start_s = t_s[0] + k * window_s / 2.0
            first, last = np.searchsorted(t_s, (start_s, start_s + window_s + 1e-6)).tolist()
            covered_s = float(rr_ms[first:last].sum()) / 1000.0
            if covered_s < (1.0 - MAX_MISSING_SHARE) * window_s:
                continue
            values = left_ms[first:last]
            if not is_detrended:
                values = _without_line(values, t_s[first:last])
            place = np.clip((t_s[first:last] - start_s) / window_s, 0.0, 1.0)
            density = lomb_scargle(
                t_s[first:last],
                values,
                frequencies_hz,
                spacing_s=covered_s / values.size,
                taper=np.sin(np.pi * place) ** 2,
            )
            spectra.append(Spectrum(frequencies_hz, density, window_s, 1))
    return _mean(spectra) if spectra else None
