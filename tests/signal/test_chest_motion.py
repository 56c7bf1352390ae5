"""Breaths from the tilt of the chest."""

from __future__ import annotations

import pickle
from itertools import pairwise
from math import isnan
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.samples import Breath, Metric
from biofeedback.signal.chest_motion import ChestMotionNode
from biofeedback.signal.movement import MOVING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Results = list[Breath | Metric]

SOURCE = "strap/acceleration"


def chest(
    t_s: Numbers, per_min: float, *, tilt_g: float = 0.01, noise_g: float = 0.002, seed: int = 0
) -> Numbers:
    """Sitting upright; each breath moves gravity by ``tilt_g`` along an askew direction."""
    rng = np.random.default_rng(seed)
    along = np.array([0.5, 0.2, 0.84])
    depth = -np.cos(2 * np.pi * per_min / 60 * t_s) / 2
    still = np.array([0.1, -0.97, 0.2])
    return still + tilt_g * np.outer(depth, along) + rng.normal(0, noise_g, (t_s.size, 3))


def run(
    t_s: Numbers, g: Numbers, rate_hz: float | None = 50.0, cuts: Sequence[int] = ()
) -> Results:
    node = ChestMotionNode(SOURCE, rate_hz)
    edges = [0, *sorted(cuts), t_s.size]
    results: Results = []
    for begin, end in pairwise(edges):
        results += node.push(t_s[begin:end], g[begin:end])
    return results


def named(results: Results, name: str) -> list[Metric]:
    return [m for m in results if isinstance(m, Metric) and m.name == name]


def breaths_of(results: Results) -> list[Breath]:
    return [b for b in results if isinstance(b, Breath)]


@pytest.mark.parametrize("rate_hz", [25.0, 50.0, 100.0, 200.0])
@pytest.mark.parametrize("per_min", [4.0, 6.0, 12.0, 20.0])
def test_rate_at_any_pace_and_sampling_rate(rate_hz: float, per_min: float) -> None:
    """Two minutes, 10 mg from trough to peak, noise as of 2 mg a sample at 50 Hz: to 3 %, each to 10 %."""
    t_s = np.arange(0, 120, 1 / rate_hz)
    noise_g = 0.002 * np.sqrt(rate_hz / 50)
    results = run(t_s, chest(t_s, per_min, noise_g=noise_g), rate_hz)
    rates = [m.value for m in named(results, "breaths_per_min") if m.t_s > 40 and m.value > 0]
    assert np.median(rates) == pytest.approx(per_min, rel=0.03)
    assert rates == pytest.approx([per_min] * len(rates), rel=0.1)
    last = named(results, "breaths_per_min")[-1]
    assert last.source == SOURCE
    assert last.quality > 0.7


def test_uneven_steps_without_a_nominal_rate_are_as_good() -> None:
    """A stream of about 52 Hz whose times jitter by a quarter of a step."""
    rng = np.random.default_rng(1)
    t_s = np.arange(0, 120, 1 / 52) + rng.uniform(-0.005, 0.005, 120 * 52)
    last = named(run(t_s, chest(t_s, 9.0), None), "breaths_per_min")[-1]
    assert last.value == pytest.approx(9.0, rel=0.03)


@pytest.mark.parametrize("per_min", [5.0, 12.0])
def test_breaths_turn_where_the_chest_turned(per_min: float) -> None:
    """The filters' delay is taken off: each breath begins at a trough or crest, to 0.5 s."""
    t_s = np.arange(0, 150, 0.02)
    breaths = breaths_of(run(t_s, chest(t_s, per_min, noise_g=0.0005)))
    half_s = 30.0 / per_min
    late = [b for b in breaths if b.onset_s > 40]
    assert len(late) >= 7
    for breath in late:
        assert breath.onset_s == pytest.approx(half_s * round(breath.onset_s / half_s), abs=0.5)
        assert breath.duration_s == pytest.approx(2 * half_s, rel=0.06)
        assert isnan(breath.inhale_end_s)


def test_direction_that_drifts_never_flips_within_a_breath() -> None:
    """The axis turns by a right angle in five minutes: no breath is lost, none comes twice."""
    t_s = np.arange(0, 300, 0.02)
    turn = t_s / 300 * np.pi / 2
    along = np.stack([np.cos(turn), 0 * turn, np.sin(turn)], axis=1)
    g = np.array([0.0, -1.0, 0.0]) - 0.005 * np.cos(2 * np.pi * 0.1 * t_s)[:, np.newaxis] * along
    g += np.random.default_rng(2).normal(0, 0.002, g.shape)
    breaths = breaths_of(run(t_s, g))
    assert len(breaths) >= 27
    assert all(b.duration_s == pytest.approx(10.0, abs=1.6) for b in breaths)
    assert all(a.t_s == b.onset_s for a, b in pairwise(breaths))


def test_movement_stops_breaths_and_says_so() -> None:
    """Ten seconds of a fifth of g from 60 s: no breath in them or across, and the reason."""
    t_s = np.arange(0, 120, 0.02)
    g = chest(t_s, 12.0)
    moving = (t_s >= 60) & (t_s < 70)
    g[moving] += 0.2 * np.sin(2 * np.pi * 2.0 * t_s[moving])[:, np.newaxis]
    results = run(t_s, g)

    said = [m for m in named(results, "breaths_per_min") if 61 <= m.t_s <= 70]
    assert [m.t_s for m in said] == [float(second) for second in range(61, 71)]
    assert all(isnan(m.value) and m.reason == MOVING for m in said)
    assert not [b for b in breaths_of(results) if b.onset_s < 70 and b.t_s > 61]
    again = [m.t_s for m in named(results, "breaths_per_min") if m.t_s > 70 and m.value > 0]
    assert again[0] < 88
    assert max(m.value for m in named(results, "movement_g")[4:]) > 0.07


