"""R peaks from an ECG: found, timed between samples, honest about gaps and noise."""

from __future__ import annotations

import tracemalloc
from math import isnan
from typing import TYPE_CHECKING

import numpy as np
import pytest
from benchmarks.validation.wfdb_files import read_annotations, read_signals
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.signal.ecg import MAX_RR_MS, EcgNode
from biofeedback.signal.ecg_quality import Fault
from helpers.made_up_ecg import (
    VENTRICULAR,
    MadeUpEcg,
    beats_of,
    made_up_ecg,
    metrics_of,
    push_in_chunks,
    times_s,
    with_waves,
)

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from biofeedback.samples import Metric
    from biofeedback.signal.wave_beat import WaveBeat

RATES_HZ = (100.0, 130.0, 250.0, 360.0, 500.0, 1000.0)


def found_in(
    t_s: NDArray[np.float64], values: NDArray[np.float64], rate_hz: float | None = 130.0
) -> list[WaveBeat]:
    return beats_of(push_in_chunks(EcgNode("chest/ecg", rate_hz), t_s, values))


def off_ms(beats: list[WaveBeat], ecg: MadeUpEcg) -> NDArray[np.float64]:
    """How far each true beat is from the one that was found, all of them, none too many."""
    found_s = times_s(beats)
    assert found_s.size == ecg.peaks_s.size
    off: NDArray[np.float64] = (found_s - ecg.peaks_s) * 1000
    return off


class TestTiming:
    @pytest.mark.parametrize("rate_hz", RATES_HZ)
    def test_r_peaks_are_timed_to_a_tenth_of_a_millisecond(self, rate_hz: float) -> None:
        ecg = made_up_ecg(rate_hz, noise=0.0)
        off = off_ms(found_in(ecg.t_s, ecg.values, rate_hz), ecg)
        assert np.abs(off).max() < 0.1

    @pytest.mark.parametrize("rate_hz", [100.0, 130.0, 250.0])
    def test_intervals_are_those_between_true_peaks(self, rate_hz: float) -> None:
        ecg = made_up_ecg(rate_hz)
        beats = found_in(ecg.t_s, ecg.values, rate_hz)
        assert isnan(beats[0].rr_ms)
        true_ms = np.diff(ecg.peaks_s) * 1000
        assert [beat.rr_ms for beat in beats[1:]] == pytest.approx(true_ms.tolist(), abs=0.5)

    def test_amplitude_is_from_the_baseline_before_to_the_peak(self) -> None:
        ecg = made_up_ecg(130.0, noise=0.0)
        heights = np.linspace(1.0, 1.3, ecg.t_s.size)
        beats = found_in(ecg.t_s, 100 * heights * ecg.values + 5e4)
        ratio = [
            beat.amplitude / (100 * float(np.interp(beat.t_s, ecg.t_s, heights))) for beat in beats
        ]
        # The low-pass takes a few percent off the sharp peak, of every beat the same.
        assert np.mean(ratio) == pytest.approx(1.0, abs=0.1)
        assert np.std(ratio) < 0.003

    def test_stamps_that_jitter_around_even_samples_hardly_matter(self) -> None:
        ecg = made_up_ecg(130.0, noise=0.0)
        jitter_s = np.random.default_rng(5).uniform(-0.0015, 0.0015, ecg.t_s.size)
        off = off_ms(found_in(ecg.t_s + jitter_s, ecg.values), ecg)
        assert off.std() < 0.3

    def test_uneven_samples_without_a_nominal_rate_are_timed_by_their_stamps(self) -> None:
        even = made_up_ecg(250.0, noise=0.0)
        rng = np.random.default_rng(6)
        t_s = np.sort(even.t_s + rng.uniform(-0.0008, 0.0008, even.t_s.size))
        values = np.interp(t_s, even.t_s, even.values)
        assert np.abs(off_ms(found_in(t_s, values, None), even)).max() < 1.0

    def test_beat_is_known_half_a_second_after_its_peak(self) -> None:
        ecg = made_up_ecg(130.0)
        node = EcgNode("chest/ecg", 130.0)
        late_s = [
            now_s - beat.t_s
            for at, now_s in enumerate(ecg.t_s.tolist())
            for beat in beats_of(node.push(ecg.t_s[at : at + 1], ecg.values[at : at + 1]))
        ]
        # Those of the first seconds wait until the level is learnt.
        assert max(late_s[8:]) < 0.5


