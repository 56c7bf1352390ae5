"""A long session with five sensors at once over the real bleak, in which things go wrong.

`LongSession` wears the sensors, runs the app's own way from the radio to the recorder, lets
faults happen at their times, and keeps what bleak delivered; `helpers.session_judge` compares
that with what came of it.
"""

from __future__ import annotations

import asyncio
import heapq
import random
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

from biofeedback.devices.connection import Radio
from biofeedback.devices.driver import Connecting
from biofeedback.devices.drivers.polar.control_point import Measurement
from biofeedback.devices.drivers.shimmer.commands import SHIMMER3R
from biofeedback.devices.drivers.vernier.packets import SERVICE as BELT_SERVICE
from biofeedback.devices.registry import Registry
from biofeedback.devices.supervisor import BluetoothSensor

from .belt_source import BeltSource
from .bitalino_peripheral import BoardPeripheral
from .board_source import BoardSource
from .listening import Listener, WatchedClock
from .peripheral_play import Player, Sent
from .polar_peripheral import PolarPeripheral, verity_sense
from .polar_sources import HeartSource, PolarSource, PulseSource
from .sensor_source import Notification, Source
from .shimmer_peripheral import ShimmerPeripheral
from .shimmer_source import ShimmerSource
from .vernier_peripheral import BeltPeripheral, Quantity

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from biofeedback.clock import Clock
    from biofeedback.devices.connection import Found
    from biofeedback.devices.link import Link, OnNotification
    from biofeedback.devices.sensor import SensorInfo, Sink
    from biofeedback.samples import Chunk, Gap, Packet, SensorStatus

    from .bluez import BluezStandIn
    from .bluez_peripheral import Peripheral

__all__ = ["Came", "Emitted", "LongSession", "Worn", "everyone", "worn"]

# So much time may the packets span that go over the bus at once.
_SPAN_S = 0.25
_SETTLE_S = 6.0

Mangle = "Callable[[Source, list[Notification]], list[Notification]]"


class Came(NamedTuple):
    """A notification that bleak delivered: when, over which connection, and what."""

    t_s: float
    connection: int
    uuid: str
    payload: bytes


class Emitted(NamedTuple):
    """A notification that was sent, whether anyone heard it or not."""

    t_s: float
    source: Source
    notification: Notification


@dataclass(eq=False)
class Worn:
    """One sensor: the device, what it sends, and what became of that.

    Attributes
    ----------
    mangle
        What happens to its notifications on their way, if anything does.
    emitted, came
        What was sent, and what bleak delivered, each in order.
    """

    name: str
    peripheral: Peripheral
    sources: tuple[Source, ...]
    info: SensorInfo | None = None
    mangle: Callable[[Source, list[Notification]], list[Notification]] | None = None
    emitted: list[Emitted] = field(default_factory=list)
    came: list[Came] = field(default_factory=list)
    # On which connection each source was last asked for.
    asked_on: dict[int, int] = field(default_factory=dict)

    @property
    def sensor_id(self) -> str:
        """As the app names it."""
        assert self.info is not None
        return self.info.sensor_id

    def listen_to_writes(self) -> None:
        """Note which connection asked for what: what another left running is not ours."""
        told: Any = self.peripheral.on_write

        def on_write(uuid: str, payload: bytes, *, response: bool) -> None:
            # Before it answers: the first sample may follow at once.
            for index, source in enumerate(self.sources):
                if source.is_start(payload):
                    self.asked_on[index] = self.peripheral.n_connects
            told(uuid, payload, response=response)

        self.peripheral.on_write = on_write  # type: ignore[method-assign]  # listens in

    def send(self, index: int) -> list[Notification]:
        """Return what one of the sources sends now."""
        source = self.sources[index]
        sent = source.send()
        is_ours = (
            isinstance(source, HeartSource)
            or self.asked_on.get(index) == self.peripheral.n_connects
        )
        if not is_ours:
            sent = [each._replace(numbers=(), spans=()) for each in sent]
        return sent if self.mangle is None else self.mangle(source, sent)


