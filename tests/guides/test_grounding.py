"""Grounding: five practices with open eyes, led with a real leader from welcome to close."""

from __future__ import annotations

import re

import pytest

from biofeedback.guides.grounding import Grounding
from biofeedback.guides.grounding_steps import PRACTICES, practice_steps
from biofeedback.guides.words import LANGUAGES, guide_words, reason_sentence, stage_words
from helpers.guide_play import Play, play

EVERY = list(PRACTICES)
# Of the time that a step takes: what is left is for looking, feeling, listening.
SPOKEN_SHARE = 0.7


def begun(practice: str = "five-senses", **options: float | str) -> Play:
    return play().command(0.0, "begin", guide="grounding", practice=practice, **options)


@pytest.mark.parametrize("practice", EVERY)
def test_somebody_who_only_listens_is_led_through_every_step_to_the_end(practice: str) -> None:
    led = begun(practice).advance(600.0)
    assert led.stages == [step.stage for step in practice_steps(practice)]
    assert led.state.step == "ended"
    # Three to four minutes, the question how it is and one how present included.
    assert 180.0 <= led.state.t_s <= 240.0


@pytest.mark.parametrize("practice", EVERY)
def test_next_alone_leads_to_the_end(practice: str) -> None:
    led = begun(practice)
    for step in practice_steps(practice):
        assert led.stage == step.stage
        led.word(led.t_s + 1.0, "next")
    assert led.state.step == "ended"


def test_without_a_word_on_it_five_senses_are_begun() -> None:
    led = play().begin("grounding").advance(20.0)
    assert (led.stage, led.state.place, led.state.n_places) == ("see", 1, 5)


def test_slow_takes_a_third_longer() -> None:
    usual, slow = begun().advance(600.0), begun(pace="slow").advance(600.0)
    assert slow.state.t_s > 1.25 * usual.state.t_s


@pytest.mark.parametrize("options", [{"practice": "dancing"}, {"pace": "hasty"}])
def test_a_practice_or_a_pace_that_does_not_exist_is_refused(options: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="no "):
        Grounding(options)


def test_things_are_counted_by_one_key() -> None:
    led = begun().advance(20.0)
    for n_found in range(1, 5):
        state = led.word(20.0 + 3.0 * n_found, "more").state
        assert (state.stage, state.count, state.n_asked) == ("see", n_found, 5)
    assert led.word(36.0, "more").stage == "feel"


def test_the_screen_shows_four_things_to_feel_and_why_it_takes_longer() -> None:
    led = begun().steadily(90.0, every_s=1.0, source="skin", scr_per_min=15.0)
    assert led.stage in {"see", "feel"}
    decision = led.decided("skin-settling")
    assert reason_sentence(decision) == (
        "Taking a little longer on this step: your skin conductance is still settling."
    )
    assert reason_sentence(decision, "de").startswith("Dieser Schritt dauert etwas länger")
    assert "keep" in led.state.can


def test_switched_off_adaptation_leaves_the_usual_times() -> None:
    still = begun(adapts=0.0)
    still.steadily(600.0, source="skin", scr_per_min=20.0, arousal=2.5, heart_rate_bpm=70.0)
    assert still.state.t_s == begun().advance(600.0).state.t_s
    assert "skin-settling" not in still.reasons


def test_switched_off_on_the_way_it_follows_the_body_no_more() -> None:
    led = begun().steadily(70.0, every_s=1.0, source="skin", scr_per_min=15.0)
    n_longer = led.reasons.count("skin-settling")
    assert n_longer > 0
    led.word(70.0, "keep")
    led.steadily(600.0, every_s=1.0, source="skin", scr_per_min=15.0)
    assert led.reasons.count("skin-settling") == n_longer
    assert led.state.step == "ended"


def test_a_sensor_lost_in_the_middle_stops_nothing() -> None:
    led = begun().steadily(60.0, every_s=1.0, source="skin", scr_per_min=15.0).advance(900.0)
    assert led.state.step == "ended"


def test_a_pause_stands_still_and_gives_time_to_find_back() -> None:
    led = begun().advance(55.0).command(55.0, "pause").advance(400.0)
    assert led.state.step == "paused"
    led.command(400.0, "resume")
    assert led.stage == "see"
    assert led.decided("after-pause").t_s == 400.0
    assert led.state.stage_until_s == pytest.approx(428.0)


def rated(points: float) -> Play:
    led = begun("contact").advance(0.0)
    while led.stage != "rate":
        led.word(led.t_s + 1.0, "next")
    return led.answer(led.t_s + 2.0, points, "distress")


def test_low_distress_leads_to_the_closing_word() -> None:
    led = rated(4.0)
    assert led.stage == "close"
    assert led.advance(led.t_s + 20.0).state.step == "ended"


def test_strong_distress_leads_to_a_question_and_yes_to_a_second_round_in_other_words() -> None:
    led = rated(7.0)
    assert led.asks == "once-more"
    assert reason_sentence(led.decided("still-strong")).startswith("You said 7 of 10.")
    led.answer(led.t_s + 2.0, "yes")
    assert (led.stage, led.state.way) == ("soles", 1)
    while led.stage != "rate":
        led.word(led.t_s + 1.0, "next")
    # It is asked about once.
    assert led.answer(led.t_s + 2.0, 9.0, "distress").stage == "close"


@pytest.mark.parametrize("answer", ["enough", None])
def test_enough_and_silence_both_lead_to_the_closing_word(answer: str | None) -> None:
    led = rated(8.0)
    if answer is None:
        led.advance(led.t_s + 25.0)
    else:
        led.answer(led.t_s + 2.0, answer)
    assert led.stage == "close"


def test_too_much_makes_it_easier() -> None:
    led = begun().advance(30.0).ease(30.0, "heart-fast")
    assert (led.stage, led.state.way, led.state.n_asked) == ("see", 1, 0)
    assert led.reasons[-1] == "eased"


@pytest.mark.parametrize("language", LANGUAGES)
def test_eyes_stay_open_and_no_step_asks_to_close_them(language: str) -> None:
    words = guide_words("grounding", language)
    everything = " ".join(
        said for stage in words.stages.values() for said in (*stage.title, *stage.text, *stage.say)
    ).lower()
    assert not re.search(r"clos\w* your eyes|eyes clos|augen (zu|schließ)|schließ", everything)
    is_open = {"en": ("eyes open", "eyes rest"), "de": ("augen offen", "augen auf etwas ruhen")}
    arrive = words.stages["arrive"]
    for said, phrase in zip(arrive.say, is_open[language], strict=True):
        assert phrase in said.lower()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("practice", EVERY)
def test_what_is_said_can_be_followed_without_the_screen(practice: str, language: str) -> None:
    """The welcome says what one may do, each stage all of its words, and leaves time to do it."""
    led = begun(practice)
    led.advance(600.0)
    welcome = stage_words(led.states[0], language)[2]
    assert {"en": "by itself", "de": "von selbst"}[language] in welcome
    words = guide_words("grounding", language)
    for step in practice_steps(practice):
        stage = words.stages[step.stage]
        for way in range(step.n_ways):
            said = stage.say[way] if stage.say else f"{stage.title[way]}. {stage.text[way]}"
            assert len(said) > len(stage.title[way]) + 10
            # A calm voice says about 2.3 words a second.
            spoken_s = len(said.split()) / 2.3
            assert spoken_s <= SPOKEN_SHARE * step.usual_s, (step.stage, way, spoken_s)
