"""What a belt's conversation makes of bytes, good and bad, without a radio."""

from __future__ import annotations

import asyncio
import math
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.clock import FakeClock
from biofeedback.devices.driver import DecodeError, Frame
from biofeedback.devices.drivers.vernier.driver import LOW_BATTERY, NO_PULL, BeltConversation
from biofeedback.devices.drivers.vernier.packets import (
    COMMAND,
    KIND_MEASUREMENT,
    KIND_REPLY,
    RESPONSE,
    encode_packet,
)
from biofeedback.samples import StreamKind
from helpers.vernier_bench import NO_READING, DirectBelt, forces, packet, started, taken


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