class TestFinding:
    @pytest.mark.parametrize("bpm", [35.0, 50.0, 90.0, 140.0, 200.0])
    @pytest.mark.parametrize("rate_hz", [100.0, 130.0, 500.0])
    def test_every_beat_from_35_to_200_a_minute(self, bpm: float, rate_hz: float) -> None:
        ecg = made_up_ecg(rate_hz, bpm=bpm, spread=0.02)
        assert np.abs(off_ms(found_in(ecg.t_s, ecg.values, rate_hz), ecg)).max() < 2

    @pytest.mark.parametrize(
        ("scale", "offset"), [(1.0, 0.0), (-1.0, 0.0), (1e-6, -5.0), (2e3, 1e7), (-8e5, 8e6)]
    )
    def test_unit_offset_and_polarity_do_not_matter(self, scale: float, offset: float) -> None:
        ecg = made_up_ecg(130.0)
        beats = found_in(ecg.t_s, scale * ecg.values + offset)
        assert np.abs(off_ms(beats, ecg)).max() < 1
        assert np.mean([b.amplitude for b in beats]) == pytest.approx(abs(scale), rel=0.1)

    def test_counts_of_a_coarse_converter_do(self) -> None:
        ecg = made_up_ecg(130.0)
        beats = found_in(ecg.t_s, np.round(40 * ecg.values).astype(np.int64))
        assert np.abs(off_ms(beats, ecg)).max() < 2

    def test_a_baseline_without_any_noise_and_a_pause_of_the_sensor_do_no_harm(self) -> None:
        ecg = made_up_ecg(130.0, length_s=60.0, noise=0.0)
        counts = np.round(20 * ecg.values)
        counts[(ecg.t_s > 20) & (ecg.t_s < 40)] = 0
        found_s = times_s(found_in(ecg.t_s, counts))
        there_s = ecg.peaks_s[(ecg.peaks_s < 19.9) | (ecg.peaks_s > 40.3)]
        assert all(np.abs(found_s - t_s).min() < 0.005 for t_s in there_s)

    def test_waves_as_large_up_as_down_do_not_flip(self) -> None:
        """A QRS complex with R and S alike: one of them is timed, always the same."""
        waves = ((1.0, -0.012, 0.009), (-1.0, 0.012, 0.009))
        rng = np.random.default_rng(2)
        t_s = np.arange(130 * 60) / 130
        beats_s = np.cumsum(0.8 + 0.04 * rng.standard_normal(70))
        values = with_waves(t_s, beats_s, waves) + 0.05 * rng.standard_normal(t_s.size)
        beats = found_in(t_s, values)
        off = times_s(beats) - beats_s[: len(beats)]
        assert len(beats) > 65
        assert np.ptp(off) < 0.01

    @pytest.mark.parametrize("factor", [10.0, 0.1])
    def test_beats_of_tenfold_or_a_tenth_the_height_are_found_at_once(self, factor: float) -> None:
        ecg = made_up_ecg(130.0, noise=0.001)
        values = np.where(ecg.t_s > ecg.peaks_s[16] - 0.3, factor, 1.0) * ecg.values
        assert np.abs(off_ms(found_in(ecg.t_s, values), ecg)).max() < 2

    @pytest.mark.parametrize("sign", [1.0, -1.0])
    def test_premature_beats_of_another_shape_are_beats(self, sign: float) -> None:
        ecg = made_up_ecg(130.0, length_s=60.0, spread=0.02)
        own_s = ecg.peaks_s
        early_s = [float(own_s[i] + 0.55 * (own_s[i + 1] - own_s[i])) for i in range(8, 60, 9)]
        waves = [(sign * height, at_s, width_s) for height, at_s, width_s in VENTRICULAR]
        values = ecg.values + with_waves(ecg.t_s, np.array(early_s), waves)
        found_s = times_s(found_in(ecg.t_s, values))
        assert all(np.abs(found_s - t_s).min() < 0.04 for t_s in early_s)

    @pytest.mark.parametrize("bpm", [45.0, 70.0, 110.0])
    def test_t_waves_higher_than_the_r_waves_are_none(self, bpm: float) -> None:
        ecg = made_up_ecg(130.0, bpm=bpm, t_height=1.4)
        found_s = times_s(found_in(ecg.t_s, ecg.values))
        assert found_s.size == ecg.peaks_s.size
        assert np.abs(found_s - ecg.peaks_s).max() < 0.002

    @pytest.mark.parametrize("f_hz", [50.0, 60.0])
    def test_mains_hum_half_as_high_as_the_peaks_moves_none(self, f_hz: float) -> None:
        ecg = made_up_ecg(130.0, noise=0.0)
        hum = 0.5 * np.sin(2 * np.pi * f_hz * ecg.t_s)
        assert np.abs(off_ms(found_in(ecg.t_s, ecg.values + hum), ecg)).max() < 0.5

    def test_baseline_that_wanders_by_twice_the_peaks_does_no_harm(self) -> None:
        ecg = made_up_ecg(130.0)
        wander = 2 * np.sin(2 * np.pi * 0.3 * ecg.t_s)
        assert np.abs(off_ms(found_in(ecg.t_s, ecg.values + wander), ecg)).max() < 2

    def test_after_a_burst_of_movement_beats_are_found_again(self) -> None:
        ecg = made_up_ecg(130.0, length_s=60.0)
        is_moving = (ecg.t_s > 20) & (ecg.t_s < 26)
        noise = 10 * np.random.default_rng(7).standard_normal(ecg.t_s.size)
        found_s = times_s(found_in(ecg.t_s, ecg.values + np.where(is_moving, noise, 0)))
        after_s = ecg.peaks_s[ecg.peaks_s > 28]
        assert all(np.abs(found_s - t_s).min() < 0.002 for t_s in after_s)
        assert np.sum(found_s > 27.5) <= np.sum(ecg.peaks_s > 27.5) + 1

    def test_electrodes_that_pop_cost_the_beats_they_cover(self) -> None:
        ecg = made_up_ecg(130.0, length_s=60.0)
        values = ecg.values.copy()
        pops_s = (15.3, 30.7, 45.2)
        for pop_s in pops_s:
            since_s = np.maximum(ecg.t_s - pop_s, 0)
            values += 20 * np.exp(-since_s / 0.3) * (ecg.t_s >= pop_s)
        found_s = times_s(found_in(ecg.t_s, values))
        clear_s = [t_s for t_s in ecg.peaks_s if all(not -0.3 < t_s - pop < 1 for pop in pops_s)]
        assert all(np.abs(found_s - t_s).min() < 0.005 for t_s in clear_s)
        assert found_s.size <= ecg.peaks_s.size + len(pops_s)

    def test_noise_after_an_electrode_came_off_is_soon_told_from_beats(self) -> None:
        ecg = made_up_ecg(130.0, length_s=90.0)
        noise = 0.05 * np.random.default_rng(8).standard_normal(ecg.t_s.size)
        found_s = times_s(found_in(ecg.t_s, np.where(ecg.t_s < 20, ecg.values, noise)))
        assert np.sum(found_s < 20) >= np.sum(ecg.peaks_s < 19.5)
        assert np.sum(found_s > 20.1) <= 8

    def test_noise_alone_and_hum_alone_have_no_beats(self) -> None:
        t_s = np.arange(130 * 60) / 130
        rng = np.random.default_rng(3)
        for values in (
            rng.standard_normal(t_s.size),
            np.cumsum(rng.standard_normal(t_s.size)),
            np.sin(2 * np.pi * 50 * t_s),
            np.sin(2 * np.pi * 1.1 * t_s),
        ):
            assert found_in(t_s, values) == []


