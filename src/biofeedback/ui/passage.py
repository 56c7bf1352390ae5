"""What a page says by ear: words, and the keys by which it is answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["HOME", "Choice", "Passage"]

HOME = "practice"
"""The place where one is at first, and on the way to every guide."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be done by a key.

    Parameters
    ----------
    key
        A letter or a digit.
    words
        What it does.
    act
        Does it.
    is_told
        Whether the key is told by itself; else the text has told it.
    is_answer
        Whether what was answered is said back.
    """

    key: str
    words: str
    act: Callable[[], None]
    is_told: bool = True
    is_answer: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """What there is to hear of a page just now.

    Parameters
    ----------
    place
        Which page, and of what; where it changes all is said.
    opening
        Said when one comes there.
    text
        Said then too, and whenever it changes.
    choices
        The keys; they are told when one comes there, and when there are others.
    waits
        Whether what is being said when one comes there is said to its end.
    tells_controls
        Whether the control that has the focus is told, and what it is set to.
    """

    place: object
    opening: str
    text: str
    choices: tuple[Choice, ...] = ()
    waits: bool = False
    tells_controls: bool = False
