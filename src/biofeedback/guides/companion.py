"""Watches over whoever is led: asks how it is, notices when it is too much, offers another way.

It stands beside every guide and knows none of them. Its time, in seconds, begins with the session
and leaves pauses out; it goes on when one guide gives way to another.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from biofeedback.guides.body import BodyNow
    from biofeedback.guides.guide import Turn

__all__ = ["Advice", "Companion"]


@dataclass(frozen=True, slots=True)
class Advice:
    """What follows from a call.

    Parameters
    ----------
    turns
        Decisions and their reasons.
    ease
        Why the guide is to make it easier; empty when it is not.
    switch_to
        The guide that is to begin in place of the present one; empty for none.
    options
        What it begins with.
    """

    turns: tuple[Turn, ...] = ()
    ease: str = ""
    switch_to: str = ""
    options: Mapping[str, float | str] = field(default_factory=dict)


_NOTHING = Advice()


class Companion:
    """Watches over one session."""

    def __init__(self) -> None:
        self._asks = ""
        self._offer = ""

    @property
    def asks(self) -> str:
        """The question that waits for an answer, empty when none does."""
        return self._asks

    @property
    def offer(self) -> str:
        """The guide that the question offers, where it offers one."""
        return self._offer

    @property
    def due_s(self) -> float:
        """When it wants to be woken next, ``inf`` for never; after `wake` it is later."""
        return inf

    def begin(self, guide: str, options: Mapping[str, float | str]) -> None:
        """Learn with what the session begins; ``guide`` is empty where none leads."""

    def wake(self, c_s: float, body: BodyNow) -> Advice:
        """Do what was due."""
        return _NOTHING

    def sense(self, c_s: float, body: BodyNow) -> Advice:
        """Hear that ``body`` has new measures."""
        return _NOTHING

    def hear(
        self, c_s: float, word: str, arguments: Mapping[str, float | str], body: BodyNow
    ) -> Advice:
        """Follow an answer to its question, or ``accept`` and ``refuse``."""
        return _NOTHING

    def resumed(self, c_s: float) -> None:
        """Hear that a pause is over: what was measured before it tells of another state."""
