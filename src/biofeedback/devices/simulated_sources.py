"""What each kind of simulated sensor makes of the body that wears it."""

from __future__ import annotations

from collections import deque
from statistics import fmean
from typing import TYPE_CHECKING, Protocol

import numpy as np

from biofeedback.devices.drivers.heart_rate import (
    HEART_RATE_MEASUREMENT,
    HeartRateStream,
    encode_heart_rate,
)
from biofeedback.samples import Chunk, Packet, StreamInfo, StreamKind
from biofeedback.simulation.acceleration import ACCELERATION_RATE_HZ, AccelerationSensing
from biofeedback.simulation.belt import BeltSensing
from biofeedback.simulation.body import BodySignal
from biofeedback.simulation.client import BELT_RATE_HZ, EDA_RATE_HZ, STEPS_PER_S
from biofeedback.simulation.ecg import ECG_RATE_HZ, EcgSensing
from biofeedback.simulation.electrodes import ElectrodeSensing
from biofeedback.simulation.muscle import ENVELOPE_RATE_HZ, EmgSensing
from biofeedback.simulation.options import Faults, person_from
from biofeedback.simulation.pulse import PULSE_RATE_HZ, PulseSensing
from biofeedback.simulation.strap import StrapSensing
from biofeedback.simulation.track import BLOCK_S

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from biofeedback.clock import Clock
    from biofeedback.devices.sensor import SensorInfo, Sink
    from biofeedback.simulation.body import BodyReader, LifeReader, SimulatedBody
    from biofeedback.simulation.client import Produced

__all__ = ["Source", "source_of"]

_AVERAGED_BEATS = 8
# As many samples as a chest strap's radio puts into one notification of 229 bytes.
_ECG_PACKET, _ACCELERATION_PACKET = 73, 36
_PULSE_PACKET = 14
_ENVELOPE_PACKET = 2
COUNTER_RATE_HZ = 100.0


class Source(Protocol):
    """What one kind of sensor makes of the body."""

    @property
    def has_rr(self) -> bool | None:
        """Whether it sends intervals; ``None`` where that is no question."""
        ...

    @property
    def n_lost_packets(self) -> int:
        """How many packets were found missing."""
        ...

    def send(self, until_s: float, clock: Clock, sink: Sink) -> bool:
        """Deliver what was measured up to a time, as arriving now; tell if there was any."""
        ...

    def lose(self, until_s: float, sink: Sink) -> None:
        """Measure up to a time and let it go: the link is lost."""
        ...


class _Strap:
    """Beats as Heart Rate Measurement notifications, decoded as those of a real strap."""

    def __init__(self, sensor_id: str, reader: BodyReader, sensing: StrapSensing) -> None:
        self._sensor_id = sensor_id
        self._reader = reader
        self._sensing = sensing
        self._stream = HeartRateStream(sensor_id)
        self._averaged_ms: deque[float] = deque(maxlen=_AVERAGED_BEATS)

    @property
    def has_rr(self) -> bool | None:
        return self._stream.has_rr

    @property
    def n_lost_packets(self) -> int:
        return self._stream.n_lost_packets

    def _measured_ticks(self, until_s: float) -> list[int]:
        beats = self._sensing.sense(self._reader.take(until_s))
        self._averaged_ms.extend(beat.rr_ms for beat in beats)
        return [beat.rr_ticks for beat in beats]

    def send(self, until_s: float, clock: Clock, sink: Sink) -> bool:
        rr_ticks = self._measured_ticks(until_s)
        if not self._averaged_ms:
            # Put on a moment ago: nothing to tell yet.
            return False
        heart_rate_bpm = min(round(60000.0 / fmean(self._averaged_ms)), 255)
        payload = encode_heart_rate(heart_rate_bpm, rr_ticks)
        arrival_s = clock.now_s()
        sink.packet(Packet(self._sensor_id, HEART_RATE_MEASUREMENT, arrival_s, payload))
        for chunk in self._stream.push(payload, arrival_s):
            sink.chunk(chunk)
        return True

    def lose(self, until_s: float, sink: Sink) -> None:
        self._measured_ticks(until_s)
        for chunk in self._stream.flush():
            sink.chunk(chunk)


