"""Level, rate and quality of skin conductance: artifacts, gaps, chunks, words."""

from __future__ import annotations

import sys
from collections import deque
from itertools import pairwise
from math import isnan
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.samples import Metric, Scr
from biofeedback.signal.eda import EdaNode
from helpers.made_up_skin import at, bateman, made_up, run

if TYPE_CHECKING:
    from numpy.typing import NDArray


def chunked(
    t_s: NDArray[np.float64], sc: NDArray[np.float64], rate_hz: float | None, cuts: list[int]
) -> list[Scr | Metric]:
    node = EdaNode("skin", rate_hz)
    edges = sorted({0, *(cut % (t_s.size + 1) for cut in cuts), t_s.size})
    results: list[Scr | Metric] = []
    for start, end in pairwise(edges):
        results += node.push(t_s[start:end], sc[start:end])
    return results


def test_lost_contact_is_left_out_with_5_s_around_it() -> None:
    """0 µS from 60 to 63 s: level and rate leave out 55 to 68 s and never see the zero."""
    t_s = np.arange(0, 150, 0.05)
    sc = 5 + np.random.default_rng(1).normal(0, 0.002, t_s.size)
    sc[(t_s > 60) & (t_s < 63)] = 0.0

    responses, metrics = run(t_s, sc)

    assert responses == []
    levels = [m.value for m in metrics if m.name == "scl_microsiemens" and not isnan(m.value)]
    assert min(levels) > 4.9
    hidden = at(metrics, "scl_microsiemens", 64.0)
    assert isnan(hidden.value)
    assert hidden.wait_s > 0
    assert "lost touch" in hidden.reason
    assert at(metrics, "skin_quality", 69.0).value == pytest.approx(46 / 60, abs=0.02)
    assert at(metrics, "scl_microsiemens", 110.0).value == pytest.approx(5.0, abs=0.01)


def test_signal_that_stands_still_is_no_skin() -> None:
    """The same number for more than 3 s: a sensor that hangs."""
    t_s = np.arange(0, 60, 0.05)
    sc = 5 + np.random.default_rng(2).normal(0, 0.002, t_s.size)
    sc[t_s > 30] = 5.0
    _, metrics = run(t_s, sc)
    assert at(metrics, "skin_quality", 59.0).value == pytest.approx(28 / 59, abs=0.02)


def test_level_and_rate_count_down() -> None:
    """Level after 30 s, rate after 60 s; before that the seconds to go."""
    t_s, sc, _, _ = made_up(0, 8)
    _, metrics = run(t_s[:1300], sc[:1300])

    assert at(metrics, "scl_microsiemens", 10.0).wait_s == 20.0
    assert at(metrics, "scr_per_min", 10.0).wait_s == 50.0
    assert at(metrics, "scl_microsiemens", 30.0).value == pytest.approx(5.3, abs=0.3)
    assert not isnan(at(metrics, "scr_per_min", 60.0).value)
    assert at(metrics, "scl_microsiemens", 30.0).window_s == 30.0


def test_rate_counts_the_last_minute() -> None:
    """Six responses in minute two, ten seconds apart: six a minute at its end."""
    t_s = np.arange(0, 125, 0.05)
    sc = 5 + np.random.default_rng(3).normal(0, 0.001, t_s.size)
    for onset_s in range(61, 121, 10):
        sc += 0.3 * bateman(t_s - onset_s)

    responses, metrics = run(t_s, sc)

    assert len(responses) == 6
    assert at(metrics, "scr_per_min", 60.0).value == 0.0
    assert at(metrics, "scr_per_min", 120.0).value == 6.0


