"""All measures of one heart sensor, from its RR intervals.

Each interval that arrives goes through the artifact correction. What that confirms is
published beat by beat, and after it, once, the measures over windows that end at the newest
confirmed beat. Windows are recomputed whole: a running sum would drift in hour eight.
"""

from __future__ import annotations

from collections.abc import Callable
from math import isnan, nan
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.samples import RRFlag
from biofeedback.signal import hrv
from biofeedback.signal.beat_window import BeatWindow
from biofeedback.signal.coherence import WINDOW_S as COHERENCE_WINDOW_S
from biofeedback.signal.coherence import CoherenceNode
from biofeedback.signal.lockin import LockInNode
from biofeedback.signal.measures import MEASURES, measured, missing
from biofeedback.signal.quality import MAX_CORRECTED_SHARE, Trust, trust_in
from biofeedback.signal.rolling import RollingRows
from biofeedback.signal.rr_artifacts import RRCorrector
from biofeedback.signal.tachogram import ARTIFACTS, IntervalChain

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from biofeedback.samples import Beat, Metric
    from biofeedback.signal.pacer_history import PacerHistory
    from biofeedback.signal.tachogram import Interval

__all__ = ["NEEDS_INTERVALS", "HeartNode"]

# Heart rate is the mean of so many intervals: steady to read, and it still turns with a breath.
_RATE_BEATS = 5
_MAX_RATE_CORRECTED = 2
_KEEP_S = 120.0
_TOO_FEW = "too few heartbeats in a row"

_Measure = Callable[["NDArray[np.float64]", "NDArray[np.bool_]"], float]
_WINDOWED: dict[float, dict[str, _Measure]] = {
    60.0: {
        "rmssd_ms": hrv.rmssd_ms,
        "pnn50_pct": hrv.pnn50_pct,
        "sd1_ms": hrv.sd1_ms,
        "sd2_ms": hrv.sd2_ms,
    },
    120.0: {"sdnn_ms": lambda rr_ms, _: hrv.sdnn_ms(rr_ms)},
}
# What a sensor that sends no intervals cannot give.
NEEDS_INTERVALS = (
    *(name for measures in _WINDOWED.values() for name in measures),
    "coherence",
    "coherence_ratio",
)


