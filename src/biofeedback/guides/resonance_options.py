"""What the adaptive pacer is begun with: flat arguments, read and checked."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite
from typing import TYPE_CHECKING

from biofeedback.guides.limits import (
    AUTOMATIC_HIGHEST_PER_MIN,
    AUTOMATIC_LOWEST_PER_MIN,
    GENTLE_LOWEST_PER_MIN,
    HARD_HIGHEST_PER_MIN,
    HARD_LOWEST_PER_MIN,
    within_limits,
)
from biofeedback.guides.pacer import pattern_of
from biofeedback.guides.resonance_estimate import USUAL_SD_PER_MIN
from biofeedback.guides.resonance_search import Usual
from biofeedback.guides.yes_or_no import is_on
from biofeedback.pacing import BreathPattern

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ResonanceOptions"]

_DEFAULT_PER_MIN, _INHALE_FRACTION = 6.0, 0.4
_PARTS = frozenset({"in_s", "hold_in_s", "out_s", "hold_out_s"})
_WIDEST_INHALE, _NARROWEST_INHALE = 0.6, 0.3
_LEAST_UNCERTAINTY, _MOST_UNCERTAINTY = 0.15, 1.0


@dataclass(frozen=True, slots=True)
class ResonanceOptions:
    """What was chosen.

    Parameters
    ----------
    is_gentle
        Not slower than 5 a minute.
    explores
        Whether it looks around.
    asks_first
        Whether it asks before each move.
    duration_s
        Of the session, ``inf`` for an open end.
    earlier
        An earlier result, ``None`` for none.
    shape
        The proportions of a breath.
    start_per_min
        The pace where no heart leads it to another.
    """

    is_gentle: bool
    explores: bool
    asks_first: bool
    duration_s: float
    earlier: Usual | None
    shape: BreathPattern
    start_per_min: float

    @classmethod
    def read(cls, options: Mapping[str, float | str]) -> ResonanceOptions:
        """Return what flat arguments say; those that it does not know are passed over.

        Raises
        ------
        ValueError
            If they make no sense.
        """
        is_gentle = is_on(options, "gentle")
        duration_s = _number(options, "duration_s", 0.0, inf)
        earlier = _earlier(options)
        shape, start_per_min = _breath(options, is_gentle=is_gentle)
        if earlier is not None:
            start_per_min = earlier.per_min
        lowest_per_min = GENTLE_LOWEST_PER_MIN if is_gentle else AUTOMATIC_LOWEST_PER_MIN
        return cls(
            is_gentle,
            is_on(options, "explores", usually=True),
            is_on(options, "asks"),
            inf if duration_s is None else duration_s,
            earlier,
            shape,
            max(lowest_per_min, min(start_per_min, AUTOMATIC_HIGHEST_PER_MIN)),
        )

    @property
    def lowest_per_min(self) -> float:
        """The slowest pace that it leads by itself."""
        return GENTLE_LOWEST_PER_MIN if self.is_gentle else AUTOMATIC_LOWEST_PER_MIN


def _earlier(options: Mapping[str, float | str]) -> Usual | None:
    per_min = _number(options, "resonance_per_min", HARD_LOWEST_PER_MIN, HARD_HIGHEST_PER_MIN)
    sd_per_min = _number(options, "uncertainty_per_min", 0.0, inf)
    if per_min is None:
        return None
    sd_per_min = USUAL_SD_PER_MIN if sd_per_min is None else sd_per_min
    return Usual(per_min, max(_LEAST_UNCERTAINTY, min(sd_per_min, _MOST_UNCERTAINTY)))


def _breath(options: Mapping[str, float | str], *, is_gentle: bool) -> tuple[BreathPattern, float]:
    fraction = _number(options, "inhale_fraction", _NARROWEST_INHALE, _WIDEST_INHALE)
    given = _PARTS & options.keys()
    if given and given != _PARTS:
        msg = f"a breath has four parts; {', '.join(sorted(_PARTS - given))} missing"
        raise ValueError(msg)
    if given:
        shape = within_limits(pattern_of(options), gentle=is_gentle).pattern
        return shape, shape.breaths_per_min
    fraction = _INHALE_FRACTION if fraction is None else fraction
    return BreathPattern.at_rate(_DEFAULT_PER_MIN, inhale_fraction=fraction), _DEFAULT_PER_MIN


def _number(options: Mapping[str, float | str], name: str, low: float, high: float) -> float | None:
    if name not in options:
        return None
    value = float(options[name])
    if not low <= value <= high or (high < inf and not isfinite(value)):
        msg = f"{name} is {low:g} to {high:g}, not {value:g}"
        raise ValueError(msg)
    return value
