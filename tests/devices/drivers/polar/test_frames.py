from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.devices.driver import DecodeError
from biofeedback.devices.drivers.polar.control_point import Measurement
from biofeedback.devices.drivers.polar.encoder import (
    encode_compressed,
    encode_header,
    encode_pulse_intervals,
    encode_raw,
)
from biofeedback.devices.drivers.polar.frames import (
    CLOCK_TO_UNIX_NS,
    DELTA_LAYOUTS,
    RAW_LAYOUTS,
    PulseInterval,
    decode_header,
    decode_pulse_intervals,
    decode_samples,
    layout_of,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

M = Measurement
H10_RESET_NS = 599_616_000_000_000_000
G = 1.0


def values_of(payload: bytes, factor: float = 1.0) -> list[list[float]]:
    header = decode_header(payload)
    layout = layout_of(header)
    assert layout is not None
    values: list[list[float]] = decode_samples(payload, header, layout, factor).tolist()
    return values


def frame(hex_head: str, hex_content: str) -> bytes:
    """A frame of the measurement and kind in the head, at the time of an H10's reset."""
    measurement, kind = bytes.fromhex(hex_head)
    stamp = H10_RESET_NS.to_bytes(8, "little")
    return bytes([measurement]) + stamp + bytes([kind]) + bytes.fromhex(hex_content)


def test_the_head_tells_measurement_time_and_kind() -> None:
    payload = bytes.fromhex("00 00 00 a4 39 93 43 52 08 00 45 FF E4")
    header = decode_header(payload)
    assert (header.measurement, header.kind, header.is_compressed) == (M.ECG, 0, False)
    assert header.stamp_ns == 599_616_000_000_000_000 == H10_RESET_NS


def test_the_clock_counts_from_2000_and_an_h10_begins_in_2019() -> None:
    """1 546 300 800 s is 2019-01-01T00:00:00Z as Unix time."""
    header = decode_header(frame("00 00", "00 00 00"))
    assert header.stamp_s == 599_616_000.0
    assert header.stamp_ns + CLOCK_TO_UNIX_NS == 1_546_300_800 * 10**9


def test_a_time_keeps_its_fraction() -> None:
    payload = encode_raw(M.ECG, H10_RESET_NS + 7_692_308, 0, [[1]])
    assert decode_header(payload).stamp_s == pytest.approx(599_616_000.007692308, abs=2e-7)


def test_upper_bits_of_measurement_and_kind_have_meanings_of_their_own() -> None:
    header = decode_header(frame("C2 81", ""))
    assert (header.measurement, header.kind, header.is_compressed) == (M.ACC, 1, True)


@pytest.mark.parametrize("payload", [b"", b"\x00", bytes(9)])
def test_a_frame_cut_off_in_its_head_is_refused(payload: bytes) -> None:
    with pytest.raises(DecodeError):
        decode_header(payload)


@pytest.mark.parametrize("measurement", [4, 8, 15, 0x3F])
def test_an_unknown_measurement_is_refused(measurement: int) -> None:
    with pytest.raises(DecodeError, match=str(measurement)):
        decode_header(bytes([measurement]) + bytes(12))


@pytest.mark.parametrize(
    ("head", "content", "expected"),
    [
        # ECG: three bytes with sign, microvolts.
        ("00 00", "01 00 00 FF FF FF 00 00 80 FF FF 7F", [[1], [-1], [-8388608], [8388607]]),
        # Acceleration of 8, 16 and 24 bits, thousandths of g.
        ("02 00", "01 FF 7F", [[0.001, -0.001, 0.127]]),
        # The specification prints the first as -184.
        ("02 01", "45 FF E4 FF B5 03", [[-0.187, -0.028, 0.949]]),
        ("02 02", "E8 03 00 18 FC FF 00 00 00", [[1.0, -1.0, 0.0]]),
        # Light: three colours and what shines in.
        ("01 00", "01 00 00 02 00 00 03 00 00 FC FF FF", [[1, 2, 3, -4]]),
        # Temperatures and pressure: floating-point numbers.
        ("07 00", "00 00 06 42", [[33.5]]),
        ("0C 00", "00 00 06 42 00 00 08 42", [[33.5], [34.0]]),
        ("0B 00", "00 40 7D 44", [[1013.0]]),
        ("05 01", "00 00 80 3F 00 00 00 C0 00 00 00 00", [[1.0, -2.0, 0.0]]),
    ],
)
def test_samples_that_stand_in_full_are_decoded(
    head: str, content: str, expected: list[list[float]]
) -> None:
    np.testing.assert_allclose(values_of(frame(head, content)), expected, rtol=1e-12)


@pytest.mark.parametrize(("head"), ["05 00", "06 00"])
def test_turning_and_magnetic_field_are_multiplied_by_the_factor(head: str) -> None:
    assert values_of(frame(head, "02 00 FE FF 00 00"), 0.25) == [[0.5, -0.5, 0.0]]


@pytest.mark.parametrize(
    ("head", "content", "factor", "expected"),
    [
        # g after the factor.
        (
            "02 80",
            "00 10 00 F0 00 00 04 01 21 03",
            G / 4096,
            [[G, -G, 0], [G + G / 4096, -G + G / 2048, 3 * G / 4096]],
        ),
        # Thousandths of g.
        ("02 81", "E8 03 18 FC 00 00", 1.0, [[1.0, -1.0, 0.0]]),
        ("01 80", "01 00 00 02 00 00 03 00 00 FC FF FF", 1.0, [[1, 2, 3, -4]]),
        ("05 80", "02 00 FE FF 00 00", 0.25, [[0.5, -0.5, 0.0]]),
        ("06 80", "02 00 FE FF 00 00", 0.25, [[0.5, -0.5, 0.0]]),
        # Bit patterns of floating-point numbers: 33.5, and 0x20000 patterns on, 34.0.
        ("07 80", "00 00 06 42 13 01 00 00 02", 1.0, [[33.5], [34.0]]),
        ("0C 80", "00 00 06 42", 1.0, [[33.5]]),
        ("0B 80", "00 40 7D 44", 1.0, [[1013.0]]),
        ("05 81", "00 00 80 3F 00 00 00 C0 00 00 00 00", 1.0, [[1.0, -2.0, 0.0]]),
    ],
)
def test_compressed_samples_are_decoded(
    head: str, content: str, factor: float, expected: list[list[float]]
) -> None:
    np.testing.assert_allclose(values_of(frame(head, content), factor), expected, rtol=1e-12)


@pytest.mark.parametrize(("kind", "n_lights"), [(7, 16), (8, 24), (10, 20), (13, 2)])
def test_light_of_newer_sensors_comes_with_a_status(kind: int, n_lights: int) -> None:
    numbers = np.arange(2 * (n_lights + 1)).reshape(2, -1) * 1000
    payload = encode_compressed(M.PPG, 1, kind, numbers)
    layout = layout_of(decode_header(payload))
    assert layout is not None
    assert layout.channels[0] == "ppg_au"
    assert layout.channels[-1] == "status"
    assert len(set(layout.channels)) == n_lights + 1
    assert values_of(payload) == numbers.tolist()


def test_frames_about_the_light_carry_no_samples() -> None:
    for kind in (4, 5, 6, 9, 14):
        assert layout_of(decode_header(encode_header(M.PPG, 1, kind))) is None


@pytest.mark.parametrize(
    ("measurement", "kind", "is_compressed"),
    [
        (M.ECG, 1, False),
        (M.ECG, 2, False),
        (M.ECG, 3, False),
        (M.ECG, 0, True),
        (M.ACC, 3, False),
        (M.ACC, 2, True),
        (M.PPG, 1, False),
        (M.PPG, 4, True),
        (M.MAG, 1, False),
        (M.LOCATION, 0, False),
        (M.SDK_MODE, 0, False),
    ],
)
def test_unknown_layouts_are_refused(
    measurement: Measurement, kind: int, is_compressed: bool
) -> None:
    """Their numbers would be guesses."""
    header = decode_header(
        encode_header(measurement, 1, kind, is_compressed=is_compressed) + bytes(24)
    )
    with pytest.raises(DecodeError, match=measurement.name):
        layout_of(header)


@pytest.mark.parametrize(
    ("head", "content"),
    [
        ("00 00", ""),
        ("00 00", "01 00"),
        ("00 00", "01 00 00 01"),
        ("02 01", "01 00 01 00 01"),
        ("01 00", "01 00 00 02 00 00 03 00 00"),
        ("07 00", "00 00 06"),
        ("02 81", "01 00 01 00 01"),
        ("02 81", "01 00 01 00 01 00 08 FF 00"),
        ("02 81", "01 00 01 00 01 00 08"),
    ],
)
def test_frames_that_are_cut_off_are_refused_whole(head: str, content: str) -> None:
    with pytest.raises(DecodeError):
        values_of(frame(head, content))


def test_an_acceleration_that_no_sensor_can_measure_is_refused() -> None:
    """As where the factor is missing: numbers are not taken for g."""
    assert values_of(frame("02 80", "00 10 00 00 00 00"), 0.000244)[0][0] == pytest.approx(0.999424)
    with pytest.raises(DecodeError, match="range"):
        values_of(frame("02 80", "00 10 00 00 00 00"), 1.0)


def test_what_is_no_number_is_no_reading() -> None:
    values = values_of(frame("07 00", "00 00 C0 7F 00 00 80 7F 00 00 06 42"))
    assert np.isnan(values[:2]).all()
    assert values[2] == [33.5]


def test_pulse_intervals_are_decoded_with_their_flags() -> None:
    """60 bpm, 1000 ms, 12 ms: plain; moved; with contact; without."""
    payload = frame(
        "03 00", "3C E8 03 0C 00 00  3C E8 03 0C 00 01  3C E8 03 0C 00 06  3C E8 03 0C 00 04"
    )
    intervals = decode_pulse_intervals(payload, decode_header(payload))
    assert intervals == (
        PulseInterval(1000, 12, 60, has_moved=False, has_contact=None),
        PulseInterval(1000, 12, 60, has_moved=True, has_contact=None),
        PulseInterval(1000, 12, 60, has_moved=False, has_contact=True),
        PulseInterval(1000, 12, 60, has_moved=False, has_contact=False),
    )
    assert [each.is_good for each in intervals] == [True, False, True, False]
    assert not PulseInterval(0, 12).is_good
    assert not PulseInterval(10_001, 12).is_good


@pytest.mark.parametrize(
    ("head", "content"),
    [("03 00", ""), ("03 00", "3C E8 03 0C 00"), ("03 01", "3C E8 03 0C 00 00"), ("03 80", "00")],
)
def test_pulse_intervals_that_make_no_sense_are_refused(head: str, content: str) -> None:
    payload = frame(head, content)
    with pytest.raises(DecodeError):
        decode_pulse_intervals(payload, decode_header(payload))


@given(
    st.sampled_from(sorted(RAW_LAYOUTS) + [(each, -kind - 1) for each, kind in DELTA_LAYOUTS]),
    st.integers(1, 80),
    st.integers(0, 2**64 - 1),
    st.integers(0, 2**32),
)
def test_every_layout_survives_the_round_trip(
    which: tuple[Measurement, int], n_samples: int, stamp_ns: int, seed: int
) -> None:
    """Every layout, in full (kind from 0) and compressed (below)."""
    measurement, kind = which
    rng = np.random.default_rng(seed)
    is_compressed = kind < 0
    kind = -kind - 1 if is_compressed else kind
    layout = (DELTA_LAYOUTS if is_compressed else RAW_LAYOUTS)[measurement, kind]
    shape = (n_samples, len(layout.channels))
    numbers: NDArray[np.float32] | NDArray[np.int64]
    if layout.n_bits == 32:
        numbers = rng.normal(0.0, 1e3, shape).astype(np.float32)
    else:
        # Accelerations stay within what a sensor can measure.
        half = min(1 << (layout.n_bits - 1), 32_000 if measurement is M.ACC else 1 << 30)
        numbers = rng.integers(-half, half, shape)
    factor = 2.0**-12 if layout.has_factor else 1.0

    encode = encode_compressed if is_compressed else encode_raw
    payload = encode(measurement, stamp_ns, kind, numbers)

    header = decode_header(payload)
    assert (header.measurement, header.stamp_ns, header.kind) == (measurement, stamp_ns, kind)
    np.testing.assert_array_equal(
        decode_samples(payload, header, layout, factor),
        numbers.astype(np.float64) * (layout.scale * factor),
    )


@given(
    st.lists(
        st.builds(
            PulseInterval,
            st.integers(0, 0xFFFF),
            st.integers(0, 0xFFFF),
            st.integers(0, 0xFF),
            st.booleans(),
            st.none() | st.booleans(),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_any_pulse_intervals_survive_the_round_trip(intervals: list[PulseInterval]) -> None:
    payload = encode_pulse_intervals(0, intervals)
    assert decode_pulse_intervals(payload, decode_header(payload)) == tuple(intervals)
