"""Which led breaths a person clearly did not go along with.

Minds wander every other minute, and `adherence`, which is told over five breaths, stays low for a
minute after. The swing at a pace is taken from the wider half of its breaths
(`biofeedback.guides.resonance_estimate`), so that a lapse does not spoil it; asking a whole step or
stretch to be followed well would throw away most of what was heard. So only those breaths are left
out that **clearly** were not followed: a sensor felt them, and every value that was told over them
is below 0.5, also those in which other breaths lie on this side of the lapse or on that. What the
heart alone lets guess (quality of half) leaves out nothing.
"""

from __future__ import annotations

from collections import deque
from math import inf, isfinite
from typing import TYPE_CHECKING, NamedTuple

from biofeedback.guides.following import LOST

if TYPE_CHECKING:
    from biofeedback.guides.body import BodyNow
    from biofeedback.guides.swing_listening import BreathSwing

__all__ = ["Lapses"]

# It is told once a breath, and a long breath lasts 15 s.
_MAX_AGE_S = 25.0
# What the heart alone lets guess has half its quality at most.
_GUESSED_QUALITY = 0.5
_N_TOLD = 1024


class _Told(NamedTuple):
    begin_g_s: float
    end_g_s: float
    adherence: float


class Lapses:
    """Hears how well breath and pacer went together. Times are guide time."""

    def __init__(self) -> None:
        self._told: deque[_Told] = deque(maxlen=_N_TOLD)
        self._heard_s = -inf
        self._since_g_s = 0.0

    def begin(self, g_s: float) -> None:
        """Know that breaths are led anew: what is told over a break says nothing of either side."""
        self._since_g_s = g_s

    def sense(self, g_s: float, body: BodyNow) -> None:
        """Take what is new."""
        metric = body.metric("adherence", max_age_s=_MAX_AGE_S)
        if metric is None or metric.quality <= _GUESSED_QUALITY or metric.t_s <= self._heard_s:
            return
        self._heard_s = metric.t_s
        end_g_s = g_s - (body.now_s - metric.t_s)
        begin_g_s = end_g_s - metric.window_s
        if isfinite(begin_g_s) and begin_g_s >= self._since_g_s:
            self._told.append(_Told(begin_g_s, end_g_s, metric.value))

    @property
    def is_felt(self) -> bool:
        """Whether a sensor has felt the breath at all."""
        return bool(self._told)

    def is_lapse(self, swing: BreathSwing) -> bool:
        """Tell whether a breath clearly was not followed; never where nothing felt it."""
        middle_g_s = swing.begin_g_s + swing.period_s / 2.0
        over = [one.adherence for one in self._told if one.begin_g_s <= middle_g_s < one.end_g_s]
        return bool(over) and max(over) < LOST
