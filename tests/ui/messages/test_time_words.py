"""Times are told alike everywhere, and without the computer's language."""

from __future__ import annotations

from datetime import datetime

import pytest

from biofeedback.ui.messages import time_words


@pytest.mark.parametrize(
    ("t_s", "words"),
    [(0.0, "00:00"), (59.99, "00:59"), (402.3, "06:42"), (3600.0, "1:00:00"), (-1.0, "00:00")],
)
def test_clock_time(t_s: float, words: str) -> None:
    assert time_words.clock_time(t_s) == words


def test_time_left_is_rounded_up_so_that_zero_means_over() -> None:
    assert time_words.time_left(0.3) == "00:01"
    assert time_words.time_left(600.0) == "10:00"
    assert time_words.time_left(0.0) == "00:00"


@pytest.mark.parametrize(
    ("t_s", "words"), [(42.3, "42 s"), (59.6, "1 min"), (605.0, "10 min 5 s"), (600.0, "10 min")]
)
def test_length_of_time_has_no_part_that_is_nothing(t_s: float, words: str) -> None:
    assert time_words.duration(t_s) == words


def test_day_is_told_without_the_computers_language() -> None:
    assert (
        time_words.day_and_time(datetime(2026, 11, 19, 14, 5))  # noqa: DTZ001 - local on purpose
        == "Thursday 19 November 2026, 14:05"
    )
