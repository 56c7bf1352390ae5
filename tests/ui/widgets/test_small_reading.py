"""A small reading is short while all is well, and says why when it is not."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import pytest

from biofeedback.samples import Metric
from biofeedback.ui.messages import reading_words
from biofeedback.ui.widgets.small_reading import SmallReading

RMSSD = Metric(89.0, "rmssd_ms", 48.6, "ms", 60.0, 0.95, source="strap")


@pytest.fixture
def reading() -> SmallReading:
    return SmallReading("RMSSD", "How it changes", lambda metric: f"{metric.value:.0f} ms")


def test_a_good_value_stands_alone(reading: SmallReading) -> None:
    reading.show_metric(RMSSD)
    assert reading.text == "49 ms"
    assert reading._note.isHidden()
    assert reading.toolTip() == "How it changes\nlast 60 s · signal good"
    assert reading.accessibleName() == "RMSSD: 49 ms"


def test_a_missing_value_says_how_long_to_wait(reading: SmallReading) -> None:
    reading.show_metric(replace(RMSSD, value=nan, quality=0.0, wait_s=30.0))
    assert reading.text == reading_words.MISSING
    assert reading._note.text() == "not yet, 30 s to go"
    assert reading.accessibleName() == "RMSSD: not yet, 30 s to go"


def test_a_value_that_is_worth_less_says_so_in_two_words(reading: SmallReading) -> None:
    reading.show_metric(replace(RMSSD, quality=0.6, reason="you moved a moment ago"))
    assert reading.text == "49 ms"
    assert reading._note.text() == "signal fair"
    assert reading.note == "signal fair: you moved a moment ago"


def test_a_silent_sensor_has_no_present_value(reading: SmallReading) -> None:
    reading.show_metric(RMSSD, silent_s=8.0)
    assert reading.text == reading_words.MISSING
    assert reading._note.text() == "nothing from the sensor for 8 s"


def test_another_title_is_told_to_a_screen_reader_at_once(reading: SmallReading) -> None:
    reading.show_metric(RMSSD)
    reading.title = "Pulse variability"
    assert reading.accessibleName() == "Pulse variability: 49 ms"
