"""A chip: one thing and its state in a word, never by color alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from biofeedback.ui import theme

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

__all__ = ["Chip"]

_FONT_PX = 14


class Chip(QWidget):
    """A dot, a name and a few words about it.

    The words give way when there is little room; the full text stays in the tool tip and for
    a screen reader.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = self._words = ""
        self._color = ""
        self._is_hollow = False
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @property
    def text(self) -> str:
        """All it says."""
        return f"{self._name}  {self._words}".strip()

    def tell(self, name: str, words: str, color: str, *, is_hollow: bool = False) -> None:
        """Say something new.

        Parameters
        ----------
        name
            What it is about.
        words
            Its state.
        color
            Of the dot, as ``#RRGGBB``.
        is_hollow
            A ring in place of the dot: nothing comes from there now.
        """
        if (name, words, color, is_hollow) == (
            self._name,
            self._words,
            self._color,
            self._is_hollow,
        ):
            return
        self._name, self._words, self._color, self._is_hollow = name, words, color, is_hollow
        self.setAccessibleName(self.text)
        self.setToolTip(self.text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for all the words."""
        bold = QFontMetrics(theme.text_font(_FONT_PX, is_bold=True))
        plain = QFontMetrics(theme.text_font(_FONT_PX))
        width = bold.horizontalAdvance(self._name) + plain.horizontalAdvance(self._words)
        return QSize(width + theme.px(52), max(plain.height() + 12, 30))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for a shortened name."""
        return QSize(theme.px(76), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the pill."""
        c = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pill = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(QColor(c.line), 1))
        painter.setBrush(QColor(c.panel))
        painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
        radius = theme.px(4.5)
        dot = QPointF(theme.px(17), pill.center().y())
        painter.setPen(QPen(QColor(self._color or c.muted), 1.6))
        painter.setBrush(
            Qt.BrushStyle.NoBrush if self._is_hollow else QColor(self._color or c.muted)
        )
        painter.drawEllipse(dot, radius, radius)
        left = theme.px(30)
        for text, is_bold, color in (
            (self._name, True, c.text),
            (self._words, False, c.muted),
        ):
            painter.setFont(theme.text_font(_FONT_PX, is_bold=is_bold))
            painter.setPen(QColor(color))
            metrics = painter.fontMetrics()
            room = self.width() - left - theme.px(14)
            if room <= 0:
                break
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room + 1)
            painter.drawText(
                QRectF(left, 0, room + 1, self.height()), Qt.AlignmentFlag.AlignVCenter, shown
            )
            left += metrics.horizontalAdvance(text) + theme.px(9)
        painter.end()
