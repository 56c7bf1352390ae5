"""The names of all measures the pipeline publishes, with unit, window and words.

`measured` and `missing` make a `Metric` from these, so that a measure's unit and window are
written once.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from types import MappingProxyType
from typing import TYPE_CHECKING

from biofeedback.samples import Metric

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["MEASURES", "MeasureSpec", "measured", "missing"]


@dataclass(frozen=True, slots=True)
class MeasureSpec:
    """What a measure is.

    Parameters
    ----------
    name
        As in `Metric.name`, with the unit in it where it has one.
    unit
        As people write it; empty for a ratio or an index.
    window_s
        How much of the past it describes, seconds. Where the real window varies (the last
        five beats, the last five paced breaths), its usual length.
    label
        For a screen.
    """

    name: str
    unit: str
    window_s: float
    label: str


MEASURES: Mapping[str, MeasureSpec] = MappingProxyType(
    {
        spec.name: spec
        for spec in (
            MeasureSpec("heart_rate_bpm", "bpm", 5.0, "Heart rate"),
            MeasureSpec("rmssd_ms", "ms", 60.0, "Beat-to-beat variability (RMSSD)"),
            MeasureSpec("sdnn_ms", "ms", 120.0, "Overall variability (SDNN)"),
            MeasureSpec("pnn50_pct", "%", 60.0, "Changes over 50 ms (pNN50)"),
            MeasureSpec("sd1_ms", "ms", 60.0, "Poincaré width (SD1)"),
            MeasureSpec("sd2_ms", "ms", 60.0, "Poincaré length (SD2)"),
            MeasureSpec("corrected_pct", "%", 60.0, "Corrected heartbeats"),
            MeasureSpec("coherence", "", 64.0, "Coherence"),
            MeasureSpec("coherence_ratio", "", 64.0, "Coherence ratio"),
            MeasureSpec("rsa_bpm", "bpm", 60.0, "Heart rate swing with the breath"),
            MeasureSpec("rsa_phase_deg", "°", 60.0, "Timing of the swing"),
            MeasureSpec("quality", "", 60.0, "Quality of the heart signal"),
            MeasureSpec("breaths_per_min", "/min", 15.0, "Breathing rate"),
            MeasureSpec("scl_microsiemens", "µS", 30.0, "Skin conductance level"),
            MeasureSpec("scr_per_min", "/min", 60.0, "Skin conductance responses"),
            MeasureSpec("skin_quality", "", 60.0, "Quality of the skin signal"),
        )
    }
)


def measured(
    t_s: float,
    name: str,
    value: float,
    source: str,
    *,
    quality: float = 1.0,
    reason: str = "",
    window_s: float | None = None,
) -> Metric:
    """Return a measure that has a value.

    Parameters
    ----------
    t_s, name, value, source, quality, reason
        As in `Metric`.
    window_s
        Where the window is not that of `MEASURES`.
    """
    spec = MEASURES[name]
    width_s = spec.window_s if window_s is None else window_s
    return Metric(t_s, name, value, spec.unit, width_s, quality, 0.0, reason, source)


def missing(
    t_s: float,
    name: str,
    source: str,
    *,
    wait_s: float = 0.0,
    reason: str = "",
    window_s: float | None = None,
) -> Metric:
    """Return a measure that has no value, with how long to wait or why."""
    spec = MEASURES[name]
    width_s = spec.window_s if window_s is None else window_s
    return Metric(t_s, name, nan, spec.unit, width_s, 0.0, wait_s, reason, source)
