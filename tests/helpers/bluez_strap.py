"""One strap of the BlueZ stand-in: what it offers, and what goes wrong with it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .bluez import BluezStandIn

__all__ = ["WAIT_S", "Strap", "layout", "uuid_of", "value_of"]

# Longer than anything here takes; only a failing test waits for it.
WAIT_S = 10.0


def uuid_of(short: int) -> str:
    """Return the full UUID of a number assigned by the Bluetooth SIG."""
    return f"0000{short:04x}-0000-1000-8000-00805f9b34fb"


@dataclass(eq=False)
class Strap:
    """One strap. Set its faults at any time; they count from the next call on.

    Attributes
    ----------
    battery_pct
        ``None`` for one without a battery service.
    battery_notifies
        Whether the battery level notifies.
    information
        Characteristics of Device Information by their 16 bits.
    services
        What it advertises, by 16 bits.
    is_near
        False: it neither advertises nor answers.
    has_left_after_scan
        True: BlueZ forgets it when a scan ends, before anyone can connect.
    refusal
        Name and text of the D-Bus error that ``Connect`` answers.
    is_answering
        False: ``Connect`` is never answered.
    needs_pairing, can_pair
        Whether it notifies only when paired, and whether pairing succeeds.
    read_error
        Name and text of the D-Bus error that every ``ReadValue`` answers.
    """

    bluez: BluezStandIn
    name: str
    address: str
    rssi_dbm: int = -60
    battery_pct: int | None = 85
    battery_notifies: bool = True
    information: dict[int, bytes] = field(
        default_factory=lambda: {
            0x2A29: b"Polar Electro Oy",
            0x2A24: b"H10\0",
            0x2A26: b"3.1.1",
        }
    )
    services: tuple[int, ...] = (0x180D,)
    has_heart_rate: bool = True
    is_near: bool = True
    has_left_after_scan: bool = False
    refusal: tuple[str, str] | None = None
    is_answering: bool = True
    needs_pairing: bool = False
    can_pair: bool = True
    read_error: tuple[str, str] | None = None
    n_connects: int = 0
    written: list[bytes] = field(default_factory=list)
    is_connected: bool = False
    is_paired: bool = False
    _subscribed: threading.Event = field(default_factory=threading.Event)
    _released: threading.Event = field(default_factory=threading.Event)

    @property
    def path(self) -> str:
        """Its D-Bus object."""
        return f"/org/bluez/hci0/dev_{self.address.replace(':', '_')}"

    def notify(self, payload: bytes) -> bool:
        """Send a Heart Rate Measurement; False if nobody has subscribed."""
        return self.bluez.run(self.bluez.notify, self, 0x2A37, payload)

    def set_battery(self, level_pct: int) -> bool:
        """Change the battery level and notify; False if nobody has subscribed."""
        self.battery_pct = level_pct
        return self.bluez.run(self.bluez.notify, self, 0x2A19, bytes([level_pct]))

    def advertise(self) -> None:
        """Be seen by a scan that is going on."""
        self.bluez.run(self.bluez.advertise, self)

    def lose_link(self, *, is_near: bool = False) -> None:
        """Lose the connection, and go out of reach or not."""
        self.is_near = is_near
        self.bluez.run(self.bluez.disconnect, self)

    def come_back(self) -> None:
        """Be in reach again."""
        self.is_near = True
        self.advertise()

    def connect_elsewhere(self) -> None:
        """Be connected to this computer already, as a crashed program leaves it."""
        self.bluez.run(self.bluez.connect, self)

    def wait_subscribed(self, seconds: float = WAIT_S) -> None:
        """Block until someone has subscribed to the heart rate."""
        assert self._subscribed.wait(seconds), "nobody subscribed"

    def wait_released(self, seconds: float = WAIT_S) -> None:
        """Block until the connection has been let go."""
        assert self._released.wait(seconds), "nobody let go"

    def told(self, *, is_subscribed: bool | None = None, is_released: bool | None = None) -> None:
        """Note for those who wait, on the stand-in's loop."""
        for event, is_set in ((self._subscribed, is_subscribed), (self._released, is_released)):
            if is_set is not None:
                (event.set if is_set else event.clear)()

    @property
    def is_subscribed(self) -> bool:
        """Whether someone has subscribed to the heart rate."""
        return self._subscribed.is_set()


def layout(strap: Strap) -> Iterable[tuple[int, list[tuple[int, list[str]]]]]:
    """Yield services with their characteristics and what these can do."""
    if strap.has_heart_rate:
        yield 0x180D, [(0x2A37, ["notify"]), (0x2A38, ["read"]), (0x2A39, ["write"])]
    if strap.battery_pct is not None:
        flags = ["read", "notify"] if strap.battery_notifies else ["read"]
        yield 0x180F, [(0x2A19, flags)]
    if strap.information:
        yield 0x180A, [(uuid, ["read"]) for uuid in strap.information]


def value_of(strap: Strap, uuid: int) -> bytes:
    if uuid == 0x2A19:
        return bytes([strap.battery_pct or 0])
    if uuid == 0x2A38:
        return b"\x01"
    return strap.information[uuid]
