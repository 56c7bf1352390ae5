"""Sensors that send a heart rate and no intervals."""

from __future__ import annotations

from math import isnan

from biofeedback.samples import Metric
from biofeedback.signal.strap_rate import StrapRateNode


def test_rate_stands_in_when_no_interval_has_come_for_10_s() -> None:
    """First the seconds to wait, then the sensor's number, and why the rest is missing."""
    node = StrapRateNode("watch")
    by_second = [node.push(float(t_s), 72.0) for t_s in range(13)]

    assert [m.wait_s for results in by_second[:10] for m in results] == list(range(10, 0, -1))
    results = {m.name: m for m in by_second[12]}
    assert results["heart_rate_bpm"].value == 72.0
    assert isnan(results["rmssd_ms"].value)
    assert results["rmssd_ms"].reason.startswith("heart rate only")
    assert results["coherence"].wait_s == 0.0


def test_strap_with_intervals_does_not_need_it() -> None:
    """Nothing while intervals come; after 10 s without one the rate stands in, until they do."""
    node = StrapRateNode("strap")
    results: list[Metric] = []
    for t_s in range(1, 30):
        node.interval(t_s - 0.2)
        results += node.push(float(t_s), 70.0)
    assert results == []

    quiet = [node.push(float(t_s), 70.0) for t_s in range(30, 45)]
    assert [bool(found) for found in quiet] == [False] * 9 + [True] * 6
    node.interval(44.9)
    assert node.push(45.0, 70.0) == []


def test_impossible_rate_is_missing() -> None:
    """Zero means that the strap has no contact."""
    node = StrapRateNode("watch")
    node.push(0.0, 0.0)
    found = node.push(20.0, 0.0)[0]
    assert found.name == "heart_rate_bpm"
    assert isnan(found.value)
    assert found.reason
