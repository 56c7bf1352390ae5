"""Which of the devices near is the one that a name means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from biofeedback.errors import SensorNotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable

    from biofeedback.devices.connection import Found
    from biofeedback.devices.sensor import SensorInfo

__all__ = ["NameSearch"]

# Once a name begins to fit, another that fits as well has this long to turn up.
_RIVAL_S: Final = 2.0

_NONE_FITS: Final = (
    "No sensor of that name is near. Wear it, bring it closer, and look again; “biofeedback "
    "sensors” lists what is near."
)
_SEVERAL_FIT: Final = (
    "Several sensors near fit that name. Give the full name or the address; “biofeedback "
    "sensors” lists them."
)


class NameSearch:
    """A search for the one sensor that a name means."""

    def __init__(self, wanted: str, info: Callable[[Found], SensorInfo]) -> None:
        self._wanted = wanted
        self._info = info

    def left_s(self, found: tuple[Found, ...]) -> float | None:
        """Return how long to go on: not at all when sure, a little when it may be another."""
        infos = [self._info(each) for each in found]
        if any(self._wanted in _own_words(info) for info in infos):
            return 0.0
        return _RIVAL_S if self._fitting(infos) else None

    def choose(self, found: tuple[Found, ...]) -> SensorInfo:
        """Return the one that fits best.

        Raises
        ------
        SensorNotFoundError
            If none fits, or several do equally.
        """
        fitting = self._fitting([self._info(each) for each in found])
        if not fitting:
            raise SensorNotFoundError(_NONE_FITS)
        if len(fitting) > 1:
            raise SensorNotFoundError(_SEVERAL_FIT)
        return fitting[0]

    def _fitting(self, infos: list[SensorInfo]) -> list[SensorInfo]:
        """Those that fit best: by id or address, else by name, else by how a strap begins."""
        return (
            [info for info in infos if self._wanted in _own_words(info)]
            or [info for info in infos if self._wanted == info.name.casefold()]
            or [
                info
                for info in infos
                if info.kinds
                and any(
                    text.casefold().startswith(self._wanted)
                    for text in (info.name, info.sensor_id, info.address)
                )
            ]
        )


def _own_words(info: SensorInfo) -> set[str]:
    return {info.sensor_id.casefold(), info.address.casefold()}
