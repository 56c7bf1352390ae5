"""Drives one guide by itself, without a leader: wakes it when it is due, tells it measures, words.

Times are guide time in seconds and may not go back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from biofeedback.guides.body import Body
from biofeedback.samples import Metric

if TYPE_CHECKING:
    from biofeedback.guides.guide import Guide, Turn

__all__ = ["Alone"]


class Alone:
    """A guide, and all that it decided."""

    def __init__(self, guide: Guide) -> None:
        self.guide = guide
        self.body = Body()
        self.g_s = 0.0
        self.turns: list[Turn] = []

    def until(self, g_s: float) -> Alone:
        """Let time pass."""
        guide = self.guide
        while not guide.is_over and guide.due_g_s <= g_s:
            due_g_s = guide.due_g_s
            assert due_g_s >= self.g_s, "what is due is never in the past"
            self.g_s = self.body.now_s = due_g_s
            self.turns += guide.wake(due_g_s, self.body)
            assert guide.due_g_s > due_g_s, "it sleeps after it was woken"
        self.g_s = self.body.now_s = max(g_s, self.g_s)
        return self

    def sense(self, g_s: float, quality: float = 1.0, **values: float) -> Alone:
        """Tell measures of a moment."""
        self.until(g_s)
        for name, value in values.items():
            self.body.take(Metric(g_s, name, value, "", 60.0, quality, source="skin"), g_s)
        if not self.guide.is_over:
            self.turns += self.guide.sense(g_s, self.body)
        return self

    def steadily(self, until_g_s: float, *, every_s: float = 1.0, **values: float) -> Alone:
        """Tell the same measures again and again, as long as the guide leads."""
        while self.g_s + every_s <= until_g_s and not self.guide.is_over:
            self.sense(self.g_s + every_s, **values)
        return self

    def say(self, g_s: float, word: str, /, **arguments: float | str) -> Alone:
        """Say a word."""
        self.until(g_s)
        if not self.guide.is_over:
            self.turns += self.guide.hear(g_s, word, arguments, self.body)
        return self

    @property
    def reasons(self) -> list[str]:
        """Reasons of all decisions, in order."""
        return [turn.reason for turn in self.turns]

    def end_s(self) -> float:
        """Let it lead to its end with nothing more to hear, and return when that was."""
        while not self.guide.is_over:
            self.until(self.guide.due_g_s)
        return self.g_s
