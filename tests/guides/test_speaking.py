"""What is said aloud: all that a person with closed eyes needs, and nothing twice."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from math import inf

import pytest

from biofeedback.guides.catalogue import GUIDES, LED_BY_TIME
from biofeedback.guides.companion import ANSWER_WITHIN_S
from biofeedback.guides.leader import Leader
from biofeedback.guides.pacer import pattern_arguments
from biofeedback.guides.release_steps import EVERY_STEP
from biofeedback.guides.speaking import Speaking, Utterance, spoken_s
from biofeedback.guides.words import (
    LANGUAGES,
    answer_words,
    common_words,
    guide_words,
    stage_words,
)
from biofeedback.pacing import PRESETS
from biofeedback.samples import Command, Decision, GuideState
from biofeedback.ui.messages.lead_words import KEYS
from helpers.guide_play import play

ARRIVE = GuideState(0.0, "grounding", "open", stage="arrive", n_places=5)
OPEN_ENDED = LED_BY_TIME | {"waves"}
# More than two sentences and a question at once is more than a person can take in.
LONGEST_S = 27.0
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


def heard_with_keys(name: str, language: str) -> list[Utterance]:
    """Lead with no sensor and no word, with keys that can be told, as for a first session."""
    leader = Leader()
    speaking = Speaking(language, eyes_closed=True, keys=KEYS)
    arguments: dict[str, float | str] = {**pattern_arguments(PRESETS["gentle"]), "guide": name}
    # What has no end of its own is led for ten minutes; nothing here is cut off by the clock.
    arguments |= {"ramp": "yes", "first": 1.0, "duration_s": 600.0 if name in OPEN_ENDED else inf}
    said: list[Utterance] = []
    for item in (*leader.command(Command(0.0, "begin", arguments)), *leader.advance(5400.0)):
        if isinstance(item, GuideState):
            said += speaking.take(item)
        elif isinstance(item, Decision):
            said += speaking.explain(item)
    return said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", GUIDES)
def test_nothing_that_is_said_is_cut_off(name: str, language: str) -> None:
    """By the next step, the next question or the first breath: there is time for all of it."""
    free_s, before = 0.0, ""
    for utterance in heard_with_keys(name, language):
        if utterance.interrupts:
            assert free_s <= utterance.t_s + 0.1, (before, utterance)
            free_s = utterance.t_s
        free_s = max(free_s, utterance.t_s) + spoken_s(utterance.text)
        # Nor does it pile up: what is said is about now.
        assert free_s - utterance.t_s < LONGEST_S, utterance
        before = utterance.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_effort_is_told_to_its_end_before_it_is_asked_for(language: str) -> None:
    for step in EVERY_STEP:
        if step.stage.startswith("ready-"):
            state = GuideState(0.0, "release", "open", stage=step.stage)
            assert spoken_s(stage_words(state, language)[2]) < step.usual_s - 0.5, step.stage


@pytest.mark.parametrize("name", GUIDES)
def test_keys_are_told_once_and_as_the_guide_calls_what_they_do(name: str) -> None:
    texts = [utterance.text for utterance in heard_with_keys(name, "en")]
    told = [text for text in texts if " for: " in text and "?" not in text]
    assert told, "there is always something that can be asked for"
    assert len(told) == len(set(told))
    own = guide_words(name)
    kinds = (own.words, *(stage.words for stage in own.stages.values()))
    words = [{**common_words().words, **kind} for kind in kinds]
    for text in told:
        for each in text.removesuffix(".").split(". "):
            key, called = each.split(" for: ")
            (word,) = (word for word, letter in KEYS.items() if letter == key)
            assert called in {each[word] for each in words}


def test_a_pause_is_silent_and_going_on_is_told_with_what_was_cut_off() -> None:
    speaking = Speaking("en", eyes_closed=True)
    speaking.take(ARRIVE)
    assert speaking.take(replace(ARRIVE, t_s=2.0, step="paused")) == ()
    resumed = speaking.take(replace(ARRIVE, t_s=9.0))
    assert resumed == (
        Utterance(9.0, common_words().spoken["resumed"], interrupts=True),
        Utterance(9.0, stage_words(ARRIVE)[2]),
    )


def test_a_question_waits_over_a_pause_and_is_asked_again() -> None:
    speaking = Speaking("en", eyes_closed=False)
    asking = replace(ARRIVE, asks="how-is-it")
    question = common_words().questions["how-is-it"].text
    assert speaking.take(asking)[-1].text == question
    speaking.take(replace(asking, t_s=1.0, step="paused"))
    assert speaking.take(replace(asking, t_s=5.0))[-1].text == question


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
    assert "X for 10" in scale.text


def test_a_question_that_the_next_step_would_cut_off_waits_for_that_step() -> None:
    speaking = Speaking("en", eyes_closed=True)
    ready = GuideState(0.0, "release", "open", stage="ready-arm", stage_until_s=9.0)
    speaking.take(ready)
    asked = replace(ready, t_s=6.0, asks="how-is-it")
    assert speaking.take(asked) == ()
    tense = replace(asked, t_s=9.0, stage="tense", stage_until_s=15.0)
    assert [each.text for each in speaking.take(tense)] == [stage_words(tense)[2]]
    loose = replace(asked, t_s=15.0, stage="loose", stage_until_s=50.0)
    said = [each.text for each in speaking.take(loose)]
    assert said[0] == stage_words(loose)[2]
    assert said[1].startswith("How is it? 1 for: Good.")
    # Once is enough, however the step goes on.
    assert speaking.take(replace(loose, t_s=30.0, stage_until_s=60.0)) == ()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["release", "kindness", "body-scan", "check-in", "breathing"])
def test_whoever_says_that_it_is_too_much_hears_the_offer_before_it_is_over(
    name: str, language: str
) -> None:
    """Also near the beginning, where much is said and the next step is half a minute away."""
    for at_s in (7.0, 30.0, 99.0):
        speaking = Speaking(language, eyes_closed=True, keys=KEYS)
        session = play().begin(name, check_ins=0.0).answer(at_s, "worse", "how-is-it")
        offered = answer_words(session.state, language)
        assert offered is not None
        said: list[Utterance] = []
        for item in session.advance(at_s + 40.0).out:
            if isinstance(item, GuideState):
                said += speaking.take(item)
            elif isinstance(item, Decision):
                said += speaking.explain(item)
        free_s = 0.0
        ends_s = []
        for each in said:
            begins_s = each.t_s if each.interrupts else max(each.t_s, free_s)
            free_s = begins_s + spoken_s(each.text)
            ends_s += [free_s] if offered.text in each.text else []
        assert ends_s
        assert ends_s[-1] <= at_s + ANSWER_WITHIN_S


def test_a_question_that_was_cut_off_by_a_step_is_said_again() -> None:
    speaking = Speaking("en", eyes_closed=True)
    speaking.take(replace(ARRIVE, asks="how-is-it"))
    # The person went on by a key, in the middle of it.
    see = replace(ARRIVE, t_s=6.0, asks="how-is-it", stage="see", place=1, stage_until_s=60.0)
    said = speaking.take(see)
    assert said[0].interrupts
    assert said[1].text.startswith("How is it?")


def test_closed_eyes_hear_that_a_key_was_heard_and_which() -> None:
    speaking = Speaking("en", eyes_closed=True)
    speaking.take(replace(ARRIVE, can=("next", "longer"), asks="how-present"))
    answer: dict[str, float | str] = {"question": "how-present", "word": "half"}
    assert speaking.hear(Command(5.0, "answer", answer)) == (
        Utterance(5.0, "Half here.", interrupts=True),
    )
    assert [each.text for each in speaking.hear(Command(6.0, "longer"))] == ["A little longer."]
    # What cannot be asked for now, or answers nothing that was asked, is without effect.
    assert speaking.hear(Command(7.0, "faster")) == ()
    assert speaking.hear(Command(7.0, "answer", {"question": "distress", "points": 4.0})) == ()
    speaking.take(replace(ARRIVE, t_s=8.0, asks="distress"))
    points: dict[str, float | str] = {"question": "distress", "points": 10.0}
    assert [each.text for each in speaking.hear(Command(9.0, "answer", points))] == ["10."]
    assert Speaking("en", eyes_closed=False).hear(Command(9.0, "longer")) == ()


def test_an_answered_question_is_not_read_to_its_end() -> None:
    speaking = Speaking("en", eyes_closed=True)
    speaking.take(replace(ARRIVE, asks="how-present"))
    heard = speaking.hear(Command(2.0, "answer", {"question": "how-present", "word": "here"}))
    assert heard[0].interrupts
    # The step that follows from it lets the echo be heard.
    see = GuideState(2.0, "grounding", "open", stage="see", place=1)
    assert not speaking.take(see)[0].interrupts


def test_things_that_are_found_are_counted_along() -> None:
    speaking = Speaking("en", eyes_closed=True, keys=KEYS)
    see = GuideState(0.0, "grounding", "open", stage="see", n_asked=5, can=("more", "next"))
    speaking.take(see)
    texts = [speaking.take(replace(see, t_s=8.0 + n, count=n)) for n in (1, 2)]
    assert texts == [
        (Utterance(9.0, "1.", interrupts=True),),
        (Utterance(10.0, "2.", interrupts=True),),
    ]


def test_reasons_about_the_pace_are_told_once_a_minute_at_most() -> None:
    speaking = Speaking("en", eyes_closed=True)
    reasons = [
        Decision(t_s, "resonance", "slower", "wider-slower", {"to_per_min": 5.8})
        for t_s in (1.0, 30.0, 61.0, 90.0)
    ]
    assert [bool(speaking.explain(reason)) for reason in reasons] == [True, False, True, False]
    assert Speaking("en", eyes_closed=False).explain(reasons[0]) == ()


def test_what_is_missing_and_what_was_found_is_told_whenever_it_is_known() -> None:
    speaking = Speaking("en", eyes_closed=True)
    moved = Decision(1.0, "resonance", "slower", "wider-slower", {"to_per_min": 5.8})
    unheard = Decision(2.0, "resonance", "stay", "not-heard", {"per_min": 5.8})
    assert speaking.explain(moved)
    assert speaking.explain(unheard)[0].text.startswith("Your heart cannot be heard")


def test_whether_a_dose_can_begin_is_told_each_time_for_the_last_word_counts() -> None:
    """Arousal goes out of its usual range and back every ten seconds."""
    speaking = Speaking("en", eyes_closed=True)
    waits = Decision(0.0, "waves", "stay", "dose-waits", {"arousal_zone": 1.0})
    can_begin = Decision(0.0, "waves", "ready", "dose-open")
    for t_s in (20.0, 40.0, 60.0):
        assert speaking.explain(replace(waits, t_s=t_s))
        assert speaking.explain(replace(can_begin, t_s=t_s + 10.0))


def test_what_the_echo_or_the_question_says_is_not_said_as_a_reason_too() -> None:
    speaking = Speaking("en", eyes_closed=True)
    assert speaking.explain(Decision(1.0, "breathing", "keep", "asked-for")) == ()
    assert speaking.explain(Decision(2.0, "breathing", "ask", "check-in-time")) == ()


def test_one_reason_for_several_decisions_is_told_once() -> None:
    """Too much, an offer, and the pace let go of: all because somebody feels light-headed."""
    speaking = Speaking("en", eyes_closed=True)
    all_at_once = [
        Decision(9.0, "breathing", decision, "said-dizzy")
        for decision in ("too-much", "offer", "natural")
    ]
    assert [bool(speaking.explain(each)) for each in all_at_once] == [True, False, False]


def test_what_the_key_is_called_is_not_said_twice() -> None:
    """A small dose. A small dose, as you two wanted. A small dose: let a little of it be there."""
    speaking = Speaking("en", eyes_closed=True)
    resource = GuideState(0.0, "waves", "open", stage="resource", can=("activate",))
    speaking.take(resource)
    said = [
        *speaking.hear(Command(20.0, "activate")),
        *speaking.explain(Decision(20.0, "waves", "activate", "dose-asked", {"dose": 1.0})),
        *speaking.take(GuideState(20.0, "waves", "open", stage="activate", stage_until_s=60.0)),
    ]
    text = " ".join(each.text for each in said)
    assert text.count("A small dose") == 1
    assert text.startswith("A small dose. Let a little of it be there.")


def test_an_end_is_told_after_a_breath_that_began_at_the_persons_own_pace() -> None:
    """Its beginning was a decision, and no other guide follows from it."""
    texts = [each.text for each in heard_with_keys("breathing", "en")]
    assert stage_words(GuideState(0.0, "breathing", "in", stage="ramp", way=1))[2] in texts
    assert texts[-1] == ENDED


def test_numbers_are_said_as_the_language_says_them() -> None:
    moved = Decision(1.0, "resonance", "slower", "wider-slower", {"to_per_min": 5.8})
    assert "5.8" in Speaking("en", eyes_closed=True).explain(moved)[0].text
    assert "5,8" in Speaking("de", eyes_closed=True).explain(moved)[0].text


def test_that_no_pace_was_measured_is_said_once() -> None:
    speaking = Speaking("en", eyes_closed=True)
    told = [
        speaking.explain(
            Decision(t_s, "resonance-stepped", "leave-out", "no-measure", {"rate_per_min": 6.0})
        )
        for t_s in (260.0, 470.0)
    ]
    assert [bool(each) for each in told] == [True, False]


def test_no_answer_is_fine_and_said_so_once() -> None:
    speaking = Speaking("en", eyes_closed=True)
    silence = [Decision(t_s, "breathing", "no-answer", "no-answer") for t_s in (90.0, 300.0)]
    assert [bool(speaking.explain(each)) for each in silence] == [True, False]


def test_going_over_to_another_guide_is_not_told_as_the_end() -> None:
    speaking = Speaking("en", eyes_closed=True)
    speaking.take(GuideState(0.0, "breathing", "in", 4.0, 6.0, "breathe"))
    speaking.explain(Decision(5.0, "breathing", "begin", "offer-accepted"))
    assert speaking.take(GuideState(5.0, "breathing", "ended")) == ()
    said = [each.text for each in speaking.take(replace(ARRIVE, t_s=5.0))]
    assert said == [stage_words(ARRIVE)[2]]
    (end,) = speaking.take(GuideState(20.0, "grounding", "ended"))
    assert end.text == ENDED


def test_a_guide_that_was_offered_where_none_led_is_told_to_its_end() -> None:
    speaking = Speaking("en", eyes_closed=True)
    speaking.take(GuideState(0.0, "", "open", asks="offer", offer="grounding"))
    speaking.explain(Decision(5.0, "", "begin", "offer-accepted"))
    speaking.take(replace(ARRIVE, t_s=5.0))
    (end,) = speaking.take(GuideState(20.0, "grounding", "ended"))
    assert end.text == ENDED


def test_a_second_session_begins_with_the_keys_again() -> None:
    speaking = Speaking("en", eyes_closed=True)
    keys = common_words().spoken["keys"]
    assert speaking.take(ARRIVE)[0].text == keys
    speaking.take(replace(ARRIVE, t_s=9.0, step="ended", stage=""))
    assert speaking.take(ARRIVE)[0].text == keys


def test_an_end_is_told_once_and_not_before_a_beginning() -> None:
    speaking = Speaking("en", eyes_closed=True)
    assert speaking.take(GuideState(0.0, "breathing", "ended")) == ()
