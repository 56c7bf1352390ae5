"""What is said after a session to someone who feels light-headed, or for whom it is much."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CareWords", "care_for", "care_words"]

# On a scale of 0 to 10 a change of two points is more than chance (Wolpe 1969, the usual reading).
_MUCH, _RISEN = 7.0, 2.0
_DIZZY, _HARDER = "dizzy", "harder"


@dataclass(frozen=True, slots=True)
class CareWords:
    """The words of one language.

    Parameters
    ----------
    dizzy
        For whoever feels light-headed.
    much
        For whoever is in much distress, or in more than before, or for whom it was harder.
    help
        What leads to the help lines.
    """

    dizzy: str
    much: str
    help: str


_WORDS = {
    "en": CareWords(
        dizzy="Stay seated for a while, and let your breath come as it likes, small and soft. "
        "Give it time before you stand up. If it does not pass, let someone be with you.",
        much="That is a lot just now, and there is no hurry. Feel what carries you, look around "
        "the room, let your breath come as it likes. You need not be alone with it.",
        help="Help, if you need a person",
    ),
    "de": CareWords(
        dizzy="Bleib noch eine Weile sitzen und lass den Atem kommen, wie er mag, klein und weich. "
        "Lass dir Zeit, bevor du aufstehst. Wenn es nicht vergeht, hol jemanden zu dir.",
        much="Das ist gerade viel, und es hat keine Eile. Spür, was dich trägt, schau dich im "
        "Raum um, lass den Atem kommen, wie er mag. Du musst damit nicht allein sein.",
        help="Hilfe, wenn du einen Menschen brauchst",
    ),
}


def care_words(language: str) -> CareWords:
    """Return the words of a language, English for one that there is not."""
    return _WORDS.get(language, _WORDS["en"])


def care_for(answers: Mapping[str, float | str], before: float, language: str = "en") -> str:
    """Return what to say to the answers after a session, a line each; empty for nothing.

    Parameters
    ----------
    answers
        ``how`` it was, and the ``distress`` now, 0 to 10, as far as they were given.
    before
        The distress before, ``nan`` where it was not said.
    language
        Which.
    """
    words, said = care_words(language), []
    distress = answers.get("distress")
    is_much = answers.get("how") == _HARDER
    if isinstance(distress, float | int):
        has_risen = isfinite(before) and distress - before >= _RISEN
        is_much = is_much or distress >= _MUCH or has_risen
    if answers.get("how") == _DIZZY:
        said.append(words.dizzy)
    if is_much:
        said.append(words.much)
    return "\n".join(said)
