"""RR series with known artifacts, seeded, for the tests of the pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["clean_rr_ms", "damaged", "swinging_rr_s"]


def clean_rr_ms(
    rng: np.random.Generator,
    n_beats: int,
    breaths_per_min: float,
    swing_bpm: float,
    heart_rate_bpm: float = 65.0,
) -> NDArray[np.float64]:
    """Sine swing (peak to trough), slow wander, 8 ms of noise a beat."""
    phase = rng.uniform(0, 2 * np.pi)
    rr_ms = np.empty(n_beats)
    wander_bpm = t_s = 0.0
    for i in range(n_beats):
        wander_bpm = 0.97 * wander_bpm + rng.normal(0, 0.4)
        swing = swing_bpm / 2 * np.sin(2 * np.pi * breaths_per_min / 60 * t_s + phase)
        rr_ms[i] = 60000 / (heart_rate_bpm + wander_bpm + swing)
        t_s += rr_ms[i] / 1000
    return rr_ms + rng.normal(0, 8, n_beats)


def damaged(
    rng: np.random.Generator, rr_ms: NDArray[np.float64], kind: str, share: float = 0.03
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Damage a share of the beats, at least six apart, none in the first fifteen.

    Returns
    -------
    t_s, rr_ms
        What the sensor would send.
    at_s
        Where the artifacts are: a missed beat's following beat, an extra or ectopic one itself.
    """
    n_artifacts = round(share * rr_ms.size)
    chosen: list[int] = []
    for place in rng.permutation(np.arange(15, rr_ms.size - 6)):
        if len(chosen) < n_artifacts and all(abs(place - other) > 6 for other in chosen):
            chosen.append(int(place))
    where = np.array(chosen)
    beats_ms = np.concatenate(([0.0], np.cumsum(rr_ms)))
    before_ms = beats_ms[where] - beats_ms[where - 1]
    if kind == "missed":
        at_ms = beats_ms[where + 1]
        sent_ms = np.delete(beats_ms, where)
    elif kind == "extra":
        share_of_interval = rng.uniform(0.2, 0.8, where.size)
        at_ms = beats_ms[where] + share_of_interval * (beats_ms[where + 1] - beats_ms[where])
        sent_ms = np.sort(np.concatenate((beats_ms, at_ms)))
    else:
        early = rng.uniform(0.2, 0.35, where.size)
        if kind == "shifted":
            early = 0.1 * rng.choice([-1.0, 1.0], where.size)
        at_ms = beats_ms[where] - early * before_ms
        sent_ms = beats_ms.copy()
        sent_ms[where] = at_ms
    return sent_ms[1:] / 1000, np.diff(sent_ms), at_ms / 1000


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
