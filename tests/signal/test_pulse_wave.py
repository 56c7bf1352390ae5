"""Reading uneven samples at even times, and the lobes of the slope."""

from __future__ import annotations

import numpy as np
import pytest

from biofeedback.signal.pulse_wave import (
    BLOCK_N,
    GRID_HZ,
    SHAPE_BEFORE_N,
    PulseGrid,
    PulseLobe,
    PulseWave,
)


def on_grid(values: list[float]) -> tuple[PulseWave, list[PulseLobe]]:
    wave = PulseWave()
    lobes: list[PulseLobe] = []
    for first in range(0, len(values), BLOCK_N):
        lobes += wave.append(values[first : first + BLOCK_N])
    return wave, lobes


def test_a_line_is_read_exactly_however_uneven_its_samples() -> None:
    t_s = 5.0 + np.cumsum(np.random.default_rng(1).uniform(0.01, 0.06, 400))
    grid = PulseGrid(30.0)
    values = grid.push(t_s.tolist(), (3.0 + 2.0 * t_s).tolist())
    np.testing.assert_allclose(values, 2.0 * np.arange(len(values)) / GRID_HZ, atol=1e-9)
    assert grid.start_s == t_s[0]
    # All but the last sample's step is settled.
    assert len(values) == np.ceil((t_s[-2] - t_s[0]) * GRID_HZ)


@pytest.mark.parametrize("rate_hz", [30.0, 64.0, 130.0, 500.0, 1000.0])
def test_a_wave_in_the_pulse_s_band_is_read_closely(rate_hz: float) -> None:
    t_s = np.arange(round(10 * rate_hz)) / rate_hz
    grid = PulseGrid(rate_hz)
    values = np.array(grid.push(t_s.tolist(), np.sin(2 * np.pi * 2.0 * t_s).tolist()))
    true = np.sin(2 * np.pi * 2.0 * (grid.start_s + np.arange(values.size) / GRID_HZ))
    assert np.abs(values - (true - true[0]))[20:].max() < 0.02


def test_samples_at_one_time_count_once() -> None:
    grid = PulseGrid(50.0)
    twice = grid.push([0.0, 0.02, 0.02, 0.04, 0.06], [0.0, 1.0, 9.0, 2.0, 3.0])
    np.testing.assert_allclose(twice, [0.0, 0.5, 1.0, 1.5], atol=1e-12)


def test_samples_all_but_at_one_time_count_once() -> None:
    """The square of the smallest step that a number can hold is 0."""
    grid = PulseGrid(50.0)
    times_s = [0.0, 5e-324, 1e-323, 0.02, 0.04, 0.06]
    assert grid.push(times_s, [1.0, 5.0, 9.0, 1.0, 1.0, 1.0]) == [0.0] * 4


def test_lobes_are_where_and_as_steep_as_a_wave_rises_and_falls() -> None:
    t_s = np.arange(1000) / GRID_HZ
    _, lobes = on_grid((4.0 * np.sin(2 * np.pi * 1.0 * (t_s - 0.103))).tolist())
    # The Gaussian low-pass lets this much of one hertz through.
    passes = np.exp(-0.5 * (2 * np.pi * 0.035) ** 2)
    for number, lobe in enumerate(lobes[1:-1]):
        assert lobe.sign == (-1) ** (number + 1)
        assert lobe.top / GRID_HZ == pytest.approx(0.603 + 0.5 * number, abs=1e-4)
        assert lobe.slope == pytest.approx(8 * np.pi * passes, rel=0.005)
        assert lobe.height == pytest.approx(8.0 * passes, rel=0.005)
        # A sine's slope is 85 % of its steepest 31.8 degrees before that.
        assert lobe.top - lobe.mark == pytest.approx(100 * 31.79 / 360, abs=0.05)
    assert len(lobes) >= 18


def test_shapes_of_one_wave_are_alike_and_of_another_are_not() -> None:
    t_s = np.arange(600) / GRID_HZ
    rng = np.random.default_rng(2)
    wave, lobes = on_grid(np.sin(2 * np.pi * 1.1 * t_s).tolist())
    noise, other = on_grid(rng.standard_normal(600).tolist())
    shapes = [wave.shape(lobe) for lobe in lobes[2:8]]
    assert shapes[0] is not None
    assert shapes[0] @ shapes[0] == pytest.approx(1.0)
    assert shapes[0].argmax() == pytest.approx(SHAPE_BEFORE_N, abs=1)
    likeness = [float(shapes[0] @ shape) for shape in shapes if shape is not None]
    assert min(likeness) > 0.98
    strange = [float(shapes[0] @ s) for s in map(noise.shape, other) if s is not None]
    assert max(strange) < 0.9


def test_only_what_is_still_held_has_a_shape() -> None:
    t_s = np.arange(6000) / GRID_HZ
    wave, lobes = on_grid(np.sin(2 * np.pi * 1.1 * t_s).tolist())
    assert wave.shape(lobes[0]) is None
    assert wave.shape(lobes[-1]) is not None or lobes[-1].top > wave.known - 31
    assert wave.n == 6000


def test_skewness_tells_summits_from_valleys() -> None:
    t_s = np.arange(1000) / GRID_HZ
    peaky = np.exp(3.0 * np.sin(2 * np.pi * 1.2 * t_s))
    assert on_grid(peaky.tolist())[0].skew(600) > 0.5
    assert on_grid((-peaky).tolist())[0].skew(600) < -0.5
    assert on_grid([1.0] * 1000)[0].skew(600) == 0.0
    assert on_grid([1.0] * 50)[0].skew(600) == 0.0


def test_a_drift_longer_than_what_is_held_breaks_nothing() -> None:
    ramp = np.cumsum(1.0 + np.exp(-np.arange(8000) / 50.0))
    wave, lobes = on_grid([*ramp.tolist(), *(ramp[-1] - 5.0 * np.arange(300)).tolist()])
    assert [lobe.sign for lobe in lobes] == [1]
    assert np.isfinite(lobes[0].mark)
    assert wave.shape(lobes[0]) is None
