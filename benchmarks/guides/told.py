"""What is known of a led session afterwards, and what was known of it at one moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from biofeedback.guides.pacer import PacerChange
    from biofeedback.samples import Command, Decision, GuideState, Metric

__all__ = ["Heard", "Told", "known_before"]


@dataclass(frozen=True, slots=True)
class Heard:
    """A measure, when it became known, and how many decisions had been told before it.

    One packet may hold two things: what follows from the second is known after a decision that
    the first led to, at the very same moment.
    """

    t_s: float
    metric: Metric
    n_decisions: int = 0


class Told(Protocol):
    """What is known of a session afterwards."""

    @property
    def states(self) -> Sequence[GuideState]:
        """What the guide asked for."""
        ...

    @property
    def decisions(self) -> Sequence[Decision]:
        """What was decided."""
        ...

    @property
    def changes(self) -> Sequence[PacerChange]:
        """What the pacer did."""
        ...

    @property
    def commands(self) -> Sequence[Command]:
        """What was asked of the session."""
        ...

    @property
    def heard(self) -> Sequence[Heard]:
        """Measures that speak of the state."""
        ...


@dataclass(frozen=True, slots=True)
class _Part:
    states: Sequence[GuideState]
    decisions: Sequence[Decision]
    changes: Sequence[PacerChange]
    commands: Sequence[Command]
    heard: Sequence[Heard]


def known_before(told: Told, place: int) -> Told:
    """Return a session with only those measures that were known at a decision, by its place."""
    heard = [one for one in told.heard if one.n_decisions <= place]
    return _Part(told.states, told.decisions, told.changes, told.commands, heard)
