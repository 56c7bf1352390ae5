"""From what a driver delivers to timed samples: what is held, and which gaps are named."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from biofeedback.devices.driver import Frame, Stamp
from biofeedback.devices.intake import Intake
from biofeedback.samples import Chunk, GapReason, StreamInfo, StreamKind
from helpers.listening import Listener

EDA = StreamInfo("glove", StreamKind.EDA, ("sc_microsiemens",), 10.0)
RATE = StreamInfo("glove", StreamKind.HEART_RATE, ("sensor_heart_rate_bpm",))
RR = StreamInfo("glove", StreamKind.RR, ("rr_ms",))


def frame(first: int, n_samples: int = 5) -> Frame:
    """Return a frame whose samples tell their numbers, stamped with the sensor's clock."""
    values = np.arange(first, first + n_samples, dtype=np.float64)[:, None]
    return Frame(EDA, values, Stamp((first + n_samples) / 10.0))


def rate(t_s: float, bpm: float = 60.0) -> Chunk:
    return Chunk(RATE, np.array([t_s]), np.array([[bpm]]), t_s)


def beat(t_s: float, rr_ms: float = 1000.0) -> Chunk:
    return Chunk(RR, np.array([t_s]), np.array([[rr_ms]]), t_s)


class Bench:
    """An intake, and what came of it."""

    def __init__(self) -> None:
        self.heard = Listener()
        self.intake = Intake(self.heard)

    def frames(self, first: int, last: int) -> None:
        """Deliver frames, each right after its last sample."""
        for number in range(first, last, 5):
            self.intake.deliver([frame(number)], (number + 5) / 10.0 + 0.02)

    def settle(self, now_s: float) -> None:
        while (due_s := self.intake.due_s()) is not None and due_s <= now_s:
            self.intake.release(max(due_s, now_s))

    @property
    def gaps(self) -> list[tuple[str, GapReason]]:
        return [(gap.source, gap.reason) for gap in self.heard.gaps]


def test_frames_come_out_once_in_order_and_without_a_gap() -> None:
    bench = Bench()
    bench.frames(0, 200)
    bench.settle(60.0)

    assert bench.heard.values(StreamKind.EDA) == list(range(200))
    t_s = np.concatenate([chunk.t_s for chunk in bench.heard.chunks])
    assert np.all(np.diff(t_s) > 0.0)
    assert bench.gaps == []
    (health,) = bench.intake.health()
    assert health.rate_hz == pytest.approx(10.0, rel=0.01)


def test_an_empty_frame_is_no_sign_of_life() -> None:
    bench = Bench()
    bench.intake.deliver([Frame(EDA, np.empty((0, 1)))], 5.0)

    assert bench.intake.heard_s(StreamKind.EDA) is None
    assert bench.intake.health() == ()


def test_what_is_held_comes_out_when_it_is_due() -> None:
    bench = Bench()
    bench.frames(0, 100)
    bench.settle(60.0)
    n_before = len(bench.heard.values(StreamKind.EDA))
    # A frame is missing before this one: it waits for that, but not for long.
    bench.intake.deliver([frame(105)], 11.02)
    due_s = bench.intake.due_s()

    assert n_before == 100
    assert due_s is not None
    assert 11.02 < due_s < 12.0
    bench.intake.release(due_s)
    assert bench.heard.values(StreamKind.EDA)[100:] == list(range(105, 110))
    assert bench.gaps == [("glove/eda", GapReason.PACKETS)]
    assert bench.intake.due_s() is None


@pytest.mark.parametrize(
    ("reasons", "named"),
    [
        ([GapReason.LINK], GapReason.LINK),
        ([GapReason.SILENCE, GapReason.LINK], GapReason.SILENCE),
        ([GapReason.CONTACT, GapReason.SILENCE], GapReason.SILENCE),
        ([GapReason.LINK, GapReason.RADIO, GapReason.LINK], GapReason.RADIO),
        ([GapReason.LINK, GapReason.ASLEEP, GapReason.RADIO], GapReason.ASLEEP),
    ],
)
def test_a_gap_is_named_once_by_the_reason_that_explains_the_most(
    reasons: list[GapReason], named: GapReason
) -> None:
    bench = Bench()
    for number in range(10):
        bench.intake.deliver([rate(number + 1.0)], number + 1.0)
    for reason in reasons:
        bench.intake.blame(reason)
    for number in range(30, 40):
        bench.intake.deliver([rate(number + 1.0)], number + 1.0)

    (gap,) = bench.heard.gaps
    assert (gap.source, gap.reason) == ("glove/heart-rate", named)
    assert (gap.start_s, gap.t_s) == (10.0, 31.0)


