"""A line through values of unknown size, with the height it spans."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from biofeedback.ui import theme

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from PySide6.QtGui import QPaintEvent

__all__ = ["ValueTrace"]

# More points than this cannot be told apart in a line as wide as a window.
_MOST_POINTS = 1200


class ValueTrace(QWidget):
    """Draws values over time; a place without a reading is a hole.

    Parameters
    ----------
    name
        For a screen reader.
    shown
        How a value is written at the edge.
    """

    def __init__(self, name: str, shown: Callable[[float], str]) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._shown = shown
        self._runs: list[QPolygonF] = []
        self._low = self._high = np.nan
        self.dress()

    def dress(self) -> None:
        """Put on the text size in force."""
        self.setFixedHeight(theme.px(130))

    @property
    def n_points(self) -> int:
        """How many points are drawn."""
        return sum(run.size() for run in self._runs)

    def draw(self, t_s: NDArray[np.float64], values: NDArray[np.float64]) -> None:
        """Draw values at their times, both of shape ``(n_samples,)``."""
        step = -(-values.size // _MOST_POINTS) if values.size else 1
        t_s, values = t_s[::step], values[::step]
        is_finite = np.isfinite(values)
        self._runs = []
        if np.any(is_finite):
            self._low, self._high = float(values[is_finite].min()), float(values[is_finite].max())
            # Each point between 0 and 1, and placed where it is painted.
            span_s = max(float(t_s[-1] - t_s[0]), 1e-9)
            span = self._high - self._low
            across = (t_s - t_s[0]) / span_s
            up = (values - self._low) / span if span > 0 else np.full(values.size, 0.5)
            starts = np.flatnonzero(np.diff(is_finite.astype(np.int8), prepend=0) == 1)
            ends = np.flatnonzero(np.diff(is_finite.astype(np.int8), append=0) == -1)
            for start, end in zip(starts, ends, strict=True):
                run = slice(start, end + 1)
                points = zip(across[run].tolist(), up[run].tolist(), strict=True)
                self._runs.append(QPolygonF([QPointF(x, y) for x, y in points]))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Wide and low."""
        return QSize(400, theme.px(130))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the line, and its highest and lowest value at the edge."""
        c = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rim = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(QPen(QColor(c.line), 1))
        painter.setBrush(QColor(c.background))
        painter.drawRoundedRect(rim, 8, 8)
        if self._runs:
            edge = theme.px(92)
            room = rim.adjusted(10, 10, -edge, -10)
            painter.setPen(QPen(QColor(c.text), 1.6))
            for run in self._runs:
                placed = QPolygonF(
                    [
                        QPointF(
                            room.left() + point.x() * room.width(),
                            room.bottom() - point.y() * room.height(),
                        )
                        for point in run.toList()
                    ]
                )
                if placed.size() == 1:
                    painter.drawEllipse(placed.at(0), 1.0, 1.0)
                else:
                    painter.drawPolyline(placed)
            painter.setFont(theme.text_font(13))
            painter.setPen(QColor(c.muted))
            words = QRectF(room.right() + 8, room.top(), edge - 12, room.height())
            if self._high > self._low:
                top, bottom = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignBottom
                painter.drawText(words, top, self._shown(self._high))
                painter.drawText(words, bottom, self._shown(self._low))
            else:
                painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self._shown(self._low))
        painter.end()
