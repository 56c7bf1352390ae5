"""When to ask how it is: after a minute, now and then, and when the body suggests it."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from biofeedback.guides.arousal_rise import ArousalRise

if TYPE_CHECKING:
    from biofeedback.guides.body import BodyNow

__all__ = ["ANSWERS", "HARDER", "QUESTION", "CheckIns"]

QUESTION = "how-is-it"
ANSWERS = ("good", "same", "worse", "dizzy")
HARDER = frozenset({"worse", "dizzy"})

RISE_Z = 0.5
LEAST_BETWEEN_S = 60.0
_FIRST_S, _EVERY_FIRST_S, _EVERY_S = 60.0, 180.0, 300.0
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
        Whether this is one of the first sessions: then the first question comes after a minute
        and the next ones sooner.
    """

    def __init__(self, *, is_first: bool) -> None:
        self._is_first = is_first
        self._rise = ArousalRise(_OVER_S)
        self._is_on = False
        self._last_s = -inf
        self._every_s = self._usually_s
        self.due_s = inf

    @property
    def _usually_s(self) -> float:
        return _EVERY_FIRST_S if self._is_first else _EVERY_S

    def begin(self, c_s: float, *, is_on: bool) -> None:
        """Hear that another guide leads from now on, beside which it is asked or not."""
        self._is_on = is_on
        self._last_s = c_s
        self._every_s = self._usually_s
        self.due_s = c_s + (_FIRST_S if self._is_first else _EVERY_S) if is_on else inf
        self._rise.begin(c_s)

    def go_on(self, c_s: float) -> None:
        """Hear that a pause is over."""
        self._rise.begin(c_s)

    def sense(self, c_s: float, body: BodyNow) -> float | None:
        """Return by how much arousal has risen where that is reason enough to ask now."""
        self._rise.sense(c_s, body)
        if not self._is_on or c_s - self._last_s < LEAST_BETWEEN_S:
            return None
        rise_z = self._rise.rise_z(c_s)
        return rise_z if rise_z is not None and rise_z >= RISE_Z else None

    def put_off(self, c_s: float, by_s: float) -> None:
        """Ask later: there is another question, or has just been one."""
        self.due_s = max(self.due_s, c_s + by_s)

    def asked(self, c_s: float) -> None:
        """Hear that it was asked."""
        self._last_s = c_s
        self.due_s = c_s + self._every_s
        self._rise.compare_from_now()

    def answered(self, c_s: float, word: str) -> None:
        """Hear the answer."""
        self._last_s = c_s
        self._rise.compare_from_now()
        self._every_s = self._usually_s
        if self._is_on:
            is_harder = word in HARDER
            self.due_s = c_s + (_AFTER_HARDER_S if is_harder else self._every_s)

    def left_open(self) -> None:
        """Hear that no answer came."""
        longer_s = min(self._every_s * _RARER, _RAREST_S)
        if self._is_on:
            self.due_s += longer_s - self._every_s
        self._every_s = longer_s
