"""What a virtual client makes of what a guide says and asks, by the words that a person gets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from biofeedback.guides.words import answer_words, reason_sentence, stage_words
from biofeedback.samples import Command, Decision
from biofeedback.simulation.answers import Question

if TYPE_CHECKING:
    from collections.abc import Collection

    from biofeedback.samples import GuideState
    from biofeedback.simulation.client import VirtualClient

__all__ = ["Said", "calls_for_gentle_breaths", "said_by"]

# Whoever is told one of these takes smaller breaths, as far as they heed it.
_GENTLY = (
    "without filling",
    "smaller breath",
    "not fill",
    "n't fill",
    "less air",
    "lighter breath",
)
# Below this comfort a person takes what is offered in place of what they do.
_TOO_LITTLE_COMFORT = 5.0
# A number from 0 to 10: what the question is about, by a part of its name.
_NUMBERS = {
    "distress": Question.DISTRESS,
    "tension": Question.DISTRESS,
    "comfort": Question.COMFORT,
    "ease": Question.COMFORT,
    "calm": Question.COMFORT,
    "how": Question.COMFORT,
}
# How a change is told, from the best to the worst; the first of them that may be said is said.
_WORDS: dict[str, tuple[str, ...]] = {
    "better": ("better", "good", "well", "fine", "easier", "comfortable", "yes"),
    "same": ("same", "fine", "okay", "ok", "good", "comfortable", "some", "steady"),
    "worse": ("worse", "too-much", "uneasy", "uncomfortable", "hard", "harder", "not-good", "no"),
    "dizzy": ("dizzy", "light-headed", "lightheaded", "worse", "uncomfortable", "too-much", "no"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """A question and what the client made of it.

    Parameters
    ----------
    t_s
        When it was asked.
    guide, question, offer
        By which guide, and the question's and the offered guide's words.
    command
        What they do about it, ``None`` for nothing: it was not heard, or is none they know.
    feels
        In one word how it is for them, compared with the beginning.
    """

    t_s: float
    guide: str
    question: str
    offer: str
    command: Command | None
    feels: str


def calls_for_gentle_breaths(said: GuideState | Decision) -> bool:
    """Tell whether what is said asks for smaller breaths."""
    try:
        words = reason_sentence(said) if isinstance(said, Decision) else " ".join(stage_words(said))
    except KeyError:
        # Without words nothing is heard; `checks` tells of it.
        return False
    return any(phrase in words.lower() for phrase in _GENTLY)


def said_by(client: VirtualClient, state: GuideState, now_s: float) -> Said:
    """Return what a client answers to the question of a state."""
    change = client.answer(Question.HOW_WAS_IT)
    feels = change.word if change.is_given else ""
    when_s = now_s + change.latency_s
    command: Command | None = None
    if state.offer:
        if change.is_given:
            comfort = client.answer(Question.COMFORT)
            is_hard = change.word in {"worse", "dizzy"} or comfort.points < _TOO_LITTLE_COMFORT
            command = Command(when_s, "accept" if is_hard else "refuse")
    else:
        command = _answer(client, state, now_s)
    return Said(now_s, state.guide, state.asks, state.offer, command, feels)


def _answer(client: VirtualClient, state: GuideState, now_s: float) -> Command | None:
    asked = answer_words(state)
    if asked is None:
        return None
    if asked.answers:
        answer = client.answer(Question.HOW_WAS_IT)
        word = _fitting(answer.word, asked.answers)
        if not answer.is_given or not word:
            return None
        arguments: dict[str, float | str] = {"question": state.asks, "word": word}
        return Command(now_s + answer.latency_s, "answer", arguments)
    for part, question in _NUMBERS.items():
        if part in state.asks:
            answer = client.answer(question)
            if not answer.is_given:
                return None
            arguments = {"question": state.asks, "points": answer.points}
            return Command(now_s + answer.latency_s, "answer", arguments)
    return None


def _fitting(feels: str, answers: Collection[str]) -> str:
    """Return the word among some answers that says how it is, empty where none does."""
    if not {"worse", "too-much", "uneasy", "uncomfortable", "dizzy"} & set(answers):
        return ""
    return next((word for word in _WORDS.get(feels, ()) if word in answers), "")
