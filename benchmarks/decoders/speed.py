"""How many times faster than the sensor sends a decoder understands it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from benchmarks.decoders.decoder import Decoder

__all__ = ["BAR", "times_real_time"]

BAR: Final = 200.0
SIGNAL_S: Final = 120.0
ROUNDS: Final = 3


def times_real_time(decoder: Decoder, signal_s: float = SIGNAL_S, rounds: int = ROUNDS) -> float:
    """Return the seconds of signal that are decoded in a second of the processor, at best.

    The best of some rounds, since whatever else the machine does can only slow one down.
    """
    packets = decoder.packets(max(2, round(signal_s / decoder.packet_s)))
    best_s = float("inf")
    for _ in range(rounds):
        feed = decoder.begin()
        began_s = time.process_time()
        for number, packet in enumerate(packets):
            list(feed(packet, number * decoder.packet_s))
        best_s = min(best_s, time.process_time() - began_s)
    # A clock that is too coarse to see it took less than a step of it.
    return (
        len(packets)
        * decoder.packet_s
        / max(best_s, time.get_clock_info("process_time").resolution)
    )
