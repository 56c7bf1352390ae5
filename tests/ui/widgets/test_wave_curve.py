"""The line through the beats never swings beyond them, however it is painted."""

from __future__ import annotations

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath

from biofeedback.ui.widgets.wave_curve import curve_paths
from biofeedback.ui.widgets.wave_points import WavePoint

RATES = st.lists(st.floats(40.0, 180.0), min_size=3, max_size=12)


def line(rates_bpm: list[float], apart: frozenset[int] = frozenset()) -> list[WavePoint]:
    """A beat a second; those counted in ``apart`` are not joined to the one before."""
    return [
        WavePoint(float(count), bpm, is_joined=count > 0 and count not in apart)
        for count, bpm in enumerate(rates_bpm)
    ]


def spot(point: WavePoint) -> QPointF:
    return QPointF(10.0 * point.t_s, point.bpm)


def paths(
    points: list[WavePoint], *, from_s: float = -inf, until_s: float = inf
) -> list[QPainterPath]:
    return list(curve_paths(points, spot, from_s=from_s, until_s=until_s))


def corners(path: QPainterPath) -> list[tuple[float, float]]:
    """Return what a path is made of: its beginning, then two handles and an end for each piece."""
    return [(at.x, at.y) for at in map(path.elementAt, range(path.elementCount()))]


@given(RATES)
def test_line_goes_through_every_beat_and_never_beyond_the_two_it_joins(
    rates_bpm: list[float],
) -> None:
    (path,) = paths(line(rates_bpm))
    at = corners(path)

    assert at[::3] == [(10.0 * count, bpm) for count, bpm in enumerate(rates_bpm)]
    for step in range(400):
        here = path.pointAtPercent(step / 400)
        count = min(int(here.x() / 10.0), len(rates_bpm) - 2)
        low, high = sorted(rates_bpm[count : count + 2])
        assert low - 1e-6 <= here.y() <= high + 1e-6


@given(RATES, st.data())
def test_line_in_two_pieces_is_the_line_at_once(
    rates_bpm: list[float], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(1, len(rates_bpm) - 2))
    points = line(rates_bpm)
    (whole,) = paths(points)
    (first,), (second,) = paths(points, until_s=cut), paths(points, from_s=cut)

    assert corners(first) + corners(second)[1:] == corners(whole)


def test_line_is_broken_where_beats_are_not_joined() -> None:
    first, second = paths(line([60.0, 62.0, 90.0, 92.0, 91.0], frozenset({2})))

    assert corners(first)[::3] == [(0.0, 60.0), (10.0, 62.0)]
    assert corners(second)[::3] == [(20.0, 90.0), (30.0, 92.0), (40.0, 91.0)]


def test_beat_that_nothing_joins_is_a_dot() -> None:
    _, dot, _ = paths(line([60.0, 62.0, 90.0, 70.0, 72.0], frozenset({2, 3})))

    middle = dot.boundingRect().center()
    assert (middle.x(), middle.y()) == pytest.approx((20.0, 90.0))
    assert dot.boundingRect().width() == pytest.approx(1.0)


def test_nothing_is_left_of_a_line_that_stands_already() -> None:
    assert paths(line([60.0, 62.0, 61.0]), from_s=2.0) == []
