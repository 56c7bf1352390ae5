from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.devices.drivers.polar.frames import PulseInterval
from biofeedback.devices.drivers.polar.pulse_times import PulseTimes

if TYPE_CHECKING:
    from numpy.typing import NDArray

# How long the made-up sensor thinks about a pulse before it can be sent.
LAG_S = 1.5
EVERY_S = 5.0


class MadeUp(NamedTuple):
    """A frame: when it came, its intervals, and when the pulses truly were."""

    arrival_s: float
    intervals: list[PulseInterval]
    pulses_s: list[float]


def made_up(mean_ms: float = 900.0, seed: int = 1, n_frames: int = 60) -> list[MadeUp]:
    """Frames every five seconds of a heart that breathes, with uneven delivery."""
    rng = np.random.default_rng(seed)
    frames, t_s, i = [], 0.0, 0
    batch: list[tuple[float, int]] = []
    for k in range(1, n_frames + 1):
        while t_s <= k * EVERY_S - LAG_S:
            pp_ms = round(mean_ms + 80 * np.sin(0.6 * i) + rng.normal(0, 20))
            t_s, i = t_s + pp_ms / 1000, i + 1
            batch.append((t_s, pp_ms))
        # The last one has only just not been reached yet.
        sent, batch = batch[:-1], batch[-1:]
        arrival_s = k * EVERY_S + abs(rng.normal(0, 0.05))
        intervals = [PulseInterval(pp_ms, 10) for _, pp_ms in sent]
        frames.append(MadeUp(arrival_s, intervals, [at_s for at_s, _ in sent]))
    return frames


class Laid(NamedTuple):
    t_s: NDArray[np.float64]
    pp_s: NDArray[np.float64]
    error_s: NDArray[np.float64]

    @property
    def gaps(self) -> list[int]:
        """Where an interval begins more than 0.1 s after the pulse before it."""
        room_s = self.t_s[1:] - self.pp_s[1:] - self.t_s[:-1]
        return (np.flatnonzero(room_s > 0.1) + 1).tolist()


def laid(frames: list[MadeUp]) -> Laid:
    times = PulseTimes()
    timed = [each for frame in frames for each in times.push(frame.arrival_s, frame.intervals)]
    timed += times.flush()
    t_s = np.array([each.t_s for each in timed])
    truth_s = np.array([at_s for frame in frames for at_s in frame.pulses_s])
    assert t_s.shape == truth_s.shape
    assert (np.diff(t_s) > 0).all()
    return Laid(t_s, np.array([each.interval.pp_ms for each in timed]) / 1000, t_s - truth_s)


@pytest.mark.parametrize("mean_ms", [600.0, 900.0, 1300.0])
def test_pulses_lie_apart_by_their_intervals(mean_ms: float) -> None:
    """No gap where nothing is missing, to 5 %; all as late as the sensor thinks, to 0.7 s."""
    result = laid(made_up(mean_ms))
    assert result.gaps == []
    np.testing.assert_allclose(np.diff(result.t_s), result.pp_s[1:], atol=0.055)
    assert np.abs(result.error_s - LAG_S).max() < 0.7
    assert np.ptp(result.error_s[100:]) < 0.4


def test_no_pulse_lies_after_its_arrival() -> None:
    frames = made_up()
    times = PulseTimes()
    for frame in frames:
        timed = times.push(frame.arrival_s, frame.intervals)
        assert all(each.t_s <= frame.arrival_s for each in timed)


def test_pulses_of_a_frame_are_told_with_it() -> None:
    """Nothing is held while all goes well."""
    times = PulseTimes()
    for frame in made_up():
        timed = times.push(frame.arrival_s, frame.intervals)
        assert [each.interval for each in timed] == frame.intervals


@pytest.mark.parametrize("lost", [{1}, {30}, {30, 31, 32}])
def test_a_lost_frame_leaves_a_gap_in_its_place(lost: set[int]) -> None:
    frames = [frame for k, frame in enumerate(made_up()) if k not in lost]
    result = laid(frames)
    n_before = sum(len(frame.intervals) for frame in frames[: min(lost)])
    assert result.gaps == [n_before]
    assert np.abs(result.error_s - LAG_S).max() < 1.0


