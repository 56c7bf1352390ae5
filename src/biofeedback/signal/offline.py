"""Measures of a whole recording, or of a stretch of one, by the functions of the live nodes.

Where a live measure describes the last minute, these describe everything from ``start_s`` to
``end_s``. Measures of the beats exist in two forms: over the corrected intervals, and over
the intervals exactly as the sensor sent them, to be compared with other programs.
"""

from __future__ import annotations

from math import ceil, inf, isfinite, isnan, nan
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.samples import Beat, Breath, Metric, RRFlag
from biofeedback.signal import hrv
from biofeedback.signal.coherence import HOP_S, WINDOW_S, coherence
from biofeedback.signal.rr_artifacts import is_gap
from biofeedback.signal.tachogram import ARTIFACTS, IntervalChain, Tachogram

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from biofeedback.samples import Scr

    Published = Beat | Breath | Scr | Metric

__all__ = ["coherence_windows", "intervals_of", "whole_record_measures"]

# Live measures that have no other form for a whole recording than their average.
_AVERAGED = ("rsa_bpm", "scl_microsiemens", "scr_per_min")


def intervals_of(beats: Iterable[Beat], *, corrected: bool = True) -> Tachogram:
    """Lay the intervals of one sensor's beats end to end.

    Parameters
    ----------
    beats
        Confirmed beats of one sensor, in order.
    corrected
        True for the corrected intervals. False for those that the sensor sent: each once and
        unchanged, whatever was found about it, so that only gaps in time are gaps.

    Returns
    -------
    Tachogram
        Empty arrays without a beat.

    Raises
    ------
    ValueError
        If the beats are of several sensors.
    """
    rows: list[tuple[float, float, bool]] = []
    chain = IntervalChain()
    sources: set[str] = set()
    last_t_s = nan
    for beat in beats:
        sources.add(beat.source)
        if corrected:
            interval = chain.add(beat)
            if interval is not None:
                rows.append(interval)
        elif beat.flag is not RRFlag.INSERTED:
            # Even an interval of 0 ms, which some files hold, is one that was sent.
            if isfinite(beat.rr_ms):
                follows = bool(rows) and not is_gap(beat.t_s, beat.rr_ms, last_t_s)
                rows.append((beat.t_s, beat.rr_ms, follows))
            last_t_s = beat.t_s
    if len(sources) > 1:
        msg = f"intervals of one sensor at a time, not of {sorted(sources)}"
        raise ValueError(msg)
    return Tachogram(
        np.array([row[0] for row in rows], dtype=np.float64),
        np.array([row[1] for row in rows], dtype=np.float64),
        np.array([row[2] for row in rows], dtype=np.bool_),
    )


def coherence_windows(intervals: Tachogram) -> list[tuple[float, float, float]]:
    """Coherence of each full window, at the moments at which it is due live.

    Returns
    -------
    list of tuple
        ``(end_s, share, ratio)``, every `HOP_S`, from stretches without a gap.
    """
    windows = []
    starts = np.flatnonzero(~intervals.follows)
    ends = [*starts[1:], intervals.t_s.size]
    for first, last in zip(starts, ends, strict=True):
        midpoint_s = intervals.midpoint_s[first:last]
        rr_ms = intervals.rr_ms[first:last]
        end_s = ceil((midpoint_s[0] + WINDOW_S) / HOP_S) * HOP_S
        while end_s <= midpoint_s[-1]:
            # The live node keeps one hop more than the window.
            near = slice(
                int(np.searchsorted(midpoint_s, end_s - WINDOW_S - HOP_S, side="right")),
                int(np.searchsorted(midpoint_s, end_s, side="left")) + 1,
            )
            found = coherence(midpoint_s[near], rr_ms[near], end_s)
            if not isnan(found.share):
                windows.append((end_s, found.share, found.ratio))
            end_s += HOP_S
    return windows