def test_gap_is_not_bridged() -> None:
    """5 µS, 10 s of silence, 7 µS: no rise, no response, and the seconds are missing."""
    t_s = np.concatenate((np.arange(0, 40, 0.05), np.arange(50, 70, 0.05)))
    sc = np.where(t_s < 45, 5.0, 7.0) + np.random.default_rng(4).normal(0, 0.002, t_s.size)

    responses, metrics = run(t_s, sc)

    assert responses == []
    assert at(metrics, "skin_quality", 60.0).value == pytest.approx(50 / 60, abs=0.02)
    assert isnan(at(metrics, "scl_microsiemens", 55.0).value)


def test_numbers_that_are_none_do_not_stay() -> None:
    """A nan is a moment without contact and not the end of the signal."""
    t_s = np.arange(0, 60, 0.05)
    sc = 5 + np.random.default_rng(5).normal(0, 0.002, t_s.size)
    sc[200] = np.nan
    _, metrics = run(t_s, sc)
    assert at(metrics, "scl_microsiemens", 58.0).value == pytest.approx(5.0, abs=0.01)


@pytest.mark.parametrize("rate_hz", [1.0, 2.0])
def test_a_sensor_too_slow_for_responses_says_so(rate_hz: float) -> None:
    """At 1 Hz none of six responses a minute are found, at 2 Hz 60 %: no number is honest."""
    t_s, sc, _, _ = made_up(0, 6, rate_hz=rate_hz)

    responses, metrics = run(t_s, sc, rate_hz)

    rates = [metric for metric in metrics if metric.name == "scr_per_min"]
    assert responses == []
    assert all(isnan(metric.value) and "too seldom" in metric.reason for metric in rates)
    levels = [metric.value for metric in metrics if metric.name == "scl_microsiemens"]
    assert 4.5 < levels[-1] < 6.0


