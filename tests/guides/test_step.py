"""What a step may be."""

from __future__ import annotations

import pytest

from biofeedback.guides.step import Step


def test_a_step_may_become_a_third_shorter_and_twice_as_long_unless_told() -> None:
    step = Step("chair", 24.0)
    assert (step.least_s, step.most_s) == (16.0, 48.0)
    assert not step.is_fixed


def test_a_fixed_step_stays_as_it_is_at_any_pace() -> None:
    tense = Step("tense-hand", 6.0, 6.0, 6.0)
    assert tense.is_fixed
    assert tense.at_pace(1.5) == tense


def test_a_slower_pace_stretches_all_limits() -> None:
    slow = Step("see", 40.0, 30.0, 60.0, n_asked=5).at_pace(1.5)
    assert (slow.usual_s, slow.least_s, slow.most_s) == (60.0, 45.0, 90.0)
    assert slow.thing_s == 12.0


@pytest.mark.parametrize("times_s", [(0.0, 0.0, 0.0), (10.0, 11.0, 20.0), (10.0, 5.0, 9.0)])
def test_times_that_are_out_of_order_are_refused(times_s: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="no step takes"):
        Step("see", *times_s)


def test_a_thing_without_the_time_to_find_it_is_refused() -> None:
    with pytest.raises(ValueError, match="too short"):
        Step("see", 15.0, n_asked=5)


@pytest.mark.parametrize(("n_asked", "n_ways", "way"), [(-1, 1, 0), (0, 0, 0), (0, 2, 2)])
def test_counts_and_ways_that_do_not_exist_are_refused(n_asked: int, n_ways: int, way: int) -> None:
    with pytest.raises(ValueError, match="no such count or way"):
        Step("see", 40.0, n_asked=n_asked, n_ways=n_ways, way=way)
