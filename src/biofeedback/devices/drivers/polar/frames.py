"""Frames of Polar's measurement service: what came, when, and in which layout.

::

    measurement u8 | time of the last sample u64 | kind of frame u8 | content

Little-endian. The time is in nanoseconds since 2000-01-01 UTC by the sensor's own clock, which
is hardly ever right: an H10 begins at 2019-01-01 each time it is switched on. In the kind, bit 7
says that the content is compressed (see `delta`), the rest is the layout.

References
----------
Polar Electro, Polar Measurement Data Specification for 3rd party (frames, ECG, ACC, PPG, PPI);
Polar BLE SDK, documentation of the online streams. In the specification the first ACC sample
``45 FF`` is printed as -184; it is -187.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from biofeedback.devices.driver import DecodeError
from biofeedback.devices.drivers.polar.control_point import MEASUREMENT_MASK, Measurement
from biofeedback.devices.drivers.polar.delta import decode_delta

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "CLOCK_TO_UNIX_NS",
    "DELTA_LAYOUTS",
    "HEADER_N",
    "RAW_LAYOUTS",
    "Header",
    "Layout",
    "PulseInterval",
    "decode_header",
    "decode_pulse_intervals",
    "decode_samples",
    "layout_of",
]

HEADER_N: Final = 10
# 2000-01-01 as Unix time.
CLOCK_TO_UNIX_NS: Final = 946_684_800_000_000_000
_IS_COMPRESSED: Final = 0x80
# Twice what the largest range of any of these sensors can show.
_MAX_G: Final = 32.0
# No heart pauses longer.
_MAX_PP_MS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Header:
    """The head of a frame.

    Parameters
    ----------
    measurement
        What the frame carries.
    stamp_ns
        The sensor's time of the last sample, 0 where it tells none.
    kind
        Number of the layout.
    is_compressed
        Whether the content is told by differences.
    """

    measurement: Measurement
    stamp_ns: int
    kind: int
    is_compressed: bool

    @property
    def stamp_s(self) -> float:
        """The sensor's time of the last sample, in seconds since 2000."""
        return self.stamp_ns / 1e9


@dataclass(frozen=True, slots=True)
class Layout:
    """How the samples of a frame lie in it, and what they are.

    Parameters
    ----------
    channels
        Name with unit of each.
    n_bits
        Of one value: 8, 16 or 24 with sign, or 32 for a floating-point number.
    scale
        From the number sent, times the factor where there is one, to the unit.
    has_factor
        Whether the factor of the answer to the start applies.
    """

    channels: tuple[str, ...]
    n_bits: int
    scale: float = 1.0
    has_factor: bool = False


@dataclass(frozen=True, slots=True)
class PulseInterval:
    """One pulse-to-pulse interval as the sensor found it.

    Parameters
    ----------
    pp_ms
        The interval.
    error_estimate_ms
        How far it may be off, as the sensor reckons.
    heart_rate_bpm
        The sensor's averaged rate.
    has_moved
        Whether movement blocks it: then the interval means nothing.
    has_contact
        Skin contact, ``None`` where the sensor cannot tell.
    """

    pp_ms: int
    error_estimate_ms: int
    heart_rate_bpm: int = 0
    has_moved: bool = False
    has_contact: bool | None = None

    @property
    def is_possible(self) -> bool:
        """False for 0, and for 10 s without a pulse."""
        return 0 < self.pp_ms <= _MAX_PP_MS

    @property
    def is_good(self) -> bool:
        """Whether it counts: possible, without movement, and with skin contact."""
        return self.is_possible and not self.has_moved and self.has_contact is not False


def _lights(n_channels: int, *others: str) -> tuple[str, ...]:
    return ("ppg_au", *(f"ppg_{i}_au" for i in range(2, n_channels + 1)), *others)


