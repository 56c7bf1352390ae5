"""What electrodes over a muscle make of its tension: the raw signal, or its envelope.

The tension is never nothing, grows with arousal, wanders, and comes in bursts (a swallow, a
shrug, a clenched jaw), more often when wound up. A muscle that is tensed on purpose adds to it
while it is, and is looser than before for some minutes afterwards, which is what progressive
relaxation rests on.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, pi, sin
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.simulation.motion import Motion
from biofeedback.simulation.noise import FilteredNoise, Tones
from biofeedback.simulation.seeds import rng_for
from biofeedback.simulation.track import BodyTrack, SensedBlocks, joined

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from biofeedback.simulation.client import Produced
    from biofeedback.simulation.options import Faults

__all__ = ["EMG_RATE_HZ", "ENVELOPE_RATE_HZ", "EmgSensing", "SensedEmg"]

EMG_RATE_HZ = 1000.0
ENVELOPE_RATE_HZ = 10.0

# Tension is known at every tenth of a second, the same ones for every sensor.
_STEPS_PER_S = 10
_LOW_HZ, _HIGH_HZ = 20.0, 450.0
# The root of the mean square over a tenth of a second of that band has about 86 degrees of
# freedom: it scatters by one part in the root of twice as many.
_ENVELOPE_SCATTER = 0.076
_WHITE_MICROVOLTS = 0.4
_SWING_MICROVOLTS = 200.0
_MOVING_MICROVOLTS = 30.0
_BURST_MEDIAN_MICROVOLTS, _BURST_LN_SD, _BURST_MAX_MICROVOLTS = 15.0, 0.6, 150.0
_BURST_S = (0.4, 2.5)
# On purpose, at full strength, and by how much, and for how long, it is looser afterwards: a
# third of its tension at most, gained by half a minute of hard work. Choices.
_ON_PURPOSE_MICROVOLTS = 80.0
_LOOSER_SHARE, _WORK_S, _LOOSE_S = 0.35, 15.0, 300.0


@dataclass(frozen=True, slots=True, eq=False)
class SensedEmg:
    """A stretch of muscle as measured, and the truth beside it.

    Parameters
    ----------
    t_s, microvolts
        Time and value of each sample, shape ``(n,)``: the raw signal about 0, or the root of
        its mean square.
    tension_microvolts
        The root of the mean square that the muscle truly had then, shape ``(n,)``.
    is_artifact
        Where movement disturbed it, shape ``(n,)``.
    """

    t_s: NDArray[np.float64]
    microvolts: NDArray[np.float64]
    tension_microvolts: NDArray[np.float64]
    is_artifact: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Burst:
    begin_s: float
    length_s: float
    microvolts: float

    def at(self, t_s: float) -> float:
        share = (t_s - self.begin_s) / self.length_s
        return self.microvolts * sin(pi * share) ** 2 if 0.0 < share < 1.0 else 0.0


class _Tension:
    """Microvolts over time, from arousal and chance."""

    def __init__(self, seed: int) -> None:
        rng = rng_for(seed, "tension")
        self._rest_microvolts = float(rng.uniform(1.5, 3.5))
        self._arousal_microvolts = float(rng.uniform(6.0, 18.0))
        self._wander = Tones(rng, 0.01, 0.2, is_pink=True)
        self._rng = rng
        self._until_next = float(rng.exponential())
        self._bursts: list[_Burst] = []
        self._first_step = 0
        self._levels: list[float] = []
        self._looser = 0.0

    def at(self, t_s: NDArray[np.float64], track: BodyTrack) -> NDArray[np.float64]:
        """Return the tension at the times of the next block."""
        first = int(t_s[0] * _STEPS_PER_S)
        if not self._levels:
            # From the start of what is known, not of the samples: those differ with the rate.
            self._first_step = int((track.life_s or 0.0) * _STEPS_PER_S)
        elif first > self._first_step:
            del self._levels[: first - self._first_step]
            self._first_step = first
        last = int(t_s[-1] * _STEPS_PER_S) + 1
        new = np.arange(self._first_step + len(self._levels), last + 1) / _STEPS_PER_S
        if new.size:
            waves = 1.0 + 0.2 * self._wander.at(new)
            for now_s, arousal, tensing, wave in zip(
                new.tolist(),
                track.arousal_at(new).tolist(),
                track.tensing_at(new).tolist(),
                waves.tolist(),
                strict=True,
            ):
                self._levels.append(self._level(now_s, arousal, tensing, wave))
        steps_s = (self._first_step + np.arange(len(self._levels))) / _STEPS_PER_S
        return np.interp(t_s, steps_s, self._levels)

    def _level(self, t_s: float, arousal: float, tensing: float, wave: float) -> float:
        bursts_per_min = 1.0 + 6.0 * arousal
        self._until_next -= bursts_per_min / 60.0 / _STEPS_PER_S
        while self._until_next <= 0.0:
            spread = exp(_BURST_LN_SD * float(self._rng.standard_normal()))
            microvolts = min(_BURST_MEDIAN_MICROVOLTS * spread, _BURST_MAX_MICROVOLTS)
            self._bursts.append(_Burst(t_s, float(self._rng.uniform(*_BURST_S)), microvolts))
            self._until_next += float(self._rng.exponential())
        self._bursts = [one for one in self._bursts if one.begin_s + one.length_s > t_s]
        step_s = 1.0 / _STEPS_PER_S
        self._looser += (1.0 - self._looser) * tensing * step_s / _WORK_S
        self._looser -= self._looser * step_s / _LOOSE_S
        steady = self._rest_microvolts + self._arousal_microvolts * arousal
        steady *= 1.0 - _LOOSER_SHARE * self._looser * (1.0 - tensing)
        steady += _ON_PURPOSE_MICROVOLTS * tensing
        return steady * max(wave, 0.3) + sum(burst.at(t_s) for burst in self._bursts)


class EmgSensing:
    """The body's life in, muscle out.

    Parameters
    ----------
    seed
        The person's.
    faults
        How often which fault.
    rate_hz
        Sampling rate: 500 to 4000 for the raw signal, 1 to 50 for the envelope.
    start_s
        Session time from which the person may move: the same for all of their sensors.
    is_envelope
        True for a sensor that sends the root of the mean square instead of the signal.
    """

    # Breath and arousal come twenty times a second, and tension is read at the tenths.
    lag_s = 0.2

    def __init__(
        self,
        seed: int,
        faults: Faults,
        rate_hz: float = EMG_RATE_HZ,
        start_s: float = 0.0,
        *,
        is_envelope: bool = False,
    ) -> None:
        self._is_envelope = is_envelope
        self._hum_microvolts = faults.hum_microvolts
        self._hum_radians_per_s = 2 * np.pi * faults.hum_hz
        self._track = BodyTrack(rate_hz, self.lag_s, None)
        self._tension = _Tension(seed)
        self._motion = Motion(seed, faults.motion_per_min, start_s)
        self._white = rng_for(seed, "emg-white")
        self._swing = Tones(rng_for(seed, "emg-swing"), 0.5, 8.0)
        self._fibres = FilteredNoise(
            rng_for(seed, "emg-fibres"), _LOW_HZ, _HIGH_HZ, max(rate_hz, 2.5 * _LOW_HZ)
        )

    def sense(self, produced: Produced) -> SensedEmg:
        """Return the samples that are now certain.

        Parameters
        ----------
        produced
            What the body did since the last call, without a hole.
        """
        blocks = SensedBlocks()
        tensions: list[NDArray[np.float64]] = []
        for t_s in self._track.blocks(produced):
            tension = self._tension.at(t_s, self._track)
            moving = self._motion.strength_at(t_s)
            sensed = self._envelope if self._is_envelope else self._raw
            blocks.add(t_s, sensed(t_s, tension, moving), moving > 0.0)
            tensions.append(tension)
        t_s, microvolts, is_artifact = blocks.whole()
        return SensedEmg(t_s, microvolts, joined(tensions), is_artifact)

    def _raw(
        self,
        t_s: NDArray[np.float64],
        tension: NDArray[np.float64],
        moving: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        raw = tension * self._fibres.following(t_s.size)
        raw += _WHITE_MICROVOLTS * self._white.standard_normal(t_s.size)
        if moving.any():
            raw += _SWING_MICROVOLTS * moving * self._swing.at(t_s)
        if self._hum_microvolts:
            raw += self._hum_microvolts * np.sin(self._hum_radians_per_s * t_s)
        return raw

    def _envelope(
        self,
        t_s: NDArray[np.float64],
        tension: NDArray[np.float64],
        moving: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        scatter = 1.0 + _ENVELOPE_SCATTER * self._white.standard_normal(t_s.size)
        moved = _MOVING_MICROVOLTS * moving * np.abs(self._swing.at(t_s))
        # Powers of what has nothing to do with each other add up.
        hum_power = self._hum_microvolts**2 / 2.0 + _WHITE_MICROVOLTS**2
        envelope: NDArray[np.float64] = np.sqrt((tension * scatter) ** 2 + moved**2 + hum_power)
        return envelope
