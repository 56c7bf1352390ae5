"""From intervals to a spectrum: the curve that is read off, too few beats, another program."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest

from biofeedback.signal.band_powers import (
    HF_HZ,
    LF_HZ,
    band_powers,
)
from biofeedback.signal.rr_spectrum import resampled, rr_spectrum
from biofeedback.signal.smoothness_priors import smoothness_priors
from biofeedback.signal.spectrum import welch
from biofeedback.signal.tachogram import Tachogram
from helpers.simulated_rr import at_rest, chained


@pytest.mark.parametrize("n", [0, 1, 2, 3, 10])
def test_next_to_no_beats_say_nothing(n: int) -> None:
    t_s = np.arange(1.0, n + 1)
    found = band_powers(Tachogram(t_s, np.full(n, 1000.0), np.arange(n) % 3 > 0))
    assert isnan(found.hf_power_ms2)
    assert rr_spectrum(chained(t_s, np.full(n, 1000.0))) is None


def test_curve_is_read_off_on_whole_quarters() -> None:
    record = at_rest(5, 60)
    t_s, even_ms = resampled(record.midpoint_s, record.rr_ms)
    assert np.array_equal(t_s * 4, np.rint(t_s * 4))
    assert t_s[0] >= record.midpoint_s[0]
    assert t_s[-1] <= record.midpoint_s[-1]
    assert t_s.shape == even_ms.shape
    assert resampled(record.midpoint_s[:1], record.rr_ms[:1])[0].size == 0


def test_neurokits_welch_gives_the_same_powers() -> None:
    """Its own segments, from the same 4 Hz curve: within half a percent."""
    import neurokit2 as nk

    record = at_rest(6, 320)
    _, even_ms = resampled(record.midpoint_s, record.rr_ms)
    left_ms = smoothness_priors(even_ms, 4.0)
    n = left_ms.size // 2
    ours = welch(left_ms, 4.0, n / 4, n_padded=2 * n)
    theirs = nk.signal_power(
        left_ms,
        [LF_HZ, HF_HZ],
        sampling_rate=4,
        method="welch",
        normalize=False,
        min_frequency=0.0033,
        max_frequency=0.5,
    ).to_numpy()[0]
    for (low_hz, high_hz), power_ms2 in zip((LF_HZ, HF_HZ), theirs, strict=True):
        # There a band is the trapezoids between the lines inside it.
        is_in = (ours.frequencies_hz >= low_hz) & (ours.frequencies_hz < high_hz)
        area_ms2 = np.trapezoid(ours.density[is_in], ours.frequencies_hz[is_in])
        assert area_ms2 == pytest.approx(power_ms2, rel=0.005)
