"""One guide in the gallery: a card to read, and a button as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QAbstractButton, QLabel, QSizePolicy, QVBoxLayout

from biofeedback.ui import theme
from biofeedback.ui.page import label

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QEnterEvent, QKeyEvent, QPaintEvent

    from biofeedback.guides.words import GuideWords
    from biofeedback.ui.messages.guide_words import GuidePageWords

__all__ = ["GuideCard"]

_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_CORNER_PX = 12


class GuideCard(QAbstractButton):
    """Tells what a guide is, for whom, and how long; pressed, it wants to be opened.

    Signals: ``moved(int, int)`` when an arrow key asks for the card beside it, to the right and
    down; beside those of a button.

    Parameters
    ----------
    guide
        Its name in the catalogue.
    words
        What it says of itself.
    page_words
        What stands around it.
    """

    moved = Signal(int, int)

    def __init__(self, guide: str, words: GuideWords, page_words: GuidePageWords) -> None:
        super().__init__()
        self.guide = guide
        self.aloud = f"{words.name}. {words.about} {words.length}."
        self.setAccessibleName(f"{words.name}. {words.length}")
        self.setAccessibleDescription(f"{words.about} {words.for_whom} {page_words.card_hint}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 16)
        column.setSpacing(6)
        for text, role in (
            (words.name, "heading"),
            (words.about, ""),
            (words.for_whom, "muted"),
        ):
            column.addWidget(label(text, role, wraps=True))
        column.addStretch(1)
        column.addWidget(label(words.length, "label", wraps=True))
        for part in self.findChildren(QLabel):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As much as its words need."""
        column = self.layout()
        assert column is not None  # noqa: S101 - made with it
        return column.sizeHint()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As little as its words can do with."""
        column = self.layout()
        assert column is not None  # noqa: S101 - made with it
        return column.minimumSize()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Let arrows lead to the card beside this one."""
        step = _ARROWS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.moved.emit(*step)

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Show that it can be pressed."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Show it no more."""
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint a panel with a rim that tells of focus and mouse."""
        c = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = 3.0 if self.hasFocus() else 1.0
        color = c.focus if self.hasFocus() else c.edge if self.underMouse() else c.line
        painter.setPen(QPen(QColor(color), width))
        painter.setBrush(QColor(c.raised if self.isDown() else c.panel))
        inset = width / 2
        rim = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(rim, _CORNER_PX, _CORNER_PX)
        painter.end()
