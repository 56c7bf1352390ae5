"""The line of an assessment has its top where the words say, and lies among what was measured."""

from __future__ import annotations

from math import inf, nan, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.guides.resonance_result import CurvePoint
from biofeedback.ui.resonance_line import line_through

RATES = (6.5, 6.0, 5.5, 5.0, 4.5)


def resonator(top: float, q: float, height: float, error: float = 0.5) -> tuple[CurvePoint, ...]:
    return tuple(
        CurvePoint(rate, height / sqrt(1 + (q * (rate / top - top / rate)) ** 2), error)
        for rate in RATES
    )


@given(
    st.lists(st.floats(1.0, 30.0), min_size=5, max_size=5),
    st.floats(4.4, 6.6),
    st.floats(0.1, 4.0),
)
def test_top_is_where_it_is_told_to_be(swings: list[float], top: float, error: float) -> None:
    curve = [CurvePoint(r, s, error) for r, s in zip(RATES, swings, strict=True)]
    line = line_through(curve, top, 4.3, 6.7)
    assert max(line, key=lambda spot: spot[1])[0] == top
    assert [rate for rate, _ in line] == sorted(rate for rate, _ in line)
    # It stays among what was measured: above the least of it, and not far above the most.
    assert 0.0 < max(swing for _, swing in line) < 2.0 * max(swings)


def test_swings_of_a_resonator_lie_on_their_line() -> None:
    curve = resonator(5.4, 1.2, 14.0)
    line = dict(line_through(curve, 5.4, 4.3, 6.7))
    for point in curve:
        near = min(line, key=lambda rate: abs(rate - point.rate_per_min))
        assert line[near] == pytest.approx(point.swing_bpm, abs=0.1)


def test_swing_that_is_surer_weighs_more() -> None:
    flat = resonator(5.5, 0.5, 10.0)
    sure = (*flat[:2], CurvePoint(5.5, 14.0, 0.05), *flat[3:])
    unsure = (*flat[:2], CurvePoint(5.5, 14.0, 5.0), *flat[3:])
    tops = [max(s for _, s in line_through(each, 5.5, 4.3, 6.7)) for each in (sure, unsure)]
    assert tops[0] > 13.5
    assert tops[1] < 10.5


@pytest.mark.parametrize("top", [nan, inf])
def test_no_line_where_no_pace_is_told(top: float) -> None:
    assert line_through(resonator(5.5, 1.0, 10.0), top, 4.3, 6.7) == ()


def test_two_swings_make_no_line() -> None:
    assert line_through(resonator(5.5, 1.0, 10.0)[:2], 5.5, 4.3, 6.7) == ()


@pytest.mark.parametrize("error", [nan, 0.0])
def test_errors_that_are_not_known_weigh_alike(error: float) -> None:
    assert line_through(resonator(5.5, 1.0, 10.0, error), 5.5, 4.3, 6.7)
