"""A chip: one thing and its state in a word, never by color alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from biofeedback.ui import theme

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

__all__ = ["Chip", "paint_pill", "shortened"]

_FONT_PX = 14
_LEAST_NAME_PX = 44


class Chip(QWidget):
    """A dot, a name and a few words about it.

    The words give way when there is little room; the full text stays in the tool tip and for
    a screen reader.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = self._words = self._extra = self._hint = ""
        self._color = ""
        self._is_hollow = False
        # Where there is no room for all chips, those in trouble are shown first.
        self.is_trouble = False
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @property
    def color(self) -> str:
        """Of its dot."""
        return self._color

    @property
    def is_hollow(self) -> bool:
        """Whether nothing comes from what it is about."""
        return self._is_hollow

    @property
    def text(self) -> str:
        """All it says."""
        words = " · ".join(filter(None, (self._words, self._extra)))
        return f"{self._name}  {words}".strip()

    def tell(
        self,
        name: str,
        words: str,
        color: str,
        *,
        extra: str = "",
        hint: str = "",
        is_hollow: bool = False,
    ) -> None:
        """Say something new.

        Parameters
        ----------
        name
            What it is about.
        words
            Its state.
        extra
            Something less important, left out where there is little room.
        hint
            Why it is so: for the tool tip and a screen reader.
        color
            Of the dot, as ``#RRGGBB``.
        is_hollow
            A ring in place of the dot: nothing comes from there now.
        """
        told = (name, words, color, extra, hint, is_hollow)
        if told == (
            self._name,
            self._words,
            self._color,
            self._extra,
            self._hint,
            self._is_hollow,
        ):
            return
        self._name, self._words, self._color, self._extra, self._hint, self._is_hollow = told
        self.setAccessibleDescription(hint)
        self.setToolTip("\n".join(filter(None, (self.text, hint))))
        self.setAccessibleName(self.text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for all the words."""
        height = QFontMetrics(theme.text_font(_FONT_PX)).height()
        words = " · ".join(filter(None, (self._words, self._extra)))
        return QSize(self._width_for(words), max(height + 12, 30))

    def short_width(self) -> int:
        """Return the width that leaves out no more than the extra."""
        return self._width_for(self._words)

    def least_width(self) -> int:
        """Return the width that leaves out the extra, and the first word of the name."""
        metrics = QFontMetrics(theme.text_font(_FONT_PX, is_bold=True))
        spared = metrics.horizontalAdvance(self._name)
        spared -= metrics.horizontalAdvance(shortened(self._name, metrics, 0))
        return self.short_width() - max(spared, 0)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for a shortened name."""
        return QSize(theme.px(40), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the pill."""
        c = theme.colors()
        painter = QPainter(self)
        pill = paint_pill(painter, self)
        radius = theme.px(4.5)
        dot = QPointF(theme.px(17), pill.center().y())
        painter.setPen(QPen(QColor(self._color or c.muted), 1.6))
        painter.setBrush(
            Qt.BrushStyle.NoBrush if self._is_hollow else QColor(self._color or c.muted)
        )
        painter.drawEllipse(dot, radius, radius)
        self._paint_text(painter)
        painter.end()

    def _width_for(self, words: str) -> int:
        bold = QFontMetrics(theme.text_font(_FONT_PX, is_bold=True))
        plain = QFontMetrics(theme.text_font(_FONT_PX))
        width = bold.horizontalAdvance(self._name) + plain.horizontalAdvance(words)
        return width + theme.px(30 + 9 + 14) + 2

    def _paint_text(self, painter: QPainter) -> None:
        """Paint name, words and extra; where room is short the extra goes, then the name."""
        c = theme.colors()
        bold, plain = theme.text_font(_FONT_PX, is_bold=True), theme.text_font(_FONT_PX)
        left, space = theme.px(30), theme.px(9)
        room = self.width() - left - theme.px(14)
        name_px = QFontMetrics(bold).horizontalAdvance(self._name)
        words_px = QFontMetrics(plain).horizontalAdvance(self._words)
        words = self._words
        if self._extra:
            with_extra = f"{words} · {self._extra}" if words else self._extra
            extra_px = QFontMetrics(plain).horizontalAdvance(with_extra)
            if name_px + space + extra_px <= room + 1:
                words, words_px = with_extra, extra_px
        name_room = room - (words_px + space if words else 0)
        if name_room < theme.px(_LEAST_NAME_PX):
            # There is hardly any room at all: half of it each.
            name_room = min(name_px, room if not words else round(room * 0.55))
        name = shortened(self._name, QFontMetrics(bold), name_room)
        name_room = min(name_room, QFontMetrics(bold).horizontalAdvance(name)) + 1
        for text, font, color, width in (
            (name, bold, c.text, name_room),
            (words, plain, c.muted, room - name_room - space + 2),
        ):
            if width <= 0:
                break
            painter.setFont(font)
            painter.setPen(QColor(color))
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, width)
            painter.drawText(
                QRectF(left, 0, width, self.height()), Qt.AlignmentFlag.AlignVCenter, shown
            )
            left += width + space - 1


def shortened(name: str, metrics: QFontMetrics, room: int) -> str:
    """Return a name, without its first word where it does not fit.

    Sensors of one kind begin alike: ``Simulated strap`` is better known as ``strap``.
    """
    first, _, rest = name.partition(" ")
    return name if metrics.horizontalAdvance(name) <= room else rest or first


def paint_pill(painter: QPainter, widget: QWidget) -> QRectF:
    """Paint a pill as large as a widget, smoothly, and return its outline."""
    c = theme.colors()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pill = QRectF(widget.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
    painter.setPen(QPen(QColor(c.line), 1))
    painter.setBrush(QColor(c.panel))
    painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
    return pill
