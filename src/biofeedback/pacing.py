"""The shape of a paced breath, as a pure function of session time.

The guide decides the pace, the pipeline locks on to its phase, the screen and the sound
show it, the simulated client breathes with it: all of them evaluate the same
`PacerSegment` at the time they care about, so none can drift from the others.

Conventions
-----------
depth      0 (breathed out) to 1 (breathed in), a raised cosine in each half.
phase_rad  0 to 2 pi over one breath, so that ``depth = (1 - cos(phase_rad)) / 2``: the
           in-breath runs from 0 to pi, the out-breath from pi to 2 pi, holds stand still.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from math import cos, floor, isfinite, pi

__all__ = [
    "MAX_BREATHS_PER_MIN",
    "MIN_BREATHS_PER_MIN",
    "PRESETS",
    "BreathPattern",
    "BreathStep",
    "PacerPosition",
    "PacerSegment",
    "shown_per_min",
]

MIN_BREATHS_PER_MIN = 3.0
MAX_BREATHS_PER_MIN = 12.0
# Rounding of the parts to tenths may carry a rate a hair over the limit.
_RATE_TOLERANCE = 1e-6


def shown_per_min(rate_per_min: float) -> float:
    """Return a pace as it is shown and said everywhere: in tenths, and 6.25 as 6.3.

    Paces move in quarters, so that many lie in the middle of two tenths. Which of them it would be
    is not left to the last bit, which differs between a rate and the breath that was made of it.
    """
    if not isfinite(rate_per_min):
        return rate_per_min
    return floor(10.0 * rate_per_min + 0.5 + _RATE_TOLERANCE) / 10.0


class BreathStep(IntEnum):
    """The four parts of a breath, in order."""

    IN = 0
    HOLD_IN = 1
    OUT = 2
    HOLD_OUT = 3

    @property
    def word(self) -> str:
        """The step's name in events: ``in``, ``hold-in``, ``out``, ``hold-out``."""
        return self.name.lower().replace("_", "-")


@dataclass(frozen=True, slots=True)
class BreathPattern:
    """Lengths of the four parts of a breath in seconds; holds may be zero.

    Raises
    ------
    ValueError
        If a length is negative, in or out are not above zero, or the whole is slower than
        `MIN_BREATHS_PER_MIN` or faster than `MAX_BREATHS_PER_MIN`.
    """

    in_s: float
    hold_in_s: float
    out_s: float
    hold_out_s: float

    def __post_init__(self) -> None:
        parts = self.parts_s
        if not all(isfinite(part) and part >= 0 for part in parts) or not (
            self.in_s > 0 and self.out_s > 0
        ):
            msg = "in and out must be above 0 s, holds 0 s or more"
            raise ValueError(msg)
        rate = self.breaths_per_min
        low, high = MIN_BREATHS_PER_MIN, MAX_BREATHS_PER_MIN
        if not low - _RATE_TOLERANCE <= rate <= high + _RATE_TOLERANCE:
            msg = f"{rate:.2f} breaths a minute is outside {low:g} to {high:g}"
            raise ValueError(msg)

    @classmethod
    def at_rate(
        cls, breaths_per_min: float, *, inhale_fraction: float = 0.4, hold_s: float = 0.0
    ) -> BreathPattern:
        """Return a breath at a rate, split 40 to 60 unless told otherwise.

        Parameters
        ----------
        breaths_per_min
            Breaths a minute.
        inhale_fraction
            Share of the moving time that is in-breath.
        hold_s
            Length of each of the two holds.

        Raises
        ------
        ValueError
            If there is no such breath within the limits.
        """
        if not breaths_per_min > 0:
            msg = f"a rate must be above 0 breaths a minute, not {breaths_per_min}"
            raise ValueError(msg)
        moving_s = 60.0 / breaths_per_min - 2 * hold_s
        in_s = moving_s * inhale_fraction
        return cls(in_s, hold_s, moving_s - in_s, hold_s)

    @property
    def parts_s(self) -> tuple[float, float, float, float]:
        """In, hold, out, hold."""
        return (self.in_s, self.hold_in_s, self.out_s, self.hold_out_s)

    @property
    def period_s(self) -> float:
        """Length of one breath."""
        return self.in_s + self.hold_in_s + self.out_s + self.hold_out_s

    @property
    def breaths_per_min(self) -> float:
        """Breaths a minute."""
        return 60.0 / self.period_s


