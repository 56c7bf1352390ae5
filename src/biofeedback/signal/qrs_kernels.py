"""The three linear filters an ECG is seen through, each of finite length and linear phase.

Being of finite length they need no settling after a gap, and what a block of samples gives does
not depend on how long the stream has run. Being symmetric about their middle they delay by a
whole number of samples that is known, so that no time has to be corrected afterwards.

References
----------
Thakor, Webster & Tompkins (1984), IEEE Trans. Biomed. Eng. 31:702-706 (the QRS complex stands out
most against waves, movement and muscles around 10 to 17 Hz).
"""

from __future__ import annotations

from math import pi
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["STEPS_PER_SAMPLE", "QrsKernels", "qrs_kernels"]

CENTRE_HZ = 11.0
ORDER = 3
ENVELOPE_REACH_S = 0.1
ENVELOPE_RATE_HZ = 120.0

CUTOFF_HZ = 33.0
# With this cutoff and length, mains hum of 50 and of 60 Hz is damped 70 times or more.
LOW_PASS_REACH_S = 0.06

# The R peak is looked for on so fine a grid; a parabola does the rest.
STEPS_PER_SAMPLE = 8

SHAPE_FROM_S = -0.096
SHAPE_UNTIL_S = 0.08
SHAPE_N = 23
SHAPE_STEP_S = (SHAPE_UNTIL_S - SHAPE_FROM_S) / (SHAPE_N - 1)


class QrsKernels(NamedTuple):
    """Filters for one sampling rate.

    Parameters
    ----------
    stride
        Samples between two values of the envelope.
    envelope
        Shape ``(2 * envelope_reach + 1, 2)``: real and imaginary part of a wavelet without
        negative frequencies, so that the length of what it gives is an envelope.
    low_pass
        Shape ``(2 * low_pass_reach + 1,)``.
    fine
        Shape ``(2 * STEPS_PER_SAMPLE + 1, 2 * low_pass_reach + 3)``: the low-passed signal from
        one sample before to one sample after the middle.
    shape
        Shape ``(STEPS_PER_SAMPLE + 1, SHAPE_N, 2 * shape_reach + 1)``: the low-passed signal at
        `SHAPE_N` times around a moment half a sample before to half a sample after the middle.
    """

    stride: int
    envelope: NDArray[np.float64]
    low_pass: NDArray[np.float64]
    fine: NDArray[np.float64]
    shape: NDArray[np.float64]

    @property
    def envelope_reach(self) -> int:
        """Samples on either side of the middle."""
        return len(self.envelope) // 2

    @property
    def low_pass_reach(self) -> int:
        """Samples on either side of the middle."""
        return self.low_pass.size // 2

    @property
    def shape_reach(self) -> int:
        """Samples on either side of the middle."""
        return int(self.shape.shape[2]) // 2


def qrs_kernels(rate_hz: float) -> QrsKernels:
    """Design the filters for a sampling rate in hertz."""
    reach = round(LOW_PASS_REACH_S * rate_hz)
    middle = np.arange(-reach, reach + 1)
    wider = np.arange(-reach - 1, reach + 2)
    steps = np.linspace(-1.0, 1.0, 2 * STEPS_PER_SAMPLE + 1)
    shape_at = np.linspace(SHAPE_FROM_S, SHAPE_UNTIL_S, SHAPE_N) * rate_hz
    shape_reach = int(np.ceil(np.abs(shape_at).max() + LOW_PASS_REACH_S * rate_hz + 1))
    around = np.arange(-shape_reach, shape_reach + 1)
    half = STEPS_PER_SAMPLE // 2
    return QrsKernels(
        max(int(rate_hz / ENVELOPE_RATE_HZ), 1),
        _wavelet(rate_hz),
        _low_pass(-middle / rate_hz),
        _low_pass((steps[:, None] - wider) / rate_hz),
        np.stack(
            [
                _low_pass((shape_at[:, None] + part / STEPS_PER_SAMPLE - around) / rate_hz)
                for part in range(-half, half + 1)
            ]
        ),
    )


def _low_pass(t_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sinc under a Hann window, along the last axis, with a sum of one in each row."""
    window = np.where(np.abs(t_s) < LOW_PASS_REACH_S, np.cos(pi * t_s / LOW_PASS_REACH_S / 2), 0)
    kernel: NDArray[np.float64] = window**2 * np.sinc(2 * CUTOFF_HZ * t_s)
    kernel /= kernel.sum(axis=-1, keepdims=True)
    return kernel


def _wavelet(rate_hz: float) -> NDArray[np.float64]:
    """Spectrum ``f ** n * exp(-n / 2 * (f / centre) ** 2)`` for positive frequencies alone."""
    reach = round(ENVELOPE_REACH_S * rate_hz)
    t_s = np.arange(-reach, reach + 1) / rate_hz
    f_hz = np.arange(0.0, 4 * CENTRE_HZ, 0.1)
    share = f_hz / CENTRE_HZ
    gain = share**ORDER * np.exp(-0.5 * ORDER * (share**2 - 1.0))
    taper = np.cos(0.5 * pi * t_s / (ENVELOPE_REACH_S + 1.0 / rate_hz)) ** 2
    # Even and odd part; mirrored in time as matrix products do not mirror it.
    even = taper * (np.cos(2 * pi * t_s[:, None] * f_hz) @ gain)
    odd = taper * (np.sin(2 * pi * t_s[:, None] * f_hz) @ gain)
    # The taper lets some of the mean through again.
    even -= taper * even.sum() / taper.sum()
    both: NDArray[np.float64] = np.stack((even, odd), axis=1)
    # A real tone has half of its power at the positive frequency.
    both /= 0.5 * abs(np.exp(-2j * pi * CENTRE_HZ * t_s) @ (even + 1j * odd))
    return both
