"""The heart rate of the last 60 s beside the pacer, painted as it happens.

The picture is kept and scrolled by whole pixel columns; only what is new is painted. What
may still change, the beats that are not confirmed yet, is painted over it in each frame. So
a frame costs the same in hour 8 as in minute 1, and nothing at all when no column is due.

Where the points lie is in `wave_points`, the line through them in `wave_curve`.
"""

from __future__ import annotations

from collections import deque
from math import floor, inf, isfinite, nan
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from biofeedback.ui import theme
from biofeedback.ui.messages import wave_words
from biofeedback.ui.widgets.breath_line import BreathLine
from biofeedback.ui.widgets.wave_curve import curve_paths
from biofeedback.ui.widgets.wave_points import points_of, wave_points

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from biofeedback.pacing import PacerSegment
    from biofeedback.runtime.snapshot import Snapshot
    from biofeedback.samples import Beat
    from biofeedback.ui.widgets.wave_points import WavePoint

__all__ = ["HeartWave"]

WINDOW_S = 60.0
_LEAST_SPAN_BPM = 14.0
_MARGIN = 0.12
# Columns of one dash of the pacer's line and of the space after it.
_DASH, _SPACE = 6, 5


def _source(snapshot: Snapshot | None) -> str:
    """Return whose beats a snapshot holds, nothing while there are none."""
    return snapshot.beats[-1].source if snapshot is not None and snapshot.beats else ""


def _why_empty(snapshot: Snapshot) -> str:
    has_rr = {status.has_rr for status in snapshot.sensors.values()}
    if True in has_rr:
        return wave_words.WAVE_WAITING
    return wave_words.WAVE_WITHOUT_RR if False in has_rr else wave_words.WAVE_EMPTY


