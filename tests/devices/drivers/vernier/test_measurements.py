from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.devices.driver import DecodeError
from biofeedback.devices.drivers.vernier.measurements import decode_measurement
from helpers.vernier_peripheral import encode_measurement

RECORDED = bytes.fromhex("06 06 00 02 fc 80 8a 07 bf 00 00 c0 7f 80 31 08 bf 00 00 c0 7f")
f32 = st.floats(width=32)


def test_samples_of_a_real_belt_are_read() -> None:
    """Two samples of force, about -0.53 N for a belt that nobody wears, and no rate yet."""
    measurement = decode_measurement(RECORDED)

    assert measurement is not None
    assert measurement.sensors == (1, 2)
    np.testing.assert_allclose(measurement.values[:, 0], [-0.52945709, -0.53200531], rtol=1e-7)
    assert np.isnan(measurement.values[:, 1]).all()


@given(
    st.sets(st.integers(0, 15), min_size=1, max_size=4),
    st.integers(1, 12),
    st.data(),
)
def test_normal_samples_survive_the_round_trip(
    sensors: set[int], n_samples: int, data: st.DataObject
) -> None:
    """Infinities and every kind of no number come out as no reading."""
    row = st.lists(f32, min_size=len(sensors), max_size=len(sensors))
    samples = data.draw(st.lists(row, min_size=n_samples, max_size=n_samples))
    mask = sum(1 << sensor for sensor in sensors)

    measurement = decode_measurement(encode_measurement(mask, samples))

    assert measurement is not None
    assert measurement.sensors == tuple(sorted(sensors))
    expected = np.array(samples, dtype=np.float64)
    expected[~np.isfinite(expected)] = np.nan
    np.testing.assert_array_equal(measurement.values, expected)


@pytest.mark.parametrize(
    ("body", "sensors", "values"),
    [
        (struct.pack("<BIBB4f", 7, 1 << 20 | 1, 2, 0, 1, 2, 3, 4), (0, 20), [[1, 2], [3, 4]]),
        (struct.pack("<BBBB2f", 8, 0, 1, 2, 5, 6), (1,), [[5], [6]]),
        (struct.pack("<BBBB1f", 10, 0, 31, 1, -2.5), (31,), [[-2.5]]),
        (struct.pack("<BBBB2i", 9, 0, 3, 2, -7, 8), (3,), [[-7], [8]]),
        (struct.pack("<BBBB1i", 11, 0, 3, 1, 2**31 - 1), (3,), [[2**31 - 1]]),
    ],
)
def test_each_type_is_read_by_its_own_layout(
    body: bytes, sensors: tuple[int, ...], values: list[list[float]]
) -> None:
    measurement = decode_measurement(body)

    assert measurement is not None
    assert measurement.sensors == sensors
    assert measurement.values.tolist() == values
    for wrong in (body[:-1], body + b"\0", body[:3]):
        with pytest.raises(DecodeError):
            decode_measurement(wrong)


@pytest.mark.parametrize("kind", [0x0C, 0x0D, 0x0E])
def test_housekeeping_has_no_values(kind: int) -> None:
    assert decode_measurement(bytes((kind, 1, 2, 3))) is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x05\x01\x00\x01\x00\x00\x00\x00\x00",
        struct.pack("<BHBBf", 6, 0, 1, 0, 1.0),
        struct.pack("<BHBB", 6, 1, 0, 0),
        struct.pack("<BHBBf", 6, 1, 200, 0, 1.0),
        struct.pack("<BBBBf", 8, 0, 32, 1, 1.0),
    ],
    ids=["empty", "unknown type", "no sensor", "no sample", "count beyond the end", "number 32"],
)
def test_what_makes_no_sense_is_refused(body: bytes) -> None:
    with pytest.raises(DecodeError):
        decode_measurement(body)


@given(st.one_of(st.binary(max_size=60), st.binary(max_size=60).map(lambda rest: b"\x06" + rest)))
def test_no_bytes_crash_it_and_every_value_was_in_them(body: bytes) -> None:
    try:
        measurement = decode_measurement(body)
    except DecodeError:
        return
    if measurement is None:
        return
    assert 4 * measurement.values.size < len(body)
    if body[0] not in {9, 11}:
        raw = body[len(body) - 4 * measurement.values.size :]
        sent = np.frombuffer(raw, "<f4").astype(np.float64)
        sent[~np.isfinite(sent)] = np.nan
        np.testing.assert_array_equal(measurement.values.ravel(), sent)
