"""What a breathing belt makes of the chest: a little noise, and motion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from biofeedback.simulation.motion import Motion
from biofeedback.simulation.seeds import rng_for

if TYPE_CHECKING:
    from collections.abc import Iterable

    from biofeedback.simulation.options import Faults

__all__ = ["BeltSensing", "SensedPull"]

_NOISE_AU = 0.03
_MOVING_NOISE_AU = 0.8
_SHIFT_AU = 1.5


@dataclass(frozen=True, slots=True)
class SensedPull:
    """One sample as measured; ``is_artifact`` tells where motion disturbed it."""

    t_s: float
    belt_au: float
    is_artifact: bool


class BeltSensing:
    """Pull in, samples out. After a movement the belt sits a little differently.

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
        self._rng = rng_for(seed, "belt")
        self._motion = Motion(seed, faults.motion_per_min, start_s)
        self._shift_au = 0.0
        self._was_moving = False

    def sense(self, samples: Iterable[tuple[float, float]]) -> tuple[SensedPull, ...]:
        """Return what the belt reports of ``(t_s, belt_au)`` samples, in order."""
        return tuple(self._one(t_s, belt_au) for t_s, belt_au in samples)

    def _one(self, t_s: float, belt_au: float) -> SensedPull:
        is_moving = self._motion.holds_at(t_s)
        if is_moving and not self._was_moving:
            self._shift_au = float(self._rng.uniform(-_SHIFT_AU, _SHIFT_AU))
        self._was_moving = is_moving
        noise_au = _MOVING_NOISE_AU if is_moving else _NOISE_AU
        measured_au = belt_au + self._shift_au + noise_au * float(self._rng.standard_normal())
        return SensedPull(t_s, measured_au, is_moving)
