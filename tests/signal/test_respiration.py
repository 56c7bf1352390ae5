"""Breaths from a belt."""

from __future__ import annotations

import pickle
from itertools import pairwise
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.samples import Breath, Metric
from biofeedback.signal.respiration import BeltNode

if TYPE_CHECKING:
    from numpy.typing import NDArray


def run(
    t_s: NDArray[np.float64], belt: NDArray[np.float64], rate_hz: float | None = 20.0
) -> tuple[list[Breath], list[Metric]]:
    node = BeltNode("belt", rate_hz)
    breaths: list[Breath] = []
    metrics: list[Metric] = []
    for at_s, value in zip(t_s.tolist(), belt.tolist(), strict=True):
        for result in node.push(at_s, value):
            if isinstance(result, Breath):
                breaths.append(result)
            else:
                metrics.append(result)
    return breaths, [m for m in metrics if m.name == "breaths_per_min"]


def breathing(t_s: NDArray[np.float64], per_min: float) -> NDArray[np.float64]:
    """4 parts in, 6 out, emptiest at 0."""
    place = t_s * per_min / 60 % 1
    phase = np.where(place < 0.4, place / 0.4, 1 + (place - 0.4) / 0.6) * np.pi
    depth: NDArray[np.float64] = (1 - np.cos(phase)) / 2
    return depth


@pytest.mark.parametrize("per_min", [3.0, 6.0, 12.0, 20.0])
@pytest.mark.parametrize("unit", [0.01, 1.0, 4000.0])
def test_rate_at_any_pace_and_in_any_unit(per_min: float, unit: float) -> None:
    """Two minutes with noise of 2 % and a drift of a whole breath's depth: within 2 %."""
    t_s = np.arange(0, 120, 0.05)
    rng = np.random.default_rng(0)
    belt = unit * (breathing(t_s, per_min) + rng.normal(0, 0.02, t_s.size) + t_s / 120)

    breaths, metrics = run(t_s, belt)

    assert metrics[-1].value == pytest.approx(per_min, rel=0.02)
    assert len(breaths) >= 2 * per_min - 3
    assert all(b.source == "belt" for b in breaths)


def test_breath_runs_from_one_in_breath_to_the_next() -> None:
    """Six a minute, 4 s in: onsets at whole tens of seconds, fullest 4 s later, to 0.3 s."""
    t_s = np.arange(0, 65, 0.05)
    breaths, _ = run(t_s, breathing(t_s, 6))

    assert [round(b.onset_s, -1) for b in breaths] == [10, 20, 30, 40, 50]
    for breath in breaths:
        assert breath.onset_s == pytest.approx(round(breath.onset_s, -1), abs=0.3)
        assert breath.inhale_end_s - breath.onset_s == pytest.approx(4.0, abs=0.3)
        assert breath.duration_s == pytest.approx(10.0, abs=0.1)
    assert all(a.t_s == b.onset_s for a, b in pairwise(breaths))


def test_shallower_breathing_is_still_seen() -> None:
    """From deep breaths to a fifth of the depth: found again within three quarters of a minute."""
    t_s = np.arange(0, 180, 0.05)
    depth = np.where(t_s < 60, 1.0, 0.2)
    breaths, _ = run(t_s, depth * breathing(t_s, 10))
    late = [b for b in breaths if b.onset_s > 105]
    assert len(late) >= 11
    assert all(b.duration_s == pytest.approx(6.0, abs=0.3) for b in late)


def test_first_breaths_are_counted_down_then_measured() -> None:
    """Three whole breaths make a rate; until then the wait is said at least once a second."""
    t_s = np.arange(0, 60, 0.05)
    _, metrics = run(t_s, breathing(t_s, 12))

    first = next(i for i, m in enumerate(metrics) if not isnan(m.value))
    assert 15 <= metrics[first].t_s <= 27
    assert all(m.wait_s > 0 for m in metrics[:first])
    assert all(b.t_s - a.t_s <= 1.06 for a, b in pairwise(metrics[:first]))


def test_no_movement_is_said() -> None:
    """A belt at rest, only noise: no rate after half a minute, with the reason."""
    t_s = np.arange(0, 200, 0.05)
    belt = np.where(t_s < 60, breathing(t_s, 12), 0.0)
    _, metrics = run(t_s, belt)
    assert isnan(metrics[-1].value)
    assert "no breathing movement" in metrics[-1].reason


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("rate_hz", [10.0, 20.0, 50.0])
def test_noise_of_a_belt_that_nobody_wears_is_no_breath(seed: int, rate_hz: float) -> None:
    """White noise, and a converter's last bit: what is left of them behind a filter swings, too."""
    t_s = np.arange(0, 180, 1 / rate_hz)
    rng = np.random.default_rng(seed)
    for belt in (rng.normal(0, 1, t_s.size), rng.integers(0, 2, t_s.size).astype(float)):
        _, metrics = run(t_s, belt, rate_hz)
        assert not [m for m in metrics if m.quality > 0.5]


