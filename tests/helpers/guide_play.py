"""Plays a guide with a real leader, as a session would: commands, measures, and time.

    told = play().begin("breathing", preset="even").metrics(20.0, adherence=0.9).advance(60.0)
    assert told.stage == "settle"

Times are session times in seconds and may not go back. What a call led to is in `Play.news`, all
that was told so far in `Play.out`.
"""

from __future__ import annotations

from itertools import pairwise
from math import nan
from typing import TYPE_CHECKING

from biofeedback.guides.companion import Advice
from biofeedback.guides.leader import Leader
from biofeedback.guides.pacer import PacerChange
from biofeedback.kinds import Role
from biofeedback.samples import Command, Decision, GuideState, Metric

if TYPE_CHECKING:
    from biofeedback.guides.leader import Led

__all__ = ["Play", "play"]


class Play:
    """One session that is led, all that was asked of it, and all that was told of it."""

    def __init__(self, leader: Leader | None = None) -> None:
        self.leader = Leader() if leader is None else leader
        self.t_s = 0.0
        self.out: list[Led] = []
        self.commands: list[Command] = []
        self.news: tuple[Led, ...] = ()

    # What comes in. Each returns the play itself, so that a scene reads as one line.

    def begin(self, guide: str, t_s: float = 0.0, /, **options: float | str) -> Play:
        """Begin a guide with its options."""
        return self.command(t_s, "begin", guide=guide, **options)

    def command(self, t_s: float, name: str, /, **arguments: float | str) -> Play:
        """Give any command."""
        command = Command(t_s, name, arguments)
        self.commands.append(command)
        return self._heard(t_s, self.leader.command(command))

    def word(self, t_s: float, name: str, /, **arguments: float | str) -> Play:
        """Say a word, such as ``slower``; the same as `command`, and reads better."""
        return self.command(t_s, name, **arguments)

    def answer(self, t_s: float, answer: str | float, question: str = "") -> Play:
        """Answer the question that waits, or a named one: by a word, or by points."""
        asked = question or self.advance(t_s).asks
        if isinstance(answer, str):
            return self.command(t_s, "answer", question=asked, word=answer)
        return self.command(t_s, "answer", question=asked, points=float(answer))

    def metrics(
        self,
        t_s: float,
        *,
        quality: float = 1.0,
        source: str = "belt",
        role: Role = Role.CLIENT,
        **values: float,
    ) -> Play:
        """Let measures be told at a time, all of one quality and from one sensor."""
        self.advance(t_s)
        before = self.news
        name = source if role is Role.CLIENT else role.value
        measures = [
            Metric(t_s, key, value, "", 0.0, quality, source=name) for key, value in values.items()
        ]
        self._heard(t_s, self.leader.sense(measures, t_s))
        self.news = before + self.news
        return self

    def steadily(
        self,
        until_s: float,
        *,
        every_s: float = 5.0,
        quality: float = 1.0,
        source: str = "belt",
        role: Role = Role.CLIENT,
        **values: float,
    ) -> Play:
        """Let the same measures be told again and again, until a time."""
        news: tuple[Led, ...] = ()
        while self.t_s + every_s <= until_s:
            self.metrics(self.t_s + every_s, quality=quality, source=source, role=role, **values)
            news += self.news
        self.advance(until_s)
        self.news = news + self.news
        return self

    def ease(self, t_s: float, reason: str) -> Play:
        """Let the guide hear from its leader that this is too much, as the companion would."""
        self.advance(t_s)
        before = self.news
        # The companion's own rules are tested apart: here is what they come to.
        self.leader._follow(t_s, Advice(ease=reason))
        self.leader._settle(t_s)
        self._heard(t_s, self.leader._told.take())
        self.news = before + self.news
        return self

    def advance(self, t_s: float) -> Play:
        """Let time pass."""
        return self._heard(t_s, self.leader.advance(t_s))

    def _heard(self, t_s: float, news: tuple[Led, ...]) -> Play:
        assert t_s >= self.t_s, "time does not go back"
        self.t_s = t_s
        self.news = news
        self.out.extend(news)
        return self

    # What came of it.

    @property
    def states(self) -> list[GuideState]:
        """Every state told so far."""
        return [item for item in self.out if isinstance(item, GuideState)]

    @property
    def decisions(self) -> list[Decision]:
        """Every decision so far."""
        return [item for item in self.out if isinstance(item, Decision)]

    @property
    def pacer_changes(self) -> list[PacerChange]:
        """Every change of the client's pacer so far."""
        return [
            item for item in self.out if isinstance(item, PacerChange) and item.role is Role.CLIENT
        ]

    @property
    def state(self) -> GuideState:
        """The newest state."""
        return self.states[-1]

    @property
    def stage(self) -> str:
        """The newest stage."""
        return self.state.stage

    @property
    def asks(self) -> str:
        """The question that waits, empty when none does."""
        return self.state.asks if self.states else ""

    @property
    def rate_per_min(self) -> float:
        """Breaths a minute that the pacer leads now; ``nan`` while it stands still."""
        segment = self.leader.segment
        return nan if segment is None else segment.pattern.breaths_per_min

    @property
    def reasons(self) -> list[str]:
        """Reasons of all decisions, in order."""
        return [decision.reason for decision in self.decisions]

    @property
    def stages(self) -> list[str]:
        """Every stage so far, each once for as long as it lasted."""
        told = [state.stage for state in self.states if state.stage]
        return [
            *told[:1],
            *(later for earlier, later in pairwise(told) if later != earlier),
        ]

    def decided(self, reason: str) -> Decision:
        """Return the newest decision for a reason."""
        return [decision for decision in self.decisions if decision.reason == reason][-1]

    def stage_at(self, t_s: float) -> str:
        """Return the stage that held at a time."""
        return [state for state in self.states if state.t_s <= t_s][-1].stage

    def since(self, t_s: float) -> list[Led]:
        """Return all that was told at a time and after it."""
        return [item for item in self.out if item.t_s >= t_s]


def play(leader: Leader | None = None) -> Play:
    """Return a play that has not begun yet."""
    return Play(leader)
