"""What is said aloud: all that a person with closed eyes needs, and nothing twice."""

from __future__ import annotations

from itertools import pairwise

import pytest

from biofeedback.guides.catalogue import GUIDES
from biofeedback.guides.leader import Leader
from biofeedback.guides.pacer import pattern_arguments
from biofeedback.guides.speaking import Speaking, Utterance
from biofeedback.guides.words import LANGUAGES, common_words, stage_words
from biofeedback.pacing import PRESETS
from biofeedback.samples import Command, Decision, GuideState

ENDED = common_words().spoken["ended"]


def heard(
    name: str, language: str, *, eyes_closed: bool
) -> tuple[list[Utterance], list[GuideState]]:
    """Lead with no sensor and no word from the person, and listen."""
    leader = Leader()
    speaking = Speaking(language, eyes_closed=eyes_closed)
    arguments: dict[str, float | str] = {**pattern_arguments(PRESETS["gentle"])}
    arguments |= {"guide": name, "duration_s": 300.0}
    out = (*leader.command(Command(0.0, "begin", arguments)), *leader.advance(5400.0))
    said: list[Utterance] = []
    for item in out:
        if isinstance(item, GuideState):
            said += speaking.take(item)
        elif isinstance(item, Decision):
            said += speaking.explain(item)
    return said, [item for item in out if isinstance(item, GuideState)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", GUIDES)
def test_every_stage_is_told_to_closed_eyes_and_the_end_too(name: str, language: str) -> None:
    said, states = heard(name, language, eyes_closed=True)
    texts = [utterance.text for utterance in said]
    for state in states:
        if state.stage:
            assert stage_words(state, language)[2] in texts
    assert texts[-1] == common_words(language).spoken["ended"]
    assert texts[0].startswith(common_words(language).spoken["keys"])
    assert all(one.t_s <= other.t_s for one, other in pairwise(said))


@pytest.mark.parametrize("name", GUIDES)
def test_with_open_eyes_only_the_guide_itself_speaks(name: str) -> None:
    said, states = heard(name, "en", eyes_closed=False)
    own = {stage_words(state)[2] for state in states if state.stage}
    questions = {utterance.text for utterance in said} - own - {ENDED}
    assert len(questions) <= len({state.asks for state in states if state.asks})


def test_the_first_breaths_are_named_and_then_the_tone_leads_alone() -> None:
    said, _ = heard("breathing", "en", eyes_closed=True)
    named = [u.text for u in said if u.text in {"Breathe in.", "Breathe out."}]
    assert len(named) >= 4
    # Six a minute for five minutes would be sixty.
    assert len(named) <= 30


def test_a_pause_is_silent_and_going_on_is_told() -> None:
    speaking = Speaking("en", eyes_closed=True)
    speaking.take(GuideState(0.0, "breathing", "in", 4.0, 6.0, "breathe"))
    assert speaking.take(GuideState(2.0, "breathing", "paused", stage="breathe")) == ()
    resumed = speaking.take(GuideState(9.0, "breathing", "in", 13.0, 6.0, "breathe"))
    assert resumed[0] == Utterance(9.0, common_words().spoken["resumed"], interrupts=True)


def test_a_question_is_told_with_its_keys() -> None:
    speaking = Speaking("en", eyes_closed=True)
    speaking.take(GuideState(0.0, "breathing", "in", 4.0, 6.0, "breathe"))
    asked = GuideState(2.0, "breathing", "in", 4.0, 6.0, "breathe", asks="other-way")
    (told,) = speaking.take(asked)
    assert "1 for: " in told.text
    assert "2 for: " in told.text
    (scale,) = speaking.take(
        GuideState(3.0, "breathing", "in", 4.0, 6.0, "breathe", asks="distress")
    )
    assert "from 0 for none" in scale.text


def test_reasons_are_told_to_closed_eyes_once_a_minute_at_most() -> None:
    speaking = Speaking("en", eyes_closed=True)
    reasons = [Decision(t_s, "breathing", "keep", "asked-for") for t_s in (1.0, 30.0, 61.0, 90.0)]
    assert [bool(speaking.explain(reason)) for reason in reasons] == [True, False, True, False]
    assert Speaking("en", eyes_closed=False).explain(reasons[0]) == ()


def test_an_end_is_told_once_and_not_before_a_beginning() -> None:
    speaking = Speaking("en", eyes_closed=True)
    assert speaking.take(GuideState(0.0, "breathing", "ended")) == ()
