"""Words are plain, and right at their edges."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

import pytest

from biofeedback.pacing import PRESETS, BreathPattern
from biofeedback.samples import LinkState, StreamKind
from biofeedback.ui import messages
from ui.engine_double import STRAP, streaming


@pytest.mark.parametrize(
    ("t_s", "words"),
    [(0.0, "00:00"), (59.99, "00:59"), (402.3, "06:42"), (3600.0, "1:00:00"), (-1.0, "00:00")],
)
def test_clock_time(t_s: float, words: str) -> None:
    assert messages.clock_time(t_s) == words


def test_time_left_is_rounded_up_so_that_zero_means_over() -> None:
    assert messages.time_left(0.3) == "00:01"
    assert messages.time_left(600.0) == "10:00"
    assert messages.time_left(0.0) == "00:00"


def test_breath_is_told_with_the_holds_it_has() -> None:
    assert messages.parts(PRESETS["gentle"]) == "In 4.0 s · out 6.0 s"
    assert messages.parts(PRESETS["box"]) == "In 4.0 s · hold 4.0 s · out 4.0 s · hold 4.0 s"
    assert messages.pace(BreathPattern(4.1, 0.0, 6.2, 0.0)) == "5.8 breaths a minute"


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
    assert words in messages.impossible_breath(parts_s)


def test_every_state_of_a_sensor_has_words() -> None:
    for state in LinkState:
        words = messages.link(streaming(STRAP, 0.0, state=state), None)
        assert words
        assert words != state.value or state is LinkState.CONNECTING


def test_reconnecting_says_which_try() -> None:
    status = streaming(STRAP, 0.0, state=LinkState.RECONNECTING, attempt=2)

    assert messages.link(status, None) == "reconnecting, try 2"


def test_sensor_without_intervals_is_named_as_such() -> None:
    assert messages.link(replace(streaming(STRAP, 0.0), has_rr=False), 0.9) == "heart rate only"


def test_kinds_begin_with_heart_rate() -> None:
    words = messages.kinds((StreamKind.RR, StreamKind.HEART_RATE))

    assert words == "Heart rate, beat-to-beat intervals"
    assert messages.kinds((StreamKind.EDA,)) == "Skin conductance"


def test_day_is_told_without_the_computers_language() -> None:
    assert (
        messages.day_and_time(datetime(2026, 11, 19, 14, 5))  # noqa: DTZ001 - local on purpose
        == "Thursday 19 November 2026, 14:05"
    )


def test_every_preset_has_a_name() -> None:
    assert set(messages.PRESET_NAMES) == set(PRESETS)


def test_no_word_diagnoses_commands_praises_blames_or_alarms() -> None:
    """A list of words that have no place on any screen; all texts are in one module."""
    forbidden = re.compile(
        r"\b(you must|should|failed|failure|wrong|bad|great job|well done|excellent|score|"
        r"anxi\w+|stress\w*|panic|disorder|abnormal|warning|error|danger\w*|alert|patient)\b",
        re.IGNORECASE,
    )
    texts = [
        text
        for name, value in vars(messages).items()
        if not name.startswith("_")
        for text in _texts(value)
    ]

    assert len(texts) > 100
    assert [text for text in texts if forbidden.search(text)] == []
    assert [text for text in texts if text.endswith("!")] == []


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for part in value.values() for text in _texts(part)]
    if isinstance(value, tuple):
        return [text for part in value for text in _texts(part)]
    return []
