"""How wound up the person is, from 0 (at rest) to 1.

::

    da = ((1 - d) ((a_b - a) / T_r + G_s u - G_c q (a - a_f) + p) + d (a_0 - a) / T_0) dt + s dW

reflected at 0 and 1. ``u`` is what stirs the person up, ``q`` (0 to 1) how well something
calming is followed times how well it suits them, ``p`` the push of what guiding can bring
about against its purpose (fear of the breath, air hunger, effort), ``d`` the depth of a
shutdown. For a paced breath the match is ``exp(-((f - f_r) / 2.5)^2)`` of its rate ``f``.

``G_c`` below 0 makes relaxation itself arousing (relaxation-induced anxiety). The form of the
equation is a choice; it has what is known and no more: a return, a drive, a wandering.
"""

from __future__ import annotations

from math import exp, sqrt
from typing import TYPE_CHECKING

from biofeedback.simulation.seeds import rng_for

if TYPE_CHECKING:
    from biofeedback.simulation.parameters import ClientParameters

__all__ = ["Arousal"]

# How far from resonance, in breaths a minute, slow breathing has lost most of its calm.
_MATCH_WIDTH_PER_MIN = 2.5
# A shutdown takes hold, and lets go, about this fast.
_SHUTDOWN_S = 20.0


class Arousal:
    """A level that wanders, returns to its baseline, rises with stress, sinks with slow breath.

    Parameters
    ----------
    parameters
        The person.
    seed
        For the wandering.
    step_s
        Time between steps.
    start
        The level at first, the baseline if not given.
    """

    def __init__(
        self,
        parameters: ClientParameters,
        seed: int,
        step_s: float,
        start: float | None = None,
    ) -> None:
        self._parameters = parameters
        self._rng = rng_for(seed, "arousal")
        self._step_s = step_s
        self._noise = parameters.arousal_noise * sqrt(step_s)
        self.level = parameters.arousal_baseline if start is None else start

    def step(
        self,
        *,
        stress: float,
        followed_per_min: float | None,
        breath_match: float = 1.0,
        guided: float = 0.0,
        push_per_s: float = 0.0,
        shutdown: float = 0.0,
        shutdown_level: float = 0.0,
    ) -> float:
        """Move one step on and return the level.

        Parameters
        ----------
        stress
            How much of all that could stir this person up does, 0 to 1.
        followed_per_min
            The pace that is being breathed with; ``None`` when none is.
        breath_match
            How well slow breathing suits the person besides, 0 to 1.
        guided
            How well something else that calms is followed and suits, 0 to 1; below 0 where
            it is relaxation and that makes the person anxious.
        push_per_s
            What raises arousal besides.
        shutdown, shutdown_level
            Depth of a shutdown, 0 to 1, and where it takes the level.
        """
        person = self._parameters
        drift_per_s = (person.arousal_baseline - self.level) / person.arousal_return_s
        if stress > 0:
            drift_per_s += person.stress_gain_per_s * stress
        if followed_per_min is not None:
            off = (followed_per_min - person.resonance_breaths_per_min) / _MATCH_WIDTH_PER_MIN
            calming_per_s = person.calming_gain_per_s * exp(-off * off) * breath_match
            drift_per_s -= calming_per_s * (self.level - person.settled_arousal)
        if guided != 0:
            calming_per_s = abs(person.calming_gain_per_s) * guided
            drift_per_s -= calming_per_s * (self.level - person.settled_arousal)
        drift_per_s += push_per_s
        if shutdown > 0:
            # Nothing stirs and nothing calms a person who is not there.
            gone_per_s = (shutdown_level - self.level) / _SHUTDOWN_S
            drift_per_s += shutdown * (gone_per_s - drift_per_s)
        level = self.level + drift_per_s * self._step_s
        if self._noise > 0:
            level += self._noise * float(self._rng.standard_normal())
        level = abs(level)
        self.level = 2.0 - level if level > 1.0 else level
        return self.level
