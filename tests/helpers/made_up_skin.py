"""Skin conductance of known responses, and what the node tells of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from biofeedback.samples import Metric, Scr
from biofeedback.signal.eda import EdaNode

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["TO_PEAK_S", "at", "bateman", "made_up", "run"]

RISE_S, DECAY_S = 0.75, 2.0
TO_PEAK_S = float(np.log(DECAY_S / RISE_S) / (1 / RISE_S - 1 / DECAY_S))


def bateman(t_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Response of height 1: the difference of two exponentials."""
    after_s = np.clip(t_s, 0, None)
    height = np.exp(-TO_PEAK_S / DECAY_S) - np.exp(-TO_PEAK_S / RISE_S)
    shape: NDArray[np.float64] = np.exp(-after_s / DECAY_S) - np.exp(-after_s / RISE_S)
    shape /= height
    return shape


def made_up(
    seed: int, per_min: float, noise: float = 0.002, rate_hz: float = 20.0
) -> tuple[NDArray[np.float64], ...]:
    """Ten minutes: drift, lognormal responses (median 0.22, at least 0.05 µS), noise in µS."""
    rng = np.random.default_rng(seed)
    t_s = np.arange(0, 600, 1 / rate_hz)
    sc = 5 + 0.15 * np.sin(t_s / 200) + 0.2 * np.sin(2 * np.pi * t_s / 300)
    onsets_s = 10 + np.cumsum(rng.exponential(60 / per_min, 500))
    onsets_s = onsets_s[onsets_s < 585]
    amplitudes = np.maximum(rng.lognormal(np.log(0.22), 0.8, onsets_s.size), 0.05)
    for onset_s, amplitude in zip(onsets_s, amplitudes, strict=True):
        sc += amplitude * bateman(t_s - onset_s)
    return t_s, sc + rng.normal(0, noise, t_s.size), onsets_s + TO_PEAK_S, amplitudes


def run(
    t_s: NDArray[np.float64], sc: NDArray[np.float64], rate_hz: float | None = 20.0
) -> tuple[list[Scr], list[Metric]]:
    """Responses and measures of a whole recording."""
    node = EdaNode("skin", rate_hz)
    responses: list[Scr] = []
    metrics: list[Metric] = []
    for result in node.push(t_s, sc):
        if isinstance(result, Scr):
            responses.append(result)
        else:
            metrics.append(result)
    return responses, metrics


def at(metrics: list[Metric], name: str, t_s: float) -> Metric:
    """The measure of that name at that time."""
    return next(m for m in metrics if m.name == name and m.t_s == t_s)
