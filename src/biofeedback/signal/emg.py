"""Muscle activity: from a raw electromyogram (EMG) or from a slow sensor's own envelope.

A raw EMG (`MIN_WAVEFORM_RATE_HZ` or faster) is taken in windows of 0.5 s, four a second, counted
from the first sample after a gap. In each, the root mean square of what lies in 20 to 450 Hz,
as far as the rate allows, is summed up in the spectrum (Parseval's theorem). Around the mains'
frequency and its harmonics the spectrum is bridged from its neighbours: a notch that takes
nothing of the muscle away. Whether the mains have 50 or 60 Hz is found in the signal. A slower
sensor sends an envelope; it is taken as it is.

Tension is activity against the person's own rest: the level below which one tenth of the
seconds lie, older seconds counting ever less. So 100 % is at rest, whatever the sensor's unit.

References
----------
Merletti and Torino (1999), ISEK standards for reporting EMG data, J. Electromyogr. Kinesiol.
9:III-IV; Hermens et al. (2000), SENIAM, J. Electromyogr. Kinesiol. 10:361-374 (band, envelope).
Stegeman and Hermens (2007), SENIAM 8 (root mean square over 0.25 to 0.5 s).
"""

from __future__ import annotations

from collections import deque
from math import floor, isfinite, isnan, nan, sqrt
from statistics import fmean
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from biofeedback.signal.emg_spectrum import EmgSpectrum
from biofeedback.signal.measures import MEASURES, measured, missing
from biofeedback.signal.rest_level import RestLevel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from biofeedback.samples import Metric

__all__ = ["MIN_WAVEFORM_RATE_HZ", "EmgNode"]

# A band of 20 to 45 Hz is the least that still shows a muscle; slower sensors send envelopes.
MIN_WAVEFORM_RATE_HZ = 100.0
HOPS_PER_S = 4
# Rest is known, roughly, after so many seconds, and well after so many.
REST_NEEDS_S = 30
REST_GOOD_S = 120

_STEPS_BEFORE_GAP = 1.5
_MAX_STEP_S = 1.0
# Of the windows in a second, or of its samples, so many must be usable.
_MIN_VALID_SHARE = 0.5
_TENSION_NEEDS_S = 3
# An envelope at rest may well stand still for a while, but not for so long.
_FLAT_S = 10.0
# An envelope that stands still this far above rest has reached the end of its range.
_CEILING_S = 1.0
_CEILING_TENSION = 3.0
_CLIPPED_QUALITY = 0.3
# No muscle in any unit: squares of much larger numbers would not be finite.
_MOST = 1e12
# Where samples come so much faster than the sensor's own rate, its band is not what it seems.
_LEAST_SPAN = 0.7
_GOOD_QUALITY = 0.9

_FLAT = "the muscle sensor sends the same number again and again"
_CLIPPED = "the muscle signal is stronger than the sensor can measure"
_NEGATIVE = "this muscle sensor sends something other than a level of activity"
_BROKEN = "the muscle signal comes in pieces"
_HASTY = "the muscle sensor sends faster than it says, so that its signal cannot be read"
_LEARNING = "learning how your muscle is at rest"


class _Piece(NamedTuple):
    """One window of a waveform, or one second of an envelope; value ``nan``: not usable."""

    value: float
    quality: float
    reason: str


