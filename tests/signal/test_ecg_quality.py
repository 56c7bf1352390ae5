"""What lowers the quality of an ECG, and the words for it."""

from __future__ import annotations

from math import isnan, nan

import numpy as np
import pytest

from biofeedback.signal.ecg_quality import (
    EcgQuality,
    Fault,
    NoiseEar,
    beat_quality,
    is_cut_off,
)
from biofeedback.signal.qrs_kernels import qrs_kernels
from helpers.made_up_ecg import made_up_ecg

RATE_HZ = 250.0


def test_a_beat_is_as_good_as_its_likeness_and_its_height_allow() -> None:
    assert beat_quality(0.95, 12.0, 12.0) == 1.0
    assert beat_quality(nan, 12.0, 12.0) == 1.0
    assert beat_quality(0.2, 5.0, 5.0) == 0.0
    assert beat_quality(0.95, 2.0, 12.0) == 0.0
    # Unlike the others but far above the noise: an early beat of the ventricles.
    assert beat_quality(-0.5, 9.0, 20.0) == pytest.approx(0.5)


@pytest.mark.parametrize(("rail", "is_cut"), [(9.0, False), (0.5, True)])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_plateaus_with_steep_sides_are_cut_off(rail: float, is_cut: bool, sign: float) -> None:
    ecg = made_up_ecg(RATE_HZ, length_s=5.0)
    second = np.clip(sign * ecg.values, -rail, rail)[250:600]
    assert is_cut_off(second, RATE_HZ) is is_cut


def test_coarse_steps_of_a_converter_are_not_cut_off() -> None:
    for rate_hz in (100.0, 250.0, 1000.0):
        ecg = made_up_ecg(rate_hz, length_s=12.0, noise=0.0)
        counts = np.round(12 * ecg.values)
        n = round(rate_hz)
        seconds = [counts[first : first + n] for first in range(0, 11 * n, n)]
        assert not any(is_cut_off(second, rate_hz) for second in seconds)


def test_a_dead_or_tiny_signal_is_flat() -> None:
    ear = NoiseEar(RATE_HZ)
    still = np.full(ear.n, 512.0)
    assert ear.fault(still, nan) == Fault.FLAT
    rng = np.random.default_rng(0)
    assert ear.fault(still + 0.1 * rng.standard_normal(ear.n), 100.0) == Fault.FLAT
    assert ear.fault(still + 0.1 * rng.standard_normal(ear.n), nan) == ""


def test_the_last_bit_of_a_converter_is_no_signal_that_is_too_strong() -> None:
    ear = NoiseEar(RATE_HZ)
    bits = np.random.default_rng(0).integers(0, 2, ear.n).astype(float)
    assert ear.fault(bits, nan) == Fault.FLAT


@pytest.mark.parametrize(
    ("f_hz", "height", "reason"),
    [
        (50.0, 0.4, Fault.HUM),
        (60.0, 0.4, Fault.HUM),
        (0.8, 3.0, Fault.SHIFT),
        (5.0, 0.0, Fault.LOOSE),
    ],
)
def test_noise_is_named_by_where_its_power_lies(f_hz: float, height: float, reason: str) -> None:
    ear, kernels = NoiseEar(RATE_HZ), qrs_kernels(RATE_HZ)
    ecg = made_up_ecg(RATE_HZ, length_s=5.0)
    x = ecg.values + height * np.sin(2 * np.pi * f_hz * ecg.t_s)
    low_passed = np.convolve(x, kernels.low_pass, "same")
    assert ear.noise(x[400:650], low_passed[400:650], 1.0) == reason


def test_fast_noise_of_no_one_frequency_is_muscle() -> None:
    ear, kernels = NoiseEar(RATE_HZ), qrs_kernels(RATE_HZ)
    x = made_up_ecg(RATE_HZ, length_s=5.0, noise=0.3).values
    low_passed = np.convolve(x, kernels.low_pass, "same")
    assert ear.noise(x[400:650], low_passed[400:650], 1.0) == Fault.MUSCLE


class TestGathering:
    def test_before_the_first_beats_there_is_a_wait_and_no_number(self) -> None:
        quality = EcgQuality("chest/ecg")
        quality.begin(0.0)
        score, is_noisy = quality.close_second(1.0, "")
        metric = quality.metric(1.0, score, "")
        assert isnan(metric.value)
        assert metric.wait_s == 5.0
        assert not is_noisy

    def test_beginning_anew_again_and_again_is_said_to_be_missing_and_no_wait(self) -> None:
        quality = EcgQuality("chest/ecg")
        metrics = []
        for second in range(30):
            quality.begin(float(second))
            metrics.append(quality.metric(second + 1.0, nan, ""))
        metric = metrics[-1]
        assert isnan(metric.value)
        assert (metric.wait_s, metric.reason) == (0.0, Fault.MISSING)

    def test_the_commonest_reason_of_ten_seconds_is_told(self) -> None:
        quality = EcgQuality("chest/ecg")
        quality.begin(0.0)
        reasons = [Fault.HUM, Fault.FLAT, Fault.FLAT, ""]
        *_, metric = (
            quality.metric(second + 1.0, 0.9 if not reason else 0.0, reason)
            for second, reason in enumerate(reasons)
        )
        assert metric.value == pytest.approx(0.9 / 4)
        assert metric.reason == Fault.FLAT

    def test_old_seconds_are_forgotten(self) -> None:
        quality = EcgQuality("chest/ecg")
        quality.begin(0.0)
        quality.skip(10_000_000)
        *_, metric = (quality.metric(second + 1.0, 1.0, "") for second in range(10))
        assert metric.value == 1.0
        assert metric.reason == ""
        assert metric.window_s == 10.0

    def test_a_second_without_a_beat_counts_as_the_one_before_until_it_is_a_silence(self) -> None:
        quality = EcgQuality("chest/ecg")
        quality.begin(0.0)
        quality.add_beat(0.9, 0.7)
        assert quality.close_second(1.0, "") == (0.7, True)
        assert quality.close_second(2.0, "") == (0.7, True)
        assert quality.close_second(4.0, "") == (0.0, False)