class HeartNode:
    """Beats and measures of one sensor.

    Parameters
    ----------
    source
        The sensor's id.
    pacer
        What the pacer did, for the measures that lock on to it.
    """

    def __init__(self, source: str, pacer: PacerHistory) -> None:
        self._source = source
        self._pacer = pacer
        self._corrector = RRCorrector(source)
        self._chain = IntervalChain()
        self._window = BeatWindow(_KEEP_S)
        # Time, and 1 where the beat had to be corrected.
        self._beats = RollingRows(2, _KEEP_S)
        self._coherence = CoherenceNode(source)
        self._lock_in = LockInNode(source)
        # Length and whether an artifact ends it, of the intervals since the last gap.
        self._rate_beats: list[tuple[float, bool]] = []
        self._first_t_s = nan

    @property
    def pending(self) -> tuple[tuple[float, float], ...]:
        """``(t_s, rr_ms)`` of beats that came and are not confirmed."""
        return self._corrector.pending

    def push(self, t_s: float, rr_ms: float) -> list[Beat | Metric]:
        """Take one interval; return what it confirms and the measures after it."""
        if isnan(self._first_t_s):
            self._first_t_s = t_s
        results = self._confirmed(self._corrector.push(t_s, rr_ms))
        if not results and isnan(self._window.now_s):
            # So that a screen can count down from the first beat on.
            return [
                missing(self._first_t_s, name, self._source, wait_s=MEASURES[name].window_s)
                for name in ("heart_rate_bpm", *NEEDS_INTERVALS)
            ]
        return results

    def finish(self) -> list[Beat | Metric]:
        """Confirm what is pending: no beat will follow."""
        return self._confirmed(self._corrector.flush())

    def _confirmed(self, beats: list[Beat]) -> list[Beat | Metric]:
        if not beats:
            return []
        results: list[Beat | Metric] = []
        for beat in beats:
            results.append(beat)
            self._beats.append(beat.t_s, float(beat.flag in ARTIFACTS))
            interval = self._chain.add(beat)
            if interval is None:
                if beat.flag is RRFlag.OUT_OF_RANGE:
                    self._rate_beats.clear()
                    results += self._coherence.lost(beat.t_s)
                continue
            self._window.add(interval)
            if not interval.follows:
                self._rate_beats.clear()
            self._rate_beats.append((interval.rr_ms, beat.flag in ARTIFACTS))
            del self._rate_beats[:-_RATE_BEATS]
            results += self._coherence.add(interval, self._trust(COHERENCE_WINDOW_S))
            results += self._locked(interval)
        results += self._measures(beats[-1].t_s)
        return results

    def _locked(self, interval: Interval) -> list[Metric]:
        if self._pacer.is_empty:
            return []
        moment = self._pacer.at(interval.midpoint_s)
        return self._lock_in.add(interval, moment, self._trust(MEASURES["rsa_bpm"].window_s))

    def _corrected_share(self, t_s: float, window_s: float) -> float:
        beats = self._beats.since(t_s - window_s)[1]
        return float(beats.mean()) if beats.size else 0.0

    def _trust(self, window_s: float) -> Trust:
        """Trust in the newest intervals, with what is missing left to the caller."""
        return trust_in(self._corrected_share(self._window.now_s, window_s))

    def _measures(self, t_s: float) -> list[Metric]:
        self._window.advance(t_s)
        results = [self._heart_rate(t_s)]
        for window_s, measures in _WINDOWED.items():
            results += self._windowed(t_s, window_s, measures)
        window_s = MEASURES["quality"].window_s
        share = self._corrected_share(t_s, window_s)
        spanned_s = min(window_s, t_s - self._first_t_s)
        missing_share = self._window.missing_share(window_s)
        trust = trust_in(share, missing_share)
        results += (
            measured(t_s, "corrected_pct", 100.0 * share, self._source, window_s=spanned_s),
            measured(
                t_s,
                "quality",
                max(1.0 - share - missing_share, 0.0),
                self._source,
                reason=trust.reason,
                window_s=spanned_s,
            ),
        )
        return results

    def _heart_rate(self, t_s: float) -> Metric:
        if not self._rate_beats:
            return missing(t_s, "heart_rate_bpm", self._source, reason=_TOO_FEW)
        rr_ms = np.array([length_ms for length_ms, _ in self._rate_beats])
        n_corrected = sum(is_corrected for _, is_corrected in self._rate_beats)
        window_s = float(rr_ms.sum()) / 1000.0
        share = n_corrected / rr_ms.size
        # Over five beats the shares for a minute would hide a rate for one artifact.
        trust = trust_in(min(share, MAX_CORRECTED_SHARE))
        if n_corrected > _MAX_RATE_CORRECTED:
            trust = trust_in(1.0)
            return missing(t_s, "heart_rate_bpm", self._source, reason=trust.reason)
        return measured(
            t_s,
            "heart_rate_bpm",
            hrv.mean_heart_rate_bpm(rr_ms),
            self._source,
            quality=1.0 - share,
            reason=trust.reason,
            window_s=window_s,
        )

    def _windowed(self, t_s: float, window_s: float, measures: dict[str, _Measure]) -> list[Metric]:
        wait_s = window_s if isnan(self._window.now_s) else self._window.wait_s(window_s)
        if wait_s > 0:
            return [missing(t_s, name, self._source, wait_s=wait_s) for name in measures]
        share = self._corrected_share(t_s, window_s)
        trust = trust_in(share, self._window.missing_share(window_s))
        if not trust.is_shown:
            return [missing(t_s, name, self._source, reason=trust.reason) for name in measures]
        rows = self._window.last(window_s)
        results = []
        for name, measure in measures.items():
            value = measure(rows[1], rows[2] > 0)
            if isnan(value):
                results.append(missing(t_s, name, self._source, reason=_TOO_FEW))
                continue
            results.append(
                measured(t_s, name, value, self._source, quality=trust.quality, reason=trust.reason)
            )
        return results
