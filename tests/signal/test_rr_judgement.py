"""What explains a few intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.signal.rr_judgement import HISTORY, explain
from biofeedback.signal.rr_repair import Repair, RepairKind, rate_hz

if TYPE_CHECKING:
    from collections.abc import Sequence

STEADY = [800.0] * HISTORY
LATELY = sorted(rate_hz(length_ms) for length_ms in np.linspace(780, 820, 12))


def explained(
    pending_ms: Sequence[float],
    history_ms: Sequence[float] = STEADY,
    recent_hz: Sequence[float] = (),
) -> tuple[RepairKind, int] | None:
    repair = explain(history_ms, pending_ms, recent_hz)
    return None if repair is None else (repair.kind, repair.place)


@pytest.mark.parametrize(
    ("pending_ms", "found"),
    [
        ([600, 1000, 800, 800], (RepairKind.MOVE, 0)),
        ([1000, 600, 800, 800], (RepairKind.MOVE, 0)),
        ([800, 600, 1000, 800], (RepairKind.MOVE, 1)),
        ([300, 500, 800, 800], (RepairKind.JOIN, 0)),
        ([744, 56, 800, 800], (RepairKind.JOIN, 0)),
        ([800, 400, 400, 800], (RepairKind.JOIN, 1)),
        ([1600, 800, 800, 800], (RepairKind.SPLIT, 0)),
        ([2400, 800, 800, 800], (RepairKind.SPLIT, 0)),
        ([800, 800, 1600, 800], (RepairKind.SPLIT, 2)),
        ([800, 800, 800, 500], (RepairKind.WAIT, 3)),
    ],
)
def test_each_kind_of_artifact_has_its_repair(
    pending_ms: list[float], found: tuple[RepairKind, int]
) -> None:
    """Early, late, extra, missed, and one that only the next beats will tell."""
    assert explained(pending_ms) == found


def test_an_interval_that_nothing_explains_is_replaced() -> None:
    """A short interval whose time went nowhere: neighbours as short as half of it there never were."""
    repair = explain([800, 810, 790], [500, 800, 805, 795], LATELY)

    assert repair == Repair(RepairKind.REPLACE, 0, 1, (795.0,))


def test_the_nearer_of_two_artifacts_is_given() -> None:
    """A missed beat and an extra one two beats later: the missed one first."""
    assert explained([1600, 800, 300, 500]) == (RepairKind.SPLIT, 0)
    assert explained([600, 1000, 600, 1000], recent_hz=LATELY) == (RepairKind.MOVE, 0)


def test_a_leap_that_stays_is_no_artifact() -> None:
    """As breath turns: recorded from a person who breathes six times a minute."""
    assert explained([654, 1096, 1073, 942], [600, 593, 605]) is None
    assert explained([626, 951, 873, 844], [585, 573, 575]) is None


def test_intervals_as_there_were_lately_are_neither_missed_nor_extra() -> None:
    """1600 among 800 is a missed beat, unless there were such at every breath."""
    lately = sorted(rate_hz(length_ms) for length_ms in [780, 800, 820, 1590, 1610, 1650] * 2)

    assert explained([1600, 800, 800, 800]) == (RepairKind.SPLIT, 0)
    assert explained([1600, 800, 800, 800], recent_hz=lately) != (RepairKind.SPLIT, 0)


def test_a_beat_goes_rather_than_the_rhythm_beyond_what_it_was() -> None:
    """No repair is taken that makes intervals unlike all of late, where another explains it."""
    repair = explain(STEADY, [600, 1000, 800, 800], LATELY)

    assert repair is not None
    assert all(780 <= length_ms <= 820 for length_ms in repair.lengths_ms)


def test_too_few_intervals_explain_nothing() -> None:
    """Three are no rhythm."""
    assert explained([800, 400], [800]) is None
    assert explained([], []) is None


@given(
    st.lists(st.floats(50, 4500), max_size=HISTORY),
    st.lists(st.floats(50, 4500), max_size=4),
    st.lists(st.floats(0.3, 3), min_size=8, max_size=16),
)
def test_what_is_given_concerns_pending_intervals(
    history_ms: list[float], pending_ms: list[float], recent_hz: list[float]
) -> None:
    """Whatever comes: a place among them, as many as there are, with positive lengths."""
    for recent in ((), sorted(recent_hz)):
        repair = explain(history_ms, pending_ms, recent)
        if repair is not None:
            assert repair.place >= 0
            assert repair.place + repair.n_replaced <= len(pending_ms)
            assert all(length_ms > 0 for length_ms in repair.lengths_ms)
            if repair.kind is not RepairKind.REPLACE:
                sent_ms = pending_ms[repair.place : repair.place + repair.n_replaced]
                assert sum(repair.lengths_ms) == pytest.approx(sum(sent_ms))
