"""Where stamped frames belong: the parts that show one by one."""

from __future__ import annotations

from math import inf

from biofeedback.devices.driver import Stamp
from biofeedback.devices.timing.frame_queue import FrameQueue
from biofeedback.devices.timing.sensor_clocks import SensorClocks
from biofeedback.devices.timing.stamped_frame import StampedFrame
from biofeedback.devices.timing.stamped_placing import StampedPlacing
from biofeedback.devices.timing.stream_tally import StreamTally
from helpers.stamped_stream import ecg_stream, frame_of


class Bench:
    """A placing with its queue."""

    def __init__(self) -> None:
        self.tally = StreamTally()
        self.queue = FrameQueue(ecg_stream(), self.tally)
        self.placing = StampedPlacing(
            "chest/ecg", 1 / 130.0, SensorClocks(), self.queue, self.tally
        )

    def take(self, number: int, t_s: float, arrival_s: float) -> list[StampedFrame]:
        frame = frame_of(ecg_stream(), 65 * number, 65, Stamp(t_s))
        self.tally.arrived(arrival_s)
        return list(self.placing.take(StampedFrame(frame, arrival_s, t_s, None, "clock")))

    def regular(self, n_frames: int) -> None:
        for number in range(n_frames):
            assert self.take(number, 100.0 + 0.5 * number, 10.0 + 0.5 * number) == []
            self.queue.flush()


def test_one_frame_that_does_not_fit_waits_for_another_that_tells() -> None:
    bench = Bench()
    bench.regular(100)
    assert bench.placing.due_s() == inf
    bench.take(100, 3.0, 60.0)

    assert bench.placing.due_s() == 63.0
    assert bench.queue.due_s() == inf


def test_another_that_follows_it_shows_that_the_clock_jumped() -> None:
    bench = Bench()
    bench.regular(100)
    bench.take(100, 3.0, 60.0)
    bench.take(101, 3.5, 60.5)

    assert bench.placing.due_s() == inf
    assert [each.device_s for each in bench.queue.take_held()] == [3.0, 3.5]
    assert bench.tally.n_late == 0


def test_another_that_goes_on_as_before_shows_that_it_was_late() -> None:
    bench = Bench()
    bench.regular(100)
    bench.take(7, 103.5 + 0.1, 60.0)
    bench.take(100, 150.0, 60.0)

    assert bench.tally.n_late == 65
    assert [each.device_s for each in bench.queue.take_held()] == [150.0]


def test_stamps_that_fit_neither_the_clock_nor_each_other_are_given_back() -> None:
    bench = Bench()
    bench.regular(100)
    given_back = []
    for number, t_s in enumerate((9e5, 7e6, 8e4, 5e6)):
        given_back += bench.take(100 + number, t_s, 60.0 + 0.5 * number)

    assert [each.t_s for each in given_back] == [9e5, 7e6, 8e4, 5e6]
    assert bench.tally.n_late == 0


def test_a_lone_frame_far_ahead_of_the_clock_is_believed_when_nothing_else_comes() -> None:
    bench = Bench()
    bench.regular(100)
    bench.take(100, 9e5, 60.0)
    bench.placing.decide()

    assert [each.device_s for each in bench.queue.take_held()] == [9e5]


def test_a_lone_frame_among_others_is_late_when_nothing_else_comes() -> None:
    bench = Bench()
    bench.regular(100)
    bench.take(100, 120.2, 60.0)
    bench.placing.decide()

    assert bench.tally.n_late == 65
    assert bench.queue.take_held() == []