def whole_record_measures(
    results: Iterable[Published],
    start_s: float = -inf,
    end_s: float = inf,
    *,
    corrected: bool = True,
    source: str | None = None,
) -> dict[str, tuple[float, float]]:
    """Every measure over a whole recording, or over the part ``[start_s, end_s)``.

    Parameters
    ----------
    results
        What the pipeline gave for the recording: beats at least; breaths, responses and
        measures where there are any.
    start_s, end_s
        The part, by the time at which a beat or measure ends.
    corrected
        Which form of the intervals to use.
    source
        The heart sensor; the first that has a beat, unless told.

    Returns
    -------
    dict
        Name to ``(value, quality)``. From the beats: ``heart_rate_bpm`` (beats over time),
        ``rmssd_ms``, ``sdnn_ms``, ``pnn50_pct``, ``sd1_ms``, ``sd2_ms``, ``corrected_pct``,
        ``coherence`` and ``coherence_ratio`` (medians over 64 s windows); the value is
        ``nan`` where there are too few. From breaths: ``breaths_per_min``. Averages of the
        live values: ``rsa_bpm``, ``rsa_phase_deg`` (on the circle), ``scl_microsiemens``,
        ``scr_per_min``; left out where no value was measured.
    """
    inside = [result for result in results if start_s <= result.t_s < end_s]
    beats = [result for result in inside if isinstance(result, Beat)]
    if source is None and beats:
        source = beats[0].source
    beats = [beat for beat in beats if beat.source == source]
    measures = _of_beats(beats, corrected=corrected) if beats else {}
    durations_s = [result.duration_s for result in inside if isinstance(result, Breath)]
    if durations_s:
        measures["breaths_per_min"] = (60.0 * len(durations_s) / sum(durations_s), 1.0)
    by_name: dict[str, list[Metric]] = {}
    for result in inside:
        if isinstance(result, Metric) and isfinite(result.value):
            by_name.setdefault(result.name, []).append(result)
    for name in _AVERAGED:
        if name in by_name:
            measures[name] = _average([metric.value for metric in by_name[name]], by_name[name])
    if "rsa_phase_deg" in by_name:
        phases = np.exp(1j * np.radians([metric.value for metric in by_name["rsa_phase_deg"]]))
        mean_deg = float(np.degrees(np.angle(phases.mean())))
        measures["rsa_phase_deg"] = _average([mean_deg], by_name["rsa_phase_deg"])
    return measures


def _average(values: Sequence[float], metrics: Sequence[Metric]) -> tuple[float, float]:
    qualities = [metric.quality for metric in metrics]
    return float(np.mean(values)), float(np.mean(qualities))


def _of_beats(beats: Sequence[Beat], *, corrected: bool) -> dict[str, tuple[float, float]]:
    intervals = intervals_of(beats, corrected=corrected)
    rr_ms, follows = intervals.rr_ms, intervals.follows
    share = sum(beat.flag in ARTIFACTS for beat in beats) / len(beats)
    missing_share = 1.0
    if rr_ms.size:
        spanned_s = intervals.t_s[-1] - intervals.t_s[0] + rr_ms[0] / 1000.0
        missing_share = float(min(max(1.0 - rr_ms.sum() / 1000.0 / spanned_s, 0.0), 1.0))
    quality = max(1.0 - share - missing_share, 0.0)
    values = {
        "heart_rate_bpm": hrv.mean_heart_rate_bpm(rr_ms),
        "rmssd_ms": hrv.rmssd_ms(rr_ms, follows),
        "sdnn_ms": hrv.sdnn_ms(rr_ms),
        "pnn50_pct": hrv.pnn50_pct(rr_ms, follows),
        "sd1_ms": hrv.sd1_ms(rr_ms, follows),
        "sd2_ms": hrv.sd2_ms(rr_ms, follows),
    }
    windows = coherence_windows(intervals)
    shares = [share for _, share, _ in windows]
    ratios = [ratio for _, _, ratio in windows]
    values["coherence"] = float(np.median(shares)) if windows else nan
    values["coherence_ratio"] = float(np.median(ratios)) if windows else nan
    measures = {name: (value, 0.0 if isnan(value) else quality) for name, value in values.items()}
    measures["corrected_pct"] = (100.0 * share, 1.0)
    return measures
