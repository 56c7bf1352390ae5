"""The key of Pause, heard from anywhere in the window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

__all__ = ["PauseKey"]


class PauseKey(QObject):
    """Hears Space wherever the focus is.

    Space types a space in a field for text, and does nothing there but that; Ctrl+Space is
    heard even then. Elsewhere Space is for pausing alone: it presses no button, so that
    nothing is ever begun by it. Enter presses the button, or opens the list, that has the focus.

    Signals: ``pressed()``.
    """

    pressed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        app.installEventFilter(self)

    def stop(self) -> None:
        """Listen no more."""
        self._app.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Look at each event of the application before anyone else does."""
        kind = event.type()
        if kind not in {QEvent.Type.KeyPress, QEvent.Type.KeyRelease}:
            return False
        assert isinstance(event, QKeyEvent)  # noqa: S101 - what Qt promises for these types
        if event.key() == Qt.Key.Key_Space:
            return self._hear_space(watched, event, is_press=kind == QEvent.Type.KeyPress)
        is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if is_enter and isinstance(watched, QAbstractButton):
            if kind == QEvent.Type.KeyPress and not event.isAutoRepeat():
                watched.click()
            return True
        if is_enter and isinstance(watched, QComboBox):
            if kind == QEvent.Type.KeyPress and not event.isAutoRepeat():
                watched.showPopup()
            return True
        return False

    def _hear_space(self, watched: QObject, event: QKeyEvent, *, is_press: bool) -> bool:
        is_with_ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if _is_typing(watched) and not is_with_ctrl:
            return False
        if is_press and not event.isAutoRepeat():
            self.pressed.emit()
        return True


def _is_typing(watched: QObject) -> bool:
    """Return whether a key sent to ``watched`` would type a letter."""
    # A window hands its keys on to what has the focus in it.
    target = watched if isinstance(watched, QWidget) else QApplication.focusWidget()
    if isinstance(target, (QLineEdit, QPlainTextEdit, QTextEdit)):
        return not target.isReadOnly() and not isinstance(target.parent(), QAbstractSpinBox)
    return False
