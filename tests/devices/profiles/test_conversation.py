from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
import pytest

from biofeedback.clock import FakeClock
from biofeedback.devices.driver import Advertised, Characteristic, DecodeError, uuid_of
from biofeedback.devices.profiles.conversation import ProfileConversation, ProfileDriver
from biofeedback.devices.profiles.reading import read_profile
from biofeedback.errors import SensorNotFoundError, SensorRefusedError
from biofeedback.kinds import StreamKind
from helpers.bluez_peripheral import AttError
from helpers.driver_bench import talking
from helpers.listening import on_a_loop
from helpers.profile_peripheral import M40, AnnouncedBoard, NuanicRing, TextBoard
from helpers.profile_texts import RING, all_shipped, changed

if TYPE_CHECKING:
    from biofeedback.devices.driver import Frame
    from helpers.bluez import BluezStandIn

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LEVEL, CONTROL, ANSWER = uuid_of(0x2A58), uuid_of(0x2A39), uuid_of(0x2A5A)


def shipped(name: str) -> ProfileDriver:
    return ProfileDriver(read_profile(all_shipped()[f"{name}.toml"]), lambda: NOW)


def values_of(frames: list[Frame]) -> list[float]:
    return [value for frame in frames for value in frame.values[:, 0].tolist()]


@pytest.mark.parametrize(
    ("name", "advertised", "is_known"),
    [
        ("nuanic-ring", Advertised("", (NuanicRing.SERVICE,)), True),
        ("nuanic-ring", Advertised("NUANIC 12"), True),
        ("nuanic-ring", Advertised("Ring 12"), False),
        # A service that many have needs the name as well.
        ("anr-m40", Advertised("ANR M40", (uuid_of(0x1815),)), True),
        ("anr-m40", Advertised("Lamp", (uuid_of(0x1815),)), False),
        ("anr-m40", Advertised("ANR M40"), False),
    ],
)
def test_a_sensor_is_known_by_what_it_advertises(
    name: str, advertised: Advertised, *, is_known: bool
) -> None:
    driver = shipped(name)
    kind = StreamKind.EDA if name == "nuanic-ring" else StreamKind.EMG
    assert driver.kinds(advertised) == ((kind,) if is_known else ())
    assert driver.driver_id == f"profile-{name}"


def test_a_sensor_is_known_by_its_maker() -> None:
    driver = ProfileDriver(read_profile(changed('services = ["1815"]', "manufacturer_id = 1623")))
    assert driver.kinds(Advertised("", manufacturers=(1, 1623))) == (StreamKind.EDA,)
    assert driver.kinds(Advertised("", manufacturers=(1,))) == ()


def test_a_sensor_that_is_connected_already_can_be_asked_for() -> None:
    by_name = changed('services = ["1815"]', 'name_prefix = ["Ring"]')
    assert ProfileDriver(read_profile(RING)).services == (uuid_of(0x1815),)
    assert ProfileDriver(read_profile(by_name)).services == (uuid_of(0x1801),)
    by_name = changed('char = "2a58"', 'char = "2a58"\nservice = "1816"', by_name)
    assert ProfileDriver(read_profile(by_name)).services == (uuid_of(0x1816),)


def test_a_ring_is_set_going_measures_and_is_stopped(bluez: BluezStandIn) -> None:
    async def main() -> None:
        ring = bluez.add(NuanicRing())
        async with talking(shipped("nuanic-ring"), ring) as bench:
            assert ring.writes == [
                (ring.TIME, int(NOW.timestamp() * 1000).to_bytes(8, "little")),
                (ring.RATE, b"\x10"),
                (ring.MODE, b"\x01"),
            ]
            assert "about a minute" in bench.conversation.message
            (watch,) = bench.conversation.watches
            # It is silent for 60 s after a change of mode, and must not be given up before.
            assert (watch.kind, watch.first_s, watch.silence_s) == (StreamKind.EDA, 90, 75)
            ring.send_resistance(250_000, 1_700_000_000_000)
            ring.send_resistance(0xFFFFFFFF, 1_700_000_000_062)
            ring.send(ring.RAW, b"\1\2\3")
            ring.send_resistance(500_000, 1_700_000_000_125)
            await bench.until(lambda: len(bench.frames) == 3)
            np.testing.assert_array_equal(values_of(bench.frames), [4.0, np.nan, 2.0])
            stamps = [frame.stamp.t_s for frame in bench.frames if frame.stamp is not None]
            np.testing.assert_allclose(np.diff(stamps), [0.062, 0.063], atol=1e-6)
            assert len(bench.errors) == 1
            assert bench.conversation.message == ""
            # Its own word for no reading.
            ring.send_resistance(0, 1_700_000_000_187)
            await bench.until(lambda: len(bench.frames) == 4)
            assert [bench.conversation.has_signal] == [False]
            assert bench.conversation.message.startswith("The sensor has no reading.")
        assert ring.mode == 0
        assert ring.n_calibrations == 2

    on_a_loop(main())


