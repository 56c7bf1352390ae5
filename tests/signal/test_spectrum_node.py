"""The live spectrum: the offline one, on time, and silent where it has no meaning."""

from __future__ import annotations

import gc
import tracemalloc
from itertools import pairwise
from math import isnan, nan
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.kinds import BeatOrigin
from biofeedback.signal.band_powers import HF_HZ, LF_HZ, TOTAL_HZ
from biofeedback.signal.quality import Trust, trust_in
from biofeedback.signal.rr_spectrum import resampled
from biofeedback.signal.smoothness_priors import smoothness_priors
from biofeedback.signal.spectrum import welch
from biofeedback.signal.spectrum_node import NAMES, SpectrumNode
from biofeedback.signal.tachogram import Interval
from helpers.simulated_rr import swinging_rr_s

if TYPE_CHECKING:
    from collections.abc import Iterable

    from biofeedback.samples import Metric

GOOD = trust_in(0.0)


def intervals(
    seed: int = 1,
    duration_s: float = 400.0,
    *,
    breaths_per_min: float = 15.0,
    swing_bpm: float = 5.0,
    heart_rate_bpm: float = 65.0,
    begin_s: float = 0.0,
) -> list[Interval]:
    t_s, rr_ms = swinging_rr_s(
        np.random.default_rng(seed),
        duration_s,
        breaths_per_min=breaths_per_min,
        swing_bpm=swing_bpm,
        heart_rate_bpm=heart_rate_bpm,
    )
    rows = zip((t_s + begin_s).tolist(), rr_ms.tolist(), strict=True)
    return [Interval(end_s, length_ms, i > 0) for i, (end_s, length_ms) in enumerate(rows)]


def feed(
    node: SpectrumNode,
    beats: Iterable[Interval],
    breaths_per_min: float | None = 15.0,
    trust: Trust = GOOD,
) -> list[Metric]:
    results: list[Metric] = []
    for interval in beats:
        results += node.add(interval, trust, breaths_per_min)
    return results


def named(results: list[Metric], name: str) -> list[Metric]:
    return [result for result in results if result.name == name]


def given_values(results: list[Metric], name: str) -> list[Metric]:
    return [result for result in named(results, name) if not isnan(result.value)]


def last(results: list[Metric]) -> dict[str, Metric]:
    return {result.name: result for result in results[-len(NAMES) :]}


@settings(max_examples=5, deadline=None)
@given(
    seed=st.integers(0, 1000),
    heart_rate_bpm=st.floats(45, 120),
    begin_s=st.floats(0, 30000),
)
def test_same_powers_as_the_offline_functions(
    seed: int, heart_rate_bpm: float, begin_s: float
) -> None:
    """At each moment those of the samples up to it, drawn at once from all intervals so far."""
    beats = intervals(seed, 340, heart_rate_bpm=heart_rate_bpm, begin_s=begin_s)
    node = SpectrumNode("strap")
    n_compared = 0
    for i, interval in enumerate(beats):
        results = node.add(interval, GOOD, 15.0)
        if not given_values(results, "lf_power_ms2"):
            continue
        n_compared += 1
        so_far = np.array(beats[: i + 1])
        t_s, even_ms = resampled(so_far[:, 0] - so_far[:, 1] / 2000, so_far[:, 1])
        for result in results:
            chosen = (t_s > result.t_s - result.window_s + 0.01) & (t_s <= result.t_s)
            assert np.count_nonzero(chosen) == result.window_s * 4
            spectrum = welch(smoothness_priors(even_ms[chosen], 4.0), 4.0)
            bands = {
                "lf_power_ms2": LF_HZ,
                "hf_power_ms2": HF_HZ,
                "total_power_ms2": TOTAL_HZ,
                "breathing_power_ms2": (0.235, 0.265),
            }
            if result.name in bands:
                expected = spectrum.power(*bands[result.name])
            else:
                expected = spectrum.power(*LF_HZ) / spectrum.power(*HF_HZ)
            assert result.value == pytest.approx(expected, rel=1e-6)
    assert n_compared > 40


def test_first_after_two_minutes_then_every_five_seconds() -> None:
    """Until then each beat counts down; the window grows in steps to 300 s."""
    results = feed(SpectrumNode("strap"), intervals(begin_s=1.0))
    lf = named(results, "lf_power_ms2")
    waits = [result.wait_s for result in lf if isnan(result.value)]
    known = given_values(results, "lf_power_ms2")

    assert 120 <= waits[0] <= 126
    assert all(later < earlier for earlier, later in pairwise(waits))
    assert 0 < waits[-1] < 2
    assert known[0].t_s in {125.0, 130.0}
    assert {later.t_s - earlier.t_s for earlier, later in pairwise(known)} == {5.0}
    windows = [result.window_s for result in known]
    assert sorted(set(windows)) == [120.0, 180.0, 240.0, 300.0]
    assert windows == sorted(windows)
    assert {result.window_s for result in given_values(results, "breathing_power_ms2")} == {120.0}
    assert {result.quality for result in known} == {1.0}
    assert {result.source for result in results} == {"strap"}


