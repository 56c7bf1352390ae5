"""What is wrong with a few intervals: the repair after which they run smoothly.

Every repair is tried, and the intervals judged by how rough the heart rate runs after it. The
kinds are those of Lipponen and Tarvainen (2019): ectopic, extra, missed, too long or short.
They tell them apart by the signs of two or three differences between intervals, which the
large swing of slow breathing can imitate or cover. Third differences of the *rate* do neither:
a swing of any size is close to a parabola over four beats, and in rate it is as wide at its
slow end as at its fast one, where as an interval it is a narrow peak.

Roughness is the mean squared third difference of the rate, over all four intervals in a row of
which one is pending. A repair is taken that leaves a quarter of it or less. Three rules keep
what is natural:

- The heart leaps as breath turns. A beat is moved on the published condition, that the step
  between its two intervals goes back on both sides, or where a twentieth is left without it.
- Intervals such as there were lately are neither missed beats nor extra ones.
- Repairs that make intervals unlike all of late count as rougher than they are, and are not
  tried where those are unlike by a third.

Where no single repair is enough, two together may be, if they leave 6 %: early beats come in
pairs, and noise in bursts. Where they do not either, an interval a fifth beyond both of its
neighbours is replaced by their mean, if that leaves a tenth. An interval unlike all of late by
a third, that only what follows would explain, is made like them: several beats are often missed
in a row, and none of those tells about another.

References
----------
Lipponen and Tarvainen (2019), J. Med. Eng. Technol. 43:173-181.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from biofeedback.signal.rr_repair import Repair, RepairKind, rate_hz, repairs, replacements

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["HISTORY", "explain"]

# How many confirmed intervals before the one judged take part.
HISTORY = 3
_ORDER = 3
_MIN_INTERVALS = 4
# A repair explains what is odd if it leaves at most this share of the roughness; two, where one
# is not enough, this; an interval replaced, whose time is not kept, this. The first intervals of
# a stretch are too few to show a curve: there what is natural can look odd.
_LEFT = 0.25
_LEFT_AT_START = 0.05
_LEFT_BY_TWO = 0.06
_LEFT_BY_REPLACING = 0.1
# How many repairs are tried with a second.
_FIRST_OF_TWO = 4
# A move that the intervals around do not ask for has to leave so much less.
_UNANSWERED = 5.0
# An interval this many times as long as the mean beside it, or as short, is odd by itself.
_FAR = 1.4
# A rate this many times as low as the lowest of late, or as high as the highest, is no rhythm.
_UNLIKE = 1.3
# Rates beyond those of the last breath or two add to the roughness, by this much.
_BEYOND_RANGE = 72.0
_RANGE_MARGIN = 0.05


def explain(
    history_ms: Sequence[float],
    pending_ms: Sequence[float],
    recent_hz: Sequence[float],
) -> Repair | None:
    """Find the repair that explains what is odd among some intervals.

    Parameters
    ----------
    history_ms
        The last confirmed intervals, corrected, at most `HISTORY`.
    pending_ms
        Those to be judged, oldest first.
    recent_hz
        Rates of the last breath or two, from low to high; empty where there are too few.

    Returns
    -------
    Repair or None
        The one that concerns the first pending interval where one of two does; its place is
        among the pending ones. ``None`` where none explains anything.
    """
    n_history = len(history_ms)
    rr_ms = [*history_ms, *pending_ms]
    if len(rr_ms) < _MIN_INTERVALS:
        return None
    # Two differences have to be left when two intervals have become one.
    order = min(_ORDER, len(rr_ms) - 3)
    rates_hz = [rate_hz(length_ms) for length_ms in rr_ms]
    now = _roughness(rates_hz, n_history, order)
    tried = _tried(rr_ms, rates_hz, n_history, order, recent_hz)
    found: tuple[Repair, ...] = ()
    if order < _ORDER:
        if tried and tried[0][0] <= _LEFT_AT_START * now:
            found = (tried[0][1],)
    elif tried:
        left, best = tried[0]
        if left > _LEFT * now:
            found = _two(rr_ms, tried, n_history, recent_hz, _LEFT_BY_TWO * now)
            found = found or _replacement(rr_ms, rates_hz, n_history, _LEFT_BY_REPLACING * now)
        elif best.place > n_history and _is_far(_repaired(rr_ms, best), n_history):
            # The later one is the rougher; the first may be an artifact all the same.
            of_first = [each for each in tried if each[1].place == n_history]
            found = _two(rr_ms, of_first, n_history, recent_hz, _LEFT * left) or (best,)
        else:
            found = (best,)
    if not any(repair.place == n_history for repair in found):
        found = _likened(rr_ms, rates_hz, n_history, tried, recent_hz) or found
    if not found:
        return None
    first = min(found, key=lambda repair: repair.place)
    return first._replace(place=first.place - n_history)


def _tried(
    rr_ms: Sequence[float],
    rates_hz: Sequence[float],
    n_history: int,
    order: int,
    recent_hz: Sequence[float],
) -> list[tuple[float, Repair]]:
    """Return repairs with the roughness that each leaves, the smoothest first."""
    tried = []
    for repair in repairs(rr_ms, rates_hz, n_history):
        if recent_hz and (
            _is_usual(repair, rates_hz, recent_hz)
            or any(_is_unlike(rate_hz(length_ms), recent_hz) for length_ms in repair.lengths_ms)
        ):
            continue
        left = _left_by(repair, rates_hz, n_history, order)
        if recent_hz:
            left += _beyond(repair.lengths_ms, recent_hz)
        if not _is_answered(repair, rr_ms):
            left *= _UNANSWERED
        tried.append((left, repair))
    n_intervals = len(rr_ms)
    if n_intervals - n_history > 2 and n_intervals > order + 1:
        waiting = Repair(RepairKind.WAIT, n_intervals - 1, 1, (rr_ms[-1],))
        tried.append((_roughness(rates_hz[:-1], n_history, order), waiting))
    tried.sort(key=lambda each: each[0])
    return tried


def _two(
    rr_ms: Sequence[float],
    tried: Sequence[tuple[float, Repair]],
    n_history: int,
    recent_hz: Sequence[float],
    least: float,
) -> tuple[Repair, ...]:
    """Return the two repairs that together leave less roughness than some, if any do."""
    found: tuple[Repair, ...] = ()
    for _, repair in tried[:_FIRST_OF_TWO]:
        repaired_ms = _repaired(rr_ms, repair)
        repaired_hz = [rate_hz(length_ms) for length_ms in repaired_ms]
        for left, second in _tried(repaired_ms, repaired_hz, n_history, _ORDER, recent_hz):
            if left >= least:
                break
            # One that begins before the first and ends in it is none of what was sent.
            if not second.place < repair.place < second.place + second.n_replaced:
                least, found = left, (repair, second)
                break
    return found


def _is_far(rr_ms: Sequence[float], place: int) -> bool:
    """Tell whether an interval is far longer or shorter than those beside it."""
    if place == 0 or place + 1 >= len(rr_ms):
        return False
    ratio = 2.0 * rr_ms[place] / (rr_ms[place - 1] + rr_ms[place + 1])
    return not 1.0 / _FAR < ratio < _FAR


def _likened(
    rr_ms: Sequence[float],
    rates_hz: Sequence[float],
    n_history: int,
    tried: Sequence[tuple[float, Repair]],
    recent_hz: Sequence[float],
) -> tuple[Repair, ...]:
    """Return the repair that makes an interval unlike all of late like those, if one does.

    Where one artifact follows the other, what is to come tells nothing.
    """
    if not recent_hz or not _is_unlike(rates_hz[n_history], recent_hz):
        return ()
    found: tuple[Repair, ...] = ()
    least = float("inf")
    for _, repair in tried:
        if repair.place == n_history and not _beyond(repair.lengths_ms, recent_hz):
            repaired_ms = [*rr_ms[:n_history], *repair.lengths_ms]
            new_hz = [rate_hz(length_ms) for length_ms in repaired_ms]
            left = _roughness(new_hz, n_history, min(_ORDER, len(new_hz) - 1))
            if left < least:
                found, least = (repair,), left
    return found


def _replacement(
    rr_ms: Sequence[float], rates_hz: Sequence[float], n_history: int, least: float
) -> tuple[Repair, ...]:
    """Return the one interval whose replacement leaves less roughness than some, if any."""
    found: tuple[Repair, ...] = ()
    for repair in replacements(rr_ms, n_history):
        left = _left_by(repair, rates_hz, n_history, _ORDER)
        if left < least:
            found, least = (repair,), left
    return found


def _is_answered(repair: Repair, rr_ms: Sequence[float]) -> bool:
    """Tell whether a step between two intervals goes back on both sides, as published.

    A beat out of place makes one. The leap of a heart as a breath turns makes a step that
    stays, and a move would only blunt it.
    """
    place = repair.place
    if repair.kind is not RepairKind.MOVE or place == 0 or place + 2 >= len(rr_ms):
        return True
    before_ms, here_ms, after_ms, beyond_ms = rr_ms[place - 1 : place + 3]
    step_ms = after_ms - here_ms
    return (here_ms - before_ms) * step_ms < 0.0 and (beyond_ms - after_ms) * step_ms < 0.0


def _is_usual(repair: Repair, rates_hz: Sequence[float], recent_hz: Sequence[float]) -> bool:
    """Tell whether a split or a join would change only such intervals as there were lately."""
    if repair.kind is RepairKind.MOVE:
        return False
    # The second from either end: one of them may itself be what was not found.
    low_hz, high_hz = recent_hz[1] * (1.0 - _RANGE_MARGIN), recent_hz[-2] * (1.0 + _RANGE_MARGIN)
    changed = rates_hz[repair.place : repair.place + repair.n_replaced]
    return all(low_hz <= rate <= high_hz for rate in changed)


def _is_unlike(rate: float, recent_hz: Sequence[float]) -> bool:
    """Tell whether a rate is far from all of late."""
    return not recent_hz[0] / _UNLIKE < rate < recent_hz[-1] * _UNLIKE


def _beyond(lengths_ms: Sequence[float], recent_hz: Sequence[float]) -> float:
    """How far some new intervals lie beyond those lately."""
    low_hz, high_hz = recent_hz[0] * (1.0 - _RANGE_MARGIN), recent_hz[-1] * (1.0 + _RANGE_MARGIN)
    beyond = 0.0
    for length_ms in lengths_ms:
        rate = rate_hz(length_ms)
        if rate < low_hz:
            beyond += (low_hz - rate) ** 2
        elif rate > high_hz:
            beyond += (rate - high_hz) ** 2
    return _BEYOND_RANGE * beyond


def _repaired(values: Sequence[float], repair: Repair) -> list[float]:
    return [
        *values[: repair.place],
        *repair.lengths_ms,
        *values[repair.place + repair.n_replaced :],
    ]


def _left_by(repair: Repair, rates_hz: Sequence[float], n_history: int, order: int) -> float:
    """Roughness after a repair."""
    new_hz = [rate_hz(length_ms) for length_ms in repair.lengths_ms]
    end = repair.place + repair.n_replaced
    return _roughness([*rates_hz[: repair.place], *new_hz, *rates_hz[end:]], n_history, order)


def _roughness(rates_hz: Sequence[float], n_history: int, order: int) -> float:
    """Mean squared third (or lower) difference, over those that reach beyond the history."""
    rates = rates_hz[max(0, n_history - order) :]
    if order == _ORDER:
        total = 0.0
        for a, b, c, d in zip(rates, rates[1:], rates[2:], rates[3:], strict=False):
            third = d - a + 3.0 * (b - c)
            total += third * third
        return total / (len(rates) - _ORDER) if len(rates) > _ORDER else 0.0
    for _ in range(order):
        rates = [later - earlier for earlier, later in pairwise(rates)]
    return sum(rate * rate for rate in rates) / len(rates) if rates else 0.0
