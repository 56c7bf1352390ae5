"""A belt's conversation without a radio, the packets it is given, and what came of them."""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING

from biofeedback.clock import FakeClock
from biofeedback.devices.driver import Frame
from biofeedback.devices.drivers.vernier.driver import BeltConversation
from biofeedback.devices.drivers.vernier.packets import (
    COMMAND,
    KIND_MEASUREMENT,
    RESPONSE,
    encode_packet,
)
from biofeedback.samples import StreamKind

from .vernier_peripheral import BeltPeripheral, encode_measurement

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


__all__ = ["NO_READING", "DirectBelt", "count_up", "forces", "packet", "started", "taken"]

NO_READING = math.nan


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
    """A conversation whose belt is measuring."""
    conversation = BeltConversation("belt")
    asyncio.run(conversation.start(DirectBelt(conversation), FakeClock()))
    return conversation


def packet(count: int, samples: Sequence[Sequence[float]], sensors: int = 0b110) -> bytes:
    """A packet of samples, each the values of the sensors in the mask; by default force and rate."""
    return encode_packet(KIND_MEASUREMENT, count, encode_measurement(sensors, samples))


def taken(conversation: BeltConversation, payloads: Iterable[bytes]) -> list[Frame]:
    """Give a conversation packets; the frames of all of them."""
    return [frame for each in payloads for frame in conversation.take(RESPONSE, each, 0.0)]


def forces(frames: Iterable[Frame]) -> list[float]:
    """The forces in frames, in newtons, in order."""
    return [
        float(value)
        for frame in frames
        if frame.stream.kind is StreamKind.RESPIRATION
        for value in frame.values[:, 0]
    ]


def count_up(belt: BeltPeripheral, n_packets: int = 15) -> None:
    """Have a belt send packets of one sample each, the forces counting up from zero."""
    for i in range(n_packets):
        belt.measure([(float(i), NO_READING)])
