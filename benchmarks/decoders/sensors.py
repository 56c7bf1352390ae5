"""Packets as each kind of sensor sends them, and decoders that have just been started."""

from __future__ import annotations

import asyncio
import struct
from math import pi, sin
from typing import TYPE_CHECKING, Final

import numpy as np

from biofeedback.clock import FakeClock
from biofeedback.devices.driver import Characteristic
from biofeedback.devices.drivers.bitalino.driver import FRAMES, BitalinoDriver
from biofeedback.devices.drivers.bitalino.frames import encode_frame as encode_board_frame
from biofeedback.devices.drivers.heart_rate import HEART_RATE_MEASUREMENT, encode_heart_rate
from biofeedback.devices.drivers.heart_rate_driver import HeartRateDriver
from biofeedback.devices.drivers.polar.control_point import Measurement
from biofeedback.devices.drivers.polar.encoder import (
    encode_compressed,
    encode_pulse_intervals,
    encode_raw,
)
from biofeedback.devices.drivers.polar.frames import DELTA_LAYOUTS, RAW_LAYOUTS, PulseInterval
from biofeedback.devices.drivers.polar.streams import PolarStreams
from biofeedback.devices.drivers.shimmer.conversion import word_of
from biofeedback.devices.drivers.shimmer.driver import ShimmerStreams
from biofeedback.devices.drivers.shimmer.frames import GSR_CHANNEL, PPG_CHANNEL, Inquiry
from biofeedback.devices.drivers.shimmer.frames import encode_frame as encode_shimmer_frame
from biofeedback.devices.drivers.vernier.driver import VernierDriver
from biofeedback.devices.drivers.vernier.packets import (
    KIND_COMMAND,
    KIND_MEASUREMENT,
    KIND_REPLY,
    RESPONSE,
    encode_packet,
)
from biofeedback.devices.osc.mapping import RuleBook
from biofeedback.devices.osc.streams import OscStreams
from biofeedback.devices.profiles.decoding import ProfileDecoder

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from benchmarks.decoders.decoder import Feed
    from biofeedback.devices.driver import Conversation, Delivery
    from biofeedback.devices.profiles.profile import Profile

# A heartbeat's worth of movement: what the numbers are does not matter, only that they change.
_PERIOD = 97


def _wave(n: int, amplitude: float, offset: float = 0.0, phase: int = 0) -> NDArray[np.int64]:
    at = np.arange(phase, phase + n)
    return np.rint(offset + amplitude * np.sin(2 * pi * at / _PERIOD)).astype(np.int64)


# The heart rate of the Bluetooth SIG.


def heart_rate_packets(n: int) -> list[bytes]:
    """One a second, with an interval or two."""
    ticks = [int(800 + 60 * sin(i / 5)) for i in range(n)]
    return [
        encode_heart_rate(round(61440 / each), (each,) if i % 9 else (each, each), has_contact=True)
        for i, each in enumerate(ticks)
    ]


def heart_rate() -> Feed:
    """Return the conversation of a strap."""
    take = HeartRateDriver().open("sensor").take
    return lambda packet, arrival_s: take(HEART_RATE_MEASUREMENT, packet, arrival_s)


# Polar.


def polar_raw(
    measurement: Measurement, kind: int, n_samples: int, rate_hz: float, amplitude: float
) -> Callable[[int], list[bytes]]:
    """Return what makes frames whose samples stand in full."""
    n_channels = len(RAW_LAYOUTS[measurement, kind].channels)

    def packets(n: int) -> list[bytes]:
        return [
            encode_raw(
                measurement,
                round((i + 1) * n_samples / rate_hz * 1e9) + 10**18 // 2,
                kind,
                _columns(n_samples, n_channels, amplitude, i * n_samples),
            )
            for i in range(n)
        ]

    return packets


def polar_compressed(
    measurement: Measurement, kind: int, n_samples: int, rate_hz: float, amplitude: float
) -> Callable[[int], list[bytes]]:
    """Return what makes frames that are told by differences."""
    n_channels = len(DELTA_LAYOUTS[measurement, kind].channels)

    def packets(n: int) -> list[bytes]:
        return [
            encode_compressed(
                measurement,
                round((i + 1) * n_samples / rate_hz * 1e9) + 10**18 // 2,
                kind,
                _columns(n_samples, n_channels, amplitude, i * n_samples),
            )
            for i in range(n)
        ]

    return packets


def _columns(n: int, n_channels: int, amplitude: float, phase: int) -> NDArray[np.int64]:
    return np.stack(
        [_wave(n, amplitude, phase=phase + 11 * column) for column in range(n_channels)], axis=1
    )


def polar_pulse_packets(n: int) -> list[bytes]:
    """Five intervals at a time, every four seconds."""
    return [
        encode_pulse_intervals(
            round((i + 1) * 4e9),
            [PulseInterval(800 + each, 6, 75, has_contact=True) for each in range(5)],
        )
        for i in range(n)
    ]


def polar(measurement: Measurement, rate_hz: float | None) -> Callable[[], Feed]:
    """Return what makes the streams of a sensor that has one of them on."""

    def begin() -> Feed:
        streams = PolarStreams("sensor")
        streams.begin(measurement, rate_hz)
        streams.granted(measurement, b"")
        return streams.take

    return begin


# Sensors that are asked before they stream: what they answer is given to them at once.


