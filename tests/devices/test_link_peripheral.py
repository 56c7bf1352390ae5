"""A made-up device with all that sensors do, over the real bleak."""

from __future__ import annotations

import asyncio
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pytest

from biofeedback.devices.connection import Radio
from biofeedback.devices.driver import Connecting, DecodeError, Facts, Frame, Stamp
from biofeedback.devices.radio_error import NeedsPairingError, RadioError, RadioProblem
from biofeedback.errors import SensorNotFoundError, SensorRefusedError
from biofeedback.samples import StreamInfo, StreamKind
from helpers.bluez import BluezStandIn
from helpers.bluez_peripheral import AttError, Char, Peripheral
from helpers.bus import MISSING
from helpers.driver_bench import talking
from helpers.linked import connected, never
from helpers.listening import on_a_loop

if TYPE_CHECKING:
    from collections.abc import Iterable

    from biofeedback.clock import Clock
    from biofeedback.devices.driver import Advertised, Delivery, Peer, Watch

MEASURES = "7b1c0001-5a0e-4f3c-9d5e-1f2e3d4c5b6a"
SETTINGS = "7b1c0002-5a0e-4f3c-9d5e-1f2e3d4c5b6a"
CONTROL = "7b1c0003-5a0e-4f3c-9d5e-1f2e3d4c5b6a"
DATA = "7b1c0004-5a0e-4f3c-9d5e-1f2e3d4c5b6a"
STATE = "7b1c0005-5a0e-4f3c-9d5e-1f2e3d4c5b6a"
SECRET = "7b1c0006-5a0e-4f3c-9d5e-1f2e3d4c5b6a"
TEXT = "00002901-0000-1000-8000-00805f9b34fb"
START, STOP, ANSWER = 0x01, 0x02, 0x80
RATE_HZ = 100.0


@dataclass(eq=False)
class Recorder(Peripheral):
    """It is told to start, answers by indication, and sends a count and 16-bit values."""

    name: str = "Recorder 7"
    advertised_services: tuple[str, ...] = (MEASURES,)
    manufacturer_data: dict[int, bytes] = field(default_factory=lambda: {0x0757: b"\x01\x02"})
    mtu: int = 247
    is_started: bool = False
    heard: list[str] = field(default_factory=list)

    def services(self) -> list[tuple[str, list[Char]]]:
        measures = [
            Char(CONTROL, ["write", "indicate"]),
            Char(DATA, ["notify"], {TEXT: b"values"}),
            Char(STATE, ["read", "notify"]),
        ]
        settings = [Char(STATE, ["read"]), Char(SECRET, ["read", "write-without-response"])]
        return [(MEASURES, measures), (SETTINGS, settings)]

    def on_read_of(self, service: str, uuid: str) -> bytes:
        if uuid == SECRET and not self.is_paired:
            raise AttError(0x0F)
        return b"\x07" if service == MEASURES else b"\x08"

    def on_write(self, uuid: str, payload: bytes, *, response: bool) -> None:
        if uuid == CONTROL:
            if CONTROL not in self.subscribed:
                raise AttError(0xFD)
            if payload[0] not in {START, STOP}:
                raise AttError(0x80)
            self.is_started = payload[0] == START
            self.send(CONTROL, bytes([ANSWER, payload[0]]))
        self.heard.append(f"{'request' if response else 'command'} {payload.hex()}")

    def on_subscribed(self, uuid: str) -> None:
        self.heard.append(f"subscribed {uuid[:8]}")

    def on_unsubscribed(self, uuid: str) -> None:
        self.heard.append(f"unsubscribed {uuid[:8]}")

    def on_connected(self) -> None:
        self.heard.append("connected")

    def on_disconnected(self) -> None:
        self.heard.append("disconnected")


class RecorderConversation:
    """Starts it, and understands what it sends."""

    watches: tuple[Watch, ...] = ()
    has_signal = True
    message = ""
    facts = Facts()

    def __init__(self, sensor_id: str) -> None:
        self._stream = StreamInfo(
            f"{sensor_id}/other", StreamKind.OTHER, ("units",), rate_hz=RATE_HZ
        )
        self._answers: asyncio.Queue[bytes] = asyncio.Queue()

    async def start(self, peer: Peer, clock: Clock) -> None:
        await peer.subscribe(CONTROL)
        await peer.write(CONTROL, bytes([START]))
        assert await self._answers.get() == bytes([ANSWER, START])
        await clock.sleep_until(clock.now_s() + 0.5)
        await peer.subscribe(DATA)

    def take(self, characteristic: str, payload: bytes, arrival_s: float) -> Iterable[Delivery]:
        if characteristic == CONTROL:
            self._answers.put_nowait(payload)
            return ()
        if len(payload) < 4 or len(payload) % 2:
            msg = "no recording"
            raise DecodeError(msg)
        (count,) = struct.unpack_from("<H", payload)
        values = np.frombuffer(payload, "<i2", offset=2).astype(np.float64)[:, None]
        return (Frame(self._stream, values, Stamp(count / RATE_HZ, 65536 / RATE_HZ)),)

    async def revive(self, peer: Peer, kind: StreamKind) -> None:
        await peer.write(CONTROL, bytes([START]))

    async def stop(self, peer: Peer) -> None:
        await peer.write(CONTROL, bytes([STOP]))

    def ended(self) -> Iterable[Delivery]:
        return ()


