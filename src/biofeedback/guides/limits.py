"""How slow, how fast, how long: the limits that no guide and no setting can pass.

Three of them are kept apart. What a guide does *by itself* stays between 4.5 and 7 breaths a
minute and moves by a quarter breath a minute at most, once in 90 s. What a person *chooses* may go
further: down to 4 a minute, to the holds of a known exercise, up to 12 a minute. And nothing at all
is led outside what `biofeedback.pacing.BreathPattern` can be. Gentler limits hold in first sessions
and for whoever has a reason to take care.

The reasons: slow breathing that is too deep washes out carbon dioxide, in more than a third of
people on their first day (Szulczewski 2019, PLoS ONE 14:e0218550), which makes them dizzy; the
rates at which heart and breath swing together lie between 4.5 and 6.5 a minute (Vaschillo et al.
2002, Appl. Psychophysiol. Biofeedback 27:1-27); long holds strain a heart and a fright alike. The
numbers themselves are this project's own, and on the careful side.
"""

from __future__ import annotations

from dataclasses import dataclass

from biofeedback.pacing import MAX_BREATHS_PER_MIN, MIN_BREATHS_PER_MIN, BreathPattern

__all__ = [
    "AUTOMATIC_HIGHEST_PER_MIN",
    "AUTOMATIC_LOWEST_PER_MIN",
    "AUTOMATIC_PAUSE_S",
    "AUTOMATIC_STEP_PER_MIN",
    "FIRST_HOLD_S",
    "FIRST_LOWEST_PER_MIN",
    "GENTLE_LOWEST_PER_MIN",
    "HARD_HIGHEST_PER_MIN",
    "HARD_LOWEST_PER_MIN",
    "LONGEST_HOLD_S",
    "LOWEST_PER_MIN",
    "RAMP_HIGHEST_PER_MIN",
    "SHORTEST_PART_S",
    "SIGH_S",
    "Allowed",
    "at_rate",
    "automatic_step",
    "gentler",
    "within_limits",
]

AUTOMATIC_LOWEST_PER_MIN = 4.5
AUTOMATIC_HIGHEST_PER_MIN = 7.0
"""Between these a guide may move by itself."""

HARD_LOWEST_PER_MIN = 4.0
HARD_HIGHEST_PER_MIN = 7.5
"""Beyond these nothing that adapts goes, for whatever reason; a person may choose to."""

AUTOMATIC_STEP_PER_MIN = 0.25
AUTOMATIC_PAUSE_S = 90.0
"""By how much a guide moves at most, and how long it leaves things as they are before the next."""

LOWEST_PER_MIN = 4.0
FIRST_LOWEST_PER_MIN = 4.5
GENTLE_LOWEST_PER_MIN = 5.0
"""The slowest that a person may choose, by the time that the breath moves: holds left out."""

LONGEST_HOLD_S = 7.0  # that of 4-7-8, the longest of a widely known exercise
FIRST_HOLD_S = 4.0
SHORTEST_PART_S = 1.0  # of in and of out: anything less is a gasp

RAMP_HIGHEST_PER_MIN = MAX_BREATHS_PER_MIN
"""The quickest breath at which a ramp begins, however quickly a person breathes."""

SIGH_S = 300.0
"""How long sighs are led in a row."""

_LONGEST_BREATH_S = 60.0 / MIN_BREATHS_PER_MIN
_SHORTEST_BREATH_S = 60.0 / MAX_BREATHS_PER_MIN
_GENTLER_PER_MIN = 1.0
# Less than this is rounding, not a limit that was passed.
_TOLERANCE_S = 1e-6


@dataclass(frozen=True, slots=True)
class Allowed:
    """What may be led in place of what was asked for.

    Parameters
    ----------
    pattern
        The nearest breath within the limits; the very same if it was.
    reasons
        Which limits changed it: ``limit-no-holds``, ``limit-hold``, ``limit-part``,
        ``limit-slow`` or ``limit-fast``; none if it was within.
    """

    pattern: BreathPattern
    reasons: tuple[str, ...] = ()


