"""What a sensor missed is told once, however many of its streams missed it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.runtime import gap_log
from biofeedback.runtime.gap_log import GapLog, SensorGaps, gaps_by_sensor
from biofeedback.samples import Gap, GapReason


def lost(start_s: float, end_s: float, source: str = "strap/rr") -> Gap:
    return Gap(end_s, start_s, source, GapReason.LINK)


def test_a_session_without_gaps_has_nothing_to_tell() -> None:
    assert GapLog().told() == ()


def test_streams_that_miss_the_same_time_count_it_once() -> None:
    gaps = [lost(10.0, 24.0), lost(10.2, 24.5, "strap/ecg"), lost(100.0, 101.5)]
    assert gaps_by_sensor(gaps) == (SensorGaps("strap", GapReason.LINK, 2, 16.0),)


def test_each_sensor_and_each_reason_is_told_for_itself() -> None:
    gaps = [
        lost(1.0, 2.0),
        Gap(5.0, 1.0, "strap/ecg", GapReason.CONTACT),
        lost(1.0, 3.0, "skin/eda"),
    ]
    assert gaps_by_sensor(gaps) == (
        SensorGaps("strap", GapReason.LINK, 1, 1.0),
        SensorGaps("strap", GapReason.CONTACT, 1, 4.0),
        SensorGaps("skin", GapReason.LINK, 1, 2.0),
    )


def test_two_gaps_with_one_sample_between_are_two() -> None:
    assert gaps_by_sensor([lost(1.0, 2.0), lost(2.0, 3.0)])[0].n_times == 2


def test_a_gap_that_ends_before_it_begins_says_nothing() -> None:
    assert gaps_by_sensor([lost(2.0, 1.0), lost(2.0, 2.0)]) == ()


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=30))
def test_in_any_order_the_seconds_are_those_that_any_gap_covers(
    spans: list[tuple[int, int]],
) -> None:
    covered = {second for start, length in spans for second in range(start, start + length)}
    told = gaps_by_sensor(lost(start, start + length) for start, length in spans)
    assert sum(each.lost_s for each in told) == len(covered)


def test_a_link_that_loses_for_ever_stays_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then the closest are told as one: the count is too low, and the seconds hardly too high."""
    monkeypatch.setattr(gap_log, "MAX_STRETCHES", 50)
    (told,) = gaps_by_sensor(lost(10.0 * i, 10.0 * i + 9.0) for i in range(60))
    assert told.n_times == 50
    assert told.lost_s == pytest.approx(60 * 9.0 + 10 * 1.0)
