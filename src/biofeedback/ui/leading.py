"""Which guide leads at a moment, what it says, and on which page it is at home."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from biofeedback.runtime.guide_log import has_pacer
from biofeedback.runtime.snapshot import BASELINE, SessionState, hides_bodies

if TYPE_CHECKING:
    from biofeedback.guides.words import QuestionWords
    from biofeedback.runtime.snapshot import Snapshot
    from biofeedback.samples import Decision, GuideState

__all__ = [
    "BREATHING",
    "command_words",
    "guide_line",
    "guide_title",
    "is_natural",
    "is_own_question",
    "is_private",
    "leading_guide",
    "numbers",
    "question_of",
    "sentence",
    "stage_of",
    "step_of",
    "steps_lead",
]

BREATHING = "breathing"
"""The guide whose breath is chosen freely, also on the way."""
# The option by which a guide is told which of its practices to lead.
_PRACTICE = "practice"
# What can be asked for beside the words of a guide.
_BESIDE = ("keep", "adapt", "accept", "refuse", "end")
_DECIMAL_SIGN = {"de": ","}
# That of everything else on the screen.
_USUAL_LANGUAGE = "en"


def leading_guide(snapshot: Snapshot) -> str:
    """Return the guide that leads, or that is about to; empty where none does."""
    if snapshot.guide is not None and snapshot.guide.guide:
        return snapshot.guide.guide
    guide = "" if snapshot.plan is None else snapshot.plan.guide
    return "" if guide == BASELINE else guide


def steps_lead(snapshot: Snapshot, state: SessionState) -> bool:
    """Whether what leads now goes by steps and words, not by a pacer."""
    if state not in {SessionState.RUNNING, SessionState.PAUSED}:
        return False
    guide = leading_guide(snapshot)
    return bool(guide) and not has_pacer(guide)


def is_natural(snapshot: Snapshot) -> bool:
    """Whether a guide with a pacer leaves the breath to the person just now."""
    guide = snapshot.guide
    return guide is not None and guide.step == "open" and bool(guide.guide and guide.stage)


def is_private(snapshot: Snapshot) -> bool:
    """Whether two people look at one screen who did not agree to show each other their bodies."""
    return hides_bodies(snapshot.plan)


def guide_title(name: str, language: str) -> str:
    """Return what a guide is called, its own word for itself if it has no words."""
    if not name:
        return ""
    from biofeedback.guides.words import guide_words  # noqa: PLC0415 - not for the first picture

    # Of a recording by a later version of the app, a guide may not be known.
    with suppress(OSError):
        return guide_words(name, language).name
    return name


def guide_line(snapshot: Snapshot, language: str) -> str:
    """Return the guide that leads, and which practice of it was chosen: ``Grounding · orienting``."""
    guide, plan = leading_guide(snapshot), snapshot.plan
    name = guide_title(guide, language)
    if plan is None or plan.guide != guide or not guide:
        return name
    from biofeedback.guides.words import guide_words  # noqa: PLC0415 - not for the first picture

    with suppress(OSError, LookupError):
        chosen = (
            guide_words(guide, language).options[_PRACTICE].choices[str(plan.options[_PRACTICE])]
        )
        # A noun keeps its capital where the language gives it one.
        return f"{name}  ·  {chosen[0].lower() + chosen[1:] if language == _USUAL_LANGUAGE else chosen}"
    return name


def stage_of(state: GuideState | None, language: str) -> tuple[str, str]:
    """Return title and text of the stage that a guide is in, empty where there are none."""
    if state is None or not state.guide or not state.stage:
        return ("", "")
    from biofeedback.guides.words import stage_words  # noqa: PLC0415 - not for the first picture

    with suppress(OSError, LookupError):
        return stage_words(state, language)[:2]
    return ("", "")


def step_of(state: GuideState | None, step: str, language: str) -> tuple[str, str] | None:
    """Return how a guide says a part of the breath; ``None`` where it says what is usual.

    Parameters
    ----------
    state
        What the guide asks for.
    step
        The part that is shown: the state may tell of the one before for a moment.
    language
        Which.
    """
    if state is None or not state.guide:
        return None
    from biofeedback.guides.words import common_words, guide_words  # noqa: PLC0415 - as above

    with suppress(OSError, LookupError):
        own = guide_words(state.guide, language).steps.get(state.stage, {}).get(step)
        if own is not None or language != _USUAL_LANGUAGE:
            return (own or common_words(language).steps[step], "")
    return None


def question_of(
    state: GuideState | None, language: str, *, is_private: bool = False
) -> QuestionWords | None:
    """Return the question that waits for an answer, ``None`` where none does.

    Of two who keep their bodies to themselves (`is_private`) it says nothing of either's.
    """
    if state is None or not state.asks:
        return None
    from biofeedback.guides.words import answer_words  # noqa: PLC0415 - not for the first picture

    with suppress(OSError, LookupError):
        return answer_words(state, language, is_private=is_private)
    return None


def is_own_question(state: GuideState, language: str) -> bool:
    """Whether the question is the guide's own, and not asked beside it."""
    if not state.guide:
        return False
    from biofeedback.guides.words import guide_words  # noqa: PLC0415 - not for the first picture

    with suppress(OSError):
        return state.asks in guide_words(state.guide, language).questions
    return False


def sentence(decision: Decision, language: str, *, is_private: bool = False) -> str:
    """Return why something was decided; empty where there are no words for it.

    Of two who keep their bodies to themselves (`is_private`) it says nothing of either's.
    """
    from biofeedback.guides.words import reason_sentence  # noqa: PLC0415 - not for the first picture

    with suppress(OSError, LookupError, ValueError):
        return numbers(reason_sentence(decision, language, is_private=is_private), language)
    return ""


def numbers(text: str, language: str) -> str:
    """Return a text whose numbers have the decimal sign of its language: ``6,25``."""
    return re.sub(r"(?<=\d)\.(?=\d)", _DECIMAL_SIGN.get(language, "."), text)


def command_words(guide: str, language: str, stage: str = "") -> dict[str, str]:
    """Return what each command is called in a guide, or in one stage of it."""
    from biofeedback.guides.guide import WORDS  # noqa: PLC0415 - as above
    from biofeedback.guides.words import common_words, guide_words  # noqa: PLC0415 - as above

    # By its own name each can still be pressed where the words cannot be read.
    words = {word: word.capitalize() for word in (*WORDS, *_BESIDE)}
    with suppress(OSError):
        words.update(common_words(language).words)
    if guide:
        with suppress(OSError):
            own = guide_words(guide, language)
            words.update(own.words)
            if stage in own.stages:
                words.update(own.stages[stage].words)
    return words
