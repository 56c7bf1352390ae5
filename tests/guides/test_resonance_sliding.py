"""The published course, breath by breath, and what is made of it."""

from __future__ import annotations

from itertools import pairwise
from math import isnan
from typing import TYPE_CHECKING

import pytest

from biofeedback.guides.resonance_result import ResonanceResult, Verdict, result_of
from biofeedback.samples import Metric
from helpers.guide_play import Play, play
from helpers.paced_heart import PacedHeart, resonating

if TYPE_CHECKING:
    from biofeedback.pacing import BreathPattern

NAME = "resonance-sliding"


def begun(top_per_min: float = 5.6, **options: float | str) -> PacedHeart:
    return PacedHeart(play().begin(NAME, check_ins=0.0, **options), resonating(top_per_min))


def led(told: Play) -> list[tuple[float, BreathPattern]]:
    return [
        (change.t_s, change.segment.pattern)
        for change in told.pacer_changes
        if change.segment is not None
    ]


def result(told: Play) -> ResonanceResult:
    found = result_of(told.decisions)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def whole() -> Play:
    """A whole course of a heart with its resonance at 5.4."""
    return begun(5.4).to_end()


def test_the_course_is_the_published_one(whole: Play) -> None:
    """78 breaths, 6.75 to 4.25 a minute, 67.04 ms longer each, 897 s in all."""
    breaths = led(whole)
    assert len(breaths) == 78
    periods_s = [pattern.period_s for _, pattern in breaths]
    assert 60.0 / periods_s[0] == pytest.approx(6.75, abs=0.001)
    assert periods_s[-1] == pytest.approx(14.05, abs=0.1)
    for earlier_s, later_s in pairwise(periods_s):
        assert later_s - earlier_s == pytest.approx(0.06704)
    still_s = whole.pacer_changes[-1].t_s
    assert still_s - breaths[0][0] == pytest.approx(897.0, abs=4.0)


def test_each_breath_begins_where_the_one_before_ends(whole: Play) -> None:
    for (begin_s, pattern), (next_s, _) in pairwise(led(whole)):
        assert next_s - begin_s == pytest.approx(pattern.period_s, abs=1e-6)


def test_a_resonance_of_which_the_heart_tells_is_found(whole: Play) -> None:
    found = result(whole)
    assert found.resonance_per_min == pytest.approx(5.4, abs=0.2)
    assert found.low_per_min <= 5.4 <= found.high_per_min
    assert len(found.curve) == 6
    truth = resonating(5.4)
    for point in found.curve:
        assert point.swing_bpm == pytest.approx(truth(point.rate_per_min), rel=0.05)


def test_it_goes_on_by_itself_to_its_end(whole: Play) -> None:
    assert whole.stages == ["welcome", "slide", "closing", "result"]
    assert sorted({state.way for state in whole.states if state.stage == "slide"}) == [0, 1, 2]
    assert whole.state.step == "ended"


def test_the_published_rule_is_told_beside_it() -> None:
    """The widest minute is known at its end, and told by its middle."""
    heart = begun(5.4).to_stage("slide")
    told = heart.play
    slide_s, widest_s = told.t_s, 0.0
    while told.stage == "slide":
        heart.until(told.t_s + 10.0)
        if told.t_s > slide_s + 90.0:
            # Widest in the minute that ends 490 s after the beginning.
            width_bpm = 20.0 - abs(told.t_s - slide_s - 490.0) / 60.0
            width = Metric(told.t_s, "peak_to_trough_bpm", width_bpm, "bpm", 60.0, 1.0)
            told.out.extend(told.leader.sense([width], told.t_s))
            if abs(told.t_s - slide_s - 490.0) < 5.0:
                widest_s = told.t_s
    told = heart.to_end()
    middle = [pattern for t_s, pattern in led(told) if t_s <= widest_s - 30.0][-1]
    assert result(told).widest_minute_per_min == pytest.approx(middle.breaths_per_min, abs=0.01)


def test_without_a_sensor_the_course_is_led_and_nothing_told() -> None:
    told = play().begin(NAME, check_ins=0.0).advance(2000.0)
    assert len(led(told)) == 78
    assert result(told).verdict is Verdict.NO_MEASURE
    assert isnan(result(told).resonance_per_min)


