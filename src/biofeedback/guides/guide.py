"""What a guide is: a small state machine over guide time, measures and answers.

A guide knows nothing of pauses, of the wall clock, of sensors or of screens. It counts in *guide
time*: seconds that it has led, pauses left out. Whatever it decides follows from the calls it was
given, so the same calls give the same guide again, live and in replay. `biofeedback.guides.leader`
makes those calls and tells the world what became of them.

Every call may change the guide's `Scene` and returns `Turn`s: what was decided and why. To begin
with, its scene is what it opens with.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from biofeedback.guides.body import BodyNow
    from biofeedback.pacing import BreathPattern

__all__ = ["WORDS", "Guide", "Scene", "Turn", "Vocabulary"]

WORDS = (
    "next",  # the next step; leaving one out is fine
    "back",  # the step before
    "more",  # one more of the things asked for
    "again",  # this step once more
    "longer",  # more time for this step
    "other",  # another way of doing it
    "natural",  # no pacer: breathe as it comes
    "go-on",  # on with what was left
    "slower",
    "faster",
    "activate",  # waves: a small dose
    "resource",  # waves: back to what is good
    "stop",  # the stop that was agreed on beforehand
)
"""What a person may ask of a guide, where its scene ``can``; beside ``answer`` and ``pace``."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What a guide asks for until it changes it.

    Parameters
    ----------
    stage
        Which part this is; its words stand in the guide's content under this name.
    until_g_s
        Guide time at which it ends if nothing changes; ``inf`` for an open end.
    place, n_places
        Its place among all parts, from 1; 0 where there is no such order.
    count, n_asked
        How many of the things asked for are done.
    way
        Which of several ways of saying it, from 0.
    can
        What the person may ask for just now, beside pause and end: names of commands.
    pattern
        The breath to lead; ``None`` to leave it to the person.
    partner_pattern
        The breath to lead a second person with, where they have one of their own.
    asks
        A question of the guide's own that waits for an answer; its words stand in the content.
    """

    stage: str
    until_g_s: float = inf
    place: int = 0
    n_places: int = 0
    count: int = 0
    n_asked: int = 0
    way: int = 0
    can: tuple[str, ...] = ()
    pattern: BreathPattern | None = None
    partner_pattern: BreathPattern | None = None
    asks: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """A decision and its reason: kept in the record, told to the person in one sentence.

    Parameters
    ----------
    decision
        What was decided: ``slower``, ``faster``, ``stay``, ``longer``, ``other``, ``natural`` …
    reason
        Why; the guide's content, or the common one, has a sentence under this name.
    facts
        What it rests on, names with units. A sentence may use them: ``{to_per_min:.1f}``.
    """

    decision: str
    reason: str
    facts: Mapping[str, float | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every word that a guide may use. Its content, in each language, has words for all of them.

    Parameters
    ----------
    stages
        With how many ways of saying each has.
    reasons
        Of its decisions.
    questions
        With the answers that each has; none for one that is answered by a number from 0 to 10.
    options
        That it can be begun with, beside those which all guides have, and the choices of each;
        none for a number.
    """

    stages: Mapping[str, int]
    reasons: tuple[str, ...] = ()
    questions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class Guide:
    """What every guide is to the leader. Times are guide time, in seconds, and never go back.

    The calls do nothing here: a guide answers those that concern it.

    Attributes
    ----------
    name
        As in `biofeedback.guides.catalogue`.
    scene
        What it asks for now.
    due_g_s
        When it wants to be woken next, ``inf`` for never. After `wake` it is later than it was.
    is_over
        Whether it has come to its end by itself.
    """

    name: ClassVar[str]

    def __init__(self, opening: Scene) -> None:
        self.scene = opening
        self.due_g_s = inf
        self.is_over = False

    def wake(self, g_s: float, body: BodyNow) -> tuple[Turn, ...]:
        """Do what was due at ``g_s``, which is `due_g_s` exactly."""
        return ()

    def breathe(self, g_s: float, body: BodyNow) -> tuple[Turn, ...]:
        """Hear that the pacer begins an in-breath, not the first after it stood still.

        The scene's pattern as it is after this call shapes this very breath.
        """
        return ()

    def sense(self, g_s: float, body: BodyNow) -> tuple[Turn, ...]:
        """Hear that ``body`` has new measures. Not called while adaptation is switched off."""
        return ()

    def hear(
        self, g_s: float, word: str, arguments: Mapping[str, float | str], body: BodyNow
    ) -> tuple[Turn, ...]:
        """Follow the person: a command of the scene's ``can``, an ``answer``, or ``pace``.

        A word that it does not know, or that does not fit now, is without effect. Three words come
        from the leader: ``ease``, when body or person say that this is too much (``reason`` says
        why, ``offer_s`` for how long an offer waits beside it); ``resumed`` after a pause, before which measures tell of another state; and
        ``ending``, when it is over before its own end: what it returns is the last of it.
        """
        return ()
