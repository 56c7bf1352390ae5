"""Watches over whoever is led: asks how it is, notices when it is too much, offers another way.

It stands beside every guide and knows none of them. Its time, in seconds, begins with the session
and leaves pauses out; it goes on when one guide gives way to another. It asks one thing at a time,
waits half a minute for an answer, and takes silence for one.

The person's own word always counts. What the body says counts only while adaptation is on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf, nan
from typing import TYPE_CHECKING

from biofeedback.guides import check_ins
from biofeedback.guides.check_ins import CheckIns
from biofeedback.guides.guide import Turn
from biofeedback.guides.offers import Agreement, Offers
from biofeedback.guides.too_much import TooMuch
from biofeedback.guides.yes_or_no import is_on

if TYPE_CHECKING:
    from collections.abc import Mapping

    from biofeedback.guides.body import BodyNow

__all__ = [
    "ANSWER_WITHIN_S",
    "ORIENTING",
    "ORIENTING_OPTIONS",
    "QUESTIONS",
    "REASONS",
    "WITHOUT_CHECK_INS",
    "Advice",
    "Companion",
]

ORIENTING = "grounding"
"""The guide that is offered when another is too much: it asks for nothing of breath or body."""
ORIENTING_OPTIONS: Mapping[str, float | str] = {"practice": "orienting"}

WITHOUT_CHECK_INS = frozenset({"", ORIENTING, "check-in", "waves"})
"""Guides that are not meant to relax, or ask how it is all along; and no guide."""

OFFER, OFFER_THERAPIST, ARE_YOU_HERE = "offer", "offer-therapist", "are-you-here"
_YES_OR_NO = ("accept", "refuse")
QUESTIONS: Mapping[str, tuple[str, ...]] = {
    check_ins.QUESTION: check_ins.ANSWERS,
    OFFER: _YES_OR_NO,
    OFFER_THERAPIST: _YES_OR_NO,
    ARE_YOU_HERE: ("here", "far-away", "want-to-orient"),
}
"""What it may ask, with the answers of each."""

REASONS = (
    "check-in-time",
    "check-in-body",
    "no-answer",
    "said-worse",
    "said-dizzy",
    "heart-fast",
    "arousal-rose",
    "zone-above",
    "zone-below",
    "therapist-agreed",
    "offer-accepted",
    "offer-refused",
    "said-far-away",
    "asked-to-orient",
    "far-away-stay",
    "orienting-already",
)
"""Why it decides anything; ``ease`` has one of ``said-worse`` … ``arousal-rose``."""

ANSWER_WITHIN_S = 30.0
# Between what one question was answered and the next one, where it can wait.
_QUIET_S = 30.0
_TRY_AGAIN_S = 5.0
# The second half of a double click on the therapist's yes is no yes of the client's.
_SAME_CLICK_S = 0.8


@dataclass(frozen=True, slots=True)
class Advice:
    """What follows from a call.

    Parameters
    ----------
    turns
        Decisions and their reasons.
    ease
        Why the guide is to make it easier; empty when it is not.
    switch_to
        The guide that is to begin in place of the present one; empty for none.
    options
        What it begins with.
    """

    turns: tuple[Turn, ...] = ()
    ease: str = ""
    switch_to: str = ""
    options: Mapping[str, float | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question that waits. ``is_measured`` where the body alone gave reason for it.

    Before ``heard_from_s``, a session time, nobody can have read it: in a pause it is read, too.
    """

    question: str
    until_s: float
    offer: str = ""
    options: Mapping[str, float | str] = field(default_factory=dict)
    is_measured: bool = False
    heard_from_s: float = -inf


_NOTHING = Advice()


