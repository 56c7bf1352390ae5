"""The window leads from screen to screen and leaves nothing behind."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from biofeedback.pacing import PRESETS
from biofeedback.runtime.snapshot import SessionPlan
from biofeedback.settings import Preferences
from biofeedback.ui import messages, theme
from ui.conftest import put_away, until
from ui.engine_double import EngineDouble, a_summary

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from biofeedback.ui.shell import Shell

PLAN = SessionPlan("breathing", PRESETS["gentle"], 600.0)


class ALibrary:
    """A library that tells when it was closed."""

    def __init__(self, calls: list[str], path: Path) -> None:
        self._calls = calls
        self.path = path

    def close(self) -> None:
        self._calls.append("close library")


def test_closing_ends_the_session_then_the_engine_then_the_library(
    shell: Shell, engine: EngineDouble, tmp_path: Path
) -> None:
    shell.use_library(ALibrary(engine.calls, tmp_path))  # type: ignore[arg-type]  # stands in for one
    engine.begin(PLAN)
    shell.tick()
    engine.calls.clear()
    put_away(shell)

    assert engine.calls == ["end", "stop", "close library"]
    assert not shell.isVisible()


def test_closing_twice_ends_once(shell: Shell, engine: EngineDouble) -> None:
    done: list[bool] = []
    shell.put_away.connect(lambda: done.append(True))
    shell.close()
    shell.close()
    assert shell.notice.text == messages.LEAVING
    until(lambda: bool(done))
    assert engine.calls.count("stop") == 1


def test_end_on_another_screen_does_not_pull_the_person_away(
    shell: Shell, engine: EngineDouble
) -> None:
    engine.begin(PLAN)
    shell.tick()
    shell.show_page(shell.settings)
    engine.ended_with = a_summary()
    engine.end()
    shell.tick()
    before = shell.page
    shell.rail.buttons[messages.PRACTICE].click()
    assert (before, shell.page) == (shell.settings, shell.summary)
    assert shell.summary.headline.text().startswith("Your heart followed")


def test_once_more_is_ready_for_another_session(shell: Shell, engine: EngineDouble) -> None:
    engine.begin(PLAN)
    shell.tick()
    engine.end()
    shell.tick()
    assert shell.summary.headline.text() == messages.PUTTING_TOGETHER
    engine.ended_with = a_summary(session_id="", is_kept=False)
    shell.tick()
    assert not shell.summary.delete_button.isVisible()
    shell.summary.more_button.click()
    assert shell.page is shell.practice
    shell.tick()
    shell.practice.begin_button.click()
    assert engine.calls[-2:] == ["reset", "begin"]


def test_change_of_theme_and_text_size_is_in_force_at_once(shell: Shell) -> None:
    shell.show_page(shell.settings)
    picker = shell.settings.theme_picker
    picker.setCurrentIndex(picker.findData("light"))
    picker.activated.emit(picker.currentIndex())
    assert theme.colors() is theme.LIGHT
    size = shell.settings.size_picker
    size.setCurrentIndex(size.findData(1.5))
    size.activated.emit(size.currentIndex())
    assert theme.px(10) == 15


def test_settings_and_practice_do_not_undo_each_other(shell: Shell) -> None:
    """Each keeps the whole of the preferences; a change on one is known to the other."""
    kept: list[Preferences] = []

    def keep(preferences: Preferences) -> bool:
        kept.append(preferences)
        return True

    shell._keep = keep
    shell.settings.motion_switch.click()
    shell.practice.editor.choose("box")
    shell.settings.volume_slider.setValue(70)

    assert kept[-1].reduce_motion
    assert kept[-1].preset == "box"
    assert kept[-1].volume == 0.7


def test_settings_that_cannot_be_saved_are_told(shell: Shell) -> None:
    shell._keep = lambda _: False
    shell.settings.motion_switch.click()
    assert shell.notice.text == messages.SETTINGS_NOT_KEPT


def test_emitting_true_keeps_its_references() -> None:
    """PySide6 6.12.0 on CPython 3.11 drops a reference to True at every emit, and aborts.

    Where True is immortal (3.12 on) its count does not move, and nothing can be lost.
    """

    class Sender(QObject):
        told = Signal(bool)

    sender = Sender()
    heard: list[bool] = []
    sender.told.connect(heard.append)
    before = sys.getrefcount(True)
    for _ in range(1000):
        sender.told.emit(True)
    heard.clear()

    assert abs(sys.getrefcount(True) - before) < 100


def test_frames_follow_the_session_by_themselves(
    shell: Shell, engine: EngineDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks: list[float] = []
    monkeypatch.setattr(shell.practice, "refresh", lambda *_: ticks.append(engine.now_s()))
    shell.begin_frames()
    until(lambda: len(ticks) >= 5)


def test_pages_that_were_not_needed_are_made_after_the_first_picture(shell: Shell) -> None:
    """The window begins with one; soon all are there, so that no click waits for its page."""
    assert len(shell._places) == 1
    shell.begin_frames()
    until(lambda: len(shell._places) == 7)
    until(lambda: not shell._makings.isActive())
    assert shell.page is shell.practice
