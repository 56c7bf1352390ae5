"""What guides say, by language: read from the content files, checked when they are read.

Each language has a folder in ``content``, each guide a file in it, and ``common.toml`` the words
that all guides share. A guide's own words go before the common ones. Where a file of another
language is damaged, the English one stands in for it: a person is led in English, and not by half.
"""

from __future__ import annotations

import logging
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, TypeVar

import msgspec

from biofeedback.errors import ContentError
from biofeedback.pacing import shown_per_min

if TYPE_CHECKING:
    from biofeedback.samples import Decision, GuideState

__all__ = [
    "LANGUAGES",
    "CommonWords",
    "GuideWords",
    "OptionWords",
    "QuestionWords",
    "StageWords",
    "answer_words",
    "common_words",
    "guide_words",
    "read_content",
    "reason_sentence",
    "stage_words",
    "step_words",
]

_W = TypeVar("_W")
_LOG = logging.getLogger(__name__)
# Every file is there in this one.
_ENGLISH = "en"
_FOR_TWO = "together"
# Of these the guide for two has words of its own that tell of nobody's body, or there are none.
_OF_ONE_BODY = frozenset(
    {
        "skin-settling",
        "heart-settling",
        "arousal-settling",
        "arousal-rising",
        "check-in-body",
        "heart-fast",
        "arousal-rose",
        "zone-above",
        "zone-below",
    }
)

LANGUAGES: dict[str, str] = {"en": "English", "de": "Deutsch"}
"""Each language by its code, in its own word."""


class StageWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one stage says.

    ``title`` and ``text`` have one entry a way of saying it; ``say``, what the voice says, too, or
    none where it says the same. ``words`` names a command by what it does in this stage alone.
    """

    title: tuple[str, ...]
    text: tuple[str, ...]
    say: tuple[str, ...] = ()
    words: dict[str, str] = {}


class QuestionWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question and its answers, by their word; none where it is answered by 0 to 10.

    ``low`` and ``high`` say what 0 and 10 mean.
    """

    text: str
    answers: dict[str, str] = {}
    low: str = ""
    high: str = ""


class OptionWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An option that a guide is begun with, and its choices, by their word; none for a number."""

    text: str
    choices: dict[str, str] = {}
    hint: str = ""


class GuideWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that one guide says.

    Parameters
    ----------
    name
        Of the guide.
    about
        What it is, in a sentence or two.
    for_whom
        When and for whom it may be good.
    length
        How long it takes.
    stages, reasons, questions, options
        By the guide's own words for them.
    words
        Where a command is called otherwise than usual in this guide: ``One more``.
    steps
        By stage, where the parts of a breath are said otherwise than usual.
    caution
        What to know beforehand, empty for nothing.
    """

    name: str
    about: str
    for_whom: str
    length: str
    stages: dict[str, StageWords]
    reasons: dict[str, str] = {}
    questions: dict[str, QuestionWords] = {}
    options: dict[str, OptionWords] = {}
    words: dict[str, str] = {}
    steps: dict[str, dict[str, str]] = {}
    caution: str = ""


class CommonWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What all guides share.

    Parameters
    ----------
    words
        What each command is called on its button.
    steps
        The parts of a breath, as they are said: ``in``, ``hold-in``, ``out``, ``hold-out``.
    reasons, questions
        Of the companion, and such as several guides have.
    spoken
        What the voice says by itself: ``paused``, ``resumed``, ``ended``.
    """

    words: dict[str, str]
    steps: dict[str, str]
    spoken: dict[str, str]
    reasons: dict[str, str] = {}
    questions: dict[str, QuestionWords] = {}


@cache
def guide_words(name: str, language: str = "en") -> GuideWords:
    """Return what a guide says in a language.

    Raises
    ------
    ContentError
        If neither its file nor the English one can be read.
    """
    return read_content(f"{name}.toml", language, GuideWords)


@cache
def common_words(language: str = "en") -> CommonWords:
    """Return what all guides share in a language; errors as for `guide_words`."""
    return read_content("common.toml", language, CommonWords)


def stage_words(state: GuideState, language: str = "en") -> tuple[str, str, str]:
    """Return title, text and what is said aloud of the stage that a guide is in."""
    if not state.stage:
        return ("", "", "")
    stage = guide_words(state.guide, language).stages[state.stage]
    title, text = stage.title[state.way], stage.text[state.way]
    end = "" if title.endswith(("?", "!", ".")) else "."
    said = stage.say[state.way] if stage.say else f"{title}{end} {text}"
    return (title, text, said)


def step_words(state: GuideState, language: str = "en") -> str:
    """Return how the present part of the breath is said, empty where none is led."""
    own = guide_words(state.guide, language).steps if state.guide else {}
    common = common_words(language).steps
    return own.get(state.stage, common).get(state.step) or common.get(state.step, "")


def reason_sentence(decision: Decision, language: str = "en", *, is_private: bool = False) -> str:
    """Return why something was decided, in one sentence.

    Before two who keep their bodies to themselves (`is_private`), whichever guide leads by now, it
    is as the guide for two says it, and empty where that would tell of one of them.
    """
    common = common_words(language).reasons
    if is_private and decision.guide != _FOR_TWO:
        own = guide_words(_FOR_TWO, language).reasons
        common = {reason: words for reason, words in common.items() if reason not in _OF_ONE_BODY}
        template = own.get(decision.reason) or common.get(decision.reason, "")
    else:
        own = guide_words(decision.guide, language).reasons if decision.guide else {}
        template = own.get(decision.reason) or common[decision.reason]
    return template.format(**{name: _shown(name, fact) for name, fact in decision.facts.items()})


def _shown(name: str, fact: float | str) -> float | str:
    is_pace = name.endswith("_per_min") and not isinstance(fact, str)
    return shown_per_min(float(fact)) if is_pace else fact


def answer_words(
    state: GuideState, language: str = "en", *, is_private: bool = False
) -> QuestionWords | None:
    """Return the question that waits for an answer; ``None`` if none does.

    Before two who keep their bodies to themselves (`is_private`) it is put as the guide for two
    puts it.
    """
    if not state.asks:
        return None
    own = guide_words(state.guide, language).questions if state.guide else {}
    if is_private:
        own = {**guide_words(_FOR_TWO, language).questions, **own}
    question = own.get(state.asks) or common_words(language).questions[state.asks]
    if not state.offer:
        return question
    text = question.text.format(offer=guide_words(state.offer, language).name)
    return msgspec.structs.replace(question, text=text)


def read_content(name: str, language: str, kind: type[_W]) -> _W:
    """Return a content file of a language as what it is to hold; the English one if it is damaged.

    Raises
    ------
    ContentError
        If the English one cannot be read either.
    """
    try:
        return _read(name, language, kind)
    except ContentError as error:
        if language == _ENGLISH:
            raise
        _tell_once(f"{error} English stands in for it.")
        return _read(name, _ENGLISH, kind)


@cache
def _tell_once(words: str) -> None:
    _LOG.warning("%s", words)


def _read(name: str, language: str, kind: type[_W]) -> _W:
    path = files("biofeedback.guides") / "content" / language / name
    try:
        return msgspec.toml.decode(path.read_bytes(), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, OSError) as error:
        msg = (
            f"The words in {language}/{name} cannot be read ({error}). "
            "Installing the app anew brings them back."
        )
        raise ContentError(msg) from error
