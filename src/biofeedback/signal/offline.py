"""Measures of a whole recording, or of stretches of one, by the functions of the live nodes.

Where a live measure describes the last minute, these describe everything from ``start_s`` to
``end_s``. Measures of the beats exist in two forms: over the corrected intervals, and over
the intervals exactly as the sensor sent them, to be compared with other programs.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from math import inf, isfinite, isnan, nan
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from biofeedback.kinds import BeatOrigin, Role
from biofeedback.samples import Beat, Breath, Metric, sensor_of
from biofeedback.signal import hrv
from biofeedback.signal.band_powers import band_powers
from biofeedback.signal.breathing_fusion import HOP_S as FUSED_EVERY_S
from biofeedback.signal.dfa import LONG_BOXES, dfa_alpha
from biofeedback.signal.hf_meaning import why_no_hf
from biofeedback.signal.laid_beats import LaidBeats, coherence_windows, intervals_of
from biofeedback.signal.sample_entropy import sample_entropy
from biofeedback.signal.wave_trust import LEAST_QUALITY, OF_INTERVALS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from biofeedback.samples import Scr
    from biofeedback.signal.laid_beats import Stretch
    from biofeedback.signal.tachogram import Tachogram

    Published = Beat | Breath | Scr | Metric

Timed = TypeVar("Timed", Beat, Breath)

__all__ = ["RecordedResults", "coherence_windows", "intervals_of", "whole_record_measures"]

# Comparing every stretch of a day with every other takes minutes: then it is five minutes each.
_MAX_ENTROPY_S = 3600.0
_ENTROPY_WINDOW_S = 300.0
# Interval measures from pulses are that much less certain.
_PULSE_QUALITY = 0.8
_TOLD_SHARE = 0.5
# Beats of a greater one are better.
_ORIGINS = {BeatOrigin.PULSE: 0, BeatOrigin.STRAP: 1, BeatOrigin.ECG: 2}
# Live measures that no function of the events gives: their average stands for a stretch.
_NOT_AVERAGED = frozenset({"rsa_phase_deg", "arousal_zone", "breaths_per_min"})
_ZONES = {1.0: "above", 0.0: "within", -1.0: "below"}


class RecordedResults:
    """What the pipeline gave for a recording, sorted so that any stretch is quickly measured.

    Parameters
    ----------
    results
        Beats at least; breaths, responses and measures where there are any, each kind in order.
    partners
        Ids of the sensors on the partner, whose results are left out.
    """

    def __init__(
        self, results: Iterable[Published] = (), partners: Collection[str] = frozenset()
    ) -> None:
        self._partners: set[str] = set()
        for sensor_id in partners:
            self.leave_out(sensor_id)
        self._beats: dict[str, LaidBeats] = {}
        self._breaths: dict[str, list[Breath]] = {}
        self._metrics: dict[str, _MetricSeries] = {}
        self._reasons: dict[str, str] = {}
        for result in results:
            self.add(result)

    def leave_out(self, sensor_id: str) -> None:
        """Pass over what a sensor on the partner gives from now on."""
        # What the partner's sensors say together bears their role's name.
        self._partners |= {sensor_id, Role.PARTNER.value}

    def add(self, result: Published) -> None:
        """Take one more result."""
        if self._partners and sensor_of(result.source) in self._partners:
            return
        if isinstance(result, Metric):
            if isfinite(result.value):
                series = self._metrics.get(result.name)
                if series is None:
                    series = self._metrics[result.name] = _MetricSeries(result.source)
                series.add(result)
            elif result.reason:
                self._reasons[result.name] = result.reason
        elif isinstance(result, Beat):
            beats = self._beats.get(result.source)
            if beats is None:
                beats = self._beats[result.source] = LaidBeats()
            beats.add(result)
        elif isinstance(result, Breath):
            self._breaths.setdefault(result.source, []).append(result)

    @property
    def heart_source(self) -> str | None:
        """Of the hearts that beat for half as long as any, the best: ECG, strap, then pulse."""
        counts = {source: len(laid.beats) for source, laid in self._beats.items()}
        least = max(counts.values(), default=0) / 2.0
        # Of equal ones the first.
        return max(
            (source for source, count in counts.items() if count >= least),
            key=lambda source: _ORIGINS[self._beats[source].beats[0].origin],
            default=None,
        )

    @property
    def missing(self) -> dict[str, str]:
        """Why a measure that a sensor might have given never had a value, in words, by name."""
        return {name: reason for name, reason in self._reasons.items() if name not in self._metrics}

    def beats(self, source: str | None = None) -> list[Beat]:
        """All beats of a heart sensor, the first one's unless told; empty without one."""
        laid = self._beats.get(source or self.heart_source or "")
        return [] if laid is None else laid.beats

    def measures(
        self,
        start_s: float = -inf,
        end_s: float = inf,
        *,
        corrected: bool = True,
        source: str | None = None,
    ) -> dict[str, tuple[float, float]]:
        """Every measure over the stretch ``[start_s, end_s)``.

        Parameters
        ----------
        start_s, end_s
            The stretch, by the time at which a beat or measure ends.
        corrected
            Which form of the intervals to use.
        source
            The heart sensor; `heart_source` unless told.

        Returns
        -------
        dict
            Name to ``(value, quality)``. From the beats all of heart rate variability; the
            value is ``nan`` where there are too few. From breaths ``breaths_per_min``. Of all
            others the average of the live values, on the circle for ``rsa_phase_deg``; left
            out where no value was measured.
        """
        measures = self._averages(start_s, end_s)
        laid = self._beats.get(source or self.heart_source or "")
        stretch = None if laid is None else laid.between(start_s, end_s, corrected=corrected)
        spanned_s = 0.0
        if stretch is not None and stretch.beats:
            spanned_s = stretch.beats[-1].t_s - stretch.beats[0].t_s
        breaths_per_min = self._breathing(start_s, end_s, spanned_s)
        measures.pop("breaths_per_min", None)
        if breaths_per_min is not None:
            measures["breaths_per_min"] = breaths_per_min
        if stretch is not None:
            rate = None if breaths_per_min is None else breaths_per_min[0]
            if stretch.beats:
                trust = self._wave_trust(stretch.beats[0].source, start_s, end_s)
                measures |= _weighed(_of_beats(stretch, rate), trust)
        return measures

    def _wave_trust(self, source: str, start_s: float, end_s: float) -> float:
        """Mean quality of the waveform that the beats were found in; 1 where there is none."""
        for name in ("ecg_quality", "pulse_quality"):
            series = self._metrics.get(name)
            if series is not None and series.source == source:
                values, _ = series.values(start_s, end_s)
                if values:
                    return float(np.mean(values))
        return 1.0

    def zone_shares(self, start_s: float = -inf, end_s: float = inf) -> dict[str, float]:
        """Share of the told time above, within and below the window of tolerance.

        Returns
        -------
        dict
            Empty where nothing could be told.
        """
        series = self._metrics.get("arousal_zone")
        values = array("d") if series is None else series.values(start_s, end_s)[0]
        return {
            word: values.count(zone) / len(values) for zone, word in _ZONES.items() if len(values)
        }

    def _averages(self, start_s: float, end_s: float) -> dict[str, tuple[float, float]]:
        averages = {}
        for name, series in self._metrics.items():
            values, qualities = series.values(start_s, end_s)
            if not values or (name in _NOT_AVERAGED and name != "rsa_phase_deg"):
                continue
            value = float(np.mean(values))
            if name == "rsa_phase_deg":
                value = float(np.degrees(np.angle(np.exp(1j * np.radians(values)).mean())))
            averages[name] = (value, float(np.mean(qualities)))
        return averages

    def _breathing(
        self, start_s: float, end_s: float, spanned_s: float
    ) -> tuple[float, float] | None:
        """Breaths over their time, from the sensor that was made for it if there is one.

        What was read off the heart stands for a stretch only if it was told for half of it: the
        moments at which the heart shows a breath are not like the others.
        """
        for source in sorted(self._breaths, key=lambda source: "/" in source):
            durations_s = [
                breath.duration_s for breath in _between(self._breaths[source], start_s, end_s)
            ]
            if durations_s:
                return 60.0 * len(durations_s) / sum(durations_s), 1.0
        series = self._metrics.get("breaths_per_min")
        if series is None:
            return None
        values, qualities = series.values(start_s, end_s)
        if not values or len(values) * FUSED_EVERY_S < _TOLD_SHARE * spanned_s:
            return None
        return float(np.mean(values)), float(np.mean(qualities))


