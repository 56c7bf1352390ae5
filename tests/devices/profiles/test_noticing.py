"""What strikes about packets is pointed out; what could be anything is not."""

from __future__ import annotations

import struct
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.devices.profiles.drafting import Draft
from biofeedback.devices.profiles.noticing import (
    NoticedField,
    nice_rate,
    notice,
    samples_per_s,
    text_cells,
    whole_lines,
)

UUID = "f00d0002-0000-4000-8000-000000000001"


def at(rate_hz: float, count: int) -> list[float]:
    return [place / rate_hz for place in range(count)]


def noise(count: int) -> list[int]:
    return [int(value) for value in np.random.default_rng(1).integers(0, 2**24, count)]


def test_bytes_that_count_the_packets_are_found_with_their_width_and_order() -> None:
    for order, endian in (("<", "little"), (">", "big")):
        packets = [struct.pack(f"{order}BHI", 7, n, v) for n, v in enumerate(noise(400))]
        noticed = notice(packets, at(16.0, 400))
        assert noticed.counter == NoticedField(1, "u16", endian)
        assert noticed.clock is None


def test_a_count_whose_high_byte_never_moved_is_told_as_far_as_it_was_seen() -> None:
    packets = [struct.pack("<HI", n, v) for n, v in enumerate(noise(40))]
    assert notice(packets, at(16.0, 40)).counter == NoticedField(0, "u8", "little")


def test_a_count_is_found_although_packets_were_lost_and_it_began_anew() -> None:
    packets = [bytes((n % 256, 9)) for n in range(230, 330) if n not in {240, 241, 300}]
    noticed = notice(packets, at(10.0, len(packets)))
    assert noticed.counter == NoticedField(0, "u8", "little")


@pytest.mark.parametrize(("unit", "per_s"), [("ms", 1e3), ("us", 1e6)])
def test_bytes_that_run_like_a_clock_are_found_with_their_unit(unit: str, per_s: float) -> None:
    arrival_s = at(16.0, 200)
    packets = [
        struct.pack("<BIH", n % 256, 4_000_000_000 + round(t * per_s * 1.001), v & 0xFFFF)
        for n, (t, v) in enumerate(zip(arrival_s, noise(200), strict=True))
    ]
    # What comes by radio comes in bunches.
    bunched_s = [arrival_s[place // 4 * 4] for place in range(200)]
    noticed = notice(packets, bunched_s)
    assert noticed.clock == NoticedField(1, "u32", "little", unit)
    assert noticed.counter == NoticedField(0, "u8", "little")


def test_a_few_packets_or_mere_noise_say_nothing() -> None:
    few = [struct.pack("<H", n) for n in range(5)]
    assert notice(few, at(10.0, 5)).counter is None
    packets = [struct.pack("<II", v, 3) for v in noise(300)]
    noticed = notice(packets, at(10.0, 300))
    assert (noticed.counter, noticed.clock) == (None, None)
    assert notice([], []).n_packets == 0


def test_how_often_each_byte_changes_is_told_of_the_usual_length() -> None:
    packets = [bytes((n, 5, n // 2)) for n in range(21)] + [b"\1"]
    noticed = notice(packets, at(10.0, 22))
    assert noticed.lengths == (3, 1)
    assert noticed.changes == (1.0, 0.0, 0.5)
    assert noticed.packets_per_s == pytest.approx(10.0)


def test_text_is_told_from_bytes() -> None:
    assert notice([b"1,3.42\n", b"2,3.5\n"], [0.0, 0.1]).is_text
    assert not notice([b"1,3.42\n", b"\x01\xff"], [0.0, 0.1]).is_text
    assert not notice([b""], [0.0]).is_text


def test_values_a_second_are_those_of_packets_lines_and_rows() -> None:
    draft = Draft(UUID, value_type="i16", offset_bytes=2)
    packets = [bytes(12)] * 33
    arrival_s = at(16.0, 33)
    assert samples_per_s(draft, packets, arrival_s) == pytest.approx(16.0)
    assert samples_per_s(replace(draft, n_samples=5), packets, arrival_s) == pytest.approx(80.0)
    assert samples_per_s(replace(draft, n_samples=None), packets, arrival_s) == pytest.approx(80.0)
    text = replace(draft, value_type="text")
    lines = [b"1,2\n3,", b"4\n5,6\n"] * 17
    assert samples_per_s(text, lines[:33], arrival_s) == pytest.approx(16.0 * 49 / 33)
    assert samples_per_s(draft, packets[:3], arrival_s[:3]) is None


def test_a_rate_is_taken_for_the_whole_number_that_it_is_close_to() -> None:
    assert nice_rate(15.8) == 16.0
    assert nice_rate(0.21) == 0.21
    assert nice_rate(2.4) == 2.4


def test_lines_that_are_cut_are_left_out() -> None:
    packets = [b"9\n1,3.4", b"2\r\n2,3.5\n3,3"]
    assert whole_lines(packets, is_lines=True) == [b"1,3.42", b"2,3.5"]
    assert whole_lines([b"3.4\r\n", b"3.5"], is_lines=False) == [b"3.4", b"3.5"]


def test_columns_are_what_the_separator_parts_and_json_by_its_keys() -> None:
    assert text_cells(b"1;3.4; x", ";") == ["1", "3.4", "x"]
    assert text_cells(b"1  2 3", "space") == ["1", "2", "3"]
    assert text_cells(b'{"eda": 3.42, "a": {"x": 1}}', ",") == ["eda: 3.42", "a_x: 1"]
    assert text_cells(b'{"eda": 3.', ",") == ['{"eda": 3.']


@given(st.lists(st.binary(max_size=12), max_size=40), st.floats(0.001, 10.0))
def test_any_packets_can_be_looked_at(packets: list[bytes], step_s: float) -> None:
    noticed = notice(packets, [place * step_s for place in range(len(packets))])
    assert noticed.n_packets == len(packets)
    assert all(0.0 <= share <= 1.0 for share in noticed.changes)
    for packet in packets:
        assert text_cells(packet, ",")
