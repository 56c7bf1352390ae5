"""What tests of a Polar sensor's conversation send, and how they look at what was asked and came."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from biofeedback.devices.driver import Watch
from biofeedback.devices.drivers.polar.control_point import CONTROL_POINT
from biofeedback.samples import StreamKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .driver_bench import Bench
    from .polar_peripheral import PolarPeripheral

__all__ = ["HEART", "MICROVOLTS", "MILLI_G", "asked", "assert_heart_comes", "samples"]

# What is expected of the heart rate, always.
HEART = Watch(StreamKind.HEART_RATE, 5.0, 5.0)
# An ECG and an acceleration in which no sample is like another.
MICROVOLTS = np.arange(-200, 200)[:, None] * 7
MILLI_G = np.column_stack([np.arange(100), np.arange(100) - 500, np.full(100, 950)])


def asked(sensor: PolarPeripheral) -> list[str]:
    """What was written to the control point, in hexadecimal."""
    return [payload.hex(" ") for uuid, payload in sensor.writes if uuid == CONTROL_POINT]


def samples(bench: Bench, kind: StreamKind) -> NDArray[np.float64]:
    """All samples of one kind, in the order in which they came."""
    return np.concatenate([frame.values for frame in bench.frames_of(kind)])


async def assert_heart_comes(bench: Bench, sensor: PolarPeripheral, begin_s: float = 1.0) -> None:
    """Send three beats as the first of the conversation; each is taken."""
    await bench.play(sensor.beats([1024] * 3, begin_s=begin_s))
    assert len(bench.chunks) == 3
