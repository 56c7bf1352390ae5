"""What is usual for a person: gathered, kept, combined."""

from __future__ import annotations

from dataclasses import replace
from math import isnan, log, nan
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.kinds import Role, StreamKind
from biofeedback.signal.arousal_inputs import INPUTS, ArousalInputs, Moment
from biofeedback.signal.baseline import (
    BASELINE_STREAM,
    Baseline,
    BaselineCollector,
    Usual,
    baseline_chunk,
    combined,
)
from biofeedback.signal.pacer_history import PacerHistory
from helpers.measured_body import CALM, MeasuredBody, stretch


def moments(body: MeasuredBody, seconds: int, pacer: PacerHistory | None = None) -> list[Moment]:
    inputs = ArousalInputs(pacer or PacerHistory())
    found = []
    for known_s, metric in stretch(body, 0, seconds):
        inputs.take(known_s, metric)
        if metric.name == "scr_per_min" and known_s % 5 == 0:
            found.append(inputs.at(known_s))
    return found


def collected(body: MeasuredBody, seconds: int, begin_s: float = 0.0) -> BaselineCollector:
    collector = BaselineCollector(begin_s)
    for moment in moments(body, seconds):
        collector.take(moment)
    return collector


def usual(median: float, mad: float = 1.0) -> dict[str, Usual]:
    return {"heart_rate_bpm": Usual(median, mad)}


def kept(median: float, mad: float = 1.0, quality: float = 1.0) -> Baseline:
    return Baseline(0.0, 240.0, quality, MappingProxyType(usual(median, mad)))


def test_three_quiet_minutes_are_enough_and_it_says_how_long_to_go() -> None:
    collector = BaselineCollector(0.0)
    to_go = {}
    for moment in moments(CALM, 240):
        collector.take(moment)
        to_go[moment.t_s] = collector.progress.to_go_s
    assert to_go[55.0] == 180.0
    assert to_go[60.0] == 120.0
    assert to_go[120.0] == 60.0
    assert to_go[180.0] == 0.0
    assert collector.is_enough
    assert not collector.is_full


def test_it_holds_the_middle_and_the_spread_of_each_input() -> None:
    found = collected(CALM, 300).baseline(300.0)
    assert found is not None
    assert found.t_s == 300.0
    assert found.duration_s == 300.0
    assert found.quality == 1.0
    assert found.inputs["heart_rate_bpm"].median == pytest.approx(66.0, abs=0.5)
    assert found.inputs["ln_rmssd"].median == pytest.approx(log(40.0), abs=0.05)
    assert found.inputs["breaths_per_min"].median == pytest.approx(13.0, abs=0.4)
    assert found.inputs["root_scr_per_min"].median == pytest.approx(3.375**0.5)
    assert found.inputs["root_scr_per_min"].mad == 0.0
    assert 0 < found.inputs["ln_rmssd"].mad < 0.15


def test_five_minutes_are_all_it_takes() -> None:
    collector = collected(CALM, 600)
    assert collector.is_full
    assert collector.progress.counted_s == 300.0


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (replace(CALM, movement_g=0.1), "moving"),
        (replace(CALM, quality=0.8), "not steady"),
        (replace(CALM, is_lost=True), "not steady"),
    ],
)
def test_what_is_not_quiet_does_not_count_and_says_why(body: MeasuredBody, words: str) -> None:
    progress = collected(body, 300).progress
    assert progress.counted_s == 0.0
    assert progress.to_go_s == 180.0
    assert words in progress.reason
    assert collected(body, 300).baseline(300.0) is None


def test_a_led_breath_does_not_count() -> None:
    pacer = PacerHistory()
    pacer.push(0.0, [4.0, 0.0, 6.0, 0.0, 0.0, 0.0])
    collector = BaselineCollector(0.0)
    for moment in moments(CALM, 200, pacer):
        collector.take(moment)
    assert collector.progress.counted_s == 0.0
    assert "own breathing" in collector.progress.reason


def test_what_was_before_does_not_count() -> None:
    assert collected(CALM, 200, begin_s=100.0).progress.counted_s == 100.0


