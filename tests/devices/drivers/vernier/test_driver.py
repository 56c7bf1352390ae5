from __future__ import annotations

import asyncio
import math
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.clock import FakeClock
from biofeedback.devices.driver import Advertised, DecodeError, Facts, Frame, Stamp
from biofeedback.devices.drivers.vernier.commands import Command
from biofeedback.devices.drivers.vernier.driver import (
    LOW_BATTERY,
    NO_ANSWER,
    NO_PULL,
    NOT_A_BELT,
    BeltConversation,
    VernierDriver,
)
from biofeedback.devices.drivers.vernier.packets import (
    COMMAND,
    KIND_MEASUREMENT,
    KIND_REPLY,
    RESPONSE,
    SERVICE,
    encode_packet,
)
from biofeedback.errors import SensorRefusedError
from biofeedback.samples import StreamKind
from helpers.bluez_peripheral import Char
from helpers.driver_bench import talking
from helpers.vernier_peripheral import BELT, BeltPeripheral, Quantity, encode_measurement

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from helpers.bluez import BluezStandIn

NO_READING = math.nan
START_ORDER = [
    Command.INIT,
    Command.STATUS,
    Command.SENSORS,
    *[Command.SENSOR] * 4,
    Command.PERIOD,
    Command.START,
]


def packet(count: int, samples: Sequence[Sequence[float]], sensors: int = 0b110) -> bytes:
    return encode_packet(KIND_MEASUREMENT, count, encode_measurement(sensors, samples))


class DirectBelt(BeltPeripheral):
    """A belt without a radio: it is its own peer, and what it sends arrives at once."""

    conversation: BeltConversation

    def __init__(self, conversation: BeltConversation) -> None:
        super().__init__()
        self.conversation = conversation

    characteristics = ()

    def can_notify(self, characteristic: str) -> bool:
        return characteristic == RESPONSE

    async def subscribe(self, characteristic: str) -> None:
        self.on_subscribed(characteristic)

    async def unsubscribe(self, characteristic: str) -> None:
        raise AssertionError

    async def read(self, characteristic: str) -> bytes:
        raise AssertionError

    async def read_descriptor(self, characteristic: str, descriptor: str) -> bytes:
        raise AssertionError

    async def write(self, characteristic: str, payload: bytes, *, response: bool = True) -> None:
        assert characteristic == COMMAND
        self.on_write(characteristic, payload, response=response)

    def send(self, uuid: str, payload: bytes, *, service: str = "") -> bool:
        self.conversation.take(uuid, payload, 0.0)
        return True


def started() -> BeltConversation:
    conversation = BeltConversation("belt")
    asyncio.run(conversation.start(DirectBelt(conversation), FakeClock()))
    return conversation


def taken(conversation: BeltConversation, payloads: Iterable[bytes]) -> list[Frame]:
    return [frame for each in payloads for frame in conversation.take(RESPONSE, each, 0.0)]


def forces(frames: Iterable[Frame]) -> list[float]:
    return [
        float(value)
        for frame in frames
        if frame.stream.kind is StreamKind.RESPIRATION
        for value in frame.values[:, 0]
    ]


def test_belt_is_known_by_its_name_and_other_go_direct_sensors_are_left_alone() -> None:
    driver = VernierDriver()

    assert driver.kinds(Advertised("GDX-RB 0K2002Z5", (SERVICE,))) == (
        StreamKind.RESPIRATION,
        StreamKind.OTHER,
    )
    for name in ("GDX-FOR 0A1", "GDX-EKG 0U1000S2", "", "Polar H10 5C2A91B3"):
        assert driver.kinds(Advertised(name, (SERVICE,))) == ()
    assert driver.services == (SERVICE,)
    assert driver.driver_id == "vernier"


