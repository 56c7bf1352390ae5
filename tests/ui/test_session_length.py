"""Slow breathing is led for a short time at first, and never for very long."""

from __future__ import annotations

import pytest

from biofeedback.settings import Preferences
from biofeedback.ui.session_length import N_FIRST, longest_min, suggested_min, usual_min


@pytest.mark.parametrize(
    ("n_led", "minutes", "longest", "usual", "suggested"),
    [
        (0, 10, 5, 5, 5),
        (0, 3, 5, 3, 3),
        (1, 12, 20, 12, 5),
        (2, 3, 20, 3, 3),
        (N_FIRST, 12, 20, 12, 12),
        (50, 0, 20, 10, 10),
        (50, 7, 20, 7, 7),
        (50, 120, 20, 20, 20),
    ],
)
def test_minutes_follow_from_how_often_one_was_led_and_what_one_chose(
    n_led: int, minutes: int, longest: int, usual: int, suggested: int
) -> None:
    preferences = Preferences(n_led=n_led, minutes=minutes)
    assert longest_min(preferences) == longest
    assert usual_min(preferences) == usual
    assert suggested_min(preferences) == suggested
