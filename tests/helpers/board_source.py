"""What a board with six inputs sends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from biofeedback.devices.drivers.bitalino.driver import FRAMES
from biofeedback.devices.drivers.bitalino.frames import encode_frame
from biofeedback.samples import StreamKind

from .bitalino_peripheral import BoardPeripheral
from .byte_source import ByteSource
from .sensor_source import DELAY_S, Notification, Track

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["BoardSource"]


class BoardSource(ByteSource):
    """A board with all six inputs a hundred times a second."""

    def __init__(self, peripheral: BoardPeripheral, *, drift_ppm: float) -> None:
        super().__init__(100.0, 5, drift_ppm, frame_n=8, piece_n=20)
        self.peripheral = peripheral
        kinds = (StreamKind.EMG, StreamKind.ECG, StreamKind.EDA, StreamKind.OTHER)
        conversions: dict[StreamKind, Callable[[NDArray[np.float64]], NDArray[np.float64]]] = {
            StreamKind.EMG: lambda r: (r / 1024 - 0.5) * 3.3e6 / 1009,
            StreamKind.ECG: lambda r: (r / 1024 - 0.5) * 3.3e6 / 1100,
            StreamKind.EDA: lambda r: r / 1024 * 25,
            StreamKind.OTHER: lambda r: (r / 1024 - 0.5) * 3.3e6 / 40_000,
        }
        self._kinds = kinds
        self.tracks = tuple(
            Track(
                kind,
                self.times_s,
                lambda numbers, convert=conversions[kind]: convert(  # type: ignore[misc]  # bound now
                    (np.asarray(numbers) % 1000).astype(float)
                ),
            )
            for kind in kinds
        )

    def is_start(self, written: bytes) -> bool:
        return len(written) == 1 and written[0] & 3 == 1

    def send(self) -> list[Notification]:
        taken = self.take()
        board = self.peripheral
        if not board.is_live:
            return []
        if board._number == 0:
            self._begin_go(taken.start)
        frames = b""
        for number in taken:
            own = number % 1000
            frames += encode_frame(board._number, [own, own, own, own, number % 64, 7])
            board._number += 1
        return self._pieces(self.time_s(taken[-1]) + DELAY_S, FRAMES, frames)
