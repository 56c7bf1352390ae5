"""Pulses, their times, intervals and quality, from many kinds of sensors and faults."""

from __future__ import annotations

import gzip
import tracemalloc
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.kinds import BeatOrigin
from biofeedback.signal.ecg import EcgNode
from biofeedback.signal.ppg import PpgNode
from biofeedback.signal.pulse_quality import PulseFault
from biofeedback.signal.wave_beat import WaveBeat
from biofeedback.simulation.client import VirtualClient
from biofeedback.simulation.options import Faults
from biofeedback.simulation.parameters import ClientParameters
from biofeedback.simulation.pulse import FrameTimes, PulseSensing, PulseShape
from helpers.made_up_pulse import (
    MARK_AFTER_S,
    beats_every,
    even_times,
    made_up_pulse,
    run_ppg,
)

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from biofeedback.simulation.pulse import SensedPulse
    from helpers.made_up_pulse import Found

    Numbers = NDArray[np.float64]

# What is at the very end is not known yet.
EDGE_S = 1.5


def sensed(
    seed: int,
    length_s: float = 90.0,
    faults: Faults | None = None,
    *,
    rate_hz: float = 55.0,
    is_inverted: bool = False,
    frames: FrameTimes | None = None,
) -> SensedPulse:
    client = VirtualClient(ClientParameters.steady(seed), seed)
    sensing = PulseSensing(
        seed, faults or Faults(), rate_hz, is_inverted=is_inverted, frames=frames
    )
    return sensing.sense(client.advance(length_s))


def off_s(found: Found, feet_s: Numbers) -> Numbers:
    """How far from its foot the beat nearest to each pulse was, less what is usual."""
    return np.array(
        [found.t_s[np.abs(found.t_s - foot_s - MARK_AFTER_S).argmin()] for foot_s in feet_s]
    ) - (feet_s + MARK_AFTER_S)


def assert_same_beats(found: Found, feet_s: Numbers, last_s: float, within_s: float) -> None:
    """Every pulse was found once, and nothing else."""
    feet_s = feet_s[feet_s < last_s - EDGE_S]
    beats_s = found.t_s[found.t_s < feet_s[-1] + 0.3]
    assert beats_s.size == feet_s.size
    off = beats_s - feet_s
    assert np.abs(off - np.median(off)).max() < within_s


@pytest.mark.parametrize("rate_hz", [25.0, 55.0, 64.0, 100.0, 250.0, 1000.0])
def test_each_pulse_is_found_once_at_any_rate(rate_hz: float) -> None:
    t_s, feet_s = even_times(40, rate_hz), beats_every(0.85, 40)
    found = run_ppg(t_s, made_up_pulse(t_s, feet_s), rate_hz)
    assert_same_beats(found, feet_s, 40, 0.01)
    assert np.isnan(found.rr_ms[0])
    np.testing.assert_allclose(found.rr_ms[1:], 1000 * np.diff(found.t_s), atol=1e-6)


@pytest.mark.parametrize("bpm", [35, 50, 75, 120, 150, 180])
@pytest.mark.parametrize("rate_hz", [30.0, 64.0])
def test_slow_and_fast_hearts_are_followed(bpm: int, rate_hz: float) -> None:
    feet_s = beats_every(60 / bpm, 60, 0.02 * 60 / bpm)
    t_s = even_times(60, rate_hz)
    found = run_ppg(t_s, made_up_pulse(t_s, feet_s), rate_hz)
    assert_same_beats(found, feet_s, 60, 0.02)
    assert found.metrics[-1].value > 0.9


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(
    ("frames", "is_inverted", "jitter_ms"),
    [(None, False, 1.0), (None, True, 1.0), (FrameTimes(4.0, 1.0), True, 2.0)],
)
def test_timing_and_variability_are_the_pulse_s_own(
    seed: int, frames: FrameTimes | None, is_inverted: bool, jitter_ms: float
) -> None:
    rate_hz = 30.0 if frames else 55.0
    true = sensed(seed, rate_hz=rate_hz, is_inverted=is_inverted, frames=frames)
    found = run_ppg(true.t_s, true.ppg_au, None if frames else rate_hz)
    last_s = float(true.t_s[-1])
    feet_s = true.onset_t_s[
        (true.onset_t_s > true.t_s[0] + 0.3) & (true.onset_t_s < last_s - EDGE_S)
    ]
    beats_s = found.t_s[(found.t_s > feet_s[0]) & (found.t_s < feet_s[-1] + 0.3)]
    assert beats_s.size == feet_s.size
    assert 1000 * np.std(beats_s - feet_s) < jitter_ms
    rmssd, true_rmssd = (np.sqrt(np.mean(np.diff(x, 2) ** 2)) for x in (beats_s, feet_s))
    assert rmssd == pytest.approx(true_rmssd, rel=0.05)


