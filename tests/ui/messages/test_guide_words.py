"""Both languages say the same things around a guide."""

from __future__ import annotations

import dataclasses
import re
from string import Formatter

import pytest

from biofeedback.guides.words import LANGUAGES
from biofeedback.ui.messages.guide_words import guide_page_words


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_there_with_the_same_gaps(language: str) -> None:
    words = dataclasses.asdict(guide_page_words(language))
    english = dataclasses.asdict(guide_page_words("en"))
    for name, text in words.items():
        assert text, name
        if isinstance(text, str):
            gaps = [gap for _, gap, _, _ in Formatter().parse(text)]
            assert gaps == [gap for _, gap, _, _ in Formatter().parse(english[name])], name


def test_german_speaks_to_a_friend() -> None:
    said = " ".join(str(text) for text in dataclasses.asdict(guide_page_words("de")).values())
    assert re.search(r"\b(dich|du|dir)\b", said)
    assert not re.search(r"\b(Sie|Ihnen|Ihre?)\b", said)


def test_a_language_that_is_not_there_is_english() -> None:
    assert guide_page_words("xx") is guide_page_words("en")
