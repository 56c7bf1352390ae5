"""The simulated sensors on one body, and what they send: decoded and timed as in a live session."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from biofeedback.devices.intake import Intake
from biofeedback.devices.sensor import Origin, SensorInfo
from biofeedback.devices.simulated_sources import source_of
from biofeedback.kinds import Role
from biofeedback.simulation.seeds import rng_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from biofeedback.devices.simulated_sources import Source
    from biofeedback.samples import Chunk, Gap, Packet, SensorStatus
    from biofeedback.simulation.body import SimulatedBody
    from biofeedback.simulation.population import Individual

__all__ = ["Moment", "Wearing"]

# Of a packet from the body to the computer, as those of the live simulated sensors.
_DELAY_S = (0.05, 0.24)


class Wearing:
    """Sensors that are worn from the beginning on.

    Parameters
    ----------
    individual
        Who wears them, with what goes wrong on the way.
    body
        Their body.
    words
        Which sensors, as in the names of simulated ones: ``strap``, ``belt``, ``skin`` …
    role
        Which of two people it is.
    """

    def __init__(
        self,
        individual: Individual,
        body: SimulatedBody,
        words: Sequence[str],
        role: Role = Role.CLIENT,
    ) -> None:
        seed = individual.seed
        options: dict[str, float | str] = {
            name: getattr(individual.faults, name) for name in type(individual.faults).__slots__
        }
        options["seed"] = float(seed)
        self._role = role
        self._chunks: list[Chunk] = []
        self._worn: list[tuple[Source, _Inbox, np.random.Generator]] = []
        for word in words:
            name = word if role is Role.CLIENT else f"{role.value}-{word}"
            info = SensorInfo(
                name, name, f"simulated:{word}", Origin.SIMULATED, (), options=options
            )
            inbox = _Inbox(self._chunks)
            self._worn.append((source_of(info, word, body), inbox, rng_for(seed, f"link-{word}")))

    def measured(self, until_s: float) -> list[Chunk]:
        """Return what arrives of all that was measured up to a time, in no order of arrival."""
        low_s, high_s = _DELAY_S
        for source, inbox, rng in self._worn:
            source.send(until_s, Moment(until_s + float(rng.uniform(low_s, high_s))), inbox)
        arrived = list(self._chunks)
        self._chunks.clear()
        if self._role is Role.CLIENT:
            return arrived
        # As the engine marks what comes from the second person.
        return [replace(chunk, stream=replace(chunk.stream, role=self._role)) for chunk in arrived]


@dataclass(frozen=True, slots=True)
class Moment:
    """A clock that shows one moment."""

    t_s: float

    def now_s(self) -> float:
        """Return it."""
        return self.t_s

    async def sleep_until(self, t_s: float) -> None:
        """Never be asked to wait."""
        raise NotImplementedError


class _Kept:
    """Keeps chunks."""

    def __init__(self, chunks: list[Chunk]) -> None:
        self._chunks = chunks

    def packet(self, packet: Packet) -> None:
        """Bytes are kept by recordings alone."""

    def chunk(self, chunk: Chunk) -> None:
        self._chunks.append(chunk)

    def gap(self, gap: Gap) -> None:
        """Gaps concern the record alone."""

    def status(self, status: SensorStatus) -> None:
        """States of sensors concern the screen alone."""


class _Inbox(_Kept):
    """Times what a source sends, and keeps it."""

    def __init__(self, chunks: list[Chunk]) -> None:
        super().__init__(chunks)
        self._intake = Intake(_Kept(chunks))

    def chunk(self, chunk: Chunk) -> None:
        self._intake.deliver((chunk,), chunk.arrival_s)
