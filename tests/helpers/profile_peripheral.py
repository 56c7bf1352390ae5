"""Simulated sensors that profiles describe: each speaks its protocol, as its publication says."""

from __future__ import annotations

import struct
import threading
from dataclasses import dataclass, field

from biofeedback.devices.driver import uuid_of

from .bluez_peripheral import AttError, Char, Peripheral

__all__ = ["M40", "AnnouncedBoard", "NuanicRing", "TextBoard"]

NUS = "6e400001-b5a3-f393-e0a9-e50e24dcca9e"
NUS_TX = "6e400003-b5a3-f393-e0a9-e50e24dcca9e"
ATT_VALUE_NOT_ALLOWED = 0x13


@dataclass(eq=False)
class NuanicRing(Peripheral):
    """A ring with modes: silent for 60 s after each change of its mode, then raw resistance."""

    SERVICE = "5491faaf-b0c2-4167-8f3d-bc6b31db69e7"
    RAW = "42dcb71b-1817-43bd-8ea3-7272780a1c9f"
    MODE = "3cce21a7-e602-4e02-8c52-1e0366c1c846"
    RATE = "516b0fb6-d861-4619-9dd0-0105e8b85128"
    TIME = "dc9c31a7-fbd3-467a-8777-10900c423d3b"

    name: str = "Nuanic 0042"
    advertised_services: tuple[str, ...] = (SERVICE,)
    mode: int = 0
    rate_hz: int = 4
    n_calibrations: int = 0
    unix_ms: int | None = None
    is_measuring: threading.Event = field(default_factory=threading.Event)

    def services(self) -> list[tuple[str, list[Char]]]:
        """Return the GATT table."""
        return [
            (
                self.SERVICE,
                [
                    Char(self.RAW, ["notify"]),
                    Char(self.MODE, ["read", "write"]),
                    Char(self.RATE, ["read", "write"]),
                    Char(self.TIME, ["write"]),
                ],
            )
        ]

    def on_write(self, uuid: str, payload: bytes, *, response: bool) -> None:
        """Take a mode, a rate or the time of day; refuse what it does not know."""
        if uuid == self.TIME and len(payload) == 8:
            (self.unix_ms,) = struct.unpack("<Q", payload)
        elif uuid == self.RATE and payload and payload[0] in {3, 4, 6, 8, 12, 16}:
            self.rate_hz = payload[0]
        elif uuid == self.MODE and payload and payload[0] <= 3:
            self.n_calibrations += payload[0] != self.mode
            self.mode = payload[0]
            if self.mode == 1:
                self.is_measuring.set()
        else:
            raise AttError(ATT_VALUE_NOT_ALLOWED)

    def send_resistance(self, ohm: int, unix_ms: int) -> bool:
        """Send one reading, if it measures at all."""
        is_on = self.mode == 1 and self.unix_ms is not None
        return is_on and self.send(self.RAW, struct.pack("<HQI", 6, unix_ms, ohm))


@dataclass(eq=False)
class M40(Peripheral):
    """A muscle sensor with Automation IO: a level of ten bits, ten times a second."""

    name: str = "ANR Corp M40"
    advertised_services: tuple[str, ...] = (uuid_of(0x1815),)
    can_read: bool = True

    def services(self) -> list[tuple[str, list[Char]]]:
        """Return the GATT table."""
        return [(uuid_of(0x1815), [Char(uuid_of(0x2A58), ["read", "notify"])])]

    def send_level(self, level: int) -> bool:
        """Send one level."""
        return self.send(uuid_of(0x2A58), struct.pack("<H", level))


@dataclass(eq=False)
class TextBoard(Peripheral):
    """A board with the Nordic UART service that sends lines, cut where the link cuts them."""

    name: str = "EDA-text 1"
    advertised_services: tuple[str, ...] = (NUS,)
    mtu: int = 23

    def services(self) -> list[tuple[str, list[Char]]]:
        """Return the GATT table."""
        write = ["write", "write-without-response"]
        return [(NUS, [Char(NUS.replace("0001", "0002", 1), write), Char(NUS_TX, ["notify"])])]

    def print(self, text: str) -> None:
        """Send a text in as many notifications as it takes."""
        raw = text.encode()
        step = self.mtu - 3
        for start in range(0, len(raw), step):
            self.send(NUS_TX, raw[start : start + step])


@dataclass(eq=False)
class AnnouncedBoard(Peripheral):
    """A board whose values say themselves what they are, by their descriptors.

    Attributes
    ----------
    announced
        For each characteristic its flags and its descriptors.
    values
        What is read of them.
    """

    SERVICE = "f00d0001-0000-4000-8000-000000000001"

    name: str = "My board"
    announced: dict[str, tuple[list[str], dict[str, bytes]]] = field(default_factory=dict)
    values: dict[str, bytes] = field(default_factory=dict)
    n_reads: int = 0

    def services(self) -> list[tuple[str, list[Char]]]:
        """Return the GATT table."""
        chars = [Char(uuid, *said) for uuid, said in self.announced.items()]
        return [(self.SERVICE, chars)]

    def on_read(self, uuid: str) -> bytes:
        """Return a value."""
        self.n_reads += 1
        return self.values[uuid]
