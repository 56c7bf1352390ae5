"""Resonance breathing with a real leader: it follows the heart, and the person goes first."""

from __future__ import annotations

from itertools import pairwise
from math import cos, isnan, pi, sin
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.guides.pacer import PacerChange
from biofeedback.guides.resonance import VOCABULARY
from biofeedback.guides.resonance_result import result_of
from biofeedback.guides.words import LANGUAGES, reason_sentence, stage_words
from biofeedback.pacing import PRESETS
from biofeedback.runtime.session import SessionCore
from biofeedback.samples import Chunk, Command, Decision, Metric, StreamInfo, StreamKind
from biofeedback.simulation.client import VirtualClient
from biofeedback.simulation.parameters import ClientParameters
from biofeedback.simulation.resonance import TrueCurve
from helpers.guide_play import Play, play
from helpers.paced_heart import resonating

if TYPE_CHECKING:
    from collections.abc import Callable

    from biofeedback.pacing import PacerSegment

HEART = "strap"
STEP_PER_MIN, STEP_S = 0.25, 90.0
TICK_S = 1.0
# A beat is confirmed by the beats after it; the rate is the mean of the last few.
LATE_S, WINDOW_S = 3.0, 4.5


def heart_bpm(led: Play, middle_s: float, swing_bpm: Callable[[float], float]) -> float:
    """The heart rate about a moment that is over, of a heart that goes with the pacer."""
    segment = led.leader.segment
    if segment is None or segment.t_s > middle_s:
        changes = (one for one in reversed(led.out) if isinstance(one, PacerChange))
        segment = next((one.segment for one in changes if one.t_s <= middle_s), None)
    if segment is None:
        return 64.0
    pattern = segment.pattern
    turns = (middle_s - segment.t_s) / pattern.period_s
    x = pi * WINDOW_S / pattern.period_s
    return 64.0 + sin(x) / x * swing_bpm(pattern.breaths_per_min) / 2.0 * cos(2.0 * pi * turns)


def tell(
    led: Play,
    t_s: float,
    swing_bpm: Callable[[float], float],
    *,
    quality: float = 1.0,
    adherence: float | None = None,
) -> None:
    """Let a strap, and a belt where there is one, tell what they measured."""
    led.advance(t_s)
    end_s = t_s - LATE_S
    bpm = heart_bpm(led, end_s - WINDOW_S / 2.0, swing_bpm)
    told = [Metric(end_s, "heart_rate_bpm", bpm, "bpm", WINDOW_S, quality, source=HEART)]
    if adherence is not None and not isnan(led.rate_per_min):
        told.append(Metric(end_s, "adherence", adherence, "", 45.0, quality, source="belt"))
    led.out.extend(led.leader.sense(told, t_s))


def breathed(
    led: Play,
    until_s: float,
    best_per_min: float = 5.2,
    *,
    adherence: float | None = 0.95,
    quality: float = 1.0,
    bpm: float = 14.0,
) -> Play:
    """Let somebody breathe with it whose heart swings widest at a pace."""
    swing_bpm = resonating(best_per_min, bpm)
    while led.t_s + TICK_S <= until_s and led.state.step != "ended":
        tell(led, led.t_s + TICK_S, swing_bpm, quality=quality, adherence=adherence)
    return led.advance(until_s)


def begun(*, heard: bool = True, **options: float | str) -> Play:
    led = play()
    if heard:
        led.metrics(0.0, source=HEART, heart_rate_bpm=64.0)
    return led.begin("resonance", **options)


def moves(led: Play) -> list[Decision]:
    return [one for one in led.decisions if "from_per_min" in one.facts and one.decision != "stay"]


def own_moves(led: Play) -> list[Decision]:
    return [
        one
        for one in moves(led)
        if one.decision in {"slower", "faster", "back"} and one.reason != "asked-for"
    ]


def paces(led: Play) -> list[tuple[float, float]]:
    """Each change of the pace once the ramp is over, with when it came."""
    after = [state.t_s for state in led.states if state.stage not in {"", "ramp"}]
    if not after:
        return []
    return [
        (change.t_s, change.segment.pattern.breaths_per_min)
        for change in led.pacer_changes
        if change.segment is not None and change.t_s >= after[0]
    ]


def test_it_begins_near_the_persons_own_rate_and_arrives_within_minutes() -> None:
    led = play().metrics(0.0, source="belt", breaths_per_min=12.0, heart_rate_bpm=64.0)
    led.begin("resonance", 0.0)
    assert led.advance(1.0).stage == "ramp"
    assert led.rate_per_min == pytest.approx(12.0)
    breathed(led, 200.0)
    assert led.stage == "follow"
    assert led.rate_per_min == pytest.approx(6.5)
    rates = [one.segment.pattern.period_s for one in led.pacer_changes if one.segment]
    assert all(later / earlier <= 1.041 for earlier, later in pairwise(rates))


