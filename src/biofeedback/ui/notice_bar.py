"""A line below the top bar for what has to be said once, in full."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from biofeedback.ui.focus import leave_focus
from biofeedback.ui.messages import window_words
from biofeedback.ui.page import label
from biofeedback.ui.widgets.controls import button

__all__ = ["NoticeBar", "stacked"]


class NoticeBar(QFrame):
    """One line under the top bar, for something said once."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("notice")
        self._words = label("", wraps=True)
        self._close = button(window_words.GOT_IT)
        self._close.clicked.connect(self.put_away)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 8, 24, 8)
        row.addWidget(self._words, 1)
        row.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    @property
    def text(self) -> str:
        """What it says, empty while it is away."""
        return "" if self.isHidden() else self._words.text()

    def put_away(self) -> None:
        """Be gone. Enter then means what it means on the page, never the next button."""
        leave_focus(self)
        self.hide()

    def say(self, text: str) -> None:
        """Show a line; the one before gives way."""
        self._words.setText(text)
        self._close.setAccessibleName(f"{window_words.GOT_IT}: {text}")
        self.show()


def stacked(*widgets: QWidget) -> QWidget:
    """Return widgets one under the other, without gaps."""
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for widget in widgets:
        column.addWidget(widget)
    return box
