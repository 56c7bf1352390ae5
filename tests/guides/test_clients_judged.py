"""What the lives of virtual clients come to is told as it is: bars that are missed are missed."""

from __future__ import annotations

from dataclasses import replace
from math import inf, nan

import pytest
from benchmarks.guides.checks import Broken
from benchmarks.guides.figures import figures
from benchmarks.guides.outcome import Outcome
from benchmarks.guides.page import BEGIN, END, filled, tables
from benchmarks.guides.plans import PLANS
from benchmarks.validation.figure import Figure

from biofeedback.guides.catalogue import GUIDES
from biofeedback.simulation.population import Response

ORDINARY = Outcome(
    plan="breathing, wound up",
    seed=0,
    response=Response.ORDINARY,
    length_s=600.0,
    is_over=True,
    last_guide="breathing",
    final=0.2,
    final_alone=0.4,
    harmed_s=inf,
    noticed_s=inf,
    handed_s=inf,
    is_by_word=False,
    verdict="",
    found_per_min=nan,
    error_per_min=nan,
    lost_share=nan,
    fixed_error_per_min=nan,
    fixed_lost_share=nan,
    n_zone_changes=2,
    n_paces=10,
    n_decisions=5,
    n_offers=0,
    n_questions=2,
    n_pauses=0,
    broken=(),
)
ADVERSE = replace(
    ORDINARY, plan="breathing, adverse, first session", response=Response.BREATH_ANXIOUS
)


def told(what: str, *outcomes: Outcome, guide: str = "breathing") -> Figure:
    (found,) = [one for one in figures(outcomes, [guide]) if what in one.what]
    return found


def test_ordinary_people_have_to_end_calmer_than_left_alone() -> None:
    """Six of seven reach 85 %, five of six do not."""
    stirred = replace(ORDINARY, final=0.5)

    assert told("ordinary people calmer", *[ORDINARY] * 6, stirred).is_met
    assert not told("ordinary people calmer", *[ORDINARY] * 5, stirred).is_met


@pytest.mark.parametrize(
    ("harmed_s", "handed_s", "is_met"),
    [
        (100.0, 270.0, True),
        (100.0, 290.0, False),
        (100.0, 60.0, True),
        (100.0, inf, False),
        (inf, 60.0, True),
    ],
    ids=["in time", "late", "before any harm", "never", "spared it"],
)
def test_whom_it_harms_is_led_on_within_three_minutes(
    harmed_s: float, handed_s: float, is_met: bool
) -> None:
    one = replace(ADVERSE, harmed_s=harmed_s, handed_s=handed_s)

    assert told("led on within 3 min of being", one).is_met is is_met


def test_whoever_was_never_harmed_nor_led_on_says_nothing_of_either() -> None:
    assert [one for one in figures([ADVERSE], ["breathing"]) if "of being" in one.what] == []


def test_one_broken_rule_in_all_lives_is_a_bar_missed() -> None:
    wrong = replace(ORDINARY, broken=(Broken("rate within limits", 1.0, "3 a minute"),))

    assert told("paces outside the limits", ORDINARY).is_met
    assert not told("paces outside the limits", ORDINARY, wrong).is_met


def test_what_was_not_found_is_no_error_and_no_result() -> None:
    found = replace(
        ORDINARY,
        plan="resonance-sliding, usual",
        found_per_min=5.6,
        error_per_min=-0.2,
        lost_share=0.01,
        fixed_error_per_min=0.2,
        fixed_lost_share=0.01,
    )
    nothing = replace(found, found_per_min=nan, error_per_min=nan, lost_share=nan)
    lives = (found, nothing)

    assert told("sliding, as they are: a result", *lives, guide="resonance-sliding").value == 50.0
    assert not told("sliding, as they are: a result", *lives, guide="resonance-sliding").is_met
    left = replace(nothing, handed_s=100.0)
    assert told("sliding, as they are: a result", found, left, guide="resonance-sliding").is_met
    distance = told("sliding, as they are: mean distance", *lives, guide="resonance-sliding")
    assert distance.value == pytest.approx(0.2)


def test_a_guide_that_comes_to_no_end_without_sensors_misses_its_bar() -> None:
    bare = replace(ORDINARY, plan="release, bare", last_guide="release")

    assert told("came to its end", bare, guide="release").is_met
    assert not told("came to its end", bare, replace(bare, is_over=False), guide="release").is_met


@pytest.mark.parametrize(("length_s", "is_met"), [(556.0, True), (660.5, True), (661.0, False)])
def test_a_session_that_runs_over_the_time_that_was_chosen_misses_its_bar(
    length_s: float, *, is_met: bool
) -> None:
    """Ten minutes, and three pauses of twenty seconds."""
    bare = replace(ORDINARY, plan="breathing, bare", length_s=length_s)
    assert told("when its time was up", bare).is_met is is_met


def test_whoever_accepted_another_guide_is_led_to_the_end_of_that_one() -> None:
    """As long as it takes, which says nothing of the guide that was left."""
    bare = replace(ORDINARY, plan="breathing, bare", length_s=660.0)
    left = replace(bare, last_guide="grounding", length_s=692.0)
    assert told("when its time was up", bare, left).is_met
    assert told("accepted another guide (1 of 2)", bare, left).is_met
    assert not told("accepted another guide", bare, replace(left, is_over=False)).is_met


def test_the_frame_of_the_page_is_kept_and_the_figures_replaced() -> None:
    figure = Figure(2, "something", 80.0, "%", "own design", low=85.0)
    frame = f"# Title\n\nWords.\n\n{BEGIN}\nold\n{END}\n\nMore.\n"
    once = filled(frame, tables([figure], 200, 1000))

    assert once.startswith("# Title\n\nWords.\n")
    assert once.endswith(f"{END}\n\nMore.\n")
    assert "old" not in once
    assert "missed by 5. Not known yet." in once
    assert filled(once, tables([figure], 200, 1000)) == once
    with pytest.raises(ValueError, match="no place"):
        filled("# Title", "")


def test_every_guide_is_tried_with_and_without_sensors() -> None:
    """So that a guide which is added cannot be forgotten."""
    for guide in GUIDES:
        ways = {plan.way: plan for plan in PLANS if plan.guide == guide}
        assert ways["bare"].sensors == ()
        assert any(plan.n_people is None for plan in ways.values())
