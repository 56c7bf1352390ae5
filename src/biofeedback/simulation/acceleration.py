"""What an accelerometer on the chest makes of posture, breath, heart and movement.

At rest it measures gravity. Breathing turns it by some milliradians, about an axis that
depends on the person and drifts, so that each breath moves gravity by some thousandths of g
from one axis of the sensor to another; each beat shakes it for a third of a second.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import cos, pi, sin, sqrt
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.simulation.motion import Motion
from biofeedback.simulation.noise import Tones
from biofeedback.simulation.seeds import rng_for
from biofeedback.simulation.track import BodyTrack, SensedBlocks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from biofeedback.simulation.client import Produced
    from biofeedback.simulation.options import Faults

__all__ = ["ACCELERATION_RATE_HZ", "AccelerationSensing", "SensedAcceleration"]

ACCELERATION_RATE_HZ = 50.0

# The body knows of a beat within a step and the jitter of its time.
_KNOWN_AFTER_S = 0.12
_NOISE_G = 0.0015
_TILT_RAD = (0.005, 0.012)
_SWAY_RAD = 0.004
_MOVING_G = 0.25
# The two sounds of a beat: after R, by the square root of the interval for the second, the
# closing of the valves; their size beside the first.
_OPENING_S, _CLOSING_S, _CLOSING_SHARE = 0.03, 0.33, 0.5
_RING_HZ, _RING_DECAY_S, _RING_END_S = 14.0, 0.05, 0.4
_VIBRATION_G = (0.003, 0.007)
# How long a change of posture takes.
_TURN_S = 1.5


@dataclass(frozen=True, slots=True, eq=False)
class SensedAcceleration:
    """A stretch of acceleration as measured.

    Parameters
    ----------
    t_s
        Shape ``(n,)``.
    g
        Along the sensor's axes in multiples of gravity, shape ``(n, 3)``.
    is_artifact
        Where the person moved or turned, shape ``(n,)``.
    """

    t_s: NDArray[np.float64]
    g: NDArray[np.float64]
    is_artifact: NDArray[np.bool_]


def _unit(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    unit: NDArray[np.float64] = vector / np.sqrt((vector**2).sum(axis=-1, keepdims=True))
    return unit


class _Postures:
    """Where gravity points in the sensor: one place, then another, with a turn between."""

    def __init__(self, seed: int, per_min: float, start_s: float) -> None:
        self._rng = rng_for(seed, "postures")
        self._mean_s = 60.0 / per_min if per_min > 0 else float("inf")
        self._before = self._after = self._drawn()
        self._turn_s = start_s - _TURN_S
        self._next_s = start_s + self._mean_s * float(self._rng.exponential())

    def _drawn(self) -> NDArray[np.float64]:
        # Upright with a lean of up to half a right angle back, the strap a little askew.
        lean, askew = float(self._rng.uniform(-0.15, 0.8)), float(self._rng.normal(0.0, 0.1))
        return np.array([sin(askew), -cos(askew) * cos(lean), cos(askew) * sin(lean)])

    def at(self, t_s: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Return gravity ``(n, 3)`` of length 1 in the next block, and where it turns."""
        while self._next_s <= float(t_s[-1]):
            self._before, self._after = self._after, self._drawn()
            self._turn_s = self._next_s
            rest_s = self._mean_s * float(self._rng.exponential())
            self._next_s = self._turn_s + _TURN_S + rest_s
        share = np.clip((t_s - self._turn_s) / _TURN_S, 0.0, 1.0)
        weight = ((1.0 - np.cos(pi * share)) / 2.0)[:, np.newaxis]
        return _unit(self._before + weight * (self._after - self._before)), share < 1.0


