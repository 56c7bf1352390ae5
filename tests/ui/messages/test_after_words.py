"""The questions after the end are the same in each language, and have no score."""

from __future__ import annotations

import dataclasses

import pytest

from biofeedback.guides.words import LANGUAGES
from biofeedback.ui.messages.after_words import (
    after_words,
    answers_in_words,
    distress_before,
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_there_and_it_can_have_been_harder_as_well_as_better(language: str) -> None:
    words = after_words(language)
    assert all(dataclasses.asdict(words).values())
    assert list(words.how_answers) == ["better", "same", "harder", "dizzy"]
    assert all(words.how_answers.values())


def test_no_two_languages_say_the_same() -> None:
    told = [dataclasses.astuple(after_words(language))[:1] for language in LANGUAGES]
    assert len(set(told)) == len(LANGUAGES)


def test_distress_before_is_told_as_it_was_given() -> None:
    assert distress_before(6.0, "en") == "Before: 6"
    assert distress_before(6.0, "de") == "Vorher: 6"


@pytest.mark.parametrize(
    ("answers", "english", "german"),
    [
        ({}, "", ""),
        ({"how": "better"}, "Afterwards: Better", "Danach: Besser"),
        (
            {"how": "dizzy", "distress": 3.0, "distress_before": 6.0},
            "Afterwards: Light-headed  ·  distress 3, 6 before",
            "Danach: Schwindlig  ·  Belastung 3, vorher 6",
        ),
        ({"distress": 0.0}, "Afterwards: distress 0", "Danach: Belastung 0"),
        ({"how": "of another version", "distress_before": 6.0}, "", ""),
    ],
)
def test_what_was_said_is_told_in_a_line(
    answers: dict[str, float | str], english: str, german: str
) -> None:
    assert answers_in_words(answers, "en") == english
    assert answers_in_words(answers, "de") == german
