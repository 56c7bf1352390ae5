"""After the end one thing is asked after the other, and what was answered on the screen counts."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import pytest

from biofeedback.runtime.summary import Summary
from biofeedback.ui.after import AfterQuestions
from biofeedback.ui.messages.after_words import after_words
from biofeedback.ui.messages.care_words import care_words
from biofeedback.ui.messages.ear_words import ear_words
from biofeedback.ui.passage import Passage
from biofeedback.ui.summary_ears import SummaryEars
from ui.engine_double import a_summary

EN, ASKED = ear_words("en"), after_words("en")


class Evening:
    """Somebody who hears the end of a session."""

    def __init__(self, before: float = nan) -> None:
        self.after = AfterQuestions()
        self.after.ask(before)
        self.after.show()
        self.led_to: list[str] = []
        self.ears = SummaryEars(
            self.after, lambda: self.led_to.append("help"), lambda: self.led_to.append("guides")
        )
        self.ears.begin()
        self.summary: Summary = a_summary(guides=("breathing",), led_s=600.0)

    @property
    def now(self) -> Passage:
        return self.ears.passage(self.summary, "en")

    @property
    def keys(self) -> dict[str, str]:
        return {choice.key: choice.words for choice in self.now.choices}

    def press(self, key: str) -> None:
        next(choice for choice in self.now.choices if choice.key == key).act()


def test_one_question_follows_the_other_and_then_there_is_quiet() -> None:
    evening = Evening()
    assert evening.now.waits, "what the guide says last is said to its end"
    assert evening.now.text == ASKED.how
    evening.press("1")
    assert evening.after.answers == {"how": "better"}
    assert evening.now.text.startswith(ASKED.distress)
    evening.press("X")
    assert evening.after.answers == {"how": "better", "distress": 10.0}
    assert evening.now.text == care_words("en").much
    assert list(evening.keys) == ["H", "G"]
    evening.press("H")
    evening.press("G")
    assert evening.led_to == ["help", "guides"]


def test_what_was_answered_on_the_screen_is_not_asked_again() -> None:
    evening = Evening()
    evening.after.how.choose("same")
    assert evening.now.text.startswith(ASKED.distress)


def test_both_may_be_left_out_and_another_session_is_asked_anew() -> None:
    evening = Evening()
    evening.press("N")
    evening.press("N")
    assert evening.now.text == ""
    assert evening.after.answers == {}
    assert list(evening.keys) == ["G"]
    evening.ears.begin()
    assert evening.now.text == ASKED.how


def test_care_comes_with_the_answer_that_asks_for_it_and_help_stays_near() -> None:
    evening = Evening(before=2.0)
    evening.press("4")
    assert evening.now.text.startswith(care_words("en").dizzy)
    assert evening.keys["H"] == care_words("en").help
    evening.press("3")
    assert evening.now.text == "", "said once is enough"
    assert "H" in evening.keys


@pytest.mark.parametrize("has_led", [True, False])
def test_nothing_is_asked_where_the_screen_asks_nothing(has_led: bool) -> None:
    evening = Evening()
    evening.after.setVisible(has_led)
    assert (evening.now.text == ASKED.how) is has_led
    assert evening.now.place != replace(evening.now, place=("summary", 0)).place
