"""What the summary needs of a whole session, kept small however long it lasts."""

from __future__ import annotations

from array import array
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.runtime.guide_log import GuideLog
from biofeedback.runtime.sources import ORIGINS
from biofeedback.samples import Beat, Metric, Result, RRFlag
from biofeedback.signal.tachogram import IntervalChain

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from biofeedback.samples import BeatOrigin

__all__ = ["SessionLog"]

# Sensors that are on from the beginning are all heard by then.
SETTLE_S = 20.0
_CORRECTED = frozenset(
    {RRFlag.MISSED, RRFlag.EXTRA, RRFlag.ECTOPIC, RRFlag.MISPLACED, RRFlag.OUT_OF_RANGE}
)


class SessionLog:
    """Remembers one person's session in about 20 bytes a beat.

    With several heart sensors it follows one: two hearts have no common curve. That is the first
    that is heard, unless a better one (`biofeedback.runtime.sources`) is heard within `SETTLE_S`.
    """

    def __init__(self) -> None:
        self.n_pauses = 0
        self.guides = GuideLog()
        self._origin: BeatOrigin | None = None
        self._first_s = 0.0
        self._begin()

    def _begin(self) -> None:
        self.t_s = array("d")
        self.heart_rate_bpm = array("d")
        self.swing_bpm = array("d")
        self.coherence_t_s = array("d")
        self.coherence = array("d")
        self.n_beats = 0
        self.n_corrected = 0
        self.n_gaps = 0
        self.n_rates = 0
        self._follows = array("b")
        self._chain = IntervalChain()
        self._heart_source: str | None = None

    def take(self, result: Result) -> None:
        """Remember what the summary will tell."""
        if isinstance(result, Beat):
            if self._is_better(result):
                self._begin()
                self._heart_source, self._origin = result.source, result.origin
            if result.source == self._heart_source:
                self._take_beat(result)
        elif isinstance(result, Metric) and self._heart_source in {None, result.source}:
            self._take_metric(result)
        else:
            self.guides.take(result)

    def _is_better(self, beat: Beat) -> bool:
        if self._origin is None:
            self._first_s = beat.t_s
            return True
        is_early = beat.t_s - self._first_s < SETTLE_S
        return is_early and ORIGINS[beat.origin] > ORIGINS[self._origin]

    def curve(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return ``(t_s, heart_rate_bpm)`` of all beats, with a ``nan`` in each gap.

        Returns
        -------
        tuple of ndarray of float64, shape (n_points,)
        """
        t_s, rate_bpm = np.array(self.t_s), np.array(self.heart_rate_bpm)
        breaks = np.flatnonzero(np.array(self._follows) == 0)
        breaks = breaks[breaks > 0]
        return np.insert(t_s, breaks, t_s[breaks]), np.insert(rate_bpm, breaks, np.nan)

    def _take_beat(self, beat: Beat) -> None:
        self.n_beats += beat.flag is not RRFlag.INSERTED
        self.n_corrected += beat.flag in _CORRECTED
        interval = self._chain.add(beat)
        if interval is None:
            return
        self.n_gaps += bool(self.t_s) and not interval.follows
        self.t_s.append(beat.t_s)
        self.heart_rate_bpm.append(60_000.0 / interval.rr_ms)
        self._follows.append(interval.follows)

    def _take_metric(self, metric: Metric) -> None:
        if not isfinite(metric.value):
            return
        match metric.name:
            case "heart_rate_bpm":
                self.n_rates += 1
            case "rsa_bpm":
                self.swing_bpm.append(metric.value)
            case "coherence":
                self.coherence_t_s.append(metric.t_s)
                self.coherence.append(metric.value)
