"""Whether the mind is on what is asked of it, and how hard that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from biofeedback.simulation.seeds import rng_for

if TYPE_CHECKING:
    from biofeedback.pacing import BreathPattern
    from biofeedback.simulation.temperament import Temperament

__all__ = ["Attention", "effort_of"]

# A pace this much below the slowest easy one is as hard as it gets.
_HARD_BELOW_PER_MIN = 2.0
# Holding the breath is nothing at first and hard from here on.
_EASY_HOLD_S, _HARD_HOLD_S = 4.0, 10.0
_EFFORT_LAG_S = 20.0
# Deeper than this in a shutdown nobody follows anything.
_GONE = 0.5


def effort_of(pattern: BreathPattern, temperament: Temperament) -> float:
    """Return how hard a breath is in the long run, 0 to 1: too slow, or held too long."""
    slow = (temperament.ease_breaths_per_min - pattern.breaths_per_min) / _HARD_BELOW_PER_MIN
    longest_s = max(pattern.hold_in_s, pattern.hold_out_s)
    held = (longest_s - _EASY_HOLD_S) / (_HARD_HOLD_S - _EASY_HOLD_S)
    return min(max(slow, held, 0.0), 1.0)


class Attention:
    """Stays with a guide, wanders off, comes back.

    Lapses come at random at a rate that grows with arousal and effort, and last an
    exponential time of the person's own mean.

    Parameters
    ----------
    temperament
        The person's.
    seed
        For when the mind wanders.
    step_s
        Time between steps.

    Attributes
    ----------
    effort : float
        How hard the present pace feels, 0 to 1; it is felt some breaths later.
    """

    def __init__(self, temperament: Temperament, seed: int, step_s: float) -> None:
        self._temperament = temperament
        self._rng = rng_for(seed, "attention")
        self._step_s = step_s
        self._wanders = temperament.lapses_per_min > 0 or temperament.arousal_lapses_per_min > 0
        self._until_lapse = float(self._rng.exponential())
        self._lapse_left_s = 0.0
        self._pattern: BreathPattern | None = None
        self._full_effort = 0.0
        self.effort = 0.0

    def step(
        self, pattern: BreathPattern | None, arousal: float, shutdown: float, *, is_led: bool
    ) -> bool:
        """Move one step on and tell whether the mind is with the guide.

        Parameters
        ----------
        pattern
            The breath that is being followed, ``None`` for none.
        arousal, shutdown
            0 to 1.
        is_led
            Whether there is anything to be with.
        """
        if pattern is not self._pattern:
            self._pattern = pattern
            self._full_effort = 0.0 if pattern is None else effort_of(pattern, self._temperament)
        self.effort += (self._full_effort - self.effort) * self._step_s / _EFFORT_LAG_S
        if self._lapse_left_s > 0:
            self._lapse_left_s -= self._step_s
        elif is_led and self._wanders:
            person = self._temperament
            lapses_per_min = person.lapses_per_min + person.arousal_lapses_per_min * (
                arousal + self.effort
            )
            self._until_lapse -= lapses_per_min * self._step_s / 60.0
            if self._until_lapse <= 0:
                self._until_lapse = float(self._rng.exponential())
                self._lapse_left_s = person.lapse_s * float(self._rng.exponential())
        return self._lapse_left_s <= 0 and shutdown < _GONE
