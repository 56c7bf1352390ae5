"""Each input over its minute, from whichever sensor tells it best."""

from __future__ import annotations

from dataclasses import replace
from math import log, sqrt

import pytest

from biofeedback.kinds import BeatOrigin
from biofeedback.samples import Metric
from biofeedback.signal.arousal_inputs import ArousalInputs, Moment
from biofeedback.signal.measures import measured, missing
from biofeedback.signal.pacer_history import PacerHistory
from helpers.measured_body import CALM, MeasuredBody, stretch


def fed(*parts: tuple[MeasuredBody, int, int]) -> ArousalInputs:
    inputs = ArousalInputs(PacerHistory())
    for body, begin_s, end_s in parts:
        for known_s, metric in stretch(body, begin_s, end_s):
            inputs.take(known_s, metric)
    return inputs


def every_5_s(inputs: ArousalInputs, end_s: int) -> Moment:
    moment = inputs.at(5.0)
    for t_s in range(10, end_s + 1, 5):
        moment = inputs.at(float(t_s))
    return moment


def test_all_inputs_of_a_calm_body() -> None:
    inputs = ArousalInputs(PacerHistory())
    moment = None
    for known_s, metric in stretch(replace(CALM, wander=0.0), 0, 120):
        inputs.take(known_s, metric)
        if metric.name == "scr_per_min" and known_s % 5 == 0:
            moment = inputs.at(known_s)
    assert moment is not None
    values = {name: feature.value for name, feature in moment.features.items()}
    assert values == pytest.approx(
        {
            "heart_rate_bpm": 66.0,
            "ln_rmssd": log(40.0),
            "ln_scl_change": 0.0,
            "root_scr_per_min": sqrt(3.375),
            "breaths_per_min": 13.0,
        }
    )
    assert all(feature.quality == 1.0 for feature in moment.features.values())
    assert not moment.is_paced


def test_what_was_not_known_yet_does_not_count() -> None:
    inputs = fed((CALM, 0, 60))
    inputs.take(64.0, measured(60.0, "rmssd_ms", 90.0, "strap"))
    assert inputs.at(60.0).features["ln_rmssd"].value < log(60.0)
    assert inputs.at(65.0).features["ln_rmssd"].value == pytest.approx(log(90.0))


def test_a_lost_or_old_measure_is_absent() -> None:
    lost = fed((CALM, 0, 60), (replace(CALM, is_lost=True), 60, 61))
    assert "ln_rmssd" in lost.at(60.0).features
    assert "ln_rmssd" not in lost.at(65.0).features
    assert "ln_rmssd" in fed((CALM, 0, 60)).at(70.0).features
    assert "ln_rmssd" not in fed((CALM, 0, 60)).at(75.0).features
    assert not fed((CALM, 0, 60)).at(125.0).features


def test_half_a_minute_of_heart_is_no_minute() -> None:
    assert "heart_rate_bpm" not in fed((CALM, 0, 30)).at(60.0).features
    assert "heart_rate_bpm" not in fed((CALM, 0, 30)).at(30.0).features
    most = fed((CALM, 0, 50)).at(60.0).features["heart_rate_bpm"]
    assert most.quality == pytest.approx(10 / 12)


def test_corrected_beats_take_weight_from_variability_first() -> None:
    some = fed((replace(CALM, quality=0.9), 0, 60)).at(60.0).features
    assert some["ln_rmssd"].quality == pytest.approx(2 / 3)
    assert some["heart_rate_bpm"].quality == pytest.approx(0.9)
    assert "ln_rmssd" not in fed((replace(CALM, quality=0.82), 0, 60)).at(60.0).features


def test_the_better_of_two_sensors_speaks() -> None:
    inputs = fed((replace(CALM, quality=0.7, wander=0.0), 0, 60))
    for second in range(1, 61):
        inputs.take(float(second), measured(float(second), "heart_rate_bpm", 70.0, "another"))
    assert inputs.at(60.0).features["heart_rate_bpm"].value == 70.0


def test_breathing_from_heartbeats_or_joined_does_not_speak() -> None:
    inputs = ArousalInputs(PacerHistory())
    for second in range(1, 61):
        rate = measured(float(second), "breaths_per_min", 6.0, "strap", origin=BeatOrigin.STRAP)
        inputs.take(float(second), rate)
        inputs.take(float(second), replace(rate, origin=None, source="together"))
    assert "breaths_per_min" not in inputs.at(60.0).features


def test_a_rise_of_the_level_speaks_and_fades() -> None:
    """A step up by a fifth is seen whole at first and is nothing new a quarter of an hour later."""
    inputs = ArousalInputs(PacerHistory())
    change = {}
    for second in range(1, 1201):
        level = 5.0 if second < 300 else 6.0
        inputs.take(float(second), measured(float(second), "scl_microsiemens", level, "skin"))
        if second % 5 == 0 and (found := inputs.at(float(second)).features):
            change[second] = found["ln_scl_change"].value if "ln_scl_change" in found else 0.0
    assert change[295] == 0.0
    assert change[330] == pytest.approx(log(1.2), rel=0.15)
    assert change[1200] < 0.1 * log(1.2)


def test_a_skin_that_has_been_silent_for_minutes_says_nothing() -> None:
    inputs = ArousalInputs(PacerHistory())
    spoken = {}
    for second in range(1, 601):
        rate = 4.0 if second <= 60 else 0.0
        inputs.take(float(second), measured(float(second), "scr_per_min", rate, "skin"))
        if second % 5 == 0:
            spoken[second] = "root_scr_per_min" in inputs.at(float(second)).features
    assert spoken[60]
    assert spoken[300]
    assert not spoken[400]
    silent = fed((replace(CALM, scr_per_min=0.0), 0, 120))
    assert "root_scr_per_min" not in silent.at(120.0).features


def test_movement_is_the_mean_of_the_minute() -> None:
    inputs = fed((replace(CALM, movement_g=0.2), 0, 30), (replace(CALM, movement_g=0.0), 30, 60))
    assert inputs.at(60.0).movement_g == pytest.approx(0.1, abs=0.01)
    assert fed((CALM, 0, 60)).at(60.0).movement_g == 0.0


def test_a_pacer_in_the_minute_is_seen() -> None:
    pacer = PacerHistory()
    inputs = ArousalInputs(pacer)
    pacer.push(30.0, [4.0, 0.0, 6.0, 0.0, 0.0, 0.0])
    pacer.push(80.0, [float("nan")] * 6)
    assert not inputs.at(25.0).is_paced
    assert inputs.at(30.0).is_paced
    assert inputs.at(135.0).is_paced
    assert not inputs.at(145.0).is_paced


def test_it_holds_no_more_than_a_minute() -> None:
    inputs = fed((CALM, 0, 600))
    every_5_s(inputs, 600)
    assert inputs.oldest_s == 541.0


def test_measures_that_are_none_never_come_out() -> None:
    inputs = ArousalInputs(PacerHistory())
    for second in range(1, 61):
        t_s = float(second)
        for name in ("heart_rate_bpm", "rmssd_ms", "scl_microsiemens", "scr_per_min"):
            inputs.take(t_s, missing(t_s, name, "x", reason="nothing"))
        inputs.take(t_s, Metric(t_s, "rmssd_ms", 0.0, "ms", 60.0, 1.0, source="still"))
    assert not inputs.at(60.0).features
