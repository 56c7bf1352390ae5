"""The engine, as windows and commands use it: a thread with sensors, pipeline and guide.

`Engine` is the door. Every method may be called from any thread and returns at once, apart
from `Engine.stop`; what happens is read from `Engine.snapshot`. What stands behind the door
is imported by the engine's own thread, so that a window can be painted first.
"""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Protocol

from biofeedback.clock import SystemClock
from biofeedback.kinds import MarkerKind, Role
from biofeedback.runtime.nearby import Nearby
from biofeedback.runtime.output_plan import Reach
from biofeedback.runtime.snapshot import SessionState, Snapshot

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable
    from concurrent.futures import Future

    from biofeedback.clock import Clock
    from biofeedback.devices.exploring import Exploration
    from biofeedback.devices.network_sources import NetworkSources
    from biofeedback.devices.registry import Registry
    from biofeedback.devices.self_check import Check
    from biofeedback.devices.sensor import SensorInfo
    from biofeedback.pacing import BreathPattern
    from biofeedback.runtime.engine_room import EngineRoom
    from biofeedback.runtime.live import LiveSession
    from biofeedback.runtime.output_plan import OutputPlan
    from biofeedback.runtime.snapshot import SessionPlan
    from biofeedback.runtime.summary import Summary
    from biofeedback.samples import Event
    from biofeedback.sessions.library import Library

