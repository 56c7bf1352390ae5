"""What a session tells while it is led, in order: each state once, decisions, and the pacers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from biofeedback.guides.pacer import PacerChange
from biofeedback.samples import Decision, GuideState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from biofeedback.guides.guide import Turn

__all__ = ["Led", "Told"]

Led = GuideState | Decision | PacerChange


class Told:
    """Keeps what is to be told until it is taken."""

    def __init__(self) -> None:
        self._out: list[Led] = []
        self._state: GuideState | None = None

    def pacer(self, change: PacerChange) -> None:
        """Tell a change of a pacer."""
        self._out.append(change)

    def decided(self, t_s: float, guide: str, turns: Iterable[Turn]) -> None:
        """Tell decisions with their reasons."""
        self._out.extend(
            Decision(t_s, guide, turn.decision, turn.reason, dict(turn.facts)) for turn in turns
        )

    def ended(self, t_s: float, guide: str) -> None:
        """Tell that one guide is over and another may follow."""
        self._state = GuideState(t_s, guide, "ended")
        self._out.append(self._state)

    def state(self, state: GuideState) -> None:
        """Tell what holds from now on, if that is anything new."""
        told = self._state
        if told is None and not state.guide and not state.asks:
            return  # nobody leads, and nothing is asked
        if told is None or _without_time(state) != _without_time(told):
            self._state = state
            self._out.append(state)

    def take(self) -> tuple[Led, ...]:
        """Return what there is to tell since the last call."""
        out = tuple(self._out)
        self._out.clear()
        return out


def _without_time(state: GuideState) -> tuple[object, ...]:
    # A rate that is missing is no change from one that is missing.
    values = [getattr(state, name) for name in GuideState.__slots__ if name != "t_s"]
    return tuple(None if value != value else value for value in values)  # noqa: PLR0124 - is nan
