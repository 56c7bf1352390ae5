"""Whether a person goes with the pacer well enough to be led to another pace.

A mind that wanders for two breaths spoils `adherence`, which is told over five, for a minute; minds
wander every other minute. So it is asked whether they *can* follow this pace, not whether they
never left it: **five breaths in a row that went with the pacer, within the last 90 s**.

*   Where a sensor feels the breath, that is an `adherence` of 0.8 or more within that time, and a
    newest one that is not below 0.5: nobody is moved while they are away. Whoever just came back
    has an `adherence` of their lapse for as long as it lies among its five breaths; so where the
    heart says, as below, that the newest breath goes with the pacer again, that counts.
*   Where nothing but the heart tells of the breath (quality of half, or nothing told), the
    `adherence` of the heart is unknown rather than bad. Then the waves of five led breaths in a row
    have to keep one phase, ``|sum of waves| / sum of |waves| >= 0.8``, with a swing of 1 bpm at
    least: a heart that has not got the pacer's rhythm in it has a wave of any phase. And the newest
    wave has to go with theirs, by three tenths of their mean.
"""

from __future__ import annotations

from collections import deque
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from biofeedback.guides.following import KEPT, LOST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from biofeedback.guides.body import BodyNow
    from biofeedback.guides.swing_listening import BreathSwing

__all__ = ["PaceFollowing"]

_LOOK_BACK_S = 90.0
# It is told once a breath, and a long breath lasts 15 s.
_MAX_AGE_S = 25.0
# What the heart alone lets guess has half its quality at most.
_FELT_QUALITY = 0.5
_N_BREATHS = 5
_LEAST_SWING_BPM = 1.0
_NEWEST_SHARE = 0.3
_TOUCHING_S = 1e-3
_N_KEPT = 24


class _Told(NamedTuple):
    g_s: float
    adherence: float


class PaceFollowing:
    """Follows breath and heart beside the pacer. Times are guide time."""

    def __init__(self) -> None:
        self._told: deque[_Told] = deque(maxlen=_N_KEPT)
        self._heard_s = -1.0
        self._swings: deque[BreathSwing] = deque(maxlen=_N_KEPT)

    def sense(self, g_s: float, body: BodyNow, swings: Sequence[BreathSwing]) -> None:
        """Take what is new of both, ``swings`` in order."""
        self._swings.extend(swings)
        metric = body.metric("adherence", max_age_s=_MAX_AGE_S)
        if metric is None or metric.quality <= _FELT_QUALITY or metric.t_s <= self._heard_s:
            return
        self._heard_s = metric.t_s
        self._told.append(_Told(g_s - (body.now_s - metric.t_s), metric.value))

    def is_felt(self, g_s: float) -> bool:
        """Tell whether a sensor feels the breath, so that `adherence` is no guess."""
        return bool(self._told) and g_s - self._told[-1].g_s <= _MAX_AGE_S

    def is_followed(self, g_s: float) -> bool:
        """Tell whether they go with the pacer well enough to be led on."""
        if self.is_felt(g_s):
            told = [one.adherence for one in self._told if g_s - one.g_s <= _LOOK_BACK_S]
            if max(told) < KEPT:
                return False
            if told[-1] >= LOST:
                return True
            # Away, or back within the last five breaths: the heart knows.
        swings = [swing for swing in self._swings if g_s - swing.begin_g_s <= _LOOK_BACK_S]
        runs = [swings[place : place + _N_BREATHS] for place in range(len(swings) - _N_BREATHS + 1)]
        return any(_keep_one_phase(run) and _goes_with(swings[-1], run) for run in runs)

    def forget(self) -> None:
        """Begin anew: a pause lay between."""
        self._told.clear()
        self._swings.clear()


def _keep_one_phase(swings: Sequence[BreathSwing]) -> bool:
    if any(abs(later.begin_g_s - one.end_g_s) > _TOUCHING_S for one, later in pairwise(swings)):
        return False
    waves = [swing.wave_bpm for swing in swings if swing.wave_bpm is not None]
    together = abs(sum(waves))
    return (
        len(waves) == len(swings)
        and together >= _LEAST_SWING_BPM * len(waves)
        and together >= KEPT * sum(abs(wave) for wave in waves)
    )


def _goes_with(newest: BreathSwing, swings: Sequence[BreathSwing]) -> bool:
    if newest.wave_bpm is None:
        return False
    mean = sum(swing.wave_bpm or 0.0 for swing in swings) / len(swings)
    return (newest.wave_bpm * mean.conjugate()).real >= _NEWEST_SHARE * abs(mean) ** 2
