"""A box to tick, with words that may be as long as they need to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QCheckBox, QSizePolicy

from biofeedback.ui import theme

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QPaintEvent

__all__ = ["TickBox"]

_BOX_PX, _GAP_PX, _LEAST_PX, _WIDEST_PX = 20, 12, 120, 420
# Room for the ring that tells of the focus.
_LEFT_PX = 5
_WRAPS = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


class TickBox(QCheckBox):
    """One of several things that may be true at once; its words wrap.

    Parameters
    ----------
    text
        What it says.
    """

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setAccessibleName(text)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        """Its words wrap."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """Room for the words at a width, and for a finger."""
        room = QRect(0, 0, max(width - self._before_px(), 1), 10_000)
        words = self.fontMetrics().boundingRect(room, _WRAPS, self.text())
        return max(words.height() + 10, theme.TARGET_PX)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Its words in one line, unless that is very long."""
        words_px = self.fontMetrics().horizontalAdvance(self.text()) + 2
        width = min(words_px, theme.px(_WIDEST_PX)) + self._before_px()
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for the box and a word."""
        return QSize(theme.px(_LEAST_PX), theme.TARGET_PX)

    def hitButton(self, position: QPoint) -> bool:  # noqa: N802 - Qt's name
        """Let all of it be pressed."""
        return self.rect().contains(position)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the box, its tick, and the words beside it."""
        c = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = theme.px(_BOX_PX)
        box = QRectF(_LEFT_PX, (self.height() - edge) / 2, edge, edge)
        if self.hasFocus():
            painter.setPen(QPen(QColor(c.focus), 2))
            painter.drawRoundedRect(box.adjusted(-4, -4, 4, 4), 8, 8)
        painter.setPen(QPen(QColor(c.breath if self.isChecked() else c.edge), 1.4))
        painter.setBrush(QColor(c.breath if self.isChecked() else c.background))
        painter.drawRoundedRect(box, 5, 5)
        if self.isChecked():
            pen = QPen(QColor(c.on_breath), edge * 0.12)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            corners = ((0.25, 0.53), (0.43, 0.70), (0.76, 0.32))
            painter.drawPolyline(
                QPolygonF([box.topLeft() + QPointF(edge * x, edge * y) for x, y in corners])
            )
        painter.setPen(QColor(c.text if self.isEnabled() else c.muted))
        painter.drawText(self.rect().adjusted(self._before_px(), 0, 0, 0), _WRAPS, self.text())
        painter.end()

    def _before_px(self) -> int:
        return theme.px(_BOX_PX) + theme.px(_GAP_PX) + _LEFT_PX
