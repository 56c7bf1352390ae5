from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.devices.driver import DecodeError
from biofeedback.devices.drivers.vernier.commands import (
    INIT_BODY,
    STOP_BODY,
    SensorDescription,
    Status,
    decode_sensor,
    decode_sensors,
    decode_status,
    period_body,
    sensor_body,
    start_body,
)
from helpers.vernier_peripheral import Quantity, encode_quantity


def test_commands_are_as_the_maker_publishes_them() -> None:
    assert INIT_BODY.hex() == "1aa54a06490748084709460a450b440c430d420e41"
    assert period_body(100_000).hex() == "1bff00a08601000000" + "0000"
    assert start_body(0b110).hex() == "18ff0106000000" + "00" * 8
    assert STOP_BODY.hex() == "19ff00ffffffff"
    assert sensor_body(2).hex() == "5002"


def test_status_tells_battery_charger_and_firmware() -> None:
    """Firmware 1.8.5 and 2.0.3, battery 0x57 = 87 %, charging."""
    status = bytes.fromhex("00 00 01 08 05 00 02 00 03 00 57 01")

    assert decode_status(status) == Status(87, is_charging=True, firmware="1.8.5")
    assert decode_status(status[:-2] + b"\xff\x00").battery_pct is None


def test_mask_of_a_real_belt_names_its_four_sensors() -> None:
    """54 = 0b110110."""
    assert decode_sensors(bytes((54, 0, 0, 0))) == (1, 2, 4, 5)
    assert decode_sensors(bytes((0, 0, 0, 0x80))) == (31,)


def test_description_of_a_sensor_is_read() -> None:
    quantity = Quantity(
        2, "Respiration Rate", "bpm", identifier=7, shortest_period_us=50_000, excludes=0b100
    )
    encoded = encode_quantity(quantity)

    assert len(encoded) == 148
    assert decode_sensor(encoded) == SensorDescription(
        2, 7, "Respiration Rate", "bpm", 50_000, 0b100
    )


@pytest.mark.parametrize(
    ("decode", "size"), [(decode_status, 12), (decode_sensors, 4), (decode_sensor, 148)]
)
def test_replies_that_end_too_soon_are_refused(decode: object, size: int) -> None:
    assert callable(decode)
    decode(bytes(size))
    for n in range(size):
        with pytest.raises(DecodeError):
            decode(bytes(n))


def test_description_of_a_number_that_cannot_be_asked_for_is_refused() -> None:
    """A command has a bit for each of 32 numbers."""
    assert decode_sensor(encode_quantity(Quantity(31, "Force", "N"))).number == 31
    with pytest.raises(DecodeError):
        decode_sensor(encode_quantity(Quantity(32, "Force", "N")))


@given(st.binary(max_size=200))
def test_no_bytes_crash_the_decoders(parameters: bytes) -> None:
    for decode in (decode_status, decode_sensors, decode_sensor):
        try:
            decode(parameters)
        except DecodeError:
            continue
