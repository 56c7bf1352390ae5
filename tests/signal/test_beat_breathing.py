"""Rates of breathing from the heart alone, and when it says nothing."""

from __future__ import annotations

import pickle
from dataclasses import replace
from math import isnan, nan
from typing import TYPE_CHECKING

import numpy as np
import pytest

from biofeedback.pacing import BreathPattern, BreathStep, PacerSegment
from biofeedback.signal.beat_breathing import HOP_S, WINDOW_S, BeatBreathing, HeartCue
from biofeedback.simulation.client import VirtualClient
from biofeedback.simulation.parameters import ClientParameters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from biofeedback.signal.beat_breathing import BreathEstimate
    from biofeedback.simulation.client import Produced

    Numbers = NDArray[np.float64]

PEOPLE = range(100, 106)
LOW_RSA_BPM = 8.0


def lived(
    seed: int, pace_per_min: float | None, *, follows: bool = True, rsa_bpm: float | None = None
) -> Produced:
    person = ClientParameters.drawn(seed)
    if rsa_bpm is not None:
        person = replace(person, rsa_bpm=rsa_bpm)
    client = VirtualClient(person, seed, follows_pacer=follows)
    segment = None
    if pace_per_min is not None:
        segment = PacerSegment(0.0, BreathPattern.at_rate(pace_per_min), BreathStep.IN, 0.0)
    return client.advance(240.0, lambda _: segment)


def heights(person: Produced, share: float, seed: int = 0) -> Numbers:
    """R-waves that a full breath makes ``share`` higher, in 3 % of noise."""
    volume = np.interp(person.beat_t_s, person.belt_t_s, person.volume)
    noise = np.random.default_rng(seed).normal(0.0, 0.03, volume.size)
    result: Numbers = 1000.0 * (1.0 + share * volume + noise)
    return result


def run(
    t_s: Sequence[float], rr_ms: Sequence[float], heights: Sequence[float] | None = None
) -> list[BreathEstimate]:
    node = BeatBreathing("strap")
    results = []
    for index, (at_s, rr) in enumerate(zip(t_s, rr_ms, strict=True)):
        height = nan if heights is None else heights[index]
        results += node.add(at_s, rr, height, follows=index > 0)
    return results


def of_person(person: Produced, share: float | None = None) -> list[BreathEstimate]:
    """Estimates once the person has settled into their breath."""
    high = None if share is None else heights(person, share).tolist()
    results = run(person.beat_t_s.tolist(), person.rr_ms.tolist(), high)
    return [estimate for estimate in results if estimate.t_s > 110]


def true_rate(person: Produced, end_s: float) -> float:
    onsets_s = person.breath_onset_s
    inside = onsets_s[(onsets_s > end_s - WINDOW_S) & (onsets_s <= end_s)]
    return 60.0 / float(np.diff(inside).mean())


def errors(person: Produced, found: list[BreathEstimate], cue: HeartCue) -> list[float]:
    return [
        abs(e.breaths_per_min - true_rate(person, e.t_s))
        for e in found
        if e.cue is cue and not isnan(e.breaths_per_min)
    ]


@pytest.mark.parametrize("pace_per_min", [4.5, 6.0, 7.5])
def test_rhythm_alone_tells_slow_paced_breathing(pace_per_min: float) -> None:
    """Six people: within a fifth of a breath a minute on average, most of the time."""
    off, n = [], 0
    for seed in PEOPLE:
        person = lived(seed, pace_per_min)
        found = of_person(person)
        n += len(found)
        off += errors(person, found, HeartCue.RHYTHM)
    assert np.mean(off) < 0.2
    assert len(off) > 0.7 * n


def test_rhythm_alone_abstains_where_the_swing_is_small() -> None:
    """Breathing as they please: the heart's own rhythm near six is not taken for breath."""
    found = [e for seed in PEOPLE for e in of_person(lived(seed, None, rsa_bpm=LOW_RSA_BPM))]
    silent = [e for e in found if isnan(e.breaths_per_min)]
    assert len(silent) >= 0.9 * len(found)
    assert all(e.confidence == 0.0 for e in silent)


def test_height_of_the_waves_tells_free_breathing() -> None:
    """A twentieth a breath in 3 % of noise: within half a breath a minute on average."""
    off = []
    for seed in PEOPLE:
        person = lived(seed, None, rsa_bpm=LOW_RSA_BPM)
        off += errors(person, of_person(person, 0.1), HeartCue.AMPLITUDE)
    assert np.mean(off) < 0.5
    assert len(off) > 50


def test_person_who_does_not_follow_is_not_drawn_to_the_pace() -> None:
    """Beside a pacer of six a minute: what is said of breath is said at the person's own rate."""
    for seed in PEOPLE:
        person = lived(seed, 6.0, follows=False, rsa_bpm=LOW_RSA_BPM)
        found = of_person(person, 0.1)
        said = [e.breaths_per_min for e in found if not isnan(e.breaths_per_min)]
        assert said
        assert not [rate for rate in said if abs(rate - 6.0) < 2.0]


def test_heights_that_are_only_noise_say_nothing() -> None:
    """Nine in ten windows without a word from 3 % of noise."""
    found = [e for seed in PEOPLE for e in of_person(lived(seed, None), 0.0)]
    of_height = [e for e in found if e.cue is HeartCue.AMPLITUDE]
    said = [e for e in of_height if not isnan(e.breaths_per_min)]
    assert len(said) <= 0.1 * len(of_height)


