"""One comparison: two medians measured in turns, their ratio, and the ratio that must be met."""

from __future__ import annotations

import statistics
import time
from dataclasses import asdict, dataclass
from math import isinf
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["LeftOut", "Result", "Stopwatch", "in_turns", "short"]


@dataclass(frozen=True, slots=True)
class Result:
    """What one benchmark found.

    Parameters
    ----------
    name
        What is compared.
    ours, theirs
        The two medians, in ``unit``.
    unit
        ``ms``, ``µs`` or ``MB``.
    target
        ``ours / theirs`` must not be above it; ``inf`` where it is only told.
    ours_is, theirs_is
        What was measured on each side, so that nobody has to guess what is included.
    """

    name: str
    ours: float
    theirs: float
    unit: str
    target: float
    ours_is: str
    theirs_is: str

    @property
    def ratio(self) -> float:
        """How much of the other side's cost ours is."""
        return self.ours / self.theirs

    @property
    def is_met(self) -> bool:
        """Whether the target was reached."""
        return self.ratio <= self.target

    def as_json(self) -> dict[str, Any]:
        """Every field, the ratio and the verdict."""
        target = None if isinf(self.target) else self.target
        return asdict(self) | {"target": target, "ratio": self.ratio, "is_met": self.is_met}

    def as_text(self) -> str:
        """Return a few lines for a terminal."""
        verdict = f", at most {short(self.target)}: {'met' if self.is_met else 'MISSED'}"
        if isinf(self.target):
            verdict = ", for comparison only"
        return (
            f"{self.name}\n"
            f"  ratio {short(self.ratio)}{verdict}\n"
            f"  {short(self.ours)} {self.unit}  {self.ours_is}\n"
            f"  {short(self.theirs)} {self.unit}  {self.theirs_is}"
        )


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What could not be measured here, which is no failure and no success.

    Parameters
    ----------
    name
        What would have been compared.
    why
        A sentence.
    """

    name: str
    why: str

    @property
    def is_met(self) -> bool:
        """Nothing was missed."""
        return True

    def as_json(self) -> dict[str, Any]:
        """Both fields."""
        return asdict(self)

    def as_text(self) -> str:
        """Return two lines for a terminal."""
        return f"{self.name}\n  left out: {self.why}"


class Stopwatch:
    """Seconds since it was made that were this process's own.

    Who is put aside for other programs does not pay for them, so a busy machine changes ratios
    less; who uses several cores at once pays for the time that passed.
    """

    __slots__ = ("_used_s", "_wall_s")

    def __init__(self) -> None:
        self._used_s = time.process_time()
        self._wall_s = time.perf_counter()

    def seconds(self) -> float:
        """Return what passed, or what was used of the processor where that is less."""
        wall_s = time.perf_counter() - self._wall_s
        return min(wall_s, time.process_time() - self._used_s)


def short(number: float) -> str:
    """Return three digits of a number, as people write them."""
    return f"{number:.3g}" if number < 1000 else f"{number:.0f}"


def in_turns(
    sides: Sequence[Callable[[], float]], rounds: int, *, warm_ups: int = 1
) -> list[float]:
    """Measure each side in turn and return the median of each.

    A machine's speed drifts within the hour by more than what is looked for; taken in turns,
    both sides see the same drift.
    """
    times: list[list[float]] = [[] for _ in sides]
    for number in range(warm_ups + rounds):
        for side, measure in enumerate(sides):
            cost = measure()
            if number >= warm_ups:
                times[side].append(cost)
    return [statistics.median(each) for each in times]
