"""Frames are written as published; that they are read back is shown with the decoders."""

from __future__ import annotations

import pytest

from biofeedback.devices.drivers.polar.control_point import Measurement
from biofeedback.devices.drivers.polar.encoder import (
    encode_compressed,
    encode_header,
    encode_pulse_intervals,
    encode_raw,
)
from biofeedback.devices.drivers.polar.frames import PulseInterval

M = Measurement


def test_a_frame_begins_with_measurement_time_and_kind() -> None:
    assert encode_header(M.ACC, 0x0102030405060708, 1) == bytes.fromhex("02 0807060504030201 01")
    assert encode_header(M.ACC, 0, 1, is_compressed=True)[-1] == 0x81


def test_samples_stand_in_little_endian_with_sign() -> None:
    assert encode_raw(M.ECG, 0, 0, [[1], [-2]])[10:] == bytes.fromhex("01 00 00 FE FF FF")
    assert encode_raw(M.ACC, 0, 1, [[-187, -28, 949]])[10:] == bytes.fromhex("45FF E4FF B503")
    assert encode_raw(M.SKIN_TEMPERATURE, 0, 0, [[33.5]])[10:] == bytes.fromhex("00000642")


def test_compressed_samples_begin_with_the_first_in_full() -> None:
    payload = encode_compressed(M.ACC, 0, 1, [[1, 2, 3], [2, 1, 3]])
    # Differences 1, -1, 0 in two bits each, from the lowest on: 01 11 00.
    assert payload[10:] == bytes.fromhex("0100 0200 0300  02 01  0D")


def test_pulse_intervals_carry_their_flags() -> None:
    payload = encode_pulse_intervals(
        0, [PulseInterval(1000, 12, 60, has_moved=True, has_contact=True), PulseInterval(900, 8)]
    )
    assert payload == bytes.fromhex("03 0000000000000000 00  3C E803 0C00 07  00 8403 0800 00")


def test_a_number_that_does_not_fit_is_not_encoded() -> None:
    with pytest.raises(ValueError, match="24 bits"):
        encode_raw(M.ECG, 0, 0, [[1 << 23]])
    with pytest.raises(ValueError, match="16 bits"):
        encode_compressed(M.ACC, 0, 0, [[0, 0, -32769]])