def test_a_pause_begins_the_same_breath_anew_and_what_it_held_does_not_count() -> None:
    heart = begun(5.4).to_stage("slide")
    pause_s = heart.play.t_s + 300.0
    heart.until(pause_s)
    before = led(heart.play)[-1][1]
    heart.play.command(pause_s, "pause")
    heart.until(pause_s + 200.0)
    heart.play.command(pause_s + 200.0, "resume")
    assert led(heart.play)[-1] == (pause_s + 200.0, before)
    told = heart.to_end()
    assert len(led(told)) == 79
    truth = resonating(5.4)
    for point in result(told).curve:
        assert point.swing_bpm == pytest.approx(truth(point.rate_per_min), rel=0.05)


def test_next_ends_the_course_and_tells_what_is_known_by_then() -> None:
    heart = begun(6.2).to_stage("slide")
    at_s = heart.play.t_s + 600.0
    heart.until(at_s)
    heart.play.word(at_s, "next")
    assert heart.play.stage == "closing"
    found = result(heart.to_end())
    assert 3 <= len(found.curve) < 6
    assert found.resonance_per_min == pytest.approx(6.2, abs=0.3)


def test_again_rests_and_begins_from_the_first_breath() -> None:
    heart = begun().to_stage("slide")
    heart.until(heart.play.t_s + 120.0)
    heart.play.word(heart.play.t_s, "again")
    assert heart.play.stage == "rest"
    assert heart.play.leader.segment is None
    heart.to_stage("slide")
    assert led(heart.play)[-1][1].breaths_per_min == pytest.approx(6.75, abs=0.001)
    assert result(heart.to_end()).verdict.is_told


def test_from_a_breather_the_course_goes_on_at_the_breath_where_it_was() -> None:
    heart = begun(5.4).to_stage("slide")
    heart.until(heart.play.t_s + 300.0)
    before = led(heart.play)[-1][1]
    told = heart.play.ease(heart.play.t_s, "heart-fast")
    assert told.stage == "breather"
    assert told.leader.segment is None
    assert result_of(told.decisions) is None
    heart.until(told.t_s + 60.0)
    assert told.asks == "on-or-end"
    told.answer(told.t_s, "go-on")
    assert led(told)[-1] == (told.t_s, before)
    told = heart.to_end()
    assert len(led(told)) == 79
    truth = resonating(5.4)
    assert len(result(told).curve) == 6
    for point in result(told).curve:
        assert point.swing_bpm == pytest.approx(truth(point.rate_per_min), rel=0.05)


def test_whoever_says_nothing_in_a_breather_is_led_no_more() -> None:
    heart = begun().to_stage("slide")
    told = heart.play.ease(heart.play.t_s + 50.0, "said-dizzy")
    told.advance(told.t_s + 149.9)
    assert told.stage == "breather"
    told.advance(told.t_s + 0.2)
    assert told.stage == "result"
    assert result(told).verdict in {Verdict.NO_MEASURE, Verdict.TOO_FEW}
    assert told.advance(told.t_s + 46.0).state.step == "ended"


def test_it_is_over_after_19_minutes_however_often_it_was_begun_anew() -> None:
    heart = begun()
    told = heart.play
    is_again, t_s = True, 0.0
    while told.stage != "closing":
        t_s += 11.0
        told.advance(t_s)
        if told.stage == "slide" and t_s > 150.0:
            if is_again and "again" in told.state.can:
                told.word(t_s, "again")
            else:
                # Each pause costs the breath that it falls into.
                told.command(t_s, "pause").command(t_s, "resume")
            is_again = False
    assert told.t_s <= 19.0 * 60.0
    assert told.decisions[-1].reason == "time-is-up"
    assert "again" not in told.state.can


def test_a_stretch_that_was_not_followed_does_not_count() -> None:
    heart = begun(5.4).to_stage("slide")
    heart.adherence = 0.95
    heart.until(heart.play.t_s + 450.0)
    heart.adherence = 0.3
    heart.until(heart.play.t_s + 200.0)
    heart.adherence = 0.95
    found = result(heart.to_end())
    assert 3 <= len(found.curve) < 6


def test_whoever_takes_care_is_led_no_slower_than_five() -> None:
    told = play().begin(NAME, check_ins=0.0, gentle=1.0).advance(2000.0)
    slowest = min(pattern.breaths_per_min for _, pattern in led(told))
    assert 5.0 <= slowest < 5.05
    assert told.state.step == "ended"
