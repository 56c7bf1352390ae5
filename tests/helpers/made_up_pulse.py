"""Pulse waves with any beats at any times, and what a node makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from biofeedback.signal.ppg import PpgNode
from biofeedback.signal.wave_beat import WaveBeat
from biofeedback.simulation.pulse import PulseShape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from biofeedback.samples import Metric

    Numbers = NDArray[np.float64]

__all__ = ["Found", "beats_every", "even_times", "made_up_pulse", "run_ppg"]

# From the foot of a pulse to its mark: a little before it is steepest, which is a standard
# deviation before the first top.
MARK_AFTER_S = 0.055


class Found(NamedTuple):
    """What a node gave."""

    t_s: Numbers
    rr_ms: Numbers
    amplitude: Numbers
    quality: Numbers
    metrics: list[Metric]


def even_times(length_s: float, rate_hz: float, start_s: float = 0.0) -> Numbers:
    """Times of samples."""
    return start_s + np.arange(round(length_s * rate_hz)) / rate_hz


def beats_every(rr_s: float, length_s: float, swing_s: float = 0.02) -> Numbers:
    """Feet of pulses whose interval swings with a breath of ten seconds."""
    feet = [0.3]
    while feet[-1] < length_s:
        feet.append(feet[-1] + rr_s + swing_s * float(np.sin(0.628 * feet[-1])))
    return np.array(feet)


def made_up_pulse(
    t_s: Numbers,
    feet_s: Numbers,
    heights: Numbers | None = None,
    *,
    shape: PulseShape | None = None,
    white: float = 0.01,
    seed: int = 1,
) -> Numbers:
    """Pulses of height about 1 on a level of 20, with noise of a standard deviation."""
    shape = PulseShape() if shape is None else shape
    wave = 20.0 + white * np.random.default_rng(seed).standard_normal(t_s.size)
    rr_s = np.diff(feet_s, append=2 * feet_s[-1] - feet_s[-2])
    heights = np.ones(feet_s.size) if heights is None else heights
    for foot_s, after_s, height in zip(
        feet_s.tolist(), rr_s.tolist(), heights.tolist(), strict=True
    ):
        first, until = np.searchsorted(t_s, (foot_s - 0.5, foot_s + 3.0))
        since_s = t_s[first:until] - foot_s
        for centre_s, before_s, behind_s, part in shape.waves(after_s).tolist():
            width_s = np.where(since_s < centre_s, before_s, behind_s)
            bell = np.exp(-0.5 * ((since_s - centre_s) / width_s) ** 2)
            wave[first:until] += height * part * bell
    return wave


def run_ppg(
    t_s: Numbers,
    values: Numbers,
    rate_hz: float | None = None,
    cuts: Sequence[int] = (),
) -> Found:
    """Feed a node, cut at the given places."""
    node = PpgNode("finger/ppg", rate_hz)
    beats: list[WaveBeat] = []
    metrics: list[Metric] = []
    parts = zip(np.split(t_s, list(cuts)), np.split(values, list(cuts)), strict=True)
    for part_t_s, part in parts:
        for result in node.push(part_t_s, part):
            if isinstance(result, WaveBeat):
                beats.append(result)
            else:
                metrics.append(result)
    t, rr_ms, amplitude, quality = np.array(beats, dtype=np.float64).reshape(-1, 4).T
    return Found(t, rr_ms, amplitude, quality, metrics)
