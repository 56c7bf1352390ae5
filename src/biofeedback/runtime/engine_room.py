"""What runs on the engine's loop: sensors, the present session, and the way from one to the next.

An `EngineRoom` is made and used on the engine's thread alone; `biofeedback.runtime.engine` is
the door that other threads use. What others read (`snapshot`, `summary`, what is `around`) are
single attributes, each replaced whole.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from math import isfinite
from typing import TYPE_CHECKING

from biofeedback.clock import utc_now
from biofeedback.errors import LibraryError
from biofeedback.runtime.bugs import tell_bug
from biofeedback.runtime.connected import ConnectedSensors
from biofeedback.runtime.live import LiveSession
from biofeedback.runtime.output_plan import Reach
from biofeedback.runtime.programs import Programs
from biofeedback.runtime.snapshot import SessionState, begin_arguments, shares_body_state
from biofeedback.runtime.summary import Summary, summarize
from biofeedback.runtime.surroundings import Surroundings
from biofeedback.samples import LinkState, MarkerKind, Role, SensorStatus
from biofeedback.sessions.recorder import RecorderStatus
from biofeedback.signal.baseline import Baseline, combined

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from biofeedback.clock import Clock
    from biofeedback.devices.network_sources import NetworkSources
    from biofeedback.devices.registry import Registry
    from biofeedback.devices.sensor import SensorInfo
    from biofeedback.pacing import PacerSegment
    from biofeedback.runtime.output_plan import OutputPlan
    from biofeedback.runtime.snapshot import SessionPlan
    from biofeedback.samples import Chunk, Event, Gap, Packet
    from biofeedback.sessions.library import Library
    from biofeedback.sessions.recorder import Recorder

__all__ = ["EngineRoom"]

# How often the guide's time passes without an input, and the snapshot is made anew.
TICK_S = 0.05
# A sensor that does not let go in this time is left to the system.
_STOP_S = 5.0


class EngineRoom:
    """Sensors and session on one asyncio loop.

    Parameters
    ----------
    clock
        The engine's clock.
    registry
        Where sensors come from; the usual one when ``None``.
    tick
        Whether guide and snapshot are also moved on by time alone.
    listeners
        Called with every event of a session.
    """

    def __init__(
        self,
        clock: Clock,
        registry: Registry | None,
        *,
        tick: bool,
        listeners: Sequence[Callable[[Event], None]],
    ) -> None:
        self._clock = clock
        self._registry = registry
        self._has_tick = tick
        self._listeners = listeners
        self.loop = asyncio.new_event_loop()
        self.library: Library | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._sensors = ConnectedSensors(
            clock,
            self.the_registry,
            self._spawn,
            self,
            self._present_pacer,
            lambda: self.session.guide,
        )
        self._heard: set[str] = set()
        self._partner_sensors: set[str] = set()
        self.session = LiveSession(clock.now_s())
        self.snapshot = self.session.snapshot(clock.now_s())
        self.summary: Summary | None = None
        self.around = Surroundings(clock, self.the_registry, self._spawn)
        self.programs = Programs(clock, lambda: self.session.session_s(clock.now_s()), self._spawn)
        self._closing: asyncio.Task[None] | None = None
        self._waits_for_data = False

    def run(self) -> None:
        """Run the loop until it is stopped, then let go of everything."""
        asyncio.set_event_loop(self.loop)
        if self._has_tick:
            self._spawn(self._tick())
        try:
            self.loop.run_forever()
        finally:
            self.loop.run_until_complete(self._shut_down())
            self.loop.run_until_complete(self.loop.shutdown_asyncgens())
            self.loop.run_until_complete(self.loop.shutdown_default_executor())
            self.loop.close()

    def _spawn(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(_tell_bug)
        return task

    async def _tick(self) -> None:
        while True:
            now_s = self._clock.now_s()
            self.session.advance(now_s)
            if self.session.is_due_to_end(now_s):
                self.end()
            self._refresh()
            await self._clock.sleep_until(now_s + TICK_S)

    async def _shut_down(self) -> None:
        self.end()
        if self._closing is not None:
            # What fails in it was told, and keeps no sensor from being let go.
            await asyncio.wait((self._closing,))
        await self.programs.outputs.close()
        # Sensors first, while what they are told to stop through still stands; then also what was
        # asked for from outside, such as a search that holds the radio, and what bleak keeps.
        for tasks in (self._tasks.copy, asyncio.all_tasks):
            others = tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            if others:
                await asyncio.wait(others, timeout=_STOP_S)

    # What sensors deliver (`biofeedback.devices.sensor.Sink`), for the session of the moment.

    def packet(self, packet: Packet) -> None:
        """Take the bytes of one notification."""
        self._heard.add(packet.sensor_id)
        self.session.packet(packet)

    def chunk(self, chunk: Chunk) -> None:
        """Take samples; the first may be what the guide waits for."""
        sensor_id = chunk.stream.sensor_id
        self._heard.add(sensor_id)
        if chunk.stream.sensor_id in self._partner_sensors:
            chunk = replace(chunk, stream=replace(chunk.stream, role=Role.PARTNER))
        if self._waits_for_data:
            self._waits_for_data = False
            self.session.begin_guide(self._clock.now_s())
        self.session.chunk(chunk)
        self._leave_out(sensor_id)
        self._refresh()

    def gap(self, gap: Gap) -> None:
        """Take a stretch without samples."""
        self.session.gap(gap)

    def status(self, status: SensorStatus) -> None:
        """Take a change of a sensor's state."""
        self.session.status(status)
        self._leave_out(status.sensor_id)
        self._refresh()

    def _leave_out(self, sensor_id: str) -> None:
        """Show no sensor that was removed: its last words are only recorded."""
        if self._sensors.is_leaving(sensor_id):
            self._heard.discard(sensor_id)
            self.session.forget_sensor(sensor_id)

    def _refresh(self) -> None:
        self.snapshot = self.session.snapshot(self._clock.now_s())

    def act(self, action: Callable[[LiveSession], None]) -> None:
        """Do something to the present session."""
        try:
            action(self.session)
        except Exception as error:  # noqa: BLE001 - what was asked for in vain stops nothing else
            tell_bug("what was asked of the session failed", error)
        self._refresh()

    # Sensors.

    def the_registry(self) -> Registry:
        """Where sensors come from; made when first needed."""
        if self._registry is None:
            from biofeedback.devices.registry import Registry  # noqa: PLC0415 - only with a sensor

            self._registry = Registry()
        return self._registry

    def add_sensor(self, info: SensorInfo, role: Role = Role.CLIENT) -> None:
        """Connect a sensor and stay with it."""
        if self._sensors.holds(info):
            return
        if role is Role.PARTNER:
            self.set_role(info.sensor_id, role)
        if self.session.recorder is not None:
            self.session.recorder.add_sensor(info)
        self._sensors.add(info)

    def use_streams(self, sources: NetworkSources, plan: OutputPlan) -> None:
        """Look for sensors among streams, and send measures on, as told and in no other way."""
        self.programs.take_from(self.the_registry(), sources, self.around.look_anew)
        self.programs.send(plan)
        if self._is_under_way():
            self._agree_to_sending(self._clock.now_s())

    @property
    def inlets_trouble(self) -> str:
        """Why streams cannot be looked for, in words; empty if they can, or need not be."""
        return "" if self._registry is None else self._registry.streams_trouble

    @property
    def reach(self) -> Reach:
        """How far what is measured goes at this moment."""
        return self.programs.outputs.reach if self._is_under_way() else Reach.NOWHERE

    def _agree_to_sending(self, now_s: float) -> None:
        if self.session.recorder is not None:
            self.programs.agree(lambda words: self.session.mark(now_s, MarkerKind.CONSENT, words))

    def set_role(self, sensor_id: str, role: Role) -> None:
        """Say who wears a sensor; while a session runs this stays as it is."""
        if self._is_under_way():
            return
        if role is Role.PARTNER:
            self._partner_sensors.add(sensor_id)
        else:
            self._partner_sensors.discard(sensor_id)
        # What was computed so far took it for the other's.
        if self.session.state is SessionState.READY:
            self._be_ready()

    def remove_sensor(self, sensor_id: str) -> None:
        """Let go of a sensor."""
        info = self._sensors.remove(sensor_id)
        if info is None:
            return
        self._heard.discard(sensor_id)
        if not self._is_under_way():
            self._partner_sensors.discard(sensor_id)
        self.session.status(
            SensorStatus(self._clock.now_s(), sensor_id, info.name, LinkState.STOPPED)
        )
        self.session.forget_sensor(sensor_id)
        self._refresh()

    def _present_pacer(self) -> PacerSegment | None:
        """The pacer in the engine's time, for simulated clients that breathe with it."""
        segment = self.session.pacer
        if segment is None:
            return None
        return replace(segment, t_s=segment.t_s + self.session.start_s)

    # The session.

    def begin(self, plan: SessionPlan, now_s: float, wait_for_data: bool) -> None:
        """Begin a session as of a moment."""
        if self._is_under_way():
            return
        self.summary = None
        plan = self._with_resonance(plan)
        recorder, trouble = self._make_recorder(plan)
        before = self.session
        self.session = LiveSession(
            now_s,
            plan=plan,
            recorder=recorder,
            trouble=trouble,
            heard_before=frozenset(self._heard),
            partner_sensors=frozenset(self._partner_sensors),
            listeners=(*self._listeners, self.programs.outputs.take),
        )
        for status in before.sensors():
            # As they are now: the new session must not tell of an age before its own.
            self.session.status(replace(status, t_s=now_s))
        if recorder is not None:
            self.session.mark(now_s, MarkerKind.CONSENT, "record on this computer")
        if shares_body_state(plan):
            words = "both see whether the other is within their usual range"
            self.session.mark(now_s, MarkerKind.CONSENT, words)
        self.programs.begin_session()
        self._agree_to_sending(now_s)
        self._tell_usual()
        if wait_for_data:
            self._waits_for_data = True
        else:
            self.session.begin_guide(now_s)
        self._refresh()

    def use_library(self, library: Library | None) -> None:
        """Record the next session in a library, or in none; what is usual is known from there."""
        self.library = library
        if self.session.state is SessionState.READY:
            self._be_ready()

    def _tell_usual(self) -> None:
        """Let what is usual for the person hold in the session, where it is known."""
        if self.library is None:
            return
        try:
            kept = self.library.baselines.of()
        except LibraryError:
            return  # what is usual can be found out anew
        usual = combined([Baseline.from_values(row.values) for row in kept])
        if usual is not None:
            self.session.use_baseline(usual)

    def _with_resonance(self, plan: SessionPlan) -> SessionPlan:
        """Let the guide that looks for a person's resonance begin at what is known of it."""
        if plan.guide != "resonance" or self.library is None:
            return plan
        if "resonance_per_min" in plan.options:
            return plan  # the person said it themselves
        try:
            kept = self.library.resonances.latest()
        except LibraryError:
            return plan  # it can be looked for anew
        if kept is None:
            return plan
        # As kept: the guide begins there, and leans on it as far as it was sure.
        names = ("resonance_per_min", "uncertainty_per_min")
        known = {
            name: value
            for name in names
            if isinstance(value := kept.facts.get(name), float) and isfinite(value)
        }
        return replace(plan, options={**plan.options, **known})

    def _is_under_way(self) -> bool:
        return self.session.state in {SessionState.RUNNING, SessionState.PAUSED}

    def _make_recorder(self, plan: SessionPlan) -> tuple[Recorder | None, RecorderStatus | None]:
        if self.library is None:
            return None, None
        plan_words = begin_arguments(plan)
        del plan_words["guide"]
        try:
            recorder = self.library.record(
                utc_now(), guide=plan.guide, plan=plan_words, sensors=self._sensors.infos
            )
        except LibraryError as error:
            # The session matters more than its record: go on, and say so.
            return None, RecorderStatus(is_saving=False, saved_until_s=0.0, message=str(error))
        return recorder, None

    def end(self) -> None:
        """End the session; its summary follows when everything is written."""
        session = self.session
        if not self._is_under_way():
            return
        self._waits_for_data = False
        session.end(self._clock.now_s())
        self._refresh()
        self._closing = self._spawn(self._close(session))

    async def _close(self, session: LiveSession) -> None:
        if session.recorder is not None:
            await asyncio.to_thread(session.recorder.close)
        if self.session is session:
            # Saving may take long, and another session may have begun meanwhile.
            self._refresh()
            self.summary = summarize(session, session.snapshot(self._clock.now_s()))

    def reset(self) -> None:
        """Be ready for another session."""
        if self.session.state is not SessionState.ENDED:
            return
        self.summary = None
        self._be_ready()

    def _be_ready(self) -> None:
        """Begin the idle time before a session anew."""
        before = self.session
        now_s = self._clock.now_s()
        self.session = LiveSession(
            now_s,
            heard_before=frozenset(self._heard),
            partner_sensors=frozenset(self._partner_sensors),
        )
        for status in before.sensors():
            self.session.status(replace(status, t_s=now_s))
        self._tell_usual()
        self._refresh()


def _tell_bug(task: asyncio.Task[None]) -> None:
    """Log a failure that nobody awaits: it is a bug of ours, and must not pass unseen."""
    with contextlib.suppress(asyncio.CancelledError):
        error = task.exception()
        if error is not None:
            tell_bug("a part of the engine failed", error)
