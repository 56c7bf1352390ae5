"""A made-up device that is listened to, for the tests of the page that describes sensors."""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING

from biofeedback.devices.driver import Characteristic
from biofeedback.devices.exploring import Exploration
from biofeedback.devices.sensor import Origin, SensorInfo
from biofeedback.samples import LinkState, Packet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from biofeedback.devices.profiles.profile import Profile

SERVICE = "4fafc201-1fb5-459e-8fcc-c5c9c331914b"
VALUE = "beb5483e-36e1-4688-b7f5-ea07361b26a8"
OTHER = "beb5483e-36e1-4688-b7f5-ea07361b26a9"
BOARD = SensorInfo("board-07", "Skin board 07", "A0:00:00:00:00:07", Origin.BLUETOOTH, (), -52)
RATE_HZ = 16.0


def ohm(place: int) -> int:
    """Return the resistance in a packet: 4 µS, swinging."""
    return round(1e6 / (4.0 + 0.8 * math.sin(place / 40)))


def board_packets(count: int, first: int = 0) -> list[bytes]:
    """Return packets of a count in two bytes and a resistance in four."""
    return [struct.pack("<HI", place, ohm(place)) for place in range(first, first + count)]


def explored(
    sent: Mapping[str, Sequence[bytes]],
    *,
    state: LinkState = LinkState.STREAMING,
    message: str = "Connected.",
    properties: tuple[str, ...] = ("notify",),
    announced: Profile | None = None,
) -> Exploration:
    """Return what is known of a device that sent packets, listed in no order as BlueZ does."""
    kept = {
        uuid: tuple(
            Packet(BOARD.sensor_id, uuid, place / RATE_HZ, packet)
            for place, packet in enumerate(packets)
        )
        for uuid, packets in sent.items()
    }
    offered = tuple(Characteristic(SERVICE, uuid, properties) for uuid in (OTHER, VALUE))
    return Exploration(BOARD, state, message, offered, kept, announced)
