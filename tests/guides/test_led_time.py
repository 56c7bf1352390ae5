"""Guide time counts what was led, and nothing of a pause."""

from __future__ import annotations

from math import inf

from hypothesis import given
from hypothesis import strategies as st

from biofeedback.guides.led_time import LedTime


def test_it_stands_still_until_it_is_started() -> None:
    time = LedTime()
    assert not time.is_running
    assert time.led_s(100.0) == 0.0
    assert time.moment_s(5.0) == inf


def test_a_pause_is_left_out() -> None:
    """20 s led, 30 s paused: the 60th second led is 90 s into the session."""
    time = LedTime()
    time.start(0.0)
    time.stop(20.0)
    assert time.led_s(45.0) == 20.0
    time.start(50.0)
    assert time.led_s(60.0) == 30.0
    assert time.moment_s(60.0) == 90.0


def test_what_is_due_already_is_due_when_it_goes_on() -> None:
    time = LedTime()
    time.start(0.0)
    time.stop(20.0)
    time.start(50.0)
    assert time.moment_s(10.0) == 50.0
    assert time.moment_s(inf) == inf


@given(st.lists(st.tuples(st.floats(0.1, 100.0), st.floats(0.1, 100.0)), max_size=20))
def test_led_time_never_goes_back_and_finds_its_moments(pieces: list[tuple[float, float]]) -> None:
    time, t_s, led_s = LedTime(), 0.0, 0.0
    for running_s, resting_s in pieces:
        time.start(t_s)
        t_s += running_s
        assert time.led_s(t_s) >= led_s
        led_s = time.led_s(t_s)
        assert abs(time.moment_s(led_s) - t_s) < 1e-6
        time.stop(t_s)
        t_s += resting_s
        assert time.led_s(t_s) == led_s
