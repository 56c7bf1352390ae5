"""A breath is chosen, led, changed in mid-session, and its numbers are honest."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from biofeedback.pacing import PRESETS, BreathPattern, PacerSegment
from biofeedback.runtime.snapshot import SessionPlan, SessionState
from biofeedback.settings import Preferences
from biofeedback.ui.messages import practice_words, window_words
from biofeedback.ui.pattern_editor import PatternEditor
from biofeedback.ui.practice import PracticePage
from ui.conftest import until
from ui.engine_double import EngineDouble

if TYPE_CHECKING:
    from biofeedback.ui.shell import Shell

PLAN = SessionPlan("breathing", PRESETS["gentle"], 600.0)


def step(editor: PatternEditor, part: int, to_s: float) -> None:
    """Set one part as the person does: the value arrives as a change."""
    editor.steppers[part].number = to_s
    editor.steppers[part].changed.emit(to_s)


def test_begin_asks_for_what_was_chosen(shell: Shell, engine: EngineDouble) -> None:
    shell.pages.practice.editor.choose("slow")
    shell.pages.practice.minutes.number = 5
    QTest.keyClick(shell.pages.practice.begin_button, Qt.Key.Key_Return)

    (plan,) = engine.plans
    assert (plan.guide, plan.pattern, plan.duration_s) == ("breathing", PRESETS["slow"], 300.0)


def test_slow_breathing_lasts_twenty_minutes_at_most_and_it_is_said(
    shell: Shell, engine: EngineDouble
) -> None:
    page = shell.pages.practice
    assert practice_words.LATER_TIMES in {part.text() for part in page.findChildren(QLabel)}
    for asked, given in ((90.0, 20.0), (0.0, 1.0)):
        page.minutes.number = asked
        assert page.plan().duration_s == given * 60.0
    page.minutes.number = 20.0
    page.begin_button.click()
    assert engine.plans[0].duration_s == 1200.0


@pytest.mark.parametrize(("minutes", "begins_with"), [(0, 10), (12, 12), (120, 20)])
def test_minutes_of_before_are_kept_as_far_as_they_may_be(minutes: int, begins_with: int) -> None:
    """An earlier version let an open end be chosen, and two hours."""
    page = PracticePage(Preferences(minutes=minutes, n_led=10), lambda: None)
    assert page.minutes.number == begins_with


def test_first_time_is_five_minutes_at_most_and_the_second_may_be_longer() -> None:
    page = PracticePage(Preferences(minutes=12), lambda: None)
    assert page.minutes.number == 5
    page.minutes.number = 12
    assert page.plan().duration_s == 300.0
    assert practice_words.FIRST_TIME in {part.text() for part in page.findChildren(QLabel)}
    page.prefer(Preferences(minutes=12, n_led=1))
    page.minutes.number = 12
    assert page.plan().duration_s == 720.0
    assert practice_words.LATER_TIMES in {part.text() for part in page.findChildren(QLabel)}


def test_session_that_has_no_end_tells_the_time_so_far(shell: Shell, engine: EngineDouble) -> None:
    engine.begin(SessionPlan("breathing", PRESETS["gentle"], inf))
    engine.live(70.0, led_s=70.0)
    shell.tick()
    texts = {
        label.text()
        for label in shell.pages.practice.findChildren(type(shell.pages.practice._time_label))
    }
    assert {"01:10", practice_words.TIME_SO_FAR} <= texts


def test_breath_that_cannot_be_led_cannot_be_begun(shell: Shell, engine: EngineDouble) -> None:
    step(shell.pages.practice.editor, 0, 0.0)
    shell.tick()
    shell.pages.practice.begin_button.click()

    assert not shell.pages.practice.begin_button.isEnabled()
    assert engine.plans == []


def test_change_of_breath_in_mid_session_reaches_the_engine(
    shell: Shell, engine: EngineDouble
) -> None:
    shell.pages.practice.editor.choose("slow")
    assert not any(call.startswith("pattern") for call in engine.calls)
    engine.begin(PLAN)
    shell.tick()
    shell.pages.practice.editor.choose("slower")

    assert engine.calls[-1] == "pattern 5.50"


def test_choices_are_kept(shell: Shell) -> None:
    kept: list[Preferences] = []
    shell._keep = lambda preferences: bool(kept.append(preferences)) or True  # type: ignore[func-returns-value]  # a list's append, on purpose
    shell.pages.practice.editor.choose("box")
    shell.pages.practice.minutes.changed.emit(shell.pages.practice.minutes.number)

    assert kept[-1].preset == "box"
    assert kept[-1].pattern_s == (4.0, 4.0, 4.0, 4.0)
    assert kept[-1].minutes == 10


def test_breath_of_last_time_is_there_again() -> None:
    page = PracticePage(
        Preferences(pattern_s=(4.1, 0.0, 6.3, 0.4), minutes=7, n_led=10), lambda: None
    )
    assert page.plan() == SessionPlan("breathing", BreathPattern(4.1, 0.0, 6.3, 0.4), 420.0)


def test_impossible_breath_in_the_file_gives_the_gentle_one() -> None:
    page = PracticePage(Preferences(pattern_s=(0.1, 0.0, 0.1, 0.0)), lambda: None)
    assert page.plan().pattern == PRESETS["gentle"]


@pytest.mark.parametrize("is_under_way", [False, True])
def test_begin_and_end_are_in_sight_with_large_text(
    shell: Shell, engine: EngineDouble, is_under_way: bool
) -> None:
    """At 200 % in a window of 1280x800, without scrolling."""
    shell.prefer(Preferences(theme="dark", sound=False, text_scale=2.0))
    if is_under_way:
        engine.begin(SessionPlan("breathing", PRESETS["gentle"], 600.0))
        engine.live(20.0)
    shell.notice.say(window_words.NO_AUDIO)
    QTest.qWait(50)
    shell.tick()
    page = shell.pages.practice
    button = page.end_button if is_under_way else page.begin_button
    assert button.visibleRegion().boundingRect() == button.rect()
    shell.prefer(Preferences(theme="dark", sound=False))


def test_end_shows_the_summary(shell: Shell, engine: EngineDouble) -> None:
    engine.begin(PLAN)
    shell.tick()
    QTest.keyClick(shell.windowHandle(), Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    until(lambda: engine.snapshot().state is SessionState.ENDED)
    shell.tick()

    assert shell.page is shell.pages.summary


@pytest.mark.parametrize("preset", ["sigh", "box"])
def test_editor_shows_the_breath_that_the_session_was_begun_with(
    shell: Shell, engine: EngineDouble, preset: str
) -> None:
    editor = shell.pages.practice.editor
    kept = editor.pattern
    engine.begin(SessionPlan("breathing", PRESETS["gentle"], 600.0, {"preset": preset}))
    engine.live(20.0)
    shell.tick()
    assert editor.preset == preset
    assert editor.steppers[0].number == PRESETS[preset].in_s
    shell.toggle_pause()
    shell.toggle_pause()
    assert editor.preset == preset
    engine.end()
    engine.reset()
    shell.show_page(shell.pages.practice)
    assert editor.pattern == kept, "what is kept for the next time is as it was"


def test_editor_follows_the_guide_to_another_breath_of_a_name(
    shell: Shell, engine: EngineDouble
) -> None:
    """After some minutes of sighs a gentle breath leads; the paces between are no choice."""
    editor = shell.pages.practice.editor
    engine.begin(SessionPlan("breathing", PRESETS["gentle"], 600.0, {"preset": "sigh"}))
    engine.live(20.0)
    engine.change(pacer=PacerSegment(10.0, PRESETS["sigh"]))
    shell.tick()
    engine.change(pacer=PacerSegment(20.0, BreathPattern.at_rate(6.35)))
    shell.tick()
    assert editor.preset == "sigh"
    engine.change(pacer=PacerSegment(30.0, PRESETS["gentle"]))
    shell.tick()
    assert editor.preset == "gentle"


def test_breath_chosen_on_the_way_stays_chosen_until_it_is_led(
    shell: Shell, engine: EngineDouble
) -> None:
    editor = shell.pages.practice.editor
    engine.begin(SessionPlan("breathing", PRESETS["gentle"], 600.0))
    engine.live(20.0)
    engine.change(pacer=PacerSegment(10.0, PRESETS["gentle"]))
    shell.tick()
    engine.is_slow = True
    editor.choose("slow")
    shell.tick()
    assert editor.preset == "slow"
