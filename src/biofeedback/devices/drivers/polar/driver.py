"""Polar H10, H9, Verity Sense and OH1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from biofeedback.devices.driver import Connecting
from biofeedback.devices.drivers.polar.control_point import MEASUREMENT_SERVICE
from biofeedback.devices.drivers.polar.conversation import PolarConversation
from biofeedback.devices.drivers.polar.streams import KINDS
from biofeedback.samples import StreamKind

if TYPE_CHECKING:
    from biofeedback.devices.driver import Advertised

__all__ = ["PolarDriver"]

_STRAP: Final = (StreamKind.RR, StreamKind.HEART_RATE)
_OPTICAL: Final = (
    StreamKind.HEART_RATE,
    StreamKind.PPG,
    StreamKind.PP,
    StreamKind.ACCELERATION,
)
# For the list alone: what a connected sensor offers decides.
_KINDS_BY_NAME: Final = {
    "polar h10": (*_STRAP, StreamKind.ECG, StreamKind.ACCELERATION),
    "polar h9": _STRAP,
    "polar sense": _OPTICAL,
    "polar verity": _OPTICAL,
    "polar oh1": _OPTICAL,
}


class PolarDriver:
    """Polar's chest straps and optical bands.

    Parameters
    ----------
    want
        Which streams of the measurement service to start, to spare the sensor's battery:
        of ECG, acceleration, pulse wave, pulse-to-pulse intervals and skin temperature.
        ``None`` for all that the sensor has. Heart rate and RR intervals always come.
    """

    driver_id: Final = "polar"
    services: Final = (MEASUREMENT_SERVICE,)
    connecting: Final = Connecting()

    def __init__(self, want: frozenset[StreamKind] | None = None) -> None:
        self._want = frozenset(KINDS.values()) if want is None else want

    def kinds(self, advertised: Advertised) -> tuple[StreamKind, ...]:
        """Return what a device measures, by its name; its heart rate if the name is unknown."""
        name = advertised.name.casefold()
        for beginning, kinds in _KINDS_BY_NAME.items():
            if name.startswith(beginning):
                return kinds
        return (StreamKind.HEART_RATE,) if MEASUREMENT_SERVICE in advertised.services else ()

    def open(self, sensor_id: str) -> PolarConversation:
        """Begin a conversation with one sensor."""
        return PolarConversation(sensor_id, self._want)