def test_a_ring_that_goes_on_in_its_mode_is_not_made_to_measure_in_anew(
    bluez: BluezStandIn,
) -> None:
    async def main() -> None:
        ring = bluez.add(NuanicRing())
        ring.mode = 1
        async with talking(shipped("nuanic-ring"), ring):
            assert ring.n_calibrations == 0

    on_a_loop(main())


def test_a_sensor_that_only_sends_is_only_listened_to(bluez: BluezStandIn) -> None:
    async def main() -> None:
        m40 = bluez.add(M40())
        async with talking(shipped("anr-m40"), m40) as bench:
            for level in (0, 512, 1023, 1024):
                m40.send_level(level)
            await bench.until(lambda: len(bench.frames) == 4)
            np.testing.assert_array_equal(values_of(bench.frames), [0, 512, 1023, np.nan])
            assert bench.frames[0].stream.channels == ("emg_au",)
            # The last reading was outside of what it can measure.
            assert [bench.conversation.has_signal] == [False]
            assert "outside what this sensor can measure" in bench.conversation.message
            m40.send_level(5)
            await bench.until(lambda: len(bench.frames) == 5)
            assert [bench.conversation.has_signal] == [True]
            assert bench.conversation.message == ""
        assert m40.writes == []

    on_a_loop(main())


def test_lines_of_a_board_come_in_pieces_of_twenty_bytes(bluez: BluezStandIn) -> None:
    async def main() -> None:
        board = bluez.add(TextBoard())
        async with talking(shipped("diy-eda-text"), board) as bench:
            # The first may be the end of one, and is left out.
            board.print("42\n")
            board.print("".join(f"{n},{100 * n},{3 + n / 100:.2f}\n" for n in range(50)))
            await bench.until(lambda: len(values_of(bench.frames)) == 50)
            assert values_of(bench.frames) == [round(3 + n / 100, 2) for n in range(50)]
            assert bench.errors == []
            assert bench.conversation.facts.n_lost_packets == 0
            board.print("60,6000,4.00\n")
            await bench.until(lambda: len(values_of(bench.frames)) == 51)
            assert bench.conversation.facts.n_lost_packets == 10

    on_a_loop(main())


POLLED = changed('char = "2a58"', 'char = "2a58"\nmode = "poll"\npoll_hz = 4').replace(
    '[[init]]\nwrite = "2a39"\nhex = "01 02"\n', ""
)


def test_a_value_is_asked_for_as_often_as_the_profile_says(bluez: BluezStandIn) -> None:
    async def main() -> None:
        board = bluez.add(AnnouncedBoard(announced={LEVEL: (["read"], {})}))
        board.values[LEVEL] = bytes.fromhex("07e803000090d00300")
        async with talking(ProfileDriver(read_profile(POLLED)), board) as bench:
            await bench.pass_s(1.9)
            await bench.until(lambda: len(bench.frames) == 8)
            assert values_of(bench.frames) == [4.0] * 8
            board.values[LEVEL] = b"\1"
            await bench.pass_s(0.2)
            await bench.until(lambda: len(bench.errors) == 1)
        n_reads = board.n_reads
        assert n_reads == 9

    on_a_loop(main())


def test_a_value_that_was_refused_once_is_asked_for_again_when_it_is_missed(
    bluez: BluezStandIn,
) -> None:
    """Another stream may go on meanwhile, so that the link is kept."""

    class Moody(AnnouncedBoard):
        n_refused = 0

        def on_read(self, uuid: str) -> bytes:
            if self.n_refused:
                self.n_refused -= 1
                raise AttError(0x0E)
            return super().on_read(uuid)

    async def main() -> None:
        board = bluez.add(Moody(announced={LEVEL: (["read"], {})}))
        board.values[LEVEL] = bytes.fromhex("07e803000090d00300")
        async with talking(ProfileDriver(read_profile(POLLED)), board) as bench:
            await bench.pass_s(0.4)
            board.n_refused = 1
            await bench.pass_s(2.0)
            n_before = len(bench.frames)
            await bench.pass_s(2.0)
            assert len(bench.frames) == n_before
            await bench.work(bench.conversation.revive(bench.peer, StreamKind.EDA))
            await bench.pass_s(2.0)
            assert len(bench.frames) - n_before in {8, 9}

    on_a_loop(main())