_AXES: Final = ("acc_x_g", "acc_y_g", "acc_z_g")
_TURNS: Final = ("gyro_x_deg_per_s", "gyro_y_deg_per_s", "gyro_z_deg_per_s")
_FIELDS: Final = ("mag_x_gauss", "mag_y_gauss", "mag_z_gauss")
_LIGHTS: Final = _lights(3, "ambient_au")

RAW_LAYOUTS: Final[dict[tuple[Measurement, int], Layout]] = {
    (Measurement.ECG, 0): Layout(("ecg_microvolts",), 24),
    (Measurement.ACC, 0): Layout(_AXES, 8, 1e-3),
    (Measurement.ACC, 1): Layout(_AXES, 16, 1e-3),
    (Measurement.ACC, 2): Layout(_AXES, 24, 1e-3),
    (Measurement.PPG, 0): Layout(_LIGHTS, 24),
    (Measurement.GYRO, 0): Layout(_TURNS, 16, has_factor=True),
    (Measurement.GYRO, 1): Layout(_TURNS, 32),
    (Measurement.MAG, 0): Layout(_FIELDS, 16, has_factor=True),
    (Measurement.SKIN_TEMPERATURE, 0): Layout(("skin_celsius",), 32),
    (Measurement.TEMPERATURE, 0): Layout(("temperature_celsius",), 32),
    (Measurement.PRESSURE, 0): Layout(("pressure_hpa",), 32),
}
DELTA_LAYOUTS: Final[dict[tuple[Measurement, int], Layout]] = {
    # Numbers times the factor are g in the first and thousandths of g in the second.
    (Measurement.ACC, 0): Layout(_AXES, 16, has_factor=True),
    (Measurement.ACC, 1): Layout(_AXES, 16, 1e-3, has_factor=True),
    (Measurement.PPG, 0): Layout(_LIGHTS, 24, has_factor=True),
    (Measurement.PPG, 7): Layout(_lights(16, "status"), 24, has_factor=True),
    (Measurement.PPG, 8): Layout(_lights(24, "status"), 24, has_factor=True),
    (Measurement.PPG, 10): Layout(_lights(20, "status"), 24, has_factor=True),
    (Measurement.PPG, 13): Layout(_lights(2, "status"), 24, has_factor=True),
    (Measurement.GYRO, 0): Layout(_TURNS, 16, has_factor=True),
    (Measurement.GYRO, 1): Layout(_TURNS, 32),
    (Measurement.MAG, 0): Layout(_FIELDS, 16, has_factor=True),
    (Measurement.SKIN_TEMPERATURE, 0): Layout(("skin_celsius",), 32),
    (Measurement.TEMPERATURE, 0): Layout(("temperature_celsius",), 32),
    (Measurement.PRESSURE, 0): Layout(("pressure_hpa",), 32),
}
# Frames between those of the light that tell how it was measured: gains, modes, kind of sport.
_ABOUT_LIGHT: Final = frozenset({4, 5, 6, 9, 14})
_MEASUREMENTS: Final = frozenset(each.value for each in Measurement)
_PULSE_INTERVAL: Final = struct.Struct("<BHHB")


def decode_header(payload: bytes) -> Header:
    """Decode the head of a frame.

    Raises
    ------
    DecodeError
        If it is cut off, or tells of a measurement that is unknown.
    """
    if len(payload) < HEADER_N:
        msg = "a frame ends in its head"
        raise DecodeError(msg)
    number, stamp_ns, kind = struct.unpack_from("<BQB", payload)
    number &= MEASUREMENT_MASK
    if number not in _MEASUREMENTS:
        msg = f"measurement {number} is unknown"
        raise DecodeError(msg)
    return Header(
        Measurement(number), stamp_ns, kind & ~_IS_COMPRESSED, bool(kind & _IS_COMPRESSED)
    )


