"""The window of tolerance: above, within, below, or can't tell.

Above is entered at an index of 1.5 for 20 s and left at 1.0 for 20 s. Below is entered at -1.5
for 60 s, left at -1.0 for 20 s, and is only ever a question to the person: no measure of the body
tells calm from shutting down. After a departure has ended a minute passes before the next.

References
----------
Siegel (1999), The Developing Mind; Ogden, Minton and Pain (2006), Trauma and the Body (the
window of tolerance). Levels and times are our own choice.
"""

from __future__ import annotations

from enum import IntEnum
from math import isnan, nan

from biofeedback.signal.arousal_inputs import STEP_S

__all__ = ["ArousalZone", "Zone"]

ENTER = 1.5
LEAVE = 1.0
ABOVE_AFTER_S = 20.0
BELOW_AFTER_S = 60.0
LEAVE_AFTER_S = 20.0
REFRACTORY_S = 60.0
# A hole of one or two evaluations is no reason to give up, nor is one value to begin anew.
GIVE_UP_AFTER_S = 15.0
TELL_AFTER_S = 20.0


class Zone(IntEnum):
    """Where in the window of tolerance. `UNKNOWN` is published as no value at all."""

    BELOW = -1
    WITHIN = 0
    ABOVE = 1
    UNKNOWN = 2

    @property
    def value_or_nan(self) -> float:
        """As a measure carries it."""
        return nan if self is Zone.UNKNOWN else float(self)

    @property
    def words(self) -> str:
        """What a screen may say about it."""
        return {
            Zone.BELOW: "lower than usual for you: how is it for you just now?",
            Zone.WITHIN: "",
            Zone.ABOVE: "higher than usual for you just now",
            Zone.UNKNOWN: "",
        }[self]


class _Held:
    """For how long a condition has held without a break."""

    def __init__(self) -> None:
        self._since_s = nan

    def push(self, t_s: float, *, holds: bool) -> float:
        """Return the seconds for which it has held, -1 where it does not."""
        if not holds:
            self._since_s = nan
            return -1.0
        if isnan(self._since_s):
            self._since_s = t_s
        return t_s - self._since_s

    def restart(self) -> None:
        self._since_s = nan


class ArousalZone:
    """Follows the index from evaluation to evaluation."""

    def __init__(self) -> None:
        self.zone = Zone.UNKNOWN
        self._last_t_s = nan
        self._left_s = nan
        self._is_high = _Held()
        self._is_low = _Held()
        self._is_no_longer_high = _Held()
        self._is_no_longer_low = _Held()
        self._is_known = _Held()
        self._is_missing = _Held()

    def push(self, t_s: float, arousal: float) -> Zone:
        """Take the index at a time, ``nan`` where there is none; return the zone.

        Times are multiples of `STEP_S`; where some were left out, all that was held is forgotten.
        """
        if not t_s - self._last_t_s <= STEP_S:
            self._forget()
        self._last_t_s = t_s
        # A comparison with nan is False, so that a hole in the index breaks every condition.
        high_s = self._is_high.push(t_s, holds=arousal >= ENTER)
        low_s = self._is_low.push(t_s, holds=arousal <= -ENTER)
        no_longer_high_s = self._is_no_longer_high.push(t_s, holds=arousal <= LEAVE)
        no_longer_low_s = self._is_no_longer_low.push(t_s, holds=arousal >= -LEAVE)
        known_s = self._is_known.push(t_s, holds=not isnan(arousal))
        missing_s = self._is_missing.push(t_s, holds=isnan(arousal))
        may_depart = not t_s - self._left_s < REFRACTORY_S
        if missing_s >= GIVE_UP_AFTER_S:
            self._move(t_s, Zone.UNKNOWN)
        elif self.zone in {Zone.WITHIN, Zone.UNKNOWN}:
            if may_depart and high_s >= ABOVE_AFTER_S:
                self._move(t_s, Zone.ABOVE)
            elif may_depart and low_s >= BELOW_AFTER_S:
                self._move(t_s, Zone.BELOW)
            elif known_s >= TELL_AFTER_S:
                self._move(t_s, Zone.WITHIN)
        elif (self.zone is Zone.ABOVE and no_longer_high_s >= LEAVE_AFTER_S) or (
            self.zone is Zone.BELOW and no_longer_low_s >= LEAVE_AFTER_S
        ):
            self._move(t_s, Zone.WITHIN)
        return self.zone

    def _move(self, t_s: float, zone: Zone) -> None:
        if self.zone in {Zone.ABOVE, Zone.BELOW} and zone is not self.zone:
            self._left_s = t_s
        self.zone = zone

    def _forget(self) -> None:
        if not isnan(self._last_t_s):
            self._move(self._last_t_s, Zone.UNKNOWN)
        for held in (
            self._is_high,
            self._is_low,
            self._is_no_longer_high,
            self._is_no_longer_low,
            self._is_known,
            self._is_missing,
        ):
            held.restart()
