"""Beats of a recording laid end to end once, so that any stretch of them is quickly cut."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from math import ceil, isfinite, isnan, nan
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.samples import RRFlag
from biofeedback.signal.coherence import HOP_S, WINDOW_S, coherences
from biofeedback.signal.rr_artifacts import is_gap
from biofeedback.signal.tachogram import ARTIFACTS, IntervalChain, Tachogram

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from biofeedback.samples import Beat

__all__ = ["LaidBeats", "Stretch", "coherence_windows", "intervals_of"]

_Windows = list[tuple[float, float, float]]


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
    listed = list(beats)
    sources = {beat.source for beat in listed}
    if len(sources) > 1:
        msg = f"intervals of one sensor at a time, not of {sorted(sources)}"
        raise ValueError(msg)
    return _tachogram([row for row in _rows(listed, corrected=corrected) if row is not None])


def _rows(beats: Iterable[Beat], *, corrected: bool) -> list[tuple[float, float, bool] | None]:
    """For each beat the end, length and whether it follows, of the interval that it brings."""
    if corrected:
        return list(map(IntervalChain().add, beats))
    rows: list[tuple[float, float, bool] | None] = []
    is_first = True
    last_t_s = nan
    for beat in beats:
        t_s, rr_ms = beat.t_s, beat.rr_ms
        row = None
        if beat.flag is not RRFlag.INSERTED:
            # Even an interval of 0 ms, which some files hold, is one that was sent.
            if isfinite(rr_ms):
                row = (t_s, rr_ms, not is_first and not is_gap(t_s, rr_ms, last_t_s))
                is_first = False
            last_t_s = t_s
        rows.append(row)
    return rows


def _tachogram(rows: Sequence[tuple[float, float, bool]]) -> Tachogram:
    t_s, rr_ms, follows = zip(*rows, strict=True) if rows else ((), (), ())
    return Tachogram(
        np.array(t_s, dtype=np.float64),
        np.array(rr_ms, dtype=np.float64),
        np.array(follows, dtype=np.bool_),
    )


def coherence_windows(intervals: Tachogram) -> list[tuple[float, float, float]]:
    """Coherence of each full window, at the moments at which it is due live.

    Returns
    -------
    list of tuple
        ``(end_s, share, ratio)``, every `HOP_S`, from stretches without a gap.
    """
    windows: list[tuple[float, float, float]] = []
    starts = np.flatnonzero(~intervals.follows)
    ends = [*starts[1:], intervals.t_s.size] if starts.size else []
    for first, last in zip(starts, ends, strict=True):
        midpoint_s = intervals.midpoint_s[first:last]
        end_s = np.arange(_first_window_s(midpoint_s[0]), midpoint_s[-1] + HOP_S, HOP_S)
        end_s = end_s[end_s <= midpoint_s[-1]]
        found = coherences(midpoint_s, intervals.rr_ms[first:last], end_s)
        windows += [
            (at_s, one.share, one.ratio)
            for at_s, one in zip(end_s.tolist(), found, strict=True)
            if not isnan(one.share)
        ]
    return windows


def _first_window_s(midpoint_s: float) -> float:
    """End of the first window of intervals whose first has its middle there."""
    return ceil((midpoint_s + WINDOW_S) / HOP_S) * HOP_S


class LaidBeats:
    """Confirmed beats of one heart sensor, in order.

    What any stretch of them gives is what its beats alone would give.
    """

    def __init__(self) -> None:
        self.beats: list[Beat] = []
        self._laid: dict[bool, _Laid] = {}
        self._n_artifacts: NDArray[np.intp] = np.zeros(1, dtype=np.intp)

    def add(self, beat: Beat) -> None:
        """Take the next beat."""
        self.beats.append(beat)
        if self._laid:
            self._laid.clear()

    def between(self, start_s: float, end_s: float, *, corrected: bool) -> Stretch:
        """Return the beats from one time to before another, and all that is known of them.

        Parameters
        ----------
        start_s, end_s
            By the time of a beat.
        corrected
            As for `intervals_of`.
        """
        if corrected not in self._laid:
            self._laid[corrected] = _Laid(self.beats, corrected=corrected)
            is_artifact = [beat.flag in ARTIFACTS for beat in self.beats]
            self._n_artifacts = np.concatenate(([0], np.cumsum(is_artifact, dtype=np.intp)))
        first = bisect_left(self.beats, start_s, key=_time_s)
        last = max(bisect_left(self.beats, end_s, key=_time_s), first)
        n_artifacts = int(self._n_artifacts[last] - self._n_artifacts[first])
        return Stretch(self._laid[corrected], self.beats[first:last], first, n_artifacts)


class Stretch:
    """Some beats in a row of a recording."""

    def __init__(self, laid: _Laid, beats: list[Beat], first: int, n_artifacts: int) -> None:
        self.beats = beats
        self.n_artifacts = n_artifacts
        self.intervals, self._is_cut = laid.intervals(beats, first)
        self._laid = laid

    def coherence_windows(self) -> _Windows:
        """As the function of this name, of the intervals."""
        if not self._is_cut:
            return coherence_windows(self.intervals)
        return self._laid.windows(self.intervals)


class _Laid:
    """All beats laid end to end in one form."""

    def __init__(self, beats: Sequence[Beat], *, corrected: bool) -> None:
        self._is_corrected = corrected
        rows = _rows(beats, corrected=corrected)
        self._whole = _tachogram([row for row in rows if row is not None])
        # Which beats bring an interval, and how many are brought before each.
        brought = np.array([row is not None for row in rows], dtype=np.bool_)
        self._bringing: NDArray[np.intp] = np.flatnonzero(brought)
        self._n_before = np.concatenate(([0], np.cumsum(brought, dtype=np.intp)))
        self._windows: _Windows | None = None
        self._ends_s: list[float] = []

    def intervals(self, beats: Sequence[Beat], first: int) -> tuple[Tachogram, bool]:
        """Give the intervals of a stretch, and whether they are a part of the whole's.

        Parameters
        ----------
        beats
            The stretch.
        first
            How many beats are before it.
        """
        begin, end = self._n_before[first], self._n_before[first + len(beats)]
        whole = self._whole
        # An early beat that has none before it stays where it is, and is not put into its place.
        if begin == end or whole.t_s[begin] != beats[self._bringing[begin] - first].t_s:
            return intervals_of(beats, corrected=self._is_corrected), False
        follows = whole.follows[begin:end].copy()
        follows[0] = False
        return Tachogram(whole.t_s[begin:end], whole.rr_ms[begin:end], follows), True

    def windows(self, part: Tachogram) -> _Windows:
        """Give `coherence_windows` of a part of the whole.

        They end at the same multiples of `HOP_S` wherever the part begins, and so are among
        those of the whole.
        """
        if self._windows is None:
            self._windows = coherence_windows(self._whole)
            self._ends_s = [end_s for end_s, _, _ in self._windows]
        midpoint_s = part.midpoint_s
        begin = bisect_left(self._ends_s, _first_window_s(float(midpoint_s[0])))
        return self._windows[begin : bisect_right(self._ends_s, float(midpoint_s[-1]))]


def _time_s(beat: Beat) -> float:
    return beat.t_s
