"""The low-pass: gain, delay, and uneven sampling."""

from __future__ import annotations

import numpy as np
import pytest

from biofeedback.signal.lowpass import TwoPoleLowPass


def test_gain_at_the_cutoff_is_root_half() -> None:
    """A 1 Hz sine at 1000 samples a second comes out at 0.707 of its size."""
    low_pass = TwoPoleLowPass(1.0)
    low_pass.restart(0.0)
    out = [low_pass.push(np.sin(2 * np.pi * i / 1000), 0.001) for i in range(10_000)]
    assert max(out[5000:]) == pytest.approx(np.sqrt(0.5), rel=0.005)


def test_ramp_comes_out_late_by_the_delay_with_its_own_slope() -> None:
    """A ramp of 2 a second is 2 * delay behind, and the slope is 2."""
    low_pass = TwoPoleLowPass(1.0)
    low_pass.restart(0.0)
    t_s = 0.0
    while t_s < 10:
        t_s += 0.001
        low_pass.push(2 * t_s, 0.001)
    assert low_pass.value == pytest.approx(2 * (10 - low_pass.delay_s), abs=0.005)
    assert low_pass.slope == pytest.approx(2.0, rel=1e-3)


def test_step_response_does_not_depend_on_where_samples_fall() -> None:
    """A held step is exact at any spacing, and never overshoots."""
    even, uneven = TwoPoleLowPass(1.0), TwoPoleLowPass(1.0)
    even.restart(0.0)
    uneven.restart(0.0)
    even_out = [even.push(1.0, 0.1) for _ in range(30)]
    for step_s in np.random.default_rng(0).dirichlet(np.ones(50)) * 3.0:
        assert uneven.push(1.0, float(step_s)) <= 1.0

    assert uneven.value == pytest.approx(even_out[-1], rel=1e-12)
    assert even_out == sorted(even_out)


@pytest.mark.parametrize("step_s", [0.25, 0.125, 0.05, 0.001])
def test_steepest_of_a_step_is_what_the_samples_show(step_s: float) -> None:
    """Largest slope among the samples after a unit step, and in the limit 1 / (e delay / 2)."""
    low_pass = TwoPoleLowPass(1.0)
    low_pass.restart(0.0)
    slopes = []
    for _ in range(round(2 / step_s)):
        low_pass.push(1.0, step_s)
        slopes.append(low_pass.slope)
    assert low_pass.steepest_of_step(step_s) == pytest.approx(max(slopes))
    assert low_pass.steepest_of_step(0.0) == pytest.approx(2 / (np.e * low_pass.delay_s))
