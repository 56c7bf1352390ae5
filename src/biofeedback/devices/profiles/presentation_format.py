"""Sensors that say themselves what they send, by the standard descriptors.

The Characteristic Presentation Format descriptor 0x2904 has seven bytes: the format of the
value, a decimal exponent, the unit, a name space and a description. The Characteristic User
Description 0x2901 beside it is a text that can label the value.

References
----------
Bluetooth Core Specification, volume 3, part G, 3.3.3.2 and 3.3.3.5; Bluetooth SIG, Assigned
Numbers, 2.4.1 (formats) and 3.5 (units).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from biofeedback.devices.driver import DecodeError, uuid_of
from biofeedback.devices.profiles.profile import Channel, Match, Mode, Profile, Source
from biofeedback.errors import SensorError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from biofeedback.devices.driver import Characteristic, Peer

__all__ = [
    "PRESENTATION_FORMAT",
    "USER_DESCRIPTION",
    "PresentationFormat",
    "decode_presentation_format",
    "encode_presentation_format",
    "profile_of",
    "source_of",
]

PRESENTATION_FORMAT: Final = uuid_of(0x2904)
USER_DESCRIPTION: Final = uuid_of(0x2901)

# Formats whose width is whole bytes; boolean, 2, 4, 12, 48, 128 bits, texts and lists are not.
_TYPES: Final = {
    0x04: "u8",
    0x06: "u16",
    0x07: "u24",
    0x08: "u32",
    0x0A: "u64",
    0x0C: "i8",
    0x0E: "i16",
    0x0F: "i24",
    0x10: "i32",
    0x12: "i64",
    0x14: "f32",
    0x15: "f64",
}
_CODES: Final = {name: code for code, name in _TYPES.items()}
# Unit: kind, unit of the profile, and the factor to it.
_UNITS: Final = {
    0x272B: ("eda", "uS", 1e6),  # electric conductance (siemens)
    0x272A: ("eda", "ohm", 1.0),  # electric resistance (ohm)
    0x272F: ("temp", "C", 1.0),  # Celsius temperature (degree Celsius)
    0x27AC: ("temp", "F", 1.0),  # thermodynamic temperature (degree Fahrenheit)
    0x2705: ("temp", "K", 1.0),  # thermodynamic temperature (kelvin)
    0x27AF: ("hr", "bpm", 1.0),  # period (beats per minute)
    0x2723: ("resp", "N", 1.0),  # force (newton)
    0x2728: ("other", "V", 1.0),  # electric potential difference (volt)
    0x2704: ("other", "A", 1.0),  # electric current (ampere)
    0x2722: ("other", "Hz", 1.0),  # frequency (hertz)
    0x2724: ("other", "Pa", 1.0),  # pressure (pascal)
    0x27AD: ("other", "%", 1.0),  # percentage
    0x2713: ("other", "m/s2", 1.0),  # acceleration (metres per second squared)
}
# A voltage is of the body where its label says so.
_VOLTAGES: Final = {"ecg": "ecg", "ekg": "ecg", "emg": "emg"}
# The battery and such tell their unit too, and are no reading of a body.
_LEFT_OUT: Final = frozenset({uuid_of(0x2A19), uuid_of(0x2A37)})
_MAX_EXPONENT = 24
_MAX_LABEL = 60


@dataclass(frozen=True, slots=True)
class PresentationFormat:
    """One decoded descriptor.

    The value of the characteristic is ``raw * 10 ** exponent`` in the unit.
    """

    value_type: str
    exponent: int
    unit: int


def decode_presentation_format(descriptor: bytes) -> PresentationFormat:
    """Decode a Characteristic Presentation Format.

    Raises
    ------
    DecodeError
        If it has not seven bytes, or a format whose width is no whole number of bytes.
    """
    if len(descriptor) != 7:
        msg = "a presentation format has not 7 bytes"
        raise DecodeError(msg)
    code, exponent, unit = struct.unpack_from("<BbH", descriptor)
    if code not in _TYPES or abs(exponent) > _MAX_EXPONENT:
        msg = "a presentation format is of no number"
        raise DecodeError(msg)
    return PresentationFormat(_TYPES[code], exponent, unit)


def encode_presentation_format(presentation: PresentationFormat) -> bytes:
    """Encode a Characteristic Presentation Format, as a builder's board offers it."""
    code = _CODES[presentation.value_type]
    return struct.pack("<BbHBH", code, presentation.exponent, presentation.unit, 1, 0)


