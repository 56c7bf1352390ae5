"""Readings in another unit."""

from __future__ import annotations

from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.devices.scaling import scaled


def test_a_reading_is_multiplied_and_moved() -> None:
    np.testing.assert_allclose(
        scaled(np.array([[32.0, 212.0]]), 5 / 9, -160 / 9), [[0.0, 100.0]], atol=1e-12
    )


def test_conductance_comes_from_resistance() -> None:
    np.testing.assert_array_equal(
        scaled(np.array([500_000.0, 250_000.0]), 1e6, is_inverse=True), [2.0, 4.0]
    )


@pytest.mark.parametrize("ohm", [0.0, -0.0, -5.0, inf, -inf, nan, 5e-324])
def test_no_skin_has_such_a_resistance(ohm: float) -> None:
    assert np.isnan(scaled(np.array([ohm]), 1e6, is_inverse=True)).all()


@pytest.mark.parametrize("value", [nan, inf, -inf, 1e308])
def test_what_gives_no_number_is_no_reading(value: float) -> None:
    assert np.isnan(scaled(np.array([value]), 1e6)).all()


@given(st.lists(st.floats()), st.floats(-1e9, 1e9), st.floats(-1e9, 1e9), st.booleans())
def test_nothing_but_numbers_and_missing_readings_comes_out(
    values: list[float], factor: float, offset: float, is_inverse: bool
) -> None:
    found = scaled(np.array(values, dtype=np.float64), factor, offset, is_inverse=is_inverse)
    assert found.shape == (len(values),)
    assert not np.isinf(found).any()
