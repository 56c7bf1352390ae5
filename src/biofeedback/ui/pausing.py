"""Pause: one key, from anywhere, in force before anybody has answered.

`Pausing` remembers what the person asked for until the session says the same, so that disc
and sound stand still in the very event of the key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from biofeedback.runtime.snapshot import SessionState

if TYPE_CHECKING:
    from biofeedback.pacing import PacerSegment
    from biofeedback.runtime.engine import SessionView

__all__ = ["UNDER_WAY", "Pausing"]

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
