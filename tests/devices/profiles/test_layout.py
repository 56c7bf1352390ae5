from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.devices.driver import DecodeError
from biofeedback.devices.profiles.layout import LayoutError, parse_layout


def test_fields_stand_one_behind_the_other() -> None:
    layout = parse_layout("boot:u16 pad:2 t:u64 ohm:i32")
    record = layout.decode(struct.pack("<HHQi", 6, 99, 2**63 + 1, -250000))
    assert record.once == {"boot": 6, "t": 2**63 + 1, "ohm": -250000}
    assert layout.n_bytes == 16


@pytest.mark.parametrize(
    ("code", "raw", "expected"),
    [
        ("u8", "fe", 254),
        ("i8", "fe", -2),
        ("u16", "fe ff", 65534),
        ("i16", "fe ff", -2),
        ("u24", "01 02 80", 0x800201),
        ("i24", "01 02 80", 0x800201 - 0x1000000),
        ("i24", "ff ff 7f", 0x7FFFFF),
        ("u32", "fe ff ff ff", 0xFFFFFFFE),
        ("i32", "fe ff ff ff", -2),
        ("u64", "01 00 00 00 00 00 00 00", 1),
        ("i64", "fe ff ff ff ff ff ff ff", -2),
        ("f32", "00 00 c0 3f", 1.5),
        ("f64", "00 00 00 00 00 00 f8 3f", 1.5),
    ],
)
def test_every_type_is_read_once_and_in_samples_either_way_round(
    code: str, raw: str, expected: float
) -> None:
    """Expected values by hand."""
    for endian in ("little", "big"):
        value = bytes.fromhex(raw) if endian == "little" else bytes.fromhex(raw)[::-1]
        once = parse_layout(f"x:{code}", endian).decode(value)
        each = parse_layout(f"n:u8 ( y:u8 x:{code} )* e:u8", endian).decode(
            b"\7" + (b"\1" + value) * 3 + b"\x09"
        )
        assert once.once["x"] == expected
        np.testing.assert_array_equal(each.each["x"], [expected] * 3)
        assert each.once == {"n": 7, "e": 9}


def test_as_many_samples_as_there_is_room_for() -> None:
    layout = parse_layout("seq:u8 ( x:i16 y:i16 )*")
    for n_samples in (0, 1, 5, 127):
        samples = np.arange(2 * n_samples, dtype="<i2")
        record = layout.decode(b"\x07" + samples.tobytes())
        assert record.n_samples == n_samples
        np.testing.assert_array_equal(record.each["x"], samples[0::2])
        np.testing.assert_array_equal(record.each["y"], samples[1::2])


@pytest.mark.parametrize(
    ("text", "n_bytes"),
    [
        ("a:u16", 1),
        ("a:u16", 3),
        ("a:u16", 0),
        ("( a:u16 )*", 3),
        ("s:u8 ( a:u16 )*", 0),
        ("( a:u16 )3", 4),
        ("( a:u16 )3", 8),
        ("a:u8 pad:*", 0),
        ("( a:u8 )*", 513),
    ],
)
def test_a_packet_of_another_length_is_refused(text: str, n_bytes: int) -> None:
    with pytest.raises(DecodeError):
        parse_layout(text).decode(bytes(n_bytes))


def test_a_signalling_nan_is_no_reading_like_any_other() -> None:
    packet = bytes.fromhex("7f800001 40800000")
    record = parse_layout("( x:f32 )*", "big").decode(packet)
    np.testing.assert_array_equal(record.each["x"], [np.nan, 4.0])
    once = parse_layout("x:f32 y:f32", "big").decode(packet).once
    assert once["x"] != once["x"]
    assert once["y"] == 4.0


def test_the_rest_can_be_left_out() -> None:
    assert parse_layout("a:u8 pad:*").decode(b"\5\6\7").once == {"a": 5}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no field"),
        ("pad:4", "no field"),
        ("a", "is no field"),
        ("a:u12", "is no field"),
        ("a:", "is no field"),
        (":u8", "name of a field"),
        ("1a:u8", "name of a field"),
        ("if:u8", "name of a field"),
        ("min:u8", "name of a field"),
        ("ä:u8", "name of a field"),
        ("a" * 33 + ":u8", "name of a field"),
        ("a:u8 a:u8", "twice"),
        ("( a:u8", "not closed"),
        ("a:u8 )*", "not opened"),
        ("( a:u8 )", "how often"),
        ("( )*", "no field"),
        ("( pad:2 )*", "no field"),
        ("( ( a:u8 )* )*", "no brackets inside"),
        ("( a:u8 )* ( b:u8 )*", "one pair"),
        ("( a:u8 )0", "0 times"),
        ("( a:u8 )* pad:*", "nothing to leave out"),
        ("a:u8 pad:* b:u8", "follow"),
        ("a:u8 pad:0", "is no field"),
        ("a:u8 pad:-1", "is no field"),
        ("a:u8 pad:99999999999", "is no field"),
        ("( a:u64 )65", "520 bytes"),
        ("a:u8 pad:512", "513 bytes"),
        ("a:u8 " * 300, "longer than"),
    ],
)
def test_what_is_no_layout_is_refused_with_the_reason(text: str, words: str) -> None:
    with pytest.raises(LayoutError, match=words):
        parse_layout(text)


@given(st.text("ab:u816( )*pad ", max_size=60), st.binary(max_size=40))
def test_any_text_is_a_layout_or_refused_and_so_are_packets(text: str, packet: bytes) -> None:
    try:
        layout = parse_layout(text)
    except LayoutError:
        return
    try:
        record = layout.decode(packet)
    except DecodeError:
        assert layout.n_bytes != len(packet)
        return
    assert set(record.once) | set(record.each) == set(layout.names)


_CODES = {"u8": "B", "i16": "h", "u32": "I", "i64": "q", "f32": "f"}


@given(st.data(), st.sampled_from(["little", "big"]))
def test_what_is_read_is_what_the_bytes_hold(data: st.DataObject, endian: str) -> None:
    """Packed again by the standard library, fields give back the packet, bit for bit."""
    codes = data.draw(st.lists(st.sampled_from(list(_CODES)), min_size=1, max_size=6))
    layout = parse_layout(" ".join(f"f{i}:{code}" for i, code in enumerate(codes)), endian)
    packet = data.draw(st.binary(min_size=layout.n_bytes or 0, max_size=layout.n_bytes))
    sign = "<" if endian == "little" else ">"
    packer = struct.Struct(sign + "".join(_CODES[code] for code in codes))
    values = list(layout.decode(packet).once.values())
    again = packer.pack(*values)
    # A signalling nan may come back as a quiet one; it is no reading either way.
    if all(value == value for value in values):
        assert again == packet
