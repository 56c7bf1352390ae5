"""What a person chose to breathe by, as it is read from the options of a guide."""

from __future__ import annotations

from math import inf, nan

import pytest

from biofeedback.guides.breathing_choice import BreathingChoice
from biofeedback.guides.pacer import pattern_arguments
from biofeedback.pacing import PRESETS, BreathPattern

OWN = BreathPattern(5.0, 1.0, 6.0, 0.5)


def test_four_parts_are_a_breath_of_their_own() -> None:
    choice = BreathingChoice.read({**pattern_arguments(OWN), "preset": "own", "else": 3.0})
    assert choice == BreathingChoice(OWN)
    assert BreathingChoice.read(pattern_arguments(OWN)) == choice
    assert choice.duration_s == inf


def test_a_name_goes_before_parts_that_were_left_beside_it() -> None:
    choice = BreathingChoice.read({**pattern_arguments(OWN), "preset": "box"})
    assert choice.pattern == PRESETS["box"]


def test_without_a_word_it_is_the_gentle_breath() -> None:
    assert BreathingChoice.read({}).pattern == PRESETS["gentle"]


def test_a_sigh_is_led_without_a_ramp() -> None:
    choice = BreathingChoice.read({"preset": "sigh", "ramp": "yes"})
    assert choice.is_sigh
    assert not choice.ramps


@pytest.mark.parametrize(
    ("said", "meant"), [(1.0, True), ("yes", True), (0.0, False), ("no", False)]
)
def test_yes_and_no_are_words_or_numbers(said: float | str, meant: bool) -> None:
    choice = BreathingChoice.read({"ramp": said, "gentle": said, "first": said})
    assert (choice.ramps, choice.gentle, choice.first) == (meant, meant, meant)


@pytest.mark.parametrize(
    "options",
    [
        {"preset": "dance"},
        {"in_s": 4.0},
        {**pattern_arguments(OWN), "in_s": nan},
        {**pattern_arguments(OWN), "out_s": 40.0},
        {"ramp": 2.0},
        {"gentle": "perhaps"},
        {"duration_s": nan},
    ],
)
def test_nonsense_is_refused(options: dict[str, float | str]) -> None:
    with pytest.raises(ValueError):
        BreathingChoice.read(options)


def test_no_rate_is_outside_what_can_be_led() -> None:
    choice = BreathingChoice.read({"gentle": 1.0})
    assert choice.allowed_at(PRESETS["gentle"], 0.5).breaths_per_min == pytest.approx(5.0)
    assert choice.allowed_at(PRESETS["gentle"], 90.0).breaths_per_min == pytest.approx(12.0)
