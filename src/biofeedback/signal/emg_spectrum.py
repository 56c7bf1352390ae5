"""What is muscle, what mains hum and what a moved electrode in one window of raw EMG."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["EmgSpectrum", "FoundInEmg"]

LOW_HZ = 20.0
HIGH_HZ = 450.0
# As far as the rate allows: close to half of it the sensor's own filter is at work.
HIGH_SHARE_OF_RATE = 0.45
MAINS_HZ = (50.0, 60.0)
# A Hann window of 0.5 s spreads a line over 4 Hz to either side.
_MAINS_HALF_WIDTH_HZ = 4.0
_NEIGHBOURS_HZ = (4.0, 8.0)
# Mains are told apart by what they did over about so many windows.
_MEMORY_WINDOWS = 40.0
# Up to as much hum as muscle is bridged without a trace; 20 dB over it, too much leaks.
_MAX_MAINS_RATIO = 100.0
# An electrode that moves shifts the level. Means over 50 ms keep a shift and lose the muscle.
_N_SEGMENTS = 10
_POP_OVER_OTHERS = 3.0
_POP_OVER_REST = 10.0
# A rail: so many equal samples in a row at the top or bottom of a window that spans many steps.
_RAIL_RUN = 3
_RAIL_MIN_STEPS = 16


@dataclass(frozen=True, slots=True)
class FoundInEmg:
    """Powers in one window, in the square of the signal's unit.

    Parameters
    ----------
    muscle_power
        In the band of muscles, without the mains.
    mains_power
        Of the mains and their harmonics.
    shift
        Largest change of the level from one tenth of the window to the next, in the signal's
        unit.
    mains_hz
        50 or 60.
    is_flat
        All samples were the same.
    is_clipped
        The signal stood at an end of its range.
    """

    muscle_power: float
    mains_power: float
    shift: float
    mains_hz: float
    is_flat: bool
    is_clipped: bool

    @property
    def mains_quality(self) -> float:
        """1 with little hum, 0 where it is so strong that what leaks would pass for muscle."""
        ratio = self.mains_power / self.muscle_power if self.muscle_power > 0 else 0.0
        if ratio <= 1.0:
            return 1.0
        # Even in decibels: from 1 at 0 dB to 0 at 20 dB.
        return max(1.0 - float(np.log(ratio) / np.log(_MAX_MAINS_RATIO)), 0.0)

    def has_popped(self, rest: float) -> bool:
        """Tell whether an electrode moved, given the usual amplitude at rest, ``nan`` if unknown.

        Then the level shifts by more than muscle and hum could do.
        """
        is_large = not self.shift <= _POP_OVER_REST * rest
        return is_large and self.shift > _POP_OVER_OTHERS * sqrt(
            self.muscle_power + self.mains_power
        )


class EmgSpectrum:
    """Takes windows of one length and sums up their spectrum.

    Parameters
    ----------
    rate_hz
        Sampling rate.
    n_samples
        Length of a window.
    """

    def __init__(self, rate_hz: float, n_samples: int) -> None:
        self._taper = np.hanning(n_samples + 1)[:-1]
        # Mean and line are found under the taper too, or hum would leave a line behind.
        self._mean = self._taper / self._taper.sum()
        self._ramp = np.arange(n_samples) - float(self._mean @ np.arange(n_samples))
        self._slope = self._mean * self._ramp
        self._slope /= self._slope @ self._ramp
        # One-sided, so that the sum over bins is the tapered mean square (Parseval).
        self._scale = 2.0 / (n_samples * float(self._taper @ self._taper))
        hz = (np.arange(n_samples // 2 + 1) * (rate_hz / n_samples)).astype(np.float64)
        high_hz = min(HIGH_HZ, HIGH_SHARE_OF_RATE * rate_hz)
        is_muscle = (hz >= LOW_HZ) & (hz <= high_hz)
        rows: list[NDArray[np.float64]] = []
        for mains_hz in MAINS_HZ:
            rows += self._mains_rows(hz, is_muscle, mains_hz)
        self._sums = np.stack(rows)
        self.restart()

    def restart(self) -> None:
        """Forget the windows before, after a gap."""
        self._excess = np.zeros(len(MAINS_HZ))
        self._n_windows = 0

    @staticmethod
    def _mains_rows(
        hz: NDArray[np.float64], is_muscle: NDArray[np.bool_], mains_hz: float
    ) -> list[NDArray[np.float64]]:
        """Weights whose sums over the spectrum are the muscles' power and that of the mains."""
        muscle = is_muscle.astype(np.float64)
        mains = np.zeros(hz.size)
        nearest_hz = np.maximum(np.round(hz / mains_hz), 1.0) * mains_hz
        off_hz = np.abs(hz - nearest_hz)
        is_line = is_muscle & (off_hz <= _MAINS_HALF_WIDTH_HZ)
        near, far = _NEIGHBOURS_HZ
        is_beside = is_muscle & (off_hz > near) & (off_hz <= far)
        for line_hz in np.unique(nearest_hz[is_line]):
            line = is_line & (nearest_hz == line_hz)
            beside = is_beside & (nearest_hz == line_hz)
            muscle[line] = 0.0
            mains[line] = 1.0
            if beside.any():
                # The mean of the neighbours stands in for each bin under the line.
                share = line.sum() / beside.sum()
                muscle[beside] += share
                mains[beside] -= share
        return [muscle, mains]

    def of(self, samples: NDArray[np.float64]) -> FoundInEmg:
        """Sum up one window.

        Parameters
        ----------
        samples
            Finite numbers, shape ``(n_samples,)``.
        """
        top, bottom = float(samples.max()), float(samples.min())
        if top == bottom:
            return FoundInEmg(0.0, 0.0, 0.0, MAINS_HZ[0], is_flat=True, is_clipped=False)
        level = samples - self._mean @ samples
        level -= self._ramp * (self._slope @ level)
        spectrum = np.fft.rfft(level * self._taper)
        power = (spectrum.real**2 + spectrum.imag**2) * self._scale
        pairs = (self._sums @ power).tolist()
        muscles, excesses = pairs[::2], pairs[1::2]
        self._n_windows += 1
        share = 1.0 / min(self._n_windows, _MEMORY_WINDOWS)
        self._excess += share * (np.array(excesses) - self._excess)
        chosen = int(self._excess.argmax())
        return FoundInEmg(
            max(muscles[chosen], 0.0),
            max(excesses[chosen], 0.0),
            self._shift_of(level),
            MAINS_HZ[chosen],
            is_flat=False,
            is_clipped=_is_clipped(samples, top, bottom),
        )

    @staticmethod
    def _shift_of(level: NDArray[np.float64]) -> float:
        n_each = level.size // _N_SEGMENTS
        means = level[: n_each * _N_SEGMENTS].reshape(_N_SEGMENTS, n_each).mean(axis=1)
        return float(np.abs(means[1:] - means[:-1]).max())


def _is_clipped(samples: NDArray[np.float64], top: float, bottom: float) -> bool:
    at_end = (samples == top) | (samples == bottom)
    # Few windows have as many samples at their ends: the rest costs one comparison.
    if int(np.count_nonzero(at_end)) < 2 * _RAIL_RUN:
        return False
    steps = np.abs(np.diff(samples))
    smallest = float(steps[steps > 0].min())
    is_wide = top - bottom >= _RAIL_MIN_STEPS * smallest
    n_runs = np.count_nonzero(at_end[2:] & at_end[1:-1] & at_end[:-2] & (steps[1:] == 0))
    return is_wide and int(n_runs) > 0
