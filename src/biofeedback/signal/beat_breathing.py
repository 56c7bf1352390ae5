"""Breathing as the heartbeat shows it: in its rhythm, and in the height of its wave.

The breath speeds the heart up and slows it down, and the chest that it fills changes how high
the ECG's R-waves stand. Either is a series of numbers, one a beat, whose spectrum over the
last 64 s has a peak at the rate of breathing, if the breath is what moves it most.

Often it is not. The heart has a rhythm of its own near six a minute (Mayer waves), which in a
person at rest with little swing stands higher than the breath. So a peak counts only where it
holds far more than all the rest together, stays where it is, and is no edge of something
slower. Where these do not hold there is no rate: the cue abstains. What the pacer asks for
has no say: paces lie where Mayer waves do, so that finding the pace there proves nothing.

References
----------
Charlton et al. (2016), Physiol. Meas. 37:610, and (2018), IEEE Rev. Biomed. Eng. 11:2 (rates
of breathing from the ECG; how far they can be trusted).
Moody et al. (1985), Comput. Cardiol. 12:113 (height of the R-wave).
Julien (2006), Cardiovasc. Res. 70:12 (Mayer waves).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import floor, isfinite, isnan, nan
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from biofeedback.signal.rolling import RollingRows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["HOP_S", "WINDOW_S", "BeatBreathing", "BreathEstimate", "HeartCue"]

WINDOW_S = 64.0
HOP_S = 5.0
RATE_HZ = 4.0
LOW_HZ, HIGH_HZ = 0.05, 0.45

_N_SAMPLES = 256
_N_PADDED = 2048
# What competes with the peak: from the slow waves of vessels to the fastest breath.
_TOTAL_HZ = (0.03, 0.5)
# No breath is like the next: the faster the rate, the wider its peak, here 12 % each way, but
# not less than the window's own width.
_WIDTH_SHARE, _LEAST_WIDTH_HZ = 0.12, 0.02
# Estimates in a row, and how far neighbours may differ.
_STEADY_ESTIMATES = 3
_STEADY_PER_MIN = 1.0
_SAME_PER_MIN = 1.0
# Values further than so many spreads from the median are no heights of a wave.
_OUTLIER_SPREADS = 5.0
_MAD_TO_SD = 1.4826
_MAX_STEP_S = 3.0

_OFFSETS_S = (np.arange(_N_SAMPLES) + 1.0) / RATE_HZ - WINDOW_S
_HANN = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(_N_SAMPLES) / _N_SAMPLES)
_CENTRED = np.arange(_N_SAMPLES) - (_N_SAMPLES - 1) / 2.0
_LINE = _CENTRED / np.sqrt(_CENTRED.dot(_CENTRED))
_STEP_HZ = RATE_HZ / _N_PADDED
_LINES = slice(round(_TOTAL_HZ[0] / _STEP_HZ), round(_TOTAL_HZ[1] / _STEP_HZ) + 1)
_FREQUENCIES_HZ = (np.arange(_N_PADDED // 2 + 1) * _STEP_HZ)[_LINES]
# One more than those looked at, to tell whether the last is a peak.
_N_LINES = _LINES.stop + 1


class HeartCue(StrEnum):
    """What in the heartbeat a rate of breathing was read from."""

    RHYTHM = "rhythm"
    AMPLITUDE = "amplitude"


@dataclass(frozen=True, slots=True)
class BreathEstimate:
    """A rate of breathing read from the heart at one moment, or that there is none.

    Parameters
    ----------
    t_s
        End of its window.
    cue
        What it was read from.
    source
        As in `Metric.source`, of the beats.
    breaths_per_min
        ``nan`` where the cue abstains.
    confidence
        0 to 1, 0 where it abstains.
    wait_s
        Seconds until there are enough beats, else 0.
    """

    t_s: float
    cue: HeartCue
    source: str
    breaths_per_min: float = nan
    confidence: float = 0.0
    wait_s: float = 0.0


class _Peak(NamedTuple):
    per_min: float
    # Power of the peak over all other power.
    dominance: float


class _Demand(NamedTuple):
    """How far a peak must stand out: to speak, to speak with another's word, to be sure."""

    alone: float
    seconded: float
    sure: float


# Spontaneous breathing with a small swing leaves Mayer waves at up to 2 times the rest; noise
# alone leaves a highest peak of up to once the rest in 99 of 100 windows.
_DEMANDS = {
    HeartCue.RHYTHM: _Demand(alone=2.0, seconded=1.0, sure=5.0),
    HeartCue.AMPLITUDE: _Demand(alone=1.0, seconded=0.6, sure=3.0),
}