PRESETS: dict[str, BreathPattern] = {
    "gentle": BreathPattern(4.0, 0.0, 6.0, 0.0),  # 6.0 a minute
    "slower": BreathPattern(4.4, 0.0, 6.5, 0.0),  # 5.5
    "slow": BreathPattern(4.8, 0.0, 7.2, 0.0),  # 5.0
    "longer-out": BreathPattern(3.5, 0.0, 7.0, 0.0),  # 5.7, out twice as long as in
    "even": BreathPattern(5.0, 0.0, 5.0, 0.0),  # 6.0, in as long as out
    "lighter": BreathPattern(3.2, 0.0, 4.3, 0.0),  # 8.0, to begin with
    "box": BreathPattern(4.0, 4.0, 4.0, 4.0),  # 3.75
    "4-7-8": BreathPattern(4.0, 7.0, 8.0, 0.0),  # 3.16
    # 6.0; its hold is none: a second, small in-breath on top of the first (Balban et al. 2023,
    # Cell Rep. Med. 4:100895, cyclic sighing).
    "sigh": BreathPattern(2.5, 1.0, 6.5, 0.0),
}


@dataclass(frozen=True, slots=True)
class PacerPosition:
    """Where in a breath one moment falls."""

    step: BreathStep
    fraction: float  # of the step, 0 to 1
    depth: float
    phase_rad: float
    n_breaths: int  # breaths completed since the segment began
    step_end_s: float


@dataclass(frozen=True, slots=True)
class PacerSegment:
    """The pacer from ``t_s`` on, until the next segment takes over.

    Parameters
    ----------
    t_s
        Session time at which it starts.
    pattern
        The breath.
    step, fraction
        Where in the breath it starts: a change of pace in mid-breath goes on from there.
    """

    t_s: float
    pattern: BreathPattern
    step: BreathStep = BreathStep.IN
    fraction: float = 0.0

    def at(self, t_s: float) -> PacerPosition:
        """Return the position at a time; times before the start give the start."""
        parts_s = self.pattern.parts_s
        lead_s = sum(parts_s[: self.step]) + self.fraction * parts_s[self.step]
        elapsed_s = max(t_s - self.t_s, 0.0) + lead_s
        n_breaths = int(elapsed_s // self.pattern.period_s)
        left_s = elapsed_s - n_breaths * self.pattern.period_s
        step = BreathStep.IN
        for step in BreathStep:
            if left_s < parts_s[step] or step is BreathStep.HOLD_OUT:
                break
            left_s -= parts_s[step]
        length_s = parts_s[step]
        # Rounding can leave a hair over in a last part of no length: that is its end.
        fraction = min(left_s / length_s, 1.0) if length_s > 0 else 1.0
        phase_rad = {
            BreathStep.IN: pi * fraction,
            BreathStep.HOLD_IN: pi,
            BreathStep.OUT: pi + pi * fraction,
            BreathStep.HOLD_OUT: 2 * pi,
        }[step]
        return PacerPosition(
            step,
            fraction,
            (1.0 - cos(phase_rad)) / 2.0,
            phase_rad,
            n_breaths,
            max(t_s, self.t_s) + max(length_s - left_s, 0.0),
        )

    def changed(self, t_s: float, pattern: BreathPattern) -> PacerSegment:
        """Return the segment that goes on from here with another pattern.

        Step and fraction carry over, so phase and depth are continuous. A hold that the new
        pattern does not have is over at once, at the same depth.
        """
        here = self.at(t_s)
        step, fraction = here.step, here.fraction
        if pattern.parts_s[step] == 0.0:
            step, fraction = BreathStep((step + 1) % len(BreathStep)), 0.0
        return PacerSegment(t_s, pattern, step, fraction)
