"""What a Go Direct sensor is told, and what it replies.

A command's body is its number and parameters, little-endian. The reply's body repeats the
number, then has a copy of the command's count, then what was asked for. Not every firmware
copies the count, so replies are told apart by their command alone.

=====================  ====  =================================  ==============================
command                      parameters                         reply
=====================  ====  =================================  ==============================
status                 0x10                                     see `Status`
start measurements     0x18  FF 01, u32 sensors, 8 zeros
stop measurements      0x19  FF 00 FF FF FF FF
initialise             0x1A  20 fixed bytes
measurement period     0x1B  FF 00, u32 microseconds, 4 zeros
sensor information     0x50  u8 number                          see `SensorDescription`
which sensors it has   0x51                                     u32, a bit for each number
disconnect             0x54
=====================  ====  =================================  ==============================

References
----------
Vernier, godirect-js and godirect-py (the manufacturer's own libraries).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from biofeedback.devices.driver import DecodeError

__all__ = [
    "DISCONNECT_BODY",
    "INIT_BODY",
    "SENSORS_BODY",
    "STATUS_BODY",
    "STOP_BODY",
    "Command",
    "SensorDescription",
    "Status",
    "decode_sensor",
    "decode_sensors",
    "decode_status",
    "period_body",
    "sensor_body",
    "start_body",
]


class Command(IntEnum):
    """The numbers of the commands."""

    STATUS = 0x10
    START = 0x18
    STOP = 0x19
    INIT = 0x1A
    PERIOD = 0x1B
    SENSOR = 0x50
    SENSORS = 0x51
    DISCONNECT = 0x54


INIT_BODY: Final = bytes.fromhex("1a a54a0649 07480847 09460a45 0b440c43 0d420e41")
STATUS_BODY: Final = bytes((Command.STATUS,))
SENSORS_BODY: Final = bytes((Command.SENSORS,))
STOP_BODY: Final = bytes((Command.STOP, 0xFF, 0x00, 0xFF, 0xFF, 0xFF, 0xFF))
DISCONNECT_BODY: Final = bytes((Command.DISCONNECT,))

# status, spare, then major, minor and build of both processors, battery, charger
_STATUS = struct.Struct("<BBBBHBBHBB")
# number, spare, identifier, type, mode, description, unit, uncertainty, smallest, largest,
# then the periods in microseconds: shortest, longest, usual, step; sensors it excludes
_SENSOR = struct.Struct("<BBIBB60s32sdddIQIII")
_MAX_SENSORS = 32
_MAX_BATTERY_PCT = 100


@dataclass(frozen=True, slots=True)
class Status:
    """How a sensor is.

    ``battery_pct`` is ``None`` where it says something that is no percentage; ``is_charging``
    while it is being charged.
    """

    battery_pct: int | None
    is_charging: bool
    firmware: str


@dataclass(frozen=True, slots=True)
class SensorDescription:
    """One of the quantities that a device measures.

    ``excludes`` has a bit for every other number that cannot be measured at the same time;
    ``identifier`` is 0 for a number that stands for nothing.
    """

    number: int
    identifier: int
    description: str
    unit: str
    shortest_period_us: int
    excludes: int


def period_body(period_us: int) -> bytes:
    """Return the command to measure once in so many microseconds."""
    return struct.pack("<BBBI4x", Command.PERIOD, 0xFF, 0x00, period_us)


def start_body(sensors: int) -> bytes:
    """Return the command to measure the sensors whose bits are set."""
    return struct.pack("<BBBI8x", Command.START, 0xFF, 0x01, sensors)


def sensor_body(number: int) -> bytes:
    """Return the question what a sensor measures."""
    return bytes((Command.SENSOR, number))


def decode_status(parameters: bytes) -> Status:
    """Decode the reply to a question for the status.

    Raises
    ------
    DecodeError
        If it ends too soon.
    """
    if len(parameters) < _STATUS.size:
        msg = "a status ends too soon"
        raise DecodeError(msg)
    _, _, major, minor, build, *_, battery_pct, charger = _STATUS.unpack_from(parameters)
    return Status(
        battery_pct if battery_pct <= _MAX_BATTERY_PCT else None,
        charger == 1,
        f"{major}.{minor}.{build}",
    )


def decode_sensors(parameters: bytes) -> tuple[int, ...]:
    """Decode which sensors a device has, as their numbers.

    Raises
    ------
    DecodeError
        If it ends too soon.
    """
    if len(parameters) < 4:
        msg = "a mask of sensors ends too soon"
        raise DecodeError(msg)
    mask = int.from_bytes(parameters[:4], "little")
    return tuple(number for number in range(_MAX_SENSORS) if mask >> number & 1)


def decode_sensor(parameters: bytes) -> SensorDescription:
    """Decode what a sensor measures.

    Raises
    ------
    DecodeError
        If it ends too soon, or is of a number that no device has.
    """
    if len(parameters) < _SENSOR.size:
        msg = "a sensor's description ends too soon"
        raise DecodeError(msg)
    fields = _SENSOR.unpack_from(parameters)
    if fields[0] >= _MAX_SENSORS:
        msg = f"there is no sensor {fields[0]}"
        raise DecodeError(msg)
    number, _, identifier, _, _, description, unit, _, _, _, shortest_us, _, _, _, excludes = fields
    return SensorDescription(
        number, identifier, _text(description), _text(unit), shortest_us, excludes
    )


def _text(padded: bytes) -> str:
    return padded.split(b"\0", 1)[0].decode("utf-8", errors="replace").strip()
