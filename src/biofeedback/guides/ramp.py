"""From the breath that a person has to the one that they chose, a little with each breath."""

from __future__ import annotations

from typing import TYPE_CHECKING

from biofeedback.guides.limits import AUTOMATIC_LOWEST_PER_MIN, RAMP_HIGHEST_PER_MIN, at_rate

if TYPE_CHECKING:
    from biofeedback.pacing import BreathPattern

__all__ = ["LONGER_AT_MOST", "RAMP_S", "UNKNOWN_PER_MIN", "Ramp", "first_rate_per_min"]

RAMP_S = 120.0
"""How long a ramp takes where its breaths need not change by more than `LONGER_AT_MOST`."""

LONGER_AT_MOST = 0.04
"""By which share of its length a breath may differ from the one before: about what is not felt."""

UNKNOWN_PER_MIN = 8.0
"""Where it begins if nobody knows how the person breathes."""

# Two lengths that are this close are one: rates and lengths are turned into each other.
_SAME_S = 1e-9


def first_rate_per_min(own_per_min: float | None, target_per_min: float) -> float:
    """Return the rate at which a ramp begins.

    Parameters
    ----------
    own_per_min
        How the person breathes, ``None`` if that is not known.
    target_per_min
        Where it leads to.

    Returns
    -------
    float
        The person's own rate, within 4.5 (or the target, if that is slower) and 12 a minute.
        Where it is not known, 8 a minute, or the target if that is faster.
    """
    if own_per_min is None:
        return max(UNKNOWN_PER_MIN, target_per_min)
    lowest_per_min = min(AUTOMATIC_LOWEST_PER_MIN, target_per_min)
    return min(max(own_per_min, lowest_per_min), RAMP_HIGHEST_PER_MIN)


class Ramp:
    """Leads towards a breath, each time by the same share of the breath's length.

    A breath of length ``P`` is followed by one of ``P (1 + q)``, so that the way from ``P0`` to
    ``P1`` takes ``(P1 - P0) / q`` seconds; ``q`` is chosen for `RAMP_S`, and never more than
    `LONGER_AT_MOST`. It goes up as well as down: whoever breathes more slowly is met there.

    Parameters
    ----------
    from_per_min
        Rate of its first breath.
    target
        The breath at its end. No hold on the way is longer than there.
    """

    def __init__(self, from_per_min: float, target: BreathPattern) -> None:
        self._target = target
        self._period_s = 60.0 / from_per_min
        to_go_s = target.period_s - self._period_s
        share = min(abs(to_go_s) / RAMP_S, LONGER_AT_MOST)
        self._factor = 1.0 + share if to_go_s > 0 else 1.0 / (1.0 + share)
        is_there = abs(to_go_s) < _SAME_S
        self.pattern = target if is_there else at_rate(target, from_per_min)

    @property
    def has_arrived(self) -> bool:
        """Whether the present breath is the one that it leads to."""
        return self.pattern == self._target

    def step(self) -> None:
        """Go on to the next breath."""
        self._period_s *= self._factor
        target_s = self._target.period_s
        longer = self._factor > 1.0
        if (self._period_s >= target_s) if longer else (self._period_s <= target_s):
            self._period_s, self.pattern = target_s, self._target
        else:
            self.pattern = at_rate(self._target, 60.0 / self._period_s)