def test_upside_down_gives_the_same_beats() -> None:
    t_s, feet_s = even_times(60, 55), beats_every(0.9, 60)
    values = made_up_pulse(t_s, feet_s)
    upright, inverted = run_ppg(t_s, values, 55.0), run_ppg(t_s, -values, 55.0)
    assert upright.t_s.tobytes() == inverted.t_s.tobytes()
    assert upright.amplitude.tobytes() == inverted.amplitude.tobytes()


def test_the_way_pulses_point_is_found_from_their_shape() -> None:
    # The fall is where the beats would be if it were taken for the rise.
    t_s, feet_s = even_times(30, 64), beats_every(0.9, 30)
    for sign in (1, -1):
        found = run_ppg(t_s, sign * made_up_pulse(t_s, feet_s), 64.0)
        assert np.abs(off_s(found, feet_s[1:-3])).max() < 0.02


@settings(max_examples=8, deadline=None)
@given(st.floats(-1e4, 1e4), st.floats(1e-5, 1e5))
def test_unit_and_offset_do_not_matter(offset: float, scale: float) -> None:
    t_s, feet_s = even_times(20, 64), beats_every(0.8, 20)
    values = made_up_pulse(t_s, feet_s)
    usual = run_ppg(t_s, values, 64.0)
    other = run_ppg(t_s, scale * (values + offset), 64.0)
    np.testing.assert_allclose(other.t_s, usual.t_s, atol=1e-6)
    np.testing.assert_allclose(other.amplitude, scale * usual.amplitude, rtol=1e-6)


def test_a_strong_second_wave_is_no_beat() -> None:
    shape = PulseShape(reflected=0.3, dicrotic=0.6)
    for rr_s in (0.6, 1.0, 1.5):
        t_s, feet_s = even_times(60, 55), beats_every(rr_s, 60)
        found = run_ppg(t_s, made_up_pulse(t_s, feet_s, shape=shape), 55.0)
        assert_same_beats(found, feet_s, 60, 0.02)


def test_early_pulses_are_beats_like_others() -> None:
    feet_s = beats_every(0.9, 90)
    early = np.arange(20, 90, 9)
    feet_s[early] -= 0.3
    heights = np.ones(feet_s.size)
    heights[early] = 0.5
    t_s = even_times(90, 55)
    found = run_ppg(t_s, made_up_pulse(t_s, feet_s, heights), 55.0)
    assert_same_beats(found, feet_s, 90, 0.03)
    assert np.sum(found.rr_ms < 700) == early.size


def test_a_weak_pulse_among_others_is_found() -> None:
    feet_s = beats_every(0.9, 60)
    heights = np.ones(feet_s.size)
    heights[[25, 40]] = 0.25
    t_s = even_times(60, 64)
    found = run_ppg(t_s, made_up_pulse(t_s, feet_s, heights), 64.0)
    assert_same_beats(found, feet_s, 60, 0.02)


