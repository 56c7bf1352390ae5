"""What a sensor's bytes mean by its profile: bytes in, `Frame`s out. No radio, no clock.

A sample is a function of the bytes of one whole record. Bytes that are none are refused and
counted. A reading outside what the sensor can measure, or one that it marks as none, is `nan`.
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from biofeedback.devices.driver import DecodeError, Frame, Stamp
from biofeedback.devices.profiles.channel_groups import groups_of, layout_of
from biofeedback.devices.profiles.columns import Columns
from biofeedback.devices.profiles.framing import framer_of
from biofeedback.kinds import StreamKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from biofeedback.devices.profiles.channel_groups import ChannelGroup
    from biofeedback.devices.profiles.layout import Record
    from biofeedback.devices.profiles.profile import Profile, Source
    from biofeedback.samples import StreamInfo

__all__ = ["ProfileDecoder", "SourceDecoder"]

# A count that has moved by more than this share of its range has more likely gone back.
_FORWARD: Final = 0.5
# Beyond that, whole numbers and their neighbours look alike.
_MAX_NUMBER: Final = 2**53
_INTERVALS: Final = frozenset({StreamKind.RR, StreamKind.PP})
_MS_PER_S = 1000.0


class _Timed(NamedTuple):
    """The samples of one stream in one record, and the sensor's own time of each if it has one."""

    values: NDArray[np.float64]
    t_s: NDArray[np.float64] | None


