"""Afterwards: list, show, export, verify, replay, analyze, delete."""

from __future__ import annotations

import csv
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from biofeedback.samples import Gap, GapReason
from biofeedback.sessions.keys import passphrase_key
from biofeedback.sessions.library import Library

if TYPE_CHECKING:
    from collections.abc import Callable

    from cli.conftest import Kept, Said

    Command = Callable[..., Said]


@pytest.fixture
def session_id(biofeedback: Command, kept: Kept) -> str:
    rows = json.loads(biofeedback("sessions", "list", "--json", *kept.options()).out)
    return str(rows[0]["id"])


def test_list_tells_when_how_long_with_what(biofeedback: Command, kept: Kept) -> None:
    said = biofeedback("sessions", "list", "--json", *kept.options())
    assert said.code == 0
    (row,) = json.loads(said.out)
    assert {"id", "started", "duration_s", "sensors", "guide"} <= set(row)
    assert row["duration_s"] == pytest.approx(81.5, abs=2.5)
    assert len(row["sensors"]) == 3
    assert row["guide"] == "breathing"


def test_options_may_stand_before_the_command(biofeedback: Command, kept: Kept) -> None:
    said = biofeedback(*kept.options(), "sessions", "list", "--json")
    assert said.code == 0
    assert len(json.loads(said.out)) == 1


def test_show_gives_the_measures(biofeedback: Command, kept: Kept, session_id: str) -> None:
    said = biofeedback("sessions", "show", session_id[:5], "--json", *kept.options())
    assert said.code == 0, said.err
    measures = json.loads(said.out)["analysis"]["measures"]
    assert 40 < measures["heart_rate_bpm"] < 110
    assert measures["rmssd_ms"] > 0
    assert measures["scl_microsiemens"] > 0


def test_show_lists_where_something_is_missing(biofeedback: Command, tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("a quiet evening by the sea\n", encoding="utf-8")
    options = ["--library", str(tmp_path / "own.db"), "--passphrase-file", str(words)]
    with Library.open(tmp_path / "own.db", passphrase_key("a quiet evening by the sea")) as own:
        recorder = own.record(datetime(2026, 3, 1, tzinfo=UTC), guide="", plan={}, sensors=[])
        recorder.put(Gap(79.5, 65.25, "strap/rr", GapReason.LINK))
        for i in range(30):
            recorder.put(Gap(100.1 + i, 100.0 + i, "strap/ecg", GapReason.PACKETS, 13))
        recorder.close()
    said = biofeedback("sessions", "show", recorder.session_id, *options)
    assert said.code == 0, said.err
    lines = said.out.partition("Gaps:\n")[2].splitlines()
    assert lines[0].split() == ["1:05", "14.2", "s", "strap/rr", "(link)"]
    assert lines[1].split() == ["1:40", "0.1", "s", "strap/ecg", "(packets,", "13", "samples)"]
    assert lines[20:] == ["  and 11 more; --json lists them all."]
    said = biofeedback("sessions", "show", recorder.session_id, "--json", *options)
    gaps = json.loads(said.out)["gaps"]
    assert len(gaps) == 31
    assert gaps[0] == {
        "start_s": 65.25,
        "t_s": 79.5,
        "source": "strap/rr",
        "reason": "link",
        "n_lost": None,
    }


def test_export_writes_the_files_of_the_design(
    biofeedback: Command, kept: Kept, session_id: str, tmp_path: Path
) -> None:
    out = tmp_path / "export"
    said = biofeedback(
        "sessions", "export", session_id, "--format", "csv", "--out", str(out), *kept.options()
    )
    assert said.code == 0, said.err
    names = {path.name for path in out.iterdir()}
    assert {"beats.csv", "measures.csv", "markers.csv", "gaps.csv", "session.json"} <= names
    assert {"guide.csv", "decisions.csv", "commands.csv"} <= names
    with (out / "beats.csv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["t_s", "rr_ms", "corrected_rr_ms", "flag", "source"]
    assert len(rows) > 60
    with (out / "measures.csv").open(encoding="utf-8") as file:
        assert next(csv.reader(file)) == ["t_s", "name", "value", "quality"]
    strap = (out / "simulated-strap-rr.csv").read_text(encoding="utf-8").splitlines()
    assert strap[0] == "t_s,rr_ms"
    again = biofeedback("sessions", "export", session_id, "--out", str(out), *kept.options())
    assert again.code == 1
    assert "Traceback" not in again.err


def test_verify_reads_everything_and_computes_it_again(
    biofeedback: Command, kept: Kept, session_id: str
) -> None:
    said = biofeedback("sessions", "verify", *kept.options())
    assert (said.code, said.err) == (0, "")
    said = biofeedback("sessions", "verify", session_id, "--replay", *kept.options())
    assert (said.code, said.err) == (0, ""), said.out
    assert "clean" in said.out


def test_replay_gives_the_events_of_the_session_again(
    biofeedback: Command, kept: Kept, session_id: str, tmp_path: Path
) -> None:
    """Beats, breaths, responses and measures equal those written live, bit for bit."""
    target = tmp_path / "again.jsonl"
    said = biofeedback(
        "replay", session_id, "--speed", "max", "--events", str(target), *kept.options()
    )
    assert said.code == 0, said.err
    computed = {"beat", "breath", "scr", "metric"}

    def measured(path: Path) -> list[Any]:
        events = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        return [event for event in events if event["type"] in computed]

    assert measured(target) == measured(kept.events)
    assert len(measured(target)) > 500


def test_a_recorded_session_can_be_analyzed(
    biofeedback: Command, kept: Kept, session_id: str
) -> None:
    said = biofeedback("analyze", session_id, "--json", *kept.options())
    assert said.code == 0, said.err
    (result,) = json.loads(said.out)
    assert result["beats"] > 60
    assert result["segments"], "the led part is a segment"


def test_delete_asks_and_then_it_is_gone(
    biofeedback: Command, kept: Kept, session_id: str, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    shutil.copy(kept.library, copy)
    options = ["--library", str(copy), "--passphrase-file", str(kept.passphrase_file)]
    said = biofeedback("sessions", "delete", session_id, "--yes", *options)
    assert said.code == 0, said.err
    assert json.loads(biofeedback("sessions", "list", "--json", *options).out) == []
    said = biofeedback("sessions", "show", session_id, *options)
    assert said.code == 1
    assert said.err.startswith("biofeedback: ")


def test_a_wrong_passphrase_is_refused_in_a_sentence(
    biofeedback: Command, kept: Kept, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("not it\n", encoding="utf-8")
    said = biofeedback(
        "sessions", "list", "--library", str(kept.library), "--passphrase-file", str(wrong)
    )
    assert said.code == 1
    assert "passphrase" in said.err.lower()
    assert "not it" not in said.err
    assert said.out == ""