class HeartWave(QWidget):
    """Scrolls the last 60 s.

    Give it each new `Snapshot` with `set_snapshot` and the time of each frame with `advance`.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(84)
        self.setAccessibleName(wave_words.WAVE_TITLE)
        self._points: deque[WavePoint] = deque()
        self._tail: list[WavePoint] = []
        self._last_beat_s = -inf
        self._ended_s = nan
        # The time of the newest point up to which the line stands in the kept picture.
        self._painted_s = -inf
        self._snapshot: Snapshot | None = None
        self._breath = BreathLine()
        self._picture: QPixmap | None = None
        self._column = 0  # of the picture's right edge, counted from session time zero
        self._now_s = 0.0
        self._next_dash = 0
        self._low_bpm = nan
        self._high_bpm = nan
        self._empty_words = wave_words.WAVE_EMPTY

    @property
    def range_bpm(self) -> tuple[float, float]:
        """What the height spans, ``nan`` before the first beat."""
        return (self._low_bpm, self._high_bpm)

    @property
    def has_breath(self) -> bool:
        """Whether a sensor of breathing gives a line of its own."""
        return bool(self._breath)

    @property
    def words(self) -> str:
        """What stands in place of a wave, empty while there is one."""
        return "" if self._points or self._tail else self._empty_words

    @property
    def points(self) -> tuple[WavePoint, ...]:
        """Every point shown, confirmed ones first."""
        return (*self._points, *self._tail)

    def set_snapshot(self, snapshot: Snapshot) -> None:
        """Take the newest picture of the session."""
        before = self._snapshot
        if snapshot is before:
            return
        self._snapshot = snapshot
        self._empty_words = _why_empty(snapshot)
        newest_s = snapshot.beats[-1].t_s if snapshot.beats else -inf
        is_other = _source(snapshot) != (_source(before) or _source(snapshot))
        is_back = before is not None and snapshot.t_s < before.t_s
        if is_back or is_other or newest_s < self._last_beat_s:
            self._forget()
        fresh = _newer(snapshot.beats, self._last_beat_s)
        if fresh:
            self._points.extend(wave_points(fresh, self._ended_s))
            measured = [beat.t_s for beat in fresh if isfinite(beat.rr_ms)]
            self._ended_s = measured[-1] if measured else self._ended_s
            self._last_beat_s = fresh[-1].t_s
        pending = [beat for beat in snapshot.pending if beat[0] > self._last_beat_s]
        self._tail = points_of(pending, self._ended_s)
        is_refit = self._breath.set_points(snapshot.breathing)
        if self._fit_range() or is_refit:
            self._picture = None
        elif fresh and self._picture is not None:
            if self._x(self._last_beat_s) > self._device_width():
                # Nobody looked for a while: what came meanwhile has no place in the kept picture.
                self._picture = None
            else:
                self._paint_confirmed()
        self.update()

    def advance(self, now_s: float) -> None:
        """Scroll to a session time."""
        self._now_s = now_s
        column = floor(now_s * self._columns_per_s())
        if self._picture is None:
            self._repaint_picture()
        elif column != self._column:
            self._scroll_to(column)
        else:
            return
        oldest_s = now_s - WINDOW_S - 5.0
        while self._points and self._points[0].t_s < oldest_s:
            self._points.popleft()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Wide and low."""
        return QSize(900, 170)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Start the picture anew at the new size."""
        self._picture = None
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Start the picture anew in new colors."""
        if event.type() in {QEvent.Type.StyleChange, QEvent.Type.PaletteChange}:
            self._picture = None
            self.update()
        super().changeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Show the kept picture and paint what may still change."""
        if self._picture is None:
            self._repaint_picture()
        assert self._picture is not None  # noqa: S101 - just made
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        if self._points or self._tail:
            self._paint_tail(painter)
        else:
            self._paint_words(painter)
        painter.end()

    def _paint_words(self, painter: QPainter) -> None:
        """Say why there is no wave, on a ground of its own: the pacer's line may be there."""
        c = theme.colors()
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.setFont(theme.text_font(theme.BODY_PX))
        taken = painter.boundingRect(self.rect(), flags, self._empty_words)
        painter.fillRect(taken.adjusted(-8, -4, 8, 4), QColor(c.background))
        painter.setPen(QColor(c.muted))
        painter.drawText(self.rect(), flags, self._empty_words)

    def _forget(self) -> None:
        self._points.clear()
        self._last_beat_s = self._painted_s = -inf
        self._ended_s = self._low_bpm = self._high_bpm = nan
        self._next_dash = 0
        self._picture = None

    # Where things lie. A column is one pixel of the device.

    def _device_width(self) -> int:
        return max(round(self.width() * self.devicePixelRatioF()), 1)

    def _columns_per_s(self) -> float:
        return self._device_width() / WINDOW_S

    def _x(self, t_s: float) -> float:
        """Return device pixels from the left edge."""
        return t_s * self._columns_per_s() - (self._column - self._device_width())

    def _y(self, bpm: float) -> float:
        height = self.height() * self.devicePixelRatioF()
        return height * (1.0 - (bpm - self._low_bpm) / (self._high_bpm - self._low_bpm))

    def _spot(self, point: WavePoint) -> QPointF:
        return QPointF(self._x(point.t_s), self._y(point.bpm))

    def _fit_range(self) -> bool:
        """Widen the range at once when a beat leaves it; narrow it only when it is far too wide."""
        rates = [point.bpm for point in self._points]
        rates.extend(point.bpm for point in self._tail)
        if not rates:
            return False
        low, high = min(rates), max(rates)
        span = max(high - low, _LEAST_SPAN_BPM)
        is_inside = low >= self._low_bpm and high <= self._high_bpm
        if is_inside and self._high_bpm - self._low_bpm < 2.2 * span:
            return False
        middle = (low + high) / 2
        half = span / 2 * (1 + 2 * _MARGIN)
        self._low_bpm, self._high_bpm = middle - half, middle + half
        return True

    # The kept picture.

    def _repaint_picture(self) -> None:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self._device_width(), max(round(self.height() * ratio), 1))
        picture.fill(QColor(theme.colors().background))
        picture.setDevicePixelRatio(ratio)
        self._picture = picture
        self._painted_s = -inf
        # At another width this moment is another column.
        self._column = floor(self._now_s * self._columns_per_s())
        self._next_dash = (self._column - self._device_width()) // (_DASH + _SPACE)
        self._paint_dashes()
        self._breath.restart()
        self._paint_breath()
        self._paint_confirmed()

    def _scroll_to(self, column: int) -> None:
        assert self._picture is not None  # noqa: S101 - the caller looked
        moved = column - self._column
        width, height = self._device_width(), self._picture.height()
        self._column = column
        if not 0 < moved < width:
            self._repaint_picture()
            return
        self._picture.scroll(-moved, 0, QRect(0, 0, width, height))
        painter = QPainter(self._picture)
        ratio = self._picture.devicePixelRatio()
        painter.scale(1 / ratio, 1 / ratio)
        painter.fillRect(QRect(width - moved, 0, moved, height), QColor(theme.colors().background))
        painter.end()
        self._paint_dashes()
        self._paint_breath()

    def _painter(self) -> QPainter:
        assert self._picture is not None  # noqa: S101 - the callers looked
        painter = QPainter(self._picture)
        ratio = self._picture.devicePixelRatio()
        painter.scale(1 / ratio, 1 / ratio)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        return painter

    def _paint_dashes(self) -> None:
        """Paint each dash of the pacer that lies wholly in the past and is not painted yet."""
        stride = _DASH + _SPACE
        end = (self._column - _DASH - 2) // stride
        if self._snapshot is None or end < self._next_dash:
            return
        history = self._snapshot.pacer_history
        first, self._next_dash = self._next_dash, end + 1
        if not history:
            return
        painter = self._painter()
        color = QColor(theme.colors().breath)
        color.setAlphaF(0.75)
        painter.setPen(_pen(color, 1.5 * self.devicePixelRatioF()))
        height = self.height() * self.devicePixelRatioF()
        per_s = self._columns_per_s()
        left = self._column - self._device_width()
        for dash in range(first, end + 1):
            path = QPainterPath()
            for column in range(dash * stride, dash * stride + _DASH + 1, 2):
                depth = _depth_at(history, column / per_s)
                if depth is None:
                    path = QPainterPath()
                    break
                spot = QPointF(column - left, height * (0.86 - 0.72 * depth))
                if path.elementCount():
                    path.lineTo(spot)
                else:
                    path.moveTo(spot)
            painter.drawPath(path)
        painter.end()

    def _paint_breath(self) -> None:
        """Add what was measured of the breath."""
        runs = list(self._breath.paths((self._column + 1) / self._columns_per_s()))
        if not runs:
            return
        height = self.height() * self.devicePixelRatioF()
        painter = self._painter()
        painter.setPen(_pen(QColor(theme.colors().breathing), 1.2 * self.devicePixelRatioF()))
        for run in runs:
            painter.drawPolyline([QPointF(self._x(t_s), height * (1.0 - at)) for t_s, at in run])
        painter.end()

    def _paint_confirmed(self) -> None:
        """Add the line up to the last beat but one, whose slope is known on both sides."""
        points = list(self._points)
        if len(points) < 2:
            return
        # The last piece hangs on a beat that is still to come; it is part of the tail.
        final = points[:-1]
        if final[-1].t_s <= self._painted_s:
            return
        painter = self._painter()
        painter.setPen(_pen(QColor(theme.colors().heart), 2.0 * self.devicePixelRatioF()))
        for path in curve_paths(points, self._spot, from_s=self._painted_s, until_s=final[-1].t_s):
            painter.drawPath(path)
        painter.end()
        self._painted_s = final[-1].t_s

    def _paint_tail(self, painter: QPainter) -> None:
        ratio = self.devicePixelRatioF()
        painter.scale(1 / ratio, 1 / ratio)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        points = [*self._points, *self._tail]
        color = QColor(theme.colors().heart)
        painter.setPen(_pen(color, 2.0 * ratio))
        for path in curve_paths(points, self._spot, from_s=self._painted_s, until_s=inf):
            painter.drawPath(path)
        last = points[-1]
        x = self._x(last.t_s)
        if x >= 0:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            radius = 4.0 * ratio
            edge = self._device_width() - radius
            painter.drawEllipse(QPointF(min(x, edge), self._y(last.bpm)), radius, radius)


def _newer(beats: Sequence[Beat], than_s: float) -> list[Beat]:
    """Return the beats after a time, oldest first, looking only at the end of the sequence."""
    count = 0
    while count < len(beats) and beats[-1 - count].t_s > than_s:
        count += 1
    return list(beats[len(beats) - count :])


def _depth_at(history: Sequence[tuple[float, float, PacerSegment]], t_s: float) -> float | None:
    for start_s, end_s, segment in reversed(history):
        if start_s <= t_s < end_s:
            return segment.at(t_s).depth
    return None


def _pen(color: QColor, width: float) -> QPen:
    pen = QPen(color, width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen
