"""What is around: sensors that are near, one that is being got to know, and how Bluetooth does.

Made and used on the engine's thread; what others read are single attributes, each replaced
whole.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from biofeedback.errors import BiofeedbackError, BluetoothUnavailableError
from biofeedback.runtime.nearby import Nearby

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from biofeedback.clock import Clock
    from biofeedback.devices.exploring import Exploration
    from biofeedback.devices.registry import Registry
    from biofeedback.devices.self_check import Check
    from biofeedback.devices.sensor import SensorInfo

__all__ = ["Surroundings"]

_LOOK_S = 8.0


class Surroundings:
    """Looks around, in the background.

    Parameters
    ----------
    clock
        The engine's clock.
    registry
        Gives where sensors come from, made when first needed.
    spawn
        Does something on the engine's loop.

    Attributes
    ----------
    nearby : Nearby
        What the last look found so far.
    checks : tuple of Check
        What the last look at Bluetooth and drivers found; empty before the first.
    exploration : Exploration or None
        What is known of the device that is listened to.
    """

    def __init__(
        self,
        clock: Clock,
        registry: Callable[[], Registry],
        spawn: Callable[[Coroutine[object, object, None]], asyncio.Task[None]],
    ) -> None:
        self._clock = clock
        self._registry = registry
        self._spawn = spawn
        self.nearby = Nearby()
        self.checks: tuple[Check, ...] = ()
        self.exploration: Exploration | None = None
        self._checking: asyncio.Task[None] | None = None
        self._exploring: asyncio.Task[None] | None = None
        self._exploring_turn = asyncio.Lock()
        self._reloading: asyncio.Task[None] | None = None
        self._looking: asyncio.Task[None] | None = None
        self._looks_for_everything = False

    def look(
        self, seconds: float = _LOOK_S, *, everything: bool = False, anew: bool = False
    ) -> None:
        """Look around for sensors, in the background; ``anew`` also where that is done already."""
        is_looking = self.nearby.state == "looking" and everything is self._looks_for_everything
        if is_looking and not anew:
            return
        before, self._looking = self._looking, None
        if before is not None:
            # For other things: the new look begins when the old one has let go of the radio.
            before.cancel()
        self._looks_for_everything = everything
        self.nearby = Nearby("looking", "", self._registry().simulated())
        self._looking = self._spawn(self._look_around(seconds, before, everything=everything))

    def reload_drivers(self) -> None:
        """Read the person's profiles anew, in the background."""
        self._reloading = self._spawn(self._registry().reload())

    async def _look_around(
        self, seconds: float, before: asyncio.Task[None] | None, *, everything: bool
    ) -> None:
        registry = self._registry()
        waited_for = [task for task in (before, self._reloading) if task is not None]
        if waited_for:
            await asyncio.wait(waited_for)
        told = registry.simulated()

        def found(sensors: tuple[SensorInfo, ...]) -> None:
            nonlocal told
            told = sensors
            self.nearby = Nearby("looking", "", sensors)

        try:
            sensors = await registry.scan(seconds, self._clock, found, everything=everything)
        except BluetoothUnavailableError as error:
            self.nearby = Nearby("unavailable", str(error), told)
        except BiofeedbackError as error:
            self.nearby = Nearby("done", str(error), self.nearby.sensors)
        else:
            self.nearby = Nearby("done", "", sensors)

    def check(self) -> None:
        """Look whether Bluetooth and drivers work, in the background."""
        if self._checking is None or self._checking.done():
            self._checking = self._spawn(self._check())

    async def _check(self) -> None:
        from biofeedback.devices.self_check import (  # noqa: PLC0415 - only when something is amiss
            check_bluetooth,
            check_drivers,
        )

        registry = self._registry()
        bluetooth = await check_bluetooth(registry, self._clock)
        self.checks = (bluetooth, check_drivers(registry))

    def explore(self, info: SensorInfo) -> None:
        """Listen to a device of unknown kind, in place of the one before."""
        if self._looking is not None and self.nearby.state == "looking":
            # It was found: the rest of the look would only keep the radio from it.
            self._looking.cancel()
            self.nearby = Nearby("done", "", self.nearby.sensors)
        self.stop_exploring()
        self._exploring = self._spawn(self._explore(info))

    def stop_exploring(self) -> None:
        """Let go of the device that is listened to."""
        if self._exploring is not None:
            self._exploring.cancel()
        self.exploration = None

    async def _explore(self, info: SensorInfo) -> None:
        def tell(known: Exploration) -> None:
            self.exploration = known

        # One device is let go before the next is listened to, however fast they are chosen.
        async with self._exploring_turn:
            await self._registry().explore(info, self._clock, tell)

    def look_anew(self) -> None:
        """Look again where a look was had: what is listed was found by what held before."""
        if self.nearby.state != "idle":
            self.look(everything=self._looks_for_everything, anew=True)
