"""The points of the heart's wave: one for each beat, and whether a line leads to it.

Each point is one beat at the time it fell, ``60000 / corrected_rr_ms``. Where two beats are not
contiguous there is no line.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, nan
from typing import TYPE_CHECKING

from biofeedback.kinds import RRFlag

if TYPE_CHECKING:
    from collections.abc import Iterable

    from biofeedback.samples import Beat

__all__ = ["WavePoint", "points_of", "wave_points"]

# A beat that starts this long after the one before it ended is not contiguous with it: far
# above the jitter of arrival times, below the shortest interval that can be lost.
GAP_S = 0.25


@dataclass(frozen=True, slots=True)
class WavePoint:
    """One beat: when, how fast, and whether a line leads to it from the beat before."""

    t_s: float
    bpm: float
    is_joined: bool


def wave_points(beats: Iterable[Beat], ended_s: float = nan) -> list[WavePoint]:
    """Return the points of confirmed beats.

    Parameters
    ----------
    beats
        Oldest first.
    ended_s
        When the last measured interval before them ended; ``nan`` when there was none.

    Returns
    -------
    list of WavePoint
        A beat that takes no part (its corrected interval is ``nan``) has no point.
    """
    points: list[WavePoint] = []
    is_open = isfinite(ended_s)
    for beat in beats:
        if isfinite(beat.rr_ms):
            # Contiguity is judged on what was measured: correction shifts no time.
            starts_s = beat.t_s - beat.rr_ms / 1000.0
            if isfinite(ended_s) and starts_s - ended_s > GAP_S:
                is_open = False
            ended_s = beat.t_s
        if beat.flag in {RRFlag.GAP, RRFlag.OUT_OF_RANGE}:
            is_open = False
        if isfinite(beat.corrected_rr_ms):
            points.append(WavePoint(beat.t_s, 60_000.0 / beat.corrected_rr_ms, is_open))
            is_open = True
    return points


def points_of(pending: Iterable[tuple[float, float]], ended_s: float) -> list[WavePoint]:
    """Return the points of beats that are not confirmed yet, ``(t_s, rr_ms)``."""
    points: list[WavePoint] = []
    for t_s, rr_ms in pending:
        is_joined = isfinite(ended_s) and t_s - rr_ms / 1000.0 - ended_s <= GAP_S
        points.append(WavePoint(t_s, 60_000.0 / rr_ms, is_joined))
        ended_s = t_s
    return points
