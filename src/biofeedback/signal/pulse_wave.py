"""A pulse wave on an even grid, and its rises and falls as lobes of its slope.

Sensors send 20 to 1000 samples a second, cameras unevenly. Fast samples are averaged in groups,
then a cubic through the samples is read at 100 Hz, counted from the start or the last gap. What
is looked at is the slope behind a Gaussian low-pass: offset and wander of the baseline hardly
show in it, and a rise or fall of the wave is a lobe between two places where it is zero.

References
----------
Catmull and Rom (1974), Computer Aided Geometric Design 317-326 (cubic through points).
Charlton et al. (2022), Physiol. Meas. 43:085007 (pulses lie in about 0.5 to 8 Hz).
"""

from __future__ import annotations

from math import floor, isnan, nan
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["GRID_HZ", "PulseGrid", "PulseLobe", "PulseWave"]

GRID_HZ = 100.0
# Samples nearer to each other count as one: squares of such steps would be nothing.
_LEAST_STEP_S = 1e-9
# Standard deviation of the low-pass: half the power passes at 3.8 Hz.
SMOOTH_S = 0.035
_REACH = round(3.5 * SMOOTH_S * GRID_HZ)
BLOCK_N = 25
_MARK_SHARE = 0.85
# The slope from so long before the steepest place to so long after it is the shape of a pulse.
SHAPE_BEFORE_N = 20
SHAPE_AFTER_N = 30
_KEPT_N = 1250
_ROOM_N = 2500


class PulseLobe(NamedTuple):
    """One rise (or fall) of the wave, from one turn to the next.

    Parameters
    ----------
    sign
        1 for a rise, -1 for a fall.
    top
        Grid sample, and part of one, of the steepest place.
    mark
        Where, on the way there, the slope is 85 % of that: the time of a pulse. At a finger this
        is as steady as the steepest place, at the arm, where pulses are round, much steadier.
    slope
        Steepest slope, unit per second, positive also for a fall.
    height
        From one turn to the next, positive also for a fall.
    """

    sign: int
    top: float
    mark: float
    slope: float
    height: float


class PulseGrid:
    """Reads samples at even times.

    Parameters
    ----------
    rate_hz
        About how many samples come a second.
    """

    def __init__(self, rate_hz: float) -> None:
        self._n_box = max(floor(rate_hz / GRID_HZ), 1)
        self.restart()

    def restart(self) -> None:
        """Forget all samples."""
        self.start_s = nan
        self._zero = 0.0
        self._next = 0
        self._n_in_box = 0
        self._box_t_s = self._box = 0.0
        # The last two knots and the slope at the older one.
        self._t0_s = self._t1_s = nan
        self._v0 = self._v1 = self._m0 = 0.0

    def push(self, t_s: list[float], values: list[float]) -> list[float]:
        """Take samples; return the values at those times of the grid that they settle."""
        grid: list[float] = []
        if self._n_box == 1:
            for at_s, value in zip(t_s, values, strict=True):
                self._knot(at_s, value, grid)
            return grid
        n_box = self._n_box
        for at_s, value in zip(t_s, values, strict=True):
            self._box_t_s += at_s
            self._box += value
            self._n_in_box += 1
            if self._n_in_box == n_box:
                self._knot(self._box_t_s / n_box, self._box / n_box, grid)
                self._n_in_box = 0
                self._box_t_s = self._box = 0.0
        return grid

    def _knot(self, t_s: float, value: float, grid: list[float]) -> None:
        if isnan(self.start_s):
            # Light has any level; near zero nothing is lost to rounding.
            self.start_s, self._zero = t_s, value
        value -= self._zero
        t_s -= self.start_s
        t0_s, t1_s = self._t0_s, self._t1_s
        v0, v1 = self._v0, self._v1
        if isnan(t1_s):
            self._t1_s, self._v1 = t_s, value
            return
        if t_s <= t1_s + _LEAST_STEP_S:
            return
        if isnan(t0_s):
            self._m0 = (value - v1) / (t_s - t1_s)
        else:
            width_s = t1_s - t0_s
            m1 = (value - v0) / (t_s - t0_s)
            m0 = self._m0
            rise = (v1 - v0) / width_s
            c2 = (3.0 * rise - 2.0 * m0 - m1) / width_s
            c3 = (m0 + m1 - 2.0 * rise) / (width_s * width_s)
            k = self._next
            x_s = k / GRID_HZ
            while x_s < t1_s:
                u = x_s - t0_s
                grid.append(v0 + u * (m0 + u * (c2 + u * c3)))
                k += 1
                x_s = k / GRID_HZ
            self._next = k
            self._m0 = m1
        self._t0_s, self._v0 = t1_s, v1
        self._t1_s, self._v1 = t_s, value


