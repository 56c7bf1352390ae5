"""The natural cubic spline, drawn at once and knot by knot."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.interpolate import CubicSpline

from biofeedback.signal.cubic_spline import GrowingSpline, natural_spline


def knots(seed: int, n: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return np.cumsum(rng.uniform(0.3, 2.0, n)), rng.normal(850, 60, n)


@given(seed=st.integers(0, 1000), n=st.integers(2, 60))
def test_same_curve_as_scipy(seed: int, n: int) -> None:
    knots_s, values = knots(seed, n)
    t_s = np.linspace(knots_s[0], knots_s[-1], 97)

    ours = natural_spline(knots_s, values, t_s)
    if n == 2:
        theirs = np.interp(t_s, knots_s, values)
    else:
        theirs = CubicSpline(knots_s, values, bc_type="natural")(t_s)

    assert ours == pytest.approx(theirs, rel=1e-10)


def test_straight_line_stays_one() -> None:
    knots_s, _ = knots(1, 20)
    t_s = np.linspace(knots_s[0], knots_s[-1], 50)
    assert natural_spline(knots_s, 3 * knots_s + 7, t_s) == pytest.approx(3 * t_s + 7)


def test_growing_curve_that_forgets_is_the_whole_curve() -> None:
    """With 30 s kept behind it, what is read off is the curve through all knots so far."""
    knots_s, values = knots(2, 400)
    spline = GrowingSpline()
    for i in range(400):
        spline.append(knots_s[i], values[i])
        if i > 40:
            t_s = np.linspace(knots_s[i] - 20, knots_s[i], 30)
            spline.forget_before(knots_s[i] - 30)
            whole = natural_spline(knots_s[: i + 1], values[: i + 1], t_s)
            assert spline.at(t_s) == pytest.approx(whole, rel=1e-10)


def test_what_was_forgotten_takes_no_memory() -> None:
    spline = GrowingSpline()
    for i in range(5000):
        spline.append(0.8 * i, 800.0 + i % 7)
        spline.forget_before(0.8 * i - 30.0)
    assert len(spline._knots_s) < 50


def test_cleared_spline_starts_anew() -> None:
    spline = GrowingSpline()
    spline.append(0.0, 5.0)
    spline.append(1.0, 900.0)
    spline.clear()
    for t_s in (10.0, 11.0, 12.0):
        spline.append(t_s, 2 * t_s)
    assert spline.at(np.array([10.5, 11.75])) == pytest.approx([21.0, 23.5])


@pytest.mark.parametrize(
    ("knots_s", "values", "t_s"),
    [
        ([0.0], [1.0], [0.0]),
        ([0.0, 1.0], [1.0, 2.0, 3.0], [0.5]),
        ([0.0, 0.0, 1.0], [1.0, 2.0, 3.0], [0.5]),
        ([0.0, np.nan, 1.0], [1.0, 2.0, 3.0], [0.5]),
        ([0.0, 0.5, 1.0], [1.0, np.inf, 3.0], [0.5]),
        ([0.0, 0.5, 1.0], [1.0, 2.0, 3.0], [1.5]),
        ([0.0, 0.5, 1.0], [1.0, 2.0, 3.0], [-0.5]),
    ],
)
def test_what_is_no_curve_is_refused(
    knots_s: list[float], values: list[float], t_s: list[float]
) -> None:
    with pytest.raises(ValueError, match=r"must|spline"):
        natural_spline(np.array(knots_s), np.array(values), np.array(t_s))
