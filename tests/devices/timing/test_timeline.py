"""How near the truth the times are, for sensors with a clock, with a count and with neither."""

from __future__ import annotations

import itertools
from math import isnan
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from biofeedback.devices.driver import Frame, Stamp
from biofeedback.devices.timing.sensor_clocks import SensorClocks
from biofeedback.devices.timing.timeline import Timeline
from biofeedback.samples import GapReason, StreamInfo, StreamKind
from helpers.stamped_stream import (
    LEAST_DELAY_S,
    START_S,
    Heard,
    Sent,
    deliver,
    ecg_stream,
    heard,
    late_by,
    play,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from biofeedback.samples import Chunk, Gap

# A sensor's clock counts from some other day.
EPOCH_S = 8.0e8


def drifting(ppm: float) -> Callable[[float], float]:
    return lambda t_s: EPOCH_S + (t_s - START_S) * (1.0 + 1e-6 * ppm)


def errors_s(
    result: Heard, rate_hz: float = 130.0
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """True times since the start, and how late the given ones are beyond the least delay."""
    true_s = START_S + result.numbers / rate_hz
    return true_s - START_S, result.t_s - true_s - LEAST_DELAY_S


LINKS = [
    (kind, mean_s, ppm)
    for kind, mean_s in (("exponential", 0.03), ("exponential", 0.15), ("heavy", 0.1))
    for ppm in (-100.0, 100.0)
]


@pytest.mark.parametrize(("kind", "mean_s", "ppm"), LINKS)
def test_times_by_a_clock_are_within_20_ms_from_30_s_on(
    kind: str, mean_s: float, ppm: float
) -> None:
    off_s = []
    for seed in range(6):
        sent = deliver(150.0, late_by(kind, mean_s, seed), device_s=drifting(ppm))
        result = heard(Timeline(ecg_stream(), SensorClocks()), sent)
        since_s, error_s = errors_s(result)
        assert result.gaps == []
        assert result.numbers.tolist() == list(range(len(sent) * 65))
        off_s.append(np.abs(error_s[since_s >= 30.0]))
    p50_s, p99_s, most_s = np.percentile(np.concatenate(off_s), [50.0, 99.0, 100.0])

    assert p50_s < 0.003
    assert p99_s < 0.015
    assert most_s < 0.020


def test_before_that_they_settle_from_the_first_second_on() -> None:
    first_s, then_s = [], []
    for seed in range(20):
        sent = deliver(30.0, late_by("exponential", 0.08, seed), device_s=drifting(50.0))
        since_s, error_s = errors_s(heard(Timeline(ecg_stream(), SensorClocks()), sent))
        first_s.append(np.abs(error_s[since_s < 5.0]))
        then_s.append(np.abs(error_s[since_s >= 10.0]))

    assert np.percentile(np.concatenate(first_s), 50.0) < 0.03
    assert np.percentile(np.concatenate(first_s), 99.0) < 0.25
    assert np.percentile(np.concatenate(then_s), 99.0) < 0.04


@pytest.mark.parametrize("ppm", [-300.0, 200.0, 2000.0, -5000.0])
def test_a_clock_that_runs_badly_is_followed(ppm: float) -> None:
    sent = deliver(200.0, late_by("exponential", 0.05, 3), device_s=drifting(ppm))
    timeline = Timeline(ecg_stream(), SensorClocks())
    since_s, error_s = errors_s(heard(timeline, sent))

    assert np.abs(error_s[since_s > 60.0]).max() < 0.02
    assert timeline.health().drift_ppm == pytest.approx(ppm, abs=15.0)


def test_two_sensors_with_clocks_are_aligned_to_20_ms_after_the_first_minute() -> None:
    apart_s, at_s = [], []
    for seed in range(8):
        times = []
        for sensor, (ppm, mean_s) in enumerate(((100.0, 0.1), (-100.0, 0.05))):
            sent = deliver(
                180.0, late_by("exponential", mean_s, 10 * seed + sensor), device_s=drifting(ppm)
            )
            times.append(heard(Timeline(ecg_stream(), SensorClocks()), sent).t_s)
        apart_s.append(np.abs(times[0] - times[1]))
        at_s.append(np.arange(times[0].size) / 130.0)
    apart, at = np.concatenate(apart_s), np.concatenate(at_s)

    p50_s, p99_s, most_s = np.percentile(apart[at >= 60.0], [50.0, 99.0, 100.0])
    assert p50_s < 0.002
    assert p99_s < 0.008
    assert most_s < 0.02
    # From the first sample on, in the median; some begin a slow packet's delay apart.
    assert np.percentile(apart[at < 60.0], 50.0) < 0.01
    assert np.percentile(apart[at < 60.0], 99.0) < 0.25


def test_two_streams_of_one_clock_are_aligned_exactly() -> None:
    clocks = SensorClocks()
    ecg = ecg_stream()
    acc = StreamInfo("chest", StreamKind.ACCELERATION, ("acc_x_g",), 50.0)
    timelines = {ecg.stream_id: Timeline(ecg, clocks), acc.stream_id: Timeline(acc, clocks)}
    sent = deliver(120.0, late_by("exponential", 0.1, 1), device_s=drifting(80.0))
    sent += deliver(
        120.0,
        late_by("heavy", 0.1, 2),
        stream=acc,
        true_rate_hz=50.0,
        n_samples=36,
        device_s=drifting(80.0),
    )
    outputs: dict[str, list[Chunk | Gap]] = {stream_id: [] for stream_id in timelines}
    for each in sorted(sent, key=lambda one: one.arrival_s):
        stream_id = each.frame.stream.stream_id
        outputs[stream_id] += play(timelines[stream_id], [each])
    ecg_heard, acc_heard = (Heard(outputs[each.stream_id]) for each in (ecg, acc))

    # Samples 13 and 5 are taken at the same moments, every 0.1 s.
    n_both = min(ecg_heard.numbers.size // 13, acc_heard.numbers.size // 5)
    apart_s = ecg_heard.t_s[::13][:n_both] - acc_heard.t_s[::5][:n_both]

    assert n_both > 1000
    # Samples of the very first frames lie as far apart as the stated rate says.
    assert np.abs(apart_s).max() < 50e-6
    # Device times of 25 years in seconds tell 0.1 µs apart.
    assert np.abs(apart_s[20:]).max() < 1e-6


@pytest.mark.parametrize("true_rate_hz", [128.0, 130.0, 131.0])
def test_a_true_rate_near_the_stated_one_never_looks_like_a_hole(true_rate_hz: float) -> None:
    sent = deliver(
        120.0,
        late_by("exponential", 0.05, 5),
        true_rate_hz=true_rate_hz,
        n_samples=73,
        device_s=drifting(30.0),
    )
    timeline = Timeline(ecg_stream(), SensorClocks())
    result = heard(timeline, sent)

    assert result.gaps == []
    assert timeline.health().rate_hz == pytest.approx(true_rate_hz, rel=1e-4)


@pytest.mark.parametrize(
    "told", [{"device_s": drifting(20.0)}, {"count_hz": 135.0, "clock": "ppg-count"}, {}]
)
def test_a_rate_that_is_stated_wrongly_is_learnt_without_a_false_gap(told: dict[str, Any]) -> None:
    stream = ecg_stream(135.0)
    sent = deliver(
        120.0,
        late_by("exponential", 0.05, 6),
        stream=stream,
        true_rate_hz=55.0,
        n_samples=27,
        **told,
    )
    timeline = Timeline(stream, SensorClocks())
    result = heard(timeline, sent)
    since_s, error_s = errors_s(result, 55.0)

    assert result.gaps == []
    assert result.numbers.tolist() == list(range(len(sent) * 27))
    assert timeline.health().rate_hz == pytest.approx(55.0, rel=2e-3)
    assert np.abs(error_s[since_s > 30.0]).max() < 0.02
    assert np.percentile(np.abs(error_s), 95.0) < 0.3


@pytest.mark.parametrize("told", [{"count_hz": 130.0, "clock": "ecg-count"}, {}])
@pytest.mark.parametrize("true_rate_hz", [128.5, 130.0, 132.0])
def test_times_by_a_count_follow_the_true_rate(told: dict[str, Any], true_rate_hz: float) -> None:
    sent = deliver(150.0, late_by("exponential", 0.05, 7), true_rate_hz=true_rate_hz, **told)
    timeline = Timeline(ecg_stream(), SensorClocks())
    result = heard(timeline, sent)
    since_s, error_s = errors_s(result, true_rate_hz)

    assert result.gaps == []
    assert np.abs(error_s[since_s > 30.0]).max() < 0.02
    assert timeline.health().rate_hz == pytest.approx(true_rate_hz, rel=1e-3)
    assert isnan(timeline.health().drift_ppm)


def test_once_a_clock_is_known_no_interval_is_bent_by_more_than_half_a_millisecond_a_second() -> (
    None
):
    sent = deliver(400.0, late_by("heavy", 0.15, 8), device_s=drifting(100.0))
    result = heard(Timeline(ecg_stream(), SensorClocks()), sent)
    steps_s = np.diff(result.t_s)[(60 * 130) :] * 130.0

    assert np.abs(steps_s - 1.0).max() < 600e-6


def test_a_stall_of_two_seconds_moves_nothing() -> None:
    plain = late_by("exponential", 0.03, 9)

    def stalled(number: int) -> float:
        return 2.0 - 0.5 * (number % 100) if number > 100 and number % 100 < 4 else plain(number)

    for told in ({"device_s": drifting(0.0)}, {"count_hz": 130.0, "clock": "ecg-count"}, {}):
        sent = deliver(300.0, stalled, **told)
        result = heard(Timeline(ecg_stream(), SensorClocks()), sent)
        since_s, error_s = errors_s(result)

        assert result.gaps == []
        assert np.abs(error_s[since_s > 30.0]).max() < 0.02


def test_the_bound_that_is_told_holds_and_narrows() -> None:
    n_outside = n_asked = 0
    bounds_ms = []
    for seed in range(6):
        timeline = Timeline(ecg_stream(), SensorClocks())
        for each in deliver(150.0, late_by("exponential", 0.08, seed), device_s=drifting(60.0)):
            result = Heard(play(timeline, [each]))
            if result.chunks:
                _, error_s = errors_s(result)
                bound_ms = timeline.health().alignment_ms
                # The least delay counts too: nobody can see it.
                off_ms = 1000.0 * abs(error_s[-1] + LEAST_DELAY_S - 0.01)
                bounds_ms.append(bound_ms)
                n_asked += 1
                n_outside += off_ms > bound_ms
    assert n_outside / n_asked < 0.05
    assert np.median(bounds_ms[:10]) > 2 * np.median(bounds_ms[-10:])
    assert bounds_ms[-1] < 20.0


def test_a_sensor_without_a_clock_is_said_to_be_less_aligned() -> None:
    delays = late_by("exponential", 0.05, 1)
    with_clock = Timeline(ecg_stream(), SensorClocks())
    heard(with_clock, deliver(60.0, delays, device_s=drifting(0.0)))
    without = Timeline(ecg_stream(), SensorClocks())
    heard(without, deliver(60.0, delays))

    # One packet of half a second may be lost without a trace.
    assert without.health().alignment_ms > 500.0 > with_clock.health().alignment_ms
    assert without.health().n_lost == 0


def test_jitter_is_the_spread_of_the_delays() -> None:
    timeline = Timeline(ecg_stream(), SensorClocks())
    heard(timeline, deliver(120.0, late_by("exponential", 0.05, 2), device_s=drifting(0.0)))

    assert timeline.health().jitter_ms == pytest.approx(50.0, rel=0.3)


def test_same_frames_and_arrivals_give_the_same_times_whenever_one_asks() -> None:
    sent = deliver(60.0, late_by("heavy", 0.1, 3), device_s=drifting(70.0))
    sent = [each for number, each in enumerate(sent) if number not in {9, 30, 31, 60}]
    asked = heard(Timeline(ecg_stream(), SensorClocks()), sent)
    unasked_timeline = Timeline(ecg_stream(), SensorClocks())
    outputs = [out for each in sent for out in unasked_timeline.push(each.frame, each.arrival_s)]
    unasked = Heard(outputs + unasked_timeline.interrupt(GapReason.LINK))

    assert unasked.outputs == asked.outputs
    assert len(asked.gaps) == 3


def test_asking_one_stream_late_does_not_change_another_of_the_same_clock() -> None:
    acc = StreamInfo("chest", StreamKind.ACCELERATION, ("acc_x_g",), 50.0)
    sent = deliver(60.0, late_by("exponential", 0.1, 1), device_s=drifting(80.0))
    sent = [each for number, each in enumerate(sent) if number % 17 != 5]
    sent += deliver(
        60.0,
        late_by("heavy", 0.1, 2),
        stream=acc,
        true_rate_hz=50.0,
        n_samples=36,
        device_s=drifting(80.0),
    )
    sent.sort(key=lambda each: each.arrival_s)

    def run(*, asks: bool) -> dict[str, list[Chunk | Gap]]:
        clocks = SensorClocks()
        timelines = {each.stream_id: Timeline(each, clocks) for each in (ecg_stream(), acc)}
        outputs: dict[str, list[Chunk | Gap]] = {stream_id: [] for stream_id in timelines}
        for each in sent:
            if asks:
                for stream_id, timeline in timelines.items():
                    due_s = timeline.due_s()
                    if due_s is not None and due_s < each.arrival_s:
                        outputs[stream_id] += timeline.release(each.arrival_s - 1e-9)
            stream_id = each.frame.stream.stream_id
            outputs[stream_id] += timelines[stream_id].push(each.frame, each.arrival_s)
        for stream_id, timeline in timelines.items():
            outputs[stream_id] += timeline.interrupt(GapReason.LINK)
        return outputs

    assert run(asks=True) == run(asks=False)


def test_irregular_samples_without_a_stamp_are_timed_by_their_arrival() -> None:
    stream = StreamInfo("wrist", StreamKind.PP, ("pp_ms",))
    timeline = Timeline(stream, SensorClocks())
    result = Heard(
        list(
            itertools.chain(
                timeline.push(Frame(stream, np.array([[0.0]])), 10.0),
                timeline.push(Frame(stream, np.array([[1.0], [2.0]])), 11.0),
                timeline.push(Frame(stream, np.array([[3.0], [4.0]])), 61.0),
            )
        )
    )

    assert result.t_s.tolist() == [10.0, 10.5, 11.0, 60.0, 61.0]
    assert result.gaps == []
    assert isnan(timeline.health().rate_hz)
    assert timeline.health().alignment_ms >= 50.0


def test_times_within_a_frame_are_as_the_sensor_tells_them() -> None:
    stream = ecg_stream(None)
    timeline = Timeline(stream, SensorClocks())
    each_s = np.array([7.0, 7.01, 7.3, 7.9])
    frame = Frame(stream, np.arange(4.0)[:, None], Stamp(7.9, None, "clock", each_s))
    sent = [Sent(20.0, frame)]
    result = heard(timeline, sent)

    assert np.diff(result.t_s) == pytest.approx(np.diff(each_s), abs=1e-9)


def test_nothing_has_no_health_yet() -> None:
    health = Timeline(ecg_stream(), SensorClocks()).health()

    assert isnan(health.rate_hz)
    assert isnan(health.alignment_ms)
    assert isnan(health.drift_ppm)
    assert (health.n_lost, health.n_late) == (0, 0)
