"""A press is for what stood there: what has just come under the mouse takes none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from biofeedback.guides.words import common_words
from biofeedback.pacing import PRESETS, BreathPattern, PacerSegment
from biofeedback.runtime.snapshot import BASELINE, SessionPlan
from biofeedback.ui.page import Page
from biofeedback.ui.press_guard import GUARDED_S, PressGuard, act_at_once
from ui.led import BREATHE, FEEL, change_guide, lead

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QWidget

    from biofeedback.ui.shell import Shell
    from ui.engine_double import EngineDouble

LED = replace(BREATHE, can=("slower", "faster", "natural", "keep"))


class Desk(Page):
    """A page with two buttons, and what was pressed of them."""

    def __init__(self) -> None:
        super().__init__()
        self.pressed: list[str] = []
        self.guard = PressGuard(self)
        self.one = self.add("one", QPoint(10, 10))
        self.other = self.add("other", QPoint(10, 60))

    def add(self, words: str, place: QPoint) -> QPushButton:
        made = QPushButton(words, self)
        made.setGeometry(place.x(), place.y(), 120, 40)
        made.clicked.connect(lambda: self.pressed.append(made.text()))
        made.show()
        return made


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    made.resize(300, 200)
    made.show()
    made.guard.note(0.0)
    made.guard.note(10.0)
    yield made
    made.deleteLater()


def click(widget: QWidget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def test_what_stood_still_takes_every_press(desk: Desk) -> None:
    click(desk.one)
    click(desk.other)
    assert desk.pressed == ["one", "other"]


@pytest.mark.parametrize(("later_s", "takes"), [(0.0, False), (0.49, False), (0.5, True)])
def test_what_is_new_takes_a_press_after_half_a_second(
    desk: Desk, later_s: float, takes: bool
) -> None:
    new = desk.add("new", QPoint(150, 10))
    desk.guard.note(10.1)
    desk.guard.note(10.1 + later_s)
    click(new)
    QTest.mouseDClick(new, Qt.MouseButton.LeftButton)
    assert bool(desk.pressed) is takes
    assert GUARDED_S == 0.5


def test_what_moved_takes_none_even_between_two_looks(desk: Desk) -> None:
    desk.other.move(10, 110)
    click(desk.other)
    desk.guard.note(10.03)
    click(desk.other)
    click(desk.one)
    assert desk.pressed == ["one"]
    desk.guard.note(10.03 + GUARDED_S)
    click(desk.other)
    assert desk.pressed == ["one", "other"]


def test_other_words_in_the_same_place_are_another_control(desk: Desk) -> None:
    desk.one.setText("once more")
    click(desk.one)
    assert desk.pressed == []


def test_what_was_hidden_is_new(desk: Desk) -> None:
    desk.one.hide()
    desk.guard.note(11.0)
    desk.one.show()
    desk.guard.note(20.0)
    click(desk.one)
    assert desk.pressed == []


def test_what_acts_at_once_does_wherever_it_comes_from(desk: Desk) -> None:
    act_at_once(desk.one)
    desk.one.move(150, 110)
    click(desk.one)
    assert desk.pressed == ["one"]


def test_nothing_is_guarded_between_sessions(desk: Desk) -> None:
    desk.guard.forget()
    click(desk.add("new", QPoint(150, 10)))
    assert desk.pressed == ["new"]


def test_clock_of_another_session_begins_anew(desk: Desk) -> None:
    desk.guard.note(0.2)
    click(desk.one)
    assert desk.pressed == []
    desk.guard.note(0.7)
    click(desk.one)
    assert desk.pressed == ["one"]


# On the page of a guide.


def look(shell: Shell, engine: EngineDouble, seconds: float) -> None:
    """Let time pass, and the window lay itself out."""
    for _ in range(3):
        shell.tick()
        QApplication.processEvents()
    engine.t_s += seconds
    shell.tick()


@pytest.fixture
def led(shell: Shell, engine: EngineDouble) -> Shell:
    lead(engine, LED, plan="resonance")
    change_guide(engine, guide="resonance", stage="follow")
    engine.change(pacer=PacerSegment(60.0, BreathPattern.at_rate(6.0)))
    look(shell, engine, 2.0)
    engine.calls.clear()
    return shell


def test_answer_is_not_pressed_by_a_hand_on_its_way_elsewhere(
    led: Shell, engine: EngineDouble
) -> None:
    panel = led.pages.practice.led.question
    change_guide(engine, asks="try-slower")
    look(led, engine, 0.0)
    click(panel.answers[0])
    click(panel.skip_button)
    assert (engine.calls, panel.isVisible()) == ([], True)
    look(led, engine, 0.51)
    click(panel.answers[0])
    assert engine.calls == ["ask answer try-slower yes"]


def test_offer_is_not_accepted_by_a_hand_on_its_way_elsewhere(
    led: Shell, engine: EngineDouble
) -> None:
    change_guide(engine, asks="offer", offer="grounding")
    look(led, engine, 0.1)
    for each in led.pages.practice.led.question.answers:
        click(each)
    assert engine.calls == []


def test_what_a_question_moved_is_guarded_too(led: Shell, engine: EngineDouble) -> None:
    natural = led.pages.practice.led.words.buttons["natural"]
    before = natural.mapTo(led, QPoint(0, 0))
    change_guide(engine, asks="try-slower")
    look(led, engine, 0.0)
    assert natural.mapTo(led, QPoint(0, 0)) != before
    click(natural)
    assert engine.calls == []
    look(led, engine, 0.51)
    click(natural)
    assert engine.calls == ["ask natural"]


def test_end_stays_where_it_is_and_acts_at_once(led: Shell, engine: EngineDouble) -> None:
    end = led.pages.practice.end_button
    before = end.mapTo(led, QPoint(0, 0))
    change_guide(engine, asks="how-is-it")
    look(led, engine, 0.0)
    assert end.mapTo(led, QPoint(0, 0)) == before
    click(end)
    assert engine.calls[-1] == "end"


def test_quiet_minutes_are_ended_at_once(shell: Shell, engine: EngineDouble) -> None:
    engine.begin(SessionPlan(BASELINE, PRESETS["gentle"]))
    engine.live(5.0)
    look(shell, engine, 0.0)
    click(shell.pages.practice.usual_progress.stop_button)
    assert engine.calls[-1] == "end"


def test_pause_acts_at_once(led: Shell, engine: EngineDouble) -> None:
    change_guide(engine, asks="how-is-it")
    look(led, engine, 0.0)
    click(led.topbar.pause_button)
    assert engine.calls == ["pause"]


def test_key_of_an_answer_acts_at_once(led: Shell, engine: EngineDouble) -> None:
    change_guide(engine, asks="try-slower")
    look(led, engine, 0.0)
    QTest.keyClick(led.pages.practice, Qt.Key.Key_1)
    assert engine.calls == ["ask answer try-slower yes"]


def test_key_that_is_held_down_answers_nothing(led: Shell, engine: EngineDouble) -> None:
    change_guide(engine, asks="try-slower")
    look(led, engine, 0.0)
    keys = led.pages.practice.led.findChildren(QShortcut)
    assert {QKeySequence(Qt.Key.Key_1), QKeySequence(Qt.Key.Key_Escape)} <= {
        key.key() for key in keys
    }
    assert not any(key.autoRepeat() for key in keys)


def test_steps_that_go_on_by_themselves_are_guarded(shell: Shell, engine: EngineDouble) -> None:
    lead(engine, FEEL)
    look(shell, engine, 2.0)
    page = shell.pages.lead
    change_guide(engine, asks="how-is-it")
    look(shell, engine, 0.0)
    engine.calls.clear()
    for each in page.question.answers:
        click(each)
    assert engine.calls == []
    change_guide(engine, asks="", stage="hear", place=3, count=0, n_asked=0, can=("next", "back"))
    look(shell, engine, 0.0)
    click(page.words.buttons["next"])
    assert engine.calls == [], "it has just come under the mouse"
    look(shell, engine, 0.51)
    click(page.words.buttons["next"])
    assert engine.calls == ["ask next"]
    change_guide(engine, stage="taste", can=("next", "back", "other", "longer", "again"))
    shell.tick()
    QApplication.processEvents()
    click(page.words.buttons["end"])
    assert engine.calls[-1] == "end"


def test_question_has_the_words_it_is_answered_by(led: Shell, engine: EngineDouble) -> None:
    """The panel that the others press is the real one."""
    change_guide(engine, asks="how-is-it")
    look(led, engine, 0.0)
    said = [each.accessibleName() for each in led.pages.practice.led.question.answers]
    assert said == list(common_words().questions["how-is-it"].answers.values())
