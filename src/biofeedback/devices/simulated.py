"""Simulated sensors on one virtual client: a strap, a skin sensor, a belt, and waveforms.

They stand in the same list as real ones and run the same path. The strap sends the bytes of a
real strap and is decoded by the same driver. A name may carry options::

    simulated                                   the strap
    simulated:skin                              the skin sensor of the same person
    simulated:chest                             a strap that sends its ECG and acceleration
    simulated:pulse                             an optical armband: the pulse wave
    simulated:muscle                            electrodes over a muscle: its tension
    simulated:counter                           numbers its samples, to see that none is lost
    simulated:strap?seed=7&ectopic_pct=1        another person, with early beats
    simulated:strap?scenario=hard-memory        someone whom something befalls

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
muscle_per_min    stretches of tense muscle a minute in the ECG
pops_per_min      jumps of an ECG electrode a minute
lead_off_per_min  times a minute that an ECG electrode loses the skin
hum_microvolts    hum of the mains in ECG and muscle, at ``hum_hz``
postures_per_min  changes of posture a minute
lights_per_min    changes of the light on the armband a minute
coupled_bpm       a slow drive of the heart shared with everyone who has the same
scenario          what befalls the person, and when; docs/simulation.md tells each
person            which person of the scenario, 1 (the default) or 2

Sensors in one session that name the same seed, ``follow``, stress, coupling, scenario and person
are worn by one body.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from biofeedback.devices.intake import Intake
from biofeedback.devices.sensor import Origin, SensorInfo
from biofeedback.devices.simulated_guidance import guidance_of
from biofeedback.devices.simulated_sources import source_of
from biofeedback.errors import SensorNotFoundError
from biofeedback.samples import GapReason, LinkState, SensorStatus, StreamKind
from biofeedback.simulation.body import body_of
from biofeedback.simulation.options import DEFAULT_SEED, Faults, person_from, read_options
from biofeedback.simulation.scenarios import SCENARIOS
from biofeedback.simulation.seeds import rng_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from biofeedback.clock import Clock
    from biofeedback.devices.sensor import Sensor, Sink
    from biofeedback.pacing import PacerSegment
    from biofeedback.samples import Chunk, GuideState
    from biofeedback.simulation.guidance import Guidance

__all__ = ["Demo", "demo_of", "open_simulated", "simulated_from_name", "simulated_sensors"]

_SCHEME = "simulated"
_BATTERY_S_PER_PCT = 1800.0


@dataclass(frozen=True, slots=True)
class _Model:
    """One kind of simulated sensor.

    ``period_s`` is the time between its packets, ``delay_s`` how long, from and to, they are
    on their way.
    """

    word: str
    name: str
    kinds: tuple[StreamKind, ...]
    period_s: float
    delay_s: tuple[float, float]


_MODELS = {
    model.word: model
    for model in (
        _Model(
            "strap",
            "Simulated strap",
            (StreamKind.RR, StreamKind.HEART_RATE),
            1.0,
            (0.05, 0.30),
        ),
        _Model(
            "skin",
            "Simulated skin conductance",
            (StreamKind.EDA,),
            0.25,
            (0.02, 0.08),
        ),
        _Model(
            "belt",
            "Simulated breathing belt",
            (StreamKind.RESPIRATION,),
            0.25,
            (0.02, 0.08),
        ),
        _Model(
            "chest",
            "Simulated chest strap with ECG",
            (StreamKind.ECG, StreamKind.ACCELERATION),
            0.2,
            (0.05, 0.30),
        ),
        _Model(
            "pulse",
            "Simulated pulse sensor",
            (StreamKind.PPG,),
            0.25,
            (0.05, 0.20),
        ),
        _Model(
            "muscle",
            "Simulated muscle sensor",
            (StreamKind.EMG,),
            0.2,
            (0.02, 0.08),
        ),
        _Model(
            "counter",
            "Simulated counter",
            (StreamKind.OTHER,),
            0.1,
            (0.01, 0.05),
        ),
    )
}
# As they stand in every list of sensors.
_OFFERED = ("strap", "skin", "belt", "chest", "pulse", "muscle")


def simulated_sensors() -> tuple[SensorInfo, ...]:
    """Return the sensors that are always there, on one person."""
    return tuple(_info(_MODELS[word], "") for word in _OFFERED)


# What most people have; of them a demo is made.
_WORN_IN_DEMO = ("strap", "skin", "belt")
_DEMO_LENGTH_S = 80.0


@dataclass(frozen=True, slots=True)
class Demo:
    """What a demo is made of.

    Parameters
    ----------
    sensors
        Names of the sensors of each person in it, one person or two.
    length_s
        How long it takes to see all of it.
    story
        What happens, in a sentence or two; empty where nothing does.
    """

    sensors: tuple[tuple[str, ...], ...]
    length_s: float
    story: str


def demo_of(scenario: str | None = None) -> Demo:
    """Return what a demo is made of.

    Parameters
    ----------
    scenario
        What befalls the people in it, ``None`` for one person and an ordinary life.

    Raises
    ------
    SensorNotFoundError
        If there is no such scenario.
    """
    if scenario is None:
        names = tuple(f"{_SCHEME}:{word}" for word in _WORN_IN_DEMO)
        # Long enough for every measure to have warmed up: coherence needs 64 s.
        return Demo((names,), _DEMO_LENGTH_S, "")
    # Read as any other option is, so that a wrong name is told in the same words.
    _info(_MODELS["strap"], f"scenario={scenario}")
    told = SCENARIOS[scenario]
    texts = [f"scenario={scenario}&person={n}" for n in range(1, len(told.parts) + 1)]
    return Demo(
        tuple(tuple(f"{_SCHEME}:{word}?{text}" for word in _WORN_IN_DEMO) for text in texts),
        told.length_s,
        f"{told.title}. {told.story}",
    )


def simulated_from_name(name: str) -> SensorInfo | None:
    """Return the simulated sensor that a name means, ``None`` if it means none.

    Parameters
    ----------
    name
        ``simulated``, ``simulated:skin``, either with ``?`` and options; or the id or name of
        a simulated sensor of the ordinary person.

    Raises
    ------
    SensorNotFoundError
        If the name begins with ``simulated`` but no such sensor or option exists.
    """
    for info in (_info(model, "") for model in _MODELS.values()):
        if name.casefold() in {info.sensor_id, info.name.casefold()}:
            return info
    place, _, options = name.partition("?")
    scheme, colon, word = place.partition(":")
    if scheme.casefold() != _SCHEME:
        return None
    return _info(_model(word.casefold() if colon else "strap"), options)


def open_simulated(
    info: SensorInfo,
    pacer: Callable[[], PacerSegment | None],
    guide: Callable[[], GuideState | None] | None = None,
) -> Sensor:
    """Return the sensor, ready to run.

    Parameters
    ----------
    info
        As `simulated_sensors` or `simulated_from_name` gave it.
    pacer
        Gives the present pacer in the clock's time, ``None`` while it stands still.
    guide
        Gives what a guide asks for now; the person follows it beside the pacer.

    Raises
    ------
    SensorNotFoundError
        If it is no simulated sensor.
    """
    word = info.address.partition("?")[0].partition(":")[2]
    return _SimulatedSensor(info, _model(word), pacer, guide)


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
    seed = person_from(options).seed
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


class _Taking:
    """Passes on what a source gives, and the gaps in it."""

    def __init__(self, sink: Sink) -> None:
        self._intake = Intake(sink)
        self.packet = sink.packet
        self.gap = sink.gap
        self.status = sink.status

    def chunk(self, chunk: Chunk) -> None:
        self._intake.deliver((chunk,), chunk.arrival_s)

    def lost(self) -> None:
        self._intake.blame(GapReason.LINK)


class _SimulatedSensor:
    """A source of samples that lives on a virtual client."""

    def __init__(
        self,
        info: SensorInfo,
        model: _Model,
        pacer: Callable[[], PacerSegment | None],
        guide: Callable[[], GuideState | None] | None,
    ) -> None:
        self._info = info
        self._model = model
        self._pacer = pacer
        self._guide = guide
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
        source = source_of(self._info, model.word, body)
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

        taking = _Taking(sink)
        tell(LinkState.WAITING, "Connected. The first values are on their way.")
        n_sent = 0
        while True:
            due_s = start_s + phase_s + n_sent * model.period_s
            n_sent += 1
            late_s = float(rng.uniform(*model.delay_s))
            late_s += float(rng.uniform()) * self._faults.late_ms / 1000.0
            await clock.sleep_until(due_s)
            body.advance(due_s, self._pacer, self._asked)
            if self._is_lost(due_s - start_s):
                tell(
                    LinkState.RECONNECTING,
                    "The link was lost. It is being looked for and comes back by itself.",
                    attempt=1,
                )
                source.lose(due_s, taking)
                taking.lost()
                continue
            # A packet never overtakes the one before: a late one makes the next ones wait.
            await clock.sleep_until(due_s + late_s)
            # Falling behind must not keep the others on this loop from their turn.
            await asyncio.sleep(0)
            if source.send(due_s, clock, taking):
                tell(LinkState.STREAMING)

    def _asked(self) -> Guidance | None:
        return None if self._guide is None else guidance_of(self._guide())

    def _is_lost(self, age_s: float) -> bool:
        every_s = self._faults.dropout_every_s
        return 0 < every_s <= age_s and age_s % every_s < self._faults.dropout_s
