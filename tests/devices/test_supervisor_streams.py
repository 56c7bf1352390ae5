"""A sensor of several streams: each is watched, timed, and its gaps are named."""

from __future__ import annotations

import asyncio
import struct
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pytest

from biofeedback.devices.connection import Radio
from biofeedback.devices.driver import (
    Connecting,
    DecodeError,
    Facts,
    Frame,
    Stamp,
    Watch,
    uuid_of,
)
from biofeedback.devices.drivers.heart_rate import BATTERY_LEVEL
from biofeedback.devices.sensor import Origin, SensorInfo
from biofeedback.devices.supervisor import BluetoothSensor
from biofeedback.errors import SensorRefusedError
from biofeedback.samples import GapReason, LinkState, StreamInfo, StreamKind
from helpers.bluez import BluezStandIn
from helpers.bluez_peripheral import Char, Peripheral
from helpers.listening import Listener, WatchedClock, on_a_loop
from helpers.peripheral_play import Deed, Player, Sent
from helpers.strap_bench import NoChance

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from biofeedback.clock import Clock
    from biofeedback.devices.driver import Advertised, Peer

SERVICE = "6f0a0001-3c1e-4d0a-9d5b-2f6f3c1e0000"
DATA = "6f0a0002-3c1e-4d0a-9d5b-2f6f3c1e0000"
CONTROL = "6f0a0003-3c1e-4d0a-9d5b-2f6f3c1e0000"
RATE_HZ = 20.0
PER_PACKET = 5
KINDS = (StreamKind.EDA, StreamKind.TEMPERATURE)
BYE = b"bye"


@dataclass(eq=False)
class Glove(Peripheral):
    """Sends two streams, each sample with its number and the glove's own time."""

    battery_flags: tuple[str, ...] = ()
    answers_stop: bool = True

    def services(self) -> list[tuple[str, list[Char]]]:
        own = (SERVICE, [Char(DATA, ["notify"]), Char(CONTROL, ["write", "notify"])])
        battery = (uuid_of(0x180F), [Char(BATTERY_LEVEL, list(self.battery_flags))])
        return [own, battery] if self.battery_flags else [own]

    def on_read(self, uuid: str) -> bytes:
        assert uuid == BATTERY_LEVEL
        return b"\x4d"

    def __post_init__(self) -> None:
        self.said: list[bytes] = []

    def on_write(self, uuid: str, payload: bytes, *, response: bool) -> None:
        self.said.append(payload)
        if payload == b"stop" and self.answers_stop:
            self.send(CONTROL, BYE)

    def packets(self, which: int, first: int, last: int, begin_s: float) -> Iterator[Sent]:
        """Yield packets with the samples of one stream from one number to another."""
        for number in range(first, last, PER_PACKET):
            end_s = begin_s + (number + PER_PACKET) / RATE_HZ
            yield Sent(end_s + 0.02, self, DATA, struct.pack("<BId", which, number, end_s))


class GloveDriver:
    """Understands the glove."""

    driver_id = "glove"
    services = (SERVICE,)

    def __init__(self, connecting: Connecting | None = None) -> None:
        self.connecting = connecting or Connecting()
        self.conversations: list[GloveConversation] = []

    def kinds(self, advertised: Advertised) -> tuple[StreamKind, ...]:
        return KINDS if advertised.name.startswith("Glove") else ()

    def open(self, sensor_id: str) -> GloveConversation:
        self.conversations.append(GloveConversation(sensor_id))
        return self.conversations[-1]


