"""One live session: what the sensors deliver, through the core, to recorder and screens.

A `LiveSession` lives on the engine's loop and is called from there alone. Its times start
at zero when it begins; what sensors stamp with the engine's clock is moved over here, once,
before anything is computed or recorded.
"""

from __future__ import annotations

from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING

from biofeedback.guides.leader import COMMANDS
from biofeedback.guides.pacer import PacerChange, pattern_arguments
from biofeedback.guides.too_much import POSSIBLE_BPM
from biofeedback.runtime.bugs import tell_bug
from biofeedback.runtime.gap_log import GapLog
from biofeedback.runtime.session import SessionCore
from biofeedback.runtime.session_log import SessionLog
from biofeedback.runtime.snapshot import (
    BASELINE,
    SessionPlan,
    SessionState,
    Snapshot,
    begin_arguments,
)
from biofeedback.runtime.view import SessionViewBuilder
from biofeedback.samples import (
    Beat,
    Chunk,
    Command,
    Event,
    Gap,
    Marker,
    MarkerKind,
    Metric,
    Packet,
    Result,
    SensorStatus,
)
from biofeedback.signal.baseline import baseline_chunk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from biofeedback.pacing import BreathPattern, PacerSegment
    from biofeedback.samples import GuideState
    from biofeedback.sessions.recorder import Recorder, RecorderStatus
    from biofeedback.signal.baseline import Baseline

__all__ = ["LiveSession"]


