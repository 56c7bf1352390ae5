"""One number that was recomputed, the bar it has to reach, and where the bar comes from."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite

__all__ = ["Figure"]


@dataclass(frozen=True, slots=True)
class Figure:
    """What was found about one property of the pipeline.

    Parameters
    ----------
    number
        Group that it belongs to, as the table is ordered.
    what
        What was measured, and on what, in one line.
    value
        The figure; ``nan`` where the recording it needs is not on this machine.
    unit
        Of the figure and its bar; empty for a ratio.
    source
        Where the bar comes from: a publication, an independent program, our own design.
    low, high
        The bar: the figure must lie in ``[low, high]``. Both infinite: told, not judged.
    why
        For a bar that is missed, why it cannot be reached.
    """

    number: int
    what: str
    value: float
    unit: str
    source: str
    low: float = -inf
    high: float = inf
    why: str = ""

    @property
    def is_measured(self) -> bool:
        """Whether there is a figure at all."""
        return isfinite(self.value)

    @property
    def is_judged(self) -> bool:
        """Whether there is a bar."""
        return isfinite(self.low) or isfinite(self.high)

    @property
    def is_met(self) -> bool:
        """Whether the figure reaches its bar, if it has one and could be measured."""
        return not self.is_measured or self.low <= self.value <= self.high

    @property
    def bar(self) -> str:
        """The bar in words: ``at least 0.8``, ``at most 5``, ``0.87 to 0.91``."""
        if isfinite(self.low) and isfinite(self.high):
            return f"{self.low:.6g} to {self.high:.6g}"
        if isfinite(self.low):
            return f"at least {self.low:.6g}"
        return f"at most {self.high:.6g}" if isfinite(self.high) else ""

    @property
    def verdict(self) -> str:
        """``reached``, ``missed by …``, ``told`` or ``not measured``."""
        if not self.is_measured:
            return "not measured"
        if not self.is_judged:
            return "told"
        if self.is_met:
            return "reached"
        miss = self.low - self.value if self.value < self.low else self.value - self.high
        return f"missed by {miss:.3g}"
