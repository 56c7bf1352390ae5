"""One rate of breathing from many inputs."""

from __future__ import annotations

from math import isnan, nan
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.signal.beat_breathing import BreathEstimate, HeartCue
from biofeedback.signal.breathing_fusion import HOP_S, SETTLE_S, TOGETHER, BreathingFusion
from biofeedback.signal.measures import measured, missing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from biofeedback.samples import Metric

    Said = Metric | BreathEstimate

CHEST = "strap/acceleration"


def belt(t_s: float, per_min: float, quality: float = 1.0, source: str = "belt") -> Metric:
    return measured(t_s, "breaths_per_min", per_min, source, quality=quality)


def chest(t_s: float, per_min: float, quality: float = 1.0) -> Metric:
    return belt(t_s, per_min, quality, CHEST)


def rhythm(t_s: float, per_min: float, confidence: float = 1.0) -> BreathEstimate:
    return BreathEstimate(t_s, HeartCue.RHYTHM, "strap", per_min, confidence)


def height(t_s: float, per_min: float, confidence: float = 1.0) -> BreathEstimate:
    return BreathEstimate(t_s, HeartCue.AMPLITUDE, "strap", per_min, confidence)


def settled(*said: Said, at_s: float = 10.0) -> Metric:
    """What holds at a time, from what was said shortly before it."""
    fusion = BreathingFusion()
    for one in said:
        fusion.add(one.t_s, one)
    results = [metric for metric in fusion.due(at_s + SETTLE_S) if metric.t_s == at_s]
    assert len(results) == 1
    return results[0]


def test_inputs_that_agree_are_averaged_by_their_weight() -> None:
    """Chest and the wave's height: between them, nearer the chest, and both are named."""
    found = settled(chest(9.0, 12.0), height(9.0, 12.9))
    assert 12.0 < found.value < 12.45
    assert found.quality > 0.9
    assert found.source == TOGETHER
    assert "chest" in found.reason
    assert "wave" in found.reason


def test_input_that_stands_against_two_is_left_out() -> None:
    """Mayer waves near six, while chest and height say 14: 14, with less trust, and said."""
    alone = settled(chest(9.0, 14.0, 0.6), height(9.0, 14.2, 0.6))
    found = settled(chest(9.0, 14.0, 0.6), height(9.0, 14.2, 0.6), rhythm(9.0, 6.1))
    assert found.value == pytest.approx(alone.value)
    assert found.quality < alone.quality
    assert "otherwise by the heart’s rhythm" in found.reason


def test_good_belt_is_not_talked_over() -> None:
    """Three others that agree with each other only take its quality down."""
    found = settled(belt(9.0, 6.0), chest(9.0, 12.0), height(9.0, 12.0), rhythm(9.0, 12.0))
    assert found.value == 6.0
    assert found.quality < 0.5
    seconded = settled(belt(9.0, 6.0, 0.8), chest(9.0, 6.3))
    assert seconded.value == 6.0
    assert seconded.quality > 0.9


def test_poor_belt_is_one_among_others() -> None:
    """Slipped down and half a breath off: the chest's word counts more."""
    found = settled(belt(9.0, 20.0, 0.2), chest(9.0, 12.0))
    assert found.value == 12.0


def test_single_belt_speaks_for_itself() -> None:
    """Nothing is said beside its own measure; two belts are fused."""
    fusion = BreathingFusion()
    for t_s in range(3, 60, 3):
        fusion.add(float(t_s), belt(float(t_s), 12.0))
    assert fusion.due(60.0) == []
    found = settled(belt(9.0, 12.0, source="one"), belt(9.0, 12.4, source="two"))
    assert found.value == pytest.approx(12.2)


def test_heart_that_abstains_is_said() -> None:
    """No number, and why."""
    found = settled(rhythm(9.0, nan, 0.0), height(9.0, nan, 0.0))
    assert isnan(found.value)
    assert found.reason == "breathing cannot be told from the heart alone just now"
    assert found.wait_s == 0.0


def test_heart_that_has_not_heard_enough_says_how_long() -> None:
    """The wait counts from the moment that is described."""
    waiting = BreathEstimate(10.0, HeartCue.RHYTHM, "strap", wait_s=54.0)
    found = settled(waiting)
    assert found.wait_s == 54.0
    assert "listening" in found.reason