class LiveSession:
    """Receives from the sensors, computes, records, and makes snapshots.

    Parameters
    ----------
    start_s
        The engine's time at which this session begins.
    plan
        What the person chose, ``None`` for the idle time before a session.
    recorder
        Where everything is kept, ``None`` to keep nothing.
    trouble
        A status to show in place of the recorder's, when there should be a recorder but it
        could not be had.
    heard_before
        Sensors that were already delivering when the session began.
    partner_sensors
        Ids of the sensors that the partner wears.
    listeners
        Called with every event, on the engine's loop; must not block.
    """

    def __init__(
        self,
        start_s: float,
        *,
        plan: SessionPlan | None = None,
        recorder: Recorder | None = None,
        trouble: RecorderStatus | None = None,
        heard_before: frozenset[str] = frozenset(),
        partner_sensors: frozenset[str] = frozenset(),
        listeners: Iterable[Callable[[Event], None]] = (),
    ) -> None:
        self.start_s = start_s
        self.plan = plan
        self.log = SessionLog()
        self.gaps = GapLog()
        self._recorder = recorder
        self._trouble = trouble
        self._heard_before = heard_before
        self._listeners = list(listeners)
        self._core = SessionCore(self._stop_computing, on_guide_failure=self._stop_leading)
        self._view = SessionViewBuilder(self._core, plan)
        self._view.partner_sensors = partner_sensors
        self._is_getting_to_know = False
        self._usual_heart_bpm: float | None = None
        self._baseline: Baseline | None = None
        self._state = SessionState.READY if plan is None else SessionState.RUNNING
        self._led_until_s = -inf
        self._until_s = inf
        self._ended_s = inf

    @property
    def state(self) -> SessionState:
        """Where the session is."""
        return self._state

    @property
    def recorder(self) -> Recorder | None:
        """Where everything is kept."""
        return self._recorder

    @property
    def baseline(self) -> Baseline | None:
        """What was found to be usual, once the session has ended with enough of it."""
        return self._baseline

    @property
    def pacer(self) -> PacerSegment | None:
        """The pacer in force, in session time."""
        return self._core.leader.segment

    @property
    def guide(self) -> GuideState | None:
        """What the guide asks for, ``None`` where none has led."""
        return self._view.guide

    def is_due_to_end(self, engine_s: float) -> bool:
        """Whether the guide's time is up, or without a guide the length asked for."""
        if self._state is SessionState.ENDED:
            return False
        if self._is_getting_to_know and self._core.baseline_progress is None:
            return True  # as much as is of use was counted
        has_led = self.plan is not None and self.plan.guide and self._core.leader.has_ended
        return bool(has_led) or self.session_s(engine_s) >= self._until_s

    def session_s(self, engine_s: float) -> float:
        """Return session time for a time of the engine's clock."""
        return engine_s - self.start_s

    def use_baseline(self, usual: Baseline) -> None:
        """Let what is usual for the person hold from the beginning on."""
        heart = usual.inputs.get("heart_rate_bpm")
        low_bpm, high_bpm = POSSIBLE_BPM
        if heart is not None and low_bpm <= heart.median <= high_bpm:
            self._usual_heart_bpm = heart.median
        chunk = baseline_chunk(usual, 0.0)
        self._publish(chunk)
        self._publish_all(self._core.push(chunk))

    # What sensors deliver, in the engine's time.

    def packet(self, packet: Packet) -> None:
        """Keep raw bytes."""
        if self._state is SessionState.ENDED:
            return
        self._publish(replace(packet, arrival_s=self.session_s(packet.arrival_s)))

    def chunk(self, chunk: Chunk) -> None:
        """Compute and keep samples.

        What a sensor measured before the person began is not ours to keep. Only the very first
        packet of a sensor that connects during the session is kept whole: it may hold a beat
        from just before it, at a time below zero.
        """
        if self._state is SessionState.ENDED:
            return
        t_s, values = chunk.t_s - self.start_s, chunk.values
        if chunk.stream.sensor_id in self._heard_before:
            is_ours = t_s >= 0.0
            if not is_ours.any():
                return
            t_s, values = t_s[is_ours], values[is_ours]
        # On their way through the queue, time may have been led past their arrival: to the guide
        # they come when they are here, and a replay must hear of them in the same order.
        arrival_s = max(self.session_s(chunk.arrival_s), self._led_until_s)
        moved = Chunk(chunk.stream, t_s, values, arrival_s)
        self._publish(moved)
        self._led_until_s = arrival_s
        self._publish_all(self._core.push(moved))

    def gap(self, gap: Gap) -> None:
        """Keep a stretch without samples; what lay before the session is not ours."""
        t_s, start_s = self.session_s(gap.t_s), self.session_s(gap.start_s)
        if self._state is SessionState.ENDED or t_s <= 0.0:
            return
        ours = replace(gap, t_s=t_s, start_s=max(start_s, 0.0))
        self.gaps.take(ours)
        self._publish(ours)

    def status(self, status: SensorStatus) -> None:
        """Keep and show what a sensor does."""
        moved = replace(status, t_s=self.session_s(status.t_s))
        if self._state is SessionState.ENDED:
            self._view.take(moved)  # still shown, for the next session
        else:
            self._publish(moved)

    def forget_sensor(self, sensor_id: str) -> None:
        """Show a sensor no longer."""
        self._view.forget_sensor(sensor_id)

    def sensors(self) -> tuple[SensorStatus, ...]:
        """The latest status of each sensor, in session time."""
        return self._view.sensors()

    # What the person does, in the engine's time.

    def begin_guide(self, engine_s: float) -> None:
        """Let the guide of the plan begin."""
        if self.plan is None:
            return
        if self.plan.guide in {"", BASELINE}:
            self._until_s = self.session_s(engine_s) + self.plan.duration_s
        if self.plan.guide == BASELINE:
            self._command(engine_s, f"{BASELINE}-begin", {})
            self._is_getting_to_know = True
            if self._state is SessionState.PAUSED:
                self._command(engine_s, f"{BASELINE}-pause", {})
            return
        arguments = begin_arguments(self.plan)
        if self._usual_heart_bpm is not None:
            # A heart that is far above this while resting is a reason to make it easier.
            arguments.setdefault("usual_heart_bpm", self._usual_heart_bpm)
        self._command(engine_s, "begin", arguments)
        if self._state is SessionState.PAUSED:
            # Paused while it waited for the first samples: it stays so until asked to go on.
            self._command(engine_s, "pause", {})

    def pause(self, engine_s: float) -> None:
        """Let guide and sound stand still; the recording goes on and marks it."""
        if self._state is not SessionState.RUNNING:
            return
        self._state = SessionState.PAUSED
        self.log.n_pauses += 1
        self._command(engine_s, "pause", {})
        if self._is_getting_to_know:
            self._command(engine_s, f"{BASELINE}-pause", {})
        self.mark(engine_s, MarkerKind.PAUSE)

    def resume(self, engine_s: float) -> None:
        """Go on with a new in-breath."""
        if self._state is not SessionState.PAUSED:
            return
        self._state = SessionState.RUNNING
        self._command(engine_s, "resume", {})
        if self._is_getting_to_know:
            self._command(engine_s, f"{BASELINE}-resume", {})
        self.mark(engine_s, MarkerKind.RESUME)

    def set_pattern(self, engine_s: float, pattern: BreathPattern) -> None:
        """Change the breath from here on."""
        if self.plan is None or self._state is SessionState.ENDED:
            return
        self.plan = self._view.plan = replace(self.plan, pattern=pattern)
        self._command(engine_s, "pace", {**pattern_arguments(pattern)})

    def ask(self, engine_s: float, word: str, arguments: Mapping[str, float | str]) -> None:
        """Pass on what the person asks of the guide: one of `biofeedback.guides.leader`'s commands.

        Raises
        ------
        ValueError
            If it is none of them.
        """
        if self.plan is None or self._state is SessionState.ENDED:
            return
        if word not in COMMANDS:
            # Before it is in the record: no replay could make anything of it.
            msg = f"unknown command {word!r}"
            raise ValueError(msg)
        self._command(engine_s, word, dict(arguments))

    def mark(self, engine_s: float, kind: MarkerKind, label: str = "") -> None:
        """Mark this moment."""
        if self._state is SessionState.ENDED:
            return
        self._publish(Marker(self.session_s(engine_s), kind, label))

    def advance(self, engine_s: float) -> None:
        """Let the guide's time pass."""
        if self._state is not SessionState.ENDED:
            t_s = self.session_s(engine_s)
            self._led_until_s = max(self._led_until_s, t_s)
            self._publish_all(self._core.advance(t_s))

    def end(self, engine_s: float) -> None:
        """End the session. The recorder is left open, for its closing may take a moment."""
        if self._state is SessionState.ENDED:
            return
        if self._is_getting_to_know:
            self._command(engine_s, f"{BASELINE}-end", {})
        t_s = self._command(engine_s, "end", {})
        self._publish_all(self._core.finish(t_s))
        self._baseline = self._core.take_recorded()
        self._state = SessionState.ENDED
        self._ended_s = t_s

    def snapshot(self, engine_s: float) -> Snapshot:
        """Return the picture of this moment."""
        status = self._trouble
        if self._recorder is not None:
            status = self._recorder.status
        t_s = min(self.session_s(engine_s), self._ended_s)
        return self._view.snapshot(t_s, self._state, status)

    def _stop_computing(self, error: Exception) -> None:
        """Go on recording and leading; say from when on there are no measures."""
        tell_bug("the pipeline failed", error)
        self._publish(
            Marker(
                max(self._led_until_s, 0.0),
                MarkerKind.NOTE,
                "From here on nothing was computed. The signals themselves are still recorded.",
            )
        )

    def _stop_leading(self, error: Exception) -> None:
        """Say that the guide is over: the session ends like any other, with all that was kept."""
        tell_bug("a guide failed", error)
        words = "The guide could not go on, for something went wrong in the app. It ended here."
        self._publish(Marker(max(self._led_until_s, 0.0), MarkerKind.NOTE, words))

    def _command(self, engine_s: float, name: str, arguments: dict[str, float | str]) -> float:
        # Asked for on another thread, it may come after the guide was led past its moment. It
        # counts from where the guide is: steps that were told cannot be taken back, and a replay
        # would not tell them.
        t_s = max(self.session_s(engine_s), self._led_until_s)
        self._led_until_s = t_s
        command = Command(t_s, name, arguments)
        self.log.guides.take(command)
        self._publish(command)
        self._publish_all(self._core.push(command))
        return t_s

    def _publish_all(self, results: Iterable[Result | PacerChange]) -> None:
        for result in results:
            if isinstance(result, PacerChange):
                self._view.take(result)  # follows from the command: not recorded a second time
            else:
                if not isinstance(result, Beat | Metric) or self._view.is_clients(result.source):
                    self.log.take(result)
                self._publish(result)

    def _publish(self, event: Event) -> None:
        self._view.take(event)
        if self._recorder is not None:
            self._recorder.put(event)
        for listener in tuple(self._listeners):
            try:
                listener(event)
            except Exception as error:  # noqa: BLE001 - a listener's bug must not stop a sensor
                self._listeners.remove(listener)
                tell_bug("a listener failed and hears no more", error)
