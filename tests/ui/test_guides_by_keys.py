"""Every guide from Practice to Practice by keys alone: no mouse, no sensor, the real engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from biofeedback.guides.catalogue import GUIDES, LED_BY_TIME
from biofeedback.guides.companion import QUESTIONS
from biofeedback.guides.words import answer_words
from biofeedback.runtime.snapshot import SessionState
from biofeedback.settings import Preferences
from biofeedback.ui.messages import window_words
from biofeedback.ui.messages.lead_words import KEYS, lead_words
from biofeedback.ui.widgets.controls import Stepper
from ui.conftest import until
from ui.led_person import CTRL, Person, someone

if TYPE_CHECKING:
    from pathlib import Path

    from biofeedback.sessions.library import Library

WITH_DISC = LED_BY_TIME | {"resonance-stepped", "resonance-sliding"}
# Words that lead to an end of what they are asked of; they come last.
LEADS_ON = ("next", "natural", "stop", "resource", "again", "back")


def page_of(guide: str) -> str:
    return "PracticePage" if guide in WITH_DISC else "LeadPage"


def who(**changes: object) -> Preferences:
    """Somebody who has not seen the safety check; not their very first time."""
    return Preferences(theme="dark", sound=False, n_led=1).changed(**changes)


def pass_safety(person: Person) -> None:
    """Go through the check, which comes before the first guide, by Tab and Enter."""
    assert person.page == "SafetyPage"
    assert person.state() is SessionState.READY
    assert person.guide is None, "nothing begins before it"
    person.enter(person.shell.pages.safety.go_button)
    while person.page == "SafetyPage":
        # It says "Read on" until the last condition has been in sight.
        person.press(Qt.Key.Key_Return)


def pause_and_go_on(person: Person) -> None:
    person.press(Qt.Key.Key_Space)
    assert person.state() is SessionState.PAUSED
    before = person.guide
    person.wait(30.0, 10.0)
    assert person.guide == before, "a pause is as long as the person likes"
    person.press(Qt.Key.Key_Space)
    assert person.state() is SessionState.RUNNING


def answer(person: Person) -> str:
    """Answer the question that waits by a number key. Return the question."""
    guide = person.guide
    assert guide is not None
    question = answer_words(guide)
    assert question is not None
    # Of several answers the last but one: nothing is answered by accident.
    number = max(len(question.answers) - 1, 1) if question.answers else 7
    n_before = len(person.commands)
    person.type(str(number))
    command = person.commands[n_before]
    assert person.guide is None or person.guide.asks != guide.asks or person.guide != guide
    if guide.offer:
        assert command.name == list(question.answers)[number - 1]
    elif question.answers:
        wanted = {"question": guide.asks, "word": list(question.answers)[number - 1]}
        assert (command.name, dict(command.arguments)) == ("answer", wanted)
    else:
        assert command.arguments["points"] == number
    return guide.asks


def follow_to_the_end(person: Person) -> tuple[set[str], set[str]]:
    """Answer what is asked, try each key that there is once, then go on step by step.

    Returns
    -------
    tuple
        The questions that were answered, and the words that were asked for.
    """
    asked: set[str] = set()
    words: set[str] = set()
    for _ in range(900):
        guide = person.guide
        if person.state() is SessionState.ENDED or guide is None:
            return asked, words
        if guide.asks:
            asked.add(answer(person))
            continue
        new = [word for word in guide.can if word not in words]
        new.sort(key=lambda word: LEADS_ON.index(word) if word in LEADS_ON else -1)
        if new and new[0] != "stop":
            n_before = len(person.commands)
            person.type(KEYS[new[0]])
            assert [each.name for each in person.commands[n_before:]] == [new[0]], guide
            words.add(new[0])
        elif "go-on" in guide.can:
            person.type(KEYS["go-on"])
        elif "next" in guide.can:
            person.type(KEYS["next"])
        person.wait(6.0, 3.0)
    msg = f"it never ended: {person.guide}"
    raise AssertionError(msg)


@pytest.mark.parametrize("name", GUIDES)
def test_a_guide_is_found_begun_answered_paused_ended_and_told_of_by_keys(
    name: str, library: Library, tmp_path: Path
) -> None:
    with someone(who(), tmp_path, library=library) as person:
        assert person.page == "PracticePage"
        person.open_guide(name)
        if name in LED_BY_TIME:
            person.choose_minutes(3)
        person.begin("SafetyPage")
        pass_safety(person)
        person.wait_for(lambda: person.page == page_of(name), 1.0, 0.05)
        assert person.state() is SessionState.RUNNING
        assert person.guide is not None
        assert person.guide.guide == name
        pause_and_go_on(person)
        asked, words = follow_to_the_end(person)
        assert words, "something could be asked for"
        told = {state.asks for state in person.states if state.asks and state.guide == name}
        assert asked >= told, "no question was without a key"
        person.see_summary()
        summary = person.shell.pages.summary
        person.enter(summary.after.how.findChildren(QPushButton)[0])
        assert summary.after.how.answer is not None
        person.enter(summary.after.distress.findChildren(QPushButton)[2])
        assert summary.after.answers["distress"] == 2.0
        until(lambda: len(library.sessions()) == 1)
        person.enter(summary.done_button)
        assert person.page == "PracticePage"
        assert person.state() is SessionState.READY


def test_every_guide_is_ended_in_a_pause_by_one_key(tmp_path: Path) -> None:
    """One after the other in one window, with the question that waits after a minute."""
    with someone(who(is_checked=True), tmp_path) as person:
        for name in GUIDES:
            person.open_guide(name)
            person.begin(page_of(name))
            person.wait(61.0, 20.0)
            person.press(Qt.Key.Key_Space)
            assert person.state() is SessionState.PAUSED, name
            person.press(Qt.Key.Key_E, CTRL)
            assert person.state() is SessionState.ENDED, name
            assert (person.states[-1].guide, person.states[-1].step) == (name, "ended")
            person.see_summary()
            person.enter(person.shell.pages.summary.done_button)
            assert person.page == "PracticePage", name


def test_a_digit_answers_wherever_the_focus_was_when_it_began(tmp_path: Path) -> None:
    """In a field for numbers, which stays in sight: it is not typed there."""
    with someone(who(is_checked=True), tmp_path) as person:
        practice = person.shell.pages.practice
        person.tab_to(practice.editor.findChildren(Stepper)[0])
        pattern = practice.editor.pattern
        person.begin("PracticePage")
        person.wait_for(lambda: person.guide is not None and bool(person.guide.asks), 90.0)
        assert answer(person) in QUESTIONS
        assert practice.editor.pattern == pattern


def test_a_breath_can_be_let_go_of_and_taken_up_again_by_keys(tmp_path: Path) -> None:
    with someone(who(is_checked=True), tmp_path) as person:
        person.open_guide("breathing")
        person.begin("PracticePage")
        person.wait(20.0)
        person.type(KEYS["natural"])
        assert person.guide is not None
        assert (person.guide.stage, person.guide.step) == ("natural", "open")
        person.type(KEYS["go-on"])
        assert person.guide.step != "open"


def test_an_offer_is_accepted_by_a_number_and_the_screen_follows(tmp_path: Path) -> None:
    """It gets harder: another way is offered, and led at once."""
    with someone(who(is_checked=True), tmp_path) as person:
        person.open_guide("breathing")
        person.begin("PracticePage")
        person.wait_for(lambda: person.guide is not None and bool(person.guide.asks), 90.0)
        person.type("3")
        assert person.guide is not None
        assert person.guide.offer == "grounding"
        person.type("1")
        assert person.guide.guide == "grounding"
        assert person.page == "LeadPage"
        person.press(Qt.Key.Key_Return)
        assert person.commands[-1].name == "next", "Enter does the first thing there is"


def test_ten_has_a_key_of_its_own(tmp_path: Path) -> None:
    with someone(who(is_checked=True), tmp_path) as person:
        person.open_guide("check-in")
        person.begin("LeadPage")
        person.wait_for(lambda: person.guide is not None and person.guide.asks == "distress", 120.0)
        person.type("X")
        assert person.commands[-1].arguments == {"question": "distress", "points": 10.0}


def test_a_question_is_left_out_by_escape(tmp_path: Path) -> None:
    with someone(who(is_checked=True), tmp_path) as person:
        person.open_guide("check-in")
        person.begin("LeadPage")
        person.wait_for(lambda: person.guide is not None and bool(person.guide.asks), 120.0)
        n_before = len(person.commands)
        person.press(Qt.Key.Key_Escape)
        assert person.shell.pages.lead.question.isHidden()
        assert len(person.commands) == n_before
        assert lead_words("en").skip


def test_the_list_of_keys_tells_every_key_of_the_guides() -> None:
    told = " ".join(f"{keys} {what}" for keys, what in window_words.KEYS)
    for letter in set(KEYS.values()):
        assert f" {letter}" in f" {told}", letter
    for key in ("1", "9", "0", "X", "Esc", "Enter", "Space", "Ctrl+E", "Ctrl+G", "Ctrl+B"):
        assert key in told, key
