"""Two people: one pacer or two, a pace for whoever finds it harder, a pause for both."""

from __future__ import annotations

import re

import pytest

from biofeedback.guides.catalogue import make_guide
from biofeedback.guides.companion import QUESTIONS, REASONS
from biofeedback.guides.pacer import PacerChange, pattern_arguments
from biofeedback.guides.words import LANGUAGES, answer_words, reason_sentence, stage_words
from biofeedback.kinds import Role
from biofeedback.pacing import PRESETS
from biofeedback.samples import Decision, GuideState
from helpers.guide_play import Play, play

OF_A_BODY = {"check-in-body", "heart-fast", "arousal-rose", "zone-above", "zone-below"}


def partner_rate_per_min(told: Play) -> float | None:
    segment = told.leader.partner_segment
    return None if segment is None else segment.pattern.breaths_per_min


def both_metrics(told: Play, until_s: float, ours: float, theirs: float) -> Play:
    """Tell every ten seconds how well each follows."""
    told.leader.know_partner("second")
    while told.t_s + 10.0 <= until_s:
        told.metrics(told.t_s + 10.0, adherence=ours)
        told.metrics(told.t_s, source="second", adherence=theirs)
    return told


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_said_of_one_body_alone_is_not_said_to_two(language: str) -> None:
    """Screen and voice are for both: neither is to hear how active the other is."""
    of_a_body = re.compile(r"heart|body|range|stirred|quiet|Herz|Körper|Bereich|ruhig")
    for reason in REASONS:
        said = reason_sentence(Decision(1.0, "together", "ask", reason), language)
        assert not of_a_body.search(said), said
        alone = reason_sentence(Decision(1.0, "breathing", "ask", reason), language)
        assert bool(of_a_body.search(alone)) is (reason in OF_A_BODY), alone
    for question in QUESTIONS:
        offer = "grounding" if question.startswith("offer") else ""
        state = GuideState(1.0, "together", "in", asks=question, offer=offer)
        words = answer_words(state, language)
        assert words is not None
        assert not of_a_body.search(words.text), words.text


def test_one_pacer_leads_both() -> None:
    told = play().begin("together", preset="gentle").advance(100.0)
    assert told.rate_per_min == pytest.approx(6.0)
    assert told.leader.partner_segment is None


def test_each_may_have_a_pacer_of_their_own() -> None:
    told = play().begin("together", preset="gentle", pacers="own", partner_per_min=5.5)
    assert told.rate_per_min == pytest.approx(6.0)
    assert partner_rate_per_min(told) == pytest.approx(5.5)
    assert [change.role for change in told.news if isinstance(change, PacerChange)] == [
        Role.CLIENT,
        Role.PARTNER,
    ]


def test_a_pause_by_either_stops_both_and_both_go_on() -> None:
    told = play().begin("together", preset="gentle", pacers="own").advance(33.0)
    told.command(34.0, "pause")
    stopped = [item for item in told.news if isinstance(item, PacerChange)]
    assert {(change.role, change.segment) for change in stopped} == {
        (Role.CLIENT, None),
        (Role.PARTNER, None),
    }
    told.command(60.0, "resume")
    assert told.leader.segment is not None
    assert told.leader.partner_segment is not None


def test_the_end_is_the_end_for_both() -> None:
    told = play().begin("together", pacers="own").advance(33.0).command(34.0, "end")
    assert told.leader.has_ended
    assert told.leader.partner_segment is None


@pytest.mark.parametrize(("ours", "theirs"), [(0.9, 0.1), (0.1, 0.9)])
def test_one_pace_comes_towards_whoever_finds_it_harder_and_does_not_say_who(
    ours: float, theirs: float
) -> None:
    told = both_metrics(play().begin("together", preset="gentle"), 240.0, ours, theirs)
    assert told.rate_per_min > 6.0
    reasons = {decision.reason for decision in told.decisions}
    assert reasons == {"not-followed"}


def test_while_both_follow_the_pace_stays() -> None:
    told = both_metrics(play().begin("together", preset="gentle"), 240.0, 0.9, 0.85)
    assert told.rate_per_min == pytest.approx(6.0)
    assert told.decisions == []


def test_with_pacers_of_their_own_only_the_harder_one_comes_nearer() -> None:
    told = both_metrics(
        play().begin("together", preset="gentle", pacers="own", partner_per_min=5.0),
        240.0,
        0.9,
        0.1,
    )
    assert told.rate_per_min == pytest.approx(6.0)
    rate = partner_rate_per_min(told)
    assert rate is not None
    assert 5.0 < rate <= 6.0
    assert set(told.reasons) == {"partner-not-followed"}


def test_letting_go_is_for_both() -> None:
    told = play().begin("together", pacers="own").advance(33.0)
    told.ease(40.0, "said-worse")
    assert told.leader.segment is None
    assert told.leader.partner_segment is None
    told.word(60.0, "go-on")
    assert told.leader.partner_segment is not None


@pytest.mark.parametrize("asked_per_min", [1.0, 30.0])
def test_no_pace_of_the_second_passes_the_limits(asked_per_min: float) -> None:
    told = play().begin("together", pacers="own", partner_per_min=asked_per_min, gentle=1.0)
    rate = partner_rate_per_min(told)
    assert rate is not None
    assert 5.0 - 1e-6 <= rate <= 12.0 + 1e-6


@pytest.mark.parametrize(
    "options", [{"pacers": "three"}, {"share": "everything"}, {"preset": "4-7-8"}]
)
def test_nonsense_is_refused(options: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="no such"):
        make_guide("together", options)


@pytest.mark.parametrize("when", ["from the beginning", "on the way"])
def test_a_breath_like_the_sigh_is_led_like_any_other(when: str) -> None:
    """It has a stage of its own for one alone; two people have no words for it."""
    sigh = pattern_arguments(PRESETS["sigh"])
    if when == "on the way":
        told = play().begin("together").command(10.0, "pace", **sigh)
    else:
        told = play().begin("together", **sigh)
    told.advance(400.0)
    assert "sigh" not in told.stages
    assert told.stage == "breathe"
    assert all(stage_words(state)[0] for state in told.states if state.stage)
