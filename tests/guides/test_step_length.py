"""How much longer or shorter a step may be, and how often."""

from __future__ import annotations

import pytest

from biofeedback.guides.step import Step
from biofeedback.guides.step_length import StepLength

STEP = Step("see", 40.0)


def test_more_time_is_taken_towards_the_end_alone() -> None:
    length = StepLength()
    assert length.longer_s(STEP, 10.5, 40.0) == 0.0
    assert length.longer_s(STEP, 10.0, 40.0) == 14.0


def test_more_time_ends_at_the_limit_and_is_not_worth_less_than_two_seconds() -> None:
    length = StepLength()
    assert length.longer_s(STEP, 5.0, 6.0) == 6.0
    assert length.longer_s(STEP, 5.0, 1.9) == 0.0


def test_a_step_takes_more_time_twice_and_all_of_them_six_times() -> None:
    length = StepLength()
    n_longer = 0
    for _ in range(8):
        length.begin()
        of_step = 0
        while length.longer_s(STEP, 5.0, 40.0) > 0.0:
            length.became_longer()
            of_step += 1
        assert of_step <= 2
        n_longer += of_step
    assert n_longer == 6


def quick() -> StepLength:
    length = StepLength()
    length.went_on(STEP, 20.0)
    length.went_on(STEP, 27.0)
    length.begin()
    return length


def test_two_quick_steps_make_the_next_a_fifth_shorter_once() -> None:
    length = quick()
    assert length.shorter_s(STEP, 5.0, 35.0) == 8.0
    length.became_shorter()
    assert length.shorter_s(STEP, 5.0, 27.0) == 0.0


@pytest.mark.parametrize(("gone_s", "by_s"), [(20.0, 8.0), (25.0, 5.0), (29.0, 0.0)])
def test_ten_seconds_are_always_left(gone_s: float, by_s: float) -> None:
    assert quick().shorter_s(STEP, gone_s, 40.0 - gone_s) == by_s


def test_no_step_is_shorter_than_its_least() -> None:
    careful = Step("rest-eyes", 40.0, 37.0, 60.0)
    assert quick().shorter_s(careful, 1.0, 39.0) == 3.0


def test_whoever_takes_time_again_is_quick_no_more() -> None:
    length = quick()
    length.took_time()
    assert length.shorter_s(STEP, 5.0, 35.0) == 0.0
    length = quick()
    length.went_on(STEP, 28.0)
    assert length.shorter_s(STEP, 5.0, 35.0) == 0.0


def test_a_step_that_waits_or_has_taken_longer_is_not_made_shorter() -> None:
    assert quick().shorter_s(Step("fetch", 40.0, may_wait=True), 5.0, 35.0) == 0.0
    length = quick()
    length.became_longer()
    assert length.shorter_s(STEP, 5.0, 35.0) == 0.0
