"""A guide that leads by words is followed, asked and ended by keys alone."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from math import nan
from typing import TYPE_CHECKING, Literal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QScrollArea

from biofeedback.guides.catalogue import GUIDES, vocabulary
from biofeedback.guides.words import guide_words
from biofeedback.pacing import PRESETS
from biofeedback.runtime.engine import Engine
from biofeedback.runtime.guide_log import has_pacer
from biofeedback.runtime.snapshot import SessionPlan, SessionState
from biofeedback.samples import Decision, GuideState, Metric
from biofeedback.settings import Preferences
from biofeedback.ui.messages.lead_words import lead_words
from biofeedback.ui.shell import Shell
from ui.conftest import put_away, until
from ui.led import BREATHE, FEEL, SETTLING, change_guide, lead

if TYPE_CHECKING:
    from pathlib import Path

    from biofeedback.ui.lead_page import LeadPage
    from ui.engine_double import EngineDouble

WORDS = guide_words("grounding").stages


@pytest.fixture
def page(shell: Shell, engine: EngineDouble) -> LeadPage:
    """The page with the second step of grounding on it."""
    lead(engine, FEEL)
    shell.tick()
    page = shell.pages.lead
    assert shell.page is page
    return page


def press(shell: Shell, key: Qt.Key) -> None:
    QTest.keyClick(QApplication.focusWidget() or shell, key)


def test_step_is_shown_with_its_words_its_count_and_its_place(page: LeadPage) -> None:
    assert page.texts == ("Grounding", WORDS["feel"].title[0], WORDS["feel"].text[0])
    assert (page.circles.count, page.circles.n_asked) == (2, 4)
    assert page.circles.accessibleName() == "2 of 4"
    assert page.dots.accessibleName() == "Step 2 of 5"


def test_practice_that_was_chosen_stands_beside_the_name(
    shell: Shell, engine: EngineDouble
) -> None:
    lead(engine, FEEL, practice="five-senses")
    shell.tick()
    assert shell.pages.lead.texts[0] == "Grounding  ·  five senses"


@pytest.mark.parametrize(
    ("key", "word"),
    [
        (Qt.Key.Key_Return, "more"),
        (Qt.Key.Key_M, "more"),
        (Qt.Key.Key_N, "next"),
        (Qt.Key.Key_L, "longer"),
        (Qt.Key.Key_O, "other"),
        (Qt.Key.Key_B, "back"),
        (Qt.Key.Key_K, "keep"),
    ],
)
def test_each_thing_that_can_be_asked_has_a_key(
    shell: Shell, engine: EngineDouble, page: LeadPage, key: Qt.Key, word: str
) -> None:
    engine.calls.clear()
    press(shell, key)
    assert engine.calls == [f"ask {word}"]


def test_what_cannot_be_asked_has_neither_key_nor_button(
    shell: Shell, engine: EngineDouble, page: LeadPage
) -> None:
    change_guide(engine, can=("next",), n_asked=0, count=0)
    shell.tick()
    engine.calls.clear()
    for key in (Qt.Key.Key_M, Qt.Key.Key_L, Qt.Key.Key_S, Qt.Key.Key_K):
        press(shell, key)
    assert engine.calls == []
    assert list(page.words.buttons) == ["next", "end"]
    press(shell, Qt.Key.Key_Return)
    assert engine.calls == ["ask next"]


def test_enter_presses_the_button_that_has_the_focus(
    shell: Shell, engine: EngineDouble, page: LeadPage
) -> None:
    QApplication.processEvents()
    page.words.buttons["other"].setFocus()
    engine.calls.clear()
    press(shell, Qt.Key.Key_Return)
    assert engine.calls == ["ask other"]


def test_circles_count_by_a_press_anywhere_on_them(engine: EngineDouble, page: LeadPage) -> None:
    engine.t_s += 1.0
    page.refresh(engine.snapshot(), engine.t_s, SessionState.RUNNING)
    engine.calls.clear()
    QTest.mouseClick(page.circles, Qt.MouseButton.LeftButton)
    assert engine.calls == ["ask more"]


def test_pause_stands_still_and_says_so(shell: Shell, engine: EngineDouble, page: LeadPage) -> None:
    shell.toggle_pause()
    line = lead_words("en")
    assert page.texts[0] == f"{line.paused}. {line.paused_hint}"
    share = page.line.share
    engine.calls.clear()
    for key in (Qt.Key.Key_N, Qt.Key.Key_M, Qt.Key.Key_Return):
        press(shell, key)
    QTest.mouseClick(page.circles, Qt.MouseButton.LeftButton)
    assert engine.calls == [], "nothing goes on in a pause"
    engine.t_s += 20
    shell.tick()
    assert page.line.share == share
    assert page.words.buttons["end"].isEnabled()
    shell.toggle_pause()
    assert page.texts[0] == "Grounding"


def test_stop_is_heard_in_a_pause_too(shell: Shell, engine: EngineDouble, page: LeadPage) -> None:
    change_guide(engine, can=("stop", "next"))
    shell.toggle_pause()
    engine.calls.clear()
    press(shell, Qt.Key.Key_S)
    assert engine.calls == ["ask stop"]


def test_end_ends_the_session(shell: Shell, engine: EngineDouble, page: LeadPage) -> None:
    page.words.buttons["end"].click()
    shell.tick()
    assert engine.calls[-1] == "end"
    assert shell.page is shell.pages.summary


def test_of_a_session_without_a_guide_of_its_own_only_the_guide_ends(
    shell: Shell, engine: EngineDouble
) -> None:
    lead(engine, FEEL, plan="")
    shell.tick()
    shell.pages.lead.words.buttons["end"].click()
    assert engine.calls[-1] == "ask end"
    engine.change(guide=GuideState(80.0, "", "open"))
    shell.tick()
    assert shell.page is shell.pages.practice


def test_window_goes_to_the_page_of_the_guide_that_leads_now(
    shell: Shell, engine: EngineDouble
) -> None:
    lead(engine, BREATHE, plan="breathing")
    shell.tick()
    assert shell.pages.shows("practice")
    engine.change(guide=FEEL, pacer=None)
    shell.tick()
    assert shell.pages.shows("lead")
    engine.change(guide=BREATHE)
    shell.tick()
    assert shell.pages.shows("practice")


def test_two_who_go_over_to_steps_see_nothing_of_one_body(
    shell: Shell, engine: EngineDouble
) -> None:
    lead(engine, FEEL, plan="together", decisions=(SETTLING,), share="nothing")
    shell.tick()
    page = shell.pages.lead
    assert not page.numbers.isVisible()
    assert (page.why.text, page.why.earlier_button.isVisible()) == ("", False)
    lead(engine, FEEL, plan="together", decisions=(SETTLING,), share="body-state")
    shell.tick()
    assert page.numbers.isVisible()
    assert page.why.text


def test_who_looks_at_something_else_is_left_there(shell: Shell, engine: EngineDouble) -> None:
    lead(engine, BREATHE, plan="breathing")
    shell.tick()
    shell.show_page(shell.pages.sensors)
    engine.change(guide=FEEL)
    shell.tick()
    assert shell.pages.shows("sensors")
    shell._chosen("Practice")
    assert shell.pages.shows("lead")


def test_sentence_of_an_earlier_step_is_put_away_with_it(
    shell: Shell, engine: EngineDouble, page: LeadPage
) -> None:
    engine.change(decisions=(SETTLING,))
    shell.tick()
    assert "skin conductance is still settling" in page.why.text
    change_guide(engine, t_s=75.0, stage="hear", place=3)
    shell.tick()
    assert page.why.text == ""


def test_focus_of_a_button_that_goes_away_presses_nothing_else(
    shell: Shell, engine: EngineDouble, page: LeadPage
) -> None:
    QApplication.processEvents()
    page.words.buttons["back"].setFocus()
    assert page.words.buttons["back"].hasFocus()
    change_guide(engine, can=("more", "next"))
    shell.tick()
    assert QApplication.focusWidget() is page


def test_body_is_in_view_while_waves_lead(shell: Shell, engine: EngineDouble) -> None:
    state = GuideState(60.0, "waves", "open", stage="resource", can=("activate", "stop"))
    lead(engine, state, plan="waves")
    metrics = {
        "arousal": Metric(70.0, "arousal", 1.7, "", 60.0, 0.9),
        "arousal_zone": Metric(70.0, "arousal_zone", 1.0, "", 60.0, 0.9),
    }
    engine.change(metrics=metrics)
    shell.tick()
    page = shell.pages.lead
    assert page.band.isVisible()
    assert page.band.text == lead_words("en").arousal_above
    assert "stop" in page.words.buttons
    engine.change(guide=FEEL)
    shell.tick()
    assert not page.band.isVisible()


def test_where_the_body_is_stands_once_on_the_page(shell: Shell, engine: EngineDouble) -> None:
    """Beside the band the numbers leave it out: it would be said twice that it can't be told."""
    page = shell.pages.lead
    page.numbers.show_numbers(are_shown=True)
    lead(engine, replace(FEEL, guide="waves", stage="resource", can=("activate",)), plan="waves")
    shell.tick()
    shown = [each for each in page.findChildren(QLabel) if each.isVisible()]
    assert [each.text() for each in shown].count(lead_words("en").arousal_unknown) == 1
    change_guide(engine, guide="grounding", stage="feel")
    shell.tick()
    assert page.numbers.state.isVisible()


