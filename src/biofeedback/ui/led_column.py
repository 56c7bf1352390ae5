"""What stands beside the disc while a guide leads: what it is, its pace, and why that moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QTimer, Signal
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from biofeedback.runtime.snapshot import SessionState
from biofeedback.ui.announce import announce
from biofeedback.ui.leading import (
    BREATHING,
    guide_line,
    is_natural,
    leading_guide,
    numbers,
    question_of,
    stage_of,
)
from biofeedback.ui.messages.lead_words import lead_words, parts
from biofeedback.ui.page import label
from biofeedback.ui.question_panel import QuestionPanel
from biofeedback.ui.why_line import WhyLine
from biofeedback.ui.word_buttons import WordButtons

if TYPE_CHECKING:
    from collections.abc import Sequence

    from biofeedback.pacing import PacerSegment
    from biofeedback.runtime.snapshot import Snapshot

__all__ = ["LedColumn"]

_LAID_OUT_MS = 20


class LedColumn(QWidget):
    """Tells of the guide that leads, live or in a replay.

    Signals: ``asked(str, dict)`` with a command of `biofeedback.guides.leader`.

    Parameters
    ----------
    between
        What stands below the question and above the rest: time and end stay in sight there.
    is_replay
        Whether it only tells: of a recording nothing can be asked.
    """

    asked = Signal(str, object)

    def __init__(self, between: Sequence[QWidget] = (), *, is_replay: bool = False) -> None:
        super().__init__()
        self._is_replay = is_replay
        self._language = "en"
        self._stage: object = None
        self._bringing = QTimer(self)
        self._bringing.setSingleShot(True)
        self._bringing.setInterval(_LAID_OUT_MS)
        self._bringing.timeout.connect(self._bring_question)
        self._guide = label("", "label", wraps=True)
        self._pace = label("", "title", wraps=True)
        self._parts = label("", "muted", wraps=True)
        self._title = label("", "strong", wraps=True)
        self._text = label("", "muted", wraps=True)
        self._asks = label("", "muted", wraps=True)
        self.question = QuestionPanel()
        self.words = WordButtons(is_large=False)
        self.why = WhyLine(says_when=True)
        if is_replay:
            self.why.be_read_only()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        for words in (self._guide, self._pace, self._parts, self._title, self._text, self._asks):
            column.addWidget(words)
        column.addSpacing(4)
        for each in (self.question, *between, self.why, self.words):
            column.addWidget(each)
        for part in (self.question, self.words, self.why):
            part.asked.connect(self.asked)
        # Once all around it is laid out anew, which takes a few events more.
        self.question.resized.connect(self._bringing.start)

    @property
    def texts(self) -> tuple[str, ...]:
        """The guide, its pace, its parts, and title and text of the stage, as far as shown."""
        shown = (self._guide, self._pace, self._parts, self._title, self._text, self._asks)
        return tuple(words.text() for words in shown if not words.isHidden())

    def set_language(self, language: str) -> None:
        """Speak another language from now on."""
        self._language = language
        self._stage = None
        for part in (self.question, self.words, self.why):
            part.set_language(language)

    def clear(self) -> None:
        """Tell of nothing, before another recording."""
        for words in (self._guide, self._pace, self._parts, self._title, self._text, self._asks):
            _say(words, "")
        self._stage = None

    def tell(
        self, snapshot: Snapshot, now_s: float, state: SessionState, pacer: PacerSegment | None
    ) -> None:
        """Show one moment.

        Parameters
        ----------
        snapshot
            The newest picture of the session.
        now_s
            Session time now.
        state
            Where it is, counting what the person just asked for.
        pacer
            The pacer to follow; ``None`` when it stands still.
        """
        guide, told = leading_guide(snapshot), snapshot.guide
        is_under_way = state in {SessionState.RUNNING, SessionState.PAUSED}
        self._tell_pace(snapshot, pacer)
        stage = None if told is None else (guide, told.stage, told.way, told.place)
        if (guide, stage) != self._stage:
            is_new = self._stage is not None
            self._stage = (guide, stage)
            _say(self._guide, guide_line(snapshot, self._language))
            title, text = stage_of(told, self._language)
            _say(self._title, title)
            _say(self._text, text)
            if is_new and title and self.isVisible() and not self._is_replay:
                announce(self, f"{title}. {text}")
        self.why.tell(told, snapshot.decisions, now_s)
        if self._is_replay:
            _say(self._asks, _question(snapshot, self._language))
            self.words.tell("", ())
            return
        is_paused = state is SessionState.PAUSED
        can = told.can if told is not None and is_under_way else ()
        self.words.tell(guide, can, is_still=is_paused, stage="" if told is None else told.stage)
        self.question.tell(told if is_under_way else None, now_s)

    def _bring_question(self) -> None:
        """Scroll to the question where the column has too little height."""
        area = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        content = None if area is None else area.widget()
        if area is None or content is None or self.question.isHidden():
            return
        # Up and down alone: sideways there is nothing to see.
        top = self.question.mapTo(content, QPoint(0, 0)).y()
        bar, room = area.verticalScrollBar(), area.viewport().height()
        lowest = top + self.question.height() - room
        bar.setValue(min(max(bar.value(), lowest), top))

    def _tell_pace(self, snapshot: Snapshot, pacer: PacerSegment | None) -> None:
        """Tell the pace in force; in a pause the one before it, and none where none is led."""
        plan = snapshot.plan
        pattern = None if pacer is None else pacer.pattern
        if pattern is None and is_natural(snapshot):
            _say(self._pace, "")
            _say(self._parts, "")
            return
        # Of a pause from breathing as it comes there is no pace before it.
        is_first = not self._pace.text() and (
            snapshot.guide is None or snapshot.guide.step != "paused"
        )
        if pattern is None and is_first and plan and plan.guide == BREATHING:
            pattern = plan.pattern
        if pattern is not None:
            words = lead_words(self._language)
            pace = words.per_min.format(rate=pattern.breaths_per_min)
            _say(self._pace, numbers(pace, self._language))
            _say(self._parts, numbers(parts(pattern, self._language), self._language))


def _question(snapshot: Snapshot, language: str) -> str:
    """Return what was asked at this moment of a recording."""
    question = question_of(snapshot.guide, language)
    if question is None:
        return ""
    return f"{lead_words(language).question}: {question.text}"


def _say(words: QLabel, text: str) -> None:
    if words.text() != text:
        words.setText(text)
    if words.isHidden() is bool(text):
        words.setVisible(bool(text))
