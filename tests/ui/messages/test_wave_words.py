"""The wave's heading tells what its height spans once that is known."""

from __future__ import annotations

from math import nan

from biofeedback.ui.messages import wave_words


def test_heading_tells_the_range() -> None:
    assert wave_words.wave_title(57.6, 74.2) == "Heart rate, last 60 s  ·  58 to 74 bpm"


def test_heading_of_an_empty_wave_tells_no_range() -> None:
    assert wave_words.wave_title(nan, nan) == wave_words.WAVE_TITLE
