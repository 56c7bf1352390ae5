"""Frames whose stamps do not fit what was known of their clock: late ones, or a clock that jumped.

One such frame proves nothing. Two that follow each other, with none between that fits, show
that the clock began anew.
"""

from __future__ import annotations

from math import inf, isnan
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from biofeedback.devices.timing.stamped_frame import StampedFrame

__all__ = ["MOST_SUSPECTS", "Suspects"]

# So many that do not even fit each other are no times.
MOST_SUSPECTS = 4
_WAIT_S = 3.0
_WAIT_PACKETS = 4.0


class Suspects:
    """The suspects of one stream, a few at most."""

    def __init__(self) -> None:
        self._kept: list[StampedFrame] = []

    def __bool__(self) -> bool:
        return bool(self._kept)

    @property
    def is_full(self) -> bool:
        """Whether there are so many that their stamps are no times."""
        return len(self._kept) >= MOST_SUSPECTS

    def due_s(self, spacing_s: float) -> float:
        """When to decide without another frame, given how far packets lie apart."""
        if not self._kept:
            return inf
        wait_s = _WAIT_S if isnan(spacing_s) else max(_WAIT_S, _WAIT_PACKETS * spacing_s)
        return self._kept[0].arrival_s + wait_s

    def add(self, suspect: StampedFrame) -> None:
        """Take one more."""
        self._kept.append(suspect)

    def take(self) -> list[StampedFrame]:
        """Return all, and forget them."""
        kept, self._kept = self._kept, []
        return kept

    def take_chain_to(
        self, newest: StampedFrame, period_s: float | None
    ) -> tuple[list[StampedFrame], list[StampedFrame]]:
        """Return those that lead up to the newest on one clock, oldest first, and the others.

        Where none leads up to it all are kept, and nothing is returned.
        """
        n_chain = 0
        following = newest
        for suspect in reversed(self._kept):
            if not suspect.is_followed_by(following, period_s):
                break
            following = suspect
            n_chain += 1
        if n_chain == 0:
            return [], []
        kept = self.take()
        return kept[-n_chain:], kept[:-n_chain]
