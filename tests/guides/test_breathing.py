"""Paced breathing: begins at the person's rate, eases, lets go when asked, comes out gently."""

from __future__ import annotations

from itertools import pairwise
from math import inf, isnan, nan
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.guides.pacer import pattern_arguments
from biofeedback.guides.words import (
    LANGUAGES,
    guide_words,
    reason_sentence,
    stage_words,
    step_words,
)
from biofeedback.pacing import PRESETS, BreathPattern
from helpers.guide_play import Play, play

if TYPE_CHECKING:
    from collections.abc import Sequence

    from biofeedback.guides.leader import Led


def begun(**options: float | str) -> Play:
    """Begin, without the companion's check-ins in between: they are tested apart."""
    return play().begin("breathing", **{"check_ins": 0.0, **options})


def led_rates(told: Play) -> list[float]:
    """Rates in the order in which the pacer led them."""
    return [
        change.segment.pattern.breaths_per_min
        for change in told.pacer_changes
        if change.segment is not None
    ]


def led_pattern(told: Play) -> BreathPattern:
    segment = told.leader.segment
    assert segment is not None
    return segment.pattern


# --- The beginning ------------------------------------------------------------------------------


def test_the_first_minute_asks_for_small_breaths_and_then_the_words_change_with_a_breath() -> None:
    told = begun(preset="gentle").advance(600.0)
    changes = [
        (state.t_s, state.stage, state.way)
        for before, state in pairwise([told.states[0], *told.states])
        if (before.stage, before.way) != (state.stage, state.way)
    ]
    assert told.states[0].stage == "settle"
    assert changes == [
        (60.0, "breathe", 0),
        (180.0, "breathe", 1),
        (300.0, "breathe", 2),
        (420.0, "breathe", 0),
        (540.0, "breathe", 1),
    ]
    assert all(state.step == "in" for state in told.states if state.t_s in {60.0, 180.0})


def test_without_a_sensor_the_ramp_begins_after_five_seconds_at_eight_a_minute() -> None:
    told = begun(preset="gentle", ramp="yes").advance(4.9)
    assert (told.stage, told.state.step) == ("listen", "open")
    told.advance(5.0)
    assert (told.stage, told.state.way) == ("ramp", 1)
    assert told.rate_per_min == pytest.approx(8.0)
    assert told.decided("began-without-rate").t_s == 5.0
    told.advance(200.0)
    arrived = told.decided("arrived")
    assert arrived.t_s - 5.0 == pytest.approx(120.0, abs=10.0)
    assert led_pattern(told) == PRESETS["gentle"]
    assert told.stages == ["listen", "ramp", "breathe"]


def test_the_ramp_begins_at_the_rate_that_a_sensor_tells_as_soon_as_it_does() -> None:
    told = begun(preset="gentle", ramp=1.0).metrics(12.0, heart_rate_bpm=70.0)
    assert told.stage == "ramp"  # nobody told anything within 5 s: it did not wait any longer
    told = begun(preset="gentle", ramp=1.0)
    told.metrics(3.0, heart_rate_bpm=70.0).advance(11.0)
    assert told.stage == "listen"
    told.metrics(12.0, breaths_per_min=10.0)
    assert told.state.way == 0
    assert told.rate_per_min == pytest.approx(10.0)
    facts = told.decided("began-at-your-rate").facts
    assert facts == {"own_per_min": 10.0, "from_per_min": 10.0, "to_per_min": 6.0}
    rates = led_rates(told.advance(300.0))
    for earlier, later in pairwise(rates):
        assert 1.0 < earlier / later <= 1.04 + 1e-9
    assert rates[-1] == pytest.approx(6.0)


def test_it_waits_twenty_seconds_for_a_sensor_that_does_not_tell() -> None:
    told = begun(preset="even", ramp=1.0).metrics(2.0, quality=0.0, breaths_per_min=nan)
    told.advance(19.9)
    assert told.stage == "listen"
    assert told.advance(20.0).decided("began-without-rate").t_s == 20.0


def test_with_adaptation_off_the_ramp_waits_for_no_sensor() -> None:
    told = begun(ramp=1.0, adapts=0.0).metrics(2.0, breaths_per_min=15.0).advance(5.0)
    assert told.decided("began-without-rate").t_s == 5.0