def test_reason_of_the_chest_goes_before_that_of_the_heart() -> None:
    """Moving: that is what a person can understand."""
    moving = missing(9.0, "breaths_per_min", CHEST, reason="you are moving just now")
    found = settled(moving, rhythm(9.0, nan, 0.0))
    assert found.reason == "you are moving just now"


def test_low_confidence_alone_is_no_rate() -> None:
    """A quarter of the least trusted input does not make a number."""
    assert isnan(settled(rhythm(9.0, 6.0, 0.25)).value)
    assert settled(rhythm(9.0, 6.0, 1.0)).value == 6.0


def test_old_word_no_longer_counts() -> None:
    """A breath's rate holds for as long as its three breaths took, the heart's for 12 s."""
    fusion = BreathingFusion()
    fusion.add(9.0, chest(9.0, 12.0))
    fusion.add(9.0, rhythm(9.0, 6.0))
    values = {metric.t_s: metric.value for metric in fusion.due(40.0)}
    assert values[20.0] == pytest.approx(12.0)
    assert isnan(values[25.0])


def test_result_comes_when_it_has_settled_and_not_before() -> None:
    """At multiples of five, five seconds later."""
    fusion = BreathingFusion()
    fusion.add(7.0, chest(7.0, 12.0))
    assert fusion.due(14.9) == []
    assert [metric.t_s for metric in fusion.due(15.0)] == [10.0]
    assert fusion.due(15.0) == []


def test_other_measures_are_passed_over() -> None:
    """Depth, quality and its own results are no inputs."""
    fusion = BreathingFusion()
    fusion.add(3.0, measured(3.0, "breath_quality", 1.0, CHEST))
    fusion.add(3.0, belt(3.0, 12.0, source=TOGETHER))
    assert fusion.due(100.0) == []


def test_what_was_known_too_late_does_not_count() -> None:
    """About 10 s, but known only at 16 s: it cannot count at 10 s, whenever asked."""
    fusion = BreathingFusion()
    fusion.add(8.0, chest(8.0, 12.0))
    fusion.add(16.0, chest(9.0, 20.0))
    values = {metric.t_s: metric.value for metric in fusion.due(30.0)}
    assert values[10.0] == 12.0
    assert values[15.0] == 20.0


@settings(max_examples=60, deadline=None)
@given(
    lag_s=st.floats(0.0, 4.9),
    each_s=st.lists(st.floats(0.5, 6.0), min_size=4, max_size=25),
    asked=st.lists(st.booleans(), min_size=60, max_size=60),
)
def test_streams_that_run_apart_give_the_same(
    lag_s: float, each_s: list[float], asked: list[bool]
) -> None:
    """One stream up to 5 s behind the other, results asked for whenever: bit for bit the same."""
    of_chest: list[Said] = []
    t_s = 0.0
    for index, step_s in enumerate(each_s):
        t_s += step_s
        of_chest.append(chest(t_s, 10.0 + index % 5, 0.5 + index % 2 / 2))
    of_heart: list[Said] = [height(5.0 * n, 11.0 + n % 3, 0.7) for n in range(1, int(t_s / 5) + 1)]

    def fused(order: Sequence[Said], asks: Sequence[bool]) -> list[Metric]:
        fusion = BreathingFusion()
        results: list[Metric] = []
        newest_s = 0.0
        for index, one in enumerate(order):
            fusion.add(one.t_s, one)
            newest_s = max(newest_s, one.t_s)
            if asks[index % len(asks)]:
                results += fusion.due(newest_s)
        return results + fusion.due(t_s + 60.0)

    together = sorted(of_chest + of_heart, key=lambda one: one.t_s)
    late = {id(one): lag_s for one in of_heart}
    apart = sorted(of_chest + of_heart, key=lambda one: one.t_s + late.get(id(one), 0.0))
    assert repr(fused(apart, asked)) == repr(fused(together, [True]))


def test_state_does_not_grow() -> None:
    """An hour of three inputs: what is kept is of the last moments."""
    fusion = BreathingFusion()
    for second in range(3600):
        t_s = float(second)
        fusion.add(t_s, chest(t_s, 12.0))
        if second % 5 == 0:
            fusion.add(t_s, rhythm(t_s, 12.0))
        fusion.due(t_s)
    kept = sum(len(words) for words in fusion._words.values())
    assert kept < 30
    assert fusion.due(3600.0 + 10 * HOP_S)
    fusion.due(4000.0)
    assert fusion.due(9000.0) == []
