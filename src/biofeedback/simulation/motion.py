"""Stretches in which the person moves, which is what most artifacts come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from biofeedback.simulation.seeds import rng_for

if TYPE_CHECKING:
    import numpy as np

__all__ = ["Motion"]

_MIN_LENGTH_S, _MAX_LENGTH_S = 2.0, 6.0


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
    """

    def __init__(self, seed: int, per_min: float, start_s: float = 0.0) -> None:
        self._rng: np.random.Generator = rng_for(seed, "motion")
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
