"""A Shimmer that is not there: it takes commands, answers, and streams frames.

`VirtualShimmer` is the sensor itself, bytes in and bytes out. `ShimmerPeripheral` puts it on
the simulated BlueZ, `DirectPeer` right in front of a conversation, without a radio.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from biofeedback.devices.driver import Characteristic
from biofeedback.devices.drivers.shimmer.commands import (
    ACK,
    INQUIRY,
    NACK,
    SET_GSR_RANGE,
    SET_RATE,
    SET_SENSORS,
    SHIMMER3R,
    START,
    STOP,
    Transport,
)
from biofeedback.devices.drivers.shimmer.conversion import word_of
from biofeedback.devices.drivers.shimmer.frames import (
    GSR_CHANNEL,
    Inquiry,
    encode_frame,
    encode_inquiry,
)

from .bluez_peripheral import Char, Peripheral

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["DirectPeer", "ShimmerPeripheral", "VirtualShimmer"]


@dataclass(eq=False)
class VirtualShimmer:
    """The sensor itself. Set its faults at any time.

    Attributes
    ----------
    n_setup_bytes
        4 as a Shimmer3, 7 as a Shimmer3R.
    inquiry
        How it samples, as its owner left it.
    has_gsr_board
        False: skin conductance cannot be switched on.
    ticks
        Of its clock.
    refuses
        Commands that it answers with no.
    misses
        How many of the next commands of a kind it does not hear.
    answers_apart
        The answer and the response to a question come in notifications of their own.
    stops_after
        How many times it must be told to stop.
    """

    n_setup_bytes: int = SHIMMER3R.n_setup_bytes
    inquiry: Inquiry = field(default_factory=lambda: Inquiry(640, (0x00, 0x01, 0x02), 0))
    has_gsr_board: bool = True
    ticks: int = 0x123456
    refuses: set[int] = field(default_factory=set)
    misses: dict[int, int] = field(default_factory=dict)
    answers_apart: bool = False
    stops_after: int = 1
    is_streaming: bool = False
    commands: list[bytes] = field(default_factory=list)

    def hear(self, command: bytes) -> list[bytes]:
        """Obey; return the notifications that it answers with."""
        self.commands.append(command)
        kind = command[0]
        if self.misses.get(kind, 0):
            self.misses[kind] -= 1
            return []
        if kind in self.refuses:
            return [bytes([NACK])]
        if kind == INQUIRY:
            response = encode_inquiry(self.inquiry, self.n_setup_bytes)
            both = [bytes([ACK]), response]
            return both if self.answers_apart else [b"".join(both)]
        self._set(kind, command[1:])
        return [bytes([ACK])]

    def _set(self, kind: int, arguments: bytes) -> None:
        if kind == SET_RATE:
            self.inquiry = replace(self.inquiry, divisor=struct.unpack("<H", arguments)[0])
        elif kind == SET_GSR_RANGE:
            self.inquiry = replace(self.inquiry, gsr_range=arguments[0])
        elif kind == SET_SENSORS:
            has_gsr = self.has_gsr_board and bool(arguments[0] & 0x04)
            self.inquiry = replace(self.inquiry, channels=(GSR_CHANNEL,) if has_gsr else ())
        elif kind == STOP:
            self.stops_after -= 1
            self.is_streaming = self.is_streaming and self.stops_after > 0
        elif kind == START:
            self.is_streaming = True

    def frame(self, word: int, other: int = 0) -> bytes:
        """Sample once: ``word`` is the skin conductance, ``other`` every other channel."""
        self.ticks += self.inquiry.divisor
        words = [word if each == GSR_CHANNEL else other for each in self.inquiry.channels]
        return encode_frame(self.inquiry, self.ticks, words)

    def frames(self, conductances_us: Iterable[float]) -> bytes:
        """Sample as often as there are values."""
        return b"".join(self.frame(word_of(each)) for each in conductances_us)


@dataclass(eq=False)
class ShimmerPeripheral(Peripheral):
    """A Shimmer on the simulated BlueZ."""

    transport: Transport = SHIMMER3R
    shimmer: VirtualShimmer = field(default_factory=VirtualShimmer)

    def services(self) -> list[tuple[str, list[Char]]]:
        """One service: a characteristic to write, one that notifies."""
        return [
            (
                self.transport.service,
                [
                    Char(self.transport.write, ["write", "write-without-response"]),
                    Char(self.transport.notify, ["notify"]),
                ],
            )
        ]

    def on_write(self, uuid: str, payload: bytes, *, response: bool) -> None:
        """Obey a command."""
        for answer in self.shimmer.hear(payload):
            self.send(self.transport.notify, answer)

    def stream(self, conductances_us: Iterable[float]) -> None:
        """Send samples, as full notifications as the link takes."""
        frames = self.shimmer.frames(conductances_us)
        n_most = self.mtu - 3
        for start in range(0, len(frames), n_most):
            self.send(self.transport.notify, frames[start : start + n_most])


class DirectPeer:
    """A Shimmer right in front of a conversation: what it sends goes to ``take`` at once."""

    def __init__(
        self,
        shimmer: VirtualShimmer,
        take: Callable[[str, bytes, float], object],
        transport: Transport = SHIMMER3R,
        *,
        properties: tuple[str, ...] = ("write",),
    ) -> None:
        self.shimmer = shimmer
        self._take = take
        self._transport = transport
        self._properties = properties
        self.responses: list[bool] = []
        self.subscribed: list[str] = []

    @property
    def characteristics(self) -> tuple[Characteristic, ...]:
        """The two."""
        of = self._transport
        return (
            Characteristic(of.service, of.write, self._properties),
            Characteristic(of.service, of.notify, ("notify",)),
        )

    def can_notify(self, characteristic: str) -> bool:
        """Whether it is the one that notifies."""
        return characteristic == self._transport.notify

    async def read(self, characteristic: str) -> bytes:
        """There is nothing to read."""
        raise NotImplementedError

    async def read_descriptor(self, characteristic: str, descriptor: str) -> bytes:
        """There is nothing to read."""
        raise NotImplementedError

    async def write(self, characteristic: str, payload: bytes, *, response: bool = True) -> None:
        """Have it obey a command."""
        assert characteristic == self._transport.write
        self.responses.append(response)
        for answer in self.shimmer.hear(payload):
            self.send(answer)

    async def subscribe(self, characteristic: str) -> None:
        """Note it."""
        self.subscribed.append(characteristic)

    async def unsubscribe(self, characteristic: str) -> None:
        """Note it."""
        self.subscribed.remove(characteristic)

    def send(self, payload: bytes) -> object:
        """Notify; return what came of it."""
        return self._take(self._transport.notify, payload, 0.0)
