"""What light through a finger or the back of the hand makes of the pulse, with the truth.

The pressure wave of each beat arrives a fifth to three tenths of a second after its R peak;
how long it is on its way wanders with the breath, slowly, and a little from beat to beat, so
that intervals between pulses are not quite those between beats. Each pulse is a steep rise, a
reflected wave and a second one after the notch of the closing valve.

References
----------
Schäfer and Vagedes (2013), Int. J. Cardiol. 166:15 (pulse intervals beside RR intervals).
Allen (2007), Physiol. Meas. 28:R1 (shape of the pulse wave; breath, tone and light in it).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import exp, sqrt
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.simulation.bells import BellTrain, top_s
from biofeedback.simulation.heartbeats import Heartbeat, Heartbeats
from biofeedback.simulation.motion import Motion
from biofeedback.simulation.noise import Tones
from biofeedback.simulation.seeds import rng_for
from biofeedback.simulation.track import BodyTrack, SensedBlocks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from biofeedback.simulation.client import Produced
    from biofeedback.simulation.options import Faults

__all__ = ["PULSE_RATE_HZ", "FrameTimes", "PulseNoise", "PulseSensing", "PulseShape", "SensedPulse"]

# What optical armbands send.
PULSE_RATE_HZ = 55.0

# The body knows of a beat within a step and the jitter of its time.
_KNOWN_AFTER_S = 0.12
# How an early beat, whose heart had little time to fill, compares with another.
_ECTOPIC_HEIGHT = 0.5
_BASELINE_AU = 1000.0
_HEIGHT_AU = 50.0
_TOP_S = 0.12


@dataclass(frozen=True, slots=True)
class FrameTimes:
    """How unevenly samples come, as those of a telephone's camera.

    Parameters
    ----------
    jitter_ms
        Standard deviation of each sample's time; never over two fifths of a period.
    dropped_pct
        Samples in a hundred that do not come.
    """

    jitter_ms: float = 0.0
    dropped_pct: float = 0.0


@dataclass(frozen=True, slots=True)
class PulseNoise:
    """What is always in the signal, as shares of the height of a pulse at ease.

    Parameters
    ----------
    white_share
        Noise of the sensor, standard deviation.
    breath_share
        Wander of the baseline with a full slow breath.
    drift_share
        Wander of the baseline by itself, 0.01 to 0.15 Hz, standard deviation.
    moving_share
        Swing in a movement, 0.5 to 5 Hz, standard deviation.
    """

    white_share: float = 0.01
    breath_share: float = 0.2
    drift_share: float = 0.3
    moving_share: float = 2.0

    @classmethod
    def none(cls) -> PulseNoise:
        """Return the pulse alone, on its constant baseline."""
        return cls(0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class PulseShape:
    """One person's pulse wave and how long it is on its way.

    Parameters
    ----------
    transit_s
        From R to the foot of the pulse at rest, 0.20 to 0.30.
    breath_transit_s
        Change of it with a full slow breath in.
    slow_transit_s, beat_transit_s
        Standard deviations of its wandering over 10 to 100 s, and from beat to beat.
    arousal_transit_s
        Change of it at full arousal, which stiffens the arteries.
    reflected, dicrotic
        Heights of the later waves as shares of the first.
    breath_height_share
        By which share a full breath in changes the height.
    arousal_height_loss
        The height shrinks by ``exp(-arousal_height_loss * arousal)``: vessels narrow.
    """

    transit_s: float = 0.25
    breath_transit_s: float = -0.005
    slow_transit_s: float = 0.004
    beat_transit_s: float = 0.0015
    arousal_transit_s: float = -0.02
    reflected: float = 0.45
    dicrotic: float = 0.45
    breath_height_share: float = -0.10
    arousal_height_loss: float = 0.9

    @classmethod
    def drawn(cls, seed: int) -> PulseShape:
        """Return the pulse of the person that a seed stands for."""
        rng = rng_for(seed, "pulse-shape")

        def between(low: float, high: float) -> float:
            return float(rng.uniform(low, high))

        return cls(
            transit_s=between(0.225, 0.29),
            breath_transit_s=-between(0.002, 0.007),
            slow_transit_s=between(0.002, 0.005),
            beat_transit_s=between(0.001, 0.0025),
            arousal_transit_s=-between(0.01, 0.025),
            reflected=between(0.30, 0.60),
            dicrotic=between(0.35, 0.55),
            breath_height_share=-between(0.04, 0.16),
            arousal_height_loss=between(0.6, 1.2),
        )

    def waves(self, rr_s: float) -> NDArray[np.float64]:
        """Return a pulse about its foot as bells (see `biofeedback.simulation.bells`).

        The rise is the same at any rate; what follows it stretches with the interval.
        """
        stretch = sqrt(rr_s)
        return np.array(
            [
                (_TOP_S, 0.04, 0.06, 1.0),
                (_TOP_S + 0.11 * stretch, 0.05 * stretch, 0.06 * stretch, self.reflected),
                (0.41 * stretch, 0.055 * stretch, 0.15 * rr_s, self.dicrotic),
            ]
        )


@dataclass(frozen=True, slots=True, eq=False)
class SensedPulse:
    """A stretch of the pulse wave as measured, and the truth beside it.

    Parameters
    ----------
    t_s, ppg_au
        Time and value of each sample in arbitrary units, shape ``(n,)``.
    is_artifact
        Where movement or a change of the light disturbed it, shape ``(n,)``.
    onset_t_s
        When the foot of each pulse in this stretch arrived: the R peak and the transit time,
        shape ``(n_pulses,)``.
    peak_t_s
        When each of them is highest (lowest where the sensor is inverted), same shape.
    r_t_s
        The R peak that each came from, same shape.
    is_ectopic
        Which of them came from early beats, same shape.
    """

    t_s: NDArray[np.float64]
    ppg_au: NDArray[np.float64]
    is_artifact: NDArray[np.bool_]
    onset_t_s: NDArray[np.float64]
    peak_t_s: NDArray[np.float64]
    r_t_s: NDArray[np.float64]
    is_ectopic: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Pulse:
    onset_s: float
    peak_s: float
    beat: Heartbeat


class _Pulses:
    """The pulse wave itself, of height about 1, from beats that come in order."""

    def __init__(self, seed: int, shape: PulseShape, ectopic_pct: float) -> None:
        self._shape = shape
        self._heartbeats = Heartbeats(seed, ectopic_pct)
        self._rng = rng_for(seed, "pulse-transit")
        self._slow = Tones(self._rng, 0.01, 0.1)
        self._train = BellTrain()
        self._untold: deque[_Pulse] = deque()
        self._state = (0.0, 0.0)

    def add(self, t_s: float, rr_s: float, track: BodyTrack) -> None:
        """Take in the next beat of the body."""
        for beat in self._heartbeats.after(t_s, rr_s):
            self._put(beat, track)

    def _put(self, beat: Heartbeat, track: BodyTrack) -> None:
        shape, at = self._shape, np.array([beat.t_s])
        # An early beat is foreseen: what breath and arousal will be then is not.
        if not beat.is_ectopic:
            self._state = (float(track.volume_at(at)[0]), float(track.arousal_at(at)[0]))
        volume, arousal = self._state
        transit_s = (
            shape.transit_s
            + shape.breath_transit_s * volume
            + shape.arousal_transit_s * arousal
            + shape.slow_transit_s * float(self._slow.at(at)[0])
            + shape.beat_transit_s * float(self._rng.standard_normal())
        )
        height = 1.0 + shape.breath_height_share * volume
        height *= exp(-shape.arousal_height_loss * arousal)
        if beat.is_ectopic:
            height *= _ECTOPIC_HEIGHT
        waves = shape.waves(beat.rr_s)
        onset_s = beat.t_s + transit_s
        self._train.put(onset_s, waves, height)
        self._untold.append(_Pulse(onset_s, onset_s + top_s(waves, _TOP_S), beat))

    def signal_at(self, t_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the wave at the times of the next block."""
        return self._train.at(t_s)

    def told(self, until_s: float) -> list[_Pulse]:
        """Return the pulses whose peak lies up to a time, each once."""
        told = []
        while self._untold and self._untold[0].peak_s <= until_s:
            told.append(self._untold.popleft())
        return told


