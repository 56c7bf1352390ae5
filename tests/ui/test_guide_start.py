"""The page of a guide tells what it is, takes what the person would like, and waits for Begin."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from biofeedback.guides.catalogue import GUIDES, LED_BY_TIME, make_guide
from biofeedback.guides.words import LANGUAGES, guide_words
from biofeedback.pacing import PRESETS, BreathPattern
from biofeedback.runtime.snapshot import SessionPlan, begin_arguments
from biofeedback.settings import OwnBreath, Preferences
from biofeedback.ui.guide_plan import with_preferences
from biofeedback.ui.guide_shelf import place_of
from biofeedback.ui.guide_start import GuideStartPage
from biofeedback.ui.messages.guide_words import guide_page_words
from ui.conftest import until
from ui.engine_double import SKIN, STRAP

if TYPE_CHECKING:
    from biofeedback.ui.shell import Shell
    from ui.engine_double import EngineDouble

EN = guide_page_words("en")
CTRL = Qt.KeyboardModifier.ControlModifier


def texts(page: GuideStartPage) -> set[str]:
    return {part.text() for part in page.findChildren(QLabel)}


def opened(shell: Shell, guide: str) -> GuideStartPage:
    page = shell.pages.guide_start
    page.open(guide)
    shell.show_page(page)
    shell.tick()
    return page


@pytest.mark.parametrize("guide", GUIDES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_page_tells_all_that_is_said_of_a_guide(guide: str, language: str) -> None:
    page = GuideStartPage(Preferences().changed(guide_language=language))
    page.open(guide)
    words = guide_words(guide, language)
    told = {words.name, words.about, words.for_whom, words.length}
    told |= {words.caution} - {""}
    told |= {option.text for option in words.options.values()}
    assert told <= texts(page)
    assert page.begin_button.text() == guide_page_words(language).begin


@pytest.mark.parametrize("guide", GUIDES)
def test_every_guide_can_be_begun_as_it_is_offered(guide: str) -> None:
    page = GuideStartPage(Preferences(n_led=1))
    page.open(guide)
    assert page.trouble == ""
    plan = page.plan()
    assert (plan.duration_s < inf) is (guide in LED_BY_TIME)
    assert not make_guide(guide, begin_arguments(with_preferences(plan, Preferences()))).is_over


@pytest.mark.parametrize("guide", GUIDES)
def test_what_breathes_for_longer_than_five_minutes_waits_for_the_second_time(guide: str) -> None:
    page = GuideStartPage(Preferences(n_led=0))
    page.open(guide)
    if place_of(guide).group == "breathing" and guide not in LED_BY_TIME:
        assert page.trouble == EN.for_later
        assert not page.begin_button.isEnabled()
    else:
        assert page.begin_button.isEnabled()
    page.prefer(Preferences(n_led=1))
    assert page.begin_button.isEnabled()


def test_nothing_begins_before_begin_is_pressed(shell: Shell, engine: EngineDouble) -> None:
    page = opened(shell, "grounding")
    assert "begin" not in engine.calls
    QTest.keyClick(shell.windowHandle(), Qt.Key.Key_B, CTRL)
    until(lambda: bool(engine.plans))
    (plan,) = engine.plans
    assert plan.guide == "grounding"
    assert plan.options["adapts"] == 1.0
    assert plan.options["offer"] == "grounding"
    assert plan.options["practice"] == "five-senses"
    assert not shell.pages.shows("guide_start"), "what leads now is shown"
    assert shell.preferences.n_led == 11
    assert page.plan().guide == "grounding"


def test_space_begins_nothing(shell: Shell, engine: EngineDouble) -> None:
    page = opened(shell, "grounding")
    page.begin_button.setFocus()
    QTest.keyClick(page.begin_button, Qt.Key.Key_Space)
    assert engine.plans == []


def test_how_one_is_right_now_goes_along_when_it_is_said(shell: Shell) -> None:
    page = opened(shell, "grounding")
    assert "distress_before" not in page.plan().options
    page.now.number = 0
    assert page.plan().options["distress_before"] == 0.0
    page.now.number = 10
    assert page.plan().options["distress_before"] == 10.0


@pytest.mark.parametrize(
    ("n_led", "most", "suggested", "said"),
    [
        (0, 5, 5, EN.first_time),
        (2, 20, 5, EN.first_times),
        (3, 20, 12, EN.later_times),
    ],
)
def test_first_sessions_are_short_and_it_is_said_why(
    n_led: int, most: int, suggested: int, said: str
) -> None:
    page = GuideStartPage(Preferences(n_led=n_led, minutes=12))
    page.open("breathing")
    assert said in texts(page)
    assert page.plan().duration_s == suggested * 60.0
    page.minutes.number = 90
    assert page.plan().duration_s == most * 60.0
    page.minutes.number = 0
    assert page.plan().duration_s == 60.0, "it may be shorter, and has an end"


def test_a_guide_with_an_end_of_its_own_asks_for_no_minutes() -> None:
    page = GuideStartPage(Preferences())
    page.open("grounding")
    assert EN.minutes not in texts(page)


def test_own_breath_shows_its_parts_and_is_led_as_set() -> None:
    kept = OwnBreath(name="Evening", pattern_s=(4.0, 0.5, 7.0, 0.0))
    page = GuideStartPage(Preferences(pattern_s=(4.4, 0.0, 6.5, 0.0), own_breaths=(kept,)))
    page.open("breathing")
    assert page.editor.isHidden()
    assert page.plan().pattern == PRESETS["gentle"]
    picker = page.options.pickers["preset"]
    picker.setCurrentIndex(picker.findData("own"))
    picker.activated.emit(picker.currentIndex())
    assert not page.editor.isHidden()
    assert page.editor.keeper.isHidden()
    assert page.plan().pattern == PRESETS["slower"]
    page.editor.choose_own("Evening")
    assert page.plan().pattern == BreathPattern(4.0, 0.5, 7.0, 0.0)


def test_breath_that_cannot_be_led_cannot_be_begun() -> None:
    page = GuideStartPage(Preferences())
    page.open("breathing")
    picker = page.options.pickers["preset"]
    picker.setCurrentIndex(picker.findData("own"))
    picker.activated.emit(picker.currentIndex())
    stepper = page.editor.steppers[0]
    stepper.number = 0.0
    stepper.changed.emit(0.0)
    assert page.trouble
    assert not page.begin_button.isEnabled()
    picker.setCurrentIndex(0)
    picker.activated.emit(0)
    assert page.begin_button.isEnabled()


def test_choices_that_do_not_go_together_are_told_before_and_not_by_a_failure() -> None:
    page = GuideStartPage(Preferences())
    page.open("release")
    for tick in page.options.ticks["+leave_out"].values():
        tick.click()
    nothing_left = begin_arguments(with_preferences(page.plan(), Preferences()))
    try:
        make_guide("release", nothing_left)
    except ValueError:
        assert page.trouble == EN.cannot
        assert not page.begin_button.isEnabled()
    else:
        assert page.trouble == ""


def test_sensors_that_help_are_told_with_those_that_are_there(
    shell: Shell, engine: EngineDouble
) -> None:
    page = opened(shell, "grounding")
    helps = EN.helps.format(signals="skin conductance and heart")
    assert page.sensors_text == f"{helps} {EN.none_here} {EN.without}"
    engine.live(5.0, sensors=(STRAP,))
    shell.tick()
    assert EN.here.format(signals="heart") in page.sensors_text
    assert EN.without in page.sensors_text
    engine.live(6.0, sensors=(STRAP, SKIN))
    skin = engine.snapshot().sensors[SKIN.sensor_id]
    engine.change(traces={skin.sensor_id: (SKIN.kinds[0], ())})
    shell.tick()
    assert EN.without not in page.sensors_text


def test_nothing_can_begin_while_a_session_is_under_way(shell: Shell, engine: EngineDouble) -> None:
    page = opened(shell, "grounding")
    engine.begin(SessionPlan("breathing", PRESETS["gentle"], 600.0))
    shell.tick()
    assert page.trouble == EN.busy
    assert not page.begin_button.isEnabled()
    engine.end()
    shell.tick()
    assert page.begin_button.isEnabled()


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_begin_and_the_way_back_are_in_sight_in_a_small_window(shell: Shell, scale: float) -> None:
    shell.prefer(shell.preferences.changed(text_scale=scale))
    shell.resize(960, 640)
    page = opened(shell, "breathing")
    QTest.qWait(50)
    for shown in (page.begin_button, page.back_button):
        assert shown.visibleRegion().boundingRect() == shown.rect()
        assert shown.fontMetrics().horizontalAdvance(shown.text()) < shown.width()
    shell.prefer(Preferences(theme="dark", sound=False))
