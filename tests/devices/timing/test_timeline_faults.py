"""What happens to clocks and links: resets, wraps, silence, sleep, stamps that make no sense."""

from __future__ import annotations

from dataclasses import replace
from math import inf, nan

import numpy as np
import pytest

from biofeedback.devices.driver import Frame, Stamp
from biofeedback.devices.timing.sensor_clocks import SensorClocks
from biofeedback.devices.timing.timeline import Timeline
from biofeedback.samples import Chunk, Gap, GapReason, StreamInfo, StreamKind
from helpers.stamped_stream import (
    LEAST_DELAY_S,
    START_S,
    Heard,
    Sent,
    deliver,
    ecg_stream,
    frame_of,
    heard,
    late_by,
    play,
)

EPOCH_S = 8.0e8
QUICK = late_by("exponential", 0.03, 4)


def stamped(each: Sent, t_s: float) -> Sent:
    """The same frame with another stamp."""
    stamp = each.frame.stamp
    assert stamp is not None
    return Sent(each.arrival_s, replace(each.frame, stamp=replace(stamp, t_s=t_s)))


def plain(length_s: float = 120.0, **told: object) -> list[Sent]:
    told = told or {"device_s": lambda t_s: EPOCH_S + t_s}
    return deliver(length_s, QUICK, **told)  # type: ignore[arg-type]  # by name


def off_s(result: Heard, *, after_s: float) -> float:
    """How far the worst time is off, beyond the least delay."""
    true_s = START_S + result.numbers / 130.0
    return float(np.abs(result.t_s - true_s - LEAST_DELAY_S)[true_s > after_s].max())


def timeline() -> Timeline:
    return Timeline(ecg_stream(), SensorClocks())


@pytest.mark.parametrize(
    "jump_s",
    [-EPOCH_S, -1.0e8, -3600.0, -60.0, -2.0, -1.0, -0.3, 1.0, 60.0, 3600.0, 1.0e8],
)
def test_a_clock_that_jumps_begins_anew_after_one_named_gap(jump_s: float) -> None:
    sent = plain()
    jumped = [
        stamped(each, each.frame.stamp.t_s + (jump_s if number >= 150 else 0.0))  # type: ignore[union-attr]  # all have one
        for number, each in enumerate(sent)
    ]
    result = heard(timeline(), jumped)

    assert result.numbers.tolist() == list(range(len(sent) * 65))
    assert np.all(np.diff(result.t_s) > 0.0)
    assert [gap.reason for gap in result.gaps] == [GapReason.CLOCK]
    gap = result.gaps[0]
    assert gap.t_s == pytest.approx(START_S + 150 * 0.5 + LEAST_DELAY_S, abs=0.06)
    assert off_s(result, after_s=START_S + 85.0) < 0.02


def test_a_counter_that_begins_at_zero_again_is_a_clock_that_begins_anew() -> None:
    sent = plain(count_hz=130.0, clock="ecg-count", wrap_s=65536 / 130.0)
    restarted = [
        stamped(each, ((number - 150 if number >= 150 else number) * 65 + 64) / 130.0)
        for number, each in enumerate(sent)
    ]
    result = heard(timeline(), restarted)

    assert result.numbers.tolist() == list(range(len(sent) * 65))
    assert [gap.reason for gap in result.gaps] == [GapReason.CLOCK]


@pytest.mark.parametrize("wrap_s", [512.0, 65.536, 16.0, 2.0])
def test_a_clock_that_wraps_goes_on(wrap_s: float) -> None:
    sent = plain(device_s=lambda t_s: 0.3 + t_s, wrap_s=wrap_s)
    result = heard(timeline(), sent)

    assert result.gaps == []
    assert result.numbers.tolist() == list(range(len(sent) * 65))
    assert off_s(result, after_s=40.0) < 0.02


def test_a_silence_of_many_turns_is_as_long_as_it_was() -> None:
    sent = plain(300.0, device_s=lambda t_s: t_s, wrap_s=16.0)
    result = heard(timeline(), [each for n, each in enumerate(sent) if not 200 <= n < 400])

    assert [gap.n_lost for gap in result.gaps] == [200 * 65]
    assert off_s(result, after_s=40.0) < 0.02


