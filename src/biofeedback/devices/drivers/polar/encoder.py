"""Frames as a Polar sensor writes them: for simulated sensors, and to test the decoders by.

Written from the same publications as `frames` and `delta`.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.devices.drivers.polar.control_point import Measurement
from biofeedback.devices.drivers.polar.delta import encode_delta
from biofeedback.devices.drivers.polar.frames import DELTA_LAYOUTS, RAW_LAYOUTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike

    from biofeedback.devices.drivers.polar.frames import PulseInterval

__all__ = ["encode_compressed", "encode_header", "encode_pulse_intervals", "encode_raw"]


def encode_header(
    measurement: Measurement, stamp_ns: int, kind: int, *, is_compressed: bool = False
) -> bytes:
    """Encode the head of a frame."""
    return struct.pack("<BQB", measurement, stamp_ns, kind | (0x80 if is_compressed else 0))


def encode_raw(measurement: Measurement, stamp_ns: int, kind: int, numbers: ArrayLike) -> bytes:
    """Encode a frame whose samples stand in full.

    Parameters
    ----------
    measurement, kind
        A layout of `frames.RAW_LAYOUTS`.
    stamp_ns
        The sensor's time of the last sample.
    numbers
        As they are sent, shape ``(n_samples, n_channels)``.

    Raises
    ------
    ValueError
        If a number does not fit the layout.
    """
    layout = RAW_LAYOUTS[measurement, kind]
    header = encode_header(measurement, stamp_ns, kind)
    if layout.n_bits == 32:
        return header + np.asarray(numbers, "<f4").tobytes()
    whole = _within(np.asarray(numbers, np.int64), layout.n_bits)
    content = whole.astype("<i4").reshape(-1, 1).view(np.uint8)[:, : layout.n_bits // 8]
    return header + content.tobytes()


def encode_compressed(
    measurement: Measurement,
    stamp_ns: int,
    kind: int,
    numbers: ArrayLike,
    blocks: Sequence[tuple[int, int]] | None = None,
) -> bytes:
    """Encode a frame that is told by differences.

    Parameters
    ----------
    measurement, kind
        A layout of `frames.DELTA_LAYOUTS`.
    stamp_ns, numbers
        As for `encode_raw`.
    blocks
        Bit width and sample count of each block, see `delta.encode_delta`.

    Raises
    ------
    ValueError
        If a number does not fit the layout, or a difference its block.
    """
    layout = DELTA_LAYOUTS[measurement, kind]
    is_float = layout.n_bits == 32
    if is_float:
        whole = np.ascontiguousarray(numbers, np.float32).view(np.int32).astype(np.int64)
    else:
        whole = _within(np.asarray(numbers, np.int64), layout.n_bits)
    content = encode_delta(whole, layout.n_bits, blocks, wraps=is_float)
    return encode_header(measurement, stamp_ns, kind, is_compressed=True) + content


def encode_pulse_intervals(stamp_ns: int, intervals: Iterable[PulseInterval]) -> bytes:
    """Encode pulse-to-pulse intervals, the oldest first."""
    parts = [encode_header(Measurement.PPI, stamp_ns, 0)]
    for each in intervals:
        flags = 0x01 if each.has_moved else 0
        if each.has_contact is not None:
            flags |= 0x04 | (0x02 if each.has_contact else 0)
        parts.append(
            struct.pack("<BHHB", each.heart_rate_bpm, each.pp_ms, each.error_estimate_ms, flags)
        )
    return b"".join(parts)


def _within(
    numbers: np.ndarray[tuple[int, ...], np.dtype[np.int64]], n_bits: int
) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    half = 1 << (n_bits - 1)
    if numbers.size and (numbers.min() < -half or numbers.max() >= half):
        msg = f"a number does not fit {n_bits} bits"
        raise ValueError(msg)
    return numbers
