"""A made-up device that is listened to, for the tests of the page that describes sensors."""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from biofeedback.devices.driver import Characteristic
from biofeedback.devices.exploring import Exploration
from biofeedback.devices.sensor import Origin, SensorInfo
from biofeedback.runtime.nearby import Nearby
from biofeedback.samples import LinkState, Packet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from biofeedback.devices.profiles.profile import Profile
    from biofeedback.ui.describe_sensor import DescribePage
    from biofeedback.ui.shell import Shell
    from ui.engine_double import EngineDouble

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


def listening_page(shell: Shell, engine: EngineDouble) -> DescribePage:
    """Return the page, listening to a board from which 300 packets came."""
    engine.found = Nearby("done", "", (BOARD,))
    page = shell.pages.describe
    shell.show_page(page)
    page.device.listen_button.click()
    hear(shell, engine, board_packets(300))
    return page


def hear(shell: Shell, engine: EngineDouble, packets: list[bytes]) -> None:
    """Let packets be all that came so far."""
    engine.explored = explored({VALUE: packets})
    engine.t_s += 1.0
    shell.tick()


def describe_by_keys(page: DescribePage) -> None:
    """Take up the count and pick a resistance of four bytes, by keys alone."""
    QTest.keyClick(page.sends.count_button, Qt.Key.Key_Return)
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Right, Qt.Key.Key_Right):
        QTest.keyClick(page.sends.bytes, key)
    for _ in range(4):
        QTest.keyClick(page.sends.form.written, Qt.Key.Key_Down)
    for _ in range(4):
        QTest.keyClick(page.sends.form.unit, Qt.Key.Key_Down)
