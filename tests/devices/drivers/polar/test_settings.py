from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.devices.driver import DecodeError
from biofeedback.devices.drivers.polar.control_point import Measurement, decode_answer
from biofeedback.devices.drivers.polar.settings import (
    Setting,
    choose,
    decode_settings,
    encode_settings,
    factor_of,
    true_rate_hz,
)

ECG_REPLY = "F0 01 00 00 00 00 01 82 00 01 01 0E 00"
ACC_REPLY = "F0 01 02 00 00 00 04 19 00 32 00 64 00 C8 00 01 01 10 00 02 03 02 00 04 00 08 00"


def offered(reply: str) -> dict[Setting, tuple[float, ...]]:
    return decode_settings(decode_answer(bytes.fromhex(reply)).parameters)


def test_what_an_h10_offers_is_decoded() -> None:
    assert offered(ECG_REPLY) == {Setting.SAMPLE_RATE: (130,), Setting.RESOLUTION: (14,)}
    assert offered(ACC_REPLY) == {
        Setting.SAMPLE_RATE: (25, 50, 100, 200),
        Setting.RESOLUTION: (16,),
        Setting.RANGE: (2, 4, 8),
    }


def test_every_setting_has_its_size() -> None:
    """u16, u16, u16, u32, u8, f32, and 16 bytes of security that are passed over."""
    parameters = (
        bytes.fromhex("00 01 37 00 01 01 16 00 02 02 02 00 04 00 03 01 A0 0F 00 00 04 01 04")
        + bytes.fromhex("06 02")
        + bytes(32)
        + b"\x05\x01"
        + struct.pack("<f", 0.25)
    )
    assert decode_settings(parameters) == {
        Setting.SAMPLE_RATE: (55,),
        Setting.RESOLUTION: (22,),
        Setting.RANGE: (2, 4),
        Setting.RANGE_MILLI: (4000,),
        Setting.CHANNELS: (4,),
        Setting.FACTOR: (0.25,),
    }


def test_a_setting_without_values_is_left_out() -> None:
    assert decode_settings(bytes.fromhex("00 00 01 01 0E 00")) == {Setting.RESOLUTION: (14,)}


@pytest.mark.parametrize(
    "hex_bytes",
    [
        "00",  # no count
        "00 01 82",  # half a value
        "00 FF 82 00",  # more values than there are
        "06 01 00",  # security cut off
        "07 01 00",  # unknown, so its length is
        "FF 00",
    ],
)
def test_settings_that_make_no_sense_are_refused(hex_bytes: str) -> None:
    with pytest.raises(DecodeError):
        decode_settings(bytes.fromhex(hex_bytes))


_VALUES = {
    Setting.SAMPLE_RATE: st.integers(0, 0xFFFF),
    Setting.RESOLUTION: st.integers(0, 0xFFFF),
    Setting.RANGE: st.integers(0, 0xFFFF),
    Setting.RANGE_MILLI: st.integers(0, 0xFFFFFFFF),
    Setting.CHANNELS: st.integers(0, 0xFF),
    Setting.FACTOR: st.floats(width=32, allow_nan=False),
}


@given(
    st.fixed_dictionaries(
        {},
        optional={
            setting: st.lists(values, min_size=1, max_size=20).map(tuple)
            for setting, values in _VALUES.items()
        },
    )
)
def test_any_settings_survive_the_round_trip(settings: dict[Setting, tuple[float, ...]]) -> None:
    assert decode_settings(encode_settings(settings)) == settings


@given(st.binary(max_size=60))
def test_no_bytes_crash_the_settings(parameters: bytes) -> None:
    assert 0.0 < factor_of(parameters) < float("inf")
    try:
        settings = decode_settings(parameters)
    except DecodeError:
        return
    assert sum(len(values) for values in settings.values()) <= len(parameters)
    for measurement in Measurement:
        chosen = choose(measurement, settings)
        assert all(chosen[each][0] in settings[each] for each in chosen)


def test_a_value_that_does_not_fit_is_not_encoded() -> None:
    with pytest.raises(ValueError, match="CHANNELS"):
        encode_settings({Setting.CHANNELS: (256,)})