def test_a_belt_half_as_fast_as_it_says_is_told_once_a_second() -> None:
    """Every step is a gap: no breath, no end of waiting, and no flood."""
    t_s = np.arange(0, 60, 0.05)
    breaths, metrics = run(t_s, breathing(t_s, 12), 40.0)
    assert not breaths
    assert len(metrics) <= 62
    assert all(isnan(m.value) for m in metrics)
    assert all(m.reason == "the belt's signal comes in pieces" for m in metrics[1:])


def test_gap_is_not_bridged() -> None:
    """20 s without samples: no breath reaches across."""
    t_s = np.concatenate((np.arange(0, 42, 0.05), np.arange(62, 120, 0.05)))
    breaths, metrics = run(t_s, breathing(t_s, 12))
    assert not any(b.onset_s < 50 < b.t_s for b in breaths)
    assert any(isnan(m.value) and 62 <= m.t_s < 63 for m in metrics)


def test_hours_of_drift_in_counts() -> None:
    """A 12-bit belt that slackens over three hours: the rate of the last minute is right."""
    t_s = np.arange(0, 3 * 3600, 0.1)
    belt = np.round(2600 - 900 * t_s / t_s[-1] + 120 * breathing(t_s, 13))
    breaths, metrics = run(t_s, belt, 10.0)
    assert metrics[-1].value == pytest.approx(13.0, rel=0.02)
    assert len(breaths) == pytest.approx(3 * 60 * 13, rel=0.01)


def test_samples_that_are_no_number_are_passed_over() -> None:
    """Single ones leave no trace; a second of them is a gap."""
    t_s = np.arange(0, 60, 0.05)
    belt = breathing(t_s, 12)
    belt[[300, 500, 1000]] = np.nan, 1e300, np.inf
    breaths, metrics = run(t_s, belt, None)
    assert metrics[-1].value == pytest.approx(12.0, rel=0.02)
    assert len(breaths) >= 10
    belt[700:730] = np.nan
    breaths, _ = run(t_s, belt, None)
    assert not any(b.onset_s < 35 < b.t_s for b in breaths)


def test_saturated_belt_is_counted_at_what_it_shows() -> None:
    """Clipped at half of each breath: the rate stays, nothing is made of the flat tops."""
    t_s = np.arange(0, 120, 0.05)
    _, metrics = run(t_s, np.minimum(breathing(t_s, 10), 0.5))
    assert metrics[-1].value == pytest.approx(10.0, rel=0.02)


@settings(max_examples=20, deadline=None)
@given(cuts=st.lists(st.integers(0, 900), max_size=8))
def test_cutting_into_chunks_leaves_no_trace(cuts: list[int]) -> None:
    """Bit for bit, with a gap in it."""
    t_s = np.concatenate((np.arange(0, 30, 0.05), np.arange(33, 48, 0.05)))
    belt = breathing(t_s, 15)
    node, whole = BeltNode("belt", 20.0), BeltNode("belt", 20.0)
    results = []
    for begin, end in pairwise([0, *sorted(cuts), t_s.size]):
        results += node.push_many(t_s[begin:end], belt[begin:end])
    assert repr(results) == repr(whole.push_many(t_s, belt))


def test_state_does_not_grow() -> None:
    """What a node holds after half an hour is what it held after five minutes."""
    node = BeltNode("belt", 20.0)
    sizes = []
    for begin_s in range(0, 1800, 300):
        t_s = np.arange(begin_s, begin_s + 300, 0.05)
        node.push_many(t_s, breathing(t_s, 14))
        sizes.append(len(pickle.dumps(node)))
    assert max(sizes[1:]) <= 1.1 * sizes[0]


@pytest.mark.parametrize(
    ("name", "n_neurokit", "length_s"),
    [("bio_resting_8min_100hz.csv", 80, 507), ("bio_resting_5min_100hz.csv", 77, 300)],
)
def test_recordings_agree_with_neurokit(
    recordings: Path, name: str, n_neurokit: int, length_s: int
) -> None:
    """As many breaths as NeuroKit2 0.2.13 finds in the whole recording, within 5 %."""
    belt = np.genfromtxt(recordings / "neurokit" / name, delimiter=",", names=True)["RSP"]
    assert round(belt.size / 100) == length_s
    breaths, _ = run(np.arange(belt.size) / 100, belt, 100.0)
    assert len(breaths) == pytest.approx(n_neurokit, rel=0.05)
