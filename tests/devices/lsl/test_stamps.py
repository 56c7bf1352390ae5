from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.devices.lsl.stamps import BeatTimes, EventTimes, RegularTimes, StampClock, Times


def times(of: Times, stamps_s: list[float], values: list[float] | None = None) -> list[float]:
    """The times that a stream's samples get."""
    column = np.array(values or [1.0] * len(stamps_s))[:, np.newaxis]
    return [float(t_s) for t_s in of.of(np.array(stamps_s), column)[0]]


def test_good_stamps_stand_as_they_are() -> None:
    regular = RegularTimes(100.0)
    assert times(regular, [1.0, 1.01, 1.02]) == [1.0, 1.01, 1.02]
    assert times(regular, [1.03, 1.05]) == [1.03, 1.05]
    assert regular.n_late == 0


def test_chunks_that_overlap_by_jitter_lose_no_sample_and_catch_up() -> None:
    regular = RegularTimes(100.0)
    chunks = [[0.00, 0.01, 0.02, 0.03], [0.025, 0.035, 0.045, 0.055], [0.08, 0.09]]
    got = [t_s for chunk in chunks for t_s in times(regular, chunk)]
    assert len(got) == 10
    assert np.diff(got).min() >= 0.005 - 1e-12
    flat = [t_s for chunk in chunks for t_s in chunk]
    assert np.abs(np.array(got) - flat).max() <= 0.0101
    assert got[-2:] == [0.08, 0.09]


def test_samples_from_the_past_are_left_out_and_counted() -> None:
    regular = RegularTimes(10.0)
    assert times(regular, [5.0, 5.1, 3.0, 5.2]) == [5.0, 5.1, 5.2]
    assert regular.n_late == 1
    events = EventTimes()
    assert times(events, [5.0, 5.0, 4.9, 6.0]) == [5.0, 6.0]
    assert events.n_late == 2


def test_a_stamp_that_is_no_number_is_left_out() -> None:
    regular = RegularTimes(10.0)
    assert times(regular, [float("nan"), 1.0, float("inf"), 1.1]) == [1.0, 1.1]
    assert regular.n_late == 2


def test_beats_stamped_with_their_own_time_stand() -> None:
    beats = BeatTimes()
    stamps_s = [10.0, 10.8, 11.65]
    assert times(beats, stamps_s, [790.0, 800.0, 850.0]) == stamps_s


def test_beats_that_came_in_one_packet_are_laid_end_to_end() -> None:
    beats = BeatTimes()
    # Two of 600 ms, stamped at 10.0 as their packet came, then one at 11.0, two at 12.0.
    got = times(beats, [10.0, 10.0, 11.0, 12.0, 12.0], [600.0] * 5)
    assert beats.n_late == 0
    assert np.diff(got) == pytest.approx([0.6] * 4, abs=0.03)


def test_a_gap_between_beats_stays_one() -> None:
    beats = BeatTimes()
    assert times(beats, [10.0, 20.0], [800.0, 800.0]) == [10.0, 20.0]


def test_beats_laid_end_to_end_do_not_run_away_from_their_stamps() -> None:
    beats = BeatTimes()
    # The sender's milliseconds are 1 % short: after ten minutes that would be six seconds.
    rr_s = np.full(750, 0.8)
    packets_s = np.ceil(np.cumsum(rr_s))
    got = times(beats, packets_s.tolist(), (rr_s * 990.0).tolist())
    assert np.abs(np.array(got) - packets_s).max() < 1.2
    assert beats.n_late == 0


@given(
    stamps_s=st.lists(st.floats(-1e6, 1e6) | st.sampled_from([float("nan")]), max_size=40),
    rate_hz=st.sampled_from([None, 1.0, 130.0]),
    cut=st.integers(0, 40),
)
def test_times_only_go_on_and_every_sample_is_kept_or_counted(
    stamps_s: list[float], rate_hz: float | None, cut: int
) -> None:
    for of in (EventTimes(), BeatTimes(), RegularTimes(rate_hz or 25.0)):
        first, second = times_of_two(of, stamps_s, cut)
        got = [*first, *second]
        assert all(b > a for a, b in pairwise(got))
        assert len(got) + of.n_late == len(stamps_s)


def times_of_two(of: Times, stamps_s: list[float], cut: int) -> tuple[list[float], list[float]]:
    return times(of, stamps_s[:cut]), times(of, stamps_s[cut:])


@given(stamps_s=st.lists(st.floats(0.0, 100.0), min_size=1, max_size=40), cut=st.integers(0, 40))
def test_cuts_into_chunks_leave_no_trace(stamps_s: list[float], cut: int) -> None:
    for make in (EventTimes, BeatTimes, lambda: RegularTimes(25.0)):
        whole = times(make(), stamps_s)
        first, second = times_of_two(make(), stamps_s, cut)
        assert [*first, *second] == whole


def test_a_stamp_of_lsl_is_corrected_and_moved_to_the_session() -> None:
    clock = StampClock(0.25)
    assert clock.shift_s(100.0, 1101.0, 1000.0) == (1000.25, False)
    assert not clock.is_foreign


def test_a_newer_estimate_is_followed_slowly_and_a_reset_at_once() -> None:
    clock = StampClock(0.0)
    clock.correct(0.001)
    assert clock.shift_s(100.0, 1100.5, 1000.0)[0] == pytest.approx(1000.0002)
    clock.correct(5.0)
    assert clock.shift_s(100.0, 1105.5, 1000.0)[0] == pytest.approx(1005.0)


@pytest.mark.parametrize("newest_s", [1.7e9, 10.0, 105.0])
def test_stamps_that_cannot_be_of_lsl_are_timed_by_their_quickest_arrivals(
    newest_s: float,
) -> None:
    clock = StampClock(0.0)
    shift_s, began_anew = clock.shift_s(newest_s, 1100.0, 1000.0)
    assert clock.is_foreign
    assert began_anew
    assert newest_s + shift_s == pytest.approx(1100.0)
    # One that took 0.2 s longer on its way, and one that was quicker.
    slower_s, began_anew = clock.shift_s(newest_s + 1.0, 1101.2, 1000.0)
    assert slower_s == pytest.approx(shift_s)
    assert not began_anew
    quicker_s, _ = clock.shift_s(newest_s + 2.0, 1101.9, 1000.0)
    assert quicker_s == pytest.approx(shift_s - 0.1)


def test_a_foreign_clock_set_anew_is_noticed() -> None:
    clock = StampClock(None)
    clock.shift_s(500.0, 10.0, 0.0)
    shift_s, began_anew = clock.shift_s(5.0, 11.0, 0.0)
    assert began_anew
    assert shift_s == pytest.approx(6.0)