class EmgNode:
    """Activity, tension and quality of one muscle sensor, once a second.

    Parameters
    ----------
    source
        The sensor's id.
    rate_hz
        Nominal sampling rate; ``None`` where samples come irregularly, taken as an envelope.
    """

    def __init__(self, source: str, rate_hz: float | None) -> None:
        self._source = source
        self._rest = RestLevel()
        self._signal: _Waveform | _Envelope
        if rate_hz is not None and rate_hz >= MIN_WAVEFORM_RATE_HZ:
            self._signal = _Waveform(rate_hz, self._rest)
        else:
            self._signal = _Envelope(rate_hz, self._rest)
        # End and value of the last seconds that were usable; their qualities with reasons.
        self._values: deque[tuple[float, float]] = deque(maxlen=8)
        self._pieces: deque[tuple[float, _Piece]] = deque(maxlen=16)

    def push(self, t_s: NDArray[np.float64], emg: NDArray[np.float64]) -> list[Metric]:
        """Take the next samples; return the measures of each second that they complete.

        Parameters
        ----------
        t_s
            Times in seconds, shape ``(n,)``, increasing.
        emg
            Microvolts, shape ``(n,)``; a value that is no number, or beyond any muscle, is a gap.
        """
        is_possible = np.abs(emg) <= _MOST
        if not is_possible.all():
            emg = np.where(is_possible, emg, nan)
        return [
            metric
            for end_s, piece in self._signal.push(t_s, emg)
            for metric in self._second(end_s, piece)
        ]

    def _second(self, end_s: float, piece: _Piece) -> tuple[Metric, ...]:
        self._pieces.append((end_s, piece))
        name = "emg_microvolts"
        if isnan(piece.value):
            activity = missing(end_s, name, self._source, reason=piece.reason)
        else:
            self._values.append((end_s, piece.value))
            self._rest.add(piece.value)
            activity = measured(
                end_s,
                name,
                piece.value,
                self._source,
                quality=piece.quality,
                reason=piece.reason,
            )
        return (activity, self._tension(end_s, piece), self._quality(end_s))

    def _tension(self, end_s: float, piece: _Piece) -> Metric:
        name = "tension_pct"
        if isnan(piece.value):
            return missing(end_s, name, self._source, reason=piece.reason)
        if (wait_s := REST_NEEDS_S - self._rest.n_values) > 0:
            return missing(end_s, name, self._source, wait_s=float(wait_s), reason=_LEARNING)
        since_s = end_s - MEASURES[name].window_s
        last = [value for at_s, value in self._values if at_s > since_s]
        if len(last) < _TENSION_NEEDS_S or not self._rest.level > 0:
            wait_s = max(_TENSION_NEEDS_S - len(last), 0)
            return missing(end_s, name, self._source, wait_s=float(wait_s), reason=_LEARNING)
        learnt = min(self._rest.n_values / REST_GOOD_S, 1.0)
        reason = piece.reason or (_LEARNING if learnt < 1.0 else "")
        return measured(
            end_s,
            name,
            100.0 * fmean(last) / self._rest.level,
            self._source,
            quality=min(piece.quality, learnt),
            reason=reason,
        )

    def _quality(self, end_s: float) -> Metric:
        name = "muscle_quality"
        since_s = end_s - MEASURES[name].window_s
        last = [piece for at_s, piece in self._pieces if at_s > since_s]
        worst = min(last, key=lambda piece: piece.quality)
        quality = fmean(piece.quality for piece in last)
        reason = worst.reason if quality < _GOOD_QUALITY else ""
        return measured(end_s, name, quality, self._source, reason=reason)


class _Waveform:
    """Cuts a raw EMG into windows and these into seconds."""

    def __init__(self, rate_hz: float, rest: RestLevel) -> None:
        self._max_step_s = _STEPS_BEFORE_GAP / rate_hz
        self._n_hop = round(rate_hz / HOPS_PER_S)
        self._spectrum = EmgSpectrum(rate_hz, 2 * self._n_hop)
        self._rest = rest
        self._samples = np.zeros(2 * self._n_hop)
        self._times_s = np.zeros(2 * self._n_hop)
        self._least_span_s = _LEAST_SPAN * (2 * self._n_hop - 1) / rate_hz
        self._n_samples = 0
        self._hops: list[_Piece] = []
        self._last_t_s = nan
        self._told_s = nan

    def push(
        self, t_s: NDArray[np.float64], emg: NDArray[np.float64]
    ) -> Iterator[tuple[float, _Piece]]:
        """Give each second as it ends, so that rest is known up to it and no further."""
        if not t_s.size:
            return
        is_number = np.isfinite(emg)
        steps_s = np.diff(t_s, prepend=self._last_t_s)
        # Also true of the very first sample, which has no step.
        is_break = ~(steps_s <= self._max_step_s) | ~is_number
        self._last_t_s = float(t_s[-1])
        begin = 0
        for place in np.flatnonzero(is_break).tolist():
            yield from self._fill(t_s[begin:place], emg[begin:place])
            yield from self._restart(float(t_s[place]))
            begin = place if is_number[place] else place + 1
        yield from self._fill(t_s[begin:], emg[begin:])

    def _restart(self, t_s: float) -> Iterator[tuple[float, _Piece]]:
        # Not before each of a thousand holes in a second, and not before the first sample.
        if isnan(self._told_s):
            self._told_s = floor(t_s)
        elif floor(t_s) > self._told_s:
            self._told_s = floor(t_s)
            yield t_s, _Piece(nan, 0.0, _BROKEN)
        self._n_samples = 0
        self._hops.clear()
        self._spectrum.restart()

    def _fill(
        self, t_s: NDArray[np.float64], emg: NDArray[np.float64]
    ) -> Iterator[tuple[float, _Piece]]:
        begin = 0
        while begin < t_s.size:
            end = min(begin + self._samples.size - self._n_samples, t_s.size)
            here = slice(self._n_samples, self._n_samples + end - begin)
            self._samples[here] = emg[begin:end]
            self._times_s[here] = t_s[begin:end]
            self._n_samples = here.stop
            begin = end
            if self._n_samples < self._samples.size:
                return
            self._hops.append(self._hop())
            for held in (self._samples, self._times_s):
                held[: self._n_hop] = held[self._n_hop :]
            self._n_samples = self._n_hop
            if len(self._hops) == HOPS_PER_S:
                yield float(t_s[end - 1]), _mean_of(self._hops)
                self._hops.clear()

    def _hop(self) -> _Piece:
        if not self._times_s[-1] - self._times_s[0] >= self._least_span_s:
            return _Piece(nan, 0.0, _HASTY)
        found = self._spectrum.of(self._samples)
        if found.is_flat:
            return _Piece(nan, 0.0, _FLAT)
        if found.has_popped(self._rest.level):
            return _Piece(nan, 0.0, "an electrode of the muscle sensor moved")
        quality = found.mains_quality
        reason = ""
        if quality < _GOOD_QUALITY:
            reason = (
                f"the muscle sensor picks up mains hum of {found.mains_hz:g} Hz: "
                "electrodes that sit well and a distance to cables help"
            )
        if found.is_clipped:
            quality, reason = min(quality, _CLIPPED_QUALITY), _CLIPPED
        value = sqrt(found.muscle_power) if quality > 0 else nan
        return _Piece(value, quality, reason)