def test_known_rhythms_have_their_powers() -> None:
    """30 ms at 0.1 Hz and 20 ms at 0.25 Hz: 450 and 200 ms²."""
    node = SpectrumNode("strap")
    results: list[Metric] = []
    t_s = 0.0
    while t_s < 320:
        rr_ms = 850.0
        for _ in range(40):
            angle = 2 * np.pi * (t_s + rr_ms / 2000)
            rr_ms = 850 + 30 * np.sin(0.1 * angle) + 20 * np.sin(0.25 * angle)
        t_s += rr_ms / 1000
        results += node.add(Interval(t_s, rr_ms, follows=t_s > 1), GOOD, 15.0)
    for result in given_values(results, "lf_power_ms2"):
        assert result.value == pytest.approx(450, rel=0.02)
    for result in given_values(results, "hf_power_ms2"):
        assert result.value == pytest.approx(200, rel=0.04)
    for result in given_values(results, "breathing_power_ms2"):
        assert result.value == pytest.approx(200, rel=0.05)


def test_gap_starts_anew() -> None:
    """After a gap there is no value for two minutes, and then none of what was before it."""
    node = SpectrumNode("strap")
    feed(node, intervals(1, 400, swing_bpm=30))
    gone = node.lost(400.0)
    after = intervals(2, 200, begin_s=410.0)
    results = feed(node, after)
    fresh = feed(SpectrumNode("strap"), after)

    assert {result.name for result in gone} == set(NAMES)
    assert all(isnan(result.value) and result.wait_s >= 119 for result in gone)
    assert str(results) == str(fresh)
    assert 119 <= results[0].wait_s <= 126


def test_gap_that_only_the_interval_tells_starts_anew() -> None:
    node = SpectrumNode("strap")
    feed(node, intervals(1, 400))
    # As it comes after a gap: the first does not follow.
    after = intervals(2, 200, begin_s=405.0)
    assert str(feed(node, after)) == str(feed(SpectrumNode("strap"), after))


@pytest.mark.parametrize("rate", [6.0, 8.9, 4.0])
def test_slow_breathing_hides_hf_and_the_ratio(rate: float) -> None:
    beats = intervals(3, breaths_per_min=rate, swing_bpm=12)
    found = last(feed(SpectrumNode("strap"), beats, rate))

    for name in ("hf_power_ms2", "lf_hf_ratio"):
        assert isnan(found[name].value)
        assert found[name].reason == "during slow breathing this number has no meaning"
        assert found[name].wait_s == 0
    assert found["lf_power_ms2"].value > 0
    assert found["total_power_ms2"].value > found["breathing_power_ms2"].value > 0
    assert found["breathing_power_ms2"].quality == 1.0


def test_power_of_the_slow_breath_is_that_of_its_swing() -> None:
    """14 bpm from peak to trough at six a minute, at 65 bpm: about 99 ms, so 99² / 8 ms²."""
    beats = intervals(4, breaths_per_min=6, swing_bpm=14)
    found = last(feed(SpectrumNode("strap"), beats, 6.0))
    swing_ms = 60000 / 58 - 60000 / 72
    assert found["breathing_power_ms2"].value == pytest.approx((swing_ms / 2) ** 2 / 2, rel=0.15)


def test_slow_breathing_is_seen_in_the_spectrum_where_the_rate_is_unknown() -> None:
    """Six a minute with a swing of 12 bpm hides HF; what it is taken from is said."""
    for seed in range(6):
        slow = intervals(seed, 320, breaths_per_min=6, swing_bpm=12)
        found = last(feed(SpectrumNode("strap"), slow, None))
        assert isnan(found["lf_hf_ratio"].value)
        assert "slow breathing" in found["lf_hf_ratio"].reason
        assert found["breathing_power_ms2"].value > 0
        assert found["breathing_power_ms2"].quality == 0.5
        assert found["breathing_power_ms2"].reason


def test_ordinary_breathing_of_unknown_rate_has_hf_but_no_breathing_power() -> None:
    for seed in range(6):
        found = last(feed(SpectrumNode("strap"), intervals(seed, 320, swing_bpm=6), None))
        assert found["lf_hf_ratio"].value > 0
        assert isnan(found["breathing_power_ms2"].value)
        assert "not known" in found["breathing_power_ms2"].reason


def test_a_sigh_hides_nothing_and_a_minute_of_slow_breathing_does() -> None:
    beats = intervals(5, 330)
    for slow_s, is_hidden in ((15, False), (60, True)):
        node = SpectrumNode("strap")
        results: list[Metric] = []
        for interval in beats:
            is_slow = 200 < interval.end_s < 200 + slow_s
            results += node.add(interval, GOOD, 6.0 if is_slow else 15.0)
        assert isnan(last(results)["lf_hf_ratio"].value) is is_hidden


