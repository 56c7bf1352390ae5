"""A rise in a step leads to a question: a clear one, twice at most, and not after a refusal."""

from __future__ import annotations

import pytest

from biofeedback.guides.step_rise import StepRise


def begun(arousal_z: float | None = 0.0) -> StepRise:
    rise = StepRise()
    rise.begin(arousal_z)
    return rise


@pytest.mark.parametrize(("now_z", "by_z"), [(0.4, None), (0.5, None), (0.6, 0.6), (-2.0, None)])
def test_only_a_clear_rise_is_asked_about(now_z: float, by_z: float | None) -> None:
    assert begun().to_ask_about_z(now_z) == by_z


def test_coming_up_from_below_the_middle_of_ones_range_is_no_rise() -> None:
    assert begun(-2.0).to_ask_about_z(-0.1) is None
    assert begun(-2.0).to_ask_about_z(0.1) == pytest.approx(2.1)


def test_the_next_rise_counts_from_the_one_that_was_asked_about() -> None:
    rise = begun()
    assert rise.to_ask_about_z(0.6) is not None
    assert rise.to_ask_about_z(1.0) is None
    assert rise.to_ask_about_z(1.2) == pytest.approx(0.6)


def test_it_is_asked_twice_at_most_however_many_steps_follow() -> None:
    rise = begun()
    asked = []
    for _ in range(5):
        rise.begin(0.0)
        asked.append(rise.to_ask_about_z(1.0))
    assert asked == [1.0, 1.0, None, None, None]


def test_after_a_refusal_nothing_is_asked() -> None:
    rise = begun()
    rise.refuse()
    rise.begin(0.0)
    assert rise.to_ask_about_z(3.0) is None


def test_where_nothing_was_known_at_first_what_is_heard_first_counts() -> None:
    rise = begun(None)
    assert rise.to_ask_about_z(2.0) is None
    rise.sense(1.0)
    rise.sense(1.9)
    assert rise.to_ask_about_z(2.0) == pytest.approx(1.0)
    assert rise.to_ask_about_z(None) is None
