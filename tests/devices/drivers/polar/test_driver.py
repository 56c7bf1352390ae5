from __future__ import annotations

import pytest

from biofeedback.devices.driver import Advertised
from biofeedback.devices.drivers.heart_rate import HEART_RATE_SERVICE
from biofeedback.devices.drivers.polar.control_point import MEASUREMENT_SERVICE
from biofeedback.devices.drivers.polar.driver import PolarDriver
from biofeedback.samples import StreamKind as Kind

OPTICAL = (Kind.HEART_RATE, Kind.PPG, Kind.PP, Kind.ACCELERATION)


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("Polar H10 5C2A91B3", (Kind.RR, Kind.HEART_RATE, Kind.ECG, Kind.ACCELERATION)),
        ("Polar H9 5C2A91B3", (Kind.RR, Kind.HEART_RATE)),
        ("Polar Sense 0A1B2C3D", OPTICAL),
        ("Polar Verity Sense 0A1B2C3D", OPTICAL),
        ("Polar OH1 0A1B2C3D", OPTICAL),
        ("POLAR H10 5C2A91B3", (Kind.RR, Kind.HEART_RATE, Kind.ECG, Kind.ACCELERATION)),
    ],
)
def test_what_a_sensor_measures_is_known_by_its_name(name: str, kinds: tuple[Kind, ...]) -> None:
    assert PolarDriver().kinds(Advertised(name, (HEART_RATE_SERVICE,))) == kinds


def test_a_newer_sensor_is_known_by_its_service() -> None:
    advertised = Advertised("Polar Something", (MEASUREMENT_SERVICE,))
    assert PolarDriver().kinds(advertised) == (Kind.HEART_RATE,)


@pytest.mark.parametrize("name", ["", "TICKR 1234", "Polar H7 5C2A91B3", "My Polar H10"])
def test_others_are_left_to_other_drivers(name: str) -> None:
    assert PolarDriver().kinds(Advertised(name, (HEART_RATE_SERVICE,))) == ()


@pytest.mark.parametrize(
    ("only", "kinds"),
    [
        ("heart", (Kind.RR, Kind.HEART_RATE)),
        ("ECG", (Kind.RR, Kind.HEART_RATE, Kind.ECG)),
        ("heart,acceleration", (Kind.RR, Kind.HEART_RATE, Kind.ACCELERATION)),
    ],
)
def test_a_person_may_ask_for_less(only: str, kinds: tuple[Kind, ...]) -> None:
    driver = PolarDriver().configured({"only": only})
    assert driver.kinds(Advertised("Polar H10 5C2A91B3")) == kinds


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"just": "heart"}, "There is no option “just”; there is “only”"),
        (
            {"only": "heart,gyro"},
            "“gyro” is nothing that it could send only. There are: heart, ecg",
        ),
    ],
)
def test_what_cannot_be_asked_for_is_told_in_words(options: dict[str, str], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        PolarDriver().configured(options)
