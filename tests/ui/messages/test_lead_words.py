"""Every language has all words, and times ago do not tick."""

from __future__ import annotations

from dataclasses import fields
from string import Formatter

import pytest

from biofeedback.guides.words import LANGUAGES
from biofeedback.pacing import PRESETS
from biofeedback.ui.messages.lead_words import LeadWords, ago, lead_words, parts, with_key


def gaps(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_of_the_guides_has_all_words(language: str) -> None:
    english, words = lead_words("en"), lead_words(language)
    assert (words is english) is (language == "en"), "no language falls back"
    for field in fields(LeadWords):
        said = getattr(words, field.name)
        assert said
        assert gaps(said) == gaps(getattr(english, field.name)), field.name


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0, "just now"),
        (9.9, "just now"),
        (10.0, "10 s ago"),
        (19.9, "10 s ago"),
        (59.0, "50 s ago"),
        (60.0, "1 min ago"),
        (185.0, "3 min ago"),
    ],
)
def test_times_ago_go_in_steps(seconds: float, words: str) -> None:
    assert ago(seconds, "en") == words


def test_parts_of_a_breath_name_the_holds_there_are() -> None:
    assert parts(PRESETS["gentle"], "en") == "In 4.0 s · out 6.0 s"
    assert parts(PRESETS["box"], "de") == "Ein 4.0 s · halten 4.0 s · aus 4.0 s · halten 4.0 s"


def test_key_stands_beside_what_it_does() -> None:
    assert with_key("Next step", "N") == "Next step  ·  N"
    assert with_key("End here", "") == "End here"
