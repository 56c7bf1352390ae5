"""One R peak: its direction, its height over the baseline, its likeness to the others."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest

from biofeedback.signal.ecg_wave import EcgWave
from biofeedback.signal.qrs_kernels import qrs_kernels
from biofeedback.signal.r_peak import RPeakReader
from helpers.made_up_ecg import VENTRICULAR, WAVES, with_waves

RATE_HZ = 250.0
KERNELS = qrs_kernels(RATE_HZ)
BEATS_S = np.array([0.6, 1.4, 2.2, 3.0, 3.8])
UPSIDE_DOWN = tuple((-height, at_s, width_s) for height, at_s, width_s in WAVES)


def reader_of(
    *beats: tuple[tuple[float, float, float], ...], offset: float = 0.0
) -> tuple[RPeakReader, list[int]]:
    """One beat of each shape, in order, and the samples near which they lie."""
    t_s = np.arange(round(5 * RATE_HZ)) / RATE_HZ
    values = np.full(t_s.size, offset)
    for at_s, waves in zip(BEATS_S, beats, strict=False):
        values += with_waves(t_s, np.array([at_s]), waves)
    wave = EcgWave(RATE_HZ, KERNELS)
    wave.append(t_s, values)
    return RPeakReader(RATE_HZ, wave, KERNELS), np.rint(BEATS_S * RATE_HZ).astype(int).tolist()


@pytest.mark.parametrize("waves", [WAVES, UPSIDE_DOWN])
@pytest.mark.parametrize("off", [-6, 0, 6])
def test_r_wave_is_found_near_the_envelopes_peak(
    waves: tuple[tuple[float, float, float], ...], off: int
) -> None:
    reader, samples = reader_of(*[waves] * 5, offset=3e4)
    reader.learn_direction(samples)
    peak = reader.read(samples[2] + off)
    assert peak is not None
    assert peak.position / RATE_HZ == pytest.approx(2.2, abs=2e-4)
    assert peak.amplitude == pytest.approx(1.0, abs=0.1)


def test_likeness_is_one_for_the_same_and_low_for_another_shape() -> None:
    reader, samples = reader_of(WAVES, WAVES, VENTRICULAR, UPSIDE_DOWN, WAVES)
    reader.learn_direction(samples)
    first = reader.read(samples[0])
    assert first is not None
    assert isnan(first.likeness)
    assert isnan(reader.likeness(samples[1]))
    reader.learn(first)
    assert reader.likeness(samples[1]) > 0.999
    assert reader.likeness(samples[2]) < 0.7
    assert reader.likeness(samples[4]) > 0.999


def test_one_beat_the_other_way_is_timed_where_it_points_and_turns_nothing() -> None:
    other = tuple((-height, at_s, width_s) for height, at_s, width_s in VENTRICULAR)
    reader, samples = reader_of(WAVES, WAVES, other, WAVES, WAVES)
    reader.learn_direction(samples[:2])
    for at, sample in enumerate(samples):
        peak = reader.read(sample)
        assert peak is not None
        assert peak.position / RATE_HZ == pytest.approx(BEATS_S[at], abs=0.002)
        assert not reader.learn(peak)


def test_when_all_beats_point_the_other_way_the_direction_turns_once() -> None:
    reader, samples = reader_of(WAVES, UPSIDE_DOWN)
    reader.learn_direction(samples[:1])
    turns = 0
    for sample in [samples[0]] * 5 + [samples[1]] * 30:
        peak = reader.read(sample)
        assert peak is not None
        turns += reader.learn(peak)
    assert turns == 1


def test_flat_signal_has_no_height_and_no_likeness() -> None:
    reader, samples = reader_of(offset=7.0)
    reader.learn_direction(samples)
    peak = reader.read(samples[0])
    assert peak is not None
    assert peak.amplitude == 0.0
    reader.learn(peak)
    assert reader.likeness(samples[1]) == 0.0


def test_too_near_the_edge_there_is_nothing_to_read() -> None:
    reader, _ = reader_of(*[WAVES] * 5)
    assert reader.read(3) is None
    assert reader.read(round(5 * RATE_HZ) - 3) is None