class _WatchedRadio(Radio):
    """The app's radio; keeps what bleak delivers before anything else has it."""

    def __init__(self, by_address: dict[str, Worn]) -> None:
        super().__init__()
        self._by_address = by_address
        self._n_connections = 0

    async def connect(
        self,
        address: str,
        clock: Clock,
        services: tuple[str, ...],
        on_lost: Callable[[], None],
        on_step: Callable[[Found], None],
        on_notification: OnNotification,
        *,
        connecting: Connecting = Connecting(),  # noqa: B008 - frozen, as the one it stands for
        search_s: float = 10.0,
        pair: bool = False,
        on_search: Callable[[], None] | None = None,
    ) -> Link:
        self._n_connections += 1
        connection = self._n_connections
        came = self._by_address[address].came

        def heard(uuid: str, payload: bytes) -> None:
            came.append(Came(clock.now_s(), connection, uuid, payload))
            on_notification(uuid, payload)

        return await super().connect(
            address,
            clock,
            services,
            on_lost,
            on_step,
            heard,
            connecting=connecting,
            search_s=search_s,
            pair=pair,
            on_search=on_search,
        )


class _Both:
    """Gives everything to a session and to a listener."""

    def __init__(self, *sinks: Sink) -> None:
        self._sinks = sinks

    def packet(self, packet: Packet) -> None:
        for sink in self._sinks:
            sink.packet(packet)

    def chunk(self, chunk: Chunk) -> None:
        for sink in self._sinks:
            sink.chunk(chunk)

    def gap(self, gap: Gap) -> None:
        for sink in self._sinks:
            sink.gap(gap)

    def status(self, status: SensorStatus) -> None:
        for sink in self._sinks:
            sink.status(status)


def everyone(length_s: float) -> list[Worn]:
    """Return the five sensors, each with a clock of its own, for a session of so many seconds."""
    h10 = PolarPeripheral("Polar H10 5C2A91B3")
    sense = verity_sense()
    del sense.settings[Measurement.ACC]
    belt = BeltPeripheral(
        quantities=(Quantity(1, "Force", "N"),), advertised_services=(BELT_SERVICE,)
    )
    shimmer = ShimmerPeripheral("Shimmer3R-5A2C", advertised_services=(SHIMMER3R.service,))
    board = BoardPeripheral()
    return [
        Worn(
            "h10",
            h10,
            (
                PolarSource(h10, Measurement.ECG, drift_ppm=30.0),
                PolarSource(h10, Measurement.ACC, drift_ppm=30.0, begin_s=0.11),
                HeartSource(h10, has_rr=True, length_s=length_s, begin_s=0.05),
            ),
        ),
        Worn(
            "sense",
            sense,
            (
                PolarSource(sense, Measurement.PPG, drift_ppm=-20.0, begin_s=0.07),
                HeartSource(sense, has_rr=False, length_s=length_s, begin_s=0.4),
                PulseSource(sense, length_s=length_s, begin_s=0.2),
            ),
        ),
        Worn("belt", belt, (BeltSource(belt, drift_ppm=50.0),)),
        Worn("shimmer", shimmer, (ShimmerSource(shimmer, drift_ppm=-40.0),)),
        Worn("board", board, (BoardSource(board, drift_ppm=10.0),)),
    ]


