"""What may happen to packets, and what no sensor would ever send."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["MUTATIONS", "spoilt"]

# The most that a notification carries.
MAX_BYTES: Final = 512
# Bytes at which counts, lengths, signs and ends of texts go wrong.
_EXTREMES: Final = (0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF, 0x0A, 0x2C, 0x2D, 0x65)


def _whole(packet: bytes, _other: bytes, _random: Random) -> bytes:
    return packet


def _flipped(packet: bytes, _other: bytes, random: Random) -> bytes:
    """One to four bits are wrong."""
    if not packet:
        return packet
    changed = bytearray(packet)
    for _ in range(random.randint(1, 4)):
        changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def _overwritten(packet: bytes, _other: bytes, random: Random) -> bytes:
    """A stretch is one extreme value."""
    if not packet:
        return packet
    start = random.randrange(len(packet))
    end = min(len(packet), start + random.randint(1, 8))
    return packet[:start] + bytes([random.choice(_EXTREMES)]) * (end - start) + packet[end:]


def _cut(packet: bytes, _other: bytes, random: Random) -> bytes:
    """The end is missing, or the beginning."""
    at = random.randint(0, len(packet))
    return packet[:at] if random.random() < 0.7 else packet[at:]


def _lengthened(packet: bytes, _other: bytes, random: Random) -> bytes:
    return packet + random.randbytes(random.randint(1, 40))


def _shifted(packet: bytes, _other: bytes, random: Random) -> bytes:
    """A byte is missing or one too many, so that all behind it is out of place."""
    at = random.randint(0, len(packet))
    if random.random() < 0.5:
        return packet[:at] + packet[at + 1 :]
    return packet[:at] + random.randbytes(1) + packet[at:]


def _spliced(packet: bytes, other: bytes, random: Random) -> bytes:
    """The beginning of one packet and the end of another."""
    return packet[: random.randint(0, len(packet))] + other[random.randint(0, len(other)) :]


def _random(_packet: bytes, _other: bytes, random: Random) -> bytes:
    return random.randbytes(min(int(random.expovariate(1 / 30)), MAX_BYTES))


def _behind_a_head(packet: bytes, _other: bytes, random: Random) -> bytes:
    """A true beginning, and then anything."""
    head = packet[: random.randint(1, 12)]
    return head + random.randbytes(min(int(random.expovariate(1 / 40)), MAX_BYTES))


def _nothing(_packet: bytes, _other: bytes, _random: Random) -> bytes:
    return b""


# Each with how often it comes, in hundredths.
MUTATIONS: Final[dict[Callable[[bytes, bytes, Random], bytes], int]] = {
    _whole: 18,
    _flipped: 22,
    _overwritten: 12,
    _cut: 10,
    _lengthened: 7,
    _shifted: 8,
    _spliced: 6,
    _random: 9,
    _behind_a_head: 7,
    _nothing: 1,
}
_KINDS, _WEIGHTS = list(MUTATIONS), list(MUTATIONS.values())


def spoilt(packets: Sequence[bytes], n_packets: int, random: Random) -> Iterator[bytes]:
    """Give packets one after the other as a bad link and a bad program would.

    Parameters
    ----------
    packets
        What the sensor sends, in its order.
    n_packets
        How many to give.
    random
        Its state alone decides what is given.
    """
    at = random.randrange(len(packets))
    for kind in random.choices(_KINDS, _WEIGHTS, k=n_packets):
        # As a rule the next one; else the same again, one that was left out, or an earlier one.
        at += random.choices((1, 0, 2, -1), (90, 4, 4, 2))[0]
        packet, other = packets[at % len(packets)], packets[random.randrange(len(packets))]
        yield kind(packet, other, random)[:MAX_BYTES]
