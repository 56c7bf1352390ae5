"""One check for completeness: a stream whose channel 0 numbers its samples lacks none."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["missing_numbers"]


def missing_numbers(
    samples: Sequence[tuple[float, float]], gaps: Iterable[tuple[float, float]] = ()
) -> list[int]:
    """Return the numbers that are missing, or come twice or out of order.

    Parameters
    ----------
    samples
        Time and number of each sample, in the order in which they are kept.
    gaps
        From the last sample before to the first after each named gap; what lies in there was
        never delivered.
    """
    named = [(round(start_s, 6), round(end_s, 6)) for start_s, end_s in gaps]
    wrong: list[int] = []
    before_s, before = samples[0]
    for t_s, number in samples[1:]:
        is_next = number == before + 1
        is_after_gap = number > before and (round(before_s, 6), round(t_s, 6)) in named
        if not (is_next or is_after_gap) or t_s <= before_s:
            wrong += range(int(before) + 1, max(int(number), int(before) + 2))
        before_s, before = t_s, number
    return wrong