class _Sampled:
    """Evenly sampled values, a few in each chunk."""

    has_rr = None
    n_lost_packets = 0

    def __init__(
        self,
        stream: StreamInfo,
        reader: BodyReader,
        sense: Callable[[list[tuple[float, float]]], list[tuple[float, float]]],
    ) -> None:
        self._stream = stream
        self._reader = reader
        self._sense = sense

    def send(self, until_s: float, clock: Clock, sink: Sink) -> bool:
        samples = self._sense(self._reader.take(until_s))
        if samples:
            columns = np.array(samples)
            sink.chunk(Chunk(self._stream, columns[:, 0], columns[:, 1:], clock.now_s()))
        return bool(samples)

    def lose(self, until_s: float, sink: Sink) -> None:  # noqa: ARG002 - nothing is held back
        self._sense(self._reader.take(until_s))


class _Waveform:
    """One stream of a waveform sensor, cut into packets of its own size."""

    def __init__(
        self,
        stream: StreamInfo,
        n_in_packet: int,
        lag_s: float,
        sense: Callable[[Produced], tuple[NDArray[np.float64], NDArray[np.float64]]],
    ) -> None:
        self.stream = stream
        self._n_in_packet = n_in_packet
        # A body may have lived on for another sensor; this one still is as late as alone.
        self._lag_s = lag_s + BLOCK_S + 1.0 / STEPS_PER_S
        self._sense = sense
        self._t_s: NDArray[np.float64] = np.empty(0)
        self._values: NDArray[np.float64] = np.empty((0, len(stream.channels)))

    def take_in(self, produced: Produced) -> None:
        t_s, values = self._sense(produced)
        if t_s.size:
            self._t_s = np.concatenate([self._t_s, t_s])
            self._values = np.concatenate([self._values, values.reshape(t_s.size, -1)])

    def packets(self, until_s: float) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
        n_ready = int(np.searchsorted(self._t_s, until_s - self._lag_s, side="right"))
        n_sent = n_ready - n_ready % self._n_in_packet
        ends = range(self._n_in_packet, n_sent + 1, self._n_in_packet)
        full = [slice(end - self._n_in_packet, end) for end in ends]
        packets = [(self._t_s[some], self._values[some]) for some in full]
        self._t_s, self._values = self._t_s[n_sent:], self._values[n_sent:]
        return packets

    def forget(self, until_s: float) -> None:
        n_lost = int(np.searchsorted(self._t_s, until_s - self._lag_s, side="right"))
        self._t_s, self._values = self._t_s[n_lost:], self._values[n_lost:]


class _Waveforms:
    """Streams that one sensor makes of all that the body does."""

    has_rr = None
    n_lost_packets = 0

    def __init__(self, reader: LifeReader, streams: tuple[_Waveform, ...]) -> None:
        self._reader = reader
        self._streams = streams

    def _measure(self) -> None:
        for produced in self._reader.take():
            for stream in self._streams:
                stream.take_in(produced)

    def send(self, until_s: float, clock: Clock, sink: Sink) -> bool:
        self._measure()
        arrival_s, is_any = clock.now_s(), False
        for one in self._streams:
            for t_s, values in one.packets(until_s):
                sink.chunk(Chunk(one.stream, t_s, values, arrival_s))
                is_any = True
        return is_any

    def lose(self, until_s: float, sink: Sink) -> None:  # noqa: ARG002 - nothing is held back
        self._measure()
        for one in self._streams:
            one.forget(until_s)


class _Counter:
    """Numbers its samples, so that a recording can be checked for having them all."""

    has_rr = None
    n_lost_packets = 0

    def __init__(self, stream: StreamInfo, start_s: float) -> None:
        self._stream = stream
        self._start_s = start_s
        self._n_counted = 0

    def _count(self, until_s: float) -> NDArray[np.float64]:
        n_before = self._n_counted
        self._n_counted = max(int((until_s - self._start_s) * COUNTER_RATE_HZ), n_before)
        return np.arange(n_before, self._n_counted, dtype=np.float64)

    def send(self, until_s: float, clock: Clock, sink: Sink) -> bool:
        numbers = self._count(until_s)
        if numbers.size:
            t_s = self._start_s + numbers / COUNTER_RATE_HZ
            sink.chunk(Chunk(self._stream, t_s, numbers[:, None], clock.now_s()))
        return numbers.size > 0

    def lose(self, until_s: float, sink: Sink) -> None:  # noqa: ARG002 - nothing is held back
        self._count(until_s)