def _peak(t_s: NDArray[np.float64], values: NDArray[np.float64], end_s: float) -> _Peak | None:
    """Highest peak of the spectrum, ``None`` where nothing moves or the highest is no peak."""
    even = np.interp(end_s + _OFFSETS_S, t_s, values)
    # As `mean`, at a third of its cost.
    even -= np.add.reduce(even) / _N_SAMPLES
    even -= _LINE * _LINE.dot(even)
    spectrum = np.fft.rfft(even * _HANN, _N_PADDED)[:_N_LINES]
    return _highest(spectrum.real**2 + spectrum.imag**2, t_s)


def _peaks(windows: Sequence[tuple[NDArray[np.float64], float]]) -> list[_Peak | None]:
    """`_peak` of the rows of each of many windows and its end, bit for bit."""
    even = np.array([np.interp(end_s + _OFFSETS_S, *rows) for rows, end_s in windows])
    even -= even.sum(axis=1, keepdims=True) / _N_SAMPLES
    # Row by row, since a product of matrices rounds otherwise.
    even -= np.array([[_LINE.dot(row)] for row in even]) * _LINE
    spectra = np.fft.rfft(even * _HANN, _N_PADDED)[:, :_N_LINES]
    powers = spectra.real**2 + spectra.imag**2
    return [_highest(power, rows[0]) for power, (rows, _) in zip(powers, windows, strict=True)]


def _highest(power: NDArray[np.float64], t_s: NDArray[np.float64]) -> _Peak | None:
    """The highest peak of the power of beats at some times."""
    # Beats sample the breath: half their rate is the fastest that they can show.
    beats_hz = (t_s.size - 1) / (t_s[-1] - t_s[0])
    first, last = round(LOW_HZ / _STEP_HZ), round(min(HIGH_HZ, beats_hz / 2.0) / _STEP_HZ)
    highest = first + int(power[first : last + 1].argmax())
    left, top, right = power[highest - 1 : highest + 2].tolist()
    if not (left < top > right):
        return None
    # The top of the parabola through three lines.
    peak_hz = (highest + (left - right) / (2.0 * (left - 2.0 * top + right))) * _STEP_HZ
    width_hz = max(_WIDTH_SHARE * peak_hz, _LEAST_WIDTH_HZ)
    is_peak = np.abs(_FREQUENCIES_HZ - peak_hz) <= width_hz
    total = power[_LINES]
    in_peak = float(np.add.reduce(total[is_peak]))
    rest = float(np.add.reduce(total)) - in_peak
    return _Peak(60.0 * peak_hz, in_peak / rest) if rest > 0.0 else None


