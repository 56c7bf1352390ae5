"""A slow drive that several bodies share: what makes two people's rhythms go together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from biofeedback.simulation.noise import Tones
from biofeedback.simulation.seeds import rng_for

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["SharedDrive"]

_LOW_HZ, _HIGH_HZ = 0.01, 0.05
# How long one value is good for: a fortieth of the shortest period.
_STEP_S = 0.5
_BLOCK_STEPS = 256


class SharedDrive:
    """Slow changes of heart rate and skin conductance, a function of session time alone.

    Everyone given a drive of the same seed and sizes has the same one, whenever their life
    began. Both are noise of 0.01 to 0.05 Hz, independent of one another.

    Parameters
    ----------
    seed
        Of the drive, not of a person.
    heart_sd_bpm
        Standard deviation in heart rate.
    skin_sd_microsiemens
        Standard deviation in skin conductance; 0.05 for each beat a minute if not given.
    """

    def __init__(
        self, seed: int, heart_sd_bpm: float, skin_sd_microsiemens: float | None = None
    ) -> None:
        if skin_sd_microsiemens is None:
            skin_sd_microsiemens = 0.05 * heart_sd_bpm
        self._heart = _Slow(seed, "shared-heart", heart_sd_bpm)
        self._skin = _Slow(seed, "shared-skin", skin_sd_microsiemens)

    def heart_bpm(self, t_s: float) -> float:
        """Return what is added to heart rate."""
        return self._heart.at(t_s)

    def skin_microsiemens(self, t_s: float) -> float:
        """Return what is added to skin conductance."""
        return self._skin.at(t_s)

    def heart_bpm_at(self, t_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what is added to heart rate at many times, shape ``(n,)``: the truth."""
        return np.array([self._heart.at(one_s) for one_s in t_s.tolist()])


class _Slow:
    """Tones read at fixed times, and straight lines between them."""

    def __init__(self, seed: int, purpose: str, sd: float) -> None:
        self._tones = Tones(rng_for(seed, purpose), _LOW_HZ, _HIGH_HZ, n_tones=24)
        self._sd = sd
        self._block_index = -1
        self._block: list[float] = []

    def at(self, t_s: float) -> float:
        place, share = divmod(t_s / _STEP_S, 1.0)
        block_index, offset = divmod(int(place), _BLOCK_STEPS)
        if block_index != self._block_index:
            # Blocks always begin at the same times, so that rounding is the same too.
            steps = block_index * _BLOCK_STEPS + np.arange(_BLOCK_STEPS + 1, dtype=np.float64)
            times_s: NDArray[np.float64] = steps * _STEP_S
            self._block = (self._sd * self._tones.at(times_s)).tolist()
            self._block_index = block_index
        before, after = self._block[offset], self._block[offset + 1]
        return before + share * (after - before)
