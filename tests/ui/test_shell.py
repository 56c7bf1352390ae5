"""The window leads from screen to screen and leaves nothing behind."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDoubleSpinBox, QLabel

from biofeedback.guides.catalogue import GUIDES
from biofeedback.pacing import PRESETS
from biofeedback.runtime.snapshot import SessionPlan
from biofeedback.samples import GuideState
from biofeedback.sessions.recorder import RecorderStatus
from biofeedback.settings import Preferences
from biofeedback.ui import theme
from biofeedback.ui.messages import window_words
from helpers.damaged_content import damage, forget_words
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
    assert shell.notice.text == window_words.LEAVING
    until(lambda: bool(done))
    assert engine.calls.count("stop") == 1


def test_end_on_another_screen_does_not_pull_the_person_away(
    shell: Shell, engine: EngineDouble
) -> None:
    engine.begin(PLAN)
    shell.tick()
    shell.show_page(shell.pages.settings)
    engine.ended_with = a_summary()
    engine.end()
    shell.tick()
    before = shell.page
    shell.rail.buttons[window_words.PRACTICE].click()
    assert (before, shell.page) == (shell.pages.settings, shell.pages.summary)
    assert shell.pages.summary.headline.text().startswith("Your heart followed")


def test_change_of_theme_and_text_size_is_in_force_at_once(shell: Shell) -> None:
    shell.show_page(shell.pages.settings)
    picker = shell.pages.settings.theme_picker
    picker.setCurrentIndex(picker.findData("light"))
    picker.activated.emit(picker.currentIndex())
    assert theme.colors() is theme.LIGHT
    size = shell.pages.settings.size_picker
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
    shell.pages.settings.motion_switch.click()
    shell.pages.practice.editor.choose("box")
    shell.pages.settings.volume_slider.setValue(70)

    assert kept[-1].reduce_motion
    assert kept[-1].preset == "box"
    until(lambda: kept[-1].volume == 0.7)


def test_slider_that_is_drawn_is_written_once(shell: Shell) -> None:
    """Each write waits for the disk, and the disc would stand still meanwhile."""
    kept: list[float] = []
    shell._keep = lambda preferences: bool(kept.append(preferences.volume)) or True  # type: ignore[func-returns-value]  # a list's append, on purpose
    for value in range(41, 61):
        shell.pages.settings.volume_slider.setValue(value)
    assert kept == []
    until(lambda: bool(kept))
    assert kept == [0.6]
    shell.pages.settings.volume_slider.setValue(90)
    put_away(shell)
    assert kept == [0.6, 0.9]


def test_session_is_ended_by_its_key_from_every_page(shell: Shell, engine: EngineDouble) -> None:
    """Ctrl+E ends it, and what it came to is shown; with nothing to end it does nothing."""
    for page in shell.pages.all():
        if page is shell.pages.summary:
            continue
        engine.reset()
        shell.tick()
        shell.show_page(page)
        engine.calls.clear()
        shell.end_session()
        assert (engine.calls, shell.page) == ([], page)
        engine.begin(PLAN)
        shell.tick()
        page.setFocus()
        QTest.keyClick(page, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
        assert engine.calls[:2] == ["begin", "end"]
        shell.tick()
        assert shell.page is shell.pages.summary


def test_session_is_ended_by_its_key_from_within_a_number(
    shell: Shell, engine: EngineDouble
) -> None:
    """On some desktops a field takes Ctrl+E for the end of its line; the session comes first."""
    engine.begin(PLAN)
    shell.tick()
    spin = shell.pages.practice.editor.findChild(QDoubleSpinBox)
    assert spin is not None
    spin.setFocus()
    QTest.keyClick(spin, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert engine.calls == ["begin", "end"]


def test_record_that_is_not_saved_is_said_in_full_once(shell: Shell, engine: EngineDouble) -> None:
    engine.begin(PLAN)
    engine.live(60.0)
    shell.tick()
    words = "The disk is full. Please free some space."
    engine.change(recorder=RecorderStatus(is_saving=False, saved_until_s=50.0, message=words))
    engine.t_s += 1.0
    shell.tick()
    assert shell.notice.text == words
    shell.notice.hide()
    engine.t_s += 1.0
    shell.tick()
    assert shell.notice.text == ""
    shell.notice.say(words)
    engine.change(recorder=RecorderStatus(is_saving=True, saved_until_s=62.0))
    engine.t_s += 1.0
    shell.tick()
    assert shell.notice.text == ""


def test_settings_that_cannot_be_saved_are_told(shell: Shell) -> None:
    shell._keep = lambda _: False
    shell.pages.settings.motion_switch.click()
    assert shell.notice.text == window_words.SETTINGS_NOT_KEPT


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
    monkeypatch.setattr(shell.pages.practice, "refresh", lambda *_: ticks.append(engine.now_s()))
    shell.begin_frames()
    until(lambda: len(ticks) >= 5)


def test_window_opens_and_leads_with_what_words_are_whole(
    shell: Shell, engine: EngineDouble, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files of words that are damaged are told in a sentence; nothing else is lost."""
    damage(monkeypatch, tmp_path, "en/waves.toml", "en/help.toml", "en/common.toml")
    try:
        shell._make_next()
        shell.rail.buttons[window_words.HELP].click()
        assert "en/help.toml cannot be read" in shell.notice.text
        shell.rail.buttons[window_words.GUIDES].click()
        page = shell.pages.guides
        assert page.isVisible()
        assert {card.guide for card in page.cards} == set(GUIDES) - {"waves"}
        told = [part.text() for part in page.findChildren(QLabel)]
        assert [text for text in told if "en/waves.toml cannot be read" in text]
        shell.show_page(shell.pages.practice)
        shell.pages.practice.begin_button.click()
        engine.happen(GuideState(1.0, "breathing", "in", 4.0, 6.0, "breathe", can=("natural",)))
        engine.live(5.0, led_s=5.0)
        shell.tick()
        assert shell.pausing.is_under_way
    finally:
        forget_words()
