"""Highest minus lowest heart rate of each breath."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

import numpy as np
import pytest

from biofeedback.pacing import BreathPattern
from biofeedback.signal.pacer_history import PacedMoment, PacerHistory
from biofeedback.signal.peak_to_trough import PeakToTroughNode
from biofeedback.signal.quality import trust_in
from biofeedback.signal.tachogram import Interval
from helpers.simulated_rr import swinging_rr_s

if TYPE_CHECKING:
    from collections.abc import Iterable

    from biofeedback.samples import Metric

GOOD = trust_in(0.0)
SIX = BreathPattern(4, 0, 6, 0)


def paced(pattern: BreathPattern = SIX) -> PacerHistory:
    history = PacerHistory()
    history.push(0.0, [*pattern.parts_s, 0.0, 0.0])
    return history


def swinging(seconds: float = 120.0, noise: float = 0.0, seed: int = 0) -> list[Interval]:
    t_s, rr_ms = swinging_rr_s(
        np.random.default_rng(seed),
        seconds,
        breaths_per_min=6,
        swing_bpm=14,
        peak_s=4.0,
        noise=noise,
    )
    beats = enumerate(zip(t_s.tolist(), rr_ms.tolist(), strict=True))
    return [Interval(end_s, length_ms, i > 0) for i, (end_s, length_ms) in beats]


def fed(beats: Iterable[Interval], pacer: PacerHistory) -> list[Metric]:
    node = PeakToTroughNode("strap")
    return [r for beat in beats for r in node.add(beat, pacer.at(beat.midpoint_s), GOOD)]


def values(results: Iterable[Metric]) -> list[Metric]:
    return [r for r in results if not isnan(r.value)]


def test_steady_swing_is_read_as_it_is() -> None:
    """14 bpm at six a minute without noise: a little less, since no beat is just at the top."""
    given = values(fed(swinging(), paced()))
    assert all(13.0 < r.value <= 14.0 for r in given)
    assert all(r.name == "peak_to_trough_bpm" and r.unit == "bpm" for r in given)


def test_noise_makes_it_larger() -> None:
    """What else the heart does lifts the highest and lowers the lowest beat."""
    noisy = [values(fed(swinging(noise=1.0, seed=seed), paced()))[-1].value for seed in range(10)]
    assert 14.3 < np.mean(noisy) < 17.0


def test_value_comes_once_a_breath_after_three_whole_ones() -> None:
    """The first breath seen is not whole; from the fourth on each tells, up to a minute of them."""
    given = values(fed(swinging(), paced()))

    assert [round(r.t_s, -1) for r in given] == [40, 50, 60, 70, 80, 90, 100, 110, 120][
        : len(given)
    ]
    assert len(given) >= 8
    assert [r.window_s for r in given[:5]] == pytest.approx([30, 40, 50, 60, 60], abs=1e-6)


def test_wait_counts_down_to_the_first_value() -> None:
    """What is said at each beat is kept within a beat's time."""
    results = fed(swinging(), paced())
    first = values(results)[0]
    for waiting in results[: results.index(first)]:
        assert waiting.t_s + waiting.wait_s == pytest.approx(first.t_s, abs=2.0)


def test_breath_with_a_gap_is_left_out() -> None:
    """Beats lost in one breath, with a wrong long swing around: no value has it."""
    beats = [
        beat._replace(rr_ms=500.0) if 62.0 < beat.end_s < 63.2 else beat
        for beat in swinging()
        if not 63.2 <= beat.end_s < 66.0
    ]
    beats = [
        beat._replace(follows=i > 0 and beat.end_s - beats[i - 1].end_s < 1.3)
        for i, beat in enumerate(beats)
    ]
    given = values(fed(beats, paced()))
    assert max(r.value for r in given) <= 14.0


def test_slow_breath_needs_three_however_long() -> None:
    """At three a minute, 20 s each: the last three, of a minute."""
    pattern = BreathPattern(8, 0, 12, 0)
    t_s, rr_ms = swinging_rr_s(
        np.random.default_rng(0), 170, breaths_per_min=3, swing_bpm=10, peak_s=8.0, noise=0.0
    )
    beats = [Interval(t, r, True) for t, r in zip(t_s.tolist(), rr_ms.tolist(), strict=True)]
    given = values(fed(beats, paced(pattern)))
    assert [r.window_s for r in given] == pytest.approx([60.0] * len(given))
    assert given[-1].value == pytest.approx(10.0, abs=0.3)


def test_two_beats_a_breath_are_too_few() -> None:
    """No breath counts, and the reason is said rather than a wait without end."""
    node = PeakToTroughNode("strap")
    results: list[Metric] = []
    for i in range(1, 60):
        at_s = float(i)
        moment = PacedMoment(int(at_s // 2.0), at_s / 2.0 % 1.0, 0.4, 2.0)
        results += node.add(Interval(at_s, 1000.0, i > 1), moment, GOOD)
    assert values(results) == []
    assert "too few heartbeats" in results[-1].reason


def test_pacer_that_stops_is_said_once_and_ends_the_breath() -> None:
    """After the pause the breath that goes on in its middle is not whole."""
    pacer = paced()
    pacer.push(75.0, [np.nan] * 6)
    pacer.push(90.0, [*SIX.parts_s, 0.0, 0.0])
    results = fed(swinging(), pacer)

    stopped = [r for r in results if "stands still" in r.reason]
    assert len(stopped) == 1
    assert 75.0 < stopped[0].t_s < 77.0
    assert all(isnan(r.value) for r in results if 75.0 < r.t_s < 100.0)


def test_beats_that_cannot_be_trusted_hide_the_value() -> None:
    """Over a fifth corrected: the reason, no number."""
    node, pacer = PeakToTroughNode("strap"), paced()
    results: list[Metric] = []
    for beat in swinging():
        trust = trust_in(0.3 if beat.end_s > 80 else 0.0)
        results += node.add(beat, pacer.at(beat.midpoint_s), trust)
    assert max(r.t_s for r in values(results)) < 80
    assert "corrected" in results[-1].reason
