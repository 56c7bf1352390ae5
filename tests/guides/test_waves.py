"""Waves: doses only as asked for, time back between them, and a stop that counts at once."""

from __future__ import annotations

import re
from itertools import pairwise
from math import isnan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.guides.guide import WORDS
from biofeedback.guides.waves import STOP_RULES, VOCABULARY, Waves
from biofeedback.guides.words import LANGUAGES, reason_sentence, stage_words
from biofeedback.samples import Decision, GuideState
from helpers.guide_play import Play, play

DOSE_S, RESOURCE_S, WITHIN_S = 30.0, 60.0, 45.0


def begun(**options: float | str) -> Play:
    times = {"dose_s": DOSE_S, "resource_s": RESOURCE_S, "back_in_window_s": WITHIN_S}
    return play().begin("waves", **{**times, **options})


def in_dose(**options: float | str) -> Play:
    return begun(**options).word(10.0, "next").word(20.0, "activate")


def zone(led: Play, for_s: float, value: float) -> Play:
    return led.steadily(led.t_s + for_s, arousal_zone=value)


@pytest.mark.parametrize("rule", STOP_RULES)
def test_it_opens_with_what_was_agreed_and_waits(rule: str) -> None:
    led = begun(stop_rule=rule).advance(3600.0)
    assert (led.stage, led.state.can) == ("agree", ("next", "stop"))
    assert stage_words(led.state)[1].split(" stops")[0].split()[-1] in {"hand", "on", "bar"}
    assert led.word(3601.0, "next").stage == "resource"


def test_a_dose_begins_by_the_therapists_word_alone() -> None:
    led = zone(begun().word(1.0, "next"), 3600.0, 0.0)
    assert led.stages == ["agree", "resource"]
    assert "activate" in led.state.can
    assert led.word(led.t_s, "activate").stage == "activate"


def test_it_ends_by_itself_and_time_back_follows() -> None:
    led = in_dose().advance(50.0)
    assert (led.stage, led.state.t_s) == ("back", 50.0)
    assert led.reasons[-1] == "dose-over"


@pytest.mark.parametrize(
    ("value", "reason"), [(1.0, "above-window"), (-1.0, "below-window")], ids=["above", "below"]
)
def test_it_ends_at_once_where_the_body_leaves_its_window(value: float, reason: str) -> None:
    led = in_dose().metrics(27.0, arousal_zone=value)
    assert (led.stage, led.state.t_s) == ("resource", 27.0)
    assert led.decided(reason).facts == {"arousal_zone": value}


def test_a_poor_reading_ends_no_dose() -> None:
    assert in_dose().metrics(27.0, quality=0.2, arousal_zone=1.0).stage == "activate"


def test_outside_the_window_no_dose_can_begin() -> None:
    led = zone(begun().word(1.0, "next"), 10.0, 1.0)
    assert "activate" not in led.state.can
    assert led.word(12.0, "activate").stage == "resource"
    assert "activate" in zone(led, 10.0, 0.0).state.can


def test_why_no_dose_can_begin_is_said_once_and_so_is_its_end() -> None:
    led = zone(begun().word(1.0, "next"), 60.0, 1.0)
    assert led.reasons.count("dose-waits") == 1
    assert led.decided("dose-waits").facts == {"arousal_zone": 1.0}
    led = zone(led, 30.0, 0.0)
    assert led.reasons.count("dose-open") == 1
    assert "activate" in led.state.can
    led = zone(led.word(led.t_s, "activate"), 5.0, 0.0)
    assert led.reasons.count("dose-waits") == 1, "nothing is barred by a dose that was asked for"


def test_a_body_that_is_heard_no_more_lets_a_dose_begin_and_says_so() -> None:
    led = zone(begun().word(1.0, "next"), 10.0, 1.0)
    assert led.reasons[-1] == "dose-waits"
    led = led.advance(led.t_s + 16.0)
    assert led.reasons[-1] == "dose-open"
    assert "activate" in led.state.can


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "reason", ["dose-over", "resource-asked", "above-window", "below-window", "dose-waits"]
)
def test_what_ends_or_bars_a_dose_says_when_another_can_begin(reason: str, language: str) -> None:
    said = reason_sentence(Decision(1.0, "waves", "stay", reason), language)
    assert re.search(r"can begin|kann .*beginnen", said)


