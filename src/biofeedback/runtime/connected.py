"""The sensors that are connected: each runs until it is let go of, whatever session there is."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from biofeedback.devices.sensor import Origin
from biofeedback.errors import SensorError
from biofeedback.samples import LinkState, SensorStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from biofeedback.clock import Clock
    from biofeedback.devices.registry import Registry
    from biofeedback.devices.sensor import SensorInfo, Sink
    from biofeedback.pacing import PacerSegment
    from biofeedback.samples import GuideState

__all__ = ["ConnectedSensors"]

_BUG = "Something went wrong in the app. Disconnect this sensor and connect it again."


class ConnectedSensors:
    """Stays with sensors, and lets go of them.

    Parameters
    ----------
    clock
        The engine's clock.
    registry
        Gives where sensors come from, made when first needed.
    spawn
        Does something on the engine's loop.
    sink
        Takes what sensors deliver.
    pacer
        Gives the pacer in the engine's time, for simulated clients that breathe with it.
    guide
        Gives what the guide asks for, for simulated clients that follow it.
    """

    def __init__(
        self,
        clock: Clock,
        registry: Callable[[], Registry],
        spawn: Callable[[Coroutine[object, object, None]], asyncio.Task[None]],
        sink: Sink,
        pacer: Callable[[], PacerSegment | None],
        guide: Callable[[], GuideState | None],
    ) -> None:
        self._clock = clock
        self._registry = registry
        self._spawn = spawn
        self._sink = sink
        self._pacer = pacer
        self._guide = guide
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._infos: dict[str, SensorInfo] = {}
        # Those that were let go and are not gone yet: a sensor may take seconds to part.
        self._leaving: dict[str, set[asyncio.Task[None]]] = {}

    @property
    def infos(self) -> tuple[SensorInfo, ...]:
        """What is connected, in the order in which it came."""
        return tuple(self._infos.values())

    def holds(self, info: SensorInfo) -> bool:
        """Whether a sensor is connected, be it by another name: two would take turns at it."""
        return info.sensor_id in self._tasks or any(
            info.origin is other.origin is Origin.BLUETOOTH
            and info.address.casefold() == other.address.casefold()
            for other in self._infos.values()
        )

    def add(self, info: SensorInfo) -> None:
        """Connect a sensor and stay with it."""
        self._infos[info.sensor_id] = info
        self._tasks[info.sensor_id] = self._spawn(self._stay_with(info))

    def remove(self, sensor_id: str) -> SensorInfo | None:
        """Let go of a sensor; return what it was, ``None`` where there was none."""
        task = self._tasks.pop(sensor_id, None)
        info = self._infos.pop(sensor_id, None)
        if task is None or info is None:
            return None
        task.cancel()
        self._leaving.setdefault(sensor_id, set()).add(task)
        task.add_done_callback(lambda _: self._has_left(sensor_id, task))
        return info

    def is_leaving(self, sensor_id: str) -> bool:
        """Whether a sensor was let go, may still tell of it, and was not taken up again."""
        return sensor_id in self._leaving and sensor_id not in self._tasks

    def _has_left(self, sensor_id: str, task: asyncio.Task[None]) -> None:
        leaving = self._leaving[sensor_id]
        leaving.discard(task)
        if not leaving:
            del self._leaving[sensor_id]

    async def _stay_with(self, info: SensorInfo) -> None:
        while leaving := self._leaving.get(info.sensor_id):
            # Taken up again at once: the old connection must have let go first.
            await asyncio.wait(tuple(leaving))
        await self._registry().prepare(info)
        try:
            sensor = self._registry().open(info, self._pacer, self._guide)
        except SensorError as error:
            # What was set for it once is nothing that its driver knows now.
            self._refused(info, str(error))
            return
        try:
            await sensor.run(self._sink, self._clock)
        except Exception:
            # A bug of ours must not look like a sensor at work.
            self._refused(info, _BUG)
            raise

    def _refused(self, info: SensorInfo, message: str) -> None:
        now_s = self._clock.now_s()
        self._sink.status(
            SensorStatus(now_s, info.sensor_id, info.name, LinkState.REFUSED, message)
        )
