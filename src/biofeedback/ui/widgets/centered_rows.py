"""Lays buttons of different widths out in rows around the middle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

__all__ = ["CenteredRows"]


class CenteredRows(QVBoxLayout):
    """As few rows as there is room for, each about as wide as the others.

    Parameters
    ----------
    space_px
        Between two of them, and between two rows.
    is_filled
        Whether they share the whole width.
    """

    def __init__(self, space_px: int, *, is_filled: bool = False) -> None:
        super().__init__()
        self._is_filled = is_filled
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(space_px)
        self._rows: list[QHBoxLayout] = []
        self._laid: list[list[QWidget]] = []

    def arrange(self, widgets: Sequence[QWidget], room_px: int) -> None:
        """Lay widgets out, in their order, within a width."""
        laid = self._even(widgets, room_px)
        if laid != self._laid:
            self._laid = laid
            self._place(laid)

    def _even(self, widgets: Sequence[QWidget], room_px: int) -> list[list[QWidget]]:
        """Return as few rows as possible, no wider than so many rows need."""
        laid = self._filled(widgets, room_px)
        whole = sum(each.sizeHint().width() + self.spacing() for each in widgets)
        for widest in range(whole // max(len(laid), 1), room_px, max(self.spacing(), 1)):
            trial = self._filled(widgets, widest)
            if len(trial) == len(laid):
                return trial
        return laid

    def _place(self, laid: list[list[QWidget]]) -> None:
        while len(self._rows) < len(laid):
            row = QHBoxLayout()
            row.setSpacing(self.spacing())
            self._rows.append(row)
            self.addLayout(row)
        margin = 0 if self._is_filled else 1
        for row in self._rows:
            while row.takeAt(0) is not None:
                pass
        for row, members in zip(self._rows, laid, strict=False):
            row.addStretch(margin)
            for each in members:
                row.addWidget(each, 1 - margin)
            row.addStretch(margin)

    def _filled(self, widgets: Sequence[QWidget], room_px: int) -> list[list[QWidget]]:
        rows: list[list[QWidget]] = []
        left_px = -1
        for each in widgets:
            width = each.sizeHint().width() + self.spacing()
            if width > left_px or not rows:
                rows.append([])
                left_px = room_px + self.spacing()
            rows[-1].append(each)
            left_px -= width
        return rows
