"""The ways in which intervals can be put right."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.signal.rr_repair import RepairKind, rate_hz, repairs, replacements


def rates(rr_ms: list[float]) -> list[float]:
    return [rate_hz(length_ms) for length_ms in rr_ms]


def lengths(rr_ms: list[float], kind: RepairKind, place: int) -> list[tuple[float, ...]]:
    found = repairs(rr_ms, rates(rr_ms), 0)
    return [repair.lengths_ms for repair in found if (repair.kind, repair.place) == (kind, place)]


@given(st.lists(st.floats(50, 4500), min_size=2, max_size=8))
def test_every_repair_keeps_the_time(rr_ms: list[float]) -> None:
    """New lengths are positive and sum up to the old ones."""
    for repair in repairs(rr_ms, rates(rr_ms), 0):
        old_ms = rr_ms[repair.place : repair.place + repair.n_replaced]
        assert sum(repair.lengths_ms) == pytest.approx(sum(old_ms))
        assert all(length_ms > 0 for length_ms in repair.lengths_ms)


def test_nothing_before_the_first_is_changed() -> None:
    """History is confirmed."""
    rr_ms = [800.0, 400.0, 1600.0, 400.0, 800.0, 1600.0]
    assert {repair.place for repair in repairs(rr_ms, rates(rr_ms), 3)} == {3, 4, 5}
    assert {repair.place for repair in replacements(rr_ms, 3)} == {3}


def test_a_moved_beat_lies_on_a_cubic_of_the_rate() -> None:
    """Where the rate follows one exactly, the move gives it back."""
    place = np.arange(6.0)
    true_hz = 1.1 + 0.05 * place - 0.03 * place**2 + 0.004 * place**3
    true_ms = (1000 / true_hz).tolist()
    sent_ms = [*true_ms[:2], true_ms[2] - 150, true_ms[3] + 150, *true_ms[4:]]

    assert lengths(sent_ms, RepairKind.MOVE, 2)[0] == pytest.approx(true_ms[2:4], abs=1.0)


def test_steep_rates_offer_even_halves_too() -> None:
    """For neighbours that are artifacts themselves; flat ones need no second answer."""
    assert lengths([800.0] * 6, RepairKind.MOVE, 2) == [(800.0, 800.0)]
    halves = lengths([500.0, 500.0, 800.0, 800.0, 1400.0, 1400.0], RepairKind.MOVE, 2)
    assert len(halves) == 2
    assert halves[1] == (800.0, 800.0)


def test_two_short_intervals_join_to_a_usual_one_only() -> None:
    """300 and 500 may be one 800; 800 and 800 are two."""
    assert lengths([800.0, 300.0, 500.0, 800.0], RepairKind.JOIN, 1) == [(800.0,)]
    assert lengths([800.0, 800.0, 800.0, 800.0], RepairKind.JOIN, 1) == []


def test_a_long_interval_splits_into_usual_ones_only() -> None:
    """2400 among 800 is three, 1600 two, 1200 none."""
    assert lengths([800.0, 2400.0, 800.0], RepairKind.SPLIT, 1) == [(800.0,) * 3]
    assert lengths([800.0, 1600.0, 800.0], RepairKind.SPLIT, 1) == [(800.0,) * 2]
    assert lengths([800.0, 1000.0, 800.0], RepairKind.SPLIT, 1) == []


def test_only_what_is_far_from_both_neighbours_is_replaced() -> None:
    """A leap that stays is none."""
    assert [r.lengths_ms for r in replacements([800.0, 500.0, 820.0], 0)] == [(810.0,)]
    assert [r.lengths_ms for r in replacements([800.0, 1100.0, 820.0], 0)] == [(810.0,)]
    assert list(replacements([600.0, 950.0, 900.0], 0)) == []


@given(st.floats(0, 1e6))
def test_rate_is_bounded(rr_ms: float) -> None:
    """Whatever is sent: at most ten beats a second."""
    assert 0 < rate_hz(rr_ms) <= 10
