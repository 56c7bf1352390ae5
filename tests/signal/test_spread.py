"""The running quartile deviation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.signal.spread import QuartileSpread


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=60))
def test_equal_to_numpy_over_the_last_values(values: list[float]) -> None:
    """Half the distance of NumPy's linear quartiles of the last 9, at every step."""
    spread = QuartileSpread(9)
    for i, value in enumerate(values):
        spread.add(value)
        low, high = np.percentile(values[max(0, i - 8) : i + 1], [25, 75])
        assert spread.times(5.2) == pytest.approx(5.2 * (high - low) / 2, abs=1e-9)
        assert len(spread) == min(i + 1, 9)


def test_nothing_spreads_by_nothing() -> None:
    """Before the first value."""
    assert QuartileSpread(9).times(5.2) == 0.0
