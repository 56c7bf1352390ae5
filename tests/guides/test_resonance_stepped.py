"""Five paces with rests, judged one by one; what the person says goes first."""

from __future__ import annotations

from math import isfinite

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.guides.catalogue import make_guide
from biofeedback.guides.pacer import PacerChange
from biofeedback.guides.resonance_result import ResonanceResult, Verdict, result_of
from biofeedback.guides.resonance_stepped import RATES_PER_MIN
from helpers.guide_play import Play, play
from helpers.paced_heart import PacedHeart, resonating

NAME = "resonance-stepped"


def begun(top_per_min: float = 5.6, **options: float | str) -> PacedHeart:
    options = {"check_ins": 0.0, "minutes": 2.0, "rest_s": 30.0, **options}
    return PacedHeart(play().begin(NAME, **options), resonating(top_per_min))


def rates_led(told: Play) -> list[float]:
    return [
        round(change.segment.pattern.breaths_per_min, 6)
        for change in told.pacer_changes
        if change.segment is not None
    ]


def result(told: Play) -> ResonanceResult:
    found = result_of(told.decisions)
    assert found is not None
    return found


def test_a_resonance_of_which_heart_and_breath_tell_is_found() -> None:
    heart = begun(5.4)
    heart.adherence = 0.95
    told = heart.to_end()
    assert rates_led(told) == list(RATES_PER_MIN)
    found = result(told)
    assert found.resonance_per_min == pytest.approx(5.4, abs=0.2)
    assert found.low_per_min <= 5.4 <= found.high_per_min
    assert [point.rate_per_min for point in found.curve] == pytest.approx(list(RATES_PER_MIN))
    truth = resonating(5.4)
    for point in found.curve:
        assert point.swing_bpm == pytest.approx(truth(point.rate_per_min), rel=0.03)
    assert told.stages == ["welcome", *["step", "rest"] * 4, "step", "closing", "result"]


def test_each_pace_lasts_whole_breaths_and_is_40_in_60_out() -> None:
    told = begun(minutes=3.0).to_end()
    changes = told.pacer_changes
    for led, still in zip(changes[::2], changes[1::2], strict=True):
        assert led.segment is not None
        assert still.segment is None
        pattern = led.segment.pattern
        n_breaths = (still.t_s - led.t_s) / pattern.period_s
        assert n_breaths == pytest.approx(round(n_breaths), abs=1e-6)
        assert 180.0 - 1e-6 <= still.t_s - led.t_s < 180.0 + pattern.period_s
        assert pattern.in_s / pattern.out_s == pytest.approx(40 / 60)


def test_without_any_sensor_nothing_is_told_but_all_is_led() -> None:
    heart = begun()
    heart.is_heard = False
    told = heart.to_end()
    assert rates_led(told) == list(RATES_PER_MIN)
    assert told.reasons.count("no-measure") == 5
    assert result(told).verdict is Verdict.NO_MEASURE
    assert not any("resonance_per_min" in decision.facts for decision in told.decisions)
    assert told.state.step == "ended"


def test_a_sensor_lost_in_the_middle_leaves_a_number_only_of_what_was_heard() -> None:
    heart = begun().to_stage("step").to_stage("rest").to_stage("step").to_stage("rest")
    heart.is_heard = False
    told = heart.to_end()
    found = result(told)
    assert found.verdict is Verdict.TOO_FEW
    assert [point.rate_per_min for point in found.curve] == pytest.approx([6.5, 6.0])


def test_a_pace_that_was_not_followed_comes_once_more_and_is_then_left_out() -> None:
    heart = begun().to_stage("step")
    heart.adherence = 0.4
    heart.to_stage("rest").to_stage("step").to_stage("rest").to_stage("step")
    heart.adherence = 0.95
    told = heart.to_end()
    assert rates_led(told) == [6.5, 6.5, 6.0, 5.5, 5.0, 4.5]
    assert told.decided("not-followed").facts == {"rate_per_min": 6.5}
    assert told.decided("still-not-followed").facts == {"rate_per_min": 6.5}
    assert [point.rate_per_min for point in result(told).curve] == pytest.approx([6, 5.5, 5, 4.5])
    assert result(told).verdict.is_told


@pytest.mark.parametrize("name", [NAME, "resonance-sliding"])
def test_whoever_did_not_breathe_with_the_pacer_gets_no_number(name: str) -> None:
    """A belt feels that they did not, though their heart swings; two paces are tried again."""
    heart = PacedHeart(play().begin(name, check_ins=0.0), resonating(5.4))
    heart.adherence = 0.3
    told = heart.to_end()
    assert result(told).verdict is Verdict.TOO_FEW
    assert not any("resonance_per_min" in decision.facts for decision in told.decisions)
    assert told.reasons.count("not-followed") <= 2
    assert told.t_s <= 24.0 * 60.0


