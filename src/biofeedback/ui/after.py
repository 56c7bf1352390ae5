"""Two questions after the end: how was it, and how much distress there is now."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from math import isfinite
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from biofeedback.ui.focus import leave_focus
from biofeedback.ui.messages.after_words import after_words, distress_before
from biofeedback.ui.messages.care_words import care_for, care_words
from biofeedback.ui.page import label
from biofeedback.ui.widgets.controls import button
from biofeedback.ui.widgets.even_rows import EvenRows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from PySide6.QtGui import QResizeEvent

__all__ = ["AfterQuestions"]

HOW, DISTRESS, DISTRESS_BEFORE = "how", "distress", "distress_before"
_POINTS = {float(number): str(number) for number in range(11)}


class _Choice(QWidget):
    """One question with its answers; the chosen one is pressed, and can be taken back.

    Signals: ``chosen()``.
    """

    chosen = Signal()

    def __init__(self, answers: Iterable[float | str], role: str) -> None:
        super().__init__()
        self._question = label("", "strong", wraps=True)
        self._buttons: dict[float | str, QPushButton] = {}
        self._rows = EvenRows(6)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        head = QHBoxLayout()
        self.note = label("", "muted")
        head.addWidget(self._question, 1)
        head.addWidget(self.note)
        column.addLayout(head)
        column.addLayout(self._rows)
        for word in answers:
            made = button("", role=role)
            # In its window before it has its place there, or Tab would come to it last.
            made.setParent(self)
            made.setCheckable(True)
            made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            made.clicked.connect(partial(self._choose, word))
            self._buttons[word] = made

    @property
    def buttons(self) -> tuple[QPushButton, ...]:
        """The answers, in order."""
        return tuple(self._buttons.values())

    @property
    def answer(self) -> float | str | None:
        """What is chosen, ``None`` while nothing is."""
        return next((word for word, each in self._buttons.items() if each.isChecked()), None)

    def ask(self, question: str, answers: Mapping[Any, str]) -> None:
        """Put it into the words of a language."""
        self._question.setText(question)
        for word, made in self._buttons.items():
            made.setText(answers[word])
            made.setAccessibleName(f"{question} {answers[word]}")

    def choose(self, word: float | str) -> None:
        """Choose an answer, as its button does."""
        self._buttons[word].setChecked(True)
        self._choose(word)

    def clear(self) -> None:
        """Choose nothing."""
        for each in self._buttons.values():
            each.setChecked(False)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Put as many answers side by side as there is room for."""
        super().resizeEvent(event)
        self._rows.arrange(tuple(self._buttons.values()), self.width())

    def _choose(self, word: float | str, *_checked: bool) -> None:
        for other, each in self._buttons.items():
            if other != word:
                each.setChecked(False)
        self.chosen.emit()


