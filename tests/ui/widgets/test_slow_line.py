"""The line hints how far a part is: it grows, never goes back, and counts nothing down."""

from __future__ import annotations

from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.ui.widgets.slow_line import SlowLine


def test_it_is_as_far_as_the_part() -> None:
    line = SlowLine()
    line.lead("feel", 110.0, 60.0)
    assert line.share == 0.0
    line.lead("feel", 110.0, 85.0)
    assert line.share == pytest.approx(0.5)
    line.lead("feel", 110.0, 120.0)
    assert line.share == 1.0


def test_more_time_slows_it_down_from_where_it_is() -> None:
    line = SlowLine()
    line.lead("feel", 110.0, 60.0)
    line.lead("feel", 110.0, 85.0)
    line.lead("feel", 185.0, 85.0)
    assert line.share == pytest.approx(0.5)
    line.lead("feel", 185.0, 135.0)
    assert line.share == pytest.approx(0.75)


def test_another_part_begins_anew() -> None:
    line = SlowLine()
    line.lead("feel", 110.0, 60.0)
    line.lead("feel", 110.0, 100.0)
    line.lead("hear", 150.0, 110.0)
    assert line.share == 0.0


def test_part_with_an_open_end_has_none() -> None:
    line = SlowLine()
    line.show()
    line.lead("feel", nan, 60.0)
    assert not line.isVisible()
    line.lead("feel", 90.0, 60.0)
    assert line.isVisible()


@given(
    st.lists(
        st.tuples(st.floats(0.0, 20.0), st.one_of(st.just(nan), st.floats(-50.0, 100.0))),
        max_size=30,
    )
)
def test_it_never_goes_back_whatever_happens(moves: list[tuple[float, float]]) -> None:
    line = SlowLine()
    now_s, last = 0.0, 0.0
    line.lead("feel", 50.0, 0.0)
    for passed_s, left_s in moves:
        now_s += passed_s
        line.lead("feel", now_s + left_s, now_s)
        assert last <= line.share <= 1.0
        last = line.share


def test_with_reduced_motion_it_goes_in_steps_and_ends_full() -> None:
    line = SlowLine()
    line.set_reduced_motion(True)
    line.resize(240, 12)
    line.show()
    line.lead("feel", 100.0, 0.0)
    line.lead("feel", 100.0, 11.0)
    first = line.grab().toImage()
    line.lead("feel", 100.0, 18.0)
    assert line.grab().toImage() == first
    line.lead("feel", 100.0, 21.0)
    assert line.grab().toImage() != first
    assert line.accessibleName() != ""
