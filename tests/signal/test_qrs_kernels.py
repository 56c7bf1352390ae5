"""The filters an ECG is seen through: what they pass, and that they delay nothing."""

from __future__ import annotations

import numpy as np
import pytest

from biofeedback.signal.qrs_kernels import (
    SHAPE_FROM_S,
    SHAPE_N,
    SHAPE_STEP_S,
    STEPS_PER_SAMPLE,
    qrs_kernels,
)

RATES_HZ = (100.0, 130.0, 250.0, 360.0, 1000.0)


def around(reach: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.arange(-reach, reach + 1, dtype=np.float64)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_low_pass_keeps_the_qrs_band_and_damps_mains(rate_hz: float) -> None:
    kernels = qrs_kernels(rate_hz)
    t_s = around(kernels.low_pass_reach) / rate_hz

    def gain(f_hz: float) -> float:
        return float(abs(np.exp(-2j * np.pi * f_hz * t_s) @ kernels.low_pass))

    assert gain(0.0) == pytest.approx(1.0)
    assert gain(15.0) > 0.97
    assert gain(50.0) < 0.015
    if rate_hz > 120:
        assert gain(60.0) < 0.015


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_low_pass_is_symmetric_so_that_nothing_is_delayed(rate_hz: float) -> None:
    low_pass = qrs_kernels(rate_hz).low_pass
    assert low_pass == pytest.approx(low_pass[::-1])


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_envelope_of_a_steady_tone_is_flat_and_highest_near_11_hz(rate_hz: float) -> None:
    kernels = qrs_kernels(rate_hz)
    t_s = np.arange(round(2 * rate_hz)) / rate_hz

    def envelope(f_hz: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        tone = np.sin(2 * np.pi * f_hz * t_s)
        parts = [np.convolve(tone, part, "valid") for part in kernels.envelope.T]
        return np.hypot(*parts)

    at_11 = envelope(11.0)
    assert np.ptp(at_11) < 0.03 * at_11.mean()
    assert at_11.mean() == pytest.approx(1.0, abs=0.05)
    # T waves and baseline below, muscles and mains above.
    assert envelope(2.0).max() < 0.2
    assert envelope(0.3).max() < 0.03
    assert envelope(40.0).max() < 0.02


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_any_constant_gives_no_envelope(rate_hz: float) -> None:
    even, odd = qrs_kernels(rate_hz).envelope.sum(axis=0)
    assert abs(even) < 1e-12
    assert abs(odd) < 1e-12


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_fine_and_shape_give_a_slow_wave_at_the_times_they_name(rate_hz: float) -> None:
    """A 7 Hz sine, known everywhere, at an eighth of a sample and 8 ms apart."""
    kernels = qrs_kernels(rate_hz)

    def wave(t_s: np.ndarray[tuple[int], np.dtype[np.float64]]) -> list[float]:
        values: list[float] = np.sin(2 * np.pi * 7 * t_s + 0.4).tolist()
        return values

    samples = np.array(wave(around(kernels.fine.shape[1] // 2) / rate_hz))
    at_s = around(STEPS_PER_SAMPLE) / (STEPS_PER_SAMPLE * rate_hz)
    assert (kernels.fine @ samples).tolist() == pytest.approx(wave(at_s), abs=0.01)

    samples = np.array(wave(around(kernels.shape_reach) / rate_hz))
    for part in (0, 3, STEPS_PER_SAMPLE):
        middle_s = (part - STEPS_PER_SAMPLE // 2) / STEPS_PER_SAMPLE / rate_hz
        shape_s = middle_s + SHAPE_FROM_S + SHAPE_STEP_S * np.arange(SHAPE_N, dtype=np.float64)
        assert (kernels.shape[part] @ samples).tolist() == pytest.approx(wave(shape_s), abs=0.01)
