"""Every word that a guide may use is there in every language, and no word more."""

from __future__ import annotations

from string import Formatter

import pytest

from biofeedback.guides.catalogue import GUIDES, vocabulary
from biofeedback.guides.guide import WORDS
from biofeedback.guides.words import LANGUAGES, common_words, guide_words

EVERY = [(name, language) for name in GUIDES for language in LANGUAGES]


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_a_guide_has_words_for_all_that_it_may_use(name: str, language: str) -> None:
    words, used = guide_words(name, language), vocabulary(name)
    common = common_words(language)
    assert set(words.stages) == set(used.stages)
    for stage, n_ways in used.stages.items():
        said = words.stages[stage]
        assert len(said.title) == len(said.text) == n_ways, stage
        assert len(said.say) in {0, n_ways}, stage
        assert all((*said.title, *said.text, *said.say)), stage
        assert set(said.words) <= set(WORDS), stage
    assert set(used.reasons) <= set(words.reasons) | set(common.reasons)
    assert set(words.reasons) <= set(used.reasons)
    assert set(used.questions) <= set(words.questions) | set(common.questions)
    for question, answers in used.questions.items():
        known = words.questions.get(question) or common.questions[question]
        assert set(known.answers) == set(answers), question
    assert {name: tuple(option.choices) for name, option in words.options.items()} == dict(
        used.options
    )
    assert set(words.words) <= {*WORDS, "keep", "adapt", "end"}


@pytest.mark.parametrize("name", GUIDES)
def test_reasons_name_the_same_facts_in_every_language(name: str) -> None:
    english = guide_words(name)
    for language in LANGUAGES:
        other = guide_words(name, language)
        for reason, sentence in english.reasons.items():
            assert fields(other.reasons[reason]) == fields(sentence), (language, reason)


@pytest.mark.parametrize("language", LANGUAGES)
def test_common_words_are_complete(language: str) -> None:
    words, english = common_words(language), common_words()
    assert {*WORDS, "keep", "adapt", "accept", "refuse", "end"} == set(words.words)
    assert set(words.steps) == {"in", "hold-in", "out", "hold-out"}
    assert set(words.spoken) == set(english.spoken)
    assert set(words.questions) == set(english.questions)
    assert set(words.reasons) == set(english.reasons)
    for reason, sentence in english.reasons.items():
        assert fields(words.reasons[reason]) == fields(sentence)
