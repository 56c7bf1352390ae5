"""Frames in the order of their samples, and the gaps between them."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest

from biofeedback.devices.timing.device_clock import ClockRun, DeviceClock
from biofeedback.devices.timing.frame_queue import HOLD_S, FrameQueue, HeldFrame
from biofeedback.devices.timing.sampling_period import SamplingPeriod
from biofeedback.devices.timing.stream_tally import StreamTally
from biofeedback.samples import Chunk, Gap, GapReason
from helpers.stamped_stream import ecg_stream

PERIOD_S = 0.01
N_SAMPLES = 50
FRAME_S = N_SAMPLES * PERIOD_S


def run_of(clock: DeviceClock) -> ClockRun:
    run = clock.begin("chest/ecg")
    for number in range(100):
        run.observe(FRAME_S * number, 20.0 + FRAME_S * number, 1.0)
    run.session_s(np.array([0.0]))
    return run


def queue() -> FrameQueue:
    held = FrameQueue(ecg_stream(100.0), StreamTally())
    held.period = SamplingPeriod(PERIOD_S, is_exact=True)
    return held


def held_frame(run: ClockRun, number: int, n_samples: int = N_SAMPLES) -> HeldFrame:
    device_s = FRAME_S * (number + 1)
    values = np.full((n_samples, 1), float(number))
    return HeldFrame(ecg_stream(100.0), values, 20.0 + device_s, run, device_s)


def numbers(held: FrameQueue) -> list[float]:
    return [float(each.values[0, 0]) for each in held.handed_out if isinstance(each, Chunk)]


def test_a_frame_after_a_hole_waits_and_one_that_follows_does_not() -> None:
    held = queue()
    run = run_of(DeviceClock(is_count=True))
    assert held.due_s() == inf
    held.append(held_frame(run, 0))
    held.flush()
    held.append(held_frame(run, 1))
    assert held.due_s() < 0.0
    held.flush()
    late = held_frame(run, 3)
    held.append(late)

    assert held.due_s() == pytest.approx(late.arrival_s + HOLD_S)


def test_what_fits_between_is_put_there() -> None:
    held = queue()
    run = run_of(DeviceClock(is_count=True))
    for number in (0, 1, 4, 5):
        held.append(held_frame(run, number))

    assert held.fit_in(held_frame(run, 3))
    assert held.fit_in(held_frame(run, 2))
    assert not held.fit_in(held_frame(run, 2))
    assert not held.fit_in(held_frame(run, 6))
    held.flush()
    assert numbers(held) == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]


def test_a_hole_is_remembered_once_it_has_been_named() -> None:
    held = queue()
    run = run_of(DeviceClock(is_count=True))
    for number in (0, 3):
        held.append(held_frame(run, number))
    held.flush()

    (gap,) = [each for each in held.handed_out if isinstance(each, Gap)]
    assert gap.reason is GapReason.PACKETS
    assert gap.n_lost == 2 * N_SAMPLES
    assert held.was_missing(run, FRAME_S * 2)
    assert not held.was_missing(run, FRAME_S * 4)
    assert not held.was_missing(run_of(DeviceClock(is_count=True)), FRAME_S * 2)


def test_after_an_interruption_comes_a_gap_even_where_nothing_is_missing() -> None:
    held = queue()
    run = run_of(DeviceClock(is_count=True))
    held.append(held_frame(run, 0))
    held.interrupt(GapReason.CONTACT)
    assert held.is_interrupted
    held.append(held_frame(run, 1))
    held.flush()

    first, gap, second = held.handed_out
    assert isinstance(first, Chunk)
    assert isinstance(gap, Gap)
    assert isinstance(second, Chunk)
    assert (gap.reason, gap.n_lost) == (GapReason.CONTACT, None)
    assert (gap.start_s, gap.t_s) == (first.t_s[-1], second.t_s[0])


def test_of_what_was_handed_out_already_nothing_is_handed_out_again() -> None:
    held = queue()
    run = run_of(DeviceClock(is_count=True))
    held.append(held_frame(run, 0))
    held.append(held_frame(run, 1, 80))
    held.flush()

    first, second = held.handed_out
    assert isinstance(first, Chunk)
    assert isinstance(second, Chunk)
    assert second.t_s.size == N_SAMPLES
    assert second.t_s[0] - first.t_s[-1] == pytest.approx(PERIOD_S)


def test_a_frame_on_a_new_run_comes_after_a_gap_of_the_clock() -> None:
    held = queue()
    clock = DeviceClock(is_count=True)
    held.append(held_frame(run_of(clock), 0))
    held.append(held_frame(run_of(clock), 0))
    held.flush()

    assert [each.reason for each in held.handed_out if isinstance(each, Gap)] == [GapReason.CLOCK]


def test_nothing_that_catches_up_leaves_a_clock_behind() -> None:
    held = queue()
    run = run_of(DeviceClock(is_count=True))
    held.append(held_frame(run, 98))
    held.flush()
    late = held_frame(run, 99)
    late.arrival_s += 20.0
    late.excess_s = 20.0
    held.append(late)
    assert held.is_left_behind()
    assert held.due_s() == pytest.approx(late.arrival_s + HOLD_S)

    burst = held_frame(run, 100)
    burst.excess_s = 0.1
    held.append(burst)
    assert not held.is_left_behind()
