"""Asks once, in place, before something that cannot be taken back. No dialog in the way."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from biofeedback.ui.widgets.controls import button

__all__ = ["AskOnce"]


class AskOnce(QWidget):
    """A button; pressed, it gives way to a question with two answers.

    Signals: ``confirmed()``. The answer that changes nothing has the focus, and Escape gives it.

    Parameters
    ----------
    text
        What the button says.
    question
        What is asked.
    yes, no
        The answers.
    role
        The button's role in the stylesheet.
    """

    confirmed = Signal()

    def __init__(self, text: str, question: str, yes: str, no: str, *, role: str = "") -> None:
        super().__init__()
        self._first = button(text, role=role)
        self._question = QLabel(question)
        self._yes = button(yes, name=f"{yes}. {question}")
        self._no = button(no)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for widget in (self._first, self._question, self._no, self._yes):
            row.addWidget(widget)
        self._first.clicked.connect(self._ask)
        self._no.clicked.connect(self.step_back)
        self._yes.clicked.connect(self._confirm)
        self._show(is_asking=False)

    def step_back(self) -> None:
        """Ask no more: nothing happens."""
        had_focus = self._no.hasFocus() or self._yes.hasFocus()
        self._show(is_asking=False)
        if had_focus:
            self._first.setFocus()

    def event(self, event: QEvent) -> bool:
        """Let Escape give the answer that changes nothing."""
        if (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
            and not self._question.isHidden()
        ):
            self.step_back()
            return True
        return super().event(event)

    def _ask(self) -> None:
        self._show(is_asking=True)
        self._no.setFocus()

    def _confirm(self) -> None:
        self._show(is_asking=False)
        self.confirmed.emit()

    def _show(self, *, is_asking: bool) -> None:
        self._first.setVisible(not is_asking)
        for widget in (self._question, self._no, self._yes):
            widget.setVisible(is_asking)
