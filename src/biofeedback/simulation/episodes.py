"""What befalls a person at a given time: something that stirs them up, or shuts them down."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from math import isfinite

from biofeedback.simulation.seeds import rng_for

__all__ = ["Episode", "EpisodeKind", "drawn_episodes", "stirred_at"]

_SURGE_S, _SURGE_STRENGTH = (15.0, 90.0), (0.3, 1.0)
_SHUTDOWN_S = (60.0, 300.0)


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


def drawn_episodes(
    seed: int, length_s: float, *, surges_per_hour: float = 4.0, shutdowns_per_hour: float = 0.3
) -> tuple[Episode, ...]:
    """Return what chance has in store for a person, in the order of time.

    How often and how long is invented: there are no counts of such moments in people at rest.

    Parameters
    ----------
    seed
        The person's.
    length_s
        Of the life to be lived; a longer one begins as the shorter one did.
    surges_per_hour, shutdowns_per_hour
        How often on average, each after an exponential time from the last one's end.
    """
    found: list[Episode] = []
    for kind, per_hour, lasts_from_to in (
        (EpisodeKind.SURGE, surges_per_hour, _SURGE_S),
        (EpisodeKind.SHUTDOWN, shutdowns_per_hour, _SHUTDOWN_S),
    ):
        if per_hour <= 0:
            continue
        rng = rng_for(seed, f"episodes-{kind.value}")
        begin_s = 3600.0 / per_hour * float(rng.exponential())
        while begin_s < length_s:
            lasts_s = float(rng.uniform(*lasts_from_to))
            strength = float(rng.uniform(*_SURGE_STRENGTH)) if kind is EpisodeKind.SURGE else 1.0
            found.append(Episode(kind, begin_s, lasts_s, strength))
            begin_s += lasts_s + 3600.0 / per_hour * float(rng.exponential())
    return tuple(sorted(found, key=lambda episode: episode.begin_s))
