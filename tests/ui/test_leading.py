"""Which guide leads, where it is at home, and what it says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from biofeedback.guides.catalogue import GUIDES
from biofeedback.pacing import PRESETS
from biofeedback.runtime.snapshot import BASELINE, SessionPlan, SessionState, Snapshot
from biofeedback.samples import Decision, GuideState
from biofeedback.ui.leading import (
    command_words,
    guide_line,
    guide_title,
    is_natural,
    is_own_question,
    leading_guide,
    numbers,
    question_of,
    sentence,
    stage_of,
    step_of,
    steps_lead,
)
from ui.led import BREATHE, FEEL


def snapshot(plan: str, guide: GuideState | None = None, **options: float | str) -> Snapshot:
    chosen = SessionPlan(plan, PRESETS["gentle"], options=options)
    return Snapshot(70.0, SessionState.RUNNING, plan=chosen, guide=guide)


@pytest.mark.parametrize(
    ("plan", "guide", "leads"),
    [
        ("grounding", None, "grounding"),
        ("breathing", FEEL, "grounding"),
        ("", GuideState(1.0, "", "open"), ""),
        ("", FEEL, "grounding"),
        (BASELINE, None, ""),
    ],
)
def test_guide_that_leads_is_the_present_one_or_the_one_chosen(
    plan: str, guide: GuideState | None, leads: str
) -> None:
    assert leading_guide(snapshot(plan, guide)) == leads


def test_every_guide_is_at_home_on_one_of_two_pages() -> None:
    with_disc = {name for name in GUIDES if not steps_lead(snapshot(name), SessionState.RUNNING)}
    assert with_disc == {
        name for name in GUIDES if name.startswith("resonance") or name in {"breathing", "together"}
    }


@pytest.mark.parametrize("state", [SessionState.READY, SessionState.ENDED])
def test_nothing_leads_outside_of_a_session(state: SessionState) -> None:
    assert not steps_lead(snapshot("grounding"), state)


def test_breath_that_is_left_to_the_person_is_natural() -> None:
    assert is_natural(snapshot("breathing", replace(BREATHE, step="open")))
    assert not is_natural(snapshot("breathing", BREATHE))
    assert not is_natural(snapshot("breathing", replace(BREATHE, step="paused")))
    assert not is_natural(snapshot("", GuideState(1.0, "", "open")))


@pytest.mark.parametrize(
    ("language", "line"), [("en", "Grounding  ·  orienting"), ("de", "Erden  ·  Umschauen")]
)
def test_practice_stands_beside_the_guide_as_the_language_writes_it(
    language: str, line: str
) -> None:
    said = guide_line(snapshot("grounding", FEEL, practice="orienting"), language)
    assert said.startswith(guide_title("grounding", language) + "  ·  ")
    assert (said.rpartition("  ")[2][0].isupper()) is line.rpartition("  ")[2][0].isupper()


def test_practice_of_the_plan_is_not_that_of_a_guide_that_was_accepted_on_the_way() -> None:
    said = guide_line(snapshot("breathing", FEEL, practice="orienting"), "en")
    assert said == "Grounding"


def test_unknown_words_are_left_out() -> None:
    strange = replace(FEEL, guide="of-a-later-version", asks="strange")
    assert stage_of(strange, "en") == ("", "")
    assert question_of(strange, "en") is None
    assert guide_title(strange.guide, "en") == "of-a-later-version"
    assert sentence(Decision(1.0, strange.guide, "longer", "strange"), "en") == ""
    assert sentence(Decision(1.0, "grounding", "ask", "still-strong"), "en") == "", "facts missing"
    assert command_words(strange.guide, "en")["next"] == "Next step"


def test_question_beside_the_guide_is_not_its_own() -> None:
    assert is_own_question(replace(FEEL, asks="once-more"), "en")
    assert not is_own_question(replace(FEEL, asks="how-is-it"), "en")


def test_part_of_a_breath_is_said_in_the_language_of_the_guide() -> None:
    assert step_of(BREATHE, "in", "en") is None, "as everywhere on the screen"
    assert step_of(BREATHE, "in", "de") == ("Einatmen", "")
    assert step_of(None, "in", "de") is None


def test_guide_has_words_of_its_own_for_commands() -> None:
    words = command_words("breathing", "en")
    assert words["end"] == "End here"


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "It is 6.25 a minute. 3 minutes."), ("de", "It is 6,25 a minute. 3 minutes.")],
)
def test_numbers_have_the_decimal_sign_of_the_language(language: str, text: str) -> None:
    assert numbers("It is 6.25 a minute. 3 minutes.", language) == text


def test_reason_in_german_has_a_comma() -> None:
    arrived = Decision(1.0, "breathing", "ramp", "arrived", {"to_per_min": 6.25})
    assert "6,3" in sentence(arrived, "de")
    assert "6.3" in sentence(arrived, "en")
