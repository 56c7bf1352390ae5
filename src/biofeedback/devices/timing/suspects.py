"""Frames whose stamps do not fit what was known of their clock: late ones, or a clock that jumped.

One such frame proves nothing. Two that follow each other, with none between that fits, show
that the clock began anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isnan
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from biofeedback.devices.driver import Frame

__all__ = ["Suspect", "Suspects"]

# So many that do not even fit each other are no times.
MOST_SUSPECTS = 4
_WAIT_S = 3.0
_WAIT_PACKETS = 4.0
_JITTER_S = 1.0
_RATE_SHARE = 0.1
_SAMPLES_SHARE = 0.25
_LEAST_SAMPLES = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Suspect:
    """A frame that did not fit.

    Parameters
    ----------
    frame
        The frame.
    arrival_s
        When it came.
    t_s, wrap_s
        Its stamp.
    is_overlapping
        True where it lies among what was taken before, and so may just be late.
    """

    frame: Frame
    arrival_s: float
    t_s: float
    wrap_s: float | None
    is_overlapping: bool

    def is_followed_by(self, other: Suspect, period_s: float | None) -> bool:
        """Whether another follows this one on the same clock."""
        step_s = other.t_s - self.t_s
        if self.wrap_s is not None:
            step_s %= self.wrap_s
        if step_s <= 0.0:
            return False
        if period_s is not None:
            n_samples = len(other.frame.values)
            within = max(_LEAST_SAMPLES, _SAMPLES_SHARE * n_samples)
            if abs(step_s / period_s - n_samples) <= within:
                return True
            if other.is_overlapping:
                return False
        apart_s = other.arrival_s - self.arrival_s
        return abs(step_s - apart_s) <= _JITTER_S + _RATE_SHARE * apart_s


class Suspects:
    """The suspects of one stream, a few at most."""

    def __init__(self) -> None:
        self._kept: list[Suspect] = []

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

    def add(self, suspect: Suspect) -> None:
        """Take one more."""
        self._kept.append(suspect)

    def take(self) -> list[Suspect]:
        """Return all, and forget them."""
        kept, self._kept = self._kept, []
        return kept

    def chain_to(self, newest: Suspect, period_s: float | None) -> list[Suspect]:
        """Return those that lead up to the newest on one clock, oldest first."""
        chain = [newest]
        for suspect in reversed(self._kept):
            if not suspect.is_followed_by(chain[-1], period_s):
                break
            chain.append(suspect)
        return chain[:0:-1]
