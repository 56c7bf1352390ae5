"""How many frames a board has taken since it was started, though it counts only to 16."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING, Final

from biofeedback.devices.drivers.bitalino.frames import MODULO
from biofeedback.devices.drivers.moving_smallest import MovingSmallest

if TYPE_CHECKING:
    from biofeedback.devices.drivers.bitalino.frames import Run

__all__ = ["Counted", "FrameCount"]

# Arrival less count, at its smallest over so long, is when frames come that were not held up.
_WINDOW_S: Final = 10.0

# After a hole the board may first send what it kept, up to two seconds old, as fast as it can.
# By then it is done with it, and frames come as they are taken.
_SETTLE_S: Final = 1.0
# However much it sends meanwhile.
_MAX_UNSETTLED: Final = 4096

# By how much a frame may seem to come too early: the board's clock runs a little off.
_EARLY_S: Final = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """A run, and how many frames the board had taken with the last of it."""

    run: Run
    n_frames: int


class FrameCount:
    """Counts the frames of runs, and across the holes between them.

    The board's own number tells how many frames a hole has lost but for multiples of 16. Those
    follow from the arrival of what came after it: a frame cannot come before it was taken, and
    comes a little after it once the board has caught up. Until then, for a second, runs after
    a hole are held.

    Parameters
    ----------
    rate_hz
        Frames a second.

    Attributes
    ----------
    n_lost : int
        Frames that are missing.
    """

    def __init__(self, rate_hz: float) -> None:
        self._rate_hz = rate_hz
        self._n_frames: int | None = None
        self._delays = MovingSmallest(_WINDOW_S)
        self._unsettled: list[tuple[Run, float]] = []
        self.n_lost = 0

    def push(self, run: Run, arrival_s: float) -> list[Counted]:
        """Take the next run and return those whose count is known now, in order."""
        if self._n_frames is None:
            # A board that was just started begins with 0.
            self._n_frames = run.number
            return [self._count(run, arrival_s)]
        settled: list[Counted] = []
        if not run.is_joined:
            settled = self.settle()
            self._unsettled.append((run, arrival_s))
        elif self._unsettled:
            self._unsettled.append((run, arrival_s))
            n_held = sum(len(held.values) for held, _ in self._unsettled)
            if arrival_s - self._unsettled[0][1] >= _SETTLE_S or n_held > _MAX_UNSETTLED:
                settled = self.settle()
        else:
            settled = [self._count(run, arrival_s)]
        return settled

    def settle(self) -> list[Counted]:
        """Return what is held, with the best count so far: there is nothing to wait for."""
        held, self._unsettled = self._unsettled, []
        if not held or self._n_frames is None:
            return []
        # At least what the number says; a number as if nothing were missing means a full turn.
        n_lost = (held[0][0].number - self._n_frames) % MODULO or MODULO
        n_frames, delays_s = self._n_frames + n_lost, []
        for run, arrival_s in held:
            n_frames += len(run.values)
            delays_s.append(arrival_s - n_frames / self._rate_hz)
        if (smallest_s := self._delays.smallest) is not None:
            late_s = min(delays_s) - smallest_s + _EARLY_S
            n_lost += MODULO * max(floor(late_s * self._rate_hz / MODULO), 0)
        self.n_lost += n_lost
        self._n_frames += n_lost
        return [self._count(run, arrival_s) for run, arrival_s in held]

    def _count(self, run: Run, arrival_s: float) -> Counted:
        n_frames = (self._n_frames or 0) + len(run.values)
        self._n_frames = n_frames
        self._delays.push(arrival_s, arrival_s - n_frames / self._rate_hz)
        return Counted(run, n_frames)
