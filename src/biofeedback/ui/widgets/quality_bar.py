"""How good a signal is, as a short bar; the words beside it say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QProgressBar, QSizePolicy

from biofeedback.ui import theme
from biofeedback.ui.messages.reading_words import GOOD_QUALITY

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

__all__ = ["QualityBar"]

_WIDTH_PX, _HEIGHT_PX = 110, 5


class QualityBar(QProgressBar):
    """A bar from 0 to 100, in another color from where the signal is good.

    Parameters
    ----------
    name
        What it is of, for a screen reader.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setTextVisible(False)
        self.setRange(0, 100)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def show_quality(self, quality: float | None) -> None:
        """Show a quality from 0 to 1; ``None`` where nothing is known or nothing comes."""
        percent = 0 if quality is None else round(100 * min(max(quality, 0.0), 1.0))
        if percent != self.value():
            self.setValue(percent)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Short and low."""
        return QSize(theme.px(_WIDTH_PX), theme.px(_HEIGHT_PX) + 4)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Half of it tells as much."""
        return QSize(theme.px(_WIDTH_PX // 2), theme.px(_HEIGHT_PX) + 4)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the groove, and what is filled of it."""
        c = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        height = min(theme.px(_HEIGHT_PX), self.height())
        groove = QRectF(0, (self.height() - height) / 2, self.width(), height)
        painter.setBrush(QColor(c.line))
        painter.drawRoundedRect(groove, height / 2, height / 2)
        if self.value() > 0:
            is_good = self.value() >= 100 * GOOD_QUALITY
            painter.setBrush(QColor(c.breath if is_good else theme.warm_text(c)))
            groove.setWidth(max(groove.width() * self.value() / 100, height))
            painter.drawRoundedRect(groove, height / 2, height / 2)
        painter.end()