def test_what_was_no_reading_before_says_nothing_of_the_next_connection() -> None:
    """A sensor that has told nothing yet must not seem to say that it feels nothing."""

    async def main() -> None:
        talk, door = conversation(RING), Door(*ALL)
        await talk.start(door, FakeClock())
        talk.take(LEVEL, bytes.fromhex("07e803000000000000"), 1.0)
        assert not talk.has_signal
        list(talk.ended())
        await talk.start(door, FakeClock())
        assert talk.has_signal

    asyncio.run(main())


def test_a_sensor_without_what_the_profile_names_is_not_used(bluez: BluezStandIn) -> None:
    async def main() -> None:
        board = bluez.add(AnnouncedBoard(announced={CONTROL: (["write"], {})}))
        with pytest.raises(SensorRefusedError, match="does not offer what its profile “A ring”"):
            async with talking(ProfileDriver(read_profile(RING)), board):
                pass

    on_a_loop(main())


class Door:
    """A peer on paper: what it offers, and what was done."""

    def __init__(self, *offered: Characteristic) -> None:
        self.characteristics = offered
        self.done: list[tuple[str, str, bytes]] = []
        self.refused: set[str] = set()

    def can_notify(self, characteristic: str) -> bool:
        return True

    async def read(self, characteristic: str) -> bytes:
        raise SensorRefusedError

    async def read_descriptor(self, characteristic: str, descriptor: str) -> bytes:
        raise SensorRefusedError

    async def write(self, characteristic: str, payload: bytes, *, response: bool = True) -> None:
        self.done.append(("write" if response else "command", characteristic, payload))
        if characteristic in self.refused:
            raise SensorRefusedError

    async def subscribe(self, characteristic: str) -> None:
        self.done.append(("subscribe", characteristic, b""))

    async def unsubscribe(self, characteristic: str) -> None:
        self.done.append(("unsubscribe", characteristic, b""))
        if characteristic in self.refused:
            raise SensorNotFoundError


SERVICE = uuid_of(0x1815)
ALL = [Characteristic(SERVICE, uuid) for uuid in (LEVEL, CONTROL, ANSWER)]
ASKING = changed(
    'hex = "01 02"',
    'hex = "01 02"\nresponse = false\ndelay_ms = 500\n'
    'expect = { char = "2a5a", hex_prefix = "f0 01", timeout_ms = 2000 }\n'
    '[[init]]\nwrite = "2a39"\nvalue = "unix_s:u32"\nendian = "big"\n'
    '[[stop]]\nwrite = "2a39"\nhex = "00"\n[[stop]]\nwrite = "2a39"\nhex = "ff"',
)


def conversation(text: str) -> ProfileConversation:
    return ProfileDriver(read_profile(text), lambda: NOW).open("ring")


def test_an_answer_is_waited_for_before_the_next_write() -> None:
    async def main() -> None:
        talk, door, clock = conversation(ASKING), Door(*ALL), FakeClock()
        starting = asyncio.ensure_future(talk.start(door, clock))
        await clock.advance(1.0)
        assert door.done == [
            ("subscribe", LEVEL, b""),
            ("subscribe", ANSWER, b""),
            ("command", CONTROL, b"\1\2"),
        ]
        # Another answer, and the right bytes from elsewhere, are not it.
        assert list(talk.take(ANSWER, b"\xf0\2", 1.0)) == []
        with pytest.raises(DecodeError):
            talk.take(LEVEL, b"\xf0\1", 1.0)
        await clock.advance(0.5)
        assert len(door.done) == 3
        talk.take(ANSWER, b"\xf0\1\0", 1.5)
        await clock.advance(0.4)
        assert len(door.done) == 3
        await clock.advance(0.2)
        await starting
        assert door.done[3] == ("write", CONTROL, int(NOW.timestamp()).to_bytes(4, "big"))

    asyncio.run(main())


def test_an_answer_that_does_not_come_is_told_in_words() -> None:
    async def main() -> None:
        talk, clock = conversation(ASKING), FakeClock()
        starting = asyncio.ensure_future(talk.start(Door(*ALL), clock))
        await clock.advance(2.1)
        with pytest.raises(SensorRefusedError, match=r"did not answer.*Switch it off and on"):
            await starting

    asyncio.run(main())


