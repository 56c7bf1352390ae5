"""What is said to a Shimmer, and how its answers are waited for.

Both models speak one byte protocol over two characteristics, one to write and one that
notifies. Every command is answered by 0xFF, or 0xFE for no, and a question by its response
right after, as a rule in the same notification.

===========  ==========================================================================
command      meaning
===========  ==========================================================================
01           inquiry: how do you sample?
05 lo hi     sample at 32768 Hz divided by this
07           start streaming
08 b0 b1 b2  which sensors; bit 2 is skin conductance
20           stop streaming
21 n         GSR range: 0 to 3, or 4 for the one that fits
===========  ==========================================================================

References
----------
Shimmer, LogAndStream for Shimmer3 Firmware User Manual; Shimmer's published firmware and web
client for the Shimmer3R; Microchip, RN4678 Bluetooth Dual Mode Module (transparent UART).
"""

from __future__ import annotations

import asyncio
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from biofeedback.clock import until
from biofeedback.devices.driver import DecodeError
from biofeedback.devices.drivers.shimmer.frames import decode_inquiry
from biofeedback.errors import SensorRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from biofeedback.clock import Clock
    from biofeedback.devices.driver import Peer
    from biofeedback.devices.drivers.shimmer.frames import Inquiry

__all__ = [
    "ACK",
    "AUTO_RANGE",
    "INQUIRY",
    "NACK",
    "SAID_NO",
    "SET_GSR_RANGE",
    "SET_RATE",
    "SET_SENSORS",
    "SHIMMER3",
    "SHIMMER3R",
    "START",
    "STOP",
    "TRANSPORTS",
    "Commands",
    "Transport",
]

ACK: Final = 0xFF
NACK: Final = 0xFE
INQUIRY: Final = 0x01
SET_RATE: Final = 0x05
START: Final = 0x07
SET_SENSORS: Final = 0x08
STOP: Final = 0x20
SET_GSR_RANGE: Final = 0x21
AUTO_RANGE: Final = 4

# A sensor answers within some tens of milliseconds; one that writes to its card takes longer.
ANSWER_S: Final = 2.0
N_TRIES: Final = 2
# What a stopped sensor still had in hand comes before so much silence.
QUIET_S: Final = 0.3
_N_QUIET = 10
_STOP_AGAIN_EVERY = 3
# No answer is longer; a sensor that streams while it should not must not fill the memory.
_MAX_HEARD = 512

_NO_ANSWER = "The Shimmer does not answer. Switch it off and on, and it will be tried again."
_NOT_QUIET = (
    "The Shimmer goes on sending although it was told to stop. Switch it off and on, and it "
    "will be tried again."
)
SAID_NO: Final = (
    "The Shimmer refused its set-up. If it is recording to its card, stop that; then switch it "
    "off and on, and it will be tried again."
)

_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Transport:
    """How the bytes travel, and what differs with it.

    Parameters
    ----------
    service, write, notify
        Full UUIDs in small letters.
    n_setup_bytes
        Of the inquiry response.
    """

    service: str
    write: str
    notify: str
    n_setup_bytes: int


SHIMMER3R: Final = Transport(
    "65333333-a115-11e2-9e9a-0800200ca100",
    "65333333-a115-11e2-9e9a-0800200ca102",
    "65333333-a115-11e2-9e9a-0800200ca101",
    7,
)
# The transparent UART of the radio module. Devices of others have it too.
SHIMMER3: Final = Transport(
    "49535343-fe7d-4ae5-8fa9-9fafd205e455",
    "49535343-8841-43f4-a8d4-ecbe34729bb3",
    "49535343-1e4d-4bd9-ba61-23c647249616",
    4,
)
TRANSPORTS: Final = (SHIMMER3R, SHIMMER3)


class Commands:
    """Commands to one connected Shimmer, one after the other.

    Parameters
    ----------
    peer
        The sensor.
    transport
        How it is reached; its ``notify`` has been subscribed to.
    """

    def __init__(self, peer: Peer, transport: Transport) -> None:
        self._peer = peer
        self._transport = transport
        has_response = any(
            each.uuid == transport.write and "write" in each.properties
            for each in peer.characteristics
        )
        self._has_response = has_response
        self._heard = bytearray()
        self._is_streaming = False
        self._news = asyncio.Event()

    def hear(self, payload: bytes) -> None:
        """Take what the sensor sent, before it streams."""
        self._heard += payload
        del self._heard[:-_MAX_HEARD]
        self._news.set()

    def hear_stream(self) -> None:
        """Take note that it streams."""
        self._is_streaming = True
        self._news.set()

    async def tell(self, *command: int) -> None:
        """Write a command without waiting for its answer."""
        payload = bytes(command)
        await self._peer.write(self._transport.write, payload, response=self._has_response)

    async def quieten(self, clock: Clock) -> None:
        """Stop a stream that an earlier run left behind, and let run out what was on its way.

        Raises
        ------
        SensorError
            If it goes on, or the link goes.
        """
        for turn in range(_N_QUIET):
            self._heard.clear()
            if turn % _STOP_AGAIN_EVERY == 0:
                await self.tell(STOP)
            await clock.sleep_until(clock.now_s() + QUIET_S)
            # Where nothing streamed, the answer comes alone.
            if bytes(self._heard) in {b"", bytes([ACK])}:
                return
        raise SensorRefusedError(_NOT_QUIET)

    async def do(self, clock: Clock, *command: int) -> None:
        """Give a command, and wait until the sensor has taken it.

        Raises
        ------
        SensorError
            If it says no or nothing at all, or the link goes.
        """
        await self._ask(clock, bytes(command), lambda heard: _after_answer(heard) is not None)

    async def set_rate(self, clock: Clock, divisor: int) -> None:
        """Set the sampling rate to 32768 Hz / ``divisor``; errors as `do`."""
        await self.do(clock, SET_RATE, *struct.pack("<H", divisor))

    async def inquire(self, clock: Clock) -> Inquiry:
        """Ask how it samples; errors as `do`."""

        def answer(heard: bytes) -> Inquiry | None:
            response = _after_answer(heard)
            if not response:
                return None
            try:
                return decode_inquiry(response, self._transport.n_setup_bytes)
            except DecodeError:
                # Garbled, or to another question: the next try begins with a clean slate.
                return None

        return await self._ask(clock, bytes([INQUIRY]), answer)

    async def start_stream(self, clock: Clock) -> None:
        """Start streaming, and wait for `hear_stream`; errors as `do`."""

        def answer(heard: bytes) -> bool:
            _after_answer(heard)
            return self._is_streaming

        await self._ask(clock, bytes([START]), answer)

    async def _ask(
        self, clock: Clock, command: bytes, answer: Callable[[bytes], _Answer | None]
    ) -> _Answer:
        """Write a command until ``answer`` finds one in what was heard since."""
        for _ in range(N_TRIES):
            self._heard.clear()
            await self.tell(*command)
            due_s = clock.now_s() + ANSWER_S
            while True:
                self._news.clear()
                if found := answer(bytes(self._heard)):
                    return found
                if not await until(clock, due_s, self._news):
                    break
        raise SensorRefusedError(_NO_ANSWER)


def _after_answer(heard: bytes) -> bytes | None:
    """Return what follows the answer, ``None`` while there is none.

    Several in a row are those of an earlier try that came late.
    """
    at = next((i for i, byte in enumerate(heard) if byte in {ACK, NACK}), None)
    if at is None:
        return None
    if heard[at] == NACK:
        raise SensorRefusedError(SAID_NO)
    return heard[at:].lstrip(bytes([ACK]))
