"""What sensors say once, when they are asked: settings, features, batteries, descriptors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks.decoders.decoder import Decoder
from biofeedback.devices.driver import Frame
from biofeedback.devices.drivers.heart_rate import decode_battery, decode_location
from biofeedback.devices.drivers.polar.control_point import (
    Measurement,
    decode_activity,
    decode_answer,
    decode_features,
    decode_stopped,
    encode_features,
    encode_stopped,
)
from biofeedback.devices.drivers.polar.settings import (
    Setting,
    decode_settings,
    encode_settings,
    factor_of,
)
from biofeedback.devices.drivers.shimmer.frames import (
    GSR_CHANNEL,
    PPG_CHANNEL,
    Inquiry,
    decode_inquiry,
    encode_inquiry,
)
from biofeedback.devices.drivers.vernier.commands import (
    decode_sensor,
    decode_sensors,
    decode_status,
)
from biofeedback.devices.profiles.presentation_format import decode_presentation_format
from biofeedback.samples import StreamInfo, StreamKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.decoders.decoder import Feed

__all__ = ["ANSWERS"]

_UNDERSTOOD: Final = Frame(StreamInfo("sensor", StreamKind.OTHER, ("answers",)), np.ones((1, 1)))
# They come once in a connection; a second each is what a start may well spend on one.
_ANSWER_S: Final = 1.0


def _answers(name: str, decode: Callable[[bytes], object], *examples: bytes) -> Decoder:
    """Return a decoder that gives one sample for each answer it understands."""

    def feed(packet: bytes, _arrival_s: float) -> list[Frame]:
        decode(packet)
        return [_UNDERSTOOD]

    def begin() -> Feed:
        return feed

    return Decoder(
        name, _ANSWER_S, 0, lambda n: [examples[i % len(examples)] for i in range(n)], begin
    )


def _polar_answer(value: bytes) -> object:
    parameters = decode_answer(value).parameters
    factor = factor_of(parameters)
    if not np.isfinite(factor):
        msg = f"a factor of {factor}"
        raise ArithmeticError(msg)
    return decode_settings(parameters)


_SETTINGS: Final = encode_settings(
    {Setting.SAMPLE_RATE: (26, 52, 104), Setting.RESOLUTION: (16,), Setting.FACTOR: (0.1,)}
)
_INQUIRY: Final = Inquiry(1024, (GSR_CHANNEL, PPG_CHANNEL), is_expansion_powered=True)
# Microsiemens as 16 bits, electric conductance times 10 to the -6; then a percentage of 8 bits.
_FORMATS: Final = (bytes.fromhex("06fa2b27010000"), bytes.fromhex("0400ad27010000"))

ANSWERS: Final = (
    _answers("battery and place", lambda value: (decode_battery(value), decode_location(value)),
             b"\x55", b"\x01"),
    _answers("Polar answers", _polar_answer, b"\xf0\x01\x02\x00\x00" + _SETTINGS,
             b"\xf0\x02\x00\x00\x00"),
    _answers("Polar features", decode_features, encode_features((Measurement.ECG,)),
             encode_features(Measurement)),
    _answers("Polar ends", decode_stopped, encode_stopped((Measurement.ECG, Measurement.ACC))),
    _answers("Polar activity", decode_activity, bytes((0x40, 0x42, 0x81))),
    _answers("Vernier status", decode_status, bytes(range(40))),
    _answers("Vernier sensors", decode_sensors, b"\x36\0\0\0"),
    _answers("Vernier sensor", decode_sensor, bytes(range(1, 201))),
    _answers("Shimmer3R inquiry", lambda value: decode_inquiry(value, 7),
             encode_inquiry(_INQUIRY, 7)),
    _answers("Shimmer3 inquiry", lambda value: decode_inquiry(value, 4),
             encode_inquiry(_INQUIRY, 4)),
    _answers("presentation format", decode_presentation_format, *_FORMATS),
)  # fmt: skip