def test_what_is_refused_at_the_end_does_not_keep_the_rest_from_it() -> None:
    async def main() -> None:
        talk, door = conversation(ASKING), Door(*ALL)
        door.refused = {CONTROL, LEVEL}
        await talk.stop(door)
        assert door.done == [
            ("write", CONTROL, b"\0"),
            ("write", CONTROL, b"\xff"),
            ("unsubscribe", LEVEL, b""),
        ]

    asyncio.run(main())


def test_a_silent_stream_is_subscribed_to_anew() -> None:
    async def main() -> None:
        talk, door = conversation(RING), Door(*ALL)
        await talk.revive(door, StreamKind.RESPIRATION)
        assert door.done == []
        await talk.revive(door, StreamKind.EDA)
        assert door.done == [("unsubscribe", LEVEL, b""), ("subscribe", LEVEL, b"")]

    asyncio.run(main())


def test_of_two_characteristics_the_one_in_the_named_service_is_used() -> None:
    async def main() -> None:
        text = changed('char = "2a58"', 'char = "2a58"\nservice = "1815"')
        twice = (Characteristic(uuid_of(0x1816), LEVEL), *ALL)
        talk, door = conversation(text), Door(*twice)
        await talk.start(door, FakeClock())
        assert door.done[0] == ("subscribe", f"{SERVICE}/{LEVEL}", b"")
        packet = bytes.fromhex("07e803000090d00300")
        assert len(talk.take(f"{SERVICE}/{LEVEL}", packet, 0.0)) == 1

    asyncio.run(main())


def test_a_peer_that_cannot_be_asked_is_refused() -> None:
    async def main() -> None:
        with pytest.raises(SensorRefusedError, match="not possible here"):
            await conversation(POLLED).start(Door(*ALL), FakeClock())

    asyncio.run(main())


def test_a_sensor_whose_bytes_never_fit_is_told_in_words() -> None:
    talk = conversation(RING)
    for _ in range(20):
        assert "does not fit" not in talk.message
        with pytest.raises(DecodeError):
            talk.take(LEVEL, b"\1", 0.0)
    assert "does not fit its profile" in talk.message
    talk.take(LEVEL, bytes.fromhex("07e803000090d00300"), 0.0)
    assert talk.message == ""


BEATS = changed('layout = "seq:u8 t:u32 ohm:u32"', 'layout = "( rr:u16 )*"').replace(
    'timestamp = { field = "t", unit = "ms" }\nsequence = { field = "seq" }\nrate_hz = 16\n', ""
)
BEATS = BEATS[: BEATS.index('kind = "eda"')] + (
    'kind = "rr"\nunit = "ms"\nfield = "rr"\n\n[[test]]\nhex = "20 03"\nexpect = { rr = [800] }\n'
)


def test_intervals_without_a_time_are_laid_end_to_end_as_sent() -> None:
    talk = conversation(BEATS)
    chunks = []
    sent = [801, 799, 803, 797, 800, 802, 798, 805]
    for place, interval in enumerate(sent):
        chunks += talk.take(LEVEL, interval.to_bytes(2, "little"), 0.8 * (place + 1))
    # No heart waits 60 s, nor none at all: such are left out, and break the line.
    talk.take(LEVEL, (60_000).to_bytes(2, "little") + b"\0\0", 0.8 * 9)
    chunks += talk.ended()
    rr_ms = [value for chunk in chunks for value in chunk.values[:, 0].tolist()]
    t_s = np.concatenate([chunk.t_s for chunk in chunks])  # type: ignore[union-attr]  # no frames
    assert rr_ms == sent
    np.testing.assert_allclose(np.diff(t_s), np.array(sent[1:]) / 1e3, rtol=0.05)
    assert talk.facts.has_rr is True
    assert list(talk.ended()) == []


def test_half_a_line_is_forgotten_with_its_connection() -> None:
    async def main() -> None:
        talk = shipped("diy-eda-text").open("board")
        uuid = talk._profile.sources[0].characteristic
        talk.take(uuid, b"x\n1,100,3.", 0.0)
        assert list(talk.ended()) == []
        await talk.start(Door(Characteristic(talk._profile.sources[0].service, uuid)), FakeClock())
        assert list(talk.take(uuid, b"42\n", 1.0)) == []
        assert len(talk.take(uuid, b"2,200,3.5\n", 1.0)) == 1

    asyncio.run(main())
