"""Delta-compressed samples of Polar's frames.

The first sample stands in full; each further one is told by its difference from the one before,
in blocks whose differences all take the same number of bits::

    first sample        n_channels values of ceil(n_bits / 8) bytes, little-endian, with sign
    block, repeated     bit width u8, sample count u8, the differences

Differences are two's complement, the lowest bit first, each byte filled from its lowest bit,
sample after sample and channel after channel; a block ends on a whole byte. A block of width 0
carries no sample.

References
----------
Polar BLE SDK, documentation of the compressed data frames.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from biofeedback.devices.driver import DecodeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["MAX_WIDTH", "decode_delta", "encode_delta"]

MAX_WIDTH: Final = 32
_MAX_COUNT: Final = 255
# Samples to a block where the caller does not say: widths follow the signal closely enough.
_BLOCK_N: Final = 10


def decode_delta(
    content: bytes, n_channels: int, n_bits: int, *, wraps: bool = False
) -> NDArray[np.int64]:
    """Decode compressed samples.

    Parameters
    ----------
    content
        First sample and blocks.
    n_channels, n_bits
        Of the kind of frame.
    wraps
        Whether sums are taken modulo ``2 ** n_bits``, as for bit patterns of floating-point
        numbers.

    Returns
    -------
    array
        Shape ``(n_samples, n_channels)``, the first sample included.

    Raises
    ------
    DecodeError
        If a block claims more than there is, or a sum leaves the range of ``n_bits``.
    """
    n_bytes = -(-n_bits // 8)
    offset = n_channels * n_bytes
    if len(content) < offset:
        msg = "a compressed frame ends in its first sample"
        raise DecodeError(msg)
    first = [
        int.from_bytes(content[at : at + n_bytes], "little", signed=True)
        for at in range(0, offset, n_bytes)
    ]
    steps = [np.array([first], dtype=np.int64)]
    while offset < len(content):
        block, offset = _block(content, offset, n_channels)
        steps.append(block)
    samples: NDArray[np.int64] = np.concatenate(steps).cumsum(axis=0)
    half = 1 << (n_bits - 1)
    if wraps:
        return ((samples + half) & ((1 << n_bits) - 1)) - half
    if samples.min() < -half or samples.max() >= half:
        msg = "compressed samples leave their range"
        raise DecodeError(msg)
    return samples


def _block(content: bytes, offset: int, n_channels: int) -> tuple[NDArray[np.int64], int]:
    """Return the differences of a block, and where it ends."""
    if offset + 2 > len(content):
        msg = "a compressed frame ends within the head of a block"
        raise DecodeError(msg)
    width, count = content[offset], content[offset + 1]
    offset += 2
    if width > MAX_WIDTH:
        msg = f"differences of {width} bits are unknown"
        raise DecodeError(msg)
    n_bits = width * count * n_channels
    end = offset + -(-n_bits // 8)
    if end > len(content):
        msg = "a block claims more than there is"
        raise DecodeError(msg)
    if n_bits == 0:
        return np.empty((0, n_channels), dtype=np.int64), end
    packed = np.frombuffer(content, np.uint8, end - offset, offset)
    bits = np.unpackbits(packed, count=n_bits, bitorder="little").reshape(-1, width)
    weights = 1 << np.arange(width, dtype=np.int64)
    # Two's complement: the highest bit counts downwards.
    weights[-1] = -weights[-1]
    return (bits @ weights).reshape(count, n_channels), end


def encode_delta(
    samples: NDArray[np.int64],
    n_bits: int,
    blocks: Sequence[tuple[int, int]] | None = None,
    *,
    wraps: bool = False,
) -> bytes:
    """Compress samples as a sensor does: the inverse of decoding.

    Parameters
    ----------
    samples
        Shape ``(n_samples, n_channels)``, at least one, each within ``n_bits``.
    n_bits, wraps
        As for decoding.
    blocks
        Width and sample count of each block; as a rule tens, each as narrow as it can be.

    Raises
    ------
    ValueError
        If a difference does not fit its block, or the blocks do not hold just the samples.
    """
    n_bytes = -(-n_bits // 8)
    parts = [int(value).to_bytes(n_bytes, "little", signed=True) for value in samples[0]]
    steps = np.diff(samples, axis=0)
    if wraps:
        half = 1 << (n_bits - 1)
        steps = ((steps + half) & ((1 << n_bits) - 1)) - half
    if blocks is None:
        starts = range(0, len(steps), _BLOCK_N)
        blocks = [
            (_width(steps[start : start + _BLOCK_N]), min(_BLOCK_N, len(steps) - start))
            for start in starts
        ]
    if sum(count for _, count in blocks) != len(steps):
        msg = "the blocks do not hold as many samples as there are"
        raise ValueError(msg)
    start = 0
    for width, count in blocks:
        block = steps[start : start + count]
        start += count
        if not 0 < width <= MAX_WIDTH or count > _MAX_COUNT or _width(block) > width:
            msg = f"a block of {count} differences does not fit {width} bits"
            raise ValueError(msg)
        bits = (block.reshape(-1, 1) >> np.arange(width)) & 1
        packed = np.packbits(bits.astype(np.uint8).ravel(), bitorder="little")
        parts.append(bytes([width, count]) + packed.tobytes())
    return b"".join(parts)


def _width(steps: NDArray[np.int64]) -> int:
    """Return how many bits the largest difference needs, sign included."""
    if steps.size == 0:
        return 1
    # -8 fits 4 bits, as 7 does.
    largest = max(int(steps.max()), -int(steps.min()) - 1, 0)
    return largest.bit_length() + 1