def test_over_a_lost_link_the_clock_goes_on_and_the_gap_is_exact() -> None:
    sent = plain(200.0)
    line = timeline()
    outputs = play(line, sent[:200])
    outputs += line.interrupt(GapReason.LINK)
    outputs += play(line, sent[300:])
    result = Heard(outputs + line.interrupt(GapReason.LINK))

    (gap,) = result.gaps
    assert gap.reason is GapReason.LINK
    assert gap.n_lost is None
    assert gap.t_s - gap.start_s == pytest.approx(100 * 0.5 + 1 / 130.0, abs=0.005)
    assert off_s(result, after_s=40.0) < 0.02
    assert line.health().n_lost == 0


def test_a_sensor_that_was_switched_off_meanwhile_is_told_as_a_lost_link() -> None:
    sent = plain(200.0)
    line = timeline()
    outputs = play(line, sent[:200])
    outputs += line.interrupt(GapReason.LINK)
    outputs += play(line, [stamped(each, 6.0e8 + 0.5 * n) for n, each in enumerate(sent[300:])])
    result = Heard(outputs + line.interrupt(GapReason.LINK))

    (gap,) = result.gaps
    assert gap.reason is GapReason.LINK
    assert result.numbers.size == 300 * 65
    assert off_s(result, after_s=190.0) < 0.02


@pytest.mark.parametrize("clock", ["ecg-count", "clock"])
def test_a_count_or_clock_that_stood_still_while_the_link_was_lost_is_anchored_anew(
    clock: str,
) -> None:
    sent = plain(200.0)
    line = timeline()
    told = [stamped(each, 0.5 * n) for n, each in enumerate([*sent[:200], *sent[240:]])]
    for each in told:
        object.__setattr__(each.frame.stamp, "clock", clock)
    outputs = play(line, told[:200])
    outputs += line.interrupt(GapReason.LINK)
    outputs += play(line, told[200:])
    result = Heard(outputs + line.interrupt(GapReason.LINK))

    (gap,) = result.gaps
    assert gap.reason is GapReason.LINK
    assert gap.t_s - gap.start_s == pytest.approx(20.0, abs=0.1)
    assert off_s(result, after_s=190.0) < 0.02


def test_a_slow_stream_comes_back_after_its_sensor_was_switched_off() -> None:
    stream = StreamInfo("skin", StreamKind.TEMPERATURE, ("skin_celsius",), 0.2)
    line = Timeline(stream, SensorClocks())
    outputs = []
    for number in range(40):
        if number == 20:
            outputs += line.interrupt(GapReason.RADIO)
        t_s = 5.0 * number
        stamp = Stamp(t_s if number < 20 else t_s - 100.0, None, "clock")
        outputs += play(line, [Sent(10.0 + t_s, frame_of(stream, number, 1, stamp))])
    result = Heard(outputs + line.interrupt(GapReason.LINK))

    assert result.numbers.tolist() == list(range(40))
    assert [gap.reason for gap in result.gaps] == [GapReason.RADIO]
    assert np.diff(result.t_s) == pytest.approx(5.0, abs=0.1)


def test_interruption_hands_out_what_was_held_and_the_first_reason_holds() -> None:
    sent = plain(30.0)
    line = timeline()
    outputs = play(line, [*sent[:20], sent[21]])
    held = line.interrupt(GapReason.SILENCE)
    assert line.interrupt(GapReason.LINK) == []
    outputs += held + play(line, sent[30:])
    result = Heard(outputs + line.interrupt(GapReason.LINK))

    assert len(Heard(held).chunks) == 1
    assert [gap.reason for gap in result.gaps] == [GapReason.PACKETS, GapReason.SILENCE]


def test_before_the_first_sample_there_is_no_gap() -> None:
    line = timeline()
    assert line.interrupt(GapReason.LINK) == []
    result = heard(line, plain(10.0))

    assert result.gaps == []


