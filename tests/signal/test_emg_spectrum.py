"""Powers of muscle, mains and movement in one window."""

from __future__ import annotations

import numpy as np
import pytest

from biofeedback.signal.emg_spectrum import EmgSpectrum

T_S = np.arange(500) / 1000.0


def tone(hz: float, amplitude: float = 1.0) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.asarray(amplitude * np.sin(2 * np.pi * hz * T_S + 0.3))


@pytest.mark.parametrize("hz", [26.0, 76.0, 134.0, 333.0, 426.0])
def test_a_tone_of_the_band_has_half_its_squared_amplitude(hz: float) -> None:
    found = EmgSpectrum(1000.0, 500).of(tone(hz, 4.0))
    assert found.muscle_power == pytest.approx(8.0, rel=0.02)


@pytest.mark.parametrize("hz", [50.0, 60.0])
def test_the_mains_are_recognised_and_set_apart(hz: float) -> None:
    spectrum = EmgSpectrum(1000.0, 500)
    spectrum.of(tone(hz, 4.0))
    found = spectrum.of(tone(hz, 4.0) + tone(3 * hz, 2.0))
    assert found.mains_hz == hz
    assert found.mains_power == pytest.approx(10.0, rel=0.03)
    assert found.muscle_power < 0.01
    assert found.mains_quality == 0.0


@pytest.mark.parametrize("place", [20, 100, 250, 400, 480])
def test_a_level_that_shifts_is_an_electrode_that_moved(place: int) -> None:
    samples = tone(101.0)
    samples[place:] += 1000.0
    found = EmgSpectrum(1000.0, 500).of(samples)
    assert found.has_popped(0.7)
    assert found.has_popped(np.nan)


def test_a_strong_muscle_is_no_electrode_that_moved() -> None:
    rng = np.random.default_rng(8)
    strong = np.diff(rng.normal(0, 500.0, 501))
    assert not EmgSpectrum(1000.0, 500).of(strong).has_popped(0.7)


def test_a_signal_that_stands_still_is_flat() -> None:
    assert EmgSpectrum(1000.0, 500).of(np.full(500, 7.0)).is_flat


def test_a_coarse_signal_is_not_clipped_and_a_rail_is() -> None:
    """At rest a 12-bit sensor sends few different numbers, often the same in a row."""
    rng = np.random.default_rng(5)
    coarse = np.round(rng.normal(0, 1.0, 500))
    assert not EmgSpectrum(1000.0, 500).of(coarse).is_clipped
    strong = np.clip(rng.normal(0, 500, 500), -300, 300)
    assert EmgSpectrum(1000.0, 500).of(strong).is_clipped