def _slope_kernel() -> NDArray[np.float64]:
    """Derivative of a Gaussian: exact for a line, in unit per second."""
    u = np.arange(-_REACH, _REACH + 1)
    bell = u * np.exp(-0.5 * (u / (SMOOTH_S * GRID_HZ)) ** 2)
    kernel: NDArray[np.float64] = bell / (bell @ u) * GRID_HZ
    return kernel


_SLOPE = _slope_kernel()


class PulseWave:
    """The last seconds on the grid, their slope, and the lobes of it as they end."""

    def __init__(self) -> None:
        self._x = np.zeros(_ROOM_N)
        self._slope = np.zeros(_ROOM_N)
        self._windows = sliding_window_view(self._x, _SLOPE.size)
        self.restart()

    def restart(self) -> None:
        """Forget all samples."""
        self._first = 0
        self._n_held = 0
        # The slope is known before this sample.
        self._known = _REACH
        self._sign = 0
        self._sum = self._top_slope = 0.0
        self._top = 0

    @property
    def n(self) -> int:
        """Samples since the start."""
        return self._first + self._n_held

    @property
    def known(self) -> int:
        """Before which sample the slope is known."""
        return self._known

    def append(self, values: list[float]) -> Iterator[PulseLobe]:
        """Add at most `BLOCK_N` samples; give the lobes that have ended."""
        n_new = len(values)
        if self._n_held + n_new > _ROOM_N:
            dropped = self._n_held - _KEPT_N
            for held in (self._x, self._slope):
                held[:_KEPT_N] = held[dropped : self._n_held].copy()
            self._first += dropped
            self._n_held = _KEPT_N
        until = self._n_held + n_new
        self._x[self._n_held : until] = values
        self._n_held = until
        begin = self._known - self._first
        end = until - _REACH
        if end <= begin:
            return
        new = self._windows[begin - _REACH : end - _REACH] @ _SLOPE
        self._slope[begin:end] = new
        self._known = end + self._first
        sample = begin + self._first
        for slope in new.tolist():
            sign = 1 if slope > 0.0 else -1 if slope < 0.0 else 0
            if sign != self._sign:
                if self._sign:
                    yield self._lobe()
                self._sign = sign
                self._sum = self._top_slope = 0.0
            height = slope * sign
            self._sum += height
            if height > self._top_slope:
                self._top_slope, self._top = height, sample
            sample += 1

    def _lobe(self) -> PulseLobe:
        at = self._top - self._first
        sign, slope = self._sign, self._top_slope
        top = float(self._top)
        bend = left = right = 0.0
        if at > 0:
            left, right = sign * float(self._slope[at - 1]), sign * float(self._slope[at + 1])
            bend = left - 2.0 * slope + right
        if bend < 0.0:
            part = 0.5 * (left - right) / bend
            top += part
            slope -= 0.25 * (left - right) * part
        return PulseLobe(sign, top, self._mark(at, slope), slope, self._sum / GRID_HZ)

    def _mark(self, at: int, slope: float) -> float:
        """Go back from a lobe's steepest sample to where it reached its share of that."""
        if at < 0:
            # A drift so long that its steepest place is no longer held is no pulse.
            return float(self._top)
        least = _MARK_SHARE * slope
        after = before = abs(float(self._slope[at]))
        while at > 0 and before > least:
            at -= 1
            after, before = before, self._sign * float(self._slope[at])
        part = (least - before) / (after - before) if after > before else 0.0
        return self._first + at + min(max(part, 0.0), 1.0)

    def shape(self, lobe: PulseLobe) -> NDArray[np.float64] | None:
        """Slope about a lobe's steepest place, of length 1; `None` where it is not held."""
        begin = round(lobe.top) - SHAPE_BEFORE_N - self._first
        end = begin + SHAPE_BEFORE_N + SHAPE_AFTER_N
        if begin < 0 or end > self._known - self._first:
            return None
        part = self._slope[begin:end]
        size = float(part @ part) ** 0.5
        if size == 0.0:
            # Numbers so small that their squares are none.
            return None
        shape: NDArray[np.float64] = part * (lobe.sign / size)
        return shape

    def raw(self, n: int) -> NDArray[np.float64]:
        """Return the last ``n`` samples, or as many as there are, less the very first."""
        return self._x[max(self._n_held - n, 0) : self._n_held]

    def skew(self, n: int) -> float:
        """Skewness of the height over the mean of about a second around, of ``n`` samples."""
        end = self._known - self._first
        x = self._x[max(end - n, 0) : end]
        half = round(0.5 * GRID_HZ)
        if x.size < 3 * half:
            return 0.0
        sums = np.concatenate(([0.0], np.cumsum(x)))
        mean = (sums[2 * half + 1 :] - sums[: -2 * half - 1]) / (2 * half + 1)
        off = x[half : x.size - half] - mean
        off -= off.mean()
        square = off * off
        power = float(square.mean())
        return float((square * off).mean()) / power**1.5 if power > 0.0 else 0.0