@pytest.mark.parametrize("best_per_min", [5.2, 5.6, 6.3])
def test_the_pace_goes_to_where_the_heart_swings_widest(best_per_min: float) -> None:
    led = breathed(begun(duration_s=1500.0), 1400.0, best_per_min)
    assert led.rate_per_min == pytest.approx(best_per_min, abs=0.35)
    assert led.stage == "steady"


def test_every_move_is_small_rare_and_begins_with_a_breath() -> None:
    led = breathed(begun(), 1800.0)
    assert len(own_moves(led)) >= 5
    for (t_s, rate), (later_s, later) in pairwise(paces(led)):
        assert abs(later - rate) <= STEP_PER_MIN + 1e-9
        assert later_s - t_s >= STEP_S - 1e-6
    for _, rate in paces(led):
        assert 4.5 <= rate <= 7.0
    breaths = {state.t_s for state in led.states if state.step == "in"}
    assert {t_s for t_s, _ in paces(led)} <= breaths


def test_every_decision_can_be_said_in_every_language() -> None:
    led = breathed(begun(duration_s=1500.0), 1500.0)
    for language in LANGUAGES:
        for decision in led.decisions:
            assert reason_sentence(decision, language).endswith((".", "?"))
        for state in led.states:
            if state.stage:
                assert all(stage_words(state, language))
    for move in own_moves(led):
        assert {"from_per_min", "to_per_min", "swing_bpm", "gain_pct"} <= set(move.facts)


def test_it_does_not_move_while_it_is_felt_not_to_be_followed() -> None:
    assert not own_moves(breathed(begun(), 900.0, adherence=0.6))


def test_with_a_strap_alone_it_moves_where_the_heart_goes_with_the_pacer() -> None:
    assert len(own_moves(breathed(begun(), 900.0, adherence=None))) >= 5
    assert not own_moves(breathed(begun(), 900.0, adherence=None, bpm=0.2))


def test_bad_quality_moves_nothing() -> None:
    led = breathed(begun(), 900.0, quality=0.3)
    assert not own_moves(led)
    assert led.reasons.count("not-heard") == 1


def test_without_a_heart_sensor_it_keeps_six_a_minute_and_says_so_once() -> None:
    led = begun(heard=False).advance(1800.0)
    assert led.rate_per_min == pytest.approx(6.0)
    assert led.stage == "hold"
    own = [reason for reason in led.reasons if reason in VOCABULARY.reasons]
    assert own == ["arrived", "not-heard"]


def test_a_sensor_lost_in_the_middle_leaves_the_pace_where_it_is() -> None:
    # What was just measured still counts.
    led = breathed(begun(), 600.0).advance(630.0)
    rate, n_moves = led.rate_per_min, len(own_moves(led))
    led.advance(1500.0)
    assert (led.rate_per_min, led.stage) == (rate, "hold")
    assert led.reasons.count("not-heard") == 1
    breathed(led, 2100.0)
    assert led.stage != "hold"
    assert len(own_moves(led)) > n_moves
    # It says so once, however often the sensor comes and goes.
    assert led.advance(2400.0).reasons.count("not-heard") == 1


def test_kept_it_stays_and_adapting_again_it_goes_on() -> None:
    led = breathed(begun(), 400.0)
    led.word(400.0, "keep")
    n_moves, rate = len(own_moves(led)), led.rate_per_min
    breathed(led, 1000.0)
    assert (len(own_moves(led)), led.rate_per_min) == (n_moves, rate)
    assert "adapt" in led.state.can
    breathed(led.word(1000.0, "adapt"), 1070.0)
    assert len(own_moves(led)) == n_moves
    assert len(own_moves(breathed(led, 1600.0))) > n_moves


@pytest.mark.parametrize(("word", "step"), [("slower", -0.25), ("faster", 0.25)])
def test_a_pace_that_the_person_chose_is_left_alone_for_five_minutes(
    word: str, step: float
) -> None:
    led = breathed(begun(), 300.0)
    rate = led.rate_per_min
    led.word(300.0, word)
    breathed(led, 595.0)
    assert led.rate_per_min == pytest.approx(rate + step)
    assert not [one for one in own_moves(led) if one.t_s > 300.0]
    assert [one for one in own_moves(breathed(led, 1500.0)) if one.t_s > 595.0]


