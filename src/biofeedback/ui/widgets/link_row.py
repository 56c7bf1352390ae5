"""A few links beside each other, or one under the other where there is too little width."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QBoxLayout, QWidget

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtGui import QResizeEvent

__all__ = ["LinkRow"]

_SPACE_PX = 4


class LinkRow(QWidget):
    """Asks for no more width than its widest link needs, however many there are.

    Parameters
    ----------
    links
        In their order; those that are hidden take no room.
    """

    def __init__(self, *links: QWidget) -> None:
        super().__init__()
        self._links = links
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(_SPACE_PX)
        for link in links:
            self._box.addWidget(link)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """All of them in a row."""
        widths = [*self._widths()]
        whole = sum(widths) + _SPACE_PX * max(len(widths) - 1, 0)
        return QSize(whole, self._box.sizeHint().height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """One under the other."""
        return QSize(max(self._widths(), default=0), self._box.minimumSize().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Stand in a row if there is room for it."""
        super().resizeEvent(event)
        self._turn()

    def tell(self) -> None:
        """Look at the links anew: some have other words, are shown or are hidden."""
        self._turn()
        self.updateGeometry()

    def _turn(self) -> None:
        has_room = self.width() >= self.sizeHint().width()
        row, column = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        wanted = row if has_room else column
        if self._box.direction() is not wanted:
            self._box.setDirection(wanted)
            self.updateGeometry()

    def _widths(self) -> Iterator[int]:
        return (link.sizeHint().width() for link in self._links if not link.isHidden())
