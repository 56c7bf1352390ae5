"""Paced breathing: leads a breath of a chosen shape, on the session clock.

The guide is a function of the commands it was given and of the time it is advanced to. It
holds no timer: whoever runs it calls `BreathingGuide.advance`, and every step it reports
carries the exact moment at which it began, however late the call was.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite, nan
from typing import TYPE_CHECKING

from biofeedback.pacing import BreathPattern, BreathStep, PacerSegment
from biofeedback.samples import Command, GuideState

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["BreathingGuide", "PacerChange", "pattern_arguments", "pattern_of"]


# A step that would begin at the very end is left out: nobody is asked in for no time at all.
# Steps are sums of floats, so "at" has a little room.
_SAME_MOMENT_S = 1e-6


@dataclass(frozen=True, slots=True)
class PacerChange:
    """From ``t_s`` on the pacer follows ``segment``, or stands still when it is ``None``."""

    t_s: float
    segment: PacerSegment | None


def pattern_arguments(pattern: BreathPattern) -> dict[str, float]:
    """Return a pattern as the arguments of a ``begin`` or ``pace`` command."""
    return {
        "in_s": pattern.in_s,
        "hold_in_s": pattern.hold_in_s,
        "out_s": pattern.out_s,
        "hold_out_s": pattern.hold_out_s,
    }


def pattern_of(arguments: Mapping[str, float | str]) -> BreathPattern:
    """Return the pattern that `pattern_arguments` wrote down; the inverse of it."""
    return BreathPattern(
        float(arguments["in_s"]),
        float(arguments["hold_in_s"]),
        float(arguments["out_s"]),
        float(arguments["hold_out_s"]),
    )


class BreathingGuide:
    """Leads one session of paced breathing.

    Commands: ``begin`` (the four parts of the breath and ``duration_s``), ``pace`` (the four
    parts), ``pause``, ``resume``, ``end``. A command that does not fit the present state is
    without effect: a second ``pause`` is no error.
    """

    name = "breathing"

    def __init__(self) -> None:
        self._segment: PacerSegment | None = None
        self._pattern: BreathPattern | None = None
        self._duration_s = inf
        self._led_before_s = 0.0
        self._running_since_s: float | None = None
        self._next_step_s = inf
        self._has_ended = False

    @property
    def segment(self) -> PacerSegment | None:
        """The pacer in force, ``None`` while it stands still."""
        return self._segment

    @property
    def has_ended(self) -> bool:
        """Whether the guide is over, by command or because its time is up."""
        return self._has_ended

    def led_s(self, t_s: float) -> float:
        """Seconds led up to a time, pauses left out."""
        running_s = 0.0 if self._running_since_s is None else t_s - self._running_since_s
        return min(self._led_before_s + max(running_s, 0.0), self._duration_s)

    def command(self, command: Command) -> tuple[GuideState | PacerChange, ...]:
        """Follow what the person asked for.

        Returns
        -------
        tuple
            What follows from it, in order: steps that had begun before, then the change.

        Raises
        ------
        ValueError
            If the command is unknown or its pattern is not one.
        """
        before = self.advance(command.t_s)
        match command.name:
            case "begin":
                after = self._begin(command)
            case "pace":
                after = self._pace(command)
            case "pause":
                after = self._pause(command.t_s)
            case "resume":
                after = self._resume(command.t_s)
            case "end":
                after = self._end(command.t_s)
            case _:
                msg = f"unknown command {command.name!r}"
                raise ValueError(msg)
        return before + after

    def advance(self, t_s: float) -> tuple[GuideState | PacerChange, ...]:
        """Return the steps that began up to a time, each with its own moment.

        All of them, however long ago the last call was: a replay calls only when there is an
        input, which after a lost sensor may be minutes apart, and must give the same steps.
        """
        results: list[GuideState | PacerChange] = []
        end_s = self._end_due_s()
        while (
            self._segment is not None
            and self._next_step_s <= t_s
            and self._next_step_s < end_s - _SAME_MOMENT_S
        ):
            results.append(self._step_at(self._segment, self._next_step_s))
        if end_s <= t_s:
            results.extend(self._end(end_s))
        return tuple(results)

    def _begin(self, command: Command) -> tuple[GuideState | PacerChange, ...]:
        if self._pattern is not None or self._has_ended:
            return ()
        self._pattern = pattern_of(command.arguments)
        self._duration_s = float(command.arguments.get("duration_s", inf))
        return self._start(command.t_s)

    def _start(self, t_s: float) -> tuple[GuideState | PacerChange, ...]:
        assert self._pattern is not None  # noqa: S101 - both callers have seen to it
        self._running_since_s = t_s
        self._segment = PacerSegment(t_s, self._pattern)
        return (PacerChange(t_s, self._segment), self._step_at(self._segment, t_s))

    def _pace(self, command: Command) -> tuple[GuideState | PacerChange, ...]:
        pattern = pattern_of(command.arguments)
        if self._pattern is None or self._has_ended:
            return ()
        self._pattern = pattern
        if self._segment is None:  # paused: the new pace shows when it goes on
            return ()
        self._segment = self._segment.changed(command.t_s, pattern)
        return (
            PacerChange(command.t_s, self._segment),
            self._step_at(self._segment, command.t_s),
        )

    def _pause(self, t_s: float) -> tuple[GuideState | PacerChange, ...]:
        if self._segment is None:
            return ()
        self._stand_still(t_s)
        return (PacerChange(t_s, None), GuideState(t_s, self.name, "paused"))

    def _resume(self, t_s: float) -> tuple[GuideState | PacerChange, ...]:
        if self._pattern is None or self._segment is not None or self._has_ended:
            return ()
        # A new in-breath: nobody is asked to come back to the middle of one.
        return self._start(t_s)

    def _end(self, t_s: float) -> tuple[GuideState | PacerChange, ...]:
        if self._pattern is None or self._has_ended:
            return ()
        was_running = self._segment is not None
        self._stand_still(t_s)
        self._has_ended = True
        state = GuideState(t_s, self.name, "ended")
        return (PacerChange(t_s, None), state) if was_running else (state,)

    def _stand_still(self, t_s: float) -> None:
        self._led_before_s = self.led_s(t_s)
        self._running_since_s = None
        self._segment = None
        self._next_step_s = inf

    def _end_due_s(self) -> float:
        if self._running_since_s is None or not isfinite(self._duration_s):
            return inf
        return self._running_since_s + (self._duration_s - self._led_before_s)

    def _step_at(self, segment: PacerSegment, t_s: float) -> GuideState:
        """Report the step that holds from a moment on, and remember when the next begins."""
        step, until_s = _step_from(segment, t_s)
        self._next_step_s = until_s
        return GuideState(
            t_s,
            self.name,
            step.word,
            until_s if isfinite(until_s) else nan,
            segment.pattern.breaths_per_min,
        )


def _step_from(segment: PacerSegment, t_s: float) -> tuple[BreathStep, float]:
    """Return the step that holds just after a moment, and when it ends.

    A boundary is computed as a sum of floats, so at the boundary itself the position may
    still read as the very end of the step before: then the next one is meant.
    """
    here = segment.at(t_s)
    if here.step_end_s > t_s and here.step_end_s - t_s > 1e-9 * max(1.0, abs(t_s)):
        return here.step, here.step_end_s
    parts_s = segment.pattern.parts_s
    step = here.step
    while True:
        step = BreathStep((step + 1) % len(BreathStep))
        if parts_s[step] > 0:
            return step, t_s + parts_s[step]
