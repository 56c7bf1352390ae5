"""After the end two things are asked: each can be answered, taken back, or left out."""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from biofeedback.settings import Preferences
from biofeedback.ui.after import AfterQuestions
from biofeedback.ui.messages.after_words import after_words
from biofeedback.ui.messages.care_words import care_words
from ui.conftest import until
from ui.engine_double import EngineDouble, a_summary
from ui.recorded import ended

if TYPE_CHECKING:
    from biofeedback.sessions.library import Library
    from biofeedback.ui.shell import Shell


@pytest.fixture
def after() -> AfterQuestions:
    made = AfterQuestions()
    made.resize(1100, 200)
    made.show()
    made.ask(nan)
    QApplication.processEvents()
    return made


ENGLISH = after_words("en")


def named(after: AfterQuestions, name: str) -> QPushButton:
    return next(b for b in after.findChildren(QPushButton) if b.accessibleName() == name)


def how(after: AfterQuestions, word: str) -> QPushButton:
    return named(after, f"{ENGLISH.how} {ENGLISH.how_answers[word]}")


def distress(after: AfterQuestions, points: int) -> QPushButton:
    return named(after, f"{ENGLISH.distress} {points}")


@pytest.mark.parametrize("word", ENGLISH.how_answers)
def test_each_answer_is_taken_at_once(after: AfterQuestions, word: str) -> None:
    heard: list[dict[str, float | str]] = []
    after.answered.connect(heard.append)
    how(after, word).click()
    assert heard == [{"how": word}]


def test_points_go_from_0_to_10(after: AfterQuestions) -> None:
    for points in range(11):
        distress(after, points).click()
        assert after.answers == {"distress": float(points)}


def test_another_answer_takes_the_place_of_the_first_and_a_second_press_takes_it_back(
    after: AfterQuestions,
) -> None:
    how(after, "better").click()
    how(after, "harder").click()
    assert after.answers == {"how": "harder"}
    how(after, "harder").click()
    assert after.answers == {}


def test_what_was_said_before_is_shown_and_kept_beside(after: AfterQuestions) -> None:
    after.ask(6.0)
    assert after.distress.note.text() == "Before: 6"
    distress(after, 2).click()
    assert after.answers == {"distress": 2.0, "distress_before": 6.0}
    after.ask(nan)
    assert (after.answers, after.distress.note.text()) == ({}, "")


def test_leaving_it_out_is_one_press_and_takes_back_what_was_chosen(after: AfterQuestions) -> None:
    heard: list[dict[str, float | str]] = []
    after.answered.connect(heard.append)
    how(after, "dizzy").click()
    after.aside_button.click()
    assert heard == [{"how": "dizzy"}, {}]
    assert not after.isVisible()


@pytest.mark.parametrize("is_narrow", [True, False])
def test_both_fit_their_width(after: AfterQuestions, is_narrow: bool) -> None:
    after.be_narrow(is_narrow=is_narrow)
    width = 520 if is_narrow else 1100
    after.resize(width, 300)
    for _ in range(3):
        QApplication.processEvents()
    assert after.width() == width
    for each in filter(QPushButton.isVisible, after.findChildren(QPushButton)):
        assert each.mapTo(after, each.rect().bottomRight()).x() < after.width()


def test_tab_goes_through_the_answers_as_the_eye_does(after: AfterQuestions) -> None:
    how(after, "better").setFocus()
    after.how.choose("dizzy")
    passed = []
    for _ in range(4 + 1 + 11 + 1):
        focused = QApplication.focusWidget()
        assert isinstance(focused, QPushButton)
        passed.append(focused.text())
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    points = [str(number) for number in range(11)]
    answers = list(ENGLISH.how_answers.values())
    assert passed == [*answers, ENGLISH.leave_out, *points, care_words("en").help]


def test_answers_go_into_the_library(shell: Shell, engine: EngineDouble, library: Library) -> None:
    session_id = ended(shell, engine, library)
    page = shell.pages.summary
    page.show_summary(a_summary(session_id=session_id, is_led=True, distress_before=7.0))
    QApplication.processEvents()
    distress(page.after, 3).setFocus()
    QTest.keyClick(distress(page.after, 3), Qt.Key.Key_Return)
    how(page.after, "better").click()
    wanted = {"how": "better", "distress": 3.0, "distress_before": 7.0}
    until(lambda: library.answers(session_id) == wanted)
    until(lambda: page.after._said.text() == ENGLISH.kept)


@pytest.mark.parametrize("is_narrow", [True, False])
def test_light_headed_is_met_with_a_word_and_a_way_to_a_person(
    after: AfterQuestions, is_narrow: bool
) -> None:
    after.be_narrow(is_narrow=is_narrow)
    wanted: list[bool] = []
    after.help_wanted.connect(lambda: wanted.append(True))
    assert after.care == ""
    how(after, "dizzy").click()
    assert after.care == care_words("en").dizzy
    QApplication.processEvents()
    assert after.help_button.isVisible()
    after.help_button.click()
    assert wanted == [True]
    how(after, "same").click()
    assert after.care == "", "it is gone with the answer"
    distress(after, 8).click()
    assert after.care == care_words("en").much
    after.ask(nan)
    assert after.care == "", "another session is asked anew"


def test_more_distress_than_before_is_met_with_a_word_too(after: AfterQuestions) -> None:
    after.ask(2.0)
    distress(after, 3).click()
    assert after.care == ""
    distress(after, 4).click()
    assert after.care == care_words("en").much


def test_help_leads_back_to_the_summary(shell: Shell) -> None:
    page = shell.pages.summary
    shell.show_page(page)
    page.show_summary(a_summary(is_led=True))
    how(page.after, "dizzy").click()
    page.after.help_button.click()
    assert shell.pages.shows("help")
    shell.pages.help.back_button.click()
    assert shell.pages.shows("summary")
    assert page.after.answers == {"how": "dizzy"}


def test_nothing_is_asked_where_nothing_is_kept_or_nothing_led(shell: Shell) -> None:
    page = shell.pages.summary
    shell.show_page(page)
    page.show_summary(a_summary(is_led=True, session_id=""))
    assert not page.after.isVisible()
    page.show_summary(a_summary(is_led=False))
    assert not page.after.isVisible()


def test_they_speak_the_language_of_the_guides_and_what_was_answered_stays(
    shell: Shell,
) -> None:
    shell.prefer(Preferences(theme="dark", sound=False, guide_language="de"))
    page = shell.pages.summary
    shell.show_page(page)
    page.show_summary(a_summary(is_led=True, distress_before=2.0))
    german = after_words("de")
    named(page.after, f"{german.how} {german.how_answers['dizzy']}").click()
    named(page.after, f"{german.distress} 8").click()
    assert page.after.distress.note.text() == "Vorher: 2"
    assert page.after.care == f"{care_words('de').dizzy}\n{care_words('de').much}"
    assert page.after.help_button.text() == care_words("de").help
    page.after.tell_kept()

    shell.prefer(Preferences(theme="dark", sound=False))
    assert how(page.after, "dizzy").isChecked()
    assert distress(page.after, 8).isChecked()
    assert page.after.distress.note.text() == "Before: 2"
    assert page.after.care == f"{care_words('en').dizzy}\n{care_words('en').much}"
    assert page.after._said.text() == ENGLISH.kept
