"""Coherence: how much of the heart's swing lies at one single rhythm.

The last 64 s of RR intervals, drawn as straight lines between the middles of the intervals
and read off twice a second, give a spectrum; the share of its power around its highest
peak is the coherence. A pure sine reaches 0.89, not 1: a window of 64 s smears a line over
more than the 0.03 Hz that count as the peak.

Coherence rewards a narrow rhythm, not a large one: the size of the swing is `rsa_bpm`.

References
----------
McCraty, Atkinson, Tomasino and Bradley (2009), "The coherent heart", Integral Review 5:10-115:
peak in 0.04-0.26 Hz, 0.030 Hz wide. There the ratio of peak to rest is squared; here it is not.
"""

from __future__ import annotations

from math import ceil, inf, nan
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from biofeedback.signal.measures import measured, missing
from biofeedback.signal.rolling import RollingRows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from biofeedback.samples import Metric
    from biofeedback.signal.quality import Trust
    from biofeedback.signal.tachogram import Interval

__all__ = ["HOP_S", "WINDOW_S", "Coherence", "CoherenceNode", "coherence", "coherences"]

WINDOW_S = 64.0
HOP_S = 5.0

_RATE_HZ = 2.0
_N_SAMPLES = 128
_PEAK_HZ = (0.04, 0.26)
_HALF_WIDTH_HZ = 0.015
_TOTAL_HZ = (0.0033, 0.4)
# Padding to a finer grid, since the peak's width is less than two lines of a 64 s spectrum.
_N_PADDED = 1024
# Below this spread of the intervals what is left is rounding.
_MIN_SD_MS = 0.1

