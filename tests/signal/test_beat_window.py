"""The intervals of a window, and how much of it they leave out."""

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


def test_short_gap_lowers_and_does_not_hide() -> None:
    """6 s of 60 s missing are a tenth, within the 15 % allowed."""
    window = filled((0, 70), (76, 100))
    assert window.wait_s(60.0) == 0.0
    assert window.missing_share(60.0) == pytest.approx(0.1)


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