@pytest.mark.parametrize("factor", [10.0, 0.1])
def test_a_tenfold_change_of_size_loses_no_beat(factor: float) -> None:
    feet_s = beats_every(0.85, 60)
    heights = np.where(feet_s < 30, 1.0, factor)
    t_s = even_times(60, 64)
    found = run_ppg(t_s, made_up_pulse(t_s, feet_s, heights, white=0.002), 64.0)
    assert_same_beats(found, feet_s, 60, 0.02)
    # Where one size follows the other, no interval is given across what had to be searched for.
    assert np.isnan(found.rr_ms[1:]).sum() <= 1
    assert np.median(found.amplitude[-10:]) / np.median(found.amplitude[5:15]) == pytest.approx(
        factor, rel=0.1
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_ambient_light_makes_no_beats(seed: int) -> None:
    true = sensed(seed, 120, faults=Faults(lights_per_min=3.0))
    assert true.is_artifact.mean() > 0.05
    found = run_ppg(true.t_s, true.ppg_au, 55.0)
    far = [np.abs(true.onset_t_s + MARK_AFTER_S - t_s).min() for t_s in found.t_s]
    assert np.mean(np.array(far) > 0.15) <= 0.01
    assert found.t_s.size >= 0.9 * true.onset_t_s.size


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_movement_gives_no_false_intervals_and_is_said(seed: int) -> None:
    true = sensed(seed, 180, faults=Faults(motion_per_min=2.0))
    found = run_ppg(true.t_s, true.ppg_au, 55.0)
    feet_s = true.onset_t_s + MARK_AFTER_S
    nearest = np.array([np.abs(feet_s - t_s).argmin() for t_s in found.t_s])
    assert np.mean(np.abs(feet_s[nearest] - found.t_s) > 0.15) <= 0.02
    is_given = ~np.isnan(found.rr_ms)
    errors = found.rr_ms[is_given] - 1000 * (
        feet_s[nearest[is_given]] - feet_s[nearest[np.flatnonzero(is_given) - 1]]
    )
    assert np.mean(np.abs(errors) > 60) <= 0.02
    reasons = {metric.reason for metric in found.metrics if metric.value < 0.6}
    assert PulseFault.MOVING in reasons


def noises(n: int, rate_hz: float, seed: int) -> dict[str, Numbers]:
    rng = np.random.default_rng(seed)
    white = rng.standard_normal(n)
    spectrum, hz = np.fft.rfft(white), np.fft.rfftfreq(n, 1 / rate_hz)
    return {
        "white": white,
        "pink": np.fft.irfft(spectrum / np.sqrt(np.maximum(hz, 0.01)), n),
        "wandering light": np.cumsum(white),
        "coarse wandering": np.round(0.02 * np.cumsum(white)),
        "a lamp's flicker": np.sin(2 * np.pi * 10.3 * np.arange(n) / rate_hz) + 0.05 * white,
    }


@pytest.mark.parametrize("seed", [11, 12])
@pytest.mark.parametrize("rate_hz", [30.0, 64.0])
def test_no_pulse_is_invented_in_noise(rate_hz: float, seed: int) -> None:
    n = round(300 * rate_hz)
    t_s = np.arange(n) / rate_hz
    for name, values in noises(n, rate_hz, seed).items():
        found = run_ppg(t_s, values, rate_hz)
        assert found.t_s.size == 0, name
        assert found.metrics[-1].value == 0.0, name
        assert found.metrics[-1].reason in (PulseFault.NO_PULSE, PulseFault.FLAT), name


def test_a_flat_line_is_said_to_be_one() -> None:
    found = run_ppg(even_times(60, 64), np.full(3840, 512.0), 64.0)
    assert found.t_s.size == 0
    assert found.metrics[-1].value == 0.0
    assert found.metrics[-1].reason == PulseFault.FLAT


def test_nothing_is_found_after_the_finger_has_left() -> None:
    t_s, feet_s = even_times(60, 64), beats_every(0.9, 30)
    values = made_up_pulse(t_s, feet_s[feet_s < 29])
    values[t_s > 30] = 5 + 0.01 * np.random.default_rng(3).standard_normal((t_s > 30).sum())
    found = run_ppg(t_s, values, 64.0)
    assert found.t_s[-1] < 31
    assert found.metrics[-1].value == 0.0
    assert found.metrics[-1].reason in (PulseFault.FLAT, PulseFault.WEAK)


def test_quality_is_told_once_a_second_and_is_good_for_a_good_pulse() -> None:
    t_s, feet_s = even_times(30, 64, 7.25), beats_every(0.9, 40)
    metrics = run_ppg(t_s, made_up_pulse(t_s, feet_s), 64.0).metrics
    assert [metric.t_s for metric in metrics] == list(range(8, 37))
    assert {metric.name for metric in metrics} == {"pulse_quality"}
    assert {metric.origin for metric in metrics} == {BeatOrigin.PULSE}
    assert np.isnan(metrics[0].value)
    assert metrics[0].wait_s > 0
    assert metrics[-1].value > 0.95
    assert metrics[-1].reason == ""


@pytest.mark.parametrize("share", [0.4, 0.65])
def test_a_pulse_cut_off_by_the_sensor_is_said(share: float) -> None:
    t_s, feet_s = even_times(60, 64), beats_every(0.9, 60)
    values = np.minimum(made_up_pulse(t_s, feet_s, white=0.0), 20.05 + share)
    found = run_ppg(t_s, values, 64.0)
    assert found.metrics[-1].value < 0.6
    assert found.metrics[-1].reason == PulseFault.CUT_OFF


def test_no_interval_spans_a_gap_of_two_periods() -> None:
    t_s, feet_s = even_times(60, 64), beats_every(0.9, 60)
    values = made_up_pulse(t_s, feet_s)
    keep = np.ones(t_s.size, dtype=bool)
    keep[1920] = False
    found = run_ppg(t_s[keep], values[keep], 64.0)
    behind = int(np.searchsorted(found.t_s, t_s[1920]))
    assert np.isnan(found.rr_ms[behind])
    assert np.isnan(found.rr_ms).sum() == 2
    assert found.t_s.size >= feet_s.size - 4


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e300])
def test_what_is_no_number_is_a_gap(bad: float) -> None:
    t_s, feet_s = even_times(60, 64), beats_every(0.9, 60)
    values = made_up_pulse(t_s, feet_s)
    values[1500:1700] = bad
    found = run_ppg(t_s, values, 64.0)
    assert not np.any((found.t_s > t_s[1500]) & (found.t_s < t_s[1700]))
    behind = int(np.searchsorted(found.t_s, t_s[1700]))
    assert np.isnan(found.rr_ms[behind])
    assert np.all(np.isfinite(found.t_s))


