"""The virtual client: one person, moved on in small steps of session time.

Heart, lungs, skin, arousal, carbon dioxide and attention act on each other every 1/20 s. What
comes out depends on the seed, the person's parameters and what leads them at each step alone,
not on how often or in what portions the body is asked: the same seed is the same person, to the
last bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, inf
from typing import TYPE_CHECKING

from biofeedback.simulation.answers import Answer, Feeling, Question, answer_of
from biofeedback.simulation.arousal import Arousal
from biofeedback.simulation.attention import Attention
from biofeedback.simulation.carbon_dioxide import CarbonDioxide
from biofeedback.simulation.episodes import Episode, stirred_at
from biofeedback.simulation.heart import Heart
from biofeedback.simulation.lungs import Lungs
from biofeedback.simulation.parameters import ClientParameters
from biofeedback.simulation.produced import Produced, Stretch
from biofeedback.simulation.seeds import rng_for
from biofeedback.simulation.skin import Skin
from biofeedback.simulation.temperament import Temperament

if TYPE_CHECKING:
    from collections.abc import Callable

    from biofeedback.pacing import PacerSegment
    from biofeedback.simulation.drive import SharedDrive
    from biofeedback.simulation.guidance import Guidance

__all__ = ["BELT_RATE_HZ", "EDA_RATE_HZ", "STEPS_PER_S", "Produced", "Stress", "VirtualClient"]

STEPS_PER_S = 20
BELT_RATE_HZ = 20.0
EDA_RATE_HZ = 8.0
# A belt reads a pull on its strap: some at rest, more with each breath in.
_BELT_REST_AU = 10.0
_BELT_SWING_AU = 4.0
# Skin on electrodes is never quite dry, whatever drives it.
_DRIEST_MICROSIEMENS = 0.05
# A shutdown deepens and lifts about this fast, and nothing is left of it below this depth.
_SHUTDOWN_S, _LIFTED = 15.0, 0.01
# A muscle is tensed and let go about this fast.
_TENSE_S = 0.4
# A guide that stands still for no longer than this is still the same one: a pause, a rest.
_SAME_GUIDE_S = 120.0


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
    temperament
        How they take what they are led through; by default as their body alone would.
    episodes
        What befalls them, in times of this life.
    start_arousal
        How wound up they are at first; their baseline if not given.
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
        temperament: Temperament | None = None,
        episodes: tuple[Episode, ...] = (),
        start_arousal: float | None = None,
    ) -> None:
        step_s = 1.0 / STEPS_PER_S
        self.parameters = parameters
        self._stress = stress
        self._drive = drive
        self._was_stressed = False
        self._seed = seed
        self.temperament = temperament or Temperament()
        self._episodes = episodes
        self._stress_rng = rng_for(seed, "stress")
        self._arousal = Arousal(parameters, seed, step_s, start_arousal)
        self._attention = Attention(self.temperament, seed, step_s)
        self._carbon_dioxide = CarbonDioxide(parameters, step_s)
        self._lungs = Lungs(parameters, seed, step_s, follows_pacer=follows_pacer)
        self._heart = Heart(parameters, seed, step_s)
        self._skin = Skin(parameters, seed, step_s, start_arousal)
        self._shutdown = 0.0
        self._tensing = 0.0
        self._attends = True
        self._led_s = -inf
        # Whole steps and samples since time 0, so that no rounding adds up.
        self._first_step = floor(start_s * STEPS_PER_S)
        self._step = self._first_step
        self._next_eda = floor(self.now_s * EDA_RATE_HZ) + 1
        self._last_beat_s: float | None = None
        self._felt_before = 0.0
        self._felt_before = self._feeling().distress(self.temperament)

    @classmethod
    def from_seed(
        cls,
        seed: int,
        *,
        follows_pacer: bool = True,
        stress: Stress | None = None,
        start_s: float = 0.0,
        drive: SharedDrive | None = None,
        temperament: Temperament | None = None,
        episodes: tuple[Episode, ...] = (),
        start_arousal: float | None = None,
    ) -> VirtualClient:
        """Return the person that a seed stands for."""
        return cls(
            ClientParameters.drawn(seed),
            seed,
            follows_pacer=follows_pacer,
            stress=stress,
            start_s=start_s,
            drive=drive,
            temperament=temperament,
            episodes=episodes,
            start_arousal=start_arousal,
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

    @property
    def follows_per_min(self) -> float | None:
        """The pace they breathe with just now, ``None`` while it is none."""
        return self._lungs.followed_per_min

    def hear_breathe_gently(self) -> None:
        """Tell them to take smaller breaths; they heed it as far as they do, from now on."""
        self._lungs.gentle = self.temperament.heed

    def answer(self, question: Question) -> Answer:
        """Return what they say when asked at this moment.

        `Question.HOW_WAS_IT` compares with how it was when the present or last guide began.
        """
        return answer_of(
            question, self._feeling(), self.temperament, self._seed, self._step - self._first_step
        )

    def _feeling(self) -> Feeling:
        return Feeling(
            self._arousal.level,
            self._shutdown,
            self._carbon_dioxide.symptoms,
            self._attention.effort,
            self._felt_before,
        )

    def advance(
        self,
        until_s: float,
        pacer: Callable[[float], PacerSegment | None] | None = None,
        guidance: Callable[[float], Guidance | None] | None = None,
    ) -> Produced:
        """Live on until a time, in whole steps, and return what happened.

        Parameters
        ----------
        until_s
            Session time. What falls after the last whole step comes with the next call.
        pacer
            Gives the pacer at a time, ``None`` while it stands still.
        guidance
            Gives what another guide asks at a time, ``None`` while none does.
        """
        lived = Stretch()
        while (t_s := (self._step + 1) / STEPS_PER_S) <= until_s:
            segment = None if pacer is None else pacer(t_s)
            asked = None if guidance is None else guidance(t_s)
            self._live(t_s, segment, asked, lived)
            while (eda_s := self._next_eda / EDA_RATE_HZ) <= t_s:
                lived.eda.append((eda_s, self._conductance_microsiemens(eda_s)))
                self._next_eda += 1
            self._step += 1
        return lived.produced()

    def _live(
        self, t_s: float, segment: PacerSegment | None, asked: Guidance | None, lived: Stretch
    ) -> None:
        manner, shutdown = self.temperament, self._shutdown
        arousal = self._feel(t_s, segment, asked)
        if self._lungs.step(t_s, segment, arousal, attends=self._attends):
            lived.breath_onset_s.append(t_s)
        self._carbon_dioxide.step(self._lungs.moved_cycles, self._lungs.tidal_volume, arousal)
        drive_bpm = 0.0 if self._drive is None else self._drive.heart_bpm(t_s)
        beat_s = self._heart.step(
            self._step - self._first_step,
            t_s,
            self._lungs.volume,
            arousal,
            drive_bpm - manner.shutdown_heart_bpm * shutdown,
            1.0 + (manner.shutdown_rsa_factor - 1.0) * shutdown,
        )
        if beat_s is not None:
            if self._last_beat_s is not None:
                lived.beats.append((beat_s, 1000.0 * (beat_s - self._last_beat_s)))
            self._last_beat_s = beat_s
        lived.responses.extend(self._skin.step(t_s, arousal, shutdown, manner.shutdown_scr_per_min))
        lived.belt.append((t_s, self._belt_au()))
        lived.states.append(
            (
                self._lungs.volume,
                arousal,
                self._heart.heart_rate_bpm,
                shutdown,
                self._carbon_dioxide.mmhg,
                self._tensing,
            )
        )

    def _feel(self, t_s: float, segment: PacerSegment | None, asked: Guidance | None) -> float:
        age_s = t_s - self._first_step / STEPS_PER_S
        surge, aim = stirred_at(self._episodes, age_s) if self._episodes else (0.0, 0.0)
        if self._stress is not None and self._stress.holds_at(age_s):
            surge = 1.0
        if surge > 0 and not self._was_stressed:
            # A felt event shows in the skin 1 to 3 s later.
            self._skin.evoke(t_s + float(self._stress_rng.uniform(1.0, 3.0)))
        self._was_stressed = surge > 0
        self._shut_down(aim)
        self._attend(segment, asked)
        return self._arousal.step(
            stress=surge,
            followed_per_min=self._lungs.followed_per_min,
            breath_match=self.temperament.breath_match,
            guided=self._guided(asked),
            push_per_s=self._push_per_s(asked),
            shutdown=self._shutdown,
            shutdown_level=self.temperament.shutdown_arousal,
        )

    def _shut_down(self, aim: float) -> None:
        if aim == self._shutdown == 0.0:
            return
        self._shutdown += (aim - self._shutdown) / (_SHUTDOWN_S * STEPS_PER_S)
        if aim == 0.0 and self._shutdown < _LIFTED:
            self._shutdown = 0.0
        self._lungs.make_shallow(self._shutdown, self.temperament.shutdown_tidal_volume)

    def _attend(self, segment: PacerSegment | None, asked: Guidance | None) -> None:
        is_led = segment is not None or asked is not None
        if is_led:
            if self.now_s - self._led_s > _SAME_GUIDE_S:
                self._felt_before = self._feeling().distress(self.temperament)
            self._led_s = self.now_s
        is_followed = segment is not None and self._lungs.followed_per_min is not None
        pattern = segment.pattern if segment is not None and is_followed else None
        self._attends = self._attention.step(
            pattern, self._arousal.level, self._shutdown, is_led=is_led
        )
        tense = asked.tense if asked is not None and self._attends else 0.0
        if tense != self._tensing:
            self._tensing += (tense - self._tensing) / (_TENSE_S * STEPS_PER_S)

    def _guided(self, asked: Guidance | None) -> float:
        if asked is None or not self._attends:
            return 0.0
        match = asked.match(self.temperament)
        return -match if self._fears(asked) else match

    def _fears(self, asked: Guidance) -> bool:
        return asked.relaxes and self.parameters.calming_gain_per_s < 0

    def _push_per_s(self, asked: Guidance | None) -> float:
        manner = self.temperament
        push_per_s = manner.effort_gain_per_s * self._attention.effort
        push_per_s += manner.air_hunger_gain_per_s * self._carbon_dioxide.symptoms
        is_relaxing = asked is not None and self._attends and self._fears(asked)
        if self._lungs.followed_per_min is not None or is_relaxing:
            push_per_s += manner.anxiety_per_s
        return push_per_s

    def _conductance_microsiemens(self, t_s: float) -> float:
        own_microsiemens = self._skin.conductance_microsiemens(t_s)
        if self._drive is None:
            return own_microsiemens
        together_microsiemens = own_microsiemens + self._drive.skin_microsiemens(t_s)
        return max(together_microsiemens, _DRIEST_MICROSIEMENS)

    def _belt_au(self) -> float:
        lungs = self._lungs
        return _BELT_REST_AU + _BELT_SWING_AU * lungs.tidal_volume * (lungs.depth - 0.5)
