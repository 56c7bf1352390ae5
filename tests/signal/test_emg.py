"""Muscle activity, tension and quality, of raw EMG and of slow envelopes."""

from __future__ import annotations

import re
import struct
import tracemalloc
from itertools import pairwise
from math import isnan, nan
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.signal.emg import REST_NEEDS_S, EmgNode

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from biofeedback.samples import Metric

RATE_HZ = 1000.0


def noise(
    seconds: float, sd: float, rate_hz: float = RATE_HZ, seed: int = 1
) -> NDArray[np.float64]:
    """Muscle as white noise within 20 to 450 Hz, of a known root mean square."""
    n = round(seconds * rate_hz)
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(n))
    hz = np.fft.rfftfreq(n, 1 / rate_hz)
    spectrum[(hz < 22) | (hz > min(0.44 * rate_hz, 440))] = 0
    muscle = np.fft.irfft(spectrum, n)
    return np.asarray(muscle * sd / muscle.std())


def times(values: NDArray[np.float64], rate_hz: float = RATE_HZ) -> NDArray[np.float64]:
    return np.arange(values.size) / rate_hz + 10.0


def run(values: NDArray[np.float64], rate_hz: float = RATE_HZ) -> list[Metric]:
    return EmgNode("muscle", rate_hz).push(times(values, rate_hz), values)


def named(results: list[Metric], name: str) -> list[Metric]:
    return [metric for metric in results if metric.name == name]


def values_of(results: list[Metric], name: str) -> NDArray[np.float64]:
    return np.array([metric.value for metric in named(results, name)])


@pytest.mark.parametrize("rate_hz", [200.0, 500.0, 1000.0, 2048.0])
def test_activity_is_the_root_mean_square_of_the_muscle(rate_hz: float) -> None:
    found = values_of(run(noise(20, 12.0, rate_hz), rate_hz), "emg_microvolts")
    assert found.size >= 18
    # A Hann window of half a second sees about 150 independent numbers of such noise.
    assert found.mean() == pytest.approx(12.0, rel=0.05)


@pytest.mark.parametrize("mains_hz", [50.0, 60.0])
@pytest.mark.parametrize("off_hz", [-0.1, 0.0, 0.1])
def test_mains_hum_with_harmonics_is_taken_out(mains_hz: float, off_hz: float) -> None:
    muscle = noise(20, 10.0)
    t_s = times(muscle)
    phase = 2 * np.pi * (mains_hz + off_hz) * t_s
    hum = 15 * np.sin(phase) + 5 * np.sin(2 * phase + 1) + 8 * np.sin(3 * phase + 2)
    clean = values_of(run(muscle), "emg_microvolts")
    hummed = values_of(run(muscle + hum), "emg_microvolts")
    np.testing.assert_allclose(hummed.mean(), clean.mean(), rtol=0.05)
    np.testing.assert_allclose(hummed, clean, rtol=0.15)


@pytest.mark.parametrize("mains_hz", [50, 60])
def test_much_hum_lowers_the_quality_and_is_said(mains_hz: int) -> None:
    muscle = noise(20, 5.0)
    hum = 50 * np.sin(2 * np.pi * mains_hz * times(muscle))
    last = named(run(muscle + hum), "muscle_quality")[-1]
    assert last.value < 0.5
    assert f"mains hum of {mains_hz} Hz" in last.reason
    assert named(run(muscle), "muscle_quality")[-1].value == 1.0


def test_hum_alone_is_no_muscle() -> None:
    hum = 100 * np.sin(2 * np.pi * 50 * np.arange(20_000) / RATE_HZ)
    found = named(run(hum + noise(20, 0.5)), "emg_microvolts")
    assert all(isnan(metric.value) or metric.value < 5 for metric in found)
    assert "hum" in found[-1].reason


def test_drift_and_offset_are_no_muscle() -> None:
    muscle = noise(20, 5.0)
    t_s = times(muscle)
    drift = 2000 + 300 * np.sin(2 * np.pi * 0.3 * t_s)
    np.testing.assert_allclose(
        values_of(run(muscle + drift), "emg_microvolts"),
        values_of(run(muscle), "emg_microvolts"),
        rtol=0.05,
    )


def test_tension_is_against_own_rest_whatever_the_unit() -> None:
    effort = np.concatenate((np.ones(60), np.full(20, 3.0), np.ones(20)))
    muscle = noise(100, 1.0) * np.repeat(effort, 1000)
    tension = {unit: values_of(run(muscle * unit), "tension_pct") for unit in (4.0, 400.0)}
    np.testing.assert_allclose(tension[4.0], tension[400.0], rtol=0.03)
    assert np.nanmedian(tension[4.0][:58]) == pytest.approx(108, abs=8)
    assert np.nanmedian(tension[4.0][66:78]) == pytest.approx(330, abs=35)
    assert np.nanmedian(tension[4.0][-10:]) == pytest.approx(108, abs=8)