class TestRecordings:
    def test_mitdb_100_at_its_own_rate_and_at_a_straps(self, recordings: Path) -> None:
        """99.8 % of the annotated beats within 50 ms, and no other; five minutes of thirty."""
        signals, rate_hz = read_signals(recordings / "mitdb" / "100.hea")
        raw = signals[: round(300 * rate_hz), 0]
        beats = read_annotations(recordings / "mitdb" / "100.atr").beats().samples
        t_s = np.arange(raw.size) / rate_hz
        at_130_s = np.arange(0, t_s[-1], 1 / 130)
        annotated_s = beats[(beats > 0.3 * rate_hz) & (beats < raw.size - 0.5 * rate_hz)] / rate_hz
        for found_s in (
            times_s(found_in(t_s, raw, rate_hz)),
            times_s(found_in(at_130_s, np.interp(at_130_s, t_s, raw), 130.0)),
        ):
            off_s = np.array([found_s[np.abs(found_s - b).argmin()] - b for b in annotated_s])
            assert np.abs(off_s).max() < 0.05
            assert off_s.std() < 0.003
            assert np.sum((found_s > 0.3) & (found_s < t_s[-1] - 0.5)) == annotated_s.size


class TestGaps:
    def test_no_interval_crosses_a_gap(self) -> None:
        ecg = made_up_ecg(130.0)
        is_kept = (ecg.t_s < 12) | (ecg.t_s > 12.7)
        beats = found_in(ecg.t_s[is_kept], ecg.values[is_kept])
        first_after = next(beat for beat in beats if beat.t_s > 12.7)
        assert isnan(first_after.rr_ms)
        # What a beat looks like is still known: none is waited for.
        assert first_after.t_s < 12.7 + 2.1
        others = [beat.rr_ms for beat in beats[1:] if beat is not first_after]
        assert max(others) < 1200

    @settings(max_examples=15, deadline=None)
    @given(data=st.data())
    def test_intervals_lie_within_stretches_without_a_gap(self, data: st.DataObject) -> None:
        ecg = made_up_ecg(130.0, length_s=20.0)
        starts = data.draw(st.lists(st.integers(600, 2500), min_size=1, max_size=4))
        is_kept = np.ones(ecg.t_s.size, dtype=bool)
        for start in starts:
            is_kept[start : start + data.draw(st.integers(1, 200))] = False
        lost_s = ecg.t_s[~is_kept]
        for beat in found_in(ecg.t_s[is_kept], ecg.values[is_kept]):
            if not isnan(beat.rr_ms):
                began_s = beat.t_s - beat.rr_ms / 1000
                assert not np.any((lost_s > began_s) & (lost_s < beat.t_s))

    def test_values_that_are_no_numbers_are_a_gap(self) -> None:
        ecg = made_up_ecg(130.0)
        values = ecg.values.copy()
        values[[1500, 2000, 2001]] = np.nan, np.inf, -np.inf
        is_number = np.isfinite(values)
        with_nan = found_in(ecg.t_s, values)
        assert repr(with_nan) == repr(found_in(ecg.t_s[is_number], values[is_number]))
        assert sum(isnan(beat.rr_ms) for beat in with_nan) == 3

    def test_nothing_but_nan_gives_nothing(self) -> None:
        t_s = np.arange(1000) / 130
        node = EcgNode("chest/ecg", 130.0)
        assert push_in_chunks(node, t_s, np.full(t_s.size, np.nan)) == []

    def test_a_silence_without_beats_is_no_interval(self) -> None:
        ecg = made_up_ecg(130.0)
        values = np.where((ecg.t_s > 10) & (ecg.t_s < 18), 0.001 * ecg.values, ecg.values)
        values += 0.01 * np.random.default_rng(1).standard_normal(values.size)
        rr_ms = [beat.rr_ms for beat in found_in(ecg.t_s, values)]
        assert np.nanmax(rr_ms) <= MAX_RR_MS


