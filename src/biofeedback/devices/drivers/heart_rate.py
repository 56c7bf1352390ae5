"""Heart Rate, Battery and Device Information: what a strap's bytes mean.

Pure functions of bytes, and `HeartRateStream`, which turns one strap's notifications into
chunks. Nothing here knows a radio.

Heart Rate Measurement 0x2A37, little-endian
--------------------------------------------
========  ========  ==============  =================================================
part      bytes     present when    meaning
========  ========  ==============  =================================================
flags     1         always          bit 0 rate is 16 bits, bit 1 skin contact,
                                    bit 2 contact is known, bit 3 energy, bit 4 RR
rate      1 or 2    always          beats per minute, averaged by the sensor
energy    2         bit 3           kJ since its reset, sticks at 0xFFFF
RR        2 each    bit 4           1/1024 s, oldest first, to the end of the packet
========  ========  ==============  =================================================

References
----------
Bluetooth SIG, Heart Rate Service 1.0 (2011), section 3.1; Battery Service 1.0; Device
Information Service 1.1; GATT Specification Supplement, Body Sensor Location.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from biofeedback.devices.driver import DecodeError, uuid_of
from biofeedback.devices.drivers.line_offset import TICKS_PER_S
from biofeedback.devices.drivers.rr_chain import RRChain
from biofeedback.samples import Chunk, StreamInfo, StreamKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from biofeedback.devices.drivers.rr_chain import TimedBeats

__all__ = [
    "BATTERY_LEVEL",
    "BODY_SENSOR_LOCATION",
    "DEVICE_INFORMATION",
    "HEART_RATE_MEASUREMENT",
    "HEART_RATE_SERVICE",
    "HeartRateMeasurement",
    "HeartRateStream",
    "decode_battery",
    "decode_heart_rate",
    "decode_location",
    "decode_text",
    "encode_heart_rate",
    "heart_rate_streams",
]

HEART_RATE_SERVICE: Final = uuid_of(0x180D)
HEART_RATE_MEASUREMENT: Final = uuid_of(0x2A37)
BODY_SENSOR_LOCATION: Final = uuid_of(0x2A38)
BATTERY_LEVEL: Final = uuid_of(0x2A19)
# What is shown of a sensor, and the characteristic that holds it. The serial number is left
# where it is: nothing here needs to tell one person's strap from another's by it.
DEVICE_INFORMATION: Final = {
    "manufacturer": uuid_of(0x2A29),
    "model": uuid_of(0x2A24),
    "hardware": uuid_of(0x2A27),
    "firmware": uuid_of(0x2A26),
    "software": uuid_of(0x2A28),
}

_RATE_IS_U16 = 0x01
_HAS_CONTACT = 0x02
_CONTACT_IS_KNOWN = 0x04
_HAS_ENERGY = 0x08
_HAS_RR = 0x10

_LOCATIONS = ("other", "chest", "wrist", "finger", "hand", "ear lobe", "foot")

# What no heart does: such a packet is noise, and its intervals would carry every beat after it
# off with them. After lost contact straps do send intervals of some seconds.
_MAX_HEART_RATE_BPM = 300
_MAX_RR_TICKS = 10 * TICKS_PER_S

# A strap that sends intervals has sent one by then, even at a slow heart rate.
_N_UNTIL_NO_RR = 10


@dataclass(frozen=True, slots=True)
class HeartRateMeasurement:
    """One decoded Heart Rate Measurement.

    Parameters
    ----------
    heart_rate_bpm
        The sensor's averaged rate; 0 when it has no reading.
    has_contact
        Skin contact, ``None`` where the sensor cannot tell.
    energy_kj
        Energy since its reset, ``None`` where it is not in the packet.
    rr_ticks
        Intervals in 1/1024 s as sent, oldest first, each above zero.
    """

    heart_rate_bpm: int
    has_contact: bool | None = None
    energy_kj: int | None = None
    rr_ticks: tuple[int, ...] = ()

    @property
    def rr_ms(self) -> tuple[float, ...]:
        """The intervals in milliseconds, exact in binary."""
        return tuple(ticks * 1000 / TICKS_PER_S for ticks in self.rr_ticks)

    @property
    def has_signal(self) -> bool:
        """False when the sensor says itself that it sees no heart."""
        return self.heart_rate_bpm > 0 and self.has_contact is not False

    @property
    def is_possible(self) -> bool:
        """False for numbers that no heart gives: over 300 beats a minute, 10 s without a beat."""
        return self.heart_rate_bpm <= _MAX_HEART_RATE_BPM and all(
            ticks <= _MAX_RR_TICKS for ticks in self.rr_ticks
        )


def decode_heart_rate(payload: bytes) -> HeartRateMeasurement:
    """Decode a Heart Rate Measurement, characteristic 0x2A37.

    An odd byte at the end and intervals of zero are left out, as the service allows no other
    meaning for them; the contact bit counts only where the sensor says that it is known.

    Raises
    ------
    DecodeError
        If the bytes end before what the flags announce.
    """
    if not payload:
        msg = "a heart rate measurement is empty"
        raise DecodeError(msg)
    flags = payload[0]
    rate_format, offset = ("<H", 3) if flags & _RATE_IS_U16 else ("<B", 2)
    energy_end = offset + (2 if flags & _HAS_ENERGY else 0)
    if len(payload) < energy_end:
        msg = "a heart rate measurement ends too soon"
        raise DecodeError(msg)
    (heart_rate_bpm,) = struct.unpack_from(rate_format, payload, 1)
    energy_kj = None
    if flags & _HAS_ENERGY:
        (energy_kj,) = struct.unpack_from("<H", payload, offset)
    rr_ticks: tuple[int, ...] = ()
    if flags & _HAS_RR:
        n_intervals = (len(payload) - energy_end) // 2
        raw = struct.unpack_from(f"<{n_intervals}H", payload, energy_end)
        rr_ticks = tuple(ticks for ticks in raw if ticks > 0)
    has_contact = bool(flags & _HAS_CONTACT) if flags & _CONTACT_IS_KNOWN else None
    return HeartRateMeasurement(heart_rate_bpm, has_contact, energy_kj, rr_ticks)


def encode_heart_rate(
    heart_rate_bpm: int,
    rr_ticks: Sequence[int] = (),
    *,
    has_contact: bool | None = None,
    energy_kj: int | None = None,
) -> bytes:
    """Encode a Heart Rate Measurement as a sensor would: the inverse of decoding.

    Raises
    ------
    ValueError
        If a value does not fit its field of 16 bits, or an interval is 0.
    """
    if any(not 0 < ticks <= 0xFFFF for ticks in rr_ticks):
        msg = "an RR interval must fit 1 to 65535 ticks"
        raise ValueError(msg)
    if not 0 <= heart_rate_bpm <= 0xFFFF or not 0 <= (energy_kj or 0) <= 0xFFFF:
        msg = "heart rate and energy must fit 0 to 65535"
        raise ValueError(msg)
    is_wide = heart_rate_bpm > 0xFF
    flags = _RATE_IS_U16 if is_wide else 0
    if has_contact is not None:
        flags |= _CONTACT_IS_KNOWN | (_HAS_CONTACT if has_contact else 0)
    if energy_kj is not None:
        flags |= _HAS_ENERGY
    if rr_ticks:
        flags |= _HAS_RR
    parts = [struct.pack("<BH" if is_wide else "<BB", flags, heart_rate_bpm)]
    if energy_kj is not None:
        parts.append(struct.pack("<H", energy_kj))
    parts.append(struct.pack(f"<{len(rr_ticks)}H", *rr_ticks))
    return b"".join(parts)


def decode_battery(payload: bytes) -> int:
    """Decode Battery Level 0x2A19, percent.

    Raises
    ------
    DecodeError
        If it is empty or above 100, which the service reserves.
    """
    if not payload or payload[0] > 100:
        msg = "a battery level is not 0 to 100"
        raise DecodeError(msg)
    return payload[0]


def decode_location(payload: bytes) -> str:
    """Decode Body Sensor Location 0x2A38 into a word; ``other`` for values yet to be defined.

    Raises
    ------
    DecodeError
        If it is empty.
    """
    if not payload:
        msg = "a body sensor location is empty"
        raise DecodeError(msg)
    return _LOCATIONS[payload[0]] if payload[0] < len(_LOCATIONS) else _LOCATIONS[0]


def decode_text(payload: bytes) -> str:
    """Decode a text of Device Information: UTF-8, often padded with NUL or blanks."""
    text = payload.split(b"\0", 1)[0].decode("utf-8", errors="replace")
    return "".join(letter for letter in text if letter.isprintable()).strip()


def heart_rate_streams(sensor_id: str) -> tuple[StreamInfo, StreamInfo]:
    """Return the two streams of a strap: its intervals, and its own averaged rate."""
    return (
        StreamInfo(sensor_id, StreamKind.RR, ("rr_ms",)),
        StreamInfo(sensor_id, StreamKind.HEART_RATE, ("sensor_heart_rate_bpm",)),
    )


class HeartRateStream:
    """Turns the notifications of one strap into chunks.

    Parameters
    ----------
    sensor_id
        The strap's id, which the streams carry.

    Attributes
    ----------
    has_rr : bool or None
        Whether it sends intervals; ``None`` until one came or ten packets with a pulse came
        without.
    has_contact : bool or None
        Skin contact as of the last packet, ``None`` where the sensor cannot tell.
    has_signal : bool or None
        False while the sensor reports no contact or a rate of 0; ``None`` before any packet.
    """

    def __init__(self, sensor_id: str) -> None:
        self._rr, self._rate = heart_rate_streams(sensor_id)
        self._chain = RRChain()
        self._n_without_rr = 0
        self._arrival_s = 0.0
        self._unsent: tuple[Chunk, ...] = ()
        self.has_rr: bool | None = None
        self.has_contact: bool | None = None
        self.has_signal: bool | None = None

    @property
    def n_lost_packets(self) -> int:
        """Packets that never came, so far as the holes between the others tell."""
        return self._chain.n_lost_packets

    def push(self, payload: bytes, arrival_s: float) -> tuple[Chunk, ...]:
        """Decode one notification.

        Parameters
        ----------
        payload
            Its bytes.
        arrival_s
            When it came, session seconds.

        Returns
        -------
        tuple of Chunk
            At most one of intervals and one of the averaged rate. Intervals come as soon as
            their times are settled: as a rule with their own packet, at the start and after a
            hole with a later one. None of either while the sensor has no signal.

        Raises
        ------
        DecodeError
            If the bytes are no heart rate measurement, or one that no heart gives. Nothing
            has changed then.
        """
        measurement = decode_heart_rate(payload)
        if not measurement.is_possible:
            msg = "a heart rate measurement is beyond any heart"
            raise DecodeError(msg)
        chunks = list(self._unsent)
        self._unsent = ()
        self._arrival_s = arrival_s
        self.has_contact = measurement.has_contact
        self.has_signal = measurement.has_signal
        if measurement.has_signal:
            self._note_rr(measurement)
            chunks += self._beats(self._chain.push(arrival_s, measurement.rr_ticks))
            rate_bpm = np.array([[float(measurement.heart_rate_bpm)]])
            chunks.append(Chunk(self._rate, np.array([arrival_s]), rate_bpm, arrival_s))
        else:
            # Intervals of such a packet are leftovers or noise: they are in the raw packet.
            self._chain.interrupt()
            chunks += self._beats(self._chain.push(arrival_s, ()))
        return tuple(chunks)

    def flush(self) -> tuple[Chunk, ...]:
        """Return the beats that are still held, for there will be no packet to wait for.

        The next packet begins a new chain, after a gap.
        """
        chunks = (*self._unsent, *self._beats(self._chain.reset()))
        self._unsent = ()
        return chunks

    def reset(self) -> None:
        """Begin anew after a reconnect. Beats still held come with the next packet."""
        self._unsent = self.flush()
        self.has_contact = None
        self.has_signal = None

    def _note_rr(self, measurement: HeartRateMeasurement) -> None:
        if measurement.rr_ticks:
            self.has_rr = True
        elif self.has_rr is None:
            self._n_without_rr += 1
            if self._n_without_rr >= _N_UNTIL_NO_RR:
                self.has_rr = False

    def _beats(self, beats: TimedBeats) -> list[Chunk]:
        if beats.t_s.size == 0:
            return []
        return [Chunk(self._rr, beats.t_s, beats.rr_ms[:, None], self._arrival_s)]
