"""A stand-in for BlueZ: ``org.bluez`` on a private bus, with straps that do as told.

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

To play a recording as a strap, by hand: `helpers.strap_recording`.

What BlueZ does is taken from its D-Bus documentation (org.bluez.Adapter, .Device,
.GattCharacteristic) and from what bleak 3.1 asks of it.
"""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any, Self, TypeVar

from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus

from .bluez_strap import WAIT_S, Strap, layout, uuid_of, value_of
from .bus import PrivateBus

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from types import TracebackType

__all__ = ["BluezStandIn", "Strap"]

ADAPTER = "/org/bluez/hci0"
_ADAPTER_INTERFACE = "org.bluez.Adapter1"
_DEVICE_INTERFACE = "org.bluez.Device1"
_SERVICE_INTERFACE = "org.bluez.GattService1"
_CHARACTERISTIC_INTERFACE = "org.bluez.GattCharacteristic1"
_PROPERTIES_INTERFACE = "org.freedesktop.DBus.Properties"
_OBJECTS_INTERFACE = "org.freedesktop.DBus.ObjectManager"


T = TypeVar("T")

_UNKNOWN_OBJECT = "org.freedesktop.DBus.Error.UnknownObject"
_NOT_READY = "org.bluez.Error.NotReady"
_IN_PROGRESS = "org.bluez.Error.InProgress"
_AUTHENTICATION_FAILED = "org.bluez.Error.AuthenticationFailed"
_FAILED = "org.bluez.Error.Failed"


