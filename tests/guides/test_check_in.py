"""The daily check-in: a few questions, each of which may be left out."""

from __future__ import annotations

import pytest

from biofeedback.guides.check_in import STEPS, VOCABULARY, CheckIn
from biofeedback.guides.words import LANGUAGES, answer_words, guide_words
from biofeedback.samples import Decision
from helpers.guide_play import Play, play

STAGES = [step.stage for step in STEPS]


def begun(**options: float | str) -> Play:
    return play().command(0.0, "begin", guide="check-in", check_ins=0.0, **options)


def at(stage: str) -> Play:
    led = begun()
    while led.stage != stage:
        led.word(led.t_s + 1.0, "next")
    return led


def test_waiting_leads_through_all_of_it_in_two_to_three_minutes() -> None:
    led = begun().advance(300.0)
    assert led.stages == STAGES
    assert led.state.step == "ended"
    assert 120.0 <= led.state.t_s <= 180.0


def test_every_question_may_be_left_out() -> None:
    led = begun()
    for stage in STAGES:
        assert led.stage == stage
        led.word(led.t_s + 0.5, "next")
    assert led.state.step == "ended"


@pytest.mark.parametrize(
    ("stage", "question", "answer"),
    [
        ("one-word", "word-for-it", "tired"),
        ("distress-now", "distress", 9.0),
        ("energy-now", "energy", 2.0),
        ("kind-today", "kind-thing", "rest"),
    ],
)
def test_an_answer_is_taken_and_leads_on_whatever_it_is(
    stage: str, question: str, answer: str | float
) -> None:
    led = at(stage)
    assert led.asks == question
    led.answer(led.t_s + 3.0, answer)
    assert led.stage == STAGES[STAGES.index(stage) + 1]
    assert not [item for item in led.news if isinstance(item, Decision)]


def test_another_way_of_asking_keeps_the_question() -> None:
    led = at("kind-today")
    led.word(led.t_s + 2.0, "other")
    assert (led.state.way, led.asks) == (1, "kind-thing")


def test_back_puts_the_question_again() -> None:
    led = at("distress-now").answer(3.5, 4.0)
    assert led.word(led.t_s + 1.0, "back").asks == "distress"


def test_noticing_the_body_takes_longer_while_it_settles_and_questions_do_not() -> None:
    led = begun().steadily(400.0, every_s=1.0, source="skin", scr_per_min=14.0)
    assert led.reasons == ["skin-settling", "skin-settling"]


def test_slow_takes_longer() -> None:
    assert begun(pace="slow").advance(400.0).state.t_s > begun().advance(400.0).state.t_s + 40.0


def test_a_pace_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="no pace"):
        CheckIn({"pace": "hasty"})


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_say_what_their_ends_mean(language: str) -> None:
    for stage in ("distress-now", "energy-now"):
        question = answer_words(at(stage).state, language)
        assert question is not None
        assert not question.answers
        assert question.low
        assert question.high


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_voice_leaves_time_to_answer(language: str) -> None:
    words = guide_words("check-in", language)
    assert set(words.stages) == set(VOCABULARY.stages)
    for step in STEPS:
        stage = words.stages[step.stage]
        for way in range(step.n_ways):
            said = stage.say[way] if stage.say else f"{stage.title[way]}. {stage.text[way]}"
            # A calm voice says about 2.3 words a second.
            assert len(said.split()) / 2.3 <= 0.75 * step.usual_s, (step.stage, way)
