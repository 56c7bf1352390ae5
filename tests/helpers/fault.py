"""A fault that is to come, and one that happened: what a session may say of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from biofeedback.samples import GapReason, StreamKind

__all__ = ["ALL_STREAMS", "Fault", "Plan"]

ALL_STREAMS: Final = frozenset(StreamKind)


@dataclass(frozen=True)
class Plan:
    """One fault to come: what, when, to whom, and for how long where that has a meaning."""

    kind: str
    t_s: float
    name: str
    length_s: float = 0.0


@dataclass(frozen=True)
class Fault:
    """One fault that happened.

    Attributes
    ----------
    plan
        What it was.
    names
        The sensors that it concerns.
    kinds
        The streams of theirs that may have a hole.
    reasons
        What such a hole may be said to come of.
    until_s
        When such a hole has begun at the latest.
    there_s
        When the sensor could be had again; ``None`` where its connection stands.
    may_lose_nothing
        Whether a gap may be told though nothing is missing.
    """

    plan: Plan
    names: frozenset[str]
    reasons: frozenset[GapReason]
    until_s: float
    there_s: float | None = None
    kinds: frozenset[StreamKind] = ALL_STREAMS
    may_lose_nothing: bool = False

    @property
    def name(self) -> str:
        """What it was, in words."""
        return f"{self.plan.kind} of {self.plan.name} at {self.plan.t_s:g} s"

    @property
    def begin_s(self) -> float:
        """When it began."""
        return self.plan.t_s

    def concerns(self, name: str, kind: StreamKind) -> bool:
        """Whether it may leave a hole in a stream of a sensor."""
        return name in self.names and kind in self.kinds
