"""A whole session's heart rate in one look, gaps kept, however long it was."""

from __future__ import annotations

from math import floor, isfinite
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from biofeedback.ui import theme
from biofeedback.ui.messages import summary_words, time_words

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QPaintEvent

__all__ = ["Curve", "runs_by_column"]

_GUTTER_PX, _FOOT_PX = 38, 24


def runs_by_column(
    t_s: NDArray[np.float64], values: NDArray[np.float64], n_columns: int, duration_s: float
) -> list[NDArray[np.float64]]:
    """Return the curve as unbroken runs, thinned to what a screen can show.

    Parameters
    ----------
    t_s, values
        Shape ``(n_samples,)``, times increasing; a ``nan`` value ends a run.
    n_columns
        Width of the picture in pixels.
    duration_s
        The time that the width spans.

    Returns
    -------
    list of ndarray, each of shape (n_points, 2)
        Column and value. A run with no more than two samples a column is given as it is;
        beyond that, the first, least, greatest and last of each column stand for it, so that
        no peak is lost.
    """
    runs = []
    is_there = np.isfinite(values)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], is_there, [False])).astype(np.int8)))
    for start, end in edges.reshape(-1, 2):
        x = t_s[start:end] / duration_s * n_columns
        y = values[start:end]
        if y.size > 4 * max(x[-1] - x[0], 1.0):
            keep: list[int] = []
            column = np.floor(x)
            firsts = np.flatnonzero(np.diff(column, prepend=column[0] - 1))
            for first, after in zip(firsts, [*firsts[1:], y.size], strict=True):
                inside = y[first:after]
                picks = {0, int(inside.argmin()), int(inside.argmax()), inside.size - 1}
                keep.extend(int(first) + pick for pick in sorted(picks))
            x, y = x[keep], y[keep]
        runs.append(np.column_stack((x, y)))
    return runs


class Curve(QWidget):
    """Draws one measure over a whole session, with its range and its length."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(110)
        self._t_s = self._values = np.empty(0)
        self._start_s, self._duration_s = 0.0, 1.0

    def set_curve(
        self, t_s: NDArray[np.float64], values: NDArray[np.float64], duration_s: float
    ) -> None:
        """Show another session."""
        self._t_s, self._values = t_s, values
        first_s, last_s = (float(t_s[0]), float(t_s[-1])) if t_s.size else (0.0, 0.0)
        # A beat may fall a little outside of the session: the beginning of its interval did not.
        self._start_s = min(first_s, 0.0)
        self._duration_s = max(duration_s, last_s, 1.0) - self._start_s
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Wide and low."""
        return QSize(900, 130)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint all of it."""
        c = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.text_font(12))
        painter.setPen(QColor(c.muted))
        there = self._values[np.isfinite(self._values)]
        if not there.size:
            painter.setFont(theme.text_font(theme.BODY_PX))
            painter.drawText(
                self.rect(), Qt.AlignmentFlag.AlignCenter, summary_words.SUMMARY_NO_BEATS
            )
            painter.end()
            return
        low, high = float(there.min()), float(there.max())
        pad = max((high - low) * 0.08, 2.0)
        low, high = low - pad, high + pad
        gutter, foot = theme.px(_GUTTER_PX), theme.px(_FOOT_PX)
        area = QRectF(gutter, 4, self.width() - gutter - 4, self.height() - foot - 8)
        self._paint_scales(painter, area, low, high)
        painter.setPen(QPen(QColor(c.heart), 1.4))
        n_columns = max(floor(area.width()), 1)
        for run in runs_by_column(
            self._t_s - self._start_s, self._values, n_columns, self._duration_s
        ):
            spots = [
                QPointF(
                    area.left() + x,
                    area.bottom() - (y - low) / (high - low) * area.height(),
                )
                for x, y in run.tolist()
            ]
            if len(spots) == 1:
                painter.drawPoint(spots[0])
            else:
                painter.drawPolyline(QPolygonF(spots))
        painter.end()

    def _paint_scales(self, painter: QPainter, area: QRectF, low: float, high: float) -> None:
        c = theme.colors()
        step = next(s for s in (2, 5, 10, 20, 50, 100, 200) if (high - low) / s <= 4.2)
        level = step * np.ceil(low / step)
        while isfinite(level) and level <= high:
            y = area.bottom() - (level - low) / (high - low) * area.height()
            painter.setPen(QPen(QColor(c.line), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(QColor(c.muted))
            painter.drawText(
                QRectF(0, y - 12, area.left() - 8, 24),
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                f"{level:.0f}",
            )
            level += step
        foot = QRectF(area.left(), area.bottom() + 4, area.width(), self.height() - area.bottom())
        painter.drawText(foot, Qt.AlignmentFlag.AlignLeft, "00:00")
        painter.drawText(foot, Qt.AlignmentFlag.AlignRight, time_words.clock_time(self._duration_s))
