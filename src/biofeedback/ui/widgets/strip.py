"""A small live strip: what one sensor sends, for a glance."""

from __future__ import annotations

from math import ceil, floor, inf
from typing import TYPE_CHECKING, Any

import numpy as np
import shiboken6
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from biofeedback.ui import theme
from biofeedback.ui.widgets.trace_points import thinned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent

    from biofeedback.ui.widgets.trace_points import Run

__all__ = ["Strip"]

_MARGIN_PX = 3
_LINE_PX = 1.5
# A line that needs less height than before is given more of it bit by bit: it must not jump.
_CLOSER = 0.06


class Strip(QWidget):
    """Draws the last seconds of one stream, or words when there is nothing to draw."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(80, 54)
        # It paints its own ground, so that what lies under it is not painted many times a second.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._runs: Sequence[Run] = ()
        self._role = "breath"
        self._end_s = 0.0
        self._window_s = 30.0
        self._low, self._high = inf, -inf
        self._words = ""

    @property
    def words(self) -> str:
        """What it says in place of a line; empty while there is one."""
        return self._words

    def draw(
        self,
        runs: Sequence[Run],
        role: str,
        end_s: float,
        *,
        window_s: float = 30.0,
        least_span: float = 1e-9,
    ) -> None:
        """Draw unbroken runs up to a session time.

        Parameters
        ----------
        runs
            Each ``(t_s, values)`` with times increasing.
        role
            Which of the theme's colors: ``heart``, ``skin``, ``breathing``.
        end_s
            Session time at the right edge.
        window_s
            How much of the past is shown.
        least_span
            How much the height spans at least, so that noise does not look like a signal.
        """
        if (role, window_s) != (self._role, self._window_s) or self._words:
            self._low, self._high = inf, -inf
        seen = [_between(run, end_s - window_s, end_s) for run in runs]
        self._runs = [run for run in seen if run[0].size > 1]
        self._role, self._end_s, self._window_s, self._words = role, end_s, window_s, ""
        self._fit(least_span)
        self.update()

    def say(self, words: str) -> None:
        """Show words in place of a line."""
        if words != self._words:
            self._words = words
            self._runs = ()
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Wide and low."""
        return QSize(360, 64)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the line or the words."""
        c = theme.colors()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(c.panel))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(_MARGIN_PX, _MARGIN_PX, -_MARGIN_PX, -_MARGIN_PX)
        if self._words:
            self._paint_words(painter, area)
        else:
            self._paint_line(painter, area)
        painter.end()

    def _paint_line(self, painter: QPainter, area: QRectF) -> None:
        # Qt draws a line of one device pixel fifty times as fast as one of a pixel and a half: a
        # few of them close beside each other look the same.
        pen = QPen(QColor(getattr(theme.colors(), self._role)), 1)
        pen.setCosmetic(True)
        painter.setPen(pen)
        ratio = self.devicePixelRatioF()
        n_lines = ceil(_LINE_PX * ratio)
        apart = _LINE_PX / 2 / n_lines
        step_s = self._window_s / max(area.width(), 1.0)
        start_s = floor((self._end_s - self._window_s) / step_s) * step_s
        lines = [self._polyline(thinned(run, start_s, step_s), area) for run in self._runs]
        painter.translate(-apart * (n_lines - 1) / 2, -apart * (n_lines - 1) / 2)
        for _ in range(n_lines):
            for line in lines:
                painter.drawPolyline(line)
            painter.translate(apart, apart)

    def _paint_words(self, painter: QPainter, area: QRectF) -> None:
        c = theme.colors()
        low = min(area.height(), theme.px(56))
        box = QRectF(area.left() + 1, area.center().y() - low / 2, area.width() - 2, low)
        painter.setPen(QPen(QColor(c.line), 1, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(box, 10, 10)
        painter.setPen(QColor(c.muted))
        painter.drawText(
            box.adjusted(8, 2, -8, -2),
            Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap,
            self._words,
        )

    def _fit(self, least_span: float) -> None:
        """Make room for all that is drawn, at once; take room away slowly."""
        if not self._runs:
            return
        low = min(float(values.min()) for _, values in self._runs)
        high = max(float(values.max()) for _, values in self._runs)
        # A level that does not move lies in the middle.
        missing = max(least_span - (high - low), 0.0) / 2
        low, high = low - missing, high + missing
        if self._high >= self._low:
            low = min(low, self._low + _CLOSER * (low - self._low))
            high = max(high, self._high + _CLOSER * (high - self._high))
        self._low, self._high = low, high

    def _polyline(self, run: Run, area: QRectF) -> QPolygonF:
        t_s, values = run
        line = QPolygonF()
        line.resize(t_s.size)
        # Written where Qt keeps them: a point made in Python for each would cost most of a frame.
        # Their stubs do not know that such a pointer is a buffer.
        pointer: Any = shiboken6.VoidPtr
        points = np.frombuffer(pointer(line.data(), t_s.size * 16, True)).reshape(-1, 2)
        points[:, 0] = area.right() - (self._end_s - t_s) * (area.width() / self._window_s)
        scale = area.height() / max(self._high - self._low, 1e-9)
        points[:, 1] = area.bottom() - (values - self._low) * scale
        return line


def _between(run: Run, start_s: float, end_s: float) -> Run:
    t_s, values = run
    first, last = np.searchsorted(t_s, (start_s, end_s))
    # One more on the left, so that the line runs to the edge.
    some = slice(max(int(first) - 1, 0), int(last))
    return t_s[some], values[some]
