"""The whole way through a long session, recording and all, and what became of it."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.devices.drivers.polar.control_point import Measurement
from biofeedback.devices.drivers.polar.settings import Setting
from biofeedback.pacing import PRESETS
from biofeedback.runtime.live import LiveSession
from biofeedback.runtime.snapshot import SessionPlan
from biofeedback.runtime.verify import replay_findings
from biofeedback.samples import Chunk, Gap, Packet, SensorStatus
from biofeedback.sessions.formats.csv_export import export_csv

from .faults import happen
from .long_session import everyone, worn
from .polar_peripheral import PolarPeripheral
from .session_judge import Reconnect, Verdict, judge, reconnects

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from biofeedback.sessions.library import Library
    from biofeedback.sessions.recorded_session import RecordedSession

    from .bluez import BluezStandIn
    from .fault import Fault, Plan
    from .long_session import Worn

__all__ = ["Report", "live_through"]


@dataclass
class Report:
    """What became of a session, live, in its recording, exported, and computed again."""

    live: Verdict
    recorded: Verdict
    reconnects: list[Reconnect]
    wrong: list[str]

    @property
    def misses(self) -> list[str]:
        """All that is not as it should be, in words."""
        late = [
            f"{each.name} took {each.took_s:.1f} s to come back, allowed {each.allowed_s:.1f} s, "
            f"after {each.fault.name}"
            for each in self.reconnects
            if each.took_s > each.allowed_s
        ]
        return [
            *self.live.wrong,
            *(f"recorded: {each}" for each in self.recorded.wrong),
            *late,
            *self.wrong,
        ]


async def live_through(
    bluez: BluezStandIn, plans: Iterable[Plan], length_s: float, library: Library, folder: Path
) -> Report:
    """Live through a session of so many seconds, and judge it.

    Before it begins, a program that crashed has left the strap connected, and its ECG running.
    """
    people = everyone(length_s + 60.0)
    recorder = library.record(
        datetime(2026, 1, 1, tzinfo=UTC), guide="breathing", plan={}, sensors=()
    )
    live = LiveSession(0.0, plan=SessionPlan("breathing", PRESETS["gentle"]), recorder=recorder)
    live.begin_guide(0.0)
    h10 = people[0].peripheral
    assert isinstance(h10, PolarPeripheral)
    h10.running[Measurement.ECG] = {Setting.SAMPLE_RATE: (130,), Setting.RESOLUTION: (14,)}
    async with worn(bluez, people, live, left_connected=h10) as session:
        faults = []
        for plan in plans:
            faults.append(happen(session, plan))
            if plan.kind == "asleep":
                await session.go_on(plan.t_s)
                await session.sleep(plan.length_s)
        await session.go_on(length_s)
    live.end(session.clock.now_s())
    recorder.close()
    heard = session.heard
    recorded = library.load(recorder.session_id)
    return Report(
        judge(people, heard.chunks, heard.gaps, heard.statuses, faults),
        judge(
            people,
            list(recorded.events(Chunk)),
            list(recorded.events(Gap)),
            list(recorded.events(SensorStatus)),
            faults,
        ),
        reconnects(people, heard.statuses, faults),
        [
            *_packets_wrong(people, recorded),
            *_export_wrong(recorded, folder),
            *replay_findings(recorded),
            *(finding.message for finding in library.verify()),
            *_unhappened(faults, people),
        ],
    )


def _packets_wrong(people: list[Worn], recorded: RecordedSession) -> list[str]:
    kept = [(each.arrival_s, each.payload) for each in recorded.events(Packet)]
    came = sorted((each.t_s, each.payload) for person in people for each in person.came)
    # The battery is told in the states.
    strange = set(kept) - set(came)
    n_lost = len(set(came) - set(kept))
    wrong = [f"{len(strange)} packets recorded that nobody sent"] if strange else []
    n_battery = sum(person.peripheral.n_connects for person in people)
    return wrong + ([f"{n_lost} packets are not recorded"] if n_lost > n_battery else [])


def _export_wrong(recorded: RecordedSession, folder: Path) -> list[str]:
    wrong = []
    export_csv(recorded, folder)
    for stream in recorded.streams():
        path = folder / f"{stream.sensor_id}-{stream.kind.value}.csv"
        chunks = list(recorded.chunks(stream))
        t_s = np.concatenate([chunk.t_s for chunk in chunks])
        values = np.concatenate([chunk.values for chunk in chunks])
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))[1:]
        read = np.array([[float(cell) if cell else np.nan for cell in row] for row in rows])
        if not np.array_equal(read, np.column_stack([t_s, values]), equal_nan=True):
            wrong.append(f"{path.name} is not what was recorded")
    return wrong


def _unhappened(faults: list[Fault], people: list[Worn]) -> list[str]:
    """Name the sensors that never lost anything though they should have: a plan that is none."""
    lost = {name for fault in faults if fault.there_s is not None for name in fault.names}
    return [
        f"{each.name} was never lost"
        for each in people
        if each.name in lost and each.peripheral.n_connects < 2
    ]