def test_the_last_pace_can_come_once_more_too() -> None:
    heart = begun()
    heart.to_stage("step")
    while heart.play.state.place < 5:
        heart.until(heart.play.t_s + 5.0)
    heart.adherence = 0.3
    heart.to_stage("closing").to_stage("step")
    assert heart.play.state.place == 5
    heart.adherence = 0.95
    told = heart.to_end()
    assert rates_led(told)[-2:] == [4.5, 4.5]
    # The rest before it is a whole one, the closing counted.
    (before,) = [change for change in told.pacer_changes if change.segment is not None][-1:]
    still = [change.t_s for change in told.pacer_changes if change.t_s < before.t_s][-1]
    assert before.t_s - still == pytest.approx(30.0)


def test_a_heart_heard_for_half_a_pace_comes_once_more() -> None:
    heart = begun().to_stage("step")
    heart.until(heart.play.t_s + 70.0)
    heart.is_heard = False
    heart.to_stage("rest")
    heart.is_heard = True
    told = heart.to_end()
    assert told.decided("poor-signal").facts == {"rate_per_min": 6.5}
    assert len(result(told).curve) == 5


def test_next_leaves_a_pace_out() -> None:
    heart = begun().to_stage("step")
    heart.play.word(heart.play.t_s, "next")
    assert heart.play.stage == "rest"
    told = heart.to_end()
    assert told.decided("asked-for").decision == "leave-out"
    assert [point.rate_per_min for point in result(told).curve] == pytest.approx([6, 5.5, 5, 4.5])


def test_next_ends_a_rest() -> None:
    heart = begun().to_stage("step").to_stage("rest")
    heart.play.word(heart.play.t_s + 12.0, "next")
    assert heart.play.stage == "step"
    assert rates_led(heart.play) == [6.5, 6.0]


@pytest.mark.parametrize("stage", ["step", "rest"])
def test_again_leads_the_same_pace_once_more_and_the_newer_one_counts(stage: str) -> None:
    heart = begun().to_stage("step").to_stage(stage)
    heart.play.word(heart.play.t_s + 1.0, "again")
    told = heart.to_end()
    assert rates_led(told) == [6.5, 6.5, 6.0, 5.5, 5.0, 4.5]
    assert len(result(told).curve) == 5


def in_step(place: int, heart: PacedHeart) -> PacedHeart:
    """Live on for 20 s into a step."""
    heart.to_stage("step")
    while heart.play.state.place < place or heart.play.stage != "step":
        heart.until(heart.play.t_s + 5.0)
    return heart.until(heart.play.t_s + 20.0)


@pytest.mark.parametrize("reason", ["said-worse", "heart-fast", "arousal-rose"])
def test_a_hard_moment_is_a_breather_from_which_the_pace_is_taken_up_anew(reason: str) -> None:
    heart = in_step(2, begun(5.4))
    told = heart.play.ease(heart.play.t_s, reason)
    assert told.stage == "breather"
    assert told.state.way == 0
    assert told.leader.segment is None
    assert (told.decisions[-1].decision, told.decisions[-1].reason) == ("rest", reason)
    heart.until(told.t_s + 30.0)
    told.word(told.t_s, "go-on")
    assert told.stage == "step"
    assert told.state.way == 3
    told = heart.to_end()
    assert rates_led(told) == [6.5, 6.0, 6.0, 5.5, 5.0, 4.5]
    assert len(result(told).curve) == 5
    assert result(told).resonance_per_min == pytest.approx(5.4, abs=0.2)


def test_a_breather_asks_after_a_while_and_goes_on_by_the_answer() -> None:
    heart = in_step(1, begun(5.4))
    at_s = heart.play.t_s
    told = heart.play.ease(at_s, "said-worse")
    assert told.advance(at_s + 44.9).asks == ""
    assert told.advance(at_s + 45.0).asks == "on-or-end"
    assert told.answer(at_s + 50.0, "go-on").stage == "step"
    assert told.asks == ""


def test_light_headedness_has_a_longer_breather_with_words_of_its_own() -> None:
    heart = in_step(1, begun(5.4))
    at_s = heart.play.t_s
    told = heart.play.ease(at_s, "said-dizzy")
    assert told.state.way == 1
    assert "go-on" in told.state.can
    assert told.advance(at_s + 89.9).asks == ""
    assert told.advance(at_s + 90.0).asks == "on-or-end"


