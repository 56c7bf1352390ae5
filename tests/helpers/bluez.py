"""A stand-in for BlueZ: ``org.bluez`` on a private bus, with devices that do as told.

The code under test runs unchanged, through the real bleak, once ``DBUS_SYSTEM_BUS_ADDRESS``
names the private bus. The stand-in lives in its own thread with its own loop, so it serves a
test's loop, another thread or another process alike, and every method here may be called
from anywhere::

    with BluezStandIn() as bluez:
        strap = bluez.add_strap("Polar H10 5C2A91B3")
        environment["DBUS_SYSTEM_BUS_ADDRESS"] = bluez.address
        ...                           # start what is tested
        strap.wait_subscribed()       # in a coroutine: await asyncio.to_thread(...)
        strap.notify(encode_heart_rate(60, (1024,)))
        strap.lose_link()

Any other device is a `Peripheral`, given to `BluezStandIn.add`. To play a recording as a
strap, by hand: `helpers.strap_recording`.

What BlueZ does is taken from its D-Bus documentation (org.bluez.Adapter, .Device,
.GattCharacteristic) and from what bleak 3.1 asks of it.
"""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any, Self, TypeVar

from dbus_fast import Message, MessageType
from dbus_fast.aio import MessageBus

from biofeedback.devices.driver import uuid_of

from .bluez_adapter import Adapter
from .bluez_error import FAILED, UNKNOWN_OBJECT, RefusedError
from .bluez_objects import ADAPTER, DEVICE_INTERFACE, PROPERTIES_INTERFACE, Objects
from .bluez_peripheral import WAIT_S, Peripheral
from .bluez_strap import Strap
from .bus import PatientSocket, PrivateBus

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable
    from types import TracebackType

__all__ = ["BluezStandIn", "Strap"]

T = TypeVar("T")
PeripheralT = TypeVar("PeripheralT", bound=Peripheral)


