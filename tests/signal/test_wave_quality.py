"""How seconds of any waveform become one measure."""

from __future__ import annotations

from math import isnan, nan

import pytest

from biofeedback.kinds import BeatOrigin
from biofeedback.signal.wave_quality import WaveQuality


def begun(t_s: float = 0.0) -> WaveQuality:
    quality = WaveQuality(
        "ecg_quality", "chest", BeatOrigin.ECG, 6.0, missing_words="lost", sparse_words="seldom"
    )
    quality.begin(t_s)
    return quality


def test_seconds_that_cannot_be_judged_yet_count_down_and_leave_no_trace() -> None:
    quality = begun(10.0)
    waits = [quality.metric(end_s, quality.unseen(end_s), "") for end_s in (11.0, 12.0, 15.9)]
    assert all(isnan(metric.value) for metric in waits)
    assert [metric.wait_s for metric in waits] == pytest.approx([5.0, 4.0, 0.1])
    assert quality.metric(17.0, quality.unseen(17.0), "no beat").value == 0.0
    assert quality.metric(18.0, 1.0, "").value == 0.5


def test_who_begins_again_and_again_is_told_why_and_not_to_wait() -> None:
    quality = begun()
    quality.begin(13.0)
    metric = quality.metric(14.0, nan, "")
    assert (metric.wait_s, metric.reason) == (0.0, "lost")


def test_ten_seconds_are_averaged_and_their_commonest_reason_told() -> None:
    quality = begun()
    for end_s in range(1, 21):
        quality.metric(float(end_s), 0.0, "long ago")
    told = [
        quality.metric(float(end_s), 0.5, reason)
        for end_s, reason in enumerate(["hum", "loose", "hum", "loose", "hum"] * 2, 21)
    ]
    metric = told[-1]
    assert (metric.value, metric.reason, metric.window_s) == (0.5, "hum", 10.0)
    assert (metric.source, metric.origin) == ("chest", BeatOrigin.ECG)


def test_a_good_measure_has_no_reason() -> None:
    quality = begun()
    for end_s in range(1, 10):
        quality.metric(float(end_s), 1.0, "")
    metric = quality.metric(10.0, 0.2, "hum")
    assert metric.value == pytest.approx(0.92)
    assert metric.reason == ""


def test_a_long_hole_fills_the_window_and_no_more() -> None:
    quality = begun()
    quality.metric(1.0, 1.0, "")
    quality.skip(1_000_000)
    metric = quality.metric(1_000_002.0, 1.0, "")
    assert metric.value == pytest.approx(0.1)
    assert metric.reason == "lost"


def test_a_sensor_that_measures_too_seldom_says_so() -> None:
    metric = begun().too_sparse(3.0)
    assert isnan(metric.value)
    assert (metric.t_s, metric.reason, metric.wait_s) == (3.0, "seldom", 0.0)
