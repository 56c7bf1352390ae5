"""How full a window is, and how long until it is full."""

from __future__ import annotations

import pytest

from biofeedback.signal.beat_window import BeatWindow
from biofeedback.signal.tachogram import Interval


def filled(*stretches: tuple[float, float]) -> BeatWindow:
    """One interval a second from each begin to each end."""
    window = BeatWindow(120.0)
    for begin_s, end_s in stretches:
        for i in range(round(end_s - begin_s)):
            window.add(Interval(begin_s + i + 1.0, 1000.0, follows=i > 0))
    return window


def test_wait_counts_down_to_a_full_window() -> None:
    """After 20 s of 60 s, 40 are to go; after 60 none."""
    assert filled((0, 20)).wait_s(60.0) == pytest.approx(40.0)
    assert filled((0, 60)).wait_s(60.0) == 0.0


def test_short_gap_lowers_and_does_not_hide() -> None:
    """6 s of 60 s missing are a tenth, within the 15 % allowed."""
    window = filled((0, 70), (76, 100))
    assert window.wait_s(60.0) == 0.0
    assert window.missing_share(60.0) == pytest.approx(0.1)


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


def test_silence_of_a_minute_begins_anew() -> None:
    """What came before counts no more, not even for the longer window."""
    window = filled((0, 100), (170, 180))
    assert window.wait_s(60.0) == pytest.approx(50.0)
    assert window.wait_s(120.0) == pytest.approx(110.0)
    assert window.missing_share(60.0) == 0.0


def test_first_of_a_window_follows_nothing() -> None:
    """The interval before it lies outside, so no difference may reach there."""
    rows = filled((0, 100)).last(60.0)
    assert rows.shape == (3, 60)
    assert rows[2].tolist() == [0.0] + [1.0] * 59


def test_time_that_nothing_covers_counts_as_missing() -> None:
    """6 s after the last of 100 s a tenth of a minute is missing; after 20 s it is too much."""
    window = filled((0, 100))
    window.advance(106.0)
    assert window.missing_share(60.0) == pytest.approx(0.1)
    assert window.wait_s(60.0) == 0.0
    assert window.last(60.0).shape[1] == 54
    window.advance(120.0)
    # Of the hole from 100 on, 9 s may stay: all but those must slide out, from 60 s ago.
    assert window.wait_s(60.0) == pytest.approx(51.0)


def test_half_a_window_may_suffice_after_the_start() -> None:
    """After 20 s of a minute of which 30 s will do, 10 are to go; after 30 none."""
    assert filled((0, 20)).wait_s(60.0, 30.0) == pytest.approx(10.0)
    assert filled((0, 30)).wait_s(60.0, 30.0) == 0.0
    assert filled((0, 30)).spanned_s == pytest.approx(30.0)


def test_short_stretch_may_miss_as_great_a_share_and_no_more() -> None:
    """6 s lost within the first 35 s are more than 15 % until 40 s have passed."""
    assert filled((0, 20), (26, 35)).wait_s(60.0, 30.0) == pytest.approx(5.0)
    assert filled((0, 20), (26, 40)).wait_s(60.0, 30.0) == 0.0


def test_add_tells_of_a_new_start() -> None:
    """At the first interval, and after a minute of silence; not after a short one."""
    window = BeatWindow(120.0)
    beats = [(1.0, False), (2.0, True), (40.0, False), (101.0, False), (102.0, True)]
    assert [window.add(Interval(t_s, 1000.0, follows)) for t_s, follows in beats] == [
        True,
        False,
        False,
        True,
        False,
    ]


def test_many_holes_do_not_pile_up() -> None:
    """A broken series for hours holds the holes of its windows only."""
    window = BeatWindow(60.0)
    for i in range(5000):
        window.add(Interval(2.0 * i, 1000.0, follows=False))
    # Half of the time is missing; each second of the window that may be must slide out.
    assert window.missing_share(60.0) == pytest.approx(0.5)
    assert 40 < window.wait_s(60.0) < 60
    assert len(window._holes_s) < 40
