"""How well the breath goes with the pacer's."""

from __future__ import annotations

from math import isnan, nan
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.pacing import BreathPattern
from biofeedback.samples import Breath
from biofeedback.signal.adherence import FOLLOWING, AdherenceNode, HeartAdherence
from biofeedback.signal.pacer_history import PacerHistory
from biofeedback.signal.quality import trust_in
from biofeedback.signal.tachogram import Interval
from helpers.simulated_rr import swinging_rr_s

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from biofeedback.samples import Metric

GOOD = trust_in(0.0)
SIX = BreathPattern(4, 0, 6, 0)


def paced(*changes: tuple[float, BreathPattern | None]) -> PacerHistory:
    history = PacerHistory()
    for t_s, pattern in changes or ((0.0, SIX),):
        history.push(t_s, [nan] * 6 if pattern is None else [*pattern.parts_s, 0.0, 0.0])
    return history


def breathed(
    lengths_s: Sequence[float], start_s: float = 20.0, *, in_share: float = 0.4
) -> list[Breath]:
    breaths = []
    for length_s in lengths_s:
        end_s = start_s + length_s
        breaths.append(Breath(end_s, start_s, start_s + in_share * length_s, "belt"))
        start_s = end_s
    return breaths


def told(breaths: Iterable[Breath], pacer: PacerHistory | None = None) -> list[Metric]:
    node = AdherenceNode(pacer or paced())
    return [result for breath in breaths for result in node.breath(breath)]


def test_breath_with_the_pacer_is_1() -> None:
    """Five breaths of 10 s beside a pacer of six a minute: told from the fifth on, once each."""
    results = told(breathed([10.0] * 7))

    assert [isnan(r.value) for r in results] == [True] * 4 + [False] * 3
    assert [r.wait_s for r in results[:4]] == [40.0, 30.0, 20.0, 10.0]
    assert all(r.value == pytest.approx(1.0) for r in results[4:])
    assert {r.reason for r in results[4:]} == {"with the pacer"}
    assert {(r.name, r.source, r.window_s) for r in results[4:]} == {("adherence", "belt", 50.0)}


@pytest.mark.parametrize(
    ("length_s", "words"),
    [
        (9.0, "a little faster than the pacer"),
        (5.0, "faster than the pacer"),
        (11.5, "a little slower than the pacer"),
        (20.0, "slower than the pacer"),
    ],
)
def test_other_pace_does_not_follow(length_s: float, words: str) -> None:
    """Also half and double the pace, whose breaths begin at the same places of the pacer's."""
    last = told(breathed([length_s] * 6))[-1]
    assert last.value < FOLLOWING
    assert last.reason == words


def test_near_pace_follows() -> None:
    """0.3 a minute faster over five breaths is with the pacer still."""
    assert told(breathed([60 / 6.3] * 6))[-1].value >= FOLLOWING


def test_breath_as_it_comes_does_not_follow() -> None:
    """Lengths of 10 ± 3 s, mean right: mostly not in its rhythm, and never a reproach."""
    rng = np.random.default_rng(0)
    found = told(breathed(rng.normal(10.0, 3.0, 200).clip(3.0, 18.0).tolist()), paced((0.0, SIX)))
    told_values = [r.value for r in found if not isnan(r.value)]
    assert np.mean(np.array(told_values) >= FOLLOWING) < 0.2
    assert any("not quite in its rhythm" in r.reason for r in found)


@pytest.mark.parametrize(
    ("start_s", "words"),
    [(21.0, "with"), (22.5, "after"), (18.0 - 0.5, "ahead"), (25.0, "breathes out")],
)
def test_steady_distance_to_the_pacer_is_named(start_s: float, words: str) -> None:
    """The same pace, begun later or earlier: adherence is 1 and the words say where."""
    last = told(breathed([10.0] * 5, start_s))[-1]
    assert last.value == pytest.approx(1.0)
    assert words in last.reason


