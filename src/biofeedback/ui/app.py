"""Starting the window and ending with it."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

from biofeedback import settings
from biofeedback.errors import DisplayUnavailableError
from biofeedback.kinds import Role
from biofeedback.ui import theme
from biofeedback.ui.messages import window_words
from biofeedback.ui.shell import Shell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from biofeedback.runtime.engine import Engine
    from biofeedback.runtime.replay import Replayable
    from biofeedback.sessions.library import Library

__all__ = ["application", "has_display", "run"]


# From the first paint until the engine wakes: what it imports must not hold up the picture on
# its way to the screen.
_BREATHER_MS = 40


def has_display() -> bool:
    """Return whether a window can be shown: always but on Linux without a screen."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def application() -> QApplication:
    """Return the one application, made when there is none yet."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    # Named here and not by setStyle, which gives back a QStyle and loads its thousand names.
    made = QApplication([*sys.argv[:1], "-style", "Fusion"])
    made.setApplicationName("biofeedback")
    made.setApplicationDisplayName(window_words.APP_NAME)
    made.setDesktopFileName("biofeedback")
    # The shell quits when everything behind the window has ended.
    made.setQuitOnLastWindowClosed(False)
    return made


def run(
    engine: Engine,
    *,
    library: Library | None = None,
    library_path: Path | None = None,
    demo: bool = False,
    scenario: str | None = None,
    play: Replayable | None = None,
    play_speed: float = 1.0,
) -> int:
    """Show the window until the person closes it.

    Parameters
    ----------
    engine
        Started here; it is stopped when the window is closed.
    library
        The library when it is open already; it is closed with the window.
    library_path
        Where the library is, or is to be; the preferred or usual place by default.
    demo
        Switch the simulated sensors on, and ask for no library.
    scenario
        What befalls the simulated person, ``None`` for an ordinary life.
    play, play_speed
        A recording to show at once, and how fast; no library is asked for then.

    Returns
    -------
    int
        0, the exit code.

    Raises
    ------
    DisplayUnavailableError
        If there is no screen.
    """
    if not has_display():
        msg = "There is no screen to show a window on. Add --headless to practise without one."
        raise DisplayUnavailableError(msg)
    app = application()
    preferences = settings.load()
    theme.prepare(app, preferences.theme, preferences.text_scale)
    shell = Shell(
        engine,
        preferences,
        library_path or settings.library_path(preferences),
        library=library,
        asks_for_library=library is None and play is None and not demo,
        follows_streams=not demo,
        hears_key=False,
    )
    shell.put_away.connect(app.quit)
    QShortcut(QKeySequence("Ctrl+Q"), shell, shell.close)
    theme.dress(app)
    shell.resize(1280, 800)
    shell.show()
    shell.begin_frames()
    if play is not None:
        shell.play(play, play_speed)

    def wake_engine() -> None:
        gc.enable()
        engine.start()
        if demo:
            _switch_on_simulated(engine, scenario)
        elif play is None:
            shell.memory.connect_all()

    _AfterFirstPaint(shell, wake_engine, _BREATHER_MS)
    _AfterFirstPaint(shell, shell.hear_key)
    with _closing_on_signal(shell):
        return app.exec()


class _AfterFirstPaint(QObject):
    """Does something once a window has its first picture.

    What drives sensors takes a moment to import, and a person waits for the window alone.
    """

    def __init__(self, window: QWidget, action: Callable[[], None], wait_ms: int = 0) -> None:
        super().__init__(window)
        self._window = window
        self._action = action
        self._wait_ms = wait_ms
        window.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Look out for the paint, let everything pass."""
        if event.type() == QEvent.Type.Paint:
            self._window.removeEventFilter(self)
            QTimer.singleShot(self._wait_ms, self._action)
        return False


@contextmanager
def _closing_on_signal(shell: Shell) -> Iterator[None]:
    """Close the window as its button does on Ctrl-C and on a request to terminate.

    Python handles a signal between two of its own steps: the frames give it one every 16 ms.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may take signals
        return

    def close(_number: int, _frame: FrameType | None) -> None:
        shell.close()

    before = {number: signal.signal(number, close) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _switch_on_simulated(engine: Engine, scenario: str | None) -> None:
    from biofeedback.devices.simulated import (  # noqa: PLC0415 - the demo only
        demo_of,
        simulated_from_name,
    )

    for role, names in zip((Role.CLIENT, Role.PARTNER), demo_of(scenario).sensors, strict=False):
        for info in filter(None, map(simulated_from_name, names)):
            engine.add_sensor(info, role)
