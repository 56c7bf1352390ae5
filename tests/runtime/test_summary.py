"""The summary's words and figures follow from the session, and say what is missing."""

from __future__ import annotations

from array import array

import pytest

from biofeedback.runtime.summary import following_time_s, length_in_words


def test_a_steady_session_counts_whole_from_its_first_value() -> None:
    """64 s, then five seconds each: values at 64, 69 and 74 s cover 74 s."""
    assert following_time_s([64.0, 69.0, 74.0], [0.8, 0.7, 0.9]) == 74.0


def test_five_seconds_count_where_the_value_is_low_before() -> None:
    assert following_time_s([64.0, 69.0, 74.0], [0.2, 0.7, 0.3]) == 5.0


def test_after_a_gap_the_first_value_counts_its_own_window() -> None:
    assert following_time_s([64.0, 200.0], [0.8, 0.8]) == 128.0


def test_nothing_is_nothing() -> None:
    assert following_time_s(array("d"), array("d")) == 0.0


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1.0, "1 second"),
        (45.2, "45 seconds"),
        (89.0, "89 seconds"),
        (120.0, "2 minutes"),
        (600.0, "10 minutes"),
        (3600.0, "1 h 0 min"),
        (3900.0, "1 h 5 min"),
    ],
)
def test_lengths_read_as_people_say_them(seconds: float, words: str) -> None:
    assert length_in_words(seconds) == words
