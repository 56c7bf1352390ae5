"""Where among all steps this one is: a dot for each, a longer one for the present."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from biofeedback.ui import theme
from biofeedback.ui.messages.lead_words import lead_words

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

__all__ = ["PlaceDots"]

_DOT_PX, _LONG_PX, _GAP_PX = 9, 34, 10
_LEAST_PX = 3


class PlaceDots(QWidget):
    """Shows a place among many; a screen reader says ``Step 2 of 5``."""

    def __init__(self) -> None:
        super().__init__()
        self._place, self._n_places = 0, 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    @property
    def place(self) -> tuple[int, int]:
        """The place, from 1, and how many there are."""
        return (self._place, self._n_places)

    def show_place(self, place: int, n_places: int, language: str = "en") -> None:
        """Show a place; out of sight where there is no order."""
        is_known = 0 < place <= n_places
        told = (place, n_places) if is_known else (0, 0)
        words = lead_words(language).place.format(place=told[0], n_places=told[1])
        if told == self.place and self.accessibleName() == words:
            return
        self._place, self._n_places = told
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.setVisible(is_known)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for all of them side by side."""
        dot, gap = theme.px(_DOT_PX), theme.px(_GAP_PX)
        width = theme.px(_LONG_PX) + max(self._n_places - 1, 0) * (dot + gap)
        return QSize(width, dot + 6)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """They shrink where there is little width."""
        return QSize(max(self._n_places, 1) * 2 * _LEAST_PX, theme.px(_DOT_PX) + 6)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint them: what is behind in the accent, what is to come in outline."""
        c = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wanted = self.sizeHint().width()
        factor = min(self.width() / wanted, 1.0) if wanted else 1.0
        dot, gap = theme.px(_DOT_PX) * factor, theme.px(_GAP_PX) * factor
        long = theme.px(_LONG_PX) * factor
        left = (self.width() - wanted * factor) / 2
        for place in range(1, self._n_places + 1):
            width = long if place == self._place else dot
            mark = QRectF(left, (self.height() - dot) / 2, width, dot)
            left += width + gap
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(c.breath))
            if place > self._place:
                painter.setPen(QColor(c.edge))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                mark.adjust(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(mark, mark.height() / 2, mark.height() / 2)
        painter.end()
