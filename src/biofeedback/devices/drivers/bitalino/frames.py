"""The frames of a BITalino board, found in a stream of bytes of which some may be missing.

A frame has one sample of each channel that was asked for, in the order of the board's inputs.
Its length follows from their number; it is read from its end, as one little-endian number that
is aligned to 64 bits at the top:

=========  ======  ==================================================
bits       slot    meaning
=========  ======  ==================================================
60 to 63           running number, modulo 16
56 to 59           CRC4 over the whole frame with these bits left out
52 to 55           digital inputs and outputs I1 I2 O1 O2, I1 on top
42 to 51   first   10 bits
32 to 41   second  10 bits
22 to 31   third   10 bits
12 to 21   fourth  10 bits
6 to 11    fifth   6 bits
0 to 5     sixth   6 bits
=========  ======  ==================================================

===========  =  =  =  =  =  =
channels     1  2  3  4  5  6
bytes        3  4  6  7  8  8
===========  =  =  =  =  =  =

Frames follow each other without a mark between them, over the borders of notifications, and a
board whose buffer overflows drops its oldest bytes, wherever a frame begins.

References
----------
PLUX, BITalino (r)evolution MCU block datasheet; the board's firmware of 2016 (layout and CRC).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = [
    "MODULO",
    "N_TO_TRUST",
    "FrameReader",
    "Run",
    "encode_frame",
    "frame_size",
    "slot_bits",
]

MODULO: Final = 16

# So many frames in a row, each with its CRC and the next number, make a place in the stream
# trusted. Noise passes one CRC in 16 times, but such a row in about 16 ** 7 times.
N_TO_TRUST: Final = 4

_SIZES: Final = (3, 4, 6, 7, 8, 8)
_SHIFTS: Final = (42, 32, 22, 12, 6, 0)
_BITS: Final = (10, 10, 10, 10, 6, 6)
_WORD_SIZE: Final = 8


def _crc_step(crc: int, nibble: int) -> int:
    """One step of the CRC with the polynomial x^4 + x + 1."""
    for _ in range(4):
        crc = (crc << 1) ^ (0b10011 if crc & 0b1000 else 0)
    return (crc & 0xF) ^ nibble


# What a CRC becomes with one byte more: its upper half first.
_AFTER_BYTE: Final = tuple(
    bytes(_crc_step(_crc_step(crc, byte >> 4), byte & 0xF) for byte in range(256))
    for crc in range(16)
)


def frame_size(n_channels: int) -> int:
    """Return how many bytes a frame of 1 to 6 channels has."""
    return _SIZES[n_channels - 1]


def slot_bits(slot: int) -> int:
    """Return the resolution of the channel that comes first (0) to sixth (5) in a frame."""
    return _BITS[slot]


def _crc4(data: bytes) -> int:
    """Compute the CRC of a frame, whatever stands where its own is written."""
    crc = 0
    for byte in data[:-1]:
        crc = _AFTER_BYTE[crc][byte]
    return _AFTER_BYTE[crc][data[-1] & 0xF0]


def encode_frame(number: int, values: Sequence[int], digital: int = 0) -> bytes:
    """Encode a frame as a board would.

    Parameters
    ----------
    number
        Of the frame; its last four bits are sent.
    values
        One for each channel, within its bits.
    digital
        The four digital inputs and outputs.

    Raises
    ------
    ValueError
        If there are not 1 to 6 values, or one does not fit its bits.
    """
    if not 1 <= len(values) <= len(_SIZES):
        msg = "a frame has 1 to 6 channels"
        raise ValueError(msg)
    word = (number & 0xF) << 60 | (digital & 0xF) << 52
    for value, shift, bits in zip(values, _SHIFTS, _BITS, strict=False):
        if not 0 <= value < 1 << bits:
            msg = f"a value does not fit {bits} bits"
            raise ValueError(msg)
        word |= value << shift
    data = word.to_bytes(_WORD_SIZE, "little")[-frame_size(len(values)) :]
    return data[:-1] + bytes((data[-1] | _crc4(data),))


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """Frames without a hole between them.

    Parameters
    ----------
    number
        Of the first of them, 0 to 15.
    values
        Shape ``(n_frames, n_channels)``, as the board's converter read them.
    is_joined
        Whether they follow the run before them without a hole.
    """

    number: int
    values: NDArray[np.int64]
    is_joined: bool


class FrameReader:
    """Finds frames in bytes as they come.

    A place in the stream is trusted after `N_TO_TRUST` frames in a row. The last frame before
    a place where bytes are missing and the first after it are left out: they may have been put
    together from the pieces of two, at the right place and with the right number, so that only
    the CRC would tell, which passes by chance once in 16 times. That is why the newest frame is
    held until the next came.

    Parameters
    ----------
    n_channels
        1 to 6.

    Attributes
    ----------
    n_left_out : int
        Bytes that belong to no frame that was found.
    """

    def __init__(self, n_channels: int) -> None:
        self._size = frame_size(n_channels)
        self._shifts = np.array(_SHIFTS[:n_channels], dtype=np.uint64)
        self._masks = np.array([(1 << bits) - 1 for bits in _BITS[:n_channels]], dtype=np.uint64)
        self._pending = b""
        self._is_trusted = False
        self._is_joined = False
        self.n_left_out = 0

    def push(self, data: bytes) -> list[Run]:
        """Take the next bytes and return the frames that are certain now, in order."""
        self._pending += data
        runs: list[Run] = []
        while True:
            n_frames = self._row()
            if not self._is_trusted and n_frames >= N_TO_TRUST:
                self._is_trusted = True
                if self.n_left_out:
                    self._skip(self._size)
                    n_frames -= 1
            is_broken = len(self._pending) >= (n_frames + 1) * self._size
            if self._is_trusted:
                if n_frames > 1:
                    runs.append(self._taken(n_frames - 1))
                if not is_broken:
                    return runs
                # Here the row broke, after a frame that cannot be believed.
                self._skip(self._size)
                self._is_trusted = self._is_joined = False
            elif is_broken:
                self._skip(1)
            else:
                return runs

    def interrupt(self) -> None:
        """Take what comes next for a stream of its own, somewhere in the midst of a frame."""
        self._skip(len(self._pending))
        self._is_trusted = self._is_joined = False

    def _row(self) -> int:
        """Count the frames in a row from the beginning of what is pending."""
        pending, size = self._pending, self._size
        n_frames, expected = 0, -1
        for end in range(size, len(pending) + 1, size):
            last = pending[end - 1]
            if expected not in (-1, last >> 4) or _crc4(pending[end - size : end]) != last & 0xF:
                break
            expected = (last >> 4) + 1 & 0xF
            n_frames += 1
        return n_frames

    def _taken(self, n_frames: int) -> Run:
        end = n_frames * self._size
        data, self._pending = self._pending[:end], self._pending[end:]
        padded = np.zeros((n_frames, _WORD_SIZE), dtype=np.uint8)
        padded[:, -self._size :] = np.frombuffer(data, np.uint8).reshape(n_frames, self._size)
        words = padded.view("<u8")
        values = (words >> self._shifts & self._masks).astype(np.int64)
        run = Run(data[self._size - 1] >> 4, values, self._is_joined)
        self._is_joined = True
        return run

    def _skip(self, n_bytes: int) -> None:
        self._pending = self._pending[n_bytes:]
        self.n_left_out += n_bytes
