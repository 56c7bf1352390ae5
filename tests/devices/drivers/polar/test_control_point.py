from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.devices.driver import DecodeError
from biofeedback.devices.drivers.polar.control_point import (
    Answer,
    Measurement,
    Operation,
    Status,
    decode_activity,
    decode_answer,
    decode_features,
    decode_stopped,
    encode_answer,
    encode_features,
    encode_stopped,
    is_answer,
    is_stopped,
    request,
)
from biofeedback.devices.drivers.polar.settings import Setting, encode_settings

M = Measurement


def test_features_of_an_h10_are_ecg_and_acceleration() -> None:
    value = bytes.fromhex("0F 05") + bytes(15)
    assert decode_features(value) == {M.ECG, M.ACC}
    assert encode_features({M.ECG, M.ACC}) == value


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (0x01, 0, M.ECG),
        (0x02, 0, M.PPG),
        (0x04, 0, M.ACC),
        (0x08, 0, M.PPI),
        (0x20, 0, M.GYRO),
        (0x40, 0, M.MAG),
        (0x80, 0, M.SKIN_TEMPERATURE),
        (0, 0x02, M.SDK_MODE),
        (0, 0x04, M.LOCATION),
        (0, 0x08, M.PRESSURE),
        (0, 0x10, M.TEMPERATURE),
        (0, 0x20, M.OFFLINE_RECORDING),
        (0, 0x40, M.OFFLINE_HEART_RATE),
    ],
)
def test_each_bit_of_the_features_is_its_measurement(
    first: int, second: int, expected: Measurement
) -> None:
    assert decode_features(bytes([0x0F, first, second])) == {expected}


def test_features_may_end_after_their_first_byte() -> None:
    assert decode_features(b"\x0f\x05") == {M.ECG, M.ACC}


@given(st.frozensets(st.sampled_from(Measurement)))
def test_any_features_survive_the_round_trip(features: frozenset[Measurement]) -> None:
    assert decode_features(encode_features(features)) == features


@pytest.mark.parametrize("hex_bytes", ["", "0F", "F0 05 00", "01 05"])
def test_what_is_no_list_of_features_is_refused(hex_bytes: str) -> None:
    with pytest.raises(DecodeError):
        decode_features(bytes.fromhex(hex_bytes))


@pytest.mark.parametrize(
    ("operation", "measurement", "settings", "hex_bytes"),
    [
        (Operation.GET_SETTINGS, M.ECG, {}, "01 00"),
        (Operation.GET_SETTINGS, M.ACC, {}, "01 02"),
        (Operation.GET_SETTINGS, M.PPG, {}, "01 01"),
        # The specification prints the bytes of the acceleration here.
        (
            Operation.START,
            M.ECG,
            {Setting.SAMPLE_RATE: (130.0,), Setting.RESOLUTION: (14.0,)},
            "02 00 00 01 82 00 01 01 0E 00",
        ),
        (
            Operation.START,
            M.ACC,
            {Setting.SAMPLE_RATE: (50.0,), Setting.RESOLUTION: (16.0,), Setting.RANGE: (4.0,)},
            "02 02 00 01 32 00 01 01 10 00 02 01 04 00",
        ),
        (
            Operation.START,
            M.PPG,
            {Setting.SAMPLE_RATE: (55.0,), Setting.RESOLUTION: (22.0,), Setting.CHANNELS: (4.0,)},
            "02 01 00 01 37 00 01 01 16 00 04 01 04",
        ),
        (Operation.START, M.PPI, {}, "02 03"),
        (Operation.STOP, M.ECG, {}, "03 00"),
        (Operation.STOP, M.ACC, {}, "03 02"),
        (Operation.START, M.SDK_MODE, {}, "02 09"),
        (Operation.STOP, M.SDK_MODE, {}, "03 09"),
    ],
)
def test_requests_are_as_published(
    operation: Operation,
    measurement: Measurement,
    settings: dict[Setting, tuple[float, ...]],
    hex_bytes: str,
) -> None:
    assert request(operation, measurement, encode_settings(settings)) == bytes.fromhex(hex_bytes)


@pytest.mark.parametrize(
    ("hex_bytes", "expected"),
    [
        ("F0 02 00 00 00 00", Answer(2, 0, 0, has_more=False, parameters=b"\x00")),
        ("F0 02 02 00 00 01", Answer(2, 2, 0, has_more=False, parameters=b"\x01")),
        ("F0 03 02 00 00", Answer(3, 2, 0)),
        ("F0 01 02 00 01 00 01", Answer(1, 2, 0, has_more=True, parameters=b"\x00\x01")),
        ("F0 02 00 06", Answer(2, 0, 6)),
        # Parameters mean something only when all is well.
        ("F0 02 00 0A 01 FF", Answer(2, 0, 10)),
        # A newer sensor may know more than we do.
        ("F0 63 3E C8", Answer(0x63, 62, 200)),
        # The upper bits of a measurement tell a recording from a live stream.
        ("F0 02 82 00 00", Answer(2, 2, 0)),
    ],
)
def test_answers_are_decoded(hex_bytes: str, expected: Answer) -> None:
    value = bytes.fromhex(hex_bytes)
    assert is_answer(value)
    assert decode_answer(value) == expected


@pytest.mark.parametrize("hex_bytes", ["", "F0", "F0 02", "F0 02 00", "0F 05 00 00", "01 00 00 00"])
def test_what_is_no_answer_is_refused(hex_bytes: str) -> None:
    with pytest.raises(DecodeError):
        decode_answer(bytes.fromhex(hex_bytes))


@given(
    st.sampled_from(Operation),
    st.sampled_from(Measurement),
    st.sampled_from(Status),
    st.booleans(),
    st.binary(max_size=40),
)
def test_any_answer_survives_the_round_trip(
    operation: Operation, measurement: Measurement, status: Status, has_more: bool, rest: bytes
) -> None:
    answer = (
        Answer(operation, measurement, status, has_more=has_more, parameters=rest)
        if status is Status.OK
        else Answer(operation, measurement, status)
    )
    assert decode_answer(encode_answer(answer)) == answer


def test_streams_that_the_sensor_ended_are_named() -> None:
    value = bytes.fromhex("01 00 02")
    assert is_stopped(value)
    assert decode_stopped(value) == (M.ECG, M.ACC)
    assert encode_stopped((M.ECG, M.ACC)) == value
    # Numbers that are unknown are left out, and the upper bits do not count.
    assert decode_stopped(bytes.fromhex("01 3F C2")) == (M.ACC,)


@pytest.mark.parametrize("hex_bytes", ["", "01", "F0 00", "0F 05"])
def test_what_names_no_ended_stream_is_refused(hex_bytes: str) -> None:
    with pytest.raises(DecodeError):
        decode_stopped(bytes.fromhex(hex_bytes))


def test_activity_tells_live_streams_from_recordings() -> None:
    activity = decode_activity(bytes.fromhex("40 01 C2 83 3F"))
    assert activity == {
        M.ECG: (True, False),
        M.PPG: (False, False),
        M.ACC: (True, True),
        M.PPI: (False, True),
    }


@given(st.binary(max_size=40))
def test_no_bytes_crash_the_control_point(value: bytes) -> None:
    for decode in (decode_features, decode_answer, decode_stopped):
        try:
            decode(value)
        except DecodeError:
            continue
    decode_activity(value)
