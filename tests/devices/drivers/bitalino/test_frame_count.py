from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.devices.drivers.bitalino.frame_count import Counted, FrameCount
from biofeedback.devices.drivers.bitalino.frames import Run

RATE_HZ = 100.0


def run_of(first: int, n_frames: int = 2, *, is_joined: bool = True) -> Run:
    return Run(first % 16, np.full((n_frames, 1), first, dtype=np.int64), is_joined)


def steady(count: FrameCount, first: int, last: int, delay_s: float = 0.03) -> list[Counted]:
    """Push frames two by two, each pair when its second has been taken and a delay has passed."""
    counted = []
    for i in range(first, last, 2):
        counted += count.push(run_of(i), (i + 2) / RATE_HZ + delay_s)
    return counted


def is_right(counted: list[Counted]) -> bool:
    """Each run holds the true number of its first frame as its values."""
    return all(
        int(each.run.values[0, 0]) + len(each.run.values) == each.n_frames for each in counted
    )


def test_frames_are_counted_over_every_turn_of_the_number() -> None:
    counted = steady(FrameCount(RATE_HZ), 0, 400)

    assert len(counted) == 200
    assert is_right(counted)


@given(st.integers(1, 600), st.floats(0.0, 0.1))
def test_loss_of_any_length_is_counted_by_number_and_arrival(n_lost: int, late_s: float) -> None:
    """Though what comes next is late by up to a tenth of a second."""
    count = FrameCount(RATE_HZ)
    steady(count, 0, 300)
    first = 300 + n_lost
    counted = count.push(run_of(first, is_joined=False), (first + 2) / RATE_HZ + 0.03 + late_s)

    counted += steady(count, first + 2, first + 202, 0.03 + late_s)

    assert is_right(counted)
    assert count.n_lost == n_lost
    assert sum(len(each.run.values) for each in counted) == 202


@given(st.integers(1, 400), st.floats(0.3, 1.8))
def test_board_that_first_sends_what_it_kept_is_counted_once_it_has_caught_up(
    n_lost: int, kept_s: float
) -> None:
    """The radio was blocked: frames up to two seconds old come within a few milliseconds."""
    count = FrameCount(RATE_HZ)
    steady(count, 0, 300)
    first = 300 + n_lost
    n_kept = round(kept_s * RATE_HZ / 2) * 2
    freed_s = (first + n_kept) / RATE_HZ + 0.03
    counted = []
    for i in range(first, first + n_kept, 2):
        run = run_of(i, is_joined=i > first)
        counted += count.push(run, freed_s + (i - first) * 0.001)

    counted += steady(count, first + n_kept, first + n_kept + 300)

    assert is_right(counted)
    assert count.n_lost == n_lost


def test_runs_after_a_hole_wait_a_second_at_most() -> None:
    count = FrameCount(RATE_HZ)
    steady(count, 0, 100)

    assert count.push(run_of(110, is_joined=False), 1.15) == []
    assert steady(count, 112, 210) == []
    assert len(steady(count, 210, 216)) > 50


def test_second_hole_settles_the_first() -> None:
    count = FrameCount(RATE_HZ)
    steady(count, 0, 100)
    count.push(run_of(110, is_joined=False), 1.15)

    counted = count.push(run_of(140, is_joined=False), 1.45)

    assert is_right(counted)
    assert len(counted) == 1
    assert count.n_lost == 10
    assert is_right(count.settle())
    assert count.settle() == []
    assert count.n_lost == 10 + 28


@pytest.mark.parametrize("n_bursts", [1, 3])
def test_what_is_held_stays_bounded_though_time_stands_still(n_bursts: int) -> None:
    count = FrameCount(RATE_HZ)
    steady(count, 0, 100)
    n_counted = sum(
        len(each.run.values)
        for i in range(n_bursts)
        for each in count.push(run_of(1000, 5000, is_joined=i > 0), 2.0)
    )

    assert n_counted >= 5000 * (n_bursts - 1)


def test_before_any_frame_there_is_nothing_to_settle() -> None:
    assert FrameCount(RATE_HZ).settle() == []
