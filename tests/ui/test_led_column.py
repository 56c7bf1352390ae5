"""Beside the disc stands what leads, at which pace, and why that moved."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from biofeedback.guides.catalogue import GUIDES, vocabulary
from biofeedback.guides.companion import QUESTIONS
from biofeedback.guides.words import guide_words
from biofeedback.pacing import PRESETS, BreathPattern, PacerSegment
from biofeedback.runtime.engine import Engine
from biofeedback.runtime.guide_log import has_pacer
from biofeedback.runtime.snapshot import SessionPlan
from biofeedback.samples import Decision
from biofeedback.settings import Preferences
from biofeedback.ui.replay import ReplayPage
from biofeedback.ui.shell import Shell
from ui.conftest import put_away, until
from ui.led import BREATHE, change_guide, lead
from ui.recorded import record

if TYPE_CHECKING:
    from pathlib import Path

    from biofeedback.sessions.library import Library
    from ui.engine_double import EngineDouble

NATURAL = replace(BREATHE, step="open", can=("go-on", "keep"))
EASED = Decision(61.0, "breathing", "natural", "said-worse")


def test_pace_that_the_guide_leads_now_is_told(shell: Shell, engine: EngineDouble) -> None:
    lead(engine, BREATHE, plan="breathing")
    engine.change(pacer=PacerSegment(60.0, BreathPattern.at_rate(5.8)))
    shell.tick()
    assert shell.pages.practice.led.texts[:3] == (
        guide_words("breathing").name,
        "5.8 breaths a minute",
        "In 4.1 s · out 6.2 s",
    )


def test_pace_stays_in_sight_in_a_pause(shell: Shell, engine: EngineDouble) -> None:
    lead(engine, BREATHE, plan="breathing")
    shell.tick()
    shell.toggle_pause()
    assert "6.0 breaths a minute" in shell.pages.practice.led.texts


@pytest.mark.parametrize("guide", ["breathing", "together", "resonance"])
def test_pace_that_was_led_last_stays_in_sight_in_a_pause(
    shell: Shell, engine: EngineDouble, guide: str
) -> None:
    """Not the one that was planned, and not none."""
    lead(engine, replace(BREATHE, guide=guide), plan=guide)
    engine.change(pacer=PacerSegment(60.0, BreathPattern.at_rate(5.8)))
    shell.tick()
    shell.toggle_pause()
    shell.tick()
    assert shell.pages.practice.led.texts[1:3] == ("5.8 breaths a minute", "In 4.1 s · out 6.2 s")


def test_natural_breath_is_calm_and_has_the_words_of_the_stage(
    shell: Shell, engine: EngineDouble
) -> None:
    lead(engine, NATURAL, plan="breathing")
    engine.change(pacer=None)
    shell.tick()
    page = shell.pages.practice
    title = guide_words("breathing").stages["breathe"].title[0]
    assert page.stage.disc.word == title
    assert page.stage.disc.is_still
    assert not any("breaths a minute" in text for text in page.led.texts)
    engine.change(guide=replace(NATURAL, step="paused"))
    shell.tick()
    assert not any("breaths a minute" in text for text in page.led.texts), "nor in a pause from it"


def test_why_the_pace_moved_is_one_glance_away(shell: Shell, engine: EngineDouble) -> None:
    lead(engine, BREATHE, plan="breathing", decisions=(EASED,))
    shell.tick()
    led = shell.pages.practice.led
    assert led.why.text == "You said it is getting harder."
    assert led.why.isVisible()


def test_what_can_be_asked_is_asked_by_key_and_button(shell: Shell, engine: EngineDouble) -> None:
    lead(engine, replace(BREATHE, can=("slower", "faster", "natural", "keep")), plan="breathing")
    shell.tick()
    engine.calls.clear()
    focused = QApplication.focusWidget()
    assert focused is not None
    for key in (Qt.Key.Key_W, Qt.Key.Key_F, Qt.Key.Key_C, Qt.Key.Key_K):
        QTest.keyClick(focused, key)
    led = shell.pages.practice.led
    led.words.buttons["slower"].click()
    led.why.adapt_button.click()
    words = ["slower", "faster", "natural", "keep", "slower", "keep"]
    assert engine.calls == [f"ask {word}" for word in words]


def test_adapting_is_switched_by_its_key_where_there_is_nothing_else_to_ask(
    shell: Shell, engine: EngineDouble
) -> None:
    lead(engine, replace(BREATHE, can=("keep",)), plan="breathing")
    shell.tick()
    engine.calls.clear()
    QTest.keyClick(shell.pages.practice, Qt.Key.Key_K)
    change_guide(engine, can=("adapt",))
    shell.tick()
    QTest.keyClick(shell.pages.practice, Qt.Key.Key_K)
    assert engine.calls == ["ask keep", "ask adapt"]


def test_question_is_asked_beside_the_disc(shell: Shell, engine: EngineDouble) -> None:
    lead(engine, BREATHE, plan="breathing")
    shell.tick()
    change_guide(engine, asks="how-is-it")
    shell.tick()
    engine.calls.clear()
    QTest.keyClick(shell.pages.practice, Qt.Key.Key_3)
    assert engine.calls == ["ask answer how-is-it worse"]


def test_question_comes_into_sight_with_large_text(shell: Shell, engine: EngineDouble) -> None:
    shell.prefer(Preferences(theme="dark", sound=False, text_scale=2.0))
    lead(engine, BREATHE, plan="breathing")
    shell.tick()
    QApplication.processEvents()
    change_guide(engine, asks="how-is-it")
    shell.tick()

    def is_in_sight() -> bool:
        engine.change(t_s=engine.picture.t_s + 0.05)
        shell.tick()
        last = shell.pages.practice.led.question.answers[-1]
        return last.visibleRegion().boundingRect() == last.rect()

    until(is_in_sight)
    shell.prefer(Preferences(theme="dark", sound=False))


def questions_of(guide: str) -> list[str]:
    return sorted({*vocabulary(guide).questions, *QUESTIONS})


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("guide", [name for name in GUIDES if has_pacer(name)])
def test_all_answers_and_the_end_are_in_sight_without_scrolling(
    shell: Shell, engine: EngineDouble, guide: str, language: Literal["en", "de"]
) -> None:
    """Whatever is asked, wherever the guide is that says most."""
    preferences = Preferences(theme="dark", sound=False, guide_language=language, is_checked=True)
    shell.prefer(preferences)
    page = shell.pages.practice
    stages = guide_words(guide, language).stages
    longest = max(stages, key=lambda stage: len(stages[stage].text[0]))
    why = Decision(61.0, guide, "stay", "zone-above")
    led = replace(BREATHE, guide=guide, stage=longest, can=("slower", "faster", "natural", "keep"))
    lead(engine, led, plan=guide, decisions=(why, why))
    engine.change(pacer=PacerSegment(60.0, BreathPattern.at_rate(6.0)))
    shell.tick()
    QApplication.processEvents()
    end = page.end_button.mapTo(shell, QPoint(0, 0))
    for question in questions_of(guide):
        offer = "grounding" if question.startswith("offer") else ""
        change_guide(engine, asks=question, offer=offer)
        for _ in range(4):
            shell.tick()
            QApplication.processEvents()
        assert page.led.question.text, question
        assert page.stage._left.verticalScrollBar().maximum() == 0, question
        for each in (*page.led.question.answers, page.end_button):
            assert each.visibleRegion().boundingRect() == each.rect(), question
        assert page.end_button.mapTo(shell, QPoint(0, 0)) == end, question
        change_guide(engine, asks="", offer="")
        shell.tick()
    assert page.led.words.buttons["natural"].isVisible(), "what gave way is back"
    assert page.led.why.adapt_button.isVisible()


def test_keys_of_buttons_that_gave_way_go_on(shell: Shell, engine: EngineDouble) -> None:
    shell.prefer(Preferences(theme="dark", sound=False, text_scale=2.0))
    lead(engine, replace(BREATHE, can=("natural", "keep")), plan="breathing")
    shell.tick()
    QApplication.processEvents()
    change_guide(engine, asks="how-is-it")
    page = shell.pages.practice
    for _ in range(4):
        shell.tick()
        QApplication.processEvents()
    assert not page.led.words.buttons["natural"].isVisible()
    engine.calls.clear()
    QTest.keyClick(page, Qt.Key.Key_C)
    assert engine.calls == ["ask natural"]
    shell.prefer(Preferences(theme="dark", sound=False))


def test_breath_is_chosen_on_the_way_in_breathing_alone(shell: Shell, engine: EngineDouble) -> None:
    lead(engine, BREATHE, plan="breathing")
    shell.tick()
    assert shell.pages.practice.editor.isVisible()
    change_guide(engine, guide="resonance")
    shell.tick()
    assert not shell.pages.practice.editor.isVisible()


def test_session_without_a_guide_can_be_asked_something_too(
    shell: Shell, engine: EngineDouble
) -> None:
    lead(engine, replace(BREATHE, guide="", stage="", step="open", can=(), asks="offer",
                         offer="grounding"), plan="")  # fmt: skip
    engine.change(pacer=None)
    shell.tick()
    panel = shell.pages.practice.led.question
    assert "Grounding" in panel.text
    engine.calls.clear()
    QTest.keyClick(shell.pages.practice, Qt.Key.Key_2)
    assert engine.calls == ["ask refuse"]


def test_next_session_begins_without_the_words_of_the_last(
    shell: Shell, engine: EngineDouble
) -> None:
    lead(engine, BREATHE, plan="breathing", decisions=(EASED,))
    shell.tick()
    engine.reset()
    engine.change(guide=None, decisions=())
    shell.tick()
    assert not shell.pages.practice.led.isVisible()
    lead(engine, None, plan="breathing")
    shell.tick()
    assert shell.pages.practice.led.why.text == ""


def test_replay_tells_and_asks_nothing(library: Library) -> None:
    session = library.load(record(library))
    page = ReplayPage()
    page.resize(1200, 740)
    page.show()
    page.set_speed(float("inf"))
    page.open(session)
    until(lambda: page.picture() is not None and page.picture().guide is not None)  # type: ignore[union-attr]  # asked just before
    shown = page.picture()
    assert shown is not None
    page.led.tell(
        replace(shown, guide=replace(BREATHE, asks="how-is-it", can=("slower", "keep")),
                decisions=(EASED,)),
        62.0, page.state, None,
    )  # fmt: skip
    assert "A question: How is it?" in page.led.texts
    assert page.led.why.text == "You said it is getting harder."
    assert not page.led.question.isVisible()
    assert page.led.words.buttons == {}
    assert not page.led.why.adapt_button.isVisible()
    page.close_session()


def test_breath_is_let_go_and_taken_up_again_with_the_real_engine(tmp_path: Path) -> None:
    """By keys alone, and without a sensor: the disc is calm meanwhile, and the pace comes back."""
    engine = Engine()
    engine.start()
    shell = Shell(
        engine,
        Preferences(theme="dark", sound=False, is_checked=True),
        tmp_path / "library.biofeedback",
        keep=lambda _: True,
        open_output=lambda: None,
    )
    shell.resize(1280, 800)
    shell.show()
    shell.activateWindow()
    until(shell.isActiveWindow)
    page = shell.pages.practice

    def is_led() -> bool:
        shell.tick()
        return not page.stage.disc.is_still

    engine.begin(SessionPlan("breathing", PRESETS["gentle"], 600.0))
    until(is_led)
    shown = page.led.texts
    assert any("breaths a minute" in text for text in shown)
    QTest.keyClick(page, Qt.Key.Key_C)
    until(lambda: not is_led())
    guide = engine.snapshot().guide
    assert guide is not None
    assert page.stage.disc.word in guide_words("breathing").stages[guide.stage].title
    assert not any("breaths a minute" in text for text in page.led.texts)
    QTest.keyClick(page, Qt.Key.Key_G)
    until(is_led)
    assert any("breaths a minute" in text for text in page.led.texts)
    put_away(shell)
    shell.deleteLater()


def test_offer_that_comes_as_the_pace_is_let_go_of_has_its_room(
    shell: Shell, engine: EngineDouble
) -> None:
    """Stage, sentence and question change at once, and more than one frame goes by unpainted."""
    page = shell.pages.practice
    lead(engine, replace(BREATHE, can=("natural", "keep")), plan="breathing", decisions=(EASED,))
    shell.tick()
    QApplication.processEvents()
    rose = Decision(70.0, "breathing", "ask", "arousal-rose")
    change_guide(engine, step="open", stage="natural", way=2, can=("go-on",), asks="offer",
                 offer="grounding")  # fmt: skip
    engine.change(pacer=None, decisions=(EASED, rose, rose))
    for _ in range(5):
        shell.tick()
    for _ in range(3):
        QApplication.processEvents()
        shell.tick()
    assert page.stage._left.verticalScrollBar().maximum() == 0
    for each in (*page.led.question.answers, page.led.words.buttons["go-on"], page.end_button):
        assert each.visibleRegion().boundingRect() == each.rect()
