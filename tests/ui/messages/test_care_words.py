"""A warm word for whoever needs one after a session, and for nobody else."""

from __future__ import annotations

import re
from math import nan

import pytest

from biofeedback.guides.words import LANGUAGES
from biofeedback.ui.messages.care_words import care_for, care_words

EN = care_words("en")
ALARMING = re.compile(r"danger|emergency|warn|must|Gefahr|Notfall|musst du", re.IGNORECASE)


@pytest.mark.parametrize(
    ("answers", "before", "said"),
    [
        ({}, nan, ""),
        ({"how": "better", "distress": 6.0}, nan, ""),
        ({"how": "same", "distress": 5.0}, 4.0, ""),
        ({"how": "dizzy"}, nan, EN.dizzy),
        ({"how": "harder"}, nan, EN.much),
        ({"distress": 7.0}, 9.0, EN.much),
        ({"distress": 4.0}, 2.0, EN.much),
        ({"how": "dizzy", "distress": 10.0}, nan, f"{EN.dizzy}\n{EN.much}"),
    ],
)
def test_light_headed_much_or_more_than_before_is_met_with_a_word(
    answers: dict[str, float | str], before: float, said: str
) -> None:
    assert care_for(answers, before) == said


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_said_in_the_language_and_alarms_nobody(language: str) -> None:
    words = care_words(language)
    assert care_for({"how": "dizzy"}, nan, language) == words.dizzy
    for text in (words.dizzy, words.much, words.help):
        assert text
        assert not ALARMING.search(text.replace("musst damit nicht", ""))
    assert (language == "en") is (words == EN)
