"""Heartbeats from one lead of an ECG, as its samples come.

Samples are handled in blocks of an eighth of a second, counted from the start or the last gap,
whatever chunks they came in. A beat is known at most half a second after its R peak, one that had to be
searched for later. Its time is that of the low-passed signal's summit, between samples.
"""

from __future__ import annotations

from math import isnan, nan
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.signal.ecg_quality import EcgQuality, Fault, NoiseEar, beat_quality
from biofeedback.signal.ecg_wave import EcgWave
from biofeedback.signal.qrs import QrsDetector
from biofeedback.signal.qrs_kernels import qrs_kernels
from biofeedback.signal.r_peak import RPeakReader
from biofeedback.signal.wave_beat import WaveBeat
from biofeedback.signal.wave_node import WaveNode, WaveSite

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from biofeedback.samples import Metric
    from biofeedback.signal.qrs import Peak

__all__ = ["EcgNode"]

BLOCK_S = 0.125
MIN_RATE_HZ = 80.0
# Beyond this, two beats have others between them that were not seen.
MAX_RR_MS = 3000.0
# Below it what is found is as often noise as a beat (MIT-BIH 100 under white noise at -3 dB).
MIN_QUALITY = 0.15

_STEPS_BEFORE_GAP = 1.5
# Without a nominal rate the steps may be uneven.
_STEPS_BEFORE_GAP_IRREGULAR = 3.0
_N_TO_LEARN_RATE = 65
# Squares of larger numbers would not be finite.
_MAX_VALUE = 1e100
_AMPLITUDE_PART = 0.125
# When what was taken for beats of late is as bad as this, it was noise: the level is learnt anew.
_MIN_TRUST = 0.25
_TRUST_PART = 0.125


class EcgNode(WaveNode):
    """R peaks, intervals, their amplitude and quality, from one lead.

    Parameters
    ----------
    source
        The stream's id, for the metrics.
    rate_hz
        Nominal sampling rate, 100 to 1000 Hz; ``None`` where it is not known: then it is learnt
        from the first 65 samples.
    """

    _quality: EcgQuality

    def __init__(self, source: str, rate_hz: float | None) -> None:
        n_to_learn = _N_TO_LEARN_RATE if rate_hz is None else 0
        super().__init__(EcgQuality(source), n_to_learn, _MAX_VALUE)
        self._rate_hz = rate_hz

    def _begin(self, t_s: NDArray[np.float64]) -> _Lead | None:
        rate_hz = self._rate_hz
        if rate_hz is None:
            step_s = float(np.median(np.diff(t_s)))
            rate_hz = 1.0 / step_s if step_s > 0.0 else 0.0
        if rate_hz < MIN_RATE_HZ:
            return None
        return _Lead(self._quality, rate_hz, is_even=self._rate_hz is not None)


