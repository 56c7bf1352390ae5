"""Kindness: a touch of one's own choice, or none, and an end by waiting alone."""

from __future__ import annotations

import pytest

from biofeedback.guides.catalogue import make_guide
from helpers.guide_play import play

ALL_TOUCHES = {"touch-hands", "touch-heart", "touch-arms", "warm-place"}


@pytest.mark.parametrize(
    ("touch", "stage"),
    [
        ("hands", "touch-hands"),
        ("heart", "touch-heart"),
        ("arms", "touch-arms"),
        ("none", "warm-place"),
    ],
)
def test_only_the_chosen_touch_is_asked_for(touch: str, stage: str) -> None:
    told = play().begin("kindness", touch=touch).advance(1200.0)
    assert set(told.stages) & ALL_TOUCHES == {stage}
    assert told.leader.has_ended


def test_it_takes_four_to_six_minutes_by_waiting() -> None:
    told = play().begin("kindness").advance(1200.0)
    assert 240.0 <= told.states[-1].t_s <= 360.0
    assert told.stages == [
        "arrive",
        "notice",
        "not-alone",
        "touch-hands",
        "friend",
        "kind-words",
        "rest",
        "close",
    ]


def test_when_it_is_too_much_it_is_said_in_another_way() -> None:
    told = play().begin("kindness").advance(30.0)
    assert told.stage == "notice"
    told.ease(35.0, "worse")
    assert (told.stage, told.state.way) == ("notice", 1)


def test_when_it_is_still_too_much_it_comes_back_into_the_room() -> None:
    told = play().begin("kindness").ease(35.0, "said-worse").ease(100.0, "said-worse")
    assert (told.stage, told.reasons) == ("close", ["eased", "eased-again"])
    assert told.advance(130.0).leader.has_ended


def test_a_touch_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="no touch"):
        make_guide("kindness", {"touch": "feet"})
