"""A port of this computer, with a real program on the other side that sends through python-osc."""

from __future__ import annotations

import asyncio
import socket
import sys
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import numpy as np
import pytest
from pythonosc.udp_client import SimpleUDPClient

from biofeedback.devices.osc.input import SILENCE_S, OscSensor
from biofeedback.devices.osc.naming import osc_sensor
from biofeedback.devices.osc.place import Place
from biofeedback.devices.sensor import SensorInfo
from biofeedback.kinds import GapReason, LinkState, StreamKind
from biofeedback.pacing import PRESETS
from biofeedback.runtime.replay import replay_events
from biofeedback.runtime.snapshot import SessionPlan
from biofeedback.runtime.verify import replay_findings
from biofeedback.samples import Chunk, Gap, Packet
from biofeedback.sessions.keys import passphrase_key
from biofeedback.sessions.library import Library
from helpers.listening import Listener, WatchedClock
from helpers.osc_messages import message
from helpers.scripted import advance, running_engine

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path


class Sender:
    """What sends to the port: python-osc, and bytes of any kind."""

    def __init__(self, port: int) -> None:
        self._client = SimpleUDPClient("127.0.0.1", port)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._to = ("127.0.0.1", port)

    def send(self, address: str, *values: float) -> None:
        self._client.send_message(address, list(values))

    def throw(self, payload: bytes) -> None:
        self._socket.sendto(payload, self._to)

    def close(self) -> None:
        self._client._sock.close()
        self._socket.close()


class Bench:
    """A sensor that runs, what it told, and somebody who sends to it."""

    def __init__(self, sensor: OscSensor) -> None:
        self.sensor = sensor
        self.clock = WatchedClock(100.0)
        self.heard = Listener()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Sender]:
        running = asyncio.create_task(self.sensor.run(self.heard, self.clock))
        await self.heard.until_state(LinkState.WAITING)
        assert self.sensor.port is not None
        sender = Sender(self.sensor.port)
        try:
            yield sender
        finally:
            sender.close()
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running
            assert self.heard.now().state is LinkState.STOPPED

    async def paced(self, sender: Sender, n_times: int, send: Callable[[int], None]) -> None:
        """Send some times, a tenth of a second apart."""
        for i in range(n_times):
            n_packets = len(self.heard.packets)
            send(i)
            await self.heard.until(lambda n=n_packets: len(self.heard.packets) > n)  # type: ignore[misc]  # bound now
            await self.clock.advance(0.1)


def a_bench(**options: float | str) -> Bench:
    info = osc_sensor(Place("127.0.0.1", 0), sensor_id="osc-test")
    return Bench(OscSensor(SensorInfo(**{**_fields(info), "options": options})))  # type: ignore[arg-type]  # by name


def _fields(info: SensorInfo) -> dict[str, object]:
    return {name: getattr(info, name) for name in info.__slots__}


def test_an_emotibit_streams_from_its_first_message_on() -> None:
    async def main() -> None:
        bench = a_bench()
        async with bench.running() as sender:
            assert str(bench.sensor.port) in bench.heard.now().message

            def send(i: int) -> None:
                sender.send("/EmotiBit/0/EDA", 2.0 + i, 2.5 + i)

            await bench.paced(sender, 50, send)
            assert bench.heard.now().state is LinkState.STREAMING
            assert bench.heard.now().message == ""
            sender.send("/EmotiBit/0/HR", 66.0)
            await bench.heard.until(lambda: bench.heard.values(StreamKind.HEART_RATE) == [66.0])
            await bench.clock.advance(0.1)
        sent = [value + i for i in range(50) for value in (2.0, 2.5)]
        assert bench.heard.values(StreamKind.EDA) == sent
        t_s = np.concatenate([c.t_s for c in bench.heard.chunks if c.stream.kind is StreamKind.EDA])
        assert np.all(np.diff(t_s) > 0)
        assert 100.0 - 1.0 < t_s[0] < t_s[-1] < 105.5
        (health,) = [h for h in bench.heard.now().streams if h.kind is StreamKind.EDA]
        assert health.n_lost == 0

    asyncio.run(main())


