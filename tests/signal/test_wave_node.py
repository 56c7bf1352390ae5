"""What every node for beats in a waveform does, with a waveform whose samples are the beats."""

from __future__ import annotations

from itertools import pairwise
from math import isnan, nan
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.kinds import BeatOrigin
from biofeedback.samples import Metric
from biofeedback.signal.wave_beat import WaveBeat
from biofeedback.signal.wave_node import WaveNode, WaveSite
from biofeedback.signal.wave_quality import WaveQuality

if TYPE_CHECKING:
    from numpy.typing import NDArray

BLOCK = 4
RATE_HZ = 10.0


class Site(WaveSite):
    """Each sample is a beat, known when its block of four is full."""

    def __init__(self, quality: WaveQuality) -> None:
        super().__init__(quality, 1.5 / RATE_HZ)
        self.waiting: list[float] = []
        self.restarts: list[tuple[float, bool]] = []

    def _fill(
        self,
        t_s: NDArray[np.float64],
        values: NDArray[np.float64],
        results: list[WaveBeat | Metric],
    ) -> None:
        assert t_s.shape == values.shape
        for at_s in t_s.tolist():
            self.waiting.append(at_s)
            if len(self.waiting) == BLOCK:
                self._flush(results)

    def _flush(self, results: list[WaveBeat | Metric]) -> None:
        results += [WaveBeat(at_s, nan, 1.0, 1.0) for at_s in self.waiting]
        if self.waiting:
            self._reach(self.waiting[-1], results)
        self.waiting.clear()

    def _close_second(self, results: list[WaveBeat | Metric]) -> None:
        results.append(self._quality.metric(self._second + 1.0, 1.0, ""))

    def _restart(self, t_s: float, *, forgets: bool) -> None:
        self.restarts.append((t_s, forgets))


class Node(WaveNode):
    def __init__(self, n_to_learn: int = 0, *, is_sparse: bool = False) -> None:
        quality = WaveQuality(
            "ecg_quality", "chest", BeatOrigin.ECG, 6.0, missing_words="lost", sparse_words="seldom"
        )
        super().__init__(quality, n_to_learn, 1e6)
        self.is_sparse = is_sparse
        self.site = Site(quality)
        self.learnt: list[float] = []

    def _begin(self, t_s: NDArray[np.float64]) -> WaveSite | None:
        self.learnt = t_s.tolist()
        return None if self.is_sparse else self.site


def even(first_s: float, n: int) -> NDArray[np.float64]:
    return first_s + np.arange(n) / RATE_HZ


def run(node: Node, t_s: NDArray[np.float64], cuts: list[int]) -> list[WaveBeat | Metric]:
    edges = sorted({0, *(cut % (t_s.size + 1) for cut in cuts), t_s.size})
    results: list[WaveBeat | Metric] = []
    for first, last in pairwise(edges):
        results += node.push(t_s[first:last], np.ones(last - first))
    return results


def test_what_waited_before_a_gap_is_handled_and_its_lost_seconds_count() -> None:
    node = Node()
    t_s = np.concatenate((even(0.05, 6), even(5.05, 14)))
    results = run(node, t_s, [])

    beats_s = [result.t_s for result in results if isinstance(result, WaveBeat)]
    assert beats_s == t_s[: 6 + 12].tolist()
    seconds = [result for result in results if isinstance(result, Metric)]
    # The first second, four of silence, and the one that the next gap or sample ends.
    assert [(metric.t_s, metric.value) for metric in seconds] == [(1.0, 1.0), (6.0, 2 / 6)]
    assert node.site.restarts == [(5.05, False)]


def test_only_after_half_a_minute_is_the_wave_forgotten() -> None:
    node = Node()
    run(node, np.concatenate((even(0.0, 8), even(30.0, 8), even(70.0, 8))), [])
    assert node.site.restarts == [(30.0, False), (70.0, True)]


def test_a_site_that_has_to_learn_gets_what_came_before() -> None:
    node = Node(n_to_learn=5)
    t_s = even(0.0, 8)
    assert node.push(t_s[:3], np.ones(3)) == []
    results = node.push(t_s[3:], np.ones(5))
    assert node.learnt == t_s[:5].tolist()
    assert [result.t_s for result in results if isinstance(result, WaveBeat)] == t_s.tolist()


def test_a_sensor_that_is_too_slow_is_refused_once_a_second() -> None:
    node = Node(n_to_learn=5, is_sparse=True)
    results = run(node, even(3.0, 25), [2, 3, 11])
    assert [(result.t_s, result.reason) for result in results if isinstance(result, Metric)] == [
        (3.0, "seldom"),
        (4.0, "seldom"),
        (5.0, "seldom"),
    ]
    assert len(results) == 3


def test_values_that_are_no_numbers_are_as_if_they_had_not_come() -> None:
    node = Node()
    t_s = even(0.0, 12)
    values = np.ones((12, 1))
    values[[1, 5, 6]] = [[np.nan], [np.inf], [-1e7]]
    results = node.push(t_s, values)
    # One that is missing leaves a step of two periods, which is a gap as that of three is.
    assert len(node.site.restarts) == 2
    assert all(not isnan(result.t_s) for result in results)
    assert node.push(np.empty(0), np.empty(0)) == []


@given(
    cuts=st.lists(st.integers(0, 200), max_size=30),
    gaps_s=st.lists(st.floats(0.06, 50.0), min_size=3, max_size=3),
    n_to_learn=st.sampled_from([0, 1, 7]),
    is_sparse=st.booleans(),
)
def test_how_samples_are_cut_into_chunks_leaves_no_trace(
    cuts: list[int], gaps_s: list[float], n_to_learn: int, is_sparse: bool
) -> None:
    t_s = even(0.0, 100)
    for at, gap_s in zip((13, 40, 41), gaps_s, strict=True):
        t_s[at:] += gap_s
    whole = run(Node(n_to_learn, is_sparse=is_sparse), t_s, [])
    assert repr(run(Node(n_to_learn, is_sparse=is_sparse), t_s, cuts)) == repr(whole)
    assert whole
