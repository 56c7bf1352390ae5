"""What skin electrodes make of the conductance: a little noise, and motion."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import TYPE_CHECKING

from biofeedback.simulation.client import EDA_RATE_HZ
from biofeedback.simulation.motion import Motion
from biofeedback.simulation.seeds import rng_for

if TYPE_CHECKING:
    from collections.abc import Iterable

    from biofeedback.simulation.options import Faults

__all__ = ["ElectrodeSensing", "SensedConductance"]

_NOISE_MICROSIEMENS = 0.003
_STEP_MICROSIEMENS = (0.3, 2.0)
_SPIKE_MICROSIEMENS = (0.5, 3.0)
_SPIKE_SHARE = 0.15
_SETTLE_S = 3.0


@dataclass(frozen=True, slots=True)
class SensedConductance:
    """One sample as measured; ``is_artifact`` tells where motion disturbed it."""

    t_s: float
    sc_microsiemens: float
    is_artifact: bool


class ElectrodeSensing:
    """Conductance in, samples out.

    When the person moves, the contact changes: the reading steps up or down, jumps about, and
    creeps back within seconds once the hand is still.

    Parameters
    ----------
    seed
        The person's.
    faults
        How often which fault.
    start_s
        Session time from which the person may move: the same for all of their sensors.
    """

    def __init__(self, seed: int, faults: Faults, start_s: float = 0.0) -> None:
        self._rng = rng_for(seed, "electrodes")
        self._motion = Motion(seed, faults.motion_per_min, start_s)
        self._offset_microsiemens = 0.0
        self._was_moving = False

    def sense(self, samples: Iterable[tuple[float, float]]) -> tuple[SensedConductance, ...]:
        """Return what the electrodes report of ``(t_s, microsiemens)`` samples, in order."""
        return tuple(self._one(t_s, microsiemens) for t_s, microsiemens in samples)

    def _one(self, t_s: float, microsiemens: float) -> SensedConductance:
        is_moving = self._motion.holds_at(t_s)
        if is_moving and not self._was_moving:
            self._offset_microsiemens = self._jolt(_STEP_MICROSIEMENS)
        elif not is_moving:
            self._offset_microsiemens *= exp(-1.0 / EDA_RATE_HZ / _SETTLE_S)
        self._was_moving = is_moving
        measured = microsiemens + self._offset_microsiemens
        if is_moving and self._rng.uniform() < _SPIKE_SHARE:
            measured += self._jolt(_SPIKE_MICROSIEMENS)
        measured += _NOISE_MICROSIEMENS * float(self._rng.standard_normal())
        is_artifact = is_moving or abs(self._offset_microsiemens) > 10 * _NOISE_MICROSIEMENS
        return SensedConductance(t_s, max(measured, 0.0), is_artifact)

    def _jolt(self, size: tuple[float, float]) -> float:
        sign = 1.0 if self._rng.uniform() < 0.5 else -1.0
        return sign * float(self._rng.uniform(*size))
