"""How much of the intervals' swing lies in which band: VLF, LF and HF, in ms².

VLF is what the trend is made of. Its power is that of the intervals with only a straight line
taken off, and needs 300 s. Total power is that from 0.04 to 0.40 Hz: LF and HF together.

LF and HF are two ranges of frequency and nothing else. While breathing is slower than nine a
minute, the breath is in LF, and neither HF nor LF/HF says what it is often taken to say.

References
----------
Task Force of the ESC and NASPE (1996), Circulation 93:1043-1065 (bands, 300 s, 60 and 120 s).
Billman (2013), Front. Physiol. 4:26 (what LF/HF does not measure).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING

from biofeedback.signal.hf_meaning import slow_breath_hz
from biofeedback.signal.rr_spectrum import MIN_S, SLACK_S, even_curve, spectrum_of_curve
from biofeedback.signal.spectrum import WINDOW_S

if TYPE_CHECKING:
    from biofeedback.signal.spectrum import Spectrum
    from biofeedback.signal.tachogram import Tachogram

__all__ = [
    "BREATH_HALF_WIDTH_HZ",
    "HF_HZ",
    "LF_HZ",
    "MIN_HF_S",
    "MIN_LF_S",
    "TOTAL_HZ",
    "VLF_HZ",
    "BandPowers",
    "band_powers",
]

VLF_HZ = (0.0033, 0.04)
LF_HZ = (0.04, 0.15)
HF_HZ = (0.15, 0.40)
TOTAL_HZ = (0.04, 0.40)
BREATH_HALF_WIDTH_HZ = 0.015
# About ten waves of the slowest rhythm in the band.
MIN_LF_S = 120.0
MIN_HF_S = MIN_S


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
    even = even_curve(tachogram)
    spectrum = spectrum_of_curve(tachogram, even, is_detrended=True)
    if spectrum is None:
        return BandPowers()
    window_s = spectrum.window_s + SLACK_S
    hf_ms2 = spectrum.power(*HF_HZ)
    lf_ms2 = lf_peak_hz = slow_hz = vlf_ms2 = breathing_ms2 = nan
    if window_s >= MIN_LF_S:
        lf_ms2 = spectrum.power(*LF_HZ)
        lf_peak_hz = spectrum.peak_hz(*LF_HZ)
        slow_hz = slow_breath_hz(lf_peak_hz, _near_ms2(spectrum, lf_peak_hz), lf_ms2 + hf_ms2)
    if window_s >= WINDOW_S:
        with_trend = spectrum_of_curve(tachogram, even, is_detrended=False)
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