class _Envelope:
    """Means over whole seconds of an envelope as a slow sensor sends it."""

    def __init__(self, rate_hz: float | None, rest: RestLevel) -> None:
        self._max_step_s = max(_STEPS_BEFORE_GAP / rate_hz, 0.0) if rate_hz else _MAX_STEP_S
        self._n_needed = _MIN_VALID_SHARE * rate_hz if rate_hz else 1.0
        self._rest = rest
        self._last_t_s = nan
        self._second = nan
        self._same_value = nan
        self._same_since_s = nan
        self._begin_second()

    def _begin_second(self) -> None:
        self._sum = 0.0
        self._n = 0
        self._reason = ""

    def push(
        self, t_s: NDArray[np.float64], emg: NDArray[np.float64]
    ) -> Iterator[tuple[float, _Piece]]:
        """Give each second as it ends, so that rest is known up to it and no further."""
        for at_s, value in zip(t_s.tolist(), emg.tolist(), strict=True):
            second = floor(at_s)
            if second != self._second:
                if not isnan(self._second):
                    yield self._second + 1.0, self._close()
                self._second = second
                self._begin_second()
            if not at_s - self._last_t_s <= self._max_step_s:
                self._same_value = nan
            self._last_t_s = at_s
            if not isfinite(value):
                self._same_value = nan
            elif value < 0:
                self._reason = _NEGATIVE
            else:
                self._sum += value
                self._n += 1
                self._watch(at_s, value)

    def _watch(self, t_s: float, value: float) -> None:
        if value != self._same_value:
            self._same_value, self._same_since_s = value, t_s
            return
        same_s = t_s - self._same_since_s
        is_high = self._rest.n_values >= REST_NEEDS_S and value > _CEILING_TENSION * (
            self._rest.level
        )
        if same_s > _CEILING_S and is_high:
            self._reason = _CLIPPED
        elif same_s > _FLAT_S:
            self._reason = _FLAT

    def _close(self) -> _Piece:
        if self._reason in {_FLAT, _NEGATIVE}:
            return _Piece(nan, 0.0, self._reason)
        if self._n < self._n_needed or not self._n:
            return _Piece(nan, 0.0, _BROKEN)
        quality = _CLIPPED_QUALITY if self._reason else 1.0
        return _Piece(self._sum / self._n, quality, self._reason)


def _mean_of(hops: list[_Piece]) -> _Piece:
    """One second of four windows."""
    valid = [hop.value for hop in hops if not isnan(hop.value)]
    worst = min(hops, key=lambda hop: hop.quality)
    quality = fmean(hop.quality for hop in hops)
    reason = worst.reason if quality < _GOOD_QUALITY else ""
    if len(valid) < _MIN_VALID_SHARE * len(hops):
        return _Piece(nan, 0.0, worst.reason)
    return _Piece(fmean(valid), quality, reason)