class BluezStandIn:
    """``org.bluez`` with one adapter on a private bus, in a thread of its own.

    Parameters
    ----------
    has_service
        False for a bus without any BlueZ on it.
    has_adapter
        False for a computer without one.
    is_powered
        Whether the adapter is switched on.
    """

    def __init__(
        self, *, has_service: bool = True, has_adapter: bool = True, is_powered: bool = True
    ) -> None:
        self._has_service = has_service
        self._has_adapter = has_adapter
        self._bus = PrivateBus()
        self.address = self._bus.address
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, name="bluez-stand-in")
        self._objects = Objects()
        self.adapter = Adapter(self._objects)
        self._tasks: set[asyncio.Task[None]] = set()
        # What adapter and devices were asked to do, in order.
        self.calls: list[str] = []
        self._called = threading.Condition()
        self._n_calls = 0
        # What simulated devices raised that they should not have.
        self._faults: list[Exception] = []
        if has_adapter:
            self.adapter.appear(is_powered=is_powered)

    # For tests: from any thread.

    def __enter__(self) -> Self:
        self._bus.__enter__()
        self._thread.start()
        if self._has_service:
            self._wait(self._start())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._wait(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(WAIT_S)
        self._loop.close()
        self._bus.__exit__(kind, error, trace)
        if self._faults and error is None:
            raise self._faults[0]

    def add(self, peripheral: PeripheralT) -> PeripheralT:
        """Add a device and return it. It is found by the next scan, and by one going on."""
        peripheral.attach(self, f"A0:9E:1A:5C:2A:{self.adapter.n_peripherals + 1:02X}")
        self.run(self.adapter.add, peripheral)
        return peripheral

    def add_strap(
        self,
        name: str = "Polar H10 5C2A91B3",
        address: str = "",
        *,
        services: tuple[int, ...] = (0x180D,),
        **details: Any,
    ) -> Strap:
        """Add a strap that advertises services; ``details`` are fields of `Strap`."""
        advertised = tuple(uuid_of(assigned) for assigned in services)
        return self.add(Strap(name, address, advertised_services=advertised, **details))

    def set_powered(self, is_powered: bool) -> None:
        """Switch the adapter on or off; off ends scans and connections."""
        self.run(self.adapter.set_powered, is_powered)

    def remove_adapter(self) -> None:
        """Pull the adapter out: it is gone with all its devices, without another word."""
        self.run(self.adapter.vanish)

    def add_adapter(self) -> None:
        """Plug the adapter in again, switched on."""
        self.run(self.adapter.appear)

    def stop_service(self, *, crashes: bool = False) -> None:
        """End BlueZ: its name leaves the bus.

        In good order it switches the adapter off and takes all objects away first. If it
        crashes, no signal tells of what became of its connections.
        """
        self._has_adapter = self.adapter.is_there
        if not crashes and self._has_adapter:
            self.run(self.adapter.set_powered, False)
            self.run(self.adapter.vanish)
        self._wait(self._stop())
        self.run(self.adapter.vanish)

    def start_service(self) -> None:
        """Have BlueZ come back, with the adapter and the devices that are paired."""
        self._wait(self._start())
        if self._has_adapter:
            self.run(self.adapter.appear)

    def kill_bus(self) -> None:
        """End the bus itself under everyone on it."""
        self._wait(self._stop())
        self._bus.stop()

    def send_all(self, sent: Iterable[tuple[Peripheral, str, bytes]]) -> list[int]:
        """Notify many values at once, which is much faster than one by one.

        Parameters
        ----------
        sent
            Devices, UUIDs of their characteristics, and values.

        Returns
        -------
        list of int
            The numbers of the signals that carry them, 0 where nobody has subscribed.
        """
        return self.run(lambda: [self.adapter.gatt.notify(*each) for each in sent])

    @property
    def n_calls(self) -> int:
        """How many methods it has been asked for in all, properties and listings too."""
        return self._n_calls

    def mark(self) -> int:
        """Signal something that means nothing; returns the signal's number, 0 without a bus."""
        return self.run(self._objects.mark)

    def wait_scanning(self, seconds: float = WAIT_S) -> None:
        """Block until a scan is going on."""
        assert self.adapter.scanning.wait(seconds), "nobody scans"

    def wait_called(self, member: str, seconds: float = WAIT_S) -> None:
        """Block until a method has been called."""
        with self._called:
            assert self._called.wait_for(lambda: member in self.calls, seconds), "nobody called"

    @property
    def is_scanning(self) -> bool:
        """Whether a scan is going on."""
        return self.adapter.scanning.is_set()

    @property
    def n_scans(self) -> int:
        """How many scans were begun."""
        return self.adapter.n_scans

    @property
    def filters(self) -> list[dict[str, Any]]:
        """What scans were to look for, in order."""
        return self.adapter.filters

    def run(self, function: Callable[..., T], *arguments: Any) -> T:
        """Run a function on the stand-in's loop and return what it returns."""
        if threading.current_thread() is self._thread:
            # A device does something on being told something.
            return function(*arguments)

        async def call() -> T:
            result = function(*arguments)
            await self._pass_on()
            return result

        return self._wait(call())

    def _wait(self, doing: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(doing, self._loop).result(WAIT_S)

    # On the stand-in's loop.

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    async def _start(self) -> None:
        connection = MessageBus(self.address)
        await connection.connect()
        writer: Any = connection._writer
        writer.sock = PatientSocket(writer.sock)
        connection.add_message_handler(self._handle)
        self._objects.connection = connection
        await connection.request_name("org.bluez")

    async def _stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        connection, self._objects.connection = self._objects.connection, None
        if connection is not None:
            connection.disconnect()
            await connection.wait_for_disconnect()  # type: ignore[no-untyped-call]  # it has no types

    async def _pass_on(self) -> None:
        """Return when the bus has handed every signal to those who listen.

        The bus answers in order, so its answer means that it is done with what came before.
        """
        if self._objects.connection is not None:
            await self._objects.connection.call(
                Message(
                    destination="org.freedesktop.DBus",
                    path="/org/freedesktop/DBus",
                    interface="org.freedesktop.DBus",
                    member="GetId",
                )
            )

    def _note(self, member: str) -> None:
        with self._called:
            self.calls.append(member)
            self._called.notify_all()

    def _handle(self, message: Message) -> bool | None:
        if message.message_type is not MessageType.METHOD_CALL:
            return None
        self._n_calls += 1
        task = self._loop.create_task(self._answer(message))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    async def _answer(self, message: Message) -> None:
        try:
            signature, body = await self._call(message)
            reply = Message.new_method_return(message, signature, body)
        except RefusedError as error:
            reply = Message.new_error(message, error.name, error.text)
        except Exception as error:  # raised when the stand-in closes
            self._faults.append(error)
            reply = Message.new_error(message, FAILED, "the simulated device broke")
        if self._objects.connection is not None:
            await self._objects.connection.send(reply)

    async def _call(self, message: Message) -> tuple[str, list[Any]]:
        path = message.path or ""
        if message.member == "GetManagedObjects":
            return "a{oa{sa{sv}}}", [self._objects.all]
        if path not in self._objects:
            raise RefusedError(UNKNOWN_OBJECT, "no such object")
        if message.interface == PROPERTIES_INTERFACE:
            return self._property(message)
        self._note(message.member or "")
        if path == ADAPTER:
            return self.adapter.call(message)
        if message.interface == DEVICE_INTERFACE:
            return await self.adapter.call_device(path, message.member or "")
        return self.adapter.gatt.call(path, message)

    def _property(self, message: Message) -> tuple[str, list[Any]]:
        if message.member == "Set":
            interface, name, value = message.body
            self._objects.change(message.path or "", interface, **{name: value})
            return "", []
        interfaces = self._objects.all[message.path or ""]
        if message.member == "GetAll":
            return "a{sv}", [interfaces[message.body[0]]]
        return "v", [interfaces[message.body[0]][message.body[1]]]
