"""Coherence of known rhythms."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from math import isnan

import numpy as np
import pytest

from biofeedback.pacing import BreathPattern, PacerSegment
from biofeedback.samples import Metric
from biofeedback.signal.coherence import Coherence, CoherenceNode, coherence, coherences
from biofeedback.signal.quality import trust_in
from biofeedback.signal.tachogram import Interval
from biofeedback.simulation.client import VirtualClient
from biofeedback.simulation.parameters import ClientParameters
from helpers.simulated_rr import swinging_rr_s

GOOD = trust_in(0.0)


def of_sine(frequency_hz: float, rr_ms: float = 850.0) -> Coherence:
    midpoint_s = np.arange(0, 80, rr_ms / 1000)
    swing_ms = 40 * np.sin(2 * np.pi * frequency_hz * midpoint_s)
    return coherence(midpoint_s, rr_ms + swing_ms, 70.0)


@pytest.mark.parametrize("frequency_hz", [0.06, 0.0833, 0.0917, 0.1, 0.12])
def test_pure_sine_reaches_the_ceiling_of_the_window(frequency_hz: float) -> None:
    """0.89 ± 0.02 with a Hann window of 64 s and a peak 0.03 Hz wide, and R near 8."""
    found = of_sine(frequency_hz)

    assert found.share == pytest.approx(0.89, abs=0.02)
    assert found.ratio == pytest.approx(found.share / (1 - found.share))
    assert found.peak_hz == pytest.approx(frequency_hz, abs=0.003)


def test_line_of_drift_leaves_no_trace() -> None:
    """A rise of 200 ms over the window is taken out before anything else."""
    midpoint_s = np.arange(0, 80, 0.85)
    rr_ms = 850 + 40 * np.sin(2 * np.pi * 0.1 * midpoint_s)

    level = coherence(midpoint_s, rr_ms, 70.0)
    rising = coherence(midpoint_s, rr_ms + 3 * midpoint_s, 70.0)

    assert rising.share == pytest.approx(level.share, abs=0.01)


def test_many_windows_at_once_are_each_by_itself() -> None:
    """Bit for bit, also where the heart stands still, and more windows than go together."""
    rng = np.random.default_rng(4)
    rr_ms = 850 + 40 * np.sin(np.arange(2000) / 2.0) + rng.normal(0, 20, 2000)
    rr_ms[900:1100] = 800.0
    midpoint_s = np.cumsum(rr_ms) / 1000 - rr_ms / 2000
    end_s = np.arange(70.0, 1690.0, 5.0)

    together = coherences(midpoint_s, rr_ms, end_s)

    alone = [coherence(midpoint_s, rr_ms, at_s) for at_s in end_s.tolist()]
    assert len(together) > 300
    assert any(isnan(one.share) for one in together)
    # As text, in which nan equals nan and every bit shows.
    assert repr(together) == repr(alone)


def test_windows_that_are_not_covered_are_refused() -> None:
    midpoint_s = np.arange(0.0, 100.0, 0.8)
    with pytest.raises(ValueError, match="cover"):
        coherences(midpoint_s, np.full(midpoint_s.size, 800.0), np.array([70.0, 105.0]))
    assert coherences(np.empty(0), np.empty(0), np.empty(0)) == []


def test_rhythm_outside_the_band_is_not_coherent() -> None:
    """All power at 0.32 Hz: the highest point from 0.04 to 0.26 Hz has next to none."""
    assert of_sine(0.32, rr_ms=600).share < 0.05


def test_paced_heart_is_coherent_and_a_wandering_one_is_not() -> None:
    """Medians over windows: six a minute with 14 bpm at least 0.75, none at all below 0.55."""
    medians = {}
    for swing_bpm in (14.0, 0.0):
        shares = []
        for seed in range(20):
            t_s, rr_ms = swinging_rr_s(
                np.random.default_rng(seed), 80, breaths_per_min=6, swing_bpm=swing_bpm
            )
            shares.append(coherence(t_s - rr_ms / 2000, rr_ms, 72.0).share)
        medians[swing_bpm] = np.median(shares)

    assert medians[14.0] >= 0.75
    assert medians[0.0] <= 0.55


def led_by(segment: PacerSegment | None, _t_s: float) -> PacerSegment | None:
    return segment


def test_coherence_tells_paced_people_from_those_who_breathe_freely() -> None:
    """Medians of ten simulated people: at least 0.75 at six a minute, at most 0.40 at ease."""
    medians = []
    for segment in (PacerSegment(0.0, BreathPattern.at_rate(6.0)), None):
        shares = []
        for seed in range(10):
            person = VirtualClient(ClientParameters.steady(seed), seed)
            true = person.advance(120.0, partial(led_by, segment))
            middle_s = true.beat_t_s - true.rr_ms / 2000.0
            shares += [coherence(middle_s, true.rr_ms, end_s).share for end_s in (100.0, 115.0)]
        medians.append(np.median(shares))

    assert medians[0] >= 0.75
    assert medians[1] <= 0.40


def test_steady_heart_has_no_coherence() -> None:
    """Nothing varies, so no share of it can lie anywhere."""
    midpoint_s = np.arange(0, 80, 0.8)
    assert isnan(coherence(midpoint_s, np.full(100, 800.0), 70.0).share)


def test_window_that_is_not_covered_is_refused() -> None:
    """60 s of intervals are no 64 s."""
    midpoint_s = np.arange(0, 60, 0.8)
    with pytest.raises(ValueError, match="do not cover"):
        coherence(midpoint_s, np.full(75, 800.0), 59.0)
    with pytest.raises(ValueError, match="1-D"):
        coherence(midpoint_s, np.full(74, 800.0), 59.0)


def feed(node: CoherenceNode, begin_s: float, seconds: float) -> list[Metric]:
    results: list[Metric] = []
    n_beats = round(seconds / 0.8)
    for i in range(1, n_beats + 1):
        end_s = begin_s + 0.8 * i
        rr_ms = 800 + 40 * np.sin(0.2 * np.pi * end_s)
        results += node.add(Interval(end_s, rr_ms, follows=i > 1), GOOD)
    return results


def test_first_value_after_64_s_then_every_5_s() -> None:
    """Due at whole multiples of 5 s of session time; until then it counts down."""
    results = [r for r in feed(CoherenceNode("strap"), 0.0, 90.0) if r.name == "coherence"]

    given = [r.t_s for r in results if not isnan(r.value)]
    waits = [r.wait_s for r in results if isnan(r.value)]
    assert given == [65.0, 70.0, 75.0, 80.0, 85.0]
    assert all(later < earlier for earlier, later in pairwise(waits))
    assert waits[0] == pytest.approx(64.6, abs=0.1)
    assert waits[-1] <= 1.0


def test_gap_starts_the_64_s_anew() -> None:
    """After a gap there is no value, and the wait counts from the first beat after it."""
    node = CoherenceNode("strap")
    feed(node, 0.0, 90.0)
    after = [r for r in feed(node, 100.0, 80.0) if r.name == "coherence"]

    assert isnan(after[0].value)
    assert 64.0 <= after[0].wait_s <= 69.0
    assert [r.t_s for r in after if not isnan(r.value)] == [165.0, 170.0, 175.0]


def test_too_many_corrections_hide_the_value() -> None:
    """More than a fifth corrected: no number, and the reason in words."""
    node = CoherenceNode("strap")
    feed(node, 0.0, 64.0)
    results: list[Metric] = []
    for i in range(1, 6):
        results += node.add(Interval(64.0 + 0.8 * i, 800.0, follows=True), trust_in(0.25))

    assert results
    assert all(isnan(r.value) and r.wait_s == 0 and "corrected" in r.reason for r in results[-2:])


def test_beats_faster_than_any_heart_have_no_coherence() -> None:
    """Twenty a second are more than 64 s of memory holds: words, and no number."""
    node = CoherenceNode("strap")
    results: list[Metric] = []
    for i in range(1, 1500):
        results += node.add(Interval(0.05 * i, 50.0 + i % 3, follows=i > 1), GOOD)

    assert all(isnan(r.value) for r in results)
    assert "faster than any heart" in results[-1].reason
