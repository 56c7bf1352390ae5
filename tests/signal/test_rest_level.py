"""The quantile that forgets."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.signal.rest_level import RestLevel


@given(st.lists(st.floats(0.01, 1e5), min_size=1, max_size=80))
def test_a_tenth_lies_below(values: list[float]) -> None:
    """Within a bin of 4 % of the value at which a tenth is reached."""
    rest = RestLevel(half_life=1e9)
    for value in values:
        rest.add(value)
    ordered = sorted(values)
    low = ordered[max(int(np.ceil(0.1 * len(values) - 1e-6)) - 1, 0)]
    high = ordered[min(int(np.floor(0.1 * len(values) + 1e-6)), len(values) - 1)]
    assert low / 1.05 <= rest.level <= high * 1.05
    assert rest.n_values == len(values)


def test_follows_a_person_who_changes_and_forgets_what_was() -> None:
    rest = RestLevel(half_life=100)
    for _ in range(1000):
        rest.add(5.0)
    for _ in range(1000):
        rest.add(50.0)
    assert rest.level == pytest.approx(50.0, rel=0.05)


def test_right_after_a_hundred_half_lives() -> None:
    """Weights are scaled back without a trace."""
    rest = RestLevel(half_life=20)
    rng = np.random.default_rng(2)
    for _ in range(2000):
        rest.add(float(rng.uniform(10, 20)))
    assert 10.0 <= rest.level <= 13.5


def test_nothing_is_known_at_first_and_nothing_is_a_level_too() -> None:
    rest = RestLevel()
    assert isnan(rest.level)
    rest.add(0.0)
    assert rest.level <= 0.0011
