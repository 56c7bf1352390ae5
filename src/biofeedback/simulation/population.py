"""People to try guides on: a body and a manner each, drawn from a seed.

The heart, lungs and skin of a seed are those of `ClientParameters.drawn`, which measures are
validated on. What bears on guides is drawn anew here, over the whole of the published ranges,
where that class keeps to a part of them. Nothing here is drawn with a look at how a guide fares.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from math import exp
from typing import TYPE_CHECKING

from biofeedback.simulation.client import VirtualClient
from biofeedback.simulation.options import Faults
from biofeedback.simulation.parameters import ClientParameters
from biofeedback.simulation.seeds import rng_for
from biofeedback.simulation.temperament import Temperament

if TYPE_CHECKING:
    from biofeedback.simulation.drive import SharedDrive
    from biofeedback.simulation.episodes import Episode

__all__ = ["Individual", "Response", "population"]

# Shares of people. One in fifteen is adverse, by `ClientParameters.drawn`; half of those fear
# the breath and not the calm.
_BREATH_SHARE, _NON_RESPONDING, _OVER_BREATHING = 0.5, 0.10, 0.10
_AROUSAL_PHASE_ERROR = 0.3
# Early beats are common in few people.
_ECTOPIC_SHARE = 0.2
# A day's chance is no other person's: seeds given by hand end below this.
_SEEDS = 2**32


class Response(Enum):
    """What guiding does to someone."""

    ORDINARY = "ordinary"
    # Relaxing makes them anxious, by whatever way.
    RELAXATION_ANXIOUS = "relaxation-anxious"
    # Attention on the breath makes them anxious; other ways calm them.
    BREATH_ANXIOUS = "breath-anxious"
    # Nothing comes of it, for better or worse.
    NON_RESPONDER = "non-responder"
    # They breathe too deeply when asked to breathe slowly, and take fright at what it does.
    OVER_BREATHER = "over-breather"

    @property
    def is_adverse(self) -> bool:
        """Whether slow breathing winds them up in itself."""
        return self in {Response.RELAXATION_ANXIOUS, Response.BREATH_ANXIOUS}


@dataclass(frozen=True, slots=True)
class Individual:
    """One person of a population.

    Parameters
    ----------
    seed
        Whose body and chance.
    response
        What guiding does to them.
    parameters
        The body.
    temperament
        The manner.
    faults
        What goes wrong on the way from the body to the computer, as with a good strap at rest.
    day
        Which day of their life it is, 0 for the first.
    """

    seed: int
    response: Response
    parameters: ClientParameters
    temperament: Temperament
    faults: Faults
    day: int = 0

    @classmethod
    def drawn(cls, seed: int) -> Individual:
        """Return the person that a seed stands for."""
        parameters = ClientParameters.drawn(seed)
        rng = rng_for(seed, "temperament")

        faults = _faults(seed)

        def between(low: float, high: float) -> float:
            return float(rng.uniform(low, high))

        def around(mean: float, sd: float, low: float, high: float) -> float:
            return _within(float(rng.normal(mean, sd)), low, high)

        # In one order for everyone: who someone is never moves what else they are.
        fears_breath = between(0.0, 1.0) < _BREATH_SHARE
        share = between(0.0, 1.0)
        anxiety_per_s = between(0.0015, 0.005)
        fright_per_s = between(0.004, 0.010)
        deep_volume = between(1.1, 1.3)
        settled = between(0.05, 0.2)
        body = replace(
            parameters,
            settled_arousal=settled,
            arousal_noise=between(0.003, 0.010),
            # 0.1 + 0.3 a cycles on average; the body adds its 0.3 from `settled_arousal` on.
            rest_co2_mmhg=around(38.0, 2.5, 33.0, 43.0),
            phase_error_cycles=between(0.05, 0.15) + _AROUSAL_PHASE_ERROR * settled,
            arousal_phase_error_cycles=_AROUSAL_PHASE_ERROR,
        )
        manner = Temperament(
            lapses_per_min=between(0.0, 0.5),
            arousal_lapses_per_min=between(0.0, 1.5),
            lapse_s=between(8.0, 25.0),
            ease_breaths_per_min=around(4.8, 0.6, 3.5, 6.5),
            effort_gain_per_s=between(0.0, 0.002),
            air_hunger_gain_per_s=between(0.0, 0.002),
            heed=between(0.3, 0.9),
            grounding_match=between(0.2, 1.0),
            muscle_match=between(0.2, 1.0),
            kindness_match=between(0.2, 1.0),
            shutdown_arousal=between(0.03, 0.12),
            shutdown_heart_bpm=between(5.0, 10.0),
            shutdown_rsa_factor=between(0.7, 1.3),
            shutdown_scr_per_min=between(0.0, 1.0),
            numb_distress=between(1.0, 8.0),
            distress_bias=around(0.0, 1.0, -2.0, 2.0),
            comfort_bias=around(0.0, 1.0, -2.0, 2.0),
            answer_sd=between(0.5, 1.2),
            answer_latency_s=between(1.5, 5.0),
        )
        if parameters.calming_gain_per_s < 0:
            manner = replace(manner, anxiety_per_s=anxiety_per_s)
            if not fears_breath:
                # Below where they settle, a gain below 0 would calm even them.
                settled = min(settled, parameters.arousal_baseline)
                body = replace(body, settled_arousal=settled)
                return cls(seed, Response.RELAXATION_ANXIOUS, body, manner, faults)
            # Other ways calm as they would; the breath does not, it frightens.
            gain_per_s = abs(parameters.calming_gain_per_s)
            body = replace(body, calming_gain_per_s=gain_per_s)
            manner = replace(manner, breath_match=0.0)
            return cls(seed, Response.BREATH_ANXIOUS, body, manner, faults)
        if share < _NON_RESPONDING:
            body = replace(body, calming_gain_per_s=0.0)
            return cls(seed, Response.NON_RESPONDER, body, manner, faults)
        if share < _NON_RESPONDING + _OVER_BREATHING:
            body = replace(body, slow_tidal_volume=deep_volume)
            manner = replace(manner, air_hunger_gain_per_s=fright_per_s)
            return cls(seed, Response.OVER_BREATHER, body, manner, faults)
        return cls(seed, Response.ORDINARY, body, manner, faults)

    def on_day(self, day: int) -> Individual:
        """Return the same person on another day; day 0 is the one that was drawn.

        Resonance moves from visit to visit (Capdevila et al. 2021, Sci. Rep. 11:8400: in two
        thirds of people, by steps of half a breath a minute), and so do heart rate, swing and
        what they come with. By how much is invented to agree with that one finding.
        """
        if day == 0:
            return self
        rng = rng_for(self.seed, f"day-{day}")
        rate, heart, swing, mood = rng.standard_normal(4).tolist()
        body = self.parameters
        return replace(
            self,
            day=day,
            parameters=replace(
                body,
                resonance_breaths_per_min=_within(
                    body.resonance_breaths_per_min + 0.3 * rate, 4.5, 6.6
                ),
                heart_rate_bpm=_within(body.heart_rate_bpm + 3.0 * heart, 50.0, 90.0),
                rsa_bpm=_within(body.rsa_bpm * exp(0.15 * swing), 8.0, 26.0),
                arousal_baseline=_within(body.arousal_baseline + 0.05 * mood, 0.05, 0.5),
            ),
        )

    def client(
        self,
        *,
        episodes: tuple[Episode, ...] = (),
        start_s: float = 0.0,
        start_arousal: float | None = None,
        drive: SharedDrive | None = None,
    ) -> VirtualClient:
        """Return this person, alive.

        Parameters
        ----------
        episodes
            What befalls them.
        start_s
            Session time at which this life begins.
        start_arousal
            How wound up they are at first, their baseline if not given.
        drive
            A slow drive shared with others.
        """
        return VirtualClient(
            self.parameters,
            self.seed + self.day * _SEEDS,
            temperament=self.temperament,
            episodes=episodes,
            start_s=start_s,
            start_arousal=start_arousal,
            drive=drive,
        )


def _within(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)


def _faults(seed: int) -> Faults:
    rng = rng_for(seed, "population-faults")
    share, early, missed, motion = rng.uniform(size=4).tolist()
    return Faults(
        ectopic_pct=early if share < _ECTOPIC_SHARE else 0.0,
        missed_pct=0.1 + 0.3 * missed,
        extra_pct=0.1,
        motion_per_min=0.3 * motion,
    )


def population(n_people: int, first_seed: int = 0) -> tuple[Individual, ...]:
    """Return so many people, of seeds one after another."""
    return tuple(Individual.drawn(first_seed + place) for place in range(n_people))
