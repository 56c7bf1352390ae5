"""When a body counts as still settling, and when it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from biofeedback.guides.body import Body
from biofeedback.guides.settling import Settling
from biofeedback.samples import Metric

if TYPE_CHECKING:
    from collections.abc import Callable


def followed(
    until_s: int, name: str, course: Callable[[float], float], quality: float = 1.0
) -> Settling:
    settling, body = Settling(), Body()
    for second in range(until_s + 1):
        g_s = float(second)
        body.take(Metric(g_s, name, course(g_s), "", 60.0, quality, source="s"), g_s)
        settling.sense(g_s, body)
    return settling


def reason(settling: Settling, g_s: float) -> str | None:
    sign = settling.sign(g_s)
    return None if sign is None else sign.reason


def test_nothing_is_known_to_settle_where_nothing_is_measured() -> None:
    settling = Settling()
    settling.sense(10.0, Body())
    assert settling.sign(10.0) is None
    assert settling.arousal_z(10.0) is None


@pytest.mark.parametrize(
    ("first", "now", "found"),
    [
        (12.0, 12.0, "skin-settling"),  # as at first, and that was much
        (12.0, 7.0, "skin-settling"),  # fewer, and still more than half
        (16.0, 7.0, None),  # less than half of what it was
        (2.0, 8.0, "skin-settling"),  # more than at first
        (3.0, 3.0, None),  # what a skin does at rest
    ],
)
def test_skin_settles_while_it_responds_often_against_its_own_first_minute(
    first: float, now: float, found: str | None
) -> None:
    settling = followed(120, "scr_per_min", lambda g_s: first if g_s < 60.0 else now)
    assert reason(settling, 120.0) == found


def test_a_skin_level_that_falls_fast_is_settling_and_a_slow_drift_is_none() -> None:
    """8 µS falling by 6 % in half a minute; 5 µS drifting by 0.1 µS a minute."""
    falling = followed(60, "scl_microsiemens", lambda g_s: 8.0 * (1.0 - 0.002 * g_s))
    assert reason(falling, 60.0) == "skin-settling"
    drifting = followed(60, "scl_microsiemens", lambda g_s: 5.0 - 0.1 * g_s / 60.0)
    assert reason(drifting, 60.0) is None
    rising = followed(60, "scl_microsiemens", lambda g_s: 8.0 * (1.0 + 0.002 * g_s))
    assert reason(rising, 60.0) is None


def test_a_heart_that_comes_down_is_settling_and_its_swing_with_the_breath_is_not() -> None:
    coming_down = followed(60, "heart_rate_bpm", lambda g_s: 95.0 - 0.2 * g_s)
    assert reason(coming_down, 60.0) == "heart-settling"
    swinging = followed(60, "heart_rate_bpm", lambda g_s: 70.0 + (8.0 if g_s % 10 < 5 else -8.0))
    assert reason(swinging, 60.0) is None


@pytest.mark.parametrize(
    ("course", "found"),
    [
        (lambda _g_s: 1.8, "arousal-settling"),
        (lambda g_s: 2.0 - 0.02 * g_s, "arousal-settling"),
        (lambda _g_s: 1.0, None),
        (lambda g_s: 0.5 - 0.02 * g_s, None),  # below the usual it may fall as it likes
    ],
)
def test_arousal_settles_while_it_falls_or_is_above_the_usual(
    course: Callable[[float], float], found: str | None
) -> None:
    assert reason(followed(60, "arousal", course), 60.0) == found


def test_a_measure_that_cannot_be_trusted_says_nothing() -> None:
    assert followed(90, "scr_per_min", lambda _: 15.0, quality=0.3).sign(90.0) is None


def test_a_sensor_that_was_lost_says_nothing_of_now() -> None:
    settling = followed(90, "scr_per_min", lambda _: 15.0)
    assert reason(settling, 90.0) == "skin-settling"
    assert settling.sign(110.0) is None


def test_after_a_pause_the_minute_before_it_is_forgotten_and_the_first_is_not() -> None:
    settling, body = followed(90, "scr_per_min", lambda _: 20.0), Body()
    settling.forget()
    assert settling.sign(90.0) is None
    body.take(Metric(300.0, "scr_per_min", 8.0, "", 60.0, 1.0, source="s"), 300.0)
    settling.sense(91.0, body)
    # Eight is much, but less than half of the twenty of the first minute.
    assert settling.sign(91.0) is None
