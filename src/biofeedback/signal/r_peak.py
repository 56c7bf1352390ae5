"""Where the R peak of a heartbeat lies, how high it is, and whether the beat looks like the others.

An R wave points up or down by where the electrodes sit. What most beats do decides it, with
hysteresis, so that one lead gives one polarity and intervals run from like to like.
"""

from __future__ import annotations

from math import isnan, log, nan, sqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from biofeedback.signal.qrs_kernels import SHAPE_FROM_S, SHAPE_STEP_S

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from biofeedback.signal.ecg_wave import EcgWave
    from biofeedback.signal.qrs_kernels import QrsKernels

__all__ = ["RPeak", "RPeakReader"]

SEARCH_S = 0.06
# The stretch before the R peak that counts as baseline: after the P wave, before the Q wave.
BASELINE_S = (-0.088, -0.048)

# Logarithm of the upward over the downward deflection, its mean over about ten beats.
_POLARITY_PART = 0.1
_MAX_LOG_RATIO = 1.5
_FLIP_AT = -0.3
# A beat that points so clearly the other way, unlike the rest, is timed where it points.
_OTHER_WAY_AT = -0.6
_OTHER_WAY_STEP = 0.8

_TEMPLATE_PART = 0.1
_TEMPLATE_LIKENESS = 0.7


class RPeak(NamedTuple):
    """One R peak.

    Parameters
    ----------
    position
        In samples since the start, and parts of one.
    amplitude
        From the baseline before it to the peak, positive, in the signal's unit.
    likeness
        Correlation with the usual beat, -1 to 1; ``nan`` while that is not known.
    log_ratio
        Natural logarithm of the deflection in the usual direction over the other.
    shape
        Around the peak, less its mean, of length one; all zero for a flat one.
    """

    position: float
    amplitude: float
    likeness: float
    log_ratio: float
    shape: NDArray[np.float64]


class RPeakReader:
    """Finds R peaks near peaks of the envelope, and learns what they usually look like.

    Parameters
    ----------
    rate_hz
        Sampling rate.
    wave
        The samples.
    kernels
        Those of the wave.
    """

    def __init__(self, rate_hz: float, wave: EcgWave, kernels: QrsKernels) -> None:
        self._wave = wave
        self._search = round(SEARCH_S * rate_hz)
        self._reach = self._search + max(kernels.shape_reach, kernels.low_pass_reach) + 2
        first, last = ((at_s - SHAPE_FROM_S) / SHAPE_STEP_S for at_s in BASELINE_S)
        self._baseline = slice(round(first), round(last) + 1)
        self._sign = 0.0
        self._score = 0.0
        self._template: NDArray[np.float64] | None = None

    def forget(self) -> None:
        """Know nothing of polarity and shape."""
        self._sign = 0.0
        self._template = None

    @property
    def knows_direction(self) -> bool:
        """Whether it is decided which way the R waves point."""
        return self._sign != 0.0

    def learn_direction(self, samples: Sequence[int]) -> None:
        """Decide which way the R waves point, from several beats together."""
        self._sign = 1.0
        ratios = [peak.log_ratio for sample in samples if (peak := self.read(sample)) is not None]
        score = sum(ratios) / len(ratios) if ratios else 0.0
        self._sign = 1.0 if score >= 0.0 else -1.0
        self._score = abs(score)

    def read(self, sample: int) -> RPeak | None:
        """Look for the R peak around a sample; ``None`` where the signal does not reach."""
        wave = self._wave
        if not wave.holds(sample, self._reach):
            return None
        sign = self._sign or 1.0
        near = wave.low_passed(sample - self._search, sample + self._search + 1) * sign
        top, bottom = int(near.argmax()), int(near.argmin())
        middle = 0.5 * float(near[0] + near[-1])
        up, down = float(near[top]) - middle, middle - float(near[bottom])
        tiny = 1e-9 * (up + down)
        log_ratio = log(max(up, tiny) / max(down, tiny)) if tiny > 0.0 else 0.0
        log_ratio = min(max(log_ratio, -_MAX_LOG_RATIO), _MAX_LOG_RATIO)
        if log_ratio < _OTHER_WAY_AT and log_ratio < self._score - _OTHER_WAY_STEP:
            top, sign = bottom, -sign
        position, value = wave.summit(sample - self._search + top, sign)
        raw_shape = wave.shape_at(position)
        amplitude = abs(value - float(raw_shape[self._baseline].mean()))
        shape = raw_shape - raw_shape.mean()
        length = sqrt(float(shape @ shape))
        shape = shape / length if length > 0.0 else np.zeros(shape.size)
        likeness = nan if self._template is None else self._compare(shape)
        return RPeak(position, amplitude, likeness, log_ratio, shape)

    def likeness(self, sample: int) -> float:
        """Correlation of what is around a sample with the usual beat; ``nan`` if not known."""
        peak = None if self._template is None else self.read(sample)
        return nan if peak is None else peak.likeness

    def steepness(self, sample: int) -> float:
        """Steepest slope of the low-passed signal around a sample; ``nan`` if it is not held."""
        if not self._wave.holds(sample, self._reach):
            return nan
        near = self._wave.low_passed(sample - self._search, sample + self._search + 1)
        return float(np.abs(np.diff(near)).max())

    def learn(self, peak: RPeak) -> bool:
        """Let a beat that counts change what is usual; True when the direction turned by it."""
        self._score += _POLARITY_PART * (peak.log_ratio - self._score)
        if self._score < _FLIP_AT:
            self._sign = -self._sign
            self._score = -self._score
            self._template = None
            return True
        if self._template is None:
            self._template = peak.shape
        elif isnan(peak.likeness) or peak.likeness >= _TEMPLATE_LIKENESS:
            self._template = self._template + _TEMPLATE_PART * (peak.shape - self._template)
        else:
            # So slowly, that a usual shape which was learnt wrong is unlearnt in a minute.
            part = 0.25 * _TEMPLATE_PART
            self._template = self._template + part * (peak.shape - self._template)
        return False

    def _compare(self, shape: NDArray[np.float64]) -> float:
        template = self._template
        assert template is not None  # noqa: S101 - the only caller has just asked
        length = sqrt(float(template @ template))
        return float(shape @ template) / length if length > 0.0 else 0.0
