"""What Polar sensors send: even streams, heart rate with its beats, and pulse intervals."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import numpy as np

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
from biofeedback.samples import StreamKind

from .polar_peripheral import H10_RESET_NS, PolarPeripheral
from .sensor_source import DELAY_S, Notification, Numbered, RegularSource, Track

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["HeartSource", "PolarSource", "PulseSource"]

# A rate has no time but its arrival, and a stall holds it up.
RATE_OFF_S = 3.1
_TICK_MS = 1000 / 1024
_POLAR_KINDS = {
    Measurement.ECG: StreamKind.ECG,
    Measurement.ACC: StreamKind.ACCELERATION,
    Measurement.PPG: StreamKind.PPG,
}


class PolarSource(RegularSource):
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
        taken = self.take()
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


class _Beats:
    """Heartbeats at given distances, told a few at a time."""

    def __init__(self, begin_s: float, intervals_s: NDArray[np.float64]) -> None:
        self._at_s: NDArray[np.float64] = begin_s + np.cumsum(intervals_s)
        self._n_told = 0

    def times_s(self, numbers: NDArray[np.int64]) -> NDArray[np.float64]:
        result: NDArray[np.float64] = self._at_s[numbers]
        return result

    def since(self, t_s: float) -> range:
        """Return the numbers of those before a time that were not told yet."""
        n_beats = int(np.searchsorted(self._at_s, t_s))
        told = range(self._n_told, n_beats)
        self._n_told = n_beats
        return told


def _ticks(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """RR intervals that tell their numbers, around 72 beats a minute."""
    result: NDArray[np.int64] = 760 + (np.asarray(numbers) * 37) % 191
    return result


class HeartSource(Numbered):
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
        self._beats = _Beats(begin_s, self._ticks / 1024)
        rate = Track(StreamKind.HEART_RATE, self._rate_s, self._rates, off_s=RATE_OFF_S)
        beats = Track(StreamKind.RR, self._beats.times_s, self._rr_ms, off_s=1.2)
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
        beats = self._beats.since(t_s) if self._has_rr else range(0)
        contact = self.has_contact if self._has_rr else None
        if not self.has_contact:
            payload = encode_heart_rate(0, (), has_contact=contact)
            return [Notification(t_s + DELAY_S, HEART_RATE_MEASUREMENT, payload)]
        rr_ticks = self._ticks[beats.start : beats.stop].tolist()
        payload = encode_heart_rate(60 + number % 50, rr_ticks, has_contact=contact)
        numbers = ((StreamKind.HEART_RATE, range(number, number + 1)), (StreamKind.RR, beats))
        return [Notification(t_s + DELAY_S, HEART_RATE_MEASUREMENT, payload, numbers)]


class PulseSource(Numbered):
    """Pulse-to-pulse intervals: a handful every five seconds, without any time."""

    EVERY_S = 5.0

    def __init__(
        self, peripheral: PolarPeripheral, *, length_s: float, begin_s: float = 0.0
    ) -> None:
        self.peripheral = peripheral
        self._begin_s = begin_s
        self._next = 0
        self._pp_ms = 700 + (np.arange(ceil(length_s * 1.5) + 10) * 37) % 191
        self._pulses = _Beats(begin_s, self._pp_ms / 1000)
        # How long the sensor thinks is not told.
        self.tracks = (Track(StreamKind.PP, self._pulses.times_s, self._values, off_s=1.5),)

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
        taken = self._pulses.since(due_s - DELAY_S)
        if Measurement.PPI not in self.peripheral.running:
            return []
        payload = encode_pulse_intervals(
            0,
            [PulseInterval(int(self._pp_ms[i]), 10, 70, has_contact=True) for i in taken],
        )
        return [Notification(due_s, MEASUREMENT_DATA, payload, ((StreamKind.PP, taken),))]