def source_of(
    characteristic: Characteristic, presentation: PresentationFormat, label: str = ""
) -> Source | None:
    """Return how a characteristic is understood that announces itself.

    Returns
    -------
    Source or None
        ``None`` where its unit is none that we know.
    """
    known = _UNITS.get(presentation.unit)
    if known is None:
        return None
    kind, unit, factor = known
    words = label.casefold()
    if unit == "V":
        for word, meant in _VOLTAGES.items():
            if word in words:
                kind = meant
    # 10 ** -6 and 1e6 cancel exactly only as one power.
    scale = float(f"1e{presentation.exponent}") if factor == 1.0 else _microfold(presentation)
    channel = Channel(kind, unit, "value", scale, label=label)
    is_notified = bool({"notify", "indicate"} & set(characteristic.properties))
    return Source(
        characteristic.uuid,
        f"value:{presentation.value_type}",
        (channel,),
        characteristic.service,
        Mode.NOTIFY if is_notified else Mode.POLL,
        None if is_notified else 1.0,
    )


def _microfold(presentation: PresentationFormat) -> float:
    return float(f"1e{presentation.exponent + 6}")


async def profile_of(peer: Peer, name: str = "Sensor", profile_id: str = "") -> Profile | None:
    """Ask a connected sensor what it announces about itself.

    Parameters
    ----------
    peer
        The sensor. Only descriptors are read.
    name, profile_id
        What to call the profile.

    Returns
    -------
    Profile or None
        ``None`` if it announces nothing that is known. Of several of one kind
        that with the smallest UUID counts.

    Raises
    ------
    SensorNotFoundError
        If the link has gone.
    """
    sources: dict[str, Source] = {}
    # Systems list them in any order; the same must come of it each time.
    for characteristic in sorted(peer.characteristics, key=lambda each: (each.service, each.uuid)):
        offers = {"notify", "indicate", "read"} & set(characteristic.properties)
        if PRESENTATION_FORMAT not in characteristic.descriptors or not offers:
            continue
        if characteristic.uuid in _LEFT_OUT:
            continue
        source = await _announced(peer, characteristic)
        if source is not None:
            sources.setdefault(source.channels[0].kind, source)
    if not sources:
        return None
    return _profile(tuple(sources.values()), name, profile_id)


async def _announced(peer: Peer, characteristic: Characteristic) -> Source | None:
    is_twice = sum(each.uuid == characteristic.uuid for each in peer.characteristics) > 1
    address = f"{characteristic.service}/{characteristic.uuid}" if is_twice else characteristic.uuid
    try:
        raw = await peer.read_descriptor(address, PRESENTATION_FORMAT)
        presentation = decode_presentation_format(raw)
    except (SensorError, DecodeError):
        return None
    label = ""
    if USER_DESCRIPTION in characteristic.descriptors:
        try:
            raw = await peer.read_descriptor(address, USER_DESCRIPTION)
            text = raw.split(b"\0", 1)[0].decode("utf-8", "replace")
            label = "".join(one for one in text if one.isprintable()).strip()[:_MAX_LABEL]
        except SensorError:
            label = ""
    return source_of(characteristic, presentation, label)


def _profile(sources: Sequence[Source], name: str, profile_id: str) -> Profile:
    services = tuple(dict.fromkeys(source.service for source in sources))
    words = "".join(one if one.isascii() and one.isalnum() else "-" for one in name.lower())
    stem = "-".join(part for part in words.split("-") if part)[:30].strip("-") or "sensor"
    return Profile(
        profile_id or f"{stem}-announced",
        name,
        Match(services),
        tuple(sources),
        first_s=30.0,
        watchdog_s=30.0,
    )
