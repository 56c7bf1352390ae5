"""One device of the BlueZ stand-in: what it offers and says, and what goes wrong with it.

A family of sensors is a subclass, which speaks its protocol::

    CONTROL, DATA = "fb005c81-...", "fb005c82-..."

    class Oximeter(Peripheral):
        def services(self) -> list[tuple[str, list[Char]]]:
            return [(SERVICE, [Char(CONTROL, ["write", "indicate"]), Char(DATA, ["notify"])])]

        def on_write(self, uuid: str, payload: bytes, *, response: bool) -> None:
            if payload != START:
                raise AttError(0x80)
            self.send(CONTROL, STARTED)

    with BluezStandIn() as bluez:
        oximeter = bluez.add(Oximeter("Oximeter 1", advertised_services=(SERVICE,)))
        ...
        oximeter.wait_subscribed(DATA)       # in a coroutine: await asyncio.to_thread(...)
        oximeter.send(DATA, frame)

A subclass with settings of its own is a dataclass, too: ``@dataclass(eq=False)``.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .bluez_error import ATT_READ_NOT_PERMITTED, AttError

if TYPE_CHECKING:
    from .bluez import BluezStandIn

__all__ = ["WAIT_S", "AttError", "Char", "Peripheral"]

# Longer than anything here takes; only a failing test waits for it.
WAIT_S = 10.0


@dataclass(frozen=True)
class Char:
    """A characteristic of a device.

    Attributes
    ----------
    uuid
        In full, in small letters.
    flags
        What it can do, in BlueZ's words: ``read``, ``write``, ``write-without-response``,
        ``notify``, ``indicate``.
    descriptors
        Their values by their full UUIDs. Whatever notifies or indicates has its Client
        Characteristic Configuration besides.
    """

    uuid: str
    flags: list[str]
    descriptors: dict[str, bytes] = field(default_factory=dict)


@dataclass(eq=False)
class Peripheral:
    """One device. Set its faults at any time; they count from the next call on.

    The ``on_`` methods run in the stand-in's thread. They may call any other method but those
    that wait; what they raise besides `AttError` fails the test when the stand-in closes.

    Attributes
    ----------
    name
        Empty for a device that tells none.
    address
        Empty to be given one.
    rssi_dbm
        How strongly it is received.
    advertised_services
        Full UUIDs, in small letters.
    manufacturer_data
        By company identifier.
    mtu
        Of its links: a notification carries three bytes less.
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
    n_connects
        How often it has been connected.
    writes
        UUID and bytes of all that was written to it, in order.
    """

    name: str = ""
    address: str = ""
    rssi_dbm: int = -60
    advertised_services: tuple[str, ...] = ()
    manufacturer_data: dict[int, bytes] = field(default_factory=dict)
    mtu: int = 185
    is_near: bool = True
    has_left_after_scan: bool = False
    refusal: tuple[str, str] | None = None
    is_answering: bool = True
    needs_pairing: bool = False
    can_pair: bool = True
    read_error: tuple[str, str] | None = None
    n_connects: int = field(default=0, init=False)
    writes: list[tuple[str, bytes]] = field(default_factory=list, init=False)
    is_connected: bool = field(default=False, init=False)
    is_paired: bool = field(default=False, init=False)
    _bluez: BluezStandIn | None = field(default=None, init=False, repr=False)
    _subscribed: set[str] = field(default_factory=set, init=False, repr=False)
    _is_released: bool = field(default=False, init=False, repr=False)
    _news: threading.Condition = field(default_factory=threading.Condition, init=False, repr=False)

    # For a family of sensors to say.

    def services(self) -> list[tuple[str, list[Char]]]:
        """Return the GATT table: services by their full UUIDs, and what lies in them."""
        return []

    def on_read(self, uuid: str) -> bytes:
        """Return a characteristic's value; raise `AttError` to refuse it."""
        raise AttError(ATT_READ_NOT_PERMITTED)

    def on_write(self, uuid: str, payload: bytes, *, response: bool) -> None:
        """Take what was written; raise `AttError` to refuse it."""

    def on_read_of(self, service: str, uuid: str) -> bytes:
        """As `on_read`, for a device that has a characteristic in two services."""
        return self.on_read(uuid)

    def on_write_of(self, service: str, uuid: str, payload: bytes, *, response: bool) -> None:
        """As `on_write`, for a device that has a characteristic in two services."""
        self.on_write(uuid, payload, response=response)

    def on_subscribed(self, uuid: str) -> None:
        """Know that someone listens to a characteristic; raise `AttError` to refuse it."""

    def on_unsubscribed(self, uuid: str) -> None:
        """Know that nobody listens to a characteristic any more."""

    def on_connected(self) -> None:
        """Know that a connection has been made."""

    def on_disconnected(self) -> None:
        """Know that the connection has ended."""

    # For tests: from any thread.

    def send(self, uuid: str, payload: bytes, *, service: str = "") -> bool:
        """Notify or indicate a value; False if nobody has subscribed.

        ``service`` tells apart a characteristic that the device has twice.
        """
        return self.bluez.run(self.bluez.adapter.gatt.notify, self, uuid, payload, service) > 0

    def advertise(self) -> None:
        """Be seen by a scan that is going on."""
        self.bluez.run(self.bluez.adapter.advertise, self)

    def lose_link(self, *, is_near: bool = False) -> None:
        """Lose the connection, and go out of reach or not."""
        self.is_near = is_near
        self.bluez.run(self.bluez.adapter.disconnect, self)

    def come_back(self) -> None:
        """Be in reach again."""
        self.is_near = True
        self.advertise()

    def connect_elsewhere(self) -> None:
        """Be connected to this computer already, as a crashed program leaves it."""
        self.bluez.run(self.bluez.adapter.connect, self)

    def wait_subscribed(self, uuid: str, seconds: float = WAIT_S) -> None:
        """Block until someone has subscribed to a characteristic."""
        with self._news:
            assert self._news.wait_for(lambda: uuid in self._subscribed, seconds), (
                "nobody subscribed"
            )

    def wait_released(self, seconds: float = WAIT_S) -> None:
        """Block until the connection has been let go."""
        with self._news:
            assert self._news.wait_for(lambda: self._is_released, seconds), "nobody let go"

    @property
    def subscribed(self) -> frozenset[str]:
        """The characteristics that someone has subscribed to."""
        with self._news:
            return frozenset(self._subscribed)

    @property
    def bluez(self) -> BluezStandIn:
        """The stand-in that it was added to."""
        assert self._bluez is not None, "it is not on any stand-in yet"
        return self._bluez

    @property
    def path(self) -> str:
        """Its D-Bus object."""
        return f"/org/bluez/hci0/dev_{self.address.replace(':', '_')}"

    # For the stand-in, on its loop.

    def attach(self, bluez: BluezStandIn, address: str) -> None:
        """Be on a stand-in, by its own address or, if it has none, by this one."""
        assert self._bluez is None, "it is on a stand-in already"
        self._bluez = bluez
        self.address = self.address or address

    def note_link(self, *, is_connected: bool) -> None:
        """Note for those who wait that the link came or went."""
        with self._news:
            self.is_connected = is_connected
            self.n_connects += is_connected
            self._is_released = not is_connected
            self._subscribed.clear()
            self._news.notify_all()

    def note_subscribed(self, uuid: str, *, is_subscribed: bool) -> None:
        """Note for those who wait that someone subscribed, or no longer does."""
        with self._news:
            (self._subscribed.add if is_subscribed else self._subscribed.discard)(uuid)
            self._news.notify_all()