def test_a_rate_of_poor_quality_is_not_leant_on() -> None:
    told = begun(ramp=1.0).metrics(3.0, quality=0.2, breaths_per_min=17.0, heart_rate_bpm=60.0)
    assert told.stage == "listen"
    assert told.advance(21.0).reasons == ["began-without-rate"]


@pytest.mark.parametrize("at_s", [2.0, 40.0])
def test_waiting_and_ramp_can_be_left_out(at_s: float) -> None:
    told = begun(preset="even", ramp=1.0).advance(at_s)
    assert "next" in told.state.can
    told.word(at_s, "next").advance(at_s + 20.0)
    assert led_pattern(told) == PRESETS["even"]
    assert told.stage == "settle"
    assert "arrived" not in told.reasons


def test_natural_breathing_during_the_ramp_goes_on_where_it_was() -> None:
    told = begun(ramp=1.0).advance(60.0)
    before = told.rate_per_min
    told.word(60.0, "natural")
    assert isnan(told.rate_per_min)
    told.word(90.0, "go-on")
    assert (told.stage, told.state.way) == ("ramp", 1)
    assert told.rate_per_min == before


# --- Limits -------------------------------------------------------------------------------------


def test_in_a_first_session_4_7_8_is_shorter_and_the_reason_is_told() -> None:
    told = begun(preset="4-7-8", first=1.0)
    assert led_pattern(told).parts_s == pytest.approx((16 / 7, 4.0, 32 / 7, 0.0))
    assert told.advance(1.0).decided("limit-hold").t_s == 0.0


def test_gentle_limits_hold_whatever_is_asked() -> None:
    told = begun(**pattern_arguments(BreathPattern(6.0, 4.0, 8.0, 2.0)), gentle=1.0).advance(1.0)
    assert told.reasons == ["limit-no-holds", "limit-slow"]
    assert led_pattern(told).breaths_per_min == pytest.approx(5.0)
    assert "slower" not in told.state.can
    told.word(2.0, "slower").advance(60.0)
    assert told.rate_per_min == pytest.approx(5.0)
    told.word(61.0, "pace", **pattern_arguments(PRESETS["box"]))
    assert led_pattern(told).hold_in_s == 0.0
    assert told.decided("limit-no-holds").t_s == 61.0


def test_classic_4_7_8_and_box_are_led_as_they_are_for_whoever_chose_them() -> None:
    for name in ("4-7-8", "box"):
        told = begun(preset=name).advance(100.0)
        assert led_pattern(told) == PRESETS[name]
        assert told.reasons == []


# --- The person's words -------------------------------------------------------------------------


def test_slower_and_faster_go_by_quarters_from_the_next_in_breath() -> None:
    told = begun(preset="gentle").word(12.0, "slower")
    assert told.rate_per_min == pytest.approx(6.0)
    assert told.decided("asked-for").facts == {"from_per_min": 6.0, "to_per_min": 5.75}
    assert told.advance(20.0).rate_per_min == pytest.approx(5.75)
    told.word(21.0, "faster").word(22.0, "faster").advance(60.0)
    assert told.rate_per_min == pytest.approx(6.25)


def test_slower_ends_at_the_floor() -> None:
    told = begun(preset="slow")
    for _ in range(12):
        told.word(told.t_s + 20.0, "slower")
    told.advance(told.t_s + 20.0)
    assert told.rate_per_min == pytest.approx(4.0)
    assert "slower" not in told.state.can
    assert "faster" in told.state.can


def test_a_pace_of_the_persons_own_is_followed_at_once_and_ends_the_ramp() -> None:
    told = begun(ramp=1.0).word(33.0, "pace", **pattern_arguments(PRESETS["slow"]))
    assert led_pattern(told) == PRESETS["slow"]
    assert told.pacer_changes[-1].t_s == 33.0
    assert told.stage == "settle"
    assert "arrived" not in told.advance(400.0).reasons


def test_natural_breathing_begins_again_only_when_the_person_says_so() -> None:
    told = begun(preset="gentle").word(70.0, "natural")
    assert (told.stage, told.state.way, told.state.can) == ("natural", 0, ("go-on",))
    assert told.pacer_changes[-1].segment is None
    told.advance(2000.0)
    assert isnan(told.rate_per_min)
    asked = [state for state in told.states if state.asks == "on-or-end"]
    assert [state.t_s for state in asked] == [250.0]  # once, after three minutes
    assert told.decided("no-answer").t_s == 310.0
    assert told.asks == ""
    told.word(2000.0, "go-on")
    assert led_pattern(told) == PRESETS["gentle"]
    assert told.stage == "breathe"


