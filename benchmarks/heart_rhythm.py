"""A made-up heart at rest that breathes at six a minute: the same beats for both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["rr_intervals_ms"]

WINDOW_S = 300.0
MEAN_MS = 850.0
SWING_MS = 60.0
SWING_HZ = 0.1
NOISE_MS = 15.0


def rr_intervals_ms(duration_s: float, seed: int = 1) -> NDArray[np.float64]:
    """Return RR intervals that fill a time, in steps of 1/1024 s as a strap sends them."""
    rng = np.random.default_rng(seed)
    rr_ms: list[float] = []
    t_s = 0.0
    while t_s < duration_s:
        wished_ms = (
            MEAN_MS + SWING_MS * np.sin(2 * np.pi * SWING_HZ * t_s) + NOISE_MS * rng.normal()
        )
        rr_ms.append(round(wished_ms * 1.024) / 1.024)
        t_s += rr_ms[-1] / 1000
    return np.array(rr_ms)


def five_minutes_before(beat_s: NDArray[np.float64], position: int) -> NDArray[np.int64]:
    """Peaks of the last five minutes before a beat, as sample numbers at 1024 Hz."""
    now_s = beat_s[position - 1]
    recent_s = beat_s[(beat_s > now_s - WINDOW_S) & (beat_s <= now_s)]
    peaks: NDArray[np.int64] = np.rint((recent_s - recent_s[0]) * 1024).astype(np.int64)
    return peaks
