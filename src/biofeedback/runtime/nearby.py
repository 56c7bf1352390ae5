"""What a look around for sensors found, as screens read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from biofeedback.devices.sensor import SensorInfo

__all__ = ["Nearby"]


@dataclass(frozen=True, slots=True)
class Nearby:
    """What a look around found.

    ``state`` is ``idle``, ``looking``, ``done`` or ``unavailable``; ``message`` says in plain
    words why Bluetooth cannot be used, and is empty otherwise.
    """

    state: str = "idle"
    message: str = ""
    sensors: tuple[SensorInfo, ...] = ()