@pytest.mark.parametrize("told", ["clock", "nothing"])
def test_a_computer_that_slept_without_telling_finds_one_gap(told: str) -> None:
    sent = plain(200.0) if told == "clock" else deliver(200.0, QUICK)
    slept = [each for number, each in enumerate(sent) if not 100 <= number < 300]
    result = heard(timeline(), slept)

    assert [gap.reason for gap in result.gaps] == [GapReason.PACKETS]
    assert result.gaps[0].n_lost == (200 * 65 if told == "clock" else None)
    assert result.gaps[0].t_s - result.gaps[0].start_s == pytest.approx(100.0, abs=0.2)
    assert off_s(result, after_s=190.0) < 0.02


def test_after_an_interruption_what_has_no_clock_is_anchored_anew() -> None:
    sent = deliver(200.0, QUICK)
    line = timeline()
    outputs = play(line, sent[:100])
    outputs += line.interrupt(GapReason.CONTACT)
    outputs += play(line, sent[140:])
    result = Heard(outputs + line.interrupt(GapReason.LINK))

    (gap,) = result.gaps
    assert gap.reason is GapReason.CONTACT
    assert gap.n_lost is None
    assert gap.t_s - gap.start_s == pytest.approx(20.0, abs=0.2)
    assert off_s(result, after_s=110.0) < 0.02


@pytest.mark.parametrize("absurd", [nan, inf, -inf, 1.0e300])
def test_a_stamp_that_is_no_time_costs_no_sample(absurd: float) -> None:
    sent = plain(60.0)
    result = heard(
        timeline(), [stamped(each, absurd) if n == 60 else each for n, each in enumerate(sent)]
    )

    assert result.numbers.tolist() == list(range(len(sent) * 65))
    assert result.gaps == []
    assert off_s(result, after_s=40.0) < 0.02


@pytest.mark.parametrize("absurd_s", [-1.0, 0.0, 4.0e9])
def test_one_stamp_from_elsewhere_disturbs_no_other_frame(absurd_s: float) -> None:
    sent = plain(60.0)
    line = timeline()
    result = heard(
        line, [stamped(each, absurd_s) if n == 60 else each for n, each in enumerate(sent)]
    )

    assert [gap.n_lost for gap in result.gaps] == [65]
    assert line.health().n_late == 65
    assert off_s(result, after_s=40.0) < 0.02


@pytest.mark.parametrize("stamp_s", [nan, 0.0, 1.0e300])
def test_a_clock_that_never_tells_the_time_leaves_arrivals(stamp_s: float) -> None:
    sent = [stamped(each, stamp_s) for each in plain(100.0)]
    line = timeline()
    result = heard(line, sent)

    assert result.numbers.tolist() == list(range(len(sent) * 65))
    assert len(result.gaps) <= 1
    assert off_s(result, after_s=45.0) < 0.02
    assert line.health().alignment_ms > 500.0


def test_a_clock_that_stops_and_goes_on_costs_two_gaps_and_no_sample() -> None:
    sent = plain(200.0)
    stuck_s = sent[100].frame.stamp.t_s  # type: ignore[union-attr]  # all have one
    result = heard(
        timeline(),
        [stamped(each, stuck_s) if 100 < n < 250 else each for n, each in enumerate(sent)],
    )

    assert result.numbers.tolist() == list(range(len(sent) * 65))
    assert {gap.reason for gap in result.gaps} == {GapReason.CLOCK}
    assert len(result.gaps) <= 3
    assert off_s(result, after_s=170.0) < 0.02


def test_intervals_whose_stamp_is_always_zero_are_timed_by_arrival() -> None:
    stream = StreamInfo("wrist", StreamKind.PP, ("pp_ms",))
    line = Timeline(stream, SensorClocks())
    outputs = []
    for number in range(50):
        values = np.array([[800.0 + number], [810.0 + number]])
        outputs += line.push(Frame(stream, values, Stamp(0.0, None, "clock")), 3.0 + 2.0 * number)
    result = Heard(outputs + line.interrupt(GapReason.LINK))

    assert result.t_s.size == 100
    assert len(result.gaps) <= 1
    assert result.t_s[-1] == 3.0 + 2.0 * 49
    assert np.all(np.diff(result.t_s) > 0.0)