def test_tension_counts_down_until_rest_is_known() -> None:
    found = named(run(noise(45, 5.0)), "tension_pct")
    waits = [metric.wait_s for metric in found if isnan(metric.value)]
    assert waits == [float(n) for n in range(REST_NEEDS_S - 1, 0, -1)]
    assert "rest" in found[0].reason
    assert not isnan(found[-1].value)
    assert 0 < found[-1].quality < 1


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (np.zeros_like, "same number"),
        (lambda x: np.clip(x, -12.0, 12.0), "stronger than the sensor"),
    ],
)
def test_flat_and_clipped_signals_are_said(damage: object, words: str) -> None:
    assert callable(damage)
    found = run(damage(noise(20, 10.0)))
    last = named(found, "muscle_quality")[-1]
    assert last.value <= 0.5
    assert words in last.reason


def test_an_electrode_that_jumps_is_not_taken_for_muscle() -> None:
    muscle = noise(60, 2.0)
    jumped = muscle.copy()
    jumped[40_300:] += 5000.0
    found = run(jumped)
    activity = values_of(found, "emg_microvolts")
    assert np.nanmax(activity) < 2 * np.median(values_of(run(muscle), "emg_microvolts"))
    near = [metric for metric in named(found, "muscle_quality") if 50 < metric.t_s < 55]
    assert min(metric.value for metric in near) < 0.99


def test_a_strong_contraction_is_no_electrode_that_moved() -> None:
    muscle = noise(60, 2.0)
    muscle[40_000:43_000] *= 80
    found = run(muscle)
    assert np.nanmax(values_of(found, "emg_microvolts")) == pytest.approx(160, rel=0.15)
    assert not any("electrode" in metric.reason for metric in found)


def test_an_envelope_is_taken_as_it_is() -> None:
    level = 6.0 + np.random.default_rng(3).uniform(-1, 1, 1200)
    level[900:1000] *= 4
    t_s = np.arange(level.size) / 10.0
    found = EmgNode("muscle", 10.0).push(t_s, level)
    activity = values_of(found, "emg_microvolts")
    np.testing.assert_allclose(activity, level[: activity.size * 10].reshape(-1, 10).mean(axis=1))
    tension = values_of(found, "tension_pct")
    assert np.nanmedian(tension[:88]) == pytest.approx(105, abs=6)
    assert np.nanmax(tension) == pytest.approx(420, abs=25)


@pytest.mark.parametrize(
    ("level", "words"),
    [
        (np.full(400, 5.0), "same number"),
        (np.full(400, nan), "pieces"),
        (np.where(np.arange(400) % 2, -5.0, 5.0), "something other"),
        (np.r_[5 + np.sin(np.arange(340)), np.full(60, 900.0)], "stronger than"),
    ],
)
def test_an_envelope_that_cannot_be_one_is_said(level: NDArray[np.float64], words: str) -> None:
    found = EmgNode("muscle", 10.0).push(np.arange(level.size) / 10.0, level)
    last = named(found, "muscle_quality")[-1]
    assert last.value < 0.8
    assert words in last.reason


def test_nothing_crosses_a_gap() -> None:
    """Before and after a hole each part is what it is alone."""
    first, second = noise(10, 5.0, seed=1), noise(10, 50.0, seed=2)
    t_s = np.concatenate((times(first), times(second) + 20.0))
    whole = EmgNode("muscle", RATE_HZ).push(t_s, np.concatenate((first, second)))
    alone = EmgNode("muscle", RATE_HZ).push(times(second) + 20.0, second)
    kept = [value for value in values_of(whole, "emg_microvolts") if value > 25]
    assert kept == list(values_of(alone, "emg_microvolts"))


def test_numbers_that_are_none_are_gaps_and_never_come_out() -> None:
    muscle = noise(10, 5.0)
    muscle[3000:3010] = nan
    muscle[6000] = np.inf
    found = values_of(run(muscle), "emg_microvolts")
    assert np.nanmax(np.abs(found)) < 10
    assert np.isfinite(found).sum() >= 4


@settings(max_examples=25, deadline=None)
@given(
    rate_hz=st.sampled_from([10.0, 100.0]),
    cuts=st.lists(st.integers(1, 4000), max_size=12),
    holes=st.lists(st.integers(0, 4000), max_size=4),
)
def test_cutting_leaves_no_trace(rate_hz: float, cuts: list[int], holes: list[int]) -> None:
    emg = np.abs(noise(40, 5.0, 100.0)) if rate_hz == 10.0 else noise(40, 5.0, 100.0)
    emg = emg.copy()
    t_s = np.arange(emg.size) / rate_hz
    # A contraction out of range, and an electrode that jumps, once rest is known.
    emg[3700:3760] *= 200
    emg[3300:3400] = 90
    emg[3900:] += 4000
    for hole in holes:
        emg[hole % emg.size] = nan
        t_s[(hole * 7) % emg.size :] += 0.5
    whole = EmgNode("muscle", rate_hz).push(t_s, emg)
    node = EmgNode("muscle", rate_hz)
    pieces: list[Metric] = []
    edges = sorted({0, emg.size, *(cut % emg.size for cut in cuts)})
    for begin, end in pairwise(edges):
        pieces += node.push(t_s[begin:end], emg[begin:end])
    assert repr(pieces) == repr(whole)


