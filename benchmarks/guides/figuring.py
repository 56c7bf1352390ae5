"""What all figures of guides are made with."""

from __future__ import annotations

from math import inf, nan
from typing import TYPE_CHECKING

from benchmarks.guides.known import KNOWN
from benchmarks.validation.figure import Figure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.guides.outcome import Outcome

__all__ = ["DESIGN", "figure_of", "lives_of", "quantile_of", "share_of"]

DESIGN = "own design"
"""Source of a bar that nobody has published."""


def figure_of(
    number: int,
    what: str,
    value: float,
    unit: str,
    source: str = DESIGN,
    *,
    low: float = -inf,
    high: float = inf,
) -> Figure:
    """Return a figure, with why its bar is missed where that is known."""
    return Figure(number, what, value, unit, source, low, high, KNOWN.get(what, ""))


def lives_of(outcomes: Iterable[Outcome], guide: str, way: str) -> list[Outcome]:
    """Return the lives of one plan."""
    return [one for one in outcomes if one.plan == f"{guide}, {way}"]


def share_of(flags: Iterable[bool]) -> float:
    """Return a share in per cent, ``nan`` of nothing."""
    every = list(flags)
    return 100.0 * sum(every) / len(every) if every else nan


def quantile_of(values: Iterable[float], share: float) -> float:
    """Return the value that a share of all lie below, ``nan`` of nothing."""
    every = sorted(values)
    return every[min(int(share * len(every)), len(every) - 1)] if every else nan
