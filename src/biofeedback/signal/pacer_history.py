"""What the pacer did, rebuilt from its stream, so that any recent moment has its breath.

The stream ``in_s, hold_in_s, out_s, hold_out_s, step, fraction`` has one row a change; its
time is from when it holds, and durations of ``nan`` mean that the pacer stands still.
"""

from __future__ import annotations

from collections import deque
from math import isnan, nan
from typing import TYPE_CHECKING, NamedTuple

from biofeedback.pacing import BreathPattern, BreathStep, PacerSegment

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["OwnPacerHistory", "PacedMoment", "PacerHistory"]

# Beats are confirmed a few seconds late, so that what was in force then is asked for.
MAX_CHANGES = 256


class PacedMoment(NamedTuple):
    """Where in which breath one moment falls.

    ``fraction`` is of the whole breath's time, 0 at the start of the in-breath; ``turn`` is
    the fraction at which the breath is fullest: the end of the in-breath, or the middle of
    the hold after it; ``nan`` where that is not known.
    """

    n_breaths: int
    fraction: float
    turn: float
    period_s: float


class _Change(NamedTuple):
    t_s: float
    segment: PacerSegment | None
    n_breaths: int  # completed before it
    # Of the segment, so that a moment costs no more than a division.
    lead_s: float = nan
    period_s: float = nan
    turn: float = nan


class PacerHistory:
    """The last `MAX_CHANGES` changes of the pacer."""

    def __init__(self) -> None:
        self._changes: deque[_Change] = deque(maxlen=MAX_CHANGES)

    @property
    def is_empty(self) -> bool:
        """True while no pacer was ever heard of."""
        return not self._changes

    def push(self, t_s: float, row: Sequence[float]) -> None:
        """Take one row of the stream.

        Raises
        ------
        ValueError
            If the row is no breath that `BreathPattern` allows.
        """
        n_breaths = 0
        previous = self._changes[-1] if self._changes else None
        segment = None
        if not any(isnan(duration_s) for duration_s in row[:4]):
            pattern = BreathPattern(row[0], row[1], row[2], row[3])
            segment = PacerSegment(t_s, pattern, BreathStep(int(row[4])), row[5])
        if previous is not None:
            n_breaths = previous.n_breaths
            if previous.segment is not None:
                here = previous.segment.at(t_s)
                n_breaths += here.n_breaths
                is_restart = segment is not None and segment.step is BreathStep.IN
                if is_restart and here.step is not BreathStep.IN:
                    # A last hold that the new breath does not have ends the breath here.
                    n_breaths += 1
        if segment is None:
            self._changes.append(_Change(t_s, None, n_breaths))
            return
        pattern, step = segment.pattern, segment.step
        lead_s = sum(pattern.parts_s[:step]) + segment.fraction * pattern.parts_s[step]
        period_s = pattern.period_s
        turn = (pattern.in_s + pattern.hold_in_s / 2.0) / period_s
        self._changes.append(_Change(t_s, segment, n_breaths, lead_s, period_s, turn))

    def has_led(self, begin_s: float, end_s: float) -> bool:
        """Tell whether the pacer led from one moment to another without a pause."""
        for change in reversed(self._changes):
            if change.t_s < end_s:
                if change.segment is None:
                    return False
                if change.t_s <= begin_s:
                    return True
        return False

    def at(self, t_s: float) -> PacedMoment | None:
        """Return the moment's place, ``None`` where the pacer led no breath."""
        for change in reversed(self._changes):
            if change.t_s <= t_s:
                break
        else:
            return None
        if change.segment is None:
            return None
        period_s = change.period_s
        n_breaths, elapsed_s = divmod(t_s - change.t_s + change.lead_s, period_s)
        return PacedMoment(
            change.n_breaths + int(n_breaths), elapsed_s / period_s, change.turn, period_s
        )


class OwnPacerHistory(PacerHistory):
    """What a second person's own pacer did; where they have none, it is the one of both.

    Parameters
    ----------
    shared
        What the other pacer did.
    """

    def __init__(self, shared: PacerHistory) -> None:
        super().__init__()
        self._shared = shared

    @property
    def is_empty(self) -> bool:
        """True while no pacer was ever heard of."""
        return super().is_empty and self._shared.is_empty

    def has_led(self, begin_s: float, end_s: float) -> bool:
        """Tell whether one and the same pacer led without a pause."""
        if super().has_led(begin_s, end_s):
            return True
        is_shared = all(
            change.segment is None or not begin_s <= change.t_s < end_s for change in self._changes
        )
        return is_shared and super().at(begin_s) is None and self._shared.has_led(begin_s, end_s)

    def at(self, t_s: float) -> PacedMoment | None:
        """Return the moment's place, ``None`` where no pacer led."""
        own = super().at(t_s)
        return self._shared.at(t_s) if own is None else own
