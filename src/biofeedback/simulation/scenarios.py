"""Evenings to try the app with: who is there, and what befalls them when.

A scenario is data. Names are what ``biofeedback demo --scenario`` and the option ``scenario``
of simulated sensors take; times count from when the first simulated sensor was put on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from biofeedback.simulation.episodes import Episode, EpisodeKind
from biofeedback.simulation.parameters import ClientParameters
from biofeedback.simulation.temperament import Temperament

__all__ = ["SCENARIOS", "Part", "Scenario"]

# The ordinary person of all demos.
_SHE, _HE = 4, 11
_MINUTE_S = 60.0
_UNDISTURBED = Temperament()


def _surge(minute: float, length_s: float, strength: float) -> Episode:
    return Episode(EpisodeKind.SURGE, minute * _MINUTE_S, length_s, strength)


def _shutdown(minute: float, minutes: float) -> Episode:
    return Episode(EpisodeKind.SHUTDOWN, minute * _MINUTE_S, minutes * _MINUTE_S)


@dataclass(frozen=True, slots=True)
class Part:
    """One person's part in a scenario.

    Parameters
    ----------
    seed
        Who it is, unless another person is asked for.
    episodes
        What befalls them.
    start_arousal
        How wound up they are at first, ``None`` for their baseline.
    changes
        Names and values of `ClientParameters` in which they differ from their seed.
    temperament
        How they take what they are led through.
    """

    seed: int
    episodes: tuple[Episode, ...] = ()
    start_arousal: float | None = None
    changes: tuple[tuple[str, float], ...] = ()
    temperament: Temperament = _UNDISTURBED

    def parameters(self, seed: int) -> ClientParameters:
        """Return the body of a seed as it is in this part."""
        return replace(ClientParameters.drawn(seed), **dict(self.changes))


@dataclass(frozen=True, slots=True)
class Scenario:
    """What happens, and to whom.

    Parameters
    ----------
    name
        Small letters and hyphens.
    title
        A few words.
    story
        What happens, with its minutes.
    length_s
        How long it takes to see all of it.
    parts
        One or two people.
    coupled_bpm
        Standard deviation of a slow drive of heart rate that both share; 0 for none.
    """

    name: str
    title: str
    story: str
    length_s: float
    parts: tuple[Part, ...]
    coupled_bpm: float = 0.0


# Wanders little, so that what befalls them is seen as it is.
_CALM = (("arousal_baseline", 0.15), ("arousal_noise", 0.003))
_DISTRACTED = Temperament(lapses_per_min=0.1, arousal_lapses_per_min=1.5)

SCENARIOS: dict[str, Scenario] = {
    scenario.name: scenario
    for scenario in (
        Scenario(
            "calm-evening",
            "A calm evening",
            "A little wound up from the day at first, then slowly at ease; nothing befalls.",
            15 * _MINUTE_S,
            (Part(_SHE, start_arousal=0.4, changes=_CALM),),
        ),
        Scenario(
            "hard-memory",
            "A hard memory at minute 12",
            "Twelve quiet minutes. At minute 12 a memory comes and stays for a minute and a "
            "half; a smaller wave follows at minute 16.",
            20 * _MINUTE_S,
            (
                Part(
                    _SHE,
                    (_surge(12, 90.0, 1.0), _surge(16, 40.0, 0.6)),
                    changes=_CALM,
                    temperament=_DISTRACTED,
                ),
            ),
        ),
        Scenario(
            "shutting-down",
            "Shutting down",
            "At minute 5 something is too much; from minute 7 to 13 the person shuts down: "
            "arousal, heart rate and skin fall, breath is shallow, nothing is followed. It "
            "looks like calm and is none.",
            17 * _MINUTE_S,
            (
                Part(
                    _SHE,
                    (_surge(5, 60.0, 0.9), _shutdown(7, 6)),
                    changes=(("arousal_baseline", 0.25), ("arousal_noise", 0.003)),
                    temperament=replace(_DISTRACTED, numb_distress=6.0),
                ),
            ),
        ),
        Scenario(
            "breath-unease",
            "Breath brings no ease",
            "Attention on the breath frightens this person: while they breathe with the pacer "
            "arousal rises.",
            8 * _MINUTE_S,
            (
                Part(
                    _SHE,
                    changes=_CALM,
                    temperament=Temperament(anxiety_per_s=0.003, breath_match=0.0),
                ),
            ),
        ),
        Scenario(
            "too-deep",
            "Too deep a breath",
            "Slow breaths that fill up to the brim: within some minutes carbon dioxide is low, "
            "the head is light, and that frightens.",
            10 * _MINUTE_S,
            (
                Part(
                    _SHE,
                    changes=(*_CALM, ("slow_tidal_volume", 1.3), ("free_tidal_volume", 0.45)),
                    temperament=Temperament(air_hunger_gain_per_s=0.007),
                ),
            ),
        ),
        Scenario(
            "two-partners",
            "Two partners",
            "Two people whose hearts share a slow drive. At minute 6 words fall that stir up "
            "both, one more than the other; at minute 9 the one withdraws for three minutes.",
            15 * _MINUTE_S,
            (
                Part(_SHE, (_surge(6, 60.0, 0.8),), changes=_CALM),
                Part(_HE, (_surge(6, 45.0, 0.5), _shutdown(9, 3)), changes=_CALM),
            ),
            coupled_bpm=2.0,
        ),
        Scenario(
            "two-strangers",
            "Two strangers",
            "Two people who have nothing to do with each other: whatever seems to go together "
            "is the pacer, or chance.",
            10 * _MINUTE_S,
            (Part(_SHE, changes=_CALM), Part(_HE, changes=_CALM)),
        ),
    )
}
