"""Ways in which a few intervals can be put right, each the answer to one kind of artifact."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple

from biofeedback.signal.rr_interval import MAX_RR_MS, MIN_RR_MS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Repair", "RepairKind", "rate_hz", "repairs", "replacements"]

# Shorter pieces than this are no beats; as rates they would drown all others.
_SHORTEST_MS = 100.0
# A missed beat makes an interval at least this much longer than the shorter neighbour, and its
# parts are between these shares of a neighbour or their mean: wide, roughness decides.
_LONGER = 1.3
_MIN_PART = 0.7
_MAX_PART = 1.3
_MAX_PARTS = 3
# Two intervals with an extra beat between are together at most this much longer than a neighbour.
_JOINED = 1.4
# An interval is replaced only if it is this share beyond both neighbours.
_OUTLIER_SHARE = 0.2
# No natural neighbours differ by more than this share of their mean rate.
_STEEPEST = 0.5
# Nor need those be told apart that differ by less.
_EVEN = 0.1


class RepairKind(Enum):
    """What is done to intervals, and so what was wrong with them."""

    MOVE = auto()  # a beat was early or late: it moves between its neighbours
    JOIN = auto()  # a beat was none: two intervals become one
    SPLIT = auto()  # beats were missed: one interval becomes several
    REPLACE = auto()  # an interval is wrong, and nothing tells where its time went
    WAIT = auto()  # only the newest interval is odd: what follows it will tell


class Repair(NamedTuple):
    """New lengths for some intervals.

    Parameters
    ----------
    kind
        What is done.
    place
        Index of the first interval concerned.
    n_replaced
        How many intervals are concerned.
    lengths_ms
        What stands in their place.
    """

    kind: RepairKind
    place: int
    n_replaced: int
    lengths_ms: tuple[float, ...]


def rate_hz(rr_ms: float) -> float:
    """Heart rate, beats a second, of one interval; never above ten."""
    return 1000.0 / max(rr_ms, _SHORTEST_MS)


def repairs(rr_ms: Sequence[float], rates_hz: Sequence[float], first: int) -> Iterator[Repair]:
    """Give every repair that keeps the time of all other beats and could be meant.

    Parameters
    ----------
    rr_ms, rates_hz
        Some intervals in a row and their rates, oldest first.
    first
        Index of the first that may be changed.
    """
    n_intervals = len(rr_ms)
    for place in range(first, n_intervals):
        here_ms = rr_ms[place]
        before_ms = rr_ms[place - 1] if place else here_ms
        if place + 1 < n_intervals:
            after_ms = rr_ms[place + 1]
            both_ms = here_ms + after_ms
            for halves_ms in _halves_ms(both_ms, rates_hz, place, 2):
                yield Repair(RepairKind.MOVE, place, 2, halves_ms)
            beyond_ms = rr_ms[place + 2] if place + 2 < n_intervals else before_ms
            if both_ms <= min(MAX_RR_MS, _JOINED * max(before_ms, beyond_ms)):
                yield Repair(RepairKind.JOIN, place, 2, (both_ms,))
        else:
            after_ms = before_ms
        neighbours_ms = (before_ms if place else after_ms, after_ms)
        yield from _splits(here_ms, neighbours_ms, rates_hz, place)


def _splits(
    here_ms: float, neighbours_ms: tuple[float, float], rates_hz: Sequence[float], place: int
) -> Iterator[Repair]:
    """Give the ways to divide an interval into as many as might have been missed."""
    if here_ms <= _LONGER * min(neighbours_ms):
        return
    # A neighbour may be an artifact too.
    usual_ms = (sum(neighbours_ms) / 2.0, *neighbours_ms)
    for n_parts in range(2, _MAX_PARTS + 1):
        part_ms = here_ms / n_parts
        if part_ms < MIN_RR_MS or not any(
            _MIN_PART < part_ms / length_ms < _MAX_PART for length_ms in usual_ms
        ):
            continue
        if n_parts > 2:
            yield Repair(RepairKind.SPLIT, place, 1, (part_ms,) * n_parts)
            continue
        for halves_ms in _halves_ms(here_ms, rates_hz, place, 1):
            yield Repair(RepairKind.SPLIT, place, 1, halves_ms)


def replacements(rr_ms: Sequence[float], first: int) -> Iterator[Repair]:
    """Give for each interval far shorter or longer than both neighbours the mean of those.

    Parameters
    ----------
    rr_ms
        Some intervals in a row, oldest first.
    first
        Index of the first that may be changed.
    """
    for place in range(max(first, 1), len(rr_ms) - 1):
        before_ms, here_ms, after_ms = rr_ms[place - 1 : place + 2]
        is_short = here_ms < (1.0 - _OUTLIER_SHARE) * min(before_ms, after_ms)
        if is_short or here_ms > (1.0 + _OUTLIER_SHARE) * max(before_ms, after_ms):
            yield Repair(RepairKind.REPLACE, place, 1, ((before_ms + after_ms) / 2.0,))


def _halves_ms(
    both_ms: float, rates_hz: Sequence[float], place: int, n_replaced: int
) -> Iterator[tuple[float, float]]:
    """Divide a time in two as the rates around it rise or fall, and evenly if that is not the same.

    The rates of the two are those of the cubic through two known rates on either side (at -2,
    -1, 2 and 3, read at 0 and 1), of the line through one on either side, or go on as before.
    Evenly is right where the rates around are themselves those of artifacts.
    """
    end = place + n_replaced
    n_before, n_after = min(place, 2), min(len(rates_hz) - end, 2)
    if n_before == n_after == 2:
        fall_hz = 0.5 * (rates_hz[place - 1] - rates_hz[end])
        fall_hz -= 0.1 * (rates_hz[place - 2] - rates_hz[end + 1])
    elif n_before and n_after:
        fall_hz = (rates_hz[place - 1] - rates_hz[end]) / 3.0
    elif n_before > 1:
        fall_hz = rates_hz[place - 2] - rates_hz[place - 1]
    elif n_after > 1:
        fall_hz = rates_hz[end] - rates_hz[end + 1]
    else:
        fall_hz = 0.0
    mean_hz = 2000.0 / both_ms
    share = max(-_STEEPEST, min(_STEEPEST, fall_hz / mean_hz))
    first_ms = both_ms * (0.5 - share / 4.0)
    yield first_ms, both_ms - first_ms
    if abs(share) > _EVEN:
        yield both_ms / 2.0, both_ms / 2.0