def test_every_datagram_is_kept_as_it_came_and_garbage_is_counted() -> None:
    async def main() -> None:
        bench = a_bench()
        rng = np.random.default_rng(5)
        good = message("/biofeedback/eda:10", 3.5)
        n_good = 0
        async with bench.running() as sender:
            for i in range(300):
                payload = rng.bytes(int(rng.integers(1, 200)))
                if i % 3 == 0:
                    payload = good
                    n_good += 1
                elif i % 3 == 1:
                    payload = b"#bundle\0" + bytes(8) + payload
                sender.throw(payload)
                if i % 20 == 19:
                    await bench.heard.until_packets(i + 1)
            await bench.clock.advance(6.0)
            assert bench.heard.now().n_bad_packets == 300 - n_good
        assert bench.heard.values(StreamKind.EDA) == [3.5] * n_good
        assert {packet.characteristic for packet in bench.heard.packets} == {"osc"}
        assert sum(packet.payload == good for packet in bench.heard.packets) == n_good

    asyncio.run(main())


def test_silence_is_told_and_what_follows_begins_after_a_gap() -> None:
    async def main() -> None:
        bench = a_bench()
        async with bench.running() as sender:

            def send(i: int) -> None:
                sender.send("/biofeedback/eda:10", float(i))

            await bench.paced(sender, 40, send)
            await bench.clock.advance(SILENCE_S + 12.0)
            await bench.heard.until_state(LinkState.SILENT)
            assert "still" in bench.heard.now().message
            await bench.paced(sender, 40, send)
            await bench.heard.until_state(LinkState.STREAMING)
        assert len(bench.heard.values(StreamKind.EDA)) == 80
        (gap,) = bench.heard.gaps
        assert gap.reason is GapReason.SILENCE
        assert gap.source == "osc-test/eda"
        assert gap.t_s - gap.start_s == pytest.approx(SILENCE_S + 12.0, abs=1.0)

    asyncio.run(main())


def test_intervals_come_as_beats() -> None:
    async def main() -> None:
        bench = a_bench()
        async with bench.running() as sender:
            for i in range(12):
                await bench.clock.advance(0.8)
                sender.send("/biofeedback/rr", 800.0 + i)
                await bench.heard.until_packets(i + 1)
        assert bench.heard.values(StreamKind.RR) == pytest.approx([800.0 + i for i in range(12)])
        assert bench.heard.now().has_rr

    asyncio.run(main())


def test_addresses_that_are_not_known_are_named() -> None:
    async def main() -> None:
        bench = a_bench()
        async with bench.running() as sender:
            sender.send("/eSense/SkinResponse", 4.2)
            await bench.heard.until(lambda: "/eSense/SkinResponse" in bench.heard.now().message)
            assert bench.heard.now().state is LinkState.WAITING
        assert bench.heard.chunks == []

    asyncio.run(main())


def test_a_file_of_addresses_makes_them_known(tmp_path: Path) -> None:
    path = tmp_path / "esense.toml"
    path.write_text('[[osc]]\naddress = "/eSense/*"\nkind = "eda"\nunit = "uS"\nrate_hz = 5\n')

    async def main() -> None:
        bench = a_bench(map=str(path))
        async with bench.running() as sender:
            sender.send("/eSense/SkinResponse", 4.5)
            await bench.heard.until_state(LinkState.STREAMING)
        assert bench.heard.values(StreamKind.EDA) == [4.5]

    asyncio.run(main())


def test_two_sensors_on_one_port_are_told() -> None:
    async def main() -> None:
        bench = a_bench()
        async with bench.running() as sender:
            sender.send("/EmotiBit/0/HR", 66.0)
            sender.send("/EmotiBit/1/HR", 90.0)
            await bench.heard.until_packets(2)
            sender.send("/EmotiBit/0/HR", 67.0)
            await bench.heard.until_packets(3)
            await bench.heard.until(lambda: "More than one" in bench.heard.now().message)
        assert bench.heard.values(StreamKind.HEART_RATE) == [66.0, 67.0]

    asyncio.run(main())


def test_a_wrong_file_is_told_and_once_mended_it_is_used(tmp_path: Path) -> None:
    path = tmp_path / "esense.toml"

    async def main() -> None:
        bench = a_bench(map=str(path))
        running = asyncio.create_task(bench.sensor.run(bench.heard, bench.clock))
        await bench.heard.until_state(LinkState.REFUSED)
        assert "cannot be read" in bench.heard.now().message
        path.write_text('[[osc]]\naddress = "/x"\nkind = "mood"\n')
        await bench.clock.asleep_until(101.0)
        await bench.clock.advance(1.0)
        await bench.heard.until(lambda: "line 3" in bench.heard.now().message)
        path.write_bytes(b"\xff\xfe")
        await bench.clock.advance(2.0)
        path.write_text("#" * 300_000)
        await bench.clock.advance(4.0)
        await bench.heard.until(lambda: "too long" in bench.heard.now().message)
        path.write_text('[[osc]]\naddress = "/x"\nkind = "hr"\n')
        await bench.clock.advance(10.0)
        await bench.heard.until_state(LinkState.WAITING)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running

    asyncio.run(main())


