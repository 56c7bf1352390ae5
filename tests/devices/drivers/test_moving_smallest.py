"""The smallest of a moving window against asking the window anew each time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from biofeedback.devices.drivers.moving_smallest import MovingSmallest


@given(st.lists(st.tuples(st.floats(0.0, 20.0), st.floats(-5.0, 5.0)), max_size=60))
def test_it_is_the_smallest_of_the_window(steps: list[tuple[float, float]]) -> None:
    window = MovingSmallest(30.0)
    values: list[tuple[float, float]] = []
    t_s = 0.0
    for step_s, value in steps:
        t_s += step_s
        values.append((t_s, value))
        window.push(t_s, value)

        assert window.smallest == min(each for at_s, each in values if at_s >= t_s - 30.0)


def test_nothing_has_no_smallest() -> None:
    assert MovingSmallest(30.0).smallest is None