def with_everything(seed: int, rate_hz: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Two minutes of responses with a gap, a step, a spike, lost contact and no numbers."""
    rng = np.random.default_rng(seed)
    t_s, sc, _, _ = made_up(seed, 10, rate_hz=rate_hz)
    n = round(120 * rate_hz)
    t_s, sc = t_s[:n].copy(), sc[:n].copy()
    sc[t_s > 80] += 0.7
    for value in (np.nan, np.inf, -np.inf, 0.0, 99.0, -4.0, 7.5):
        start = int(rng.integers(0, n))
        sc[start : start + int(rng.integers(1, 10))] = value
    t_s[t_s > 50] += 3.3
    return t_s, sc


@given(
    seed=st.integers(0, 50),
    rate_hz=st.sampled_from([None, 4.0, 20.0, 32.0]),
    cuts=st.lists(st.integers(0, 4000), max_size=60),
)
@settings(max_examples=25, deadline=None)
def test_how_samples_are_cut_into_chunks_leaves_no_trace(
    seed: int, rate_hz: float | None, cuts: list[int]
) -> None:
    """Bit for bit and in the same order, ``nan`` for ``nan``."""
    t_s, sc = with_everything(seed, rate_hz or 10.0)
    whole = chunked(t_s, sc, rate_hz, [])
    assert repr(chunked(t_s, sc, rate_hz, cuts)) == repr(whole)
    assert len(whole) > 400


def test_sample_by_sample_is_as_all_at_once() -> None:
    t_s, sc = with_everything(7, 32.0)
    every = list(range(t_s.size))
    assert repr(chunked(t_s, sc, 32.0, every)) == repr(chunked(t_s, sc, 32.0, []))


@given(seed=st.integers(0, 50), gap_s=st.floats(1.2, 100.0))
@settings(max_examples=15, deadline=None)
def test_what_comes_after_a_gap_owes_nothing_to_what_was_before(seed: int, gap_s: float) -> None:
    """Responses after a gap are those of a signal that begins there."""
    t_s, sc, _, _ = made_up(seed, 10)
    t_s, sc = t_s[:1600].copy(), sc[:1600]
    t_s[800:] += gap_s
    joined = [r for r in chunked(t_s, sc, 20.0, []) if isinstance(r, Scr) and r.t_s > t_s[800]]
    alone = [r for r in chunked(t_s[800:], sc[800:], 20.0, []) if isinstance(r, Scr)]
    assert joined == alone


def test_state_does_not_grow() -> None:
    """What the node holds after an hour is no more than after ten minutes."""

    def size(thing: object, seen: set[int]) -> int:
        if id(thing) in seen:
            return 0
        seen.add(id(thing))
        inner: list[object] = list(vars(thing).values()) if hasattr(thing, "__dict__") else []
        if isinstance(thing, list | tuple | deque):
            inner += list(thing)
        return sys.getsizeof(thing) + sum(size(part, seen) for part in inner)

    t_s, sc, _, _ = made_up(0, 12, rate_hz=8.0)
    sc[::997] = 0.0
    node = EdaNode("skin", 8.0)
    sizes = []
    for repeat in range(6):
        node.push(t_s + 600 * repeat, sc)
        sizes.append(size(node, set()))
    assert max(sizes[1:]) <= 1.5 * sizes[0]


def test_sum_adds_up_the_amplitudes_of_the_last_minute() -> None:
    """Six of 0.3 µS: 1.8; and half as much trusted time stands for the whole."""
    t_s = np.arange(0, 125, 0.05)
    sc = 5 + np.random.default_rng(3).normal(0, 0.001, t_s.size)
    for onset_s in range(61, 121, 10):
        sc += 0.3 * bateman(t_s - onset_s)
    _, metrics = run(t_s, sc)
    assert at(metrics, "scr_sum_microsiemens", 60.0).value == 0.0
    assert at(metrics, "scr_sum_microsiemens", 120.0).value == pytest.approx(1.8, rel=0.1)
    assert at(metrics, "scr_sum_microsiemens", 120.0).unit == "µS"

    sc[t_s > 118] = 0.0
    _, metrics = run(t_s, sc)
    # 10 s are left out, 113 to 123, and with them the response that began at 111 stays.
    late = at(metrics, "scr_sum_microsiemens", 122.0)
    assert late.quality == pytest.approx(51 / 60, abs=0.02)
    assert late.value == pytest.approx(5 * 0.3 * 60 / 51, rel=0.25)


def test_a_response_within_5_s_of_an_artifact_leaves_the_rate() -> None:
    t_s = np.arange(0, 120, 0.05)
    sc = 5 + 0.5 * bateman(t_s - 100) + np.random.default_rng(4).normal(0, 0.001, t_s.size)
    sc[(t_s > 104) & (t_s < 104.5)] = 0.0
    responses, metrics = run(t_s, sc)
    assert len(responses) == 1
    assert at(metrics, "scr_per_min", 103.0).value == 1.0
    assert at(metrics, "scr_per_min", 106.0).value == 0.0


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "lost touch"),
        (np.nan, "lost touch"),
        (75.0, "upper end"),
        (5.0, "same number"),
    ],
)
def test_why_the_quality_is_low_is_said_in_words(value: float, words: str) -> None:
    t_s = np.arange(0, 60, 0.05)
    sc = 5 + np.random.default_rng(7).normal(0, 0.002, t_s.size)
    sc[(t_s > 40) & (t_s < 48)] = value
    _, metrics = run(t_s, sc)
    quality = at(metrics, "skin_quality", 55.0)
    assert quality.value < 0.9
    assert words in quality.reason
    assert at(metrics, "skin_quality", 40.0).reason == ""


def test_left_out_stretches_are_told() -> None:
    t_s = np.arange(0, 100, 0.05)
    sc = 5 + np.random.default_rng(7).normal(0, 0.002, t_s.size)
    sc[(t_s >= 30) & (t_s < 31)] = 0.0
    sc[t_s >= 70] += 1.0
    node = EdaNode("skin", 20.0)
    node.push(t_s, sc)
    (first, last), (from_s, until_s) = node.left_out
    assert (first, last) == pytest.approx((25.0, 36.0), abs=0.11)
    assert from_s < 70 < until_s