class LongSession:
    """Five sensors that run, the clock they run on, and what the app makes of them."""

    def __init__(self, bluez: BluezStandIn, people: list[Worn], player: Player) -> None:
        self.bluez = bluez
        self.people = people
        self.heard = Listener()
        self.player = player
        self.clock = player._clock
        self._order = count()
        self._sources = [
            (source.due_s(), next(self._order), each, index)
            for each in people
            for index, source in enumerate(each.sources)
        ]
        heapq.heapify(self._sources)
        self._pending: list[tuple[float, int, Worn, Source, Notification]] = []
        self._deeds: list[tuple[float, int, Callable[[], object]]] = []

    def worn(self, name: str) -> Worn:
        """Return one of the five."""
        return next(each for each in self.people if each.name == name)

    def at(self, t_s: float, act: Callable[[], object]) -> None:
        """Do something at a time."""
        heapq.heappush(self._deeds, (t_s, next(self._order), act))

    async def go_on(self, until_s: float) -> None:
        """Let sensors measure, and things go wrong, up to a time."""
        player = self.player
        while (t_s := self._next_s()) < until_s:
            await player.pass_to(max(t_s, self.clock.now_s()))
            if self._deeds and self._deeds[0][0] <= t_s:
                _, _, act = heapq.heappop(self._deeds)
                act()
                await player.heard.idle()
                continue
            end_s = min(t_s + _SPAN_S, player.next_due_s(), until_s)
            if self._deeds:
                end_s = min(end_s, self._deeds[0][0])
            await player._send(list(self._sent(max(end_s, t_s + 1e-9))))
        await player.pass_to(until_s)
        await player.heard.idle()

    async def sleep(self, seconds: float) -> None:
        """Have the computer sleep: the clock goes on, nobody is woken, and nothing arrives."""
        self.clock._now_s += seconds
        self.skip()
        await self.clock.advance(0.0)
        await self.player.heard.idle()

    def skip(self) -> None:
        """Let be lost what was sent before now."""
        for _ in self._sent(self.clock.now_s()):
            pass

    def _next_s(self) -> float:
        return min(
            self._sources[0][0],
            self._pending[0][0] if self._pending else float("inf"),
            self._deeds[0][0] if self._deeds else float("inf"),
        )

    def _sent(self, end_s: float) -> Iterator[Sent]:
        """Yield what is sent before a time."""
        while self._sources[0][0] < end_s:
            _, order, each, index = self._sources[0]
            source = each.sources[index]
            for one in each.send(index):
                heapq.heappush(self._pending, (one.t_s, next(self._order), each, source, one))
            heapq.heapreplace(self._sources, (source.due_s(), order, each, index))
        while self._pending and self._pending[0][0] < end_s:
            t_s, _, each, source, one = heapq.heappop(self._pending)
            each.emitted.append(Emitted(t_s, source, one))
            yield Sent(t_s, each.peripheral, one.uuid, one.payload)


@asynccontextmanager
async def worn(
    bluez: BluezStandIn,
    people: list[Worn],
    sink: Sink | None = None,
    *,
    left_connected: Peripheral | None = None,
) -> AsyncIterator[LongSession]:
    """Wear sensors, found and opened by the app, and let go of them at the end.

    One of them may have been left connected by a program that crashed.
    """
    clock = WatchedClock()
    for each in people:
        bluez.add(each.peripheral)
        each.listen_to_writes()
    if left_connected is not None:
        left_connected.connect_elsewhere()
    by_address = {each.peripheral.address: each for each in people}
    registry = Registry(_WatchedRadio(by_address))
    async with Player(bluez, clock, span_s=_SPAN_S) as player:
        session = LongSession(bluez, people, player)
        # Loaded first, for that takes time that is not the session's.
        assert registry.catalogue.drivers
        found = asyncio.create_task(registry.scan(1.0, clock))
        while not found.done():
            await player.heard.idle()
            await player.pass_to(clock.now_s() + 0.5)
        infos = {info.address: info for info in await found}
        both = _Both(session.heard, *([] if sink is None else [sink]))
        tasks = []
        for seed, each in enumerate(people):
            each.info = infos[each.peripheral.address]
            sensor = registry.open(each.info, lambda: None)
            assert isinstance(sensor, BluetoothSensor)
            sensor._chance = random.Random(seed)
            tasks.append(asyncio.create_task(sensor.run(both, clock)))
        session.skip()
        await player.heard.idle()
        try:
            yield session
        finally:
            for task in tasks:
                task.cancel()
            end_s = clock.now_s() + _SETTLE_S
            while clock.now_s() < end_s:
                await player.heard.idle()
                await player.pass_to(clock.now_s() + 1.0)
            await asyncio.wait(tasks, timeout=30.0)
            for task in tasks:
                assert task.cancelled() or task.result() is None
