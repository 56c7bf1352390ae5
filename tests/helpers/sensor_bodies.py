"""Five sensors that measure on and on, each sample with its number in it.

A `Source` is one stream of notifications of one sensor. It samples on a clock of its own, a
little fast or slow, whether anyone listens or not, and sends while the sensor has been told to.
Every notification says which samples are in it, so that what became of them can be judged.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from biofeedback.devices.drivers.bitalino.driver import FRAMES
from biofeedback.devices.drivers.bitalino.frames import encode_frame as encode_board_frame
from biofeedback.devices.drivers.heart_rate import HEART_RATE_MEASUREMENT, encode_heart_rate
from biofeedback.devices.drivers.polar.control_point import (
    MEASUREMENT_DATA,
    Measurement,
    Operation,
)
from biofeedback.devices.drivers.polar.encoder import (
    encode_compressed,
    encode_pulse_intervals,
    encode_raw,
)
from biofeedback.devices.drivers.polar.frames import PulseInterval
from biofeedback.devices.drivers.polar.settings import Setting
from biofeedback.devices.drivers.shimmer.commands import START
from biofeedback.devices.drivers.shimmer.conversion import FEEDBACK_KOHM
from biofeedback.devices.drivers.vernier.commands import Command
from biofeedback.devices.drivers.vernier.packets import (
    KIND_MEASUREMENT,
    RESPONSE,
    encode_packet,
)
from biofeedback.samples import StreamKind

from .bitalino_peripheral import BoardPeripheral
from .polar_peripheral import H10_RESET_NS, PolarPeripheral
from .shimmer_peripheral import ShimmerPeripheral
from .vernier_peripheral import BeltPeripheral, encode_measurement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from .bluez_peripheral import Peripheral

__all__ = [
    "BeltSource",
    "BoardSource",
    "HeartSource",
    "Notification",
    "PolarSource",
    "PulseSource",
    "ShimmerSource",
    "Source",
    "Span",
    "Track",
]

# What a notification takes from the sensor to the program.
DELAY_S = 0.02
# A rate has no time but its arrival, and a stall holds it up.
RATE_OFF_S = 3.1
_TICK_MS = 1000 / 1024


@dataclass(frozen=True)
class Track:
    """The samples of one stream: when each is taken, and what is in it.

    Attributes
    ----------
    kind
        Which stream.
    t_s
        From numbers to true times.
    values
        From numbers to what the app must make of them, shape ``(n,)`` or ``(n, n_channels)``.
    off_s
        How far a time may be off where the app states no alignment of its own.
    """

    kind: StreamKind
    t_s: Callable[[NDArray[np.int64]], NDArray[np.float64]]
    values: Callable[[NDArray[np.int64]], NDArray[np.float64]]
    off_s: float = 0.0


class Span(NamedTuple):
    """Bytes of a stream of bytes, from its beginning in one go of the sensor."""

    go: int
    begin: int
    end: int


class Notification(NamedTuple):
    """What goes over the air at once.

    ``numbers`` are those of the samples in it, by stream; ``spans`` where its bytes stand in a
    stream of bytes, in which a frame may begin in one notification and end in the next.
    """

    t_s: float
    uuid: str
    payload: bytes
    numbers: tuple[tuple[StreamKind, range], ...] = ()
    spans: tuple[Span, ...] = ()


class Source(Protocol):
    """One stream of notifications of one sensor."""

    @property
    def peripheral(self) -> Peripheral:
        """Whose."""
        ...

    @property
    def tracks(self) -> tuple[Track, ...]:
        """The streams that are in it."""
        ...

    def is_start(self, written: bytes) -> bool:
        """Whether a write to the sensor asks for this."""
        ...

    def due_s(self) -> float:
        """When the next notification is sent."""
        ...

    def send(self) -> list[Notification]:
        """Return what is sent then; nothing while nobody wants it."""
        ...

    def delivered(self, came: Iterable[Notification]) -> dict[StreamKind, list[int]]:
        """Return the numbers of the samples in what came over one connection, in order."""
        ...


def _all_numbers(came: Iterable[Notification]) -> dict[StreamKind, list[int]]:
    numbers: dict[StreamKind, list[int]] = {}
    for each in came:
        for kind, these in each.numbers:
            numbers.setdefault(kind, []).extend(these)
    return numbers


class _Regular:
    """Samples at an even pace, a fixed number a notification."""

    def __init__(self, rate_hz: float, n_each: int, drift_ppm: float, begin_s: float) -> None:
        self.rate_hz = rate_hz * (1 + drift_ppm * 1e-6)
        self._begin_s = begin_s
        self._n_each = n_each
        self._next = 0

    def times_s(self, numbers: NDArray[np.int64]) -> NDArray[np.float64]:
        result: NDArray[np.float64] = self._begin_s + np.asarray(numbers) / self.rate_hz
        return result

    def time_s(self, number: int) -> float:
        return self._begin_s + number / self.rate_hz

    def due_s(self) -> float:
        return self.time_s(self._next + self._n_each - 1) + DELAY_S

    def _taken(self) -> range:
        taken = range(self._next, self._next + self._n_each)
        self._next = taken.stop
        return taken

    def delivered(self, came: Iterable[Notification]) -> dict[StreamKind, list[int]]:
        return _all_numbers(came)


_POLAR_KINDS = {
    Measurement.ECG: StreamKind.ECG,
    Measurement.ACC: StreamKind.ACCELERATION,
    Measurement.PPG: StreamKind.PPG,
}


class PolarSource(_Regular):
    """ECG, acceleration or pulse wave of a Polar sensor.

    ``reset_s`` is when its clock last began anew: set it, and it does so.
    """

    def __init__(
        self,
        peripheral: PolarPeripheral,
        measurement: Measurement,
        *,
        drift_ppm: float,
        begin_s: float = 0.0,
    ) -> None:
        rate_hz, n_each = {
            Measurement.ECG: (130.0, 73),
            Measurement.ACC: (50.0, 36),
            Measurement.PPG: (55.0, 36),
        }[measurement]
        super().__init__(rate_hz, n_each, drift_ppm, begin_s)
        self.peripheral = peripheral
        self.measurement = measurement
        self.reset_s = 0.0
        self._pace = 1 + drift_ppm * 1e-6
        self._channels = {Measurement.ECG: 1, Measurement.ACC: 3, Measurement.PPG: 4}[measurement]
        self._unit = 0.001 if measurement is Measurement.ACC else 1.0
        self.tracks = (Track(_POLAR_KINDS[measurement], self.times_s, self._values),)

    def _raw(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        own = np.asarray(numbers) % 2000 - 1000
        return own[:, None] + np.arange(self._channels)

    def _values(self, numbers: NDArray[np.int64]) -> NDArray[np.float64]:
        return (self._raw(numbers) * self._unit).astype(np.float64)

    def is_start(self, written: bytes) -> bool:
        return written[:2] == bytes([Operation.START, self.measurement])

    def send(self) -> list[Notification]:
        taken = self._taken()
        peripheral, measurement = self.peripheral, self.measurement
        asked = peripheral.running.get(measurement)
        if asked is None:
            return []
        if measurement is Measurement.ACC:
            assert asked[Setting.SAMPLE_RATE] == (50,)
        last_s = self.time_s(taken[-1])
        stamp_ns = H10_RESET_NS + round((last_s - self.reset_s) * self._pace * 1e9)
        raw = self._raw(np.arange(taken.start, taken.stop))
        if measurement is Measurement.PPG:
            payload = encode_compressed(measurement, stamp_ns, 0, raw)
        else:
            kind = 1 if measurement is Measurement.ACC else 0
            payload = encode_raw(measurement, stamp_ns, kind, raw)
        numbers = ((self.tracks[0].kind, taken),)
        return [Notification(last_s + DELAY_S, MEASUREMENT_DATA, payload, numbers)]


def _ticks(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """RR intervals that tell their numbers, around 72 beats a minute."""
    result: NDArray[np.int64] = 760 + (np.asarray(numbers) * 37) % 191
    return result


class HeartSource:
    """The standard heart rate: a packet a second, with the intervals of the beats since.

    An optical band sends the rate alone. ``has_contact`` is False while it feels no skin.
    """

    def __init__(
        self, peripheral: PolarPeripheral, *, has_rr: bool, length_s: float, begin_s: float = 0.0
    ) -> None:
        self.peripheral = peripheral
        self.has_contact = True
        self._begin_s = begin_s
        self._has_rr = has_rr
        self._next = 0
        n_beats = ceil(length_s * 1.4) + 10
        self._ticks = _ticks(np.arange(n_beats))
        self._beats_s = begin_s + np.cumsum(self._ticks) / 1024
        self._n_told = 0
        rate = Track(StreamKind.HEART_RATE, self._rate_s, self._rates, off_s=RATE_OFF_S)
        beats = Track(StreamKind.RR, lambda n: self._beats_s[n], self._rr_ms, off_s=1.2)
        self.tracks: tuple[Track, ...] = (rate, beats) if has_rr else (rate,)

    def _rr_ms(self, numbers: NDArray[np.int64]) -> NDArray[np.float64]:
        return (_ticks(numbers) * _TICK_MS).astype(np.float64)

    def _rate_s(self, numbers: NDArray[np.int64]) -> NDArray[np.float64]:
        return (self._begin_s + 1.0 + np.asarray(numbers)).astype(np.float64)

    def _rates(self, numbers: NDArray[np.int64]) -> NDArray[np.float64]:
        return (60.0 + np.asarray(numbers) % 50).astype(np.float64)

    def is_start(self, written: bytes) -> bool:
        return False

    def due_s(self) -> float:
        return self._begin_s + 1.0 + self._next + DELAY_S

    def send(self) -> list[Notification]:
        number = self._next
        self._next += 1
        t_s = self._begin_s + 1.0 + number
        n_beats = int(np.searchsorted(self._beats_s, t_s))
        beats = range(self._n_told, n_beats) if self._has_rr else range(0)
        self._n_told = n_beats
        contact = self.has_contact if self._has_rr else None
        if not self.has_contact:
            payload = encode_heart_rate(0, (), has_contact=contact)
            return [Notification(t_s + DELAY_S, HEART_RATE_MEASUREMENT, payload)]
        rr_ticks = self._ticks[beats.start : beats.stop].tolist()
        payload = encode_heart_rate(60 + number % 50, rr_ticks, has_contact=contact)
        numbers = ((StreamKind.HEART_RATE, range(number, number + 1)), (StreamKind.RR, beats))
        return [Notification(t_s + DELAY_S, HEART_RATE_MEASUREMENT, payload, numbers)]

    def delivered(self, came: Iterable[Notification]) -> dict[StreamKind, list[int]]:
        return _all_numbers(came)


class PulseSource:
    """Pulse-to-pulse intervals: a handful every five seconds, without any time."""

    EVERY_S = 5.0

    def __init__(
        self, peripheral: PolarPeripheral, *, length_s: float, begin_s: float = 0.0
    ) -> None:
        self.peripheral = peripheral
        self._begin_s = begin_s
        self._next = 0
        self._n_told = 0
        self._pp_ms = 700 + (np.arange(ceil(length_s * 1.5) + 10) * 37) % 191
        self._pulses_s = begin_s + np.cumsum(self._pp_ms) / 1000
        # How long the sensor thinks is not told.
        self.tracks = (Track(StreamKind.PP, self._times_s, self._values, off_s=1.5),)

    def _times_s(self, numbers: NDArray[np.int64]) -> NDArray[np.float64]:
        result: NDArray[np.float64] = self._pulses_s[numbers]
        return result

    def _values(self, numbers: NDArray[np.int64]) -> NDArray[np.float64]:
        pp_ms = self._pp_ms[numbers].astype(float)
        return np.stack([pp_ms, np.full(pp_ms.shape, 10.0)], axis=1)

    def is_start(self, written: bytes) -> bool:
        return written[:2] == bytes([Operation.START, Measurement.PPI])

    def due_s(self) -> float:
        return self._begin_s + (self._next + 1) * self.EVERY_S + DELAY_S

    def send(self) -> list[Notification]:
        due_s = self.due_s()
        self._next += 1
        n_pulses = int(np.searchsorted(self._pulses_s, due_s - DELAY_S))
        taken = range(self._n_told, n_pulses)
        self._n_told = n_pulses
        if Measurement.PPI not in self.peripheral.running:
            return []
        payload = encode_pulse_intervals(
            0,
            [PulseInterval(int(self._pp_ms[i]), 10, 70, has_contact=True) for i in taken],
        )
        return [Notification(due_s, MEASUREMENT_DATA, payload, ((StreamKind.PP, taken),))]

    def delivered(self, came: Iterable[Notification]) -> dict[StreamKind, list[int]]:
        return _all_numbers(came)


class BeltSource(_Regular):
    """A respiration belt: its force ten times a second."""

    def __init__(self, peripheral: BeltPeripheral, *, drift_ppm: float) -> None:
        super().__init__(10.0, 1, drift_ppm, 0.0)
        self.peripheral = peripheral
        self._n_packets = 0
        self._is_fresh = True
        self.tracks = (Track(StreamKind.RESPIRATION, self.times_s, self._values),)

    def _values(self, numbers: NDArray[np.int64]) -> NDArray[np.float64]:
        # Halves and quarters are exact in the 32 bits of the packet.
        result: NDArray[np.float64] = 5.0 + (np.asarray(numbers) % 128) / 16
        return result

    def is_start(self, written: bytes) -> bool:
        return written[4:5] == bytes([Command.START])

    def send(self) -> list[Notification]:
        taken = self._taken()
        if not self.peripheral.is_measuring:
            return []
        assert self.peripheral.period_us == 100_000
        values = self._values(np.arange(taken.start, taken.stop))
        body = encode_measurement(self.peripheral.sensors, [(float(each),) for each in values])
        payload = encode_packet(KIND_MEASUREMENT, self._n_packets & 0xFF, body)
        self._n_packets += 1
        numbers = ((StreamKind.RESPIRATION, taken),)
        return [Notification(self.time_s(taken[-1]) + DELAY_S, RESPONSE, payload, numbers)]


class _Bytes(_Regular):
    """A sensor whose frames lie back to back over the borders of notifications."""

    def __init__(
        self, rate_hz: float, n_each: int, drift_ppm: float, frame_n: int, piece_n: int
    ) -> None:
        super().__init__(rate_hz, n_each, drift_ppm, 0.0)
        self._frame_n = frame_n
        self._piece_n = piece_n
        self._kept = b""
        self._go = 0
        self._sent_n = 0
        # The number of the first sample of each go.
        self._first: dict[int, int] = {}
        self._kinds: tuple[StreamKind, ...] = ()
        # Whether what is left is sent as well, or kept for a full notification.
        self._is_prompt = False

    def _begin_go(self, number: int) -> None:
        self._go += 1
        self._sent_n = 0
        self._kept = b""
        self._first[self._go] = number

    def _pieces(self, t_s: float, uuid: str, frames: bytes) -> list[Notification]:
        self._kept += frames
        pieces = []
        while len(self._kept) >= (1 if self._is_prompt else self._piece_n):
            piece, self._kept = self._kept[: self._piece_n], self._kept[self._piece_n :]
            span = Span(self._go, self._sent_n, self._sent_n + len(piece))
            self._sent_n = span.end
            pieces.append(Notification(t_s, uuid, piece, spans=(span,)))
        return pieces

    def delivered(self, came: Iterable[Notification]) -> dict[StreamKind, list[int]]:
        """Return the frames that came whole; at the edges of a stretch they are no proof.

        Frames have no marks. Whether the last one before missing bytes and the first one after
        them are whole does not show, so nobody may take them for samples.
        """
        numbers: list[int] = []
        for stretch in _stretches([span for each in came for span in each.spans]):
            first, last = -(-stretch.begin // self._frame_n), stretch.end // self._frame_n
            begin = self._first[stretch.go]
            numbers += range(begin + first, begin + last)
        return dict.fromkeys(self._kinds, numbers)

    def may_miss(self, came: Iterable[Notification]) -> set[int]:
        """Return the frames at the edges of stretches, which may be left out."""
        edges: set[int] = set()
        for stretch in _stretches([span for each in came for span in each.spans]):
            first, last = -(-stretch.begin // self._frame_n), stretch.end // self._frame_n
            begin = self._first[stretch.go]
            edges |= {begin + last - 1, begin + last - 2}
            if stretch.begin:
                edges |= {begin + first, begin + first + 1}
        return edges


def _stretches(spans: list[Span]) -> list[Span]:
    """Join spans that follow each other."""
    joined: list[Span] = []
    for span in spans:
        if joined and joined[-1].go == span.go and joined[-1].end == span.begin:
            joined[-1] = joined[-1]._replace(end=span.end)
        else:
            joined.append(span)
    return joined


class ShimmerSource(_Bytes):
    """Skin conductance 32 times a second."""

    _RESISTOR = 3
    _FIRST_ADC = 1300
    _N_ADC = 2700

    def __init__(self, peripheral: ShimmerPeripheral, *, drift_ppm: float) -> None:
        # Two notifications each time, with a frame across their border.
        super().__init__(32.0, 8, drift_ppm, frame_n=6, piece_n=31)
        self.peripheral = peripheral
        self._is_prompt = True
        self._was_streaming = False
        self._kinds = (StreamKind.EDA,)
        self.tracks = (Track(StreamKind.EDA, self.times_s, self._values),)

    def _adc(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        result: NDArray[np.int64] = self._FIRST_ADC + np.asarray(numbers) % self._N_ADC
        return result

    def _values(self, numbers: NDArray[np.int64]) -> NDArray[np.float64]:
        # 3 V over 4095 steps, 0.5 V on the skin.
        volts = self._adc(numbers) * 3.0 / 4095
        return (volts / 0.5 - 1) / FEEDBACK_KOHM[self._RESISTOR] * 1000

    def is_start(self, written: bytes) -> bool:
        return written == bytes([START])

    def send(self) -> list[Notification]:
        taken = self._taken()
        shimmer = self.peripheral.shimmer
        if not shimmer.is_streaming:
            self._was_streaming = False
            return []
        if not self._was_streaming:
            self._was_streaming = True
            self._begin_go(taken.start)
        assert shimmer.inquiry.divisor == 1024
        frames = b""
        for number, adc in zip(taken, self._adc(np.array(taken)).tolist(), strict=True):
            # Its ticks are of its own clock, and begin anew after 512 s.
            shimmer.ticks = 0x700000 + (number - 1) * shimmer.inquiry.divisor
            frames += shimmer.frame(self._RESISTOR << 14 | adc)
        uuid = self.peripheral.transport.notify
        return self._pieces(self.time_s(taken[-1]) + DELAY_S, uuid, frames)


class BoardSource(_Bytes):
    """A board with all six inputs a hundred times a second."""

    def __init__(self, peripheral: BoardPeripheral, *, drift_ppm: float) -> None:
        super().__init__(100.0, 5, drift_ppm, frame_n=8, piece_n=20)
        self.peripheral = peripheral
        kinds = (StreamKind.EMG, StreamKind.ECG, StreamKind.EDA, StreamKind.OTHER)
        conversions: dict[StreamKind, Callable[[NDArray[np.float64]], NDArray[np.float64]]] = {
            StreamKind.EMG: lambda r: (r / 1024 - 0.5) * 3.3e6 / 1009,
            StreamKind.ECG: lambda r: (r / 1024 - 0.5) * 3.3e6 / 1100,
            StreamKind.EDA: lambda r: r / 1024 * 25,
            StreamKind.OTHER: lambda r: (r / 1024 - 0.5) * 3.3e6 / 40_000,
        }
        self._kinds = kinds
        self.tracks = tuple(
            Track(
                kind,
                self.times_s,
                lambda numbers, convert=conversions[kind]: convert(  # type: ignore[misc]  # bound now
                    (np.asarray(numbers) % 1000).astype(float)
                ),
            )
            for kind in kinds
        )

    def is_start(self, written: bytes) -> bool:
        return len(written) == 1 and written[0] & 3 == 1

    def send(self) -> list[Notification]:
        taken = self._taken()
        board = self.peripheral
        if not board.is_live:
            return []
        if board._number == 0:
            self._begin_go(taken.start)
        frames = b""
        for number in taken:
            own = number % 1000
            frames += encode_board_frame(board._number, [own, own, own, own, number % 64, 7])
            board._number += 1
        return self._pieces(self.time_s(taken[-1]) + DELAY_S, FRAMES, frames)
