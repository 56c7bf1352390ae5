"""Where frames belong whose sensor says nothing of their time.

At a stated rate their samples are counted here, and the count is fitted to session time as a
sensor's own would be; only a packet that was lost cannot be seen. Irregular samples have the
time at which they arrived.
"""

from __future__ import annotations

from math import isnan, nan
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.devices.timing.device_clock import DeviceClock
from biofeedback.devices.timing.frame_queue import HeldFrame

if TYPE_CHECKING:
    from biofeedback.devices.driver import Frame
    from biofeedback.devices.timing.device_clock import ClockRun
    from biofeedback.devices.timing.frame_queue import FrameQueue

__all__ = ["BarePlacing"]

_LATE_S = 1.0
# Of several samples that one packet brings irregularly: how far apart they are said to be where
# nothing came before; else at least, and at most.
_UNKNOWN_STEP_S = 0.01
_LEAST_STEP_S = 1e-5
_MOST_STEP_S = 1.0


class BarePlacing:
    """Puts the frames of one stream that have no stamp behind all others.

    Parameters
    ----------
    stream_id
        Which stream.
    nominal_s
        Its stated sampling period, ``None`` where samples come irregularly.
    queue
        Where frames are put.

    Attributes
    ----------
    largest_packet_s : float
        The longest time that one packet held, by the stated rate.
    """

    def __init__(self, stream_id: str, nominal_s: float | None, queue: FrameQueue) -> None:
        self._stream_id = stream_id
        self._nominal_s = nominal_s
        self._queue = queue
        self._count = DeviceClock(is_count=True, is_arrival=True)
        self._n_counted = 0
        self._arrival_s = nan
        self.largest_packet_s = 0.0

    def take(self, frame: Frame, arrival_s: float) -> None:
        """Put a frame behind all others."""
        if self._nominal_s is None:
            self._take_irregular(frame, arrival_s)
            return
        run = self._count.run
        if run is None:
            run = self.begin()
        n_samples = len(frame.values)
        self._n_counted += n_samples
        self.largest_packet_s = max(self.largest_packet_s, n_samples * self._nominal_s)
        device_s = self._n_counted * self._nominal_s
        excess_s = run.excess_s(device_s, arrival_s) if run.fit.n_packets else 0.0
        run.observe(device_s, arrival_s, _LATE_S)
        self._queue.append(
            HeldFrame(frame.stream, frame.values, arrival_s, run, device_s, None, excess_s)
        )

    def begin(self) -> ClockRun:
        """Begin to count anew."""
        return self._count.begin(self._stream_id, self._queue.last_s)

    def interrupt(self) -> None:
        """Count anew from the next frame on: nobody knows what was not sampled meanwhile."""
        self._arrival_s = nan
        run = self._count.run
        if run is not None and run.fit.n_packets:
            self.begin()

    def _take_irregular(self, frame: Frame, arrival_s: float) -> None:
        n_samples = len(frame.values)
        step_s = _UNKNOWN_STEP_S
        if not isnan(self._arrival_s):
            step_s = (arrival_s - self._arrival_s) / n_samples
            # Two packets that come at once: the queue sets the second behind the first.
            step_s = min(max(step_s, _LEAST_STEP_S), _MOST_STEP_S)
        self._arrival_s = arrival_s
        each_s = np.linspace(arrival_s - step_s * (n_samples - 1), arrival_s, n_samples)
        self._queue.append(
            HeldFrame(frame.stream, frame.values, arrival_s, None, arrival_s, each_s)
        )
