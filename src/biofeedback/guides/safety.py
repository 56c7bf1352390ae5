"""The short check before first use: what to know, and who had better ask a clinician first.

Nothing of what is answered is kept but whether guides are to be gentler.
"""

from __future__ import annotations

from functools import cache

import msgspec

from biofeedback.guides.words import read_content

__all__ = ["SafetyWords", "safety_words"]


class SafetyWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that the check says.

    Parameters
    ----------
    title, about
        What it is.
    points
        What to know, a sentence or two each.
    asks, asks_text
        Above the conditions: to ask a clinician first, and what becomes of the answers.
    conditions
        Each with which a clinician is asked first, by a word that is the same in every language.
    notes
        What is said beside, for those conditions where there is something to say.
    gentle
        What follows when one of them is true.
    read_on, none, go_on, later
        The ways on: before all was in sight, with no condition, with one, and without going on.
    none_begin, go_on_begin
        The same, where the guide begins with it that was chosen before.
    needs_words
        What leads to the help lines.
    """

    title: str
    about: str
    points: tuple[str, ...]
    asks: str
    asks_text: str
    conditions: dict[str, str]
    gentle: str
    read_on: str
    none: str
    go_on: str
    later: str
    none_begin: str
    go_on_begin: str
    needs_words: str
    notes: dict[str, str] = {}


@cache
def safety_words(language: str = "en") -> SafetyWords:
    """Return the check in a language.

    Raises
    ------
    ContentError
        If neither its file nor the English one can be read.
    """
    return read_content("safety.toml", language, SafetyWords)
