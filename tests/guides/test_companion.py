"""The companion beside a guide: one question at a time, the person's word always, the body's once."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.guides.catalogue import GUIDES, make_guide
from biofeedback.guides.companion import (
    ANSWER_WITHIN_S,
    ORIENTING,
    ORIENTING_OPTIONS,
    QUESTIONS,
    REASONS,
    WITHOUT_CHECK_INS,
)
from biofeedback.guides.words import LANGUAGES, answer_words, common_words, reason_sentence
from biofeedback.samples import GuideState
from helpers.guide_play import Play, play


def led(*, first: float = 1.0, **options: float | str) -> Play:
    return play().begin("breathing", preset="even", first=first, **options)


def heart(session: Play, for_s: float, bpm: float) -> Play:
    return session.steadily(session.t_s + for_s, every_s=1.0, heart_rate_bpm=bpm)


def test_after_a_minute_it_asks_how_it_is_and_the_breath_goes_on() -> None:
    session = led().advance(61.0)
    assert session.asks == "how-is-it"
    asked = next(state for state in session.states if state.asks)
    assert asked.t_s == 60.0
    assert session.rate_per_min > 0


def test_good_closes_it_and_changes_nothing() -> None:
    session = led().advance(61.0)
    before = session.leader.segment
    session.answer(65.0, "good")
    assert session.asks == ""
    assert session.leader.segment is before
    assert session.reasons.count("said-worse") == 0


def test_no_answer_closes_it_after_half_a_minute_and_is_noted() -> None:
    session = led().advance(120.0)
    assert session.decided("no-answer").t_s == 60.0 + ANSWER_WITHIN_S
    assert session.asks == ""


@pytest.mark.parametrize("word", ["worse", "dizzy"])
def test_harder_lets_go_of_the_breath_at_once_and_offers_another_way(word: str) -> None:
    session = led().advance(61.0).answer(65.0, word)
    assert session.leader.segment is None
    assert (session.asks, session.state.offer) == ("offer", ORIENTING)
    told = [(each.decision, each.reason) for each in session.decisions if each.t_s == 65.0]
    assert told[:2] == [("too-much", f"said-{word}"), ("offer", f"said-{word}")]
    assert session.command(70.0, "accept").state.guide == ORIENTING


def test_the_other_way_is_offered_once_a_guide() -> None:
    session = led().advance(61.0).answer(65.0, "worse").command(70.0, "refuse")
    session.answer(100.0, "worse", "how-is-it").advance(900.0)
    assert [each.t_s for each in session.decisions if each.decision == "offer"] == [65.0]


def test_a_word_that_comes_late_or_unasked_counts() -> None:
    session = led().answer(20.0, "dizzy", "how-is-it")
    assert session.leader.segment is None
    assert session.reasons[0] == "said-dizzy"


def test_the_persons_word_counts_with_adaptation_off_and_the_body_does_not() -> None:
    session = led(adapts=0.0, usual_heart_bpm=60.0)
    heart(session, 60.0, 110.0)
    assert session.asks == "how-is-it"
    heart(session, 5.0, 110.0).answer(65.0, "dizzy")
    assert session.leader.segment is None
    assert set(session.reasons) <= {"check-in-time", "said-dizzy", "asked-for"}


def test_a_fast_heart_lets_go_of_the_breath_and_offers_another_way() -> None:
    session = heart(led(usual_heart_bpm=60.0, check_ins=0.0), 70.0, 95.0)
    found = next(each for each in session.decisions if each.decision == "too-much")
    assert found.reason == "heart-fast"
    assert session.leader.segment is None
    assert (session.asks, session.state.offer) == ("offer", ORIENTING)
    assert found.facts["usual_bpm"] == 60.0


def test_its_offer_goes_before_the_question_how_it_is() -> None:
    session = heart(led(usual_heart_bpm=60.0), 65.0, 95.0)
    assert [state.asks for state in session.states if state.asks][-1] == "offer"


def test_a_rising_heart_is_reason_to_ask_early() -> None:
    session = heart(heart(led(first=0.0), 100.0, 62.0), 60.0, 70.0)
    assert session.reasons[0] == "check-in-body"
    assert session.decided("check-in-body").facts["question"] == "how-is-it"


def test_what_was_asked_for_the_bodys_sake_alone_goes_when_the_body_counts_no_more() -> None:
    session = heart(led(first=0.0), 100.0, 62.0)
    while session.asks == "":
        heart(session, 1.0, 70.0)
    assert session.decisions[-1].reason == "check-in-body"
    assert session.command(session.t_s + 1.0, "keep").asks == ""


@pytest.mark.parametrize("guide", sorted((WITHOUT_CHECK_INS - {""}) & set(GUIDES)))
def test_guides_that_ask_themselves_are_left_alone(guide: str) -> None:
    session = play().begin(guide, first=1.0).advance(600.0)
    assert "how-is-it" not in [state.asks for state in session.states]


def test_where_it_was_agreed_nothing_is_asked_by_the_clock() -> None:
    session = heart(heart(led(check_ins=0.0), 200.0, 62.0), 200.0, 72.0)
    assert not [state for state in session.states if state.asks]


def test_time_paused_does_not_bring_a_question_nor_close_one() -> None:
    session = led().command(50.0, "pause").advance(500.0)
    assert not [state for state in session.states if state.asks]
    session.command(500.0, "resume").advance(511.0)
    assert session.asks == "how-is-it"
    session.command(520.0, "pause").advance(900.0)
    assert session.asks == "how-is-it"
    assert session.answer(901.0, "good").asks == ""


def test_it_can_be_eased_and_handed_over_while_paused() -> None:
    session = led().advance(61.0).command(62.0, "pause").answer(65.0, "worse")
    session.command(70.0, "accept")
    assert (session.state.guide, session.state.step) == (ORIENTING, "paused")
    assert session.command(80.0, "resume").state.step == "open"


def test_the_guide_that_it_offers_exists() -> None:
    assert make_guide(ORIENTING, ORIENTING_OPTIONS).name == ORIENTING


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_words_for_all_that_it_asks_and_decides(language: str) -> None:
    words = common_words(language)
    assert set(REASONS) <= set(words.reasons)
    for question, answers in QUESTIONS.items():
        assert tuple(words.questions[question].answers) == answers
    state = GuideState(0.0, "breathing", "in", asks="offer", offer=ORIENTING)
    asked = answer_words(state, language)
    assert asked is not None
    assert "{" not in asked.text
    assert "Grounding" in asked.text or "Erd" in asked.text or "Boden" in asked.text


_WORDS = ("good", "same", "worse", "dizzy", "here", "far-away", "accept", "refuse", "nonsense")


@given(
    plays=st.lists(
        st.tuples(
            st.sampled_from([2.0, 5.0, 5.0, 30.0]),
            st.sampled_from([None, -2.5, 0.0, 1.0, 2.5]),
            st.sampled_from([None, 60.0, 75.0, 120.0]),
            st.sampled_from([*[""] * 6, *_WORDS, "pause", "resume", "keep", "adapt"]),
        ),
        max_size=60,
    )
)
@settings(max_examples=40, deadline=None)
def test_whatever_happens_a_question_stays_for_half_a_minute_at_most_and_has_its_reason(
    plays: list[tuple[float, float | None, float | None, str]],
) -> None:
    session = led(offer="grounding", usual_heart_bpm=62.0)
    for wait_s, arousal, bpm, word in plays:
        t_s = session.t_s + wait_s
        session.advance(t_s)
        if arousal is not None:
            zone = float(round(arousal / 2.5))
            session.metrics(t_s, arousal=arousal, arousal_zone=zone)
        if bpm is not None:
            session.metrics(t_s, heart_rate_bpm=bpm)
        if word in _WORDS and session.asks in QUESTIONS:
            session.answer(t_s, word)
        elif word:
            session.command(t_s, word) if word not in _WORDS else None
    session.command(session.t_s, "resume").advance(session.t_s + 31.0)
    for each in session.decisions:
        assert all(reason_sentence(each, language) for language in LANGUAGES)
    assert open_spans_s(session) <= ANSWER_WITHIN_S + 1e-6


def open_spans_s(session: Play) -> float:
    """Return the longest time, pauses left out, for which a question of the companion stood."""
    longest_s = open_s = 0.0
    for now, later in pairwise(session.states):
        if now.asks in QUESTIONS and now.step not in {"paused", "ended"}:
            open_s += later.t_s - now.t_s
        if (later.asks, later.offer) != (now.asks, now.offer):
            longest_s, open_s = max(longest_s, open_s), 0.0
    return longest_s