@pytest.mark.parametrize(
    ("answer", "stage", "is_led"), [("go-on", "breathe", True), ("stay", "natural", False)]
)
def test_the_question_after_a_while_can_be_answered(answer: str, stage: str, is_led: bool) -> None:
    told = begun().word(70.0, "natural").advance(260.0).answer(260.0, answer)
    assert (told.stage, told.asks) == (stage, "")
    assert isnan(told.rate_per_min) is not is_led
    assert [s.asks for s in told.advance(1000.0).states if s.t_s > 260.0 and s.asks] == []


def test_the_question_after_a_while_can_end_it() -> None:
    told = begun().word(70.0, "natural").advance(260.0).answer(260.0, "end")
    assert told.leader.has_ended


def test_words_that_do_not_fit_are_without_effect() -> None:
    told = begun(preset="gentle").advance(30.0)
    for word in ("next", "go-on", "back", "more", "stop"):
        assert told.word(30.0, word).news == ()
    assert told.command(30.0, "answer", question="", word="end").news == ()
    assert told.command(30.0, "answer", question="on-or-end", word="end").news == ()


# --- Too much -----------------------------------------------------------------------------------


def test_when_dizzy_the_pace_is_let_go_of_at_once_and_the_words_fit() -> None:
    told = begun(preset="box").ease(77.0, "said-dizzy")
    assert (told.stage, told.state.way, told.state.step) == ("natural", 1, "open")
    assert told.pacer_changes[-1].t_s == 77.0
    assert told.leader.segment is None
    assert told.decided("said-dizzy").decision == "natural"
    text = " ".join(stage_words(told.state))
    for words in ("smaller", "No deep breaths", "feet on the floor", "within a minute or two"):
        assert words in text


@pytest.mark.parametrize("reason", ["said-worse", "heart-fast", "arousal-rose", "something-else"])
def test_any_reason_to_ease_lets_go_of_the_pace(reason: str) -> None:
    told = begun(preset="gentle").ease(30.0, reason)
    assert (told.stage, told.state.way) == ("natural", 2)
    assert isnan(told.rate_per_min)
    assert isnan(told.advance(170.0).rate_per_min)


@pytest.mark.parametrize("preset", ["gentle", "slow", "box", "4-7-8", "sigh"])
def test_going_on_after_that_is_with_a_shorter_breath_without_holds(preset: str) -> None:
    told = begun(preset=preset).ease(30.0, "said-dizzy").word(100.0, "go-on")
    breath = led_pattern(told)
    assert breath.hold_in_s == breath.hold_out_s == 0.0
    assert 4.5 <= breath.breaths_per_min <= 7.0
    assert breath.breaths_per_min >= min(PRESETS[preset].breaths_per_min + 1.0, 7.0)
    assert told.stage == "settle"
    assert told.decided("gentler-now").facts["to_per_min"] == breath.breaths_per_min


def test_too_much_during_the_ramp_goes_on_from_there_to_a_gentler_breath() -> None:
    told = begun(preset="slow", ramp=1.0).metrics(1.0, breaths_per_min=11.0).advance(30.0)
    before = told.rate_per_min
    told.ease(30.0, "said-worse").word(60.0, "go-on")
    assert told.rate_per_min == pytest.approx(before)
    assert told.advance(300.0).rate_per_min == pytest.approx(6.0)


def test_it_can_become_too_much_before_anything_is_led() -> None:
    told = begun(preset="slow", ramp=1.0).ease(2.0, "said-dizzy").advance(60.0)
    assert isnan(told.rate_per_min)
    told.word(60.0, "go-on")
    assert told.rate_per_min == pytest.approx(8.0)
    assert told.advance(400.0).rate_per_min == pytest.approx(6.0)


# --- Following the body -------------------------------------------------------------------------


def test_the_pace_comes_towards_whoever_does_not_follow_and_goes_back_when_they_do() -> None:
    told = begun(preset="gentle").steadily(400.0, adherence=0.2)
    moves = [decision for decision in told.decisions if decision.reason == "not-followed"]
    assert [decision.facts["to_per_min"] for decision in moves] == [6.25, 6.5, 6.75, 7.0]
    assert told.rate_per_min == pytest.approx(7.0)
    told.steadily(1000.0, adherence=0.95)
    assert led_pattern(told) == PRESETS["gentle"]


