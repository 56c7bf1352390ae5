"""Simulated sensors: a strap, a skin sensor and a belt on one virtual client.

They stand in the same list as real ones and run the same path. The strap sends the bytes of a
real strap and is decoded by the same driver. A name may carry options::

    simulated                                   the strap
    simulated:skin                              the skin sensor of the same person
    simulated:strap?seed=7&ectopic_pct=1        another person, with early beats

Options
-------
seed              which person, a whole number
follow            1 breathes with the pacer (the default), 0 as they please
stress_every_s    a stretch of stress this often, each ``stress_s`` long
ectopic_pct       early beats in a hundred
missed_pct        beats in a hundred that the strap does not see
extra_pct         beats in a hundred before which it sees one too many
motion_per_min    movements a minute, each 2 to 6 s
dropout_every_s   the link is lost this often, for ``dropout_s``
late_ms           packets are up to this much later than usual

Sensors in one session that name the same seed, ``follow`` and stress are worn by one body.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, Protocol

import numpy as np

from biofeedback.devices.drivers.heart_rate import (
    HEART_RATE_MEASUREMENT,
    HeartRateStream,
    encode_heart_rate,
)
from biofeedback.devices.sensor import Origin, SensorInfo
from biofeedback.errors import SensorNotFoundError
from biofeedback.samples import (
    Chunk,
    LinkState,
    Packet,
    SensorStatus,
    StreamInfo,
    StreamKind,
)
from biofeedback.simulation.belt import BeltSensing
from biofeedback.simulation.body import BodySignal, body_of
from biofeedback.simulation.client import BELT_RATE_HZ, EDA_RATE_HZ
from biofeedback.simulation.electrodes import ElectrodeSensing
from biofeedback.simulation.options import DEFAULT_SEED, Faults, person_from, read_options
from biofeedback.simulation.seeds import rng_for
from biofeedback.simulation.strap import StrapSensing

if TYPE_CHECKING:
    from collections.abc import Callable

    from biofeedback.clock import Clock
    from biofeedback.devices.sensor import Sensor, Sink
    from biofeedback.pacing import PacerSegment
    from biofeedback.simulation.body import BodyReader

__all__ = ["open_simulated", "simulated_from_name", "simulated_sensors"]

_SCHEME = "simulated"
_BATTERY_S_PER_PCT = 1800.0
_AVERAGED_BEATS = 8


@dataclass(frozen=True, slots=True)
class _Model:
    """One kind of simulated sensor.

    ``period_s`` is the time between its packets, ``delay_s`` how long, from and to, they are
    on their way.
    """

    word: str
    name: str
    kinds: tuple[StreamKind, ...]
    signal: BodySignal
    period_s: float
    delay_s: tuple[float, float]


_MODELS = {
    model.word: model
    for model in (
        _Model(
            "strap",
            "Simulated strap",
            (StreamKind.RR, StreamKind.HEART_RATE),
            BodySignal.BEATS,
            1.0,
            (0.05, 0.30),
        ),
        _Model(
            "skin",
            "Simulated skin conductance",
            (StreamKind.EDA,),
            BodySignal.EDA,
            0.25,
            (0.02, 0.08),
        ),
        _Model(
            "belt",
            "Simulated breathing belt",
            (StreamKind.RESPIRATION,),
            BodySignal.BELT,
            0.25,
            (0.02, 0.08),
        ),
    )
}


def simulated_sensors() -> tuple[SensorInfo, ...]:
    """Return the sensors that are always there: strap, skin, belt, on one person."""
    return tuple(_info(model, "") for model in _MODELS.values())


def simulated_from_name(name: str) -> SensorInfo | None:
    """Return the simulated sensor that a name means, ``None`` if it means none.

    Parameters
    ----------
    name
        ``simulated``, ``simulated:skin``, either with ``?`` and options; or the id or name of
        one of `simulated_sensors`.

    Raises
    ------
    SensorNotFoundError
        If the name begins with ``simulated`` but no such sensor or option exists.
    """
    for info in simulated_sensors():
        if name.casefold() in {info.sensor_id, info.name.casefold()}:
            return info
    place, _, options = name.partition("?")
    scheme, colon, word = place.partition(":")
    if scheme.casefold() != _SCHEME:
        return None
    return _info(_model(word.casefold() if colon else "strap"), options)


def open_simulated(info: SensorInfo, pacer: Callable[[], PacerSegment | None]) -> Sensor:
    """Return the sensor, ready to run.

    Parameters
    ----------
    info
        As `simulated_sensors` or `simulated_from_name` gave it.
    pacer
        Gives the present pacer in the clock's time, ``None`` while it stands still.

    Raises
    ------
    SensorNotFoundError
        If it is no simulated sensor.
    """
    word = info.address.partition("?")[0].partition(":")[2]
    return _SimulatedSensor(info, _model(word), pacer)


def _model(word: str) -> _Model:
    try:
        return _MODELS[word]
    except KeyError:
        known = ", ".join(f"{_SCHEME}:{word}" for word in _MODELS)
        raise SensorNotFoundError(
            f"There is no simulated sensor “{word}”. There are: {known}."
        ) from None


def _info(model: _Model, text: str) -> SensorInfo:
    try:
        options = read_options(text)
    except ValueError as error:
        raise SensorNotFoundError(f"The simulated sensor cannot be set up so. {error}") from error
    seed = int(options.get("seed", DEFAULT_SEED))
    # Two people in one session need sensors that can be told apart.
    is_other = seed != DEFAULT_SEED
    return SensorInfo(
        sensor_id=f"{_SCHEME}-{model.word}" + (f"-{seed}" if is_other else ""),
        name=model.name + (f" {seed}" if is_other else ""),
        address=f"{_SCHEME}:{model.word}" + (f"?{text}" if text else ""),
        origin=Origin.SIMULATED,
        kinds=model.kinds,
        options=options,
    )


class _Source(Protocol):
    """What one kind of sensor makes of the body."""

    @property
    def has_rr(self) -> bool | None: ...

    @property
    def n_lost_packets(self) -> int: ...

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


def _source(info: SensorInfo, model: _Model, reader: BodyReader, start_s: float) -> _Source:
    seed = int(info.options.get("seed", DEFAULT_SEED))
    faults = Faults.from_options(info.options)
    match model.signal:
        case BodySignal.BEATS:
            return _Strap(info.sensor_id, reader, StrapSensing(seed, faults, start_s))
        case BodySignal.EDA:
            skin = ElectrodeSensing(seed, faults, start_s)
            stream = StreamInfo(info.sensor_id, StreamKind.EDA, ("sc_microsiemens",), EDA_RATE_HZ)
            return _Sampled(
                stream,
                reader,
                lambda samples: [(one.t_s, one.sc_microsiemens) for one in skin.sense(samples)],
            )
        case BodySignal.BELT:
            belt = BeltSensing(seed, faults, start_s)
            stream = StreamInfo(info.sensor_id, StreamKind.RESPIRATION, ("belt_au",), BELT_RATE_HZ)
            return _Sampled(
                stream,
                reader,
                lambda samples: [(one.t_s, one.belt_au) for one in belt.sense(samples)],
            )


class _SimulatedSensor:
    """A source of samples that lives on a virtual client."""

    def __init__(
        self, info: SensorInfo, model: _Model, pacer: Callable[[], PacerSegment | None]
    ) -> None:
        self._info = info
        self._model = model
        self._pacer = pacer
        self._faults = Faults.from_options(info.options)

    @property
    def info(self) -> SensorInfo:
        """What it is."""
        return self._info

    async def run(self, sink: Sink, clock: Clock) -> None:
        """Deliver samples until cancelled."""
        model = self._model
        person = person_from(self._info.options)
        start_s = clock.now_s()
        body = body_of(person, clock)
        reader = body.reader(model.signal)
        source = _source(self._info, model, reader, body.start_s)
        rng = rng_for(person.seed, f"link-{model.word}")
        full_pct = int(rng.integers(70, 101))
        # Sensors do not send in step with each other.
        phase_s = float(rng.uniform(0.0, model.period_s))
        told: tuple[object, ...] = ()

        def tell(state: LinkState, message: str = "", attempt: int = 0) -> None:
            nonlocal told
            drained_pct = int((clock.now_s() - start_s) / _BATTERY_S_PER_PCT)
            battery_pct = max(full_pct - drained_pct, 1)
            news = (state, battery_pct, source.has_rr, source.n_lost_packets)
            if told == news:
                return
            told = news
            sink.status(
                SensorStatus(
                    clock.now_s(),
                    self._info.sensor_id,
                    self._info.name,
                    state,
                    message,
                    attempt,
                    battery_pct,
                    has_rr=source.has_rr,
                    n_lost_packets=source.n_lost_packets,
                )
            )

        tell(LinkState.WAITING, "Connected. The first values are on their way.")
        n_sent = 0
        while True:
            due_s = start_s + phase_s + n_sent * model.period_s
            n_sent += 1
            late_s = float(rng.uniform(*model.delay_s))
            late_s += float(rng.uniform()) * self._faults.late_ms / 1000.0
            await clock.sleep_until(due_s)
            body.advance(due_s, self._pacer)
            if self._is_lost(due_s - start_s):
                tell(
                    LinkState.RECONNECTING,
                    "The link was lost. It is being looked for and comes back by itself.",
                    attempt=1,
                )
                source.lose(due_s, sink)
                continue
            # A packet never overtakes the one before: a late one makes the next ones wait.
            await clock.sleep_until(due_s + late_s)
            # Falling behind must not keep the others on this loop from their turn.
            await asyncio.sleep(0)
            if source.send(due_s, clock, sink):
                tell(LinkState.STREAMING)

    def _is_lost(self, age_s: float) -> bool:
        every_s = self._faults.dropout_every_s
        return 0 < every_s <= age_s and age_s % every_s < self._faults.dropout_s