def test_a_sensor_lost_outside_the_window_bars_nothing_for_good() -> None:
    led = zone(begun().word(1.0, "next"), 10.0, 1.0)
    lost_s = led.t_s
    assert "activate" not in led.advance(lost_s + 14.0).state.can
    assert "activate" in led.advance(lost_s + 16.0).state.can
    led = zone(in_dose().advance(50.0), 30.0, 1.0)
    led.advance(led.t_s + RESOURCE_S + 1.0)
    assert (led.stage, led.reasons[-1]) == ("resource", "rested")
    assert "activate" in led.state.can


def test_without_a_sensor_the_next_dose_needs_the_time_and_their_word() -> None:
    led = in_dose().advance(50.0).word(100.0, "activate")
    assert led.stage == "back"
    led.advance(110.0)
    assert (led.stage, led.reasons[-1], led.state.t_s) == ("resource", "rested", 110.0)
    assert led.advance(1000.0).stage == "resource"
    assert led.word(1001.0, "activate").stage == "activate"


def test_with_a_sensor_it_needs_the_time_in_the_window() -> None:
    led = zone(in_dose().advance(50.0), 200.0, 1.0)
    assert led.stage == "back"
    zone(led, WITHIN_S, 0.0)
    assert led.stage == "back"
    zone(led, 5.0, 0.0)
    assert (led.stage, led.reasons[-1]) == ("resource", "back-in-window")


def test_longer_is_more_time_back() -> None:
    led = in_dose().advance(50.0).word(60.0, "longer").advance(139.0)
    assert led.stage == "back"
    assert led.advance(140.0).stage == "resource"


@pytest.mark.parametrize("stage", [name for name in VOCABULARY.stages if name != "stopped"])
def test_stop_counts_at_once_from_every_stage(stage: str) -> None:
    led = begun()
    ways: dict[str, tuple[str, ...]] = {
        "resource": ("next",),
        "activate": ("next", "activate"),
        "back": ("next", "activate", "next"),
        "closing": ("next", "next"),
    }
    for word in ways.get(stage, ()):
        led.word(led.t_s + 1.0, word)
    assert led.stage == stage
    led.word(led.t_s + 1.0, "stop")
    assert (led.stage, led.state.t_s, led.state.can) == ("stopped", led.t_s, ("next",))
    assert isnan(led.state.breaths_per_min)
    assert led.advance(led.t_s + 3600.0).stage == "stopped"
    assert led.word(led.t_s, "next").stage == "closing"


def test_a_pause_in_a_dose_does_not_lead_back_into_it() -> None:
    led = in_dose().command(25.0, "pause").command(400.0, "resume")
    assert (led.stage, led.reasons[-1]) == ("resource", "paused-in-dose")


def test_where_the_space_bar_was_agreed_on_its_pause_is_the_stop() -> None:
    led = in_dose(stop_rule="space").command(25.0, "pause").command(30.0, "resume")
    assert (led.stage, led.reasons[-1]) == ("stopped", "stop-asked")


def test_too_much_ends_a_dose() -> None:
    led = in_dose().ease(25.0, "said-worse")
    assert (led.stage, led.reasons[-1]) == ("resource", "said-worse")
    assert begun().ease(25.0, "said-worse").stage == "agree"


def after_doses(n_doses: int) -> Play:
    led = begun().word(1.0, "next")
    for _ in range(n_doses):
        led.word(led.t_s + 1.0, "activate").advance(led.t_s + DOSE_S)
        led.advance(led.t_s + RESOURCE_S)
    return led


def test_after_three_doses_it_asks_whether_to_close_and_forces_nothing() -> None:
    assert not after_doses(2).asks
    led = after_doses(3)
    assert (led.asks, led.reasons[-1]) == ("close-now", "several-doses")
    assert "activate" in led.state.can
    assert led.advance(led.t_s + 60.0).asks == ""
    assert led.stage == "resource"
    assert after_doses(6).asks == "close-now"


def test_the_answer_is_followed() -> None:
    led = after_doses(3)
    assert led.answer(led.t_s + 2.0, "go-on").stage == "resource"
    assert not led.asks
    led = after_doses(3)
    assert led.answer(led.t_s + 2.0, "close").stage == "closing"


def test_the_close_has_time_and_ends() -> None:
    led = begun().word(1.0, "next").word(2.0, "next")
    assert led.stage == "closing"
    led.word(10.0, "longer").advance(181.0)
    assert led.state.step == "open"
    assert led.advance(182.0).state.step == "ended"
    assert begun().word(1.0, "next").word(2.0, "next").word(3.0, "next").state.step == "ended"