class AccelerationSensing:
    """The body's life in, acceleration of the chest out.

    Parameters
    ----------
    seed
        The person's.
    faults
        How often which fault.
    rate_hz
        Sampling rate, 25 to 200.
    start_s
        Session time from which the person may move: the same for all of their sensors.
    """

    lag_s = _KNOWN_AFTER_S

    def __init__(
        self,
        seed: int,
        faults: Faults,
        rate_hz: float = ACCELERATION_RATE_HZ,
        start_s: float = 0.0,
    ) -> None:
        rng = rng_for(seed, "acceleration")
        self._track = BodyTrack(rate_hz, self.lag_s, None)
        self._motion = Motion(seed, faults.motion_per_min, start_s)
        self._postures = _Postures(seed, faults.postures_per_min, start_s)
        self._tilt_rad = float(rng.uniform(*_TILT_RAD))
        self._axis_rad = float(rng.uniform(-0.5, 0.5))
        self._vibration_g = float(rng.uniform(*_VIBRATION_G))
        self._axis_drift = Tones(rng, 0.001, 0.02, is_pink=True)
        self._sway = Tones(rng, 0.005, 0.08, is_pink=True)
        self._shakes = tuple(Tones(rng, 0.4, 8.0, n_tones=16) for _ in range(3))
        self._white = rng_for(seed, "acceleration-white")
        self._beats: deque[tuple[float, float]] = deque()

    def sense(self, produced: Produced) -> SensedAcceleration:
        """Return the samples that are now certain.

        Parameters
        ----------
        produced
            What the body did since the last call, without a hole.
        """
        blocks = SensedBlocks()
        for t_s in self._track.blocks(produced):
            blocks.add(t_s, *self._block(t_s))
        t_s, g, is_artifact = blocks.whole()
        return SensedAcceleration(t_s, g if t_s.size else np.empty((0, 3)), is_artifact)

    def _block(self, t_s: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        gravity, is_turning = self._postures.at(t_s)
        # Two directions at right angles to gravity: turning about one moves along the other.
        sideways = _unit(np.stack([-gravity[:, 1], gravity[:, 0], np.zeros(t_s.size)], axis=1))
        forward = np.cross(gravity, sideways)
        axis_rad = self._axis_rad + 0.4 * self._axis_drift.at(t_s)
        tilt_rad = self._tilt_rad * self._track.volume_at(t_s)
        along = tilt_rad * np.cos(axis_rad) + _SWAY_RAD * self._sway.at(t_s)
        across = tilt_rad * np.sin(axis_rad)
        g = _unit(gravity + along[:, np.newaxis] * forward + across[:, np.newaxis] * sideways)
        # The heart shakes the chest mostly to and fro, less along the body.
        vibration_g = self._vibration_at(t_s)
        g[:, 2] += vibration_g
        g[:, 1] += 0.4 * vibration_g
        moving = self._motion.strength_at(t_s)
        if moving.any():
            for axis, shake in enumerate(self._shakes):
                g[:, axis] += _MOVING_G * moving * shake.at(t_s)
        g += _NOISE_G * self._white.standard_normal((t_s.size, 3))
        return g, (moving > 0.0) | is_turning

    def _vibration_at(self, t_s: NDArray[np.float64]) -> NDArray[np.float64]:
        track, first_s, last_s = self._track, float(t_s[0]), float(t_s[-1])
        while track.new_beats and track.new_beats[0][0] <= last_s:
            beat_s, rr_s = track.new_beats.popleft()
            self._beats.append((beat_s + _OPENING_S, self._vibration_g))
            closing_s = beat_s + _CLOSING_S * sqrt(rr_s)
            self._beats.append((closing_s, _CLOSING_SHARE * self._vibration_g))
        while self._beats and self._beats[0][0] < first_s - _RING_END_S:
            self._beats.popleft()
        vibration_g: NDArray[np.float64] = np.zeros(t_s.size)
        for begin_s, size_g in self._beats:
            age_s = t_s - begin_s
            is_in = (age_s >= 0.0) & (age_s < _RING_END_S)
            if is_in.any():
                ring = np.exp(-np.abs(age_s) / _RING_DECAY_S) * np.sin(2 * pi * _RING_HZ * age_s)
                vibration_g += np.where(is_in, size_g * ring, 0.0)
        return vibration_g