class TestQuality:
    def quality_of(self, values: NDArray[np.float64]) -> list[Metric]:
        t_s = np.arange(values.size) / 130
        return metrics_of(push_in_chunks(EcgNode("chest/ecg", 130.0), t_s, values))

    def test_a_clean_signal_is_flawless_once_a_second(self) -> None:
        metrics = self.quality_of(made_up_ecg(130.0).values)
        assert [metric.t_s for metric in metrics] == [float(n) for n in range(1, 30)]
        assert isnan(metrics[0].value)
        assert metrics[0].wait_s > 0
        assert all(metric.value > 0.95 and not metric.reason for metric in metrics[6:])

    @pytest.mark.parametrize(
        ("disturb", "reason"),
        [
            (lambda x, rng: 0 * x, Fault.FLAT),
            (lambda x, rng: 0 * x + 32767, Fault.FLAT),
            (lambda x, rng: np.clip(x, -0.5, 0.5), Fault.CUT_OFF),
            (lambda x, rng: 0.02 * rng.standard_normal(x.size), Fault.NO_BEAT),
            (lambda x, rng: rng.standard_normal(x.size), Fault.NO_BEAT),
            (lambda x, rng: x + 0.3 * rng.standard_normal(x.size), Fault.MUSCLE),
        ],
    )
    def test_what_stands_in_the_way_is_named(self, disturb: object, reason: str) -> None:
        assert callable(disturb)
        ecg = made_up_ecg(130.0, length_s=45.0)
        disturbed = disturb(ecg.values, np.random.default_rng(4))
        values = np.where(ecg.t_s < 10, ecg.values, disturbed)
        last = self.quality_of(values)[-1]
        assert last.reason == reason
        assert last.value < 0.75

    def test_a_gap_lowers_it_for_as_long_as_it_was(self) -> None:
        ecg = made_up_ecg(130.0, length_s=40.0)
        is_kept = (ecg.t_s < 20) | (ecg.t_s >= 24)
        metrics = metrics_of(
            push_in_chunks(EcgNode("chest/ecg", 130.0), ecg.t_s[is_kept], ecg.values[is_kept])
        )
        at = {metric.t_s: metric for metric in metrics}
        assert at[20.0].value > 0.95
        assert at[27.0].value == pytest.approx(0.6, abs=0.11)
        assert at[27.0].reason == Fault.MISSING
        assert at[39.0].value > 0.95

    def test_too_sparse_a_sensor_is_told_so(self) -> None:
        ecg = made_up_ecg(50.0)
        for rate_hz in (50.0, None):
            results = push_in_chunks(EcgNode("watch/ecg", rate_hz), ecg.t_s, ecg.values)
            assert beats_of(results) == []
            assert {metric.reason for metric in metrics_of(results)} == {Fault.TOO_SPARSE}


