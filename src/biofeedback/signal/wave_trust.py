"""How far what is told of the heart can be trusted, by the waveform that its beats were found in.

Intervals may look all right although they are of noise: muscles that tense in a rhythm, a signal
cut off at the end of its range. What the waveform itself looks like tells (`ecg_quality`,
`pulse_quality`), so that no measure of its beats is better than that was over the measure's own
window, and none is shown where it was as bad as noise.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from math import inf, isnan, nan
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from biofeedback.samples import Metric

__all__ = ["LEAST_QUALITY", "OF_INTERVALS", "WaveTrust"]

# Below it what is found is as often noise as a beat.
LEAST_QUALITY = 0.15
_WINDOW_S = 300
# The first beats come before the first second is judged.
_UNJUDGED = 0.5
_JUST_BEGUN = "the signal has only just begun"
_QUALITY = "quality"
# What was found about the intervals, whatever they are of.
OF_INTERVALS = frozenset({"corrected_pct"})


class WaveTrust:
    """Weighs the measures of one heart by the quality of its waveform."""

    def __init__(self) -> None:
        # Time, quality, and why it is low, of each second.
        self._seconds: deque[tuple[float, float, str]] = deque(maxlen=_WINDOW_S)
        self._last_poor_s = inf

    def take(self, quality: Metric) -> None:
        """Keep the quality of the waveform at one second; one without a value is passed over."""
        if isnan(quality.value):
            return
        if not self._seconds:
            self._last_poor_s = -inf
        self._seconds.append((quality.t_s, quality.value, quality.reason))
        if quality.value < 1.0:
            self._last_poor_s = quality.t_s

    def weigh(self, metric: Metric) -> Metric:
        """Return a measure of the beats with no more trust than the waveform deserves."""
        since_s = metric.t_s - metric.window_s
        # Nearly always nothing was poor for a while, and that is quickly told.
        if self._last_poor_s <= since_s or isnan(metric.value) or metric.name in OF_INTERVALS:
            return metric
        trust, why = self._over(since_s)
        if metric.name == _QUALITY:
            # It is a quality itself.
            if trust >= metric.value:
                return metric
            return replace(metric, value=trust, reason=why or metric.reason)
        if trust >= metric.quality:
            return metric
        if trust < LEAST_QUALITY:
            return replace(metric, value=nan, quality=0.0, reason=why or metric.reason)
        return replace(metric, quality=trust, reason=why or metric.reason)

    def _over(self, since_s: float) -> tuple[float, str]:
        """Mean quality since a time, or the newest, and what was said last."""
        total, n, why = 0.0, 0, ""
        for t_s, quality, reason in reversed(self._seconds):
            if n and t_s <= since_s:
                break
            total += quality
            n += 1
            why = why or reason
        return (total / n, why) if n else (_UNJUDGED, _JUST_BEGUN)