def test_an_input_that_was_rarely_good_is_left_out() -> None:
    collector = BaselineCollector(0.0)
    for n, moment in enumerate(moments(CALM, 300)):
        features = dict(moment.features)
        if n % 2:
            features.pop("breaths_per_min", None)
        collector.take(replace(moment, features=MappingProxyType(features)))
    found = collector.baseline(300.0)
    assert found is not None
    assert "breaths_per_min" not in found.inputs
    assert "heart_rate_bpm" in found.inputs


def test_a_constant_body_has_no_spread_and_still_a_finite_distance() -> None:
    found = collected(replace(CALM, wander=0.0), 300).baseline(300.0)
    assert found is not None
    heart = found.inputs["heart_rate_bpm"]
    assert heart.mad == 0.0
    spec = INPUTS["heart_rate_bpm"]
    assert heart.z(66.0 + spec.min_sd, spec.min_sd) == pytest.approx(1.0)


def test_the_stream_carries_it_whole() -> None:
    found = collected(CALM, 300).baseline(300.0)
    assert found is not None
    chunk = baseline_chunk(found, 12.5)
    assert chunk.stream == BASELINE_STREAM
    assert chunk.stream.kind is StreamKind.BASELINE
    assert chunk.t_s.tolist() == [12.5]
    back = Baseline.from_row(12.5, chunk.values[0].tolist())
    assert back == replace(found, t_s=12.5)
    assert Baseline.from_values(found.to_values(), 300.0) == found


def test_each_of_two_people_has_a_stream_of_their_own() -> None:
    own, partners = baseline_chunk(kept(66.0), 0.0), baseline_chunk(kept(70.0), 0.0, Role.PARTNER)
    assert partners.stream.role is Role.PARTNER
    assert own.stream.stream_id != partners.stream.stream_id
    assert own.stream.channels == partners.stream.channels


def test_an_input_that_was_not_measured_stays_so() -> None:
    found = kept(66.0)
    values = found.to_values()
    assert isnan(values["ln_rmssd_median"])
    assert Baseline.from_values(values).inputs.keys() == {"heart_rate_bpm"}


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=20))
def test_a_broken_row_gives_a_baseline_without_broken_numbers(row: list[float]) -> None:
    found = Baseline.from_row(0.0, row)
    assert all(np.isfinite(pair).all() and pair.mad >= 0 for pair in found.inputs.values())
    assert 0.0 <= found.quality <= 1.0
    assert found.n_sessions >= 1


def test_none_combined_is_none_and_one_is_itself() -> None:
    assert combined([]) is None
    one = combined([kept(66.0, 2.0)])
    assert one is not None
    assert one.inputs == usual(66.0, 2.0)


def test_over_sessions_the_median_holds_and_an_odd_day_does_not() -> None:
    together = combined([kept(66.0), kept(67.0), kept(95.0), kept(65.0), kept(66.5)])
    assert together is not None
    assert together.inputs["heart_rate_bpm"].median == 66.5
    assert together.n_sessions == 5


def test_days_that_differ_widen_the_spread() -> None:
    together = combined([kept(60.0, 0.5), kept(70.0, 0.5), kept(65.0, 0.5)])
    assert together is not None
    assert together.inputs["heart_rate_bpm"].mad == 5.0
    alike = combined([kept(65.0, 0.5), kept(65.0, 0.5), kept(65.1, 0.5)])
    assert alike is not None
    assert alike.inputs["heart_rate_bpm"].mad == 0.5


def test_only_the_newest_fourteen_and_the_best_of_them_count() -> None:
    old = [kept(90.0)] * 10
    poor = [kept(80.0, quality=0.91)] * 7
    good = [kept(66.0)] * 7
    together = combined([*old, *poor, *good])
    assert together is not None
    assert together.n_sessions == 7
    assert together.inputs["heart_rate_bpm"].median == 66.0


def test_what_is_lacking_comes_from_the_other() -> None:
    stored = kept(66.0)
    today = Baseline(
        0.0, 180.0, 1.0, MappingProxyType({"ln_rmssd": Usual(3.7, 0.1), **usual(80.0)})
    )
    both = stored.completed_by(today)
    assert both.inputs == {"heart_rate_bpm": Usual(66.0, 1.0), "ln_rmssd": Usual(3.7, 0.1)}


def test_a_distance_is_in_robust_standard_deviations() -> None:
    assert Usual(60.0, 2.0).z(60.0 + 2.0 * 1.4826, 0.1) == pytest.approx(1.0)
    assert isnan(Usual(60.0, 2.0).z(nan, 0.1))
