"""The line under the arrivals, against lines that are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.devices.timing.min_delay_line import MinDelayLine

CLOCK_SD = 1e-4


def learnt(
    drift: float, delays_s: np.ndarray, every_s: float = 0.5, prior_sd: float = CLOCK_SD
) -> MinDelayLine:
    line = MinDelayLine(0.0, prior_sd)
    for number, delay_s in enumerate(delays_s):
        device_s = 100.0 + every_s * number
        line.push(device_s, 7.0 + (device_s - 100.0) * (1.0 + drift) + delay_s)
    return line


def test_without_delays_it_is_the_line() -> None:
    line = learnt(50e-6, np.zeros(400))

    assert line.session_s(300.0) == pytest.approx(7.0 + 200.0 * (1.0 + 50e-6), abs=1e-3)
    assert line.device_s(line.session_s(123.4)) == pytest.approx(123.4, abs=1e-9)


@pytest.mark.parametrize("drift", [-200e-6, 0.0, 200e-6, 0.01])
def test_slope_is_found_among_heavy_delays(drift: float) -> None:
    delays_s = 0.05 * np.random.default_rng(1).pareto(1.2, 2000)
    line = learnt(drift, delays_s)

    assert line.drift == pytest.approx(drift, abs=5e-6)
    assert abs(line.drift - drift) < 4 * line.drift_sd + 1e-6


def test_the_lowest_is_not_taken_for_the_least() -> None:
    """Half of all lines end above the truth and half below, whatever the number of packets."""
    rng = np.random.default_rng(2)
    off_s = np.array(
        [
            line.session_s(100.0 + 0.5 * 19) - (7.0 + 0.5 * 19)
            for line in (learnt(0.0, rng.exponential(0.1, 20)) for _ in range(400))
        ]
    )

    assert abs(off_s.mean()) < 0.001
    assert np.sqrt(np.mean(off_s**2)) < 0.01


def test_delays_that_become_longer_for_good_are_followed_after_two_minutes() -> None:
    delays_s = np.concatenate([np.zeros(400), np.full(300, 0.05)])
    line = learnt(0.0, delays_s)

    assert line.session_s(100.0 + 0.5 * 699) - (7.0 + 0.5 * 699) == pytest.approx(0.05, abs=0.01)


def test_in_the_beginning_a_slope_is_not_believed_and_the_doubt_is_told() -> None:
    rng = np.random.default_rng(3)
    young, old = learnt(0.0, rng.exponential(0.1, 8)), learnt(0.0, rng.exponential(0.1, 2000))

    assert abs(young.drift) < 2e-4
    assert young.drift_sd > 20 * old.drift_sd
    assert young.doubt_s > 10 * old.doubt_s


def test_a_rate_that_is_far_off_is_believed_soon() -> None:
    rng = np.random.default_rng(4)
    line = learnt(1.45, rng.exponential(0.03, 12), every_s=0.2, prior_sd=0.01)

    assert line.drift == pytest.approx(1.45, rel=0.05)


def test_what_it_keeps_does_not_grow() -> None:
    line = learnt(1e-5, np.random.default_rng(5).exponential(0.1, 40_000))

    assert len(line._numbers) <= 64
    assert line.span_s <= 64 * 8.0


def test_packets_of_two_streams_that_lie_behind_each_other_teach_one_line() -> None:
    line = MinDelayLine(0.0, CLOCK_SD)
    for number in range(200):
        line.push(0.5 * number, 3.0 + 0.5 * number + 0.2)
        # Of a moment a little earlier, and quicker.
        line.push(0.5 * number - 0.2, 3.0 + 0.5 * number - 0.2 + 0.01)

    assert line.session_s(100.0) == pytest.approx(103.01, abs=0.005)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0.0, 50.0), st.floats(0.0, 3.0)), min_size=1, max_size=80),
    st.floats(-3e-4, 3e-4),
)
def test_it_is_always_finite_and_goes_forward(
    packets: list[tuple[float, float]], drift: float
) -> None:
    line = MinDelayLine(0.0, CLOCK_SD)
    device_s = 0.0
    for step_s, delay_s in packets:
        device_s += step_s
        line.push(device_s, 5.0 + device_s * (1.0 + drift) + delay_s)

        assert np.isfinite([line.session_s(device_s), line.drift_sd, line.spread_s]).all()
        assert line.rate > 0.0