def test_slower_ends_at_the_limit() -> None:
    led = breathed(begun(explores="no", in_s=5.2, hold_in_s=0.0, out_s=7.8, hold_out_s=0.0), 200.0)
    for place in range(3):
        led.word(200.0 + place, "slower")
    led.advance(230.0)
    assert led.rate_per_min == pytest.approx(4.5)
    assert "slower" not in led.state.can


def test_too_much_lets_go_of_the_pace_and_looks_for_nothing_afterwards() -> None:
    led = breathed(begun(), 600.0)
    rate = led.rate_per_min
    led.ease(601.0, "said-dizzy")
    assert (led.stage, led.state.step, led.state.can) == ("natural", "open", ("go-on",))
    assert led.leader.segment is None
    # It waits: only the person goes on.
    assert breathed(led, 900.0).stage == "natural"
    breathed(led.word(900.0, "go-on"), 1060.0)
    assert led.rate_per_min == pytest.approx(min(rate + 0.5, 7.0))
    before = len(own_moves(led))
    assert len(own_moves(breathed(led, 1800.0))) == before
    assert led.stage == "hold"


def test_breathing_as_it_comes_is_a_word_away_and_so_is_the_way_back() -> None:
    led = breathed(begun(), 300.0)
    rate = led.rate_per_min
    assert led.word(300.0, "natural").stage == "natural"
    breathed(led.word(400.0, "go-on"), 560.0)
    assert led.rate_per_min == pytest.approx(rate)


def test_asked_first_it_moves_by_yes_alone() -> None:
    led = breathed(begun(asks="yes"), 225.0)
    assert led.asks == "try-slower"
    rate = led.rate_per_min
    breathed(led.answer(225.0, "stay"), 380.0)
    assert (led.rate_per_min, led.asks) == (rate, "")
    while not led.asks:
        breathed(led, led.t_s + TICK_S)
        assert led.t_s < 800.0
    assert led.t_s >= 225.0 + 180.0
    breathed(led.answer(led.t_s, "yes"), led.t_s + 15.0)
    assert led.rate_per_min == pytest.approx(rate - 0.25)


def test_a_question_that_nobody_answers_goes_away_and_nothing_moves() -> None:
    led = breathed(begun(asks=1.0), 225.0)
    rate = led.rate_per_min
    assert led.asks
    breathed(led, 285.0)
    assert (led.asks, led.rate_per_min) == ("", rate)


def test_a_pace_that_was_never_followed_is_taken_back_one_step() -> None:
    led = breathed(begun(), 225.0)
    (move,) = own_moves(led)
    breathed(led, 420.0, adherence=0.2)
    back = led.decided("not-with-pace")
    assert back.facts["from_per_min"] == move.facts["to_per_min"]
    assert back.facts["to_per_min"] == move.facts["from_per_min"]
    rate = led.rate_per_min
    # And then it holds, however long it is not followed.
    assert breathed(led, 900.0, adherence=0.2).rate_per_min == rate


def test_a_pace_that_was_not_followed_is_tried_once_more_and_then_never_again() -> None:
    led = breathed(begun(), 225.0)
    slow_per_min = led.rate_per_min
    breathed(led, 420.0, adherence=0.2)
    n_moves = len(own_moves(led))
    # Back where it was followed, it is followed again: minds wander.
    while len(own_moves(led)) == n_moves and led.t_s < 620.0:
        breathed(led, led.t_s + 5.0)
    (again,) = own_moves(led)[n_moves:]
    assert again.facts["to_per_min"] == slow_per_min
    breathed(led, 900.0, adherence=0.2)
    assert own_moves(led)[-1].reason == "not-with-pace"
    assert len(own_moves(led)) == n_moves + 2
    breathed(led, 1500.0)
    later = [pace for t_s, pace in paces(led) if t_s > 900.0]
    assert all(pace > slow_per_min for pace in later)


def test_a_lapse_at_a_pace_that_was_followed_changes_nothing() -> None:
    led = breathed(begun(), 280.0)
    n_moves = len(own_moves(led))
    breathed(led, 500.0, adherence=0.2)
    assert len(own_moves(led)) == n_moves


def test_what_is_known_is_told_when_it_became_clearly_more() -> None:
    led = breathed(begun(), 1800.0)
    results = [one for one in led.decisions if one.decision == "result"]
    assert results
    for one in results:
        facts = {name: float(value) for name, value in one.facts.items() if name != "verdict"}
        assert facts["low_per_min"] <= facts["resonance_per_min"] <= facts["high_per_min"]
    assert all(later.t_s - earlier.t_s >= 180.0 for earlier, later in pairwise(results))
    widths = [float(one.facts["uncertainty_per_min"]) for one in results]
    assert widths == sorted(widths, reverse=True)
    assert float(results[-1].facts["resonance_per_min"]) == pytest.approx(5.2, abs=0.35)


