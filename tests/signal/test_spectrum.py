"""Densities against what is known of them, and against another program."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.signal.spectrum import band_weights, hann, welch


def test_area_of_the_density_is_the_variance() -> None:
    """Parseval: for one window exactly, of the windowed samples."""
    samples = np.random.default_rng(1).normal(0, 40, 1200)
    spectrum = welch(samples, 4.0)
    taper = hann(1200)
    tapered = (samples - samples.mean()) * taper

    area = spectrum.density.sum() * spectrum.spacing_hz
    assert area == pytest.approx(tapered.dot(tapered) / taper.dot(taper))
    many = welch(np.random.default_rng(2).normal(0, 40, 60000), 4.0)
    assert many.density.sum() * many.spacing_hz == pytest.approx(1600, rel=0.02)


def test_same_density_as_scipys_welch() -> None:
    from scipy.signal import welch as scipys

    samples = np.random.default_rng(3).normal(0, 40, 5000)
    ours = welch(samples, 4.0)
    frequencies_hz, density = scipys(samples, 4.0, window=hann(1200), noverlap=600)

    assert ours.n_windows == 7
    assert ours.frequencies_hz == pytest.approx(frequencies_hz)
    assert ours.density == pytest.approx(density, rel=1e-9)
    padded = welch(samples[:700], 4.0, 100.0, n_padded=801)
    _, density = scipys(samples[:700], 4.0, window=hann(400), noverlap=200, nfft=801)
    assert padded.density == pytest.approx(density, rel=1e-9)


@given(low_hz=st.floats(0.01, 0.2), middle_hz=st.floats(0.2, 0.3), high_hz=st.floats(0.3, 0.6))
def test_neighbouring_bands_add_up(low_hz: float, middle_hz: float, high_hz: float) -> None:
    """Wherever the edges lie between the lines, nothing is lost or counted twice."""
    lines_hz = np.arange(200) / 120
    parts = band_weights(lines_hz, low_hz, middle_hz) + band_weights(lines_hz, middle_hz, high_hz)

    assert parts == pytest.approx(band_weights(lines_hz, low_hz, high_hz))
    assert parts.sum() / 120 == pytest.approx(high_hz - low_hz)


def test_too_few_samples_are_refused() -> None:
    with pytest.raises(ValueError, match="four"):
        welch(np.ones(3), 4.0)
