"""How far heart rate has risen while someone is led, averaged over a few breaths."""

from __future__ import annotations

from collections import deque
from math import inf
from statistics import fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from biofeedback.guides.body import BodyNow

__all__ = ["MOVING_G", "HeartRise"]

MOVING_G = 0.05
"""Above this a person no longer sits still (as for baselines), and the heart may well be faster."""

# The first breaths with a pacer are a change of their own.
_SETTLING_S = 10.0
# Slow breathing swings heart rate by 20 bpm and more: three slow breaths, so that it cancels out.
_LEVEL_S = 30.0
_LEAST_READINGS = 10
_LONGEST_HOLE_S = 10.0


class HeartRise:
    """Follows heart rate through one guide. Times are those at which readings were heard."""

    def __init__(self) -> None:
        self._from_s = inf
        self._heard_t_s = self._heard_s = -inf
        self._usual_bpm: float | None = None
        self._recent: deque[tuple[float, float]] = deque()

    def begin(self, c_s: float) -> None:
        """Begin anew: a guide begins or goes on."""
        self._from_s = c_s + _SETTLING_S
        self._usual_bpm = None
        self._recent.clear()

    def compare_from_now(self) -> None:
        """Measure the rise from here on, where there is a present level."""
        if self._usual_bpm is not None and self._recent:
            self._usual_bpm = self._level_bpm()

    def sense(self, c_s: float, body: BodyNow) -> None:
        """Take what is new; what was heard in motion or before a hole does not count."""
        movement_g = body.value("movement_g")
        metric = body.metric("heart_rate_bpm", max_age_s=_LONGEST_HOLE_S)
        if metric is None or (movement_g is not None and movement_g > MOVING_G):
            self._recent.clear()
            return
        if metric.t_s <= self._heard_t_s:
            return
        self._heard_t_s = metric.t_s
        if c_s - self._heard_s > _LONGEST_HOLE_S:
            self._recent.clear()
        self._heard_s = c_s
        if c_s < self._from_s:
            return
        self._recent.append((c_s, metric.value))
        # One older than the window is kept: it shows that the window is full.
        while len(self._recent) > 1 and self._recent[1][0] <= c_s - _LEVEL_S:
            self._recent.popleft()
        if self._usual_bpm is None and self._is_full(c_s):
            self._usual_bpm = self._level_bpm()

    def rise_bpm(self, c_s: float) -> float | None:
        """Return how far it has risen above the first half minute, ``None`` if not known."""
        if self._usual_bpm is None or not self._is_full(c_s):
            return None
        return self._level_bpm() - self._usual_bpm

    def _is_full(self, c_s: float) -> bool:
        return (
            len(self._recent) >= _LEAST_READINGS
            and c_s - self._recent[0][0] >= _LEVEL_S
            and c_s - self._recent[-1][0] <= _LONGEST_HOLE_S
        )

    def _level_bpm(self) -> float:
        return fmean(bpm for _, bpm in self._recent)
