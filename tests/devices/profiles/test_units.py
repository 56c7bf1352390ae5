from __future__ import annotations

from math import isnan

import numpy as np
import pytest

from biofeedback.devices.profiles.units import (
    KINDS,
    channel_keys,
    channel_names,
    conversion_of,
    slug,
)


@pytest.mark.parametrize(
    ("kind", "unit", "reading", "channel", "expected"),
    [
        ("eda", "uS", 4.0, "sc_microsiemens", 4.0),
        ("eda", "µS", 4.0, "sc_microsiemens", 4.0),
        ("eda", "nS", 4000.0, "sc_microsiemens", 4.0),
        ("eda", "mS", 0.004, "sc_microsiemens", 4.0),
        ("eda", "S", 4e-6, "sc_microsiemens", 4.0),
        ("eda", "ohm", 250_000.0, "sc_microsiemens", 4.0),
        ("eda", "kOhm", 250.0, "sc_microsiemens", 4.0),
        ("eda", "MOhm", 0.25, "sc_microsiemens", 4.0),
        ("ecg", "mV", 1.2, "ecg_microvolts", 1200.0),
        ("emg", "V", 1e-3, "emg_microvolts", 1000.0),
        ("emg", "a.u.", 512.0, "emg_au", 512.0),
        ("resp", "a.u.", 0.5, "belt_au", 0.5),
        ("resp", "N", 7.0, "belt_newton", 7.0),
        ("temp", "C", 33.5, "skin_celsius", 33.5),
        ("temp", "F", 98.6, "skin_celsius", 37.0),
        ("temp", "K", 306.65, "skin_celsius", 33.5),
        ("rr", "1/1024 s", 945.0, "rr_ms", 922.8515625),
        ("rr", "s", 0.8, "rr_ms", 800.0),
        ("pp", "ms", 800.0, "pp_ms", 800.0),
        ("acc_x", "mg", 1000.0, "acc_x_g", 1.0),
        ("acc_z", "m/s2", 9.80665, "acc_z_g", 1.0),
        ("hr", "bpm", 62.0, "sensor_heart_rate_bpm", 62.0),
    ],
)
def test_readings_become_the_unit_the_app_keeps(
    kind: str, unit: str, reading: float, channel: str, expected: float
) -> None:
    conversion = conversion_of(kind, unit)
    assert conversion.channel == channel
    assert conversion.apply(np.array([reading]))[0] == pytest.approx(expected, rel=1e-12)


def test_no_skin_has_a_resistance_of_nothing_or_less() -> None:
    for ohm in (0.0, -5.0, np.nan, np.inf):
        assert isnan(conversion_of("eda", "ohm").apply(np.array([ohm]))[0])


def test_what_is_none_of_the_kinds_is_named_by_label_and_unit() -> None:
    assert conversion_of("other", "%", "Relative humidity").channel == "relative_humidity_pct"
    assert conversion_of("other", "").channel == "value"
    assert slug("Skin (µS)") == "skin_us"


def test_a_kind_has_no_unit_of_another() -> None:
    for kind, entry in KINDS.items():
        if entry.units:
            with pytest.raises(KeyError):
                conversion_of(kind, "furlong")


def test_channels_that_share_a_name_are_told_apart() -> None:
    assert channel_keys(["ppg", "eda", "ppg", "ppg"]) == ("ppg", "eda", "ppg_2", "ppg_3")
    assert channel_names(["ppg_au", "ppg_au", "ppg_au"]) == ("ppg_au", "ppg_2_au", "ppg_3_au")
    assert channel_names(["value", "value"]) == ("value", "value_2")
