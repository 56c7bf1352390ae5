"""The breath that was chosen, and those of its shape at other rates, all within the limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from biofeedback.guides.guide import Turn
from biofeedback.guides.limits import AUTOMATIC_STEP_PER_MIN

if TYPE_CHECKING:
    from biofeedback.guides.breathing_choice import BreathingChoice
    from biofeedback.pacing import BreathPattern

__all__ = ["ChosenBreath"]

# Two rates that are this close are one.
_SAME_PER_MIN = 1e-6


class ChosenBreath:
    """Keeps the breath that was chosen last.

    Parameters
    ----------
    choice
        What was asked for before the beginning, with the limits of this person.
    """

    def __init__(self, choice: BreathingChoice) -> None:
        self._choice = choice
        self.pattern = choice.pattern

    def choose(self, pattern: BreathPattern) -> tuple[Turn, ...]:
        """Take the breath nearest to one that was asked for; tell what of it was limited."""
        allowed = self._choice.allowed(pattern)
        self.pattern = allowed.pattern
        facts = {"to_per_min": allowed.pattern.breaths_per_min}
        return tuple(Turn("limit", reason, facts) for reason in allowed.reasons)

    def choose_sigh(self, pattern: BreathPattern) -> None:
        """Take the sigh as it is: it holds nothing, and lasts some minutes only."""
        self.pattern = pattern

    def at(self, breaths_per_min: float) -> BreathPattern:
        """Return the breath of this shape at a rate, or at the nearest that may be led."""
        if abs(breaths_per_min - self.pattern.breaths_per_min) < _SAME_PER_MIN:
            return self.pattern
        return self._choice.allowed_at(self.pattern, breaths_per_min)

    def after_step(self, breaths_per_min: float, steps: float) -> float | None:
        """Return the rate after steps of the person's, ``None`` where there is no further.

        Parameters
        ----------
        breaths_per_min
            The present one.
        steps
            How many steps faster; below 0 slower.
        """
        new = self.at(breaths_per_min + steps * AUTOMATIC_STEP_PER_MIN).breaths_per_min
        return None if abs(new - breaths_per_min) < _SAME_PER_MIN else new
