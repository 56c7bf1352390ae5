"""The rail on the left: one button a screen, and only screens that are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QSizePolicy, QToolButton, QVBoxLayout

from biofeedback.ui import theme
from biofeedback.ui.icons import rail_icon
from biofeedback.ui.messages import window_words

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Rail"]

# The sign and the key of each.
_SIGNS = {
    window_words.PRACTICE: ("practice", "Ctrl+1"),
    window_words.GUIDES: ("guides", "Ctrl+G"),
    window_words.SESSIONS: ("sessions", "Ctrl+2"),
    window_words.SENSORS: ("sensors", "Ctrl+3"),
    window_words.SETTINGS: ("settings", "Ctrl+4"),
    window_words.HELP: ("help", "F1"),
}
# At the foot, where it is found without looking for it.
_AT_THE_FOOT = window_words.HELP
_ICON_PX, _WIDTH_PX = 24, 74
# Large text needs all of the height for the words.
_LARGEST_ICON_PX, _TALLEST_PX = 30, 64
# The longest name, and what is around it, which does not become smaller with the text.
_NAME_PX, _AROUND_PX = 54, 22


class Rail(QFrame):
    """Chooses the screen.

    Signals: ``chosen(str)`` with the screen's name.
    """

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("rail")
        self._buttons: dict[str, QToolButton] = {}
        group = QButtonGroup(self)
        group.setExclusive(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(7, 10, 7, 10)
        column.setSpacing(4)
        for name, (_, key) in _SIGNS.items():
            if name == _AT_THE_FOOT:
                column.addStretch(1)
            made = QToolButton()
            made.setText(name)
            made.setAccessibleName(name)
            made.setCheckable(True)
            made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            made.setShortcut(key)
            made.setToolTip(f"{name}  ({key})")
            made.clicked.connect(lambda _=False, name=name: self.chosen.emit(name))
            group.addButton(made)
            self._buttons[name] = made
            column.addWidget(made)
        self.dress()

    @property
    def buttons(self) -> Mapping[str, QToolButton]:
        """The button of each screen, by its name."""
        return self._buttons

    def show_chosen(self, name: str) -> None:
        """Mark a screen as the one that is shown."""
        self._buttons[name].setChecked(True)

    def dress(self) -> None:
        """Put on the colors and the size in force."""
        c = theme.colors()
        size = min(theme.px(_ICON_PX), _LARGEST_ICON_PX)
        for name, made in self._buttons.items():
            sign, _ = _SIGNS[name]
            made.setIcon(rail_icon(sign, c.muted, c.text, size, self.devicePixelRatioF()))
            made.setIconSize(QSize(size, size))
            made.setMinimumHeight(min(theme.px(56), _TALLEST_PX))
        self.setFixedWidth(max(theme.px(_WIDTH_PX), theme.px(_NAME_PX) + _AROUND_PX))
