"""Events go to files and pipes; one that is stuck or gone holds up nobody."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from biofeedback.cli import events
from biofeedback.cli.events import events_to
from biofeedback.errors import FormatError
from biofeedback.samples import Marker, MarkerKind

if TYPE_CHECKING:
    from pathlib import Path


def mark(t_s: float) -> Marker:
    return Marker(t_s, MarkerKind.MARK, "here")


def test_every_event_is_a_line_in_the_file_when_it_is_left(tmp_path: Path) -> None:
    with events_to(str(tmp_path / "events.jsonl")) as writer:
        for t_s in range(5000):
            writer.put(mark(float(t_s)))
    lines = (tmp_path / "events.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["t_s"] for line in lines] == list(range(5000))
    assert writer.trouble is None


def test_a_folder_is_no_place_for_events(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="cannot be written"), events_to(str(tmp_path)):
        pass


def test_a_reader_that_takes_nothing_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pipe holds 64 KiB; the session must end although nobody empties it."""
    monkeypatch.setattr(events, "_STUCK_S", 0.05)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with events_to(str(pipe)) as writer:
        for t_s in range(3000):
            writer.put(mark(float(t_s)))
    assert "nobody takes them" in str(writer.trouble)
    os.close(reading)  # lets the writing thread go
    writer._thread.join(60)
    assert writer.is_left
