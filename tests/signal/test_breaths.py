"""The series of breaths that turning points make, whatever the signal."""

from __future__ import annotations

from itertools import pairwise
from math import isnan, pi, sin

import numpy as np
import pytest

from biofeedback.samples import Breath, Metric
from biofeedback.signal.breaths import BreathSeries

RATE_HZ = 10.0


def series(**more: float | bool) -> BreathSeries:
    return BreathSeries(
        "chest",
        lambda _: 0.0,
        still="nothing moves",
        uneven="it slipped",
        **more,  # type: ignore[arg-type]
    )


def breaths_of(lengths_s: list[float]) -> list[tuple[float, float]]:
    """Cosine-shaped breaths of given lengths, one after the other from 0, emptiest between."""
    samples = []
    begin_s, index = 0.0, 0
    for length_s in lengths_s:
        while index / RATE_HZ < begin_s + length_s:
            t_s = index / RATE_HZ
            samples.append((t_s, (1.0 - np.cos(2.0 * pi * (t_s - begin_s) / length_s)) / 2.0))
            index += 1
        begin_s += length_s
    return samples


def run(node: BreathSeries, samples: list[tuple[float, float]]) -> list[Breath | Metric]:
    results = node.restart(*samples[0])
    for t_s, value in samples[1:]:
        results += node.push(t_s, value)
    return results


def named(results: list[Breath | Metric], name: str) -> list[Metric]:
    return [m for m in results if isinstance(m, Metric) and m.name == name]


def test_irregularity_is_the_coefficient_of_variation_of_the_breaths() -> None:
    """Breaths of 4, 5, 6, 5, 4, 6 … s: standard deviation over mean, to the sampling's 0.1 s."""
    lengths_s = [4.0, 5.0, 6.0, 5.0, 4.0, 6.0] * 4
    found = named(run(series(), breaths_of(lengths_s)), "breath_irregularity_pct")[-1]

    last_minute_s = lengths_s[-13:-1]
    expected = 100.0 * np.std(last_minute_s, ddof=1) / np.mean(last_minute_s)
    assert found.value == pytest.approx(expected, abs=1.5)
    assert found.window_s == pytest.approx(60.0, abs=6.0)


def test_irregularity_needs_five_breaths_and_says_how_long() -> None:
    """Three breaths give a rate, five the irregularity; in between it is waited for."""
    results = run(series(), breaths_of([5.0] * 12))
    rates, irregular = named(results, "breaths_per_min"), named(results, "breath_irregularity_pct")
    first_rate = next(m.t_s for m in rates if not isnan(m.value))
    first_irregular = next(m.t_s for m in irregular if not isnan(m.value))
    assert first_irregular - first_rate == pytest.approx(10.0, abs=0.5)
    waiting = [m.wait_s for m in irregular if first_rate <= m.t_s < first_irregular]
    assert waiting == pytest.approx([10.0, 5.0], abs=0.5)


def test_slow_breath_counts_its_last_five_though_they_take_longer_than_a_minute() -> None:
    """Three a minute: five breaths are 100 s."""
    found = named(run(series(), breaths_of([20.0] * 9)), "breath_irregularity_pct")[-1]
    assert found.value == pytest.approx(0.0, abs=1.0)
    assert found.window_s == pytest.approx(100.0, abs=1.0)


def test_quality_is_full_for_breath_and_less_for_what_shakes_on_top_of_it() -> None:
    """Breath with a wobble of an eighth at 3 Hz goes a longer way than breath alone."""
    calm = breaths_of([5.0] * 15)
    shaken = [(t_s, value + 0.125 * sin(2 * pi * 3.0 * t_s)) for t_s, value in calm]
    (calm_last, shaken_last) = (
        named(run(series(), samples), "breath_quality")[-1] for samples in (calm, shaken)
    )
    assert calm_last.value == 1.0
    assert calm_last.reason == ""
    assert 0.0 < shaken_last.value < 0.95
    assert "something else" in shaken_last.reason


def test_breaths_of_very_different_length_lower_the_quality() -> None:
    """As in talking: a quick breath, a long one. The rate is told with less trust."""
    rates = named(run(series(), breaths_of([3.0, 7.0] * 10)), "breaths_per_min")
    last = rates[-1]
    assert 0.3 < last.quality < 0.7
    assert "changes its pace" in last.reason


def test_excursions_below_the_least_are_not_taken_for_breath() -> None:
    """The same breathing, with a floor above it: no breath, no rate, and why."""
    results = run(series(least_excursion=2.0), breaths_of([5.0] * 20))
    assert all(isnan(m.value) for m in results if isinstance(m, Metric))
    assert named(results, "breaths_per_min")[-1].reason == "nothing moves"
    assert not [b for b in results if isinstance(b, Breath) and b.t_s > 25.0]


def test_signal_that_may_fall_with_the_in_breath_has_no_end_of_the_in_breath() -> None:
    """The length of a breath is known, its parts are not."""
    results = run(series(knows_in=False), breaths_of([5.0] * 8))
    breaths = [b for b in results if isinstance(b, Breath)]
    assert breaths
    assert all(isnan(b.inhale_end_s) for b in breaths)
    assert all(b.duration_s == pytest.approx(5.0, abs=0.11) for b in breaths)


def test_lag_is_taken_off_the_times_and_not_off_the_rate() -> None:
    """A lag of 0.4 s moves each breath; the rate stays."""
    samples = breaths_of([5.0] * 10)
    late = BreathSeries("chest", lambda _: 0.4, still="", uneven="")
    breaths, moved = (
        [b for b in run(node, samples) if isinstance(b, Breath)] for node in (series(), late)
    )
    for one, other in zip(breaths, moved, strict=True):
        assert one.onset_s - other.onset_s == pytest.approx(0.4)
        assert one.duration_s == pytest.approx(other.duration_s)


def test_after_an_interruption_one_breath_is_enough_for_a_rate() -> None:
    """The breaths before count, but none reaches across."""
    node = series()
    samples = breaths_of([5.0] * 20)
    results = run(node, [s for s in samples if s[0] < 42.0])
    after = [s for s in samples if s[0] >= 50.0]
    late = node.resume(*after[0])
    for t_s, value in after[1:]:
        late += node.push(t_s, value)

    assert not isnan(named(results, "breaths_per_min")[-1].value)
    first = next(m for m in named(late, "breaths_per_min") if not isnan(m.value))
    assert first.t_s < 64.0
    assert first.value == pytest.approx(12.0, rel=0.03)
    breaths = [b for b in late if isinstance(b, Breath)]
    assert all(b.onset_s >= 50.0 for b in breaths)
    assert all(a.t_s == b.onset_s for a, b in pairwise(breaths))


def test_wait_is_never_negative_nor_growing_while_breath_goes_on() -> None:
    """Counting down from start to the first rate."""
    rates = named(run(series(), breaths_of([5.0] * 6)), "breaths_per_min")
    waits = [m.wait_s for m in rates if isnan(m.value)]
    assert all(wait > 0 for wait in waits)
    assert all(later <= earlier for earlier, later in pairwise(waits))
