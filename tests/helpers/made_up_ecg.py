"""An ECG of Gaussian waves whose R peaks are known between the samples."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from biofeedback.signal.wave_beat import WaveBeat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from biofeedback.samples import Metric
    from biofeedback.signal.ecg import EcgNode

# Height, place and width (s) of P, Q, R, S and T; P and T move with the square root of the interval.
WAVES = (
    (0.12, -0.17, 0.025),
    (-0.12, -0.028, 0.010),
    (1.0, 0.0, 0.011),
    (-0.22, 0.030, 0.011),
    (0.30, 0.28, 0.050),
)
# A premature ventricular beat: broad, no P wave, T wave the other way.
VENTRICULAR = ((1.3, 0.0, 0.035), (-0.5, 0.25, 0.07))


class MadeUpEcg(NamedTuple):
    """Samples, and where their R peaks are."""

    t_s: NDArray[np.float64]
    values: NDArray[np.float64]
    peaks_s: NDArray[np.float64]


def made_up_ecg(
    rate_hz: float,
    *,
    bpm: float = 70.0,
    length_s: float = 30.0,
    noise: float = 0.005,
    spread: float = 0.04,
    t_height: float = 0.3,
    seed: int = 0,
) -> MadeUpEcg:
    """Return an ECG whose R waves are 1 high; ``spread`` is the SD of intervals over their mean."""
    rng = np.random.default_rng(seed)
    n_beats = int(length_s * bpm / 60 * 1.5) + 3
    intervals_s = 60 / bpm * (1 + spread * rng.standard_normal(n_beats))
    beats_s = 0.5 + np.cumsum(intervals_s) - intervals_s[0]
    beats_s = beats_s[beats_s < length_s - 0.5]
    stretch = min(sqrt(60 / bpm), 1.0)
    shape = (*WAVES[:4], (t_height, *WAVES[4][1:]))
    waves = [(a, at * stretch, w * stretch) if abs(at) > 0.1 else (a, at, w) for a, at, w in shape]
    t_s = np.arange(int(length_s * rate_hz)) / rate_hz
    values = with_waves(t_s, beats_s, waves) + noise * rng.standard_normal(t_s.size)
    return MadeUpEcg(t_s, values, beats_s + _summit_s(waves))


def with_waves(
    t_s: NDArray[np.float64],
    beats_s: NDArray[np.float64],
    waves: Sequence[tuple[float, float, float]],
) -> NDArray[np.float64]:
    """Sum of Gaussian waves about each beat."""
    values = np.zeros(t_s.size)
    for beat_s in beats_s.tolist():
        for height, at_s, width_s in waves:
            first, last = np.searchsorted(
                t_s, (beat_s + at_s - 7 * width_s, beat_s + at_s + 7 * width_s)
            )
            x = (t_s[first:last] - beat_s - at_s) / width_s
            values[first:last] += height * np.exp(-0.5 * x * x)
    return values


def _summit_s(waves: Sequence[tuple[float, float, float]]) -> float:
    """Where the highest point of the sum lies, a little beside the middle of its R wave."""
    t_s = np.linspace(-0.01, 0.01, 20_001)
    return float(t_s[with_waves(t_s, np.zeros(1), waves).argmax()])


def push_in_chunks(
    node: EcgNode,
    t_s: NDArray[np.float64],
    values: NDArray[np.float64],
    sizes: Sequence[int] = (73,),
) -> list[WaveBeat | Metric]:
    """Feed a node chunk by chunk; the sizes repeat."""
    results: list[WaveBeat | Metric] = []
    first = number = 0
    while first < t_s.size:
        until = first + sizes[number % len(sizes)]
        results += node.push(t_s[first:until], values[first:until])
        first, number = until, number + 1
    return results


def beats_of(results: Sequence[WaveBeat | Metric]) -> list[WaveBeat]:
    """Only the beats."""
    return [result for result in results if isinstance(result, WaveBeat)]


def metrics_of(results: Sequence[WaveBeat | Metric]) -> list[Metric]:
    """Only the measures."""
    return [result for result in results if not isinstance(result, WaveBeat)]


def times_s(beats: Sequence[WaveBeat]) -> NDArray[np.float64]:
    """When the beats were."""
    return np.array([beat.t_s for beat in beats])
