"""The demo without a screen: live numbers, a summary, the session kept, a picture."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from cli.conftest import Kept, Said

    Command = Callable[..., Said]

PNG = b"\x89PNG\r\n\x1a\n"


def test_the_demo_tells_numbers_then_a_summary_and_where_things_are(kept: Kept) -> None:
    assert "Heart rate" in kept.output
    assert "RMSSD" in kept.output
    assert "not yet" in kept.output
    assert "Kept as" in kept.output
    assert str(kept.picture) in kept.output


def test_the_picture_is_a_picture_of_full_size(kept: Kept) -> None:
    content = kept.picture.read_bytes()
    assert content.startswith(PNG)
    width, height = (int.from_bytes(content[at : at + 4], "big") for at in (16, 20))
    assert (width, height) == (1280, 800)
    # A blank page of this size compresses to a few kilobytes.
    assert len(content) > 20_000


def test_its_events_hold_every_kind_in_order_of_time(kept: Kept) -> None:
    events = [json.loads(line) for line in kept.events.read_text(encoding="utf-8").splitlines()]
    kinds = {event["type"] for event in events}
    assert kinds == {"beat", "breath", "scr", "metric", "guide", "marker", "sensor"}
    named = {event["name"] for event in events if event["type"] == "metric"}
    assert {"heart_rate_bpm", "rmssd_ms", "coherence", "rsa_bpm", "scl_microsiemens"} <= named
    first = next(e for e in events if e["type"] == "metric" and e["name"] == "coherence")
    assert first["value"] is None
    assert first["wait_s"] > 30
    steps = [event["step"] for event in events if event["type"] == "guide"]
    assert steps[:2] == ["in", "out"]
    assert steps[-1] == "ended"


def test_the_simulated_heart_follows_the_pacer(kept: Kept) -> None:
    """At 6 breaths a minute the swing is many beats, and one rhythm holds most of the power."""
    events = [json.loads(line) for line in kept.events.read_text(encoding="utf-8").splitlines()]
    swing = [e["value"] for e in events if e.get("name") == "rsa_bpm" and e["value"] is not None]
    assert swing[-1] > 4.0
    coherence = [e["value"] for e in events if e.get("name") == "coherence" and e["value"]]
    assert coherence[-1] > 0.4


@pytest.mark.parametrize("blocker", ["key", "data"])
def test_a_demo_that_can_write_nowhere_says_so(
    biofeedback: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, blocker: str
) -> None:
    """Where a folder should be there is a file; where the key goes the disk is full."""
    if blocker == "data":
        (tmp_path / "biofeedback").touch()
    else:
        monkeypatch.setattr(Path, "write_text", disk_full)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    said = biofeedback("demo", "--headless", "--seconds", "5")
    assert said.code == 1
    assert "Nothing can be written" in said.err
    # Half a key would lock the demo for good.
    assert not list(tmp_path.rglob("key*"))


def disk_full(*_arguments: object, **_options: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_demo_of_an_unknown_scenario_names_those_there_are(biofeedback: Command) -> None:
    said = biofeedback("demo", "--headless", "--scenario", "hard")
    assert said.code == 1
    assert "There is no scenario “hard”" in said.err
    assert "hard-memory" in said.err
    assert not said.out


def test_a_demo_of_two_partners_wears_the_sensors_of_both(
    biofeedback: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It tells what is to come, and its record has both people's sensors."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    events = tmp_path / "events.jsonl"
    said = biofeedback(
        *("demo", "--headless", "--scenario", "two-partners", "--seconds", "20", "--speed", "64"),
        *("--events", str(events)),
    )
    assert said.code == 0, said.err
    assert "Two partners. Two people whose hearts share a slow drive." in said.out
    told = [json.loads(line) for line in events.read_text(encoding="utf-8").splitlines()]
    sensors = {event["sensor_id"] for event in told if event["type"] == "sensor"}
    assert len(sensors) == 6
