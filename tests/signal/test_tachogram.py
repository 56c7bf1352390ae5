"""Which interval follows which."""

from __future__ import annotations

from math import nan

import pytest

from biofeedback.samples import Beat, RRFlag
from biofeedback.signal.tachogram import IntervalChain


def beat(
    t_s: float, rr_ms: float, corrected_ms: float | None = None, flag: RRFlag = RRFlag.NORMAL
) -> Beat:
    return Beat(t_s, rr_ms, rr_ms if corrected_ms is None else corrected_ms, flag, "strap")


def test_first_follows_nothing_and_the_next_follows_it() -> None:
    """And the middle of an interval lies half its length before its end."""
    chain = IntervalChain()
    first, second = chain.add(beat(1.0, 800)), chain.add(beat(1.8, 800))
    assert first is not None
    assert second is not None
    assert (first.follows, second.follows) == (False, True)
    assert second.midpoint_s == pytest.approx(1.4)


def test_extra_beat_does_not_break_the_chain() -> None:
    """It takes no part, and the interval that carries its time follows what came before."""
    chain = IntervalChain()
    chain.add(beat(1.0, 800))
    results = [chain.add(beat(1.3, 300, nan, RRFlag.EXTRA)), chain.add(beat(1.8, 500, 800))]
    assert results == [None, (1.8, 800, True)]


def test_out_of_range_breaks_the_chain() -> None:
    """Nothing follows an interval that is none."""
    chain = IntervalChain()
    chain.add(beat(1.0, 800))
    results = [chain.add(beat(5, 4000, nan, RRFlag.OUT_OF_RANGE)), chain.add(beat(5.8, 800))]
    assert results == [None, (5.8, 800, False)]


def test_gap_is_seen_under_any_flag() -> None:
    """A first beat after a gap that is itself early is flagged so; the gap is in the times."""
    chain = IntervalChain()
    chain.add(beat(1.0, 800))
    early = chain.add(beat(9.0, 600, 750, RRFlag.ECTOPIC))
    later = chain.add(beat(9.9, 900, 750))
    assert [early, later] == [(9.0, 750, False), (9.9, 750, True)]


def test_gap_before_an_extra_beat_reaches_the_interval_it_joins() -> None:
    """The joined interval began after the gap."""
    chain = IntervalChain()
    chain.add(beat(1.0, 800))
    chain.add(beat(9.0, 300, nan, RRFlag.EXTRA))
    assert chain.add(beat(9.5, 500, 800)) == (9.5, 800, False)


def test_beats_put_back_follow_each_other() -> None:
    """1600 ms in two parts: both 800 ms, both in the chain."""
    chain = IntervalChain()
    chain.add(beat(1.0, 800))
    inserted = chain.add(beat(1.8, nan, 800, RRFlag.INSERTED))
    missed = chain.add(beat(2.6, 1600, 800, RRFlag.MISSED))
    assert [inserted, missed] == [(1.8, 800, True), (2.6, 800, True)]


def test_early_beat_counts_where_it_should_have_been() -> None:
    """644 then 1079 ms evened to 861.5: the first ends 861.5 ms after the beat before."""
    chain = IntervalChain()
    chain.add(beat(1.0, 817))
    early = chain.add(beat(1.644, 644, 861.5, RRFlag.ECTOPIC))
    assert early is not None
    assert early.end_s == pytest.approx(1.8615)
