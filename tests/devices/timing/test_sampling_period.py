"""The true rate beside the stated one, and what is a hole."""

from __future__ import annotations

import pytest

from biofeedback.devices.timing.sampling_period import SamplingPeriod


def test_before_the_rate_is_known_a_quarter_of_a_frame_is_no_hole() -> None:
    period = SamplingPeriod(0.01, is_exact=False)

    assert period.missing(0.50 * 1.2, 50) == 0.0
    assert period.missing(0.50 * 1.3, 50) == pytest.approx(15.0)
    assert period.missing(0.50 * 0.6, 50) == pytest.approx(-20.0)


def test_once_it_is_known_a_few_samples_are() -> None:
    period = SamplingPeriod(1 / 130.0, is_exact=False)
    for _ in range(20):
        period.learn(73 / 128.0, 73)

    assert period.is_sure
    assert period.seconds == pytest.approx(1 / 128.0)
    assert period.missing(73 / 128.0, 73) == 0.0
    assert period.missing(83 / 128.0, 73) == pytest.approx(10.0)


def test_of_single_samples_one_and_a_half_periods_are_a_hole() -> None:
    period = SamplingPeriod(0.1, is_exact=False)

    assert period.missing(0.149, 1) == 0.0
    assert period.missing(0.2, 1) == pytest.approx(1.0)


def test_of_a_count_one_sample_is_a_hole_in_any_frame() -> None:
    period = SamplingPeriod(0.01, is_exact=True)

    assert period.missing(0.50, 50) == 0.0
    assert period.missing(0.51, 50) == pytest.approx(1.0)
    period.learn(0.7, 50)
    assert period.seconds == 0.01


def test_first_steps_that_agree_on_another_rate_are_believed() -> None:
    period = SamplingPeriod(1 / 135.0, is_exact=False)
    step_s = 27 / 55.0
    assert period.is_odd(step_s, 27)
    period.foresee([(step_s, 27), (step_s * 1.01, 27), (step_s * 0.99, 27)])

    assert period.seconds == pytest.approx(1 / 55.0, rel=0.01)
    assert period.missing(step_s, 27) == 0.0


def test_first_steps_of_whole_frames_are_holes_and_not_another_rate() -> None:
    period = SamplingPeriod(0.01, is_exact=False)
    period.foresee([(1.0, 50), (1.0, 50), (1.0, 50)])

    assert period.seconds == 0.01


def test_a_long_row_of_equal_steps_is_another_rate_after_all() -> None:
    period = SamplingPeriod(0.01, is_exact=False)
    for _ in range(8):
        period.learn(1.0, 50)

    assert period.seconds == pytest.approx(0.02)


def test_a_rate_that_changes_slowly_is_followed() -> None:
    period = SamplingPeriod(0.01, is_exact=False)
    for number in range(1000):
        period.learn(0.5 * (1.0 + 1e-5 * number), 50)

    assert period.seconds == pytest.approx(0.01 * 1.01, rel=2e-3)
