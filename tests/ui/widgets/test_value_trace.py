from __future__ import annotations

import numpy as np

from biofeedback.ui.widgets.value_trace import ValueTrace


def trace() -> ValueTrace:
    made = ValueTrace("The values so far", lambda value: f"{value:.1f}")
    made.resize(500, made.height())
    return made


def test_a_place_without_a_reading_is_a_hole() -> None:
    made = trace()
    made.draw(np.arange(6.0), np.array([1.0, 2.0, np.nan, 3.0, np.nan, 4.0]))
    assert made.n_points == 4
    with_hole = made.grab().toImage()
    made.draw(np.arange(6.0), np.array([1.0, 2.0, 2.5, 3.0, 3.5, 4.0]))
    assert made.n_points == 6
    assert made.grab().toImage() != with_hole
    made.deleteLater()


def test_nothing_a_level_and_very_many_values_can_be_drawn() -> None:
    made = trace()
    for values in (np.empty(0), np.full(50, np.nan), np.full(50, 7.0), np.array([5.0])):
        made.draw(np.arange(float(values.size)), values)
        assert not made.grab().isNull()
    made.draw(np.arange(20_000.0), np.sin(np.arange(20_000.0)))
    assert 1000 < made.n_points <= 1200
    assert not made.grab().isNull()
    made.deleteLater()
