"""How far an ECG can be trusted, second by second, and what stands in the way, in words.

A second counts as much as its beats: how alike they look and how far they stand out. Seconds
in which the signal is flat, cut off, missing or without beats count nothing. The measure is the
mean of the last ten.

References
----------
Orphanidou et al. (2015), IEEE J. Biomed. Health Inform. 19:832-838 (correlation with the mean
beat over ten seconds tells usable from unusable).
Clifford et al. (2012), Physiol. Meas. 33:1419-1433 (flat line, clipping, power in the band of
the QRS complex against the rest).
"""

from __future__ import annotations

from math import isnan, nan, pi
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.kinds import BeatOrigin
from biofeedback.signal.wave_quality import GOOD, WaveQuality

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["EcgQuality", "Fault", "NoiseEar", "beat_quality", "is_cut_off"]

_MAX_SILENCE_S = 2.5
_LEARN_S = 6.0

# Correlation with the usual beat, and height over the floor of the envelope, from worthless
# to flawless.
LIKENESS = (0.4, 0.9)
STANDING_OUT = (2.5, 6.0)
# So far above the floor, what looks unlike the usual beat is a beat nevertheless, and half as good.
CLEARLY_OUT = (8.0, 16.0)

FLAT_SHARE = 0.02
CUT_OFF_S = 0.016
_LAST_BITS = 3
_STEEP_WITHIN_S = 0.008
_STEEP_SHARE = 0.15
_HUM_SHARE = 0.6
_FAST_SHARE = 0.08
_SHIFT_SHARE = 1.5


class Fault:
    """What stands in the way."""

    FLAT = "no signal comes through: an electrode may be off the skin"
    CUT_OFF = "the signal is too strong for the sensor: its peaks are cut off"
    MISSING = "parts of the signal are missing"
    NO_BEAT = "no heartbeat can be seen in the signal"
    HUM = "mains power nearby disturbs the signal"
    MUSCLE = "muscles or movement cover the heartbeat"
    SHIFT = "movement shifts the signal up and down"
    LOOSE = "the electrodes may be dry or loose"
    TOO_SPARSE = "this sensor measures too seldom to time single heartbeats"


def beat_quality(likeness: float, standing_out: float, standing_out_of_usual: float) -> float:
    """Give the quality of one beat, 0 to 1.

    Parameters
    ----------
    likeness
        Correlation with the usual beat; ``nan`` while that is not known.
    standing_out
        Height of the envelope over its floor in the second around.
    standing_out_of_usual
        The same over the floor as it usually is.
    """
    alike = 1.0 if isnan(likeness) else _between(likeness, *LIKENESS)
    alike = max(alike, 0.5 * _between(standing_out_of_usual, *CLEARLY_OUT))
    return alike * _between(standing_out, *STANDING_OUT)


def _between(value: float, low: float, high: float) -> float:
    return min(max((value - low) / (high - low), 0.0), 1.0)


def is_cut_off(x: NDArray[np.float64], rate_hz: float) -> bool:
    """Tell whether the peaks of a stretch are cut off at the top or bottom of its range.

    Equal extreme values for 16 ms (at least three samples) that are entered and left steeply: an
    R peak that ends in a plateau. Coarse steps of a converter make plateaus without steep sides.
    """
    n_min = max(round(CUT_OFF_S * rate_hz), 3)
    lead = max(round(_STEEP_WITHIN_S * rate_hz), 1)
    top, bottom = float(x.max()), float(x.min())
    steep = _STEEP_SHARE * (top - bottom)
    for extreme in (top, bottom):
        at = np.flatnonzero(x == extreme)
        if at.size < n_min:
            continue
        starts = at[np.flatnonzero(np.diff(at, prepend=-2) > 1)].tolist()
        ends = at[np.flatnonzero(np.diff(at, append=x.size + 1) > 1)].tolist()
        for start, end in zip(starts, ends, strict=True):
            if end - start + 1 < n_min or start < lead or end + lead >= x.size:
                continue
            sides = abs(float(x[start - lead]) - extreme), abs(float(x[end + lead]) - extreme)
            if min(sides) > steep:
                return True
    return False


