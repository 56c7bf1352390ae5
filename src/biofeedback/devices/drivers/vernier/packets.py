"""The envelope of all that a Go Direct sensor says and is told: its length, count and checksum.

Both directions
---------------
========  =====  ================================================================
part      bytes  meaning
========  =====  ================================================================
kind      1      0x58 to the sensor; from it 0x20 a measurement, 0x98 a reply
length    1      of the whole packet
count     1      to the sensor counting down from 0xFF, from it counting up
checksum  1      sum of all other bytes, modulo 256
body      1...   a command and its parameters; see `commands` and `measurements`
========  =====  ================================================================

A packet goes out in pieces of at most 20 bytes, and comes in as many notifications as it needs.

References
----------
Vernier, godirect-js and godirect-py (the manufacturer's own libraries). That replies and
measurements carry the same checksum was found in packets recorded from a GDX-RB, which stand
in the tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from biofeedback.devices.driver import DecodeError

__all__ = [
    "COMMAND",
    "KIND_COMMAND",
    "KIND_MEASUREMENT",
    "KIND_REPLY",
    "RESPONSE",
    "SERVICE",
    "WRITE_SIZE",
    "Message",
    "assemble",
    "encode_packet",
]

SERVICE: Final = "d91714ef-28b9-4f91-ba16-f0d9a604f112"
COMMAND: Final = "f4bf14a6-c7d5-4b6d-8aa8-df1a7c83adcb"
RESPONSE: Final = "b41e6675-a329-40e0-aa01-44d2f444babe"

KIND_COMMAND: Final = 0x58
KIND_MEASUREMENT: Final = 0x20
KIND_REPLY: Final = 0x98

# What the sensor takes in one write.
WRITE_SIZE: Final = 20

_HEADER_SIZE = 4
_MAX_SIZE = 0xFF


@dataclass(frozen=True, slots=True)
class Message:
    """One whole packet whose checksum was right.

    ``count`` is the sender's running number of packets, modulo 256; ``body`` what follows the
    checksum, at least one byte.
    """

    kind: int
    count: int
    body: bytes


def encode_packet(kind: int, count: int, body: bytes) -> bytes:
    """Put a body into its envelope.

    Raises
    ------
    ValueError
        If the body is empty or does not fit.
    """
    size = _HEADER_SIZE + len(body)
    if not _HEADER_SIZE < size <= _MAX_SIZE:
        msg = "a body must have 1 to 251 bytes"
        raise ValueError(msg)
    checksum = (kind + size + count + sum(body)) & 0xFF
    return bytes((kind, size, count, checksum)) + body


def assemble(held: bytes, notification: bytes) -> tuple[tuple[Message, ...], bytes]:
    """Put packets together from one notification and what was held from those before it.

    Parameters
    ----------
    held
        The beginning of a packet, as the last call returned it; empty at first.
    notification
        What came now.

    Returns
    -------
    messages
        What is whole now.
    held
        The beginning of a packet that is not, at most 254 bytes.

    Raises
    ------
    DecodeError
        If the bytes neither go on with what is held nor begin a packet.
    """
    fresh = _read(notification)
    if held:
        joined = _read(held + notification)
        # A notification that is whole packets by itself follows one whose end never came.
        if joined is not None and (joined[0] or not (fresh and fresh[0])):
            return joined
    if fresh is None:
        msg = "this is no packet of a Go Direct sensor"
        raise DecodeError(msg)
    return fresh


def _read(data: bytes) -> tuple[tuple[Message, ...], bytes] | None:
    messages: list[Message] = []
    while data:
        is_begun = len(data) < _HEADER_SIZE or len(data) < data[1]
        if is_begun and data[0] in {KIND_MEASUREMENT, KIND_REPLY} and _can_be_size(data[1:2]):
            return tuple(messages), data
        size = 0 if is_begun else data[1]
        if size <= _HEADER_SIZE or (sum(data[:size]) - 2 * data[3]) & 0xFF:
            # Filling after a whole packet says nothing; without one before it, it is noise.
            return (tuple(messages), b"") if messages else None
        messages.append(Message(data[0], data[2], data[_HEADER_SIZE:size]))
        data = data[size:]
    return (tuple(messages), b"") if messages else None


def _can_be_size(size: bytes) -> bool:
    return not size or size[0] > _HEADER_SIZE