class SourceDecoder:
    """Understands one characteristic.

    Parameters
    ----------
    source
        What the profile says of it.
    sensor_id
        Which the streams carry.
    is_shared_clock
        Whether its time stamps are of the same clock as those of the sensor's other streams.

    Attributes
    ----------
    n_refused : int
        Records that were none.
    n_lost_packets : int
        Packets that never came, where the sensor counts them.
    n_outside : int
        Readings outside what the sensor can measure.
    """

    def __init__(self, source: Source, sensor_id: str, *, is_shared_clock: bool = True) -> None:
        self.source = source
        self.n_refused = 0
        self.n_lost_packets = 0
        self.n_outside = 0
        self._layout = layout_of(source)
        body_bytes = None if isinstance(self._layout, Columns) else self._layout.n_bytes
        self._framer = framer_of(source, body_bytes)
        self._groups = groups_of(source, self._layout, sensor_id)
        self._is_shared_clock = is_shared_clock
        self._last_number: int | None = None

    @property
    def streams(self) -> tuple[StreamInfo, ...]:
        """The streams it gives."""
        return tuple(group.stream for group in self._groups)

    @property
    def keys(self) -> tuple[tuple[str, ...], ...]:
        """For each stream the channel keys of its columns."""
        return tuple(group.keys for group in self._groups)

    def reset(self, *, is_start: bool = False) -> None:
        """Forget what a connection left: half a record, the last number.

        ``is_start`` tells that the next byte begins a record.
        """
        self._framer.reset(is_start=is_start)
        self._last_number = None

    def push(self, payload: bytes) -> list[Frame]:
        """Understand one notification.

        Returns
        -------
        list of Frame
            At most one for each stream, with the samples of all records that became whole.

        Raises
        ------
        DecodeError
            If it ended records, and none of them is one. They are left out; no sample is made.
        """
        records = self._framer.push(payload)
        timed: list[list[_Timed]] = [[] for _ in self._groups]
        n_refused = records.n_refused
        reason = "no record begins or ends where it should"
        n_good = 0
        for record in records.whole:
            try:
                samples = self._understand(record)
            except DecodeError as error:
                n_refused += 1
                reason = str(error)
                continue
            n_good += 1
            for found, one in zip(timed, samples, strict=True):
                if one is not None:
                    found.append(one)
        self.n_refused += n_refused
        if n_refused and not n_good:
            raise DecodeError(reason)
        return [
            self._frame(group, found)
            for group, found in zip(self._groups, timed, strict=True)
            if found
        ]

    def _understand(self, packet: bytes) -> list[_Timed | None]:
        record = self._layout.decode(packet)
        fields = dict(record.each)
        fields.update((name, np.full(1, float(value))) for name, value in record.once.items())
        times = self._times(record)
        number = self._number(record)
        samples: list[_Timed | None] = []
        for group in self._groups:
            read = group.read(fields, record.n_samples)
            if read is None:
                samples.append(None)
                continue
            self.n_outside += read.n_outside
            t_s = self._spread(times, number, read.values, group.stream)
            samples.append(_Timed(read.values, t_s))
        self._note(number)
        return samples

    def _times(self, record: Record) -> NDArray[np.float64] | None:
        """Return what the clock's field says in seconds, shape ``(1,)`` or ``(n_samples,)``."""
        stamp = self.source.timestamp
        if stamp is None:
            return None
        if stamp.field in record.once:
            ticks = record.once[stamp.field]
            if stamp.wrap_ticks is not None and isfinite(ticks):
                ticks %= stamp.wrap_ticks
            times = np.array([ticks / stamp.ticks_per_s])
        elif stamp.field in record.each:
            each = record.each[stamp.field]
            # What comes to no time is refused below.
            with np.errstate(all="ignore"):
                if stamp.wrap_ticks is not None:
                    each = each % stamp.wrap_ticks
                times = each / stamp.ticks_per_s
        else:
            times = np.array([np.nan])
        if not np.all(np.isfinite(times)):
            msg = "a record has no time"
            raise DecodeError(msg)
        return times

    def _number(self, record: Record) -> int | None:
        """Return the record's number, or that of its first sample."""
        sequence = self.source.sequence
        if sequence is None:
            return None
        raw = record.once.get(sequence.field)
        if raw is None:
            raw = next(iter(record.each.get(sequence.field, ())), None)
        if raw is None or not isfinite(raw) or raw != int(raw):
            msg = "a record has no number"
            raise DecodeError(msg)
        number = int(raw) if sequence.modulo is None else int(raw) % sequence.modulo
        if abs(number) > _MAX_NUMBER:
            msg = "a record has a number that nothing counts to"
            raise DecodeError(msg)
        return number

    def _spread(
        self,
        times: NDArray[np.float64] | None,
        number: int | None,
        values: NDArray[np.float64],
        stream: StreamInfo,
    ) -> NDArray[np.float64] | None:
        """Return the sensor's own time of each sample, seconds, not yet wrapped."""
        n_samples = values.shape[0]
        back = np.arange(n_samples - 1, -1, -1)
        if times is not None:
            assert self.source.timestamp is not None  # noqa: S101 - times come from it
            if times.size == n_samples:
                return times
            if stream.kind in _INTERVALS:
                # An interval's time is its end: the next one began there.
                later_ms = np.nancumsum(values[::-1, 0])[::-1] - np.nan_to_num(values[:, 0])
                ends_s: NDArray[np.float64] = times[-1] - later_ms / _MS_PER_S
                return ends_s
            assert stream.rate_hz is not None  # noqa: S101 - checked when the profile was read
            lead = n_samples - 1 if self.source.timestamp.of_first else 0
            spread_s: NDArray[np.float64] = times[-1] + (lead - back) / stream.rate_hz
            return spread_s
        if number is None or stream.rate_hz is None or self.source.sequence is None:
            return None
        first = number if self.source.sequence.counts_samples else number * n_samples
        return (first + np.arange(n_samples)) / stream.rate_hz

    def _note(self, number: int | None) -> None:
        sequence = self.source.sequence
        if sequence is None or number is None or sequence.counts_samples:
            return
        if self._last_number is not None:
            missing = number - self._last_number - 1
            if sequence.modulo is not None:
                missing %= sequence.modulo
                if missing > _FORWARD * sequence.modulo:
                    missing = 0
            self.n_lost_packets += max(missing, 0)
        self._last_number = number

    def _frame(self, group: ChannelGroup, found: Sequence[_Timed]) -> Frame:
        values = np.concatenate([one.values for one in found])
        stream = group.stream
        told = [one.t_s for one in found if one.t_s is not None]
        if not told:
            return Frame(stream, values)
        each_s = np.concatenate(told)
        wrap_s = self._wrap_s(values.shape[0] // len(found), stream.rate_hz)
        if wrap_s is not None:
            # Counted back from the last, for the clock may have begun anew in between.
            back_s = (each_s[-1] - each_s) % wrap_s
            back_s = np.where(back_s > _FORWARD * wrap_s, back_s - wrap_s, back_s)
            each_s = each_s[-1] % wrap_s - back_s
        clock = "" if self.source.timestamp is not None else f"{stream.kind.value}-count"
        if self.source.timestamp is not None and not self._is_shared_clock:
            clock = f"{stream.kind.value}-clock"
        is_even = len(found) == 1 and stream.rate_hz is not None and not self._has_each_time
        return Frame(
            stream,
            values,
            Stamp(float(each_s[-1]), wrap_s, clock, None if is_even else each_s),
        )

    @property
    def _has_each_time(self) -> bool:
        stamp = self.source.timestamp
        if stamp is None or isinstance(self._layout, Columns):
            return False
        return any(field.name == stamp.field for field in self._layout.group)

    def _wrap_s(self, n_samples: int, rate_hz: float | None) -> float | None:
        stamp, sequence = self.source.timestamp, self.source.sequence
        if stamp is not None:
            return None if stamp.wrap_ticks is None else stamp.wrap_ticks / stamp.ticks_per_s
        if sequence is None or sequence.modulo is None or rate_hz is None:
            return None
        return sequence.modulo * (1 if sequence.counts_samples else n_samples) / rate_hz


class ProfileDecoder:
    """Understands everything that one sensor sends.

    Parameters
    ----------
    profile
        A checked one.
    sensor_id
        Which the streams carry.
    """

    def __init__(self, profile: Profile, sensor_id: str) -> None:
        stamps = {
            (source.timestamp.ticks_per_s, source.timestamp.wrap_ticks)
            for source in profile.sources
            if source.timestamp is not None
        }
        self.sources = {
            source.characteristic: SourceDecoder(
                source, sensor_id, is_shared_clock=len(stamps) <= 1
            )
            for source in profile.sources
        }

    @property
    def streams(self) -> tuple[StreamInfo, ...]:
        """All streams, in the order of the profile."""
        return tuple(stream for source in self.sources.values() for stream in source.streams)

    @property
    def n_refused(self) -> int:
        """Records that were none."""
        return sum(source.n_refused for source in self.sources.values())

    @property
    def n_lost_packets(self) -> int:
        """Packets that never came, where the sensor counts them."""
        return sum(source.n_lost_packets for source in self.sources.values())

    @property
    def n_outside(self) -> int:
        """Readings outside what the sensor can measure."""
        return sum(source.n_outside for source in self.sources.values())

    def reset(self, *, is_start: bool = False) -> None:
        """Forget what a connection left. ``is_start``: the next byte begins a record."""
        for source in self.sources.values():
            source.reset(is_start=is_start)

    def push(self, characteristic: str, payload: bytes) -> list[Frame]:
        """Understand one notification; what the profile does not name gives nothing.

        Raises
        ------
        DecodeError
            As `SourceDecoder.push`.
        """
        source = self.sources.get(characteristic)
        return [] if source is None else source.push(payload)
