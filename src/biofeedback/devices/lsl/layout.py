"""What a stream of the network carries, read from its description.

A description is the XML that liblsl hands out: name, type, rate, and for each channel, where
its author took the trouble, a label, a unit and a type (XDF meta-data conventions). Two ways
of saying what is measured are in use: the type of the stream (EmotiBit Oscilloscope, most
programs), or a type for each channel of a stream whose own type is an address (OpenSignals).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

import numpy as np

from biofeedback.devices.lsl.units import conversion
from biofeedback.kinds import StreamKind
from biofeedback.samples import StreamInfo

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from biofeedback.devices.lsl.units import Conversion

__all__ = ["Description", "Layout", "Part", "kind_of", "layout_of", "read_description"]

# By what a stream or a channel says it is: small letters and digits alone.
_KINDS: Final = {
    "ecg": StreamKind.ECG,
    "ekg": StreamKind.ECG,
    "eda": StreamKind.EDA,
    "gsr": StreamKind.EDA,
    "electrodermalactivity": StreamKind.EDA,
    "skinconductance": StreamKind.EDA,
    "ppg": StreamKind.PPG,
    "bvp": StreamKind.PPG,
    "ppgred": StreamKind.PPG,
    "ppginfrared": StreamKind.PPG,
    "ppggreen": StreamKind.PPG,
    "resp": StreamKind.RESPIRATION,
    "respiration": StreamKind.RESPIRATION,
    "emg": StreamKind.EMG,
    "rr": StreamKind.RR,
    "rri": StreamKind.RR,
    "rrinterval": StreamKind.RR,
    "rrintervals": StreamKind.RR,
    "heartrate": StreamKind.HEART_RATE,
    "hr": StreamKind.HEART_RATE,
    "acc": StreamKind.ACCELERATION,
    "accelerometer": StreamKind.ACCELERATION,
    "acceleration": StreamKind.ACCELERATION,
    "temperature": StreamKind.TEMPERATURE,
    "temp": StreamKind.TEMPERATURE,
}
_NAMES: Final = {
    StreamKind.ECG: "ecg",
    StreamKind.EDA: "sc",
    StreamKind.PPG: "ppg",
    StreamKind.RESPIRATION: "belt",
    StreamKind.EMG: "emg",
    StreamKind.RR: "rr",
    StreamKind.HEART_RATE: "sensor_heart_rate",
    StreamKind.TEMPERATURE: "skin",
}
_EVENTS: Final = frozenset({StreamKind.RR, StreamKind.HEART_RATE})
# An RR interval of less than this in milliseconds is one in seconds: no heart beats so fast.
_SECONDS_BELOW: Final = 10.0
_MOST_CHANNELS: Final = 1024


@dataclass(frozen=True, slots=True)
class ChannelDescription:
    """What a stream says of one channel; empty where it says nothing."""

    label: str = ""
    unit: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Description:
    """What a stream says of itself.

    Parameters
    ----------
    name, stream_type, source_id, uid, host
        As in the stream's information.
    n_channels
        Values in each sample.
    rate_hz
        Nominal, ``None`` where samples come irregularly.
    value_format
        ``float32`` and the like; ``string`` for markers.
    channels
        One for each channel, in order.
    device
        Manufacturer, model, serial number and firmware, as far as told.
    """

    name: str
    stream_type: str
    source_id: str
    uid: str
    host: str
    n_channels: int
    rate_hz: float | None
    value_format: str
    channels: tuple[ChannelDescription, ...] = ()
    device: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One stream of ours within one of the network.

    Parameters
    ----------
    stream
        As the rest of the program sees it.
    columns
        Which channels of the network's stream, in order.
    conversions
        One for each column.
    """

    stream: StreamInfo
    columns: tuple[int, ...]
    conversions: tuple[Conversion, ...]

    def values(self, samples: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return our values of samples of the network's stream, both with a row a sample."""
        columns = [samples[:, column] for column in self.columns]
        if self.stream.kind is StreamKind.RR and self.conversions[0].is_assumed:
            columns[0] = np.where(columns[0] < _SECONDS_BELOW, columns[0] * 1000.0, columns[0])
        return np.column_stack(
            [convert(column) for convert, column in zip(self.conversions, columns, strict=True)]
        )


@dataclass(frozen=True, slots=True)
class Layout:
    """The parts of a stream, and in plain words what is to be known of them.

    Without parts ``words`` says why the stream cannot be used.
    """

    parts: tuple[Part, ...] = ()
    words: str = ""


def kind_of(word: str) -> StreamKind | None:
    """Return what a type or a label means, ``None`` if nothing we take.

    ``ECG1`` and ``EDABIT0`` are channels of OpenSignals: what stands before the number counts.
    """
    plain = re.sub(r"[^a-z0-9]", "", word.casefold())
    return _KINDS.get(plain) or _KINDS.get(re.sub(r"(bit)?[0-9]*$", "", plain))


def read_description(xml: str) -> Description:
    """Read the information of a stream.

    Parameters
    ----------
    xml
        As liblsl gives it, with or without its ``desc``.

    Raises
    ------
    ValueError
        If it is no such information.
    """
    try:
        # liblsl has parsed and written it anew: there is no DTD left in it.
        info = ET.fromstring(xml)  # noqa: S314 - see the line above
    except ET.ParseError as error:
        msg = f"no description: {error}"
        raise ValueError(msg) from error

    def text(path: str) -> str:
        return (info.findtext(path) or "").strip()

    n_channels = int(text("channel_count") or 0)
    if not 0 < n_channels <= _MOST_CHANNELS:
        msg = f"{n_channels} channels"
        raise ValueError(msg)
    rate_hz = float(text("nominal_srate") or 0.0)
    told = [_channel(node) for node in info.iterfind("desc/channels/channel")][:n_channels]
    # OpenSignals counts its samples in a first channel, which it does not describe.
    silent = [ChannelDescription()] * (n_channels - len(told))
    is_counted = len(silent) == 1 and bool(told) and text("name") == "OpenSignals"
    channels = [*silent, *told] if is_counted else [*told, *silent]
    device = {
        word: text(f"desc/acquisition/{node}") or text(f"desc/{node}")
        for word, node in (
            ("manufacturer", "manufacturer"),
            ("model", "model"),
            ("serial", "serial_number"),
            ("firmware", "firmware"),
        )
    }
    return Description(
        name=text("name"),
        stream_type=text("type"),
        source_id=text("source_id"),
        uid=text("uid"),
        host=text("hostname"),
        n_channels=n_channels,
        rate_hz=rate_hz if 0.0 < rate_hz < float("inf") else None,
        value_format=text("channel_format"),
        channels=tuple(channels),
        device=tuple((word, value) for word, value in device.items() if value),
    )


def layout_of(description: Description, sensor_id: str) -> Layout:
    """Find what a stream carries that we can use.

    Parameters
    ----------
    description
        What it says of itself.
    sensor_id
        For the streams that come of it.
    """
    if description.value_format == "string":
        return Layout(words="This stream carries text, not measurements.")
    columns: dict[StreamKind, list[int]] = {}
    of_all = kind_of(description.stream_type)
    for column, channel in enumerate(description.channels):
        # The channels say it where the stream does not; within one of ours a channel of
        # another kind is what it says it is.
        kind = kind_of(channel.kind) or of_all or kind_of(channel.label)
        if kind is not None:
            columns.setdefault(kind, []).append(column)
    parts: list[Part] = []
    words: list[str] = []
    for kind, members in columns.items():
        part = _part(description, sensor_id, kind, members, words)
        if part is not None:
            parts.append(part)
    if not columns:
        words.append(
            "Nothing in this stream says that it is a heart, skin, breathing or muscle signal. "
            "Set its type, such as ECG or EDA, in the program that sends it."
        )
    return Layout(tuple(parts), " ".join(words))


def _channel(node: ET.Element) -> ChannelDescription:
    def text(path: str) -> str:
        return (node.findtext(path) or "").strip()

    return ChannelDescription(text("label"), text("unit"), text("type") or text("sensor"))


def _part(
    description: Description,
    sensor_id: str,
    kind: StreamKind,
    members: list[int],
    words: list[str],
) -> Part | None:
    """Make one of our streams of the channels of a kind; say what a person should know."""
    if kind in _EVENTS:
        members = members[:1]
    if kind is StreamKind.ACCELERATION and len(members) != 3:
        words.append("Movement is left out: it takes three directions.")
        return None
    conversions: list[Conversion] = []
    for column in members:
        unit = description.channels[column].unit
        made = conversion(kind, unit)
        if made is None:
            words.append(
                f"The unit “{unit[:40]}” of this stream is not known here. Set it in the program "
                f"that sends it, such as to {_example(kind)}."
            )
            return None
        conversions.append(made)
    if conversions[0].is_assumed:
        words.append(
            f"This stream does not name its unit. It is taken to be {_example(kind)}; check that "
            "the numbers look right."
        )
    rate_hz = None if kind in _EVENTS else description.rate_hz
    stream = StreamInfo(sensor_id, kind, _names(kind, conversions), rate_hz)
    return Part(stream, tuple(members), tuple(conversions))


def _names(kind: StreamKind, conversions: list[Conversion]) -> tuple[str, ...]:
    """The names of our channels: the first as everywhere, others of its kind numbered."""
    if kind is StreamKind.ACCELERATION:
        return ("acc_x_g", "acc_y_g", "acc_z_g")
    name = _NAMES[kind]
    return tuple(
        f"{name}_{made.quantity}" if place == 0 else f"{name}_{place + 1}_{made.quantity}"
        for place, made in enumerate(conversions)
    )


def _example(kind: StreamKind) -> str:
    return {
        StreamKind.EDA: "microsiemens",
        StreamKind.RR: "milliseconds",
        StreamKind.HEART_RATE: "beats per minute",
        StreamKind.ACCELERATION: "g",
        StreamKind.TEMPERATURE: "degrees Celsius",
    }.get(kind, "microvolts")
