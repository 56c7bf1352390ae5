"""Lays buttons out in even rows of as many as there is room for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

__all__ = ["EvenRows"]


class EvenRows(QGridLayout):
    """A grid whose number of columns follows the width.

    Parameters
    ----------
    space_px
        Between two of them.
    are_alike
        Whether all get the same width; else each its own, from the middle.
    """

    def __init__(self, space_px: int, *, are_alike: bool = True) -> None:
        super().__init__()
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(space_px)
        self._are_alike = are_alike
        self._laid: tuple[tuple[QWidget, ...], int] = ((), 0)

    def arrange(self, widgets: Sequence[QWidget], room_px: int) -> None:
        """Lay widgets out, in their order, within a width."""
        if not widgets:
            self._laid = ((), 0)
            return
        widest = max(each.sizeHint().width() for each in widgets) + self.spacing()
        fitting = (room_px + self.spacing()) // widest
        if not self._are_alike:
            whole = sum(each.sizeHint().width() + self.spacing() for each in widgets)
            fitting = len(widgets) if whole <= room_px + self.spacing() else fitting
        n_rows = -(-len(widgets) // max(min(fitting, len(widgets)), 1))
        n_columns = -(-len(widgets) // n_rows)
        laid = (tuple(widgets), n_columns)
        if laid == self._laid:
            return
        for column in range(self.columnCount()):
            self.setColumnStretch(column, 0)
        self._laid = laid
        side = Qt.AlignmentFlag(0) if self._are_alike else Qt.AlignmentFlag.AlignVCenter
        for place, each in enumerate(widgets):
            self.addWidget(each, place // n_columns, place % n_columns, side)
        if self._are_alike:
            for column in range(n_columns):
                self.setColumnStretch(column, 1)
