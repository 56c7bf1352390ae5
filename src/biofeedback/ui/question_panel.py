"""A question that waits for an answer, and room to leave it out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from biofeedback.ui.announce import announce
from biofeedback.ui.focus import leave_focus
from biofeedback.ui.leading import command_words, guide_title, is_own_question, question_of
from biofeedback.ui.messages.lead_words import lead_words, with_key
from biofeedback.ui.page import label, let_go
from biofeedback.ui.widgets.controls import button
from biofeedback.ui.widgets.even_rows import EvenRows

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from biofeedback.guides.words import QuestionWords
    from biofeedback.samples import GuideState

__all__ = ["QuestionPanel"]

_MOST_POINTS = 10
# The Roman ten: no key has two digits, and a 1 that waits for a 0 would be a slow 1.
_TEN_KEY = Qt.Key.Key_X
# A question that is still there this long after its answer was not heard, or is asked again.
_HEARD_AFTER_S = 2.0
_SPACE_PX = 8


class QuestionPanel(QFrame):
    """Shows the question of a `GuideState`; out of sight while there is none.

    It never takes the focus. Its keys are those of its answers: 1 and on, or 0 to 9 and X on a
    scale.

    Signals: ``asked(str, dict)`` with the command that is the answer, and its arguments, and
    ``resized()`` when it has another size, as with another question.

    Parameters
    ----------
    is_wide
        Whether there is room beside the question.
    """

    asked = Signal(str, object)
    resized = Signal()

    def __init__(self, *, is_wide: bool = False) -> None:
        super().__init__()
        self.setObjectName("card")
        self._language = "en"
        self._shown: object = None
        # The question that was answered or left out, and since when.
        self._put_away: object = None
        self._put_away_s: float | None = None
        self._is_left_out = False
        self._answers: list[QPushButton] = []
        self._keys: list[QShortcut] = []
        self._offer = label("", "heading", wraps=True)
        self._text = label("", "strong", wraps=True)
        self._low, self._high = label("", "small", wraps=True), label("", "small", wraps=True)
        self._high.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.skip_button = button(lead_words(self._language).skip, role="link")
        self.skip_button.clicked.connect(self._leave_out)
        self._skip_key = self._key(Qt.Key.Key_Escape, self._leave_out)
        self._grid = EvenRows(_SPACE_PX)
        self._ends = QWidget()
        ends = QHBoxLayout(self._ends)
        ends.setContentsMargins(0, 0, 0, 0)
        ends.addWidget(self._low, 1)
        ends.addWidget(self._high, 1)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 10 if is_wide else 4)
        column.setSpacing(8 if is_wide else 6)
        head = QHBoxLayout()
        head.addWidget(self._text, 1)
        column.addLayout(head)
        column.addWidget(self._offer)
        column.addLayout(self._grid)
        column.addWidget(self._ends)
        if is_wide:
            head.addWidget(self.skip_button, 0, Qt.AlignmentFlag.AlignTop)
        else:
            column.addWidget(self.skip_button, 0, Qt.AlignmentFlag.AlignRight)
        self.hide()

    @property
    def text(self) -> str:
        """The question, empty while there is none."""
        return "" if self.isHidden() else self._text.text()

    @property
    def answers(self) -> tuple[QPushButton, ...]:
        """A button for each answer."""
        return tuple(self._answers)

    def set_language(self, language: str) -> None:
        """Ask in another language from now on."""
        self._language = language
        self._shown = None

    def tell(self, state: GuideState | None, now_s: float, *, is_private: bool = False) -> None:
        """Show the question that waits, or none.

        Parameters
        ----------
        state
            What the guide asks for now; ``None`` while no session is under way.
        now_s
            Session time now.
        is_private
            Whether two people sit together who keep their bodies to themselves.
        """
        if state is None or not state.asks:
            self._shown = self._put_away = None
            self._stand_aside()
            return
        # The guide's own words at another place are another question. What is asked beside the
        # guide stays the same wherever the guide goes meanwhile.
        which: tuple[object, ...] = (state.asks, state.offer)
        if is_own_question(state, self._language):
            which += (state.guide, state.stage, state.place, state.count, state.way)
        if which == self._put_away:
            if self._put_away_s is None:
                self._put_away_s = now_s
            if self._is_left_out or 0.0 <= now_s - self._put_away_s < _HEARD_AFTER_S:
                return
            self._put_away = self._shown = None
        if which == self._shown:
            return
        question = question_of(state, self._language, is_private=is_private)
        if question is None:
            return
        self._shown = which
        self._ask(state, question)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Put as many answers side by side as there is room for."""
        super().resizeEvent(event)
        self._arrange()
        self.resized.emit()

    def _ask(self, state: GuideState, question: QuestionWords) -> None:
        self._clear()
        words = lead_words(self._language)
        offered, text = guide_title(state.offer, self._language), question.text
        self._text.setText(text)
        self._offer.setText(offered)
        self._offer.setVisible(bool(offered) and offered not in text)
        is_scale = not state.offer and not question.answers
        asked: dict[str, float | str] = {"question": state.asks}
        if state.offer:
            said = {**command_words(state.guide, self._language), **question.answers}
            for place, word in enumerate(("accept", "refuse"), start=1):
                self._add(place, said[word], partial(self._answer, word, {}))
        elif is_scale:
            for points in range(_MOST_POINTS + 1):
                self._add(
                    points, "", partial(self._answer, "answer", {**asked, "points": float(points)})
                )
        else:
            for place, (word, said_word) in enumerate(question.answers.items(), start=1):
                self._add(
                    place, said_word, partial(self._answer, "answer", {**asked, "word": word})
                )
        self._low.setText(question.low)
        self._high.setText(question.high)
        self._ends.setVisible(is_scale and bool(question.low or question.high))
        self.skip_button.setText(with_key(words.skip, "Esc"))
        self.skip_button.setAccessibleName(f"{words.skip}. {text}")
        # An offer has its refusal, as large as the other answer.
        self.skip_button.setVisible(not state.offer)
        self._skip_key.setEnabled(not state.offer)
        self.setAccessibleName(f"{words.question}: {text}")
        self.show()
        self._arrange()
        choices = (
            f"0: {question.low}. 10: {question.high}."
            if is_scale
            else ", ".join(each.text() for each in self._answers)
        )
        announce(self, " ".join(filter(None, (text, self._offer.text(), choices))))

    def _add(self, number: int, words: str, answer: object) -> None:
        made = button(
            with_key(str(number), words) if words else str(number), name=words or str(number)
        )
        if not words:
            made.setProperty("role", "point")
        made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        made.clicked.connect(answer)
        self._answers.append(made)
        key = _TEN_KEY if number == _MOST_POINTS else Qt.Key(Qt.Key.Key_0.value + number)
        if number == _MOST_POINTS:
            made.setToolTip(QKeySequence(key).toString())
        self._keys.append(self._key(key, answer))

    def _key(self, key: Qt.Key, act: object) -> QShortcut:
        made = QShortcut(QKeySequence(key), self)
        made.setAutoRepeat(False)
        made.activated.connect(act)
        return made

    def _answer(self, command: str, arguments: dict[str, float | str], *_checked: bool) -> None:
        self._put_aside(is_left_out=False)
        self.asked.emit(command, arguments)

    def _leave_out(self) -> None:
        self._put_aside(is_left_out=True)

    def _put_aside(self, *, is_left_out: bool) -> None:
        """Take a question that was answered away, without waiting to hear that it was."""
        self._put_away, self._put_away_s, self._is_left_out = self._shown, None, is_left_out
        self._stand_aside()

    def _stand_aside(self) -> None:
        if self.isHidden():
            return
        leave_focus(self)
        self.hide()

    def _clear(self) -> None:
        for key in self._keys:
            key.setParent(None)
            key.deleteLater()
        for gone in self._answers:
            self._grid.removeWidget(gone)
            let_go(gone)
        self._keys, self._answers = [], []

    def _arrange(self) -> None:
        margins = self._column.contentsMargins()
        self._grid.arrange(self._answers, self.width() - margins.left() - margins.right() - 2)
