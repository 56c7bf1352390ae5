"""Powers of a window of fixed length, detrended and tapered, as one product with a matrix.

Detrending, the Hann window and the Fourier sum are linear, so that for a length they are one
matrix. It is worked out once; a window then costs two small products instead of solving for the trend.
A window and its mirror image have the same powers: the sum and the difference of its halves
carry the cosines and the sines, and each product is of half the length.

The powers are those of `welch` over one window after `smoothness_priors`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.signal.band_powers import HF_HZ, LF_HZ
from biofeedback.signal.rr_spectrum import RATE_HZ
from biofeedback.signal.smoothness_priors import smooth_trend
from biofeedback.signal.spectrum import band_weights, hann

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["LinePowers", "line_powers"]


class LinePowers:
    """The lines of a window of ``n`` samples at `RATE_HZ`.

    Parameters
    ----------
    n
        Samples of a window, an even number.
    low_hz, high_hz
        Between which frequencies the lines lie.

    Attributes
    ----------
    n : int
    frequencies_hz : ndarray of float64, shape (n_lines,)
    lf_and_hf : ndarray of float64, shape (2, n_lines)
        How much of each line lies in LF and in HF, 0 to 1.
    """

    def __init__(self, n: int, low_hz: float = 0.03, high_hz: float = 0.42) -> None:
        spacing_hz = RATE_HZ / n
        first, last = round(low_hz / spacing_hz), round(high_hz / spacing_hz)
        self.n = n
        self.frequencies_hz = np.arange(first, last + 1, dtype=np.float64) * spacing_hz
        self.lf_and_hf = np.stack((self.weights(*LF_HZ), self.weights(*HF_HZ)))
        from_middle_s = (np.arange(n) - (n - 1) / 2.0) / RATE_HZ
        angles = 2.0 * np.pi * np.multiply.outer(from_middle_s, self.frequencies_hz)
        taper = hann(n)
        scale = np.sqrt(2.0 / (n * float(taper.dot(taper))))
        waves = scale * taper[:, np.newaxis] * np.hstack((np.cos(angles), np.sin(angles)))
        # What a detrended window gives with a wave, the window gives with the detrended wave.
        waves -= smooth_trend(waves, RATE_HZ)
        half = n // 2
        n_lines = self.frequencies_hz.size
        self._cosines = np.ascontiguousarray(waves[:half, :n_lines].T)
        self._sines = np.ascontiguousarray(waves[:half, n_lines:].T)

    def powers_ms2(self, even_ms: NDArray[np.float64]) -> NDArray[np.float64]:
        """Power at each of `frequencies_hz`.

        Parameters
        ----------
        even_ms : ndarray of float64, shape (n,)
            Samples at `RATE_HZ`.

        Returns
        -------
        ndarray of float64, shape (n_lines,)
            Milliseconds squared: density times spacing.
        """
        half = self.n // 2
        # Small numbers: the level of 800 ms would cost three digits.
        left_ms = even_ms[:half] - even_ms[0]
        right_ms = even_ms[: half - 1 : -1] - even_ms[0]
        real = self._cosines @ (left_ms + right_ms)
        imaginary = self._sines @ (left_ms - right_ms)
        powers: NDArray[np.float64] = real * real + imaginary * imaginary
        return powers

    def weights(self, low_hz: float, high_hz: float) -> NDArray[np.float64]:
        """How much of each line lies in a band, 0 to 1, shape ``(n_lines,)``."""
        return band_weights(self.frequencies_hz, low_hz, high_hz)


@lru_cache(maxsize=8)
def line_powers(n: int, low_hz: float = 0.03, high_hz: float = 0.42) -> LinePowers:
    """`LinePowers` of a length, worked out once (15 ms for 1200 samples) and shared."""
    return LinePowers(n, low_hz, high_hz)
