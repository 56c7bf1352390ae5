"""A pace that comes towards whoever does not follow it, and goes back when they do."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from biofeedback.guides.following import Following
from biofeedback.guides.guide import Turn
from biofeedback.guides.limits import (
    AUTOMATIC_HIGHEST_PER_MIN,
    AUTOMATIC_PAUSE_S,
    automatic_step,
)

if TYPE_CHECKING:
    from biofeedback.guides.body import BodyNow

__all__ = ["EASED_AT_MOST_PER_MIN", "KEPT_S", "LOST_S", "REASONS", "Easing"]

EASED_AT_MOST_PER_MIN = 1.0
"""How far above the rate that was chosen it goes."""

LOST_S = 60.0
KEPT_S = 90.0
"""For how long the pace is not followed before it eases, and followed before it goes back."""

REASONS = ("not-followed", "still-not-followed", "followed-again")

# Two rates that are this close are one.
_SAME_PER_MIN = 1e-6


class Easing:
    """The rate that is led: the one that was chosen, or a little faster.

    Its time is guide time. Moves are at most `biofeedback.guides.limits.AUTOMATIC_STEP_PER_MIN`,
    and no two are nearer to each other, or to a choice of the person's, than
    `biofeedback.guides.limits.AUTOMATIC_PAUSE_S`.

    Parameters
    ----------
    chosen_per_min
        What the person chose.

    Attributes
    ----------
    chosen_per_min, led_per_min
        What the person chose last, and what is led.
    """

    def __init__(self, chosen_per_min: float) -> None:
        self.chosen_per_min = self.led_per_min = chosen_per_min
        self._following = Following()
        self._moved_s = -inf
        self._has_asked = False

    def choose(self, g_s: float, per_min: float) -> None:
        """Take what the person chose, and leave it as it is for a while."""
        self.chosen_per_min = self.led_per_min = per_min
        self.leave(g_s)

    def leave(self, g_s: float) -> None:
        """Leave things as they are for a while, since they are new."""
        self._moved_s = g_s
        self._following.forget()

    def forget(self) -> None:
        """Forget how the pace was followed: a pause lay between, or no pace was led."""
        self._following.forget()

    def breathe(self, g_s: float, body: BodyNow) -> Turn | None:
        """Choose the rate of the coming breath.

        Returns
        -------
        Turn or None
            A move, ``faster`` or ``slower``; or ``ask``, once in all, if easing was of no use.
        """
        following = self._following
        following.hear(g_s, body)
        if g_s - self._moved_s < AUTOMATIC_PAUSE_S:
            return None
        if following.lost_s(g_s) >= LOST_S:
            highest = min(self.chosen_per_min + EASED_AT_MOST_PER_MIN, AUTOMATIC_HIGHEST_PER_MIN)
            if highest > self.led_per_min + _SAME_PER_MIN:
                return self._move(g_s, highest, "not-followed")
            if not self._has_asked:
                self._has_asked = True
                return Turn("ask", "still-not-followed", {"per_min": self.led_per_min})
        elif following.kept_s(g_s) >= KEPT_S and self.led_per_min > self.chosen_per_min:
            return self._move(g_s, self.chosen_per_min, "followed-again")
        return None

    def _move(self, g_s: float, towards_per_min: float, reason: str) -> Turn | None:
        before = self.led_per_min
        to = automatic_step(before, towards_per_min)
        if abs(to - towards_per_min) < _SAME_PER_MIN:
            to = towards_per_min
        if to == before:
            return None
        self.led_per_min = to
        self.leave(g_s)
        decision = "faster" if to > before else "slower"
        return Turn(decision, reason, {"from_per_min": before, "to_per_min": to})
