from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biofeedback.devices.driver import DecodeError
from biofeedback.devices.drivers.shimmer.frames import (
    GSR_CHANNEL,
    PPG_CHANNEL,
    TICK_SPAN,
    FrameStream,
    Inquiry,
    decode_inquiry,
    encode_frame,
    encode_inquiry,
)

SKIN_ONLY = Inquiry(1024, (GSR_CHANNEL,))
WITH_PULSE = Inquiry(512, (PPG_CHANNEL, GSR_CHANNEL), is_expansion_powered=True)


def sent(n_frames: int, *, first: int = 0, inquiry: Inquiry = SKIN_ONLY) -> list[bytes]:
    """Frames whose skin conductance word is their number."""
    return [
        encode_frame(inquiry, (first + number) * inquiry.divisor, (number,) * len(inquiry.channels))
        for number in range(n_frames)
    ]


def numbers(stream: FrameStream, *payloads: bytes) -> list[int]:
    """The words that come out of some notifications."""
    got: list[int] = []
    for payload in payloads:
        got += stream.push(payload).words(4).tolist()
    return got


@pytest.mark.parametrize(
    ("hex_bytes", "n_setup_bytes", "expected"),
    [
        # A Shimmer3: 51.2 Hz, GSR range 4 (bits 25 to 27), power (bit 24), GSR and PPG.
        ("02 80 02 00 00 00 09 02 01 1c 12", 4, Inquiry(640, (0x1C, 0x12), 4, True)),
        # A Shimmer3R has seven bytes there.
        ("02 00 04 00 00 00 08 00 00 00 01 01 1c", 7, Inquiry(1024, (0x1C,), 4)),
        # Range 2, no channel at all; the other bits mean other things.
        ("02 40 00 ff ff ff f4 00 01", 4, Inquiry(64, (), 2)),
        # What follows belongs to something else.
        ("02 00 04 00 00 00 08 01 01 1c ff ff", 4, Inquiry(1024, (0x1C,), 4)),
    ],
)
def test_inquiry_response_is_decoded(hex_bytes: str, n_setup_bytes: int, expected: Inquiry) -> None:
    assert decode_inquiry(bytes.fromhex(hex_bytes), n_setup_bytes) == expected


def test_half_an_inquiry_response_waits_for_more() -> None:
    whole = encode_inquiry(WITH_PULSE, 7)
    assert [decode_inquiry(whole[:n], 7) for n in range(len(whole))] == [None] * len(whole)
    assert decode_inquiry(whole, 7) == WITH_PULSE


@pytest.mark.parametrize("hex_bytes", ["03", "02 00 00 00 00 00 08 00 01"])
def test_another_response_and_a_divisor_of_zero_are_errors(hex_bytes: str) -> None:
    with pytest.raises(DecodeError):
        decode_inquiry(bytes.fromhex(hex_bytes), 4)


@given(st.binary(max_size=40), st.sampled_from([4, 7]))
def test_any_bytes_are_an_inquiry_or_none_or_an_error(payload: bytes, n_setup_bytes: int) -> None:
    try:
        inquiry = decode_inquiry(payload, n_setup_bytes)
    except DecodeError:
        return
    if inquiry is not None:
        assert len(inquiry.channels) <= len(payload) - 5 - n_setup_bytes


def test_channels_lie_in_the_order_of_the_inquiry() -> None:
    """Accelerometer 2 bytes each, ExG status 1 byte, ExG 3 bytes, then the skin."""
    inquiry = Inquiry(1024, (0x00, 0x01, 0x02, 0x1D, 0x1E, 0x1F, GSR_CHANNEL, PPG_CHANNEL))
    assert inquiry.offset_of(GSR_CHANNEL) == 4 + 6 + 1 + 6
    assert inquiry.offset_of(PPG_CHANNEL) == 4 + 6 + 1 + 6 + 2
    assert inquiry.frame_bytes == 21
    assert inquiry.offset_of(0x03) is None
    # 0x1A, a temperature, is 2 or 3 bytes wide.
    assert replace(inquiry, channels=(0x1A, GSR_CHANNEL)).offset_of(GSR_CHANNEL) is None
    with pytest.raises(ValueError, match="unknown width"):
        FrameStream(Inquiry(1024, (0x1A, GSR_CHANNEL)))


