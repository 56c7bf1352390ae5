"""What the fields of a record mean: channels, computed together where they make one stream."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from biofeedback.devices.profiles.columns import SEPARATORS, Columns, parse_columns
from biofeedback.devices.profiles.formula import parse_formula
from biofeedback.devices.profiles.layout import parse_layout
from biofeedback.devices.profiles.profile import Encoding
from biofeedback.devices.profiles.units import KINDS, channel_keys, channel_names, conversion_of
from biofeedback.kinds import StreamKind
from biofeedback.samples import StreamInfo

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from biofeedback.devices.profiles.formula import Formula
    from biofeedback.devices.profiles.layout import Layout
    from biofeedback.devices.profiles.profile import Channel, Source
    from biofeedback.devices.profiles.units import Conversion

__all__ = ["ChannelGroup", "Read", "groups_of", "layout_of"]


def layout_of(source: Source) -> Layout | Columns:
    """Return the layout of a source, understood.

    Raises
    ------
    LayoutError
        If it is none.
    """
    if source.encoding is Encoding.BINARY:
        return parse_layout(source.layout, source.endian)
    return parse_columns(source.layout, source.encoding, SEPARATORS[source.separator])


class Read(NamedTuple):
    """Readings, in the units the app keeps, and how many were outside of what can be."""

    values: NDArray[np.float64]
    n_outside: int


@dataclass(frozen=True, slots=True)
class _Reader:
    """One channel, ready to compute."""

    key: str
    channel: Channel
    formula: Formula
    conversion: Conversion

    def read(self, fields: Mapping[str, NDArray[np.float64]], n_samples: int) -> Read:
        """Compute the readings, shape ``(n_samples,)``."""
        values = np.array(np.broadcast_to(self.formula.evaluate(fields), n_samples))
        for name, none in self.channel.invalid_raw:
            # A line may leave the field out that would tell.
            if name in fields:
                values[np.broadcast_to(np.isin(fields[name], none), n_samples)] = np.nan
        n_outside = 0
        if self.channel.valid is not None:
            low, high = self.channel.valid
            # A comparison with nan is False, so what is no reading is not counted here.
            is_outside = (values < low) | (values > high)
            n_outside = int(np.count_nonzero(is_outside))
            values[is_outside] = np.nan
        return Read(self.conversion.apply(values), n_outside)


@dataclass(frozen=True, slots=True)
class ChannelGroup:
    """The channels that make one stream, in the order of its columns."""

    stream: StreamInfo
    _readers: tuple[_Reader, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """The channel keys of the columns."""
        return tuple(reader.key for reader in self._readers)

    def read(self, fields: Mapping[str, NDArray[np.float64]], n_samples: int) -> Read | None:
        """Compute the stream's samples.

        Parameters
        ----------
        fields
            Of one record, each of shape ``(1,)`` or ``(n_samples,)``.
        n_samples
            How many there are.

        Returns
        -------
        Read or None
            Values of shape ``(n_samples, n_channels)``; ``None`` where there is no sample, or
            the record, a line of keys and values, has not all of the fields.
        """
        if n_samples == 0 or not all(
            reader.formula.fields <= fields.keys() for reader in self._readers
        ):
            return None
        columns = [reader.read(fields, n_samples) for reader in self._readers]
        values = np.stack([column.values for column in columns], axis=1)
        return Read(values, sum(column.n_outside for column in columns))


def groups_of(source: Source, layout: Layout | Columns, sensor_id: str) -> tuple[ChannelGroup, ...]:
    """Return the streams that the channels of a source make, in the order of the profile."""
    keys = channel_keys([channel.kind for channel in source.channels])
    by_kind: dict[StreamKind, list[_Reader]] = {}
    for key, channel in zip(keys, source.channels, strict=True):
        reader = _Reader(
            key,
            channel,
            parse_formula(channel.formula, layout.names),
            conversion_of(channel.kind, channel.unit, channel.label),
        )
        by_kind.setdefault(KINDS[channel.kind].stream, []).append(reader)
    groups = []
    for kind, readers in by_kind.items():
        if kind is StreamKind.ACCELERATION:
            readers.sort(key=lambda reader: reader.key)
        names = channel_names([reader.conversion.channel for reader in readers])
        stream = StreamInfo(sensor_id, kind, names, source.rate_hz)
        groups.append(ChannelGroup(stream, tuple(readers)))
    return tuple(groups)
