"""Muscle release: told before it is asked, let go at once, what hurts left out."""

from __future__ import annotations

from itertools import pairwise

import pytest

from biofeedback.guides.catalogue import make_guide
from biofeedback.samples import GuideState
from helpers.guide_play import Play, play


def lengths_s(told: Play, stage: str) -> list[float]:
    """Return how long each passage through a stage took."""
    turns = [state for state in told.states if state.stage]
    return [
        later.t_s - earlier.t_s
        for earlier, later in pairwise(_changes(turns))
        if earlier.stage == stage
    ]


def _changes(states: list[GuideState]) -> list[GuideState]:
    kept = states[:1]
    for state in states[1:]:
        if state.stage != kept[-1].stage:
            kept.append(state)
    return kept


def test_each_group_is_told_tensed_for_six_seconds_and_let_go_for_half_a_minute() -> None:
    """5 to 7 s of tension and 30 to 40 s to notice, for seven groups."""
    told = play().begin("release").advance(1200.0)
    assert told.leader.has_ended
    assert lengths_s(told, "tense") == [6.0] * 7
    assert lengths_s(told, "loose") == [35.0] * 7
    before_tense = [a for a, b in pairwise(told.stages) if b == "tense"]
    assert all(stage.startswith("ready-") for stage in before_tense)
    assert [b for a, b in pairwise(told.stages) if a == "tense"] == ["loose"] * 7
    assert 300.0 < told.states[-1].t_s < 600.0


def test_sixteen_groups_are_sixteen_and_twice_is_twice() -> None:
    told = play().begin("release", form="sixteen").advance(3000.0)
    assert told.stages.count("tense") == 16
    twice = play().begin("release", rounds="twice").advance(3000.0)
    assert twice.stages.count("tense") == 14


def test_release_only_tenses_nothing() -> None:
    told = play().begin("release", form="release-only").advance(3000.0)
    assert "tense" not in told.stages
    assert len([stage for stage in told.stages if stage.startswith("soften-")]) == 7


def test_what_is_to_be_left_out_never_comes() -> None:
    told = play().begin("release", leave_out="neck,legs").advance(3000.0)
    assert told.stages.count("tense") == 4
    assert not {"ready-neck", "ready-leg", "ready-other-leg"} & set(told.stages)
    assert told.states[1].n_places == 4


def test_with_everything_left_out_there_is_still_a_quiet_end() -> None:
    every = "arms,face,neck,shoulders,belly,legs"
    told = play().begin("release", leave_out=every).advance(3000.0)
    assert told.stages == ["arrive", "whole-body", "come-back"]
    assert told.leader.has_ended


def test_light_is_shorter_and_said_so_and_gentle_means_light() -> None:
    for options in ({"strength": "light"}, {"gentle": 1.0}, {"gentle": "yes"}):
        told = play().begin("release", **options).advance(1200.0)
        assert lengths_s(told, "tense") == [5.0] * 7
        assert {state.way for state in told.states if state.stage == "tense"} == {1}


def test_without_gentle_said_by_word_or_number_it_is_as_usual() -> None:
    for options in ({"gentle": "no"}, {"gentle": 0.0}):
        told = play().begin("release", **options).advance(1200.0)
        assert lengths_s(told, "tense") == [6.0] * 7


def test_a_group_is_one_place_and_next_leaves_its_effort_out() -> None:
    told = play().begin("release").advance(30.5)
    assert (told.state.stage, told.state.place, told.state.n_places) == ("ready-arm", 1, 7)
    told.word(33.0, "next").word(34.0, "next")
    assert (told.stage, told.state.place) == ("loose", 1)
    told.word(35.0, "next")
    assert (told.stage, told.state.place) == ("ready-other-arm", 2)


def test_when_it_is_too_much_nothing_more_is_tensed() -> None:
    told = play().begin("release").advance(40.0)
    assert told.stage == "tense"
    told.ease(41.0, "worse")
    assert told.stage == "loose"
    assert told.reasons == ["no-more-tensing"]
    told.advance(3000.0)
    assert told.stages.count("tense") == 1
    assert told.stages.count("soften-face") == 1
    assert told.leader.has_ended


def test_too_much_while_it_is_only_told_leads_to_letting_go() -> None:
    told = play().begin("release").advance(31.0)
    told.ease(32.0, "dizzy")
    assert told.stage == "soften-arm"