def layout_of(header: Header) -> Layout | None:
    """Return how the samples of a frame lie, ``None`` for frames that by design have none.

    Raises
    ------
    DecodeError
        If the layout is unknown: its numbers would be guesses.
    """
    layouts = DELTA_LAYOUTS if header.is_compressed else RAW_LAYOUTS
    layout = layouts.get((header.measurement, header.kind))
    if layout is None:
        is_about = header.measurement is Measurement.PPG and not header.is_compressed
        if is_about and header.kind in _ABOUT_LIGHT:
            return None
        msg = f"layout {header.kind} of {header.measurement.name} is unknown"
        raise DecodeError(msg)
    return layout


def decode_samples(
    payload: bytes, header: Header, layout: Layout, factor: float = 1.0
) -> NDArray[np.float64]:
    """Decode the samples of a frame.

    Parameters
    ----------
    payload
        The whole frame.
    header, layout
        As decoded before.
    factor
        From the answer to the start of the stream.

    Returns
    -------
    array
        Shape ``(n_samples, n_channels)``, at least one sample, in the units of the channels;
        ``nan`` where the sensor sent something that is no number.

    Raises
    ------
    DecodeError
        If there is none, or something less than a whole one, or a block claims more than there
        is, or it is an acceleration beyond what the sensor can measure.
    """
    content = payload[HEADER_N:]
    n_channels, is_float = len(layout.channels), layout.n_bits == 32
    raw: NDArray[np.int32]
    if header.is_compressed:
        # 32 bits at most, as checked.
        raw = decode_delta(content, n_channels, layout.n_bits, wraps=is_float).astype(np.int32)
    else:
        raw = _raw(content, n_channels, layout.n_bits)
    values: NDArray[np.float64]
    if is_float:
        values = raw.view(np.float32).astype(np.float64)
        values[~np.isfinite(values)] = np.nan
    else:
        scale = layout.scale * factor if layout.has_factor else layout.scale
        values = raw.astype(np.float64) * scale
    if header.measurement is Measurement.ACC and np.abs(values).max() > _MAX_G:
        msg = "an acceleration is beyond the range of the sensor"
        raise DecodeError(msg)
    return values


def _raw(content: bytes, n_channels: int, n_bits: int) -> NDArray[np.int32]:
    """Return numbers that stand in full, shape ``(n_samples, n_channels)``."""
    n_bytes = n_bits // 8
    n_samples, n_over = divmod(len(content), n_channels * n_bytes)
    if n_samples == 0 or n_over:
        msg = "a frame holds no whole number of samples"
        raise DecodeError(msg)
    if n_bytes == 3:
        # To the upper three bytes of four, and down again with the sign.
        padded = np.zeros((n_samples * n_channels, 4), np.uint8)
        padded[:, 1:] = np.frombuffer(content, np.uint8).reshape(-1, 3)
        return (padded.view("<i4") >> 8).reshape(n_samples, n_channels)
    numbers = np.frombuffer(content, f"<i{n_bytes}").astype(np.int32)
    return numbers.reshape(n_samples, n_channels)


def decode_pulse_intervals(payload: bytes, header: Header) -> tuple[PulseInterval, ...]:
    """Decode pulse-to-pulse intervals, the oldest first.

    Raises
    ------
    DecodeError
        If the layout is unknown, or there is none, or something less than a whole one.
    """
    content = payload[HEADER_N:]
    if header.is_compressed or header.kind != 0:
        msg = f"layout {header.kind} of pulse intervals is unknown"
        raise DecodeError(msg)
    if not content or len(content) % _PULSE_INTERVAL.size:
        msg = "a frame holds no whole number of pulse intervals"
        raise DecodeError(msg)
    return tuple(
        PulseInterval(
            pp_ms,
            error_ms,
            heart_rate_bpm,
            has_moved=bool(flags & 0x01),
            has_contact=bool(flags & 0x02) if flags & 0x04 else None,
        )
        for heart_rate_bpm, pp_ms, error_ms, flags in _PULSE_INTERVAL.iter_unpack(content)
    )
