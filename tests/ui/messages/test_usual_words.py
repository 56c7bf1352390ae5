"""What is usual is told with how often it was taken, and quiet time with why it does not count."""

from __future__ import annotations

import pytest

from biofeedback.ui.messages import usual_words


@pytest.mark.parametrize(("count", "words"), [(1, "Taken once, "), (3, "Taken 3 times, ")])
def test_baselines_that_are_kept_are_counted(count: int, words: str) -> None:
    assert usual_words.usual_kept(count).startswith(words)


def test_nothing_kept_is_said_as_that() -> None:
    assert usual_words.usual_kept(0) == usual_words.USUAL_NONE


def test_time_that_counts_needs_no_words() -> None:
    assert usual_words.why_not_counting("") == ""
    assert usual_words.why_not_counting("you moved") == "Not counting just now: you moved."


def test_a_pace_that_is_kept_is_told_with_what_is_usual_or_alone() -> None:
    assert usual_words.usual_kept(1, 1).endswith(usual_words.USUAL_PACE_TOO)
    assert usual_words.usual_kept(0, 1) == usual_words.USUAL_PACE
