"""What a virtual client makes of what a guide says and asks, by the words that a person gets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from biofeedback.guides.words import answer_words, reason_sentence, stage_words
from biofeedback.samples import Command, Decision
from biofeedback.simulation.answers import Question

if TYPE_CHECKING:
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
# From this distress on they go through something once more.
_STRONG = 6.0
# Depths of a shutdown from which on someone is half here, and no longer here.
_HALF_GONE, _GONE = 0.2, 0.6
# A number from 0 to 10: what the question is about, by a part of its name.
_NUMBERS = {
    "distress": Question.DISTRESS,
    "tension": Question.DISTRESS,
    "comfort": Question.COMFORT,
    "ease": Question.COMFORT,
    "how": Question.COMFORT,
}
# What says how it is, by how it is compared with the beginning; the first that may be said.
_CHANGE: dict[str, tuple[str, ...]] = {
    "better": ("better", "good", "well", "fine", "easier", "comfortable"),
    "same": ("same", "fine", "okay", "good", "comfortable"),
    "worse": ("worse", "too-much", "uneasy", "uncomfortable", "harder", "hard"),
    "dizzy": ("dizzy", "worse", "too-much", "uneasy", "uncomfortable", "harder", "hard"),
}
_ON_OR_END = frozenset({"go-on", "end"})
# What says how far someone is here.
_HERE, _HALF, _FAR = ("here",), ("half", "here"), ("far", "far-away")


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


def said_by(client: VirtualClient, shutdown: float, state: GuideState, now_s: float) -> Said:
    """Return what a client answers to the question of a state.

    Parameters
    ----------
    client
        Who.
    shutdown
        How deep in a shutdown they are, 0 to 1.
    state
        With the question.
    now_s
        When it was asked.
    """
    change = client.answer(Question.HOW_WAS_IT)
    comfort = client.answer(Question.COMFORT)
    is_hard = change.word in {"worse", "dizzy"} or comfort.points < _TOO_LITTLE_COMFORT
    command: Command | None = None
    asked = answer_words(state)
    if asked is not None and set(asked.answers) == _ON_OR_END:
        # They rest and breathe as they like: it is for them to say whether they want more.
        if comfort.is_given:
            word = "go-on" if comfort.points >= _TOO_LITTLE_COMFORT else "end"
            command = _answer(now_s + comfort.latency_s, state.asks, word=word)
    elif state.offer or (asked is not None and asked.answers):
        if change.is_given:
            known = set(asked.answers) if asked is not None else set()
            choices = _choices(client, shutdown, change.word, known, is_hard=is_hard)
            word = next((word for word in choices if word in known), "")
            if state.offer:
                command = Command(now_s + change.latency_s, "accept" if is_hard else "refuse")
            elif word:
                command = _answer(now_s + change.latency_s, state.asks, word=word)
    else:
        for part, question in _NUMBERS.items():
            if part in state.asks:
                answer = client.answer(question)
                if answer.is_given:
                    when_s = now_s + answer.latency_s
                    command = _answer(when_s, state.asks, points=answer.points)
                break
    feels = change.word if change.is_given else ""
    return Said(now_s, state.guide, state.asks, state.offer, command, feels)


def _answer(t_s: float, question: str, **what: float | str) -> Command:
    return Command(t_s, "answer", {"question": question, **what})


def _choices(
    client: VirtualClient, shutdown: float, change: str, known: set[str], *, is_hard: bool
) -> tuple[str, ...]:
    """Return the words that would say it, the truest first; none for a question not understood."""
    if "here" in known:
        if shutdown >= _GONE:
            return _FAR
        return _HALF if shutdown >= _HALF_GONE else _HERE
    if {"worse", "too-much", "harder", "uneasy"} & known:
        return _CHANGE[change]
    if "enough" in known:
        distress = client.answer(Question.DISTRESS)
        return ("yes",) if distress.points >= _STRONG else ("enough",)
    if {"natural", "stay"} <= known:
        return ("natural",) if is_hard else ("stay",)
    if {"go-on", "stay"} <= known:
        return ("stay",) if is_hard else ("go-on",)
    if {"go-on", "close"} <= known:
        return ("close",)
    if "this-is-fine" in known:
        return ("yes",) if is_hard else ("this-is-fine",)
    return ()
