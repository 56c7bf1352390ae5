"""A client's own true curve: how far heart rate swings with the breath, by breathing rate.

The heart of `biofeedback.simulation.heart` is linear in lung volume while arousal stands still.
Its swing is therefore known exactly: each harmonic of one breath is passed through the two
paths as they are made discrete there, and the sum is read off. No noise, no lapses, no time to
settle: what a guide that looks for a person's resonance is to be measured against.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import exp, pi
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.pacing import BreathPattern
from biofeedback.simulation.lungs import paced_volume

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from biofeedback.simulation.parameters import ClientParameters

__all__ = ["TrueCurve"]

# One breath is read at this many places: harmonics beyond the hundredth are nothing.
_PLACES = 512
_STEP_S = 1.0 / 20.0
_LOWEST_PER_MIN, _HIGHEST_PER_MIN = 3.5, 8.0
_COARSE_PER_MIN, _FINE_PER_MIN = 0.1, 0.01


@dataclass(frozen=True)
class TrueCurve:
    """The swing that breathing drives in one person, paced or not.

    Parameters
    ----------
    parameters
        The person.
    inhale_fraction
        Share of the breath that is in-breath.
    arousal
        At which it is told, 0 to 1: arousal makes the whole curve lower.
    gentle
        How far, 0 to 1, slow breaths are kept small.
    """

    parameters: ClientParameters
    inhale_fraction: float = 0.4
    arousal: float = 0.0
    gentle: float = 0.0

    def swing_bpm(self, breaths_per_min: float) -> float:
        """Return the lock-in swing at a pace: peak to trough of the part at the breathing rate.

        Parameters
        ----------
        breaths_per_min
            3 to 12.
        """
        return self.swing_of(self._breath(breaths_per_min))

    def swing_of(self, pattern: BreathPattern) -> float:
        """Return the lock-in swing of any paced breath, with holds or without."""
        return float(4.0 * np.abs(self._paced(pattern)[1]))

    def peak_to_trough_of(self, pattern: BreathPattern) -> float:
        """Return highest less lowest rate within a paced breath, its overtones included."""
        return float(np.ptp(np.fft.irfft(self._paced(pattern) * _PLACES, _PLACES)))

    def free_swing_bpm(self, breaths_per_min: float) -> float:
        """Return the lock-in swing of breaths of the person's own depth and shape."""
        period_s = 60.0 / breaths_per_min
        in_s = period_s * self.parameters.free_inhale_fraction
        parts_s = (in_s, 0.0, period_s - in_s, 0.0)
        return float(4.0 * np.abs(self._spectrum(parts_s, self.parameters.free_tidal_volume)[1]))

    def swings_bpm(self, breaths_per_min: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return `swing_bpm` at many paces, shape ``(n,)``."""
        return np.array([self.swing_bpm(pace) for pace in breaths_per_min.tolist()])

    @cached_property
    def best_breaths_per_min(self) -> float:
        """The pace of the largest swing: the person's true resonance, to 0.01 a minute.

        It lies near `ClientParameters.resonance_breaths_per_min` and not upon it: the direct
        path and the depth of breath move it.
        """
        coarse = np.arange(_LOWEST_PER_MIN, _HIGHEST_PER_MIN, _COARSE_PER_MIN)
        near_per_min = float(coarse[np.argmax(self.swings_bpm(coarse))])
        n_fine = round(_COARSE_PER_MIN / _FINE_PER_MIN)
        fine = near_per_min + _FINE_PER_MIN * np.arange(-n_fine, n_fine + 1, dtype=np.float64)
        return float(fine[np.argmax(self.swings_bpm(fine))])

    @cached_property
    def best_swing_bpm(self) -> float:
        """The swing there."""
        return self.swing_bpm(self.best_breaths_per_min)

    def share_lost(self, breaths_per_min: float) -> float:
        """Return how much of the largest swing a pace gives away, 0 to 1."""
        return 1.0 - self.swing_bpm(breaths_per_min) / self.best_swing_bpm

    def phase_deg(self, breaths_per_min: float) -> float:
        """Return by how much the rate is ahead of the lungs, -180 to 180; 0 is together."""
        pattern = self._breath(breaths_per_min)
        response = self._response(np.array([pattern.breaths_per_min / 60.0]))[0]
        return float(np.degrees(np.angle(response)))

    def _breath(self, breaths_per_min: float) -> BreathPattern:
        return BreathPattern.at_rate(breaths_per_min, inhale_fraction=self.inhale_fraction)

    def _paced(self, pattern: BreathPattern) -> NDArray[np.complex128]:
        depth = paced_volume(self.parameters, pattern.breaths_per_min, self.gentle)
        return self._spectrum(pattern.parts_s, depth)

    def _spectrum(
        self, parts_s: tuple[float, float, float, float], tidal_volume: float
    ) -> NDArray[np.complex128]:
        volume = tidal_volume * _shape(parts_s)
        harmonics = np.fft.rfft(volume) / _PLACES
        frequencies_hz = np.arange(harmonics.size, dtype=np.float64) / sum(parts_s)
        # Beyond half the body's own rate there is nothing but the kink of the shape.
        is_real = (frequencies_hz > 0) & (frequencies_hz < 0.45 / _STEP_S)
        driven: NDArray[np.complex128] = np.zeros(harmonics.size, dtype=np.complex128)
        driven[is_real] = harmonics[is_real] * self._response(frequencies_hz[is_real])
        return driven

    def _response(self, frequencies_hz: NDArray[np.float64]) -> NDArray[np.complex128]:
        person = self.parameters
        # The trapezoidal rule is an exact filter of a slightly bent frequency.
        s = 2j / _STEP_S * np.tan(pi * frequencies_hz * _STEP_S)
        w0 = 2 * pi * person.resonance_breaths_per_min / 60.0
        damping = w0 / person.resonance_q
        resonator = damping * s / (s * s + damping * s + w0 * w0)
        corner = 2 * pi * person.direct_corner_hz
        delay = np.exp(-2j * pi * frequencies_hz * person.direct_delay_s)
        direct = corner / (s + corner) * delay
        share = person.direct_share
        loss = exp(-person.arousal_rsa_loss * self.arousal)
        response: NDArray[np.complex128] = (
            person.rsa_bpm / 2.0 * loss * ((1.0 - share) * resonator + share * direct)
        )
        return response


def _shape(parts_s: tuple[float, float, float, float]) -> NDArray[np.float64]:
    """Lung volume through one breath, from -1 to 1, at even places in time."""
    ends = np.concatenate([[0.0], np.cumsum(parts_s)]) / sum(parts_s)
    phases = np.array([0.0, pi, pi, 2 * pi, 2 * pi])
    places = np.arange(_PLACES) / _PLACES
    shape: NDArray[np.float64] = -np.cos(np.interp(places, ends, phases))
    return shape
