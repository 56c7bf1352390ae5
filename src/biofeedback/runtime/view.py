"""Gathers what flows into the newest `Snapshot`, live and in replay alike."""

from __future__ import annotations

from collections import deque
from math import inf
from typing import TYPE_CHECKING

from biofeedback.guides.breathing import PacerChange
from biofeedback.runtime.snapshot import HISTORY_S, SessionPlan, SessionState, Snapshot
from biofeedback.samples import (
    Beat,
    Chunk,
    Event,
    GuideState,
    Metric,
    Scr,
    SensorStatus,
    StreamKind,
)

if TYPE_CHECKING:
    from biofeedback.pacing import PacerSegment
    from biofeedback.runtime.session import SessionCore
    from biofeedback.sessions.recorder import RecorderStatus

__all__ = ["SessionViewBuilder"]

# Three beats at the slowest heart rate, and a second on their way.
_PENDING_S = 7.0
# Traces are for looking at: more points than this a second cannot be seen in a 60 s strip.
_TRACE_STEP_S = 1.0 / 8.0


class _Trace:
    """The last `HISTORY_S` of one regular stream, thinned."""

    def __init__(self) -> None:
        self._points: deque[tuple[float, float]] = deque()

    def add(self, chunk: Chunk) -> None:
        points = self._points
        for t_s, row in zip(chunk.t_s.tolist(), chunk.values.tolist(), strict=True):
            if not points or t_s - points[-1][0] >= _TRACE_STEP_S * 0.99:
                points.append((t_s, row[0]))

    def newest(self, now_s: float) -> tuple[tuple[float, float], ...]:
        points = self._points
        while points and points[0][0] < now_s - HISTORY_S:
            points.popleft()
        return tuple(points)


class SessionViewBuilder:
    """Takes events as they happen and makes snapshots of them.

    Where two sensors give the same, the first one heard is shown; the others are recorded
    all the same.
    """

    def __init__(self, core: SessionCore, plan: SessionPlan | None = None) -> None:
        self._core = core
        self.plan = plan
        self._sensors: dict[str, SensorStatus] = {}
        self._metrics: dict[str, Metric] = {}
        self._last_data_s: dict[str, float] = {}
        self._beats: deque[Beat] = deque()
        self._heart_source: str | None = None
        self._scrs: deque[Scr] = deque()
        self._traces = {kind: _Trace() for kind in (StreamKind.EDA, StreamKind.RESPIRATION)}
        self._trace_source: dict[StreamKind, str] = {}
        self._guide: GuideState | None = None
        self._pacer: PacerSegment | None = None
        self._pacer_since_s = 0.0
        self._pacer_history: deque[tuple[float, float, PacerSegment]] = deque()

    def take(self, event: Event | PacerChange) -> None:  # noqa: C901 - one case a kind
        """Take one event."""
        match event:
            case Chunk():
                self._take_chunk(event)
            case Metric():
                shown = self._metrics.get(event.name)
                if shown is None or shown.source == event.source:
                    self._metrics[event.name] = event
            case Beat():
                if self._heart_source is None:
                    self._heart_source = event.source
                if event.source == self._heart_source:
                    self._beats.append(event)
            case Scr():
                self._scrs.append(event)
            case GuideState():
                self._guide = event
            case PacerChange():
                if self._pacer is not None:
                    self._pacer_history.append((self._pacer_since_s, event.t_s, self._pacer))
                self._pacer, self._pacer_since_s = event.segment, event.t_s
            case SensorStatus():
                self._sensors[event.sensor_id] = event
            case _:
                pass  # packets, breaths, markers and commands are not shown as such

    def forget_sensor(self, sensor_id: str) -> None:
        """Leave a sensor out of what is shown from now on."""
        self._sensors.pop(sensor_id, None)
        self._last_data_s.pop(sensor_id, None)
        self._metrics = {
            name: metric for name, metric in self._metrics.items() if metric.source != sensor_id
        }
        if self._heart_source == sensor_id:
            self._heart_source = None
            self._beats.clear()
        for kind in [kind for kind, shown in self._trace_source.items() if shown == sensor_id]:
            # Another sensor of this kind may be shown from now on, without the old one's past.
            del self._trace_source[kind]
            self._traces[kind] = _Trace()

    def sensors(self) -> tuple[SensorStatus, ...]:
        """The latest status of each sensor."""
        return tuple(self._sensors.values())

    def snapshot(
        self, now_s: float, state: SessionState, recorder: RecorderStatus | None
    ) -> Snapshot:
        """Return the picture of this moment."""
        oldest_s = now_s - HISTORY_S
        for past in (self._beats, self._scrs):
            while past and past[0].t_s < oldest_s:
                past.popleft()
        history = self._pacer_history
        while history and history[0][1] < oldest_s:
            history.popleft()
        present = () if self._pacer is None else ((self._pacer_since_s, inf, self._pacer),)
        pending = self._core.pending_beats.get(self._heart_source or "", ())
        if self._heart_source is None:
            # Before the first beat is confirmed there is only one place to look.
            pending = next(iter(self._core.pending_beats.values()), ())
        # In a dropout they wait for a neighbour that does not come: not to be looked at as new.
        pending = tuple(beat for beat in pending if beat[0] > now_s - _PENDING_S)
        return Snapshot(
            t_s=now_s,
            state=state,
            plan=self.plan,
            sensors=dict(self._sensors),
            metrics=dict(self._metrics),
            last_data_s=dict(self._last_data_s),
            beats=tuple(self._beats),
            pending=pending,
            pacer=self._pacer,
            pacer_history=(*history, *present),
            eda=self._traces[StreamKind.EDA].newest(now_s),
            breathing=self._traces[StreamKind.RESPIRATION].newest(now_s),
            scrs=tuple(self._scrs),
            guide=self._guide,
            led_s=self._core.guide.led_s(now_s),
            recorder=recorder,
        )

    def _take_chunk(self, chunk: Chunk) -> None:
        if chunk.t_s.size == 0:
            return
        stream = chunk.stream
        self._last_data_s[stream.sensor_id] = chunk.arrival_s
        trace = self._traces.get(stream.kind)
        if trace is not None:
            shown = self._trace_source.setdefault(stream.kind, stream.sensor_id)
            if shown == stream.sensor_id:
                trace.add(chunk)
