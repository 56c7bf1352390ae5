"""Leads through steps, one after the other: each waits, lengthens, repeats or is left out.

Somebody who does nothing but listen is led to the end: every step goes on by itself. Whoever
speaks up is followed at once. What the body tells only ever gives a step a few seconds more or
fewer, or leads to a question.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, ClassVar

from biofeedback.guides.guide import Guide, Scene, Turn
from biofeedback.guides.settling import Settling
from biofeedback.guides.step_length import LEAST_CHANGE_S, StepLength
from biofeedback.guides.step_rise import StepRise

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from biofeedback.guides.body import BodyNow
    from biofeedback.guides.step import Step

__all__ = ["Stepping"]

# How long a question waits while the step goes on, and how long after a step before the next.
_QUESTION_S = 25.0
_AFTER_S = 12.0
_HALF_HERE_SHARE = 0.5
_MORE_TIME_SHARE = 0.5
# What was made easier is felt after a few breaths; a second word before that is the same one.
_EASING_S = 30.0
_AFTER_OFFER_S = 5.0


class Stepping(Guide):
    """Leads through steps. Guides are made of it; it may be led as it is, too.

    A guide may override `entered`, `answered` and `eased`, and may set ``_steps`` behind the
    present one while it leads. One that leads inwards names the stage that leads out again.

    Parameters
    ----------
    steps
        What to lead through, in order.

    Raises
    ------
    ValueError
        If there are none.
    """

    name = "stepping"
    # Where it goes when it is too much although it was made easier; empty where there is no need.
    _way_out: ClassVar[str] = ""

    def __init__(self, steps: Sequence[Step]) -> None:
        if not steps:
            msg = "a guide of steps has at least one"
            raise ValueError(msg)
        self._steps = list(steps)
        self._at = 0
        self._start_g_s = 0.0
        self._until_g_s = 0.0
        self._count = 0
        self._way = 0
        self._asks = ""
        self._asks_until_g_s = inf
        self._is_after = False  # the step is over; only a question stands before the next
        self._is_easy = False
        self._eased_g_s = inf
        self._asked_after: set[int] = set()
        self._length = StepLength()
        self._rise = StepRise()
        self._settling = Settling()
        super().__init__(Scene(steps[0].stage))
        self._enter(0.0)

    # For guides that are made of it.

    @property
    def step(self) -> Step:
        """The step that it is in."""
        return self._steps[self._at]

    def entered(self, g_s: float) -> None:
        """Do what belongs to the beginning of `step`. Does nothing unless overridden."""

    def answered(
        self, g_s: float, question: str, arguments: Mapping[str, float | str]
    ) -> tuple[Turn, ...] | None:
        """Follow the answer to a question of the guide's own.

        Returns
        -------
        tuple or None
            What was decided; ``None``, as here, to go on as if the step had come to its end.
            Whoever returns decisions has moved on by himself, with `go_to` or `leave`.
        """
        return None

    def eased(self, g_s: float) -> tuple[Turn, ...]:
        """Make it easier: another way, nothing to count, no questions that nobody asked for."""
        self._is_easy = True
        self._rise.refuse()
        if self.step.asks:
            return ()
        if self.step.is_fixed:
            # A few seconds of effort are left at once.
            self.leave(g_s)
        elif self.step.n_ways < 2:
            before_g_s = self._until_g_s
            self._other_way(g_s)
            return (Turn("longer", "eased-time", {"by_s": self._until_g_s - before_g_s}),)
        else:
            self._other_way(g_s)
        return (Turn("other", "eased"),)

    def go_to(self, g_s: float, place: int, way: int | None = None) -> None:
        """Begin a step, by its place in the list; one past the last is the end."""
        if place >= len(self._steps):
            self.is_over = True
            self.due_g_s = inf
            return
        self._at = max(place, 0)
        self._enter(g_s, way)

    def ask(self, g_s: float, question: str, wait_s: float) -> None:
        """Put a question of the guide's own; without an answer the step is over after a while."""
        self._asks, self._asks_until_g_s = question, inf
        self._until_g_s = g_s + wait_s
        self._show()

    def leave(self, g_s: float) -> None:
        """Go on to the step that follows."""
        self.go_to(g_s, self._at + 1)

    # What the leader calls.

    def wake(self, g_s: float, body: BodyNow) -> tuple[Turn, ...]:
        """Go on to the next step, or let a question go that nobody answered."""
        if g_s < self._until_g_s:
            self._asks, self._asks_until_g_s = "", inf
            self._show()
            return ()
        self._length.took_time()
        step = self.step
        turns = (Turn("next", "waited"),) if step.may_wait and not self._is_after else ()
        self._finish_step(g_s)
        return turns

    def sense(self, g_s: float, body: BodyNow) -> tuple[Turn, ...]:
        """Take more time, or a little less, or ask whether another way would be better."""
        self._settling.sense(g_s, body)
        if self.is_over or g_s >= self._until_g_s:
            return ()
        arousal_z = self._settling.arousal_z(g_s)
        self._rise.sense(arousal_z)
        step = self.step
        if self._is_after or step.asks or step.is_aside or step.is_fixed:
            return ()
        turns = (
            self._ask_for_other_way(g_s, arousal_z)
            or self._take_longer(g_s)
            or self._take_shorter(g_s)
        )
        if turns:
            self._show()
        return turns

    def hear(
        self, g_s: float, word: str, arguments: Mapping[str, float | str], body: BodyNow
    ) -> tuple[Turn, ...]:
        """Follow the person."""
        if self.is_over:
            return ()
        if word == "answer":
            return self._answer(g_s, arguments)
        if word == "ease":
            return self._ease(g_s, float(arguments.get("offer_s", 0.0)))
        if word == "resumed":
            return self._resume(g_s)
        if word in self.scene.can:
            self._follow(g_s, word)
        return ()

    # Steps.

    def _follow(self, g_s: float, word: str) -> None:
        match word:
            case "next":
                self._length.went_on(self.step, g_s - self._start_g_s)
                self.leave(g_s)
            case "back":
                self._length.took_time()
                self.go_to(g_s, self._at - 1)
            case "more":
                self._count_one(g_s)
            case "again":
                self._length.took_time()
                self.go_to(g_s, self._at, self._way)
            case "longer":
                self._give_time(g_s)
            case "other":
                self._other_way(g_s)

    def _enter(self, g_s: float, way: int | None = None) -> None:
        step = self.step
        self._start_g_s, self._until_g_s = g_s, g_s + step.usual_s
        if step.may_wait:
            self._until_g_s = g_s + step.most_s
        self._count = 0
        self._way = step.way if way is None else way
        self._asks, self._asks_until_g_s = step.asks, inf
        self._is_after = False
        self._length.begin()
        self._rise.begin(self._settling.arousal_z(g_s))
        self.entered(g_s)
        self._show()

    def _finish_step(self, g_s: float) -> None:
        """Let the step be over: on to the next, or first the question that follows it."""
        question = self.step.asks_after
        if self._is_after or self._is_easy or not question or self._at in self._asked_after:
            self.leave(g_s)
            return
        self._asked_after.add(self._at)
        self._is_after = True
        self._asks, self._asks_until_g_s = question, inf
        self._until_g_s = g_s + _AFTER_S
        self._show()

    def _show(self) -> None:
        """Let the scene tell what holds now."""
        step = self.step
        places = [not (one.is_aside or one.joins) for one in self._steps]
        n_asked = self._n_asked
        can = ["next"]
        if self._at > 0:
            can.append("back")
        if self._count < n_asked and not self._is_after:
            can.append("more")
        can.append("again")
        if not step.is_fixed:
            can.append("longer")
        if step.n_ways > 1:
            can.append("other")
        can.append("keep")
        self.scene = Scene(
            step.stage,
            self._until_g_s,
            sum(places[: self._at + 1]),
            sum(places),
            min(self._count, n_asked),
            n_asked,
            self._way,
            tuple(can),
            asks=self._asks,
        )
        self.due_g_s = min(self._until_g_s, self._asks_until_g_s)

    @property
    def _n_asked(self) -> int:
        return 0 if self._is_easy else self.step.n_asked

    # What the person asks for.

    def _count_one(self, g_s: float) -> None:
        self._count += 1
        if self._count >= self._n_asked:
            self._length.went_on(self.step, g_s - self._start_g_s)
            self._finish_step(g_s)
            return
        # Who counts is given the time for what is left, and never hurried by it.
        left_s = self.step.thing_s * (self._n_asked - self._count)
        self._until_g_s = max(self._until_g_s, g_s + left_s)
        self._show()

    def _give_time(self, g_s: float) -> None:
        """Give the person as much time as they ask for, beyond what a guide takes by itself."""
        self._length.took_time()
        if self._is_after:
            self._is_after, self._asks, self._until_g_s = False, "", g_s
        self._until_g_s += _MORE_TIME_SHARE * self.step.usual_s
        self._show()

    def _other_way(self, g_s: float) -> None:
        """Say it in another way, and give it its time; what was found stays found."""
        step = self.step
        self._length.took_time()
        self._way = (self._way + 1) % step.n_ways
        if not step.asks:
            self._asks, self._asks_until_g_s = "", inf
        self._is_after = False
        self._start_g_s = g_s
        self._until_g_s = max(self._until_g_s, g_s + step.usual_s)
        self._show()

    def _ease(self, g_s: float, offer_s: float) -> tuple[Turn, ...]:
        """Make it easier, and lead out where that was not enough.

        Whoever says again that it is too much, and may have refused another guide, is not led on
        in what does them no good. They can step back; and an offer that waits for an answer is
        not cut off by the end.
        """
        if self._eased_g_s == inf:
            self._eased_g_s = g_s
        is_out = self.step.stage == self._way_out
        if is_out or not self._way_out or g_s - self._eased_g_s < _EASING_S:
            turns = () if is_out else self.eased(g_s)
            if self._at == len(self._steps) - 1:
                self._wait_for_answer(g_s, offer_s)
            return turns
        self._is_easy = True
        self._rise.refuse()
        stages = [step.stage for step in self._steps]
        self.go_to(g_s, stages.index(self._way_out))
        self._wait_for_answer(g_s, offer_s)
        return (Turn("close", "eased-again"),)

    def _wait_for_answer(self, g_s: float, offer_s: float) -> None:
        """Let a step last until an offer that was just made is answered, and a little longer."""
        if offer_s > 0.0 and not self.is_over:
            self._until_g_s = max(self._until_g_s, g_s + offer_s + _AFTER_OFFER_S)
            self._show()

    def _resume(self, g_s: float) -> tuple[Turn, ...]:
        """Go on after a pause: what was measured before it is of another state."""
        self._settling.forget()
        self._rise.begin(None)
        until_g_s = g_s + self.step.least_s
        if self._is_after or until_g_s - self._until_g_s < LEAST_CHANGE_S:
            return ()
        by_s = until_g_s - self._until_g_s
        self._until_g_s = until_g_s
        self._show()
        return (Turn("longer", "after-pause", {"by_s": by_s}),)

    def _answer(self, g_s: float, arguments: Mapping[str, float | str]) -> tuple[Turn, ...]:
        question = str(arguments.get("question", ""))
        if not question or question != self._asks:
            return ()
        self._asks, self._asks_until_g_s = "", inf
        if question == "other-way":
            return self._answer_other_way(g_s, str(arguments.get("word", "")))
        if question == "how-present":
            return self._answer_presence(g_s, str(arguments.get("word", "")))
        turns = self.answered(g_s, question, arguments)
        if turns is None:
            self.leave(g_s)
            return ()
        return turns

    def _answer_other_way(self, g_s: float, word: str) -> tuple[Turn, ...]:
        if word == "yes":
            self._other_way(g_s)
            return (Turn("other", "other-wanted"),)
        self._rise.refuse()
        self._show()
        return ()

    def _answer_presence(self, g_s: float, word: str) -> tuple[Turn, ...]:
        step = self.step
        if word == "far":
            self.go_to(g_s, self._at, (self._way + 1) % step.n_ways)
            return (Turn("again", "far-away"),)
        if word == "half":
            self._is_after = False
            self._count = 0
            self._start_g_s = g_s
            self._until_g_s = g_s + max(_HALF_HERE_SHARE * step.usual_s, LEAST_CHANGE_S)
            self._show()
            return (Turn("longer", "half-here", {"by_s": self._until_g_s - g_s}),)
        self.leave(g_s)
        return ()

    # What the body tells.

    def _ask_for_other_way(self, g_s: float, arousal_z: float | None) -> tuple[Turn, ...]:
        if self._asks or self.step.n_ways < 2:
            return ()
        by_z = self._rise.to_ask_about_z(arousal_z)
        if by_z is None:
            return ()
        self._asks, self._asks_until_g_s = "other-way", g_s + _QUESTION_S
        # There is time to answer.
        self._until_g_s = max(self._until_g_s, min(g_s + _QUESTION_S, self._limit_g_s))
        return (Turn("ask", "arousal-rising", {"by_z": by_z}),)

    def _take_longer(self, g_s: float) -> tuple[Turn, ...]:
        room_s = self._limit_g_s - self._until_g_s
        by_s = self._length.longer_s(self.step, self._until_g_s - g_s, room_s)
        sign = self._settling.sign(g_s) if by_s else None
        if sign is None:
            return ()
        self._length.became_longer()
        self._until_g_s += by_s
        return (Turn("longer", sign.reason, {"by_s": by_s, **sign.facts}),)

    def _take_shorter(self, g_s: float) -> tuple[Turn, ...]:
        gone_s, left_s = g_s - self._start_g_s, self._until_g_s - g_s
        by_s = self._length.shorter_s(self.step, gone_s, left_s)
        if not by_s or self._settling.sign(g_s) is not None:
            return ()
        self._length.became_shorter()
        self._until_g_s -= by_s
        return (Turn("shorter", "quick", {"by_s": by_s}),)

    @property
    def _limit_g_s(self) -> float:
        """How far the guide itself may take the present step."""
        return self._start_g_s + self.step.most_s
