"""Runs of a clock: when they are known, which turn a stamp is of, what outlives a jump."""

from __future__ import annotations

import numpy as np
import pytest

from biofeedback.devices.timing.device_clock import ClockRun, DeviceClock


def taught(run: ClockRun, n_packets: int, first_s: float = 0.0, drift: float = 0.0) -> ClockRun:
    for number in range(n_packets):
        device_s = first_s + 0.5 * number
        run.observe(device_s, 20.0 + (device_s - first_s) * (1.0 + drift), 1.0)
    return run


def test_times_are_given_out_once_a_few_packets_came_or_two_seconds_passed() -> None:
    run = DeviceClock(is_count=False).begin("chest/ecg")
    assert taught(run, 2).ready_s == 22.0
    assert taught(DeviceClock(is_count=False).begin("chest/ecg"), 5).ready_s == 21.0
    run.session_s(np.array([0.0]))
    assert run.ready_s < 0.0


def test_a_new_run_begins_after_the_old_one_and_keeps_its_rate() -> None:
    clock = DeviceClock(is_count=False)
    old = taught(clock.begin("chest/ecg"), 1000, drift=100e-6)
    newest_s = float(old.session_s(np.array([499.0, 499.5]))[-1])
    new = clock.begin("chest/ecg", newest_s)
    # It says a time that would lie before what was given out.
    new.observe(0.0, newest_s - 5.0, 1.0)

    assert new.session_s(np.array([0.0]))[0] > newest_s
    assert new.fit.drift == pytest.approx(100e-6, abs=10e-6)


def test_a_clock_that_was_hardly_known_leaves_nothing_behind() -> None:
    clock = DeviceClock(is_count=False)
    taught(clock.begin("chest/ecg"), 4, drift=0.01)

    assert clock.begin("chest/ecg").fit.drift == 0.0


@pytest.mark.parametrize("n_turns", [0, 1, 7])
def test_the_arrival_tells_the_turn_of_a_long_wrap(n_turns: int) -> None:
    run = taught(DeviceClock(is_count=False).begin("chest/ecg"), 100)
    device_s = 60.0 + 16.0 * n_turns
    stamp_s = device_s % 16.0

    assert run.unwrap(stamp_s, 16.0, 20.0 + device_s + 0.4, 50.0, 0.01) == pytest.approx(device_s)


def test_what_follows_is_next_even_where_a_stall_held_several_turns() -> None:
    run = taught(DeviceClock(is_count=True).begin("arm/emg"), 100)

    next_s = 50.0
    assert run.unwrap(next_s % 0.16, 0.16, 70.0 + 1.0, next_s, 0.005) == pytest.approx(next_s)
    # What leaves a hole is as far on as its arrival says.
    found_s = run.unwrap((next_s + 0.05) % 0.16, 0.16, 70.05 + 0.64, next_s, 0.005)
    assert found_s == pytest.approx(50.05 + 0.64)


def test_a_late_frame_is_of_a_turn_before() -> None:
    run = taught(DeviceClock(is_count=False).begin("chest/ecg"), 100)

    assert run.unwrap(15.9, 16.0, 20.0 + 48.3, 48.5, 0.01) == pytest.approx(47.9)


def test_alignment_counts_what_nobody_can_see() -> None:
    run = taught(DeviceClock(is_count=False).begin("chest/ecg"), 500)

    assert 0.01 <= run.alignment_s < 0.02
