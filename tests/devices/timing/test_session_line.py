"""What has been given out stands, joins, and bends no more than allowed."""

from __future__ import annotations

import numpy as np

from biofeedback.devices.timing.min_delay_line import MinDelayLine
from biofeedback.devices.timing.session_line import SessionLine

SLEW = 500e-6


def fit_at(offset_s: float) -> MinDelayLine:
    """A clock that is known to lie there."""
    fit = MinDelayLine(0.0, 1e-6)
    for number in range(2000):
        fit.push(0.1 * number, 0.1 * number + offset_s)
    return fit


def test_what_was_given_out_is_the_same_whenever_it_is_asked_for() -> None:
    line = SessionLine(0.0, 10.0, 1.0)
    given = []
    for number in range(1, 300):
        device_s = np.linspace(0.7 * (number - 1), 0.7 * number, 20)[1:]
        line.lay(float(device_s[-1]), fit_at(10.0) if number % 3 else fit_at(10.2), 0.02, 4.0)
        given.append((device_s, line.session_s(device_s)))
        if number in {150, 299}:
            for old_device_s, session_s in given[-100:]:
                assert np.array_equal(line.session_s(old_device_s), session_s)
    times_s = np.concatenate([session_s for _, session_s in given])
    assert np.all(np.diff(times_s) > 0.0)


def test_it_makes_up_for_what_it_is_off_within_the_slew() -> None:
    fit = fit_at(10.0)
    line = SessionLine(0.0, 10.05, 1.0)
    device_s = np.arange(0.0, 300.0, 0.5)
    session_s = []
    for each_s in device_s:
        line.lay(float(each_s), fit, SLEW, 8.0)
        session_s.append(line.session_s(np.array([each_s]))[0])
    rates = np.diff(session_s) / 0.5

    assert np.abs(rates - 1.0).max() < SLEW * 1.01
    assert abs(line.off_s(fit)) < 1e-3


def test_over_a_long_hole_it_does_not_run_past() -> None:
    fit = fit_at(10.0)
    line = SessionLine(0.0, 10.05, 1.0)
    line.lay(600.0, fit, 0.02, 4.0)

    assert abs(line.off_s(fit)) < 1e-3


def test_a_stream_far_behind_another_has_times_still() -> None:
    line = SessionLine(0.0, 10.0, 1.0)
    fit = fit_at(10.0)
    for number in range(2000):
        line.lay(float(number), fit, SLEW, 8.0)
    old_s = line.session_s(np.arange(0.0, 5.0))

    assert np.all(np.diff(old_s) > 0.0)
    assert np.abs(old_s - 10.0 - np.arange(0.0, 5.0)).max() < 0.01
    assert len(line._rates) <= 512