@pytest.mark.parametrize(
    "options", [{"dose_s": 91.0}, {"dose_s": 19.0}, {"resource_s": 5.0}, {"stop_rule": "shout"}]
)
def test_options_out_of_range_are_refused(options: dict[str, float | str]) -> None:
    with pytest.raises(ValueError, match=r"to|rule"):
        Waves(options)


# Whatever is said and measured.

_said = st.lists(
    st.tuples(
        st.sampled_from([1.0, 5.0, 5.0, 15.0, 40.0]),
        st.sampled_from([None, None, 0.0, 0.0, 0.0, 1.0, -1.0]),
        st.sampled_from(["", "", "activate", "activate", "next", *WORDS, "pause", "resume"]),
    ),
    max_size=80,
)


@given(said=_said)
@settings(max_examples=80, deadline=None)
def test_never_two_doses_without_the_time_back_and_stop_is_at_once(
    said: list[tuple[float, float | None, str]],
) -> None:
    led = begun()
    zones: list[tuple[float, float]] = []
    for wait_s, value, word in said:
        t_s = led.t_s + wait_s
        led.advance(t_s)
        if value is not None and led.state.step not in {"paused", "ended"}:
            zones.append((t_s, value))
            led.metrics(t_s, arousal_zone=value)
        before = led.state
        if word:
            led.word(t_s, word)
        if word == "stop" and before.step != "ended":
            assert led.stage == "stopped"
    doses = spans(led)
    for begin_s, end_s in doses:
        assert end_s - begin_s <= DOSE_S + 1e-6 or paused_within(led, begin_s, end_s)
        assert not [1 for t_s, value in zones if begin_s < t_s < end_s and value != 0.0]
    for (_, end_s), (begin_s, _) in pairwise(doses):
        within = [t_s for t_s, value in zones if end_s <= t_s <= begin_s and value == 0.0]
        has_been_within = len(within) > 1 and within[-1] - within[0] >= WITHIN_S - 15.0
        assert begin_s - end_s >= RESOURCE_S - 1e-6 or has_been_within


def spans(led: Play) -> list[tuple[float, float]]:
    """Return when each dose began and ended."""
    found: list[tuple[float, float]] = []
    begun_s: float | None = None
    for state in led.states:
        if state.stage == "activate" and begun_s is None:
            begun_s = state.t_s
        elif state.stage != "activate" and begun_s is not None:
            found.append((begun_s, state.t_s))
            begun_s = None
    return [*found, (begun_s, min(led.t_s, begun_s + DOSE_S))] if begun_s is not None else found


def paused_within(led: Play, begin_s: float, end_s: float) -> bool:
    return any(state.step == "paused" and begin_s <= state.t_s <= end_s for state in led.states)


def test_every_decision_is_in_the_record_with_its_reason() -> None:
    led = after_doses(3)
    for item in led.out:
        assert isinstance(item, Decision | GuideState)
    assert {each.reason for each in led.decisions} <= set(VOCABULARY.reasons)
    assert [each.facts["dose"] for each in led.decisions if each.decision == "activate"] == [
        1,
        2,
        3,
    ]


def test_a_body_that_fell_silent_long_ago_bars_no_dose_and_turns_no_time_back() -> None:
    """Above its range when last heard, 40 s before the therapist goes on from what was agreed."""
    led = begun().metrics(2.0, arousal_zone=1.0).word(42.0, "next")
    assert (led.stage, led.state.t_s) == ("resource", 42.0)
    assert "activate" in led.state.can
    assert led.advance(60.0).state.t_s == 42.0


def test_after_a_pause_outside_no_dose_can_begin_before_the_body_is_heard() -> None:
    led = zone(begun().word(1.0, "next"), 10.0, 1.0)
    led.command(led.t_s, "pause").command(led.t_s + 300.0, "resume")
    n_decided = len(led.decisions)
    led.metrics(led.t_s + 1.0, heart_rate_bpm=70.0)
    assert "activate" not in led.state.can
    zone(led, 5.0, 1.0)
    assert "activate" not in led.state.can
    assert led.decisions[n_decided:] == [], "nothing is opened that is closed again at once"
    led.command(led.t_s, "pause").command(led.t_s + 300.0, "resume")
    assert "activate" in zone(led, 5.0, 0.0).state.can
    led = zone(begun().word(1.0, "next"), 10.0, 1.0)
    led.command(led.t_s, "pause").command(led.t_s + 300.0, "resume")
    assert "activate" in led.advance(led.t_s + 16.0).state.can, "silence bars nothing for good"
