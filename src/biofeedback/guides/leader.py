"""Leads a session: one guide at a time, its pacer, its pauses, and what is watched over meanwhile.

The leader is a function of the commands and measures that it was given and of the time it is
advanced to. It holds no timer: whoever runs it calls `Leader.advance`, and what it reports
carries the exact moment at which it was due, however late the call was.

Commands
--------
begin     ``guide``, ``duration_s`` and the guide's own options; without a ``guide`` it is breathing
pause     stand still at once; ``resume`` goes on with a new in-breath
end       be over at once
pace      another breath, in mid-breath: the four parts
keep      adapt to nothing from here on; ``adapt`` takes that back
answer    ``question`` and ``word`` or ``points``
accept    begin the guide that is offered; ``refuse`` leaves things as they are
others    `biofeedback.guides.guide.WORDS`, as far as the scene of the guide says it ``can``

A command that does not fit the present state is without effect: a second pause is no error.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from biofeedback.guides.body import Body, Nobody
from biofeedback.guides.catalogue import BREATHING, make_guide
from biofeedback.guides.companion import Companion
from biofeedback.guides.guide import WORDS, Turn
from biofeedback.guides.led_guide import LedGuide
from biofeedback.guides.led_time import LedTime
from biofeedback.guides.moment import state_at
from biofeedback.guides.pacers import Pacers
from biofeedback.guides.told import Led, Told
from biofeedback.guides.yes_or_no import is_on
from biofeedback.samples import GuideState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from biofeedback.guides.body import BodyNow
    from biofeedback.guides.companion import Advice
    from biofeedback.guides.guide import Guide
    from biofeedback.pacing import PacerSegment
    from biofeedback.samples import Command, Metric

__all__ = ["COMMANDS", "Leader", "Led"]

# Two moments that are this close are one: steps are sums of floats. Nobody is asked in for no
# time at all, and a guide that changes its breath with the breath changes this one.
_SAME_MOMENT_S = 1e-6
_NOBODY = Nobody()
# A guide that wants to be woken so often at one moment would never let go of it.
_MOST_AT_ONCE = 1000
_WORDS_OF_COMPANION = frozenset({"accept", "refuse"})
_HEARD = frozenset({"answer", "pace", *WORDS, *_WORDS_OF_COMPANION})

COMMANDS = _HEARD | {"begin", "pause", "resume", "end", "keep", "adapt"}
"""What may be asked for."""


class Leader:
    """Leads one session."""

    def __init__(self) -> None:
        self._led = LedGuide()
        self._has_begun = False
        self._has_ended = False
        # Begun without a guide: one that was accepted on the way ends alone.
        self._is_watch = False
        self._is_paused = False
        self._adapts = True
        self._awake = LedTime()
        self._told = Told()
        self._pacers = Pacers(self._told.pacer)
        self._body = Body()
        self._companion = Companion()

    @property
    def segment(self) -> PacerSegment | None:
        """The pacer in force, ``None`` while it stands still."""
        return self._pacers.segment

    @property
    def partner_segment(self) -> PacerSegment | None:
        """The second person's own pacer, ``None`` where there is none or it stands still."""
        return self._pacers.partner_segment

    @property
    def has_ended(self) -> bool:
        """Whether the session's guide is over, by command, by itself or because its time is up."""
        return self._has_ended

    @property
    def guide_name(self) -> str:
        """The guide that leads, or led last; empty when none has."""
        return self._led.name

    def led_s(self, t_s: float) -> float:
        """Seconds that the guide has led up to a time, pauses left out."""
        return self._led.led_s(t_s)

    def know_partner(self, sensor_id: str) -> None:
        """Know that a sensor is on the second person."""
        self._body.know_partner(sensor_id)

    # What comes in.

    def command(self, command: Command) -> tuple[Led, ...]:
        """Follow what the person asked for.

        Returns
        -------
        tuple
            What follows from it, in order: steps that had begun before, then the change.

        Raises
        ------
        ValueError
            If the command or a guide is unknown, or an option makes no sense.
        """
        self._advance(command.t_s)
        t_s, arguments = command.t_s, command.arguments
        match command.name:
            case "begin":
                self._begin(t_s, arguments)
            case "pause":
                self._pause(t_s)
            case "resume":
                self._resume(t_s)
            case "end":
                self._end(t_s)
            case "keep" | "adapt":
                self._set_adapting(t_s, adapts=command.name == "adapt")
            case _:
                if command.name not in _HEARD:
                    msg = f"unknown command {command.name!r}"
                    raise ValueError(msg)
                self._hear(t_s, command.name, arguments)
        return self._told.take()

    def sense(self, metrics: Sequence[Metric], t_s: float) -> tuple[Led, ...]:
        """Let guide and companion know of new measures, known since a session time."""
        for metric in metrics:
            self._body.take(metric, t_s)
        # While nothing has begun no time counts: a question would wait for ever.
        is_heard = self._has_begun and self._adapts and not self._is_paused
        if metrics and is_heard and not self._has_ended:
            self._body.now_s = t_s
            self._say(t_s, self._led.sense(t_s, self._body))
            self._follow(t_s, self._companion.sense(self._awake.led_s(t_s), self._body))
            self._settle(t_s)
        return self._told.take()

    def advance(self, t_s: float) -> tuple[Led, ...]:
        """Return what became due up to a time, each with its own moment.

        All of it, however long ago the last call was: a replay calls only when there is an
        input, which after a lost sensor may be minutes apart, and must give the same.
        """
        self._advance(t_s)
        return self._told.take()

    def give_up(self, t_s: float) -> tuple[Led, ...]:
        """Be over without a word to the guide, which has failed: stand still, and say so.

        Whoever was led must not be left with a pacer that stands in mid-breath and with a pause
        or an end that nobody hears.
        """
        if not self._has_ended:
            self._has_ended = True
            self._pacers.stand_still(t_s)
            self._led.guide = None
            self._tell(t_s)
        return self._told.take()

    # Time.

    def _advance(self, t_s: float) -> None:
        woken_s, n_woken = -inf, 0
        while not self._has_ended:
            step_s = self._pacers.next_step_s
            end_s = self._led.end_s
            if step_s >= end_s - _SAME_MOMENT_S:
                step_s = inf
            guide_s = self._led.due_s
            if abs(guide_s - step_s) <= _SAME_MOMENT_S:
                guide_s = step_s
            companion_s = self._awake.moment_s(self._companion.due_s)
            due_s = min(end_s, guide_s, companion_s, step_s)
            if due_s > t_s:
                break
            self._body.now_s = due_s
            if due_s == end_s:
                self._finish(end_s)
            elif due_s == guide_s:
                woken_s, n_woken = due_s, n_woken + 1 if due_s == woken_s else 1
                if n_woken > _MOST_AT_ONCE:
                    msg = f"{self._led.name} does not go on from {due_s:.3f} s"
                    raise RuntimeError(msg)
                self._say(due_s, self._led.wake(self._present()))
                self._settle(due_s)
            elif due_s == companion_s:
                due_c_s = self._companion.due_s
                self._follow(due_s, self._companion.wake(due_c_s, self._present()))
                self._settle(due_s)
            else:
                self._step(due_s)

    def _step(self, t_s: float) -> None:
        """Let the next part of the breath begin; with an in-breath, the guide may change it."""
        guide = self._led.guide
        if guide is None or not self._pacers.is_in_breath_next:
            self._pacers.step()
            self._tell(t_s)
            return
        self._say(t_s, self._led.breathe(t_s, self._present()))
        if guide.is_over or guide.scene.pattern is None:
            self._settle(t_s)
            return
        self._pacers.breathe_in(t_s, guide.scene)
        self._tell(t_s)

    # What a person asks for.

    def _begin(self, t_s: float, arguments: Mapping[str, float | str]) -> None:
        if self._has_begun or self._has_ended:
            return
        name = str(arguments.get("guide", BREATHING))
        guide = make_guide(name, arguments) if name else None
        self._companion.begin(name, arguments)
        self._has_begun = True
        self._is_watch = guide is None
        self._adapts = is_on(arguments, "adapts", usually=True)
        self._awake.start(t_s)
        if guide is not None:
            self._start(t_s, name, guide, float(arguments.get("duration_s", inf)))
        else:
            self._tell(t_s)

    def _start(self, t_s: float, name: str, guide: Guide, duration_s: float) -> None:
        self._led = LedGuide(name, guide, duration_s)
        self._led.start(t_s)
        self._settle(t_s)

    def _pause(self, t_s: float) -> None:
        if not self._has_begun or self._has_ended or self._is_paused:
            return
        self._is_paused = True
        self._led.stop(t_s)
        self._awake.stop(t_s)
        self._pacers.stand_still(t_s)
        self._tell(t_s)

    def _resume(self, t_s: float) -> None:
        if not self._is_paused or self._has_ended:
            return
        self._is_paused = False
        self._awake.start(t_s)
        self._companion.resumed(self._awake.led_s(t_s))
        if self._led.guide is not None:
            self._led.start(t_s)
            # A new in-breath: nobody is asked to come back to the middle of one.
            self._body.now_s = t_s
            self._hear_guide(t_s, "resumed", {})
        self._settle(t_s)

    def _end(self, t_s: float) -> None:
        if not self._has_begun or self._has_ended:
            return
        if self._led.guide is None:
            self._has_ended = True
            return
        # The session, and not only the guide that was accepted on its way.
        self._is_watch = False
        self._finish(t_s)

    def _finish(self, t_s: float) -> None:
        """Be over. The very same whether a person ended it, its time is up or it came to its end."""
        guide = self._led.guide
        if guide is not None and not guide.is_over:
            self._hear_guide(t_s, "ending", {})
        self._led.stop(t_s)
        self._pacers.stand_still(t_s)
        if self._is_watch:
            self._watch_on(t_s)
            return
        self._has_ended = True
        self._tell(t_s)
        self._led.guide = None

    def _watch_on(self, t_s: float) -> None:
        """Go on without a guide, as the session began."""
        self._told.ended(t_s, self._led.name)
        self._led = LedGuide()
        self._tell(t_s)

    def _set_adapting(self, t_s: float, *, adapts: bool) -> None:
        if not self._has_begun or self._has_ended or adapts is self._adapts:
            return
        self._adapts = adapts
        self._companion.set_adapting(self._awake.led_s(t_s), adapts=adapts)
        decision = "adapt" if adapts else "keep"
        self._say(t_s, (Turn(decision, "asked-for"),))
        self._settle(t_s)

    def _hear(self, t_s: float, word: str, arguments: Mapping[str, float | str]) -> None:
        if not self._has_begun or self._has_ended:
            return
        self._body.now_s = t_s
        is_for_companion = word in _WORDS_OF_COMPANION or (
            word == "answer" and self._companion.hears(str(arguments.get("question", "")))
        )
        if is_for_companion:
            c_s = self._awake.led_s(t_s)
            self._follow(t_s, self._companion.hear(c_s, word, arguments, self._present()))
        elif word != "answer" or self._led.has_answer(arguments):
            self._hear_guide(t_s, word, arguments)
            guide = self._led.guide
            if word == "pace" and guide is not None and not self._is_paused:
                self._pacers.change(t_s, guide.scene.pattern)
        self._settle(t_s)

    def _hear_guide(self, t_s: float, word: str, arguments: Mapping[str, float | str]) -> None:
        self._say(t_s, self._led.hear(t_s, word, arguments, self._present()))

    # What follows.

    def _present(self) -> BodyNow:
        return self._body if self._adapts else _NOBODY

    def _follow(self, t_s: float, advice: Advice) -> None:
        """Do what the companion advises."""
        self._say(t_s, advice.turns)
        if advice.ease:
            offer_s = (
                self._companion.due_s - self._awake.led_s(t_s) if self._companion.offer else 0.0
            )
            self._hear_guide(t_s, "ease", {"reason": advice.ease, "offer_s": offer_s})
        if advice.switch_to:
            self._switch(t_s, advice.switch_to, advice.options)

    def _switch(self, t_s: float, name: str, options: Mapping[str, float | str]) -> None:
        guide = make_guide(name, options)
        if self._led.guide is not None:
            self._led.stop(t_s)
            self._pacers.stand_still(t_s)
            self._told.ended(t_s, self._led.name)
        self._start(t_s, name, guide, float(options.get("duration_s", inf)))
        if self._is_paused:
            self._led.stop(t_s)

    def _settle(self, t_s: float) -> None:
        """Let pacer and screen follow what the guide asks for now."""
        if self._has_ended:
            return
        guide = self._led.guide
        if guide is not None and guide.is_over:
            self._finish(t_s)
            return
        if guide is not None and not self._is_paused:
            self._pacers.follow(t_s, guide.scene)
        self._tell(t_s)

    def _say(self, t_s: float, turns: Iterable[Turn]) -> None:
        self._told.decided(t_s, self._led.name, turns)

    def _tell(self, t_s: float) -> None:
        """Tell what holds from now on, if that is anything new."""
        if self._has_begun and not self._has_ended:
            guide, companion = self._led.guide, self._companion
            name, asks = ("", "") if guide is None else (self._led.name, guide.scene.asks)
            companion.beside(self._awake.led_s(t_s), name, asks)
            if not self._is_paused:
                self._led.let_question_wait(t_s, is_other_asked=bool(companion.asks))
        self._told.state(self._state(t_s))

    def _state(self, t_s: float) -> GuideState:
        if self._has_ended:
            return GuideState(t_s, self._led.name, "ended")
        return state_at(
            t_s,
            self._led,
            self._pacers,
            self._companion,
            is_paused=self._is_paused,
            adapts=self._adapts,
        )
