"""What a Go Direct sensor measures: the bodies of its measurement packets.

All numbers little-endian; the columns say at which byte of the body each begins.

====================  ==========  ========  =====  ======  =================================
type                  byte 0      sensors   count  values  meaning
====================  ==========  ========  =====  ======  =================================
normal                0x06        u16 at 1  3      5       f32, all sensors of one moment,
                                                           then all of the next
wide                  0x07        u32 at 1  5      7       the same
single channel        0x08, 0x0A  u8 at 2   3      4       f32 of one sensor
single channel, int   0x09, 0x0B  u8 at 2   3      4       i32 of one sensor
housekeeping          0x0C-0x0E                            no values: start time, values that
                                                           were dropped, period
====================  ==========  ========  =====  ======  =================================

A float that is no number means that the sensor has no value yet.

References
----------
Vernier, godirect-js and godirect-py (the manufacturer's own libraries); the normal type also
from packets recorded from a GDX-RB.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from biofeedback.devices.driver import DecodeError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Measurement", "decode_measurement"]

_NORMAL: Final = 0x06
_WIDE: Final = 0x07
_SINGLE_FLOAT: Final = frozenset({0x08, 0x0A})
_SINGLE_INT: Final = frozenset({0x09, 0x0B})
_HOUSEKEEPING: Final = frozenset({0x0C, 0x0D, 0x0E})
_MAX_SENSORS = 32


@dataclass(frozen=True, slots=True, eq=False)
class Measurement:
    """The samples of one packet.

    Parameters
    ----------
    sensors
        The number of each column's sensor.
    values
        Shape ``(n_samples, n_sensors)``, in the sensors' own units, the newest last; ``nan``
        where a sensor has no value.
    """

    sensors: tuple[int, ...]
    values: NDArray[np.float64]


def decode_measurement(body: bytes) -> Measurement | None:
    """Decode the body of a measurement packet.

    Returns
    -------
    Measurement or None
        ``None`` for one without values.

    Raises
    ------
    DecodeError
        If it is of no known type, has no values, or is not as long as its counts say.
    """
    kind = body[0] if body else -1
    if kind in _HOUSEKEEPING:
        return None
    if kind == _NORMAL:
        sensors, i_count, i_values = _numbers(body[1:3]), 3, 5
    elif kind == _WIDE:
        sensors, i_count, i_values = _numbers(body[1:5]), 5, 7
    elif kind in _SINGLE_FLOAT or kind in _SINGLE_INT:
        sensors, i_count, i_values = tuple(body[2:3]), 3, 4
    else:
        msg = "a measurement is of no known type"
        raise DecodeError(msg)
    n_samples = body[i_count] if len(body) > i_count else 0
    n_values = n_samples * len(sensors)
    if n_values == 0 or len(body) != i_values + 4 * n_values or sensors[-1] >= _MAX_SENSORS:
        msg = "a measurement is not as long as it says"
        raise DecodeError(msg)
    raw = np.frombuffer(body, "<i4" if kind in _SINGLE_INT else "<f4", offset=i_values)
    values = raw.astype(np.float64).reshape(n_samples, len(sensors))
    values[~np.isfinite(values)] = np.nan
    return Measurement(sensors, values)


def _numbers(mask: bytes) -> tuple[int, ...]:
    bits = int.from_bytes(mask, "little")
    return tuple(number for number in range(8 * len(mask)) if bits >> number & 1)
