"""How the length of steps follows person and body, within the limits that each step has."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from biofeedback.guides.step import Step

__all__ = ["LEAST_CHANGE_S", "StepLength"]

LEAST_CHANGE_S = 2.0
"""A step is not changed by less."""

# The body is asked for more time only towards the end of a step: before, nobody can tell.
_LOOK_S = 10.0
_LONGER_SHARE = 0.35
_LONGER_AT_MOST = 2
_LONGER_IN_ALL_AT_MOST = 6
_SHORTER_SHARE = 0.8
_QUICK_SHARE = 0.7
_QUICK_STEPS = 2


class StepLength:
    """Keeps what was made of the steps so far. All shares and limits are our own."""

    def __init__(self) -> None:
        self._n_longer = 0
        self._n_longer_in_all = 0
        self._is_shorter = False
        self._n_quick = 0

    def begin(self) -> None:
        """Know that a step begins."""
        self._n_longer = 0
        self._is_shorter = False

    def went_on(self, step: Step, after_s: float) -> None:
        """Know that the person went on by themselves, so long after the step began."""
        self._n_quick = self._n_quick + 1 if after_s < _QUICK_SHARE * step.usual_s else 0

    def took_time(self) -> None:
        """Know that the person let a step have its time, or wanted more."""
        self._n_quick = 0

    def longer_s(self, step: Step, left_s: float, room_s: float) -> float:
        """Return how much longer a step may take for a body that is still settling.

        Parameters
        ----------
        step
            Which.
        left_s
            What is left of it.
        room_s
            How far its end may still be moved.

        Returns
        -------
        float
            Seconds; 0 while it is too early, and where it has taken longer often enough.
        """
        if (
            left_s > min(_LOOK_S, step.usual_s / 2)
            or self._n_longer >= _LONGER_AT_MOST
            or self._n_longer_in_all >= _LONGER_IN_ALL_AT_MOST
        ):
            return 0.0
        by_s = min(_LONGER_SHARE * step.usual_s, room_s)
        return by_s if by_s >= LEAST_CHANGE_S else 0.0

    def became_longer(self) -> None:
        """Know that a step takes longer."""
        self._n_longer += 1
        self._n_longer_in_all += 1

    def shorter_s(self, step: Step, gone_s: float, left_s: float) -> float:
        """Return how much shorter a step may be for a person who went on quickly before.

        Never below its least, and never over at once: ten seconds are left.

        Parameters
        ----------
        step
            Which.
        gone_s, left_s
            Since it began, and until it is over.

        Returns
        -------
        float
            Seconds; 0 for none.
        """
        if self._is_shorter or self._n_quick < _QUICK_STEPS or step.may_wait or self._n_longer:
            return 0.0
        length_s = max(step.least_s, _SHORTER_SHARE * step.usual_s, gone_s + _LOOK_S)
        by_s = gone_s + left_s - length_s
        return by_s if by_s >= LEAST_CHANGE_S else 0.0

    def became_shorter(self) -> None:
        """Know that a step is shorter."""
        self._is_shorter = True
