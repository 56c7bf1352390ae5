"""Fields with their names above them, as many side by side as there is room for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from biofeedback.ui import theme
from biofeedback.ui.page import label

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

__all__ = ["Field", "FieldGrid", "NumberField", "TextField"]

# Room that one field has at least, at 100 %.
_FIELD_PX = 200
_MOST_ACROSS = 4


class TextField(QLineEdit):
    """A line to write in."""

    def __init__(self, name: str, text: str = "") -> None:
        super().__init__(text)
        self.setAccessibleName(name)
        self.setMinimumHeight(theme.TARGET_PX)


class NumberField(TextField):
    """A number of any size, or nothing.

    Parameters
    ----------
    name
        What it is, for a screen reader.
    empty
        What stands there while it is empty.
    """

    def __init__(self, name: str, text: str = "", empty: str = "") -> None:
        super().__init__(name, text)
        self.setPlaceholderText(empty)

    @property
    def number(self) -> float | None:
        """What is written, ``None`` for nothing.

        Raises
        ------
        ValueError
            If it is no number.
        """
        # A comma is how many people write the point.
        text = self.text().strip().replace(",", ".").replace("−", "-")
        return float(text) if text else None

    @number.setter
    def number(self, number: float | None) -> None:
        self.setText("" if number is None else f"{number:.10g}")


class Field(QWidget):
    """A control below its name, with a quiet line under it where there is something to add."""

    def __init__(self, name: str, control: QWidget) -> None:
        super().__init__()
        self._name = label(name, "label")
        self._name.setBuddy(control)
        self._note = label("", "small", wraps=True)
        self._note.hide()
        self.control = control
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self._name)
        column.addWidget(control)
        column.addWidget(self._note)
        column.addStretch(1)

    @property
    def note(self) -> QLabel:
        """The line under it."""
        return self._note

    def rename(self, name: str) -> None:
        """Give it another name."""
        self._name.setText(name)
        self.control.setAccessibleName(name)

    def say(self, note: str) -> None:
        """Say something under it, or nothing."""
        if note != self._note.text():
            self._note.setText(note)
            self._note.setVisible(bool(note))


class FieldGrid(QWidget):
    """Fields in rows; those that are hidden leave no hole.

    Parameters
    ----------
    field_px
        Room that one field has at least, at 100 %.
    """

    def __init__(self, field_px: int = _FIELD_PX) -> None:
        super().__init__()
        self._field_px = field_px
        self._fields: list[Field] = []
        self._is_shown: list[bool] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(10)
        self._n_across = 0

    def add(self, name: str, control: QWidget) -> Field:
        """Add a control below its name."""
        made = Field(name, control)
        self._fields.append(made)
        self._is_shown.append(True)
        self._arrange()
        return made

    def show_fields(self, shown: dict[Field, bool]) -> None:
        """Show some fields and hide others."""
        after = [
            shown.get(field, was) for field, was in zip(self._fields, self._is_shown, strict=True)
        ]
        if after != self._is_shown:
            self._is_shown = after
            self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Put as many side by side as there is room for."""
        super().resizeEvent(event)
        if self._n_wanted != self._n_across:
            self._arrange()

    @property
    def _n_wanted(self) -> int:
        return min(max(self.width() // theme.px(self._field_px), 1), _MOST_ACROSS)

    def _arrange(self) -> None:
        before, self._n_across = self._n_across, self._n_wanted
        for field in self._fields:
            self._grid.removeWidget(field)
        shown = [f for f, is_shown in zip(self._fields, self._is_shown, strict=True) if is_shown]
        for place, field in enumerate(shown):
            row, column = divmod(place, self._n_across)
            self._grid.addWidget(field, row, column, Qt.AlignmentFlag.AlignTop)
        for field, is_shown in zip(self._fields, self._is_shown, strict=True):
            if field.isHidden() is is_shown:
                field.setVisible(is_shown)
        for column in range(max(before, self._n_across)):
            self._grid.setColumnStretch(column, int(column < self._n_across))
