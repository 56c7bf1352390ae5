"""A breathing strap on a stand-in for BlueZ: the other side of what the driver says."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from breath_strap.packets import CONTROL, DATA, DONE, N_COUNTS, RATE_HZ, SERVICE, START
from helpers.bluez_peripheral import Char, Peripheral

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(eq=False)
class SimulatedStrap(Peripheral):
    """Does as it is told, and numbers its samples from each start on."""

    name: str = "Breath Strap 7"
    advertised_services: tuple[str, ...] = (SERVICE,)
    outcome: int = DONE
    commands: list[int] = field(default_factory=list)
    n_sent: int = 0

    def services(self) -> list[tuple[str, list[Char]]]:
        """Return its control point and its data."""
        return [(SERVICE, [Char(CONTROL, ["write", "indicate"]), Char(DATA, ["notify"])])]

    def on_write(self, uuid: str, payload: bytes, *, response: bool) -> None:
        """Do a command, and answer."""
        assert (uuid, response) == (CONTROL, True)
        self.commands.append(payload[0])
        if payload[0] == START:
            self.n_sent = 0
        self.send(CONTROL, bytes([payload[0], self.outcome]))

    def packet(self, newtons: Sequence[float]) -> bytes:
        """Return the next samples as they are sent."""
        first = self.n_sent % N_COUNTS
        self.n_sent += len(newtons)
        raw = [round(newton * 100) for newton in newtons]
        return struct.pack(f"<HB{len(raw)}h", first, len(raw), *raw)

    def packets(
        self, newtons: Sequence[float], begin_s: float, per_packet: int = 5
    ) -> Iterator[tuple[float, str, bytes]]:
        """Yield packets, each at the time of its last sample and a little on its way."""
        for i in range(0, len(newtons), per_packet):
            piece = newtons[i : i + per_packet]
            yield begin_s + (i + len(piece)) / RATE_HZ + 0.02, DATA, self.packet(piece)