@pytest.mark.parametrize("rate_hz", [10.0, 250.0])
def test_memory_does_not_grow(rate_hz: float) -> None:
    node = EmgNode("muscle", rate_hz)
    rng = np.random.default_rng(0)

    def live(begin_s: int, end_s: int) -> None:
        for second in range(begin_s, end_s):
            t_s = second + np.arange(rate_hz) / rate_hz
            node.push(t_s, np.abs(rng.standard_normal(t_s.size)) + 1)

    live(0, 60)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    live(60, 360)
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert grown < 20_000


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=300, max_size=900),
    st.sampled_from([5.0, 250.0]),
)
def test_garbage_gives_no_infinite_number(garbage: list[float], rate_hz: float) -> None:
    found = run(np.array(garbage), rate_hz)
    assert all(not np.isinf(metric.value) for metric in found)
    assert all(0.0 <= metric.quality <= 1.0 for metric in found)


@pytest.mark.parametrize("rate_hz", [4.0, 250.0])
def test_numbers_beyond_any_muscle_are_gaps(rate_hz: float) -> None:
    found = run(np.full(round(60 * rate_hz), 1.7e308), rate_hz)
    assert found
    assert all(isnan(metric.value) or metric.name == "muscle_quality" for metric in found)


def test_a_sensor_twice_as_fast_as_it_says_gives_no_number() -> None:
    """Its windows would be half as long, and its band an octave off."""
    values = noise(20, 12.0, 500.0)
    found = EmgNode("muscle", 250.0).push(times(values, 500.0), values)
    activity = named(found, "emg_microvolts")
    assert activity
    assert all(isnan(metric.value) and "faster" in metric.reason for metric in activity)


def contractions(recordings: Path) -> NDArray[np.float64]:
    """Read the third data set of the HDF5 file: chunks of 16-bit numbers, not compressed."""
    content = (recordings / "biosignalsplux" / "emg_bursts.h5").read_bytes()
    tree = [match.start() for match in re.finditer(rb"TREE\x01\x00", content)][-1]
    (n_chunks,) = struct.unpack_from("<H", content, tree + 6)
    parts = []
    for n in range(n_chunks):
        (size,) = struct.unpack_from("<I", content, tree + 24 + 40 * n)
        (address,) = struct.unpack_from("<Q", content, tree + 56 + 40 * n)
        parts.append(np.frombuffer(content, "<u2", size // 2, address))
    # The last chunk is filled up with nothing.
    return np.concatenate(parts)[:28_500].astype(np.float64)


def test_nine_contractions_of_a_real_biceps_are_seen(recordings: Path) -> None:
    """Nine stretches stand out to the eye, about three seconds apart, from 120 counts of rest."""
    emg = contractions(recordings)
    activity = values_of(run(emg), "emg_microvolts")
    is_active = activity > 3 * np.percentile(activity, 10)
    n_starts = np.count_nonzero(np.diff(is_active.astype(int)) == 1)
    assert n_starts + int(is_active[0]) == 9
    assert named(run(emg), "muscle_quality")[-1].value > 0.9


@pytest.mark.parametrize("name", ["biceps", "counts"])
def test_agrees_with_an_independent_program_on_real_emg(recordings: Path, name: str) -> None:
    """SciPy's Butterworth band-pass and notches, then the root mean square of each second."""
    from scipy.signal import butter, filtfilt, iirnotch, sosfiltfilt

    if name == "biceps":
        emg = contractions(recordings)
    else:
        emg = np.loadtxt(recordings / "biosppy" / "emg.txt", comments="#")
    found = named(run(emg), "emg_microvolts")
    clean = sosfiltfilt(butter(4, (20, 450), "bandpass", fs=RATE_HZ, output="sos"), emg)
    for harmonic_hz in np.arange(50, 450, 50):
        clean = filtfilt(*iirnotch(harmonic_hz, harmonic_hz, RATE_HZ), clean)
    mine, theirs = [], []
    for metric in found:
        end = round((metric.t_s - 10.0) * RATE_HZ)
        windows = [clean[max(end - 500 - n * 250, 0) : end - n * 250] for n in range(4)]
        theirs.append(np.mean([np.std(window) for window in windows]))
        mine.append(metric.value)
    assert np.corrcoef(mine, theirs)[0, 1] > 0.98
    assert np.median(np.array(mine) / np.array(theirs)) == pytest.approx(1.0, abs=0.08)


def test_follows_the_amplitude_of_neurokit(recordings: Path) -> None:
    """NeuroKit's linear envelope is a rectified mean: proportional, not equal."""
    import neurokit2

    emg = contractions(recordings)
    clean = neurokit2.emg_clean(emg - emg.mean(), sampling_rate=1000)
    amplitude = neurokit2.emg_amplitude(clean)
    found = named(run(emg), "emg_microvolts")
    ends = np.array([round((metric.t_s - 10.0) * RATE_HZ) for metric in found])
    theirs = [amplitude[max(end - 1125, 0) : end - 125].mean() for end in ends]
    assert np.corrcoef([metric.value for metric in found], theirs)[0, 1] > 0.95