def test_a_reason_that_explains_more_is_told_of_frames_as_well() -> None:
    bench = Bench()
    bench.frames(0, 100)
    bench.settle(60.0)
    bench.intake.blame(GapReason.LINK)
    bench.intake.blame(GapReason.RADIO)
    bench.frames(300, 400)
    bench.settle(60.0)

    assert bench.gaps == [("glove/eda", GapReason.RADIO)]


def test_one_stream_may_be_blamed_alone() -> None:
    bench = Bench()
    bench.frames(0, 100)
    bench.intake.deliver([rate(9.0), beat(9.0)], 9.0)
    bench.settle(60.0)
    bench.intake.blame_stream(StreamKind.RR, GapReason.SILENCE)
    bench.intake.deliver([rate(11.0), beat(20.0)], 20.0)

    assert bench.gaps == [("glove/rr", GapReason.SILENCE)]


def test_lost_contact_concerns_only_what_its_driver_times() -> None:
    bench = Bench()
    bench.frames(0, 100)
    bench.intake.deliver([beat(9.0)], 9.0)
    bench.intake.blame(GapReason.CONTACT, timed_only=True)
    bench.frames(100, 200)
    bench.intake.deliver([beat(19.0)], 19.0)
    bench.settle(60.0)

    assert bench.gaps == [("glove/rr", GapReason.CONTACT)]


def test_beats_without_room_for_another_between_them_have_no_gap() -> None:
    bench = Bench()
    bench.intake.deliver([beat(1.0), beat(2.05), beat(3.0)], 3.0)
    assert bench.gaps == []

    bench.intake.deliver([beat(4.2)], 4.2)
    (gap,) = bench.heard.gaps
    assert (gap.start_s, gap.reason) == (3.0, GapReason.PACKETS)
    assert gap.t_s == pytest.approx(3.2)


def test_one_rate_that_did_not_come_is_missed_when_the_sensor_was_away() -> None:
    bench = Bench()
    bench.intake.deliver([rate(1.0)], 1.0)
    bench.intake.deliver([rate(3.0)], 3.0)
    assert bench.gaps == []

    bench.intake.blame(GapReason.LINK)
    bench.intake.deliver([rate(5.0)], 5.0)
    assert bench.gaps == [("glove/heart-rate", GapReason.LINK)]


def test_rates_that_arrive_at_once_come_one_after_the_other() -> None:
    bench = Bench()
    for bpm in (61.0, 62.0, 63.0):
        bench.intake.deliver([rate(5.0, bpm)], 5.0)
    bench.intake.deliver([rate(5.001, 64.0)], 5.001)

    times_s = [float(chunk.t_s[0]) for chunk in bench.heard.chunks]
    assert all(before_s < after_s for before_s, after_s in pairwise(times_s))
    assert times_s[-1] < 5.01
    assert bench.heard.values(StreamKind.HEART_RATE) == [61.0, 62.0, 63.0, 64.0]


@pytest.mark.parametrize("is_timed", [True, False])
def test_what_tells_only_of_changes_has_no_gap_between_them(*, is_timed: bool) -> None:
    """A belt tells its own rate of breathing when that has changed."""
    bench = Bench()
    now_and_then = StreamInfo("glove", StreamKind.OTHER, ("belt_breaths_per_min",))
    for t_s, value in ((10.0, 12.0), (90.0, 13.0)):
        values = np.array([[value]])
        chunk = Chunk(now_and_then, np.array([t_s]), values, t_s)
        bench.intake.deliver([chunk if is_timed else Frame(now_and_then, values)], t_s)
        bench.settle(t_s + 5.0)
        bench.intake.blame(GapReason.RADIO)
    bench.intake.deliver([Frame(now_and_then, np.array([[14.0]]))], 250.0)
    bench.settle(300.0)

    assert bench.heard.values(StreamKind.OTHER) == [12.0, 13.0, 14.0]
    assert bench.gaps == []


def test_rates_that_came_late_have_no_gap_where_intervals_show_that_none_was_lost() -> None:
    """The link stood still for five seconds, and then everything came at once."""
    bench = Bench()
    for second in range(1, 5):
        bench.intake.deliver([beat(float(second)), rate(float(second))], float(second))
    for second in range(5, 11):
        bench.intake.deliver([beat(float(second)), rate(10.0 + second / 100.0)], 10.05)

    assert bench.gaps == []


def test_rates_alone_that_are_missed_have_a_gap() -> None:
    bench = Bench()
    for second in (1.0, 2.0, 8.0):
        bench.intake.deliver([rate(second)], second)

    assert bench.gaps == [("glove/heart-rate", GapReason.PACKETS)]
