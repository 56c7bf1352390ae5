"""Stretches in which the person moves, which is what most artifacts come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from biofeedback.simulation.seeds import rng_for

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Motion"]

_MIN_LENGTH_S, _MAX_LENGTH_S = 2.0, 6.0
# A movement takes up and dies down within about this long.
_RAMP_S = 0.3


class Motion:
    """Movements at random times, the same for every sensor of a person.

    Parameters
    ----------
    seed
        The person's; the same seed and rate give the same movements.
    per_min
        Mean number of movements a minute of rest, 0 for none.
    start_s
        Session time from which they may come.
    purpose
        What the stretches are of, where it is not movement: its word chooses the chance.
    """

    def __init__(
        self, seed: int, per_min: float, start_s: float = 0.0, *, purpose: str = "motion"
    ) -> None:
        self._rng: np.random.Generator = rng_for(seed, purpose)
        self._rest_s = 60.0 / per_min if per_min > 0 else float("inf")
        self._begin_s = self._end_s = start_s
        self._to_next()

    def _to_next(self) -> None:
        self._begin_s = self._end_s + self._rest_s * float(self._rng.exponential())
        self._end_s = self._begin_s + float(self._rng.uniform(_MIN_LENGTH_S, _MAX_LENGTH_S))

    def holds_at(self, t_s: float) -> bool:
        """Tell whether the person moves at a time; ask in the order of time."""
        while t_s >= self._end_s:
            self._to_next()
        return t_s >= self._begin_s

    def strength_at(self, t_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how strong the movement is, 0 (none) to 1, at times that only ever grow.

        Parameters
        ----------
        t_s
            Shape ``(n,)``, ``n`` at least 1, increasing, none before a time asked for already.
        """
        strength: NDArray[np.float64] = np.zeros(t_s.size)
        first_s, last_s = float(t_s[0]), float(t_s[-1])
        while True:
            if self._begin_s <= last_s and self._end_s > first_s:
                from_edge_s = np.minimum(t_s - self._begin_s, self._end_s - t_s)
                np.maximum(strength, np.clip(from_edge_s / _RAMP_S, 0.0, 1.0), out=strength)
            if last_s < self._end_s:
                return strength
            self._to_next()