class AfterQuestions(QFrame):
    """Asks, and takes every answer at once; to leave both out is as easy.

    Signals: ``answered(dict)`` with all that is chosen so far, whenever that changes;
    ``help_wanted()``.
    """

    answered = Signal(object)
    help_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self._before = float("nan")
        self._language = "en"
        self.how = _Choice(after_words(self._language).how_answers, "choice")
        self.distress = _Choice(_POINTS, "choice-point")
        self.aside_button = button("", role="link")
        self.aside_button.clicked.connect(self._put_aside)
        self._said = label("", "small", wraps=True)
        self._care = label("", "warm", wraps=True)
        self.help_button = button("", role="link")
        self.help_button.clicked.connect(self.help_wanted)
        self._care_box = QWidget()
        care = QVBoxLayout(self._care_box)
        care.setContentsMargins(0, 8, 0, 0)
        care.setSpacing(2)
        care.addWidget(self._care)
        care.addWidget(self.help_button, 0, Qt.AlignmentFlag.AlignLeft)
        self._care_box.hide()
        ends = QHBoxLayout()
        self._none, self._most = label("", "small"), label("", "small")
        ends.addWidget(self._none, 1)
        ends.addWidget(self._most, 0, Qt.AlignmentFlag.AlignRight)
        right = QVBoxLayout()
        right.setSpacing(2)
        right.addWidget(self.distress)
        right.addLayout(ends)
        self._left = QWidget()
        left = QVBoxLayout(self._left)
        left.setContentsMargins(0, 0, 0, 0)
        left.addWidget(self.how)
        foot = QHBoxLayout()
        foot.addWidget(self.aside_button)
        foot.addWidget(self._said, 1)
        left.addLayout(foot)
        self._right = QWidget()
        self._right.setLayout(right)
        right.setContentsMargins(0, 0, 0, 0)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(20, 14, 20, 12)
        self._grid.setHorizontalSpacing(30)
        self.be_narrow(is_narrow=False)
        self._order_keys()
        for choice in (self.how, self.distress):
            choice.chosen.connect(self._tell)
        self._say_all()

    @property
    def answers(self) -> dict[str, float | str]:
        """What is chosen, by the question's word, and what was said of distress before."""
        chosen = {HOW: self.how.answer, DISTRESS: self.distress.answer}
        answers = {question: each for question, each in chosen.items() if each is not None}
        if answers and isfinite(self._before):
            answers[DISTRESS_BEFORE] = self._before
        return answers

    @property
    def care(self) -> str:
        """What is said to the answers, empty where they ask for nothing."""
        return "" if self._care_box.isHidden() else self._care.text()

    @property
    def before(self) -> float:
        """What was said of distress before, 0 to 10; ``nan`` where nothing was."""
        return self._before

    def ask(self, before: float) -> None:
        """Ask after another session.

        Parameters
        ----------
        before
            What was said of distress before, 0 to 10; ``nan`` where nothing was.
        """
        self._before = before
        self.how.clear()
        self.distress.clear()
        self._said.clear()
        self._tell_care()
        self._tell_before()

    def set_language(self, language: str) -> None:
        """Ask in the language of the guides; what was answered stays."""
        if language != self._language:
            self._language = language
            self._say_all()

    def tell_kept(self) -> None:
        """Say that the answers are kept."""
        self._said.setText(after_words(self._language).kept)

    def be_narrow(self, *, is_narrow: bool) -> None:
        """Put the questions one under the other, or side by side."""
        top = Qt.AlignmentFlag.AlignTop
        self._grid.addWidget(self._left, 0, 0, top)
        self._grid.addWidget(self._right, int(is_narrow), int(not is_narrow), top)
        self._grid.addWidget(self._care_box, 1 + int(is_narrow), 0, 1, 1 if is_narrow else 2)
        self._grid.setColumnStretch(0, 2)
        self._grid.setColumnStretch(1, 0 if is_narrow else 3)

    def _order_keys(self) -> None:
        """Let Tab go as the eye does: through the answers before leaving them out."""
        stops = (*self.how.buttons, self.aside_button, *self.distress.buttons, self.help_button)
        for first, second in pairwise(stops):
            QWidget.setTabOrder(first, second)

    def _say_all(self) -> None:
        words, care = after_words(self._language), care_words(self._language)
        self.how.ask(words.how, words.how_answers)
        self.distress.ask(words.distress, _POINTS)
        self._none.setText(words.distress_none)
        self._most.setText(words.distress_most)
        for made, text in ((self.aside_button, words.leave_out), (self.help_button, care.help)):
            made.setText(text)
            made.setAccessibleName(text)
        if self._said.text():
            self.tell_kept()
        self._tell_before()
        self._tell_care()

    def _tell_before(self) -> None:
        is_known = isfinite(self._before)
        told = distress_before(self._before, self._language) if is_known else ""
        self.distress.note.setText(told)

    def _tell(self) -> None:
        self._tell_care()
        self.answered.emit(self.answers)

    def _tell_care(self) -> None:
        self._care.setText(care_for(self.answers, self._before, self._language))
        if not self._care.text():
            leave_focus(self._care_box)
        self._care_box.setVisible(bool(self._care.text()))

    def _put_aside(self) -> None:
        """Take back what was chosen: then nothing is kept of it."""
        had_answers = bool(self.answers)
        self.how.clear()
        self.distress.clear()
        self._said.clear()
        if had_answers:
            self._tell()
        self.window().setFocus()
        self.hide()
