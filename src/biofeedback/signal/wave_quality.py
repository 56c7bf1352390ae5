"""How far a waveform of heartbeats can be trusted: the mean of what its last ten seconds count.

What a second counts, and what stands in the way, is told by those who know the waveform.
"""

from __future__ import annotations

from collections import Counter, deque
from math import isnan, nan
from typing import TYPE_CHECKING

from biofeedback.signal.measures import MEASURES, measured, missing

if TYPE_CHECKING:
    from biofeedback.kinds import BeatOrigin
    from biofeedback.samples import Metric

__all__ = ["GOOD", "WaveQuality"]

# A second that counts less has a reason.
GOOD = 0.8


class WaveQuality:
    """Gathers seconds into the measure.

    Parameters
    ----------
    name
        The measure's; its window says how many seconds count.
    source
        For the metrics.
    origin
        The waveform.
    learn_s
        How long after a start or a gap the first beats may take.
    missing_words, sparse_words
        The reasons of a second without samples, and of a sensor that measures too seldom.
    """

    def __init__(
        self,
        name: str,
        source: str,
        origin: BeatOrigin,
        learn_s: float,
        *,
        missing_words: str,
        sparse_words: str,
    ) -> None:
        self._name = name
        self._source = source
        self._origin = origin
        self._learn_s = learn_s
        self._missing_words = missing_words
        self._sparse_words = sparse_words
        self._seconds: deque[tuple[float, str]] = deque(maxlen=round(MEASURES[name].window_s))
        self._first_s = self._began_s = nan
        # Of the beats of this second, and of the last there was.
        self._beats: list[float] = []
        self._last_quality = nan

    def begin(self, t_s: float) -> None:
        """Wait for the first beats from now on."""
        self._began_s = t_s
        if isnan(self._first_s):
            self._first_s = t_s

    def skip(self, n_seconds: int) -> None:
        """Count seconds without samples."""
        window = self._seconds.maxlen or 0
        self._seconds.extend([(0.0, self._missing_words)] * min(n_seconds, window))

    def count(self, quality: float) -> None:
        """Count a beat of this second, in order of time."""
        self._last_quality = quality
        self._beats.append(quality)

    def mean_of_beats(self) -> float | None:
        """Return the mean quality of the second's beats, ``None`` without one, and begin anew."""
        beats, self._beats = self._beats, []
        return sum(beats) / len(beats) if beats else None

    def unseen(self, end_s: float) -> float:
        """Return what a second without a beat counts: ``nan`` while the first may yet come."""
        return nan if end_s - self._began_s < self._learn_s else 0.0

    def metric(self, end_s: float, score: float, reason: str) -> Metric:
        """Add a second and give the measure.

        Parameters
        ----------
        end_s
            Its end.
        score
            What it counts, 0 to 1; ``nan`` where that cannot be said yet.
        reason
            What stands in the way; empty for nothing.
        """
        if isnan(score) and not self._seconds:
            wait_s = max(self._learn_s - (end_s - self._began_s), 0.0)
            # Where it begins anew again and again, waiting has no end.
            is_endless = end_s - self._first_s > 2.0 * self._learn_s
            return missing(
                end_s,
                self._name,
                self._source,
                wait_s=0.0 if is_endless else wait_s,
                reason=self._missing_words if is_endless else "",
                origin=self._origin,
            )
        if not isnan(score):
            self._seconds.append((score, reason))
        value = sum(score for score, _ in self._seconds) / len(self._seconds)
        reasons = Counter(why for score, why in self._seconds if score < GOOD and why)
        why = reasons.most_common(1)[0][0] if reasons and value < GOOD else ""
        return measured(
            end_s,
            self._name,
            value,
            self._source,
            quality=value,
            reason=why,
            window_s=float(len(self._seconds)),
            origin=self._origin,
        )

    def too_sparse(self, end_s: float) -> Metric:
        """Give the measure of a sensor that cannot time beats."""
        return missing(
            end_s, self._name, self._source, reason=self._sparse_words, origin=self._origin
        )
