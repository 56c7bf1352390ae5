"""What was agreed on beforehand goes with every plan, and the first sessions are short."""

from __future__ import annotations

from math import inf

import pytest

from biofeedback.guides.catalogue import GUIDES, LED_BY_TIME
from biofeedback.guides.leader import Leader
from biofeedback.pacing import PRESETS
from biofeedback.runtime.snapshot import SessionPlan, begin_arguments, plan_of
from biofeedback.samples import Command, GuideState
from biofeedback.settings import Preferences
from biofeedback.ui.guide_plan import with_preferences
from biofeedback.ui.session_length import N_FIRST

LONG = SessionPlan("breathing", PRESETS["gentle"], 1800.0)


def test_first_session_is_five_minutes_at_most_whatever_was_chosen() -> None:
    first = Preferences(n_led=0)
    assert with_preferences(LONG, first).duration_s == 300.0
    short = SessionPlan("breathing", PRESETS["gentle"], 120.0)
    assert with_preferences(short, first).duration_s == 120.0


@pytest.mark.parametrize("asked_s", [1800.0, inf])
def test_later_ones_are_twenty_minutes_at_most_whatever_was_chosen(asked_s: float) -> None:
    for guide in LED_BY_TIME:
        plan = SessionPlan(guide, PRESETS["gentle"], asked_s)
        assert with_preferences(plan, Preferences(n_led=1)).duration_s == 1200.0


def test_a_guide_that_ends_by_itself_is_not_cut_short() -> None:
    plan = SessionPlan("grounding", PRESETS["gentle"])
    assert with_preferences(plan, Preferences(n_led=0)).duration_s == inf


@pytest.mark.parametrize(("n_led", "is_first"), [(0, True), (1, True), (2, True), (3, False)])
def test_the_first_times_are_led_as_first_times(n_led: int, is_first: bool) -> None:
    options = with_preferences(LONG, Preferences(n_led=n_led)).options
    assert ("first" in options) is is_first
    assert (n_led < N_FIRST) is is_first


def test_gentleness_following_and_offers_go_with_the_plan() -> None:
    agreed = Preferences(
        n_led=9, is_gentle=True, adapts=False, offer="grounding", offer_again_min=30
    )
    assert with_preferences(LONG, agreed).options == {
        "adapts": 0.0,
        "offer": "grounding",
        "offer_again_s": 1800.0,
        "gentle": 1.0,
    }


@pytest.mark.parametrize("offer", ["", "no-such-guide"])
def test_what_is_not_there_is_not_offered(offer: str) -> None:
    options = with_preferences(LONG, Preferences(n_led=9, offer=offer)).options
    assert options == {"adapts": 1.0}


def test_what_was_chosen_for_this_session_stands() -> None:
    chosen = SessionPlan("grounding", PRESETS["gentle"], inf, {"pace": "slow", "adapts": 0.0})
    options = with_preferences(chosen, Preferences()).options
    assert (options["pace"], options["adapts"]) == ("slow", 0.0)


@pytest.mark.parametrize("guide", GUIDES)
def test_every_guide_takes_what_goes_with_the_plan_and_the_record_gives_it_back(
    guide: str,
) -> None:
    plan = SessionPlan(guide, PRESETS["gentle"], 300.0)
    plan = with_preferences(plan, Preferences(is_gentle=True))
    arguments = begin_arguments(plan)
    leader = Leader()
    told = leader.command(Command(0.0, "begin", arguments))
    assert any(isinstance(each, GuideState) and each.guide == guide for each in told)
    assert not leader.has_ended
    assert plan_of(arguments) == plan