def within_limits(pattern: BreathPattern, *, gentle: bool = False, first: bool = False) -> Allowed:
    """Return the breath nearest to one that a person chose which may be led.

    Parameters
    ----------
    pattern
        What was chosen.
    gentle
        No holds, and not slower than 5 a minute.
    first
        One of the first sessions: no hold over 4 s, and not slower than 4.5 a minute.
    """
    if gentle:
        lowest_per_min, longest_hold_s = GENTLE_LOWEST_PER_MIN, 0.0
    elif first:
        lowest_per_min, longest_hold_s = FIRST_LOWEST_PER_MIN, FIRST_HOLD_S
    else:
        lowest_per_min, longest_hold_s = LOWEST_PER_MIN, LONGEST_HOLD_S
    reasons = []
    in_s, hold_in_s, out_s, hold_out_s = pattern.parts_s
    hold_s = max(hold_in_s, hold_out_s)
    if hold_s > longest_hold_s + _TOLERANCE_S:
        if longest_hold_s == 0.0:
            reasons.append("limit-no-holds")
            hold_in_s = hold_out_s = 0.0
        else:
            # All parts alike: the proportions are what makes the exercise.
            reasons.append("limit-hold")
            scale = longest_hold_s / hold_s
            in_s, hold_in_s, out_s, hold_out_s = (part * scale for part in pattern.parts_s)
    if min(in_s, out_s) < SHORTEST_PART_S - _TOLERANCE_S:
        reasons.append("limit-part")
        in_s, out_s = max(in_s, SHORTEST_PART_S), max(out_s, SHORTEST_PART_S)
    longest_moving_s = 60.0 / lowest_per_min
    if in_s + out_s > longest_moving_s + _TOLERANCE_S:
        reasons.append("limit-slow")
        in_s, out_s = _moving_parts(in_s, out_s, longest_moving_s)
    whole_s = in_s + hold_in_s + out_s + hold_out_s
    if whole_s > _LONGEST_BREATH_S + _TOLERANCE_S:
        # Parts too short were made longer, which leaves less for the holds.
        reasons.append("limit-hold")
        scale = (_LONGEST_BREATH_S - in_s - out_s) / (hold_in_s + hold_out_s)
        hold_in_s, hold_out_s = hold_in_s * scale, hold_out_s * scale
    elif whole_s < _SHORTEST_BREATH_S - _TOLERANCE_S:
        # Holds are never made longer.
        reasons.append("limit-fast")
        moving_s = _SHORTEST_BREATH_S - hold_in_s - hold_out_s
        in_s, out_s = _moving_parts(in_s, out_s, moving_s)
    if not reasons:
        return Allowed(pattern)
    return Allowed(BreathPattern(in_s, hold_in_s, out_s, hold_out_s), tuple(dict.fromkeys(reasons)))


def at_rate(pattern: BreathPattern, breaths_per_min: float) -> BreathPattern:
    """Return a breath of the same shape at another rate.

    A quicker one has all parts shorter alike; a slower one keeps its holds as they are, since no
    hold is made longer than it was chosen. It is not checked against `within_limits`.

    Raises
    ------
    ValueError
        If the rate is outside what can be led at all.
    """
    period_s, old_s = 60.0 / breaths_per_min, pattern.period_s
    hold_in_s, hold_out_s = pattern.hold_in_s, pattern.hold_out_s
    if period_s == old_s:
        return pattern
    holds_s = hold_in_s + hold_out_s
    if period_s < old_s and holds_s > 0:
        # In and out keep what they need; the holds give way.
        scale = min(period_s / old_s, (period_s - 2 * SHORTEST_PART_S) / holds_s)
        hold_in_s, hold_out_s = hold_in_s * scale, hold_out_s * scale
    moving_s = period_s - hold_in_s - hold_out_s
    in_s, out_s = _moving_parts(pattern.in_s, pattern.out_s, moving_s)
    return BreathPattern(in_s, hold_in_s, out_s, hold_out_s)


def gentler(pattern: BreathPattern) -> BreathPattern:
    """Return a breath that is shorter and holds nothing, after one that was too much.

    It is faster by 1 a minute, within the automatic range, and so much faster that no part that
    moves is longer than before, as far as that range allows. Whoever had a faster one than that
    range keeps its rate.
    """
    moving_s = pattern.in_s + pattern.out_s
    rate = max(pattern.breaths_per_min + _GENTLER_PER_MIN, 60.0 / moving_s)
    rate = max(AUTOMATIC_LOWEST_PER_MIN, min(rate, AUTOMATIC_HIGHEST_PER_MIN))
    rate = max(rate, pattern.breaths_per_min)
    return BreathPattern.at_rate(rate, inhale_fraction=pattern.in_s / moving_s)


def automatic_step(from_per_min: float, to_per_min: float) -> float:
    """Return the rate after one automatic move from one rate towards another.

    It goes no further than `AUTOMATIC_STEP_PER_MIN`, and never out of the automatic range. From a
    rate outside, which a person chose, it only ever comes nearer to that range. If it may not move,
    it is where it was.
    """
    step = max(-AUTOMATIC_STEP_PER_MIN, min(to_per_min - from_per_min, AUTOMATIC_STEP_PER_MIN))
    to = from_per_min + step
    low, high = AUTOMATIC_LOWEST_PER_MIN, AUTOMATIC_HIGHEST_PER_MIN
    if from_per_min < low:
        return max(to, from_per_min)
    if from_per_min > high:
        return min(to, from_per_min)
    return max(low, min(to, high))


def _moving_parts(in_s: float, out_s: float, moving_s: float) -> tuple[float, float]:
    """Let in and out together last ``moving_s``, in proportion if neither gets too short."""
    new_in_s = in_s * moving_s / (in_s + out_s)
    shortest_s = min(SHORTEST_PART_S, moving_s / 2)
    new_in_s = max(shortest_s, min(new_in_s, moving_s - shortest_s))
    return new_in_s, moving_s - new_in_s
