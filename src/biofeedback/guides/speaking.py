"""What is said aloud, and when: guides for ears alone.

A function of what the person asks and the guide tells, and of nothing else, so that it can be
read as a text and tested without a voice. Whoever has a voice speaks it; `Utterance.interrupts`
says whether what is being said gives way.

How long a sentence takes is estimated from its length: what is known to be cut off by the next
step waits for that step, and nothing small is put into the middle of a sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import inf, isnan
from typing import TYPE_CHECKING

from biofeedback.guides.companion import QUESTIONS
from biofeedback.guides.words import (
    answer_words,
    common_words,
    guide_words,
    reason_sentence,
    stage_words,
    step_words,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from biofeedback.guides.words import QuestionWords
    from biofeedback.samples import Command, Decision, GuideState

__all__ = ["Speaking", "Utterance", "spoken_s"]

# The parts of the breath are named until the rhythm is known; then the tone leads alone.
_NAMED_BREATHS, _NAMED_FOR_S = 3, 45.0
# A sentence about the pace, or a few seconds more, each minute is company; more often it is talk.
_REASON_EVERY_S = 60.0
_OFTEN = frozenset({"slower", "faster", "back", "longer", "shorter", "stay"})
# These are no news about the pace. One says what is missing, once; one takes back what was said
# before it: that a dose can begin; two answer what was just said.
_ALWAYS_SAID = frozenset({"not-heard", "dose-waits", "far-away-stay", "orienting-already"})
# The question, the echo of the key or the step that follows says the same.
_NEVER_SAID = frozenset(
    {
        "check-in-time",
        "asked-for",
        "said-worse",
        "other-wanted",
        "once-more-wanted",
        "dose-asked",
        "resource-asked",
        "close-asked",
        "stop-asked",
        "after-pause",
        "began-at-your-rate",
        "began-without-rate",
    }
)
_SAID_ONCE = frozenset({"no-answer", "no-measure"})
# Said only where there is time for it: not in the middle of a few seconds of effort.
_CAN_WAIT = frozenset({"no-answer"})
# The guide that was asked for, or agreed to, begins in place of the present one.
_GO_OVER = frozenset({"offer-accepted", "asked-to-orient"})
# Commands without which somebody with closed eyes would wait, or be led on: their keys are told
# as soon as they can be asked for, once a session.
_NEEDED = ("go-on", "activate", "resource", "stop", "next", "natural", "more")
_DECIMAL = re.compile(r"(?<=\d)\.(?=\d)")
# A voice that takes its time: 150 words of English a minute.
_CHARACTERS_PER_S = 13.0
_BREAK_S = 0.3
# So much of what is being said is waited for by a step that has the time.
_WAITED_FOR_S, _HAS_TIME_S = 9.0, 20.0
# So long an effort takes that is told beforehand. A question that waited for a later step than
# that would be over before anybody has heard it.
_NEXT_STEP_WITHIN_S = 15.0


def spoken_s(text: str) -> float:
    """Return about how long it takes to say something, in seconds."""
    return len(text) / _CHARACTERS_PER_S + _BREAK_S


@dataclass(frozen=True, slots=True)
class Utterance:
    """Something to be said.

    Parameters
    ----------
    t_s
        Session time at which it became due.
    text
        In the language of the guides.
    interrupts
        Whether what is being said stops for it.
    """

    t_s: float
    text: str
    interrupts: bool = False


class Speaking:
    """Says what the guide tells.

    Parameters
    ----------
    language
        Of the guides.
    eyes_closed
        Whether everything is told by ear: the keys, the parts of the first breaths, how to
        answer, that a key was heard, why the pace moved. Else only what the guide itself says
        and asks.
    keys
        The key of each command, as far as it has one.

    Attributes
    ----------
    is_private
        Whether two people listen who keep their bodies to themselves.
    """

    def __init__(
        self, language: str, *, eyes_closed: bool, keys: Mapping[str, str] | None = None
    ) -> None:
        self._language = language
        self._eyes_closed = eyes_closed
        self._keys = {} if keys is None else keys
        self.is_private = False
        self._told: GuideState | None = None
        self._forget()

    def _forget(self) -> None:
        """Begin anew, before a session."""
        self._name_breaths(-inf)
        self._reason_s = -inf
        self._last_reason: tuple[float, str] | None = None
        self._echo = ""
        self._said_once: set[str] = set()
        self._told_keys: set[tuple[str, str]] = set()
        self._has_told_keys = False
        self._goes_over = False
        # When all that was said until now is over, and when the last of it was begun.
        self._free_s = self._said_at_s = -inf
        # Until when the question that waits is being said, `inf` while it is still to be said; and
        # since when it waits.
        self._question_s = self._asked_s = -inf

    def take(self, state: GuideState) -> tuple[Utterance, ...]:
        """Return what there is to say of a new state of the guide."""
        before, self._told = self._told, state
        if state.step == "paused":
            self._free_s = state.t_s
            return ()
        if state.step == "ended":
            return self._end(state, before)
        # Where none led before, there was no end to pass over.
        self._goes_over = False
        said: list[Utterance] = []
        is_back = before is not None and before.step == "paused"
        if before is None or before.step in {"open", "paused", "ended"}:
            self._name_breaths(state.t_s)
        if is_back:
            self._say(said, state.t_s, self._spoken("resumed"), interrupts=True)
        if before is None or is_back or self._place(before) != self._place(state):
            self._tell_stage(said, state, is_first=before is None or before.step == "ended")
        if before is None or is_back or self._asked(before) != self._asked(state):
            self._question_s = inf if state.asks else -inf
            self._asked_s = state.t_s
        self._ask(said, state)
        if self._eyes_closed:
            self._tell_keys(said, state)
            self._count(said, state, before)
            if not said:
                self._name_step(said, state, before)
        return tuple(said)

    def explain(self, decision: Decision) -> tuple[Utterance, ...]:
        """Return what there is to say of a decision."""
        self._goes_over = self._goes_over or decision.reason in _GO_OVER
        is_told = (decision.t_s, decision.reason) == self._last_reason
        self._last_reason = (decision.t_s, decision.reason)
        if is_told:
            return ()  # several decisions, for one reason
        if not self._eyes_closed or decision.reason in _NEVER_SAID | self._said_once:
            return ()
        reason = reason_sentence(decision, self._language, is_private=self.is_private)
        if not reason:
            return ()
        if decision.decision in _OFTEN and decision.reason not in _ALWAYS_SAID:
            if decision.t_s - self._reason_s < _REASON_EVERY_S:
                return ()
            self._reason_s = decision.t_s
        text = self._numbers(reason)
        state = self._told if decision.reason in _CAN_WAIT else None
        if state is not None and not self._has_room(state, text, decision.t_s):
            return ()
        if decision.reason in _SAID_ONCE:
            self._said_once.add(decision.reason)
        said: list[Utterance] = []
        self._say(said, decision.t_s, text)
        return tuple(said)

    def hear(self, command: Command) -> tuple[Utterance, ...]:
        """Return what tells closed eyes that a key was heard, and which it was."""
        state = self._told
        if not self._eyes_closed or state is None or state.step in {"paused", "ended"}:
            return ()
        echo = ""
        if command.name in {"answer", "accept", "refuse"}:
            echo = self._answer(state, command)
        elif command.name in state.can and command.name != "more":
            echo = self._words(state)[command.name]
        if not echo:
            return ()
        said: list[Utterance] = []
        self._echo = _sentence(echo)
        self._say(said, command.t_s, self._echo, interrupts=True)
        return tuple(said)

    # What there is to say.

    def _end(self, state: GuideState, before: GuideState | None) -> tuple[Utterance, ...]:
        if self._goes_over:
            # Another guide follows at once: its own words say so.
            self._goes_over = False
            return ()
        self._forget()
        if before is None or before.step == "ended":
            return ()
        return (Utterance(state.t_s, self._spoken("ended"), interrupts=True),)

    def _tell_stage(self, said: list[Utterance], state: GuideState, *, is_first: bool) -> None:
        """Say the words of the step that begins, or that goes on after a pause."""
        if not state.stage:
            return
        if is_first and self._eyes_closed and not self._has_told_keys:
            self._has_told_keys = True
            self._say(said, state.t_s, self._spoken("keys"))
        interrupts = not is_first and self._is_in_the_way(state)
        if state.asks and self._question_s > state.t_s and interrupts:
            self._question_s = inf  # it is cut off: once more
        words = stage_words(state, self._language)[2]
        if self._said_at_s == state.t_s and words != self._echo:
            words = words.removeprefix(self._echo).lstrip()
        self._say(said, state.t_s, words, interrupts=interrupts)

    def _ask(self, said: list[Utterance], state: GuideState) -> None:
        """Say the question that waits, unless the next step is near and would cut it off."""
        if not state.asks or self._question_s < inf:
            return
        text = self._question(state)
        waits = state.stage_until_s - self._asked_s <= _NEXT_STEP_WITHIN_S
        if state.asks in QUESTIONS and waits and not self._has_room(state, text):
            return
        self._say(said, state.t_s, text)
        self._question_s = self._free_s

    def _tell_keys(self, said: list[Utterance], state: GuideState) -> None:
        """Tell the keys of what can be asked for from now on."""
        words = self._words(state)
        new = [
            word
            for word in _NEEDED
            if word in state.can
            and word in self._keys
            and (word, words[word]) not in self._told_keys
        ]
        text = " ".join(self._key(self._keys[word], words[word]) for word in new)
        if text and self._question_s < inf and self._has_room(state, text):
            # Anew where the same key does something else in another stage.
            self._told_keys.update((word, words[word]) for word in new)
            self._say(said, state.t_s, text)

    def _count(self, said: list[Utterance], state: GuideState, before: GuideState | None) -> None:
        """Say how many of the things asked for were found, after each."""
        if before is None or self._place(before) != self._place(state):
            return
        if before.count < state.count < state.n_asked:
            self._say(said, state.t_s, f"{state.count}.", interrupts=True)

    def _name_step(
        self, said: list[Utterance], state: GuideState, before: GuideState | None
    ) -> None:
        """Name a part of the breath, as long as the rhythm is new."""
        if state.step == "open" or (before is not None and before.step == state.step):
            return
        if state.t_s - self._named_from_s > _NAMED_FOR_S or self._free_s > state.t_s:
            return
        if self._n_named >= _NAMED_BREATHS:
            return
        self._n_named += state.step == "out"
        self._say(said, state.t_s, f"{step_words(state, self._language)}.")

    def _name_breaths(self, from_s: float) -> None:
        """Name the parts of the next breaths: a rhythm begins."""
        self._n_named, self._named_from_s = 0, from_s

    # How it is said.

    def _is_in_the_way(self, state: GuideState) -> bool:
        """Tell whether what is being said gives way to the words of a new step.

        Not what goes before them at this very moment, which is why it comes; nor the last
        seconds of it, where the step has the time.
        """
        if self._said_at_s >= state.t_s:
            return False
        has_time = isnan(state.stage_until_s) or state.stage_until_s - state.t_s >= _HAS_TIME_S
        return not has_time or self._free_s - state.t_s > _WAITED_FOR_S

    def _say(
        self, said: list[Utterance], t_s: float, text: str, *, interrupts: bool = False
    ) -> None:
        said.append(Utterance(t_s, text, interrupts))
        begins_s = t_s if interrupts else max(t_s, self._free_s)
        self._free_s, self._said_at_s = begins_s + spoken_s(text), t_s

    def _has_room(self, state: GuideState, text: str, t_s: float = -inf) -> bool:
        """Tell whether there is time to say something before the next step begins."""
        if isnan(state.stage_until_s):
            return True
        return max(self._free_s, state.t_s, t_s) + spoken_s(text) <= state.stage_until_s

    @staticmethod
    def _place(state: GuideState) -> tuple[str, str, int, int]:
        return (state.guide, state.stage, state.way, state.place)

    def _asked(self, state: GuideState) -> tuple[object, ...]:
        """Return which question waits: the guide's own, at another place, is another one."""
        own = () if state.asks in QUESTIONS else self._place(state)
        return (state.asks, state.offer, own if state.asks else ())

    def _words(self, state: GuideState) -> dict[str, str]:
        common = common_words(self._language).words
        if not state.guide:
            return common
        own = guide_words(state.guide, self._language)
        stage = own.stages[state.stage].words if state.stage in own.stages else {}
        return {**common, **own.words, **stage}

    def _question(self, state: GuideState) -> str:
        question = answer_words(state, self._language, is_private=self.is_private)
        assert question is not None  # noqa: S101 - its caller has seen that it asks
        if not self._eyes_closed:
            return question.text
        return " ".join([question.text, *self._how_to_answer(question)])

    def _how_to_answer(self, question: QuestionWords) -> list[str]:
        if not question.answers:
            return [self._spoken("points").format(low=question.low, high=question.high)]
        return [
            self._key(str(place), answer)
            for place, answer in enumerate(question.answers.values(), 1)
        ]

    def _answer(self, state: GuideState, command: Command) -> str:
        """Return how an answer to the question that waits is called; empty for another one."""
        question, arguments = (
            answer_words(state, self._language, is_private=self.is_private),
            command.arguments,
        )
        if question is None:
            return ""
        if command.name != "answer":
            return question.answers.get(command.name, "")
        if arguments.get("question") != state.asks:
            return ""
        points = arguments.get("points")
        if isinstance(points, int | float):
            return f"{points:.0f}"
        return question.answers.get(str(arguments.get("word", "")), "")

    def _key(self, key: str, answer: str) -> str:
        return self._spoken("key").format(key=key, answer=answer)

    def _numbers(self, text: str) -> str:
        """Return a text with the decimal sign that a voice of the language reads as one."""
        return _DECIMAL.sub(self._spoken("decimal"), text)

    def _spoken(self, name: str) -> str:
        return common_words(self._language).spoken[name]


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."
