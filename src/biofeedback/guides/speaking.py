"""What is said aloud, and when: guides for ears alone.

A function of what the guide tells and of nothing else, so that it can be read as a text and
tested without a voice. Whoever has a voice speaks it; `Utterance.interrupts` says whether what is
being said gives way.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from biofeedback.guides.words import (
    answer_words,
    common_words,
    guide_words,
    reason_sentence,
    stage_words,
    step_words,
)

if TYPE_CHECKING:
    from biofeedback.guides.words import QuestionWords
    from biofeedback.samples import Decision, GuideState

__all__ = ["Speaking", "Utterance"]

# The parts of the breath are named until the rhythm is known; then the tone leads alone.
_NAMED_BREATHS = 3
# A sentence about the pace each minute is company; more often it is talk.
_REASON_EVERY_S = 60.0


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
        answer, why the pace moved. Else only what the guide itself says and asks.
    """

    def __init__(self, language: str, *, eyes_closed: bool) -> None:
        self._language = language
        self._eyes_closed = eyes_closed
        self._told: GuideState | None = None
        self._n_named = 0
        self._reason_s = -inf

    def take(self, state: GuideState) -> tuple[Utterance, ...]:
        """Return what there is to say of a new state of the guide."""
        before, self._told = self._told, state
        if state.step == "paused":
            return ()
        if state.step == "ended":
            if before is None or before.step == "ended":
                return ()
            return (Utterance(state.t_s, self._spoken("ended"), interrupts=True),)
        said: list[Utterance] = []
        if before is not None and before.step == "paused":
            self._n_named = 0
            said.append(Utterance(state.t_s, self._spoken("resumed"), interrupts=True))
        is_new = before is None or self._place(before) != self._place(state)
        if state.stage and is_new:
            self._n_named = 0
            _, _, words = stage_words(state, self._language)
            is_first = before is None or before.step == "ended"
            if is_first and self._eyes_closed:
                said.append(Utterance(state.t_s, self._keys(state)))
            is_late = not is_first and not said
            said.append(Utterance(state.t_s, words, interrupts=is_late))
        if state.asks and (
            before is None or (before.asks, before.offer) != (state.asks, state.offer)
        ):
            said.append(Utterance(state.t_s, self._question(state)))
        elif self._eyes_closed and not said:
            said += self._step(state, before)
        return tuple(said)

    def explain(self, decision: Decision) -> tuple[Utterance, ...]:
        """Return what there is to say of a decision."""
        if not self._eyes_closed or decision.t_s - self._reason_s < _REASON_EVERY_S:
            return ()
        self._reason_s = decision.t_s
        return (Utterance(decision.t_s, reason_sentence(decision, self._language)),)

    @staticmethod
    def _place(state: GuideState) -> tuple[str, str, int, int]:
        return (state.guide, state.stage, state.way, state.place)

    def _keys(self, state: GuideState) -> str:
        words = self._spoken("keys")
        return f"{words} {self._spoken('next-key')}" if "next" in state.can else words

    def _step(self, state: GuideState, before: GuideState | None) -> list[Utterance]:
        """Name a part of the breath, as long as the rhythm is new."""
        if state.step == "open" or (before is not None and before.step == state.step):
            return []
        if self._n_named >= _NAMED_BREATHS:
            return []
        self._n_named += state.step == "out"
        words = step_words(state, self._language)
        return [Utterance(state.t_s, f"{words}.", interrupts=True)]

    def _question(self, state: GuideState) -> str:
        question = answer_words(state, self._language)
        assert question is not None  # noqa: S101 - its caller has seen that it asks
        text = question.text
        if state.offer:
            text = text.replace("{offer}", guide_words(state.offer, self._language).name)
        return " ".join([text, *self._how_to_answer(question)]) if self._eyes_closed else text

    def _how_to_answer(self, question: QuestionWords) -> list[str]:
        spoken = common_words(self._language).spoken
        if not question.answers:
            return [spoken["points"].format(low=question.low, high=question.high)]
        return [
            spoken["key"].format(key=key, answer=answer)
            for key, answer in enumerate(question.answers.values(), 1)
        ]

    def _spoken(self, name: str) -> str:
        return common_words(self._language).spoken[name]
