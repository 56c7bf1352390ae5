"""A number is told with its worth, and a missing one with why it is missing."""

from __future__ import annotations

from math import nan

import pytest

from biofeedback.samples import Metric
from biofeedback.ui.messages import reading_words

RMSSD = Metric(89.0, "rmssd_ms", 48.6, "ms", 60.0, 0.95, source="strap")


def note(metric: Metric | None, *, silent_s: float = 0.0, has_rr: bool | None = None) -> str:
    return reading_words.reading_note(metric, silent_s=silent_s, has_rr=has_rr, absent="not here")


@pytest.mark.parametrize(
    ("quality", "words"),
    [(1.0, "good"), (0.8, "good"), (0.79, "fair"), (0.5, "fair"), (0.49, "weak"), (0.0, "weak")],
)
def test_quality_has_three_words(quality: float, words: str) -> None:
    assert reading_words.quality(quality) == f"signal {words}"


def test_silence_is_said_before_all_else() -> None:
    assert note(RMSSD, silent_s=65.0, has_rr=False) == "nothing from the sensor for 1 min 5 s"


def test_sensor_without_intervals_is_said_before_there_is_a_measure() -> None:
    assert note(None, has_rr=False) == reading_words.HEART_RATE_ONLY
    assert note(None, has_rr=True) == "not here"


def test_missing_value_without_a_reason_is_not_there_yet() -> None:
    missing = Metric(89.0, "rmssd_ms", nan, "ms", 60.0, 0.0, source="strap")

    assert note(missing) == reading_words.NOT_YET


def test_reason_stands_in_place_of_the_window() -> None:
    blurred = Metric(89.0, "rmssd_ms", 48.6, "ms", 60.0, 0.6, source="strap", reason="you moved")

    assert note(RMSSD) == "last 60 s · signal good"
    assert note(blurred) == "signal fair: you moved"


@pytest.mark.parametrize(("mean_g", "words"), [(0.01, "still"), (0.1, "a little"), (0.2, "much")])
def test_movement_is_told_in_words(mean_g: float, words: str) -> None:
    assert reading_words.movement(mean_g) == words