class GloveConversation:
    def __init__(self, sensor_id: str) -> None:
        self.streams = [
            StreamInfo(sensor_id, KINDS[0], ("sc_microsiemens",), RATE_HZ),
            StreamInfo(sensor_id, KINDS[1], ("skin_celsius",), RATE_HZ),
        ]
        self.watches = tuple(Watch(kind, 10.0, 3.0) for kind in KINDS)
        self.has_signal = True
        self.message = ""
        self.facts = Facts()
        self.refusal: str = ""
        self.revived: list[StreamKind] = []
        self.stop_answers: list[bytes] = []
        self._bye: asyncio.Event = asyncio.Event()

    async def start(self, peer: Peer, clock: Clock) -> None:
        if self.refusal:
            raise SensorRefusedError(self.refusal)
        await peer.subscribe(CONTROL)
        await peer.subscribe(DATA)
        await peer.write(CONTROL, b"go")
        self.facts = Facts(battery_pct=77)

    def take(self, characteristic: str, payload: bytes, arrival_s: float) -> tuple[Frame, ...]:
        if characteristic == CONTROL:
            self.stop_answers.append(payload)
            self._bye.set()
            return ()
        if payload == b"odd":
            raise ZeroDivisionError
        if len(payload) != 13:
            msg = "no packet of a glove"
            raise DecodeError(msg)
        which, number, end_s = struct.unpack("<BId", payload)
        values = np.arange(number, number + PER_PACKET, dtype=np.float64)[:, None]
        return (Frame(self.streams[which], values, Stamp(end_s)),)

    async def revive(self, peer: Peer, kind: StreamKind) -> None:
        self.revived.append(kind)
        await peer.write(CONTROL, b"again")

    async def stop(self, peer: Peer) -> None:
        await peer.write(CONTROL, b"stop")
        await self._bye.wait()

    def ended(self) -> tuple[Frame, ...]:
        return ()


@dataclass
class Bench:
    glove: Glove
    driver: GloveDriver
    heard: Listener
    clock: WatchedClock
    player: Player
    task: asyncio.Task[None]

    @property
    def conversation(self) -> GloveConversation:
        return self.driver.conversations[-1]

    def numbers(self, kind: StreamKind) -> list[int]:
        return [int(value) for value in self.heard.values(kind)]


@asynccontextmanager
async def worn(
    bluez: BluezStandIn, driver: GloveDriver | None = None, glove: Glove | None = None
) -> AsyncIterator[Bench]:
    """Wear a glove, followed by the supervisor, up to its being connected."""
    glove = bluez.add(glove or Glove("Glove 7", advertised_services=(SERVICE,)))
    driver = driver or GloveDriver()
    heard, clock = Listener(), WatchedClock()
    info = SensorInfo("glove", glove.name, glove.address, Origin.BLUETOOTH, KINDS)
    sensor = BluetoothSensor(info, driver, Radio(), NoChance())
    async with Player(bluez, clock) as player:
        task = asyncio.create_task(sensor.run(heard, clock))
        await player.heard.idle()
        await player.pass_to(1.0)
        await player.heard.idle()
        bench = Bench(glove, driver, heard, clock, player, task)
        try:
            yield bench
        finally:
            if not task.done():
                task.cancel()
            for _ in range(3):
                await player.heard.idle()
                await player.pass_to(clock.now_s() + 1.0)
            await asyncio.wait({task}, timeout=30.0)
            assert task.done()


def both(glove: Glove, first: int, last: int, begin_s: float) -> list[Sent]:
    packets = [*glove.packets(0, first, last, begin_s), *glove.packets(1, first, last, begin_s)]
    return sorted(packets, key=lambda each: each.t_s)


def test_frames_become_timed_samples_of_every_stream(bluez: BluezStandIn) -> None:
    async def main() -> None:
        async with worn(bluez) as bench:
            await bench.player.play(both(bench.glove, 0, 400, 2.0))

            for kind in KINDS:
                assert bench.numbers(kind) == list(range(400))
            t_s = np.concatenate([chunk.t_s for chunk in bench.heard.chunks])
            assert t_s.min() > 1.9
            assert bench.heard.gaps == []
            status = bench.heard.now()
            assert status.state is LinkState.STREAMING
            assert status.battery_pct == 77
            assert {health.kind for health in status.streams} == set(KINDS)
            assert status.streams[0].rate_hz == pytest.approx(RATE_HZ, rel=0.01)

    on_a_loop(main())


@pytest.mark.parametrize("battery_flags", [(), ("read",), ("read", "notify")])
def test_one_quiet_stream_is_set_going_again_and_the_other_is_not_disturbed(
    bluez: BluezStandIn, battery_flags: tuple[str, ...]
) -> None:
    """Also where the battery has to be asked again and again."""

    async def main() -> None:
        worn_glove = Glove("Glove 7", advertised_services=(SERVICE,), battery_flags=battery_flags)
        async with worn(bluez, glove=worn_glove) as bench:
            glove = bench.glove
            await bench.player.play(both(glove, 0, 100, 2.0))
            await bench.player.play(glove.packets(0, 100, 300, 2.0))
            assert bench.conversation.revived == [StreamKind.TEMPERATURE]
            await bench.player.play(both(glove, 300, 400, 2.0))

            assert glove.n_connects == 1
            assert bench.numbers(StreamKind.EDA) == list(range(400))
            (gap,) = bench.heard.gaps
            assert gap.source == "glove/temperature"
            assert gap.reason is GapReason.SILENCE
            assert gap.t_s - gap.start_s == pytest.approx(10.05, abs=0.1)

    on_a_loop(main())


