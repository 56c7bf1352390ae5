from __future__ import annotations

import numpy as np
import pytest

from biofeedback.simulation.noise import BandNoise
from biofeedback.simulation.seeds import rng_for

STEP_S = 0.05
N_STEPS = 20 * 3600


def sampled(*, is_pink: bool = False) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    noise = BandNoise(rng_for(3, "noise"), 0.07, 0.13, 1.5, STEP_S, is_pink=is_pink)
    return np.array([noise.at(step) for step in range(N_STEPS)])


@pytest.mark.parametrize("is_pink", [False, True])
def test_standard_deviation_is_the_one_asked_for(is_pink: bool) -> None:
    """Over an hour the deviation is 1.5 within 3 % and the mean 0."""
    values = sampled(is_pink=is_pink)

    assert np.std(values) == pytest.approx(1.5, rel=0.03)
    assert np.mean(values) == pytest.approx(0.0, abs=0.02)


def test_all_power_lies_in_the_band() -> None:
    """Less than a thousandth of the power is outside 0.07 to 0.13 Hz (Hann window)."""
    values = sampled() * np.hanning(N_STEPS)
    power = np.abs(np.fft.rfft(values)) ** 2
    frequency_hz = np.fft.rfftfreq(N_STEPS, STEP_S)
    is_outside = (frequency_hz < 0.069) | (frequency_hz > 0.131)

    assert power[is_outside].sum() < 1e-3 * power.sum()


def test_reading_twice_gives_the_same() -> None:
    """The value belongs to the step, in whatever order steps are read."""
    noise = BandNoise(rng_for(3, "noise"), 0.07, 0.13, 1.5, STEP_S)
    first = [noise.at(step) for step in (0, 511, 512, 5000)]

    assert [noise.at(step) for step in (5000, 512, 511, 0)] == first[::-1]
