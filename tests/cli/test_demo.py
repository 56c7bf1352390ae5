"""The demo without a screen: live numbers, a summary, the session kept, a picture."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cli.conftest import Kept

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
