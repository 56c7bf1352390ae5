"""The engine thread: one asyncio loop for sensors, pipeline and guide.

`Engine` is the door for windows and commands. Every method may be called from any thread
and returns at once, apart from `Engine.stop`; what happens is read from `Engine.snapshot`.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from dataclasses import dataclass, replace
from math import isfinite
from typing import TYPE_CHECKING, Protocol

from biofeedback.clock import SystemClock, utc_now
from biofeedback.errors import BiofeedbackError, BluetoothUnavailableError, LibraryError
from biofeedback.runtime.bugs import tell_bug
from biofeedback.runtime.live import LiveSession
from biofeedback.runtime.snapshot import SessionState, Snapshot
from biofeedback.runtime.summary import Summary, summarize
from biofeedback.samples import LinkState, MarkerKind, SensorStatus
from biofeedback.sessions.recorder import RecorderStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from concurrent.futures import Future

    from biofeedback.clock import Clock
    from biofeedback.devices.registry import Registry
    from biofeedback.devices.sensor import SensorInfo
    from biofeedback.pacing import BreathPattern, PacerSegment
    from biofeedback.runtime.snapshot import SessionPlan
    from biofeedback.samples import Chunk, Event, Packet
    from biofeedback.sessions.library import Library
    from biofeedback.sessions.recorder import Recorder

__all__ = ["Engine", "Nearby", "SessionView"]

# How often the guide's time passes without an input, and the snapshot is made anew.
TICK_S = 0.05
# A sensor that does not let go in this time is left to the system.
_STOP_S = 5.0


@dataclass(frozen=True, slots=True)
class Nearby:
    """What a look around found.

    ``state`` is ``idle``, ``looking``, ``done`` or ``unavailable``; ``message`` says in plain
    words why Bluetooth cannot be used, and is empty otherwise.
    """

    state: str = "idle"
    message: str = ""
    sensors: tuple[SensorInfo, ...] = ()


class SessionView(Protocol):
    """What a session screen needs; the `Engine` and a replay's `Player` both give it."""

    def snapshot(self) -> Snapshot:
        """The newest picture of the session; cheap."""
        ...

    def now_s(self) -> float:
        """Session time now, to draw smoothly between snapshots."""
        ...

    def pause(self) -> None:
        """Stand still, at once."""
        ...

    def resume(self) -> None:
        """Go on."""
        ...