class TestStreaming:
    @settings(max_examples=20, deadline=None)
    @given(
        sizes=st.lists(st.integers(1, 400), min_size=1, max_size=12),
        rate_hz=st.sampled_from([100.0, 130.0, 250.0, None]),
    )
    def test_results_do_not_depend_on_chunks(self, sizes: list[int], rate_hz: float | None) -> None:
        """Bit for bit, with a gap, numbers that are none, and a change of size on the way."""
        ecg = made_up_ecg(rate_hz or 173.0, length_s=15.0)
        values = np.where(ecg.t_s > 8, 4 * ecg.values, ecg.values)
        values[[900, 901]] = np.nan
        is_kept = (ecg.t_s < 11) | (ecg.t_s > 11.4)
        t_s, values = ecg.t_s[is_kept], values[is_kept]
        whole = EcgNode("chest/ecg", rate_hz).push(t_s, values)
        parts = push_in_chunks(EcgNode("chest/ecg", rate_hz), t_s, values, sizes)
        assert len(beats_of(whole)) >= 10
        assert repr(parts) == repr(whole)

    def test_memory_does_not_grow(self) -> None:
        ecg = made_up_ecg(130.0, length_s=60.0)
        node = EcgNode("chest/ecg", 130.0)
        rng = np.random.default_rng(0)

        def push_minute(number: int) -> None:
            disturbed = ecg.values + rng.standard_normal(ecg.values.size) * (number % 2)
            push_in_chunks(node, ecg.t_s + 60.0 * number, disturbed)

        for number in range(3):
            push_minute(number)
        tracemalloc.start()
        push_minute(3)
        before, _ = tracemalloc.get_traced_memory()
        for number in range(4, 12):
            push_minute(number)
        after, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert after - before < 20_000

    @settings(max_examples=40, deadline=None)
    @given(
        pattern=st.lists(
            st.floats(allow_nan=True, allow_infinity=True) | st.sampled_from([0.0, 1e300, 32767.0]),
            min_size=1,
            max_size=60,
        ),
        pause=st.integers(0, 200),
    )
    def test_garbage_gives_finite_beats_in_order_or_none(
        self, pattern: list[float], pause: int
    ) -> None:
        garbage = np.tile(np.array(pattern + [0.0] * pause), 1500 // (len(pattern) + pause) + 1)
        beats = found_in(np.arange(garbage.size) / 130, garbage)
        assert all(np.diff(times_s(beats)) > 0)
        assert all(np.isfinite(beat.amplitude) and 0 < beat.quality <= 1 for beat in beats)

    def test_an_empty_chunk_is_nothing(self) -> None:
        node = EcgNode("chest/ecg", 130.0)
        assert node.push(np.empty(0), np.empty(0)) == []
        assert node.push(np.empty(0), np.empty((0, 1))) == []

    def test_one_column_is_one_lead(self) -> None:
        ecg = made_up_ecg(130.0)
        node, other = EcgNode("chest/ecg", 130.0), EcgNode("chest/ecg", 130.0)
        column = node.push(ecg.t_s, ecg.values[:, None])
        assert repr(column) == repr(other.push(ecg.t_s, ecg.values))
