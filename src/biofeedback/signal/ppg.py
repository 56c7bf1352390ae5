"""Pulses from light through or off the skin (PPG): finger, ear, wrist, or a camera's picture.

A pulse's time is just before its rise is steepest, between samples: what light, breath and
noise do to the baseline and the summit hardly shifts it. It is known about 0.8 s later. The time
from one pulse to the next is not quite that between heartbeats, since the wave's time on its way
changes a little.

References
----------
Schäfer and Vagedes (2013), Int. J. Cardiol. 166:15-29 (pulse intervals beside RR intervals).
Peralta et al. (2019), Physiol. Meas. 40:025007 (steepest rise as the steadiest place of a pulse).
"""

from __future__ import annotations

from math import isnan, nan
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.signal.pulse_quality import PulseQuality, is_cut_off, pulse_fault
from biofeedback.signal.pulse_tracker import PulseTracker
from biofeedback.signal.pulse_wave import BLOCK_N, GRID_HZ, PulseGrid, PulseWave
from biofeedback.signal.wave_beat import WaveBeat
from biofeedback.signal.wave_node import WaveNode, WaveSite

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from biofeedback.samples import Metric

__all__ = ["PpgNode"]

MIN_RATE_HZ = 20.0

_STEPS_BEFORE_GAP = 1.5
# Where samples come unevenly. The rise of a whole pulse would fit in a longer hole.
_MAX_UNEVEN_STEP_S = 0.25
# Steps that differ by more than this share of the usual one are uneven.
_UNEVEN_SHARE = 0.08
_N_TO_LEARN = 33
# Third powers of much larger numbers would not be finite.
_MAX_VALUE = 1e90
_CUT_OFF_S = 2.0
_HEIGHT_PART = 0.125


class PpgNode(WaveNode):
    """Pulses that point up or down, the intervals between them, their height and quality.

    Parameters
    ----------
    source
        The stream's id, for the metrics.
    rate_hz
        Nominal sampling rate, 20 to 1000 Hz; ``None`` where samples come unevenly. A rate that
        the first 33 samples do not keep to is taken for ``None``.
    """

    _quality: PulseQuality

    def __init__(self, source: str, rate_hz: float | None) -> None:
        super().__init__(PulseQuality(source), _N_TO_LEARN, _MAX_VALUE)
        self._rate_hz = rate_hz

    def _begin(self, t_s: NDArray[np.float64]) -> _Site | None:
        steps_s = np.diff(t_s)
        usual_s = float(np.median(steps_s))
        rate_hz, is_even = self._rate_hz, False
        # Some sensors name a rate at which they do not measure.
        if rate_hz is None or abs(usual_s * rate_hz - 1.0) > _UNEVEN_SHARE:
            rate_hz = 1.0 / usual_s if usual_s > 0.0 else 0.0
        else:
            off_s = float(np.median(np.abs(steps_s - usual_s)))
            is_even = off_s * rate_hz <= _UNEVEN_SHARE
        if rate_hz < MIN_RATE_HZ:
            return None
        return _Site(self._quality, rate_hz, is_even=is_even)


class _Site(WaveSite):
    """One place on the skin at a known rate: blocks, gaps, and beats in order."""

    _quality: PulseQuality

    def __init__(self, quality: PulseQuality, rate_hz: float, *, is_even: bool) -> None:
        super().__init__(quality, _STEPS_BEFORE_GAP / rate_hz if is_even else _MAX_UNEVEN_STEP_S)
        self._grid = PulseGrid(rate_hz)
        self._wave = PulseWave()
        self._tracker = PulseTracker(self._wave)
        self._waiting: list[float] = []
        self._beat_s = nan
        self._height = nan

    def _fill(
        self,
        t_s: NDArray[np.float64],
        values: NDArray[np.float64],
        results: list[WaveBeat | Metric],
    ) -> None:
        waiting = self._waiting
        waiting += self._grid.push(t_s.tolist(), values.tolist())
        begin = 0
        while len(waiting) - begin >= BLOCK_N:
            self._handle(waiting[begin : begin + BLOCK_N], results)
            begin += BLOCK_N
        del waiting[:begin]

    def _flush(self, results: list[WaveBeat | Metric]) -> None:
        if self._waiting:
            self._handle(self._waiting, results)
            self._waiting.clear()

    def _handle(self, block: list[float], results: list[WaveBeat | Metric]) -> None:
        tracker = self._tracker
        for lobe in self._wave.append(block):
            tracker.push(lobe)
        for pulse in tracker.settle():
            t_s = self._grid.start_s + pulse.position / GRID_HZ
            rr_ms = (t_s - self._beat_s) * 1000.0 if pulse.follows else nan
            results.append(WaveBeat(t_s, rr_ms, pulse.height, pulse.quality))
            self._quality.add_beat(pulse.quality, follows=pulse.follows)
            self._beat_s = t_s
            if isnan(self._height):
                self._height = pulse.height
            self._height += _HEIGHT_PART * (pulse.height - self._height)
        self._reach(self._grid.start_s + (self._wave.n - 1) / GRID_HZ, results)

    def _close_second(self, results: list[WaveBeat | Metric]) -> None:
        last = self._wave.raw(round(GRID_HZ))
        fault = pulse_fault(last, self._height) if last.size else ""
        results.append(
            self._quality.close_second(
                self._second + 1.0,
                fault,
                is_tracking=self._tracker.is_tracking,
                is_cut_off=is_cut_off(self._wave.raw(round(_CUT_OFF_S * GRID_HZ))),
            )
        )

    def _restart(self, t_s: float, *, forgets: bool) -> None:
        start_s = self._grid.start_s
        self._grid.restart()
        self._wave.restart()
        if forgets:
            self._tracker.forget()
            self._height = nan
        elif isnan(start_s):
            self._tracker.restart()
        else:
            self._tracker.resume((t_s - start_s) * GRID_HZ)