def test_breath_of_a_belt_comes_in_newtons_through_the_real_radio(bluez: BluezStandIn) -> None:
    belt = bluez.add(BeltPeripheral())

    async def scenario() -> None:
        async with talking(VernierDriver(), belt) as bench:
            assert belt.commands == START_ORDER
            assert (belt.period_us, belt.sensors) == (100_000, 0b110)
            for i in range(20):
                belt.measure([(8.0 + i, 0.0 if i < 10 else 6.0)])
            await bench.idle()
            breath = bench.frames_of(StreamKind.RESPIRATION)
            assert forces(breath) == [8.0 + i for i in range(20)]
            assert breath[0].stream.channels == ("belt_newton",)
            assert breath[0].stream.rate_hz == 10.0
            assert [each.stamp for each in breath] == [
                Stamp((i + 1) / 10, clock="sample count") for i in range(20)
            ]
            rates = bench.frames_of(StreamKind.OTHER)
            assert [each.values.tolist() for each in rates] == [[[0.0]], [[6.0]]]
            assert rates[0].stream.channels == ("belt_breaths_per_min",)
            assert rates[0].stream.rate_hz is None
            assert bench.errors == []
            assert bench.conversation.facts == Facts(battery_pct=80)
            assert bench.conversation.message == ""
            assert [each.kind for each in bench.conversation.watches] == [StreamKind.RESPIRATION]
        assert not belt.is_measuring
        assert belt.commands[-2:] == [Command.STOP, Command.DISCONNECT]
        assert belt.is_told_good_bye
        assert belt.n_bad_commands == 0

    asyncio.run(scenario())


def test_answers_longer_than_a_notification_are_put_together(bluez: BluezStandIn) -> None:
    """At the smallest MTU the description of a sensor takes eight notifications."""
    belt = bluez.add(BeltPeripheral(mtu=23))

    async def scenario() -> None:
        async with talking(VernierDriver(), belt) as bench:
            belt.measure([(8.0, 12.0)] * 2)
            await bench.idle()
            assert forces(bench.frames) == [8.0, 8.0]
            assert bench.clock.now_s() == 0.0

    asyncio.run(scenario())


def test_belt_that_was_left_measuring_is_stopped_first_and_its_old_samples_left_out(
    bluez: BluezStandIn,
) -> None:
    """They are of another period, and come before the first answer."""
    belt = bluez.add(BeltPeripheral(is_measuring=True))

    async def scenario() -> None:
        async with talking(VernierDriver(), belt) as bench:
            assert belt.commands[:3] == [Command.INIT, Command.STOP, Command.STATUS]
            assert bench.frames == []
            belt.measure([(8.0, NO_READING)])
            await bench.idle()
            assert forces(bench.frames) == [8.0]

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "command",
    [Command.STATUS, Command.SENSORS, Command.SENSOR, Command.PERIOD, Command.START, Command.STOP],
)
def test_belt_that_leaves_one_question_open_measures_all_the_same(
    command: Command, bluez: BluezStandIn
) -> None:
    belt = bluez.add(BeltPeripheral(mute=frozenset({command})))
    # It obeys without a word.
    belt.is_measuring = command is Command.STOP

    async def scenario() -> None:
        async with talking(VernierDriver(), belt) as bench:
            belt.is_measuring = True
            belt.sensors = 0b110
            belt.measure([(8.0, 12.0)])
            await bench.idle()
            assert forces(bench.frames) == [8.0]
            assert 3.0 <= bench.clock.now_s() <= 12.0

    asyncio.run(scenario())


def test_belt_that_never_answers_is_told_in_words(bluez: BluezStandIn) -> None:
    belt = bluez.add(BeltPeripheral(mute=frozenset(Command)))

    async def scenario() -> None:
        with pytest.raises(SensorRefusedError) as refused:
            async with talking(VernierDriver(), belt):
                pytest.fail("it did not answer")
        assert str(refused.value) == NO_ANSWER

    asyncio.run(scenario())
    assert belt.commands[:2] == [Command.INIT, Command.INIT]


class Thermometer(BeltPeripheral):
    def services(self) -> list[tuple[str, list[Char]]]:
        return [(SERVICE, [Char(COMMAND, ["write-without-response"])])]


