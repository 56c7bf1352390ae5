"""Pause: one key, from anywhere, in force before anybody has answered.

`Pausing` remembers what the person asked for until the session says the same, so that disc
and sound stand still in the very event of the key. `PauseKey` hears the key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

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

from biofeedback.runtime.snapshot import SessionState

if TYPE_CHECKING:
    from biofeedback.pacing import PacerSegment
    from biofeedback.runtime.engine import SessionView

__all__ = ["UNDER_WAY", "PauseKey", "Pausing"]

# After this long without an answer the session's own word counts again.
_ANSWER_S = 2.0
# A session that has begun and not ended: what there is to pause, or to go on with.
UNDER_WAY = frozenset({SessionState.RUNNING, SessionState.PAUSED})


class Pausing(QObject):
    """Pauses and resumes one session view.

    Signals: ``changed()`` at once when the person paused or went on.

    Parameters
    ----------
    view
        The live session, or a replay.
    """

    changed = Signal()

    def __init__(self, view: SessionView) -> None:
        super().__init__()
        self._view = view
        self._asked: SessionState | None = None
        self._asked_s = 0.0

    @property
    def view(self) -> SessionView:
        """What is paused."""
        return self._view

    @property
    def is_under_way(self) -> bool:
        """Whether a session has begun and not ended."""
        return self.state() in UNDER_WAY

    def state(self) -> SessionState:
        """Where the session is, counting what was just asked for."""
        state = self._view.snapshot().state
        if self._asked is None:
            return state
        waited_s = self._view.now_s() - self._asked_s
        is_answered = state is self._asked or state not in UNDER_WAY
        if is_answered or not 0.0 <= waited_s < _ANSWER_S:
            self._asked = None
            return state
        return self._asked

    def pacer(self) -> PacerSegment | None:
        """Return the pacer to follow now, ``None`` when it stands still."""
        if self.state() is not SessionState.RUNNING:
            return None
        return self._view.snapshot().pacer

    def toggle(self) -> bool:
        """Pause, or go on. Return False when there is nothing to pause."""
        state = self.state()
        if state not in UNDER_WAY:
            return False
        is_pausing = state is SessionState.RUNNING
        self._asked = SessionState.PAUSED if is_pausing else SessionState.RUNNING
        self._asked_s = self._view.now_s()
        # First everything that can be seen and heard, then the session.
        self.changed.emit()
        if is_pausing:
            self._view.pause()
        else:
            self._view.resume()
        return True


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
