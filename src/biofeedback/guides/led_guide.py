"""The guide that leads: which, for how long, and its own time beside that of the session."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from biofeedback.guides.catalogue import vocabulary
from biofeedback.guides.led_time import LedTime

if TYPE_CHECKING:
    from collections.abc import Mapping

    from biofeedback.guides.body import BodyNow
    from biofeedback.guides.guide import Guide, Turn

__all__ = ["LedGuide"]


class LedGuide:
    """One guide on its way through a session. Times are session time, in seconds.

    Parameters
    ----------
    name
        As in the catalogue; empty where none leads.
    guide
        It, ``None`` where none leads.
    duration_s
        For how long it may lead, ``inf`` for as long as it takes.
    """

    def __init__(self, name: str = "", guide: Guide | None = None, duration_s: float = inf) -> None:
        self.name = name
        self.guide = guide
        self._duration_s = duration_s
        self._time = LedTime()

    @property
    def due_s(self) -> float:
        """When the guide wants to be woken next, ``inf`` for never."""
        return inf if self.guide is None else self._time.moment_s(self.guide.due_g_s)

    @property
    def end_s(self) -> float:
        """When its time is up, ``inf`` while it stands still or has no end."""
        return self._time.moment_s(self._duration_s)

    @property
    def stage_until_s(self) -> float:
        """When the present stage is over, ``inf`` where that is not known."""
        return inf if self.guide is None else self._time.moment_s(self.guide.scene.until_g_s)

    def led_s(self, t_s: float) -> float:
        """Seconds that it has led up to a time, pauses left out."""
        return min(self._time.led_s(t_s), self._duration_s)

    # Its time.

    def start(self, t_s: float) -> None:
        """Let its time go on."""
        self._time.start(t_s)

    def stop(self, t_s: float) -> None:
        """Let its time stand still."""
        if self._time.is_running:
            self._time.stop(t_s)

    def let_question_wait(self, t_s: float, *, is_other_asked: bool) -> None:
        """Stand still while a question of the guide's own is behind another one.

        One question is put at a time, and none runs out before anybody has seen it. But a pacer
        goes on, and what has a length keeps to it: there the time goes on as well, and questions
        wait longer than any that comes before them.
        """
        if self.guide is None:
            return
        scene = self.guide.scene
        waits = scene.pattern is None and self._duration_s == inf
        is_behind = bool(waits and scene.asks and is_other_asked)
        if is_behind:
            self.stop(t_s)
        elif not self._time.is_running:
            self.start(t_s)

    # What it hears, nothing where none leads.

    def wake(self, body: BodyNow) -> tuple[Turn, ...]:
        """Let it do what is due."""
        return () if self.guide is None else self.guide.wake(self.guide.due_g_s, body)

    def breathe(self, t_s: float, body: BodyNow) -> tuple[Turn, ...]:
        """Let it choose the coming breath."""
        return () if self.guide is None else self.guide.breathe(self._time.led_s(t_s), body)

    def sense(self, t_s: float, body: BodyNow) -> tuple[Turn, ...]:
        """Let it know of new measures."""
        return () if self.guide is None else self.guide.sense(self._time.led_s(t_s), body)

    def hear(
        self, t_s: float, word: str, arguments: Mapping[str, float | str], body: BodyNow
    ) -> tuple[Turn, ...]:
        """Let it hear a word."""
        if self.guide is None:
            return ()
        return self.guide.hear(self._time.led_s(t_s), word, arguments, body)

    def has_answer(self, arguments: Mapping[str, float | str]) -> bool:
        """Tell whether the guide has such a question, and the question such an answer."""
        if self.guide is None:
            return False
        answers = vocabulary(self.name).questions.get(str(arguments.get("question", "")))
        if answers is None:
            return False
        if answers:
            return arguments.get("word") in answers
        points = arguments.get("points")
        return isinstance(points, int | float) and 0.0 <= points <= 10.0
