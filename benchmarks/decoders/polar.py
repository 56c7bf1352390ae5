"""Streams of Polar sensors: frames as they send them, and decoders that have just been started."""

from __future__ import annotations

from math import pi
from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks.decoders.decoder import Decoder
from biofeedback.devices.drivers.polar.control_point import Measurement
from biofeedback.devices.drivers.polar.encoder import (
    encode_compressed,
    encode_pulse_intervals,
    encode_raw,
)
from biofeedback.devices.drivers.polar.frames import DELTA_LAYOUTS, RAW_LAYOUTS, PulseInterval
from biofeedback.devices.drivers.polar.streams import PolarStreams

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from benchmarks.decoders.decoder import Feed

__all__ = ["POLAR"]

# A heartbeat's worth of movement: what the numbers are does not matter, only that they change.
_PERIOD = 97


def _sampled(
    name: str,
    measurement: Measurement,
    rate_hz: float,
    n_samples: int,
    amplitude: float,
    *,
    kind: int,
    sample_bits: int = 3,
    is_compressed: bool = False,
) -> Decoder:
    """Return the decoder of an even stream, so many samples a frame."""
    encode = encode_compressed if is_compressed else encode_raw
    layouts = DELTA_LAYOUTS if is_compressed else RAW_LAYOUTS
    n_channels = len(layouts[measurement, kind].channels)
    frame_s = n_samples / rate_hz

    def packets(n: int) -> list[bytes]:
        return [
            encode(
                measurement,
                round((i + 1) * frame_s * 1e9) + 10**18 // 2,
                kind,
                _columns(n_samples, n_channels, amplitude, i * n_samples),
            )
            for i in range(n)
        ]

    return Decoder(name, frame_s, sample_bits, packets, _begun(measurement, rate_hz))


def _columns(n: int, n_channels: int, amplitude: float, phase: int) -> NDArray[np.int64]:
    at = np.arange(phase, phase + n)[:, None] + 11 * np.arange(n_channels)
    return np.rint(amplitude * np.sin(2 * pi * at / _PERIOD)).astype(np.int64)


def _pulse_packets(n: int) -> list[bytes]:
    """Five intervals at a time, every four seconds."""
    return [
        encode_pulse_intervals(
            round((i + 1) * 4e9),
            [PulseInterval(800 + each, 6, 75, has_contact=True) for each in range(5)],
        )
        for i in range(n)
    ]


def _begun(measurement: Measurement, rate_hz: float | None) -> Callable[[], Feed]:
    """Return what makes the streams of a sensor that has one of them on."""

    def begin() -> Feed:
        streams = PolarStreams("sensor")
        streams.begin(measurement, rate_hz)
        streams.granted(measurement, b"")
        return streams.take

    return begin


_ECG, _ACC, _PPG = Measurement.ECG, Measurement.ACC, Measurement.PPG

POLAR: Final = (
    _sampled("Polar ECG 130 Hz", _ECG, 130.0, 73, 900, kind=0, sample_bits=24),
    _sampled("Polar acceleration 200 Hz", _ACC, 200.0, 36, 1000, kind=1),
    _sampled(
        "Polar acceleration 52 Hz, compressed", _ACC, 52.0, 50, 1000, kind=1, is_compressed=True
    ),
    _sampled("Polar pulse 55 Hz, compressed", _PPG, 55.0, 40, 90000, kind=0, is_compressed=True),
    _sampled("Polar pulse 135 Hz", _PPG, 135.0, 12, 90000, kind=0),
    Decoder("Polar pulse intervals", 4.0, 48, _pulse_packets, _begun(Measurement.PPI, None)),
)
