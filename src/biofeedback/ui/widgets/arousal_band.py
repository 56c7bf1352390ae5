"""How active the body is beside what is usual for the person: the last minutes, in a band."""

from __future__ import annotations

from collections import deque
from itertools import pairwise
from math import isfinite, nan
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from biofeedback.ui import theme
from biofeedback.ui.messages.lead_words import lead_words
from biofeedback.ui.page import label

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from biofeedback.runtime.snapshot import Snapshot

__all__ = ["ArousalBand", "zone_words"]

_WINDOW_S = 180.0
# Beyond this the index says no more than "far".
_MOST = 3.0
# Half the height of the band: where the zone begins to count as left.
_USUAL = 1.5
# Values further apart are not joined.
_HOLE_S = 15.0
_STALE_S = 15.0


def zone_words(zone: float, language: str, arousal: float = nan) -> str:
    """Return where the body is, in words that do not contradict the newest point.

    Parameters
    ----------
    zone
        Within 0, above 1, below -1; anything else cannot be told. It is left only after a while.
    language
        Which.
    arousal
        The index just now, in units of its spread; ``nan`` where it is unknown.
    """
    words = lead_words(language)
    if zone == 0.0 and abs(arousal) > _USUAL:
        return words.arousal_higher if arousal > 0.0 else words.arousal_lower
    if zone == 1.0 and arousal <= _USUAL:
        return words.arousal_returning
    known = {0.0: words.arousal_within, 1.0: words.arousal_above, -1.0: words.arousal_below}
    return known.get(zone, words.arousal_unknown)


class _Strip(QWidget):
    """The line and the shaded band."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.points: deque[tuple[float, float]] = deque(maxlen=1000)
        self.end_s = 0.0
        self.usual = ""

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Wide and low."""
        return QSize(theme.px(560), theme.px(84))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint band, words, and the line with its newest point."""
        c = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(1, 3, -6, -3)
        top, bottom = self._y(area, _USUAL), self._y(area, -_USUAL)
        band = QColor(c.breath)
        band.setAlphaF(0.14)
        painter.fillRect(QRectF(area.left(), top, area.width(), bottom - top), band)
        painter.setPen(QPen(QColor(c.edge), 1, Qt.PenStyle.DashLine))
        for y in (top, bottom):
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        painter.setFont(theme.text_font(12))
        painter.setPen(QColor(c.muted))
        painter.drawText(QPointF(area.left() + 6, bottom - 6), self.usual)
        painter.setPen(QPen(QColor(c.text), 1.8))
        spots = [(t_s, QPointF(self._x(area, t_s), self._y(area, a))) for t_s, a in self.points]
        for (before_s, one), (t_s, other) in pairwise(spots):
            if t_s - before_s <= _HOLE_S and t_s > self.end_s - _WINDOW_S:
                painter.drawLine(one, other)
        if spots and self.end_s - spots[-1][0] <= _STALE_S:
            painter.setBrush(QColor(c.text))
            painter.drawEllipse(spots[-1][1], 3.5, 3.5)
        painter.end()

    def _x(self, area: QRectF, t_s: float) -> float:
        return area.right() - (self.end_s - t_s) / _WINDOW_S * area.width()

    def _y(self, area: QRectF, arousal: float) -> float:
        share = (min(max(arousal, -_MOST), _MOST) + _MOST) / (2 * _MOST)
        return area.bottom() - share * area.height()


class ArousalBand(QWidget):
    """The strip with a line of words: the words alone say where the body is."""

    def __init__(self) -> None:
        super().__init__()
        self._title = label("", "small", wraps=True)
        self._words = label("", "strong", wraps=True)
        self._strip = _Strip()
        self._language = ""
        for each in (self._title, self._words):
            each.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for part in (self._title, self._strip, self._words):
            column.addWidget(part)
        self.set_language("en")

    @property
    def text(self) -> str:
        """Where the body is, in words."""
        return self._words.text()

    @property
    def points(self) -> tuple[tuple[float, float], ...]:
        """What is drawn: session time and index, oldest first."""
        return tuple(self._strip.points)

    def set_language(self, language: str) -> None:
        """Say it in another language."""
        self._language = language
        words = lead_words(language)
        self._title.setText(words.arousal.format(minutes=round(_WINDOW_S / 60)))
        self._strip.usual = words.arousal_usual
        self._strip.update()

    def tell(self, snapshot: Snapshot, now_s: float) -> None:
        """Take the newest value and move on."""
        strip = self._strip
        metric, zone = snapshot.metrics.get("arousal"), snapshot.metrics.get("arousal_zone")
        if strip.points and strip.points[-1][0] > now_s:
            strip.points.clear()
        if metric is not None and isfinite(metric.value):
            newest_s = strip.points[-1][0] if strip.points else -1.0
            if metric.t_s > newest_s:
                strip.points.append((metric.t_s, metric.value))
        while strip.points and strip.points[0][0] < now_s - _WINDOW_S - _HOLE_S:
            strip.points.popleft()
        is_known = zone is not None and now_s - zone.t_s <= _STALE_S
        arousal = metric.value if metric is not None and now_s - metric.t_s <= _STALE_S else nan
        text = zone_words(
            zone.value if zone is not None and is_known else nan, self._language, arousal
        )
        if text != self._words.text():
            self._words.setText(text)
            self.setAccessibleName(text)
        # A pixel or two a second: no more often than that is there anything to see.
        if abs(now_s - strip.end_s) * strip.width() >= _WINDOW_S / 2:
            strip.end_s = now_s
            strip.update()
