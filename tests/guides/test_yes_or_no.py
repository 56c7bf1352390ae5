"""What is switched on or off may be said by word or by number, and means the same."""

from __future__ import annotations

import pytest

from biofeedback.guides.companion import Companion
from biofeedback.guides.leader import Leader
from biofeedback.guides.pacer import pattern_arguments
from biofeedback.guides.yes_or_no import is_on
from biofeedback.pacing import PRESETS
from biofeedback.samples import Command, Decision


@pytest.mark.parametrize(
    ("value", "means"), [("yes", True), ("no", False), (1.0, True), (0, False)]
)
def test_word_and_number_mean_the_same(value: float | str, means: bool) -> None:
    assert is_on({"adapts": value}, "adapts") is means


def test_what_is_not_said_is_as_usual() -> None:
    assert is_on({}, "first") is False
    assert is_on({}, "check_ins", usually=True) is True


@pytest.mark.parametrize("value", ["maybe", "", 2.0, -1.0, float("nan")])
def test_anything_else_makes_no_sense(value: float | str) -> None:
    with pytest.raises(ValueError, match="check_ins is yes or no"):
        is_on({"check_ins": value}, "check_ins")


def questions(**options: float | str) -> list[float]:
    """When somebody who says nothing is asked how it is."""
    leader = Leader()
    arguments: dict[str, float | str] = {**pattern_arguments(PRESETS["gentle"]), **options}
    arguments |= {"guide": "breathing", "duration_s": 600.0}
    told = leader.command(Command(0.0, "begin", arguments))
    told += leader.advance(600.0)
    return [each.t_s for each in told if isinstance(each, Decision) and each.decision == "ask"]


@pytest.mark.parametrize("no", ["no", 0.0])
def test_nobody_who_said_no_to_check_ins_is_asked(no: float | str) -> None:
    assert questions(check_ins="yes") == questions() != []
    assert questions(check_ins=no) == []


def test_first_sessions_are_asked_sooner_by_either_word() -> None:
    assert questions(first="yes") == questions(first=1.0)
    assert questions(first="no") == questions(first=0.0) == questions()
    assert questions(first="yes")[0] < questions()[0]


def test_a_word_that_makes_no_sense_begins_nothing() -> None:
    with pytest.raises(ValueError, match="check_ins"):
        Companion().begin("breathing", {"check_ins": "sometimes"})
    with pytest.raises(ValueError, match="adapts"):
        questions(adapts="perhaps")