@pytest.mark.parametrize("answer", ["end", ""])
def test_whoever_wants_no_more_or_says_nothing_is_told_what_is_known(answer: str) -> None:
    heart = in_step(4, begun(5.4))
    at_s = heart.play.t_s
    told = heart.play.ease(at_s, "said-worse").advance(at_s + 46.0)
    if answer:
        told.answer(at_s + 50.0, answer)
    else:
        assert told.advance(at_s + 104.9).stage == "breather"
        told.advance(at_s + 105.0)
        assert told.reasons[-2] == "no-answer-so-ends"
    assert told.stage == "result"
    assert len(result(told).curve) == 3
    assert told.advance(told.t_s + 46.0).state.step == "ended"


def test_a_pace_that_was_hard_twice_is_left_out() -> None:
    heart = in_step(2, begun(5.4))
    for _ in range(2):
        heart.play.ease(heart.play.t_s, "said-worse").word(heart.play.t_s + 5.0, "go-on")
        heart.until(heart.play.t_s + 20.0)
    told = heart.to_end()
    assert told.decided("hard-here").facts == {"rate_per_min": 6.0}
    assert rates_led(told) == [6.5, 6.0, 6.0, 5.5, 5.0, 4.5]
    assert [point.rate_per_min for point in result(told).curve] == pytest.approx([6.5, 5.5, 5, 4.5])


def test_harder_in_a_rest_goes_on_with_the_next_pace() -> None:
    heart = begun(5.4).to_stage("step").to_stage("rest")
    told = heart.play.ease(heart.play.t_s + 5.0, "said-worse")
    assert told.stage == "breather"
    told.word(told.t_s + 5.0, "go-on")
    assert rates_led(heart.to_end()) == list(RATES_PER_MIN)


@pytest.mark.parametrize("stage", ["closing", "result"])
def test_when_all_is_led_harder_changes_nothing_and_light_headedness_the_words(stage: str) -> None:
    heart = begun(5.4).to_stage(stage)
    told = heart.play.ease(heart.play.t_s + 5.0, "said-worse")
    assert told.stage == stage
    told.ease(told.t_s + 1.0, "said-dizzy")
    assert (told.stage, told.state.way) == ("natural", 1)
    assert result(heart.to_end()).verdict.is_told
    assert told.reasons.count(result(told).verdict.value) == 1


def test_a_mind_that_wanders_in_each_step_costs_no_step_and_little_of_the_curve() -> None:
    """Away for half a minute of three, for which adherence is low until long after it."""
    truth = resonating(5.4)
    heart = begun(5.4, minutes=3.0).to_stage("step")
    told = heart.play
    while not told.leader.has_ended:
        segment = told.leader.segment
        in_step_s = 0.0 if segment is None else told.t_s - segment.t_s
        heart.swing = (lambda _: 0.0) if 60.0 <= in_step_s < 90.0 else truth
        heart.adherence = 0.4 if 63.0 <= in_step_s < 130.0 else 0.95
        heart.until(told.t_s + 1.0)
    assert rates_led(told) == list(RATES_PER_MIN)
    assert len(result(told).curve) == 5
    for point in result(told).curve:
        assert point.swing_bpm == pytest.approx(truth(point.rate_per_min), rel=0.05)


@pytest.mark.parametrize("minutes", [2.0, 3.0])
def test_it_never_takes_longer_than_22_minutes(minutes: float) -> None:
    """Not where no step is followed, each is asked for once more, and some are hard."""
    heart = begun(5.4, minutes=minutes, rest_s=60.0)
    heart.adherence = 0.2
    told = heart.play
    n_hard, rested_s = 0, 0.0
    while told.stage not in {"closing", "result"}:
        heart.until(told.t_s + 10.0)
        if told.stage == "rest" and "again" in told.state.can:
            told.word(told.t_s, "again")
        elif told.stage == "step" and told.state.stage_until_s - told.t_s < 20.0 and n_hard < 3:
            n_hard += 1
            told.ease(told.t_s, "said-worse").word(told.t_s + 10.0, "go-on")
            rested_s += 10.0
    assert told.t_s - rested_s <= 22.0 * 60.0 + 10.0  # looked at each 10 s
    assert {"time-is-up", "time-is-short", "no-time-once-more"} & set(told.reasons)


def test_the_person_can_let_go_of_the_pace_and_end_from_there() -> None:
    heart = begun().to_stage("step")
    told = heart.play.word(heart.play.t_s + 5.0, "natural")
    assert told.stage == "natural"
    assert told.leader.segment is None
    assert result(told).verdict is Verdict.NO_MEASURE
    assert told.word(told.t_s + 1.0, "next").state.step == "ended"


def test_whoever_ends_early_is_told_what_is_known_and_nothing_where_that_is_nothing() -> None:
    heart = begun(5.4).to_stage("step")
    while heart.play.state.place < 5:
        heart.until(heart.play.t_s + 5.0)
    told = heart.play.command(heart.play.t_s + 1.0, "end")
    assert told.leader.has_ended
    assert len(result(told).curve) == 4
    assert told.decisions[-1].t_s == told.t_s
    early = begun().to_stage("step").play
    early.command(early.t_s + 5.0, "end")
    assert result_of(early.decisions) is None


