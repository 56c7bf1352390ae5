"""What a sensor may tell about itself beside its samples: its makers and its battery."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from biofeedback.devices.driver import DecodeError
from biofeedback.devices.drivers.heart_rate import (
    BATTERY_LEVEL,
    BODY_SENSOR_LOCATION,
    DEVICE_INFORMATION,
    decode_battery,
    decode_location,
    decode_text,
)
from biofeedback.errors import SensorError

if TYPE_CHECKING:
    from collections.abc import Callable

    from biofeedback.clock import Clock
    from biofeedback.devices.link import Link

__all__ = ["BATTERY_POLL_S", "Details"]

# Batteries that do not notify. A reading keeps the radio awake, and they last for months.
BATTERY_POLL_S: Final = 300.0


class Details:
    """Reads what is standard, and tells it as fields of a `SensorStatus`.

    Parameters
    ----------
    clock
        By which the battery is asked again.
    update
        Takes the fields.
    """

    def __init__(self, clock: Clock, update: Callable[..., None]) -> None:
        self._clock = clock
        self._update = update

    async def read(self, link: Link) -> None:
        """Read it all, then follow the battery. That something is missing is ordinary."""
        device: dict[str, str] = {}
        offered = {each.uuid for each in link.characteristics}
        for word, characteristic in DEVICE_INFORMATION.items():
            if characteristic in offered:
                with suppress(SensorError):
                    if text := decode_text(await link.read(characteristic)):
                        device[word] = text
        if BODY_SENSOR_LOCATION in offered:
            with suppress(SensorError, DecodeError):
                device["location"] = decode_location(await link.read(BODY_SENSOR_LOCATION))
        self._update(device=device)
        if BATTERY_LEVEL not in offered:
            return
        is_notified = False
        if link.can_notify(BATTERY_LEVEL):
            with suppress(SensorError):
                await link.subscribe(BATTERY_LEVEL)
                is_notified = True
        while True:
            with suppress(SensorError, DecodeError):
                self._update(battery_pct=decode_battery(await link.read(BATTERY_LEVEL)))
            if is_notified:
                return
            await self._clock.sleep_until(self._clock.now_s() + BATTERY_POLL_S)

    def take(self, characteristic: str, payload: bytes) -> bool:
        """Take a notification; False if it is none of these."""
        if characteristic != BATTERY_LEVEL:
            return False
        with suppress(DecodeError):
            self._update(battery_pct=decode_battery(payload))
        return True