def test_new_posture_begins_anew() -> None:
    """Leaning back by 30° at 60 s: nothing reaches across, the rate is right again after it."""
    t_s = np.arange(0, 150, 0.02)
    g = chest(t_s, 12.0)
    lean = np.clip((t_s - 60) / 2, 0, 1) * np.deg2rad(30)
    turned = np.stack(
        [
            g[:, 0],
            g[:, 1] * np.cos(lean) - g[:, 2] * np.sin(lean),
            g[:, 1] * np.sin(lean) + g[:, 2] * np.cos(lean),
        ],
        axis=1,
    )
    results = run(t_s, turned)
    assert not [b for b in breaths_of(results) if b.onset_s < 60 and b.t_s > 62]
    rates = [m.value for m in named(results, "breaths_per_min") if m.t_s > 62 and m.value > 0]
    assert rates
    assert rates == pytest.approx([12.0] * len(rates), rel=0.06)


def test_chest_without_breath_has_no_rate() -> None:
    """Only the sensor's noise: no invented breath in four minutes, and the reason."""
    t_s = np.arange(0, 240, 0.02)
    rates = named(run(t_s, chest(t_s, 12.0, tilt_g=0.0)), "breaths_per_min")
    assert all(isnan(m.value) for m in rates)
    assert "no breathing movement" in rates[-1].reason


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_flat_line_has_no_rate(value: float) -> None:
    """A sensor that stands still, or sends nothing but zeros."""
    t_s = np.arange(0, 90, 0.02)
    results = run(t_s, np.full((t_s.size, 3), value))
    assert not breaths_of(results)
    assert all(isnan(m.value) for m in named(results, "breaths_per_min"))


def test_sensor_elsewhere_tells_movement_alone() -> None:
    """A wrist sways at the rates of breathing, too."""
    t_s = np.arange(0, 60, 0.02)
    results = ChestMotionNode(SOURCE, 50.0, is_on_chest=False).push(t_s, chest(t_s, 12.0))
    assert len(named(results, "movement_g")) == len(results) == 59


def test_gap_is_not_bridged() -> None:
    """Four seconds without samples: no breath across, and a new count."""
    t_s = np.concatenate((np.arange(0, 60, 0.02), np.arange(64, 120, 0.02)))
    results = run(t_s, chest(t_s, 12.0))
    assert not [b for b in breaths_of(results) if b.onset_s < 64 and b.t_s > 60]
    first = next(m for m in named(results, "breaths_per_min") if m.t_s >= 64)
    assert first.wait_s > 15


def test_rows_that_are_no_acceleration_are_passed_over() -> None:
    """One sample in 500 is no number or absurd: the breaths are those of the rest."""
    t_s = np.arange(0, 120, 0.02)
    g = chest(t_s, 12.0)
    for row, bad in ((100, np.nan), (1100, np.inf), (2100, 1e300), (3100, -400.0)):
        g[row, 1] = bad
    last = named(run(t_s, g, None), "breaths_per_min")[-1]
    assert last.value == pytest.approx(12.0, rel=0.03)


@pytest.mark.parametrize("scale", [1000.0, 9.81, 0.0])
def test_a_sensor_that_does_not_count_in_g_gives_no_number_and_says_so(scale: float) -> None:
    """In thousandths of g, in metres per second squared, or nothing at all."""
    t_s = np.arange(0, 60, 0.02)
    results = run(t_s, scale * chest(t_s, 12.0))
    assert not breaths_of(results)
    for name in ("movement_g", "breaths_per_min"):
        told = [m for m in named(results, name) if m.t_s > 3]
        assert len(told) >= 55
        assert all(isnan(m.value) and "than g" in m.reason for m in told)


def test_a_sensor_half_as_fast_as_it_says_is_told_once_a_second() -> None:
    """Every step is a gap: no breath, no end of waiting, and no flood."""
    t_s = np.arange(0, 60, 0.02)
    results = run(t_s, chest(t_s, 12.0), 100.0)
    assert len(results) <= 4 * 62
    late = [m for m in named(results, "breaths_per_min") if m.t_s > 1]
    assert all(isnan(m.value) and "in pieces" in m.reason for m in late)


@settings(max_examples=25, deadline=None)
@given(cuts=st.lists(st.integers(0, 1000), max_size=8))
def test_cutting_into_chunks_leaves_no_trace(cuts: list[int]) -> None:
    """Bit for bit, with a movement and a gap in it."""
    t_s = np.concatenate((np.arange(0, 30, 0.05), np.arange(33, 53, 0.05)))
    g = chest(t_s, 20.0)
    g[150:200] += 0.3 * np.sin(2 * np.pi * 2.0 * t_s[150:200])[:, np.newaxis]
    assert repr(run(t_s, g, 20.0, cuts)) == repr(run(t_s, g, 20.0))


def test_state_does_not_grow() -> None:
    """What a node holds after twenty minutes is what it held after five."""
    node = ChestMotionNode(SOURCE, 50.0)
    sizes = []
    for begin_s in range(0, 1200, 300):
        t_s = np.arange(begin_s, begin_s + 300, 0.02)
        node.push(t_s, chest(t_s, 12.0))
        sizes.append(len(pickle.dumps(node)))
    assert max(sizes[1:]) <= 1.1 * sizes[0]
