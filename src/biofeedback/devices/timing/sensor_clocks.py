"""The clocks of one sensor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from biofeedback.devices.timing.device_clock import DeviceClock

if TYPE_CHECKING:
    from biofeedback.samples import StreamInfo

__all__ = ["SensorClocks", "is_count"]


class _Settling(Protocol):
    def next_due_s(self) -> float: ...

    def settle(self, now_s: float) -> None: ...


def is_count(clock: str) -> bool:
    """Whether a clock of this name, as in `Stamp.clock`, counts samples."""
    return clock.endswith("count")


class SensorClocks:
    """The clocks of one sensor by their names, shared by its streams and kept over reconnects.

    Streams that share a clock also share when something is due: what one of them holds is
    settled before another learns something newer of their clock, so that times depend on
    the packets and their arrivals alone, and not on when anyone asked.
    """

    def __init__(self) -> None:
        self._clocks: dict[str, DeviceClock] = {}
        self._streams: dict[str, _Settling] = {}

    def clock(self, name: str) -> DeviceClock:
        """Return the clock of this name."""
        clock = self._clocks.get(name)
        if clock is None:
            clock = self._clocks[name] = DeviceClock(is_count=is_count(name))
        return clock

    def join(self, stream: StreamInfo, settling: _Settling) -> None:
        """Enter a stream, in place of an earlier one with its id."""
        self._streams[stream.stream_id] = settling

    def settle(self, now_s: float) -> None:
        """Have every stream settle what is due by now, in the order in which it falls due."""
        while True:
            due_s, settling = min(
                ((each.next_due_s(), each) for each in self._streams.values()),
                key=lambda pair: pair[0],
            )
            if due_s > now_s:
                return
            settling.settle(due_s)