@pytest.mark.parametrize(
    "belt",
    [BeltPeripheral(quantities=(Quantity(1, "Temperature", "°C"),)), Thermometer()],
    ids=["no force", "nothing to listen to"],
)
def test_what_measures_no_force_is_no_belt(belt: BeltPeripheral, bluez: BluezStandIn) -> None:
    bluez.add(belt)

    async def scenario() -> None:
        with pytest.raises(SensorRefusedError) as refused:
            async with talking(VernierDriver(), belt):
                pytest.fail("it is no belt")
        assert str(refused.value) == NOT_A_BELT

    asyncio.run(scenario())


def test_force_is_found_by_its_unit_and_a_slow_belt_keeps_its_pace(bluez: BluezStandIn) -> None:
    """Sensor 0 stands for nothing, as some firmware lists it; the rate excludes the force."""
    belt = bluez.add(
        BeltPeripheral(
            quantities=(
                Quantity(0, "", "N", identifier=0),
                Quantity(3, "Force", "N", shortest_period_us=200_000, excludes=1 << 5),
                Quantity(5, "Respiration Rate", "bpm"),
            )
        )
    )

    async def scenario() -> None:
        async with talking(VernierDriver(), belt) as bench:
            assert (belt.period_us, belt.sensors) == (200_000, 1 << 3)
            belt.measure([(8.0,), (9.0,)])
            await bench.idle()
            (frame,) = bench.frames
            assert frame.stream.rate_hz == 5.0
            assert frame.stamp == Stamp(0.4, clock="sample count")
            assert frame.values.tolist() == [[8.0], [9.0]]

    asyncio.run(scenario())


class Mumbling(BeltPeripheral):
    """A belt of whose descriptions some answers are damaged on their way."""

    def __init__(self, numbers: Iterable[int], times: int) -> None:
        super().__init__()
        self.left = dict.fromkeys(numbers, times)

    def send_packet(self, kind: int, body: bytes) -> None:
        if kind == KIND_REPLY and body[0] == Command.SENSOR and self.left.get(body[2], 0):
            self.left[body[2]] -= 1
            self.send(RESPONSE, bytes.fromhex("98080000") + b"lost")
            return
        super().send_packet(kind, body)


@pytest.mark.parametrize(("times", "n_asked"), [(1, 5), (9, 2)], ids=["once", "always"])
def test_belt_whose_description_is_damaged_is_still_a_belt(
    times: int, n_asked: int, bluez: BluezStandIn
) -> None:
    belt = bluez.add(Mumbling([1], times))

    async def scenario() -> None:
        async with talking(VernierDriver(), belt) as bench:
            belt.measure([(8.0, 12.0)])
            await bench.idle()
            assert forces(bench.frames) == [8.0]
            # Well before its silence would end the link.
            assert bench.clock.now_s() <= 6.0

    asyncio.run(scenario())
    assert belt.commands.count(Command.SENSOR) == n_asked
    assert belt.sensors == 0b110


def test_packet_that_is_handed_over_twice_is_the_same_samples(bluez: BluezStandIn) -> None:
    belt = bluez.add(BeltPeripheral())

    async def scenario() -> None:
        async with talking(VernierDriver(), belt) as bench:
            for i in range(15):
                belt.measure([(float(i), NO_READING)])
            belt._n_sent -= 1
            belt.measure([(14.0, NO_READING)])
            belt.measure([(15.0, NO_READING)])
            await bench.idle()
            stamps_s = [frame.stamp.t_s for frame in bench.frames if frame.stamp is not None]
            assert stamps_s[-3:] == [1.5, 1.5, 1.6]

    asyncio.run(scenario())


def test_what_was_lost_stays_lost_when_the_belt_is_set_going_again(bluez: BluezStandIn) -> None:
    belt = bluez.add(BeltPeripheral())

    async def scenario() -> None:
        async with talking(VernierDriver(), belt) as bench:
            for i in range(15):
                belt.measure([(float(i), NO_READING)])
            belt.lose_packet()
            belt.measure([(15.0, NO_READING)])
            await bench.work(bench.conversation.revive(bench.peer, StreamKind.RESPIRATION))
            assert bench.conversation.facts.n_lost_packets == 1
            await bench.work(bench.conversation.start(bench.peer, bench.clock))
            assert bench.conversation.facts.n_lost_packets == 1

    asyncio.run(scenario())


