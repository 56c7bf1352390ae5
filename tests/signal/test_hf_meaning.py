"""When HF and LF/HF say nothing."""

from __future__ import annotations

from math import isnan, nan

import numpy as np
import pytest

from biofeedback.signal.hf_meaning import is_breath_known, slow_breath_hz, why_no_hf


def rates(*parts: tuple[int, float]) -> np.ndarray:
    return np.concatenate([np.full(n, rate) for n, rate in parts])


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        (rates((100, 15.0)), ""),
        (rates((100, 9.0)), ""),
        (rates((100, 24.0)), ""),
        (rates((100, 6.0)), "slow"),
        (rates((92, 15.0), (8, 6.0)), ""),
        (rates((88, 15.0), (12, 6.0)), "slow"),
        (rates((88, 15.0), (12, 30.0)), "fast"),
        (rates((45, 0.0), (55, 6.0)), "slow"),
        (rates((45, 0.0), (55, 15.0)), ""),
    ],
)
def test_known_breath_outside_the_band_hides_them(known: np.ndarray, reason: str) -> None:
    """A tenth of the known time is enough, and a peak of blood pressure is then no breath."""
    for slow_hz in (nan, 0.1):
        found = why_no_hf(known, slow_hz)
        assert (reason in found) if reason else found == ""


@pytest.mark.parametrize("unknown", [np.empty(0), rates((100, 0.0)), rates((60, 0.0), (40, 15.0))])
def test_breath_that_is_not_known_is_read_from_the_spectrum(unknown: np.ndarray) -> None:
    assert not is_breath_known(unknown)
    assert why_no_hf(unknown, nan) == ""
    assert "slow" in why_no_hf(unknown, 0.1)


def test_slow_breath_is_one_peak_with_most_of_the_power() -> None:
    assert slow_breath_hz(0.1, 60.0, 100.0) == 0.1
    assert isnan(slow_breath_hz(0.1, 59.0, 100.0))
    assert isnan(slow_breath_hz(0.1, 0.0, 0.0))
    assert isnan(slow_breath_hz(nan, nan, nan))
