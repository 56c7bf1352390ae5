"""What each grounding practice consists of."""

from __future__ import annotations

from collections import Counter

import pytest

from biofeedback.guides.grounding_steps import ASIDE, PRACTICES, practice_steps


def test_the_five_senses_count_from_five_to_one() -> None:
    asked = [(step.stage, step.n_asked) for step in PRACTICES["five-senses"]]
    assert asked == [("see", 5), ("feel", 4), ("hear", 3), ("smell", 2), ("taste", 1)]


def test_no_stage_is_in_two_practices() -> None:
    stages = Counter(step.stage for steps in (ASIDE, *PRACTICES.values()) for step in steps)
    assert set(stages.values()) == {1}


@pytest.mark.parametrize("practice", PRACTICES)
def test_every_step_can_be_said_in_another_way(practice: str) -> None:
    assert all(step.n_ways in {2, 3} for step in PRACTICES[practice])


@pytest.mark.parametrize("practice", PRACTICES)
def test_a_practice_is_welcomed_rated_and_closed(practice: str) -> None:
    stages = [step.stage for step in practice_steps(practice)]
    assert stages[0] == "arrive"
    assert stages[-2:] == ["rate", "close"]
    assert len(stages) >= 8


@pytest.mark.parametrize("practice", PRACTICES)
def test_slow_takes_longer_but_the_question_waits_half_a_minute_all_the_same(
    practice: str,
) -> None:
    usual, slow = practice_steps(practice), practice_steps(practice, 1.5)
    for one, other in zip(usual, slow, strict=True):
        factor = 1.0 if one.asks == "distress" else 1.5
        assert other.usual_s == one.usual_s * factor
    assert [step.usual_s for step in slow if step.asks] == [30.0]
