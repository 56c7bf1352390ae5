"""Sessions made up for the tests of the library: one of each event, and odd numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from math import inf, nan
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.samples import (
    Beat,
    Breath,
    Chunk,
    Command,
    Decision,
    Gap,
    GapReason,
    GuideState,
    LinkState,
    Marker,
    MarkerKind,
    Metric,
    Packet,
    RRFlag,
    Scr,
    SensorStatus,
    StreamHealth,
    StreamInfo,
    StreamKind,
)
from biofeedback.sessions.keys import Key

if TYPE_CHECKING:
    from biofeedback.samples import Event
    from biofeedback.sessions.library import Library
    from biofeedback.sessions.recorder import Recorder

# A raw key opens at once; the path from there on is that of every key.
KEY = Key(bytes(range(32)), is_raw=True)
STARTED = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
RR = StreamInfo("polar-h10-5c2a91b3", StreamKind.RR, ("rr_ms",))
EDA = StreamInfo("simulated-eda", StreamKind.EDA, ("sc_microsiemens",), 8.0)


@dataclass(frozen=True)
class SensorMadeUp:
    sensor_id: str = RR.sensor_id
    name: str = "Polar H10 5C2A91B3"
    address: str = "24:AC:AC:01:02:03"
    origin: str = "bluetooth"
    kinds: tuple[str, ...] = ("rr", "heart-rate")


def begin(library: Library) -> Recorder:
    return library.record(
        STARTED, guide="breathing", plan={"in_s": 4.0, "name": "gentle"}, sensors=[SensorMadeUp()]
    )


def beat(t_s: float, rr_ms: float = 812.5, source: str = RR.sensor_id) -> Beat:
    return Beat(t_s, rr_ms, rr_ms, RRFlag.NORMAL, source)


def one_of_each() -> list[Event]:
    """Every type of event, with every field set and with its defaults."""
    return [
        Command(0.0, "begin"),
        Command(0.5, "pace", {"breaths_per_min": 5.5, "name": "slower"}),
        SensorStatus(0.1, RR.sensor_id, "Polar H10", LinkState.SEARCHING),
        SensorStatus(
            0.2,
            RR.sensor_id,
            "Polar",
            LinkState.STREAMING,
            "here",
            2,
            88,
            -60,
            True,
            3,
            1,
            {"model": "H10"},
        ),
        Packet(RR.sensor_id, "2a37", 1.0625, b"\x10\x3c\x00\x03\xff"),
        Chunk(RR, np.array([0.25, 1.0625]), np.array([[812.5], [nan]]), 1.0625),
        Chunk(EDA, np.array([0.1, 0.225, 0.35]), np.array([[5e-324], [-0.0], [inf]]), 0.4),
        Chunk(EDA, np.empty(0), np.empty((0, 1)), 0.5),
        beat(1.0625),
        Beat(1.5, nan, 800.0, RRFlag.INSERTED, RR.sensor_id),
        Breath(11.0, 1.0, 5.0, "belt"),
        Scr(14.0, 12.5, 13.75, 0.11, 1.25, EDA.sensor_id),
        Metric(15.0, "rmssd_ms", nan, "ms", 60.0, 0.0, 45.0, "more beats are needed"),
        Metric(16.0, "scl_microsiemens", 4.25, "µS", 0.0, 1.0, source=EDA.sensor_id),
        GuideState(17.0, "breathing", "in", 21.0, 6.0),
        GuideState(18.0, "breathing", "paused"),
        GuideState(
            18.25,
            "grounding",
            "open",
            nan,
            nan,
            "see",
            40.0,
            1,
            7,
            2,
            5,
            1,
            "how",
            "",
            ("next", "more"),
        ),
        Decision(18.5, "grounding", "offer", "zone-above", {"above_s": 47.5, "offer": "kindness"}),
        Decision(18.75, "grounding", "stay", "asked-for"),
        Marker(19.0, MarkerKind.NOTE, "grün 🌿"),
        Gap(19.25, 18.5, f"{RR.sensor_id}/rr", GapReason.LINK),
        Gap(19.5, 19.25, f"{EDA.sensor_id}/eda", GapReason.PACKETS, 2),
        SensorStatus(
            19.75,
            RR.sensor_id,
            "Polar",
            LinkState.STREAMING,
            streams=(
                StreamHealth(StreamKind.ECG, 130.2, 3.5, 73, 1, -12.5, 4.0),
                StreamHealth(StreamKind.RR, alignment_ms=250.0),
            ),
        ),
        Marker(20.0, MarkerKind.CONSENT),
    ]
