"""Heart rate over the last few beats."""

from __future__ import annotations

from math import isnan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.signal.beat_rate import BeatRate


def rate_of(*intervals_ms: float, n_corrected: int = 0) -> BeatRate:
    """The rate after some intervals, the first of which were corrected."""
    rate = BeatRate()
    for place, rr_ms in enumerate(intervals_ms):
        rate.add(rr_ms, is_corrected=place < n_corrected)
    return rate


@given(st.lists(st.floats(250.0, 3000.0), min_size=1, max_size=12))
def test_equal_to_the_mean_of_the_last_five(intervals_ms: list[float]) -> None:
    last_ms = intervals_ms[-5:]
    now = rate_of(*intervals_ms).now()
    assert now.bpm == pytest.approx(60000.0 * len(last_ms) / sum(last_ms))
    assert now.window_s == pytest.approx(sum(last_ms) / 1000.0)
    assert (now.quality, now.reason) == (1.0, "")


def test_one_interval_is_enough_and_none_is_not() -> None:
    assert rate_of(800.0).now().bpm == 75.0
    assert isnan(BeatRate().now().bpm)
    assert BeatRate().now().reason == "too few heartbeats in a row"


def test_a_gap_is_not_bridged() -> None:
    rate = rate_of(600.0, 600.0, 600.0)
    rate.clear()
    assert isnan(rate.now().bpm)
    rate.add(1000.0, is_corrected=False)
    assert rate.now().bpm == 60.0


@pytest.mark.parametrize(("n_corrected", "quality"), [(1, 0.8), (2, 0.6)])
def test_a_corrected_beat_or_two_lower_the_quality(n_corrected: int, quality: float) -> None:
    now = rate_of(*[800.0] * 5, n_corrected=n_corrected).now()
    assert now.bpm == 75.0
    assert now.quality == pytest.approx(quality)
    assert now.reason == "some heartbeats had to be corrected"


def test_three_corrected_beats_hide_the_rate_until_they_have_passed() -> None:
    rate = rate_of(*[800.0] * 5, n_corrected=3)
    now = rate.now()
    assert isnan(now.bpm)
    assert now.reason == "too many heartbeats had to be corrected"
    rate.add(800.0, is_corrected=False)
    assert rate.now().bpm == 75.0