def test_what_is_known_is_told_at_the_end_and_only_then_where_the_way_was_not_over() -> None:
    early = breathed(begun(), 300.0).word(300.0, "end")
    assert "known-better" not in early.reasons
    late = breathed(begun(), 1300.0)
    n_told = late.reasons.count("known-better")
    result = result_of(late.word(1300.0, "end").decisions)
    assert late.reasons.count("known-better") == n_told + 1
    assert result is not None
    assert result.resonance_per_min == pytest.approx(5.2, abs=0.35)
    assert len(result.curve) >= 5


def test_faster_means_that_it_looks_no_further_down() -> None:
    lowest = []
    for says_faster in (False, True):
        led = breathed(begun(), 310.0, 6.1)
        if says_faster:
            led.word(310.0, "faster")
        breathed(led, 1300.0, 6.1)
        lowest.append(min(rate for _, rate in paces(led)))
    assert lowest[1] >= lowest[0] + 0.5


def test_after_an_earlier_result_it_looks_around_there_alone() -> None:
    led = begun(resonance_per_min=5.3, uncertainty_per_min=0.2)
    breathed(led, 1300.0, 5.4)
    visited = [rate for _, rate in paces(led)]
    assert visited[0] == pytest.approx(5.84, abs=0.02)
    assert min(visited) >= 4.75
    assert led.rate_per_min == pytest.approx(5.4, abs=0.3)


def test_a_heart_that_is_first_heard_on_the_way_makes_it_begin_above() -> None:
    led = breathed(begun(heard=False), 200.0)
    assert led.stage == "follow"
    assert led.rate_per_min == pytest.approx(6.5)


def test_not_looking_around_it_keeps_the_breath_that_was_chosen() -> None:
    led = breathed(begun(explores="no", in_s=4.0, hold_in_s=0.0, out_s=6.0, hold_out_s=0.0), 900.0)
    segment = led.leader.segment
    assert segment is not None
    assert segment.pattern == PRESETS["gentle"]
    assert led.stage == "hold"


def test_the_in_breath_has_its_share_at_every_pace() -> None:
    led = breathed(begun(inhale_fraction=0.5), 900.0)
    for change in led.pacer_changes:
        assert change.segment is not None
        pattern = change.segment.pattern
        assert pattern.in_s == pytest.approx(pattern.out_s)


def test_gentle_is_never_slower_than_five() -> None:
    led = breathed(begun(gentle=1.0), 1800.0, 4.6)
    assert min(rate for _, rate in paces(led)) >= 5.0


def test_a_breath_that_was_chosen_gives_its_proportions_and_the_heart_the_pace() -> None:
    led = begun(in_s=5.0, hold_in_s=0.0, out_s=5.0, hold_out_s=0.0)
    assert breathed(led, 200.0).rate_per_min == pytest.approx(6.5)
    segment = led.leader.segment
    assert segment is not None
    assert segment.pattern.in_s == pytest.approx(segment.pattern.out_s)


def test_the_ramp_can_be_skipped() -> None:
    led = begun().word(10.0, "next").advance(20.0)
    assert led.stage == "follow"
    assert led.rate_per_min == pytest.approx(6.5)


def test_a_pause_makes_readings_of_another_time_of_what_was_before() -> None:
    led = breathed(begun(), 200.0)
    n_moves = len(own_moves(led))
    led.word(200.0, "pause").word(260.0, "resume")
    assert len(own_moves(breathed(led, 330.0))) == n_moves
    assert len(own_moves(breathed(led, 500.0))) > n_moves


