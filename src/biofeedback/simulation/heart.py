"""The heart: breathing and chance make its rate, and its rate makes beats.

Breathing reaches the rate on two paths, a resonance (the baroreflex loop, near six breaths a
minute) and a direct one (respiratory gating), each a linear filter of lung volume ``v``::

    resonator     X'' + 2 z w0 X' + w0^2 X = 2 z w0 v'     w0 = 2 pi f_r, z = 1 / (2 Q)
    direct        l' = 2 pi fc (v(t - d) - l)
    heart rate    HR0 + dHR a + RSA / 2 g(a) ((1 - mix) X + mix l) + noise    g = exp(-k a)

``X`` has unit gain at resonance. Beats come by integral pulse frequency modulation: one
whenever the integral of rate over time crosses a whole number.

References
----------
Vaschillo et al. (2002), Appl. Psychophysiol. Biofeedback 27:1-27 (resonance).
McSharry, Clifford, Tarassenko and Smith (2003), IEEE Trans. Biomed. Eng. 50:289 (beats from a
modulated rate).
"""

from __future__ import annotations

from collections import deque
from math import exp, pi
from typing import TYPE_CHECKING

from biofeedback.simulation.noise import BandNoise
from biofeedback.simulation.seeds import rng_for

if TYPE_CHECKING:
    from biofeedback.simulation.parameters import ClientParameters

__all__ = ["Heart"]

_MIN_BPM, _MAX_BPM = 35.0, 190.0


class Heart:
    """Beats, from lung volume and arousal.

    Parameters
    ----------
    parameters
        The person.
    seed
        For noise and jitter.
    step_s
        Time between steps.
    """

    def __init__(self, parameters: ClientParameters, seed: int, step_s: float) -> None:
        self._parameters = parameters
        self._step_s = step_s
        self._resonator = _Resonator(parameters, step_s)
        self._direct = _DirectPath(parameters, step_s)
        rng = rng_for(seed, "heart-noise")
        self._noises = (
            BandNoise(rng, 0.003, 0.04, parameters.vlf_sd_bpm, step_s, is_pink=True),
            BandNoise(rng, 0.07, 0.13, parameters.mayer_sd_bpm, step_s),
            BandNoise(rng, 0.15, 0.40, parameters.hf_sd_bpm, step_s, n_tones=48),
        )
        self._rng = rng_for(seed, "beats")
        self._beat_share = float(self._rng.uniform())
        self.heart_rate_bpm = parameters.heart_rate_bpm

    def step(
        self,
        index: int,
        t_s: float,
        volume: float,
        arousal: float,
        drive_bpm: float = 0.0,
        swing_factor: float = 1.0,
    ) -> float | None:
        """Move one step on and return the time of the beat in it, or ``None``.

        Parameters
        ----------
        index
            Number of the step, from 0.
        t_s
            Time at the end of the step.
        volume
            Lung volume about its middle.
        arousal
            0 to 1.
        drive_bpm
            Added to the rate by something other than breath and arousal.
        swing_factor
            What becomes of the swing with the breath besides.
        """
        person = self._parameters
        share = person.direct_share
        driven = (1.0 - share) * self._resonator.step(volume) + share * self._direct.step(volume)
        swing_bpm = person.rsa_bpm / 2.0 * exp(-person.arousal_rsa_loss * arousal) * driven
        swing_bpm *= swing_factor
        rate_bpm = (
            person.heart_rate_bpm
            + person.arousal_heart_rate_bpm * arousal
            + swing_bpm
            + sum(noise.at(index) for noise in self._noises)
            + drive_bpm
        )
        self.heart_rate_bpm = rate_bpm = min(max(rate_bpm, _MIN_BPM), _MAX_BPM)
        beats_per_s = rate_bpm / 60.0
        # A step is 50 ms and no rate exceeds 190: at most one beat falls in it.
        self._beat_share += beats_per_s * self._step_s
        if self._beat_share < 1.0:
            return None
        self._beat_share -= 1.0
        jitter_s = person.beat_jitter_ms / 1000.0 * float(self._rng.standard_normal())
        return t_s - self._beat_share / beats_per_s + jitter_s


class _Resonator:
    """The band-pass, made discrete by the trapezoidal rule."""

    def __init__(self, parameters: ClientParameters, step_s: float) -> None:
        w0 = 2 * pi * parameters.resonance_breaths_per_min / 60.0
        damping = 2.0 * w0 / (2.0 * parameters.resonance_q)
        k = 2.0 / step_s
        scale = k * k + damping * k + w0 * w0
        self._gain = damping * k / scale
        self._back_1 = 2.0 * (w0 * w0 - k * k) / scale
        self._back_2 = (k * k - damping * k + w0 * w0) / scale
        self._inputs: tuple[float, float] | None = None
        self._outputs = (0.0, 0.0)

    def step(self, volume: float) -> float:
        if self._inputs is None:
            # As if the lungs had stood at this volume before: no jolt at the start.
            self._inputs = (volume, volume)
        before, before_that = self._inputs
        last, last_but_one = self._outputs
        output = (
            self._gain * (volume - before_that) - self._back_1 * last - self._back_2 * last_but_one
        )
        self._inputs = (volume, before)
        self._outputs = (output, last)
        return output


class _DirectPath:
    """A delay and a first-order low-pass, made discrete by the trapezoidal rule."""

    def __init__(self, parameters: ClientParameters, step_s: float) -> None:
        corner = 2 * pi * parameters.direct_corner_hz * step_s / 2.0
        self._gain = corner / (1.0 + corner)
        self._keep = (1.0 - corner) / (1.0 + corner)
        whole_steps, self._part = divmod(parameters.direct_delay_s / step_s, 1.0)
        self._past: deque[float] = deque(maxlen=int(whole_steps) + 2)
        self._delayed = 0.0
        self._output: float | None = None

    def step(self, volume: float) -> float:
        if self._output is None:
            self._past.extend([volume] * (self._past.maxlen or 0))
            self._delayed = self._output = volume
        self._past.append(volume)
        delayed = self._past[1] + (self._past[0] - self._past[1]) * self._part
        self._output = self._keep * self._output + self._gain * (delayed + self._delayed)
        self._delayed = delayed
        return self._output
