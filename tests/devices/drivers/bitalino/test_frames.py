from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.devices.drivers.bitalino.frames import (
    N_TO_TRUST,
    FrameReader,
    encode_frame,
    frame_size,
    slot_bits,
)

# As the firmware has it, for the polynomial x^4 + x + 1.
FIRMWARE_TABLE = (0, 3, 6, 5, 12, 15, 10, 9, 11, 8, 13, 14, 7, 4, 1, 2)


def crc_of(frame: bytes) -> int:
    """Nibble by nibble with the firmware's table, the CRC's own left out at the end."""
    crc = last = 0
    for byte in frame:
        for nibble in (byte >> 4, byte & 0xF):
            last = crc
            crc = FIRMWARE_TABLE[crc] ^ nibble
    return FIRMWARE_TABLE[last]


def made_up(n_channels: int, n_frames: int, seed: int = 1) -> np.ndarray:
    chance = np.random.default_rng(seed)
    limits = [1 << slot_bits(slot) for slot in range(n_channels)]
    return chance.integers(0, limits, size=(n_frames, n_channels))


def frames_of(values: np.ndarray, first: int = 0) -> list[bytes]:
    return [encode_frame(first + i, row) for i, row in enumerate(values.tolist())]


def read(reader: FrameReader, data: bytes, size: int = 20) -> list[tuple[int, tuple[int, ...]]]:
    """Number and values of all frames that are found."""
    found = []
    for i in range(0, len(data), size):
        for run in reader.push(data[i : i + size]):
            for j, row in enumerate(run.values.tolist()):
                found.append(((run.number + j) % 16, tuple(row)))
    return found


def expected(values: np.ndarray, first: int = 0) -> list[tuple[int, tuple[int, ...]]]:
    return [((first + i) % 16, tuple(row)) for i, row in enumerate(values.tolist())]


@pytest.mark.parametrize(("n_channels", "size"), [(1, 3), (2, 4), (3, 6), (4, 7), (5, 8), (6, 8)])
def test_length_follows_from_the_number_of_channels(n_channels: int, size: int) -> None:
    assert frame_size(n_channels) == size
    assert len(encode_frame(0, [0] * n_channels)) == size


@pytest.mark.parametrize(
    ("values", "digital", "but_crc"),
    [
        # A1 = b[-2] & 15 and b[-3] >> 2, and so on, as the maker's API takes frames apart.
        ([0x3FF], 0, "fc 0f b0"),
        ([0x3FF], 0xF, "fc ff b0"),
        ([0, 0x3FF], 0, "ff 03 00 b0"),
        ([0, 0, 0x3FF], 0, "c0 ff 00 00 00 b0"),
        ([0, 0, 0, 0x3FF], 0, "f0 3f 00 00 00 00 b0"),
        ([0, 0, 0, 0, 0x3F], 0, "c0 0f 00 00 00 00 00 b0"),
        ([0, 0, 0, 0, 0, 0x3F], 0, "3f 00 00 00 00 00 00 b0"),
        ([0x201, 0, 0, 0, 0, 0], 0, "00 00 00 00 00 04 08 b0"),
    ],
)
def test_each_channel_has_its_bits(values: list[int], digital: int, but_crc: str) -> None:
    frame = encode_frame(0xB, values, digital)
    bare = bytes.fromhex(but_crc)

    assert frame[:-1] == bare[:-1]
    assert frame[-1] & 0xF0 == bare[-1]
    assert frame[-1] & 0x0F == crc_of(frame)


@given(st.integers(1, 6), st.integers(0, 15), st.integers(0, 15), st.data())
def test_any_frame_has_the_crc_of_the_firmware(
    n_channels: int, number: int, digital: int, data: st.DataObject
) -> None:
    values = [data.draw(st.integers(0, (1 << slot_bits(slot)) - 1)) for slot in range(n_channels)]
    frame = encode_frame(number, values, digital)

    assert frame[-1] & 0x0F == crc_of(frame)


