"""What python-osc builds is read; anything else is refused whole, and quickly."""

from __future__ import annotations

import logging
from contextlib import suppress
from math import inf, isnan, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pythonosc.osc_bundle_builder import IMMEDIATELY

from biofeedback.devices.driver import DecodeError
from biofeedback.devices.osc.datagram import Message, read_datagram
from helpers.osc_messages import bundle, message


def test_a_message_of_one_float_is_read() -> None:
    assert read_datagram(message("/EmotiBit/0/EDA", 3.25)) == (
        Message("/EmotiBit/0/EDA", (3.25,), None),
    )


def test_every_number_is_read_and_what_is_none_is_told_apart() -> None:
    values = [1.5, -2, 2**40, 0.1, "words", b"blob", True, None]
    (read,) = read_datagram(message("/x", *values, types=[*"fihdsbTN"]))
    assert read.arguments[:4] == (1.5, -2.0, float(2**40), 0.1)
    assert read.arguments[4:7] == (None, None, None)
    assert read.arguments[7] is not None
    assert isnan(read.arguments[7])


@pytest.mark.parametrize("value", [nan, inf, -inf])
def test_a_number_that_is_none_is_no_reading(value: float) -> None:
    (read,) = read_datagram(message("/x", value))
    assert [isnan(number) for number in read.arguments if number is not None] == [True]


def test_a_message_without_types_has_no_arguments() -> None:
    assert read_datagram(b"/x\0\0") == (Message("/x", (), None),)


def test_bundles_in_bundles_keep_order_and_their_own_time() -> None:
    inner = bundle(1000.5, message("/b", 2.0), message("/c", 3.0))
    outer = bundle(1000.0, message("/a", 1.0), inner)
    read = read_datagram(outer)
    assert [each.address for each in read] == ["/a", "/b", "/c"]
    tags_s = [each.tag_s for each in read if each.tag_s is not None]
    assert [tag_s - tags_s[0] for tag_s in tags_s] == pytest.approx([0.0, 0.5, 0.5])


def test_immediately_is_no_time() -> None:
    assert read_datagram(bundle(IMMEDIATELY, message("/a", 1.0)))[0].tag_s is None


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"/x",
        b"no slash\0\0\0\0",
        b"/x\0\0,f\0\0",  # a float that is not there: not filled with zeros
        b"/x\0\0,f\0\0\0\0",
        b"/x\0\0,f\0\0" + bytes(8),
        b"/x\0\0,c\0\0\0\0\0a",  # a type that python-osc passes over, and not its bytes
        b"/x\0\0nof\0" + bytes(4),
        b"/x\0\0,s\0\0abcd",  # a text without an end
        b"/x\0\0,s\0\0\xff\xfe\0\0",  # no UTF-8
        b"/x\0\0,b\0\0\xff\xff\xff\xff",
        b"/x\0\0,b\0\0\0\0\xff\xff",
        b"/x\0\0,]\0\0",
        b"/x\0\0,[\0\0",
        b"/\x07\0\0",
        b"/x y",
        b"#bundle\0",
        b"#bundle\0" + bytes(8) + b"\0\0\0\x04",
        # An element of minus four bytes, on which python-osc goes round for ever.
        b"#bundle\0" + bytes(8) + b"\xff\xff\xff\xfc",
        b"#bundle\0" + bytes(8) + bytes(4),
        b"#bundle\0" + bytes(8) + b"\0\0\0\x04abcd",
    ],
)
def test_what_makes_no_sense_is_refused(payload: bytes) -> None:
    with pytest.raises(DecodeError):
        read_datagram(payload)


def test_a_bad_message_spoils_its_whole_bundle() -> None:
    with pytest.raises(DecodeError):
        read_datagram(bundle(1000.0, message("/a", 1.0), b"/x\0\0,f\0\0"))


def test_bundles_nested_without_end_are_refused_and_not_followed() -> None:
    nested = message("/a", 1.0)
    for _ in range(2000):
        nested = bundle(1000.0, nested)
    with pytest.raises(DecodeError):
        read_datagram(nested)


def test_a_datagram_of_very_many_messages_is_refused() -> None:
    with pytest.raises(DecodeError):
        read_datagram(bundle(1000.0, *[message("/a", 1.0)] * 600))


GOOD = (
    message("/EmotiBit/0/EDA", 3.25, 3.5),
    bundle(1000.0, message("/a", 1.0), bundle(1001.0, message("/b", 2, "text", b"blob", True))),
)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=120))
def test_random_bytes_are_read_or_refused_and_nothing_else(payload: bytes) -> None:
    with suppress(DecodeError):
        read_datagram(payload)
    with suppress(DecodeError):
        read_datagram(b"/x\0\0," + payload)
    with suppress(DecodeError):
        read_datagram(b"#bundle\0" + payload)


@settings(max_examples=500, deadline=None)
@given(
    st.sampled_from(GOOD),
    st.lists(st.tuples(st.integers(0, 200), st.integers(0, 255)), max_size=4),
    st.integers(-8, 8),
)
def test_mutated_datagrams_are_read_or_refused_in_silence(
    good: bytes, changes: list[tuple[int, int]], length: int
) -> None:
    payload = bytearray(good[: len(good) + length] + bytes(max(length, 0)))
    for place, byte in changes:
        payload[place % len(payload)] = byte
    n_handlers = len(logging.getLogger().handlers)
    with suppress(DecodeError):
        for each in read_datagram(bytes(payload)):
            assert each.address.startswith("/")
    assert len(logging.getLogger().handlers) == n_handlers, "python-osc logged what it was sent"
