"""Which rhythms the RR intervals hold: power in ms² by frequency.

Intervals stand at their middle, a natural cubic spline reads them off at 4 Hz, at whole
quarters of a second of session time, smoothness priors take off what is slower than 0.03 Hz,
and the mean spectrum of Hann windows of 300 s, half overlapping, gives the power. A record
under 300 s is one window. Where there are gaps the same trend is taken off each interval and
the spectrum is that of Lomb and Scargle, so that nothing is drawn across them.

Each line of a spectrum stands for the frequencies nearest to it, so that a band's power does
not depend on where its edges lie between lines.

VLF is what the trend is made of. Its power is that of the intervals with only a straight line
taken off, and needs 300 s. Total power is that from 0.04 to 0.40 Hz: LF and HF together.

LF and HF are two ranges of frequency and nothing else. While breathing is slower than nine a
minute, the breath is in LF, and neither HF nor LF/HF says what it is often taken to say.

References
----------
Task Force of the ESC and NASPE (1996), Circulation 93:1043-1065 (bands, 300 s, 60 and 120 s).
Tarvainen et al. (2014), Comput. Methods Programs Biomed. 113:210 (4 Hz, spline, Welch).
Welch (1967), IEEE Trans. Audio Electroacoust. 15:70.
Vest et al. (2018), Physiol. Meas. 39:105004 (windows with over 15 % missing are left out).
Billman (2013), Front. Physiol. 4:26 (what LF/HF does not measure).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, nan
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from biofeedback.signal.cubic_spline import natural_spline
from biofeedback.signal.hf_meaning import slow_breath_hz
from biofeedback.signal.lomb_scargle import lomb_scargle
from biofeedback.signal.quality import MAX_MISSING_SHARE
from biofeedback.signal.smoothness_priors import smoothness_priors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from biofeedback.signal.tachogram import Tachogram

__all__ = [
    "BREATH_HALF_WIDTH_HZ",
    "HF_HZ",
    "LF_HZ",
    "MIN_HF_S",
    "MIN_LF_S",
    "RATE_HZ",
    "TOTAL_HZ",
    "VLF_HZ",
    "WINDOW_S",
    "BandPowers",
    "Spectrum",
    "band_powers",
    "band_weights",
    "hann",
    "resampled",
    "rr_spectrum",
    "welch",
]

RATE_HZ = 4.0
WINDOW_S = 300.0
VLF_HZ = (0.0033, 0.04)
LF_HZ = (0.04, 0.15)
HF_HZ = (0.15, 0.40)
TOTAL_HZ = (0.04, 0.40)
BREATH_HALF_WIDTH_HZ = 0.015
# About ten waves of the slowest rhythm in the band.
MIN_LF_S = 120.0
MIN_HF_S = 60.0
# With gaps, lines up to here: beyond half the rate of a slow heart there is nothing to fit.
_TOP_HZ = 0.6
# A window of so many seconds lacks a quarter second or two at its ends, between two beats.
_SLACK_S = 4.0


class Spectrum(NamedTuple):
    """One-sided power density.

    ``frequencies_hz`` and ``density`` (ms²/Hz for intervals in ms) have shape ``(n_lines,)``;
    the lines are evenly spaced. ``window_s`` is the length of each window, of which
    ``n_windows`` were averaged.
    """

    frequencies_hz: NDArray[np.float64]
    density: NDArray[np.float64]
    window_s: float
    n_windows: int

    @property
    def spacing_hz(self) -> float:
        """From one line to the next."""
        return float(self.frequencies_hz[1] - self.frequencies_hz[0])

    def power(self, low_hz: float, high_hz: float) -> float:
        """Area under the density between two frequencies."""
        weights = band_weights(self.frequencies_hz, low_hz, high_hz)
        return float(weights.dot(self.density)) * self.spacing_hz

    def peak_hz(self, low_hz: float, high_hz: float) -> float:
        """Highest line between two frequencies, ``nan`` where there is no power."""
        is_in = (self.frequencies_hz >= low_hz) & (self.frequencies_hz < high_hz)
        density = np.where(is_in, self.density, 0.0)
        highest = int(np.argmax(density))
        return float(self.frequencies_hz[highest]) if density[highest] > 0 else nan


@dataclass(frozen=True, slots=True)
class BandPowers:
    """What the rhythms of a stretch of intervals amount to.

    Powers are in ms², peaks in Hz; ``nan`` where the record is too short for it.

    Parameters
    ----------
    vlf_power_ms2, lf_power_ms2, hf_power_ms2
        Power in the three bands.
    total_power_ms2
        That of LF and HF together.
    lf_hf_ratio
        The one over the other; ``nan`` without power in HF.
    lf_peak_hz, hf_peak_hz
        Where each band is highest.
    breathing_power_ms2
        Within 0.015 Hz of the breathing rate, ``nan`` where the rate was not given.
    slow_breath_hz
        Where the spectrum alone shows a slow breath, else ``nan``: then HF and the ratio have no
        meaning, whatever they are. See `biofeedback.signal.hf_meaning`.
    window_s, n_windows
        Length of each window, and how many were averaged.
    has_gaps
        True where the spectrum is that of Lomb and Scargle.
    """

    vlf_power_ms2: float = nan
    lf_power_ms2: float = nan
    hf_power_ms2: float = nan
    total_power_ms2: float = nan
    lf_hf_ratio: float = nan
    lf_peak_hz: float = nan
    hf_peak_hz: float = nan
    breathing_power_ms2: float = nan
    slow_breath_hz: float = nan
    window_s: float = 0.0
    n_windows: int = 0
    has_gaps: bool = False


def hann(n: int) -> NDArray[np.float64]:
    """Hann window over ``n`` cells, taken at the middle of each, so that it is symmetric.

    Its spectrum is that of the periodic window: a line and half of it on either side.
    """
    window: NDArray[np.float64] = np.sin(np.pi * (np.arange(n) + 0.5) / n) ** 2
    return window


def band_weights(
    frequencies_hz: NDArray[np.float64], low_hz: float, high_hz: float
) -> NDArray[np.float64]:
    """How much of each line lies in a band, 0 to 1.

    Parameters
    ----------
    frequencies_hz : ndarray of float64, shape (n_lines,)
        Evenly spaced, at least two.
    low_hz, high_hz
        The band.

    Returns
    -------
    ndarray of float64, shape (n_lines,)
    """
    spacing_hz = float(frequencies_hz[1] - frequencies_hz[0])
    half_hz = spacing_hz / 2.0
    upper_hz = np.minimum(frequencies_hz + half_hz, high_hz)
    lower_hz = np.maximum(frequencies_hz - half_hz, low_hz)
    weights: NDArray[np.float64] = np.maximum(upper_hz - lower_hz, 0.0) / spacing_hz
    return weights


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


def welch(
    values: NDArray[np.float64],
    rate_hz: float,
    window_s: float = WINDOW_S,
    *,
    n_padded: int | None = None,
) -> Spectrum:
    """Mean spectrum of half overlapping Hann windows, the mean of each taken off.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        Evenly spaced samples. What is left over after the last whole window takes no part.
    rate_hz
        Their rate.
    window_s
        Length of a window; where the record is shorter, the record is the window.
    n_padded
        Samples of a window after zeros were added to it, for closer lines.

    Returns
    -------
    Spectrum
        From 0 to half the rate, in the square of the unit of `values` a hertz. Its area is the
        mean square of the windowed samples.

    Raises
    ------
    ValueError
        If there are fewer than four samples.
    """
    n = min(round(window_s * rate_hz), values.size)
    if values.ndim != 1 or n < 4:
        msg = f"a spectrum needs at least four samples in one row, not {values.shape}"
        raise ValueError(msg)
    step = n - n // 2
    windows = np.lib.stride_tricks.sliding_window_view(values, n)[::step]
    taper = hann(n)
    n_lines = n if n_padded is None else n_padded
    total = np.zeros(n_lines // 2 + 1)
    # One at a time: the windows of a day together would take as much memory again as the day.
    for window in windows:
        lines = np.fft.rfft((window - window.mean()) * taper, n_lines)
        total += lines.real**2 + lines.imag**2
    density = total * (2.0 / (len(windows) * rate_hz * float(taper.dot(taper))))
    density[0] /= 2.0
    if n_lines % 2 == 0:
        density[-1] /= 2.0
    frequencies_hz = np.arange(density.size, dtype=np.float64) * (rate_hz / n_lines)
    return Spectrum(frequencies_hz, density, n / rate_hz, len(windows))


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
        In ms²/Hz. ``None`` where there are under `MIN_HF_S` of intervals, or no window with at
        most 15 % of its time missing.

    Raises
    ------
    ValueError
        If an interval is not finite, or their middles do not increase.
    """
    return _spectrum(tachogram, _even(tachogram), is_detrended=is_detrended)


