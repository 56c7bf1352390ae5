"""Whether arousal has risen in a step, so far that another way may be asked about.

All limits are our own. Nothing here is done to the person: it only leads to a question, twice in a
guide at most, and no more after one refusal.
"""

from __future__ import annotations

__all__ = ["StepRise"]

_RISE_Z = 0.5
# Whoever comes up from below the middle of their own range comes back, and is left alone.
_RISEN_ABOVE_Z = 0.0
# The questions of one guide that nobody asked for.
_AT_MOST = 2


class StepRise:
    """Keeps where arousal was when the step began, and what was asked so far.

    Arousal is told in standard deviations from the middle of the person's own range, ``None``
    where it is not known.
    """

    def __init__(self) -> None:
        self._start_z: float | None = None
        self._n_asked = 0
        self._is_refused = False

    def begin(self, arousal_z: float | None) -> None:
        """Know that a step begins, or begins anew after a pause."""
        self._start_z = arousal_z

    def sense(self, arousal_z: float | None) -> None:
        """Take the first that is heard for where it began, if nothing was known then."""
        if self._start_z is None:
            self._start_z = arousal_z

    def refuse(self) -> None:
        """Know that nothing is to be asked any more."""
        self._is_refused = True

    def to_ask_about_z(self, arousal_z: float | None) -> float | None:
        """Return the rise that is to be asked about now, ``None`` where there is none.

        Whatever is returned counts as asked about: the next rise begins from there.
        """
        if (
            arousal_z is None
            or self._start_z is None
            or self._is_refused
            or self._n_asked >= _AT_MOST
            or arousal_z - self._start_z <= _RISE_Z
            or arousal_z <= _RISEN_ABOVE_Z
        ):
            return None
        by_z = arousal_z - self._start_z
        self._n_asked += 1
        self._start_z = arousal_z
        return by_z
