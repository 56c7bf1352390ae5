"""A breath is told with its holds, and one that cannot be led with a way out."""

from __future__ import annotations

import pytest

from biofeedback.pacing import PRESETS, BreathPattern, BreathStep
from biofeedback.ui.messages import breath_words


def test_breath_is_told_with_the_holds_it_has() -> None:
    assert breath_words.parts(PRESETS["gentle"]) == "In 4.0 s · out 6.0 s"
    assert breath_words.parts(PRESETS["box"]) == "In 4.0 s · hold 4.0 s · out 4.0 s · hold 4.0 s"
    assert breath_words.pace(BreathPattern(4.1, 0.0, 6.2, 0.0)) == "5.8 breaths a minute"


@pytest.mark.parametrize(
    ("parts_s", "words"),
    [
        ((2.0, 0.0, 2.0, 0.0), "15.0 breaths a minute"),
        ((2.0, 0.0, 2.0, 0.0), "longer"),
        ((12.0, 5.0, 12.0, 0.0), "2.1 breaths a minute"),
        ((12.0, 5.0, 12.0, 0.0), "shorter"),
        ((0.0, 2.0, 6.0, 0.0), "some time for in and for out"),
    ],
)
def test_impossible_breath_is_explained_with_a_way_out(
    parts_s: tuple[float, float, float, float], words: str
) -> None:
    assert words in breath_words.impossible_breath(parts_s)


def test_every_preset_has_a_name() -> None:
    assert set(breath_words.PRESET_NAMES) == set(PRESETS)


def test_preset_is_listed_with_its_pace() -> None:
    assert breath_words.preset("gentle") == "Gentle  ·  6.0"


def test_every_step_of_a_breath_has_words() -> None:
    assert set(breath_words.STEP_WORDS) == set(BreathStep)