def test_sensor_without_direction_names_no_distance() -> None:
    """It cannot tell where a breath begins, only that it keeps its distance."""
    breaths = [Breath(b.t_s, b.onset_s, nan, b.source) for b in breathed([10.0] * 5, 25.0)]
    last = told(breaths)[-1]
    assert last.value == pytest.approx(1.0)
    assert last.reason == "with the pacer"


def test_breath_not_led_does_not_count() -> None:
    """A pause within a breath: that breath is out, the words come once, then it begins anew."""
    pacer = paced((0.0, SIX), (75.0, None), (95.0, SIX))
    results = told(breathed([10.0] * 14, 20.0), pacer)

    assert [r.t_s for r in results if "stands still" in r.reason] == [80.0]
    assert [r.t_s for r in results if not isnan(r.value)] == [70.0, 150.0, 160.0]


def test_gap_between_breaths_begins_anew() -> None:
    """Five breaths in a row are needed: two parts of three are no six."""
    results = told([*breathed([10.0] * 3), *breathed([10.0] * 3, 60.0)])
    assert all(isnan(r.value) for r in results)


def test_nothing_is_said_without_a_pacer() -> None:
    """There is nothing to adhere to."""
    assert told(breathed([10.0] * 6), PacerHistory()) == []


def test_change_of_pace_is_followed_by_the_rate() -> None:
    """From six to five a minute with the pacer, breath by breath: still with it."""
    five = BreathPattern(5, 0, 7, 0)
    pacer = paced((0.0, SIX), (60.0, five))
    results = told(breathed([10.0] * 4 + [12.0] * 4, 20.0), pacer)
    assert all(r.value > 0.99 for r in results[4:])


@given(st.lists(st.floats(1.0, 30.0), min_size=5, max_size=30), st.floats(0.0, 30.0))
@settings(max_examples=50, deadline=None)
def test_value_is_a_share_whatever_is_breathed(lengths_s: list[float], start_s: float) -> None:
    """0 to 1, and 0.8 only at the pacer's rate."""
    for result in told(breathed(lengths_s, start_s)):
        assert isnan(result.value) or 0.0 <= result.value <= 1.0 + 1e-12
        if result.value >= FOLLOWING:
            assert result.window_s / 5 == pytest.approx(10.0, abs=1.1)


def heart(*, swing_bpm: float, r_squared: float, breaths_per_min: float = 6.0) -> list[Metric]:
    t_s, rr_ms = swinging_rr_s(
        np.random.default_rng(0),
        120,
        breaths_per_min=breaths_per_min,
        swing_bpm=swing_bpm,
        peak_s=5.0,
    )
    pacer, node = paced(), HeartAdherence("strap")
    results: list[Metric] = []
    for end_s, length_ms in zip(t_s.tolist(), rr_ms.tolist(), strict=True):
        beat = Interval(end_s, length_ms, end_s != t_s[0])
        results += node.add(beat, pacer.at(beat.midpoint_s), GOOD, r_squared)
    return results


def test_heart_alone_lets_guess_and_says_so() -> None:
    """A clear swing at the pace: near 1, at half the quality, in words."""
    last = heart(swing_bpm=14, r_squared=0.8)[-1]
    assert last.value > 0.95
    assert last.quality == 0.5
    assert last.reason == "told from the heart alone: with the pacer"


def test_heart_without_a_clear_swing_needs_a_sensor() -> None:
    """No guess from a swing that explains less than half of what the heart does."""
    last = heart(swing_bpm=14, r_squared=0.4)[-1]
    assert isnan(last.value)
    assert last.reason == "a breathing sensor would show this"


def test_heart_that_has_not_been_led_for_five_breaths_waits() -> None:
    """Until then nothing is said to be wanting."""
    told = heart(swing_bpm=14, r_squared=0.8)
    first = [metric for metric in told if isnan(metric.value)]

    assert first
    assert all(metric.wait_s > 0 and not metric.reason for metric in first)


def test_heart_that_swings_at_another_pace_is_not_in_step() -> None:
    """Nine a minute beside six: the phases run round the circle."""
    assert heart(swing_bpm=14, r_squared=0.8, breaths_per_min=9.0)[-1].value < FOLLOWING
