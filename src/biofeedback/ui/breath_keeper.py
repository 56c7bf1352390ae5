"""Keeping a breath of one's own by a name, and forgetting it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from biofeedback.ui.messages import own_breath_words as said
from biofeedback.ui.page import label
from biofeedback.ui.widgets.controls import button
from biofeedback.ui.widgets.field_grid import TextField

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

__all__ = ["BreathKeeper"]

_LONGEST_NAME = 30


class BreathKeeper(QWidget):
    """One quiet button below a breath: keep it, or forget it.

    Signals: ``kept(str)`` with the name that was given; ``forgotten()``.
    """

    kept = Signal(str)
    forgotten = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._is_unnamed = False
        self._is_aside = False
        self.ask_button = button(said.KEEP, role="link")
        self.forget_button = button("", role="link")
        self.name = TextField(said.NAME)
        self.name.setPlaceholderText(said.NAME)
        self.name.setMaxLength(_LONGEST_NAME)
        self.keep_button = button(said.KEEP_IT)
        self.leave_button = button(said.LEAVE)
        self._trouble = label("", "warm", wraps=True)
        self._form = QWidget()
        form = QVBoxLayout(self._form)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(6)
        form.addWidget(self.name)
        form.addWidget(self._trouble)
        row = QHBoxLayout()
        row.addWidget(self.keep_button)
        row.addWidget(self.leave_button)
        form.addLayout(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for widget in (self.ask_button, self.forget_button, self._form):
            column.addWidget(widget)
        self.ask_button.clicked.connect(self._ask)
        self.keep_button.clicked.connect(self._keep)
        self.name.returnPressed.connect(self._keep)
        self.leave_button.clicked.connect(self._leave)
        self.forget_button.clicked.connect(self.forgotten)
        self.tell(is_own=False, name="")

    def tell(self, *, is_own: bool, name: str) -> None:
        """Say which breath is chosen.

        Parameters
        ----------
        is_own
            Whether it is none of the presets.
        name
            The name under which it is kept already, empty for none.
        """
        self._is_unnamed = is_own and not name
        words = said.FORGET.format(name=name)
        self.forget_button.setText(words)
        self.forget_button.setAccessibleName(words)
        self.forget_button.setVisible(is_own and bool(name))
        self._show(is_asking=self._is_unnamed and not self._form.isHidden())
        self.setVisible(is_own and not self._is_aside)

    def stand_aside(self) -> None:
        """Be out of the way where breaths are led, and not collected."""
        self._is_aside = True
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Let Escape leave things as they were."""
        if event.key() == Qt.Key.Key_Escape and not self._form.isHidden():
            self._leave()
        else:
            super().keyPressEvent(event)

    def _ask(self) -> None:
        self.name.clear()
        self._say("")
        self._show(is_asking=True)
        self.name.setFocus()

    def _keep(self) -> None:
        name = " ".join(self.name.text().split())
        if not name:
            self._say(said.NEEDS_NAME)
            self.name.setFocus()
            return
        self._show(is_asking=False)
        self.kept.emit(name)

    def _leave(self) -> None:
        self._show(is_asking=False)
        self.ask_button.setFocus()

    def _show(self, *, is_asking: bool) -> None:
        self._form.setVisible(is_asking)
        self.ask_button.setVisible(self._is_unnamed and not is_asking)

    def _say(self, trouble: str) -> None:
        self._trouble.setText(trouble)
        self._trouble.setVisible(bool(trouble))