class RecorderDriver:
    """Recognises it."""

    driver_id = "recorder"
    services = (MEASURES,)
    connecting = Connecting()

    def kinds(self, advertised: Advertised) -> tuple[StreamKind, ...]:
        return (StreamKind.OTHER,) if MEASURES in advertised.services else ()

    def open(self, sensor_id: str) -> RecorderConversation:
        return RecorderConversation(sensor_id)


def frame(count: int, values: list[int]) -> bytes:
    return struct.pack(f"<H{len(values)}h", count, *values)


@pytest.fixture
def recorder(bluez: BluezStandIn) -> Recorder:
    return bluez.add(Recorder())


def test_conversation_is_held_from_its_start_to_its_end(recorder: Recorder) -> None:
    async def main() -> None:
        async with talking(RecorderDriver(), recorder) as bench:
            assert recorder.is_started
            assert bench.clock.now_s() == 0.5
            assert recorder.send(DATA, frame(100, [1, 2, 3]))
            assert recorder.send(DATA, b"\x00")
            assert recorder.send(DATA, frame(102, [4, 5]))
            await bench.until(lambda: len(bench.frames) == 2)
        first, second = bench.frames_of(StreamKind.OTHER)
        assert first.values.ravel().tolist() == [1, 2, 3]
        assert first.stamp is not None
        assert first.stamp.t_s == 1.0
        assert second.values.ravel().tolist() == [4, 5]
        assert [str(error) for error in bench.errors] == ["no recording"]

    on_a_loop(main())

    assert not recorder.is_started
    assert not recorder.is_connected
    assert recorder.heard == [
        "connected",
        "subscribed 7b1c0003",
        "request 01",
        "subscribed 7b1c0004",
        "request 02",
        "unsubscribed 7b1c0003",
        "unsubscribed 7b1c0004",
        "disconnected",
    ]


def test_packets_arrive_at_the_times_they_are_played_at(recorder: Recorder) -> None:
    async def main() -> None:
        async with talking(RecorderDriver(), recorder) as bench:
            arrivals_s: list[float] = []
            take = bench.conversation.take

            def seen(name: str, payload: bytes, arrival_s: float) -> Iterable[Delivery]:
                arrivals_s.append(arrival_s)
                return take(name, payload, arrival_s)

            bench.conversation.take = seen  # type: ignore[method-assign, assignment]  # to see the times
            due_s = [1.0 + 0.07 * i for i in range(200)]
            await bench.play((t_s, DATA, frame(i, [i])) for i, t_s in enumerate(due_s))
            assert arrivals_s == due_s
            assert [value.values[0, 0] for value in bench.frames] == list(range(200))

    on_a_loop(main())


def test_frames_are_as_large_as_the_link_lets_them_be(recorder: Recorder) -> None:
    async def main() -> None:
        async with talking(RecorderDriver(), recorder) as bench:
            assert recorder.send(DATA, frame(0, list(range(121))))
            await bench.until(lambda: len(bench.frames) == 1)
            assert bench.frames[0].values.shape == (121, 1)
            with pytest.raises(AssertionError, match="246 bytes do not fit into 244"):
                recorder.send(DATA, frame(0, list(range(122))))

    on_a_loop(main())


def test_what_the_device_offers_is_known(recorder: Recorder) -> None:
    async def main() -> None:
        async with talking(RecorderDriver(), recorder) as bench:
            peer = bench.peer
            offered = {(each.service, each.uuid): each for each in peer.characteristics}
            assert set(offered) == {
                (MEASURES, CONTROL),
                (MEASURES, DATA),
                (MEASURES, STATE),
                (SETTINGS, STATE),
                (SETTINGS, SECRET),
            }
            assert offered[MEASURES, CONTROL].properties == ("write", "indicate")
            assert TEXT in offered[MEASURES, DATA].descriptors
            assert await peer.read_descriptor(DATA, TEXT) == b"values"
            assert peer.can_notify(CONTROL)
            assert not peer.can_notify(SECRET)
            assert await peer.read(f"{MEASURES}/{STATE}") == b"\x07"
            assert await peer.read(f"{SETTINGS}/{STATE}") == b"\x08"

    on_a_loop(main())


def test_reading_what_is_subscribed_to_comes_as_a_notification_too(recorder: Recorder) -> None:
    async def main() -> None:
        async with talking(RecorderDriver(), recorder) as bench:
            name = f"{MEASURES}/{STATE}"
            await bench.peer.subscribe(name)
            assert await bench.peer.read(name) == b"\x07"
            await bench.until(lambda: len(bench.errors) == 1)
            assert recorder.send(STATE, b"\x09", service=MEASURES)
            assert not recorder.send(STATE, b"\x09", service=SETTINGS)
            await bench.until(lambda: len(bench.errors) == 2)

    on_a_loop(main())


