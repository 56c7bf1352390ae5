"""Breathing: by itself, or with the pacer."""

from __future__ import annotations

from math import cos, floor, pi, sqrt
from typing import TYPE_CHECKING

from biofeedback.simulation.carbon_dioxide import DEAD_SPACE_L
from biofeedback.simulation.seeds import rng_for

if TYPE_CHECKING:
    from biofeedback.pacing import PacerSegment
    from biofeedback.simulation.parameters import ClientParameters

__all__ = ["Lungs", "paced_volume"]

# How fast a person closes the distance to the pacer they breathe with.
_CATCH_UP_S = 2.0
# The depth of breath changes over about this long; nobody changes it at a stroke.
_VOLUME_S = 2.0
# A person keeps most of their distance to the pacer from one breath to the next.
_ERROR_KEPT = 0.9
# At this pace or slower a paced breath is a full one; at the faster pace it is a free one.
_FULL_BREATH_PER_MIN = 7.0
_FREE_BREATH_PER_MIN = 12.0
# Who lost the pacer watches it for as much of a breath before breathing with it again.
_WATCH_AGAIN_CYCLES = 1.0
# More of a breath than this in one step is no breathing but a pacer set anew.
_JUMP_CYCLES = 0.25


def paced_volume(
    parameters: ClientParameters, breaths_per_min: float, gentle: float = 0.0
) -> float:
    """Return the depth of a breath that follows a pacer.

    A slow breath is a full one unless it is kept small: then it brings in no more than the
    body needs, which is `ClientParameters.free_tidal_volume` at the free rate, above the dead
    space.

    Parameters
    ----------
    parameters
        The person.
    breaths_per_min
        The pace.
    gentle
        How far, 0 to 1, the breath is kept small.
    """
    span = _FREE_BREATH_PER_MIN - _FULL_BREATH_PER_MIN
    fullness = min(max((_FREE_BREATH_PER_MIN - breaths_per_min) / span, 0.0), 1.0)
    extra = (parameters.slow_tidal_volume - parameters.free_tidal_volume) * fullness
    if gentle > 0:
        needed = (parameters.free_tidal_volume - DEAD_SPACE_L) * (
            parameters.free_breaths_per_min / breaths_per_min - 1.0
        )
        extra += gentle * min(needed - extra, 0.0)
    return parameters.free_tidal_volume + extra


