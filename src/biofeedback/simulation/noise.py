"""Noise of a given band, as a sum of sinusoids."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["BandNoise"]

_BLOCK_STEPS = 512


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
        # One tone at a random place in each equal share of the band: no two coincide.
        share = (np.arange(n_tones) + rng.uniform(size=n_tones)) / n_tones
        if is_pink:
            frequencies_hz = low_hz * (high_hz / low_hz) ** share
        else:
            frequencies_hz = low_hz + (high_hz - low_hz) * share
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
