"""What the stepped and the sliding assessment share: how they listen, end, and tell what was found.

An assessment keeps to its protocol: no measure changes the pace. It can be left at any moment for
one's own breath, and then tells what is known so far. In its stages nothing waits for anybody; it
comes to its end by itself.

Where it gets harder, or the body says so, it gives way to a **breather**: the pacer rests at once,
for as long as it is asked to. A hard moment is no end. It goes on only by the person's word, for
which it asks after a while; whoever does not answer is led no more and told what is known.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING

from biofeedback.guides.guide import Guide, Scene, Turn
from biofeedback.guides.limits import AUTOMATIC_LOWEST_PER_MIN, GENTLE_LOWEST_PER_MIN
from biofeedback.guides.resonance_estimate import resonance_from
from biofeedback.guides.resonance_lapses import Lapses
from biofeedback.guides.resonance_result import RESULT, Verdict, facts_of
from biofeedback.guides.swing_listening import SwingListening
from biofeedback.guides.yes_or_no import is_on

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from biofeedback.guides.body import BodyNow
    from biofeedback.guides.resonance_estimate import SwingAtRate
    from biofeedback.guides.resonance_result import ResonanceResult
    from biofeedback.guides.swing_listening import BreathSwing
    from biofeedback.pacing import BreathPattern

__all__ = [
    "ANSWER_S",
    "ASKED_FOR",
    "BREATHER_S",
    "CLOSING_S",
    "DIZZY_BREATHER_S",
    "NATURAL_S",
    "RESULT_S",
    "SETTLING_S",
    "SHARED_QUESTIONS",
    "SHARED_REASONS",
    "SHARED_STAGES",
    "WELCOME_S",
    "Assessment",
]

_WELCOME, _BREATHER, _CLOSING = "welcome", "breather", "closing"
_RESULT, _NATURAL = "result", "natural"
_HARD_WAY, _LIGHT_HEADED_WAY = range(2)  # of `breather`
_WISHED_WAY, _DIZZY_WAY = range(2)  # of `natural`
_WAYS_OF_RESULT = {Verdict.CLEAR: 0, Verdict.FLAT: 1, Verdict.UNSURE: 2}
_NOT_TOLD_WAY = 3

ASKED_FOR = "asked-for"
_LET_GO, _DIZZY = "let-go", "said-dizzy"
# Why the companion wants it easier; its own sentences say so.
_EASE_REASONS = ("said-worse", _DIZZY, "heart-fast", "arousal-rose")
_ON_OR_END, _GO_ON, _END = "on-or-end", "go-on", "end"
_A_WHILE, _SILENCE = "breather-a-while", "no-answer-so-ends"

SHARED_STAGES: Mapping[str, int] = {
    _WELCOME: 1,
    _BREATHER: 2,
    _CLOSING: 1,
    _RESULT: 4,
    _NATURAL: 2,
}
SHARED_QUESTIONS: Mapping[str, tuple[str, ...]] = {_ON_OR_END: (_GO_ON, _END)}
SHARED_REASONS = (
    *(verdict.value for verdict in Verdict),
    _A_WHILE,
    _SILENCE,
    "time-is-up",
    _LET_GO,
    ASKED_FOR,
    *_EASE_REASONS,
)

WELCOME_S = 30.0
CLOSING_S = 20.0
"""The last beats of a course are known some seconds after it."""
BREATHER_S, DIZZY_BREATHER_S = 45.0, 90.0
"""After so long it is asked whether to go on. Light-headedness takes a minute or two to pass."""
ANSWER_S = 60.0
RESULT_S = 45.0
NATURAL_S = 120.0
SETTLING_S = 20.0
"""Of each stretch that is led without a break: left out while heart and breath find together."""


# Where no sensor feels the breath, the heart has to show that it went with the pacer: breaths led
# to a heart that swings as it likes add up 1.2 to 1.8 times on average, others mostly above 2.3.
_ADDS_UP_FELT, _ADDS_UP_UNFELT = 1.3, 1.9


class Assessment(Guide, ABC):
    """Looks for the pace at which a person's heart swings widest.

    Parameters
    ----------
    options
        ``gentle``: 1 for whoever is not to be led slower than 5 a minute.
    """

    def __init__(self, options: Mapping[str, float | str]) -> None:
        super().__init__(Scene(_WELCOME, WELCOME_S, can=("next", "natural")))
        self.due_g_s = WELCOME_S
        self._is_gentle = is_on(options, "gentle")
        self._lowest_per_min = AUTOMATIC_LOWEST_PER_MIN
        if self._is_gentle:
            self._lowest_per_min = GENTLE_LOWEST_PER_MIN
        self._listening = SwingListening()
        self._lapses = Lapses()
        self._is_heard = False
        self._since_g_s = 0.0
        # Rests that somebody needed do not count into the length of the course.
        self._breather_g_s = inf
        self._breathers_s = 0.0

    # What an assessment of its own kind adds.

    @abstractmethod
    def _begin(self, g_s: float) -> tuple[Turn, ...]:
        """Begin the course, the welcome being over."""

    @abstractmethod
    def _take(self, swings: Sequence[BreathSwing]) -> None:
        """Take breaths that are known by now."""

    @abstractmethod
    def _found(self) -> list[SwingAtRate]:
        """Return the swing at each pace that counts."""

    def _close(self, g_s: float) -> tuple[Turn, ...]:
        """Be through with the closing: tell what was found, or go on with what is left."""
        return self._tell(g_s)

    @abstractmethod
    def _wake_course(self, g_s: float) -> tuple[Turn, ...]:
        """Do what was due in a stage of the course."""

    @abstractmethod
    def _hear_course(self, g_s: float, word: str) -> tuple[Turn, ...]:
        """Follow a word of the person in a stage of the course."""

    @abstractmethod
    def _go_on(self, g_s: float) -> tuple[Turn, ...]:
        """Go on with the course after a pause."""

    @abstractmethod
    def _interrupt(self, g_s: float) -> None:
        """Be interrupted in mid-course, or between its parts."""

    @abstractmethod
    def _take_up(self, g_s: float) -> tuple[Turn, ...]:
        """Take up the course where it was interrupted."""

    def _is_led_out(self) -> bool:
        """Tell whether nothing of the course is left to lead."""
        return self.scene.stage == _CLOSING

    def _led_s(self, g_s: float) -> float:
        """Return how long it has taken so far, without the rests that somebody needed."""
        return g_s - self._breathers_s

    def _result(self) -> ResonanceResult:
        """Return what the course says so far."""
        return resonance_from(
            self._found(),
            lowest_per_min=self._lowest_per_min,
            least_adding_up=self._least_adding_up,
        )

    def _result_now(self) -> ResonanceResult:
        result = self._result()
        if result.verdict is Verdict.NO_MEASURE and self._is_heard:
            # The heart was heard; it is the pacer that was not followed.
            return replace(result, verdict=Verdict.TOO_FEW)
        return result

    @property
    def _least_adding_up(self) -> float:
        return _ADDS_UP_FELT if self._lapses.is_felt else _ADDS_UP_UNFELT

    # What the leader asks.

    def wake(self, g_s: float, body: BodyNow) -> tuple[Turn, ...]:
        """Go on to what comes next."""
        stage = self.scene.stage
        if stage in {_RESULT, _NATURAL}:
            return self._end()
        if stage == _BREATHER:
            return self._wake_breather(g_s)
        return self._next(g_s)

    def sense(self, g_s: float, body: BodyNow) -> tuple[Turn, ...]:
        """Listen to heart and breath; nothing follows from it but the result."""
        if self.scene.stage not in {_RESULT, _NATURAL}:
            self._lapses.sense(g_s, body)
            swings = self._listening.sense(g_s, body)
            self._is_heard |= any(swing.wave_bpm is not None for swing in swings)
            self._take(swings)
        return ()

    def hear(
        self, g_s: float, word: str, arguments: Mapping[str, float | str], body: BodyNow
    ) -> tuple[Turn, ...]:
        """Follow the person."""
        turns: tuple[Turn, ...] = ()
        if word == "resumed":
            self._since_g_s = g_s
            self._lapses.begin(g_s)
            self._listening.resumed(g_s)
            if self.scene.pattern is not None:
                turns = self._go_on(g_s)
        elif word == "ease":
            reason = str(arguments.get("reason", ""))
            turns = self._ease(g_s, reason if reason in _EASE_REASONS else _LET_GO)
        elif word == "ending":
            turns = self._tell_what_is_known(g_s)
        elif word == "answer" and arguments.get("question") == self.scene.asks != "":
            turns = self._answer(g_s, str(arguments.get("word", "")))
        elif word not in self.scene.can:
            pass
        elif word == "natural":
            turns = self._let_go(g_s, ASKED_FOR)
        elif word == _GO_ON:
            turns = self._after_breather(g_s)
        elif word == "next":
            turns = self._skip(g_s)
        else:
            turns = self._hear_course(g_s, word)
        return turns

    # What follows.

    def _next(self, g_s: float) -> tuple[Turn, ...]:
        match self.scene.stage:
            case "welcome":
                return self._begin(g_s)
            case "closing":
                return self._close(g_s)
            case _:
                return self._wake_course(g_s)

    def _skip(self, g_s: float) -> tuple[Turn, ...]:
        stage = self.scene.stage
        if stage in {_RESULT, _NATURAL}:
            return self._end()
        if stage in {_WELCOME, _CLOSING}:
            return self._next(g_s)
        return self._hear_course(g_s, "next")

    def _end(self) -> tuple[Turn, ...]:
        self.is_over = True
        self.due_g_s = inf
        return ()

    def _show_closing(self, g_s: float, can: tuple[str, ...] = ("next",)) -> None:
        self._listening.stop(g_s)
        self.due_g_s = g_s + CLOSING_S
        self.scene = Scene(_CLOSING, self.due_g_s, can=(*can, "natural"))

    def _tell(self, g_s: float) -> tuple[Turn, ...]:
        result = self._result_now()
        self.due_g_s = g_s + RESULT_S
        way = _WAYS_OF_RESULT.get(result.verdict, _NOT_TOLD_WAY)
        self.scene = Scene(_RESULT, self.due_g_s, way=way, can=("next",))
        return (_told(result),)

    def _tell_what_is_known(self, g_s: float) -> tuple[Turn, ...]:
        """Give what was found so far to whoever ends early; nothing where it tells nothing."""
        if self.scene.stage in {_RESULT, _NATURAL}:
            return ()
        self._listening.stop(g_s)
        result = self._result_now()
        return (_told(result),) if result.verdict.is_told else ()

    def _let_go(self, g_s: float, reason: str) -> tuple[Turn, ...]:
        """Leave the person to their own breath, and tell what is known."""
        turns: tuple[Turn, ...] = ()
        if self.scene.stage == _NATURAL:
            return turns
        turns = (Turn("natural", reason),)
        if self.scene.stage != _RESULT:
            self._listening.stop(g_s)
            turns += (_told(self._result_now()),)
        way = _DIZZY_WAY if reason == _DIZZY else _WISHED_WAY
        self.due_g_s = g_s + NATURAL_S
        self.scene = Scene(_NATURAL, self.due_g_s, way=way, can=("next",))
        return turns

    # A hard moment.

    def _ease(self, g_s: float, reason: str) -> tuple[Turn, ...]:
        """Let the pacer rest at once; it goes on by the person's word."""
        stage = self.scene.stage
        is_dizzy = reason == _DIZZY
        if stage in {_RESULT, _NATURAL} or self._is_led_out():
            # No pace is left to let go of. The words against light-headedness are of use still.
            return self._let_go(g_s, reason) if is_dizzy else ()
        if stage != _BREATHER:
            self._listening.stop(g_s)
            self._interrupt(g_s)
            self._breather_g_s = g_s
        self.due_g_s = g_s + (DIZZY_BREATHER_S if is_dizzy else BREATHER_S)
        way = _LIGHT_HEADED_WAY if is_dizzy else _HARD_WAY
        # Nothing is said to end with it: it is asked first.
        self.scene = Scene(_BREATHER, way=way, can=(_GO_ON, "natural"))
        return (Turn("rest", reason),)

    def _wake_breather(self, g_s: float) -> tuple[Turn, ...]:
        if self.scene.asks:
            return (Turn("natural", _SILENCE), *self._tell(g_s))
        self.due_g_s = g_s + ANSWER_S
        self.scene = replace(self.scene, asks=_ON_OR_END)
        return (Turn("ask", _A_WHILE),)

    def _answer(self, g_s: float, word: str) -> tuple[Turn, ...]:
        if word == _GO_ON:
            return self._after_breather(g_s)
        if word == _END:
            return (Turn("natural", ASKED_FOR), *self._tell(g_s))
        return ()

    def _after_breather(self, g_s: float) -> tuple[Turn, ...]:
        self._breathers_s += g_s - self._breather_g_s
        return (Turn("go-on", ASKED_FOR), *self._take_up(g_s))

    def _lead_breath(self, g_s: float, pattern: BreathPattern, *, is_first: bool) -> None:
        if is_first:
            self._lapses.begin(g_s)
        self._listening.breath(g_s, pattern.period_s, is_first=is_first)


def _told(result: ResonanceResult) -> Turn:
    return Turn(RESULT, result.verdict.value, facts_of(result))
