"""What befalls a person at a given time: something that stirs them up, or shuts them down."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from math import isfinite

__all__ = ["Episode", "EpisodeKind", "stirred_at"]


class EpisodeKind(Enum):
    """Which way an episode takes a person.

    Too much and too little are the two ways out of the window of tolerance (Siegel 1999;
    Ogden, Minton and Pain 2006; Corrigan, Fisher and Nutt 2011, J. Psychopharmacol. 25:17).
    """

    SURGE = "surge"
    SHUTDOWN = "shutdown"


@dataclass(frozen=True, slots=True)
class Episode:
    """One stretch of a life.

    Parameters
    ----------
    kind
        Which way it takes the person.
    begin_s
        When it begins, in seconds of this life.
    length_s
        How long it drives the person; what it leaves behind fades by itself.
    strength
        Above 0 up to 1: the share of the person's own full response.

    Raises
    ------
    ValueError
        If it begins before the life does, has no length, or no strength.
    """

    kind: EpisodeKind
    begin_s: float
    length_s: float
    strength: float = 1.0

    def __post_init__(self) -> None:
        is_in_time = isfinite(self.begin_s) and self.begin_s >= 0 and self.length_s > 0
        if not is_in_time or not 0 < self.strength <= 1:
            msg = f"0 <= begin_s, 0 < length_s, 0 < strength <= 1, not {self}"
            raise ValueError(msg)

    def holds_at(self, age_s: float) -> bool:
        """Tell whether it drives the person at a time, in seconds of this life."""
        return self.begin_s <= age_s < self.begin_s + self.length_s


def stirred_at(episodes: tuple[Episode, ...], age_s: float) -> tuple[float, float]:
    """Return the drive towards too much and towards too little at a time, each 0 to 1.

    Parameters
    ----------
    episodes
        In any order; where several of a kind hold at once, the strongest counts.
    age_s
        In seconds of this life.
    """
    surge = shutdown = 0.0
    for episode in episodes:
        if episode.holds_at(age_s):
            if episode.kind is EpisodeKind.SURGE:
                surge = max(surge, episode.strength)
            else:
                shutdown = max(shutdown, episode.strength)
    return surge, shutdown