def test_no_number_is_shown_until_asked_for(shell: Shell, page: LeadPage) -> None:
    heart = page.numbers.readings["heart_rate_bpm"]
    assert not heart.isVisible()
    QTest.keyClick(page, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    until(heart.isVisible)
    shell.tick()
    assert heart.text == "64 bpm"


def test_german_guide_is_german_all_over(shell: Shell, engine: EngineDouble) -> None:
    shell.prefer(Preferences(theme="dark", sound=False, guide_language="de"))
    lead(engine, FEEL)
    shell.tick()
    page = shell.pages.lead
    words = guide_words("grounding", "de")
    assert page.texts[1:] == (words.stages["feel"].title[0], words.stages["feel"].text[0])
    assert page.dots.accessibleName() == "Schritt 2 von 5"
    assert page.words.buttons["next"].accessibleName() == "Nächster Schritt"
    assert page.circles.accessibleName() == "2 von 4"


def test_before_the_guide_has_begun_its_name_is_there(shell: Shell, engine: EngineDouble) -> None:
    lead(engine, None)
    shell.tick()
    assert shell.pages.lead.texts == ("", "Grounding", "")


@pytest.mark.parametrize(("width", "height", "scale"), [(960, 640, 1.0), (1280, 800, 2.0)])
def test_what_enter_does_and_the_question_are_in_sight(
    shell: Shell, engine: EngineDouble, width: int, height: int, scale: float
) -> None:
    shell.prefer(Preferences(theme="dark", sound=False, text_scale=scale))
    shell.resize(width, height)
    lead(engine, FEEL)
    shell.tick()
    QTest.qWait(30)
    shell.tick()
    page = shell.pages.lead
    more = page.words.buttons["more"]
    assert more.visibleRegion().boundingRect().height() >= more.height() * 0.9
    change_guide(engine, asks="how-is-it")
    shell.tick()
    QTest.qWait(30)
    assert (shell.width(), shell.height()) == (width, height)
    for each in page.question.answers:
        assert each.visibleRegion().boundingRect() == each.rect()
    shell.prefer(Preferences(theme="dark", sound=False))


def test_a_whole_practice_is_led_by_keys_with_the_real_engine(tmp_path: Path) -> None:
    """From the first step to the summary without a sensor: next, pause, on, and the end."""
    engine = Engine()
    engine.start()
    shell = Shell(
        engine,
        Preferences(theme="dark", sound=False),
        tmp_path / "library.biofeedback",
        keep=lambda _: True,
        open_output=lambda: None,
    )
    shell.resize(1280, 800)
    shell.show()
    shell.activateWindow()
    until(shell.isActiveWindow)

    def stage() -> str:
        shell.tick()
        guide = engine.snapshot().guide
        return "" if guide is None else guide.stage

    def has_left(before: str) -> bool:
        return stage() != before

    def shows_summary() -> bool:
        shell.tick()
        return shell.pages.shows("summary") and shell.pages.summary.has_summary

    engine.begin(SessionPlan("grounding", PRESETS["gentle"], options={"practice": "five-senses"}))
    until(lambda: stage() != "" and shell.pages.shows("lead"))
    page = shell.pages.lead
    assert shell.page is page
    seen = [stage()]
    for _ in range(3):
        before = stage()
        press(shell, Qt.Key.Key_N)
        until(partial(has_left, before))
        seen.append(stage())
        assert page.texts[1] in WORDS[stage()].title
    assert len(set(seen)) == 4
    QTest.keyClick(page, Qt.Key.Key_Space)
    assert shell.pausing.state() is SessionState.PAUSED
    QTest.keyClick(page, Qt.Key.Key_Space)
    until(lambda: engine.snapshot().state is SessionState.RUNNING)
    shell.tick()
    end = next(b for b in page.findChildren(QPushButton) if b.accessibleName() == "End here")
    QApplication.processEvents()
    end.setFocus()
    assert end.hasFocus()
    press(shell, Qt.Key.Key_Return)
    until(shows_summary)
    assert "of grounding" in shell.pages.summary.title
    put_away(shell)
    shell.deleteLater()


def test_line_of_an_open_stage_is_out_of_sight(
    shell: Shell, engine: EngineDouble, page: LeadPage
) -> None:
    assert page.line.isVisible()
    change_guide(engine, stage_until_s=nan)
    shell.tick()
    assert not page.line.isVisible()


def test_decision_without_words_is_no_trouble(
    shell: Shell, engine: EngineDouble, page: LeadPage
) -> None:
    engine.change(decisions=(Decision(69.0, "grounding", "longer", "of-a-later-version"),))
    shell.tick()
    assert page.why.text == ""


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("guide", [name for name in GUIDES if not has_pacer(name)])
def test_every_step_has_its_place_without_scrolling(
    shell: Shell, engine: EngineDouble, guide: str, language: Literal["en", "de"]
) -> None:
    """With all that may be asked for, and why it takes longer; a question leaves the end in sight."""
    preferences = Preferences(theme="dark", sound=False, is_checked=True, guide_language=language)
    shell.prefer(preferences)
    can: tuple[str, ...] = ("more", "next", "longer", "again", "other", "back", "keep")
    if guide == "waves":
        can = ("activate", "resource", "stop")
    page = shell.pages.lead
    bar = page.findChildren(QScrollArea)[0].verticalScrollBar()
    for stage, n_ways in vocabulary(guide).stages.items():
        step = replace(
            FEEL, guide=guide, stage=stage, way=n_ways - 1, can=can,
            n_asked=FEEL.n_asked if guide == "grounding" else 0,
        )  # fmt: skip
        lead(engine, step, plan=guide, decisions=(SETTLING, SETTLING))
        shell.tick()
        until(lambda: bar.maximum() == 0)
        change_guide(engine, asks="how-is-it")
        for _ in range(3):
            shell.tick()
            QApplication.processEvents()
        end = page.words.buttons["end"]
        assert end.visibleRegion().boundingRect() == end.rect(), stage
