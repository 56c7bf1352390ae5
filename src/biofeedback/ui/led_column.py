"""What stands beside the disc while a guide leads: what it is, its pace, and why that moved."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QTimer, Signal
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from biofeedback.pacing import shown_per_min
from biofeedback.runtime.snapshot import SessionState
from biofeedback.ui.announce import announce
from biofeedback.ui.leading import (
    BREATHING,
    guide_line,
    is_natural,
    is_private,
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
    from collections.abc import Callable

    from biofeedback.pacing import PacerSegment
    from biofeedback.runtime.snapshot import Snapshot

__all__ = ["LedColumn"]

_LAID_OUT_MS = 20
# What is new is laid out more than once until it has its place.
_N_LOOKS = 2


class LedColumn(QWidget):
    """Tells of the guide that leads, live or in a replay.

    Signals: ``asked(str, dict)`` with a command of `biofeedback.guides.leader`.

    Parameters
    ----------
    beside
        What stands elsewhere and gives way to a question too.
    is_replay
        Whether it only tells: of a recording nothing can be asked.
    """

    asked = Signal(str, object)

    def __init__(self, *beside: QWidget, is_replay: bool = False) -> None:
        super().__init__()
        self._is_replay = is_replay
        self._beside = beside
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
        self._said = (self._guide, self._pace, self._parts, self._title, self._text, self._asks)
        self.question = QuestionPanel()
        self.words = WordButtons(is_large=False)
        self.why = WhyLine(says_when=True)
        if is_replay:
            self.why.be_read_only()
        # What gives way to a question where there is too little height, one after the other. Of
        # words that are aside the keys go on.
        self._gives_way: tuple[Callable[..., None], ...] = (
            partial(self._put_aside, self._parts),
            self.why.be_brief,
            *(partial(_put_away, each) for each in beside),
            partial(self._put_aside, self._text),
            self.words.be_brief,
            partial(self._put_aside, self._title),
        )
        self._n_aside = 0
        # For what room was last looked for, and how often that is still to be done.
        self._asked: object = None
        self._n_looks = 0
        self._aside: set[QLabel] = set()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        for words in self._said:
            column.addWidget(words)
        column.addSpacing(4)
        for each in (self.question, self.why, self.words):
            column.addWidget(each)
        for part in (self.question, self.words, self.why):
            part.asked.connect(self.asked)
        # Once all around it is laid out anew, which takes a few events more.
        self.question.resized.connect(self._bringing.start)

    @property
    def texts(self) -> tuple[str, ...]:
        """The guide, its pace, its parts, and title and text of the stage, as far as shown."""
        return tuple(words.text() for words in self._said if not words.isHidden())

    def set_language(self, language: str) -> None:
        """Speak another language from now on."""
        self._language = language
        self._stage = None
        for part in (self.question, self.words, self.why):
            part.set_language(language)

    def clear(self) -> None:
        """Tell of nothing, before another recording."""
        for words in self._said:
            self._say(words, "")
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
            self._say(self._guide, guide_line(snapshot, self._language))
            title, text = stage_of(told, self._language)
            self._say(self._title, title)
            self._say(self._text, text)
            if is_new and title and self.isVisible() and not self._is_replay:
                announce(self, f"{title}. {text}")
        # One of two may have gone over to this guide: it tells of no body all the same.
        is_for_two = is_private(snapshot)
        self.why.tell(told, snapshot.decisions, now_s, is_private=is_for_two)
        if self._is_replay:
            self._say(self._asks, _question(snapshot, self._language))
            self.words.tell("", ())
            return
        is_paused = state is SessionState.PAUSED
        can = told.can if told is not None and is_under_way else ()
        self.words.tell(guide, can, is_still=is_paused, stage="" if told is None else told.stage)
        self.question.tell(told if is_under_way else None, now_s, is_private=is_for_two)
        self._make_room()

    def _make_room(self) -> None:
        """Put aside what a question needs the height of, and no more than that."""
        area = self._area()
        if area is None or self.question.isHidden():
            self._give_way(0)
            self._asked = None
            return
        # With the words that are aside, so that it does not change by what is done here.
        said = tuple(words.text() for words in self._said)
        asked = (self.question.text, said, self.why.text, area.size())
        if asked != self._asked:
            self._asked, self._n_looks = asked, _N_LOOKS
        # Anew for what is new; later on only more, so that nothing goes to and fro.
        first = 0 if self._n_looks else self._n_aside
        if not self._n_looks and self._fits(area):
            return
        self._n_looks = max(self._n_looks - 1, 0)
        # All of it within this one event: only what comes of it is painted.
        for n_aside in range(first, len(self._gives_way) + 1):
            self._give_way(n_aside)
            self._lay_out_now(area)
            if self._fits(area):
                return

    def _lay_out_now(self, area: QScrollArea) -> None:
        """Lay out from the inside to the outside, where Qt takes an event or more for each level."""
        around = [each.parentWidget() for each in self._beside]
        widget: QWidget | None = self
        while widget is not None and widget is not area:
            around.append(widget)
            widget = widget.parentWidget()
        for each in (self.question, self.why, self.words, *around, area.parentWidget()):
            layout = None if each is None else each.layout()
            if layout is not None:
                layout.activate()
        if (content := area.widget()) is not None:
            # The area looks at its bar when this comes by.
            QCoreApplication.sendEvent(content, QEvent(QEvent.Type.LayoutRequest))

    def _fits(self, area: QScrollArea) -> bool:
        layout = self.layout()
        assert layout is not None  # noqa: S101 - made above
        return layout.totalHeightForWidth(self.width()) <= area.viewport().height()

    def _give_way(self, n_aside: int) -> None:
        if n_aside == self._n_aside:
            return
        self._n_aside = n_aside
        for place, put in enumerate(self._gives_way):
            put(is_brief=place < n_aside)

    def _put_aside(self, words: QLabel, *, is_brief: bool) -> None:
        (self._aside.add if is_brief else self._aside.discard)(words)
        self._say(words, words.text())

    def _area(self) -> QScrollArea | None:
        area = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        return area

    def _bring_question(self) -> None:
        """Scroll to the question where the column has too little height."""
        area = self._area()
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
            self._say(self._pace, "")
            self._say(self._parts, "")
            return
        # Of a pause from breathing as it comes there is no pace before it.
        is_first = not self._pace.text() and (
            snapshot.guide is None or snapshot.guide.step != "paused"
        )
        if pattern is None and is_first and plan and plan.guide == BREATHING:
            pattern = plan.pattern
        if pattern is not None:
            words = lead_words(self._language)
            pace = words.per_min.format(rate=shown_per_min(pattern.breaths_per_min))
            self._say(self._pace, numbers(pace, self._language))
            self._say(self._parts, numbers(parts(pattern, self._language), self._language))

    def _say(self, words: QLabel, text: str) -> None:
        if words.text() != text:
            words.setText(text)
        is_shown = bool(text) and words not in self._aside
        if words.isHidden() is is_shown:
            words.setVisible(is_shown)


def _put_away(widget: QWidget, *, is_brief: bool) -> None:
    widget.setHidden(is_brief)


def _question(snapshot: Snapshot, language: str) -> str:
    """Return what was asked at this moment of a recording."""
    question = question_of(snapshot.guide, language, is_private=is_private(snapshot))
    if question is None:
        return ""
    return f"{lead_words(language).question}: {question.text}"
