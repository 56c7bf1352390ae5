"""Help lines are there for every place, the same in every language."""

from __future__ import annotations

import datetime as dt
import re

import msgspec
import pytest

from biofeedback.guides.help_lines import HelpWords, help_words
from biofeedback.guides.words import LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_and_every_line_is_there(language: str) -> None:
    words = help_words(language)
    for name, value in msgspec.structs.asdict(words).items():
        assert value, name
    for code, place in words.places.items():
        assert place.name, code
        assert place.lines, code
        assert all(line.name and line.number for line in place.lines), code


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_are_the_same_in_every_language(language: str) -> None:
    """Whoever mends a number in one file mends it in the other."""
    words, english = help_words(language), help_words()
    assert words.checked == english.checked
    assert list(words.places) == list(english.places)
    for code, place in words.places.items():
        told = [line.number for line in place.lines]
        assert told == [line.number for line in english.places[code].lines], code


def test_numbers_that_were_asked_for_are_there() -> None:
    """112, 911 and 999 in danger; 988, and 116 123 in the UK, Ireland and the Union, to talk."""
    places = help_words().places
    numbers = {code: [line.number for line in place.lines] for code, place in places.items()}
    assert numbers["us"][:2] == ["911", "988"]
    assert numbers["uk-ie"][:2] == ["999", "116 123"]
    assert numbers["eu"][:2] == ["112", "116 123"]
    assert "findahelpline.com" in numbers["international"]
    assert {"de", "at", "ch"} <= set(numbers)


def test_the_first_line_of_a_place_is_its_emergency_number() -> None:
    for code, place in help_words().places.items():
        assert re.fullmatch(r"\d{3}", place.lines[0].number), code
        assert place.lines[0].name.startswith("Emergency"), code


def test_the_day_they_were_looked_at_is_told() -> None:
    words = help_words()
    assert dt.date(2026, 1, 1) < words.checked
    assert "{day}" in words.verify


def test_place_that_is_not_known_gives_the_lines_for_anywhere() -> None:
    words = help_words("de")
    assert words.place_of("") is words.places["international"]
    assert words.place_of("atlantis") is words.places["international"]
    assert words.place_of("at").lines[1].number == "142"


def test_file_with_a_word_missing_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="missing"):
        msgspec.toml.decode(b'title = "Help"', type=HelpWords)
