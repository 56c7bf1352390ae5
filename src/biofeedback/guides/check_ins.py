"""When to ask how it is: after a minute, now and then, and when the body suggests it."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from biofeedback.guides.arousal_rise import ArousalRise
from biofeedback.guides.heart_rise import HeartRise

if TYPE_CHECKING:
    from collections.abc import Mapping

    from biofeedback.guides.body import BodyNow

__all__ = ["ANSWERS", "HARDER", "QUESTION", "CheckIns"]

QUESTION = "how-is-it"
ANSWERS = ("good", "same", "worse", "dizzy")
HARDER = frozenset({"worse", "dizzy"})

# Asking costs little, so that little is enough to ask.
RISE_Z, LEAST_Z = 0.5, 0.5
RISE_BPM = 4.0
LEAST_BETWEEN_S = 60.0
# In first sessions: the first, and all others. Where no heart is watched, the second comes sooner:
# whoever is wound up by what was to calm is noticed within three minutes, or by nobody.
_FIRST_S, _EVERY_FIRST_S, _UNWATCHED_AFTER_S = 60.0, 180.0, 90.0
_EVERY_S = 300.0
# Someone for whom it got harder is asked again soon: whether it has become easier.
_AFTER_HARDER_S = 120.0
# Who does not answer does not want to be asked so often.
_RARER, _RAREST_S = 2.0, 900.0
# A rise is looked for over this long at most; a check-in begins it anew anyway.
_OVER_S = 300.0


class CheckIns:
    """Tells when to ask. Times are the companion's.

    Parameters
    ----------
    is_first
        Whether this is one of the first sessions: then it asks after 60 s and every 3 minutes from
        there on, the second time after 90 s where no heart is watched; else every 5 minutes.
    """

    def __init__(self, *, is_first: bool) -> None:
        self._is_first = is_first
        self._arousal = ArousalRise(_OVER_S)
        self._heart = HeartRise()
        self._is_on = False
        self._last_s = -inf
        self._every_s = self._usually_s
        self._is_second_soon = is_first
        self.due_s = inf

    @property
    def _usually_s(self) -> float:
        return _EVERY_FIRST_S if self._is_first else _EVERY_S

    def begin(self, c_s: float, *, is_on: bool) -> None:
        """Hear that another guide leads from now on, beside which it is asked or not."""
        self._is_on = is_on
        self._last_s = c_s
        self._every_s = self._usually_s
        self._is_second_soon = self._is_first
        self.due_s = c_s + (_FIRST_S if self._is_first else _EVERY_S) if is_on else inf
        self.go_on(c_s)

    def go_on(self, c_s: float) -> None:
        """Hear that a pause is over."""
        self._arousal.begin(c_s)
        self._heart.begin(c_s)

    def sense(self, c_s: float, body: BodyNow) -> Mapping[str, float]:
        """Return what has risen in the body where that is reason enough to ask now, else nothing.

        Since the guide began, or since it was asked last.
        """
        self._arousal.sense(c_s, body)
        self._heart.sense(c_s, body)
        if not self._is_on or c_s - self._last_s < LEAST_BETWEEN_S:
            return {}
        rise_z, rise_bpm = self._arousal.rise_z(c_s, LEAST_Z), self._heart.rise_bpm(c_s)
        risen: dict[str, float] = {}
        if rise_z is not None and rise_z >= RISE_Z:
            risen["rise_z"] = rise_z
        if rise_bpm is not None and rise_bpm >= RISE_BPM:
            risen["rise_bpm"] = rise_bpm
        return risen

    def put_off(self, c_s: float, by_s: float) -> None:
        """Ask later: there is another question, or has just been one."""
        self.due_s = max(self.due_s, c_s + by_s)

    def asked(self, c_s: float) -> None:
        """Hear that it was asked."""
        self._last_s = c_s
        is_soon = self._is_second_soon and self._heart.rise_bpm(c_s) is None
        self._is_second_soon = False
        self.due_s = c_s + (_UNWATCHED_AFTER_S if is_soon else self._every_s)
        self._compare_from_now()

    def answered(self, c_s: float, word: str) -> None:
        """Hear the answer."""
        self._last_s = c_s
        self._compare_from_now()
        self._every_s = self._usually_s
        if self._is_on and word in HARDER:
            self.due_s = min(self.due_s, c_s + _AFTER_HARDER_S)

    def left_open(self) -> None:
        """Hear that no answer came."""
        self._every_s = min(self._every_s * _RARER, _RAREST_S)

    def _compare_from_now(self) -> None:
        self._arousal.compare_from_now()
        self._heart.compare_from_now()
