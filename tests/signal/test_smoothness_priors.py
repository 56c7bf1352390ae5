"""Detrending: its gain, its edges, and the published matrix."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.signal.smoothness_priors import smooth_trend, smoothness_priors


def gain(frequency_hz: float, rate_hz: float = 4.0) -> float:
    """Amplitude that is left of a sine in the middle of a long record."""
    t_s = np.arange(0, 1200, 1 / rate_hz)
    sine = np.sin(2 * np.pi * frequency_hz * t_s)
    left = smoothness_priors(sine, rate_hz)
    middle = slice(t_s.size // 4, 3 * t_s.size // 4)
    return float(left[middle].dot(sine[middle]) / sine[middle].dot(sine[middle]))


@pytest.mark.parametrize(
    ("frequency_hz", "expected"),
    [(0.01, 0.015), (0.02, 0.20), (0.03, 0.55), (0.04, 0.80), (0.05, 0.905), (0.1, 0.993)],
)
def test_gain_is_that_of_the_formula(frequency_hz: float, expected: float) -> None:
    q = 500**2 * (2 * np.sin(np.pi * frequency_hz / 4)) ** 4

    assert gain(frequency_hz) == pytest.approx(q / (1 + q), abs=0.002)
    assert gain(frequency_hz) == pytest.approx(expected, abs=0.005)


def test_half_is_left_at_0_0285_hz_and_nearly_all_at_0_08_hz() -> None:
    assert gain(0.0275) < 0.5 < gain(0.0295)
    assert gain(0.08) >= 0.98


@pytest.mark.parametrize("rate_hz", [2.0, 8.0])
def test_cut_stays_where_it_is_at_another_rate(rate_hz: float) -> None:
    assert gain(0.0275, rate_hz) < 0.5 < gain(0.0295, rate_hz)


@pytest.mark.parametrize("level", [0.0, 850.0, -2e6])
def test_constant_leaves_nothing_up_to_the_edges(level: float) -> None:
    """At most 5 ms of 850 ms; it is rounding."""
    assert np.abs(smoothness_priors(np.full(1200, level), 4.0)).max() < 1e-6


def test_straight_line_leaves_nothing() -> None:
    line = 700 + 0.3 * np.arange(1200.0)
    assert np.abs(smoothness_priors(line, 4.0)).max() < 1e-6


@given(seed=st.integers(0, 1000), n=st.integers(3, 80))
def test_same_as_the_published_matrix_inverted(seed: int, n: int) -> None:
    values = np.random.default_rng(seed).normal(800, 50, n)
    second_difference = np.diff(np.eye(n), 2, axis=0)
    matrix = np.eye(n) + 500.0**2 * second_difference.T @ second_difference

    expected = values - np.linalg.solve(matrix, values)

    assert smoothness_priors(values, 4.0) == pytest.approx(expected, abs=1e-5)


def test_same_as_scipys_banded_solution_over_an_hour() -> None:
    from scipy.linalg import solveh_banded

    values = np.random.default_rng(5).normal(0, 50, 14400).cumsum() / 30 + 800
    bands = np.zeros((3, values.size))
    for i, a in enumerate((1, -2, 1)):
        for j, b in enumerate((1, -2, 1)[i:], start=i):
            bands[2 - (j - i), j : values.size - 2 + j] += 500.0**2 * a * b
    bands[2] += 1

    assert smooth_trend(values, 4.0) == pytest.approx(solveh_banded(bands, values), rel=1e-9)


def test_what_is_left_has_no_mean_and_no_line() -> None:
    values = np.random.default_rng(1).normal(900, 50, 500)
    left = smoothness_priors(values, 4.0)
    assert left.sum() == pytest.approx(0, abs=1e-6)
    assert left.dot(np.arange(500.0)) == pytest.approx(0, abs=1e-4)


def test_several_series_at_once_are_as_each_alone() -> None:
    series = np.random.default_rng(3).normal(0, 50, (200, 4))
    together = smooth_trend(series, 4.0)
    for i in range(4):
        assert together[:, i] == pytest.approx(smooth_trend(series[:, i], 4.0), abs=1e-9)


def test_unknown_samples_say_nothing_about_the_trend() -> None:
    """Whatever stands in a hole, the rest comes out the same, near to that without a hole."""
    rng = np.random.default_rng(7)
    values = 850 + 30 * np.sin(2 * np.pi * 0.1 * np.arange(1200) / 4) + rng.normal(0, 5, 1200)
    is_known = np.ones(1200, dtype=np.bool_)
    is_known[500:560] = False
    other = values.copy()
    other[500:560] = np.nan

    left = smoothness_priors(values, 4.0, is_known=is_known)
    again = smoothness_priors(other, 4.0, is_known=is_known)

    assert np.isnan(left[500:560]).all()
    assert np.array_equal(left, again, equal_nan=True)
    assert left[:400] == pytest.approx(smoothness_priors(values, 4.0)[:400], abs=0.5)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_fewer_than_three_samples_are_all_trend(n: int) -> None:
    assert smoothness_priors(np.arange(float(n)), 4.0).tolist() == [0.0] * n


def test_what_is_no_series_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        smoothness_priors(np.array([1.0, np.nan, 2.0, 3.0]), 4.0)
    with pytest.raises(ValueError, match="positive"):
        smoothness_priors(np.ones(5), 0.0)
    with pytest.raises(ValueError, match="1-D"):
        smoothness_priors(np.ones((5, 2)), 4.0)
    with pytest.raises(ValueError, match="1-D"):
        smoothness_priors(np.ones(5), 4.0, is_known=np.ones(4, dtype=np.bool_))
