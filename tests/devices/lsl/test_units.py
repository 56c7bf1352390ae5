from __future__ import annotations

import numpy as np
import pytest

from biofeedback.devices.lsl.units import conversion, unit_of
from biofeedback.devices.profiles.units import KINDS, conversion_of
from biofeedback.kinds import StreamKind


@pytest.mark.parametrize(
    ("kind", "unit", "theirs", "ours", "quantity"),
    [
        (StreamKind.ECG, "microvolts", 5.0, 5.0, "microvolts"),
        (StreamKind.ECG, "uV", 5.0, 5.0, "microvolts"),
        (StreamKind.ECG, "\u00b5V", 5.0, 5.0, "microvolts"),
        (StreamKind.ECG, "\u03bcV", 5.0, 5.0, "microvolts"),
        (StreamKind.ECG, " mV ", 0.5, 500.0, "microvolts"),
        (StreamKind.EMG, "Volts", 2e-5, 20.0, "microvolts"),
        (StreamKind.EDA, "microsiemens", 3.0, 3.0, "microsiemens"),
        (StreamKind.EDA, "µS", 3.0, 3.0, "microsiemens"),
        (StreamKind.EDA, "nS", 3000.0, 3.0, "microsiemens"),
        (StreamKind.EDA, "mS", 0.003, 3.0, "microsiemens"),
        (StreamKind.EDA, "Siemens", 3e-6, 3.0, "microsiemens"),
        (StreamKind.EDA, "kOhm", 500.0, 2.0, "microsiemens"),
        (StreamKind.EDA, "k\u2126", 500.0, 2.0, "microsiemens"),
        (StreamKind.EDA, "Ohms", 500_000.0, 2.0, "microsiemens"),
        (StreamKind.EDA, "MΩ", 0.5, 2.0, "microsiemens"),
        (StreamKind.RR, "ms", 812.0, 812.0, "ms"),
        (StreamKind.RR, "seconds", 0.812, 812.0, "ms"),
        (StreamKind.HEART_RATE, "BPM", 61.0, 61.0, "bpm"),
        (StreamKind.HEART_RATE, "Hz", 1.0, 60.0, "bpm"),
        (StreamKind.ACCELERATION, "g", 1.0, 1.0, "g"),
        (StreamKind.ACCELERATION, "mg", 1000.0, 1.0, "g"),
        (StreamKind.ACCELERATION, "m/s²", 9.80665, 1.0, "g"),
        (StreamKind.ACCELERATION, "m/s^2", 9.80665, 1.0, "g"),
        (StreamKind.TEMPERATURE, "degrees Celsius", 33.0, 33.0, "celsius"),
        (StreamKind.TEMPERATURE, "℃", 33.0, 33.0, "celsius"),
        (StreamKind.TEMPERATURE, "K", 306.15, 33.0, "celsius"),
        (StreamKind.TEMPERATURE, "°F", 91.4, 33.0, "celsius"),
        (StreamKind.RESPIRATION, "newtons", 4.0, 4.0, "newton"),
        (StreamKind.RESPIRATION, "whatever", 4.0, 4.0, "au"),
        (StreamKind.PPG, "counts", 4.0, 4.0, "au"),
        (StreamKind.PPG, "", 4.0, 4.0, "au"),
    ],
)
def test_a_unit_becomes_ours(
    kind: StreamKind, unit: str, theirs: float, ours: float, quantity: str
) -> None:
    convert = conversion(kind, unit)
    assert convert is not None
    assert convert.quantity == quantity
    assert convert(np.array([theirs]))[0] == pytest.approx(ours)
    assert not convert.is_assumed


@pytest.mark.parametrize(
    ("kind", "quantity"),
    [
        (StreamKind.ECG, "microvolts"),
        (StreamKind.EDA, "microsiemens"),
        (StreamKind.RR, "ms"),
        (StreamKind.HEART_RATE, "bpm"),
        (StreamKind.TEMPERATURE, "celsius"),
        (StreamKind.ACCELERATION, "g"),
    ],
)
def test_where_none_is_named_the_usual_one_is_assumed_and_it_shows(
    kind: StreamKind, quantity: str
) -> None:
    for unit in ("", "none", "N/A"):
        convert = conversion(kind, unit)
        assert convert is not None
        assert convert.quantity == quantity
        assert convert.is_assumed


@pytest.mark.parametrize("kind", [StreamKind.ECG, StreamKind.EDA, StreamKind.RR, StreamKind.EMG])
@pytest.mark.parametrize("unit", ["counts", "kg", "adc", "normalized"])
def test_an_unknown_one_is_not_guessed_at(kind: StreamKind, unit: str) -> None:
    assert conversion(kind, unit) is None


def test_what_is_no_reading_stays_none() -> None:
    volts = conversion(StreamKind.ECG, "mV")
    ohms = conversion(StreamKind.EDA, "kOhm")
    assert volts is not None
    assert ohms is not None
    assert np.isnan(volts(np.array([np.nan, np.inf, -np.inf]))).all()
    assert np.isnan(ohms(np.array([0.0, -5.0, np.nan, np.inf]))).all()


@pytest.mark.parametrize(
    ("channel", "unit"),
    [
        ("ecg_microvolts", "microvolts"),
        ("sc_microsiemens", "microsiemens"),
        ("rr_ms", "milliseconds"),
        ("sensor_heart_rate_bpm", "beats per minute"),
        ("acc_x_g", "g"),
        ("skin_celsius", "degrees Celsius"),
        ("belt_au", "arbitrary"),
        ("lf_power_ms2", "milliseconds squared"),
        ("breaths_per_min", "per minute"),
        ("coherence", "normalized"),
        ("lf_hf_ratio", "normalized"),
    ],
)
def test_a_name_of_ours_tells_its_unit_spelled_out(channel: str, unit: str) -> None:
    assert unit_of(channel) == unit


@pytest.mark.parametrize(
    ("kind", "unit"), [(key, unit) for key, kind in KINDS.items() for unit in kind.units]
)
def test_a_unit_is_worth_the_same_as_in_a_profile(kind: str, unit: str) -> None:
    """Streams are read more freely than profiles, yet no spelling may mean two things."""
    here, there = conversion(KINDS[kind].stream, unit), conversion_of(kind, unit)
    if here is None or here.quantity == "au":
        assert unit in {"a.u.", "au", "mN", "1/1024 s"}
        return
    readings = np.array([-2.0, 0.0, 0.5, 37.0, 812.0, np.nan])
    np.testing.assert_array_equal(here(readings), there.apply(readings))
    assert there.channel.endswith(here.quantity)