class NoiseEar:
    """Names what disturbs a second of signal.

    Parameters
    ----------
    rate_hz
        Sampling rate.
    """

    def __init__(self, rate_hz: float) -> None:
        self._rate_hz = rate_hz
        self.n = round(rate_hz)
        angles = 2.0 * pi * np.arange(self.n) / rate_hz
        # Too near half the sampling rate, hum cannot be told from other fast noise.
        mains = [f_hz for f_hz in (50.0, 60.0) if f_hz < 0.45 * rate_hz]
        waves = [part(f_hz * angles) for f_hz in mains for part in (np.cos, np.sin)]
        self._mains = np.array(waves).reshape(len(waves), self.n)

    def fault(self, x: NDArray[np.float64], amplitude: float) -> str:
        """Faults that leave nothing to see: a flat or a cut-off signal; else empty.

        Parameters
        ----------
        x
            The last second, shape ``(n,)`` or shorter after a start.
        amplitude
            Usual height of an R peak; ``nan`` while that is not known.
        """
        height = float(x.max()) - float(x.min())
        if height == 0.0 or height < FLAT_SHARE * amplitude:
            return Fault.FLAT
        if not is_cut_off(x, self._rate_hz):
            return ""
        # Nothing but the last bit of a converter has steep sides, too.
        return Fault.CUT_OFF if np.unique(x).size > _LAST_BITS else Fault.FLAT

    def noise(
        self, x: NDArray[np.float64], low_passed: NDArray[np.float64], amplitude: float
    ) -> str:
        """Name the strongest disturbance.

        Parameters
        ----------
        x, low_passed
            The last second and the same low-passed, both of shape ``(n,)``.
        amplitude
            Usual height of an R peak; ``nan`` while that is not known.
        """
        fast = x - low_passed
        power = float(fast @ fast) / self.n
        scale = amplitude if amplitude > 0.0 else float(np.ptp(low_passed))
        if power > (_FAST_SHARE * scale) ** 2:
            parts = (self._mains @ fast) / self.n
            hum = max((2.0 * float(p @ p) for p in parts.reshape(-1, 2)), default=0.0)
            return Fault.HUM if hum > _HUM_SHARE * power else Fault.MUSCLE
        eighths = low_passed[: self.n // 8 * 8].reshape(8, -1).mean(axis=1)
        return Fault.SHIFT if float(np.ptp(eighths)) > _SHIFT_SHARE * scale else Fault.LOOSE


class EcgQuality(WaveQuality):
    """Counts the seconds of an ECG by their beats.

    Parameters
    ----------
    source
        For the metrics.
    """

    def __init__(self, source: str) -> None:
        super().__init__(
            "ecg_quality",
            source,
            BeatOrigin.ECG,
            _LEARN_S,
            missing_words=Fault.MISSING,
            sparse_words=Fault.TOO_SPARSE,
        )
        self._last_beat_s = nan

    def begin(self, t_s: float) -> None:
        """Wait for the first beats from now on."""
        super().begin(t_s)
        self._last_beat_s = nan

    def add_beat(self, t_s: float, quality: float) -> None:
        """Count a beat, in order of time."""
        self._last_beat_s = t_s
        self.count(quality)

    def close_second(self, end_s: float, fault: str) -> tuple[float, bool]:
        """Judge a second.

        Parameters
        ----------
        end_s
            Its end.
        fault
            What makes it worthless; empty for none.

        Returns
        -------
        tuple
            Its quality, and whether the noise should be named.
        """
        score = self.mean_of_beats()
        if fault:
            return 0.0, False
        if score is not None:
            return score, score < GOOD
        if isnan(self._last_beat_s):
            return self.unseen(end_s), False
        if end_s - self._last_beat_s > _MAX_SILENCE_S:
            return 0.0, False
        return self._last_quality, self._last_quality < GOOD
