"""The names of all measures the pipeline publishes, with unit, window and words.

`measured` and `missing` make a `Metric` from these, so that a measure's unit and window are
written once.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from math import nan
from types import MappingProxyType
from typing import TYPE_CHECKING

from biofeedback.samples import Metric

if TYPE_CHECKING:
    from collections.abc import Mapping

    from biofeedback.kinds import BeatOrigin

__all__ = ["MEASURES", "MeasureSpec", "measured", "metric", "missing"]


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
            # The heart, beat by beat.
            MeasureSpec("heart_rate_bpm", "bpm", 5.0, "Heart rate"),
            MeasureSpec("mean_rr_ms", "ms", 60.0, "Mean time between heartbeats"),
            MeasureSpec("rmssd_ms", "ms", 60.0, "Beat-to-beat variability (RMSSD)"),
            MeasureSpec("ln_rmssd", "", 60.0, "Logarithm of RMSSD"),
            MeasureSpec("sdnn_ms", "ms", 120.0, "Overall variability (SDNN)"),
            MeasureSpec("pnn50_pct", "%", 60.0, "Changes over 50 ms (pNN50)"),
            MeasureSpec("pnn20_pct", "%", 60.0, "Changes over 20 ms (pNN20)"),
            MeasureSpec("sd1_ms", "ms", 60.0, "Poincaré width (SD1)"),
            MeasureSpec("sd2_ms", "ms", 60.0, "Poincaré length (SD2)"),
            MeasureSpec("sd2_sd1_ratio", "", 60.0, "Poincaré length over width"),
            MeasureSpec("lf_power_ms2", "ms²", 300.0, "Slow variability (LF)"),
            MeasureSpec("hf_power_ms2", "ms²", 300.0, "Fast variability (HF)"),
            MeasureSpec("lf_hf_ratio", "", 300.0, "Slow over fast variability (LF/HF)"),
            MeasureSpec("total_power_ms2", "ms²", 300.0, "Variability over all rhythms"),
            MeasureSpec("breathing_power_ms2", "ms²", 120.0, "Variability at the breath's rhythm"),
            MeasureSpec("sample_entropy", "", 300.0, "Irregularity (sample entropy)"),
            MeasureSpec("dfa_alpha1", "", 300.0, "Scaling over 4 to 16 beats (DFA α1)"),
            MeasureSpec("corrected_pct", "%", 60.0, "Corrected heartbeats"),
            MeasureSpec("quality", "", 60.0, "Quality of the heart signal"),
            MeasureSpec("ecg_quality", "", 10.0, "Quality of the ECG"),
            MeasureSpec("pulse_quality", "", 10.0, "Quality of the pulse wave"),
            # The heart with the breath.
            MeasureSpec("coherence", "", 64.0, "Coherence"),
            MeasureSpec("coherence_ratio", "", 64.0, "Coherence ratio"),
            MeasureSpec("rsa_bpm", "bpm", 60.0, "Heart rate swing with the breath"),
            MeasureSpec("rsa_phase_deg", "°", 60.0, "Timing of the swing"),
            MeasureSpec("peak_to_trough_bpm", "bpm", 60.0, "Highest to lowest in each breath"),
            MeasureSpec("swing_smoothness", "", 60.0, "Smoothness of the swing"),
            # The breath.
            MeasureSpec("breaths_per_min", "/min", 15.0, "Breathing rate"),
            MeasureSpec("breath_irregularity_pct", "%", 60.0, "Unevenness of the breath"),
            MeasureSpec("breath_quality", "", 30.0, "Quality of the breathing signal"),
            MeasureSpec("adherence", "", 60.0, "Breathing with the pacer"),
            # The skin.
            MeasureSpec("scl_microsiemens", "µS", 30.0, "Skin conductance level"),
            MeasureSpec("scr_per_min", "/min", 60.0, "Skin conductance responses"),
            MeasureSpec("scr_sum_microsiemens", "µS", 60.0, "Size of all responses together"),
            MeasureSpec("scr_half_recovery_s", "s", 10.0, "Half recovery of a response"),
            MeasureSpec("skin_quality", "", 60.0, "Quality of the skin signal"),
            # Muscles and movement.
            MeasureSpec("emg_microvolts", "µV", 1.0, "Muscle activity"),
            MeasureSpec("tension_pct", "%", 5.0, "Muscle tension against your own rest"),
            MeasureSpec("muscle_quality", "", 10.0, "Quality of the muscle signal"),
            MeasureSpec("movement_g", "g", 5.0, "Movement"),
            # Everything together.
            MeasureSpec("arousal", "", 60.0, "Arousal against your own baseline"),
            MeasureSpec("arousal_zone", "", 60.0, "Window of tolerance"),
            # Two people.
            MeasureSpec("heart_synchrony", "", 300.0, "Heart rates moving together"),
            MeasureSpec("breath_synchrony", "", 300.0, "Breaths moving together"),
            MeasureSpec("skin_synchrony", "", 300.0, "Skin conductances moving together"),
            MeasureSpec("heart_phase_locking", "", 300.0, "Heart rates in step"),
            MeasureSpec("breath_phase_locking", "", 300.0, "Breaths in step"),
            MeasureSpec("skin_phase_locking", "", 300.0, "Skin conductances in step"),
            MeasureSpec("pacing_together", "", 60.0, "Pacing together"),
            # Only for whole recordings.
            MeasureSpec("vlf_power_ms2", "ms²", 300.0, "Very slow variability (VLF)"),
            MeasureSpec("dfa_alpha2", "", 3600.0, "Scaling over 16 to 64 beats (DFA α2)"),
            MeasureSpec("triangular_index", "", 1200.0, "Triangular index"),
            MeasureSpec("sdann_ms", "ms", 86400.0, "Spread of five-minute means (SDANN)"),
            MeasureSpec("sdnn_index_ms", "ms", 86400.0, "Mean of five-minute spreads (SDNN index)"),
        )
    }
)


# A frozen dataclass sets each field through object.__setattr__, 1.1 µs a metric; its slots
# themselves take half of that, and several nodes publish four a second.
(
    _set_t_s,
    _set_name,
    _set_value,
    _set_unit,
    _set_window_s,
    _set_quality,
    _set_wait_s,
    _set_reason,
    _set_source,
    _set_origin,
) = (vars(Metric)[field.name].__set__ for field in fields(Metric))
_new = object.__new__


def metric(
    t_s: float,
    name: str,
    value: float,
    unit: str,
    window_s: float,
    quality: float,
    wait_s: float,
    reason: str,
    source: str,
    origin: BeatOrigin | None,
) -> Metric:
    """Return ``Metric(t_s, name, …, origin)``, in half the time."""
    result = _new(Metric)
    _set_t_s(result, t_s)
    _set_name(result, name)
    _set_value(result, value)
    _set_unit(result, unit)
    _set_window_s(result, window_s)
    _set_quality(result, quality)
    _set_wait_s(result, wait_s)
    _set_reason(result, reason)
    _set_source(result, source)
    _set_origin(result, origin)
    return result


def measured(
    t_s: float,
    name: str,
    value: float,
    source: str,
    *,
    quality: float = 1.0,
    reason: str = "",
    window_s: float | None = None,
    origin: BeatOrigin | None = None,
) -> Metric:
    """Return a measure that has a value.

    Parameters
    ----------
    t_s, name, value, source, quality, reason, origin
        As in `Metric`.
    window_s
        Where the window is not that of `MEASURES`.
    """
    spec = MEASURES[name]
    width_s = spec.window_s if window_s is None else window_s
    return metric(t_s, name, value, spec.unit, width_s, quality, 0.0, reason, source, origin)


def missing(
    t_s: float,
    name: str,
    source: str,
    *,
    wait_s: float = 0.0,
    reason: str = "",
    window_s: float | None = None,
    origin: BeatOrigin | None = None,
) -> Metric:
    """Return a measure that has no value, with how long to wait or why."""
    spec = MEASURES[name]
    width_s = spec.window_s if window_s is None else window_s
    return metric(t_s, name, nan, spec.unit, width_s, 0.0, wait_s, reason, source, origin)
