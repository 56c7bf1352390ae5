"""What chest electrodes make of the heart: an electrocardiogram, with the truth beside it.

Each beat is a sum of Gaussian waves P, Q, R, S and T about its true time, so that the place
of the R peak is known between the samples. The T wave follows the interval by the square root
(the QT interval at constant corrected QT); early beats are broad, have no P wave and a T wave
of the other direction.

References
----------
McSharry, Clifford, Tarassenko and Smith (2003), IEEE Trans. Biomed. Eng. 50:289 (waves as
Gaussians, their order and relative sizes).
Bazett (1920), Heart 7:353 (QT by the square root of the interval).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.simulation.bells import BellTrain, top_s
from biofeedback.simulation.heartbeats import Heartbeat, Heartbeats
from biofeedback.simulation.motion import Motion
from biofeedback.simulation.noise import FilteredNoise, Tones
from biofeedback.simulation.seeds import rng_for
from biofeedback.simulation.track import BodyTrack, SensedBlocks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from biofeedback.simulation.client import Produced
    from biofeedback.simulation.options import Faults

__all__ = ["ECG_RATE_HZ", "EcgNoise", "EcgSensing", "EcgShape", "SensedEcg"]

# What chest straps send.
ECG_RATE_HZ = 130.0

# A beat this long after a block may still reach into it, with its P wave.
_AHEAD_S = 0.3
# The body knows of a beat within a step and the jitter of its time.
_KNOWN_AFTER_S = 0.12
# The QT interval follows a change of the rhythm over some beats, not at once.
_QT_KEPT = 0.8
_POP_MICROVOLTS = (500.0, 3000.0)
_POP_DECAY_S = 0.4
_POP_HEARD_MICROVOLTS = 50.0
_RAIL_MICROVOLTS = 5000.0


@dataclass(frozen=True, slots=True)
class EcgNoise:
    """What is always in the signal, in microvolts (standard deviations).

    Parameters
    ----------
    white_microvolts
        The amplifier's noise.
    breath_microvolts
        Wander of the baseline with a full slow breath.
    drift_microvolts
        Wander of the baseline by itself, 0.01 to 0.3 Hz.
    muscle_microvolts
        Muscle at rest, 20 to 150 Hz.
    tense_microvolts
        Muscle in a movement or a stretch of tension.
    swing_microvolts
        Swing of the baseline in a movement, 0.3 to 4 Hz.
    """

    white_microvolts: float = 6.0
    breath_microvolts: float = 40.0
    drift_microvolts: float = 40.0
    muscle_microvolts: float = 4.0
    tense_microvolts: float = 150.0
    swing_microvolts: float = 500.0

    @classmethod
    def none(cls) -> EcgNoise:
        """Return the heart alone."""
        return cls(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class EcgShape:
    """One person's electrocardiogram as a strap sees it.

    Parameters
    ----------
    r_microvolts
        Height of the R wave, 700 to 1600.
    breath_share
        By which share of itself a full breath in changes the height, 0.05 to 0.15 up or down.
    p, q, s, t
        Heights of the other waves as shares of R.
    r_width_s
        Standard deviation of the R wave, 9 to 13 ms.
    pr_s
        From the top of P to R.
    """

    r_microvolts: float = 1100.0
    breath_share: float = -0.10
    p: float = 0.11
    q: float = -0.12
    s: float = -0.22
    t: float = 0.28
    r_width_s: float = 0.011
    pr_s: float = 0.16

    @classmethod
    def drawn(cls, seed: int) -> EcgShape:
        """Return the shape of the person that a seed stands for."""
        rng = rng_for(seed, "ecg-shape")

        def between(low: float, high: float) -> float:
            return float(rng.uniform(low, high))

        # Most hearts turn away from the electrodes as the diaphragm sinks.
        sign = 1.0 if rng.uniform() < 0.2 else -1.0
        return cls(
            r_microvolts=between(700.0, 1600.0),
            breath_share=sign * between(0.05, 0.15),
            p=between(0.07, 0.15),
            q=-between(0.05, 0.16),
            s=-between(0.10, 0.30),
            t=between(0.18, 0.38),
            r_width_s=between(0.009, 0.013),
            pr_s=between(0.14, 0.17),
        )

    def sinus_waves(self, qt_rr_s: float) -> NDArray[np.float64]:
        """Return a beat of height 1 as bells about R (see `biofeedback.simulation.bells`).

        Parameters
        ----------
        qt_rr_s
            The interval that the T wave follows.
        """
        width_s, stretch = self.r_width_s, sqrt(qt_rr_s)
        return np.array(
            [
                (-self.pr_s, 0.020, 0.020, self.p),
                (-0.034, 0.9 * width_s, 0.9 * width_s, self.q),
                (0.0, width_s, width_s, 1.0),
                (0.034, width_s, width_s, self.s),
                (0.25 * stretch, 0.045 * stretch, 0.045 * stretch, self.t),
            ]
        )

    def ectopic_waves(self) -> NDArray[np.float64]:
        """Return an early beat, as `sinus_waves` does."""
        return np.array(
            [
                (0.0, 0.028, 0.028, 1.25),
                (0.075, 0.030, 0.030, -0.35),
                (0.32, 0.058, 0.058, -1.3 * self.t),
            ]
        )


def _peaked(waves: NDArray[np.float64]) -> NDArray[np.float64]:
    """Move the waves so that the top of their sum lies at 0: there is the R peak."""
    moved = waves.copy()
    moved[:, 0] -= top_s(waves)
    return moved


@dataclass(frozen=True, slots=True, eq=False)
class SensedEcg:
    """A stretch of the electrocardiogram as measured, and the truth beside it.

    Parameters
    ----------
    t_s, microvolts
        Time and value of each sample, shape ``(n,)``.
    is_artifact
        Where movement, tense muscle, a jump or a lost electrode disturbed it, shape ``(n,)``.
    r_t_s
        True times of the R peaks in this stretch, early beats included, shape ``(n_beats,)``.
    is_ectopic
        Which of them are early beats, shape ``(n_beats,)``.
    """

    t_s: NDArray[np.float64]
    microvolts: NDArray[np.float64]
    is_artifact: NDArray[np.bool_]
    r_t_s: NDArray[np.float64]
    is_ectopic: NDArray[np.bool_]


class _Beats:
    """The heart's own signal, from beats that come in order."""

    def __init__(self, seed: int, shape: EcgShape, ectopic_pct: float) -> None:
        self._shape = shape
        self._heartbeats = Heartbeats(seed, ectopic_pct)
        self._ectopic = _peaked(shape.ectopic_waves())
        self._qt_rr_s: float | None = None
        self._train = BellTrain()
        self._untold: deque[Heartbeat] = deque()

    def add(self, t_s: float, rr_s: float, track: BodyTrack) -> None:
        """Take in the next beat of the body; an early one may be there in its stead."""
        before_s = rr_s if self._qt_rr_s is None else self._qt_rr_s
        self._qt_rr_s = _QT_KEPT * before_s + (1.0 - _QT_KEPT) * rr_s
        for beat in self._heartbeats.after(t_s, rr_s):
            self._untold.append(beat)
            microvolts = self._shape.r_microvolts
            if beat.is_ectopic:
                self._train.put(beat.t_s, self._ectopic, microvolts)
                continue
            volume = float(track.volume_at(np.array([beat.t_s]))[0])
            waves = _peaked(self._shape.sinus_waves(self._qt_rr_s))
            self._train.put(beat.t_s, waves, microvolts * (1 + self._shape.breath_share * volume))

    def signal_at(self, t_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return microvolts at the times of the next block."""
        return self._train.at(t_s)

    def told(self, until_s: float) -> Iterator[Heartbeat]:
        """Give the beats whose R peak lies up to a time, each once."""
        while self._untold and self._untold[0].t_s <= until_s:
            yield self._untold.popleft()


class EcgSensing:
    """The body's life in, an electrocardiogram out.

    It begins with the first beat that is known, and is `lag_s` behind the body, which is how
    long a P wave foreruns its beat.

    Parameters
    ----------
    seed
        The person's.
    faults
        How often which fault. Early beats are the ones that `StrapSensing` has.
    rate_hz
        Sampling rate, 100 to 1000.
    start_s
        Session time from which the person may move: the same for all of their sensors.
    shape
        The person's waves; those of the seed if not given.
    noise
        What is always in the signal.
    """

    lag_s = _AHEAD_S + _KNOWN_AFTER_S

    def __init__(
        self,
        seed: int,
        faults: Faults,
        rate_hz: float = ECG_RATE_HZ,
        start_s: float = 0.0,
        *,
        shape: EcgShape | None = None,
        noise: EcgNoise | None = None,
    ) -> None:
        shape = EcgShape.drawn(seed) if shape is None else shape
        self._track = BodyTrack(rate_hz, self.lag_s, -(shape.pr_s + 0.11))
        self._beats = _Beats(seed, shape, faults.ectopic_pct)
        self._disturbance = _Disturbance(
            seed, faults, rate_hz, start_s, EcgNoise() if noise is None else noise
        )

    def sense(self, produced: Produced) -> SensedEcg:
        """Return the samples that are now certain.

        Parameters
        ----------
        produced
            What the body did since the last call, without a hole.
        """
        blocks = SensedBlocks()
        beats: list[Heartbeat] = []
        track = self._track
        for t_s in track.blocks(produced):
            last_s = float(t_s[-1])
            while track.new_beats and track.new_beats[0][0] <= last_s + _AHEAD_S:
                self._beats.add(*track.new_beats.popleft(), track)
            signal = self._beats.signal_at(t_s)
            microvolts, is_artifact = self._disturbance.on(t_s, signal, track)
            blocks.add(t_s, microvolts, is_artifact)
            told = self._beats.told(last_s)
            beats.extend(beat for beat in told if beat.t_s >= track.first_sample_s)
        return SensedEcg(
            *blocks.whole(),
            np.array([beat.t_s for beat in beats]),
            np.array([beat.is_ectopic for beat in beats], dtype=bool),
        )


class _Disturbance:
    """Everything in the signal that is not the heart, layer by layer.

    Each layer has chance of its own: turning one off leaves the others as they are.
    """

    def __init__(
        self, seed: int, faults: Faults, rate_hz: float, start_s: float, noise: EcgNoise
    ) -> None:
        self._noise = noise
        self._hum_microvolts = faults.hum_microvolts
        self._hum_radians_per_s = 2 * np.pi * faults.hum_hz
        self._white = rng_for(seed, "ecg-white")
        self._drift = Tones(rng_for(seed, "ecg-drift"), 0.01, 0.3, is_pink=True)
        self._swing = Tones(rng_for(seed, "ecg-swing"), 0.3, 4.0)
        self._muscle = FilteredNoise(rng_for(seed, "ecg-muscle"), 20.0, 150.0, rate_hz)
        self._motion = Motion(seed, faults.motion_per_min, start_s)
        self._tension = Motion(seed, faults.muscle_per_min, start_s, purpose="ecg-tension")
        self._lead_off = Motion(seed, faults.lead_off_per_min, start_s, purpose="ecg-lead-off")
        self._pops = _Pops(seed, faults.pops_per_min, start_s)

    def on(
        self, t_s: NDArray[np.float64], signal: NDArray[np.float64], track: BodyTrack
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Return the disturbed signal of a block, and where it is worse than ever-present."""
        noise = self._noise
        moving = self._motion.strength_at(t_s)
        tense = np.maximum(moving, self._tension.strength_at(t_s))
        is_off = self._lead_off.strength_at(t_s) > 0.0
        popped = self._pops.at(t_s)
        muscle_microvolts = noise.muscle_microvolts + noise.tense_microvolts * tense
        measured = signal + noise.white_microvolts * self._white.standard_normal(t_s.size)
        measured += muscle_microvolts * self._muscle.following(t_s.size)
        measured += noise.breath_microvolts * track.volume_at(t_s)
        measured += noise.drift_microvolts * self._drift.at(t_s)
        if moving.any():
            measured += noise.swing_microvolts * moving * self._swing.at(t_s)
        if self._hum_microvolts:
            measured += self._hum_microvolts * np.sin(self._hum_radians_per_s * t_s)
        measured += popped
        measured[is_off] = _RAIL_MICROVOLTS
        is_artifact = (tense > 0.0) | is_off | (np.abs(popped) > _POP_HEARD_MICROVOLTS)
        return measured, is_artifact


class _Pops:
    """Jumps of an electrode's potential, each gone again within a second or two."""

    def __init__(self, seed: int, per_min: float, start_s: float) -> None:
        self._rng = rng_for(seed, "ecg-pops")
        self._mean_s = 60.0 / per_min if per_min > 0 else float("inf")
        self._next_s = start_s
        self._to_next()
        self._past: deque[tuple[float, float]] = deque()

    def _to_next(self) -> None:
        self._next_s += self._mean_s * float(self._rng.exponential())

    def at(self, t_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return microvolts at the times of the next block."""
        while self._next_s <= float(t_s[-1]):
            sign = 1.0 if self._rng.uniform() < 0.5 else -1.0
            self._past.append((self._next_s, sign * float(self._rng.uniform(*_POP_MICROVOLTS))))
            self._to_next()
        while self._past and self._past[0][0] < float(t_s[0]) - 20 * _POP_DECAY_S:
            self._past.popleft()
        popped: NDArray[np.float64] = np.zeros(t_s.size)
        for begin_s, microvolts in self._past:
            age_s = t_s - begin_s
            popped += np.where(age_s >= 0, microvolts * np.exp(-np.abs(age_s) / _POP_DECAY_S), 0.0)
        return popped
