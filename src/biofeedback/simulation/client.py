"""The virtual client: one body, moved on in small steps of session time.

Heart, lungs, skin and arousal act on each other every 1/20 s. What comes out depends on the
seed, the person's parameters and the pacer at each step alone, not on how often or in what
portions the body is asked: the same seed is the same person, to the last bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.simulation.arousal import Arousal
from biofeedback.simulation.heart import Heart
from biofeedback.simulation.lungs import Lungs
from biofeedback.simulation.parameters import ClientParameters
from biofeedback.simulation.seeds import rng_for
from biofeedback.simulation.skin import Skin, SkinResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from biofeedback.pacing import PacerSegment
    from biofeedback.simulation.drive import SharedDrive

__all__ = ["BELT_RATE_HZ", "EDA_RATE_HZ", "STEPS_PER_S", "Produced", "Stress", "VirtualClient"]

STEPS_PER_S = 20
BELT_RATE_HZ = 20.0
EDA_RATE_HZ = 8.0
# A belt reads a pull on its strap: some at rest, more with each breath in.
_BELT_REST_AU = 10.0
_BELT_SWING_AU = 4.0
# Skin on electrodes is never quite dry, whatever drives it.
_DRIEST_MICROSIEMENS = 0.05


@dataclass(frozen=True, slots=True)
class Stress:
    """Stretches of stress that come back: the ``n``-th begins ``n * every_s`` into this life."""

    every_s: float
    length_s: float

    def __post_init__(self) -> None:
        if not 0 < self.length_s < self.every_s:
            msg = f"0 < length_s < every_s, not {self.length_s} and {self.every_s}"
            raise ValueError(msg)

    def holds_at(self, age_s: float) -> bool:
        """Tell whether a time, in seconds of this life, is within such a stretch."""
        return age_s >= self.every_s and age_s % self.every_s < self.length_s


@dataclass(frozen=True, slots=True, eq=False)
class Produced:
    """What the body did in one stretch of time: the truth behind every sensor.

    Parameters
    ----------
    beat_t_s, rr_ms
        Each beat and the interval that it ended, shape ``(n_beats,)``. The first beat of a
        life ends no interval and is not among them.
    eda_t_s, eda_microsiemens
        Skin conductance at `EDA_RATE_HZ`, shape ``(n_eda,)``.
    belt_t_s, belt_au
        Pull on a breathing belt (``resp_belt``) at `BELT_RATE_HZ` in arbitrary units, more
        when breathed in, shape ``(n_belt,)``.
    breath_onset_s
        When each in-breath began, shape ``(n_breaths,)``.
    responses
        The skin conductance responses that began.
    volume
        Lung volume about its middle at `belt_t_s`; 1 is the top of a full slow breath, shape
        ``(n_belt,)``.
    arousal
        Arousal, 0 to 1, at `belt_t_s`, shape ``(n_belt,)``.
    heart_rate_bpm
        Heart rate as it drives the beats at `belt_t_s`, shape ``(n_belt,)``.
    """

    beat_t_s: NDArray[np.float64]
    rr_ms: NDArray[np.float64]
    eda_t_s: NDArray[np.float64]
    eda_microsiemens: NDArray[np.float64]
    belt_t_s: NDArray[np.float64]
    belt_au: NDArray[np.float64]
    breath_onset_s: NDArray[np.float64]
    responses: tuple[SkinResponse, ...]
    volume: NDArray[np.float64]
    arousal: NDArray[np.float64]
    heart_rate_bpm: NDArray[np.float64]


def _frozen(numbers: Sequence[float]) -> NDArray[np.float64]:
    array: NDArray[np.float64] = np.array(numbers, dtype=np.float64)
    array.setflags(write=False)
    return array


def _columns(
    rows: list[tuple[float, float]],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return _frozen([t_s for t_s, _ in rows]), _frozen([value for _, value in rows])


def _separated(
    rows: list[tuple[float, float, float]],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    return (
        _frozen([row[0] for row in rows]),
        _frozen([row[1] for row in rows]),
        _frozen([row[2] for row in rows]),
    )


class VirtualClient:
    """One person, from ``start_s`` on.

    Parameters
    ----------
    parameters
        The person; `ClientParameters.drawn` gives the one that a seed stands for.
    seed
        For everything left to chance.
    follows_pacer
        False for a person who does not breathe with the pacer.
    stress
        Stretches of stress, ``None`` for a quiet life.
    start_s
        Session time at which this life begins.
    drive
        A slow drive shared with others, ``None`` for a life of one's own.
    """

    def __init__(
        self,
        parameters: ClientParameters,
        seed: int,
        *,
        follows_pacer: bool = True,
        stress: Stress | None = None,
        start_s: float = 0.0,
        drive: SharedDrive | None = None,
    ) -> None:
        step_s = 1.0 / STEPS_PER_S
        self.parameters = parameters
        self._stress = stress
        self._drive = drive
        self._was_stressed = False
        self._stress_rng = rng_for(seed, "stress")
        self._arousal = Arousal(parameters, seed, step_s)
        self._lungs = Lungs(parameters, seed, step_s, follows_pacer=follows_pacer)
        self._heart = Heart(parameters, seed, step_s)
        self._skin = Skin(parameters, seed, step_s)
        # Whole steps and samples since time 0, so that no rounding adds up.
        self._first_step = floor(start_s * STEPS_PER_S)
        self._step = self._first_step
        self._next_eda = floor(self.now_s * EDA_RATE_HZ) + 1
        self._last_beat_s: float | None = None

    @classmethod
    def from_seed(
        cls,
        seed: int,
        *,
        follows_pacer: bool = True,
        stress: Stress | None = None,
        start_s: float = 0.0,
        drive: SharedDrive | None = None,
    ) -> VirtualClient:
        """Return the person that a seed stands for."""
        return cls(
            ClientParameters.drawn(seed),
            seed,
            follows_pacer=follows_pacer,
            stress=stress,
            start_s=start_s,
            drive=drive,
        )

    @property
    def now_s(self) -> float:
        """Session time up to which this person has lived."""
        return self._step / STEPS_PER_S

    @property
    def arousal(self) -> float:
        """Present arousal, 0 to 1."""
        return self._arousal.level

    @property
    def breath_phase_cycles(self) -> float:
        """Breaths so far; the fraction is the place in the breath, as a pacer counts it."""
        return self._lungs.phase_cycles

    @property
    def heart_rate_bpm(self) -> float:
        """Present heart rate, as it drives the beats."""
        return self._heart.heart_rate_bpm

    def advance(
        self, until_s: float, pacer: Callable[[float], PacerSegment | None] | None = None
    ) -> Produced:
        """Live on until a time, in whole steps, and return what happened.

        Parameters
        ----------
        until_s
            Session time. What falls after the last whole step comes with the next call.
        pacer
            Gives the pacer at a time, ``None`` while it stands still.
        """
        beats: list[tuple[float, float]] = []
        eda: list[tuple[float, float]] = []
        belt: list[tuple[float, float]] = []
        states: list[tuple[float, float, float]] = []
        breath_onset_s: list[float] = []
        responses: list[SkinResponse] = []
        while (t_s := (self._step + 1) / STEPS_PER_S) <= until_s:
            segment = None if pacer is None else pacer(t_s)
            arousal = self._feel(t_s)
            if self._lungs.step(t_s, segment, arousal):
                breath_onset_s.append(t_s)
            beat_s = self._heart.step(
                self._step - self._first_step,
                t_s,
                self._lungs.volume,
                arousal,
                0.0 if self._drive is None else self._drive.heart_bpm(t_s),
            )
            if beat_s is not None:
                if self._last_beat_s is not None:
                    beats.append((beat_s, 1000.0 * (beat_s - self._last_beat_s)))
                self._last_beat_s = beat_s
            responses.extend(self._skin.step(t_s, arousal))
            belt.append((t_s, self._belt_au()))
            states.append((self._lungs.volume, arousal, self._heart.heart_rate_bpm))
            while (eda_s := self._next_eda / EDA_RATE_HZ) <= t_s:
                eda.append((eda_s, self._conductance_microsiemens(eda_s)))
                self._next_eda += 1
            self._step += 1
        return Produced(
            *_columns(beats),
            *_columns(eda),
            *_columns(belt),
            _frozen(breath_onset_s),
            tuple(responses),
            *_separated(states),
        )

    def _feel(self, t_s: float) -> float:
        age_s = t_s - self._first_step / STEPS_PER_S
        is_stressed = self._stress is not None and self._stress.holds_at(age_s)
        if is_stressed and not self._was_stressed:
            # A felt event shows in the skin 1 to 3 s later.
            self._skin.evoke(t_s + float(self._stress_rng.uniform(1.0, 3.0)))
        self._was_stressed = is_stressed
        return self._arousal.step(
            is_stressed=is_stressed, followed_per_min=self._lungs.followed_per_min
        )

    def _conductance_microsiemens(self, t_s: float) -> float:
        own_microsiemens = self._skin.conductance_microsiemens(t_s)
        if self._drive is None:
            return own_microsiemens
        together_microsiemens = own_microsiemens + self._drive.skin_microsiemens(t_s)
        return max(together_microsiemens, _DRIEST_MICROSIEMENS)

    def _belt_au(self) -> float:
        lungs = self._lungs
        return _BELT_REST_AU + _BELT_SWING_AU * lungs.tidal_volume * (lungs.depth - 0.5)
