"""A small live strip: what one sensor sends, for a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from biofeedback.ui import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent

__all__ = ["Strip"]

WINDOW_S = 30.0


class Strip(QWidget):
    """Draws the last 30 s of one stream, or words when there is nothing to draw."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(80, 54)
        self._runs: list[list[tuple[float, float]]] = []
        self._role = "breath"
        self._now_s = 0.0
        self._words = ""

    @property
    def words(self) -> str:
        """What it says in place of a line; empty while there is one."""
        return self._words

    def draw(self, runs: Sequence[Sequence[tuple[float, float]]], role: str, now_s: float) -> None:
        """Draw unbroken runs of ``(t_s, value)`` up to a session time.

        Parameters
        ----------
        runs
            Each with times increasing.
        role
            Which of the theme's colors: ``heart``, ``skin``, ``breathing``.
        now_s
            Session time at the right edge.
        """
        oldest_s = now_s - WINDOW_S
        self._runs = [
            [sample for sample in run if sample[0] >= oldest_s] for run in runs if len(run) > 1
        ]
        self._role, self._now_s, self._words = role, now_s, ""
        self.update()

    def say(self, words: str) -> None:
        """Show words in place of a line."""
        if words != self._words:
            self._words = words
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Wide and low."""
        return QSize(360, 64)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the line or the words."""
        c = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(3, 3, -3, -3)
        if self._words:
            pen = QPen(QColor(c.line), 1, Qt.PenStyle.DashLine)
            painter.setPen(pen)
            painter.drawRoundedRect(area, 10, 10)
            painter.setPen(QColor(c.muted))
            painter.drawText(
                area, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._words
            )
            painter.end()
            return
        values = [value for run in self._runs for _, value in run]
        if values:
            low, high = min(values), max(values)
            # A level that does not move lies in the middle.
            middle, span = (low + high) / 2, max(high - low, 1e-9)
            painter.setPen(QPen(QColor(getattr(c, self._role)), 1.6))
            for run in self._runs:
                painter.drawPolyline(
                    QPolygonF(
                        [
                            QPointF(
                                area.right() - (self._now_s - t_s) / WINDOW_S * area.width(),
                                area.center().y() - (value - middle) / span * area.height(),
                            )
                            for t_s, value in run
                        ]
                    )
                )
        painter.end()