def _even(tachogram: Tachogram) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """The intervals as `resampled` reads them off, ``None`` where a gap is in the way."""
    if tachogram.rr_ms.size < 4 or not tachogram.follows[1:].all():
        return None
    return resampled(tachogram.midpoint_s, tachogram.rr_ms)


def _spectrum(
    tachogram: Tachogram,
    even: tuple[NDArray[np.float64], NDArray[np.float64]] | None,
    *,
    is_detrended: bool,
) -> Spectrum | None:
    """As `rr_spectrum`, of intervals that were already read off evenly."""
    if tachogram.rr_ms.size < 4:
        return None
    if even is None:
        return _with_gaps(tachogram, is_detrended=is_detrended)
    t_s, even_ms = even
    if even_ms.size / RATE_HZ < MIN_HF_S - _SLACK_S:
        return None
    if is_detrended:
        return welch(smoothness_priors(even_ms, RATE_HZ), RATE_HZ)
    n = min(round(WINDOW_S * RATE_HZ), even_ms.size)
    windows = [slice(i, i + n) for i in range(0, even_ms.size - n + 1, n - n // 2)]
    return _mean([welch(_without_line(even_ms[w], t_s[w]), RATE_HZ) for w in windows])


def band_powers(tachogram: Tachogram, *, breaths_per_min: float | None = None) -> BandPowers:
    """Powers of a recording, a part of one, or a window.

    Parameters
    ----------
    tachogram
        Its intervals, with or without gaps.
    breaths_per_min
        The breathing rate, where it is known.

    Returns
    -------
    BandPowers
        All ``nan`` where there are under `MIN_HF_S` of intervals. LF, total and the ratio need
        `MIN_LF_S`, VLF needs `WINDOW_S`.

    Raises
    ------
    ValueError
        As `rr_spectrum`.
    """
    even = _even(tachogram)
    spectrum = _spectrum(tachogram, even, is_detrended=True)
    if spectrum is None:
        return BandPowers()
    window_s = spectrum.window_s + _SLACK_S
    hf_ms2 = spectrum.power(*HF_HZ)
    lf_ms2 = lf_peak_hz = slow_hz = vlf_ms2 = breathing_ms2 = nan
    if window_s >= MIN_LF_S:
        lf_ms2 = spectrum.power(*LF_HZ)
        lf_peak_hz = spectrum.peak_hz(*LF_HZ)
        slow_hz = slow_breath_hz(lf_peak_hz, _near_ms2(spectrum, lf_peak_hz), lf_ms2 + hf_ms2)
    if window_s >= WINDOW_S:
        with_trend = _spectrum(tachogram, even, is_detrended=False)
        vlf_ms2 = nan if with_trend is None else with_trend.power(*VLF_HZ)
    if breaths_per_min is not None and window_s >= MIN_LF_S:
        breathing_ms2 = _near_ms2(spectrum, breaths_per_min / 60.0)
    return BandPowers(
        vlf_power_ms2=vlf_ms2,
        lf_power_ms2=lf_ms2,
        hf_power_ms2=hf_ms2,
        total_power_ms2=lf_ms2 + hf_ms2,
        lf_hf_ratio=lf_ms2 / hf_ms2 if hf_ms2 > 0 else nan,
        lf_peak_hz=lf_peak_hz,
        hf_peak_hz=spectrum.peak_hz(*HF_HZ),
        breathing_power_ms2=breathing_ms2,
        slow_breath_hz=slow_hz,
        window_s=spectrum.window_s,
        n_windows=spectrum.n_windows,
        has_gaps=not bool(tachogram.follows[1:].all()),
    )


def _near_ms2(spectrum: Spectrum, frequency_hz: float) -> float:
    return spectrum.power(frequency_hz - BREATH_HALF_WIDTH_HZ, frequency_hz + BREATH_HALF_WIDTH_HZ)


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
    if window_s < MIN_HF_S - _SLACK_S:
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