def test_a_link_on_which_all_is_quiet_is_made_anew_and_each_stream_has_its_gap(
    bluez: BluezStandIn,
) -> None:
    async def main() -> None:
        async with worn(bluez) as bench:
            await bench.player.play(both(bench.glove, 0, 100, 2.0))
            await bench.player.pass_to(15.0)
            await bench.player.heard.idle()
            assert bench.glove.n_connects == 2
            await bench.player.play(both(bench.glove, 300, 400, 2.0))

            assert LinkState.SILENT in bench.heard.states
            assert {gap.source for gap in bench.heard.gaps} == {"glove/eda", "glove/temperature"}
            assert {gap.reason for gap in bench.heard.gaps} == {GapReason.SILENCE}
            for kind in KINDS:
                assert bench.numbers(kind) == [*range(100), *range(300, 400)]

    on_a_loop(main())


def test_a_sensor_that_cannot_be_used_says_why_and_is_tried_again(bluez: BluezStandIn) -> None:
    async def main() -> None:
        async with worn(bluez) as bench:
            bench.conversation.refusal = "The glove is in its charger. Take it out."
            bench.glove.lose_link(is_near=True)
            await bench.player.heard.idle()
            await bench.player.pass_to(8.0)
            await bench.player.heard.idle()
            assert LinkState.REFUSED in bench.heard.states
            refused = next(s for s in bench.heard.statuses if s.state is LinkState.REFUSED)
            assert refused.message == "The glove is in its charger. Take it out."

            bench.conversation.refusal = ""
            while bench.heard.now().state is not LinkState.WAITING:
                await bench.player.pass_to(bench.clock.now_s() + 1.0)
                await bench.player.heard.idle()
                assert bench.clock.now_s() < 60.0
            first = int(bench.clock.now_s() * RATE_HZ)
            await bench.player.play(both(bench.glove, first, first + 100, 2.0))
            assert bench.heard.now().state is LinkState.STREAMING

    on_a_loop(main())


@pytest.mark.parametrize("answers", [True, False])
def test_a_sensor_that_is_let_go_is_stopped_first_and_its_answer_taken(
    bluez: BluezStandIn, *, answers: bool
) -> None:
    async def main() -> None:
        glove = Glove("Glove 7", advertised_services=(SERVICE,), answers_stop=answers)
        async with worn(bluez, glove=glove) as bench:
            await bench.player.play(both(glove, 0, 20, 2.0))
            bench.task.cancel()
            await bench.player.heard.idle()
            await bench.player.pass_to(10.0)
            await bench.player.heard.idle()
            assert bench.task.done()
            assert glove.said == [b"go", b"stop"]
            assert bench.conversation.stop_answers == ([BYE] if answers else [])
            assert not glove.is_connected
            assert bench.heard.now().state is LinkState.STOPPED

    on_a_loop(main())


def test_a_sensor_is_let_go_though_the_program_ends_while_it_is_being_let_go(
    bluez: BluezStandIn,
) -> None:
    """Removed, and the window closed at once: what is left connected empties its battery."""

    async def main() -> None:
        glove = Glove("Glove 7", advertised_services=(SERVICE,), answers_stop=False)
        async with worn(bluez, glove=glove) as bench:
            await bench.player.play(both(glove, 0, 20, 2.0))
            bench.task.cancel()
            await bench.player.heard.idle()
            assert not bench.task.done()
            bench.task.cancel()
            await asyncio.wait({bench.task}, timeout=30.0)
            assert bench.task.done()
            await bench.player.heard.idle()
            assert not glove.is_connected

    on_a_loop(main())


