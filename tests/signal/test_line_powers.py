"""One product gives what detrending, a window and a transform give."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.signal.band_powers import HF_HZ, LF_HZ
from biofeedback.signal.line_powers import LinePowers, line_powers
from biofeedback.signal.smoothness_priors import smoothness_priors
from biofeedback.signal.spectrum import welch


@settings(max_examples=25)
@given(seed=st.integers(0, 1000), n=st.sampled_from([480, 720, 960, 1200]))
def test_same_powers_as_step_by_step(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    even_ms = 850 + rng.normal(0, 40, n) + rng.normal(0, 6, n).cumsum()
    lines = line_powers(n)

    powers_ms2 = lines.powers_ms2(even_ms)
    spectrum = welch(smoothness_priors(even_ms, 4.0), 4.0)
    place = np.rint(lines.frequencies_hz / spectrum.spacing_hz).astype(int)

    assert powers_ms2 == pytest.approx(spectrum.density[place] * spectrum.spacing_hz, rel=1e-7)
    in_lf_ms2, in_hf_ms2 = lines.lf_and_hf @ powers_ms2
    assert in_lf_ms2 == pytest.approx(spectrum.power(*LF_HZ), rel=1e-9)
    assert in_hf_ms2 == pytest.approx(spectrum.power(*HF_HZ), rel=1e-9)


def test_constant_has_no_power() -> None:
    assert line_powers(480).powers_ms2(np.full(480, 850.0)).max() < 1e-15


def test_a_length_is_worked_out_once() -> None:
    assert line_powers(480) is line_powers(480)


def test_lines_reach_as_far_as_asked() -> None:
    lines = LinePowers(480, 0.03, 0.53)
    assert lines.frequencies_hz[0] == pytest.approx(4 / 120)
    assert lines.frequencies_hz[-1] == pytest.approx(64 / 120)
