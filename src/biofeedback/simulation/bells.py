"""Waves as sums of bells: one group of Gaussians for each beat, laid along time."""

from __future__ import annotations

from collections import deque
from math import exp
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["BellTrain", "top_s"]

# A bell is nothing beyond this many of its widths: 4 millionths of it are cut off.
_REACH_SD = 5.0


def _columns(bells: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    return [bells[:, column, np.newaxis] for column in range(4)]


def top_s(bells: NDArray[np.float64], near_s: float = 0.0) -> float:
    """Return where the sum of bells is highest near a place, to the precision of floats.

    Parameters
    ----------
    bells
        Rows of centre, width before and width after it, and height, shape ``(n, 4)``; widths
        are standard deviations.
    near_s
        Where Newton's method begins: near enough for the sum to be curved downwards there.
    """
    place_s = near_s
    for _ in range(20):
        slope = curve = 0.0
        for centre_s, before_s, after_s, height in bells.tolist():
            width_s = before_s if place_s < centre_s else after_s
            z = (place_s - centre_s) / width_s
            if abs(z) > _REACH_SD:
                continue
            bell = height * exp(-0.5 * z * z)
            slope -= bell * z / width_s
            curve += bell * (z * z - 1.0) / width_s**2
        place_s -= slope / curve
    return place_s


class BellTrain:
    """Groups of bells along time, read block by block.

    A group must be put before the first block into which it reaches is read.
    """

    def __init__(self) -> None:
        self._placed: deque[tuple[float, float, NDArray[np.float64]]] = deque()

    def put(self, t_s: float, bells: NDArray[np.float64], height: float) -> None:
        """Lay a group at a time, its bells (as for `top_s`) scaled by a height."""
        placed = bells.copy()
        placed[:, 0] += t_s
        placed[:, 3] *= height
        from_s = float(np.min(placed[:, 0] - _REACH_SD * placed[:, 1]))
        to_s = float(np.max(placed[:, 0] + _REACH_SD * placed[:, 2]))
        self._placed.append((from_s, to_s, placed))

    def at(self, t_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the sum of all bells at the times of the next block, shape ``(n,)``."""
        first_s, last_s = float(t_s[0]), float(t_s[-1])
        while self._placed and self._placed[0][1] < first_s:
            self._placed.popleft()
        total: NDArray[np.float64] = np.zeros(t_s.size)
        for from_s, to_s, bells in self._placed:
            if from_s > last_s or to_s < first_s:
                continue
            centre_s, before_s, after_s, height = _columns(bells)
            away_s = t_s - centre_s
            z = away_s / np.where(away_s < 0.0, before_s, after_s)
            shape = np.where(np.abs(z) <= _REACH_SD, np.exp(-0.5 * z * z), 0.0)
            total += (height * shape).sum(axis=0)
        return total