class PulseSensing:
    """The body's life in, a pulse wave out. It begins with the first pulse that is known.

    Parameters
    ----------
    seed
        The person's.
    faults
        How often which fault. Early beats are the ones that `StrapSensing` has.
    rate_hz
        Sampling rate, 20 to 500.
    start_s
        Session time from which the person may move: the same for all of their sensors.
    is_inverted
        True for a sensor that shows more blood as less light: pulses point down.
    frames
        How unevenly the samples come.
    shape
        The person's pulse; that of the seed if not given.
    noise
        What is always in the signal.
    """

    def __init__(
        self,
        seed: int,
        faults: Faults,
        rate_hz: float = PULSE_RATE_HZ,
        start_s: float = 0.0,
        *,
        is_inverted: bool = False,
        frames: FrameTimes | None = None,
        shape: PulseShape | None = None,
        noise: PulseNoise | None = None,
    ) -> None:
        shape = PulseShape.drawn(seed) if shape is None else shape
        self.lag_s = _KNOWN_AFTER_S + 0.4 / rate_hz
        self._sign = -1.0 if is_inverted else 1.0
        self._noise = PulseNoise() if noise is None else noise
        self._track = BodyTrack(rate_hz, self.lag_s, shape.transit_s)
        self._pulses = _Pulses(seed, shape, faults.ectopic_pct)
        self._frames = _Frames(seed, FrameTimes() if frames is None else frames, rate_hz)
        self._motion = Motion(seed, faults.motion_per_min, start_s)
        self._light = Motion(seed, faults.lights_per_min, start_s, purpose="pulse-light")
        self._white = rng_for(seed, "pulse-white")
        rng = rng_for(seed, "pulse-drift")
        self._drift = Tones(rng, 0.01, 0.15, is_pink=True)
        self._swing = Tones(rng, 0.5, 5.0)
        self._light_share = float(rng.choice((-1.0, 1.0)) * rng.uniform(2.0, 6.0))

    def sense(self, produced: Produced) -> SensedPulse:
        """Return the samples that are now certain.

        Parameters
        ----------
        produced
            What the body did since the last call, without a hole.
        """
        blocks = SensedBlocks()
        pulses: list[_Pulse] = []
        track = self._track
        for even_s in track.blocks(produced):
            t_s = self._frames.of(even_s)
            last_s = float(even_s[-1])
            while track.new_beats and track.new_beats[0][0] <= last_s:
                self._pulses.add(*track.new_beats.popleft(), track)
            told = self._pulses.told(last_s)
            pulses.extend(pulse for pulse in told if pulse.peak_s >= track.first_sample_s)
            if t_s.size:
                blocks.add(t_s, *self._block(t_s))
        return SensedPulse(
            *blocks.whole(),
            np.array([pulse.onset_s for pulse in pulses]),
            np.array([pulse.peak_s for pulse in pulses]),
            np.array([pulse.beat.t_s for pulse in pulses]),
            np.array([pulse.beat.is_ectopic for pulse in pulses], dtype=bool),
        )

    def _block(self, t_s: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        noise = self._noise
        wave = self._pulses.signal_at(t_s)
        wave += noise.breath_share * self._track.volume_at(t_s)
        wave += noise.drift_share * self._drift.at(t_s)
        wave += noise.white_share * self._white.standard_normal(t_s.size)
        moving, lit = self._motion.strength_at(t_s), self._light.strength_at(t_s)
        if moving.any():
            wave += noise.moving_share * moving * self._swing.at(t_s)
        wave += self._light_share * lit
        return _BASELINE_AU + _HEIGHT_AU * self._sign * wave, (moving > 0.0) | (lit > 0.0)


class _Frames:
    """Even times in, the times at which samples come out."""

    def __init__(self, seed: int, frames: FrameTimes, rate_hz: float) -> None:
        self._rng = rng_for(seed, "pulse-frames")
        self._jitter_s = frames.jitter_ms / 1000.0
        # Less than half a period either way: no sample overtakes another.
        self._most_s = 0.4 / rate_hz
        self._dropped_share = frames.dropped_pct / 100.0

    def of(self, even_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the times of the next block that come, none to all of them."""
        if not self._jitter_s and not self._dropped_share:
            return even_s
        off_s = self._jitter_s * self._rng.standard_normal(even_s.size)
        comes = self._rng.uniform(size=even_s.size) >= self._dropped_share
        return (even_s + np.clip(off_s, -self._most_s, self._most_s))[comes]
