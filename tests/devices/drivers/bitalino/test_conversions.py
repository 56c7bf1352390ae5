from __future__ import annotations

import numpy as np
import pytest

from biofeedback.devices.drivers.bitalino.conversions import SENSORS


@pytest.mark.parametrize(
    ("sensor", "reading", "bits", "value"),
    [
        # By hand from the data sheets; the ends of the range are those that they give.
        ("ecg", 512, 10, 0.0),
        ("ecg", 0, 10, -1500.0),
        ("ecg", 768, 10, 750.0),
        ("emg", 0, 10, -1635.2824),
        ("emg", 48, 6, 817.6412),
        ("eeg", 0, 10, -41.25),
        ("eda", 0, 10, 0.0),
        ("eda", 512, 10, 12.5),
        ("eda", 41, 10, 1.000977),
        ("eda", 32, 6, 12.5),
        ("eda-2013", 0, 10, 1.0),
        ("eda-2013", 512, 10, 2.0),
        ("eda-2013", 921, 10, 9.941748),
        ("respiration", 512, 10, 0.0),
        ("respiration", 0, 10, -50.0),
        ("respiration", 48, 6, 25.0),
        ("pulse", 256, 10, 0.25),
        ("light", 16, 6, 25.0),
        ("acceleration", 37, 6, 37.0),
        ("raw", 1023, 10, 1023.0),
    ],
)
def test_reading_becomes_its_value(sensor: str, reading: int, bits: int, value: float) -> None:
    converted = SENSORS[sensor].convert(np.array([float(reading)]), bits)

    assert converted == pytest.approx([value], rel=1e-6)


@pytest.mark.parametrize("sensor", ["eda", "eda-2013"])
@pytest.mark.parametrize("bits", [6, 10])
def test_skin_beyond_the_range_is_no_reading(sensor: str, bits: int) -> None:
    top = (1 << bits) - 1

    converted = SENSORS[sensor].convert(np.array([top - 1.0, top]), bits)

    assert np.isnan(converted).tolist() == [False, True]


@pytest.mark.parametrize("sensor", SENSORS)
def test_more_is_more_for_every_sensor(sensor: str) -> None:
    converted = SENSORS[sensor].convert(np.arange(1023.0), 10)

    assert (np.diff(converted) > 0).all()
