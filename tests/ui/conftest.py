"""A window without a screen, and Qt's warnings as failures."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QEvent, QtMsgType, qInstallMessageHandler
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from biofeedback.sessions.keys import passphrase_key
from biofeedback.sessions.library import Library
from biofeedback.settings import Preferences
from biofeedback.ui import theme
from biofeedback.ui.app import application
from biofeedback.ui.shell import Shell
from ui.engine_double import EngineDouble

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# The platform without a screen says so of size hints, raising and grabbing; no fault of ours.
_HARMLESS = "This plugin does not support"


@pytest.fixture(scope="session")
def the_app() -> QApplication:
    return application()


@pytest.fixture(autouse=True)
def app(the_app: QApplication) -> Iterator[QApplication]:
    """The application in the dark theme; a Qt warning or an error in a slot fails the test."""
    said: list[str] = []

    def hear(kind: QtMsgType, _context: object, text: str) -> None:
        if kind is not QtMsgType.QtDebugMsg and not text.startswith(_HARMLESS):
            said.append(text)

    def catch(kind: type[BaseException], error: BaseException, _traceback: Any) -> None:
        said.append(f"{kind.__name__} in a slot: {error}")

    if theme.colors() is not theme.DARK or theme.px(100) != 100 or not the_app.styleSheet():
        theme.apply(the_app, "dark", 1.0)
    before = qInstallMessageHandler(hear)
    hook, sys.excepthook = sys.excepthook, catch
    yield the_app
    # What a test leaves would be dressed anew in each later one.
    for widget in the_app.topLevelWidgets():
        widget.deleteLater()
    the_app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    the_app.processEvents()
    assert the_app.topLevelWidgets() == []
    sys.excepthook = hook
    qInstallMessageHandler(before)
    assert said == []


@pytest.fixture
def engine() -> EngineDouble:
    return EngineDouble()


@pytest.fixture
def preferences() -> Preferences:
    """As a person has them who practised before and wants no sound; the tests of sound ask for it."""
    return Preferences(theme="dark", sound=False, is_checked=True, n_led=10)


@pytest.fixture
def shell(engine: EngineDouble, preferences: Preferences, tmp_path: Path) -> Iterator[Shell]:
    """The window on an engine of the test's own, without a library."""
    made = Shell(
        engine,  # type: ignore[arg-type]  # stands in for the real one
        preferences,
        tmp_path / "library.biofeedback",
        keep=lambda _: True,
        open_output=lambda: None,
    )
    made.resize(1280, 800)
    made.show()
    made.activateWindow()
    until(made.isActiveWindow)
    made.tick()
    yield made
    if made.isVisible():
        put_away(made)
    made.deleteLater()


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = Library.open(tmp_path / "mine.biofeedback", passphrase_key("a few words"))
    yield made
    made.close()


def put_away(shell: Shell) -> None:
    """Close the window and wait until all behind it has ended."""
    done: list[bool] = []
    shell.put_away.connect(lambda: done.append(True))
    shell.close()
    until(lambda: bool(done))


def until(condition: Callable[[], bool]) -> None:
    """Let Qt work until a condition holds, for half a minute at most."""
    for _ in range(6000):
        if condition():
            return
        QTest.qWait(5)
    pytest.fail("it did not happen within half a minute")