def _without_outliers(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    distance = np.abs(values - np.median(values))
    kept: NDArray[np.bool_] = distance <= _OUTLIER_SPREADS * _MAD_TO_SD * np.median(distance)
    return kept


class _Cue:
    """One series of numbers, one a beat, and how steady its peak has been."""

    def __init__(self, cue: HeartCue) -> None:
        self.cue = cue
        self._rows = RollingRows(2, WINDOW_S + 2 * HOP_S)
        self.peak: _Peak | None = None
        self._n_steady = 0
        self.restart()

    def restart(self) -> None:
        self._rows.clear()
        self._began_s = nan
        self._last_s = nan
        self.peak = None
        self._n_steady = 0

    @property
    def is_empty(self) -> bool:
        return not len(self._rows)

    def add(self, t_s: float, value: float) -> None:
        if self.breaks_at(t_s):
            self.restart()
        if isnan(self._began_s):
            self._began_s = t_s
        self._last_s = t_s
        self._rows.append(t_s, value)

    def wait_s(self, end_s: float) -> float:
        """How long until a window that ends then is covered, 0 where it is."""
        return max(self._began_s + WINDOW_S - end_s, 0.0)

    def look(self, end_s: float) -> None:
        """Find the peak of the window that ends at a time."""
        rows = self.window(end_s)
        self.see(None if rows is None else _peak(rows[0], rows[1], end_s))

    def window(self, end_s: float) -> NDArray[np.float64] | None:
        """Times and values of the window that ends at a time, ``None`` where they are too few.

        A view: copy what must outlive the next beat.
        """
        if self.wait_s(end_s) > 0.0:
            return None
        rows = self._rows.since(end_s - WINDOW_S - HOP_S)
        if self.cue is HeartCue.AMPLITUDE:
            rows = rows[:, _without_outliers(rows[1])]
        return rows if rows.shape[1] > WINDOW_S / _MAX_STEP_S else None

    def breaks_at(self, t_s: float) -> bool:
        """Tell whether a next value at a time would begin anew."""
        return t_s - self._last_s > _MAX_STEP_S

    def see(self, peak: _Peak | None) -> None:
        """Take the peak of the next window."""
        before, self.peak = self.peak, peak
        is_steady = (
            before is not None
            and self.peak is not None
            and abs(self.peak.per_min - before.per_min) <= _STEADY_PER_MIN
        )
        self._n_steady = self._n_steady + 1 if is_steady else int(self.peak is not None)

    @property
    def is_steady(self) -> bool:
        """Whether the peak has stayed where it is for some estimates."""
        return self._n_steady >= _STEADY_ESTIMATES

    def estimate(self, t_s: float, source: str, other: _Cue) -> BreathEstimate:
        wait_s = self.wait_s(t_s)
        silent = BreathEstimate(t_s, self.cue, source, wait_s=wait_s)
        peak, demand = self.peak, _DEMANDS[self.cue]
        if peak is None or not self.is_steady:
            return silent
        confidence = min(peak.dominance / demand.sure, 1.0)
        least = demand.alone
        if other.peak is not None:
            if abs(other.peak.per_min - peak.per_min) <= _SAME_PER_MIN:
                least = demand.seconded
                confidence += (1.0 - confidence) / 2.0
            elif self.cue is HeartCue.RHYTHM and other.is_clear:
                # The waves' height knows of no rhythm of the vessels: it is the breath.
                return silent
        if peak.dominance < least:
            return silent
        return BreathEstimate(t_s, self.cue, source, peak.per_min, confidence)

    @property
    def is_clear(self) -> bool:
        """Whether this cue could speak without another's word."""
        return (
            self.is_steady
            and self.peak is not None
            and self.peak.dominance >= _DEMANDS[self.cue].alone
        )


class BeatBreathing:
    """Rates of breathing from the beats of one heart, every `HOP_S` of session time.

    Parameters
    ----------
    source
        As in `Metric.source`, of the beats.
    is_live
        False for a recording: then what the rhythm alone tells waits for `settle`, and many
        windows cost little more than one.
    """

    def __init__(self, source: str, *, is_live: bool = True) -> None:
        self._source = source
        self._is_live = is_live
        # Windows that are still to be looked at: when each is known, its end, and its beats.
        self._waiting: list[tuple[float, float, NDArray[np.float64] | None]] = []
        self._settled: list[tuple[float, BreathEstimate]] = []
        self._rhythm = _Cue(HeartCue.RHYTHM)
        self._amplitude = _Cue(HeartCue.AMPLITUDE)
        self._due_s = nan
        self._is_broken = True

    def add(
        self,
        t_s: float,
        rr_ms: float,
        amplitude: float,
        follows: bool,
        known_s: float = nan,
    ) -> list[BreathEstimate]:
        """Take the next beat; return the estimates that are due.

        Parameters
        ----------
        t_s
            End of the interval.
        rr_ms
            The corrected interval; one that is no number breaks the series.
        amplitude
            Height of the R-wave in any unit, ``nan`` where it is not known.
        follows
            Whether the interval began where the one before it ended.
        known_s
            When it became known; needed of a recording only.

        Returns
        -------
        list of BreathEstimate
            At multiples of `HOP_S`, one a cue that has anything to go by.
        """
        if not (isfinite(rr_ms) and rr_ms > 0.0):
            self._is_broken = True
            return []
        midpoint_s = t_s - rr_ms / 2000.0
        is_broken, self._is_broken = self._is_broken, False
        is_anew = is_broken or not follows
        if self._waiting and (is_anew or isfinite(amplitude) or self._rhythm.breaks_at(midpoint_s)):
            self._look_at_waiting()
        if is_anew:
            self._rhythm.restart()
            self._amplitude.restart()
        if self._rhythm.is_empty:
            self._due_s = (floor(midpoint_s / HOP_S) + 1.0) * HOP_S
        self._rhythm.add(midpoint_s, rr_ms)
        if isfinite(amplitude):
            self._amplitude.add(t_s, amplitude)
        if midpoint_s < self._due_s:
            return []
        end_s = self._due_s
        # An interval is shorter than the hop, so that none is passed over.
        self._due_s += HOP_S
        if not self._is_live and self._amplitude.is_empty:
            rows = self._rhythm.window(end_s)
            self._waiting.append((known_s, end_s, None if rows is None else rows.copy()))
            return []
        cues = [cue for cue in (self._rhythm, self._amplitude) if not cue.is_empty]
        for cue in cues:
            cue.look(end_s)
        others = {HeartCue.RHYTHM: self._amplitude, HeartCue.AMPLITUDE: self._rhythm}
        return [cue.estimate(end_s, self._source, others[cue.cue]) for cue in cues]

    def settle(self) -> list[tuple[float, BreathEstimate]]:
        """Return the estimates that waited, and when each was known."""
        if self._waiting:
            self._look_at_waiting()
        settled, self._settled = self._settled, []
        return settled

    def _look_at_waiting(self) -> None:
        """Look at all windows that wait, before anything changes what they are seen by."""
        waiting, self._waiting = self._waiting, []
        windows = [(rows, end_s) for _, end_s, rows in waiting if rows is not None]
        peaks = iter(_peaks(windows) if windows else ())
        rhythm = self._rhythm
        for known_s, end_s, rows in waiting:
            rhythm.see(None if rows is None else next(peaks))
            told = rhythm.estimate(end_s, self._source, self._amplitude)
            self._settled.append((known_s, told))
