"""Beats laid end to end: which corrected interval follows which, and where the gaps are."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan, nan
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from biofeedback.samples import RRFlag
from biofeedback.signal.rr_artifacts import is_gap

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from biofeedback.samples import Beat

__all__ = ["ARTIFACTS", "Interval", "IntervalChain", "Tachogram"]

# What counts as a corrected beat. A missed beat is counted once, where it was put back.
ARTIFACTS = frozenset(
    {RRFlag.INSERTED, RRFlag.EXTRA, RRFlag.ECTOPIC, RRFlag.MISPLACED, RRFlag.OUT_OF_RANGE}
)
_MOVED = frozenset({RRFlag.ECTOPIC, RRFlag.MISPLACED})


@dataclass(frozen=True, slots=True, eq=False)
class Tachogram:
    """Intervals against time.

    Parameters
    ----------
    t_s
        End of each interval, seconds, shape ``(n_beats,)``.
    rr_ms
        Its length, same shape.
    follows
        True where it began where the one before it ended, same shape.
    """

    t_s: NDArray[np.float64]
    rr_ms: NDArray[np.float64]
    follows: NDArray[np.bool_]

    @property
    def midpoint_s(self) -> NDArray[np.float64]:
        """Middle of each interval: the time its mean rate belongs to.

        The end would lag by half an interval, 15 degrees at six breaths a minute.
        """
        return self.t_s - self.rr_ms / 2000.0


class Interval(NamedTuple):
    """One corrected interval in its chain."""

    end_s: float
    rr_ms: float
    follows: bool

    @property
    def midpoint_s(self) -> float:
        """Middle of the interval."""
        return self.end_s - self.rr_ms / 2000.0


class IntervalChain:
    """Turns beats into corrected intervals, one beat at a time."""

    def __init__(self) -> None:
        self._last_t_s = nan
        self._last_end_s = nan
        self._is_broken = True

    def add(self, beat: Beat) -> Interval | None:
        """Take the next beat; return its interval, ``None`` where it takes no part.

        Parameters
        ----------
        beat
            Confirmed beats of one sensor, in order.
        """
        length_ms = beat.corrected_rr_ms if beat.flag is RRFlag.INSERTED else beat.rr_ms
        if is_gap(beat.t_s, length_ms, self._last_t_s):
            self._is_broken = True
        self._last_t_s = beat.t_s
        if isnan(beat.corrected_rr_ms):
            self._is_broken = self._is_broken or beat.flag is not RRFlag.EXTRA
            return None
        end_s = beat.t_s
        if beat.flag in _MOVED and not self._is_broken:
            # The beat itself came early or late: its place is where the correction puts it.
            end_s = self._last_end_s + beat.corrected_rr_ms / 1000.0
        follows = not self._is_broken
        self._is_broken = False
        self._last_end_s = end_s
        # A named tuple's own constructor would cost as much as the rest.
        return tuple.__new__(Interval, (end_s, beat.corrected_rr_ms, follows))
