"""The body's state is said in words; below is only asked, and what cannot be told says why."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import pytest

from biofeedback.samples import Metric
from biofeedback.signal import arousal
from biofeedback.ui import theme
from biofeedback.ui.messages import reading_words
from biofeedback.ui.widgets.body_state import NOT_NOW, BodyState

ZONE = Metric(89.0, "arousal_zone", 0.0, "", 60.0, 0.9, source="together")
AROUSAL = Metric(
    89.0, "arousal", 0.3, "", 60.0, 0.9, 0.0, "from heart rate and skin responses", "together"
)


@pytest.mark.parametrize(
    ("value", "words", "note"),
    [
        (0.0, "Within your window", ""),
        (1.0, "Above your window", ""),
        (-1.0, "Lower than usual for you", "how is it for you just now?"),
    ],
)
def test_state_is_said_in_words_and_below_only_asked(value: float, words: str, note: str) -> None:
    state = BodyState()
    state.show_state(replace(ZONE, value=value), AROUSAL, silent_s=0.0)
    assert (state.text, state.note) == (words, note)
    assert state.toolTip().endswith("from heart rate and skin responses")
    assert words in state.accessibleName()


def test_state_that_cannot_be_told_says_why_shortly_and_all_of_it_to_those_who_ask() -> None:
    state = BodyState()
    state.show_state(None, None, silent_s=0.0)
    assert (state.text, state.note) == (reading_words.STATE_UNKNOWN, reading_words.STATE_NO_SENSOR)
    reason = "quiet minutes are needed: you are moving"
    zone = replace(ZONE, value=nan, quality=0.0, wait_s=120.0, reason=reason)
    state.show_state(zone, replace(AROUSAL, value=nan), silent_s=0.0)
    assert state.note == "quiet minutes are needed"
    assert state.toolTip().endswith("you are moving; 2 min to go")
    assert state.accessibleDescription() == "you are moving; 2 min to go"


def test_that_it_cannot_be_told_is_said_once() -> None:
    """The measure's own reason for an unknown zone is what stands there in large."""
    state = BodyState()
    state.show_state(replace(ZONE, value=nan, quality=0.0, reason=NOT_NOW), AROUSAL, silent_s=0.0)
    assert (state.text, state.note) == (reading_words.STATE_UNKNOWN, "")
    assert arousal._ZONE_UNKNOWN == NOT_NOW


def test_state_is_not_told_of_silence() -> None:
    state = BodyState()
    state.show_state(ZONE, AROUSAL, silent_s=7.0)
    assert state.text == reading_words.STATE_UNKNOWN
    assert state.note == "nothing from the sensor for 7 s"


def test_state_keeps_its_color_through_a_change_of_theme() -> None:
    state = BodyState()
    state.show_state(replace(ZONE, value=1.0), AROUSAL, silent_s=0.0)
    assert theme.warm_text(theme.colors()) in state._words.styleSheet()
    state.dress()
    assert theme.warm_text(theme.colors()) in state._words.styleSheet()
    state.show_state(replace(ZONE, value=nan), None, silent_s=0.0)
    assert theme.colors().muted in state._words.styleSheet()
