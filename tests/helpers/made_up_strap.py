"""What a strap sends of a made-up heart, and the same packets late or lost on their way."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from .strap_recording import StrapPacket

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Known", "held_up", "known_strap", "sent", "strap", "without"]


def strap(
    seed: int,
    n_beats: int = 300,
    rr_s: float = 0.8,
    *,
    drift: float = 0.0,
    late_s: tuple[float, float] = (0.05, 0.3),
) -> list[StrapPacket]:
    """Return what a strap sends: a packet a second with the beats since the last.

    The heart swings by 8 % about its mean as in slow breathing, with 3 % of noise.
    ``drift`` makes the strap's second longer than the computer's.
    """
    rng = random.Random(seed)
    beats: list[tuple[float, int]] = []
    t_s = rng.random()
    for i in range(n_beats):
        swing = 0.08 * np.sin(0.6 * i) + rng.gauss(0.0, 0.03)
        ticks = max(round(rr_s * (1 + swing) * 1024), 320)
        t_s += ticks / 1024
        beats.append((t_s, ticks))
    packets: list[StrapPacket] = []
    sent_s = beats[0][0] + rng.random()
    next_beat = 0
    while next_beat < n_beats:
        first = next_beat
        while next_beat < n_beats and beats[next_beat][0] <= sent_s:
            next_beat += 1
        arrival_s = sent_s * (1 + drift) + rng.uniform(*late_s)
        packets.append(StrapPacket(arrival_s, tuple(ticks for _, ticks in beats[first:next_beat])))
        sent_s += 1.0
    return packets


@dataclass(frozen=True)
class Known:
    """A packet whose beats' true times, in the arrivals' seconds, are known."""

    packet: StrapPacket
    beats_s: tuple[float, ...]


def known_strap(seed: int, rr_s: float, *, is_timed_by_beat: bool) -> list[Known]:
    """Five minutes of a strap that notifies once a second, or at each beat; 10 to 60 ms late."""
    rng = random.Random(seed)
    t_s, sent_s = rng.random(), rng.random() + 1.0
    known: list[Known] = []
    waiting: list[tuple[float, int]] = []
    while t_s < 300.0:
        ticks = round(rr_s * (1 + 0.08 * np.sin(0.63 * t_s) + rng.gauss(0.0, 0.03)) * 1024)
        t_s += ticks / 1024
        while not is_timed_by_beat and sent_s < t_s:
            known.append(_packed(waiting, sent_s + rng.uniform(0.01, 0.06)))
            waiting = []
            sent_s += 1.0
        waiting.append((t_s, ticks))
        if is_timed_by_beat:
            known.append(_packed(waiting, t_s + rng.uniform(0.01, 0.06)))
            waiting = []
    return known


def _packed(beats: list[tuple[float, int]], arrival_s: float) -> Known:
    packet = StrapPacket(arrival_s, tuple(ticks for _, ticks in beats))
    return Known(packet, tuple(t_s for t_s, _ in beats))


def held_up(packets: list[StrapPacket], first: int, n: int) -> list[StrapPacket]:
    """Deliver ``n`` packets from ``first`` on together with the one after them."""
    end_s = packets[first + n].arrival_s
    return [
        replace(packet, arrival_s=end_s) if first <= i < first + n else packet
        for i, packet in enumerate(packets)
    ]


def without(packets: list[StrapPacket], lost: set[int]) -> tuple[list[StrapPacket], list[int]]:
    """Take packets away; also return the indices of the beats that now stand after a loss."""
    left: list[StrapPacket] = []
    after: list[int] = []
    n_beats = 0
    is_broken = False
    for i, packet in enumerate(packets):
        if i in lost:
            is_broken = is_broken or bool(packet.rr_ticks)
            continue
        left.append(packet)
        if packet.rr_ticks:
            if is_broken and n_beats:
                after.append(n_beats)
            is_broken = False
            n_beats += len(packet.rr_ticks)
    return left, after


def sent(packets: Iterable[StrapPacket]) -> list[float]:
    """Return the intervals in packets, in milliseconds."""
    return [ticks * 1000 / 1024 for packet in packets for ticks in packet.rr_ticks]
