"""A sign that what is measured is being sent to other programs."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from biofeedback.ui import theme
from biofeedback.ui.widgets.chip import paint_pill

__all__ = ["SendingSign"]

_FONT_PX = 14
_ICON_PX = 20
_SIDE_PX = 12


class SendingSign(QWidget):
    """An arrow that leaves a box, and a few words.

    Where there is little room the arrow stands alone; the words stay in the tool tip and for a
    screen reader.
    """

    def __init__(self) -> None:
        super().__init__()
        self._words = ""
        self._is_warm = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def text(self) -> str:
        """What it says."""
        return self._words

    def tell(self, words: str, hint: str, *, is_warm: bool = False) -> None:
        """Say something new.

        Parameters
        ----------
        words
            What is sent, and how far.
        hint
            More about it, for the tool tip and a screen reader.
        is_warm
            Whether something is amiss.
        """
        if (words, hint, is_warm) == (self._words, self.accessibleDescription(), self._is_warm):
            return
        self._words, self._is_warm = words, is_warm
        self.setAccessibleName(words)
        self.setAccessibleDescription(hint)
        self.setToolTip("\n".join(filter(None, (words, hint))))
        self.updateGeometry()
        self.update()

    def short_width(self) -> int:
        """Return the width of the arrow alone, in pixels."""
        return theme.px(_ICON_PX + 2 * _SIDE_PX)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for arrow and words."""
        metrics = QFontMetrics(theme.text_font(_FONT_PX))
        width = self.short_width() + theme.px(8) + metrics.horizontalAdvance(self._words) + 2
        return QSize(width, max(metrics.height() + 12, 30))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for the arrow."""
        return QSize(self.short_width(), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the pill, the arrow, and the words where they fit."""
        c = theme.colors()
        painter = QPainter(self)
        pill = paint_pill(painter, self)
        self._paint_arrow(painter, QPointF(theme.px(_SIDE_PX + _ICON_PX / 2), pill.center().y()))
        left = self.short_width() - theme.px(4)
        if self.width() >= self.sizeHint().width():
            painter.setFont(theme.text_font(_FONT_PX))
            painter.setPen(QColor(c.text))
            room = QRectF(left, 0, self.width() - left, self.height())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, self._words)
        painter.end()

    def _paint_arrow(self, painter: QPainter, middle: QPointF) -> None:
        c = theme.colors()
        pen = QPen(QColor(c.warm if self._is_warm else c.breath), theme.px(1.7))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)

        def at(*corners: tuple[float, float]) -> QPolygonF:
            return QPolygonF([middle + QPointF(x, y) * theme.px(100) / 100 for x, y in corners])

        painter.drawPolyline(at((-1.0, -6.0), (-7.0, -6.0), (-7.0, 7.0), (6.0, 7.0), (6.0, 1.0)))
        painter.drawPolyline(at((-2.0, 2.0), (7.0, -7.0)))
        painter.drawPolyline(at((2.5, -7.0), (7.0, -7.0), (7.0, -2.5)))