def test_stamps_without_any_sense_are_not_a_flood_of_gaps() -> None:
    rng = np.random.default_rng(5)
    sent = [stamped(each, float(rng.uniform(0.0, 1e9))) for each in plain(120.0)]
    result = heard(timeline(), sent)

    assert result.numbers.size > 0.97 * len(sent) * 65
    assert len(result.gaps) <= 2


def test_two_streams_that_name_one_clock_but_have_two_do_not_fight() -> None:
    clocks = SensorClocks()
    acc = StreamInfo("chest", StreamKind.ACCELERATION, ("acc_x_g",), 130.0)
    lines = {each.stream_id: Timeline(each, clocks) for each in (ecg_stream(), acc)}
    sent = plain(60.0) + plain(60.0, stream=acc, device_s=lambda t_s: t_s - 4.0)
    outputs: dict[str, list[Chunk | Gap]] = {stream_id: [] for stream_id in lines}
    for each in sorted(sent, key=lambda one: one.arrival_s):
        stream_id = each.frame.stream.stream_id
        outputs[stream_id] += play(lines[stream_id], [each])
    for stream_id, line in lines.items():
        result = Heard(outputs[stream_id] + line.interrupt(GapReason.LINK))
        assert result.numbers.tolist() == list(range(120 * 65))
        assert len(result.gaps) <= 1
        assert off_s(result, after_s=45.0) < 0.02


def test_a_reset_is_named_in_every_stream_of_the_clock_and_keeps_them_aligned() -> None:
    clocks = SensorClocks()
    acc = StreamInfo("chest", StreamKind.ACCELERATION, ("acc_x_g",), 130.0)
    lines = {each.stream_id: Timeline(each, clocks) for each in (ecg_stream(), acc)}
    sent = plain(120.0) + plain(120.0, stream=acc, device_s=lambda t_s: EPOCH_S + t_s)
    sent = [
        stamped(each, each.frame.stamp.t_s - EPOCH_S - 70.0)  # type: ignore[union-attr]  # all have one
        if each.frame.values[0, 0] >= 70 * 130
        else each
        for each in sorted(sent, key=lambda one: one.arrival_s)
    ]
    outputs: dict[str, list[Chunk | Gap]] = {stream_id: [] for stream_id in lines}
    for each in sent:
        stream_id = each.frame.stream.stream_id
        outputs[stream_id] += play(lines[stream_id], [each])
    results = [
        Heard(outputs[stream_id] + line.interrupt(GapReason.LINK))
        for stream_id, line in lines.items()
    ]
    for result in results:
        assert result.numbers.size == 240 * 65
        assert [gap.reason for gap in result.gaps] == [GapReason.CLOCK]
    apart_s = np.abs(results[0].t_s - results[1].t_s)
    assert apart_s[80 * 130 :].max() < 1e-6
    assert apart_s.max() < 0.02


def test_a_clock_reset_keeps_what_was_learnt_of_its_rate() -> None:
    drifting = plain(400.0, device_s=lambda t_s: t_s * (1.0 + 150e-6))
    line = timeline()
    play(line, drifting[:600])
    play(line, [stamped(each, 0.5 * (1 + 150e-6) * n) for n, each in enumerate(drifting[600:640])])

    assert line.health().drift_ppm == pytest.approx(150.0, abs=20.0)


def test_a_clock_that_comes_by_its_own_beginning_again_loses_nothing() -> None:
    """A strap put on right before begins at the same date whenever its battery slips."""
    sent = plain(device_s=lambda t_s: t_s - START_S + 2.0)
    again_s = sent[150].frame.stamp.t_s - 1.5  # type: ignore[union-attr]  # all have one
    jumped = [
        stamped(each, each.frame.stamp.t_s - (again_s if number >= 150 else 0.0))  # type: ignore[union-attr]  # as above
        for number, each in enumerate(sent)
    ]
    result = heard(timeline(), jumped)

    assert result.numbers.tolist() == list(range(len(sent) * 65))
    assert [gap.reason for gap in result.gaps] == [GapReason.CLOCK]
