"""Gathers what flows into the newest `Snapshot`, live and in replay alike."""

from __future__ import annotations

from collections import deque
from math import inf, isfinite
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.guides.pacer import PacerChange
from biofeedback.runtime.snapshot import (
    HISTORY_S,
    N_DECISIONS,
    WAVE_S,
    SessionPlan,
    SessionState,
    Snapshot,
    Wave,
    shares_body_state,
)
from biofeedback.runtime.sources import ShownHeart, ShownMeasures
from biofeedback.samples import (
    Beat,
    Chunk,
    Decision,
    Event,
    GuideState,
    Metric,
    Role,
    Scr,
    SensorStatus,
    StreamKind,
    sensor_of,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from biofeedback.pacing import PacerSegment
    from biofeedback.runtime.session import SessionCore
    from biofeedback.sessions.recorder import RecorderStatus

__all__ = ["SessionViewBuilder"]

# Three beats at the slowest heart rate, and a second on their way.
_PENDING_S = 7.0
# Traces are for looking at: more points than this a second cannot be seen in a 60 s strip.
_TRACE_STEP_S = 1.0 / 8.0
# What is looked at as it was sent; of one sensor, the first of these that it sends. A muscle is told by its tension.
_TRACED = (
    StreamKind.EDA,
    StreamKind.RESPIRATION,
    StreamKind.EMG,
    StreamKind.TEMPERATURE,
    StreamKind.OTHER,
)
_BREATH = StreamKind.RESPIRATION
# What is fast enough for its shape to be looked at; of one sensor, the first of these.
_WAVES = (StreamKind.ECG, StreamKind.PPG)


class _Trace:
    """The last `HISTORY_S` of one regular stream, thinned."""

    def __init__(self) -> None:
        self._points: deque[tuple[float, float]] = deque()

    def add(self, chunk: Chunk) -> None:
        for t_s, row in zip(chunk.t_s.tolist(), chunk.values.tolist(), strict=True):
            self.add_point(t_s, row[0])

    def add_point(self, t_s: float, value: float) -> None:
        points = self._points
        if not points or t_s - points[-1][0] >= _TRACE_STEP_S * 0.99:
            points.append((t_s, value))

    def newest(self, now_s: float) -> tuple[tuple[float, float], ...]:
        points = self._points
        while points and points[0][0] < now_s - HISTORY_S:
            points.popleft()
        return tuple(points)


class _RecentWave:
    """The last `WAVE_S` of one fast stream."""

    def __init__(self, kind: StreamKind) -> None:
        self.kind = kind
        self._pieces: deque[tuple[NDArray[np.float64], NDArray[np.float64]]] = deque()
        self._joined: Wave | None = None

    def add(self, chunk: Chunk) -> None:
        pieces = self._pieces
        pieces.append((chunk.t_s, chunk.values[:, 0]))
        while pieces[0][0][-1] < chunk.t_s[-1] - WAVE_S:
            pieces.popleft()
        self._joined = None

    def newest(self) -> Wave:
        if self._joined is None:
            t_s = np.concatenate([t_s for t_s, _ in self._pieces])
            values = np.concatenate([values for _, values in self._pieces])
            t_s.setflags(write=False)
            values.setflags(write=False)
            self._joined = Wave(self.kind, t_s, values)
        return self._joined


class SessionViewBuilder:
    """Takes events as they happen and makes snapshots of them.

    Where several sensors give the same, one is shown (`biofeedback.runtime.sources`); the
    others are recorded all the same. Of a partner's sensors only what is told of both people
    together is shown.
    """

    def __init__(self, core: SessionCore, plan: SessionPlan | None = None) -> None:
        self._core = core
        self.plan = plan
        self.partner_sensors: frozenset[str] = frozenset()
        self._sensors: dict[str, SensorStatus] = {}
        self._measures = ShownMeasures()
        self._heart = ShownHeart()
        self._last_data_s: dict[str, float] = {}
        self._scrs: deque[Scr] = deque()
        # By sensor id; and of each kind the client's sensor that is shown.
        self._traces: dict[str, dict[StreamKind, _Trace]] = {}
        self._trace_source: dict[StreamKind, str] = {}
        self._waves: dict[str, _RecentWave] = {}
        self._guide: GuideState | None = None
        self._decisions: deque[Decision] = deque(maxlen=N_DECISIONS)
        self._pacer: PacerSegment | None = None
        self._partner_pacer: PacerSegment | None = None
        self._partner_zone: Metric | None = None
        self._pacer_since_s = 0.0
        self._pacer_history: deque[tuple[float, float, PacerSegment]] = deque()

    @property
    def guide(self) -> GuideState | None:
        """What the guide asks for, ``None`` before it was ever told."""
        return self._guide

    def is_clients(self, source: str) -> bool:
        """Whether a source is on the client, or tells of several sensors together."""
        return sensor_of(source) not in self._hidden

    @property
    def _is_shared(self) -> bool:
        return self.plan is not None and shares_body_state(self.plan)

    @property
    def _hidden(self) -> frozenset[str]:
        return self.partner_sensors | {Role.PARTNER.value} if self.partner_sensors else frozenset()

    def take(self, event: Event | PacerChange) -> None:  # noqa: C901, PLR0912 - one case a kind
        """Take one event."""
        match event:
            case Chunk():
                self._take_chunk(event)
            case Metric():
                self._measures.take(event)
                if event.name == "arousal_zone" and sensor_of(event.source) == Role.PARTNER.value:
                    self._partner_zone = event
                if event.name == "emg_microvolts" and isfinite(event.value):
                    trace = self._trace(sensor_of(event.source), StreamKind.EMG)
                    trace.add_point(event.t_s, event.value)
            case Beat():
                self._heart.take(event)
            case Scr():
                if self.is_clients(event.source):
                    self._scrs.append(event)
            case GuideState():
                self._guide = event
            case Decision():
                self._decisions.append(event)
            case PacerChange():
                if event.role is Role.PARTNER:
                    self._partner_pacer = event.segment
                    return
                if self._pacer is not None:
                    self._pacer_history.append((self._pacer_since_s, event.t_s, self._pacer))
                self._pacer, self._pacer_since_s = event.segment, event.t_s
            case SensorStatus():
                self._sensors[event.sensor_id] = event
            case _:
                pass  # packets, breaths, markers, gaps and commands are not shown as such

    def forget_sensor(self, sensor_id: str) -> None:
        """Leave a sensor out of what is shown from now on."""
        self._sensors.pop(sensor_id, None)
        self._last_data_s.pop(sensor_id, None)
        self._measures.forget(sensor_id)
        self._heart.forget(sensor_id)
        self._traces.pop(sensor_id, None)
        self._waves.pop(sensor_id, None)
        # Another sensor of this kind may be shown from now on, without the old one's past.
        self._trace_source = {
            kind: shown for kind, shown in self._trace_source.items() if shown != sensor_id
        }

    def sensors(self) -> tuple[SensorStatus, ...]:
        """The latest status of each sensor."""
        return tuple(self._sensors.values())

    def snapshot(
        self, now_s: float, state: SessionState, recorder: RecorderStatus | None
    ) -> Snapshot:
        """Return the picture of this moment."""
        oldest_s = now_s - HISTORY_S
        while self._scrs and self._scrs[0].t_s < oldest_s:
            self._scrs.popleft()
        history = self._pacer_history
        while history and history[0][1] < oldest_s:
            history.popleft()
        present = () if self._pacer is None else ((self._pacer_since_s, inf, self._pacer),)
        heart = self._heart.source(self._hidden)
        waiting = self._core.pending_beats
        if heart is None:
            # Before the first beat is confirmed there is only one place to look.
            heart = next(filter(self.is_clients, waiting), None)
        pending = waiting.get(heart or "", ())
        beats = self._heart.beats(oldest_s)
        traces = {}
        for sensor_id, own in self._traces.items():
            kind = min(own, key=_TRACED.index)
            traces[sensor_id] = (kind, own[kind].newest(now_s))
        # A chest that moves does not say which way is in: it has no line beside the pacer's.
        belt = self._trace_source.get(_BREATH)
        # In a dropout they wait for a neighbour that does not come: not to be looked at as new.
        pending = tuple(beat for beat in pending if beat[0] > now_s - _PENDING_S)
        return Snapshot(
            t_s=now_s,
            state=state,
            plan=self.plan,
            sensors=dict(self._sensors),
            metrics=self._measures.shown(heart, self._hidden),
            qualities=self._measures.qualities(),
            last_data_s=dict(self._last_data_s),
            beats=beats.get(heart or "", ()),
            hearts={sensor_of(source): own for source, own in beats.items()},
            traces=traces,
            waves={sensor_id: wave.newest() for sensor_id, wave in self._waves.items()},
            pending=pending,
            pacer=self._pacer,
            pacer_history=(*history, *present),
            breathing=() if belt is None else self._trace(belt, _BREATH).newest(now_s),
            scrs=tuple(self._scrs),
            partner_pacer=self._partner_pacer,
            partner_zone=self._partner_zone if self._is_shared else None,
            guide=self._guide,
            decisions=tuple(self._decisions),
            led_s=self._core.leader.led_s(now_s),
            recorder=recorder,
            partner_sensors=self.partner_sensors,
            baseline=self._core.baseline_progress,
        )

    def _take_chunk(self, chunk: Chunk) -> None:
        if chunk.t_s.size == 0:
            return
        stream = chunk.stream
        if stream.kind is StreamKind.BASELINE:
            return  # comes from no sensor
        if stream.role is Role.PARTNER and stream.sensor_id not in self.partner_sensors:
            self.partner_sensors |= {stream.sensor_id}
        self._last_data_s[stream.sensor_id] = chunk.arrival_s
        if stream.kind in _WAVES:
            self._take_wave(chunk)
        if stream.kind not in _TRACED or stream.kind is StreamKind.EMG:
            return  # a muscle is told by its tension
        self._trace(stream.sensor_id, stream.kind).add(chunk)
        if stream.role is Role.CLIENT:
            self._trace_source.setdefault(stream.kind, stream.sensor_id)

    def _take_wave(self, chunk: Chunk) -> None:
        sensor_id, kind = chunk.stream.sensor_id, chunk.stream.kind
        wave = self._waves.get(sensor_id)
        if wave is None or _WAVES.index(kind) < _WAVES.index(wave.kind):
            wave = self._waves[sensor_id] = _RecentWave(kind)
        if wave.kind is kind:
            wave.add(chunk)

    def _trace(self, sensor_id: str, kind: StreamKind) -> _Trace:
        return self._traces.setdefault(sensor_id, {}).setdefault(kind, _Trace())
