"""How far arousal has risen while someone is led, robust to single readings and to missing ones.

The index describes the minute that has passed, so what it says in the first part of a guide is
still about the time before; a rise is only looked for where the guide has had most of the window.
"""

from __future__ import annotations

from collections import deque
from math import inf
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from biofeedback.guides.body import BodyNow

__all__ = ["ENOUGH_QUALITY", "ArousalRise"]

ENOUGH_QUALITY = 0.4
"""Of index and zone. Beside a pacer some inputs are silent, and before a baseline was recorded
the index counts for 0.7 of itself: half would leave most people without anyone to notice them."""

# Of the window of 60 s so much belongs to the guide by then, and 5 s pass until it is known.
_SETTLING_S = 45.0
# A level is the middle of the readings of so long, which come every 5 s.
_LEVEL_S, _LEAST_READINGS = 20.0, 4
_LONGEST_HOLE_S = 20.0
# The least that one input more or less changes the index's quality by, and then it is not the
# same index: a rise from one to the other would be nobody's.
_OTHER_INPUTS = 0.1


class ArousalRise:
    """Follows arousal through one guide. Times are those at which readings were heard.

    Parameters
    ----------
    over_s
        A rise is one from the lowest level of so long.
    """

    def __init__(self, over_s: float) -> None:
        self._over_s = over_s
        self._from_s = inf
        self._heard_t_s = -inf
        self._heard_s = -inf
        self._quality = 0.0
        self._readings: deque[tuple[float, float]] = deque()
        self._levels: deque[tuple[float, float]] = deque()

    def begin(self, c_s: float) -> None:
        """Begin anew: a guide begins or goes on, so what was before tells of another state."""
        self._from_s = c_s + _SETTLING_S
        self._forget()

    def compare_from_now(self) -> None:
        """Measure the rise from here on."""
        if self._levels:
            last = self._levels[-1]
            self._levels.clear()
            self._levels.append(last)

    def sense(self, c_s: float, body: BodyNow) -> None:
        """Take what is new."""
        metric = body.metric("arousal", least_quality=ENOUGH_QUALITY)
        if metric is None or metric.t_s <= self._heard_t_s:
            return
        self._heard_t_s = metric.t_s
        if c_s < self._from_s:
            return
        has_hole = c_s - self._heard_s > _LONGEST_HOLE_S
        if has_hole or abs(metric.quality - self._quality) > _OTHER_INPUTS:
            self._forget()
        if not self._readings:
            self._quality = metric.quality
        self._heard_s = c_s
        self._readings.append((c_s, metric.value))
        while self._readings[0][0] <= c_s - _LEVEL_S:
            self._readings.popleft()
        if len(self._readings) >= _LEAST_READINGS:
            self._levels.append((c_s, median(value for _, value in self._readings)))
        while self._levels and self._levels[0][0] < c_s - self._over_s:
            self._levels.popleft()

    def rise_z(self, c_s: float, least_z: float) -> float | None:
        """Return how far it has risen, ``None`` while that is not known.

        Parameters
        ----------
        c_s
            Now.
        least_z
            Below this level there is no rise to speak of: someone who was very calm is now less
            so, which is no trouble to anybody.

        Returns
        -------
        float or None
            The present level above the lowest one, in the units of the index.
        """
        if not self._levels or c_s - self._heard_s > _LONGEST_HOLE_S:
            return None
        level_z = self._levels[-1][1]
        return level_z - min(z for _, z in self._levels) if level_z >= least_z else None

    def _forget(self) -> None:
        self._readings.clear()
        self._levels.clear()