class Companion:
    """Watches over one session."""

    def __init__(self) -> None:
        self._guide = ""
        self._is_beside = False
        self._guide_asks = ""
        self._asked: _Asked | None = None
        self._quiet_until_s = -inf
        self._is_way_offered = False
        self._asks_at_all = True
        self._check_ins = CheckIns(is_first=False)
        self._too_much = TooMuch()
        self._offers = Offers(Agreement())

    @property
    def asks(self) -> str:
        """The question that waits for an answer, empty when none does."""
        return "" if self._asked is None else self._asked.question

    @property
    def offer(self) -> str:
        """The guide that the question offers, where it offers one."""
        return "" if self._asked is None else self._asked.offer

    @property
    def due_s(self) -> float:
        """When it wants to be woken next, ``inf`` for never; after `wake` it is later."""
        return self._check_ins.due_s if self._asked is None else self._asked.until_s

    def begin(self, guide: str, options: Mapping[str, float | str]) -> None:
        """Learn with what the session begins; ``guide`` is empty where none leads.

        Parameters
        ----------
        guide
            Its name.
        options
            ``first`` is 1 in the first sessions; ``check_ins`` 0 where it was agreed that
            nothing is asked by the clock or by the body; ``usual_heart_bpm`` the person's own at
            rest, where it is known; and what `Agreement.of` reads.

        Raises
        ------
        ValueError
            If an option makes no sense.
        """
        self._check_ins = CheckIns(is_first=is_on(options, "first"))
        self._asks_at_all = is_on(options, "check_ins", usually=True)
        self._too_much = TooMuch(float(options.get("usual_heart_bpm", nan)))
        self._offers = Offers(Agreement.of(options))

    def beside(self, c_s: float, guide: str, asks: str) -> None:
        """Learn which guide leads, empty for none, and what it asks itself."""
        self._guide_asks = asks
        if self._is_beside and guide == self._guide:
            return
        self._is_beside, self._guide = True, guide
        self._is_way_offered = False
        calms = guide not in WITHOUT_CHECK_INS
        self._check_ins.begin(c_s, is_on=calms and self._asks_at_all)
        self._too_much.begin(c_s, is_led=bool(guide), calms=calms)
        self._offers.begin()

    def resumed(self, c_s: float) -> None:
        """Hear that a pause is over: what was measured before it tells of another state."""
        self._check_ins.go_on(c_s)
        self._too_much.go_on(c_s)
        self._offers.begin()

    def set_adapting(self, c_s: float, *, adapts: bool) -> None:
        """Hear that the body counts no more, or counts again from now on."""
        if not adapts and self._asked is not None and self._asked.is_measured:
            self._close(c_s)
        self.resumed(c_s)

    def wake(self, c_s: float, body: BodyNow) -> Advice:
        """Do what was due."""
        asked = self._asked
        if asked is None:
            if self._guide_asks or c_s < self._quiet_until_s:
                self._check_ins.put_off(c_s, _TRY_AGAIN_S)
                return _NOTHING
            return Advice((self._check_in(c_s, "check-in-time", {}),))
        self._close(c_s)
        if asked.question == check_ins.QUESTION:
            self._check_ins.left_open()
        elif asked.offer:
            self._offers.refused(c_s, asked.offer)
        return Advice((Turn("no-answer", "no-answer", _facts(asked)),))

    def sense(self, c_s: float, body: BodyNow) -> Advice:
        """Hear that ``body`` has new measures."""
        self._offers.sense(body)
        found = self._too_much.sense(c_s, body)
        risen = self._check_ins.sense(c_s, body)
        if found is not None:
            turns = [Turn("too-much", found.reason, found.facts)]
            turns += self._another_way(c_s, found.reason, is_measured=True)
            return Advice(tuple(turns), ease=found.reason)
        if self._asked is not None or self._guide_asks or c_s < self._quiet_until_s:
            return _NOTHING
        above_s = self._offers.above_s(c_s, self._guide)
        if above_s is not None:
            return Advice((self._offer_agreed(c_s, above_s),))
        if self._offers.is_to_ask_here(c_s):
            self._offers.asked_here(c_s)
            self._ask(_Asked(ARE_YOU_HERE, c_s + ANSWER_WITHIN_S, is_measured=True))
            return Advice((Turn("ask", "zone-below", {"question": ARE_YOU_HERE}),))
        if risen:
            return Advice((self._check_in(c_s, "check-in-body", risen),))
        return _NOTHING

    def hears(self, question: str) -> bool:
        """Tell whether an answer to a question is for the companion.

        How it is may be said at any time: a word that comes a moment late still counts.
        """
        if question == self.asks:
            return self._asked is not None
        return question == check_ins.QUESTION != self._guide_asks

    def hear(
        self, c_s: float, word: str, arguments: Mapping[str, float | str], body: BodyNow
    ) -> Advice:
        """Follow an answer to its question, or ``accept`` and ``refuse``."""
        asked = self._asked
        question = self.asks
        if word == "answer":
            question, word = str(arguments.get("question", "")), str(arguments.get("word", ""))
        if word not in QUESTIONS.get(question, ()):
            return _NOTHING
        if question == check_ins.QUESTION:
            return self._hear_how_it_is(c_s, word)
        if asked is None or question != asked.question or body.now_s < asked.heard_from_s:
            return _NOTHING
        self._close(c_s)
        if question == ARE_YOU_HERE:
            return self._hear_if_here(c_s, word)
        return self._hear_offer(c_s, word, asked, body)

    # Asking.

    def _ask(self, asked: _Asked) -> None:
        self._asked = asked

    def _close(self, c_s: float) -> None:
        self._asked = None
        self._quiet_until_s = c_s + _QUIET_S
        self._check_ins.put_off(c_s, _QUIET_S)

    def _check_in(self, c_s: float, reason: str, facts: Mapping[str, float | str]) -> Turn:
        self._check_ins.asked(c_s)
        until_s = c_s + ANSWER_WITHIN_S
        self._ask(_Asked(check_ins.QUESTION, until_s, is_measured=bool(facts)))
        return Turn("ask", reason, {"question": check_ins.QUESTION, **facts})

    def _offer_agreed(self, c_s: float, above_s: float) -> Turn:
        agreed = self._offers.agreement
        question = OFFER_THERAPIST if agreed.to_therapist else OFFER
        return self._offer(
            c_s,
            _Asked(question, c_s + ANSWER_WITHIN_S, agreed.offer, agreed.options, is_measured=True),
            "zone-above",
            {"above_s": above_s},
        )

    def _offer(
        self, c_s: float, asked: _Asked, reason: str, facts: Mapping[str, float | str]
    ) -> Turn:
        self._offers.offered(c_s, asked.offer)
        self._ask(asked)
        return Turn("offer", reason, {**_facts(asked), **facts})

    def _another_way(self, c_s: float, reason: str, *, is_measured: bool) -> list[Turn]:
        """Offer orienting, once a guide; it goes before a question how it is, which is answered."""
        is_taken = self._asked is not None and bool(self._asked.offer)
        is_offered = self._is_way_offered and bool(self._guide)
        if is_taken or is_offered or not self._offers.may_offer(c_s, ORIENTING, self._guide):
            return []
        self._is_way_offered = True
        until_s = c_s + ANSWER_WITHIN_S
        asked = _Asked(OFFER, until_s, ORIENTING, ORIENTING_OPTIONS, is_measured=is_measured)
        return [self._offer(c_s, asked, reason, {})]

    # What the person says.

    def _hear_how_it_is(self, c_s: float, word: str) -> Advice:
        if self.asks == check_ins.QUESTION:
            self._close(c_s)
        self._check_ins.answered(c_s, word)
        if word not in check_ins.HARDER:
            return _NOTHING
        reason = f"said-{word}"
        turns = [Turn("too-much", reason), *self._another_way(c_s, reason, is_measured=False)]
        return Advice(tuple(turns), ease=reason)

    def _hear_if_here(self, c_s: float, word: str) -> Advice:
        if word == "here":
            self._offers.is_here(c_s)
            return _NOTHING
        if word == "far-away":
            # Whoever says it hears something in any case, also where nothing may be offered.
            offered = self._another_way(c_s, "said-far-away", is_measured=False)
            return Advice(tuple(offered) or (Turn("stay", "far-away-stay"),))
        if self._guide == ORIENTING:
            return Advice((Turn("stay", "orienting-already"),))
        turn = Turn("begin", "asked-to-orient", {"offer": ORIENTING})
        return Advice((turn,), switch_to=ORIENTING, options=ORIENTING_OPTIONS)

    def _hear_offer(self, c_s: float, word: str, asked: _Asked, body: BodyNow) -> Advice:
        if word == "refuse":
            self._offers.refused(c_s, asked.offer)
            return Advice((Turn("stay", "offer-refused", _facts(asked)),))
        if asked.question == OFFER_THERAPIST:
            # Nothing begins that the client has not said yes to.
            until_s = c_s + ANSWER_WITHIN_S
            to_client = _Asked(
                OFFER,
                until_s,
                asked.offer,
                asked.options,
                is_measured=True,
                heard_from_s=body.now_s + _SAME_CLICK_S,
            )
            return Advice((self._offer(c_s, to_client, "therapist-agreed", {}),))
        turn = Turn("begin", "offer-accepted", _facts(asked))
        return Advice((turn,), switch_to=asked.offer, options=asked.options)


def _facts(asked: _Asked) -> dict[str, float | str]:
    facts: dict[str, float | str] = {"question": asked.question}
    return {**facts, "offer": asked.offer} if asked.offer else facts