def test_ecg_is_taken_as_it_is_offered() -> None:
    chosen = choose(Measurement.ECG, offered(ECG_REPLY))
    assert encode_settings(chosen) == bytes.fromhex("00 01 82 00 01 01 0E 00")


def test_acceleration_of_a_chest_strap_is_taken_at_50_hz_and_4_g() -> None:
    chosen = choose(Measurement.ACC, offered(ACC_REPLY))
    assert encode_settings(chosen) == bytes.fromhex("00 01 32 00 01 01 10 00 02 01 04 00")


def test_acceleration_of_a_verity_sense_is_taken_at_52_hz_and_8_g() -> None:
    chosen = choose(
        Measurement.ACC,
        {
            Setting.SAMPLE_RATE: (26, 52, 104, 208, 416),
            Setting.RESOLUTION: (16,),
            Setting.RANGE: (8,),
            Setting.CHANNELS: (3,),
        },
    )
    assert chosen[Setting.SAMPLE_RATE] == (52,)
    assert chosen[Setting.RANGE] == (8,)
    assert chosen[Setting.CHANNELS] == (3,)


def test_the_pulse_wave_is_taken_at_55_hz_with_four_channels() -> None:
    chosen = choose(
        Measurement.PPG,
        {
            Setting.SAMPLE_RATE: (28, 44, 55, 135, 176),
            Setting.RESOLUTION: (22,),
            Setting.CHANNELS: (4,),
        },
    )
    assert encode_settings(chosen) == bytes.fromhex("00 01 37 00 01 01 16 00 04 01 04")


def test_a_factor_is_never_sent_back() -> None:
    assert choose(Measurement.ACC, {Setting.FACTOR: (0.5,), Setting.RANGE: (2, 8)}) == {
        Setting.RANGE: (2,)
    }


def test_of_two_as_near_the_larger_is_taken_and_the_largest_of_what_nobody_aims_at() -> None:
    assert choose(Measurement.ACC, {Setting.RANGE: (2, 6)}) == {Setting.RANGE: (6,)}
    assert choose(Measurement.GYRO, {Setting.RANGE: (250, 2000, 500)}) == {Setting.RANGE: (2000,)}


def test_the_factor_is_read_off_the_answer_to_a_start() -> None:
    assert factor_of(b"\x05\x01" + struct.pack("<f", 0.25)) == 0.25
    assert factor_of(b"") == 1.0
    # As an H10 ends its answers: bytes that are no setting.
    assert factor_of(b"\x01") == 1.0
    assert factor_of(b"\x00") == 1.0


@pytest.mark.parametrize("factor", [0.0, -1.0, float("nan"), float("inf")])
def test_a_factor_that_is_none_is_not_used(factor: float) -> None:
    assert factor_of(b"\x05\x01" + struct.pack("<f", factor)) == 1.0


@pytest.mark.parametrize(
    ("measurement", "told_hz", "firmware", "true_hz"),
    [
        (Measurement.ECG, 130, "", 130.0),
        (Measurement.PPG, 55, "2.2.6", 55.0),
        (Measurement.PPG, 130, "2.1.9", 135.0),  # OH1
        (Measurement.PPG, 135, "2.0.8", 55.0),  # Verity Sense before 2.1.0
        (Measurement.PPG, 135, "2.1.0", 135.0),
        (Measurement.PPG, 135, "", None),  # either
        (Measurement.ACC, 135, "2.0.8", 135.0),
    ],
)
def test_the_true_rate_is_known_where_the_sensor_tells_a_wrong_one(
    measurement: Measurement, told_hz: int, firmware: str, true_hz: float | None
) -> None:
    assert true_rate_hz(measurement, {Setting.SAMPLE_RATE: (told_hz,)}, firmware) == true_hz


def test_a_stream_without_a_rate_has_none() -> None:
    assert true_rate_hz(Measurement.PPI, {}, "") is None
    assert true_rate_hz(Measurement.ECG, {Setting.SAMPLE_RATE: (0,)}, "") is None
