"""How our streams describe themselves to other programs.

Names, types, units and desc follow the XDF meta-data conventions
(https://github.com/sccn/xdf/wiki/Meta-Data): a name of program, device and signal; a type by
which programs find what they know; a unit for each channel, spelled out. ``source_id`` stays the
same from run to run, so that a recorder takes the stream up again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from biofeedback import __version__
from biofeedback.devices.lsl.units import unit_of
from biofeedback.kinds import Role, StreamKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from biofeedback.samples import SensorStatus, StreamInfo

__all__ = [
    "Outgoing",
    "OutgoingChannel",
    "beats_of",
    "guide_steps",
    "markers",
    "measures_of",
    "stream_of",
]

_APP: Final = "Biofeedback"
_TYPES: Final[Mapping[StreamKind, str]] = {
    # "RR" itself are the beats: those have the same intervals, and the corrected ones beside.
    StreamKind.RR: "RRRaw",
    StreamKind.PP: "PP",
    StreamKind.HEART_RATE: "HeartRate",
    StreamKind.EDA: "EDA",
    StreamKind.RESPIRATION: "Respiration",
    StreamKind.ECG: "ECG",
    StreamKind.PPG: "PPG",
    StreamKind.ACCELERATION: "ACC",
    StreamKind.EMG: "EMG",
    StreamKind.TEMPERATURE: "Temperature",
    StreamKind.PACER: "Pacer",
    StreamKind.OTHER: "Other",
}


@dataclass(frozen=True, slots=True)
class OutgoingChannel:
    """One channel: what it is called, in what unit, and what it is of."""

    label: str
    unit: str
    kind: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A stream as other programs see it.

    Parameters
    ----------
    name, stream_type, source_id
        As in LSL.
    channels
        In order.
    rate_hz
        Nominal; 0 where samples come irregularly.
    value_format
        ``float32`` or ``string``.
    sections
        What stands in the desc beside the channels: a section's name and its fields.
    """

    name: str
    stream_type: str
    source_id: str
    channels: tuple[OutgoingChannel, ...]
    rate_hz: float = 0.0
    value_format: str = "float32"
    sections: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()


def stream_of(stream: StreamInfo, status: SensorStatus | None, host: str) -> Outgoing:
    """Describe a stream of a sensor.

    Parameters
    ----------
    stream
        Which one.
    status
        The last that its sensor told, if it has: it knows the sensor's name and maker.
    host
        This computer's name.
    """
    kind = _TYPES.get(stream.kind, "Other")
    return Outgoing(
        name=_name(stream.sensor_id, status, stream.kind.value),
        stream_type=kind,
        source_id=_source_id(host, stream.sensor_id, stream.kind.value),
        channels=tuple(
            OutgoingChannel(channel, unit_of(channel), kind) for channel in stream.channels
        ),
        rate_hz=stream.rate_hz or 0.0,
        sections=_sections(stream.sensor_id, status, stream.role),
    )


def beats_of(source: str, status: SensorStatus | None, host: str) -> Outgoing:
    """Describe the beats found in a source: each interval, and what became of it."""
    return Outgoing(
        name=_name(source, status, "beats"),
        stream_type="RR",
        source_id=_source_id(host, source, "beats"),
        channels=(
            OutgoingChannel("rr_ms", "milliseconds", "RR"),
            OutgoingChannel("corrected_rr_ms", "milliseconds", "RR"),
        ),
        sections=_sections(source, status, None),
    )


def measures_of(
    source: str, status: SensorStatus | None, host: str, names: Iterable[str]
) -> Outgoing:
    """Describe the measures of a source: a channel for each, and one for its quality, 0 to 1."""
    named = tuple(names)
    return Outgoing(
        name=_name(source, status, "measures"),
        stream_type="Measures",
        source_id=_source_id(host, source, "measures"),
        channels=(
            *(OutgoingChannel(name, unit_of(name), "Measure") for name in named),
            *(OutgoingChannel(f"{name}:quality", "normalized", "Quality") for name in named),
        ),
        sections=_sections(source, status, None),
    )


def markers(host: str) -> Outgoing:
    """Describe the moments that a person marked."""
    return _words_of("markers", host)


def guide_steps(host: str) -> Outgoing:
    """Describe the steps of the guide."""
    return _words_of("guide", host)


def _words_of(word: str, host: str) -> Outgoing:
    return Outgoing(
        name=f"{_APP} {word}",
        stream_type="Markers",
        source_id=_source_id(host, "session", word),
        channels=(OutgoingChannel(word, "", "Markers"),),
        value_format="string",
        sections=_sections("session", None, None),
    )


def _name(source: str, status: SensorStatus | None, signal: str) -> str:
    """Program, device, signal; where in the device it was found, if that is told."""
    sensor_id, _, found_in = source.partition("/")
    device = sensor_id if status is None or not status.name else status.name
    return " ".join(part for part in (_APP, device, found_in, signal) if part)


def _source_id(host: str, source: str, signal: str) -> str:
    # The computer's name keeps apart what two computers make of sensors of one name.
    return f"biofeedback:{host}:{source}:{signal}"


def _sections(
    source: str, status: SensorStatus | None, role: Role | None
) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    app = [("version", __version__), ("source", source)]
    if role is not None:
        app.append(("role", role.value))
    device = {} if status is None else dict(status.device)
    told = (
        ("manufacturer", device.get("manufacturer", "")),
        ("model", device.get("model", "") or ("" if status is None else status.name)),
        ("serial_number", device.get("serial", "")),
        ("firmware", device.get("firmware", "")),
    )
    return (
        ("acquisition", tuple((word, text) for word, text in told if text)),
        # By radio: packets may be lost, and the stamps tell where.
        ("synchronization", (("can_drop_samples", "true"),)),
        ("app", tuple(app)),
    )
