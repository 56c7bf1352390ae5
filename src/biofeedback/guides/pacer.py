"""The pacer: which part of the breath holds, and the exact moment of each next one.

It holds no timer: whoever runs it asks for `next_step_s` and then for `step`, and every step
carries the moment at which it began, however late the call was.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from biofeedback.kinds import Role
from biofeedback.pacing import BreathPattern, BreathStep, PacerSegment

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Pacer", "PacerChange", "pattern_arguments", "pattern_of"]

_PARTS = ("in_s", "hold_in_s", "out_s", "hold_out_s")


@dataclass(frozen=True, slots=True)
class PacerChange:
    """From ``t_s`` on the pacer follows ``segment``, or stands still when it is ``None``."""

    t_s: float
    segment: PacerSegment | None
    role: Role = Role.CLIENT


def pattern_arguments(pattern: BreathPattern) -> dict[str, float]:
    """Return a pattern as the arguments of a ``begin`` or ``pace`` command."""
    return {
        "in_s": pattern.in_s,
        "hold_in_s": pattern.hold_in_s,
        "out_s": pattern.out_s,
        "hold_out_s": pattern.hold_out_s,
    }


def pattern_of(arguments: Mapping[str, float | str]) -> BreathPattern:
    """Return the pattern that `pattern_arguments` wrote down; the inverse of it.

    Raises
    ------
    ValueError
        If a part is missing, or they are no breath that can be led.
    """
    missing = [name for name in _PARTS if name not in arguments]
    if missing:
        msg = f"a breath has four parts; {', '.join(missing)} missing"
        raise ValueError(msg)
    return BreathPattern(*(float(arguments[name]) for name in _PARTS))


class Pacer:
    """Leads one breath after the other, in session time, until it is stopped."""

    def __init__(self) -> None:
        self._segment: PacerSegment | None = None
        self._step = BreathStep.IN
        self._next_step_s = inf

    @property
    def segment(self) -> PacerSegment | None:
        """The pacer in force, ``None`` while it stands still."""
        return self._segment

    @property
    def present_step(self) -> BreathStep:
        """The part of the breath that holds; meaningless while it stands still."""
        return self._step

    @property
    def next_step_s(self) -> float:
        """When the next part begins, ``inf`` while it stands still."""
        return self._next_step_s

    def start(self, t_s: float, pattern: BreathPattern) -> None:
        """Begin a new in-breath."""
        self._segment = PacerSegment(t_s, pattern)
        self._find_step(t_s)

    def change(self, t_s: float, pattern: BreathPattern) -> None:
        """Go on from where the breath is with another pattern."""
        assert self._segment is not None  # noqa: S101 - the leader has seen to it
        self._segment = self._segment.changed(t_s, pattern)
        self._find_step(t_s)

    def stop(self) -> None:
        """Stand still."""
        self._segment = None
        self._next_step_s = inf

    def coming_step(self) -> BreathStep:
        """Return the part that begins at `next_step_s`."""
        assert self._segment is not None  # noqa: S101 - the leader has seen to it
        return _step_from(self._segment, self._next_step_s)[0]

    def step(self) -> None:
        """Go on to the part that begins at `next_step_s`."""
        self._find_step(self._next_step_s)

    def _find_step(self, t_s: float) -> None:
        assert self._segment is not None  # noqa: S101 - its callers have seen to it
        self._step, self._next_step_s = _step_from(self._segment, t_s)


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
