"""How wound up the person is, from 0 (at rest) to 1."""

from __future__ import annotations

from math import exp, sqrt
from typing import TYPE_CHECKING

from biofeedback.simulation.seeds import rng_for

if TYPE_CHECKING:
    from biofeedback.simulation.parameters import ClientParameters

__all__ = ["Arousal"]

# How far from resonance, in breaths a minute, slow breathing has lost most of its calm.
_MATCH_WIDTH_PER_MIN = 2.5


class Arousal:
    """A level that wanders, returns to its baseline, rises with stress, sinks with slow breath.

    ``da = ((a_b - a) / T_r + G_s u - G_c q (a - a_f)) dt + s dW``, reflected at 0 and 1,
    where ``u`` is 1 in a stretch of stress and ``q`` (0 to 1) tells how well a slow pace near
    resonance is being followed.

    Parameters
    ----------
    parameters
        The person.
    seed
        For the wandering.
    step_s
        Time between steps.
    """

    def __init__(self, parameters: ClientParameters, seed: int, step_s: float) -> None:
        self._parameters = parameters
        self._rng = rng_for(seed, "arousal")
        self._step_s = step_s
        self._noise = parameters.arousal_noise * sqrt(step_s)
        self.level = parameters.arousal_baseline

    def step(self, *, is_stressed: bool, followed_per_min: float | None) -> float:
        """Move one step on and return the level.

        Parameters
        ----------
        is_stressed
            True in a stretch of stress.
        followed_per_min
            The pace that is being breathed with; ``None`` when none is.
        """
        person = self._parameters
        drift_per_s = (person.arousal_baseline - self.level) / person.arousal_return_s
        if is_stressed:
            drift_per_s += person.stress_gain_per_s
        if followed_per_min is not None:
            off = (followed_per_min - person.resonance_breaths_per_min) / _MATCH_WIDTH_PER_MIN
            calming_per_s = person.calming_gain_per_s * exp(-off * off)
            drift_per_s -= calming_per_s * (self.level - person.settled_arousal)
        level = self.level + drift_per_s * self._step_s
        if self._noise > 0:
            level += self._noise * float(self._rng.standard_normal())
        level = abs(level)
        self.level = 2.0 - level if level > 1.0 else level
        return self.level
