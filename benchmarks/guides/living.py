"""One virtual client, led by a guide through the very session that people have.

The client wears simulated sensors, whose packets go through the real decoders into a real
`SessionCore`. The pacer and the guide's state lead the client; what the guide or its companion
asks, the client answers in their own time. Nothing is taken from a clock: the same arguments give
the same life.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from math import inf, nan
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.guides.saying import Said, calls_for_gentle_breaths, said_by
from benchmarks.guides.told import Heard
from benchmarks.guides.wearing import Moment, Wearing
from biofeedback.devices.simulated_guidance import guidance_of
from biofeedback.guides.pacer import PacerChange
from biofeedback.kinds import Role
from biofeedback.runtime.session import SessionCore
from biofeedback.samples import Command, Decision, GuideState, Metric, frozen, sensor_of
from biofeedback.signal.baseline import baseline_chunk
from biofeedback.simulation.body import SimulatedBody
from biofeedback.simulation.client import STEPS_PER_S

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from biofeedback.guides.leader import Led
    from biofeedback.pacing import PacerSegment
    from biofeedback.samples import Chunk, Result
    from biofeedback.signal.baseline import Baseline
    from biofeedback.simulation.client import VirtualClient
    from biofeedback.simulation.episodes import Episode
    from biofeedback.simulation.guidance import Guidance
    from biofeedback.simulation.population import Individual

__all__ = ["ALL", "Heard", "Lived", "Said", "alone", "lead", "quiet_minutes"]

ALL = ("strap", "belt", "skin")
# The client goes with the pacer as it was at the beginning of such a stretch.
_TICK_S = 0.5
_TICKS_PER_S = 2
# A quiet stretch at another time of the day: other chance, the same person.
_QUIET_S = 300.0
_ANOTHER_TIME = 2**40
_PARTNERS = Role.PARTNER.value
# What is looked at afterwards; keeping all would be a thousand numbers a minute.
_KEPT = frozenset(
    {"arousal", "arousal_zone", "heart_rate_bpm", "adherence", "breaths_per_min", "rsa_bpm"}
)


@dataclass(frozen=True, slots=True, eq=False)
class Lived:
    """What happened to one client.

    Parameters
    ----------
    individual
        Who.
    guide
        What the session was begun with; empty for a life without any.
    length_s
        Until when they were watched: the guide's end, or the time that was given.
    ended_s
        When the guide came to its end, ``inf`` if it did not.
    states, decisions, changes
        All that the leader told, in the order of time.
    said
        Every question and what was made of it.
    heard
        Measures that speak of the state, as they became known.
    arousal
        The client's true arousal, 0 to 1, at each whole second from 1 on.
    followed_per_min
        The pace that they truly breathed with at each of those seconds; ``nan`` for none.
    partner_followed_per_min
        The same of whoever was led beside them.
    commands
        What was asked of the session, answers included.
    breathes_gently
        Whether they were told to take smaller breaths.
    """

    individual: Individual
    guide: str
    length_s: float
    ended_s: float
    states: tuple[GuideState, ...]
    decisions: tuple[Decision, ...]
    changes: tuple[PacerChange, ...]
    said: tuple[Said, ...]
    heard: tuple[Heard, ...]
    arousal: NDArray[np.float64]
    followed_per_min: NDArray[np.float64]
    partner_followed_per_min: NDArray[np.float64]
    commands: tuple[Command, ...]
    breathes_gently: bool

    def pace_at(self, t_s: float) -> float | None:
        """Return the pace that was led at a time, ``None`` while none was."""
        pace = None
        for change in self.changes:
            if change.t_s > t_s:
                break
            if change.role is Role.CLIENT:
                segment = change.segment
                pace = None if segment is None else segment.pattern.breaths_per_min
        return pace

    def arousal_before(self, t_s: float, length_s: float = 60.0) -> float:
        """Return the mean true arousal of the last minute before a time."""
        end = min(round(t_s), self.arousal.size)
        return float(np.mean(self.arousal[max(end - round(length_s), 0) : end]))

    @property
    def final_arousal(self) -> float:
        """The mean true arousal of the last minute."""
        return self.arousal_before(self.length_s)


@dataclass
class _Record:
    """What a session told, while it goes on."""

    states: list[GuideState] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    changes: list[PacerChange] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)

    def take(self, results: Sequence[Result | PacerChange | Led], now_s: float) -> None:
        for result in results:
            if isinstance(result, Metric):
                if result.name in _KEPT and not sensor_of(result.source).startswith(_PARTNERS):
                    self.heard.append(Heard(now_s, result, len(self.decisions)))
            elif isinstance(result, GuideState):
                self.states.append(result)
            elif isinstance(result, Decision):
                self.decisions.append(result)
            elif isinstance(result, PacerChange):
                self.changes.append(result)


class _Session:
    """A client, a partner where there is one, and the session that leads them."""

    def __init__(
        self,
        individual: Individual,
        client: VirtualClient,
        sensors: Sequence[str],
        commands: Sequence[Command],
        *,
        is_answering: bool = True,
        partner: tuple[Individual, VirtualClient] | None = None,
    ) -> None:
        self._client = client
        self._body = SimulatedBody(client, Moment(0.0))
        self._wearing = [Wearing(individual, self._body, sensors)]
        self._partner: SimulatedBody | None = None
        if partner is not None:
            self._partner = SimulatedBody(partner[1], Moment(0.0))
            self._wearing.append(Wearing(partner[0], self._partner, sensors, Role.PARTNER))
        self.core = SessionCore()
        self.record = _Record()
        self._waiting = sorted(commands, key=lambda command: command.t_s)
        self._is_answering = is_answering
        self._asked = ""
        self._life = self._body.life_reader()
        self._shutdown = 0.0
        self.breathes_gently = False
        self._n_states = self._n_decisions = 0

    def put(self, item: Chunk | Command) -> None:
        t_s = item.t_s if isinstance(item, Command) else item.arrival_s
        if isinstance(item, Command):
            self.record.commands.append(item)
        self.record.take(self.core.push(item), t_s)
        self._notice(t_s)

    def live(self, until_s: float) -> None:
        """Live one stretch on: what has arrived by then and what was asked, in order."""
        begin_s = until_s - _TICK_S
        coming: list[Chunk] = []
        if begin_s.is_integer():
            coming = [chunk for worn in self._wearing for chunk in worn.measured(begin_s)]
            coming.sort(key=lambda chunk: chunk.arrival_s)
        while True:
            due = [one.arrival_s for one in coming[:1]]
            asked_s = self._waiting[0].t_s if self._waiting else inf
            if due and due[0] <= asked_s:
                self.put(coming.pop(0))
            elif asked_s <= until_s:
                self.put(self._waiting.pop(0))
            else:
                break
        self._body.advance(until_s, self._pacer, self._guidance)
        if self._partner is not None:
            self._partner.advance(until_s, self._partner_pacer, self._guidance)
        for lived in self._life.take():
            self._shutdown = float(lived.shutdown[-1])
        self.record.take(self.core.advance(until_s), until_s)
        self._notice(until_s)

    def _pacer(self) -> PacerSegment | None:
        return self.core.leader.segment

    def _partner_pacer(self) -> PacerSegment | None:
        return self.core.leader.partner_segment or self.core.leader.segment

    def _guidance(self) -> Guidance | None:
        return guidance_of(self.record.states[-1] if self.record.states else None)

    def _notice(self, now_s: float) -> None:
        """Let the client hear what was said, and answer what is asked."""
        states, decisions = self.record.states, self.record.decisions
        for decision in decisions[self._n_decisions :]:
            if calls_for_gentle_breaths(decision):
                self._breathe_gently()
        for state in states[self._n_states :]:
            if state.stage and calls_for_gentle_breaths(state):
                self._breathe_gently()
            if state.asks != self._asked:
                self._asked = state.asks
                if state.asks and self._is_answering:
                    self._answer(state, now_s)
        self._n_states, self._n_decisions = len(states), len(decisions)

    def _breathe_gently(self) -> None:
        self.breathes_gently = True
        self._client.hear_breathe_gently()

    def _answer(self, state: GuideState, now_s: float) -> None:
        said = said_by(self._client, self._shutdown, state, now_s)
        self.record.said.append(said)
        if said.command is not None:
            self._waiting.append(said.command)
            self._waiting.sort(key=lambda command: command.t_s)


@cache
def quiet_minutes(individual: Individual, sensors: tuple[str, ...] = ALL) -> Baseline | None:
    """Return what is usual for someone, as a session of getting to know them finds it.

    ``None`` where too little is worn, or it was not quiet enough.
    """
    another_time = replace(individual, seed=individual.seed + _ANOTHER_TIME)
    begin, end = Command(0.0, "baseline-begin"), Command(_QUIET_S, "baseline-end")
    session = _Session(another_time, another_time.client(), sensors, (begin, end))
    for tick in range(1, round(_QUIET_S / _TICK_S) + 1):
        session.live(tick * _TICK_S)
    session.core.finish(_QUIET_S)
    return session.core.take_recorded()


def lead(
    individual: Individual,
    guide: str,
    options: Mapping[str, float | str],
    *,
    minutes: float,
    sensors: tuple[str, ...] = ALL,
    baseline: bool = True,
    episodes: tuple[Episode, ...] = (),
    start_arousal: float | None = None,
    adapts: bool = True,
    answers: bool = True,
    commands: Sequence[Command] = (),
    partner: Individual | None = None,
) -> Lived:
    """Let a guide lead a client from the first second on, and return what happened.

    Parameters
    ----------
    individual
        Who.
    guide
        As in `biofeedback.guides.catalogue`; empty for a session that nobody leads.
    options
        That it is begun with.
    minutes
        How long to watch at most; a guide that is over sooner ends it.
    sensors
        What is worn: ``strap``, ``belt``, ``skin``, ``muscle``, ``chest``; empty for nothing.
    baseline
        Whether it is known from before what is usual for them, as the sensors tell it.
    episodes
        What befalls them, in session time.
    start_arousal
        How wound up they are at first, their baseline if not given.
    adapts
        Whether the guide may adapt.
    answers
        Whether they answer what is asked; otherwise they let everything be.
    commands
        Beside their answers, what is asked of the session.
    partner
        Who is led beside them, wearing the same; they begin alike and say nothing.
    """
    client = individual.client(episodes=episodes, start_arousal=start_arousal)
    arguments = {**options, "guide": guide, "adapts": float(adapts)}
    begin = Command(0.0, "begin", arguments)
    other = None if partner is None else (partner, partner.client(start_arousal=start_arousal))
    session = _Session(
        individual,
        client,
        sensors,
        (begin, *commands),
        is_answering=answers,
        partner=other,
    )
    for who, role in ((individual, Role.CLIENT), (partner, Role.PARTNER)):
        usual = quiet_minutes(who, sensors) if who is not None and baseline and sensors else None
        if usual is not None:
            session.put(baseline_chunk(usual, 0.0, role))
    record, leader = session.record, session.core.leader
    arousal: list[float] = []
    beside: list[float] = []
    followed: list[float] = []
    n_ticks = round(minutes * 60.0 / _TICK_S)
    for tick in range(1, n_ticks + 1):
        session.live(tick * _TICK_S)
        if tick % _TICKS_PER_S == 0:
            arousal.append(client.arousal)
            followed.append(client.follows_per_min or nan)
            beside.append(nan if other is None else other[1].follows_per_min or nan)
        if leader.has_ended:
            break
    length_s = tick * _TICK_S
    ends_s = [state.t_s for state in record.states if state.step == "ended"]
    return Lived(
        individual,
        guide,
        length_s,
        ends_s[-1] if leader.has_ended and ends_s else inf,
        tuple(record.states),
        tuple(record.decisions),
        tuple(record.changes),
        tuple(record.said),
        tuple(record.heard),
        frozen(arousal),
        frozen(followed),
        frozen(beside),
        tuple(record.commands),
        session.breathes_gently,
    )


def alone(
    individual: Individual,
    *,
    minutes: float,
    episodes: tuple[Episode, ...] = (),
    start_arousal: float | None = None,
) -> Lived:
    """Return the same life without any guide: the same chance, the same that befalls.

    Nothing is worn, which changes nothing in a life. Parameters are those of `lead`.
    """
    client = individual.client(episodes=episodes, start_arousal=start_arousal)
    length_s = float(round(minutes * 60.0))
    every = client.advance(length_s).arousal[STEPS_PER_S - 1 :: STEPS_PER_S]
    nothing = frozen(np.full(every.size, nan))
    return Lived(
        individual,
        "",
        length_s,
        inf,
        (),
        (),
        (),
        (),
        (),
        frozen(every),
        nothing,
        nothing,
        (),
        False,
    )
