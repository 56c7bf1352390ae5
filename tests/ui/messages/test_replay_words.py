"""Where a replay is, and how fast it goes."""

from __future__ import annotations

from math import inf

from biofeedback.ui.messages import replay_words


def test_position_is_told_within_the_whole() -> None:
    assert replay_words.position(80.0, 600.0) == "01:20 of 10:00"


def test_speed_is_a_factor_or_words_for_the_greatest() -> None:
    assert [replay_words.speed(factor) for factor in (0.5, 1.0, inf)] == [
        "0.5×",
        "1×",
        replay_words.FASTEST,
    ]
