"""A frame that came with a stamp of its sensor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from biofeedback.devices.driver import Frame

__all__ = ["StampedFrame"]

_JITTER_S = 1.0
_RATE_SHARE = 0.1
_SAMPLES_SHARE = 0.25
_LEAST_SAMPLES = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class StampedFrame:
    """A frame and what is asked of its stamp.

    Parameters
    ----------
    frame
        The frame.
    arrival_s
        When it came.
    t_s, wrap_s
        Its stamp, where ``wrap_s`` makes sense.
    clock
        Name of the clock.
    is_overlapping
        True where it lies among what was taken before, and so may just be late.
    """

    frame: Frame
    arrival_s: float
    t_s: float
    wrap_s: float | None
    clock: str
    is_overlapping: bool = False

    @property
    def n_samples(self) -> int:
        """How many samples it carries."""
        return len(self.frame.values)

    def is_followed_by(self, other: StampedFrame, period_s: float | None) -> bool:
        """Whether another follows this one on the same clock.

        Its stamp must be as much later as it has samples; or, unless it may just be late, as
        it came later.
        """
        step_s = other.t_s - self.t_s
        if self.wrap_s is not None:
            step_s %= self.wrap_s
        if step_s <= 0.0:
            return False
        if period_s is not None:
            within = max(_LEAST_SAMPLES, _SAMPLES_SHARE * other.n_samples)
            if abs(step_s / period_s - other.n_samples) <= within:
                return True
            if other.is_overlapping:
                return False
        apart_s = other.arrival_s - self.arrival_s
        return abs(step_s - apart_s) <= _JITTER_S + _RATE_SHARE * apart_s
