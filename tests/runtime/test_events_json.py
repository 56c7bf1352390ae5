"""Each kind of event as one line of JSON, with the fields that docs/events.md lists."""

from __future__ import annotations

import json
import re
from math import nan
from pathlib import Path

import numpy as np
import pytest

from biofeedback.runtime.events_json import event_line
from biofeedback.samples import (
    Beat,
    Breath,
    Chunk,
    Command,
    Decision,
    Event,
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
    StreamInfo,
    StreamKind,
)

DOCS = Path(__file__).resolve().parents[2] / "docs" / "events.md"
RR = StreamInfo("strap", StreamKind.RR, ("rr_ms",))
EVENTS: list[tuple[str, Event]] = [
    ("beat", Beat(12.345, 812.5, 812.5, RRFlag.NORMAL, "strap")),
    ("breath", Breath(20.0, 10.0, 14.0, "belt")),
    ("scr", Scr(8.0, 5.0, 6.5, 0.25, 1.5, "skin")),
    ("metric", Metric(60.0, "rmssd_ms", 42.5, "ms", 60.0, 0.98, source="strap")),
    ("guide", GuideState(4.0, "breathing", "out", 10.0, 6.0)),
    ("decision", Decision(5.0, "resonance", "slower", "wider", {"to_per_min": 5.75})),
    ("marker", Marker(3.0, MarkerKind.PAUSE)),
    ("gap", Gap(30.0, 12.0, "strap/ecg", GapReason.LINK, 2340)),
    ("sensor", SensorStatus(0.5, "strap", "Polar H10", LinkState.STREAMING, battery_pct=82)),
]


@pytest.mark.parametrize(("word", "event"), EVENTS)
def test_an_event_is_one_line_that_reads_back(word: str, event: Event) -> None:
    line = event_line(event)
    assert line is not None
    assert "\n" not in line
    plain = json.loads(line)
    assert list(plain)[:2] == ["t_s", "type"]
    assert plain["type"] == word


@pytest.mark.parametrize(("word", "event"), EVENTS)
def test_every_field_of_an_event_is_documented(word: str, event: Event) -> None:
    line = event_line(event)
    assert line is not None
    part = DOCS.read_text(encoding="utf-8").split(f"**{word}**")[1].split("\n**")[0]
    documented = {name for row in part.splitlines() for name in re.findall(r"`(\w+)`", row)}
    assert set(json.loads(line)) - {"t_s", "type"} <= documented


def test_a_missing_number_is_null() -> None:
    line = event_line(Metric(1.0, "coherence", nan, "", 64.0, 0.0, wait_s=63.0))
    assert line is not None
    assert json.loads(line)["value"] is None


def test_numbers_read_back_exactly() -> None:
    """1/1024 s units are not rounded: 833 ticks are 813.4765625 ms."""
    line = event_line(Beat(1.0, 813.4765625, 813.4765625, RRFlag.NORMAL, "strap"))
    assert line is not None
    assert json.loads(line)["rr_ms"] == 813.4765625


@pytest.mark.parametrize(
    "event",
    [
        Chunk(RR, np.array([1.0]), np.array([[800.0]]), 1.1),
        Packet("strap", "2a37", 1.0, b"\x10\x3c"),
        Command(0.0, "pause"),
    ],
)
def test_inputs_are_no_events_for_a_reader(event: Event) -> None:
    assert event_line(event) is None
