"""Polar H10, H9, Verity Sense and OH1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from biofeedback.devices.driver import Connecting
from biofeedback.devices.drivers.polar.control_point import MEASUREMENT_SERVICE
from biofeedback.devices.drivers.polar.conversation import PolarConversation
from biofeedback.devices.drivers.polar.streams import KINDS
from biofeedback.samples import StreamKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from biofeedback.devices.driver import Advertised

__all__ = ["PolarDriver"]

_STRAP: Final = (StreamKind.RR, StreamKind.HEART_RATE)
_OPTICAL: Final = (
    StreamKind.HEART_RATE,
    StreamKind.PPG,
    StreamKind.PP,
    StreamKind.ACCELERATION,
)
# The word for the heart rate alone, with its intervals: they always come.
_HEART: Final = "heart"
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
                left_out = frozenset(KINDS.values()) - self._want
                return tuple(kind for kind in kinds if kind not in left_out)
        return (StreamKind.HEART_RATE,) if MEASUREMENT_SERVICE in advertised.services else ()

    def configured(self, options: Mapping[str, str]) -> PolarDriver:
        """Return a driver that asks for less, ``only=heart`` or ``only=ecg,acceleration``.

        Raises
        ------
        ValueError
            In words, if there is no such option or stream.
        """
        known = {_HEART: frozenset[StreamKind]()}
        known |= {kind.value: frozenset((kind,)) for kind in KINDS.values()}
        want = frozenset[StreamKind]()
        for key, value in options.items():
            if key.casefold() != "only":
                raise ValueError(f"There is no option “{key}”; there is “only”, as in only=heart.")
            for word in value.casefold().split(","):
                if word.strip() not in known:
                    raise ValueError(
                        f"“{word.strip()}” is nothing that it could send only. There are: "
                        f"{', '.join(known)}."
                    )
                want |= known[word.strip()]
        return PolarDriver(want)

    def open(self, sensor_id: str) -> PolarConversation:
        """Begin a conversation with one sensor."""
        return PolarConversation(sensor_id, self._want)
