"""Measures of a body as its sensors' nodes would publish them, without the sensors."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.kinds import BeatOrigin
from biofeedback.signal.measures import measured, missing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from biofeedback.samples import Metric

__all__ = ["CALM", "STIRRED", "MeasuredBody", "stretch"]


@dataclass(frozen=True)
class MeasuredBody:
    """Level of each measure, ``None`` where no sensor gives it, and the quality of all."""

    heart_rate_bpm: float | None = 66.0
    rmssd_ms: float | None = 40.0
    scl_microsiemens: float | None = 5.0
    scr_per_min: float | None = 3.0
    breaths_per_min: float | None = 13.0
    movement_g: float | None = None
    quality: float = 1.0
    wander: float = 1.0
    is_lost: bool = False
    heart_origin: BeatOrigin | None = BeatOrigin.STRAP


CALM = MeasuredBody()
STIRRED = MeasuredBody(84.0, 18.0, 6.5, 14.0, 19.0)

_SOURCES = {
    "heart_rate_bpm": "strap",
    "rmssd_ms": "strap",
    "scl_microsiemens": "skin",
    "scr_per_min": "skin",
    "breaths_per_min": "belt",
    "movement_g": "chest",
}
# How far each wanders from second to second in somebody calm.
_WANDER = {
    "heart_rate_bpm": 1.5,
    "rmssd_ms": 3.0,
    "scl_microsiemens": 0.02,
    "breaths_per_min": 0.6,
}
_EVERY_S = {"breaths_per_min": 4}


def stretch(
    body: MeasuredBody, begin_s: int, end_s: int, seed: int = 0
) -> Iterator[tuple[float, Metric]]:
    """Give ``(known_s, metric)`` for each second after ``begin_s`` up to ``end_s``."""
    rng = np.random.default_rng((seed, begin_s))
    for second in range(begin_s + 1, end_s + 1):
        for name, source in _SOURCES.items():
            level = getattr(body, name)
            noise = float(rng.standard_normal())
            if level is None or second % _EVERY_S.get(name, 1):
                continue
            t_s = float(second)
            if body.is_lost:
                yield t_s, missing(t_s, name, source, reason="lost")
                continue
            value = level + body.wander * _WANDER.get(name, 0.0) * noise
            metric = measured(t_s, name, value, source, quality=body.quality)
            if source == "strap":
                metric = replace(metric, origin=body.heart_origin)
            yield t_s, metric
