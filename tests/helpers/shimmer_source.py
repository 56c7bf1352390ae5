"""What a Shimmer sends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from biofeedback.devices.drivers.shimmer.commands import START
from biofeedback.devices.drivers.shimmer.conversion import FEEDBACK_KOHM
from biofeedback.samples import StreamKind

from .byte_source import ByteSource
from .sensor_source import DELAY_S, Notification, Track
from .shimmer_peripheral import ShimmerPeripheral

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["ShimmerSource"]


class ShimmerSource(ByteSource):
    """Skin conductance 32 times a second."""

    _RESISTOR = 3
    _FIRST_ADC = 1300
    _N_ADC = 2700

    def __init__(self, peripheral: ShimmerPeripheral, *, drift_ppm: float) -> None:
        # Two notifications each time, with a frame across their border.
        super().__init__(32.0, 8, drift_ppm, frame_n=6, piece_n=31)
        self.peripheral = peripheral
        self._is_prompt = True
        self._was_streaming = False
        self._kinds = (StreamKind.EDA,)
        self.tracks = (Track(StreamKind.EDA, self.times_s, self._values),)

    def _adc(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        result: NDArray[np.int64] = self._FIRST_ADC + np.asarray(numbers) % self._N_ADC
        return result

    def _values(self, numbers: NDArray[np.int64]) -> NDArray[np.float64]:
        # 3 V over 4095 steps, 0.5 V on the skin.
        volts = self._adc(numbers) * 3.0 / 4095
        return (volts / 0.5 - 1) / FEEDBACK_KOHM[self._RESISTOR] * 1000

    def is_start(self, written: bytes) -> bool:
        return written == bytes([START])

    def send(self) -> list[Notification]:
        taken = self.take()
        shimmer = self.peripheral.shimmer
        if not shimmer.is_streaming:
            self._was_streaming = False
            return []
        if not self._was_streaming:
            self._was_streaming = True
            self._begin_go(taken.start)
        assert shimmer.inquiry.divisor == 1024
        frames = b""
        for number, adc in zip(taken, self._adc(np.array(taken)).tolist(), strict=True):
            # Its ticks are of its own clock, and begin anew after 512 s.
            shimmer.ticks = 0x700000 + (number - 1) * shimmer.inquiry.divisor
            frames += shimmer.frame(self._RESISTOR << 14 | adc)
        uuid = self.peripheral.transport.notify
        return self._pieces(self.time_s(taken[-1]) + DELAY_S, uuid, frames)