class _MetricSeries:
    """One measure over time, from the first sensor that gives it."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._t_s = array("d")
        self._values = array("d")
        self._qualities = array("d")

    def add(self, metric: Metric) -> None:
        if metric.source == self.source:
            self._t_s.append(metric.t_s)
            self._values.append(metric.value)
            self._qualities.append(metric.quality)

    def values(self, start_s: float, end_s: float) -> tuple[array[float], array[float]]:
        first, last = bisect_left(self._t_s, start_s), bisect_left(self._t_s, end_s)
        return self._values[first:last], self._qualities[first:last]


def _weighed(
    measures: dict[str, tuple[float, float]], trust: float
) -> dict[str, tuple[float, float]]:
    """Trust measures of beats no more than the waveform, as `WaveTrust` does live."""
    if trust >= 1.0:
        return measures
    return {
        name: told
        if name in OF_INTERVALS
        else (told[0], min(told[1], trust))
        if trust >= LEAST_QUALITY
        else (nan, 0.0)
        for name, told in measures.items()
    }


def _between(events: list[Timed], start_s: float, end_s: float) -> list[Timed]:
    first = bisect_left(events, start_s, key=lambda event: event.t_s)
    last = bisect_left(events, end_s, key=lambda event: event.t_s)
    return events[first:last]


def whole_record_measures(
    results: Iterable[Published],
    start_s: float = -inf,
    end_s: float = inf,
    *,
    corrected: bool = True,
    source: str | None = None,
) -> dict[str, tuple[float, float]]:
    """Every measure over a whole recording, or over the part ``[start_s, end_s)``.

    For many parts of one recording make one `RecordedResults` and ask it.

    Parameters
    ----------
    results
        What the pipeline gave for the recording: beats at least; breaths, responses and
        measures where there are any.
    start_s, end_s, corrected, source
        As for `RecordedResults.measures`.
    """
    return RecordedResults(results).measures(start_s, end_s, corrected=corrected, source=source)


def _of_beats(stretch: Stretch, breaths_per_min: float | None) -> dict[str, tuple[float, float]]:
    intervals = stretch.intervals
    rr_ms, follows = intervals.rr_ms, intervals.follows
    share = stretch.n_artifacts / len(stretch.beats)
    missing_share = 1.0
    if rr_ms.size:
        spanned_s = intervals.t_s[-1] - intervals.t_s[0] + rr_ms[0] / 1000.0
        missing_share = float(min(max(1.0 - rr_ms.sum() / 1000.0 / spanned_s, 0.0), 1.0))
    quality = max(1.0 - share - missing_share, 0.0)
    if stretch.beats[0].origin is BeatOrigin.PULSE:
        quality *= _PULSE_QUALITY
    values = {
        "heart_rate_bpm": hrv.mean_heart_rate_bpm(rr_ms),
        "mean_rr_ms": hrv.mean_rr_ms(rr_ms),
        "rmssd_ms": hrv.rmssd_ms(rr_ms, follows),
        "ln_rmssd": hrv.ln_rmssd(rr_ms, follows),
        "sdnn_ms": hrv.sdnn_ms(rr_ms),
        "pnn50_pct": hrv.pnn50_pct(rr_ms, follows),
        "pnn20_pct": hrv.pnn20_pct(rr_ms, follows),
        "sd1_ms": hrv.sd1_ms(rr_ms, follows),
        "sd2_ms": hrv.sd2_ms(rr_ms, follows),
        "sd2_sd1_ratio": hrv.sd2_sd1_ratio(rr_ms, follows),
        "triangular_index": hrv.triangular_index(rr_ms),
        "sdann_ms": hrv.sdann_ms(intervals.t_s, rr_ms),
        "sdnn_index_ms": hrv.sdnn_index_ms(intervals.t_s, rr_ms),
        "sample_entropy": _entropy(intervals),
        "dfa_alpha1": dfa_alpha(rr_ms, follows),
        "dfa_alpha2": dfa_alpha(rr_ms, follows, LONG_BOXES),
    }
    values |= _powers(intervals, breaths_per_min)
    windows = stretch.coherence_windows()
    shares = [share for _, share, _ in windows]
    ratios = [ratio for _, _, ratio in windows]
    values["coherence"] = float(np.median(shares)) if windows else nan
    values["coherence_ratio"] = float(np.median(ratios)) if windows else nan
    measures = {name: (value, 0.0 if isnan(value) else quality) for name, value in values.items()}
    measures["corrected_pct"] = (100.0 * share, 1.0)
    return measures


def _powers(intervals: Tachogram, breaths_per_min: float | None) -> dict[str, float]:
    # A spectrum of intervals out of all range would tell of the artifacts alone.
    is_usable = intervals.rr_ms.size > 1 and bool((intervals.rr_ms > 0).all())
    if not is_usable or not bool((np.diff(intervals.t_s) > 0).all()):
        return dict.fromkeys(
            ("lf_power_ms2", "hf_power_ms2", "lf_hf_ratio", "total_power_ms2"), nan
        )
    powers = band_powers(intervals, breaths_per_min=breaths_per_min)
    rates = np.array([] if breaths_per_min is None else [breaths_per_min])
    is_meaningless = bool(why_no_hf(rates, powers.slow_breath_hz))
    return {
        "lf_power_ms2": powers.lf_power_ms2,
        "hf_power_ms2": nan if is_meaningless else powers.hf_power_ms2,
        "lf_hf_ratio": nan if is_meaningless else powers.lf_hf_ratio,
        "total_power_ms2": powers.total_power_ms2,
        "vlf_power_ms2": powers.vlf_power_ms2,
        "breathing_power_ms2": powers.breathing_power_ms2,
    }


def _entropy(intervals: Tachogram) -> float:
    rr_ms, follows = intervals.rr_ms, intervals.follows
    if rr_ms.sum() <= 1000.0 * _MAX_ENTROPY_S:
        return sample_entropy(rr_ms, follows)
    numbers = np.floor(intervals.t_s / _ENTROPY_WINDOW_S)
    edges = np.flatnonzero(np.diff(numbers)) + 1
    parts = zip(np.split(rr_ms, edges), np.split(follows, edges), strict=True)
    found = [sample_entropy(part_ms, part_follows) for part_ms, part_follows in parts]
    found = [value for value in found if not isnan(value)]
    return float(np.mean(found)) if found else nan