__all__ = ["Engine", "Nearby", "SessionView"]


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
        self._listeners: list[Callable[[Event], None]] = []
        self._thread: threading.Thread | None = None
        self._room: EngineRoom | None = None
        self._is_ready = threading.Event()
        # What was asked for before there was anyone to do it.
        self._asked: list[Callable[[EngineRoom], object]] = []
        self._lock = threading.Lock()
        self._before = Snapshot(self._clock.now_s(), SessionState.READY)

    # Read from any thread: each is one attribute, replaced whole.

    def snapshot(self) -> Snapshot:
        """The newest picture of the session."""
        return self._before if self._room is None else self._room.snapshot

    def now_s(self) -> float:
        """Session time now."""
        now_s = self._clock.now_s()
        return now_s if self._room is None else self._room.session.session_s(now_s)

    def nearby(self) -> Nearby:
        """What the last look around found so far."""
        return Nearby() if self._room is None else self._room.around.nearby

    def exploration(self) -> Exploration | None:
        """What is known of the device that is listened to, ``None`` when none is."""
        return None if self._room is None else self._room.around.exploration

    def checks(self) -> tuple[Check, ...]:
        """What the last `check` of this computer found, empty before the first has ended."""
        return () if self._room is None else self._room.around.checks

    def summary(self) -> Summary | None:
        """The summary of the session that ended, ``None`` until it is ready."""
        return None if self._room is None else self._room.summary

    @property
    def clock(self) -> Clock:
        """The engine's clock."""
        return self._clock

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The engine's loop; only after `start`."""
        return self._the_room().loop

    # Life.

    def start(self) -> None:
        """Start the engine thread."""
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._run, name="biofeedback-engine", daemon=True
            )
            self._thread.start()

    def stop(self) -> None:
        """End the session, let go of every sensor, and wait until both are done."""
        thread = self._thread
        if thread is None:
            return
        self._do(lambda room: room.loop.stop())
        thread.join()
        self._thread = None

    def listen(self, listener: Callable[[Event], None]) -> None:
        """Call a function with every event of sessions begun from now on.

        It is called on the engine's thread and must not block.
        """
        self._listeners.append(listener)

    # Sensors.

    def look(self, seconds: float = 8.0, *, everything: bool = False) -> None:
        """Look around for sensors; `nearby` tells what is found while it goes on.

        Parameters
        ----------
        seconds
            How long.
        everything
            Also devices that no driver knows.
        """
        self._do(lambda room: room.around.look(seconds, everything=everything))

    def check(self) -> None:
        """Look whether Bluetooth and drivers work; `checks` tells what was found."""
        self._do(lambda room: room.around.check())

    def find(self, name: str, seconds: float) -> Future[SensorInfo]:
        """Look for one sensor by name, address or id, for at most some seconds.

        Returns
        -------
        concurrent.futures.Future
            The sensor, or the `SensorError` that says why there is none. Cancel it to stop.
        """
        from asyncio import run_coroutine_threadsafe  # noqa: PLC0415 - not for the first picture

        room = self._the_room()
        return run_coroutine_threadsafe(
            room.the_registry().find(name, self._clock, seconds), room.loop
        )

    def use_streams(self, sources: NetworkSources, plan: OutputPlan) -> None:
        """Look for sensors among streams of other programs, and send measures on to them.

        Both are off until this is called. What stands in the way is told by `inlets_trouble`
        and `streams_trouble`. Where a session is recorded, the record says that it is sent.
        """
        self._do(lambda room: room.use_streams(sources, plan))

    def note_sending(self, plan: OutputPlan) -> None:
        """Say what listeners send to other programs by themselves: a record tells that too."""
        self._do(lambda room: room.programs.note_sending(plan))

    def inlets_trouble(self) -> str:
        """Why streams of other programs cannot be looked for, in words; empty if they can."""
        return "" if self._room is None else self._room.inlets_trouble

    def sends_to(self) -> Reach:
        """How far what is measured goes at this moment: nowhere without a session."""
        return Reach.NOWHERE if self._room is None else self._room.reach

    def streams_trouble(self) -> str:
        """What stands in the way of sending measures on, in words; empty when nothing does."""
        return "" if self._room is None else self._room.programs.outputs.trouble

    def explore(self, info: SensorInfo) -> None:
        """Listen to a device of unknown kind; `exploration` tells what it sends."""
        self._do(lambda room: room.around.explore(info))

    def stop_exploring(self) -> None:
        """Let go of the device that is listened to."""
        self._do(lambda room: room.around.stop_exploring())

    def reload_drivers(self) -> None:
        """Read the person's profiles anew; the next `look` knows what they describe."""
        self._do(lambda room: room.around.reload_drivers())

    def add_sensor(self, info: SensorInfo, role: Role = Role.CLIENT) -> None:
        """Connect a sensor, on this person or another, and stay with it until it is removed."""
        self._do(lambda room: room.add_sensor(info, role))

    def set_role(self, sensor_id: str, role: Role) -> None:
        """Say who wears a sensor; without effect while a session runs."""
        self._do(lambda room: room.set_role(sensor_id, role))

    def remove_sensor(self, sensor_id: str) -> None:
        """Let go of a sensor."""
        self._do(lambda room: room.remove_sensor(sensor_id))

    # The session.

    def use_library(self, library: Library | None) -> None:
        """Record the next session in a library, or in none; its baselines hold from now on."""
        self._do(lambda room: room.use_library(library))

    def begin(self, plan: SessionPlan, *, wait_for_data: bool = False) -> None:
        """Begin a session.

        Parameters
        ----------
        plan
            What the person chose.
        wait_for_data
            Record at once, but let the guide begin with the first samples.
        """
        now_s = self._clock.now_s()
        self._do(lambda room: room.begin(plan, now_s, wait_for_data))

    def pause(self) -> None:
        """Let guide and sound stand still; recording goes on and marks it."""
        now_s = self._clock.now_s()
        self._act(lambda session: session.pause(now_s))

    def resume(self) -> None:
        """Go on with a new in-breath."""
        now_s = self._clock.now_s()
        self._act(lambda session: session.resume(now_s))

    def set_pattern(self, pattern: BreathPattern) -> None:
        """Change the breath, in mid-breath and without a jump."""
        self._act(lambda s: s.set_pattern(self._clock.now_s(), pattern))

    def ask(self, word: str, /, **arguments: float | str) -> None:
        """Ask something of the guide: one of `biofeedback.guides.leader`'s commands.

        ``pause``, ``resume``, ``end`` and ``begin`` have methods of their own.
        """
        now_s = self._clock.now_s()
        self._act(lambda session: session.ask(now_s, word, arguments))

    def mark(self, label: str) -> None:
        """Mark this moment."""
        now_s = self._clock.now_s()
        self._act(lambda s: s.mark(now_s, MarkerKind.MARK, label))

    def end(self) -> None:
        """End the session; `summary` follows when everything is written."""
        self._do(lambda room: room.end())

    def reset(self) -> None:
        """Be ready for another session."""
        self._do(lambda room: room.reset())

    # Behind the door.

    def _run(self) -> None:
        from biofeedback.runtime.engine_room import EngineRoom  # noqa: PLC0415 - see the top

        try:
            room = EngineRoom(
                self._clock, self._registry, tick=self._has_tick, listeners=self._listeners
            )
            with self._lock:
                self._room = room
                for action in self._asked:
                    room.loop.call_soon_threadsafe(action, room)
                self._asked.clear()
        finally:
            self._is_ready.set()
        room.run()

    def _the_room(self) -> EngineRoom:
        assert self._thread is not None, "the engine was not started"  # noqa: S101 - a bug of ours
        self._is_ready.wait()
        assert self._room is not None, "the engine failed"  # noqa: S101 - a bug of ours
        return self._room

    def _do(self, action: Callable[[EngineRoom], object]) -> None:
        with self._lock:
            room = self._room
            if room is None:
                self._asked.append(action)
                return
        # After the stop there is nobody to do it, which is no error: a window may still be
        # closing.
        with contextlib.suppress(RuntimeError):
            room.loop.call_soon_threadsafe(action, room)

    def _act(self, action: Callable[[LiveSession], None]) -> None:
        self._do(lambda room: room.act(action))
