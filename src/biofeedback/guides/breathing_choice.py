"""What a person chose to breathe by: read from the options that the guide begins with."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isnan
from typing import TYPE_CHECKING

from biofeedback.guides.limits import Allowed, at_rate, within_limits
from biofeedback.guides.pacer import pattern_of
from biofeedback.guides.yes_or_no import is_on
from biofeedback.pacing import MAX_BREATHS_PER_MIN, MIN_BREATHS_PER_MIN, PRESETS, BreathPattern

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["OWN", "SIGH", "BreathingChoice", "sighs"]

SIGH, OWN = "sigh", "own"
_PARTS = frozenset({"in_s", "hold_in_s", "out_s", "hold_out_s"})


@dataclass(frozen=True, slots=True)
class BreathingChoice:
    """The breath that was asked for, and how it is to be led.

    Parameters
    ----------
    pattern
        As asked for, limits not yet applied.
    is_sigh
        Whether it is the sigh: its hold is no hold, but a second, small in-breath.
    ramps
        Whether it begins at the person's present rate.
    gentle, first
        As for `biofeedback.guides.limits.within_limits`.
    duration_s
        After how long the session ends, ``inf`` for an open end.
    """

    pattern: BreathPattern
    is_sigh: bool = False
    ramps: bool = False
    gentle: bool = False
    first: bool = False
    duration_s: float = inf

    @classmethod
    def read(cls, options: Mapping[str, float | str]) -> BreathingChoice:
        """Read the options of `biofeedback.guides.breathing.Breathing`.

        Raises
        ------
        ValueError
            If they make no sense.
        """
        preset = str(options.get("preset", OWN))
        if preset != OWN and preset not in PRESETS:
            msg = f"no preset {preset!r}; there are {', '.join(PRESETS)} and {OWN}"
            raise ValueError(msg)
        given = _PARTS & options.keys()
        if preset != OWN:
            # A name says more than the parts beside it, which may be left from another choice.
            pattern = PRESETS[preset]
        elif given == _PARTS:
            pattern = pattern_of(options)
        elif given:
            msg = f"a breath has four parts; {', '.join(sorted(_PARTS - given))} missing"
            raise ValueError(msg)
        else:
            pattern = PRESETS["gentle"]
        duration_s = float(options.get("duration_s", inf))
        if isnan(duration_s):
            msg = "a session lasts some time, or has an open end"
            raise ValueError(msg)
        is_sigh = sighs(pattern)
        return cls(
            pattern,
            is_sigh,
            # A sigh is no pace to be led to.
            is_on(options, "ramp") and not is_sigh,
            is_on(options, "gentle"),
            is_on(options, "first"),
            duration_s,
        )

    def allowed(self, pattern: BreathPattern) -> Allowed:
        """Return the breath nearest to one which this person may be led by."""
        return within_limits(pattern, gentle=self.gentle, first=self.first)

    def allowed_at(self, shape: BreathPattern, breaths_per_min: float) -> BreathPattern:
        """Return the breath of a shape nearest to a rate which they may be led by."""
        rate = max(MIN_BREATHS_PER_MIN, min(breaths_per_min, MAX_BREATHS_PER_MIN))
        return self.allowed(at_rate(shape, rate)).pattern


def sighs(pattern: BreathPattern) -> bool:
    """Return whether a breath is the sigh, by whatever name it was chosen.

    On the way, and from a command line, only its parts are told; as a hold they would be wrong.
    """
    return pattern == PRESETS[SIGH]