def test_a_camera_that_loses_frames_keeps_its_intervals() -> None:
    rng = np.random.default_rng(5)
    even_s, feet_s = even_times(60, 30), beats_every(0.9, 60)
    t_s = (even_s + np.clip(0.006 * rng.standard_normal(even_s.size), -0.012, 0.012))[
        rng.uniform(size=even_s.size) > 0.05
    ]
    # A driver may well say 30 Hz: the times tell otherwise.
    for rate_hz in (None, 30.0):
        found = run_ppg(t_s, made_up_pulse(t_s, feet_s), rate_hz)
        # Two frames in a row that do not come leave hardly any of a rise.
        assert_same_beats(found, feet_s, 60, 0.03)
        assert np.isnan(found.rr_ms).sum() == 1


def test_a_sensor_that_names_a_wrong_rate_is_read_by_its_times() -> None:
    t_s, feet_s = even_times(40, 55), beats_every(0.85, 40)
    for rate_hz in (130.0, 30.0):
        found = run_ppg(t_s, made_up_pulse(t_s, feet_s), rate_hz)
        assert_same_beats(found, feet_s, 40, 0.01)


def test_no_interval_spans_a_hole_in_which_a_pulse_would_fit() -> None:
    t_s, feet_s = even_times(60, 30), beats_every(0.9, 60)
    keep = (t_s < 30) | (t_s > 30.4)
    found = run_ppg(t_s[keep], made_up_pulse(t_s, feet_s)[keep])
    assert np.isnan(found.rr_ms[np.searchsorted(found.t_s, 30.2)])


def test_too_few_samples_a_second_are_said() -> None:
    for rate_hz in (10.0, None):
        found = run_ppg(even_times(20, 10), np.sin(even_times(20, 10) * 6), rate_hz)
        assert found.t_s.size == 0
        assert np.isnan(found.metrics[-1].value)
        assert found.metrics[-1].reason == PulseFault.TOO_SPARSE


@settings(max_examples=12, deadline=None)
@given(st.data())
def test_results_do_not_depend_on_how_samples_are_cut(data: st.DataObject) -> None:
    rate_hz = data.draw(st.sampled_from([None, 30.0, 64.0, 250.0]))
    t_s = even_times(25, rate_hz or 30.0)
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    values = made_up_pulse(t_s, beats_every(0.8, 25), white=0.05)
    values[rng.integers(0, t_s.size, 3)] = np.nan
    values[t_s > 12] += 3.0 * rng.standard_normal()
    keep = rng.uniform(size=t_s.size) > (0.05 / rate_hz if rate_hz else 0.02)
    t_s, values = t_s[keep], values[keep]
    cuts = sorted(data.draw(st.lists(st.integers(0, t_s.size), max_size=40)))
    whole, cut = run_ppg(t_s, values, rate_hz), run_ppg(t_s, values, rate_hz, cuts)
    assert whole.t_s.size > 4
    for name in ("t_s", "rr_ms", "amplitude", "quality"):
        assert getattr(whole, name).tobytes() == getattr(cut, name).tobytes()
    assert repr(whole.metrics) == repr(cut.metrics)