def beats(per_min: float, until_s: float = 120.0, rr_s: float = 0.8) -> tuple[Numbers, Numbers]:
    t_s = np.arange(rr_s, until_s, rr_s)
    return t_s, 1000 * rr_s * (1 + 0.08 * np.sin(2 * np.pi * per_min / 60 * t_s))


def test_estimates_come_every_five_seconds_and_count_down_to_the_first() -> None:
    """At multiples of five; the wait is what is missing of 64 s."""
    t_s, rr_ms = beats(6.0)
    found = run(t_s.tolist(), rr_ms.tolist())
    assert [e.t_s % HOP_S for e in found] == [0.0] * len(found)
    first = next(e for e in found if e.wait_s == 0.0)
    assert first.t_s == 65.0
    assert [e.wait_s for e in found if e.t_s < 65] == pytest.approx(
        [64.4 - e.t_s for e in found if e.t_s < 65], abs=0.05
    )
    assert found[-1].breaths_per_min == pytest.approx(6.0, abs=0.1)


def test_breath_faster_than_half_the_heart_rate_is_not_told() -> None:
    """Forty beats a minute cannot show 24 breaths: no rate above 20."""
    t_s, rr_ms = beats(24.0, 240.0, 1.5)
    said = [e.breaths_per_min for e in run(t_s.tolist(), rr_ms.tolist())]
    assert not [rate for rate in said if rate > 20.0]


def test_gap_begins_anew() -> None:
    """A beat that does not follow: 64 s have to pass from there."""
    t_s, rr_ms = beats(6.0, 200.0)
    node = BeatBreathing("strap")
    found: list[BreathEstimate] = []
    for index, (at_s, rr) in enumerate(zip(t_s.tolist(), rr_ms.tolist(), strict=True)):
        found += node.add(at_s, rr, nan, follows=index not in {0, 125})
    said = [e.t_s for e in found if not isnan(e.breaths_per_min)]
    gap_s = float(t_s[125])
    assert min(t for t in said if t > gap_s) > gap_s + WINDOW_S
    assert [t for t in said if t <= gap_s]


@pytest.mark.parametrize("bad", [nan, float("inf"), 0.0, -800.0])
def test_interval_that_is_none_breaks_the_series(bad: float) -> None:
    """Nothing is drawn across it."""
    t_s, rr_ms = beats(6.0, 150.0)
    rr_ms[100] = bad
    said = [e.t_s for e in run(t_s.tolist(), rr_ms.tolist()) if not isnan(e.breaths_per_min)]
    assert not [t for t in said if 81 < t < 81 + WINDOW_S]


def test_heights_that_jump_are_left_out() -> None:
    """One wave in thirty ten times as high: the rate is that of the others."""
    t_s, rr_ms = beats(0.0, 150.0)
    high = 1000 + 80 * np.sin(2 * np.pi * 14 / 60 * t_s)
    high[::30] = 10000
    found = [e for e in run(t_s.tolist(), rr_ms.tolist(), high.tolist()) if e.t_s > 90]
    said = [e.breaths_per_min for e in found if e.cue is HeartCue.AMPLITUDE]
    assert said == pytest.approx([14.0] * len(said), abs=0.1)


def test_steady_heart_says_nothing() -> None:
    """A pacemaker's even beat."""
    t_s, rr_ms = beats(0.0, 150.0)
    assert all(isnan(e.breaths_per_min) for e in run(t_s.tolist(), rr_ms.tolist()))


def test_state_does_not_grow() -> None:
    """What a node holds after an hour is what it held after ten minutes."""
    node = BeatBreathing("strap")
    sizes = []
    t_s, rr_ms = beats(6.0, 3600.0)
    for index, (at_s, rr) in enumerate(zip(t_s.tolist(), rr_ms.tolist(), strict=True)):
        node.add(at_s, rr, 1000.0, follows=True)
        if index % 700 == 699:
            sizes.append(len(pickle.dumps(node)))
    assert max(sizes) <= 1.1 * sizes[0]


@pytest.mark.parametrize("with_height", [False, True])
@pytest.mark.parametrize("settle_every", [1, 7, 60, 10_000])
def test_windows_of_a_recording_may_wait_for_each_other(
    settle_every: int, with_height: bool
) -> None:
    """Looked at together they tell what each told by itself, through gaps and missing heights."""
    person = lived(101, 12.0)
    t_s, rr_ms = person.beat_t_s.copy(), person.rr_ms.copy()
    t_s[90:] += 6.0
    t_s[200:] += 1.2
    rr_ms[150] = nan
    high = np.where(np.arange(t_s.size) < 120, nan, heights(person, 0.05))
    live, recorded = BeatBreathing("strap"), BeatBreathing("strap", is_live=False)
    expected, found = [], []

    for index, (at_s, rr) in enumerate(zip(t_s.tolist(), rr_ms.tolist(), strict=True)):
        height = float(high[index]) if with_height else nan
        follows = index not in {0, 90}
        expected += live.add(at_s, rr, height, follows)
        at_once = recorded.add(at_s, rr, height, follows, known_s=at_s + 3.0)
        if at_once or index % settle_every == 0:
            settled = recorded.settle()
            assert all(0.0 < known_s - estimate.t_s < 5.0 for known_s, estimate in settled)
            found += [estimate for _, estimate in settled]
        found += at_once
    found += [estimate for _, estimate in recorded.settle()]

    assert len(expected) > 40
    # As text, in which nan equals nan and every bit shows.
    assert repr(found) == repr(expected)
