"""What an assessment found: the swing at each pace, how sure that is, and a pace to keep."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from biofeedback.pacing import shown_per_min
from biofeedback.ui import theme
from biofeedback.ui.focus import leave_focus
from biofeedback.ui.messages import summary_words
from biofeedback.ui.page import label
from biofeedback.ui.resonance_line import line_through
from biofeedback.ui.widgets.controls import button

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent

    from biofeedback.guides.resonance_result import CurvePoint, ResonanceResult

__all__ = ["ResonanceCard", "ResonanceCurve", "result_sentences"]

_GUTTER_PX, _FOOT_PX = 44, 26
# On either side of the slowest and the fastest pace.
_ROOM_PER_MIN = 0.2


def result_sentences(result: ResonanceResult) -> tuple[str, ...]:
    """Return what was found, and how far it can be trusted, in words."""
    verdict = result.verdict
    if not verdict.is_told:
        return (summary_words.RESULT_UNTOLD[verdict.value],)
    said = [
        summary_words.result_words(
            result.resonance_per_min, result.good_low_per_min, result.good_high_per_min
        )
    ]
    if isfinite(result.low_per_min) and isfinite(result.high_per_min):
        said.append(summary_words.result_range(result.low_per_min, result.high_per_min))
    if verdict.name == "FLAT":
        said.append(summary_words.RESULT_FLAT)
    if verdict.name == "UNSURE":
        said.append(summary_words.RESULT_UNSURE)
    return tuple(said)


class ResonanceCurve(QWidget):
    """Draws the swing at each pace, how sure it is, and the line that they make together."""

    def __init__(self) -> None:
        super().__init__()
        self._result: ResonanceResult | None = None
        self.setAccessibleName(summary_words.RESULT_CURVE)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_result(self, result: ResonanceResult) -> None:
        """Show another result."""
        self._result = result
        points = ", ".join(
            f"{shown_per_min(p.rate_per_min):.1f}: {p.swing_bpm:.1f} {summary_words.SWING_BPM}"
            for p in result.curve
        )
        top = ""
        if isfinite(result.resonance_per_min):
            top = summary_words.result_legend(result.resonance_per_min)
        self.setAccessibleDescription(f"{points}. {top}".strip())
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Wide and low."""
        return QSize(theme.px(460), theme.px(170))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint scales, the range of paces that are as good, and the curve."""
        result = self._result
        if result is None or not result.curve:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        gutter, foot = theme.px(_GUTTER_PX), theme.px(_FOOT_PX)
        area = QRectF(gutter, 8, self.width() - gutter - 8, self.height() - foot - 8)
        points = sorted(result.curve, key=lambda point: point.rate_per_min)
        low, high = points[0].rate_per_min - _ROOM_PER_MIN, points[-1].rate_per_min + _ROOM_PER_MIN
        line = line_through(points, result.resonance_per_min, low, high)
        place = _Place(area, points, line)
        self._paint_range(painter, area, place, result)
        self._paint_scales(painter, area, place, points)
        self._paint_line(painter, place, line)
        self._paint_points(painter, place, points)
        painter.end()

    def _paint_range(
        self, painter: QPainter, area: QRectF, place: _Place, result: ResonanceResult
    ) -> None:
        c = theme.colors()
        low, high = result.good_low_per_min, result.good_high_per_min
        if isfinite(low) and isfinite(high):
            shade = QColor(c.breath)
            shade.setAlphaF(0.16)
            left, right = place.x(low), place.x(high)
            painter.fillRect(QRectF(left, area.top(), right - left, area.height()), shade)
        if isfinite(result.resonance_per_min):
            painter.setPen(QPen(QColor(c.breath), 2))
            x = place.x(result.resonance_per_min)
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            words = f"{shown_per_min(result.resonance_per_min):.1f}"
            painter.setFont(theme.text_font(13, is_bold=True))
            room = QRectF(x + 6, area.bottom() - theme.px(24), theme.px(80), theme.px(20))
            painter.drawText(room, Qt.AlignmentFlag.AlignLeft, words)

    def _paint_scales(
        self, painter: QPainter, area: QRectF, place: _Place, points: list[CurvePoint]
    ) -> None:
        c = theme.colors()
        painter.setFont(theme.text_font(12))
        painter.setPen(QPen(QColor(c.line), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.setPen(QColor(c.muted))
        middle = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        for half in range(round(2 * place.low), round(2 * place.high) + 1):
            rate = half / 2
            if place.low <= rate <= place.high:
                x = place.x(rate)
                words = QRectF(x - 40, area.bottom() + 4, 80, _FOOT_PX * 2)
                painter.drawText(words, middle, f"{rate:.1f}")
        side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for swing in {min(p.swing_bpm for p in points), max(p.swing_bpm for p in points)}:
            y = place.y(swing)
            painter.drawText(QRectF(0, y - 12, area.left() - 8, 24), side, f"{swing:.1f}")

    def _paint_line(
        self, painter: QPainter, place: _Place, line: Sequence[tuple[float, float]]
    ) -> None:
        if not line:
            return
        painter.setPen(QPen(QColor(theme.colors().heart), 1.8))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF([place.spot(rate, swing) for rate, swing in line]))

    def _paint_points(self, painter: QPainter, place: _Place, points: list[CurvePoint]) -> None:
        """Paint what was measured, each with its error: no line from one to the next."""
        c = theme.colors()
        painter.setBrush(QColor(c.heart))
        for point in points:
            error = place.error(point)
            low = place.spot(point.rate_per_min, point.swing_bpm - error)
            high = place.spot(point.rate_per_min, point.swing_bpm + error)
            painter.setPen(QPen(QColor(c.muted), 1.2))
            painter.drawLine(low, high)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(place.spot(point.rate_per_min, point.swing_bpm), 3.5, 3.5)


class _Place:
    """Where a pace and a swing lie in the picture."""

    def __init__(
        self, area: QRectF, points: list[CurvePoint], line: Sequence[tuple[float, float]]
    ) -> None:
        self._area = area
        self.low = points[0].rate_per_min - _ROOM_PER_MIN
        self.high = points[-1].rate_per_min + _ROOM_PER_MIN
        swings = [swing for _, swing in line]
        self._most = max(*(p.swing_bpm + self.error(p) for p in points), *swings, 0.0)
        least = min(*(p.swing_bpm - self.error(p) for p in points), *swings, self._most)
        # From 0, unless everything lies far above it.
        self._least = 0.0 if least < 0.6 * self._most else least * 0.9
        self._most = max(self._most, self._least + 1.0)

    def error(self, point: CurvePoint) -> float:
        """Return the standard error of a swing, 0 where it is not known."""
        return point.error_bpm if isfinite(point.error_bpm) else 0.0

    def x(self, rate_per_min: float) -> float:
        share = (rate_per_min - self.low) / (self.high - self.low)
        return self._area.left() + min(max(share, 0.0), 1.0) * self._area.width()

    def y(self, swing_bpm: float) -> float:
        share = (swing_bpm - self._least) / (self._most - self._least)
        return self._area.bottom() - min(max(share, 0.0), 1.0) * self._area.height()

    def spot(self, rate_per_min: float, swing_bpm: float) -> QPointF:
        return QPointF(self.x(rate_per_min), self.y(swing_bpm))


class ResonanceCard(QFrame):
    """The curve, the words, and one button.

    Signals: ``used(ResonanceResult)`` when the person wants the pace from now on.
    """

    used = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self._result: ResonanceResult | None = None
        self.curve = ResonanceCurve()
        self._words = label("", wraps=True)
        self._said = label("", "small", wraps=True)
        self.use_button = button(summary_words.RESULT, role="primary")
        self.use_button.clicked.connect(self._use)
        words = QVBoxLayout()
        words.addWidget(label(summary_words.RESULT, "label"))
        words.addWidget(self._words)
        words.addWidget(self.use_button, 0, Qt.AlignmentFlag.AlignLeft)
        words.addWidget(self._said)
        words.addStretch(1)
        picture = QVBoxLayout()
        picture.setSpacing(2)
        scale = f"{summary_words.RESULT_CURVE} ({summary_words.SWING_BPM}, {summary_words.PER_MIN})"
        picture.addWidget(label(scale, "small", wraps=True))
        picture.addWidget(self.curve)
        self._legend = label("", "small", wraps=True)
        picture.addWidget(self._legend)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 14, 20, 14)
        row.setSpacing(24)
        row.addLayout(words, 2)
        row.addLayout(picture, 3)
        self.hide()

    @property
    def text(self) -> str:
        """What was found, in words."""
        return self._words.text()

    @property
    def legend(self) -> str:
        """What is said about the drawing; empty where no pace is told."""
        return "" if self._legend.isHidden() else self._legend.text()

    def show_result(self, result: ResonanceResult | None, *, can_use: bool = True) -> None:
        """Show what was found; out of sight where nothing was looked for."""
        self._result = result
        self.setVisible(result is not None)
        if result is None:
            return
        self._words.setText(" ".join(result_sentences(result)))
        self._said.clear()
        self.curve.show_result(result)
        self.curve.setVisible(bool(result.curve))
        is_told = result.verdict.is_told
        self._legend.setVisible(is_told and bool(result.curve))
        if is_told:
            self._legend.setText(summary_words.result_legend(result.resonance_per_min))
        self.use_button.setVisible(is_told and can_use)
        if is_told:
            self.use_button.setText(summary_words.use_pace(result.resonance_per_min))
            self.use_button.setAccessibleName(self.use_button.text())

    def tell_used(self) -> None:
        """Say that it is kept; once is enough."""
        self._said.setText(summary_words.USED)
        leave_focus(self.use_button)
        self.use_button.hide()

    def _use(self) -> None:
        if self._result is not None:
            self.used.emit(self._result)
