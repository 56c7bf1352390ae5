"""The bytes of a breathing strap: what it is told, and what it sends.

A command is one byte, written to the control point, which indicates two: the command, and 0 if
it was done. While it runs the strap notifies its samples, little-endian:

======  =====  ====================================================================
offset  type   meaning
======  =====  ====================================================================
0       u16    number of the first sample since the start; after 65535 comes 0
2       u8     how many samples follow, n
3       i16×n  pull in hundredths of a newton, 25 a second; -32768 where it feels none
======  =====  ====================================================================
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from biofeedback.devices.driver import DecodeError

if TYPE_CHECKING:
    from numpy.typing import NDArray

SERVICE: Final = "b7ea0001-5f2c-4b1e-9d3a-0c25d1f00000"
CONTROL: Final = "b7ea0002-5f2c-4b1e-9d3a-0c25d1f00000"
DATA: Final = "b7ea0003-5f2c-4b1e-9d3a-0c25d1f00000"

START: Final = 0x01
STOP: Final = 0x02
DONE: Final = 0x00
IN_CHARGER: Final = 0x01

RATE_HZ: Final = 25.0
N_COUNTS: Final = 1 << 16

_HEADER = struct.Struct("<HB")
_NO_PULL = -32768


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """The samples of one notification.

    ``first`` is the number of the first one; ``newtons`` has shape ``(n_samples,)``, and ``nan``
    where the strap feels no pull.
    """

    first: int
    newtons: NDArray[np.float64]


def decode_samples(payload: bytes) -> Samples:
    """Decode a notification.

    Raises
    ------
    DecodeError
        If it is not as long as it says, or has no sample.
    """
    if len(payload) < _HEADER.size:
        msg = "a packet ends within its header"
        raise DecodeError(msg)
    first, n_samples = _HEADER.unpack_from(payload)
    if n_samples == 0 or len(payload) != _HEADER.size + 2 * n_samples:
        msg = f"a packet of {len(payload)} bytes cannot hold {n_samples} samples"
        raise DecodeError(msg)
    raw = np.frombuffer(payload, "<i2", offset=_HEADER.size)
    return Samples(first, np.where(raw == _NO_PULL, np.nan, raw / 100.0))


def decode_answer(payload: bytes) -> tuple[int, int]:
    """Decode what the control point indicates: the command, and how it went.

    Raises
    ------
    DecodeError
        If it is not two bytes.
    """
    if len(payload) != 2:
        msg = f"an answer of {len(payload)} bytes"
        raise DecodeError(msg)
    return payload[0], payload[1]