def test_a_port_in_use_is_told_and_taken_once_it_is_free() -> None:
    async def main() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.bind(("127.0.0.1", 0))
            port = other.getsockname()[1]
            bench = Bench(OscSensor(osc_sensor(Place("127.0.0.1", port))))
            running = asyncio.create_task(bench.sensor.run(bench.heard, bench.clock))
            await bench.heard.until_state(LinkState.UNAVAILABLE)
            assert f"Another program listens on port {port}" in bench.heard.now().message
            assert bench.sensor.port is None
        await bench.clock.asleep_until(101.0)
        await bench.clock.advance(1.0)
        await bench.heard.until_state(LinkState.WAITING)
        assert bench.sensor.port == port
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        # Let go of: another may have it now.
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.bind(("127.0.0.1", port))

    asyncio.run(main())


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (Place("192.0.2.1", 0), "no address 192.0.2.1"),
        (Place("nowhere.invalid", 9), "no address nowhere.invalid"),
        (Place("a..b", 9), "no address a..b"),
    ],
)
def test_an_address_that_is_not_ours_is_told(place: Place, words: str) -> None:
    async def main() -> None:
        bench = Bench(OscSensor(osc_sensor(place, is_open=True)))
        running = asyncio.create_task(bench.sensor.run(bench.heard, bench.clock))
        await bench.heard.until_state(LinkState.UNAVAILABLE)
        assert words in bench.heard.now().message
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running

    asyncio.run(main())


def test_the_network_is_listened_to_only_when_opened() -> None:
    async def main() -> None:
        bench = Bench(OscSensor(osc_sensor(Place("0.0.0.0", 0))))
        running = asyncio.create_task(bench.sensor.run(bench.heard, bench.clock))
        await bench.heard.until_state(LinkState.REFUSED)
        assert "network=1" in bench.heard.now().message
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        opened = Bench(OscSensor(osc_sensor(Place("0.0.0.0", 0), is_open=True)))
        async with opened.running() as sender:
            sender.send("/biofeedback/hr", 66.0)
            await opened.heard.until_state(LinkState.STREAMING)

    asyncio.run(main())


def test_a_session_keeps_what_came_and_replays_it(tmp_path: Path) -> None:
    """Sample for sample, with the gap between; the numbers sent count up from zero."""
    sensor = OscSensor(osc_sensor(Place("127.0.0.1", 0), sensor_id="osc-test"))
    with (
        Library.open(tmp_path / "own.db", passphrase_key("by the sea")) as library,
        running_engine(sensor, library=library) as (engine, clock),  # type: ignore[arg-type]  # a real one
    ):
        engine.begin(SessionPlan("breathing", PRESETS["gentle"], 600.0))
        while sensor.port is None:
            advance(engine, clock, 0.0)
        sender = Sender(sensor.port)
        n_sent = 0
        for n_messages, pause_s in ((100, 20.0), (100, 1.0)):
            for _ in range(n_messages):
                sender.send("/EmotiBit/0/EDA", float(n_sent), float(n_sent + 1))
                n_sent += 2
                advance(engine, clock, 2 / 15)
            advance(engine, clock, pause_s)
        sender.close()
        engine.end()
        while engine.summary() is None:
            advance(engine, clock, 0.05)
        summary = engine.summary()
        assert summary is not None
        session = library.load(summary.session_id)
        (missed,) = summary.gaps
        assert (missed.reason, missed.n_times) == (GapReason.SILENCE, 1)
        assert missed.lost_s == pytest.approx(20.0, abs=1.0)
        chunks = [event for event in session.events(Chunk) if event.stream.kind is StreamKind.EDA]
        numbers = [float(value) for chunk in chunks for value in chunk.values[:, 0]]
        assert numbers == [float(i) for i in range(n_sent)]
        again = [event for event in replay_events(session) if isinstance(event, Gap | Chunk)]
        assert again == list(session.events(Gap, Chunk))
        assert sum(isinstance(event, Gap) for event in again) == 1
        assert session.count(Packet) == n_sent / 2
        assert replay_findings(session) == []


def test_without_its_library_no_port_is_opened_and_the_reason_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "pythonosc.osc_message", None)

    async def main() -> None:
        bench = a_bench()
        running = asyncio.create_task(bench.sensor.run(bench.heard, bench.clock))
        await bench.heard.until_state(LinkState.REFUSED)
        assert "could not be loaded" in bench.heard.now().message
        assert bench.sensor.port is None
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running

    asyncio.run(main())
