"""One body under several sensors: a strap, a finger clip and a belt on the same person."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING
from weakref import WeakSet, WeakValueDictionary

from biofeedback.simulation.client import Produced, Stress, VirtualClient
from biofeedback.simulation.drive import SharedDrive
from biofeedback.simulation.scenarios import Part

if TYPE_CHECKING:
    from collections.abc import Callable

    from biofeedback.clock import Clock
    from biofeedback.pacing import PacerSegment
    from biofeedback.simulation.guidance import Guidance

__all__ = ["BodyReader", "BodySignal", "LifeReader", "Person", "SimulatedBody", "body_of"]


@dataclass(frozen=True, slots=True)
class Person:
    """Who is simulated. Sensors that name the same person are worn by the same body.

    Parameters
    ----------
    seed
        0 or above.
    follows_pacer
        Whether they breathe with the pacer.
    stress
        Stretches of stress, ``None`` for a quiet life.
    coupled_bpm
        Standard deviation of a slow drive of heart rate that all those share who have the
        same; 0 for none.
    part
        What they live through and how they take it, ``None`` for an ordinary life.
    """

    seed: int
    follows_pacer: bool = True
    stress: Stress | None = None
    coupled_bpm: float = 0.0
    part: Part | None = None


class BodySignal(Enum):
    """What one sensor reads from the body."""

    BEATS = "beats"  # value: rr_ms
    EDA = "eda"  # value: microsiemens
    BELT = "belt"  # value: arbitrary units


class BodyReader:
    """One sensor's view of the body: what it has not taken yet, oldest first."""

    def __init__(self, signal: BodySignal) -> None:
        self.signal = signal
        self._pending: deque[tuple[float, float]] = deque()

    def put(self, produced: Produced) -> None:
        """Keep the part of it that this reader is for."""
        times_s, values = {
            BodySignal.BEATS: (produced.beat_t_s, produced.rr_ms),
            BodySignal.EDA: (produced.eda_t_s, produced.eda_microsiemens),
            BodySignal.BELT: (produced.belt_t_s, produced.belt_au),
        }[self.signal]
        self._pending.extend(zip(times_s.tolist(), values.tolist(), strict=True))

    def take(self, until_s: float) -> list[tuple[float, float]]:
        """Remove and return ``(t_s, value)`` up to and including a time."""
        taken = []
        while self._pending and self._pending[0][0] <= until_s:
            taken.append(self._pending.popleft())
        return taken


class LifeReader:
    """The view of a sensor that makes a waveform of its own: all that the body did."""

    def __init__(self) -> None:
        self._pending: list[Produced] = []

    def put(self, produced: Produced) -> None:
        """Keep it."""
        self._pending.append(produced)

    def take(self) -> list[Produced]:
        """Remove and return what was kept, oldest first."""
        taken, self._pending = self._pending, []
        return taken


class SimulatedBody:
    """A virtual client that lives on whenever one of its sensors needs to know more.

    Parameters
    ----------
    client
        The person.
    clock
        The session's clock, held so that no other clock can be taken for it.

    Attributes
    ----------
    start_s : float
        When this life began. What happens to the whole person counts from there, so that a
        sensor put on later agrees with the others.
    """

    def __init__(self, client: VirtualClient, clock: Clock) -> None:
        self.client = client
        self.clock = clock
        self.start_s = client.now_s
        self._readers: WeakSet[BodyReader | LifeReader] = WeakSet()

    def reader(self, signal: BodySignal) -> BodyReader:
        """Return a view that begins now and ends when it is let go of."""
        reader = BodyReader(signal)
        self._readers.add(reader)
        return reader

    def life_reader(self) -> LifeReader:
        """Return a view of everything that begins now and ends when it is let go of."""
        reader = LifeReader()
        self._readers.add(reader)
        return reader

    def advance(
        self,
        until_s: float,
        pacer: Callable[[], PacerSegment | None],
        guidance: Callable[[], Guidance | None] | None = None,
    ) -> None:
        """Live on until a time, if that is still to come, led as it is now.

        Parameters
        ----------
        until_s
            Session time.
        pacer
            Gives the pacer as it is at the time of the call.
        guidance
            Gives what a guide asks for beside the breath, as it is then.
        """
        if until_s <= self.client.now_s:
            return
        segment = pacer()
        asked = None if guidance is None else guidance()
        produced = self.client.advance(until_s, lambda _: segment, lambda _: asked)
        for reader in self._readers:
            reader.put(produced)


# Of the drive that coupled people share.
_DRIVE_SEED = 0

# A body lives as long as one of its sensors runs. The clock tells sessions apart: a new
# session is a new life.
_bodies: WeakValueDictionary[tuple[int, Person], SimulatedBody] = WeakValueDictionary()


def body_of(person: Person, clock: Clock) -> SimulatedBody:
    """Return the body of a person in a session, born now unless it lives already."""
    key = (id(clock), person)
    body = _bodies.get(key)
    if body is None:
        part = person.part or Part(person.seed)
        client = VirtualClient(
            part.parameters(person.seed),
            person.seed,
            follows_pacer=person.follows_pacer,
            stress=person.stress,
            start_s=clock.now_s(),
            drive=SharedDrive(_DRIVE_SEED, person.coupled_bpm) if person.coupled_bpm else None,
            temperament=part.temperament,
            episodes=part.episodes,
            start_arousal=part.start_arousal,
        )
        body = _bodies[key] = SimulatedBody(client, clock)
    return body
