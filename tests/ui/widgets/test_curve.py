"""The whole session in one look, gaps kept and no peak lost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QColor

from biofeedback.ui import theme
from biofeedback.ui.messages import summary_words
from biofeedback.ui.widgets.curve import Curve, runs_by_column


def test_nan_ends_a_run() -> None:
    t_s = np.arange(8.0)
    values = np.array([60, 61, np.nan, np.nan, 62, 63, 64, np.nan])

    runs = runs_by_column(t_s, values, 80, 8.0)

    assert [run[:, 1].tolist() for run in runs] == [[60, 61], [62, 63, 64]]
    assert runs[1][0, 0] == pytest.approx(40.0)


def test_short_session_is_given_as_it_is() -> None:
    t_s = np.array([0.0, 0.8, 1.7])
    runs = runs_by_column(t_s, np.array([70.0, 72.0, 71.0]), 1000, 1.7)

    np.testing.assert_allclose(runs[0][:, 0], t_s / 1.7 * 1000)


@settings(deadline=None)
@given(
    st.lists(st.floats(40, 180), min_size=1, max_size=4000),
    st.integers(10, 300),
)
def test_thinning_loses_no_extreme_and_no_order(values: list[float], n_columns: int) -> None:
    y = np.array(values)
    t_s = np.arange(y.size, dtype=np.float64)
    (run,) = runs_by_column(t_s, y, n_columns, float(max(y.size, 1)))

    assert run[:, 1].min() == y.min()
    assert run[:, 1].max() == y.max()
    assert (run[0, 1], run[-1, 1]) == (y[0], y[-1])
    assert (np.diff(run[:, 0]) >= 0).all()
    assert len(run) <= max(4 * (n_columns + 1), 4)


def test_gap_is_left_open_on_the_screen() -> None:
    """200 to 400 of 600 s are missing: the middle third holds no pixel of the line."""
    curve = Curve("Heart rate")
    curve.resize(700, 200)
    t_s = np.arange(0.0, 600.0, 0.8)
    rate = 65 + 5 * np.sin(t_s / 5)
    rate[(t_s > 200) & (t_s < 400)] = np.nan
    curve.set_curve(t_s, rate, 600.0)
    image = curve.grab().toImage()
    heart = QColor(theme.colors().heart)

    def has_line(x: int) -> bool:
        colors = (image.pixelColor(x, y) for y in range(image.height()))
        return any(abs(c.red() - heart.red()) + abs(c.blue() - heart.blue()) < 60 for c in colors)

    left, width = 38, 700 - 42
    assert not any(has_line(left + round(width * x)) for x in (0.36, 0.45, 0.5, 0.6, 0.64))
    assert sum(has_line(left + round(width * x)) for x in np.linspace(0.02, 0.3, 40)) > 30


def test_session_without_beats_says_so() -> None:
    curve = Curve("Heart rate")
    curve.resize(600, 150)
    curve.set_curve(np.empty(0), np.empty(0), 60.0)
    blank = Curve("Heart rate")
    blank.resize(600, 150)
    messages_image = curve.grab().toImage()

    assert summary_words.SUMMARY_NO_BEATS
    heart = QColor(theme.colors().heart).rgb()
    assert all(
        messages_image.pixelColor(x, y).rgb() != heart
        for x in range(0, 600, 3)
        for y in range(0, 150, 3)
    )
