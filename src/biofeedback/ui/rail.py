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

_SIGNS = {
    window_words.PRACTICE: "practice",
    window_words.SESSIONS: "sessions",
    window_words.SENSORS: "sensors",
    window_words.SETTINGS: "settings",
}
_ICON_PX, _WIDTH_PX = 24, 74
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
        column.setContentsMargins(7, 14, 7, 14)
        column.setSpacing(8)
        for place, name in enumerate(_SIGNS, start=1):
            made = QToolButton()
            made.setText(name)
            made.setAccessibleName(name)
            made.setCheckable(True)
            made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            made.setShortcut(f"Ctrl+{place}")
            made.setToolTip(f"{name}  (Ctrl+{place})")
            made.clicked.connect(lambda _=False, name=name: self.chosen.emit(name))
            group.addButton(made)
            self._buttons[name] = made
            column.addWidget(made)
        column.addStretch(1)
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
        size = theme.px(_ICON_PX)
        for name, made in self._buttons.items():
            made.setIcon(rail_icon(_SIGNS[name], c.muted, c.text, size, self.devicePixelRatioF()))
            made.setIconSize(QSize(size, size))
            made.setMinimumHeight(theme.px(56))
        self.setFixedWidth(max(theme.px(_WIDTH_PX), theme.px(_NAME_PX) + _AROUND_PX))
