"""Sample entropy and DFA alpha 1 of one sensor, every 5 s of session time.

Both are computed whole over the intervals of the last five minutes. Kept up beat by beat,
sample entropy would have to hold on to an old tolerance, which is a share of the window's own
standard deviation and moves with every beat; computed whole it is the published measure each
time. One beat is 1 in 300 of the window, so that 5 s are soon enough.
"""

from __future__ import annotations

from math import floor, inf, isnan
from typing import TYPE_CHECKING

from biofeedback.kinds import BeatOrigin
from biofeedback.signal.beat_window import BeatWindow
from biofeedback.signal.dfa import dfa_alpha
from biofeedback.signal.measures import MEASURES, measured, missing
from biofeedback.signal.quality import trust_in
from biofeedback.signal.sample_entropy import MIN_BEATS, sample_entropy

if TYPE_CHECKING:
    from biofeedback.samples import Metric
    from biofeedback.signal.tachogram import Interval

__all__ = ["HOP_S", "NAMES", "WINDOW_S", "NonlinearNode"]

NAMES = ("sample_entropy", "dfa_alpha1")
WINDOW_S = MEASURES["sample_entropy"].window_s
HOP_S = 5.0

_TOO_FEW = f"these need {MIN_BEATS} heartbeats in five minutes"
_TOO_STEADY = "the heart's rhythm hardly moves just now"


class NonlinearNode:
    """Sample entropy and DFA alpha 1 of one sensor.

    Parameters
    ----------
    source
        The sensor's id, or the stream's.
    origin
        What the beats were found in.
    """

    def __init__(self, source: str, origin: BeatOrigin = BeatOrigin.STRAP) -> None:
        self._source = source
        self._origin = origin
        self._window = BeatWindow(WINDOW_S)
        self._due_s = -inf

    def add(self, interval: Interval, corrected_share: float) -> list[Metric]:
        """Take the next interval; return the measures that are due.

        Parameters
        ----------
        interval
            The next corrected interval.
        corrected_share
            Corrected beats over all beats of the last `WINDOW_S`, 0 to 1.
        """
        self._window.add(interval)
        return self._measures(interval.end_s, corrected_share)

    def lost(self, t_s: float, corrected_share: float) -> list[Metric]:
        """Tell of a beat without a usable interval; parameters as for `add`."""
        self._window.advance(t_s)
        return self._measures(t_s, corrected_share)

    def _measures(self, t_s: float, corrected_share: float) -> list[Metric]:
        window = self._window
        is_filling = not window.spanned_s >= WINDOW_S
        # While it fills, each beat counts down.
        if t_s < self._due_s and not is_filling:
            return []
        self._due_s = (floor(t_s / HOP_S) + 1.0) * HOP_S
        wait_s = WINDOW_S if isnan(window.now_s) else window.wait_s(WINDOW_S)
        if wait_s > 0:
            return self._without(t_s, wait_s=wait_s)
        trust = trust_in(corrected_share, window.missing_share(WINDOW_S))
        if not trust.is_shown:
            return self._without(t_s, reason=trust.reason)
        rows = window.last(WINDOW_S)
        rr_ms, follows = rows[1], rows[2] > 0
        if rr_ms.size < MIN_BEATS:
            return self._without(t_s, reason=_TOO_FEW)
        values = (sample_entropy(rr_ms, follows), dfa_alpha(rr_ms, follows))
        return [
            missing(t_s, name, self._source, reason=_TOO_STEADY, origin=self._origin)
            if isnan(value)
            else measured(
                t_s,
                name,
                value,
                self._source,
                quality=trust.quality,
                reason=trust.reason,
                origin=self._origin,
            )
            for name, value in zip(NAMES, values, strict=True)
        ]

    def _without(self, t_s: float, *, wait_s: float = 0.0, reason: str = "") -> list[Metric]:
        return [
            missing(t_s, name, self._source, wait_s=wait_s, reason=reason, origin=self._origin)
            for name in NAMES
        ]
