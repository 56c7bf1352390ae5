"""BITalino boards with Bluetooth LE: which they are, and how they are set going and stopped.

Commands are single bytes, each written with a confirmation; the board answers, if at all, in
the stream of its frames.

=========================  =========================================
stop                       0x00
rate 1, 10, 100, 1000 Hz   0x03, 0x43, 0x83, 0xC3, only while stopped
start                      0x01, and the inputs A1 to A6 from bit 2
version                    0x07, only while stopped: ``BITalino_v5.1``
=========================  =========================================

References
----------
PLUX, BITalino (r)evolution MCU and BLE block datasheets; the board's firmware of 2016, and its
BLE module's, for the service.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from math import inf
from typing import TYPE_CHECKING, Final

from biofeedback.clock import until
from biofeedback.devices.driver import Connecting, DecodeError, Facts, Watch
from biofeedback.devices.drivers.bitalino.conversions import SENSORS
from biofeedback.devices.drivers.bitalino.frame_count import FrameCount
from biofeedback.devices.drivers.bitalino.frames import FrameReader
from biofeedback.devices.drivers.bitalino.streams import BOARD_KIT, INPUTS, BoardStreams
from biofeedback.errors import SensorError, SensorRefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from biofeedback.clock import Clock
    from biofeedback.devices.driver import Advertised, Conversation, Frame, Peer
    from biofeedback.devices.drivers.bitalino.frame_count import Counted
    from biofeedback.samples import StreamKind

__all__ = ["COMMANDS", "FRAMES", "SERVICE", "BitalinoDriver", "BoardConversation"]

SERVICE: Final = "c566488a-0882-4e1b-a6d0-0b717e652234"
COMMANDS: Final = "4051eb11-bf0a-4c74-8730-a48f4193fcea"
FRAMES: Final = "40fdba6b-672e-47c4-808a-e529adff3633"

NOT_A_BOARD: Final = (
    "This board does not send its measurements over Bluetooth LE. "
    "Biofeedback needs a BITalino with a BLE or dual-mode module."
)

_STOP = b"\x00"
_RATE_100_HZ = b"\x83"
_VERSION = b"\x07"
_START = 0x01
_RATE_HZ = 100.0

# A board that was not heard for so long, and yet not let go: the computer slept.
_SLEPT_S = 4.0

_VERSION_TEXT = re.compile(rb"BITalino.{0,3}\d+\.\d+")
_VERSION_SIZE = 32
_ANSWER_S = 2.0


class BitalinoDriver:
    """Recognises BITalino boards.

    Parameters
    ----------
    channels
        Which sensor is on which input, such as ``{"A2": "ecg", "A3": "eda"}``; see
        `biofeedback.devices.drivers.bitalino.conversions.SENSORS`. As the board kit is wired
        if nothing is said.

    Raises
    ------
    ValueError
        If there is none, or an input or a sensor that does not exist.
    """

    driver_id: Final = "bitalino"
    services: Final = (SERVICE,)
    # The LE side knows no pairing.
    connecting: Final = Connecting(pair="never")

    def __init__(self, channels: Mapping[str, str] = BOARD_KIT) -> None:
        self._channels = dict(channels)
        self._kinds = tuple(BoardStreams("", self._channels, _RATE_HZ).infos)

    def kinds(self, advertised: Advertised) -> tuple[StreamKind, ...]:
        """Return what a device measures.

        Others of the maker's devices share the service, so that a name counts if there is one.
        """
        if advertised.name:
            is_board = advertised.name.lower().startswith("bitalino")
        else:
            is_board = SERVICE in advertised.services
        return self._kinds if is_board else ()

    def configured(self, options: Mapping[str, str]) -> BitalinoDriver:
        """Return a driver for boards that are wired as the person says, ``A2=ecg&A3=eda``.

        Inputs that are not named are not read.

        Raises
        ------
        ValueError
            In words, if there is no such input or sensor.
        """
        channels: dict[str, str] = {}
        for written, sensor in options.items():
            name, what = written.upper(), sensor.casefold()
            if name not in INPUTS:
                raise ValueError(f"A board has the inputs {', '.join(INPUTS)}, but no “{written}”.")
            if what not in SENSORS:
                raise ValueError(
                    f"“{sensor}” is no sensor for an input. There are: {', '.join(SENSORS)}."
                )
            if name in channels:
                raise ValueError(f"The input {name} is named twice. Once is enough.")
            channels[name] = what
        return BitalinoDriver(channels)

    def open(self, sensor_id: str) -> Conversation:
        """Begin a conversation with one board."""
        return BoardConversation(BoardStreams(sensor_id, self._channels, _RATE_HZ))


class BoardConversation:
    """What is said with one board: 100 frames a second of all that is plugged in.

    Parameters
    ----------
    streams
        What is plugged in where.
    """

    def __init__(self, streams: BoardStreams) -> None:
        self._streams = streams
        self._reader = FrameReader(streams.n_channels)
        self._count = FrameCount(_RATE_HZ)
        # By all counts before this one.
        self._n_lost = 0
        # The last bytes of what came while a version was awaited, ``None`` when none is.
        self._heard: bytes | None = None
        self._answered = asyncio.Event()
        self._is_started = False
        self._payload = b""
        self._arrival_s = inf

    @property
    def watches(self) -> tuple[Watch, ...]:
        """All streams; they share one frame."""
        return tuple(Watch(kind, first_s=12.0, silence_s=3.0) for kind in self._streams.infos)

    @property
    def has_signal(self) -> bool:
        """Always: a board does not know whether its electrodes are worn."""
        return True

    @property
    def message(self) -> str:
        """Nothing: a board has no words of its own."""
        return ""

    @property
    def facts(self) -> Facts:
        """How many frames are missing."""
        return Facts(n_lost_packets=self._n_lost + self._count.n_lost)

    async def start(self, peer: Peer, clock: Clock) -> None:
        """Set the board going.

        It may still be at work for a program that ended without a word, and send what it has
        kept. It answers a question only after that, so that what follows the answer is new.

        Raises
        ------
        SensorError
            `SensorRefusedError` when it is no board.
        """
        self._is_started = False
        self._heard, self._answered = b"", asyncio.Event()
        if not peer.can_notify(FRAMES):
            raise SensorRefusedError(NOT_A_BOARD)
        await peer.subscribe(FRAMES)
        await peer.write(COMMANDS, _STOP)
        await peer.write(COMMANDS, _VERSION)
        # Without an answer there may be frames all the same; if not, the watch will tell.
        await until(clock, clock.now_s() + _ANSWER_S, self._answered)
        await self._begin(peer)

    async def _begin(self, peer: Peer) -> None:
        await peer.write(COMMANDS, _RATE_100_HZ)
        self._heard = None
        self._reader = FrameReader(self._streams.n_channels)
        self._n_lost += self._count.n_lost
        self._count = FrameCount(_RATE_HZ)
        self._is_started = True
        self._payload, self._arrival_s = b"", inf
        await peer.write(COMMANDS, bytes((_START | self._streams.mask << 2,)))

    def take(self, characteristic: str, payload: bytes, arrival_s: float) -> tuple[Frame, ...]:
        """Understand one notification: a piece of the stream of frames.

        Bytes that belong to no frame are left out without a word, for what is sense or not
        shows only with those that follow; the count tells of frames that are missing.

        Raises
        ------
        DecodeError
            If it is empty or of another characteristic. Nothing has changed then.
        """
        if characteristic != FRAMES or not payload:
            msg = "a board sends no such thing"
            raise DecodeError(msg)
        if self._heard is not None:
            self._heard += payload
            if _VERSION_TEXT.search(self._heard):
                self._answered.set()
            self._heard = self._heard[-_VERSION_SIZE:]
        if not self._is_started:
            return ()
        if payload == self._payload and len(payload) >= self._streams.frame_n:
            # Handed over twice: the number in a frame never stays as it is.
            return ()
        self._payload = payload
        held: list[Counted] = []
        if arrival_s - self._arrival_s > _SLEPT_S:
            # What was begun then does not go on here, though a number of 16 may seem to say so.
            self._reader.interrupt()
            held = self._count.settle()
            n_lost, self._count = self._count.n_lost, FrameCount(_RATE_HZ)
            self._count.n_lost = n_lost
        self._arrival_s = arrival_s
        for run in self._reader.push(payload):
            held += self._count.push(run, arrival_s)
        return tuple(frame for counted in held for frame in self._streams.frames(counted))

    async def revive(self, peer: Peer, kind: StreamKind) -> None:  # noqa: ARG002 - all is one
        """Set the board going once more."""
        await peer.write(COMMANDS, _STOP)
        await self._begin(peer)

    async def stop(self, peer: Peer) -> None:
        """Stop the board: it would measure on, and empty its battery."""
        with suppress(SensorError):
            await peer.write(COMMANDS, _STOP)

    def ended(self) -> tuple[Frame, ...]:
        """Return what waited for its count to be certain."""
        self._is_started = False
        return tuple(
            frame for counted in self._count.settle() for frame in self._streams.frames(counted)
        )
