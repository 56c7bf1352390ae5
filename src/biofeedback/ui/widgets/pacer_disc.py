"""The disc that leads the breath: it grows on the in-breath, and a ring shows how far it is.

It holds no time of its own. `PacerDisc.lead` is given the pacer's segment and the session
time and shows that moment, so the disc, the sound and the record cannot drift apart.
"""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QRadialGradient
from PySide6.QtWidgets import QSizePolicy, QWidget

from biofeedback.ui import theme
from biofeedback.ui.messages import breath_words, practice_words

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from biofeedback.pacing import PacerPosition, PacerSegment

__all__ = ["PacerDisc"]

# Radii as shares of half the widget's shorter side.
_DOTS, _RING = 0.97, 0.90
_HALO, _LARGEST, _SMALLEST = 0.075, 0.72, 0.44
# With reduced motion: dimmed further, the words on it would lose their contrast.
DIMMEST = 0.75
# Where the disc rests before a session: neither in nor out.
_REST_DEPTH = 0.35
# Half the disc's side in a window of 1280 by 800 pixels.
_USUAL_REACH_PX = 250.0
# After a breath is full its ring fades for this long instead of vanishing.
_FADE_S = 0.2


class PacerDisc(QWidget):
    """Leads one breath after the other.

    Parameters
    ----------
    parent
        As for any widget.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_still = True
        self._is_calm = False
        self._depth = _REST_DEPTH
        self._breath = 0.0
        self._step_fraction = 0.0
        self._fading = 0.0
        self._word, self._hint = practice_words.READY, practice_words.READY_HINT
        self.setAccessibleName("Breathing pacer")
        self.setAccessibleDescription(self._word)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(120, 120)

    @property
    def breath_depth(self) -> float:
        """How far in the breath is as shown, 0 to 1."""
        return self._depth

    @property
    def word(self) -> str:
        """The word in the disc."""
        return self._word

    @property
    def is_still(self) -> bool:
        """Whether nothing moves."""
        return self._is_still

    def set_reduced_motion(self, is_reduced: bool) -> None:
        """Dim and brighten in place, beside a bar, instead of growing and shrinking."""
        self._is_calm = is_reduced
        self.update()

    def lead(
        self, segment: PacerSegment, now_s: float, words: tuple[str, str] | None = None
    ) -> None:
        """Show the pacer at a session time.

        Parameters
        ----------
        segment
            The pacer.
        now_s
            Session time.
        words
            What it says, and under it in small; ``None`` for what it usually says.
        """
        position = segment.at(now_s)
        self._is_still = False
        self._depth = position.depth
        self._step_fraction = position.fraction
        self._breath = _share_of_breath(segment, position)
        since_full_s = self._breath * segment.pattern.period_s
        is_fading = position.n_breaths > 0 and since_full_s < _FADE_S
        self._fading = 1.0 - since_full_s / _FADE_S if is_fading else 0.0
        self._say(*(breath_words.STEP_WORDS[position.step] if words is None else words))
        self.update()

    def rest(self, word: str, hint: str) -> None:
        """Stand still, as it is, with these words."""
        if self._is_still and (word, hint) == (self._word, self._hint):
            return
        self._is_still = True
        self._fading = 0.0
        self._say(word, hint)
        self.update()

    def settle(self, word: str, hint: str) -> None:
        """Stand still where no breath has begun."""
        if self._breath or self._depth != _REST_DEPTH:
            self._depth, self._breath, self._step_fraction = _REST_DEPTH, 0.0, 0.0
            self.update()
        self.rest(word, hint)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Large: it is what the screen is about."""
        return QSize(480, 480)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint this moment."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        center = QPointF(self.width() / 2, self.height() / 2)
        reach = min(self.width(), self.height()) / 2
        self._paint_ring(painter, center, reach)
        self._paint_disc(painter, center, reach)
        self._paint_words(painter, center, reach)
        painter.end()

    def _say(self, word: str, hint: str) -> None:
        if word != self._word:
            self.setAccessibleDescription(word)
        self._word, self._hint = word, hint

    def _paint_ring(self, painter: QPainter, center: QPointF, reach: float) -> None:
        c = theme.colors()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(c.line))
        for dot in range(120):
            angle = dot * pi / 60
            painter.drawEllipse(center + QPointF(cos(angle), sin(angle)) * reach * _DOTS, 0.9, 0.9)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        radius = reach * _RING
        ring = QRectF(center.x() - radius, center.y() - radius, 2 * radius, 2 * radius)
        pen = QPen(QColor(c.raised if c is not theme.LIGHT else c.line), reach * 0.036)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawEllipse(ring)
        color = QColor(c.breath)
        if self._fading:
            color.setAlphaF(self._fading)
            pen.setColor(color)
            painter.setPen(pen)
            painter.drawEllipse(ring)
        if self._breath > 0.0:
            pen.setColor(QColor(c.muted if self._is_still else c.breath))
            painter.setPen(pen)
            # From the top, clockwise, in sixteenths of a degree.
            painter.drawArc(ring, 90 * 16, -round(self._breath * 360 * 16))

    def _paint_disc(self, painter: QPainter, center: QPointF, reach: float) -> None:
        c = theme.colors()
        share = _LARGEST if self._is_calm else _SMALLEST + (_LARGEST - _SMALLEST) * self._depth
        radius = reach * share
        painter.setPen(Qt.PenStyle.NoPen)
        halo = QColor(c.breath)
        halo.setAlphaF(0.10)
        painter.setBrush(halo)
        painter.drawEllipse(center, radius + reach * _HALO, radius + reach * _HALO)
        gradient = QRadialGradient(center - QPointF(0, radius * 0.12), radius * 1.08)
        gradient.setColorAt(0.0, QColor(c.disc_center))
        gradient.setColorAt(0.55, QColor(c.disc_middle))
        gradient.setColorAt(1.0, QColor(c.disc_rim))
        if self._is_calm:
            painter.setOpacity(DIMMEST + (1.0 - DIMMEST) * self._depth)
        painter.setBrush(QBrush(gradient))
        painter.drawEllipse(center, radius, radius)
        painter.setOpacity(1.0)

    def _paint_words(self, painter: QPainter, center: QPointF, reach: float) -> None:
        c = theme.colors()
        widest = 2 * reach * (_LARGEST if self._is_calm else _SMALLEST) * 0.88
        painter.setPen(QColor(c.on_disc))
        line_px = 0.0
        # On a large screen the words grow with the disc, to be read from further away.
        factor = max(reach / _USUAL_REACH_PX, 1.0)
        for text, size_px in ((self._word, 29), (self._hint, 16)):
            font = theme.text_font(size_px * factor)
            painter.setFont(font)
            width = painter.fontMetrics().horizontalAdvance(text)
            if width > widest:
                font.setPixelSize(max(round(font.pixelSize() * widest / width), 9))
                painter.setFont(font)
            height = painter.fontMetrics().height()
            if line_px == 0.0:
                line_px = center.y() - height * 0.78
            painter.drawText(
                QRectF(center.x() - reach, line_px, 2 * reach, height),
                Qt.AlignmentFlag.AlignCenter,
                text,
            )
            line_px += height * 1.06
        if self._is_calm:
            self._paint_bar(painter, center, reach, line_px)

    def _paint_bar(self, painter: QPainter, center: QPointF, reach: float, top: float) -> None:
        c = theme.colors()
        width, height = reach * 0.8, max(reach * 0.035, 5.0)
        bar = QRectF(center.x() - width / 2, top + reach * 0.06, width, height)
        painter.setPen(QPen(QColor(c.on_disc), 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(bar, height / 2, height / 2)
        painter.setBrush(QColor(c.on_disc))
        bar.setWidth(max(width * self._depth, height))
        painter.drawRoundedRect(bar, height / 2, height / 2)


def _share_of_breath(segment: PacerSegment, position: PacerPosition) -> float:
    parts_s = segment.pattern.parts_s
    done_s = sum(parts_s[: position.step]) + position.fraction * parts_s[position.step]
    return done_s / segment.pattern.period_s
