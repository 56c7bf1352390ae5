"""Values, tests, and the question before another description is replaced."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from biofeedback.devices.profiles.drafting import Draft, draft_to_profile
from biofeedback.devices.profiles.profile import Match
from biofeedback.ui.describe_meaning import MeaningStep, ReplaceQuestion
from biofeedback.ui.page import label
from ui.conftest import until
from ui.described import VALUE, board_packets

DRAFT = Draft(
    VALUE, match=Match(name_prefixes=("B",)), value_type="u32", offset_bytes=2, unit="ohm"
)


@pytest.fixture
def step() -> MeaningStep:
    made = MeaningStep()
    made.show()
    made.activateWindow()
    until(made.isActiveWindow)
    return made


def test_the_newest_value_is_shown_with_what_was_seen(step: MeaningStep) -> None:
    values = np.array([3.0, 5.0, 4.25, np.nan])
    step.tell("skin conductance", "µS", np.arange(4.0), values, ())
    assert step.value == "4.250 µS"
    shown = [each.text() for each in step.findChildren(type(label()))]
    assert "between 3.000 and 5.000 µS in the last 3 s" in shown
    assert "Skin conductance" in shown
    assert step.trace.n_points == 3


def test_what_is_not_right_is_said_and_nothing_made_up(step: MeaningStep) -> None:
    step.tell("ECG", "", np.empty(0), np.empty(0), ("Pick a type.", "And a place."))
    assert step.value == "–"
    assert step.problems == "Pick a type.\nAnd a place."
    step.tell("ECG", "µV", np.arange(1.0), np.ones(1), ())
    assert step.problems == ""


def test_packets_that_became_tests_are_listed_with_what_they_mean(step: MeaningStep) -> None:
    step.tell("skin conductance", "µS", np.arange(1.0), np.ones(1), ())
    profile = draft_to_profile(DRAFT, board_packets(200))
    step.tell_tested(profile)
    assert "3 packets" in step.result
    rows = [each.text() for each in step.findChildren(type(label())) if "→" in each.text()]
    assert len(rows) == 3
    assert rows[0].endswith("3.200 µS")
    step.forget_tests()
    assert step.result == ""
    assert not [e for e in step.findChildren(type(label())) if "→" in e.text()]


def test_a_row_of_many_values_is_shown_in_part(step: MeaningStep) -> None:
    draft = Draft(VALUE, match=DRAFT.match, value_type="u8", n_samples=8, rate_hz=8.0)
    step.tell_tested(draft_to_profile(draft, [bytes(range(8)), bytes(range(1, 9))]))
    rows = [each.text() for each in step.findChildren(type(label())) if "→" in each.text()]
    assert rows[0].endswith("0, 1.000, 2.000, 3.000, …")


def test_after_saving_the_way_on_has_the_focus(step: MeaningStep) -> None:
    step.show_content(is_shown=True)
    step.tell_outcome("Saved.", is_saved=True)
    assert step.outcome == "Saved."
    assert step.sensors_button.hasFocus()
    went: list[bool] = []
    step.to_sensors.connect(lambda: went.append(True))
    step.sensors_button.click()
    assert went == [True]


def test_the_answer_that_changes_nothing_has_the_focus_and_escape_gives_it() -> None:
    question = ReplaceQuestion()
    answers: list[bool] = []
    question.answered.connect(answers.append)
    question.show()
    question.activateWindow()
    until(question.isActiveWindow)
    question.ask("Mine")
    assert "“Mine”" in question.words
    assert question.no_button.hasFocus()
    QTest.keyClick(question.no_button, Qt.Key.Key_Escape)
    assert question.isHidden()
    question.ask("Mine")
    question.yes_button.click()
    assert answers == [False, True]
    question.deleteLater()
