"""Packets as each kind of sensor sends them, and decoders that have just been started."""

from __future__ import annotations

import struct
from math import pi, sin
from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks.decoders.answering import started
from biofeedback.devices.drivers.bitalino.driver import FRAMES, BitalinoDriver
from biofeedback.devices.drivers.bitalino.frames import encode_frame as encode_board_frame
from biofeedback.devices.drivers.heart_rate import HEART_RATE_MEASUREMENT, encode_heart_rate
from biofeedback.devices.drivers.heart_rate_driver import HeartRateDriver
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

    from benchmarks.decoders.decoder import Feed
    from biofeedback.devices.driver import Delivery
    from biofeedback.devices.profiles.profile import Profile

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


# The belt of Vernier.


def _belt_answers(command: bytes, n_before: int) -> bytes:
    # The second piece of a long command has no head.
    if command[0] != KIND_COMMAND or len(command) < 5:
        return b""
    return encode_packet(KIND_REPLY, n_before & 0xFF, bytes([command[4], 0]))


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
    return started(VernierDriver().open("sensor"), RESPONSE, _belt_answers)


# BITalino.


def _board_answers(command: bytes, _n_before: int) -> bytes:
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
    return started(BitalinoDriver().open("sensor"), FRAMES, _board_answers)


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