def test_lost_packets_and_damaged_ones_are_holes_in_the_count(bluez: BluezStandIn) -> None:
    belt = bluez.add(BeltPeripheral())

    async def scenario() -> None:
        async with talking(VernierDriver(), belt) as bench:
            for i in range(15):
                belt.measure([(float(i), NO_READING)])
            belt.lose_packet()
            belt.lose_packet()
            belt.send(RESPONSE, b"\x20\x11noise and no more")
            belt.measure([(15.0, NO_READING)])
            await bench.idle()
            assert len(bench.errors) == 1
            assert forces(bench.frames) == [float(i) for i in range(16)]
            assert bench.frames[-1].stamp == Stamp(1.8, clock="sample count")
            assert bench.conversation.facts.n_lost_packets == 2

    asyncio.run(scenario())


def test_belt_starts_anew_after_its_link_was_lost(bluez: BluezStandIn) -> None:
    """Cut off in the middle of a packet, and still measuring when it comes back."""
    belt = bluez.add(BeltPeripheral(mtu=23))

    async def scenario() -> None:
        async with talking(VernierDriver(), belt) as bench:
            belt.measure([(8.0, 12.0)])
            await bench.idle()
            belt.send(RESPONSE, b"\x20\x19\x00\x00\x06")
            await bench.idle()
            belt.lose_link()
            await bench.until(lambda: bench.is_lost)
            assert tuple(bench.conversation.ended()) == ()
            conversation = bench.conversation
        belt.come_back()
        assert belt.is_measuring
        async with talking(VernierDriver(), belt) as bench:
            bench.conversation = conversation
            await bench.work(conversation.start(bench.peer, bench.clock))
            belt.measure([(9.0, 12.0)])
            await bench.idle()
            assert forces(bench.frames) == [9.0]

    asyncio.run(scenario())


def test_what_came_before_the_belt_has_stopped_is_still_taken(bluez: BluezStandIn) -> None:
    belt = bluez.add(BeltPeripheral())

    async def scenario() -> None:
        async with talking(VernierDriver(), belt) as bench:
            belt.measure([(8.0, 12.0)])
        assert forces(bench.frames) == [8.0]

    asyncio.run(scenario())


def test_silent_belt_is_set_going_again(bluez: BluezStandIn) -> None:
    belt = bluez.add(BeltPeripheral())

    async def scenario() -> None:
        async with talking(VernierDriver(), belt) as bench:
            belt.is_measuring = False
            await bench.work(bench.conversation.revive(bench.peer, StreamKind.RESPIRATION))
            belt.measure([(8.0, 12.0)])
            await bench.idle()
            assert forces(bench.frames) == [8.0]

    asyncio.run(scenario())


def test_no_reading_stays_no_reading_and_a_rate_is_told_once() -> None:
    conversation = started()

    frames = taken(
        conversation,
        [
            packet(0, [(NO_READING, NO_READING)]),
            packet(1, [(8.0, math.inf), (9.0, 12.0)]),
            packet(2, [(-math.inf, 12.0)]),
        ],
    )

    np.testing.assert_array_equal(forces(frames), [NO_READING, 8.0, 9.0, NO_READING])
    rates = [each for each in frames if each.stream.kind is StreamKind.OTHER]
    assert [each.values.tolist() for each in rates] == [[[12.0]]]


def test_slack_belt_is_told_after_ten_seconds_and_forgotten_with_the_first_pull() -> None:
    conversation = started()

    taken(conversation, [packet(i & 255, [(-0.5, NO_READING)]) for i in range(99)])
    assert conversation.message == ""
    taken(conversation, [packet(99, [(-0.5, NO_READING)])])
    assert conversation.message == NO_PULL
    assert conversation.has_signal
    taken(conversation, [packet(100, [(0.5, NO_READING)])])
    assert conversation.message == ""


@pytest.mark.parametrize(("battery_pct", "message"), [(11, ""), (10, LOW_BATTERY), (255, "")])
def test_nearly_empty_battery_is_told(battery_pct: int, message: str) -> None:
    conversation = BeltConversation("belt")
    belt = DirectBelt(conversation)
    belt.battery_pct = battery_pct

    asyncio.run(conversation.start(belt, FakeClock()))

    assert conversation.message == message
    assert conversation.facts.battery_pct == (None if battery_pct > 100 else battery_pct)