@pytest.mark.parametrize("late", [2, 30])
def test_a_late_frame_leaves_none(late: int) -> None:
    frames = [
        frame._replace(arrival_s=frame.arrival_s + 4.0) if k == late else frame
        for k, frame in enumerate(made_up())
    ]
    result = laid(frames)
    assert result.gaps == []
    assert np.abs(result.error_s - LAG_S).max() < 0.7


def test_time_that_movement_spoilt_has_passed_as_well() -> None:
    """Intervals that do not count keep their place, so those behind them keep theirs."""
    times = PulseTimes()
    spoilt = PulseInterval(1000, 10, has_moved=True)
    good = PulseInterval(1000, 10)
    times.push(5.0, [good] * 4)
    timed = times.push(10.0, [good, spoilt, spoilt, good, good])
    kept = [each.t_s for each in timed if each.interval.is_good]
    assert np.diff(kept) == pytest.approx([3.0, 1.0], abs=0.15)


def test_an_interval_without_a_number_leaves_a_gap() -> None:
    times = PulseTimes()
    good, none = PulseInterval(1000, 10), PulseInterval(0, 10)
    times.push(5.0, [good] * 4)
    timed = times.push(10.0, [good, none, good, good, good])
    kept = [each for each in timed if each.interval.is_good]
    room_s = kept[1].t_s - 1.0 - kept[0].t_s
    assert 0.8 < room_s < 1.2


def test_frames_without_any_number_leave_a_gap() -> None:
    times = PulseTimes()
    good, none = PulseInterval(1000, 10), PulseInterval(0, 10)
    first = times.push(5.0, [good] * 5)
    assert times.push(10.0, [none] * 5) == []
    after = times.push(15.0, [good] * 5)
    assert 4.0 < after[0].t_s - 1.0 - first[-1].t_s < 5.5


def test_a_sensor_that_repeats_itself_does_not_run_ahead_of_time() -> None:
    """Twice the time that passed: intervals are kept as sent, times stay by the arrivals."""
    times = PulseTimes()
    for k in range(1, 50):
        timed = times.push(5.0 * k, [PulseInterval(1000, 10)] * 10)
        assert len(timed) == 10
        assert timed[-1].t_s < 5.0 * k + 1.0
        assert all(each.interval.pp_ms == 1000 for each in timed)


def test_a_new_connection_begins_after_a_gap() -> None:
    times = PulseTimes()
    good = PulseInterval(1000, 10)
    before = times.push(5.0, [good] * 5)
    assert times.flush() == []
    after = times.push(5.3, [good] * 5)
    assert after[0].t_s - 1.0 - before[-1].t_s >= 0.2


def test_what_is_held_is_told_when_the_link_has_gone() -> None:
    times = PulseTimes()
    good = PulseInterval(1000, 10)
    before = times.push(5.0, [good] * 5)
    assert times.push(20.0, [good] * 5) == []
    held = times.flush()
    assert len(held) == 5
    assert held[0].t_s - 1.0 - before[-1].t_s > 5.0


@given(
    st.lists(
        st.tuples(
            st.floats(0.0, 30.0),
            st.lists(st.integers(0, 0xFFFF).map(lambda pp: PulseInterval(pp, 0)), max_size=12),
        ),
        max_size=40,
    )
)
def test_whatever_comes_times_grow_and_no_interval_is_made_up(
    frames: list[tuple[float, list[PulseInterval]]],
) -> None:
    times = PulseTimes()
    arrival_s, timed = 0.0, []
    for since_s, intervals in frames:
        arrival_s += since_s
        timed += times.push(arrival_s, intervals)
    timed += times.flush()
    assert (np.diff([each.t_s for each in timed]) > 0).all()
    sent = [
        each
        for _, intervals in frames
        if any(one.is_possible for one in intervals)
        for each in intervals
    ]
    assert [each.interval for each in timed] == sent
