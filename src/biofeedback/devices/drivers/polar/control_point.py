"""What is said over the control point of Polar's measurement service, as bytes.

Requests are written with response, answers come as indications. Pure functions.

==================  ====================================================================
value               bytes
==================  ====================================================================
features (read)     ``0F``, then bits: ECG, PPG, ACC, PPI, -, GYRO, MAG, SKIN_TEMPERATURE;
                    next byte -, SDK_MODE, LOCATION, PRESSURE, TEMPERATURE, OFFLINE_RECORDING,
                    OFFLINE_HEART_RATE
request             operation, measurement, and for a start the settings
answer              ``F0``, operation, measurement, status, more, parameters
stopped by itself   ``01``, then the measurements that the sensor ended
==================  ====================================================================

References
----------
Polar Electro, Polar Measurement Data Specification for 3rd party (control point, features,
status codes); Polar BLE SDK, documentation of the online streams.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from biofeedback.devices.driver import DecodeError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "CONTROL_POINT",
    "MEASUREMENT_DATA",
    "MEASUREMENT_SERVICE",
    "Answer",
    "Measurement",
    "Operation",
    "Status",
    "decode_activity",
    "decode_answer",
    "decode_features",
    "decode_stopped",
    "encode_answer",
    "encode_features",
    "encode_stopped",
    "is_answer",
    "is_stopped",
    "request",
]

MEASUREMENT_SERVICE: Final = "fb005c80-02e7-f387-1cad-8acd2d8df0c8"
CONTROL_POINT: Final = "fb005c81-02e7-f387-1cad-8acd2d8df0c8"
MEASUREMENT_DATA: Final = "fb005c82-02e7-f387-1cad-8acd2d8df0c8"

_FEATURES: Final = 0x0F
_ANSWER: Final = 0xF0
_STOPPED: Final = 0x01
# The upper two bits tell a recording kept in the sensor from a live stream.
MEASUREMENT_MASK: Final = 0x3F
_IS_LIVE: Final = 0x40
_IS_RECORDED: Final = 0x80
_HEADER_N: Final = 5


class Measurement(IntEnum):
    """What the service can send."""

    ECG = 0
    PPG = 1
    ACC = 2
    PPI = 3
    GYRO = 5
    MAG = 6
    SKIN_TEMPERATURE = 7
    SDK_MODE = 9
    LOCATION = 10
    PRESSURE = 11
    TEMPERATURE = 12
    OFFLINE_RECORDING = 13
    OFFLINE_HEART_RATE = 14


class Operation(IntEnum):
    """What can be asked of the control point."""

    GET_SETTINGS = 1
    START = 2
    STOP = 3
    GET_SDK_SETTINGS = 4
    GET_ACTIVITY = 5
    GET_SDK_ACTIVITY = 6


class Status(IntEnum):
    """How a request went."""

    OK = 0
    INVALID_OPERATION = 1
    INVALID_MEASUREMENT = 2
    NOT_SUPPORTED = 3
    INVALID_LENGTH = 4
    INVALID_PARAMETER = 5
    ALREADY_IN_STATE = 6
    INVALID_RESOLUTION = 7
    INVALID_SAMPLE_RATE = 8
    INVALID_RANGE = 9
    INVALID_MTU = 10
    INVALID_CHANNELS = 11
    INVALID_STATE = 12
    IN_CHARGER = 13
    DISK_FULL = 14


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, or one part of it.

    Parameters
    ----------
    operation, measurement
        What was asked, as numbers: a newer sensor may know more than `Operation` does.
    status
        0 when all is well, else as in `Status` or a number of a newer sensor.
    has_more
        Whether further parts follow, whose ``parameters`` belong behind these.
    parameters
        Empty unless the status is 0.
    """

    operation: int
    measurement: int
    status: int
    has_more: bool = False
    parameters: bytes = b""


def decode_features(value: bytes) -> frozenset[Measurement]:
    """Decode what a read of the control point tells: which measurements there are.

    Raises
    ------
    DecodeError
        If it is no list of features.
    """
    if len(value) < 2 or value[0] != _FEATURES:
        msg = "no list of features"
        raise DecodeError(msg)
    bits = int.from_bytes(value[1:3], "little")
    return frozenset(each for each in Measurement if bits >> each & 1)


def encode_features(features: Iterable[Measurement]) -> bytes:
    """Encode a list of features as a sensor does, in 17 bytes."""
    bits = sum(1 << each for each in set(features))
    return bytes([_FEATURES]) + bits.to_bytes(16, "little")


def request(operation: Operation, measurement: Measurement, settings: bytes = b"") -> bytes:
    """Return the bytes of a request for a live stream."""
    return bytes([operation, measurement]) + settings


def is_answer(value: bytes) -> bool:
    """Whether an indication is an answer. A read's reply may be handed over as one as well."""
    return value[:1] == bytes([_ANSWER])


def is_stopped(value: bytes) -> bool:
    """Whether an indication tells that the sensor ended streams by itself."""
    return value[:1] == bytes([_STOPPED])


def decode_answer(value: bytes) -> Answer:
    """Decode one indication of an answer.

    Raises
    ------
    DecodeError
        If it is none, or ends before its status.
    """
    if not is_answer(value) or len(value) < _HEADER_N - 1:
        msg = "no answer of a control point"
        raise DecodeError(msg)
    status = value[3]
    is_ok = status == Status.OK
    return Answer(
        value[1],
        value[2] & MEASUREMENT_MASK,
        status,
        has_more=is_ok and len(value) >= _HEADER_N and value[4] != 0,
        parameters=value[_HEADER_N:] if is_ok else b"",
    )


def encode_answer(answer: Answer) -> bytes:
    """Encode an answer as a sensor does: the inverse of decoding."""
    header = [_ANSWER, answer.operation, answer.measurement, answer.status]
    if answer.status != Status.OK:
        return bytes(header)
    return bytes([*header, answer.has_more]) + answer.parameters


def decode_stopped(value: bytes) -> tuple[Measurement, ...]:
    """Decode which live streams the sensor ended by itself; unknown numbers are left out.

    Raises
    ------
    DecodeError
        If it says nothing of that, or names none.
    """
    if not is_stopped(value) or len(value) < 2:
        msg = "no list of ended streams"
        raise DecodeError(msg)
    return _known(each & MEASUREMENT_MASK for each in value[1:])


def encode_stopped(measurements: Iterable[Measurement]) -> bytes:
    """Encode that streams were ended, as a sensor does."""
    return bytes([_STOPPED, *measurements])


def decode_activity(parameters: bytes) -> dict[Measurement, tuple[bool, bool]]:
    """Decode the answer to `Operation.GET_ACTIVITY`.

    Returns
    -------
    dict
        For each measurement whether it is sent live, and whether it is recorded in the sensor.
    """
    result: dict[Measurement, tuple[bool, bool]] = {}
    for each in parameters:
        for measurement in _known([each & MEASUREMENT_MASK]):
            result[measurement] = (bool(each & _IS_LIVE), bool(each & _IS_RECORDED))
    return result


def _known(numbers: Iterable[int]) -> tuple[Measurement, ...]:
    known = {each.value for each in Measurement}
    return tuple(Measurement(number) for number in numbers if number in known)