def test_a_frame_is_its_type_ticks_and_channels() -> None:
    """By hand: 00, 24 bits of ticks, words of 16 bits, all little-endian."""
    frames = bytes.fromhex("00 56 34 12 cd ab 00 56 38 12 01 80 00 56 3c 12 00 00")
    samples = FrameStream(SKIN_ONLY).push(frames)
    assert samples.ticks.tolist() == [0x123456, 0x123856, 0x123C56]
    assert samples.words(4).tolist() == [0xABCD, 0x8001, 0]
    assert encode_frame(SKIN_ONLY, 0x123456, (0xABCD,)) == frames[:6]


def test_frames_are_found_however_notifications_cut_them() -> None:
    frames = b"".join(sent(50, inquiry=WITH_PULSE))
    for size in range(1, 40):
        stream = FrameStream(WITH_PULSE)
        got = numbers(stream, *(frames[i : i + size] for i in range(0, len(frames), size)))
        # The last frame may wait for the beginning of the next.
        assert got in (list(range(50)), list(range(49))), size


def test_one_frame_a_notification_comes_at_once_after_the_third() -> None:
    stream = FrameStream(SKIN_ONLY)
    assert [numbers(stream, frame) for frame in sent(4)] == [[], [], [0, 1, 2], [3]]


def test_ticks_begin_anew_after_512_s() -> None:
    first = TICK_SPAN // 1024 - 3
    stream = FrameStream(SKIN_ONLY)
    samples = stream.push(b"".join(sent(6, first=first)))
    assert samples.ticks.tolist() == [TICK_SPAN - 3072 + 1024 * i for i in range(3)] + [
        0,
        1024,
        2048,
    ]
    assert samples.runs() == [slice(0, 6)]


def test_samples_that_the_sensor_left_out_are_a_hole_and_no_loss_of_step() -> None:
    stream = FrameStream(SKIN_ONLY)
    frames = sent(10)
    assert numbers(stream, *frames[:5], frames[8]) == [*range(5), 8]


def test_after_a_longer_hole_three_frames_in_a_row_find_the_step() -> None:
    stream = FrameStream(SKIN_ONLY)
    frames = sent(1000)
    assert numbers(stream, *frames[:5], *frames[990:]) == [*range(5), *range(990, 1000)]


def test_the_jitter_of_the_stamp_is_no_loss_of_step() -> None:
    jitter = random.Random(1)
    frames = [
        encode_frame(SKIN_ONLY, 1024 * number + jitter.randrange(60), (number,))
        for number in range(300)
    ]
    assert numbers(FrameStream(SKIN_ONLY), *frames) == list(range(300))


def test_zeros_in_the_data_are_no_frames() -> None:
    """Out of step among zeros: only the places with increasing ticks count."""
    frames = b"".join(encode_frame(SKIN_ONLY, 65536 + 1024 * number, (0,)) for number in range(20))
    for lost in range(1, 6):
        samples = FrameStream(SKIN_ONLY).push(frames[lost:])
        assert samples.ticks.tolist() == [65536 + 1024 * number for number in range(1, 20)]


def test_a_status_in_between_is_passed_over() -> None:
    """The sensor tells of its dock in the middle: 8A 71 and a byte."""
    frames = sent(8)
    stream = FrameStream(SKIN_ONLY)
    got = numbers(stream, b"".join([*frames[:4], b"\xff\x8a\x71\x01", *frames[4:]]))
    assert got == list(range(8))


