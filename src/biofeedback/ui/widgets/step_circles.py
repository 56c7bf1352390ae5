"""A circle for each of the things that a step asks for; those that are done have a check mark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from biofeedback.ui import theme
from biofeedback.ui.messages.lead_words import lead_words

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QPaintEvent

__all__ = ["StepCircles"]

_SIZE_PX, _GAP_PX = 84, 18
_LEAST_PX = 20


class StepCircles(QWidget):
    """Shows how many are done. A press on it says that one more is.

    No stop of Tab: the button below it does the same.

    Signals: ``pressed()``.
    """

    pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._count, self._n_asked = 0, 0
        self._can_press = False
        self._share = 1.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    @property
    def count(self) -> int:
        """How many have a check mark."""
        return self._count

    @property
    def n_asked(self) -> int:
        """How many circles there are."""
        return self._n_asked

    def show_count(
        self, count: int, n_asked: int, *, can_press: bool, language: str = "en"
    ) -> None:
        """Show so many of so many; out of sight where nothing is counted.

        Parameters
        ----------
        count, n_asked
            As in `biofeedback.samples.GuideState`.
        can_press
            Whether one more can be said to be done.
        language
            Of what a screen reader says.
        """
        told = (min(count, n_asked), n_asked, can_press)
        if told == (self._count, self._n_asked, self._can_press) and self.accessibleName():
            return
        self._count, self._n_asked, self._can_press = told
        words = lead_words(language).done.format(count=self._count, n_asked=n_asked)
        self.setAccessibleName(words)
        self.setCursor(
            Qt.CursorShape.PointingHandCursor if can_press else Qt.CursorShape.ArrowCursor
        )
        self.setVisible(n_asked > 0)
        self.updateGeometry()
        self.update()

    def set_share(self, share: float) -> None:
        """Be smaller than they like, where there is little height."""
        if share != self._share:
            self._share = share
            self.updateGeometry()
            self.update()

    @property
    def _size_px(self) -> int:
        return round(theme.px(_SIZE_PX) * self._share)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for all of them side by side, as large as they like to be."""
        size, gap = self._size_px, theme.px(_GAP_PX)
        return QSize(self._n_asked * size + max(self._n_asked - 1, 0) * gap + 4, size + 4)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """They shrink where there is little width."""
        return QSize(max(self._n_asked, 1) * _LEAST_PX, self._size_px + 4)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Take a press anywhere on it: nobody has to aim with eyes half closed."""
        if event.button() == Qt.MouseButton.LeftButton and self._can_press:
            self.pressed.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint them in a row."""
        if not self._n_asked:
            return
        c = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        share = _GAP_PX / _SIZE_PX
        widest = (self.width() - 4) / (self._n_asked + share * (self._n_asked - 1))
        size = min(float(self._size_px), widest)
        gap = size * share
        left = (self.width() - self._n_asked * size - (self._n_asked - 1) * gap) / 2
        for place in range(self._n_asked):
            circle = QRectF(left + place * (size + gap), (self.height() - size) / 2, size, size)
            inside = circle.adjusted(1.5, 1.5, -1.5, -1.5)
            if place >= self._count:
                painter.setPen(QPen(QColor(c.edge), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(inside)
                continue
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(c.breath))
            painter.drawEllipse(inside)
            self._paint_check(painter, circle.center(), size)
        painter.end()

    def _paint_check(self, painter: QPainter, center: QPointF, size: float) -> None:
        pen = QPen(QColor(theme.colors().on_breath), max(size * 0.03, 1.8))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        reach = size * 0.11
        painter.drawPolyline(
            QPolygonF(
                [
                    center + QPointF(-reach, 0.1 * reach),
                    center + QPointF(-0.3 * reach, 0.8 * reach),
                    center + QPointF(reach, -0.7 * reach),
                ]
            )
        )
