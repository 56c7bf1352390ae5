"""RR series of a swinging heart, and what a bad sensor makes of them, from given random numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["clean_rr_ms", "damaged"]


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
