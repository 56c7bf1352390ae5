"""What a guide other than the pacer asks of a person at a moment."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from biofeedback.simulation.temperament import Temperament

__all__ = ["Guidance", "Way"]


class Way(Enum):
    """The kind of guide."""

    GROUNDING = "grounding"
    MUSCLE = "muscle"
    KINDNESS = "kindness"


@dataclass(frozen=True, slots=True)
class Guidance:
    """What is asked.

    Parameters
    ----------
    way
        The kind of guide.
    tense
        How hard a muscle is to be tensed just now, 0 to 1.
    """

    way: Way
    tense: float = 0.0

    def match(self, temperament: Temperament) -> float:
        """Return how well this way suits a person, 0 to 1."""
        return {
            Way.GROUNDING: temperament.grounding_match,
            Way.MUSCLE: temperament.muscle_match,
            Way.KINDNESS: temperament.kindness_match,
        }[self.way]

    @property
    def relaxes(self) -> bool:
        """Whether it asks to let go; grounding asks to look around, which frightens few."""
        return self.way is not Way.GROUNDING
