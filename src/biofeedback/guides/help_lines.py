"""Where to turn when a person is needed: help lines by place, from the content files.

They are data: a place is added by writing it into every language's ``help.toml``.
"""

from __future__ import annotations

import datetime as dt
from functools import cache

import msgspec

from biofeedback.guides.words import read_content

__all__ = ["HelpPlace", "HelpWords", "Line", "help_words"]


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line: who answers, under which number or address, and when."""

    name: str
    number: str
    note: str = ""


class HelpPlace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A country, or a part of the world, and its lines, the emergency number first."""

    name: str
    lines: tuple[Line, ...]


class HelpWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that the page of help lines says.

    Parameters
    ----------
    checked
        When the numbers were collected, or last looked through.
    title, about, urgent, verify, privacy
        What it is, and what it is not. ``verify`` has room for the ``{day}``.
    own, own_none
        Heading of the person's own lines, and what stands there while there are none.
    place, place_none
        Name of the choice of a place, and what it shows before there was one.
    field_name, field_number, field_note
        Names of the fields of an own line.
    add, keep, change, leave, remove, remove_sure, remove_yes, remove_no
        What the buttons of own lines say, and what is asked before one is removed.
    back
        What leads back to where the person was.
    needs
        Why a line cannot be kept yet.
    places
        By a code that stays the same in every language; ``international`` for anywhere.
    """

    checked: dt.date
    title: str
    about: str
    urgent: str
    verify: str
    privacy: str
    own: str
    own_none: str
    place: str
    place_none: str
    field_name: str
    field_number: str
    field_note: str
    add: str
    keep: str
    change: str
    leave: str
    remove: str
    remove_sure: str
    remove_yes: str
    remove_no: str
    back: str
    needs: str
    places: dict[str, HelpPlace]

    def place_of(self, code: str) -> HelpPlace:
        """Return a place; anywhere when the code is unknown or none was chosen."""
        return self.places.get(code) or self.places["international"]


@cache
def help_words(language: str = "en") -> HelpWords:
    """Return the help lines in a language.

    Raises
    ------
    ContentError
        If neither its file nor the English one can be read.
    """
    return read_content("help.toml", language, HelpWords)