def test_a_lost_notification_leaves_no_frame_glued_of_two_halves() -> None:
    """The second half of a frame never came; what follows is no second half."""
    frames = b"".join(sent(400, first=300))
    for size in (20, 23, 31):
        pieces = [frames[i : i + size] for i in range(0, len(frames), size)]
        for lost in range(3, 20):
            stream = FrameStream(SKIN_ONLY)
            got: list[tuple[int, int]] = []
            for number, piece in enumerate(pieces):
                if number == lost:
                    continue
                try:
                    samples = stream.push(piece)
                except DecodeError:
                    continue
                got += zip(samples.ticks.tolist(), samples.words(4).tolist(), strict=True)
            assert all(ticks == (300 + word) * 1024 for ticks, word in got)
            # At most what was lost, the frames cut by it, and one held at the end.
            assert len(got) >= 400 - (size // 6 + 5)


@pytest.mark.parametrize("size", [6, 20, 31, 100, 244])
def test_a_notification_that_is_handed_over_twice_counts_once(size: int) -> None:
    """Whether frames begin and end with it or lie across its borders."""
    whole = b"".join(sent(400))
    pieces = [whole[at : at + size] for at in range(0, len(whole), size)]
    twice = [each for i, piece in enumerate(pieces) for each in [piece] * (1 + (i % 3 == 2))]

    assert numbers(FrameStream(SKIN_ONLY), *twice) == numbers(FrameStream(SKIN_ONLY), *pieces)


def test_a_turn_of_the_clock_parts_the_frames() -> None:
    stream = FrameStream(SKIN_ONLY)
    numbers(stream, *sent(5, first=100))
    samples = stream.push(b"".join([*sent(3, first=105), *sent(3, first=20)]))
    assert samples.runs() == [slice(0, 3), slice(3, 6)]


def test_what_is_no_frame_is_an_error_and_changes_nothing() -> None:
    stream = FrameStream(SKIN_ONLY)
    frames = sent(6)
    numbers(stream, *frames[:3])
    for nonsense in (b"\xff", b"\x8a\x71\x01", b"\xff" * 300):
        with pytest.raises(DecodeError):
            stream.push(nonsense)
    assert numbers(stream, *frames[3:]) == [3, 4, 5]


def test_frames_of_old_firmware_are_recognised() -> None:
    """00, 16 bits of ticks, a word: eight notifications that fit nothing else."""
    old = [
        b"\x00" + (number * 1024 % 65536).to_bytes(2, "little") + b"\x34\x52"
        for number in range(40)
    ]
    stream = FrameStream(SKIN_ONLY)
    got = []
    for start in range(0, 40, 4):
        try:
            got += stream.push(b"".join(old[start : start + 4])).words(4).tolist()
        except DecodeError:
            continue
    assert stream.is_old_layout
    assert got == []


def test_the_frames_of_today_are_not_taken_for_old_ones() -> None:
    stream = FrameStream(SKIN_ONLY)
    for frame in sent(500):
        numbers(stream, frame)
    assert not stream.is_old_layout


@settings(max_examples=300)
@given(st.lists(st.binary(max_size=60), max_size=12), st.sampled_from([SKIN_ONLY, WITH_PULSE]))
def test_random_bytes_give_frames_that_fit_or_errors(
    payloads: list[bytes], inquiry: Inquiry
) -> None:
    stream = FrameStream(inquiry)
    length = inquiry.frame_bytes
    assert length is not None
    n_bytes = 0
    for payload in payloads:
        n_bytes += len(payload)
        try:
            samples = stream.push(payload)
        except DecodeError:
            continue
        assert samples.rows.shape == (samples.ticks.size, length)
        assert (samples.rows[:, 0] == 0).all()
        assert samples.ticks.size * length <= n_bytes
        assert len(stream._held) <= 3 * length + 3


@settings(max_examples=300)
@given(st.data())
def test_of_frames_that_were_tampered_with_the_others_come_out_whole(data: st.DataObject) -> None:
    frames = sent(60, first=7)
    spoilt = data.draw(st.integers(10, 40))
    at = data.draw(st.integers(0, 3))
    flipped = bytearray(frames[spoilt])
    flipped[at] ^= data.draw(st.integers(1, 255))
    frames[spoilt] = bytes(flipped)
    raw = b"".join(frames)
    size = data.draw(st.integers(6, 60))
    stream = FrameStream(SKIN_ONLY)
    got = []
    for start in range(0, len(raw), size):
        try:
            got += stream.push(raw[start : start + size]).words(4).tolist()
        except DecodeError:
            continue
    missing = sorted(set(range(60)) - set(got))
    # Where the ticks are off by less than the jitter, the frame stands.
    assert set(missing) <= {*range(spoilt - 1, spoilt + size // 6 + 2), 59}
    assert got == sorted(set(got))


def test_state_is_bounded() -> None:
    stream = FrameStream(SKIN_ONLY)
    noise = np.random.default_rng(3)
    for _ in range(2000):
        try:
            stream.push(bytes(5) + noise.bytes(20))
        except DecodeError:
            continue
        assert len(stream._held) <= 21
