"""The streams of one Polar sensor: which are started, and what their frames carry."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING, Final

import numpy as np

from biofeedback.devices.driver import DecodeError, Frame, Stamp, Watch
from biofeedback.devices.drivers.polar.control_point import Measurement
from biofeedback.devices.drivers.polar.frames import (
    decode_header,
    decode_pulse_intervals,
    decode_samples,
    layout_of,
)
from biofeedback.devices.drivers.polar.pulse_times import PulseTimes
from biofeedback.devices.drivers.polar.settings import factor_of
from biofeedback.samples import Chunk, StreamInfo, StreamKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from biofeedback.devices.driver import Delivery
    from biofeedback.devices.drivers.polar.frames import Header
    from biofeedback.devices.drivers.polar.pulse_times import TimedInterval

__all__ = ["CLOCK", "KINDS", "PolarStreams"]

# All streams of one sensor carry times of the same clock.
CLOCK: Final = "polar"

# What is used of the service, in the order in which it is started.
KINDS: Final = {
    Measurement.ECG: StreamKind.ECG,
    Measurement.PPG: StreamKind.PPG,
    Measurement.PPI: StreamKind.PP,
    Measurement.ACC: StreamKind.ACCELERATION,
    Measurement.SKIN_TEMPERATURE: StreamKind.TEMPERATURE,
}

# The first frame of an H10 can take half a minute on some systems, and pulse intervals are
# found in half a minute of signal.
# A stream that was refused for now is asked for again after this, and then ever more seldom.
_ASK_AGAIN_S = 10.0
_WATCHES: Final = {
    Measurement.ECG: Watch(StreamKind.ECG, 45.0, 5.0),
    Measurement.PPG: Watch(StreamKind.PPG, 45.0, 5.0),
    Measurement.PPI: Watch(StreamKind.PP, 60.0, 30.0),
    Measurement.ACC: Watch(StreamKind.ACCELERATION, 45.0, 5.0),
    Measurement.SKIN_TEMPERATURE: Watch(StreamKind.TEMPERATURE, 60.0, 30.0),
}

# Pulse intervals come every few seconds; the same bytes within this time are the same frame.
_TWICE_S: Final = 0.25
_PP_CHANNELS: Final = ("pp_ms", "error_estimate_ms")


@dataclass(slots=True)
class _Started:
    """One stream that was asked for."""

    rate_hz: float | None
    channels: tuple[str, ...] = ()  # of its first frame
    factor: float = 1.0
    is_running: bool = False  # the sensor said yes
    is_refused: bool = False  # it said no or nothing, and may say yes later
    has_come: bool = False
    has_ended: bool = False  # the sensor ended it by itself


class PolarStreams:
    """What one sensor sends over its measurement service.

    Parameters
    ----------
    sensor_id
        Which the streams carry.

    Attributes
    ----------
    n_pulses_left_out : int
        Pulse-to-pulse intervals that the sensor itself called no good, over all connections.
    are_pulses_left_out : bool
        Whether all of the last frame were.
    """

    def __init__(self, sensor_id: str) -> None:
        self._sensor_id = sensor_id
        self._started: dict[Measurement, _Started] = {}
        self._pulses = PulseTimes()
        self._arrival_s = -inf
        self._pulse_payload = b""
        self.n_pulses_left_out = 0
        self.are_pulses_left_out = False

    @property
    def started(self) -> tuple[Measurement, ...]:
        """Those that were asked for and not refused for good."""
        return tuple(self._started)

    @property
    def waited_for(self) -> tuple[Measurement, ...]:
        """Those of which nothing has come yet."""
        return tuple(
            measurement
            for measurement, each in self._started.items()
            if not each.has_come and not each.is_refused
        )

    @property
    def flowing(self) -> tuple[Measurement, ...]:
        """Those that the sensor said yes to, and has sent since if it was asked again in vain."""
        return tuple(
            measurement
            for measurement, each in self._started.items()
            if each.is_running and not each.is_refused
        )

    @property
    def ended_by_themselves(self) -> tuple[Measurement, ...]:
        """Those that the sensor has ended and not sent since."""
        return tuple(measurement for measurement, each in self._started.items() if each.has_ended)

    @property
    def watches(self) -> tuple[Watch, ...]:
        """Those that are expected: all that run, and all that are to be asked for again.

        Pulse-to-pulse intervals are not expected while they are left out for movement.
        """
        return tuple(
            replace(_WATCHES[measurement], first_s=_ASK_AGAIN_S)
            if each.is_refused
            else _WATCHES[measurement]
            for measurement, each in self._started.items()
            if (each.is_running or each.is_refused)
            and not (measurement is Measurement.PPI and self.are_pulses_left_out)
        )

    def begin(self, measurement: Measurement, rate_hz: float | None) -> None:
        """Be ready for a stream that is about to be asked for."""
        self._started[measurement] = _Started(rate_hz)

    def granted(self, number: int, parameters: bytes) -> None:
        """Know that the sensor has said yes, with what it said besides."""
        for measurement, each in self._started.items():
            if measurement == number:
                each.is_running = True
                each.factor = factor_of(parameters)

    def refused(self, measurement: Measurement, *, for_now: bool) -> None:
        """Know that the sensor has said no, and whether to ask again."""
        each = self._started.get(measurement)
        if each is not None and for_now:
            each.is_running = False
            each.is_refused = True
        else:
            self._started.pop(measurement, None)

    def unanswered(self, measurement: Measurement) -> None:
        """Know that the sensor has said nothing: what ran before may run on."""
        if (each := self._started.get(measurement)) is not None:
            each.is_refused = True

    def ended_by_sensor(self, measurements: Iterable[Measurement]) -> None:
        """Know that the sensor has ended streams by itself."""
        for measurement in measurements:
            if (each := self._started.get(measurement)) is not None:
                each.has_ended = True
                if measurement is Measurement.PPI:
                    self.are_pulses_left_out = False

    def forget(self) -> tuple[Chunk, ...]:
        """Return what is still held: the connection is over, and every stream with it."""
        self._started.clear()
        self.are_pulses_left_out = False
        return self._timed(self._pulses.flush())

    def take(self, payload: bytes, arrival_s: float) -> tuple[Delivery, ...]:
        """Understand a frame.

        Raises
        ------
        DecodeError
            If it makes no sense. Nothing has changed then.
        """
        header = decode_header(payload)
        started = self._started.get(header.measurement)
        if started is None or not started.is_running:
            # Still underway from a program before us, with settings that nobody knows.
            return ()
        if header.measurement is Measurement.PPI:
            delivered = self._pulse_intervals(payload, header, arrival_s)
        else:
            delivered = self._samples(payload, header, started)
        started.has_come = True
        started.has_ended = started.is_refused = False
        return delivered

    def _samples(self, payload: bytes, header: Header, started: _Started) -> tuple[Delivery, ...]:
        layout = layout_of(header)
        if layout is None:
            return ()
        measurement = header.measurement
        if started.channels not in {(), layout.channels}:
            msg = f"frames of {measurement.name} have changed their channels"
            raise DecodeError(msg)
        values = decode_samples(payload, header, layout, started.factor)
        started.channels = layout.channels
        stamp = Stamp(header.stamp_s, clock=CLOCK) if header.stamp_ns else None
        stream = StreamInfo(self._sensor_id, KINDS[measurement], layout.channels, started.rate_hz)
        return (Frame(stream, values, stamp),)

    def _pulse_intervals(
        self, payload: bytes, header: Header, arrival_s: float
    ) -> tuple[Delivery, ...]:
        intervals = decode_pulse_intervals(payload, header)
        is_at_once = arrival_s - self._arrival_s < _TWICE_S
        if payload == self._pulse_payload and (is_at_once or header.stamp_ns):
            # Handed over twice by the system. Bodies do not repeat themselves like that.
            return ()
        self._arrival_s = arrival_s
        self._pulse_payload = payload
        n_bad = sum(not each.is_good for each in intervals)
        self.n_pulses_left_out += n_bad
        self.are_pulses_left_out = n_bad == len(intervals)
        return self._timed(self._pulses.push(arrival_s, intervals))

    def _timed(self, pulses: list[TimedInterval]) -> tuple[Chunk, ...]:
        good = [(t_s, each) for t_s, each in pulses if each.is_good]
        if not good:
            return ()
        values = [[each.pp_ms, each.error_estimate_ms] for _, each in good]
        return (
            Chunk(
                StreamInfo(self._sensor_id, StreamKind.PP, _PP_CHANNELS),
                np.array([t_s for t_s, _ in good]),
                np.array(values, dtype=np.float64),
                self._arrival_s,
            ),
        )