def test_a_pause_in_mid_step_costs_no_more_than_what_fell_into_it() -> None:
    """The heart beats on as it likes through ten minutes of pause; the curve is as without."""
    heart = begun(5.4).to_stage("step")
    pause_s = heart.play.t_s + 65.0
    heart.until(pause_s)
    heart.play.command(pause_s, "pause")
    heart.until(pause_s + 600.0)
    heart.play.command(pause_s + 600.0, "resume")
    told = heart.to_end()
    truth = resonating(5.4)
    assert len(result(told).curve) == 5
    for point in result(told).curve:
        assert point.swing_bpm == pytest.approx(truth(point.rate_per_min), rel=0.03)


def test_after_an_early_pause_a_step_lasts_long_enough_to_hear_it() -> None:
    heart = begun().to_stage("step")
    pause_s = heart.play.t_s + 100.0
    heart.is_heard = False
    heart.until(pause_s)
    heart.is_heard = True
    heart.play.command(pause_s, "pause").command(pause_s + 30.0, "resume")
    assert heart.play.decisions[-1].reason == "after-pause"
    heart.to_stage("rest")
    assert heart.play.t_s - pause_s - 30.0 >= 80.0


@pytest.mark.parametrize("gentle", [1.0, "yes"])
def test_whoever_takes_care_is_led_no_slower_than_five(gentle: float | str) -> None:
    told = begun(4.6, gentle=gentle).to_end()
    assert rates_led(told) == [6.5, 6.0, 5.5, 5.0]
    assert result(told).resonance_per_min >= 5.0 - 1e-9


def test_a_shuffled_order_has_each_pace_once_and_is_the_seeds_own() -> None:
    def order(seed: float) -> list[float]:
        told = begun(order="shuffled", seed=seed)
        told.is_heard = False
        return rates_led(told.to_end())

    first = order(1.0)
    assert sorted(first) == sorted(RATES_PER_MIN)
    assert first == order(1.0)
    assert first != order(2.0)


@pytest.mark.parametrize(
    "options", [{"minutes": 9.0}, {"rest_s": 5.0}, {"order": "rising"}, {"minutes": "some"}]
)
def test_options_without_sense_are_refused(options: dict[str, float | str]) -> None:
    with pytest.raises(ValueError, match=r"minutes|order|float"):
        make_guide(NAME, options)


@settings(max_examples=10)
@given(cuts=st.lists(st.floats(0.0, 1200.0), max_size=30))
def test_nothing_depends_on_when_the_guide_is_asked(cuts: list[float]) -> None:
    whole, cut = play().begin(NAME, check_ins=0.0), play().begin(NAME, check_ins=0.0)
    for t_s in sorted(cuts):
        cut.advance(t_s)
    cut.advance(2000.0)
    whole.advance(2000.0)
    assert [repr(item) for item in cut.out] == [repr(item) for item in whole.out]


WORDS = ("next", "again", "natural", "pause", "resume", "keep", "adapt", "ease", "answer", "go-on")


@settings(max_examples=25)
@given(
    acts=st.lists(
        st.tuples(st.floats(0.5, 90.0), st.sampled_from(WORDS), st.booleans()), max_size=25
    ),
    name=st.sampled_from([NAME, "resonance-sliding"]),
)
def test_no_words_pauses_or_lost_sensors_lead_to_a_dead_end(
    acts: list[tuple[float, str, bool]], name: str
) -> None:
    """Whatever is said and lost, it ends by itself, within its rates, with one result."""
    heart = PacedHeart(play().begin(name, minutes=2.0), resonating(5.6))
    told = heart.play
    for wait_s, word, is_heard in acts:
        if told.leader.has_ended:
            break
        # Coarse in time, so that many can be tried.
        told.advance(told.t_s + wait_s)
        told.metrics(told.t_s, heart_rate_bpm=65.0, adherence=0.9 if is_heard else 0.1)
        if word == "ease":
            told.ease(told.t_s, "said-worse")
        elif not told.leader.has_ended:
            told.command(told.t_s, word)
    told.command(told.t_s, "resume").advance(told.t_s + 2400.0)
    assert told.state.step == "ended"
    assert [decision.decision for decision in told.decisions].count("result") == 1
    for item in told.out:
        if isinstance(item, PacerChange) and item.segment is not None:
            assert 4.24 <= item.segment.pattern.breaths_per_min <= 6.76
    for decision in told.decisions:
        assert all(isinstance(fact, str) or isfinite(fact) for fact in decision.facts.values())
