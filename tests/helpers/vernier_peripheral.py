"""A Go Direct respiration belt: it answers commands, and measures once it is told to."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from biofeedback.devices.drivers.vernier.commands import INIT_BODY, Command
from biofeedback.devices.drivers.vernier.packets import (
    COMMAND,
    KIND_COMMAND,
    KIND_MEASUREMENT,
    KIND_REPLY,
    RESPONSE,
    SERVICE,
    WRITE_SIZE,
    encode_packet,
)

from .bluez_peripheral import Char, Peripheral

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["BeltPeripheral", "Quantity", "encode_measurement", "encode_quantity"]


@dataclass(frozen=True)
class Quantity:
    """One of the things that the device measures."""

    number: int
    description: str
    unit: str
    identifier: int = 100
    shortest_period_us: int = 10_000
    excludes: int = 0


# As a GDX-RB lists them: its mask is 0b110110.
BELT = (
    Quantity(1, "Force", "N"),
    Quantity(2, "Respiration Rate", "bpm"),
    Quantity(4, "Steps", "steps"),
    Quantity(5, "Step Rate", "spm"),
)


def encode_quantity(quantity: Quantity) -> bytes:
    """Encode the parameters of the reply that describes a sensor, 148 bytes."""
    return struct.pack(
        "<BBIBB60s32sdddIQIII",
        quantity.number,
        0,
        quantity.identifier,
        0,
        0,
        quantity.description.encode(),
        quantity.unit.encode(),
        0.1,
        0.0,
        50.0,
        quantity.shortest_period_us,
        10**10,
        100_000,
        10_000,
        quantity.excludes,
    )


def encode_measurement(sensors: int, samples: Sequence[Sequence[float]]) -> bytes:
    """Encode the body of a normal measurement: a row for each moment, a value for each bit."""
    values = [value for row in samples for value in row]
    return struct.pack("<BHBB", 0x06, sensors, len(samples), 0xFC) + struct.pack(
        f"<{len(values)}f", *values
    )


@dataclass(eq=False)
class BeltPeripheral(Peripheral):
    """A belt.

    Attributes
    ----------
    quantities
        What it measures.
    battery_pct, charger
        As it tells them.
    mute
        Commands that it does not answer.
    is_measuring, sensors, period_us
        What it was told; a belt that a program left going measures from the beginning.
    is_told_good_bye
        Whether the last connection ended with a word.
    n_bad_commands
        Packets with a wrong checksum or of no known command.
    """

    name: str = "GDX-RB 0K200101"
    quantities: tuple[Quantity, ...] = BELT
    battery_pct: int = 80
    charger: int = 0
    mute: frozenset[int] = frozenset()
    is_measuring: bool = False
    sensors: int = 0b110
    period_us: int = 20_000
    is_told_good_bye: bool = False
    n_bad_commands: int = 0
    is_initialised: bool = False
    commands: list[int] = field(default_factory=list)
    _written: bytearray = field(default_factory=bytearray)
    _n_sent: int = 0

    def services(self) -> list[tuple[str, list[Char]]]:
        return [
            (
                SERVICE,
                [Char(COMMAND, ["write-without-response"]), Char(RESPONSE, ["notify"])],
            )
        ]

    def on_subscribed(self, uuid: str) -> None:
        if self.is_measuring:
            # Left going: the first thing anyone hears is a measurement, not an answer.
            self.measure([(12.0, 9.0), (12.5, 9.0)])

    def on_write(self, uuid: str, payload: bytes, *, response: bool) -> None:
        assert len(payload) <= WRITE_SIZE
        assert not response
        self._written += payload
        if len(self._written) < 2 or len(self._written) < self._written[1]:
            return
        packet, self._written = bytes(self._written), bytearray()
        body = packet[4:]
        if packet != encode_packet(KIND_COMMAND, packet[2], body):
            self.n_bad_commands += 1
            return
        self.commands.append(body[0])
        if body[0] not in self.mute:
            self._obey(body, packet[2])

    def _obey(self, body: bytes, count: int) -> None:
        command, parameters = body[0], body[1:]
        reply = b"\0"
        if command == Command.INIT:
            self.is_initialised = body == INIT_BODY
        elif not self.is_initialised:
            return
        elif command == Command.STATUS:
            reply = struct.pack(
                "<BBBBHBBHBB", 0, 0, 1, 8, 5, 2, 0, 3, self.battery_pct, self.charger
            )
        elif command == Command.SENSORS:
            reply = struct.pack("<I", sum(1 << each.number for each in self.quantities))
        elif command == Command.SENSOR:
            reply = next(
                encode_quantity(each) for each in self.quantities if each.number == parameters[0]
            )
        elif command == Command.PERIOD and parameters[:2] == b"\xff\x00":
            (self.period_us,) = struct.unpack("<I4x", parameters[2:])
        elif command == Command.START and parameters[:2] == b"\xff\x01":
            (self.sensors,) = struct.unpack("<I8x", parameters[2:])
            self.is_measuring = True
        elif command == Command.STOP and parameters == bytes.fromhex("ff00ffffffff"):
            self.is_measuring = False
        elif command == Command.DISCONNECT:
            self.is_told_good_bye = True
        else:
            self.n_bad_commands += 1
            return
        self.send_packet(KIND_REPLY, bytes((command, count)) + reply)

    def on_disconnected(self) -> None:
        self.is_initialised = False

    def measure(self, samples: Sequence[Sequence[float]]) -> None:
        """Send samples, a value for each sensor that was asked for, if it measures at all."""
        if self.is_measuring:
            self.send_packet(KIND_MEASUREMENT, encode_measurement(self.sensors, samples))

    def lose_packet(self) -> None:
        """Count a packet that never arrives."""
        self._n_sent += 1

    def send_packet(self, kind: int, body: bytes) -> None:
        """Send anything in an envelope, in as many notifications as it needs."""
        packet = encode_packet(kind, self._n_sent & 0xFF, body)
        self._n_sent += 1
        size = self.mtu - 3
        for i in range(0, len(packet), size):
            self.send(RESPONSE, packet[i : i + size])
