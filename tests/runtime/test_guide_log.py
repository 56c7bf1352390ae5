"""What guides did is told in sentences that follow from what they asked for and decided."""

from __future__ import annotations

from dataclasses import replace
from math import isnan, nan

import pytest

from biofeedback.guides.catalogue import GUIDES
from biofeedback.runtime.guide_log import GuideLog, guide_name, has_pacer, times
from biofeedback.samples import Command, Decision, Event, GuideState

IN = GuideState(0.0, "breathing", "in", 4.0, 6.0, "breathe")
SEE = GuideState(0.0, "grounding", "open", stage="see", place=1, n_places=5)


def log_of(*events: Event) -> GuideLog:
    log = GuideLog()
    for event in events:
        log.take(event)
    return log


def decided(decision: str, **facts: float | str) -> Decision:
    return Decision(1.0, "breathing", decision, "any", facts)


@pytest.mark.parametrize(("count", "words"), [(1, "once"), (2, "twice"), (5, "5 times")])
def test_counts_read_as_people_say_them(count: int, words: str) -> None:
    assert times(count) == words


def test_pace_is_told_from_where_to_where() -> None:
    log = log_of(
        IN,
        decided("slower"),
        replace(IN, t_s=90.0, breaths_per_min=5.8),
        decided("slower"),
        decided("slower"),
        replace(IN, t_s=200.0, breaths_per_min=5.6),
        GuideState(300.0, "breathing", "ended"),
    )
    assert log.sentences() == ("The pace moved 3 times, from 6.0 to 5.6 breaths a minute.",)
    assert log.has_paced


def test_pace_that_stayed_is_told_too() -> None:
    assert log_of(IN).sentences() == ("The pace stayed at 6.0 breaths a minute.",)


def test_pace_that_came_back_is_told_as_that() -> None:
    log = log_of(IN, decided("slower"), decided("faster"), replace(IN, t_s=99.0))
    assert log.sentences() == ("The pace moved twice and ended where it began, at 6.0.",)


def test_places_are_counted_once_each() -> None:
    log = log_of(SEE, replace(SEE, t_s=30.0, place=2), replace(SEE, t_s=60.0, place=1, way=1))
    assert log.sentences() == ("Grounding: 2 of 5 steps.",)
    assert not log.has_paced


def test_offers_questions_and_what_became_of_them() -> None:
    log = log_of(
        decided("ask", question="how-is-it"),
        decided("ask", question="once-more"),
        decided("offer", offer="grounding", question="offer"),
        decided("begin", offer="grounding"),
        decided("keep"),
    )
    assert log.sentences() == (
        "You were asked how it is once.",
        "Grounding was offered once, and you went over to it.",
        "You switched adapting off once.",
    )


def test_last_moments_of_a_practice_are_not_told_as_handed_back() -> None:
    nearly_over = replace(decided("natural"), reason="nearly-over")
    assert log_of(nearly_over).sentences() == ()
    let_go = replace(decided("natural"), reason="let-go")
    (told,) = log_of(let_go, nearly_over).sentences()
    assert told == "The pacer handed back to breathing as it comes once."


def test_nothing_decided_is_nothing_told() -> None:
    assert log_of().sentences() == ()


def test_time_led_leaves_pauses_out_and_adds_guides_up() -> None:
    log = log_of(
        IN,
        replace(IN, t_s=40.0, step="paused"),
        replace(IN, t_s=100.0),
        GuideState(130.0, "breathing", "ended"),
        replace(SEE, t_s=130.0),
    )
    assert log.guides == ("breathing", "grounding")
    assert log.led_s(190.0) == pytest.approx(40.0 + 30.0 + 60.0)
    log.take(GuideState(200.0, "grounding", "ended"))
    assert log.led_s(500.0) == pytest.approx(140.0)


def test_time_in_which_the_breath_was_left_to_the_person_is_told_apart() -> None:
    """Before the pacer and after it; not in a pause, and not in a guide that has no pacer."""
    log = log_of(
        replace(IN, t_s=0.0, step="open"),
        replace(IN, t_s=20.0),
        replace(IN, t_s=24.0, step="out"),
        replace(IN, t_s=80.0, step="open"),
        replace(IN, t_s=90.0, step="paused"),
        replace(IN, t_s=150.0, step="open"),
    )
    assert log.natural_s(160.0) == pytest.approx(20.0 + 10.0 + 10.0)
    log.take(GuideState(170.0, "breathing", "ended"))
    log.take(replace(SEE, t_s=170.0))
    assert log.natural_s(500.0) == pytest.approx(50.0)
    assert log.led_s(190.0) == pytest.approx(20.0 + 70.0 + 20.0 + 20.0)


def test_first_distress_that_was_told_is_the_one_before() -> None:
    def answer(**arguments: float | str) -> Command:
        return Command(9.0, "answer", arguments)

    assert isnan(log_of(answer(question="how-is-it", word="good")).distress_before)
    log = log_of(
        answer(question="distress", points=6.0),
        answer(question="distress", points=3.0),
    )
    assert log.distress_before == 6.0
    assert isnan(log_of(answer(question="distress", word="much")).distress_before)


def test_newest_result_of_an_assessment_is_kept() -> None:
    first = decided("result", verdict="result-clear", resonance_per_min=5.6)
    later = decided("result", verdict="result-flat", resonance_per_min=5.4)
    assert log_of(first, later, decided("result", to_per_min=5.0)).result is later


def test_missing_rate_is_no_pace() -> None:
    assert log_of(replace(IN, breaths_per_min=nan, step="open")).sentences() == ()


@pytest.mark.parametrize("guide", GUIDES)
def test_every_guide_has_a_name_for_the_title(guide: str) -> None:
    assert guide_name(guide) != guide


def test_guide_of_a_later_version_is_called_by_its_word() -> None:
    assert guide_name("of-a-later-version") == "of-a-later-version"


def test_guides_with_a_pacer_are_known() -> None:
    assert {name for name in ("breathing", "resonance", "resonance-stepped", "grounding", "waves",
                              "together") if has_pacer(name)} == {
        "breathing", "resonance", "resonance-stepped", "together",
    }  # fmt: skip


def test_a_way_that_was_cut_short_to_make_it_easier_is_told() -> None:
    """Not an end that was asked for, or whose time had come."""
    sooner = Decision(60.0, "kindness", "close", "eased-again")
    assert log_of(sooner).sentences() == (
        "It led back into the room sooner once: making it easier had not been enough.",
    )
    asked = Decision(60.0, "waves", "close", "close-asked")
    due = Decision(60.0, "resonance-sliding", "close", "time-is-up", {"after_min": 16.0})
    assert log_of(asked, due).sentences() == ()
