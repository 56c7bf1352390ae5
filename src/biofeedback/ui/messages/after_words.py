"""The two questions after the end, in the language of the guides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["AfterWords", "after_words", "answers_in_words", "distress_before"]


@dataclass(frozen=True, slots=True)
class AfterWords:
    """The words of one language.

    Parameters
    ----------
    how, how_answers
        The first question, and what can be answered, by the word that is kept.
    distress, distress_none, distress_most
        The second, and what 0 and 10 mean.
    before
        What was said before the session; ``{points}`` of 10.
    afterwards, distress_now, distress_change
        What was answered, in a list of sessions; ``{points}`` now, ``{before}`` the session.
    leave_out, kept
        On the button that takes both away; once an answer is kept.
    """

    how: str
    how_answers: Mapping[str, str]
    distress: str
    distress_none: str
    distress_most: str
    before: str
    afterwards: str
    distress_now: str
    distress_change: str
    leave_out: str
    kept: str


_WORDS = {
    "en": AfterWords(
        how="How was it?",
        how_answers={
            "better": "Better",
            "same": "About the same",
            "harder": "Harder",
            "dizzy": "Light-headed",
        },
        distress="How much distress is there now?",
        distress_none="none",
        distress_most="the most you can imagine",
        before="Before: {points:.0f}",
        afterwards="Afterwards: {said}",
        distress_now="distress {points:.0f}",
        distress_change="distress {points:.0f}, {before:.0f} before",
        leave_out="Leave this out",
        kept="Kept with the session.",
    ),
    "de": AfterWords(
        how="Wie war es?",
        how_answers={
            "better": "Besser",
            "same": "Etwa gleich",
            "harder": "Schwerer",
            "dizzy": "Schwindlig",
        },
        distress="Wie groß ist die Belastung jetzt?",
        distress_none="gar nicht",
        distress_most="so groß wie nur möglich",
        before="Vorher: {points:.0f}",
        afterwards="Danach: {said}",
        distress_now="Belastung {points:.0f}",
        distress_change="Belastung {points:.0f}, vorher {before:.0f}",
        leave_out="Auslassen",
        kept="Bei der Sitzung aufbewahrt.",
    ),
}


def after_words(language: str) -> AfterWords:
    """Return the words of a language, English for one that there is not."""
    return _WORDS.get(language, _WORDS["en"])


def distress_before(points: float, language: str) -> str:
    """Return ``Before: 6``."""
    return after_words(language).before.format(points=points)


def answers_in_words(answers: Mapping[str, float | str], language: str) -> str:
    """Return ``Afterwards: Better · distress 3, 6 before``; empty where nothing was said."""
    words = after_words(language)
    said = [words.how_answers.get(str(answers.get("how")), "")]
    points, before = answers.get("distress"), answers.get("distress_before")
    if isinstance(points, float | int):
        if isinstance(before, float | int):
            said.append(words.distress_change.format(points=points, before=before))
        else:
            said.append(words.distress_now.format(points=points))
    told = "  ·  ".join(filter(None, said))
    return words.afterwards.format(said=told) if told else ""
