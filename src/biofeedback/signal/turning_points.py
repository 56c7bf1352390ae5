"""Where a signal that goes up and down with the chest turns.

A turn is accepted once the signal has come back from it by 0.3 times the usual excursion.
That scale follows the person, so neither the signal's unit nor its drift matters.

References
----------
Khodadad et al. (2018), Physiol. Meas. 39:094001 (threshold at 0.3 of the usual excursion).
"""

from __future__ import annotations

from collections import deque
from math import exp
from statistics import median
from typing import NamedTuple

__all__ = ["Turn", "TurningPoints"]

THRESHOLD_SHARE = 0.3
MIN_PHASE_S = 0.8
# Excursions that make the scale; before that what was seen in all.
MIN_EXCURSIONS = 3

_LEARN_S = 3.0
_EXCURSIONS = 8
# When no turn has come for so long the breath may have become shallower: look closer.
_FADE_AFTER_S = 10.0
_FADE_S = 5.0
_LEAST_FADE = 0.1
_RANGE_BLOCK_S = 2.0
_RANGE_BLOCKS = 10


class Turn(NamedTuple):
    """When and at which value the signal turned."""

    t_s: float
    value: float


class TurningPoints:
    """Finds where a signal turns, against a scale that it learns from the signal.

    Parameters
    ----------
    t_s, value
        The first sample.
    range_share
        The scale is no smaller than this share of the range in which the signal moved during
        the last 20 s: for signals without drift, so that noise once taken for breath does not
        set the scale for good.
    before
        Turning points of the same signal before an interruption, whose scale still holds.
    """

    def __init__(
        self,
        t_s: float,
        value: float,
        range_share: float = 0.0,
        before: TurningPoints | None = None,
    ) -> None:
        here = Turn(t_s, value)
        self._began_s = t_s
        self._low = self._high = here
        # Lowest or highest point since the last turn.
        self._extreme = here
        # The samples before and after it, to place it between them.
        self._before = here
        self._after: Turn | None = None
        self._last: Turn | None = None
        self._is_rising: bool | None = None
        self._newest = here
        # Lowest and highest of each of the last blocks, and from when on the present one is.
        self._block_s = t_s
        self._block_low = self._block_high = value
        self._blocks: deque[tuple[float, float]] = deque(maxlen=_RANGE_BLOCKS)
        self._range_share = range_share
        self._least_scale = 0.0
        # Way up and down since the last turn, and as far as the extreme.
        self._way = self._way_to_extreme = 0.0
        self.excursions: deque[float] = before.excursions if before else deque(maxlen=_EXCURSIONS)
        self.ways: deque[float] = before.ways if before else deque(maxlen=_EXCURSIONS)

    @property
    def is_rising(self) -> bool:
        """True after a low turn: the signal is on its way up."""
        return self._is_rising is True

    @property
    def directness(self) -> float:
        """Way from turn to turn over the way that the signal went, 1 without any detour."""
        way = sum(self.ways)
        return min(sum(self.excursions) / way, 1.0) if way > 0 else 0.0

    def push(self, t_s: float, value: float) -> Turn | None:
        """Take the next sample; return the turn that it confirms."""
        self._way += abs(value - self._newest.value)
        before, self._newest = self._newest, Turn(t_s, value)
        if value < self._block_low:
            self._block_low = value
        elif value > self._block_high:
            self._block_high = value
        if t_s - self._block_s >= _RANGE_BLOCK_S:
            self._end_block(t_s, value)
        if self._is_rising is None:
            self._learn(Turn(t_s, value))
            return None
        extreme = self._extreme
        if value > extreme.value if self._is_rising else value < extreme.value:
            self._move_extreme(before)
            self._way_to_extreme = self._way
            return None
        if self._after is None:
            self._after = self._newest
        last = self._last
        is_brief = last is not None and t_s - last.t_s < MIN_PHASE_S
        if is_brief or abs(value - extreme.value) <= self._threshold(t_s):
            return None
        if last is not None:
            self.excursions.append(abs(extreme.value - last.value))
            self.ways.append(self._way_to_extreme)
        self._last = extreme
        turn_s = self._summit_s()
        self._move_extreme(before)
        self._way -= self._way_to_extreme
        self._way_to_extreme = self._way
        self._is_rising = not self._is_rising
        return Turn(turn_s, extreme.value)

    def _move_extreme(self, before: Turn) -> None:
        self._before, self._extreme, self._after = before, self._newest, None

    def _summit_s(self) -> float:
        """Top of the parabola through the extreme and the samples beside it."""
        (left_s, left), (here_s, here) = self._before, self._extreme
        right_s, right = self._after or self._extreme
        rise, fall = here - left, here - right
        # Only where all three are as far apart as samples are.
        is_even = 0.5 < (here_s - left_s) / (right_s - here_s) < 2.0 if right_s > here_s else False
        if not is_even or rise + fall == 0.0:
            return here_s
        return here_s + (right_s - left_s) / 4.0 * (rise - fall) / (rise + fall)

    def _end_block(self, t_s: float, value: float) -> None:
        blocks = self._blocks
        blocks.append((self._block_low, self._block_high))
        lately = max(high for _, high in blocks) - min(low for low, _ in blocks)
        self._least_scale = self._range_share * lately
        self._block_s = t_s
        self._block_low = self._block_high = value

    def _learn(self, here: Turn) -> None:
        if here.value < self._low.value:
            self._low = here
        if here.value > self._high.value:
            self._high = here
        if here.t_s - self._began_s < _LEARN_S or self._low.value == self._high.value:
            return
        went_up = self._high.t_s > self._low.t_s
        later, span = (self._high if went_up else self._low), self._high.value - self._low.value
        has_turned = abs(here.value - later.value) > THRESHOLD_SHARE * span
        self._is_rising = went_up != has_turned
        self._way = self._way_to_extreme = abs(here.value - later.value)
        # A first sample is no turn: without one seen, only the way since is known.
        self._last = later if has_turned else None
        self._before = self._extreme = here if has_turned else later

    def _threshold(self, t_s: float) -> float:
        if len(self.excursions) < MIN_EXCURSIONS:
            usual = max(self._high.value - self._low.value, *self.excursions, 0.0)
        else:
            usual = median(self.excursions)
        usual = max(usual, self._least_scale)
        late_s = t_s - (self._last.t_s if self._last else self._began_s) - _FADE_AFTER_S
        fade = max(exp(-late_s / _FADE_S), _LEAST_FADE) if late_s > 0 else 1.0
        return THRESHOLD_SHARE * usual * fade
