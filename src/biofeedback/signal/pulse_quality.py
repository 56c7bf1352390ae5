"""How far a pulse wave can be trusted, second by second, and what stands in the way, in words.

A second counts as much as the pulses in it are like the usual one; half of that while something
disturbs them, nothing while none is found. The measure is the mean of the last ten.

References
----------
Orphanidou et al. (2015), IEEE J. Biomed. Health Inform. 19:832-838 (correlation with the mean
beat over ten seconds tells usable from unusable).
Elgendi (2016), Bioengineering 3:21 (perfusion and shape as signs of quality).
"""

from __future__ import annotations

from math import isnan, nan
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.kinds import BeatOrigin
from biofeedback.signal.pulse_wave import GRID_HZ
from biofeedback.signal.wave_quality import WaveQuality

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from biofeedback.samples import Metric

__all__ = ["PulseFault", "PulseQuality", "is_cut_off", "pulse_fault"]

_LEARN_S = 8.0

_FLAT_SHARE = 0.02
_WEAK_SHARE = 0.3
_CUT_OFF_N = round(0.06 * GRID_HZ)
_STEEP_N = round(0.06 * GRID_HZ)
_STEEP_SHARE = 0.15
_EXTREME_SHARE = 0.08
_CUT_OFF_QUALITY = 0.5
_DISTURBED_QUALITY = 0.5


class PulseFault:
    """What stands in the way."""

    FLAT = "no signal comes through: the sensor may be off the skin"
    CUT_OFF = "the light is too strong or too weak for the sensor: the pulse is cut off"
    MISSING = "parts of the signal are missing"
    MOVING = "the finger may be moving or the sensor loose"
    WEAK = "the pulse is very weak here: cold fingers or a tight sensor can be why"
    NO_PULSE = "no pulse can be seen in the signal"
    TOO_SPARSE = "this sensor measures too seldom to time single pulses"


def is_cut_off(x: NDArray[np.float64]) -> bool:
    """Tell whether pulses are cut off at the end of the sensor's range.

    An equal value for 60 ms near the highest or lowest, with steep sides. Coarse steps of a
    converter make plateaus without steep sides.

    Parameters
    ----------
    x
        A few seconds on the grid, shape ``(n,)``.
    """
    is_equal = np.concatenate(([False], x[1:] == x[:-1], [False]))
    if int(is_equal.sum()) < _CUT_OFF_N:
        return False
    edges = np.flatnonzero(is_equal[1:] != is_equal[:-1])
    top, bottom = float(x.max()), float(x.min())
    height = top - bottom
    for begin, end in edges.reshape(-1, 2).tolist():
        if end - begin < _CUT_OFF_N or begin < _STEEP_N or end + _STEEP_N >= x.size:
            continue
        level = float(x[begin])
        if min(top - level, level - bottom) > _EXTREME_SHARE * height:
            continue
        sides = abs(float(x[begin - _STEEP_N]) - level), abs(float(x[end + _STEEP_N]) - level)
        if min(sides) > _STEEP_SHARE * height:
            return True
    return False


def pulse_fault(x: NDArray[np.float64], height: float) -> str:
    """Name what hides the pulse.

    Parameters
    ----------
    x
        The last second on the grid, shape ``(n,)``.
    height
        Of the pulse's rise when it was last seen; ``nan`` if it never was.
    """
    swing = float(x.max()) - float(x.min())
    if swing == 0.0 or swing < _FLAT_SHARE * height:
        return PulseFault.FLAT
    if isnan(height):
        return PulseFault.NO_PULSE
    return PulseFault.WEAK if swing < _WEAK_SHARE * height else PulseFault.MOVING


class PulseQuality(WaveQuality):
    """Counts the seconds of a pulse wave by their pulses.

    Parameters
    ----------
    source
        For the metrics.
    """

    def __init__(self, source: str) -> None:
        super().__init__(
            "pulse_quality",
            source,
            BeatOrigin.PULSE,
            _LEARN_S,
            missing_words=PulseFault.MISSING,
            sparse_words=PulseFault.TOO_SPARSE,
        )
        self._is_disturbed = False

    def begin(self, t_s: float) -> None:
        """Wait for the first beats from now on."""
        super().begin(t_s)
        self._last_quality = nan

    def add_beat(self, quality: float, *, follows: bool) -> None:
        """Count a beat, in order of time."""
        if not (follows or isnan(self._last_quality)):
            self._is_disturbed = True
        self.count(quality)

    def close_second(
        self, end_s: float, fault: str, *, is_tracking: bool, is_cut_off: bool
    ) -> Metric:
        """Judge a second and give the measure.

        Parameters
        ----------
        end_s
            Its end.
        fault
            What would hide the pulse, were it not seen.
        is_tracking
            Whether it is.
        is_cut_off
            Whether its ends are cut off.
        """
        of_beats = self.mean_of_beats()
        is_disturbed, self._is_disturbed = self._is_disturbed, False
        score, reason = 0.0, fault
        if is_tracking or of_beats is not None:
            score = self._last_quality if of_beats is None else of_beats
            reason = PulseFault.MOVING
            if is_disturbed:
                score *= _DISTURBED_QUALITY
        elif isnan(self._last_quality) and fault != PulseFault.FLAT:
            score = self.unseen(end_s)
        if is_cut_off:
            score, reason = score * _CUT_OFF_QUALITY, PulseFault.CUT_OFF
        return self.metric(end_s, score, reason)
