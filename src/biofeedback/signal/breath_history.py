"""The person's own breaths as a sensor measured them, asked like the pacer: where in which breath.

A breath is known when it is over, and the sensor that felt it may lag behind the heart's. So
what is asked for is what had been known by some time: the answer then does not depend on which
of the two sensors spoke first.
"""

from __future__ import annotations

from collections import deque
from math import inf, nan
from typing import TYPE_CHECKING, NamedTuple

from biofeedback.signal.pacer_history import PacedMoment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from biofeedback.samples import Breath

__all__ = ["BreathHistory"]

# None is shorter than a second, and nobody asks for what is two minutes old.
_KEPT = 128
# Two breaths that are told one after the other meet to the last bits.
_TOUCHING_S = 1e-6


class _Known(NamedTuple):
    known_s: float
    breath: Breath
    n_breaths: int  # before it


class BreathHistory:
    """The last breaths of one person, from one sensor at a time."""

    def __init__(self) -> None:
        self._breaths: deque[_Known] = deque(maxlen=_KEPT)

    def push(self, known_s: float, breath: Breath) -> None:
        """Take the next breath; one that reaches back before the end of the last is passed over.

        Parameters
        ----------
        known_s
            Time of the sample with which it became known, not decreasing.
        breath
            Of a belt, or of a chest accelerometer where there is no belt.
        """
        n_breaths = 0
        if self._breaths:
            last = self._breaths[-1]
            if not breath.onset_s >= last.breath.t_s - _TOUCHING_S:
                return
            n_breaths = last.n_breaths + 1
        if breath.duration_s > 0.0:
            self._breaths.append(_Known(known_s, breath, n_breaths))

    def _known(self, by_s: float) -> Iterator[_Known]:
        return (known for known in reversed(self._breaths) if known.known_s <= by_s)

    def last_known_s(self, by_s: float) -> float:
        """Return when the newest of the breaths known by a time became known, else ``nan``."""
        newest = next(self._known(by_s), None)
        return nan if newest is None else newest.known_s

    def has_passed(self, t_s: float, by_s: float = inf) -> bool:
        """Tell whether by then a breath was known that ended after a time."""
        newest = next(self._known(by_s), None)
        return newest is not None and newest.breath.t_s > t_s

    def at(self, t_s: float, by_s: float = inf) -> PacedMoment | None:
        """Return the moment's place in its breath.

        Parameters
        ----------
        t_s
            The moment.
        by_s
            Only breaths count that were known by this time.

        Returns
        -------
        PacedMoment or None
            ``turn`` is ``nan`` where the sensor cannot tell in from out. ``None`` where no
            breath was known to hold the moment.
        """
        for _, breath, n_breaths in self._known(by_s):
            if breath.t_s <= t_s:
                return None
            if breath.onset_s <= t_s:
                length_s = breath.duration_s
                return PacedMoment(
                    n_breaths,
                    (t_s - breath.onset_s) / length_s,
                    (breath.inhale_end_s - breath.onset_s) / length_s,
                    length_s,
                )
        return None
