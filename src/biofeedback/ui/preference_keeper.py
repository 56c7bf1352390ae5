"""Keeps what is preferred: at once, but for what changes many times a second."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from collections.abc import Callable

    from biofeedback.settings import Preferences

__all__ = ["PreferenceKeeper"]

# Preferences are written this long after the last of many changes in a row.
_KEEP_AFTER_MS = 300


class PreferenceKeeper(QObject):
    """Writes preferences.

    Parameters
    ----------
    keep
        Writes those in force.
    """

    def __init__(self, keep: Callable[[], None]) -> None:
        super().__init__()
        self._keep = keep
        self._waiting = QTimer(self)
        self._waiting.setSingleShot(True)
        self._waiting.setInterval(_KEEP_AFTER_MS)
        self._waiting.timeout.connect(self._keep)

    def take(self, before: Preferences, now: Preferences) -> None:
        """Keep a change.

        A slider that is drawn changes many times a second, and each write waits for the disk.
        """
        if now == before.changed(volume=now.volume):
            self._waiting.start()
            return
        self._waiting.stop()
        self._keep()

    def finish(self) -> None:
        """Write now what still waits to be written."""
        if self._waiting.isActive():
            self._waiting.stop()
            self._keep()
