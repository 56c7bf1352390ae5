"""Lays buttons out in even rows of as many as there is room for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QGridLayout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

__all__ = ["EvenRows"]


class EvenRows(QGridLayout):
    """A grid whose number of columns follows the width; all that is in it is as wide.

    Parameters
    ----------
    space_px
        Between two of them.
    """

    def __init__(self, space_px: int) -> None:
        super().__init__()
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(space_px)
        self._laid: tuple[tuple[QWidget, ...], int] = ((), 0)

    def minimumSize(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for one in a row: or what was laid out in a wide window kept it from narrowing."""
        whole = super().minimumSize()
        margins = self.contentsMargins()
        widths = (each.minimumSizeHint().width() for each in self._laid[0] if not each.isHidden())
        widest = max(widths, default=0) + margins.left() + margins.right()
        return QSize(min(widest, whole.width()), whole.height())

    def arrange(self, widgets: Sequence[QWidget], room_px: int) -> None:
        """Lay widgets out, in their order, within a width."""
        if not widgets:
            self._laid = ((), 0)
            return
        widest = max(each.sizeHint().width() for each in widgets) + self.spacing()
        fitting = (room_px + self.spacing()) // widest
        n_rows = -(-len(widgets) // max(min(fitting, len(widgets)), 1))
        n_columns = -(-len(widgets) // n_rows)
        laid = (tuple(widgets), n_columns)
        if laid == self._laid:
            return
        for column in range(self.columnCount()):
            self.setColumnStretch(column, 0)
        self._laid = laid
        for place, each in enumerate(widgets):
            self.addWidget(each, place // n_columns, place % n_columns)
        for column in range(n_columns):
            self.setColumnStretch(column, 1)
