"""What came before, and what only looks alike."""

from __future__ import annotations

import numpy as np

from biofeedback.devices.driver import Frame, Stamp
from biofeedback.devices.timing.seen_frames import SeenFrames
from biofeedback.devices.timing.stamped_frame import StampedFrame
from helpers.stamped_stream import ecg_stream


def came(
    t_s: float, values: list[float], arrival_s: float = 10.0, wrap_s: float | None = None
) -> StampedFrame:
    frame = Frame(ecg_stream(), np.array(values)[:, None], Stamp(t_s, wrap_s))
    return StampedFrame(frame, arrival_s, t_s, wrap_s, "clock")


def test_a_frame_with_the_same_stamp_and_values_came_before() -> None:
    seen = SeenFrames()

    assert not seen.is_double(came(1.0, [1.0, 2.0]), may_recur=False)
    assert not seen.is_double(came(1.5, [1.0, 2.0]), may_recur=False)
    assert seen.is_double(came(1.0, [1.0, 2.0], 11.0), may_recur=False)


def test_other_values_with_the_same_stamp_did_not() -> None:
    seen = SeenFrames()
    seen.is_double(came(1.0, [1.0, 2.0]), may_recur=False)

    assert not seen.is_double(came(1.0, [1.0, 3.0]), may_recur=False)
    assert not seen.is_double(came(1.0, [1.0]), may_recur=False)


def test_a_turn_later_the_same_stamp_is_another_moment() -> None:
    seen = SeenFrames()
    seen.is_double(came(1.0, [5.0, 5.0], 10.0, 20.0), may_recur=False)

    assert seen.is_double(came(1.0, [5.0, 5.0], 15.0, 20.0), may_recur=False)
    assert not seen.is_double(came(1.0, [5.0, 5.0], 30.0, 20.0), may_recur=False)


def test_where_a_stamp_may_recur_equal_readings_prove_nothing() -> None:
    seen = SeenFrames()
    seen.is_double(came(1.0, [5.0, 5.0]), may_recur=True)
    assert not seen.is_double(came(1.0, [5.0, 5.0]), may_recur=True)

    seen.is_double(came(2.0, [5.0, 6.0]), may_recur=True)
    assert seen.is_double(came(2.0, [5.0, 6.0]), may_recur=True)


def test_a_clock_that_stands_still_is_no_radio_that_repeats() -> None:
    seen = SeenFrames()
    told = [seen.is_double(came(0.0, [5.0]), may_recur=False) for _ in range(4)]

    assert told == [False, True, True, False]


def test_only_the_last_frames_are_remembered() -> None:
    seen = SeenFrames()
    for number in range(1000):
        seen.is_double(came(float(number), [1.0, 2.0]), may_recur=False)

    assert len(seen._frames) == 64
    assert not seen.is_double(came(3.0, [1.0, 2.0]), may_recur=False)
    assert seen.is_double(came(990.0, [1.0, 2.0]), may_recur=False)