class _Answering:
    """A peer that answers every command by itself."""

    def __init__(self, conversation: Conversation, notify: str) -> None:
        self._take = conversation.take
        self._notify = notify
        self._n_answers = 0

    @property
    def characteristics(self) -> tuple[Characteristic, ...]:
        return (Characteristic("", self._notify, ("notify",)),)

    def can_notify(self, characteristic: str) -> bool:
        return characteristic == self._notify

    async def read(self, characteristic: str) -> bytes:  # noqa: ARG002 - as a peer is asked
        return b""

    async def read_descriptor(self, characteristic: str, descriptor: str) -> bytes:  # noqa: ARG002 - as above
        return b""

    async def write(self, characteristic: str, payload: bytes, *, response: bool = True) -> None:  # noqa: ARG002 - as above
        answer = self.answer(payload)
        if answer:
            self._n_answers += 1
            list(self._take(self._notify, answer, 0.0))

    async def subscribe(self, characteristic: str) -> None:
        """Notifications come anyway."""

    async def unsubscribe(self, characteristic: str) -> None:
        """Notifications come anyway."""

    def answer(self, command: bytes) -> bytes:  # noqa: ARG002 - most commands have no answer
        return b""


def _started(peer: _Answering, conversation: Conversation, notify: str) -> Feed:
    asyncio.run(conversation.start(peer, FakeClock()))
    return lambda packet, arrival_s: conversation.take(notify, packet, arrival_s)


class _Belt(_Answering):
    def answer(self, command: bytes) -> bytes:
        # The second piece of a long command has no head.
        if command[0] != KIND_COMMAND or len(command) < 5:
            return b""
        return encode_packet(KIND_REPLY, self._n_answers & 0xFF, bytes([command[4], 0]))


def vernier_packets(n: int) -> list[bytes]:
    """Force and breathing rate, ten times a second."""
    force = 12 + 3 * np.sin(2 * pi * np.arange(n) / 40)
    return [
        encode_packet(
            KIND_MEASUREMENT,
            i & 0xFF,
            struct.pack("<BHBBff", 0x06, 0b110, 1, i & 0xFF, each, 15.0 + i // 60 % 4),
        )
        for i, each in enumerate(force)
    ]


def vernier() -> Feed:
    """Return the conversation of a belt that measures."""
    conversation = VernierDriver().open("sensor")
    return _started(_Belt(conversation, RESPONSE), conversation, RESPONSE)


class _Board(_Answering):
    def answer(self, command: bytes) -> bytes:
        return b"BITalino_v5.1\n" if command == b"\x07" else b""


def bitalino_packets(n: int) -> list[bytes]:
    """All six inputs, two frames of a hundredth of a second at a time."""
    frames = [
        encode_board_frame(
            i, [int(512 + 300 * sin(i / 9 + slot)) if slot < 4 else i % 64 for slot in range(6)]
        )
        for i in range(2 * n)
    ]
    return [b"".join(frames[i : i + 2]) for i in range(0, 2 * n, 2)]


def bitalino() -> Feed:
    """Return the conversation of a board that measures."""
    conversation = BitalinoDriver().open("sensor")
    return _started(_Board(conversation, FRAMES), conversation, FRAMES)


# Shimmer.

SHIMMER_SKIN: Final = Inquiry(1024, (GSR_CHANNEL,))
SHIMMER_PULSE: Final = Inquiry(512, (GSR_CHANNEL, PPG_CHANNEL), is_expansion_powered=True)


def shimmer_packets(inquiry: Inquiry) -> Callable[[int], list[bytes]]:
    """Return what makes notifications of one frame each."""

    def packets(n: int) -> list[bytes]:
        return [
            encode_shimmer_frame(
                inquiry,
                i * inquiry.divisor,
                (word_of(5 + 3 * sin(i / 40)), 2000 + i % 900)[: len(inquiry.channels)],
            )
            for i in range(n)
        ]

    return packets


def shimmer(inquiry: Inquiry) -> Callable[[], Feed]:
    """Return what makes the streams of a Shimmer."""

    def begin() -> Feed:
        streams = ShimmerStreams("sensor", inquiry)
        return lambda packet, _arrival_s: streams.push(packet)

    return begin


# Sensor profiles: what their own self-tests hold.


def profile_packets(profile: Profile, characteristic: str) -> Callable[[int], list[bytes]]:
    """Return what gives the packets of a profile's self-tests over and over."""
    tested = [
        packet
        for test in profile.tests
        if test.characteristic == characteristic and not test.is_refused
        for packet in test.packets
    ]
    return lambda n: [tested[i % len(tested)] for i in range(n)]


def profile(profile_: Profile, characteristic: str) -> Callable[[], Feed]:
    """Return what makes the decoder of a profile."""

    def begin() -> Feed:
        decoder = ProfileDecoder(profile_, "sensor")
        decoder.reset(is_start=True)
        return lambda packet, _arrival_s: decoder.push(characteristic, packet)

    return begin


# Open Sound Control.


def osc_packets(n: int) -> list[bytes]:
    """EmotiBit's skin conductance and pulse waves, a datagram each, ten times a second."""
    addresses = ("/EmotiBit/0/EDA", "/EmotiBit/0/PPG:RED", "/biofeedback/ecg:250")
    return [
        _message(addresses[i % 3], *(5 + sin((i + each) / 30) for each in range(3)))
        for i in range(n)
    ]


def _message(address: str, *numbers: float) -> bytes:
    types = "," + "f" * len(numbers)
    texts = [text.encode() + b"\0" * (4 - len(text) % 4) for text in (address, types)]
    return b"".join(texts) + struct.pack(f">{len(numbers)}f", *numbers)


def osc() -> Feed:
    """Return what takes the datagrams of one port."""
    streams = OscStreams("sensor", RuleBook())

    def feed(packet: bytes, arrival_s: float) -> list[Delivery]:
        return [each.delivery for each in streams.take(packet, arrival_s, "host")]

    return feed