def test_refusals_are_told_apart(recorder: Recorder) -> None:
    async def main() -> None:
        async with talking(RecorderDriver(), recorder) as bench:
            peer = bench.peer
            with pytest.raises(SensorRefusedError):
                await peer.write(CONTROL, b"\x63")
            with pytest.raises(SensorRefusedError):
                await peer.read(DATA)
            with pytest.raises(NeedsPairingError):
                await peer.read(SECRET)
            with pytest.raises(SensorRefusedError):
                await peer.subscribe(SECRET)
            await peer.write(SECRET, b"\x55", response=False)
            assert recorder.heard[-1] == "command 55"
            with pytest.raises(SensorRefusedError):
                await peer.write(SECRET, b"\x55")
            with pytest.raises(SensorRefusedError):
                await peer.write(CONTROL, bytes([STOP]), response=False)

    on_a_loop(main())


class Refuser(Peripheral):
    """It refuses with the code it is written."""

    def services(self) -> list[tuple[str, list[Char]]]:
        return [(MEASURES, [Char(CONTROL, ["write"])])]

    def on_write(self, uuid: str, payload: bytes, *, response: bool) -> None:
        raise AttError(payload[0])


def test_every_code_of_a_refusal_is_understood(bluez: BluezStandIn) -> None:
    """Some come as words, others as numbers; all but four mean that the device says no."""
    refuser = bluez.add(Refuser("Refuser", advertised_services=(MEASURES,)))

    async def main() -> None:
        link = await connected(refuser.address, never, Radio())
        refused: dict[int, type[Exception]] = {}
        for code in range(1, 256):
            with pytest.raises(SensorRefusedError) as raised:
                await link.write(CONTROL, bytes([code]))
            refused[code] = raised.type
        await link.close()
        needing = {code for code, kind in refused.items() if kind is NeedsPairingError}
        assert needing == {0x05, 0x08, 0x0C, 0x0F}
        assert set(refused.values()) == {NeedsPairingError, SensorRefusedError}

    on_a_loop(main())


def test_simulated_device_that_breaks_fails_its_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the driver that spoke to it."""
    if MISSING:
        pytest.skip(MISSING)

    class Broken(Refuser):
        def on_write(self, uuid: str, payload: bytes, *, response: bool) -> None:
            raise ZeroDivisionError

    async def main(address: str) -> None:
        link = await connected(address, never, Radio())
        with pytest.raises(SensorRefusedError):
            await link.write(CONTROL, b"\x00")
        await link.close()

    with pytest.raises(ZeroDivisionError), BluezStandIn() as bluez:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", bluez.address)
        on_a_loop(main(bluez.add(Broken("Broken")).address))


def test_paired_device_tells_its_secret(recorder: Recorder) -> None:
    async def main() -> None:
        async with talking(RecorderDriver(), recorder, pair=True) as bench:
            assert await bench.peer.read(SECRET) == b"\x08"

    on_a_loop(main())


def test_lost_link_is_noticed(recorder: Recorder) -> None:
    async def main() -> None:
        async with talking(RecorderDriver(), recorder) as bench:
            recorder.lose_link()
            await bench.until(lambda: bench.is_lost)
            assert not recorder.send(DATA, frame(0, [1]))
            with pytest.raises(SensorNotFoundError):
                await bench.peer.write(CONTROL, bytes([START]))

    on_a_loop(main())


def test_bluetooth_service_that_ends_in_good_order_takes_the_link_with_it(
    recorder: Recorder, bluez: BluezStandIn
) -> None:
    async def main() -> None:
        async with talking(RecorderDriver(), recorder) as bench:
            bluez.stop_service()
            await bench.until(lambda: bench.is_lost)
        bluez.start_service()
        async with talking(RecorderDriver(), recorder):
            assert recorder.is_started

    on_a_loop(main())


def test_bluetooth_service_that_crashes_is_noticed_when_the_link_is_used(
    recorder: Recorder, bluez: BluezStandIn
) -> None:
    """The system tells of it no sooner."""

    async def main() -> None:
        async with talking(RecorderDriver(), recorder) as bench:
            bluez.stop_service(crashes=True)
            await bench.idle()
            assert not bench.is_lost
            with pytest.raises(RadioError) as raised:
                await bench.peer.write(CONTROL, bytes([START]))
            assert raised.value.problem is RadioProblem.NO_SERVICE

    on_a_loop(main())


def test_adapter_that_was_put_back_is_used_again(recorder: Recorder, bluez: BluezStandIn) -> None:
    async def main() -> None:
        async with talking(RecorderDriver(), recorder) as bench:
            bluez.remove_adapter()
            await bench.idle()
            with pytest.raises(SensorNotFoundError):
                await bench.peer.write(CONTROL, bytes([START]))
        bluez.add_adapter()
        async with talking(RecorderDriver(), recorder) as bench:
            assert recorder.is_started

    on_a_loop(main())