class Lungs:
    """Where in a breath the person is, and how full the lungs are.

    ``phase_cycles`` counts breaths: its whole part is the breath, its fraction the place in
    it, with the in-breath in the first half and the out-breath in the second, as the pacer
    counts; ``moved_cycles`` is how far the last step went. ``volume`` runs from minus to plus
    the tidal volume. ``gentle``, 0 to 1, is how far the person keeps slow breaths small.

    Parameters
    ----------
    parameters
        The person.
    seed
        For lengths and depths of breaths and the distance to the pacer.
    step_s
        Time between steps.
    follows_pacer
        False for a person who breathes as they please whatever is shown.
    """

    def __init__(
        self,
        parameters: ClientParameters,
        seed: int,
        step_s: float,
        *,
        follows_pacer: bool,
    ) -> None:
        self._parameters = parameters
        self._rng = rng_for(seed, "breathing")
        self._step_s = step_s
        self._follows_pacer = follows_pacer
        self.phase_cycles = 0.0
        self.followed_per_min: float | None = None
        self._free_period_s = 60.0 / parameters.free_breaths_per_min
        self._tidal_volume_aim = parameters.free_tidal_volume
        self._tidal_volume = parameters.free_tidal_volume
        self._pacer_cycles: float | None = None
        self._cycles_watched = 0.0
        self._error_cycles = 0.0
        self._shallow = 0.0
        self._shallow_volume = 0.0
        self.gentle = 0.0
        self.moved_cycles = 0.0

    @property
    def tidal_volume(self) -> float:
        """Depth of the present breath; 1 is a full slow one."""
        return self._tidal_volume

    @property
    def depth(self) -> float:
        """0 (breathed out) to 1 (breathed in)."""
        return (1.0 - cos(2 * pi * self.phase_cycles)) / 2.0

    @property
    def volume(self) -> float:
        """Lung volume about its middle, from minus to plus the tidal volume."""
        return -self._tidal_volume * cos(2 * pi * self.phase_cycles)

    def make_shallow(self, depth: float, tidal_volume: float) -> None:
        """Let the breaths to come be drawn towards a smaller one, by 0 to 1 of the way."""
        self._shallow, self._shallow_volume = depth, tidal_volume

    def step(
        self, t_s: float, segment: PacerSegment | None, arousal: float, *, attends: bool = True
    ) -> bool:
        """Breathe up to a time, one step after the last, and tell whether a breath began.

        Parameters
        ----------
        t_s
            Time at the end of the step.
        segment
            The pacer then, ``None`` while it stands still.
        arousal
            0 to 1.
        attends
            Whether the mind is with the pacer.
        """
        if segment is not None and self._follows_pacer and attends:
            moved_cycles = self._with_pacer(t_s, segment)
        else:
            if not attends:
                again = self._parameters.follow_lag_breaths - _WATCH_AGAIN_CYCLES
                self._cycles_watched = min(self._cycles_watched, max(again, 0.0))
            self._pacer_cycles = None
            self.followed_per_min = None
            moved_cycles = self._free()
        self.moved_cycles = moved_cycles
        breath = floor(self.phase_cycles)
        self.phase_cycles += moved_cycles
        is_new = floor(self.phase_cycles) > breath
        if is_new:
            self._begin_breath(arousal)
        self._tidal_volume += (
            (self._tidal_volume_aim - self._tidal_volume) * self._step_s / _VOLUME_S
        )
        return is_new

    def _free(self) -> float:
        in_share = self._parameters.free_inhale_fraction
        is_in = self.phase_cycles % 1.0 < 0.5
        half_s = self._free_period_s * (in_share if is_in else 1.0 - in_share)
        return 0.5 * self._step_s / half_s

    def _with_pacer(self, t_s: float, segment: PacerSegment) -> float:
        cycles = segment.at(t_s).phase_rad / (2 * pi)
        before = cycles if self._pacer_cycles is None else self._pacer_cycles
        self._pacer_cycles = cycles
        pacer_moved = (cycles - before) % 1.0
        if pacer_moved > _JUMP_CYCLES:
            pacer_moved = 0.0
        if self._cycles_watched < self._parameters.follow_lag_breaths:
            self._cycles_watched += pacer_moved
            return self._free()
        self.followed_per_min = segment.pattern.breaths_per_min
        behind = (cycles + self._error_cycles - self.phase_cycles + 0.5) % 1.0 - 0.5
        # Nobody breathes backwards: who is ahead waits.
        return max(pacer_moved + behind * self._step_s / _CATCH_UP_S, 0.0)

    def _begin_breath(self, arousal: float) -> None:
        person = self._parameters
        length, depth, error = self._rng.standard_normal(3).tolist()
        rate_per_min = person.free_breaths_per_min + person.arousal_breaths_per_min * arousal
        cv = person.breath_cv + person.arousal_breath_cv * arousal
        self._free_period_s = 60.0 / rate_per_min * min(max(1.0 + cv * length, 0.4), 2.5)
        aim = person.free_tidal_volume
        if self.followed_per_min is not None:
            aim = paced_volume(person, self.followed_per_min, self.gentle)
        if self._shallow > 0:
            aim += self._shallow * min(self._shallow_volume - aim, 0.0)
        self._tidal_volume_aim = aim * min(max(1.0 + cv * depth, 0.5), 1.5)
        # At ease the distance is small; it grows with arousal above the settled level.
        error_sd = person.phase_error_cycles + person.arousal_phase_error_cycles * max(
            arousal - person.settled_arousal, 0.0
        )
        self._error_cycles = (
            _ERROR_KEPT * self._error_cycles + sqrt(1.0 - _ERROR_KEPT**2) * error_sd * error
        )
