"""Sample entropy and DFA as they happen."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

import numpy as np
import pytest

from biofeedback.samples import BeatOrigin, Metric
from biofeedback.signal.dfa import dfa_alpha
from biofeedback.signal.nonlinear_node import HOP_S, WINDOW_S, NonlinearNode
from biofeedback.signal.sample_entropy import sample_entropy
from biofeedback.signal.tachogram import Interval
from helpers.simulated_rr import clean_rr_ms

if TYPE_CHECKING:
    from numpy.typing import NDArray


def beats(n_beats: int, heart_rate_bpm: float = 65.0) -> NDArray[np.float64]:
    return clean_rr_ms(np.random.default_rng(0), n_beats, 14.0, 5.0, heart_rate_bpm)


def run(
    t_s: NDArray[np.float64], rr_ms: NDArray[np.float64], share: float = 0.0
) -> list[list[Metric]]:
    """What each interval brought; an interval follows where it touches the one before."""
    node = NonlinearNode("strap", BeatOrigin.ECG)
    results = []
    last_s = -1.0
    for at_s, interval_ms in zip(t_s.tolist(), rr_ms.tolist(), strict=True):
        follows = at_s - interval_ms / 1000 - last_s < 0.1
        last_s = at_s
        results.append(node.add(Interval(at_s, interval_ms, follows), share))
    return results


def shown(results: list[list[Metric]]) -> list[Metric]:
    return [m for some in results for m in some if not isnan(m.value)]


def test_each_value_is_that_of_its_five_minutes() -> None:
    """Every 5 s from 300 s on, the published measures of exactly the window's intervals."""
    rr_ms = beats(420)
    t_s = np.cumsum(rr_ms) / 1000
    values = shown(run(t_s, rr_ms))

    times_s = sorted({m.t_s for m in values})
    assert WINDOW_S <= times_s[0] < WINDOW_S + 1.2
    # One in each five seconds: the first interval that ends in them.
    numbers = [int(at_s // HOP_S) for at_s in times_s]
    assert numbers == list(range(60, int(t_s[-1] // HOP_S) + 1))
    for metric in values:
        kept = rr_ms[(t_s > metric.t_s - WINDOW_S) & (t_s <= metric.t_s)]
        follows = np.arange(kept.size) > 0
        is_entropy = metric.name == "sample_entropy"
        found = sample_entropy(kept, follows) if is_entropy else dfa_alpha(kept, follows)
        assert metric.value == pytest.approx(found, rel=1e-9)
        assert (metric.window_s, metric.quality, metric.origin) == (300.0, 1.0, BeatOrigin.ECG)


def test_it_counts_down_to_the_first_value() -> None:
    """At every beat the seconds to go, and at the end of them a value."""
    rr_ms = beats(420)
    t_s = np.cumsum(rr_ms) / 1000
    results = run(t_s, rr_ms)
    first_s = shown(results)[0].t_s
    waiting = [some[0] for some in results if some and isnan(some[0].value)]
    assert len(waiting) == np.count_nonzero(t_s < WINDOW_S)
    assert all(m.t_s + m.wait_s == pytest.approx(WINDOW_S, abs=1e-6) for m in waiting)
    assert first_s - WINDOW_S < 1.2


def test_gap_is_not_crossed() -> None:
    """30 s lost of 300 lower the quality; the values are those of the two parts, not joined."""
    rr_ms = beats(500)
    t_s = np.cumsum(rr_ms) / 1000
    t_s[300:] += 30.0
    metric = shown(run(t_s, rr_ms))[-1]

    inside = (t_s > metric.t_s - WINDOW_S) & (t_s <= metric.t_s)
    follows = np.arange(500) != 300
    kept = follows[inside]
    kept[0] = False
    assert metric.name == "dfa_alpha1"
    assert metric.value == pytest.approx(dfa_alpha(rr_ms[inside], kept), rel=1e-9)
    assert metric.value != pytest.approx(
        dfa_alpha(rr_ms[inside], np.arange(kept.size) > 0), rel=1e-6
    )
    assert metric.quality == pytest.approx(0.9, abs=0.01)
    assert "missing" in metric.reason


def test_what_cannot_be_told_says_why() -> None:
    """A slow heart has too few beats, a steady one nothing to tell, a patched one no trust."""
    slow_ms = beats(260, heart_rate_bpm=36.0)
    last = run(np.cumsum(slow_ms) / 1000, slow_ms)
    assert not shown(last)
    assert "200 heartbeats" in next(some for some in reversed(last) if some)[0].reason

    steady_ms = np.full(400, 850.0)
    last = run(np.cumsum(steady_ms) / 1000, steady_ms)
    assert not shown(last)
    assert "hardly moves" in next(some for some in reversed(last) if some)[0].reason

    rr_ms = beats(420)
    for share, words in ((0.1, "corrected"), (0.3, "too many")):
        metric = next(
            some for some in reversed(run(np.cumsum(rr_ms) / 1000, rr_ms, share)) if some
        )[0]
        assert words in metric.reason
        assert isnan(metric.value) is (share > 0.2)


def test_beats_without_an_interval_hide_it_in_the_end() -> None:
    """46 s of noise are more than 15 % of five minutes: what was last told is withdrawn."""
    rr_ms = beats(420)
    t_s = np.cumsum(rr_ms) / 1000
    node = NonlinearNode("strap")
    for at_s, interval_ms in zip(t_s.tolist(), rr_ms.tolist(), strict=True):
        node.add(Interval(at_s, interval_ms, follows=True), 0.0)
    told = [node.lost(t_s[-1] + later_s, 0.0) for later_s in range(1, 60)]
    gone_s = next(i for i, some in enumerate(told) if some and some[0].wait_s > 0)
    assert 44 <= gone_s <= 50
    assert all(isnan(m.value) for some in told[gone_s:] for m in some)


def test_nothing_before_the_first_interval() -> None:
    """A first beat that is none: five minutes to wait."""
    found = NonlinearNode("strap").lost(3.0, 1.0)
    assert [(m.name, m.wait_s) for m in found] == [("sample_entropy", 300.0), ("dfa_alpha1", 300.0)]
