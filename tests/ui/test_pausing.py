"""Space pauses from anywhere, at once, and starts nothing."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QDoubleSpinBox, QLineEdit, QWidget

from biofeedback.pacing import PRESETS
from biofeedback.runtime.snapshot import SessionPlan, SessionState
from biofeedback.ui.messages import practice_words, window_words
from biofeedback.ui.pausing import Pausing
from ui.conftest import until
from ui.engine_double import STRAP, EngineDouble, a_summary

if TYPE_CHECKING:
    from biofeedback.ui.shell import Shell

PLAN = SessionPlan("breathing", PRESETS["gentle"], 600.0)
PAGES = ("practice", "summary", "sessions", "replay", "unlock", "sensors", "settings")


def running(shell: Shell, engine: EngineDouble) -> None:
    engine.begin(PLAN)
    engine.live(12.0)
    shell.tick()
    engine.calls.clear()


@pytest.mark.parametrize("name", PAGES)
def test_space_pauses_and_resumes_from_every_screen(
    shell: Shell, engine: EngineDouble, name: str
) -> None:
    running(shell, engine)
    shell.show_page(getattr(shell.pages, name))
    shell.setFocus()
    engine.calls.clear()

    QTest.keyClick(shell.windowHandle(), Qt.Key.Key_Space)
    assert engine.calls == ["pause"]
    shell.tick()
    assert shell.topbar.pause_button.text() == window_words.RESUME

    QTest.keyClick(shell.windowHandle(), Qt.Key.Key_Space)
    assert engine.calls == ["pause", "resume"]


@pytest.mark.parametrize("name", PAGES)
def test_space_pauses_whatever_has_the_focus(shell: Shell, engine: EngineDouble, name: str) -> None:
    """Every button, list, field for numbers and table of every screen, one after the other."""
    running(shell, engine)
    page = getattr(shell.pages, name)
    shell.show_page(page)
    tried = 0
    for widget in [*page.findChildren(QWidget), *shell.rail.findChildren(QWidget)]:
        takes_focus = widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.isVisible()
        if not takes_focus or not widget.isEnabled() or widget.focusProxy() is not None:
            continue
        if isinstance(widget, QLineEdit) or widget.inherits("QPlainTextEdit"):
            continue
        engine.calls.clear()
        widget.setFocus()
        QTest.keyClick(widget, Qt.Key.Key_Space)
        assert engine.calls in (["pause"], ["resume"]), widget.accessibleName()
        tried += 1
    assert tried >= 4


def test_everything_stands_still_in_the_very_event(shell: Shell, engine: EngineDouble) -> None:
    """The engine is busy and has not answered: the disc rests all the same, and so does sound."""
    running(shell, engine)
    engine.t_s = 14.0
    shell.tick()
    was_still = shell.pages.practice.stage.disc.is_still
    engine.is_slow = True

    QTest.keyClick(shell.windowHandle(), Qt.Key.Key_Space)

    assert engine.snapshot().state is SessionState.RUNNING
    assert (was_still, shell.pages.practice.stage.disc.is_still) == (False, True)
    assert shell.pages.practice.stage.disc.word == practice_words.PAUSED
    assert shell.pausing.pacer() is None
    depth = shell.pages.practice.stage.disc.breath_depth
    engine.t_s = 14.5
    shell.tick()
    assert shell.pages.practice.stage.disc.breath_depth == depth


def test_pressing_space_again_before_the_engine_answered_goes_on(engine: EngineDouble) -> None:
    engine.begin(PLAN)
    engine.is_slow = True
    pausing = Pausing(engine)
    assert pausing.toggle()
    assert pausing.state() is SessionState.PAUSED
    assert pausing.toggle()

    assert engine.calls[-2:] == ["pause", "resume"]
    assert pausing.state() is SessionState.RUNNING


def test_engine_that_never_answers_has_the_last_word_after_two_seconds(
    engine: EngineDouble,
) -> None:
    engine.begin(PLAN)
    engine.is_slow = True
    pausing = Pausing(engine)
    pausing.toggle()
    engine.t_s = 1.9
    assert pausing.state() is SessionState.PAUSED
    engine.t_s = 2.1
    assert pausing.state() is SessionState.RUNNING


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_begun_by_space(shell: Shell, engine: EngineDouble, name: str) -> None:
    """With no session, Space on any button of any screen does nothing at all."""
    page = getattr(shell.pages, name)
    shell.show_page(page)
    engine.calls.clear()
    for button in page.findChildren(QAbstractButton):
        button.setFocus()
        QTest.keyClick(button, Qt.Key.Key_Space)

    assert engine.calls == []
    assert shell.page is page


def test_space_in_a_text_field_types_a_space(shell: Shell, engine: EngineDouble) -> None:
    running(shell, engine)
    shell.show_page(shell.pages.unlock)
    field = shell.pages.unlock.passphrase
    field.setFocus()
    QTest.keyClicks(field, "two words")

    assert field.text() == "two words"
    assert engine.calls == []
    QTest.keyClick(field, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    assert engine.calls == ["pause"]
    assert field.text() == "two words"


def test_held_key_pauses_once(shell: Shell, engine: EngineDouble) -> None:
    """The keyboard repeats a held key; that must not go on and pause in turn."""
    running(shell, engine)
    window = shell.windowHandle()
    QTest.keyPress(window, Qt.Key.Key_Space)
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QApplication

    for _ in range(5):
        again = QKeyEvent(
            QEvent.Type.KeyPress,
            Qt.Key.Key_Space,
            Qt.KeyboardModifier.NoModifier,
            " ",
            True,
            1,
        )
        QApplication.sendEvent(shell, again)
    QTest.keyRelease(window, Qt.Key.Key_Space)

    assert engine.calls == ["pause"]


def test_space_is_heard_while_a_list_is_open(shell: Shell, engine: EngineDouble) -> None:
    running(shell, engine)
    picker = shell.pages.practice.editor.findChild(QComboBox)
    assert picker is not None
    picker.showPopup()
    QTest.keyClick(picker.view(), Qt.Key.Key_Space)

    assert engine.calls == ["pause"]
    picker.hidePopup()


def test_enter_presses_the_button_and_space_does_not(shell: Shell, engine: EngineDouble) -> None:
    shell.pages.practice.begin_button.setFocus()
    QTest.keyClick(shell.pages.practice.begin_button, Qt.Key.Key_Space)
    assert "begin" not in engine.calls
    QTest.keyClick(shell.pages.practice.begin_button, Qt.Key.Key_Return)
    assert engine.calls.count("begin") == 1


def test_large_button_pauses_too(shell: Shell, engine: EngineDouble) -> None:
    running(shell, engine)
    for name in PAGES:
        shell.show_page(getattr(shell.pages, name))
        assert shell.topbar.pause_button.isVisible()
        assert shell.topbar.pause_button.isEnabled()
        assert shell.topbar.pause_button.height() >= 40
        engine.calls.clear()
        shell.topbar.pause_button.click()
        assert engine.calls in (["pause"], ["resume"])


def test_escape_loses_nothing(shell: Shell, engine: EngineDouble) -> None:
    running(shell, engine)
    shell.show_page(shell.pages.practice)
    spin = shell.pages.practice.editor.findChild(QDoubleSpinBox)
    assert spin is not None
    spin.setFocus()
    QTest.keyClick(spin, Qt.Key.Key_Escape)
    QTest.keyClick(shell.windowHandle(), Qt.Key.Key_Escape)
    assert (engine.calls, shell.isVisible()) == ([], True)

    engine.ended_with = a_summary()
    engine.end()
    shell.tick()
    shell.pages.summary.write("my shoulders let go")
    QTest.keyClick(shell.windowHandle(), Qt.Key.Key_Escape)
    kept: list[str] = []
    shell.pages.summary.noted.connect(lambda _, text: kept.append(text))
    shell.pages.summary.keep_note()
    assert kept == ["my shoulders let go"]


def test_pause_survives_a_change_of_screen(shell: Shell, engine: EngineDouble) -> None:
    running(shell, engine)
    QTest.keyClick(shell.windowHandle(), Qt.Key.Key_Space)
    shell.show_page(shell.pages.settings)
    shell.show_page(shell.pages.practice)
    until(lambda: shell.pages.practice.stage.disc.word == practice_words.PAUSED)

    assert engine.snapshot().pacer is None
    assert engine.snapshot().pacer_history[0][1] == inf
    assert STRAP.sensor_id in engine.snapshot().last_data_s
