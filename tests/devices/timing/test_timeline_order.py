"""Frames that are lost, doubled, late or out of order: each sample once, each hole named once."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.devices.driver import Frame, Stamp
from biofeedback.devices.timing.sensor_clocks import SensorClocks
from biofeedback.devices.timing.timeline import Timeline
from biofeedback.samples import Chunk, Gap, GapReason
from helpers.stamped_stream import Heard, Sent, deliver, ecg_stream, frame_of, heard, play

if TYPE_CHECKING:
    from collections.abc import Sequence

N_SAMPLES = 13
RATE_HZ = 130.0
FRAME_S = N_SAMPLES / RATE_HZ

# What the sensor tells of time, as for `deliver`.
Told = dict[str, Any]
CLOCK: Told = {"device_s": lambda t_s: 6.0e8 + t_s}
COUNT: Told = {"count_hz": RATE_HZ, "clock": "ecg-count"}
WRAPPED_COUNT: Told = {"count_hz": RATE_HZ, "clock": "ecg-count", "wrap_s": 4096 / RATE_HZ}
SHORT_COUNT: Told = {"count_hz": RATE_HZ, "clock": "ecg-count", "wrap_s": 256 / RATE_HZ}
TOLD = [CLOCK, COUNT, WRAPPED_COUNT, SHORT_COUNT]
TOLD_IDS = ["clock", "count", "wrapped count", "short count"]


def numbers_of(sent: Sequence[Sent]) -> list[float]:
    return sorted({float(value) for each in sent for value in each.frame.values[:, 0]})


def expect_each_hole_once(result: Heard) -> None:
    """Every hole in the numbers has one gap before it, between the times on its sides."""
    expected = [
        (result.t_s[index], result.t_s[index + 1], after - before - 1)
        for index, (before, after) in enumerate(pairwise(result.numbers))
        if after - before > 1
    ]
    told = [(gap.start_s, gap.t_s, gap.n_lost) for gap in result.gaps]
    assert told == expected
    assert all(gap.reason is GapReason.PACKETS for gap in result.gaps)
    for output, following in pairwise(result.outputs):
        if isinstance(output, Gap):
            assert isinstance(following, Chunk)
            assert following.t_s[0] == output.t_s


@pytest.mark.parametrize("told", TOLD, ids=TOLD_IDS)
@settings(max_examples=80, deadline=None)
@given(
    fates=st.lists(
        st.tuples(
            st.sampled_from(["sent", "sent", "sent", "lost", "doubled"]), st.floats(0.0, 0.27)
        ),
        min_size=2,
        max_size=60,
    )
)
def test_every_sample_that_came_in_time_is_handed_out_once_and_every_hole_named_once(
    told: Told, fates: list[tuple[str, float]]
) -> None:
    plain = deliver(FRAME_S * len(fates) + 0.001, lambda _: 0.0, n_samples=N_SAMPLES, **told)
    sent = []
    n_doubled = 0
    for each, (fate, extra_s) in zip(plain, fates, strict=True):
        if fate != "lost":
            sent.append(Sent(each.arrival_s + extra_s, each.frame))
        if fate == "doubled":
            n_doubled += 1
            sent.append(Sent(each.arrival_s + 0.27, each.frame))
    sent.sort(key=lambda each: each.arrival_s)
    if not sent:
        return
    timeline = Timeline(ecg_stream(), SensorClocks())
    result = heard(timeline, sent)

    assert result.numbers.tolist() == numbers_of(sent)
    assert np.all(np.diff(result.t_s) > 0.0)
    expect_each_hole_once(result)
    assert timeline.health().n_lost == sum(gap.n_lost or 0 for gap in result.gaps)
    assert timeline.health().n_late == n_doubled * N_SAMPLES


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.floats(0.0, 2.0), min_size=2, max_size=60),
    st.sampled_from([CLOCK, COUNT, WRAPPED_COUNT]),
)
def test_what_comes_too_late_is_counted_and_disturbs_nothing(
    extras_s: list[float], told: Told
) -> None:
    plain = deliver(FRAME_S * len(extras_s) + 0.001, lambda _: 0.0, n_samples=N_SAMPLES, **told)
    sent = [
        Sent(each.arrival_s + extra_s, each.frame)
        for each, extra_s in zip(plain, extras_s, strict=True)
    ]
    sent.sort(key=lambda each: each.arrival_s)
    timeline = Timeline(ecg_stream(), SensorClocks())
    result = heard(timeline, sent)

    assert np.all(np.diff(result.numbers) > 0)
    assert np.all(np.diff(result.t_s) > 0.0)
    expect_each_hole_once(result)
    assert result.numbers.size + timeline.health().n_late == len(sent) * N_SAMPLES
    arrivals_s = [each.arrival_s + extra_s for each, extra_s in zip(plain, extras_s, strict=True)]
    in_time = [
        each
        for index, each in enumerate(plain)
        if arrivals_s[index] < min(arrivals_s[index:]) + 0.2999
    ]
    assert set(numbers_of(in_time)) <= set(result.numbers.tolist())


def regular(n_frames: int, told: Told = CLOCK) -> list[Sent]:
    return deliver(
        FRAME_S * n_frames + 0.001,
        lambda _: 0.0,
        n_samples=N_SAMPLES,
        **told,
    )


def test_a_hole_is_waited_for_and_then_named() -> None:
    sent = regular(40)
    timeline = Timeline(ecg_stream(), SensorClocks())
    play(timeline, sent[:30])
    came = sent[31]

    assert timeline.push(came.frame, came.arrival_s) == []
    due_s = timeline.due_s()
    assert due_s is not None
    assert due_s == pytest.approx(came.arrival_s + 0.3)
    assert timeline.release(due_s - 0.01) == []
    gap, chunk = timeline.release(due_s)

    assert isinstance(gap, Gap)
    assert isinstance(chunk, Chunk)
    assert gap.n_lost == N_SAMPLES
    assert gap.t_s - gap.start_s == pytest.approx((N_SAMPLES + 1) / RATE_HZ, abs=1e-4)
    assert timeline.due_s() is None


def test_a_hole_that_is_filled_was_none() -> None:
    sent = regular(40)
    order = [*range(30), 31, 32, 30, *range(33, 40)]
    timeline = Timeline(ecg_stream(), SensorClocks())
    result = heard(
        timeline,
        [
            Sent(sent[30].arrival_s + 0.05 * i, sent[n].frame) if n > 29 else sent[n]
            for i, n in enumerate(order)
        ],
    )

    assert result.gaps == []
    assert result.numbers.tolist() == list(range(40 * N_SAMPLES))


def test_one_lost_sample_of_a_count_is_seen() -> None:
    stream = ecg_stream()
    timeline = Timeline(stream, SensorClocks())
    outputs = []
    for number in range(400):
        if number != 333:
            t_s = 2.0 + number / RATE_HZ
            stamp = Stamp((number % 256) / RATE_HZ, 256 / RATE_HZ, "ecg-count")
            outputs += play(timeline, [Sent(t_s, frame_of(stream, number, 1, stamp))])
    result = Heard(outputs + timeline.interrupt(GapReason.LINK))

    assert [gap.n_lost for gap in result.gaps] == [1]
    expect_each_hole_once(result)


def test_of_a_count_that_wraps_within_a_stall_every_turn_is_told() -> None:
    """Four bits of a count: ten turns pass while nothing comes, and not one sample was lost."""
    stream = ecg_stream(100.0)
    timeline = Timeline(stream, SensorClocks())
    sent = []
    for number in range(0, 4000, 4):
        arrival_s = 2.0 + number / 100.0
        if 20.0 <= arrival_s < 21.6:
            arrival_s = 21.6 + 1e-4 * number
        stamp = Stamp(((number + 3) % 16) / 100.0, 0.16, "emg-count")
        sent.append(Sent(arrival_s, frame_of(stream, number, 4, stamp)))
    result = heard(timeline, sent)

    assert result.gaps == []
    assert result.numbers.size == 4000
    assert np.abs(result.t_s[1000:] - 2.0 - (result.numbers[1000:] - 3) / 100.0).max() < 0.03


def test_of_a_count_of_four_bits_three_lost_packets_are_counted() -> None:
    stream = ecg_stream(100.0)
    timeline = Timeline(stream, SensorClocks())
    sent = [
        Sent(
            2.0 + number / 100.0,
            frame_of(stream, number, 5, Stamp(((number + 4) % 16) / 100.0, 0.16, "emg-count")),
        )
        for number in range(0, 4000, 5)
        if not 2000 <= number < 2015
    ]
    result = heard(timeline, sent)

    assert [gap.n_lost for gap in result.gaps] == [15]


def test_where_every_packet_has_the_same_count_none_is_taken_for_a_double() -> None:
    stream = ecg_stream(100.0)
    timeline = Timeline(stream, SensorClocks())
    sent = [
        Sent(
            2.0 + number / 100.0,
            Frame(stream, np.ones((16, 1)), Stamp(0.15, 0.16, "emg-count")),
        )
        for number in range(0, 3200, 16)
    ]
    result = heard(timeline, sent)

    assert result.numbers.size == 3200
    assert timeline.health().n_late == 0


@pytest.mark.parametrize("told", [CLOCK, COUNT], ids=["clock", "count"])
def test_of_frames_that_overlap_only_the_new_samples_are_taken(told: Told) -> None:
    sent = regular(40, told)
    overlapping = sent[30].frame
    assert overlapping.stamp is not None
    longer = frame_of(overlapping.stream, 29 * N_SAMPLES + 5, 2 * N_SAMPLES - 5, overlapping.stamp)
    timeline = Timeline(ecg_stream(), SensorClocks())
    result = heard(timeline, [*sent[:30], Sent(sent[30].arrival_s, longer), *sent[31:]])

    assert result.numbers.tolist() == list(range(40 * N_SAMPLES))
    assert result.gaps == []
    assert timeline.health().n_late == N_SAMPLES - 5


def test_overlap_within_a_frame_whose_times_are_told_is_left_out() -> None:
    stream = ecg_stream(10.0)
    timeline = Timeline(stream, SensorClocks())
    sent = []
    for first in range(0, 100, 5):
        numbers = np.arange(max(first - 2, 0), first + 5, dtype=float)
        stamp = Stamp(numbers[-1] / 10.0, None, "clock", numbers / 10.0)
        sent.append(Sent(3.0 + first / 10.0, Frame(stream, numbers[:, None], stamp)))
    result = heard(timeline, sent)

    assert result.numbers.tolist() == list(range(100))
    assert result.gaps == []


STAMPS = st.one_of(
    st.floats(),
    st.floats(0.0, 60.0),
    st.sampled_from([0.0, 1.0, 1.5, 2.0, 5e8, 5e8 + 0.5, -1.0, 1e300]),
)
WRAPS = st.one_of(st.none(), st.floats(), st.sampled_from([0.16, 2.0, 25.6, 0.0, -1.0]))


@settings(max_examples=300, deadline=None)
@given(
    steps=st.lists(
        st.one_of(
            st.tuples(
                st.one_of(st.floats(0.0, 0.6), st.floats(0.0, 100.0)),
                st.integers(0, 5),
                st.one_of(st.none(), st.tuples(STAMPS, WRAPS)),
                st.booleans(),
            ),
            st.sampled_from(list(GapReason)),
        ),
        max_size=40,
    ),
    rate_hz=st.sampled_from([None, 10.0, 130.0]),
    clock=st.sampled_from(["", "ecg-count"]),
)
def test_whatever_comes_nothing_fails_and_every_sample_is_handed_out_once_or_counted(
    steps: list[tuple[float, int, tuple[float, float | None] | None, bool] | GapReason],
    rate_hz: float | None,
    clock: str,
) -> None:
    stream = ecg_stream(rate_hz)
    timeline = Timeline(stream, SensorClocks())
    outputs: list[Chunk | Gap] = []
    arrival_s = 0.0
    number = 0
    for step in steps:
        if isinstance(step, GapReason):
            outputs += timeline.interrupt(step)
            continue
        apart_s, n_samples, stamped, is_told = step
        arrival_s += apart_s
        stamp = None
        if stamped is not None:
            each_s = stamped[0] - np.arange(n_samples)[::-1] / 10.0 if is_told else None
            stamp = Stamp(stamped[0], stamped[1], clock, each_s)
        frame = frame_of(stream, number, n_samples, stamp)
        number += n_samples
        outputs += play(timeline, [Sent(arrival_s, frame)])
    result = Heard(outputs + timeline.interrupt(GapReason.LINK))

    assert result.numbers.size + timeline.health().n_late == number
    assert np.unique(result.numbers).size == result.numbers.size
    assert np.isfinite(result.t_s).all()
    assert np.all(np.diff(result.t_s) > 0.0)
    last_s = None
    before: Gap | None = None
    for output in result.outputs:
        if isinstance(output, Gap):
            assert before is None
            assert output.start_s == last_s
            before = output
        else:
            if before is not None:
                assert before.t_s == output.t_s[0]
                before = None
            last_s = output.t_s[-1]
    assert before is None
    assert timeline.due_s() is None
