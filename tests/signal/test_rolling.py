"""Windows over rows that come and go."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.signal.rolling import RollingRows


@given(st.lists(st.floats(0.01, 3.0), max_size=200), st.floats(0.5, 20.0), st.floats(0.0, 10.0))
def test_equal_to_a_plain_list(steps_s: list[float], keep_s: float, back_s: float) -> None:
    """What a list with the same rule holds, at every step, across many moves to the front."""
    rows = RollingRows(2, keep_s, capacity=7)
    plain: list[tuple[float, float]] = []
    t_s = 0.0
    for i, step_s in enumerate(steps_s):
        t_s += step_s
        rows.append(t_s, float(i))
        plain = [row for row in [*plain, (t_s, float(i))] if row[0] > t_s - keep_s][-7:]

        expected = [row for row in plain if row[0] > t_s - back_s]
        np.testing.assert_array_equal(rows.since(t_s - back_s), np.array(expected).reshape(-1, 2).T)
        assert len(rows) == len(plain)


def test_cleared_is_empty() -> None:
    """Nothing is left, and the next row is the only one."""
    rows = RollingRows(1, 10.0)
    rows.append(1.0)
    rows.clear()
    assert len(rows) == 0
    rows.append(2.0)
    np.testing.assert_array_equal(rows.since(0.0), [[2.0]])