def test_one_sample_at_a_time_gives_the_same_and_columns_too() -> None:
    t_s = even_times(15, 64)
    values = made_up_pulse(t_s, beats_every(0.8, 15))
    whole = run_ppg(t_s, values, 64.0)
    single = run_ppg(t_s, values, 64.0, range(1, t_s.size))
    assert whole.t_s.tobytes() == single.t_s.tobytes()
    column = PpgNode("finger/ppg", 64.0).push(t_s, values[:, np.newaxis])
    assert [b.t_s for b in column if isinstance(b, WaveBeat)] == whole.t_s.tolist()


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_garbage_brings_nothing_down(data: st.DataObject) -> None:
    values = data.draw(
        st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=40, max_size=40)
    )
    scale = data.draw(st.sampled_from([1.0, 1e-300, 1e-160, 1e80, 1e89]))
    steps = data.draw(st.lists(st.sampled_from([0.0, 0.001, 0.02, 0.5]), min_size=7, max_size=7))
    garbage = np.tile(np.array(values), 25)
    garbage[::2] = np.clip(garbage[::2], -1.0, 1.0) * scale
    t_s = np.cumsum(np.resize(np.array(steps), garbage.size))
    for rate_hz in (None, 50.0):
        found = run_ppg(t_s, garbage, rate_hz)
        assert np.all(np.isfinite(found.t_s))
        assert np.all(np.diff(found.t_s) > 0)


def test_memory_does_not_grow() -> None:
    rate_hz = 64.0
    node = PpgNode("finger/ppg", rate_hz)
    t_s = even_times(120, rate_hz)
    noise = np.random.default_rng(8).standard_normal(t_s.size)
    pulses = made_up_pulse(t_s, beats_every(0.8, 120))
    node.push(t_s, pulses)
    node.push(t_s + 120, noise)
    tracemalloc.start()
    try:
        node.push(t_s + 240, pulses)
        before = tracemalloc.get_traced_memory()[0]
        for minute in range(3, 8):
            node.push(t_s + 120 * minute, noise if minute % 2 else pulses)
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert grown < 60_000


def test_a_long_session_ends_as_exact_as_it_began() -> None:
    t_s = even_times(40, 64)
    values = made_up_pulse(t_s, beats_every(0.8, 40))
    early, late = run_ppg(t_s, values, 64.0), run_ppg(t_s + 86400.0, values, 64.0)
    np.testing.assert_allclose(late.t_s - 86400.0, early.t_s, atol=1e-7)


def test_pulses_of_a_real_finger_follow_the_heart(recordings: Path) -> None:
    both = np.genfromtxt(
        recordings / "neurokit" / "bio_resting_5min_100hz.csv", delimiter=",", names=True
    )[:12000]
    t_s = np.arange(both.size) / 100.0
    pulses = run_ppg(t_s, both["PPG"], 100.0)
    beats = [
        b for b in EcgNode("chest/ecg", 100.0).push(t_s, both["ECG"]) if isinstance(b, WaveBeat)
    ]
    r_s = np.array([beat.t_s for beat in beats])
    errors = []
    for t, rr_ms in zip(pulses.t_s, pulses.rr_ms, strict=True):
        at = int(np.searchsorted(r_s, t)) - 1
        if at > 0 and not np.isnan(rr_ms):
            errors.append(rr_ms - beats[at].rr_ms)
    assert len(errors) > 150
    assert abs(np.nanmean(errors)) < 1.0
    assert np.nanstd(errors) < 15.0


def test_two_places_on_one_body_have_the_same_pulse(recordings: Path) -> None:
    path = recordings / "physiokit" / "P21_A_Passive_1675954430_609442.csv.gz"
    with gzip.open(path, "rt") as file:
        table = np.genfromtxt(file, delimiter=",", skip_header=1, max_rows=25_000)
    t_s = (table[:, 4] - table[0, 4]) / 1000.0
    finger, ear = (run_ppg(t_s, table[:, column]) for column in (2, 3))
    pairs = [
        (rr_ms, ear.rr_ms[np.abs(ear.t_s - at_s).argmin()])
        for at_s, rr_ms in zip(finger.t_s, finger.rr_ms, strict=True)
    ]
    both = np.array(pairs)[1:]
    assert len(both) > 80
    assert np.nanmedian(np.abs(both[:, 0] - both[:, 1])) < 10.0
