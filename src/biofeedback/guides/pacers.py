"""The pacers of a session: the first person's, and a second person's where they have their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from biofeedback.guides.pacer import Pacer, PacerChange
from biofeedback.kinds import Role
from biofeedback.pacing import BreathStep

if TYPE_CHECKING:
    from collections.abc import Callable

    from biofeedback.guides.guide import Scene
    from biofeedback.pacing import BreathPattern, PacerSegment

__all__ = ["Pacers"]


class Pacers:
    """Leads the breath of one or two people as the scene of a guide asks for it.

    Parameters
    ----------
    tell
        Told of every change.
    """

    def __init__(self, tell: Callable[[PacerChange], None]) -> None:
        self._tell = tell
        self._own = Pacer()
        self._partners = Pacer()

    @property
    def segment(self) -> PacerSegment | None:
        """The pacer in force, ``None`` while it stands still."""
        return self._own.segment

    @property
    def partner_segment(self) -> PacerSegment | None:
        """The second person's own pacer, ``None`` where there is none or it stands still."""
        return self._partners.segment

    @property
    def present_step(self) -> BreathStep:
        """The part of the breath that holds; meaningless while it stands still."""
        return self._own.present_step

    @property
    def next_step_s(self) -> float:
        """When the next part of the breath begins, ``inf`` while it stands still."""
        return self._own.next_step_s

    @property
    def is_in_breath_next(self) -> bool:
        """Whether the part that begins then is a new breath."""
        return self._own.coming_step() is BreathStep.IN

    def step(self) -> None:
        """Go on to the part of the breath that begins now."""
        self._own.step()

    def breathe_in(self, t_s: float, scene: Scene) -> None:
        """Begin the breath that is due, as a scene with a pattern has it."""
        assert scene.pattern is not None  # noqa: S101 - the leader has seen to it
        if self._is_other(scene.pattern):
            self._start(t_s, scene.pattern)
        else:
            self._own.step()
        self._follow_partner(t_s, scene.partner_pattern)

    def change(self, t_s: float, pattern: BreathPattern | None) -> None:
        """Follow a breath that a person chose within this very one, where one is led."""
        if pattern is not None and self._is_other(pattern):
            self._own.change(t_s, pattern)
            self._tell(PacerChange(t_s, self._own.segment))

    def follow(self, t_s: float, scene: Scene) -> None:
        """Begin or stop as a scene asks; another breath waits for the next in-breath."""
        if scene.pattern is None and self._own.segment is not None:
            self._own.stop()
            self._tell(PacerChange(t_s, None))
        elif scene.pattern is not None and self._own.segment is None:
            self._start(t_s, scene.pattern)
        self._follow_partner(t_s, scene.partner_pattern)

    def stand_still(self, t_s: float) -> None:
        """Stop both."""
        for pacer, role in ((self._own, Role.CLIENT), (self._partners, Role.PARTNER)):
            if pacer.segment is not None:
                pacer.stop()
                self._tell(PacerChange(t_s, None, role))

    def _is_other(self, pattern: BreathPattern) -> bool:
        segment = self._own.segment
        return segment is not None and segment.pattern != pattern

    def _start(self, t_s: float, pattern: BreathPattern) -> None:
        self._own.start(t_s, pattern)
        self._tell(PacerChange(t_s, self._own.segment))

    def _follow_partner(self, t_s: float, wanted: BreathPattern | None) -> None:
        segment = self._partners.segment
        if wanted is None:
            if segment is not None:
                self._partners.stop()
                self._tell(PacerChange(t_s, None, Role.PARTNER))
            return
        if segment is None:
            self._partners.start(t_s, wanted)
        elif wanted != segment.pattern:
            self._partners.change(t_s, wanted)
        else:
            return
        self._tell(PacerChange(t_s, self._partners.segment, Role.PARTNER))
