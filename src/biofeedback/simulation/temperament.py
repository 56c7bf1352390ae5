"""How a person takes what they are led through and what befalls them.

`ClientParameters` is a body; this is what a guide meets beside it. The defaults are of someone
who follows whenever they can, is never harmed by it and says what they feel: with them a life
is what its body alone makes of it.

Few of these sizes have been published. The docstrings name the source where there is one; all
others are invented, wide, and drawn without a look at how any guide fares with them.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Temperament"]


@dataclass(frozen=True, slots=True)
class Temperament:
    """One person's manner in numbers.

    Parameters
    ----------
    lapses_per_min
        How often the mind wanders off the pacer, when at ease.
    arousal_lapses_per_min
        Added at full arousal, and as much again at full effort.
    lapse_s
        Mean length of such a lapse.
    ease_breaths_per_min
        The slowest pace that is no effort.
    effort_gain_per_s
        Rise of arousal at full effort.
    anxiety_per_s
        Rise of arousal while they breathe with a pacer, whatever its rate, in those whom that
        frightens; where the body's calming gain is below 0, in any other relaxation too.
    air_hunger_gain_per_s
        Rise of arousal at full symptoms of low carbon dioxide.
    heed
        How far, 0 to 1, the person makes their breaths smaller when told to.
    breath_match
        How well, 0 to 1, slow breathing suits the person besides its match in rate.
    grounding_match, muscle_match, kindness_match
        How well, 0 to 1, each of these ways suits the person.
    shutdown_arousal
        Where arousal goes in a shutdown, below 0.15.
    shutdown_heart_bpm
        How far heart rate falls, 5 to 10.
    shutdown_rsa_factor
        What becomes of the swing, 0.7 to 1.3: published findings go both ways.
    shutdown_scr_per_min
        What remains of skin conductance responses, 0 to 1.
    shutdown_tidal_volume
        Depth of breath that is left.
    numb_distress
        What the person answers to "how distressed are you", 0 to 10, in a full shutdown: some
        feel nothing, some a great deal. Their comfort is what is left to 10.
    distress_bias, comfort_bias
        How far their answers lie above those of others in the same state, points of 10.
    answer_sd
        Standard deviation of an answer, in points of 10, when asked again in the same state.
    answer_latency_s
        Median time to an answer.
    """

    lapses_per_min: float = 0.0
    arousal_lapses_per_min: float = 0.0
    lapse_s: float = 15.0
    ease_breaths_per_min: float = 3.0
    effort_gain_per_s: float = 0.0
    anxiety_per_s: float = 0.0
    air_hunger_gain_per_s: float = 0.0
    heed: float = 0.6
    breath_match: float = 1.0
    grounding_match: float = 0.6
    muscle_match: float = 0.6
    kindness_match: float = 0.6
    shutdown_arousal: float = 0.07
    shutdown_heart_bpm: float = 7.5
    shutdown_rsa_factor: float = 1.0
    shutdown_scr_per_min: float = 0.5
    shutdown_tidal_volume: float = 0.3
    numb_distress: float = 4.0
    distress_bias: float = 0.0
    comfort_bias: float = 0.0
    answer_sd: float = 0.8
    answer_latency_s: float = 2.5
