"""Power by frequency, of samples that come evenly: the mean spectrum of Hann windows.

Each line of a spectrum stands for the frequencies nearest to it, so that a band's power does
not depend on where its edges lie between lines.

References
----------
Welch (1967), IEEE Trans. Audio Electroacoust. 15:70.
"""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["WINDOW_S", "Spectrum", "band_weights", "hann", "welch"]

WINDOW_S = 300.0


class Spectrum(NamedTuple):
    """One-sided power density.

    ``frequencies_hz`` and ``density`` (ms²/Hz for intervals in ms) have shape ``(n_lines,)``;
    the lines are evenly spaced. ``window_s`` is the length of each window, of which
    ``n_windows`` were averaged.
    """

    frequencies_hz: NDArray[np.float64]
    density: NDArray[np.float64]
    window_s: float
    n_windows: int

    @property
    def spacing_hz(self) -> float:
        """From one line to the next."""
        return float(self.frequencies_hz[1] - self.frequencies_hz[0])

    def power(self, low_hz: float, high_hz: float) -> float:
        """Area under the density between two frequencies."""
        weights = band_weights(self.frequencies_hz, low_hz, high_hz)
        return float(weights.dot(self.density)) * self.spacing_hz

    def peak_hz(self, low_hz: float, high_hz: float) -> float:
        """Highest line between two frequencies, ``nan`` where there is no power."""
        is_in = (self.frequencies_hz >= low_hz) & (self.frequencies_hz < high_hz)
        density = np.where(is_in, self.density, 0.0)
        highest = int(np.argmax(density))
        return float(self.frequencies_hz[highest]) if density[highest] > 0 else nan


def hann(n: int) -> NDArray[np.float64]:
    """Hann window over ``n`` cells, taken at the middle of each, so that it is symmetric.

    Its spectrum is that of the periodic window: a line and half of it on either side.
    """
    window: NDArray[np.float64] = np.sin(np.pi * (np.arange(n) + 0.5) / n) ** 2
    return window


def band_weights(
    frequencies_hz: NDArray[np.float64], low_hz: float, high_hz: float
) -> NDArray[np.float64]:
    """How much of each line lies in a band, 0 to 1.

    Parameters
    ----------
    frequencies_hz : ndarray of float64, shape (n_lines,)
        Evenly spaced, at least two.
    low_hz, high_hz
        The band.

    Returns
    -------
    ndarray of float64, shape (n_lines,)
    """
    spacing_hz = float(frequencies_hz[1] - frequencies_hz[0])
    half_hz = spacing_hz / 2.0
    upper_hz = np.minimum(frequencies_hz + half_hz, high_hz)
    lower_hz = np.maximum(frequencies_hz - half_hz, low_hz)
    weights: NDArray[np.float64] = np.maximum(upper_hz - lower_hz, 0.0) / spacing_hz
    return weights


def welch(
    values: NDArray[np.float64],
    rate_hz: float,
    window_s: float = WINDOW_S,
    *,
    n_padded: int | None = None,
) -> Spectrum:
    """Mean spectrum of half overlapping Hann windows, the mean of each taken off.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        Evenly spaced samples. What is left over after the last whole window takes no part.
    rate_hz
        Their rate.
    window_s
        Length of a window; where the record is shorter, the record is the window.
    n_padded
        Samples of a window after zeros were added to it, for closer lines.

    Returns
    -------
    Spectrum
        From 0 to half the rate, in the square of the unit of `values` a hertz. Its area is the
        mean square of the windowed samples.

    Raises
    ------
    ValueError
        If there are fewer than four samples.
    """
    n = min(round(window_s * rate_hz), values.size)
    if values.ndim != 1 or n < 4:
        msg = f"a spectrum needs at least four samples in one row, not {values.shape}"
        raise ValueError(msg)
    step = n - n // 2
    windows = np.lib.stride_tricks.sliding_window_view(values, n)[::step]
    taper = hann(n)
    n_lines = n if n_padded is None else n_padded
    total = np.zeros(n_lines // 2 + 1)
    # One at a time: the windows of a day together would take as much memory again as the day.
    for window in windows:
        lines = np.fft.rfft((window - window.mean()) * taper, n_lines)
        total += lines.real**2 + lines.imag**2
    density = total * (2.0 / (len(windows) * rate_hz * float(taper.dot(taper))))
    density[0] /= 2.0
    if n_lines % 2 == 0:
        density[-1] /= 2.0
    frequencies_hz = np.arange(density.size, dtype=np.float64) * (rate_hz / n_lines)
    return Spectrum(frequencies_hz, density, n / rate_hz, len(windows))
