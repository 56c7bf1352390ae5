"""A BITalino board with a BLE module: it obeys single bytes, and packs frames back to back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from biofeedback.devices.drivers.bitalino.driver import COMMANDS, FRAMES, SERVICE
from biofeedback.devices.drivers.bitalino.frames import encode_frame

from .bluez_peripheral import Char, Peripheral

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["BoardPeripheral"]

# What the module passes on at once.
_NOTIFICATION_SIZE = 20


@dataclass(eq=False)
class BoardPeripheral(Peripheral):
    """A board.

    Attributes
    ----------
    is_live, rate_code, mask
        What it was told; a board that a program left going is live from the beginning.
    version
        Its answer to a question for its version, empty for none.
    is_obedient
        False: whatever it is told, it stays as it is.
    """

    name: str = "BITalino-5C-2A"
    is_live: bool = False
    rate_code: int = 3
    mask: int = 0
    version: bytes = b"BITalino_v5.1\n"
    is_obedient: bool = True
    _kept: bytearray = field(default_factory=bytearray)
    _number: int = 0

    def services(self) -> list[tuple[str, list[Char]]]:
        return [
            (
                SERVICE,
                [
                    Char(COMMANDS, ["read", "write", "indicate"]),
                    Char(FRAMES, ["read", "notify"]),
                ],
            )
        ]

    def on_write(self, uuid: str, payload: bytes, *, response: bool) -> None:
        # The module passes on only what was written with a confirmation.
        if uuid == COMMANDS and response and self.is_obedient:
            for command in payload:
                self._obey(command)

    def _obey(self, command: int) -> None:
        if self.is_live:
            if command in {0x00, 0xFF}:
                self.is_live = False
        elif command == 0x07:
            # Behind what is still kept.
            self._kept += self.version
            self.flush(everything=True)
        elif command & 3 == 3:
            self.rate_code = command >> 6
        elif command & 3 == 1:
            self.mask, self._number, self.is_live = command >> 2, 0, True

    def sample(self, values: Sequence[int]) -> None:
        """Take a frame: a value for each input that was asked for."""
        assert self.is_live
        assert len(values) == self.mask.bit_count()
        self._kept += encode_frame(self._number, values)
        self._number += 1

    def flush(self, *, everything: bool = False) -> None:
        """Send what is kept, in full notifications unless everything is wanted."""
        while len(self._kept) >= (1 if everything else _NOTIFICATION_SIZE):
            piece = bytes(self._kept[:_NOTIFICATION_SIZE])
            del self._kept[:_NOTIFICATION_SIZE]
            self.send(FRAMES, piece)

    def drop(self, n_bytes: int) -> None:
        """Lose the oldest bytes, as an overflowing buffer does."""
        del self._kept[:n_bytes]
