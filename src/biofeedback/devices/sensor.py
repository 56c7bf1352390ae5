"""What every source of samples looks like to the rest of the app."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from biofeedback.clock import Clock
    from biofeedback.samples import Chunk, Gap, Packet, SensorStatus, StreamKind

__all__ = ["Origin", "Sensor", "SensorInfo", "Sink"]


class Origin(StrEnum):
    """How a sensor is reached."""

    BLUETOOTH = "bluetooth"
    LSL = "lsl"
    OSC = "osc"
    SIMULATED = "simulated"


@dataclass(frozen=True, slots=True)
class SensorInfo:
    """One sensor as a person picks it from a list.

    Parameters
    ----------
    sensor_id
        Short, stable and fit for a file name: ``polar-h10-5c2a91b3``, ``simulated-strap``.
    name
        As the sensor calls itself.
    address
        Its Bluetooth address (a UUID on macOS), or ``simulated:strap``.
    origin
        How it is reached.
    kinds
        What it says it can measure.
    rssi_dbm
        Radio strength when it was seen, ``None`` where there is no radio.
    is_connected
        True when the computer already holds a connection, so that it does not advertise.
    options
        For a simulated sensor, its faults and seed; else what the person set of what its
        driver lets be set, see `biofeedback.devices.driver.ConfigurableDriver`.
    driver
        Which driver understands it, by `biofeedback.devices.driver.Driver.driver_id`; empty
        where none is needed.
    """

    sensor_id: str
    name: str
    address: str
    origin: Origin
    kinds: tuple[StreamKind, ...]
    rssi_dbm: int | None = None
    is_connected: bool = False
    options: Mapping[str, float | str] = field(default_factory=dict)
    driver: str = ""


class Sink(Protocol):
    """Where a sensor puts what it has. Called on the engine's loop; must not block."""

    def packet(self, packet: Packet) -> None:
        """Take the bytes of one notification, before they are decoded."""
        ...

    def chunk(self, chunk: Chunk) -> None:
        """Take decoded samples."""
        ...

    def gap(self, gap: Gap) -> None:
        """Take a stretch without samples, told with the first sample after it."""
        ...

    def status(self, status: SensorStatus) -> None:
        """Take a change of state."""
        ...


class Sensor(Protocol):
    """A source of samples."""

    @property
    def info(self) -> SensorInfo:
        """What it is."""
        ...

    async def run(self, sink: Sink, clock: Clock) -> None:
        """Deliver samples until cancelled; come back by itself after every loss.

        Returns only when cancelled, having let go of the sensor. Never raises because of the
        world: what goes wrong is told to the sink in words.
        """
        ...
