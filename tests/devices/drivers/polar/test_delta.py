from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.devices.driver import DecodeError
from biofeedback.devices.drivers.polar.delta import MAX_WIDTH, decode_delta, encode_delta

if TYPE_CHECKING:
    from numpy.typing import NDArray


def decoded_bit_by_bit(content: bytes, n_channels: int, n_bits: int) -> list[list[int]]:
    """The published rule, one bit after the other, in whole numbers."""
    n_bytes = (n_bits + 7) // 8
    at = n_channels * n_bytes
    rows = [
        [
            int.from_bytes(content[i * n_bytes : (i + 1) * n_bytes], "little", signed=True)
            for i in range(n_channels)
        ]
    ]
    while at < len(content):
        width, count = content[at], content[at + 1]
        bit = 8 * (at + 2)
        at += 2 + (width * count * n_channels + 7) // 8
        if width == 0:
            continue
        for _ in range(count):
            row = []
            for channel in range(n_channels):
                number = 0
                for place in range(width):
                    number |= (content[bit // 8] >> (bit % 8) & 1) << place
                    bit += 1
                if number >> (width - 1):
                    number -= 1 << width
                row.append(rows[-1][channel] + number)
            rows.append(row)
    return rows


def test_differences_are_taken_from_the_lowest_bit_on() -> None:
    """One channel, first 100; then three differences of 10 bits: 1, -2, 511, worked out by hand.

    1 is 0000000001, -2 is 1111111110, 511 is 0111111111. From the lowest bit on the stream of
    bits is 1000000000 0111111111 1111111110, in bytes 01 F8 FF 1F with two bits to spare.
    """
    content = bytes.fromhex("64 00  0A 03  01 F8 FF 1F")
    assert decode_delta(content, 1, 16).ravel().tolist() == [100, 101, 99, 610]


def test_channels_lie_sample_after_sample() -> None:
    """Two channels, 4 bits each: the low half of a byte is the first channel."""
    content = bytes.fromhex("0A 00 F6 FF  04 02  71 8F")
    assert decode_delta(content, 2, 16).tolist() == [[10, -10], [11, -3], [10, -11]]


def test_a_frame_as_a_verity_sense_sends_it_is_right_where_the_width_changes() -> None:
    """42 samples at 8 bits, then 7 at 10 bits: the highest bit first would go wrong from there."""
    rng = np.random.default_rng(7)
    steps = np.vstack(
        [rng.integers(-128, 128, (42, 3)), rng.integers(-512, 512, (7, 3)), [[511, -512, -1]]]
    )[:49]
    samples = np.vstack([[[-100, 4100, 900]], steps]).cumsum(axis=0)
    content = encode_delta(samples, 16, [(8, 42), (10, 7)])

    assert len(content) == 6 + 2 + 42 * 3 + 2 + 27
    assert np.array_equal(decode_delta(content, 3, 16), samples)
    assert decoded_bit_by_bit(content, 3, 16) == samples.tolist()
    # What it would be if the bits were taken from the highest on.
    swapped = content[:136] + bytes(int(f"{byte:08b}"[::-1], 2) for byte in content[136:])
    assert np.array_equal(decode_delta(swapped, 3, 16)[:43], samples[:43])
    assert not np.array_equal(decode_delta(swapped, 3, 16)[43:], samples[43:])


def test_a_block_of_width_0_has_no_samples() -> None:
    content = bytes.fromhex("64 00  00 05  08 01 01")
    assert decode_delta(content, 1, 16).ravel().tolist() == [100, 101]


def test_a_block_of_no_samples_has_none() -> None:
    assert decode_delta(bytes.fromhex("64 00  08 00"), 1, 16).ravel().tolist() == [100]


def test_in_a_block_of_width_1_a_set_bit_is_one_down() -> None:
    content = bytes.fromhex("64 00  01 03  05")
    assert decode_delta(content, 1, 16).ravel().tolist() == [100, 99, 99, 98]


def test_the_first_sample_alone_is_a_frame() -> None:
    assert decode_delta(bytes.fromhex("FF FF FF"), 1, 24).tolist() == [[-1]]


@pytest.mark.parametrize(
    ("hex_bytes", "why"),
    [
        ("", "first sample"),
        ("64", "first sample"),
        ("64 00 08", "head"),
        ("64 00 08 01", "more than there is"),
        ("64 00 08 02 01", "more than there is"),
        ("64 00 0A 03 01 F8 FF", "more than there is"),
        ("64 00 FF FF 00", "bits are unknown"),
        ("64 00 21 01 00 00 00 00 00", "bits are unknown"),
        ("FF 7F 08 01 01", "range"),
        ("00 80 08 01 FF", "range"),
    ],
)
def test_frames_that_make_no_sense_are_refused(hex_bytes: str, why: str) -> None:
    with pytest.raises(DecodeError, match=why):
        decode_delta(bytes.fromhex(hex_bytes), 1, 16)


@pytest.mark.parametrize("width", range(1, MAX_WIDTH + 1))
def test_every_width_survives_the_round_trip(width: int) -> None:
    """Random differences and both extremes, over several blocks, as patterns of 32 bits."""
    rng = np.random.default_rng(width)
    half = 1 << (width - 1)
    steps = rng.integers(-half, half, (300, 3))
    steps[0], steps[1] = -half, half - 1
    samples = np.vstack([np.zeros((1, 3), np.int64), steps]).cumsum(axis=0)
    samples = ((samples + 2**31) & 0xFFFFFFFF) - 2**31

    content = encode_delta(samples, 32, [(width, 255), (width, 45)], wraps=True)

    assert np.array_equal(decode_delta(content, 3, 32, wraps=True), samples)


@st.composite
def recordings(draw: st.DrawFn) -> tuple[NDArray[np.int64], int]:
    n_bits = draw(st.sampled_from([8, 16, 24, 32]))
    n_channels = draw(st.sampled_from([1, 3, 4, 17]))
    n_samples = draw(st.integers(1, 60))
    spread = draw(st.integers(0, n_bits - 1))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    return rng.integers(-(1 << spread), 1 << spread, (n_samples, n_channels)), n_bits


@given(recordings())
def test_any_samples_survive_the_round_trip(recording: tuple[NDArray[np.int64], int]) -> None:
    samples, n_bits = recording
    content = encode_delta(samples, n_bits, wraps=n_bits == 32)
    decoded = decode_delta(content, samples.shape[1], n_bits, wraps=n_bits == 32)
    assert np.array_equal(decoded, samples)


@given(st.binary(max_size=120), st.sampled_from([(1, 32), (3, 16), (4, 24), (25, 24)]))
def test_whatever_is_decoded_is_what_the_rule_says(content: bytes, kind: tuple[int, int]) -> None:
    """Random bytes: refused, or the same numbers as taken bit by bit, and none more."""
    n_channels, n_bits = kind
    try:
        decoded = decode_delta(content, n_channels, n_bits)
    except DecodeError:
        return
    assert decoded.tolist() == decoded_bit_by_bit(content, n_channels, n_bits)


def test_what_does_not_fit_its_block_is_not_encoded() -> None:
    samples = np.array([[0], [8], [0]])
    with pytest.raises(ValueError, match="fit 4 bits"):
        encode_delta(samples, 16, [(4, 2)])
    with pytest.raises(ValueError, match="as many"):
        encode_delta(samples, 16, [(5, 1)])
    with pytest.raises(ValueError, match="fit 33 bits"):
        encode_delta(samples, 16, [(33, 2)])