class _Lead(WaveSite):
    """One lead at a known rate: blocks, gaps, and beats in order."""

    _quality: EcgQuality

    def __init__(self, quality: EcgQuality, rate_hz: float, *, is_even: bool) -> None:
        kernels = qrs_kernels(rate_hz)
        n_steps = _STEPS_BEFORE_GAP if is_even else _STEPS_BEFORE_GAP_IRREGULAR
        super().__init__(quality, n_steps / rate_hz)
        self._stride = kernels.stride
        self._wave = EcgWave(rate_hz, kernels, is_even=is_even)
        self._reader = RPeakReader(rate_hz, self._wave, kernels)
        self._detector = QrsDetector(
            rate_hz, kernels.stride, self._reader.likeness, self._reader.steepness
        )
        self._ear = NoiseEar(rate_hz)
        n_block = max(round(BLOCK_S * rate_hz), 1)
        self._block_t_s, self._block = np.empty(n_block), np.empty(n_block)
        self._n_waiting = 0
        self._beat_s = nan
        self._amplitude = nan
        self._trust = 1.0

    def _fill(
        self,
        t_s: NDArray[np.float64],
        values: NDArray[np.float64],
        results: list[WaveBeat | Metric],
    ) -> None:
        n_block = self._block.size
        begin = 0
        while begin < t_s.size:
            first = self._n_waiting
            n_taken = min(n_block - first, t_s.size - begin)
            self._block_t_s[first : first + n_taken] = t_s[begin : begin + n_taken]
            self._block[first : first + n_taken] = values[begin : begin + n_taken]
            begin += n_taken
            self._n_waiting = first + n_taken
            if self._n_waiting == n_block:
                self._flush(results)

    def _flush(self, results: list[WaveBeat | Metric]) -> None:
        n_waiting, self._n_waiting = self._n_waiting, 0
        if n_waiting == 0:
            return
        self._wave.append(self._block_t_s[:n_waiting], self._block[:n_waiting])
        first, envelope = self._wave.new_envelope()
        found: list[Peak] = []
        for i, height in enumerate(envelope):
            found += self._detector.push(first + i * self._stride, height)
        if found and not self._reader.knows_direction:
            self._reader.learn_direction([peak.sample for peak in found])
        for peak in found:
            self._publish(peak, results)
        if self._trust < _MIN_TRUST:
            self._forget(self._wave.n)
        self._reach(self._block_t_s[n_waiting - 1], results)

    def _publish(self, found: Peak, results: list[WaveBeat | Metric]) -> None:
        peak = self._reader.read(found.sample)
        if peak is None:
            # Too near the edge of what is held: a beat was there, and no interval spans it.
            self._beat_s = nan
            return
        t_s = self._wave.time_s(peak.position)
        rr_ms = (t_s - self._beat_s) * 1000.0
        if not 0.0 < rr_ms <= MAX_RR_MS:
            rr_ms = nan
        quality = beat_quality(peak.likeness, found.standing_out, found.standing_out_of_usual)
        self._trust += _TRUST_PART * (quality - self._trust)
        if quality < MIN_QUALITY:
            # It hardly looks like a beat nor stands out. Whether it is one cannot be told, so
            # that there is neither a beat nor an interval across.
            self._beat_s = nan
            return
        results.append(WaveBeat(t_s, rr_ms, peak.amplitude, quality))
        self._quality.add_beat(t_s, quality)
        if isnan(self._amplitude):
            self._amplitude = peak.amplitude
        self._amplitude += _AMPLITUDE_PART * (peak.amplitude - self._amplitude)
        # From a wave that points up to one that points down there is no interval.
        self._beat_s = nan if self._reader.learn(peak) else t_s

    def _close_second(self, results: list[WaveBeat | Metric]) -> None:
        end_s = self._second + 1.0
        wave, n = self._wave, self._wave.n
        fault = ""
        if n >= self._ear.n:
            fault = self._ear.fault(wave.raw(n - self._ear.n, n), self._amplitude)
        score, is_noisy = self._quality.close_second(end_s, fault)
        if is_noisy:
            fault = self._noise()
        elif score == 0.0 and not fault:
            fault = Fault.NO_BEAT
        results.append(self._quality.metric(end_s, score, fault))

    def _noise(self) -> str:
        reach = self._wave.low_pass_reach
        until = self._wave.n - reach
        first = until - self._ear.n
        if first < reach:
            return Fault.LOOSE
        return self._ear.noise(
            self._wave.raw(first, until), self._wave.low_passed(first, until), self._amplitude
        )

    def _restart(self, t_s: float, *, forgets: bool) -> None:  # noqa: ARG002 - beats have the times of the samples
        self._wave.restart()
        self._beat_s = nan
        if forgets:
            self._forget(0)
        else:
            self._detector.restart()

    def _forget(self, sample: int) -> None:
        """Know nothing of what beats look like, from a sample on."""
        self._detector.forget(sample)
        self._reader.forget()
        self._beat_s = self._amplitude = nan
        self._trust = 1.0