def test_when_easing_is_of_no_use_it_asks_once_and_orders_nothing() -> None:
    told = begun(preset="gentle").steadily(1500.0, adherence=0.2)
    asked = [s.t_s for a, s in pairwise(told.states) if s.asks and s.asks != a.asks]
    assert len(asked) == 1
    assert told.decided("no-answer").t_s >= asked[0] + 60.0
    assert told.rate_per_min == pytest.approx(7.0)


def test_the_question_can_be_answered_by_natural_breathing() -> None:
    told = begun(preset="gentle").steadily(500.0, adherence=0.2)
    while told.asks != "natural-instead":
        told.metrics(told.t_s + 1.0, adherence=0.2)
    assert told.answer(told.t_s, "natural").stage == "natural"


def test_nothing_moves_where_nothing_is_known_for_sure() -> None:
    poor = begun(preset="gentle").steadily(900.0, quality=0.3, adherence=0.2)
    unknown = begun(preset="gentle").steadily(900.0, heart_rate_bpm=70.0)
    assert poor.reasons == unknown.reasons == []


def test_a_sensor_lost_in_the_middle_leaves_the_pace_as_it_is() -> None:
    told = begun(preset="gentle").steadily(40.0, adherence=0.2).steadily(900.0, heart_rate_bpm=70.0)
    assert told.reasons == []
    assert led_pattern(told) == PRESETS["gentle"]


def test_a_minute_of_not_following_is_not_counted_across_a_pause() -> None:
    told = begun(preset="gentle").steadily(65.0, adherence=0.2)
    told.word(65.0, "pause").word(80.0, "resume").steadily(149.0, adherence=0.2)
    assert told.reasons == []
    assert told.steadily(155.0, adherence=0.2).reasons == ["not-followed"]


def test_with_adaptation_off_nothing_moves_and_what_was_moved_stays() -> None:
    told = begun(preset="gentle").steadily(130.0, adherence=0.2)
    assert told.rate_per_min == pytest.approx(6.25)
    assert "keep" in told.state.can
    told.word(131.0, "keep").steadily(900.0, adherence=0.2)
    assert told.reasons == ["not-followed", "asked-for"]
    assert told.rate_per_min == pytest.approx(6.25)


def test_a_hold_is_never_made_longer_by_itself() -> None:
    told = begun(preset="4-7-8").steadily(600.0, adherence=0.1)
    told.steadily(1600.0, adherence=1.0)
    for change in told.pacer_changes:
        assert change.segment is not None
        assert change.segment.pattern.hold_in_s <= 7.0


# --- The sigh -----------------------------------------------------------------------------------


def test_sighs_are_two_breaths_in_and_a_long_one_out_said_in_their_own_words() -> None:
    told = begun(preset="sigh").advance(9.0)
    assert [(state.t_s, state.step) for state in told.states] == [
        (0.0, "in"),
        (2.5, "hold-in"),
        (3.5, "out"),
    ]
    said = [step_words(state) for state in told.states]
    assert said == ["In", "A little more", "And a long breath out"]
    for language in LANGUAGES:
        assert set(guide_words("breathing", language).steps["sigh"]) == {"in", "hold-in", "out"}
    other = begun(preset="box").advance(5.0).states
    assert [step_words(state) for state in other] == ["Breathe in", "Hold"]


@pytest.mark.parametrize("options", [{}, {"gentle": 1.0}, {"first": 1.0, "ramp": 1.0}])
def test_after_five_minutes_sighs_become_a_gentle_breath(options: dict[str, float]) -> None:
    told = begun(preset="sigh", **options).steadily(299.0, adherence=0.1)
    assert (told.stages, told.reasons) == (["sigh"], [])
    told.advance(300.0)
    assert told.decided("sighed-enough").t_s == 300.0
    assert led_pattern(told) == PRESETS["gentle"]
    assert told.stage == "breathe"


