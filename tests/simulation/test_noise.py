from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import welch

from biofeedback.simulation.noise import BandNoise, FilteredNoise, Tones
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


def test_tones_are_a_function_of_time_in_one_band() -> None:
    """Standard deviation 1, all of it between the edges, read in blocks or at once."""
    tones = Tones(rng_for(1, "tones"), 0.3, 4.0)
    times_s = np.arange(40000) / 50
    whole = tones.at(times_s)
    blocks = [tones.at(part) for part in np.split(times_s, 400)]
    frequency_hz = np.fft.rfftfreq(times_s.size, 0.02)
    power = np.abs(np.fft.rfft(whole)) ** 2

    assert np.concatenate(blocks) == pytest.approx(whole, abs=1e-12)
    assert np.std(whole) == pytest.approx(1.0, rel=0.02)
    assert power[(frequency_hz > 0.29) & (frequency_hz < 4.01)].sum() > 0.99 * power.sum()


@pytest.mark.parametrize(("rate_hz", "high_hz"), [(130.0, 58.5), (1000.0, 150.0)])
def test_filtered_noise_holds_its_band(rate_hz: float, high_hz: float) -> None:
    """Standard deviation 1; the upper edge is drawn in where the rate is too low for it."""
    noise = FilteredNoise(rng_for(2, "filtered"), 20.0, 150.0, rate_hz)
    samples = np.concatenate([noise.following(100) for _ in range(600)])
    frequency_hz, power = welch(samples, rate_hz, nperseg=1000)
    is_in = (frequency_hz > 10.0) & (frequency_hz < high_hz * 1.15)

    assert np.std(samples) == pytest.approx(1.0, rel=0.02)
    assert power[is_in].sum() > 0.99 * power.sum()
    assert power[frequency_hz < 5].sum() < 0.001 * power.sum()
