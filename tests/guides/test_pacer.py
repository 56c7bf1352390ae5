"""The pacer tells the part of the breath and the exact moment of the next."""

from __future__ import annotations

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.guides.pacer import Pacer, pattern_of
from biofeedback.pacing import PRESETS, BreathPattern, BreathStep


def test_it_stands_still_until_it_is_started_and_after_it_is_stopped() -> None:
    pacer = Pacer()
    assert pacer.segment is None
    assert pacer.next_step_s == inf
    pacer.start(3.0, PRESETS["gentle"])
    assert (pacer.present_step, pacer.next_step_s) == (BreathStep.IN, 7.0)
    pacer.stop()
    assert pacer.segment is None
    assert pacer.next_step_s == inf


def test_parts_follow_each_other_and_those_without_length_are_left_out() -> None:
    pacer = Pacer()
    pacer.start(0.0, PRESETS["gentle"])
    assert pacer.coming_step() is BreathStep.OUT
    pacer.step()
    assert (pacer.present_step, pacer.next_step_s) == (BreathStep.OUT, 10.0)
    assert pacer.coming_step() is BreathStep.IN
    pacer.step()
    assert (pacer.present_step, pacer.next_step_s) == (BreathStep.IN, 14.0)


def test_another_breath_goes_on_from_where_this_one_is() -> None:
    """Half way through an in-breath of 4 s; half of one of 5 s is left."""
    pacer = Pacer()
    pacer.start(0.0, PRESETS["gentle"])
    pacer.change(2.0, PRESETS["even"])
    assert (pacer.present_step, pacer.next_step_s) == (BreathStep.IN, 4.5)


@given(
    st.lists(st.tuples(st.floats(0.0, 1.0), st.floats(3.0, 12.0)), min_size=1, max_size=30),
    st.floats(0.0, 10_000.0),
)
def test_time_goes_on_and_depth_never_jumps(
    changes: list[tuple[float, float]], start_s: float
) -> None:
    pacer = Pacer()
    pacer.start(start_s, PRESETS["gentle"])
    t_s = start_s
    for share, rate in changes:
        assert pacer.next_step_s > t_s
        now_s = t_s + share * (pacer.next_step_s - t_s)
        before = pacer.segment
        assert before is not None
        pacer.change(now_s, BreathPattern.at_rate(rate))
        after = pacer.segment
        assert after is not None
        assert abs(before.at(now_s).depth - after.at(now_s).depth) < 1e-6
        t_s = pacer.next_step_s
        pacer.step()


def test_a_breath_without_one_of_its_parts_is_none() -> None:
    with pytest.raises(ValueError, match="hold_out_s missing"):
        pattern_of({"in_s": 4.0, "hold_in_s": 0.0, "out_s": 6.0})
