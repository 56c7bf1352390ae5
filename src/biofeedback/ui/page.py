"""What every screen is to the shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

if TYPE_CHECKING:
    from PySide6.QtWidgets import QLayout

    from biofeedback.runtime.snapshot import SessionState, Snapshot
    from biofeedback.settings import Preferences
    from biofeedback.ui.passage import Passage

__all__ = ["Page", "card", "centered", "clear", "label", "let_go", "scrolled", "show_in"]


class Page(QWidget):
    """A screen. The shell shows one at a time and tells it of every frame."""

    title = ""
    is_heard_always = False
    """Whether it is told to closed eyes while a guide leads, too."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

    def hold(self, *parts: QWidget) -> None:
        """Fill the page to its edges with parts, one under the other.

        Parameters
        ----------
        parts
            From the top; the first takes what room there is.
        """
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in parts:
            column.addWidget(part, int(part is parts[0]))

    def entered(self) -> None:
        """Be shown: look again at what may have changed meanwhile."""

    def leave(self) -> None:
        """Give way to another page: let go of what only this one needs."""

    def prefer(self, preferences: Preferences) -> None:
        """Follow settings that were changed elsewhere."""

    def dress(self) -> None:
        """Put on colors and sizes that the stylesheet cannot: the theme or text size changed."""

    def passage(self, language: str) -> Passage | None:
        """Return what there is to hear just now with closed eyes, ``None`` for nothing.

        Of a page that does not tell all of itself, that it is for open eyes, and the way on.
        """
        from biofeedback.ui.messages.ear_words import ear_words  # noqa: PLC0415 - for few
        from biofeedback.ui.passage import Passage  # noqa: PLC0415 - likewise

        words = ear_words(language)
        return Passage(type(self).__name__, words.open_eyes, words.home_keys)

    def refresh(self, snapshot: Snapshot, now_s: float, state: SessionState) -> None:
        """Show the session at this moment.

        Parameters
        ----------
        snapshot
            The newest picture of the live session.
        now_s
            Its time now.
        state
            Where it is, counting what the person just asked for.
        """


def label(text: str = "", role: str = "", *, wraps: bool = False) -> QLabel:
    """Return words on the screen, in one of the stylesheet's roles."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        made.setProperty("role", role)
    made.setWordWrap(wraps)
    return made


def card(layout: QLayout | None = None) -> QFrame:
    """Return a panel with rounded corners."""
    made = QFrame()
    made.setObjectName("card")
    inside = QVBoxLayout() if layout is None else layout
    inside.setContentsMargins(20, 18, 20, 18)
    made.setLayout(inside)
    return made


def scrolled(content: QWidget) -> QScrollArea:
    """Return an area that scrolls its content up and down where there is too little room.

    Never sideways: what is beside the edge would not be looked for.
    """
    area = QScrollArea()
    area.setWidget(content)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area


def show_in(area: QScrollArea, content: QWidget) -> None:
    """Show something else in a scrolled area; what it showed may be what asked for that."""
    if (before := area.takeWidget()) is not None:
        let_go(before)
    area.setWidget(content)


def centered(content: QWidget) -> QWidget:
    """Return a column of limited width in the middle of what room there is."""
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, 0, 0)
    row.addStretch(1)
    row.addWidget(content, 100)
    row.addStretch(1)
    return box


def clear(layout: QVBoxLayout | QHBoxLayout) -> None:
    """Take everything out of a layout and let go of it."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            let_go(widget)


def let_go(widget: QWidget) -> None:
    """Take a widget out of sight and out of its parent, for good."""
    # Hidden first: a layout that is still to show it would show it as a window of its own.
    widget.hide()
    widget.setParent(None)
    widget.deleteLater()
