"""Heart rate at a beat: the mean of the few intervals before it that follow on one another."""

from __future__ import annotations

from math import nan
from typing import NamedTuple

from biofeedback.signal.quality import MAX_CORRECTED_SHARE, trust_in

__all__ = ["TOO_FEW", "BeatRate", "Rate"]

# Heart rate is the mean of so many intervals: steady to read, and it still turns with a breath.
_N_BEATS = 5
_MAX_CORRECTED = 2
TOO_FEW = "too few heartbeats in a row"


class Rate(NamedTuple):
    """A heart rate and how far to trust it.

    Parameters
    ----------
    bpm
        ``nan`` where there is none.
    quality
        0 to 1.
    reason
        Why quality is below 1 or there is no rate, in words.
    window_s
        Time over which the mean was taken.
    """

    bpm: float
    quality: float
    reason: str
    window_s: float


class BeatRate:
    """Mean rate of the last intervals in a row, from one on."""

    __slots__ = ("_beats",)

    def __init__(self) -> None:
        # Length and whether an artifact ends it, of the intervals since the last gap.
        self._beats: list[tuple[float, bool]] = []

    def clear(self) -> None:
        """Begin anew: what follows does not follow on what was."""
        self._beats.clear()

    def add(self, rr_ms: float, *, is_corrected: bool) -> None:
        """Take the next interval."""
        self._beats.append((rr_ms, is_corrected))
        del self._beats[:-_N_BEATS]

    def now(self) -> Rate:
        """Return the rate at the last beat."""
        if not self._beats:
            return Rate(nan, 0.0, TOO_FEW, 0.0)
        n_beats = len(self._beats)
        whole_ms = sum(rr_ms for rr_ms, _ in self._beats)
        n_corrected = sum(is_corrected for _, is_corrected in self._beats)
        if n_corrected > _MAX_CORRECTED:
            return Rate(nan, 0.0, trust_in(1.0).reason, 0.0)
        share = n_corrected / n_beats
        # Over five beats the shares for a minute would hide a rate for one artifact.
        reason = trust_in(min(share, MAX_CORRECTED_SHARE)).reason if n_corrected else ""
        return Rate(60000.0 * n_beats / whole_ms, 1.0 - share, reason, whole_ms / 1000.0)
