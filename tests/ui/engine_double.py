"""A session for the window's tests: real snapshots by the real types, no thread, no clock.

`EngineDouble` has the engine's doors and does at once what the engine does on its thread,
unless a test holds it back (``is_slow``), as an engine that is busy would.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import inf, pi, sin
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.devices.sensor import Origin, SensorInfo
from biofeedback.pacing import PRESETS, PacerSegment
from biofeedback.runtime.engine import Nearby
from biofeedback.runtime.output_plan import Reach
from biofeedback.runtime.snapshot import HISTORY_S, SessionState, Snapshot
from biofeedback.runtime.summary import Summary, SummaryCard
from biofeedback.samples import Beat, LinkState, Metric, Role, RRFlag, SensorStatus, StreamKind
from biofeedback.sessions.recorder import RecorderStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from biofeedback.devices.exploring import Exploration
    from biofeedback.devices.network_sources import NetworkSources
    from biofeedback.devices.self_check import Check
    from biofeedback.pacing import BreathPattern
    from biofeedback.runtime.output_plan import OutputPlan
    from biofeedback.runtime.snapshot import SessionPlan
    from biofeedback.samples import Event
    from biofeedback.sessions.library import Library

STRAP = SensorInfo(
    "polar-h10-5c2a",
    "Polar H10 5C2A",
    "00:00:00:00:5C:2A",
    Origin.BLUETOOTH,
    (StreamKind.RR, StreamKind.HEART_RATE),
    rssi_dbm=-58,
)
SKIN = SensorInfo(
    "simulated-skin", "Simulated skin", "simulated:skin", Origin.SIMULATED, (StreamKind.EDA,)
)


def breathing_beats(
    until_s: float, *, gap: tuple[float, float] | None = None, source: str = STRAP.sensor_id
) -> tuple[Beat, ...]:
    """Return beats that swing with six breaths a minute, none of them within ``gap``."""
    beats: list[Beat] = []
    t_s = max(until_s - HISTORY_S, 0.0)
    is_first = False
    while True:
        rr_ms = 60_000.0 / (66.0 + 7.0 * sin(2 * pi * t_s / 10.0))
        t_s += rr_ms / 1000.0
        if t_s > until_s:
            return tuple(beats)
        if gap is not None and t_s - rr_ms / 1000.0 < gap[1] and t_s > gap[0]:
            is_first = True
            continue
        flag = RRFlag.GAP if is_first else RRFlag.NORMAL
        is_first = False
        beats.append(Beat(t_s, rr_ms, rr_ms, flag, source))


def metrics(t_s: float, source: str = STRAP.sensor_id) -> dict[str, Metric]:
    """Return one of each measure that the Practice screen shows."""
    rows = (
        ("coherence", 0.724, "", 64.0),
        ("heart_rate_bpm", 64.2, "bpm", 10.0),
        ("rsa_bpm", 13.42, "bpm", 60.0),
        ("rmssd_ms", 48.6, "ms", 60.0),
    )
    return {
        name: Metric(t_s, name, value, unit, window_s, 0.95, source=source)
        for name, value, unit, window_s in rows
    }


def streaming(info: SensorInfo, t_s: float, **changes: object) -> SensorStatus:
    """Return the status of a sensor that is well."""
    status = SensorStatus(
        t_s,
        info.sensor_id,
        info.name,
        LinkState.STREAMING,
        battery_pct=82,
        rssi_dbm=info.rssi_dbm,
        has_rr=True if StreamKind.RR in info.kinds else None,
    )
    return replace(status, **changes)  # type: ignore[arg-type]  # fields of a test's choosing


def a_summary(**changes: object) -> Summary:
    """Return the summary of ten minutes with one gap."""
    t_s = np.arange(0.0, 600.0, 0.9)
    rate = 65.0 + np.minimum(t_s / 60, 6.0) * np.sin(2 * np.pi * t_s / 10.0)
    rate[(t_s > 300) & (t_s < 330)] = np.nan
    summary = Summary(
        "3f9a12cd",
        "10 minutes of paced breathing",
        "Your heart followed your breath for 7 of 10 minutes.",
        (
            SummaryCard("Heart rate", "67 → 63 bpm", "start to end"),
            SummaryCard("Swing per breath", "4.1 → 13.8 bpm", "first to last minute"),
            SummaryCard("Coherence", "64 %", "middle of all values"),
            SummaryCard("Beats corrected", "0.3 %", "2 of 652"),
        ),
        t_s,
        rate,
        ("The heart signal was interrupted once. Gaps are left open.", "You paused once."),
        600.0,
        is_kept=True,
    )
    return replace(summary, **changes)  # type: ignore[arg-type]  # fields of a test's choosing


@dataclass
class EngineDouble:
    """The doors of `biofeedback.runtime.engine.Engine`, without the thread behind them."""

    t_s: float = 0.0
    picture: Snapshot = field(default_factory=lambda: Snapshot(0.0, SessionState.READY))
    found: Nearby = field(default_factory=Nearby)
    explored: Exploration | None = None
    ended_with: Summary | None = None
    is_slow: bool = False
    calls: list[str] = field(default_factory=list)
    plans: list[SessionPlan] = field(default_factory=list)
    library: Library | None = None
    n_libraries: int = 0
    checked: tuple[Check, ...] = ()
    streams: list[tuple[NetworkSources, OutputPlan]] = field(default_factory=list)
    in_the_way_of_inlets: str = ""
    in_the_way_of_outlets: str = ""
    reach: Reach = Reach.NOWHERE
    added: list[SensorInfo] = field(default_factory=list)
    listeners: list[Callable[[Event], None]] = field(default_factory=list)

    def listen(self, listener: Callable[[Event], None]) -> None:
        self.listeners.append(listener)

    def use_streams(self, sources: NetworkSources, plan: OutputPlan) -> None:
        self.calls.append("streams")
        self.streams.append((sources, plan))

    def streams_trouble(self) -> str:
        return self.in_the_way_of_outlets

    def inlets_trouble(self) -> str:
        return self.in_the_way_of_inlets

    def sends_to(self) -> Reach:
        return self.reach

    def snapshot(self) -> Snapshot:
        return self.picture

    def now_s(self) -> float:
        return self.t_s

    def nearby(self) -> Nearby:
        return self.found

    def checks(self) -> tuple[Check, ...]:
        return self.checked

    def check(self) -> None:
        self.calls.append("check")

    def summary(self) -> Summary | None:
        return self.ended_with

    def start(self) -> None:
        self.calls.append("start")

    def stop(self) -> None:
        self.calls.append("stop")

    def look(self, seconds: float = 8.0, *, everything: bool = False) -> None:
        del seconds
        self.calls.append("look for everything" if everything else "look")

    def exploration(self) -> Exploration | None:
        return self.explored

    def explore(self, info: SensorInfo) -> None:
        self.calls.append(f"explore {info.sensor_id}")

    def stop_exploring(self) -> None:
        self.calls.append("stop exploring")
        self.explored = None

    def reload_drivers(self) -> None:
        self.calls.append("reload drivers")

    def set_role(self, sensor_id: str, role: Role) -> None:
        self.calls.append(f"role {sensor_id} {role.value}")
        partners = set(self.picture.partner_sensors)
        (partners.add if role is Role.PARTNER else partners.discard)(sensor_id)
        self.change(partner_sensors=frozenset(partners))

    def add_sensor(self, info: SensorInfo, role: Role = Role.CLIENT) -> None:
        self.calls.append(f"add {info.sensor_id}")
        self.added.append(info)
        if role is Role.PARTNER:
            self.change(partner_sensors=self.picture.partner_sensors | {info.sensor_id})

    def remove_sensor(self, sensor_id: str) -> None:
        self.calls.append(f"remove {sensor_id}")

    def use_library(self, library: Library | None) -> None:
        self.n_libraries += 1
        self.library = library

    def begin(self, plan: SessionPlan) -> None:
        self.calls.append("begin")
        self.plans.append(plan)
        self._become(SessionState.RUNNING)
        if plan.guide != "breathing":
            self.change(plan=plan)
            return
        segment = PacerSegment(self.t_s, plan.pattern)
        self.change(plan=plan, pacer=segment, pacer_history=((self.t_s, inf, segment),))

    def pause(self) -> None:
        self.calls.append("pause")
        if not self.is_slow:
            self._become(SessionState.PAUSED)
            self.change(pacer=None)

    def resume(self) -> None:
        self.calls.append("resume")
        if not self.is_slow:
            self._become(SessionState.RUNNING)
            plan = self.picture.plan
            pattern = PRESETS["gentle"] if plan is None else plan.pattern
            self.change(pacer=PacerSegment(self.t_s, pattern))

    def set_pattern(self, pattern: BreathPattern) -> None:
        self.calls.append(f"pattern {pattern.breaths_per_min:.2f}")

    def ask(self, word: str, /, **arguments: float | str) -> None:
        self.calls.append(" ".join(map(str, ("ask", word, *arguments.values()))))

    def mark(self, label: str) -> None:
        self.calls.append(f"mark {label}")

    def end(self) -> None:
        self.calls.append("end")
        self._become(SessionState.ENDED)
        self.change(pacer=None)

    def reset(self) -> None:
        self.calls.append("reset")
        self._become(SessionState.READY)
        self.ended_with = None
        self.change(plan=None, led_s=0.0)

    # What a test does to it.

    def change(self, **changes: object) -> None:
        """Publish a new snapshot with some of it changed."""
        self.picture = replace(self.picture, **changes)  # type: ignore[arg-type]  # as above

    def happen(self, *events: Event) -> None:
        """Tell everyone who listens, as the engine's thread does."""
        for event in events:
            for listener in self.listeners:
                listener(event)

    def _become(self, state: SessionState) -> None:
        self.change(state=state, t_s=self.t_s)

    def live(
        self,
        t_s: float,
        *,
        sensors: Sequence[SensorInfo] = (STRAP,),
        gap: tuple[float, float] | None = None,
        led_s: float = 0.0,
    ) -> None:
        """Be ``t_s`` into a session with sensors that are well."""
        self.t_s = t_s
        beats = breathing_beats(t_s, gap=gap)
        self.change(
            t_s=t_s,
            sensors={info.sensor_id: streaming(info, t_s) for info in sensors},
            metrics=metrics(t_s),
            last_data_s={info.sensor_id: t_s - 0.4 for info in sensors},
            beats=beats[:-2],
            hearts={STRAP.sensor_id: beats[:-2]},
            pending=tuple((beat.t_s, beat.rr_ms) for beat in beats[-2:]),
            led_s=led_s,
            recorder=RecorderStatus(is_saving=True, saved_until_s=t_s),
        )