def source_of(info: SensorInfo, word: str, body: SimulatedBody) -> Source:
    """Return what makes a sensor's samples.

    Parameters
    ----------
    info
        The sensor, with its options.
    word
        Which kind of sensor: ``strap``, ``skin``, ``belt``, ``chest``, ``pulse``, ``muscle``,
        ``counter``.
    body
        Who wears it.
    """
    seed = person_from(info.options).seed
    faults = Faults.from_options(info.options)
    make = {
        "strap": _strap,
        "skin": _skin,
        "belt": _belt,
        "chest": _chest,
        "pulse": _pulse,
        "muscle": _muscle,
        "counter": _counter,
    }[word]
    return make(info.sensor_id, seed, faults, body)


def _strap(sensor_id: str, seed: int, faults: Faults, body: SimulatedBody) -> Source:
    sensing = StrapSensing(seed, faults, body.start_s)
    return _Strap(sensor_id, body.reader(BodySignal.BEATS), sensing)


def _skin(sensor_id: str, seed: int, faults: Faults, body: SimulatedBody) -> Source:
    skin = ElectrodeSensing(seed, faults, body.start_s)
    return _Sampled(
        StreamInfo(sensor_id, StreamKind.EDA, ("sc_microsiemens",), EDA_RATE_HZ),
        body.reader(BodySignal.EDA),
        lambda samples: [(one.t_s, one.sc_microsiemens) for one in skin.sense(samples)],
    )


def _belt(sensor_id: str, seed: int, faults: Faults, body: SimulatedBody) -> Source:
    belt = BeltSensing(seed, faults, body.start_s)
    return _Sampled(
        StreamInfo(sensor_id, StreamKind.RESPIRATION, ("belt_au",), BELT_RATE_HZ),
        body.reader(BodySignal.BELT),
        lambda samples: [(one.t_s, one.belt_au) for one in belt.sense(samples)],
    )


def _chest(sensor_id: str, seed: int, faults: Faults, body: SimulatedBody) -> Source:
    ecg = EcgSensing(seed, faults, ECG_RATE_HZ, body.start_s)
    acceleration = AccelerationSensing(seed, faults, ACCELERATION_RATE_HZ, body.start_s)

    def microvolts(produced: Produced) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        sensed = ecg.sense(produced)
        return sensed.t_s, sensed.microvolts

    def g(produced: Produced) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        sensed = acceleration.sense(produced)
        return sensed.t_s, sensed.g

    axes = ("acc_x_g", "acc_y_g", "acc_z_g")
    return _Waveforms(
        body.life_reader(),
        (
            _Waveform(
                StreamInfo(sensor_id, StreamKind.ECG, ("ecg_microvolts",), ECG_RATE_HZ),
                _ECG_PACKET,
                ecg.lag_s,
                microvolts,
            ),
            _Waveform(
                StreamInfo(sensor_id, StreamKind.ACCELERATION, axes, ACCELERATION_RATE_HZ),
                _ACCELERATION_PACKET,
                acceleration.lag_s,
                g,
            ),
        ),
    )


def _pulse(sensor_id: str, seed: int, faults: Faults, body: SimulatedBody) -> Source:
    pulse = PulseSensing(seed, faults, PULSE_RATE_HZ, body.start_s)

    def ppg_au(produced: Produced) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        sensed = pulse.sense(produced)
        return sensed.t_s, sensed.ppg_au

    stream = StreamInfo(sensor_id, StreamKind.PPG, ("ppg_au",), PULSE_RATE_HZ)
    return _Waveforms(body.life_reader(), (_Waveform(stream, _PULSE_PACKET, pulse.lag_s, ppg_au),))


def _muscle(sensor_id: str, seed: int, faults: Faults, body: SimulatedBody) -> Source:
    muscle = EmgSensing(seed, faults, ENVELOPE_RATE_HZ, body.start_s, is_envelope=True)

    def microvolts(produced: Produced) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        sensed = muscle.sense(produced)
        return sensed.t_s, sensed.microvolts

    stream = StreamInfo(sensor_id, StreamKind.EMG, ("emg_microvolts",), ENVELOPE_RATE_HZ)
    return _Waveforms(
        body.life_reader(), (_Waveform(stream, _ENVELOPE_PACKET, muscle.lag_s, microvolts),)
    )


def _counter(sensor_id: str, seed: int, faults: Faults, body: SimulatedBody) -> Source:
    del seed, faults  # whoever wears it, it counts
    stream = StreamInfo(sensor_id, StreamKind.OTHER, ("sample_number",), COUNTER_RATE_HZ)
    return _Counter(stream, body.start_s)
