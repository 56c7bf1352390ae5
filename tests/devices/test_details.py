"""What a sensor tells about itself beside its samples, and how long the battery is followed."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, cast

import pytest

from biofeedback.devices.details import BATTERY_POLL_S, Details
from biofeedback.devices.driver import Characteristic
from biofeedback.devices.drivers.heart_rate import (
    BATTERY_LEVEL,
    BODY_SENSOR_LOCATION,
    DEVICE_INFORMATION,
)
from biofeedback.errors import SensorRefusedError
from helpers.listening import WatchedClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from biofeedback.devices.link import Link

MAKER = DEVICE_INFORMATION["manufacturer"]
FIRMWARE = DEVICE_INFORMATION["firmware"]


class Device:
    """A link to a device with some values; what has none refuses."""

    def __init__(self, values: dict[str, bytes | None], *, notifies: bool = False) -> None:
        self.values = values
        self.notifies = notifies
        self.refuses_notifying = False
        self.subscribed: list[str] = []

    @property
    def characteristics(self) -> tuple[Characteristic, ...]:
        return tuple(Characteristic("180a", uuid, ("read",)) for uuid in self.values)

    def can_notify(self, characteristic: str) -> bool:
        return self.notifies and characteristic == BATTERY_LEVEL

    async def subscribe(self, characteristic: str) -> None:
        if self.refuses_notifying:
            raise SensorRefusedError
        self.subscribed.append(characteristic)

    async def read(self, characteristic: str) -> bytes:
        value = self.values[characteristic]
        if value is None:
            raise SensorRefusedError
        return value


class Told:
    """All that was told so far."""

    def __init__(self) -> None:
        self.device: dict[str, str] = {}
        self.batteries: list[int] = []

    def update(self, **fields: object) -> None:
        if "device" in fields:
            self.device = cast("dict[str, str]", fields["device"])
        if "battery_pct" in fields:
            self.batteries.append(cast("int", fields["battery_pct"]))


@asynccontextmanager
async def reading(device: Device, clock: WatchedClock, told: Told) -> AsyncIterator[Details]:
    details = Details(clock, told.update)
    task = asyncio.create_task(details.read(cast("Link", device)))
    try:
        yield details
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def test_what_is_there_is_told_and_what_refuses_is_left_out() -> None:
    device = Device({MAKER: b"Polar Electro Oy\0", FIRMWARE: None, BODY_SENSOR_LOCATION: b"\x01"})
    told = Told()

    asyncio.run(Details(WatchedClock(), told.update).read(cast("Link", device)))

    assert told.device == {"manufacturer": "Polar Electro Oy", "location": "chest"}
    assert told.batteries == []


@pytest.mark.parametrize("refuses", [False, True])
def test_a_battery_that_does_not_tell_by_itself_is_asked_again(refuses: bool) -> None:
    """Nor one that says it would, and then refuses."""
    device, told, clock = Device({BATTERY_LEVEL: b"\x50"}, notifies=refuses), Told(), WatchedClock()
    device.refuses_notifying = refuses

    async def main() -> None:
        async with reading(device, clock, told):
            await clock.asleep_until(BATTERY_POLL_S)
            device.values[BATTERY_LEVEL] = None  # it is busy just then
            await clock.advance(BATTERY_POLL_S)
            device.values[BATTERY_LEVEL] = b"\x4e"
            await clock.advance(BATTERY_POLL_S)

    asyncio.run(main())
    assert told.batteries == [80, 78]


def test_a_battery_that_tells_by_itself_is_asked_once() -> None:
    device, told, clock = Device({BATTERY_LEVEL: b"\x50"}, notifies=True), Told(), WatchedClock()

    async def main() -> None:
        async with reading(device, clock, told) as details:
            await clock.advance(2 * BATTERY_POLL_S)
            assert device.subscribed == [BATTERY_LEVEL]
            assert details.take(BATTERY_LEVEL, b"\x4f")
            assert details.take(BATTERY_LEVEL, b"\xff")  # no percentage: nothing is told
            assert not details.take(MAKER, b"\x4f")

    asyncio.run(main())
    assert told.batteries == [80, 79]