@pytest.mark.parametrize("options", [{}, {"gentle": 1.0}, {"first": 1.0}])
def test_sighs_chosen_by_their_parts_or_on_the_way_are_sighs_too(
    options: dict[str, float],
) -> None:
    """Their top-up is no hold, and they last some minutes only."""
    by_parts = begun(**pattern_arguments(PRESETS["sigh"]), **options).advance(3.0)
    assert step_words(by_parts.state) == "A little more"
    told = begun(**options).advance(30.0)
    told.word(31.0, "pace", **pattern_arguments(PRESETS["sigh"])).advance(60.0)
    assert told.stage == "sigh"
    assert led_pattern(told) == PRESETS["sigh"]
    assert "A little more" in {step_words(state) for state in told.states}
    assert "Hold" not in {step_words(state) for state in told.states}
    assert told.advance(400.0).decided("sighed-enough").t_s == pytest.approx(335.0, abs=15.0)
    told.word(401.0, "pace", **pattern_arguments(PRESETS["even"])).advance(420.0)
    assert told.stage == "breathe"


def test_sighs_go_on_after_natural_breathing_and_count_together() -> None:
    told = begun(preset="sigh").word(100.0, "natural").word(200.0, "go-on")
    assert led_pattern(told) == PRESETS["sigh"]
    assert told.advance(1000.0).decided("sighed-enough").t_s == pytest.approx(400.0, abs=10.0)


# --- The end ------------------------------------------------------------------------------------


@pytest.mark.parametrize("preset", ["gentle", "4-7-8", "lighter", "sigh"])
def test_the_last_twenty_seconds_are_the_persons_own_from_the_end_of_a_breath(preset: str) -> None:
    told = begun(preset=preset, duration_s=300.0).advance(400.0)
    assert told.leader.has_ended
    closing = next(state for state in told.states if state.stage == "closing")
    period_s = PRESETS[preset].period_s
    assert closing.t_s == pytest.approx(280.0, abs=period_s / 2 + 0.01)
    assert closing.t_s / period_s == pytest.approx(round(closing.t_s / period_s))
    assert closing.step == "open"
    assert closing.stage_until_s == 300.0
    assert told.state.t_s == 300.0


def test_a_short_session_has_no_closing() -> None:
    assert begun(duration_s=120.0).advance(200.0).stages == ["settle", "breathe"]


def test_natural_breathing_closes_as_well_and_nothing_is_led_any_more() -> None:
    told = begun(duration_s=300.0).word(200.0, "natural").advance(280.0)
    assert told.stage == "closing"
    assert told.state.can == ()
    told.word(285.0, "pace", **pattern_arguments(PRESETS["even"]))
    assert isnan(told.rate_per_min)
    told.ease(290.0, "said-dizzy")
    assert (told.stage, told.state.can) == ("natural", ())
    assert told.advance(300.0).leader.has_ended


# --- Whatever happens ---------------------------------------------------------------------------

_values = st.fixed_dictionaries(
    {},
    optional={
        "adherence": st.floats(0.0, 1.0),
        "breaths_per_min": st.floats(0.0, 60.0),
        "heart_rate_bpm": st.floats(40.0, 150.0),
        "breath_quality": st.floats(0.0, 1.0),
    },
)
_action = st.one_of(
    st.tuples(st.just("body"), st.tuples(_values, st.sampled_from([0.2, 1.0]))),
    st.tuples(st.just("steady"), st.sampled_from([0.1, 0.6, 0.9])),
    st.tuples(
        st.just("word"),
        st.sampled_from(
            ["pause", "resume", "slower", "faster", "natural", "go-on", "next", "keep"]
        ),
    ),
    st.tuples(st.just("pace"), st.sampled_from(sorted(PRESETS))),
    st.tuples(st.just("ease"), st.sampled_from(["said-dizzy", "arousal-rose"])),
    st.tuples(st.just("answer"), st.sampled_from(["go-on", "stay", "natural"])),
)
_play = st.lists(st.tuples(st.sampled_from([1.0, 7.0, 40.0, 150.0]), _action), max_size=25)
_options = st.fixed_dictionaries(
    {"preset": st.sampled_from(sorted(PRESETS))},
    optional={name: st.sampled_from([0.0, 1.0]) for name in ("ramp", "gentle", "first")},
)