@pytest.mark.parametrize("values", [[], [0] * 7, [1024], [-1], [0, 0, 0, 0, 64]])
def test_what_fits_no_frame_is_not_encoded(values: list[int]) -> None:
    with pytest.raises(ValueError, match=r"frame has|not fit"):
        encode_frame(0, values)


@given(st.integers(1, 6), st.integers(1, 60), st.integers(0, 40))
def test_every_frame_but_the_newest_comes_once_however_the_stream_is_cut(
    n_channels: int, size: int, n_frames: int
) -> None:
    values = made_up(n_channels, n_frames)

    reader = FrameReader(n_channels)
    found = read(reader, b"".join(frames_of(values)), size)

    assert found == (expected(values)[:-1] if n_frames >= N_TO_TRUST else [])
    assert reader.n_left_out == 0


@given(st.integers(1, 6), st.integers(1, 200), st.integers(0, 30), st.binary(max_size=60))
def test_after_any_loss_and_any_noise_all_intact_frames_are_found_and_no_others(
    n_channels: int, at: int, n_lost: int, noise: bytes
) -> None:
    """Bytes are lost anywhere in the stream and noise stands in their place.

    But for the two at the seam: whether those are whole cannot be known for certain.
    """
    frames = frames_of(made_up(n_channels, 90))
    stream, size = b"".join(frames), frame_size(n_channels)
    at = min(at, len(stream) // 3)
    n_before, n_after = at // size, 90 - -(-(at + n_lost) // size)

    found = read(FrameReader(n_channels), stream[:at] + noise + stream[at + n_lost :])

    good = expected(made_up(n_channels, 90))
    before = max(n_before - 1, 0) if n_before >= N_TO_TRUST else 0
    assert found[:before] == good[:before]
    after = good[90 - n_after + 1 : -1]
    assert found[len(found) - len(after) :] == after
    # Not one, but for the chance that the next test but one measures.
    assert len(set(found) - set(good)) <= 1


def test_noise_is_taken_for_a_frame_less_than_once_in_a_million_bytes() -> None:
    """Four CRCs and three numbers must fit by chance: once in 16 ** 7 places."""
    noise = np.random.default_rng(3).bytes(1_000_000)
    reader = FrameReader(3)

    assert read(reader, noise, size=240) == []
    assert reader.n_left_out > 999_000


def test_a_seam_makes_up_a_sample_less_than_once_in_a_thousand_losses() -> None:
    """Measured with losses of every length in made-up signals, with noise and without."""
    chance = np.random.default_rng(11)
    n_made_up = n_losses = 0
    for _ in range(40):
        values = made_up(6, 3000, int(chance.integers(1 << 30)))
        frames = frames_of(values)
        good = set(expected(values))
        stream = b""
        at = 0
        while at + 40 < len(frames):
            stream += b"".join(frames[at : at + 20])
            stream += frames[at + 20][: int(chance.integers(0, 9))]
            stream += chance.bytes(int(chance.integers(0, 20)))
            stream += frames[at + 21][int(chance.integers(0, 9)) :]
            at += 22 + int(chance.integers(0, 3))
            n_losses += 1
        n_made_up += sum(each not in good for each in read(FrameReader(6), stream))

    assert n_losses > 5000
    assert n_made_up / n_losses < 1e-3


def test_flat_signal_does_not_mislead_it() -> None:
    """All inputs at 0: every byte but the last is alike, and so is every place in the stream."""
    values = np.zeros((60, 6), dtype=int)
    frames = frames_of(values)
    stream = b"".join(frames[:20])[:-3] + b"".join(frames[22:])

    assert read(FrameReader(6), stream) == expected(values)[:18] + expected(values)[23:-1]


def test_what_is_held_stays_small() -> None:
    reader = FrameReader(6)
    noise = np.random.default_rng(5).bytes(20_000)
    for i in range(0, len(noise), 20):
        reader.push(noise[i : i + 20])
        assert len(reader._pending) < 8 * (N_TO_TRUST + 1)
