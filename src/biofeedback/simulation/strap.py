"""What a heart strap makes of the beats: jitter, missed, extra and ectopic beats.

Every interval carries the truth with it, so that what finds artifacts can be measured
against what was really there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from biofeedback.samples import RRFlag
from biofeedback.simulation.motion import Motion
from biofeedback.simulation.seeds import rng_for

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np

    from biofeedback.simulation.options import Faults

__all__ = ["ECTOPIC_EARLY", "TICKS_PER_S", "EctopicChance", "SensedBeat", "StrapSensing"]

# Straps count intervals in 1/1024 s (Bluetooth Heart Rate Service 1.0).
TICKS_PER_S = 1024

# Intervals of a good strap differ from the ECG's by 1 to 2 ms (Gilgen-Ammann et al. 2019, Eur.
# J. Appl. Physiol. 119:1525; Schaffarczyk et al. 2022, Sensors 22:6536): 1.1 ms a beat.
_JITTER_S = 0.0011
# By which share of its interval, from and to, an early beat comes early.
ECTOPIC_EARLY = (0.15, 0.35)
_EXTRA_PLACE = (0.25, 0.75)
_MOVING_MISSED_SHARE = 0.25
_MOVING_EXTRA_SHARE = 0.15


@dataclass(frozen=True, slots=True)
class SensedBeat:
    """One interval as the strap reports it, with the truth beside it.

    Parameters
    ----------
    t_s
        When the strap saw the beat that ends it.
    rr_ticks
        The reported interval in 1/1024 s.
    flag
        ``NORMAL``; ``MISSED`` where the interval spans beats that were not seen; ``EXTRA``
        where no heart beat ended it; ``ECTOPIC`` where the beat came early. The interval
        after an ectopic or an extra beat is ``NORMAL`` and still not its true length.
    true_rr_ms
        The interval that the sinus rhythm gave; ``nan`` for an extra beat.
    n_missed
        How many beats were not seen.
    is_moving
        True where the person moved at one of the beats within.
    """

    t_s: float
    rr_ticks: int
    flag: RRFlag
    true_rr_ms: float
    n_missed: int = 0
    is_moving: bool = False

    @property
    def rr_ms(self) -> float:
        """The reported interval in milliseconds."""
        return self.rr_ticks * 1000.0 / TICKS_PER_S


def _drawn(rng: np.random.Generator) -> tuple[float, float, float, float, float]:
    # As many draws for every beat, so that one fault's rate does not shift another's beats.
    missed, extra, ectopic, place = rng.uniform(size=4).tolist()
    return missed, extra, ectopic, place, float(rng.standard_normal())


class EctopicChance:
    """Which beats of a person come early: the same for every sensor put on at the same time.

    Parameters
    ----------
    seed
        The person's.
    ectopic_pct
        Beats in a hundred.
    """

    def __init__(self, seed: int, ectopic_pct: float) -> None:
        self._share = ectopic_pct / 100.0
        self._rng = rng_for(seed, "strap")
        self._was_ectopic = False

    def following(self) -> float | None:
        """Return where in its range the next beat is early, 0 to 1; ``None`` if it is not."""
        _, _, ectopic, place, _ = _drawn(self._rng)
        # Two in a row would be another rhythm, not two early beats.
        self._was_ectopic = ectopic < self._share and not self._was_ectopic
        return place if self._was_ectopic else None


class StrapSensing:
    """Beats in, reported intervals out.

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
        self._faults = faults
        self._rng = rng_for(seed, "strap")
        self._motion = Motion(seed, faults.motion_per_min, start_s)
        self._last_tick: int | None = None
        self._n_missed = 0
        self._has_moved = False
        self._was_ectopic = False

    def sense(self, beats: Iterable[tuple[float, float]]) -> tuple[SensedBeat, ...]:
        """Return what the strap reports of some beats.

        Parameters
        ----------
        beats
            ``(t_s, rr_ms)`` of each true beat, in order.
        """
        return tuple(sensed for t_s, rr_ms in beats for sensed in self._one(t_s, rr_ms))

    def _one(self, t_s: float, rr_ms: float) -> list[SensedBeat]:
        missed, extra, ectopic, place, deviation = _drawn(self._rng)
        jitter_s = _JITTER_S * deviation
        if self._last_tick is None:
            self._last_tick = round((t_s - rr_ms / 1000.0) * TICKS_PER_S)
        is_moving = self._motion.holds_at(t_s)
        flag = RRFlag.NORMAL
        # Two in a row would be another rhythm, not two early beats.
        if ectopic < self._faults.ectopic_pct / 100.0 and not self._was_ectopic:
            early, late = ECTOPIC_EARLY
            # The next beat keeps its time: a full compensatory pause follows.
            t_s -= rr_ms / 1000.0 * (early + (late - early) * place)
            flag = RRFlag.ECTOPIC
        self._was_ectopic = flag is RRFlag.ECTOPIC
        t_s += jitter_s
        moving = 1.0 if is_moving else 0.0
        if missed < self._faults.missed_pct / 100.0 + _MOVING_MISSED_SHARE * moving:
            self._n_missed += 1
            self._has_moved |= is_moving
            return []
        is_moving |= self._has_moved
        sensed = []
        if extra < self._faults.extra_pct / 100.0 + _MOVING_EXTRA_SHARE * moving:
            low, high = _EXTRA_PLACE
            before_s = self._last_tick / TICKS_PER_S
            extra_s = before_s + (t_s - before_s) * (low + (high - low) * place)
            sensed.append(self._reported(extra_s, RRFlag.EXTRA, float("nan"), 0, is_moving))
        if flag is RRFlag.NORMAL and self._n_missed and not sensed:
            flag = RRFlag.MISSED
        sensed.append(self._reported(t_s, flag, rr_ms, self._n_missed, is_moving))
        self._n_missed = 0
        self._has_moved = False
        return sensed

    def _reported(
        self, t_s: float, flag: RRFlag, true_rr_ms: float, n_missed: int, is_moving: bool
    ) -> SensedBeat:
        # Ticks of times, not of intervals: rounding must not add up over an hour.
        tick = round(t_s * TICKS_PER_S)
        rr_ticks = tick - (tick if self._last_tick is None else self._last_tick)
        self._last_tick = tick
        return SensedBeat(t_s, rr_ticks, flag, true_rr_ms, n_missed, is_moving)
