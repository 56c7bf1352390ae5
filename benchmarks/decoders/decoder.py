"""One decoder as the campaign and the stopwatch see it: bytes in, samples out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from biofeedback.devices.driver import Delivery

__all__ = ["Decoder", "Feed"]

# Takes a packet and when it came; raises a DecodeError for one that makes no sense.
Feed = Callable[[bytes, float], Iterable[Delivery]]


@dataclass(frozen=True, slots=True)
class Decoder:
    """One decoder, and the sensor whose bytes it understands.

    Parameters
    ----------
    name
        Sensor and what it sends.
    packet_s
        How much signal one packet carries, in seconds.
    sample_bits
        The fewest bits that a sample of one stream can take.
    packets
        Makes so many packets as the sensor sends them, in their order.
    begin
        Makes a decoder that has just been started.
    keeps_rest
        Whether a packet may end one record and begin the next, so that the rest of one that is
        turned down is kept, as with lines of text.
    """

    name: str
    packet_s: float
    sample_bits: float
    packets: Callable[[int], list[bytes]]
    begin: Callable[[], Feed]
    keeps_rest: bool = False