class _RefusedError(Exception):
    """What a method answers instead: a D-Bus error's name and text."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(name, text)
        self.name = name
        self.text = text


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
        self._bus = PrivateBus()
        self.address = self._bus.address
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, name="bluez-stand-in")
        self._connection: MessageBus | None = None
        self._objects: dict[str, dict[str, dict[str, Variant]]] = {}
        self._straps: dict[str, Strap] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._scanning = threading.Event()
        self.n_scans = 0
        self.filters: list[dict[str, Any]] = []
        # What adapter and straps were asked to do, in order.
        self.calls: list[str] = []
        self._called = threading.Condition()
        if has_adapter:
            self._objects[ADAPTER] = {
                _ADAPTER_INTERFACE: {
                    "Address": Variant("s", "00:11:22:33:44:55"),
                    "Powered": Variant("b", is_powered),
                    "Discovering": Variant("b", False),
                    "Roles": Variant("as", ["central", "peripheral"]),
                }
            }

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

    def add_strap(
        self, name: str = "Polar H10 5C2A91B3", address: str = "", **details: Any
    ) -> Strap:
        """Add a strap; ``details`` are fields of `Strap`. It is found by the next scan."""
        address = address or f"A0:9E:1A:5C:2A:{len(self._straps) + 1:02X}"
        strap = Strap(self, name, address, **details)
        self.run(self._add, strap)
        return strap

    def set_powered(self, is_powered: bool) -> None:
        """Switch the adapter on or off; off ends scans and connections."""
        self.run(self._set_powered, is_powered)

    def kill_bus(self) -> None:
        """End the bus itself under everyone on it."""
        self._wait(self._stop())
        self._bus.stop()

    def wait_scanning(self, seconds: float = WAIT_S) -> None:
        """Block until a scan is going on."""
        assert self._scanning.wait(seconds), "nobody scans"

    def wait_called(self, member: str, seconds: float = WAIT_S) -> None:
        """Block until a method has been called."""
        with self._called:
            assert self._called.wait_for(lambda: member in self.calls, seconds), "nobody called"

    @property
    def is_scanning(self) -> bool:
        """Whether a scan is going on."""
        return self._scanning.is_set()

    def run(self, function: Callable[..., T], *arguments: Any) -> T:
        """Run a function on the stand-in's loop and return what it returns."""

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
        self._connection = MessageBus(self.address)
        await self._connection.connect()
        self._connection.add_message_handler(self._handle)
        await self._connection.request_name("org.bluez")

    async def _stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.disconnect()
            await connection.wait_for_disconnect()  # type: ignore[no-untyped-call]  # it has no types

    async def _pass_on(self) -> None:
        """Return when the bus has handed every signal to those who listen.

        The bus answers in order, so its answer means that it is done with what came before.
        """
        if self._connection is not None:
            await self._connection.call(
                Message(
                    destination="org.freedesktop.DBus",
                    path="/org/freedesktop/DBus",
                    interface="org.freedesktop.DBus",
                    member="GetId",
                )
            )

    def _add(self, strap: Strap) -> None:
        self._straps[strap.path] = strap
        if self._scanning.is_set():
            self.advertise(strap)

    def _emit(self, path: str, interface: str, member: str, signature: str, *body: Any) -> None:
        if self._connection is not None:
            signal = Message.new_signal(path, interface, member, signature, list(body))
            self._connection.send(signal)

    def _publish(self, path: str, interface: str, properties: dict[str, Variant]) -> None:
        self._objects.setdefault(path, {})[interface] = properties
        self._emit(
            "/", _OBJECTS_INTERFACE, "InterfacesAdded", "oa{sa{sv}}", path, {interface: properties}
        )

    def _withdraw(self, path: str) -> None:
        interfaces = list(self._objects.pop(path, {}))
        if interfaces:
            self._emit("/", _OBJECTS_INTERFACE, "InterfacesRemoved", "oas", path, interfaces)

    def _change(self, path: str, interface: str, **properties: Variant) -> None:
        self._objects[path][interface].update(properties)
        self._emit(
            path,
            _PROPERTIES_INTERFACE,
            "PropertiesChanged",
            "sa{sv}as",
            interface,
            properties,
            [],
        )

    def _set_powered(self, is_powered: bool) -> None:
        if not is_powered:
            for strap in self._straps.values():
                self.disconnect(strap)
            self._scanning.clear()
        self._change(
            ADAPTER,
            _ADAPTER_INTERFACE,
            Powered=Variant("b", is_powered),
            Discovering=Variant("b", False),
        )

    def advertise(self, strap: Strap) -> None:
        """Show a strap to a scan, as a new object or with a new strength."""
        if not strap.is_near or strap.is_connected or not self._scanning.is_set():
            return
        if strap.path in self._objects:
            self._change(strap.path, _DEVICE_INTERFACE, RSSI=Variant("n", strap.rssi_dbm))
        else:
            self._publish_device(strap)

    def _publish_device(self, strap: Strap) -> None:
        properties = {
            "Address": Variant("s", strap.address),
            "AddressType": Variant("s", "random"),
            "Alias": Variant("s", strap.name or strap.address.replace(":", "-")),
            "Adapter": Variant("o", ADAPTER),
            "Paired": Variant("b", strap.is_paired),
            "Trusted": Variant("b", False),
            "Connected": Variant("b", False),
            "ServicesResolved": Variant("b", False),
            "UUIDs": Variant("as", [uuid_of(uuid) for uuid in strap.services]),
            "RSSI": Variant("n", strap.rssi_dbm),
        }
        if strap.name:
            properties["Name"] = Variant("s", strap.name)
        self._publish(strap.path, _DEVICE_INTERFACE, properties)

    def connect(self, strap: Strap) -> None:
        """Connect a strap and resolve its services."""
        if strap.path not in self._objects:
            self._publish_device(strap)
        strap.n_connects += 1
        strap.is_connected = True
        strap.told(is_subscribed=False, is_released=False)
        self._change(strap.path, _DEVICE_INTERFACE, Connected=Variant("b", True))
        for service, characteristics in layout(strap):
            service_path = f"{strap.path}/service{service:04x}"
            self._publish(
                service_path,
                _SERVICE_INTERFACE,
                {
                    "UUID": Variant("s", uuid_of(service)),
                    "Device": Variant("o", strap.path),
                    "Primary": Variant("b", True),
                },
            )
            for characteristic, flags in characteristics:
                self._publish(
                    f"{service_path}/char{characteristic:04x}",
                    _CHARACTERISTIC_INTERFACE,
                    {
                        "UUID": Variant("s", uuid_of(characteristic)),
                        "Service": Variant("o", service_path),
                        "Flags": Variant("as", flags),
                        "Notifying": Variant("b", False),
                        "Value": Variant("ay", b""),
                        "MTU": Variant("q", 185),
                    },
                )
        self._change(strap.path, _DEVICE_INTERFACE, ServicesResolved=Variant("b", True))

    def disconnect(self, strap: Strap) -> None:
        """Disconnect a strap, and take its services away."""
        if not strap.is_connected:
            return
        strap.is_connected = False
        for path in [path for path in self._objects if path.startswith(strap.path + "/")]:
            self._withdraw(path)
        self._change(
            strap.path,
            _DEVICE_INTERFACE,
            Connected=Variant("b", False),
            ServicesResolved=Variant("b", False),
        )
        strap.told(is_subscribed=False, is_released=True)

    def notify(self, strap: Strap, characteristic: int, payload: bytes) -> bool:
        """Notify a characteristic's value to whoever subscribed."""
        for path, interfaces in self._objects.items():
            is_of_strap = path.startswith(strap.path) and path.endswith(f"{characteristic:04x}")
            properties = interfaces.get(_CHARACTERISTIC_INTERFACE)
            if is_of_strap and properties is not None and properties["Notifying"].value:
                self._change(path, _CHARACTERISTIC_INTERFACE, Value=Variant("ay", payload))
                return True
        return False

    def _note(self, member: str) -> None:
        with self._called:
            self.calls.append(member)
            self._called.notify_all()

    def _handle(self, message: Message) -> bool | None:
        if message.message_type is not MessageType.METHOD_CALL:
            return None
        task = self._loop.create_task(self._answer(message))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    async def _answer(self, message: Message) -> None:
        try:
            signature, body = await self._call(message)
            reply = Message.new_method_return(message, signature, body)
        except _RefusedError as error:
            reply = Message.new_error(message, error.name, error.text)
        if self._connection is not None:
            await self._connection.send(reply)

    async def _call(self, message: Message) -> tuple[str, list[Any]]:
        path = message.path or ""
        if message.member == "GetManagedObjects":
            return "a{oa{sa{sv}}}", [self._objects]
        if path not in self._objects:
            raise _RefusedError(_UNKNOWN_OBJECT, "no such object")
        if message.interface == _PROPERTIES_INTERFACE:
            return self._property(message)
        if path == ADAPTER:
            return self._call_adapter(message)
        strap = next(each for each in self._straps.values() if path.startswith(each.path))
        if message.interface == _DEVICE_INTERFACE:
            return await self._call_device(strap, message.member or "")
        return self._call_characteristic(strap, path, message)

    def _property(self, message: Message) -> tuple[str, list[Any]]:
        if message.member == "Set":
            interface, name, value = message.body
            self._change(message.path or "", interface, **{name: value})
            return "", []
        interfaces = self._objects[message.path or ""]
        if message.member == "GetAll":
            return "a{sv}", [interfaces[message.body[0]]]
        return "v", [interfaces[message.body[0]][message.body[1]]]

    def _call_adapter(self, message: Message) -> tuple[str, list[Any]]:
        self._note(message.member or "")
        if not self._objects[ADAPTER][_ADAPTER_INTERFACE]["Powered"].value:
            raise _RefusedError(_NOT_READY, "Resource Not Ready")
        if message.member == "SetDiscoveryFilter":
            self.filters.append({name: value.value for name, value in message.body[0].items()})
        elif message.member == "StartDiscovery":
            if self._scanning.is_set():
                raise _RefusedError(_IN_PROGRESS, "Operation already in progress")
            self.n_scans += 1
            self._scanning.set()
            for strap in self._straps.values():
                self.advertise(strap)
        elif message.member == "StopDiscovery":
            self._scanning.clear()
            for strap in self._straps.values():
                if strap.has_left_after_scan:
                    self._withdraw(strap.path)
        return "", []

    async def _call_device(self, strap: Strap, member: str) -> tuple[str, list[Any]]:
        self._note(member)
        if member == "Disconnect":
            self.disconnect(strap)
        elif member == "Pair":
            if not strap.can_pair:
                raise _RefusedError(_AUTHENTICATION_FAILED, "Failed")
            strap.is_paired = True
            self._change(strap.path, _DEVICE_INTERFACE, Paired=Variant("b", True))
            self.connect(strap)
        elif member == "Connect":
            if not strap.is_answering:
                await asyncio.Event().wait()
            if strap.refusal is not None:
                raise _RefusedError(*strap.refusal)
            if not strap.is_near:
                # BlueZ waits some 20 s for it; what it answers then is what counts here.
                raise _RefusedError(_FAILED, "le-connection-page-timeout")
            self.connect(strap)
        return "", []

    def _call_characteristic(
        self, strap: Strap, path: str, message: Message
    ) -> tuple[str, list[Any]]:
        uuid = int(path[-4:], 16)
        self._note(message.member or "")
        if message.member == "StartNotify":
            if strap.needs_pairing and not strap.is_paired:
                raise _RefusedError(_FAILED, "Operation failed with ATT error: 0x05")
            self._change(path, _CHARACTERISTIC_INTERFACE, Notifying=Variant("b", True))
            if uuid == 0x2A37:
                strap.told(is_subscribed=True)
        elif message.member == "StopNotify":
            self._change(path, _CHARACTERISTIC_INTERFACE, Notifying=Variant("b", False))
            if uuid == 0x2A37:
                strap.told(is_subscribed=False)
        elif message.member == "ReadValue":
            if strap.read_error is not None:
                raise _RefusedError(*strap.read_error)
            return "ay", [value_of(strap, uuid)]
        elif message.member == "WriteValue":
            strap.written.append(bytes(message.body[0]))
        return "", []
