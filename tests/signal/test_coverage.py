"""How full a window is, and how long until it is full."""

from __future__ import annotations

from math import isnan

import pytest

from biofeedback.signal.coverage import Coverage
from biofeedback.signal.tachogram import Interval


def filled(*stretches: tuple[float, float]) -> Coverage:
    """One interval a second from each begin to each end."""
    coverage = Coverage(120.0)
    for begin_s, end_s in stretches:
        for i in range(round(end_s - begin_s)):
            coverage.cover(Interval(begin_s + i + 1.0, 1000.0, follows=i > 0))
    return coverage


def test_wait_counts_down_to_a_full_window() -> None:
    """After 20 s of 60 s, 40 are to go; after 60 none."""
    assert filled((0, 20)).wait_s(60.0) == pytest.approx(40.0)
    assert filled((0, 60)).wait_s(60.0) == 0.0


def test_long_gap_has_to_slide_out_as_far_as_too_much() -> None:
    """20 s from 70 to 90 are missing at 100; 9 may: so wait until 81 is 60 s ago, 41 s."""
    assert filled((0, 70), (90, 100)).wait_s(60.0) == pytest.approx(41.0)


def test_several_gaps_add_up() -> None:
    """6 s from 70 to 76, 6 s from 90 to 96: of the older one 3 s may stay, until 73 + 60."""
    assert filled((0, 70), (76, 90), (96, 100)).wait_s(60.0) == pytest.approx(33.0)


def test_the_wait_is_true() -> None:
    """Fed on without a loss, the window is full when it was said, and not a second sooner."""
    stretches = ((0.0, 70.0), (90.0, 100.0))
    wait_s = round(filled(*stretches).wait_s(60.0))

    assert filled(stretches[0], (90.0, 100.0 + wait_s - 1)).wait_s(60.0) > 0
    assert filled(stretches[0], (90.0, 100.0 + wait_s)).wait_s(60.0) == 0


def test_half_a_window_may_suffice_after_the_start() -> None:
    """After 20 s of a minute of which 30 s will do, 10 are to go; after 30 none."""
    assert filled((0, 20)).wait_s(60.0, 30.0) == pytest.approx(10.0)
    assert filled((0, 30)).wait_s(60.0, 30.0) == 0.0
    assert filled((0, 30)).spanned_s == pytest.approx(30.0)


def test_short_stretch_may_miss_as_great_a_share_and_no_more() -> None:
    """6 s lost within the first 35 s are more than 15 % until 40 s have passed."""
    assert filled((0, 20), (26, 35)).wait_s(60.0, 30.0) == pytest.approx(5.0)
    assert filled((0, 20), (26, 40)).wait_s(60.0, 30.0) == 0.0


def test_cover_tells_of_a_new_start() -> None:
    """At the first interval, and after a minute of silence; not after a short one."""
    coverage = Coverage(120.0)
    beats = [(1.0, False), (2.0, True), (40.0, False), (101.0, False), (102.0, True)]
    assert [coverage.cover(Interval(t_s, 1000.0, follows)) for t_s, follows in beats] == [
        True,
        False,
        False,
        True,
        False,
    ]


def test_many_holes_do_not_pile_up() -> None:
    """A broken series for hours holds the holes of its windows only."""
    coverage = Coverage(60.0)
    for i in range(5000):
        coverage.cover(Interval(2.0 * i, 1000.0, follows=False))
    # Half of the time is missing; what is too much must slide out.
    assert 40 < coverage.wait_s(60.0) < 60
    assert len(coverage._holes_s) < 40
    for _ in range(5000):
        coverage.cover(Interval(9998.5, 400.0, follows=False))
    assert len(coverage._holes_s) <= 200


def test_share_that_is_missing_counts_from_the_start() -> None:
    """18 s covered of the 20 since the start are nine tenths, whatever the window's length."""
    coverage = filled((0, 20))
    assert coverage.share_missing(60.0, 18.0) == pytest.approx(0.1)
    assert coverage.share_missing(15.0, 12.0) == pytest.approx(0.2)
    assert coverage.share_missing(15.0, 16.0) == 0.0
    # Before the first interval all of it is.
    assert Coverage(60.0).share_missing(60.0, 0.0) == 1.0


def test_clear_forgets_everything() -> None:
    """As before the first interval."""
    coverage = filled((0, 20), (26, 40))
    coverage.clear()
    assert isnan(coverage.now_s)
    assert coverage.cover(Interval(41.0, 1000.0, follows=True)) is True
    assert coverage.wait_s(60.0) == pytest.approx(59.0)