def played(
    options: dict[str, float | str],
    actions: Sequence[tuple[float, tuple[str, Any]]],
    cut_s: float = inf,
) -> Play:
    """Play chance minutes to their end, asked at each action alone or every ``cut_s`` as well."""
    told = begun(**options, duration_s=2400.0)
    for after_s, (kind, what) in actions:
        t_s = told.t_s + after_s
        while told.t_s + cut_s < t_s:
            told.advance(told.t_s + cut_s)
        if kind == "body":
            values, quality = what
            told.metrics(t_s, quality=quality, **values)
        elif kind == "steady":
            for n_th in range(20):
                told.metrics(t_s + 7.0 * n_th, adherence=what)
        elif kind == "ease" and not told.advance(t_s).leader.has_ended:
            told.ease(t_s, what)
        elif kind == "pace":
            told.word(t_s, "pace", **pattern_arguments(PRESETS[what]))
        elif kind == "answer":
            told.answer(t_s, what)
        elif kind == "word":
            told.word(t_s, what)
    return told.word(told.t_s, "resume").advance(told.t_s + 2400.0)


@given(options=_options, actions=_play)
@settings(max_examples=60, deadline=None)
def test_whatever_happens_nothing_jumps_or_passes_a_limit_and_it_ends(
    options: dict[str, float | str], actions: Sequence[tuple[float, tuple[str, Any]]]
) -> None:
    told = played(options, actions)
    assert told.leader.has_ended
    check_limits(told, gentle=options.get("gentle") == 1.0, first=options.get("first") == 1.0)
    check_moves(told.out)
    check_jumps(told)
    for decision in told.decisions:
        for language in LANGUAGES:
            assert reason_sentence(decision, language)


@given(options=_options, actions=_play, cut_s=st.sampled_from([0.7, 4.0]))
@settings(max_examples=15, deadline=None)
def test_it_does_not_depend_on_when_it_is_asked(
    options: dict[str, float | str],
    actions: Sequence[tuple[float, tuple[str, Any]]],
    cut_s: float,
) -> None:
    once, often = (played(options, actions[:12], cut) for cut in (inf, cut_s))
    assert [repr(item) for item in often.out] == [repr(item) for item in once.out]


def check_limits(told: Play, *, gentle: bool, first: bool) -> None:
    lowest_per_min = 5.0 if gentle else 4.5 if first else 4.0
    for change in told.pacer_changes:
        if change.segment is None:
            continue
        pattern = change.segment.pattern
        if pattern == PRESETS["sigh"]:
            continue  # its hold is none: a sip of air on top
        assert pattern.in_s + pattern.out_s <= 60.0 / lowest_per_min + 1e-6
        hold_s = max(pattern.hold_in_s, pattern.hold_out_s)
        assert hold_s <= (0.0 if gentle else 4.0 if first else 7.0) + 1e-6
        assert pattern.breaths_per_min <= 12.0 + 1e-6


def check_moves(out: Sequence[Led]) -> None:
    """Automatic moves, ramps apart: a quarter at most, once in 90 s, towards 4.5 to 7 or in it."""
    moved_s = -inf
    for item in out:
        if getattr(item, "reason", "") not in {"not-followed", "followed-again"}:
            continue
        before, after = (float(item.facts[f"{end}_per_min"]) for end in ("from", "to"))  # type: ignore[union-attr]
        assert item.t_s - moved_s >= 90.0 - 1e-6
        assert abs(after - before) <= 0.25 + 1e-9
        if not 4.5 <= after <= 7.0:
            assert max(4.5 - after, after - 7.0) < max(4.5 - before, before - 7.0)
        moved_s = item.t_s


def check_jumps(told: Play) -> None:
    """From one breath to the next the pacer changes by a quarter a minute, or by 4 % on a ramp.

    Unless a pause or a word of the person's stands between that asks for another breath.
    """
    asked_s = [one.t_s for one in told.commands if one.name in {"pace", "next", "go-on", "answer"}]
    for before, after in pairwise(told.pacer_changes):
        if before.segment is None or after.segment is None:
            continue
        if any(before.t_s < t_s <= after.t_s for t_s in asked_s):
            continue
        earlier, later = before.segment.pattern, after.segment.pattern
        if abs(later.breaths_per_min - earlier.breaths_per_min) > 0.25 + 1e-9:
            assert 1 / 1.04 - 1e-9 <= later.period_s / earlier.period_s <= 1.04 + 1e-9
            assert told.stage_at(after.t_s - 1e-3) == "ramp"