class Engine:
    """Owns the engine thread, the sensors and the present session.

    Parameters
    ----------
    clock_factory
        Makes the engine's clock; tests give one that stands still.
    registry
        Where sensors come from; the usual one by default.
    tick
        Whether guide and snapshot are also moved on by time alone. Tests switch it off.
    """

    def __init__(
        self,
        *,
        clock_factory: Callable[[], Clock] = SystemClock,
        registry: Registry | None = None,
        tick: bool = True,
    ) -> None:
        self._clock = clock_factory()
        self._registry = registry
        self._has_tick = tick
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._sensors: dict[str, asyncio.Task[None]] = {}
        self._infos: dict[str, SensorInfo] = {}
        self._leaving: dict[str, asyncio.Task[None]] = {}
        self._library: Library | None = None
        self._listeners: list[Callable[[Event], None]] = []
        self._session = LiveSession(self._clock.now_s())
        self._snapshot = self._session.snapshot(self._clock.now_s())
        self._summary: Summary | None = None
        self._nearby = Nearby()
        self._closing: asyncio.Task[None] | None = None
        self._waits_for_data = False

    # Read from any thread: each is one attribute, replaced whole.

    def snapshot(self) -> Snapshot:
        """The newest picture of the session."""
        return self._snapshot

    def now_s(self) -> float:
        """Session time now."""
        return self._session.session_s(self._clock.now_s())

    def nearby(self) -> Nearby:
        """What the last look around found so far."""
        return self._nearby

    def summary(self) -> Summary | None:
        """The summary of the session that ended, ``None`` until it is ready."""
        return self._summary

    @property
    def clock(self) -> Clock:
        """The engine's clock."""
        return self._clock

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The engine's loop; only after `start`."""
        assert self._loop is not None, "the engine was not started"  # noqa: S101 - a bug of ours
        return self._loop

    # Life.

    def start(self) -> None:
        """Start the engine thread."""
        if self._thread is not None:
            return
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._run, args=(self._loop,), name="biofeedback-engine", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """End the session, let go of every sensor, and wait until both are done."""
        thread = self._thread
        if thread is None or self._loop is None:
            return
        self._soon(self._loop.stop)
        thread.join()
        self._thread = None

    def listen(self, listener: Callable[[Event], None]) -> None:
        """Call a function with every event of sessions begun from now on.

        It is called on the engine's thread and must not block.
        """
        self._listeners.append(listener)

    # Sensors.

    def look(self, seconds: float = 8.0) -> None:
        """Look around for sensors; `nearby` tells what is found while it goes on."""
        self._soon(self._look, seconds)

    def find(self, name: str, seconds: float) -> Future[SensorInfo]:
        """Look for one sensor by name, address or id, for at most some seconds.

        Returns
        -------
        concurrent.futures.Future
            The sensor, or the `SensorError` that says why there is none. Cancel it to stop.
        """
        looking = self._the_registry().find(name, self._clock, seconds)
        return asyncio.run_coroutine_threadsafe(looking, self.loop)

    def add_sensor(self, info: SensorInfo) -> None:
        """Connect a sensor and stay with it until it is removed."""
        self._soon(self._add_sensor, info)

    def remove_sensor(self, sensor_id: str) -> None:
        """Let go of a sensor."""
        self._soon(self._remove_sensor, sensor_id)

    # The session.

    def use_library(self, library: Library | None) -> None:
        """Record the next session in a library, or in none."""
        self._library = library

    def begin(self, plan: SessionPlan, *, wait_for_data: bool = False) -> None:
        """Begin a session.

        Parameters
        ----------
        plan
            What the person chose.
        wait_for_data
            Record at once, but let the guide begin with the first samples.
        """
        self._soon(self._begin, plan, self._clock.now_s(), wait_for_data)

    def pause(self) -> None:
        """Let guide and sound stand still; recording goes on and marks it."""
        now_s = self._clock.now_s()
        self._soon(lambda: self._act(lambda session: session.pause(now_s)))

    def resume(self) -> None:
        """Go on with a new in-breath."""
        now_s = self._clock.now_s()
        self._soon(lambda: self._act(lambda session: session.resume(now_s)))

    def set_pattern(self, pattern: BreathPattern) -> None:
        """Change the breath, in mid-breath and without a jump."""
        self._soon(lambda: self._act(lambda s: s.set_pattern(self._clock.now_s(), pattern)))

    def mark(self, label: str) -> None:
        """Mark this moment."""
        now_s = self._clock.now_s()
        self._soon(lambda: self._act(lambda s: s.mark(now_s, MarkerKind.MARK, label)))

    def end(self) -> None:
        """End the session; `summary` follows when everything is written."""
        self._soon(self._end)

    def reset(self) -> None:
        """Be ready for another session."""
        self._soon(self._reset)

    # On the engine's loop from here on.

    def _soon(self, function: Callable[..., object], *arguments: object) -> None:
        # Before the start and after the stop there is nobody to do it, which is no error: a
        # window may still be closing.
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop is closed
                self._loop.call_soon_threadsafe(function, *arguments)

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        if self._has_tick:
            self._spawn(self._tick())
        try:
            loop.run_forever()
        finally:
            loop.run_until_complete(self._shut_down())
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.run_until_complete(loop.shutdown_default_executor())
            loop.close()

    def _spawn(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        assert self._loop is not None  # noqa: S101 - only called on the loop
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(_tell_bug)
        return task

    async def _tick(self) -> None:
        while True:
            now_s = self._clock.now_s()
            self._session.advance(now_s)
            if self._session.is_due_to_end(now_s):
                self._end()
            self._refresh()
            await self._clock.sleep_until(now_s + TICK_S)

    async def _shut_down(self) -> None:
        self._end()
        if self._closing is not None:
            await self._closing
        for task in tuple(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(tuple(self._tasks), timeout=_STOP_S)

    def _refresh(self) -> None:
        self._snapshot = self._session.snapshot(self._clock.now_s())

    def _act(self, action: Callable[[LiveSession], None]) -> None:
        action(self._session)
        self._refresh()

    # Sensors.

    def _the_registry(self) -> Registry:
        if self._registry is None:
            from biofeedback.devices.registry import Registry  # noqa: PLC0415 - only with a sensor

            self._registry = Registry()
        return self._registry

    def _look(self, seconds: float) -> None:
        if self._nearby.state != "looking":
            self._nearby = Nearby("looking", "", self._the_registry().simulated())
            self._spawn(self._look_around(seconds))

    async def _look_around(self, seconds: float) -> None:
        registry = self._the_registry()
        simulated = registry.simulated()

        def found(sensors: tuple[SensorInfo, ...]) -> None:
            self._nearby = Nearby("looking", "", sensors)

        try:
            sensors = await registry.scan(seconds, self._clock, found)
        except BluetoothUnavailableError as error:
            self._nearby = Nearby("unavailable", str(error), simulated)
        except BiofeedbackError as error:
            self._nearby = Nearby("done", str(error), self._nearby.sensors)
        else:
            self._nearby = Nearby("done", "", sensors)

    def _add_sensor(self, info: SensorInfo) -> None:
        if info.sensor_id in self._sensors:
            return
        self._infos[info.sensor_id] = info
        self._sensors[info.sensor_id] = self._spawn(self._stay_with(info))

    async def _stay_with(self, info: SensorInfo) -> None:
        leaving = self._leaving.pop(info.sensor_id, None)
        if leaving is not None:
            # Taken up again at once: the old connection must have let go first.
            await asyncio.wait((leaving,))
        sensor = self._the_registry().open(info, self._present_pacer)
        try:
            await sensor.run(_Hub(self), self._clock)
        except Exception:
            # A bug of ours must not look like a sensor at work.
            _Hub(self).status(
                SensorStatus(
                    self._clock.now_s(),
                    info.sensor_id,
                    info.name,
                    LinkState.REFUSED,
                    "Something went wrong in the app. Disconnect this sensor and connect it again.",
                )
            )
            raise

    def _remove_sensor(self, sensor_id: str) -> None:
        task = self._sensors.pop(sensor_id, None)
        info = self._infos.pop(sensor_id, None)
        if task is None or info is None:
            return
        task.cancel()
        self._leaving[sensor_id] = task
        self._session.status(
            SensorStatus(self._clock.now_s(), sensor_id, info.name, LinkState.STOPPED)
        )
        self._session.forget_sensor(sensor_id)
        self._refresh()

    def _present_pacer(self) -> PacerSegment | None:
        """The pacer in the engine's time, for simulated clients that breathe with it."""
        segment = self._session.pacer
        if segment is None:
            return None
        return replace(segment, t_s=segment.t_s + self._session.start_s)

    # The session.

    def _begin(self, plan: SessionPlan, now_s: float, wait_for_data: bool) -> None:
        if self._session.state in {SessionState.RUNNING, SessionState.PAUSED}:
            return
        self._summary = None
        recorder, trouble = self._make_recorder(plan)
        before = self._session
        self._session = LiveSession(
            now_s,
            plan=plan,
            recorder=recorder,
            trouble=trouble,
            listeners=self._listeners,
        )
        for status in before.sensors():
            # As they are now: the new session must not tell of an age before its own.
            self._session.status(replace(status, t_s=now_s))
        if recorder is not None:
            self._session.mark(now_s, MarkerKind.CONSENT, "record on this computer")
        if wait_for_data:
            self._waits_for_data = True
        else:
            self._session.begin_guide(now_s)
        self._refresh()

    def _make_recorder(self, plan: SessionPlan) -> tuple[Recorder | None, RecorderStatus | None]:
        if self._library is None:
            return None, None
        plan_words: dict[str, float | str] = {
            "in_s": plan.pattern.in_s,
            "hold_in_s": plan.pattern.hold_in_s,
            "out_s": plan.pattern.out_s,
            "hold_out_s": plan.pattern.hold_out_s,
        }
        if isfinite(plan.duration_s):
            plan_words["duration_s"] = plan.duration_s
        try:
            recorder = self._library.record(
                utc_now(), guide=plan.guide, plan=plan_words, sensors=tuple(self._infos.values())
            )
        except LibraryError as error:
            # The session matters more than its record: go on, and say so.
            return None, RecorderStatus(is_saving=False, saved_until_s=0.0, message=str(error))
        return recorder, None

    def _data_arrived(self) -> None:
        if self._waits_for_data:
            self._waits_for_data = False
            self._session.begin_guide(self._clock.now_s())

    def _end(self) -> None:
        session = self._session
        if session.state not in {SessionState.RUNNING, SessionState.PAUSED}:
            return
        self._waits_for_data = False
        session.end(self._clock.now_s())
        self._refresh()
        self._closing = self._spawn(self._close(session))

    async def _close(self, session: LiveSession) -> None:
        if session.recorder is not None:
            await asyncio.to_thread(session.recorder.close)
        if self._session is session:
            # Saving may take long, and another session may have begun meanwhile.
            self._refresh()
            self._summary = summarize(session, session.snapshot(self._clock.now_s()))

    def _reset(self) -> None:
        if self._session.state is not SessionState.ENDED:
            return
        before = self._session
        now_s = self._clock.now_s()
        self._session = LiveSession(now_s)
        for status in before.sensors():
            self._session.status(replace(status, t_s=now_s))
        self._summary = None
        self._refresh()


class _Hub:
    """What sensors deliver, handed to the session of the moment."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def packet(self, packet: Packet) -> None:
        self._engine._session.packet(packet)  # noqa: SLF001 - the engine's own hand

    def chunk(self, chunk: Chunk) -> None:
        engine = self._engine
        engine._data_arrived()  # noqa: SLF001 - the engine's own hand
        engine._session.chunk(chunk)  # noqa: SLF001 - the engine's own hand
        engine._refresh()  # noqa: SLF001 - the engine's own hand

    def status(self, status: SensorStatus) -> None:
        engine = self._engine
        engine._session.status(status)  # noqa: SLF001 - the engine's own hand
        engine._refresh()  # noqa: SLF001 - the engine's own hand


def _tell_bug(task: asyncio.Task[None]) -> None:
    """Log a failure that nobody awaits: it is a bug of ours, and must not pass unseen."""
    with contextlib.suppress(asyncio.CancelledError):
        error = task.exception()
        if error is not None:
            tell_bug("a part of the engine failed", error)
