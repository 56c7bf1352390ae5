"""Every word that a guide may use is there in every language, and no word more."""

from __future__ import annotations

import logging
import re
from functools import partial
from string import Formatter
from typing import TYPE_CHECKING

import pytest

from biofeedback.errors import BiofeedbackError, ContentError
from biofeedback.guides.catalogue import GUIDES, vocabulary
from biofeedback.guides.guide import WORDS
from biofeedback.guides.words import (
    LANGUAGES,
    CommonWords,
    GuideWords,
    answer_words,
    common_words,
    guide_words,
    reason_sentence,
)
from biofeedback.samples import Decision, GuideState
from biofeedback.settings import Preferences
from helpers.damaged_content import damage, forget_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

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


@pytest.fixture
def _words_read_anew() -> Iterator[None]:
    """Words of files that a test damaged are not met by the next."""
    yield
    forget_words()


@pytest.mark.usefixtures("_words_read_anew")
def test_english_stands_in_for_a_file_that_is_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    english = guide_words("waves")
    damage(monkeypatch, tmp_path, "de/waves.toml", "de/common.toml")
    with caplog.at_level(logging.WARNING):
        assert guide_words("waves", "de") == english
        assert guide_words("grounding", "de").name == "Erden"
        decision = Decision(1.0, "grounding", "ask", "check-in-time")
        assert reason_sentence(decision, "de") == common_words().reasons["check-in-time"]
    assert "de/waves.toml cannot be read" in caplog.text
    assert "English stands in" in caplog.text


@pytest.mark.usefixtures("_words_read_anew")
def test_a_damaged_file_of_english_is_told_in_a_sentence_and_spoils_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damage(monkeypatch, tmp_path, "en/waves.toml", "de/waves.toml")
    for language in LANGUAGES:
        with pytest.raises(ContentError, match="Installing the app anew") as told:
            guide_words("waves", language)
        assert isinstance(told.value, BiofeedbackError)
        assert "en/waves.toml" in str(told.value)
    assert guide_words("grounding").name == "Grounding"


def test_words_of_a_guide_that_is_not_there_are_told_alike() -> None:
    with pytest.raises(ContentError, match=r"levitation\.toml cannot be read"):
        guide_words("levitation", "de")


def templates() -> Iterator[tuple[str, str, str]]:
    """Every reason that tells a pace, of every guide in every language."""
    for name, language in EVERY:
        for reason, sentence in guide_words(name, language).reasons.items():
            if any(field.endswith("_per_min") for field in fields(sentence)):
                yield name, language, reason


@pytest.mark.parametrize(("name", "language", "reason"), sorted(templates()))
def test_paces_are_told_in_tenths_everywhere(name: str, language: str, reason: str) -> None:
    """As the line of the pace beside the disc tells them: 6.25 is 6.3 in both."""
    facts = dict.fromkeys(fields(guide_words(name, language).reasons[reason]), 6.25)
    said = reason_sentence(Decision(1.0, name, "slower", reason, facts), language)
    assert re.findall(r"\d+\.\d+", said), said
    assert set(re.findall(r"\d+\.\d+", said)) == {"6.3"}, said


@pytest.mark.parametrize("name", GUIDES)
def test_german_words_have_german_numbers(name: str) -> None:
    words = guide_words(name, "de")
    said = [words.about, words.for_whom, words.length, words.caution]
    for stage in words.stages.values():
        said += [*stage.title, *stage.text, *stage.say]
    for option in words.options.values():
        said += [option.text, option.hint, *option.choices.values()]
    for question in words.questions.values():
        said += [question.text, question.low, question.high, *question.answers.values()]
    assert [text for text in said if re.search(r"\d\.\d", text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("stage", [None, "step"])
def test_what_goes_on_is_not_called_as_what_comes_again(language: str, stage: str | None) -> None:
    """At a pace Go on might mean to stay at it; it leaves it, and says so."""
    words = guide_words("resonance-stepped", language)
    own = words.words if stage is None else {**words.words, **words.stages[stage].words}
    assert own["next"] != common_words(language).words["go-on"]
    assert len({own["next"], own["again"], own["natural"]}) == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_number_of_paces_is_not_told_where_gentle_limits_leave_one_out(language: str) -> None:
    words = guide_words("resonance-stepped", language)
    told = " ".join((words.about, *words.stages["welcome"].text, *words.stages["welcome"].say))
    assert not re.search(r"\b(five|four|fünf|vier)\b", told)


OF_THE_BODY = re.compile(
    r"heart|skin|your body|usual range|Herz|Haut|dein Körper|üblich", re.IGNORECASE
)


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_two_who_keep_their_bodies_to_themselves_hear_of_neither(name: str, language: str) -> None:
    """Whichever guide one of them went over to, and why ever it did what it did."""
    reasons = {**common_words(language).reasons, **guide_words(name, language).reasons}
    for reason, words in reasons.items():
        facts = dict.fromkeys(fields(words), 6.0)
        facts |= dict.fromkeys(
            fields(guide_words("together", language).reasons.get(reason, "")), 6.0
        )
        said = reason_sentence(
            Decision(1.0, name, "longer", reason, facts), language, is_private=True
        )
        if name != "together":
            assert not OF_THE_BODY.search(said), (reason, said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_offer_to_two_tells_of_neither_in_another_guide_too(language: str) -> None:
    state = GuideState(1.0, "grounding", "open", asks="offer-therapist", offer="body-scan")
    alone = answer_words(state, language)
    both = answer_words(state, language, is_private=True)
    assert alone is not None
    assert both is not None
    assert OF_THE_BODY.search(alone.text)
    assert not OF_THE_BODY.search(both.text)
    assert guide_words("body-scan", language).name in both.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("words", [common_words, partial(guide_words, "together")])
def test_nobody_is_told_to_have_agreed_to_an_offer_that_is_usual(
    words: Callable[[str], CommonWords | GuideWords], language: str
) -> None:
    """One is offered until somebody chooses otherwise in Settings."""
    assert Preferences().offer
    said = words(language).reasons["zone-above"]
    assert not re.search(r"agreed|wolltest|vereinbart", said)
