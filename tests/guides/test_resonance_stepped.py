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


def test_too_much_lets_go_at_once_and_tells_what_is_known() -> None:
    heart = begun().to_stage("step")
    while heart.play.state.place < 4:
        heart.until(heart.play.t_s + 5.0)
    at_s = heart.play.t_s + 20.0
    heart.until(at_s)
    heart.play.ease(at_s, "said-dizzy")
    told = heart.play
    assert told.stage == "natural"
    assert told.state.way == 1
    assert told.leader.segment is None
    assert [decision.decision for decision in told.decisions][-2:] == ["natural", "result"]
    assert len(result(told).curve) == 3
    assert heart.to_end().t_s == pytest.approx(at_s + 120.0, abs=1.0)
    assert rates_led(told)[-1] == 5.0


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


def test_whoever_takes_care_is_led_no_slower_than_five() -> None:
    told = begun(4.6, gentle=1.0).to_end()
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
