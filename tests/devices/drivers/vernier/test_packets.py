from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biofeedback.devices.driver import DecodeError
from biofeedback.devices.drivers.vernier.packets import (
    KIND_COMMAND,
    KIND_MEASUREMENT,
    KIND_REPLY,
    Message,
    assemble,
    encode_packet,
)

# Recorded from a GDX-RB: the sensors it has, and two samples of force and breathing rate.
RECORDED_REPLY = bytes((152, 10, 1, 39, 81, 253, 54, 0, 0, 0))
RECORDED_MEASUREMENT = bytes.fromhex(
    "20 19 cf d8 06 06 00 02 fc 80 8a 07 bf 00 00 c0 7f 80 31 08 bf 00 00 c0 7f"
)

bodies = st.binary(min_size=1, max_size=251)
kinds = st.sampled_from((KIND_MEASUREMENT, KIND_REPLY))


def split(packet: bytes, size: int) -> list[bytes]:
    return [packet[i : i + size] for i in range(0, len(packet), size)]


def heard(notifications: list[bytes]) -> tuple[list[Message], int]:
    """Take them one after the other; return what came of them, and how many were refused."""
    held, messages, n_refused = b"", list[Message](), 0
    for notification in notifications:
        try:
            whole, held = assemble(held, notification)
        except DecodeError:
            n_refused += 1
            continue
        messages += whole
        assert len(held) < 255
    return messages, n_refused


def test_packets_of_a_real_belt_are_understood() -> None:
    assert assemble(b"", RECORDED_REPLY) == (
        (Message(KIND_REPLY, 1, bytes((0x51, 253, 54, 0, 0, 0))),),
        b"",
    )
    assert assemble(b"", RECORDED_MEASUREMENT) == (
        (Message(KIND_MEASUREMENT, 0xCF, RECORDED_MEASUREMENT[4:]),),
        b"",
    )


def test_command_has_its_length_count_and_the_sum_of_all_other_bytes() -> None:
    """0x58 + 5 + 0xFE + 0x10 = 0x16B."""
    assert encode_packet(KIND_COMMAND, 0xFE, b"\x10") == bytes.fromhex("58 05 fe 6b 10")


@pytest.mark.parametrize("body", [b"", bytes(252)])
def test_what_fits_no_envelope_is_not_encoded(body: bytes) -> None:
    with pytest.raises(ValueError, match="1 to 251"):
        encode_packet(KIND_COMMAND, 0, body)


@given(kinds, st.integers(0, 255), bodies, st.integers(1, 255))
def test_a_packet_is_whole_again_however_it_was_cut(
    kind: int, count: int, body: bytes, size: int
) -> None:
    messages, n_refused = heard(split(encode_packet(kind, count, body), size))

    assert messages == [Message(kind, count, body)]
    assert n_refused == 0


@given(st.lists(st.tuples(kinds, st.integers(0, 255), bodies), min_size=1, max_size=4))
def test_packets_that_share_a_notification_are_told_apart(
    parts: list[tuple[int, int, bytes]],
) -> None:
    together = b"".join(encode_packet(*each) for each in parts)

    assert heard([together])[0] == [Message(*each) for each in parts]


def test_filling_after_a_packet_is_left_out() -> None:
    assert heard([RECORDED_REPLY + bytes(10)])[0] == heard([RECORDED_REPLY])[0]


@pytest.mark.parametrize("i_byte", range(len(RECORDED_MEASUREMENT)))
def test_one_damaged_byte_is_found(i_byte: int) -> None:
    """Its sum is wrong; with a damaged length it never ends, and the next packet is unhurt."""
    damaged = bytearray(RECORDED_MEASUREMENT)
    damaged[i_byte] ^= 0x10

    messages, _ = heard([bytes(damaged), RECORDED_REPLY])

    assert messages == heard([RECORDED_REPLY])[0]


def test_packet_whose_end_was_lost_does_not_hurt_the_next() -> None:
    start = split(RECORDED_MEASUREMENT, 20)[0]

    assert (
        heard([start, RECORDED_REPLY, RECORDED_MEASUREMENT])[0]
        == (heard([RECORDED_REPLY, RECORDED_MEASUREMENT])[0])
    )
    # Also when the next one is in pieces itself: it is the second that is lost at worst.
    pieces = split(RECORDED_MEASUREMENT, 20)
    assert heard([start, *pieces, RECORDED_REPLY])[0][-1] == heard([RECORDED_REPLY])[0][0]


def test_noise_between_two_pieces_is_refused_and_changes_nothing() -> None:
    first, second = split(RECORDED_MEASUREMENT, 20)

    messages, n_refused = heard([first, b"\xff" * 9, second])

    assert messages == heard([RECORDED_MEASUREMENT])[0]
    assert n_refused == 1


@pytest.mark.parametrize("noise", [b"", b"\x00", b"\xff" * 20, b"\x20\x04\x00\x24", b"\x98\x00"])
def test_what_begins_no_packet_is_refused(noise: bytes) -> None:
    with pytest.raises(DecodeError):
        assemble(b"", noise)


@given(st.lists(st.binary(max_size=40), max_size=20))
def test_no_bytes_crash_it_and_none_pass_without_the_right_sum(noise: list[bytes]) -> None:
    messages, _ = heard(noise)

    for message in messages:
        packet = encode_packet(message.kind, message.count, message.body)
        assert packet in b"".join(noise)
    recovered = heard([*noise, RECORDED_REPLY])[0]
    assert recovered[-1:] == heard([RECORDED_REPLY])[0]
