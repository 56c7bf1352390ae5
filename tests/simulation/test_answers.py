from __future__ import annotations

from dataclasses import replace
from math import isnan

import numpy as np
import pytest

from biofeedback.simulation.answers import Answer, Feeling, Question, answer_of
from biofeedback.simulation.client import VirtualClient
from biofeedback.simulation.temperament import Temperament

CALM = Feeling(arousal=0.15, shutdown=0.0, symptoms=0.0, effort=0.0, before=1.5)
WOUND_UP = Feeling(arousal=0.8, shutdown=0.0, symptoms=0.0, effort=0.0, before=1.5)
DIZZY = Feeling(arousal=0.4, shutdown=0.0, symptoms=0.6, effort=0.0, before=4.0)
GONE = Feeling(arousal=0.07, shutdown=1.0, symptoms=0.0, effort=0.0)
PERSON = Temperament()


def asked(
    question: Question, feeling: Feeling, temperament: Temperament = PERSON, n: int = 500
) -> list[Answer]:
    return [answer_of(question, feeling, temperament, seed, 100) for seed in range(n)]


def points(question: Question, feeling: Feeling, temperament: Temperament = PERSON) -> float:
    given = [one.points for one in asked(question, feeling, temperament) if one.is_given]
    return float(np.mean(given))


def test_numbers_are_whole_and_from_0_to_10() -> None:
    """Whatever the state; and many of them are used."""
    told = {
        one.points
        for feeling in (CALM, WOUND_UP, DIZZY, GONE)
        for question in (Question.COMFORT, Question.DISTRESS)
        for one in asked(question, feeling, replace(PERSON, answer_sd=2.0))
        if one.is_given
    }

    assert told == set(map(float, range(11)))


def test_distress_is_the_arousal_that_is_felt() -> None:
    """Ten times it on average, and 0.8 points of scatter."""
    assert points(Question.DISTRESS, CALM) == pytest.approx(1.5, abs=0.15)
    assert points(Question.DISTRESS, WOUND_UP) == pytest.approx(8.0, abs=0.15)
    given = [one.points for one in asked(Question.DISTRESS, replace(WOUND_UP, arousal=0.5))]
    # Rounding adds a twelfth of a point squared.
    assert np.nanstd(given) == pytest.approx(np.sqrt(0.8**2 + 1 / 12), abs=0.06)


def test_comfort_falls_with_each_thing_that_costs_it() -> None:
    """Arousal, air and effort; none of them alone takes all."""
    best = points(Question.COMFORT, Feeling(0.0, 0.0, 0.0, 0.0))
    worse = [
        points(Question.COMFORT, Feeling(1.0, 0.0, 0.0, 0.0)),
        points(Question.COMFORT, Feeling(0.0, 0.0, 1.0, 0.0)),
        points(Question.COMFORT, Feeling(0.0, 0.0, 0.0, 1.0)),
    ]

    assert best > 9.0
    assert worse == pytest.approx([4.0, 4.0, 5.0], abs=0.15)
    assert points(Question.COMFORT, Feeling(1.0, 0.0, 1.0, 1.0)) < 0.5


def test_a_persons_own_scale_lies_off_that_of_others() -> None:
    shy = replace(PERSON, distress_bias=-1.0, comfort_bias=1.0)

    assert points(Question.DISTRESS, WOUND_UP, shy) == pytest.approx(7.0, abs=0.15)
    assert points(Question.COMFORT, WOUND_UP, shy) > points(Question.COMFORT, WOUND_UP) + 0.8


def test_how_it_was_compares_with_before() -> None:
    """Six points up is worse to everyone who answers; a light head is told first."""
    assert {one.word for one in asked(Question.HOW_WAS_IT, WOUND_UP) if one.is_given} == {"worse"}
    assert {one.word for one in asked(Question.HOW_WAS_IT, DIZZY) if one.is_given} == {"dizzy"}
    eased = replace(CALM, before=6.0)
    assert {one.word for one in asked(Question.HOW_WAS_IT, eased) if one.is_given} == {"better"}
    unchanged = [one.word for one in asked(Question.HOW_WAS_IT, CALM) if one.is_given]
    # Half a point of true scatter and more: three in four say the same, and no side is favoured.
    assert unchanged.count("same") / len(unchanged) == pytest.approx(0.79, abs=0.06)
    assert unchanged.count("worse") / len(unchanged) == pytest.approx(0.105, abs=0.05)


def test_a_shutdown_is_told_late_or_not_at_all() -> None:
    """A third of answers never come; those that do say what this person says when numb."""
    awake, gone = asked(Question.DISTRESS, CALM), asked(Question.DISTRESS, GONE)

    silent = [np.mean([not one.is_given for one in some]) for some in (awake, gone)]
    assert silent == pytest.approx([0.02, 0.32], abs=0.05)
    late_s = [np.median([one.latency_s for one in some]) for some in (awake, gone)]
    assert late_s[0] == pytest.approx(2.5 * 1.075, rel=0.1)
    assert late_s[1] > 2.5 * late_s[0]
    assert points(Question.DISTRESS, GONE) == pytest.approx(4.0, abs=0.2)
    assert points(Question.COMFORT, GONE) == pytest.approx(6.0, abs=0.2)


def test_where_nothing_is_said_there_is_no_number_and_no_word() -> None:
    silent = [one for q in Question for one in asked(q, GONE) if not one.is_given]

    assert silent
    assert all(isnan(one.points) and not one.word for one in silent)


def test_one_question_never_changes_another() -> None:
    """Nor the life: a client who is asked lives as one who is not."""
    asked_often, left_alone = VirtualClient.from_seed(7), VirtualClient.from_seed(7)
    for second in range(10, 60, 10):
        asked_often.advance(float(second))
        for question in Question:
            asked_often.answer(question)
        left_alone.advance(float(second))
    last, other = asked_often.advance(90.0), left_alone.advance(90.0)

    assert last.rr_ms.tolist() == other.rr_ms.tolist()
    assert last.eda_microsiemens.tolist() == other.eda_microsiemens.tolist()
    assert asked_often.answer(Question.COMFORT) == left_alone.answer(Question.COMFORT)
