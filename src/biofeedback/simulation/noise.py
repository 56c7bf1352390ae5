"""Noise of a given band: sums of sinusoids, and filtered white noise for the faster bands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["BandNoise", "FilteredNoise", "Tones"]

_BLOCK_STEPS = 512


def _spread(
    rng: np.random.Generator, low_hz: float, high_hz: float, n_tones: int, *, is_pink: bool
) -> NDArray[np.float64]:
    # One tone at a random place in each equal share of the band: no two coincide.
    share: NDArray[np.float64] = (np.arange(n_tones) + rng.uniform(size=n_tones)) / n_tones
    if is_pink:
        return low_hz * (high_hz / low_hz) ** share
    return low_hz + (high_hz - low_hz) * share


class BandNoise:
    """Stationary noise that holds exactly one band, read step by step.

    A sum of many sinusoids of random phase needs no filter to settle, has its standard
    deviation exactly over a long time, and is a function of the step's number alone: how it
    is read cannot change it.

    Parameters
    ----------
    rng
        Draws frequencies and phases, once.
    low_hz, high_hz
        The band, both above 0.
    sd
        Standard deviation in the unit of the result.
    step_s
        Time between steps.
    n_tones
        How many sinusoids; their mean spacing bounds the time after which the pattern of
        amplitudes resembles itself.
    is_pink
        True spreads the power evenly over the octaves (1/f), False evenly over the hertz.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        low_hz: float,
        high_hz: float,
        sd: float,
        step_s: float,
        *,
        n_tones: int = 24,
        is_pink: bool = False,
    ) -> None:
        frequencies_hz = _spread(rng, low_hz, high_hz, n_tones, is_pink=is_pink)
        self._radians_per_step = 2 * np.pi * frequencies_hz * step_s
        self._phases_rad = rng.uniform(0.0, 2 * np.pi, n_tones)
        self._amplitude = sd * np.sqrt(2.0 / n_tones)
        self._block: list[float] = []
        self._block_index = -1

    def at(self, step: int) -> float:
        """Return the noise at a step, counted from 0."""
        block_index, offset = divmod(step, _BLOCK_STEPS)
        if block_index != self._block_index:
            # Blocks always begin at the same steps, so that rounding is the same too.
            self._block = self._computed(block_index).tolist()
            self._block_index = block_index
        return self._block[offset]

    def _computed(self, block_index: int) -> NDArray[np.float64]:
        steps = block_index * _BLOCK_STEPS + np.arange(_BLOCK_STEPS)
        angles = np.outer(steps, self._radians_per_step) + self._phases_rad
        block: NDArray[np.float64] = self._amplitude * np.sin(angles).sum(axis=1)
        return block


class Tones:
    """Slow noise of one band and standard deviation 1, a function of time alone.

    Parameters
    ----------
    rng
        Draws frequencies and phases, once.
    low_hz, high_hz
        The band, both above 0.
    n_tones
        How many sinusoids.
    is_pink
        True spreads the power evenly over the octaves (1/f), False evenly over the hertz.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        low_hz: float,
        high_hz: float,
        *,
        n_tones: int = 12,
        is_pink: bool = False,
    ) -> None:
        spread_hz = _spread(rng, low_hz, high_hz, n_tones, is_pink=is_pink)
        self._radians_per_s = 2 * np.pi * spread_hz[:, np.newaxis]
        self._phases_rad = rng.uniform(0.0, 2 * np.pi, (n_tones, 1))
        self._amplitude = float(np.sqrt(2.0 / n_tones))

    def at(self, t_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the noise at times, shape ``(n,)``."""
        noise: NDArray[np.float64] = np.sin(self._radians_per_s * t_s + self._phases_rad).sum(0)
        noise *= self._amplitude
        return noise


class FilteredNoise:
    """White noise through a band-pass of finite length, of standard deviation 1.

    The response is a windowed sinc (Hamming) of two periods of the lower edge. It is read
    onwards; two readers that take blocks of the same sizes get the same numbers.

    Parameters
    ----------
    rng
        Its source of chance, for nothing else.
    low_hz, high_hz
        The band; the upper edge is drawn in to 0.45 of the rate where it lies above.
    rate_hz
        Sampling rate.
    """

    def __init__(
        self, rng: np.random.Generator, low_hz: float, high_hz: float, rate_hz: float
    ) -> None:
        half = max(round(rate_hz / low_hz), 4)
        offsets = np.arange(-half, half + 1)
        low, high = low_hz / rate_hz, min(high_hz / rate_hz, 0.45)
        sinc = 2 * high * np.sinc(2 * high * offsets) - 2 * low * np.sinc(2 * low * offsets)
        response = sinc * np.hamming(offsets.size)
        self._response: NDArray[np.float64] = response / np.sqrt(np.sum(response**2))
        self._rng = rng
        self._past: NDArray[np.float64] = rng.standard_normal(offsets.size - 1)

    def following(self, n_samples: int) -> NDArray[np.float64]:
        """Return the next samples, shape ``(n_samples,)``."""
        white = np.concatenate([self._past, self._rng.standard_normal(n_samples)])
        self._past = white[n_samples:]
        noise: NDArray[np.float64] = np.convolve(white, self._response, mode="valid")
        return noise