def chance_session(seed: int, until_s: float, ticks: int = 1) -> Play:
    """Random measures, holes, words, answers and pauses; the same for the same seed."""
    rng = Random(seed)
    led = begun(heard=rng.random() < 0.8, asks=float(rng.random() < 0.5))
    words = ["slower", "faster", "natural", "go-on", "keep", "adapt", "pause", "resume", "next"]
    best, worn = rng.uniform(4.3, 7.2), True
    adherence: float | None = 0.9
    swing_bpm, quality = resonating(best), 1.0
    while led.t_s < until_s:
        now_s = led.t_s + rng.uniform(0.5, 1.5)
        since_s = led.t_s
        for tick in range(1, ticks + 1):
            led.advance(since_s + (now_s - since_s) * tick / ticks if tick < ticks else now_s)
        chance = rng.random()
        if chance < 0.008:
            led.word(now_s, rng.choice(words))
        elif chance < 0.009:
            led.ease(now_s, "arousal-rose")
        elif chance < 0.03 and led.asks:
            led.answer(now_s, rng.choice(["yes", "stay"]))
        elif chance < 0.012:
            worn = not worn
        elif chance < 0.025:
            adherence = rng.choice([None, 0.1, 0.7, 0.85, 0.95])
        elif chance < 0.03:
            quality = rng.choice([0.2, 0.9, 1.0])
        if worn:
            tell(led, now_s, swing_bpm, quality=quality, adherence=adherence)
    return led


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_whatever_happens_it_keeps_its_limits_and_leaves_a_way_out(seed: int) -> None:
    led = chance_session(seed, 1500.0)
    chosen = {0.0} | {one.t_s for one in led.decisions if one.reason == "asked-for"}
    ramps: list[tuple[float, float]] = []
    for state, after in pairwise(led.states):
        if state.stage == "ramp" or state.step in {"paused", "open"}:
            ramps.append((state.t_s, after.t_s))
    for t_s, rate in paces(led):
        if not any(begin <= t_s <= end for begin, end in ramps):
            assert 4.5 - 1e-9 <= rate <= 7.0 + 1e-9
    for earlier, later in pairwise(own_moves(led)):
        assert later.t_s - earlier.t_s >= STEP_S - 1e-6
    for one in own_moves(led):
        gone = float(one.facts["to_per_min"]) - float(one.facts["from_per_min"])
        assert abs(gone) <= STEP_PER_MIN + 1e-9
        assert not [t_s for t_s in chosen if 0.0 < one.t_s - t_s < STEP_S - 1e-6]
    kept = False
    for one in led.decisions:
        if one.decision in {"keep", "adapt"}:
            kept = one.decision == "keep"
        elif one in own_moves(led):
            assert not kept
    ended = led.word(led.t_s + 1.0, "end").state
    assert ended.step == "ended"


def test_the_same_inputs_give_the_same_session_however_often_it_is_asked() -> None:
    for seed in range(4):
        once, often = chance_session(seed, 1200.0), chance_session(seed, 1200.0, ticks=7)
        assert once.out == often.out


RR = StreamInfo("strap", StreamKind.RR, ("rr_ms",))
# Hearts that swing widest at 5.06 and at 6.84 a minute, of people without arousal and lapses.
LOW, HIGH = 11, 12


def lived(seed: int, minutes: int) -> tuple[list[Decision], list[tuple[float, float]], TrueCurve]:
    """Let a virtual person breathe with it, strap, pipeline and all."""
    client = VirtualClient(ClientParameters.steady(seed), seed)
    core = SessionCore()
    changes: list[tuple[float, PacerSegment | None]] = [(0.0, None)]
    decisions: list[Decision] = []

    def pacer(t_s: float) -> PacerSegment | None:
        return next(segment for from_s, segment in reversed(changes) if from_s <= t_s)

    def take(told: tuple[object, ...]) -> None:
        for one in told:
            if isinstance(one, PacerChange):
                changes.append((one.t_s, one.segment))
            elif isinstance(one, Decision) and one.reason in VOCABULARY.reasons:
                decisions.append(one)

    begin: dict[str, float | str] = {"guide": "resonance", "duration_s": 60.0 * minutes}
    take(core.push(Command(0.0, "begin", begin)))
    for second in range(1, 60 * minutes):
        take(core.advance(float(second)))
        beats = client.advance(float(second), pacer)
        if beats.beat_t_s.size:
            chunk = Chunk(RR, beats.beat_t_s, beats.rr_ms.reshape(-1, 1), float(second))
            take(core.push(chunk))
    led = [(t_s, one.pattern.breaths_per_min) for t_s, one in changes if one is not None]
    return decisions, led, TrueCurve(client.parameters)


def test_two_virtual_hearts_are_led_apart() -> None:
    """A strap alone, twelve minutes: the slow heart's pace ends below the quick one's."""
    ends = []
    for seed in (LOW, HIGH):
        decisions, led, curve = lived(seed, 12)
        ends.append(led[-1][1])
        moved = [one for one in decisions if one.decision in {"slower", "faster"}]
        assert len(moved) >= 2
        for earlier, later in pairwise(moved):
            assert later.t_s - earlier.t_s >= STEP_S - 1e-6
        for one in moved:
            assert 4.5 <= float(one.facts["to_per_min"]) <= 7.0
        if seed == LOW:
            assert curve.share_lost(ends[0]) < curve.share_lost(6.0) / 2.0
    low, high = ends
    assert low < high
