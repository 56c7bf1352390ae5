"""RR series with known artifacts, seeded, for the tests of the pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from benchmarks.validation.rr_series import clean_rr_ms, damaged

from biofeedback.signal.tachogram import Tachogram

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["at_rest", "chained", "clean_rr_ms", "damaged", "swinging_rr_s"]


def swinging_rr_s(
    rng: np.random.Generator,
    duration_s: float,
    *,
    breaths_per_min: float,
    swing_bpm: float,
    peak_s: float = 0.0,
    heart_rate_bpm: float = 65.0,
    noise: float = 1.0,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Beats of a heart whose rate swings by a known amount, on top of what hearts do anyway.

    A beat falls where the integral of the rate crosses a whole number. To the sine come, at
    ``noise`` 1, slow drift (0.003-0.04 Hz, SD 1.75 bpm), Mayer waves (0.07-0.13 Hz, 1.2),
    fast noise (0.2-0.4 Hz, 0.8) and 5 ms of jitter.

    Parameters
    ----------
    peak_s
        A moment at which the sine is highest.

    Returns
    -------
    t_s, rr_ms
        Ends and lengths of the intervals.
    """
    t_s = np.arange(0.0, duration_s, 0.01)
    rate = heart_rate_bpm + swing_bpm / 2 * np.cos(
        2 * np.pi * breaths_per_min / 60 * (t_s - peak_s)
    )
    for low_hz, high_hz, sd_bpm in ((0.003, 0.04, 1.75), (0.07, 0.13, 1.2), (0.2, 0.4, 0.8)):
        lines_hz = np.linspace(low_hz, high_hz, 12)
        weights = 1 / np.sqrt(lines_hz) if low_hz < 0.01 else np.ones(12)
        weights *= noise * sd_bpm * np.sqrt(2 / np.sum(weights**2))
        phases = rng.uniform(0, 2 * np.pi, 12)
        for line_hz, weight, phase in zip(lines_hz, weights, phases, strict=True):
            rate += weight * np.cos(2 * np.pi * line_hz * t_s + phase)
    n_beats = np.cumsum(rate / 60 * 0.01)
    beats_s = np.interp(np.arange(1.0, np.floor(n_beats[-1])), n_beats, t_s + 0.01)
    beats_s += rng.normal(0, 0.005 * noise, beats_s.size)
    return beats_s[1:], np.diff(beats_s) * 1000


def chained(t_s: NDArray[np.float64], rr_ms: NDArray[np.float64]) -> Tachogram:
    """Intervals each of which follows the one before."""
    return Tachogram(t_s, rr_ms, np.arange(t_s.size) > 0)


def at_rest(seed: int, duration_s: float = 900.0) -> Tachogram:
    """Beats of a heart at rest, breathing fifteen times a minute."""
    rng = np.random.default_rng(seed)
    return chained(*swinging_rr_s(rng, duration_s, breaths_per_min=15, swing_bpm=5))