def test_a_sensor_is_let_go_though_its_driver_fails_to_stop_it(bluez: BluezStandIn) -> None:
    async def main() -> None:
        async with worn(bluez) as bench:

            async def fail(peer: Peer) -> None:
                raise ZeroDivisionError

            bench.conversation.stop = fail  # type: ignore[method-assign]  # a driver's own fault
            bench.task.cancel()
            await asyncio.wait({bench.task}, timeout=30.0)
            with pytest.raises(ZeroDivisionError):
                bench.task.result()
            await bench.player.heard.idle()
            assert not bench.glove.is_connected

    on_a_loop(main())


def test_a_quiet_sensor_that_speaks_once_more_when_stopped_has_its_next_gap_named_too(
    bluez: BluezStandIn,
) -> None:
    async def main() -> None:
        async with worn(bluez) as bench:
            glove = bench.glove
            late = list(both(glove, 100, 105, 2.0))

            async def stop(peer: Peer) -> None:
                for each in late:
                    glove.send(each.uuid, each.payload)
                await peer.write(CONTROL, b"stop")

            bench.conversation.stop = stop  # type: ignore[method-assign]  # speaks when stopped
            await bench.player.play(both(glove, 0, 100, 2.0))
            await bench.player.pass_to(15.0)
            await bench.player.heard.idle()
            assert glove.n_connects == 2
            late.clear()
            await bench.player.play(both(glove, 300, 400, 2.0))
            assert len(bench.heard.gaps) >= 2
            assert {gap.reason for gap in bench.heard.gaps} == {GapReason.SILENCE}

    on_a_loop(main())


def test_what_cannot_be_understood_is_counted_and_takes_nothing_with_it(
    bluez: BluezStandIn,
) -> None:
    async def main() -> None:
        async with worn(bluez) as bench:
            script = both(bench.glove, 0, 100, 2.0)
            script[10:10] = [
                Sent(script[10].t_s, bench.glove, DATA, b"odd"),
                Sent(script[10].t_s, bench.glove, DATA, b"short"),
            ]
            await bench.player.play(script)

            assert bench.heard.now().n_bad_packets == 2
            assert bench.numbers(StreamKind.EDA) == list(range(100))
            assert b"odd" in [packet.payload for packet in bench.heard.packets]

    on_a_loop(main())


def test_a_sensor_that_feels_nothing_and_sends_nonsense_is_connected_anew(
    bluez: BluezStandIn,
) -> None:
    async def main() -> None:
        async with worn(bluez) as bench:
            await bench.player.play(both(bench.glove, 0, 40, 2.0))
            bench.conversation.has_signal = False
            nonsense = [Sent(5.0 + 0.5 * at, bench.glove, DATA, b"?") for at in range(40)]
            await bench.player.play(nonsense)
            await bench.player.heard.idle()
            assert bench.glove.n_connects > 1

    on_a_loop(main())


def test_a_computer_that_slept_names_the_gap_so(bluez: BluezStandIn) -> None:
    async def main() -> None:
        async with worn(bluez) as bench:
            await bench.player.play(both(bench.glove, 0, 100, 2.0))
            # Asleep the clock goes on and nobody is woken at the time that was asked for.
            bench.clock._now_s += 300.0
            await bench.clock.advance(0.0)
            await bench.player.heard.idle()
            assert bench.glove.n_connects == 1
            await bench.player.play(both(bench.glove, 6100, 6200, 2.0))

            assert {gap.reason for gap in bench.heard.gaps} == {GapReason.ASLEEP}
            assert bench.numbers(StreamKind.EDA) == [*range(100), *range(6100, 6200)]

    on_a_loop(main())


def test_radio_that_goes_off_is_the_reason_told(bluez: BluezStandIn) -> None:
    async def main() -> None:
        async with worn(bluez) as bench:
            script: list[Sent | Deed] = [*both(bench.glove, 0, 100, 2.0)]
            script.append(Deed(7.5, lambda: bluez.set_powered(False)))
            script.append(Deed(30.0, lambda: bluez.set_powered(True)))
            await bench.player.play(script)
            await bench.player.pass_to(31.0)
            await bench.player.heard.idle()
            await bench.player.play(both(bench.glove, 600, 700, 2.0))

            assert LinkState.UNAVAILABLE in bench.heard.states
            assert {gap.reason for gap in bench.heard.gaps} == {GapReason.RADIO}

    on_a_loop(main())
