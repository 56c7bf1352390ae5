"""One help line to read, and the form in which an own one is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from biofeedback.settings import HelpLine
from biofeedback.ui.page import label
from biofeedback.ui.widgets.ask_once import AskOnce
from biofeedback.ui.widgets.controls import button
from biofeedback.ui.widgets.field_grid import TextField

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from biofeedback.guides.help_lines import HelpWords

__all__ = ["LineForm", "OwnLine", "line_row"]


def line_row(name: str, number: str, note: str) -> QFrame:
    """Return a line to read; its number can be marked and copied."""
    made = QFrame()
    made.setObjectName("row")
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 10, 0, 10)
    row.setSpacing(14)
    words = QVBoxLayout()
    words.setSpacing(2)
    words.addWidget(label(name, "strong", wraps=True))
    if note:
        words.addWidget(label(note, "small", wraps=True))
    row.addLayout(words, 3)
    shown = label(number, "value", wraps=True)
    shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    shown.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    shown.setAccessibleName(f"{name}: {number}")
    row.addWidget(shown, 2)
    return made


class OwnLine(QWidget):
    """A line of the person's own, to be changed or removed.

    Signals: ``change_wanted()``; ``removed()``.

    Parameters
    ----------
    line
        What is shown.
    words
        What the buttons say.
    """

    change_wanted = Signal()
    removed = Signal()

    def __init__(self, line: HelpLine, words: HelpWords) -> None:
        super().__init__()
        self.line = line
        self.change_button = button(words.change, name=f"{words.change}: {line.name}")
        self.change_button.clicked.connect(self.change_wanted)
        self.remove_button = AskOnce(
            words.remove, words.remove_sure, words.remove_yes, words.remove_no
        )
        self.remove_button.confirmed.connect(self.removed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 6)
        column.setSpacing(0)
        column.addWidget(line_row(line.name, line.number, line.note))
        row = QHBoxLayout()
        row.addWidget(self.change_button)
        row.addWidget(self.remove_button)
        row.addStretch(1)
        column.addLayout(row)


class LineForm(QWidget):
    """Fields for a line of the person's own.

    Signals: ``kept(HelpLine)``; ``left()`` without keeping anything.

    Parameters
    ----------
    words
        What it says.
    """

    kept = Signal(object)
    left = Signal()

    def __init__(self, words: HelpWords) -> None:
        super().__init__()
        self._needs = words.needs
        self.name = TextField(words.field_name)
        self.number = TextField(words.field_number)
        self.note = TextField(words.field_note)
        self.keep_button = button(words.keep, role="primary")
        self.leave_button = button(words.leave)
        self._trouble = label("", "warm", wraps=True)
        self._trouble.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 6)
        column.setSpacing(4)
        for field in (self.name, self.number, self.note):
            title = label(field.accessibleName(), "label")
            title.setBuddy(field)
            column.addWidget(title)
            column.addWidget(field)
            field.returnPressed.connect(self._keep)
        column.addWidget(self._trouble)
        row = QHBoxLayout()
        row.setContentsMargins(0, 6, 0, 0)
        row.addWidget(self.keep_button)
        row.addWidget(self.leave_button)
        row.addStretch(1)
        column.addLayout(row)
        self.keep_button.clicked.connect(self._keep)
        self.leave_button.clicked.connect(self.left)

    @property
    def trouble(self) -> str:
        """Why it cannot be kept yet, empty when nothing stands in the way."""
        return "" if self._trouble.isHidden() else self._trouble.text()

    def write(self, line: HelpLine) -> None:
        """Begin with a line, and be ready to be typed into."""
        self.name.setText(line.name)
        self.number.setText(line.number)
        self.note.setText(line.note)
        self._trouble.hide()
        self.name.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Let Escape leave things as they were."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _keep(self) -> None:
        parts = [field.text().strip() for field in (self.name, self.number, self.note)]
        if not (parts[0] and parts[1]):
            self._trouble.setText(self._needs)
            self._trouble.show()
            (self.number if parts[0] else self.name).setFocus()
            return
        self.kept.emit(HelpLine(name=parts[0], number=parts[1], note=parts[2]))
