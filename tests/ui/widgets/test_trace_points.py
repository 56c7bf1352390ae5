"""A line of few points still shows what a line of all would."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.ui.widgets.trace_points import runs_of, thinned


def test_line_is_cut_where_nothing_came_and_nowhere_else() -> None:
    t_s = np.array([0.0, 0.1, 0.2, 1.0, 1.1])
    runs = runs_of(t_s, np.arange(5.0), 0.5)
    assert [run[0].tolist() for run in runs] == [[0.0, 0.1, 0.2], [1.0, 1.1]]
    assert runs_of(np.empty(0), np.empty(0), 0.5) == []
    assert runs_of(t_s, np.full(5, np.nan), 0.5) == []


def test_spike_of_one_sample_keeps_its_height() -> None:
    t_s = np.arange(0.0, 6.0, 0.001)
    values = np.zeros(t_s.size)
    values[[1234, 4321]] = 800.0, -300.0
    thin_s, thin = thinned((t_s, values), 0.0, 0.015)

    assert thin_s.size <= 2 * 400
    assert (thin.max(), thin.min()) == (800.0, -300.0)
    assert (np.diff(thin_s) >= 0.0).all()


def test_line_of_few_samples_is_left_as_it_is() -> None:
    run = (np.array([0.0, 1.0, 2.0]), np.array([1.0, 5.0, 2.0]))
    assert thinned(run, 0.0, 0.1) == run


@given(st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=300), st.floats(0.01, 5.0))
def test_every_column_keeps_its_lowest_and_highest(heights: list[float], step_s: float) -> None:
    t_s, values = 0.01 * np.arange(float(len(heights))), np.array(heights, dtype=np.float64)
    thin_s, thin = thinned((t_s, values), 0.0, step_s)
    before, after = np.floor(t_s / step_s), np.floor(thin_s / step_s)
    for column in np.unique(before):
        assert thin[after == column].min() == values[before == column].min()
        assert thin[after == column].max() == values[before == column].max()
