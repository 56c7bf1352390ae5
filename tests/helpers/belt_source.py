"""What a respiration belt sends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from biofeedback.devices.drivers.vernier.commands import Command
from biofeedback.devices.drivers.vernier.packets import (
    KIND_MEASUREMENT,
    RESPONSE,
    encode_packet,
)
from biofeedback.samples import StreamKind

from .sensor_source import DELAY_S, Notification, RegularSource, Track
from .vernier_peripheral import BeltPeripheral, encode_measurement

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["BeltSource"]


class BeltSource(RegularSource):
    """A respiration belt: its force ten times a second."""

    def __init__(self, peripheral: BeltPeripheral, *, drift_ppm: float) -> None:
        super().__init__(10.0, 1, drift_ppm, 0.0)
        self.peripheral = peripheral
        self._n_packets = 0
        self.tracks = (Track(StreamKind.RESPIRATION, self.times_s, self._values),)

    def _values(self, numbers: NDArray[np.int64]) -> NDArray[np.float64]:
        # Halves and quarters are exact in the 32 bits of the packet.
        result: NDArray[np.float64] = 5.0 + (np.asarray(numbers) % 128) / 16
        return result

    def is_start(self, written: bytes) -> bool:
        return written[4:5] == bytes([Command.START])

    def send(self) -> list[Notification]:
        taken = self.take()
        if not self.peripheral.is_measuring:
            return []
        assert self.peripheral.period_us == 100_000
        values = self._values(np.arange(taken.start, taken.stop))
        body = encode_measurement(self.peripheral.sensors, [(float(each),) for each in values])
        payload = encode_packet(KIND_MEASUREMENT, self._n_packets & 0xFF, body)
        self._n_packets += 1
        numbers = ((StreamKind.RESPIRATION, taken),)
        return [Notification(self.time_s(taken[-1]) + DELAY_S, RESPONSE, payload, numbers)]