@pytest.mark.parametrize(
    "payload",
    [
        packet(1, [(1e6, 12.0)]),
        packet(1, [(8.0, -500.0)]),
        encode_packet(KIND_MEASUREMENT, 1, b"\x06\x06\x00\x09\x00"),
        encode_packet(KIND_MEASUREMENT, 1, b"\x42"),
        b"",
        b"\x00",
    ],
)
def test_refused_bytes_change_nothing(payload: bytes) -> None:
    conversation, undisturbed = started(), started()
    for count in range(20):
        if count == 15:
            with pytest.raises(DecodeError):
                conversation.take(RESPONSE, payload, 0.0)
        good = [packet(count, [(8.0 + count, 12.0)])]
        disturbed, expected = taken(conversation, good), taken(undisturbed, good)
        assert forces(disturbed) == forces(expected)
        assert [each.stamp for each in disturbed] == [each.stamp for each in expected]


def test_a_packet_that_never_ends_spoils_none_after_it() -> None:
    """Its missing last byte may be taken for the next packet's first, and the sum be right."""
    conversation = started()
    with suppress(DecodeError):
        conversation.take(RESPONSE, bytes.fromhex("2011e9c206060001e95030da6fc445c0"), 0.0)

    frames: list[Frame] = []
    for count in range(20):
        with suppress(DecodeError):
            frames += taken(conversation, [packet(count, [(8.0 + count, 12.0)])])
    assert forces(frames)[-18:] == [8.0 + count for count in range(2, 20)]


def test_bytes_of_another_characteristic_are_refused() -> None:
    with pytest.raises(DecodeError):
        started().take(COMMAND, packet(0, [(8.0, 12.0)]), 0.0)


def test_housekeeping_and_answers_nobody_waits_for_give_nothing() -> None:
    conversation = started()

    assert taken(conversation, [encode_packet(KIND_MEASUREMENT, 0, b"\x0d\x01")]) == []
    assert taken(conversation, [encode_packet(KIND_REPLY, 1, b"\x51\xfd\x36\0\0\0")]) == []


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A good packet with some bytes changed, taken out, put in or cut off."""
    values = st.floats(0, 50, width=32)
    samples = draw(st.lists(st.tuples(values, values), min_size=1, max_size=4))
    data = bytearray(packet(draw(st.integers(0, 255)), samples))
    for _ in range(draw(st.integers(0, 3))):
        i = draw(st.integers(0, len(data) - 1))
        data[i : i + draw(st.integers(0, 2))] = draw(st.binary(max_size=2))
        if not data:
            break
    return bytes(data)


@given(st.lists(st.one_of(st.binary(max_size=40), mutated()), max_size=25))
def test_no_bytes_crash_a_conversation_or_make_up_a_sample(payloads: list[bytes]) -> None:
    """All that comes out was in a packet whose sum was right, and is a force that can be."""
    conversation = CONVERSATION
    sent = b"".join(payloads)
    for payload in payloads:
        try:
            frames = conversation.take(RESPONSE, payload, 0.0)
        except DecodeError:
            continue
        for value in forces(frames):
            assert math.isnan(value) or np.float32(value).tobytes() in HELD[0] + sent
            assert not abs(value) > 1000
    HELD[0] = sent[-255:]


CONVERSATION = started()
# The last bytes of the run before may end in this one.
HELD = [b""]


def test_belt_is_decoded_far_faster_than_it_measures() -> None:
    """A minute of samples, of which 200 times as fast as real would take 0.3 s."""
    conversation = started()
    payloads = [packet(i & 255, [(8.0, 12.0)]) for i in range(600)]

    began_s = time.process_time()
    taken(conversation, payloads)

    assert 60.0 / (time.process_time() - began_s) > 200


def test_all_quantities_of_a_real_belt_are_listed() -> None:
    """The mask recorded from a GDX-RB."""
    assert sum(1 << each.number for each in BELT) == 54