def test_a_muscle_under_the_electrodes_that_still_holds_gets_more_time() -> None:
    told = play().begin("release").advance(39.0)
    told.metrics(42.0, tension_pct=600.0, emg_microvolts=60.0).advance(45.0)
    told.steadily(79.0, every_s=1.0, tension_pct=200.0, emg_microvolts=8.0)
    assert told.reasons == ["muscle-holding"]
    assert told.stage == "loose"
    assert told.state.stage_until_s == pytest.approx(45.0 + 35.0 + 8.0)


def test_electrodes_that_lie_elsewhere_say_nothing() -> None:
    told = play().begin("release").advance(39.0)
    told.metrics(42.0, tension_pct=120.0).steadily(79.0, every_s=1.0, tension_pct=200.0)
    assert told.reasons == []


def test_the_end_tells_how_the_muscle_was_at_rest_before_and_after() -> None:
    for after, reason in ((4.0, "muscle-looser"), (9.8, "muscle-alike")):
        told = play().begin("release", form="release-only", leave_out="legs")
        told.steadily(29.0, emg_microvolts=10.0)
        told.steadily(270.0, emg_microvolts=after).advance(3000.0)
        assert [each for each in told.reasons if each.startswith("muscle")] == [reason]
        assert told.decided(reason).facts == {"before_microvolts": 10.0, "after_microvolts": after}


@pytest.mark.parametrize(
    "options", [{"form": "five"}, {"leave_out": "tail"}, {"strength": "iron"}, {"rounds": "often"}]
)
def test_nonsense_is_refused(options: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="no such form"):
        make_guide("release", options)


@pytest.mark.parametrize("at_s", [80.0, 88.0, 92.0, 110.0])
def test_who_goes_back_after_it_was_too_much_finds_no_effort_there_either(at_s: float) -> None:
    """Too much in the second group: as it is told, tensed, or let go."""
    told = play().begin("release").ease(at_s, "said-worse")
    place = told.state.place
    assert place == 2
    n_before = len(told.states)
    for step in range(6):
        told.word(at_s + 1.0 + step, "back")
    assert told.stage == "arrive"
    told.advance(3000.0)
    assert told.leader.has_ended
    after = {state.stage for state in told.states[n_before:]}
    assert "tense" not in after
    assert {"soften-arm", "soften-leg", "come-back"} <= after
    assert not [stage for stage in after if stage.startswith("ready-")]


def test_when_it_is_still_too_much_without_tensing_it_comes_back_into_the_room() -> None:
    told = play().begin("release").ease(88.0, "said-worse").ease(190.0, "said-worse")
    assert told.stage == "come-back"
    assert told.reasons == ["no-more-tensing", "eased-again"]
    assert told.advance(220.0).leader.has_ended


def test_who_refuses_another_guide_and_says_again_that_it_is_worse_is_not_left_in_it() -> None:
    """Not offered again within the agreed time; but what was too much does not go on either."""
    told = play().begin("release", first=1.0, offer="grounding").advance(60.0)
    assert told.answer(65.0, "worse").state.offer == "grounding"
    told.word(70.0, "refuse").advance(152.0)
    assert told.asks == "how-is-it"
    told.answer(155.0, "worse")
    assert (told.state.offer, told.stage) == ("", "come-back")
    assert told.advance(185.0).leader.has_ended


def test_an_offer_that_comes_with_the_way_out_may_be_answered_before_the_end() -> None:
    """Offered and refused early on, allowed again after 300 s; coming back takes 25 s otherwise."""
    told = play().begin(
        "release",
        form="release-only",
        check_ins=0.0,
        offer="grounding",
        offer_after_s=20.0,
        offer_again_s=300.0,
    )
    told.steadily(25.0, arousal_zone=1.0)
    assert told.state.offer == "grounding"
    told.word(26.0, "refuse").answer(100.0, "worse", "how-is-it")
    assert (told.state.offer, told.reasons[-1]) == ("", "eased-time")
    told.answer(330.0, "worse", "how-is-it")
    assert (told.state.offer, told.stage) == ("grounding", "come-back")
    told.advance(359.9)
    assert told.state.offer == "grounding"
    assert told.word(359.9, "accept").state.guide == "grounding"
