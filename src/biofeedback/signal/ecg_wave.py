"""The last seconds of an ECG, in memory that is taken once, seen through its filters."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from biofeedback.signal.qrs_kernels import STEPS_PER_SAMPLE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from biofeedback.signal.qrs_kernels import QrsKernels

__all__ = ["EcgWave"]

KEPT_S = 6.0
ROOM_S = 12.0
TIME_REACH_S = 0.15


class EcgWave:
    """Samples since a start or a gap, numbered from 0; the last six seconds can be read.

    Parameters
    ----------
    rate_hz
        Sampling rate.
    kernels
        For that rate.
    is_even
        Whether the samples were taken at even steps, whatever their stamps.
    """

    def __init__(self, rate_hz: float, kernels: QrsKernels, *, is_even: bool = True) -> None:
        self._kernels = kernels
        self._kept = round(KEPT_S * rate_hz)
        room = round(ROOM_S * rate_hz)
        self._x = np.zeros(room)
        self._t_s = np.zeros(room)
        self._time_reach = round(TIME_REACH_S * rate_hz) if is_even else 0
        self._steps = np.arange(-self._time_reach, self._time_reach + 1, dtype=np.float64)
        # Made once: to make such a view costs more than to use it.
        self._for_envelope = sliding_window_view(self._x, kernels.envelope.shape[0])
        self._for_low_pass = sliding_window_view(self._x, kernels.low_pass.size)
        self.restart()

    def restart(self) -> None:
        """Forget all samples."""
        self._first = 0
        self._n_held = 0
        self._zero = 0.0
        self._next_centre = self._kernels.envelope_reach

    @property
    def low_pass_reach(self) -> int:
        """Samples on either side that a low-passed one needs."""
        return self._kernels.low_pass_reach

    @property
    def n(self) -> int:
        """Samples since the start."""
        return self._first + self._n_held

    def append(self, t_s: NDArray[np.float64], values: NDArray[np.float64]) -> None:
        """Add samples, shape ``(n,)`` both, at most as many as there is room for beyond 6 s."""
        n_new = t_s.size
        if self.n == 0:
            # Electrodes can stand at any voltage; near zero nothing is lost to rounding.
            self._zero = float(values[0])
        if self._n_held + n_new > self._x.size:
            dropped = self._n_held - self._kept
            for held in (self._x, self._t_s):
                held[: self._kept] = held[dropped : self._n_held].copy()
            self._first += dropped
            self._n_held = self._kept
        until = self._n_held + n_new
        np.subtract(values, self._zero, out=self._x[self._n_held : until])
        self._t_s[self._n_held : until] = t_s
        self._n_held = until

    def new_envelope(self) -> tuple[int, list[float]]:
        """Envelope at those samples that can be told since the last call.

        Returns
        -------
        tuple
            Sample of the first value, and the values, ``stride`` samples apart.
        """
        kernels = self._kernels
        reach, stride = kernels.envelope_reach, kernels.stride
        first = self._next_centre
        n_values = max((self.n - 1 - reach - first) // stride + 1, 0)
        if n_values == 0:
            return first, []
        row = first - reach - self._first
        parts = self._for_envelope[row : row + n_values * stride : stride] @ kernels.envelope
        self._next_centre = first + n_values * stride
        return first, [sqrt(even * even + odd * odd) for even, odd in parts.tolist()]

    def raw(self, first: int, until: int) -> NDArray[np.float64]:
        """Samples as they came, less the very first; as many as are still held."""
        low = max(first - self._first, 0)
        return self._x[low : max(until - self._first, low)]

    def holds(self, sample: int, reach: int) -> bool:
        """Whether all samples within ``reach`` of one are there."""
        return sample - reach >= self._first and sample + reach < self.n

    def low_passed(self, first: int, until: int) -> NDArray[np.float64]:
        """Low-passed signal at samples ``first`` to before ``until``."""
        offset = self._kernels.low_pass_reach + self._first
        return self._for_low_pass[first - offset : until - offset] @ self._kernels.low_pass

    def summit(self, sample: int, sign: float) -> tuple[float, float]:
        """Highest point (lowest, with ``sign`` -1) within one sample of a sample.

        Returns
        -------
        tuple
            Where, in samples and parts of one, and the low-passed signal there.
        """
        reach = self._kernels.low_pass_reach + 1
        at = sample - self._first
        fine = (self._kernels.fine @ self._x[at - reach : at + reach + 1]) * sign
        top = int(fine.argmax())
        height = float(fine[top])
        part = 0.0
        if 0 < top < fine.size - 1:
            left, right = float(fine[top - 1]), float(fine[top + 1])
            bend = left - 2.0 * height + right
            if bend < 0.0:
                part = 0.5 * (left - right) / bend
                height -= 0.25 * (left - right) * part
        return sample + (top + part) / STEPS_PER_SAMPLE - 1.0, sign * height

    def shape_at(self, position: float) -> NDArray[np.float64]:
        """Low-passed signal around a position: `SHAPE_N` values, 8 ms apart."""
        sample = round(position)
        part = round((position - sample) * STEPS_PER_SAMPLE) + STEPS_PER_SAMPLE // 2
        reach = self._kernels.shape_reach
        at = sample - self._first
        shape: NDArray[np.float64] = (
            self._kernels.shape[part] @ self._x[at - reach : at + reach + 1]
        )
        return shape

    def time_s(self, position: float) -> float:
        """Time at a position between samples.

        Where samples are even, the stamps of about 0.3 s around share in it: what one of them
        is off by is the way to this computer, not the electrode.
        """
        sample = round(position)
        at = sample - self._first
        reach = min(self._time_reach, at, self._n_held - 1 - at)
        if reach < 1:
            sample = int(position)
            at = sample - self._first
            before, after = float(self._t_s[at]), float(self._t_s[at + 1])
            return before + (position - sample) * (after - before)
        middle_s = float(self._t_s[at])
        off_s = self._t_s[at - reach : at + reach + 1] - middle_s
        steps = self._steps[self._time_reach - reach : self._time_reach + reach + 1]
        # Line through the stamps: sum of the squared steps is reach (reach + 1) (2 reach + 1) / 3.
        n = 2 * reach + 1
        slope_s = 3.0 * float(steps @ off_s) / (reach * (reach + 1) * n)
        return middle_s + float(off_s.sum()) / n + slope_s * (position - sample)
