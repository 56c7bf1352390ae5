"""How the values of one kind become one stream: in columns, in rounds, or beat by beat."""

from __future__ import annotations

from collections import deque
from math import isfinite
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

import numpy as np

from biofeedback.devices.driver import Frame
from biofeedback.devices.drivers.line_offset import TICKS_PER_S
from biofeedback.devices.drivers.rr_chain import RRChain
from biofeedback.kinds import StreamKind
from biofeedback.samples import Chunk, StreamInfo

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from biofeedback.devices.driver import Delivery, Stamp
    from biofeedback.devices.drivers.rr_chain import TimedBeats

__all__ = ["Arrived", "Assembly", "Values", "assembly_of"]

# Sides of one movement, or colors of one light, come one after the other. After this long, and
# a second round, all have come that will.
_SETTLE_S: Final = 1.0
_MAX_WAITING: Final = 64
# As for a strap: no heart beats less than once in so long.
_MAX_INTERVAL_MS: Final = 10_000.0


class Values(NamedTuple):
    """What the messages of one address in one datagram hold.

    ``values`` has shape ``(n_samples, n_channels)``, in the units of ``channels``.
    """

    channels: tuple[str, ...]
    values: NDArray[np.float64]
    arrival_s: float
    stamp: Stamp | None = None


class Arrived(NamedTuple):
    """A delivery, and when what it is made of had come."""

    delivery: Delivery
    arrival_s: float


class Assembly(Protocol):
    """Makes one stream."""

    @property
    def n_refused(self) -> int:
        """How many values were none that this stream can have."""
        ...

    def takes(self, channels: tuple[str, ...]) -> bool:
        """Whether the stream has these columns."""
        ...

    def push(self, values: Values) -> list[Arrived]:
        """Take values."""
        ...

    def flush(self) -> list[Arrived]:
        """Return what is held, for nothing comes any more."""
        ...


def assembly_of(
    sensor_id: str, kind: StreamKind, columns: tuple[str, ...], rate_hz: float | None
) -> Assembly:
    """Return what makes a stream of a kind.

    Parameters
    ----------
    columns
        All that it can have.
    rate_hz
        ``None`` where values come irregularly.
    """
    if kind in {StreamKind.RR, StreamKind.PP}:
        return _Intervals(StreamInfo(sensor_id, kind, columns))
    if rate_hz is None:
        return _Rows(StreamInfo(sensor_id, kind, columns))
    stream = StreamInfo(sensor_id, kind, columns, rate_hz)
    return _Rounds(stream, is_settled=len(columns) == 1 or kind is StreamKind.ACCELERATION)


class _Rows:
    """Each message is a row of its own; columns that it does not have are no reading."""

    n_refused = 0

    def __init__(self, stream: StreamInfo) -> None:
        self._stream = stream

    def takes(self, channels: tuple[str, ...]) -> bool:
        return set(channels) <= set(self._stream.channels)

    def push(self, values: Values) -> list[Arrived]:
        columns = self._stream.channels
        rows = np.full((len(values.values), len(columns)), np.nan)
        for place, channel in enumerate(values.channels):
            rows[:, columns.index(channel)] = values.values[:, place]
        return [Arrived(Frame(self._stream, rows, values.stamp), values.arrival_s)]

    def flush(self) -> list[Arrived]:
        return []


class _Intervals:
    """Intervals laid end to end, as those of a strap."""

    def __init__(self, stream: StreamInfo) -> None:
        self._stream = stream
        self._chain = RRChain()
        # As sent: the chain counts in ticks of a strap, to which they are rounded.
        self._sent_ms: deque[float] = deque()
        self._arrival_s = 0.0
        self.n_refused = 0

    def takes(self, channels: tuple[str, ...]) -> bool:
        return channels == self._stream.channels

    def push(self, values: Values) -> list[Arrived]:
        self._arrival_s = max(values.arrival_s, self._arrival_s)
        ticks = []
        for interval_ms in values.values[:, 0].tolist():
            count = round(interval_ms / 1000 * TICKS_PER_S) if isfinite(interval_ms) else 0
            if count > 0 and interval_ms <= _MAX_INTERVAL_MS:
                ticks.append(count)
                self._sent_ms.append(interval_ms)
            else:
                self.n_refused += isfinite(interval_ms)
                self._chain.interrupt()
        return self._told(self._chain.push(self._arrival_s, ticks))

    def flush(self) -> list[Arrived]:
        return self._told(self._chain.reset())

    def _told(self, beats: TimedBeats) -> list[Arrived]:
        if not beats.t_s.size:
            return []
        values = np.array([[self._sent_ms.popleft()] for _ in beats.rr_ms])
        chunk = Chunk(self._stream, beats.t_s, values, self._arrival_s)
        return [Arrived(chunk, self._arrival_s)]


class _Round(NamedTuple):
    """Columns that belong to the same samples, and the message that came last."""

    parts: dict[str, NDArray[np.float64]]
    arrival_s: float
    stamp: Stamp | None


class _Rounds:
    """Columns that come in messages of their own, one after the other.

    A round is over when every column has come, or one comes again: then those that are missing
    have no reading. Columns of different length end at the same moment.

    Where it is open which columns there are (EmotiBit has three lights, and a person may send
    one), the first rounds wait until that has been seen.
    """

    n_refused = 0

    def __init__(self, stream: StreamInfo, *, is_settled: bool) -> None:
        self._stream = stream
        self._is_settled = is_settled
        self._parts: dict[str, NDArray[np.float64]] = {}
        self._last: Values | None = None
        self._waiting: list[_Round] = []
        self._first_s: float | None = None

    def takes(self, channels: tuple[str, ...]) -> bool:
        return set(channels) <= set(self._stream.channels)

    def push(self, values: Values) -> list[Arrived]:
        if self._first_s is None:
            self._first_s = values.arrival_s
        told: list[Arrived] = []
        if any(channel in self._parts for channel in values.channels):
            told += self._end_round()
        for place, channel in enumerate(values.channels):
            self._parts[channel] = values.values[:, place]
        self._last = values
        if self._is_settled and len(self._parts) == len(self._stream.channels):
            told += self._end_round()
        return told

    def flush(self) -> list[Arrived]:
        return self._end_round(at_once=True)

    def _end_round(self, *, at_once: bool = False) -> list[Arrived]:
        if self._last is not None and self._parts:
            self._waiting.append(_Round(self._parts, self._last.arrival_s, self._last.stamp))
            self._parts = {}
        if not self._waiting:
            return []
        if not self._is_settled:
            assert self._first_s is not None  # noqa: S101 - set with the first values
            span_s = self._waiting[-1].arrival_s - self._first_s
            if not (at_once or span_s >= _SETTLE_S or len(self._waiting) >= _MAX_WAITING):
                return []
            self._settle()
        told = [Arrived(self._frame(each), each.arrival_s) for each in self._waiting]
        self._waiting.clear()
        return told

    def _settle(self) -> None:
        heard = {channel for each in self._waiting for channel in each.parts}
        columns = tuple(channel for channel in self._stream.channels if channel in heard)
        old = self._stream
        self._stream = StreamInfo(old.sensor_id, old.kind, columns, old.rate_hz)
        self._is_settled = True

    def _frame(self, ended: _Round) -> Frame:
        columns = self._stream.channels
        n_samples = max(len(part) for part in ended.parts.values())
        rows = np.full((n_samples, len(columns)), np.nan)
        for channel, part in ended.parts.items():
            rows[n_samples - len(part) :, columns.index(channel)] = part
        return Frame(self._stream, rows, ended.stamp)
