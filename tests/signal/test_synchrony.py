"""Likeness beyond chance: copies, strangers, and two who share nothing but a pacer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import pearsonr

from biofeedback.signal.synchrony import (
    RATE_HZ,
    cross_correlation,
    phase_locking,
    without_pacer,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

N = int(300 * RATE_HZ)
T_S = np.arange(N) / RATE_HZ
DRIFT_HZ = (0.01, 0.05)


def drift(seed: int) -> NDArray[np.float64]:
    """A slow wandering with some noise, as of a resting heart rate."""
    rng = np.random.default_rng(seed)
    slow = np.convolve(rng.standard_normal(N + 40), np.hanning(41), "valid")
    series: NDArray[np.float64] = slow / slow.std() + 0.3 * rng.standard_normal(N)
    return series


def test_a_copy_is_alike_and_in_step() -> None:
    series = drift(1)
    alike = cross_correlation(series, 3 * series + 70)
    locked = phase_locking(series, 3 * series + 70, DRIFT_HZ)

    assert alike.value > 0.5
    assert alike.z > 3
    assert alike.chance < 0.01
    assert locked.value == pytest.approx(1.0, abs=1e-9)


def test_opposite_series_are_not_alike_and_still_in_step() -> None:
    series = drift(2)
    assert cross_correlation(series, -series).z < -3
    assert phase_locking(series, -series, DRIFT_HZ).value == pytest.approx(1.0, abs=1e-9)


def test_strangers_are_taken_for_alike_no_more_often_than_chance() -> None:
    pairs = [(drift(seed), drift(seed + 1000)) for seed in range(200)]
    alike = np.mean([cross_correlation(*pair).chance <= 0.05 for pair in pairs])
    locked = np.mean([phase_locking(*pair, DRIFT_HZ).chance <= 0.05 for pair in pairs])

    # 200 draws at 5 %: up to 9 % is within chance.
    assert alike <= 0.09
    assert locked <= 0.10


def test_what_two_share_with_a_pacer_is_taken_off() -> None:
    """Two swings at the pacer's rhythm, each with its own drift, are strangers again."""
    cycles = T_S / 10.0
    swing = 6 * np.sin(2 * np.pi * cycles)
    pairs = [(drift(seed) + swing, drift(seed + 500) + swing) for seed in range(100)]
    raw = [cross_correlation(*pair).value for pair in pairs]
    left = [
        cross_correlation(without_pacer(one, cycles), without_pacer(other, cycles))
        for one, other in pairs
    ]

    assert np.mean(raw) > 1.0
    assert abs(np.mean([each.value for each in left])) < 0.1
    assert np.mean([each.chance <= 0.05 for each in left]) <= 0.1


def test_the_pacer_and_drift_go_and_the_rest_stays() -> None:
    cycles = T_S / 9.0
    rest = np.sin(2 * np.pi * T_S / 37.0)
    mixed = rest + 0.02 * T_S + 4 * np.cos(2 * np.pi * cycles + 1) + np.sin(4 * np.pi * cycles)

    assert np.corrcoef(without_pacer(mixed, cycles), rest)[0, 1] > 0.97


def test_the_mean_over_windows_is_that_of_pearson() -> None:
    """The value at no shift, against a plain computation window by window and lag by lag."""
    first, second = drift(5), drift(5) + drift(6)
    expected = []
    for lag in range(-4, 5):
        for start in range(0, N - 60 + 1, 10):
            other = np.take(second, np.arange(start + lag, start + lag + 60), mode="wrap")
            expected.append(
                np.arctanh(np.clip(pearsonr(first[start : start + 60], other)[0], -0.999, 0.999))
            )

    assert cross_correlation(first, second).value == pytest.approx(np.mean(expected), abs=1e-9)


@given(st.floats(0.1, 50), st.floats(-100, 100))
def test_unit_and_level_do_not_matter(scale: float, level: float) -> None:
    first, second = drift(7), drift(7) + drift(8)
    one = cross_correlation(first, second)
    other = cross_correlation(first, scale * second + level)

    assert other.value == pytest.approx(one.value, rel=1e-6)
    assert other.chance == pytest.approx(one.chance, abs=0.02)


def test_a_series_that_stands_still_is_like_nothing() -> None:
    assert np.isnan(cross_correlation(np.full(N, 3.0), drift(1)).z)
    assert np.isnan(phase_locking(drift(1), np.full(N, 3.0), DRIFT_HZ).value)


@pytest.mark.parametrize(("n_first", "n_second"), [(600, 599), (300, 300)])
def test_series_that_do_not_fit_are_refused(n_first: int, n_second: int) -> None:
    with pytest.raises(ValueError, match=r"length|needed"):
        cross_correlation(np.zeros(n_first), np.zeros(n_second))