def test_breathing_above_the_band_hides_hf_too() -> None:
    found = last(feed(SpectrumNode("strap"), intervals(6), 28.0))
    assert "this fast" in found["hf_power_ms2"].reason
    assert isnan(found["lf_hf_ratio"].value)
    assert found["breathing_power_ms2"].value > 0
    beyond = last(feed(SpectrumNode("strap"), intervals(6), 45.0))
    assert "faster" in beyond["breathing_power_ms2"].reason


def test_breath_is_followed_when_its_pace_changes() -> None:
    """Two minutes after the change the power is that at the new pace."""
    node = SpectrumNode("strap")
    first = intervals(7, 200, breaths_per_min=6, swing_bpm=14)
    feed(node, first, 6.0)
    end_s = first[-1].end_s
    after = intervals(8, 130, breaths_per_min=12, swing_bpm=14, begin_s=end_s)
    joined = [interval._replace(follows=True) for interval in after]
    found = last(feed(node, joined, 12.0))
    alone = last(feed(SpectrumNode("strap"), after, 12.0))
    assert found["breathing_power_ms2"].value == pytest.approx(
        alone["breathing_power_ms2"].value, rel=0.25
    )


def test_too_many_corrections_hide_everything() -> None:
    node = SpectrumNode("strap")
    beats = intervals(9)
    feed(node, beats[:300])
    hidden = feed(node, beats[300:320], trust=trust_in(0.25))
    assert {result.name for result in hidden} == set(NAMES)
    assert all(isnan(result.value) and "corrected" in result.reason for result in hidden)
    few = feed(node, beats[320:340], trust=trust_in(0.1))
    assert {result.quality for result in few} == {0.9}


@pytest.mark.parametrize("rr_ms", [400.0, 850.0, 2000.0])
def test_heart_that_does_not_vary_has_no_rhythm(rr_ms: float) -> None:
    node = SpectrumNode("strap")
    n = int(330_000 / rr_ms)
    beats = [Interval((i + 1) * rr_ms / 1000, rr_ms, i > 0) for i in range(n)]
    found = last(feed(node, beats))
    assert all(isnan(result.value) and "hardly" in result.reason for result in found.values())


def test_rhythm_in_lf_alone_has_no_ratio() -> None:
    """Not a number of millions: the ratio is missing, and why."""
    beats = []
    t_s = 0.0
    while t_s < 320:
        rr_ms = 850 + 0.5 * np.sin(0.2 * np.pi * (t_s + 0.425))
        t_s += rr_ms / 1000
        beats.append(Interval(t_s, rr_ms, t_s > 1))
    found = last(feed(SpectrumNode("strap"), beats))
    assert found["lf_power_ms2"].value == pytest.approx(0.125, rel=0.05)
    assert isnan(found["lf_hf_ratio"].value)
    assert found["lf_hf_ratio"].reason


def test_pulses_are_named_as_such() -> None:
    node = SpectrumNode("ring/ppg", BeatOrigin.PULSE)
    results = feed(node, intervals(10, 200))
    assert {result.origin for result in results} == {BeatOrigin.PULSE}


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(allow_nan=True, allow_infinity=True, width=32),
            st.floats(allow_nan=True, allow_infinity=True, width=32),
            st.booleans(),
        ),
        max_size=60,
    )
)
def test_nonsense_does_no_harm(rows: list[tuple[float, float, bool]]) -> None:
    """Whatever comes, nothing breaks, and a good stretch after it is as if it had not been."""
    node = SpectrumNode("strap")
    for end_s, rr_ms, follows in rows:
        node.add(Interval(end_s, rr_ms, follows), GOOD, None)
    after = intervals(11, 140)
    assert str(feed(node, after)) == str(feed(SpectrumNode("strap"), after))


@pytest.mark.parametrize("bad", [nan, np.inf])
def test_interval_that_is_no_number_is_passed_over(bad: float) -> None:
    node = SpectrumNode("strap")
    beats = intervals(12, 200)
    feed(node, beats)
    assert node.add(Interval(201.0, bad, follows=True), GOOD, 15.0) == []


def test_first_interval_may_claim_to_follow() -> None:
    beats = [interval._replace(follows=True) for interval in intervals(13, 140)]
    assert given_values(feed(SpectrumNode("strap"), beats), "lf_power_ms2")


def test_an_hour_takes_no_more_memory_than_ten_minutes() -> None:
    node = SpectrumNode("strap")
    t_s = 0.0
    sizes: list[int] = []
    tracemalloc.start()
    for i in range(4_000):
        rr_ms = 1000 + 40 * np.sin(i / 3) + 20 * np.sin(i / 1.7)
        t_s += rr_ms / 1000
        node.add(Interval(t_s, float(rr_ms), i > 0), GOOD, 15.0)
        if i in {700, 3_999}:
            gc.collect()
            sizes.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert sizes[1] - sizes[0] < 20_000