_OFFSETS_S = (np.arange(_N_SAMPLES) + 1.0) / _RATE_HZ - WINDOW_S
_HANN = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(_N_SAMPLES) / _N_SAMPLES)
_CENTRED = np.arange(_N_SAMPLES) - (_N_SAMPLES - 1) / 2.0
_LINE = _CENTRED / np.sqrt(_CENTRED.dot(_CENTRED))
_FREQUENCIES_HZ = np.arange(_N_PADDED // 2 + 1) * _RATE_HZ / _N_PADDED


def _between(low_hz: float, high_hz: float) -> NDArray[np.bool_]:
    frequencies_hz = _FREQUENCIES_HZ
    inside: NDArray[np.bool_] = (frequencies_hz >= low_hz) & (frequencies_hz <= high_hz)
    return inside


_IN_TOTAL = _between(*_TOTAL_HZ)
_IN_PEAK_BAND = _between(*_PEAK_HZ)


def _lines(inside: NDArray[np.bool_]) -> slice:
    """The same lines as a slice, for they lie side by side."""
    first, *_, last = np.flatnonzero(inside).tolist()
    return slice(first, last + 1)


_TOTAL_LINES = _lines(_IN_TOTAL)
_PEAK_LINES = _lines(_IN_PEAK_BAND)
_LINES_AROUND = {
    line: _lines(np.abs(_FREQUENCIES_HZ - _FREQUENCIES_HZ[line]) <= _HALF_WIDTH_HZ)
    for line in range(_PEAK_LINES.start, _PEAK_LINES.stop)
}
_N_TOGETHER = 256

_TOO_MANY = "heartbeats come faster than any heart beats"
_TOO_STEADY = "the heart's rhythm hardly moves just now"


class Coherence(NamedTuple):
    """Share of the power at the peak, 0 to 1; peak over rest, unsquared; where the peak is."""

    share: float
    ratio: float
    peak_hz: float


def coherence(
    midpoint_s: NDArray[np.float64], rr_ms: NDArray[np.float64], end_s: float
) -> Coherence:
    """Coherence of the `WINDOW_S` that end at a time.

    Parameters
    ----------
    midpoint_s : ndarray of float64, shape (n_beats,)
        Middles of intervals that follow each other without a gap, increasing.
    rr_ms : ndarray of float64, shape (n_beats,)
        Their lengths.
    end_s : float
        End of the window.

    Returns
    -------
    Coherence
        All ``nan`` where the intervals do not vary.

    Raises
    ------
    ValueError
        If the shapes differ, or the intervals do not cover the window.
    """
    if midpoint_s.ndim != 1 or midpoint_s.shape != rr_ms.shape:
        msg = f"midpoint_s {midpoint_s.shape} and rr_ms {rr_ms.shape} must be equal 1-D shapes"
        raise ValueError(msg)
    if not (midpoint_s.size and midpoint_s[0] <= end_s - WINDOW_S and midpoint_s[-1] >= end_s):
        msg = f"the intervals do not cover the {WINDOW_S:g} s before {end_s:g} s"
        raise ValueError(msg)
    even_ms = np.interp(end_s + _OFFSETS_S, midpoint_s, rr_ms)
    even_ms -= even_ms.mean()
    even_ms -= _LINE * _LINE.dot(even_ms)
    if even_ms.std() < _MIN_SD_MS:
        return Coherence(nan, nan, nan)
    spectrum = np.fft.rfft(even_ms * _HANN, _N_PADDED)
    power = spectrum.real**2 + spectrum.imag**2
    peak_hz = float(_FREQUENCIES_HZ[np.argmax(np.where(_IN_PEAK_BAND, power, -1.0))])
    is_peak = np.abs(_FREQUENCIES_HZ - peak_hz) <= _HALF_WIDTH_HZ
    peak = float(power[is_peak].sum())
    total = float(power[_IN_TOTAL].sum())
    rest = total - peak
    return Coherence(peak / total, peak / rest if rest > 0 else inf, peak_hz)


def coherences(
    midpoint_s: NDArray[np.float64], rr_ms: NDArray[np.float64], end_s: NDArray[np.float64]
) -> list[Coherence]:
    """Coherence of each of many windows, bit for bit that of `coherence`, in a fifth of the time.

    Parameters
    ----------
    midpoint_s, rr_ms
        As for `coherence`.
    end_s : ndarray of float64, shape (n_windows,)
        End of each window.

    Raises
    ------
    ValueError
        As `coherence`, if one of the windows is not covered.
    """
    if end_s.size and not (
        midpoint_s.size
        and midpoint_s[0] <= end_s.min() - WINDOW_S
        and midpoint_s[-1] >= end_s.max()
    ):
        msg = f"the intervals do not cover the {WINDOW_S:g} s before each window's end"
        raise ValueError(msg)
    found: list[Coherence] = []
    # Some at a time: the spectra of a day's windows together are a quarter of a gigabyte.
    for first in range(0, end_s.size, _N_TOGETHER):
        some_s = end_s[first : first + _N_TOGETHER]
        even_ms = np.interp(some_s[:, np.newaxis] + _OFFSETS_S, midpoint_s, rr_ms)
        even_ms -= even_ms.mean(axis=1, keepdims=True)
        # Row by row, since a product of matrices rounds otherwise.
        even_ms -= np.array([[_LINE.dot(row)] for row in even_ms]) * _LINE
        is_steady = even_ms.std(axis=1) < _MIN_SD_MS
        spectra = np.fft.rfft(even_ms * _HANN, _N_PADDED)[:, : _TOTAL_LINES.stop]
        power = spectra.real**2 + spectra.imag**2
        totals = power[:, _TOTAL_LINES].sum(axis=1)
        highest = (_PEAK_LINES.start + np.argmax(power[:, _PEAK_LINES], axis=1)).tolist()
        for row, steady, line, total in zip(power, is_steady, highest, totals, strict=True):
            if steady:
                found.append(Coherence(nan, nan, nan))
                continue
            peak = float(row[_LINES_AROUND[line]].sum())
            rest = float(total) - peak
            ratio = peak / rest if rest > 0 else inf
            found.append(Coherence(peak / float(total), ratio, float(_FREQUENCIES_HZ[line])))
    return found


class CoherenceNode:
    """Coherence of one sensor every `HOP_S` of session time, from intervals without a gap."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._rows = RollingRows(2, WINDOW_S + 2 * HOP_S)
        self._due_s = nan
        self._is_waiting = True

    def add(self, interval: Interval, trust: Trust) -> list[Metric]:
        """Take the next interval; return the measures that are due.

        Parameters
        ----------
        interval
            The next corrected interval.
        trust
            In the beats of the last `WINDOW_S`.
        """
        midpoint_s = interval.midpoint_s
        if not interval.follows:
            self._begin(midpoint_s)
        self._rows.append(midpoint_s, interval.rr_ms)
        if midpoint_s < self._due_s:
            if self._is_waiting:
                return self._without(interval.end_s, wait_s=self._due_s - midpoint_s)
            return []
        self._is_waiting = False
        end_s = self._due_s
        # An interval is shorter than the hop, so that none is passed over.
        self._due_s += HOP_S
        if not trust.is_shown:
            return self._without(end_s, reason=trust.reason)
        rows = self._rows.since(end_s - WINDOW_S - HOP_S)
        if not (rows.shape[1] and rows[0, 0] <= end_s - WINDOW_S):
            # More than are held: no heart beats so fast.
            return self._without(end_s, reason=_TOO_MANY)
        found = coherence(rows[0], rows[1], end_s)
        if not found.share > 0:
            return self._without(end_s, reason=_TOO_STEADY)
        quality, reason = trust.quality, trust.reason
        return [
            measured(end_s, "coherence", found.share, self._source, quality=quality, reason=reason),
            measured(
                end_s, "coherence_ratio", found.ratio, self._source, quality=quality, reason=reason
            ),
        ]

    def lost(self, t_s: float) -> list[Metric]:
        """Say that the series broke: 64 s have to pass from here at least."""
        self._begin(t_s)
        return self._without(t_s, wait_s=self._due_s - t_s)

    def _begin(self, t_s: float) -> None:
        self._rows.clear()
        self._is_waiting = True
        self._due_s = ceil((t_s + WINDOW_S) / HOP_S) * HOP_S

    def _without(self, t_s: float, *, wait_s: float = 0.0, reason: str = "") -> list[Metric]:
        return [
            missing(t_s, name, self._source, wait_s=wait_s, reason=reason)
            for name in ("coherence", "coherence_ratio")
        ]
