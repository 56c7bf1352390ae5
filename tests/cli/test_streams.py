"""Any terminal, pipe or service: no stream missing, full or narrow costs a session its words."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = f"{sys.executable} -m biofeedback"
NEEDS_FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
# As in a bare container: nothing but ASCII.
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.fixture
def rr_file(tmp_path: Path) -> Path:
    file = tmp_path / "rr.txt"
    file.write_text("\n".join(["812", "798", "830"] * 100), encoding="utf-8")
    return file


def shell(command: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command line with a home of its own."""
    home = {"XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    return subprocess.run(
        ["bash", "-c", command],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, **home, **environment},
    )


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("command", ["analyze {}", "replay {} --speed max --events -"])
def test_a_stream_that_is_not_there_is_no_trouble(rr_file: Path, command: str, closed: str) -> None:
    done = shell(f"{PROGRAM} {command.format(rr_file)} {closed}", rr_file.parent)
    assert done.returncode in {0, 1}
    assert "Traceback" not in done.stdout + done.stderr


def test_without_a_standard_error_nothing_lands_among_the_data(tmp_path: Path) -> None:
    done = shell(f"{PROGRAM} analyze --json {tmp_path}/none.txt 2>&-", tmp_path)
    assert (done.returncode, done.stdout) == (1, "")


def test_a_locked_library_without_standard_input_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "l.db").write_bytes(b"x" * 4096)
    done = shell(f"{PROGRAM} sessions list --library {tmp_path}/l.db <&-", tmp_path)
    assert done.returncode == 1
    assert "--passphrase-file" in done.stderr


@NEEDS_FULL
@pytest.mark.parametrize(
    "command",
    ["--help", "analyze {}", "analyze --json {}", "replay {} --speed 64"],
)
def test_a_full_disk_for_the_output_is_said_in_words(rr_file: Path, command: str) -> None:
    done = shell(f"{PROGRAM} {command.format(rr_file)} >/dev/full", rr_file.parent)
    assert done.returncode == 1
    assert done.stderr == "biofeedback: The system refused: No space left on device.\n"


@NEEDS_FULL
def test_events_that_found_no_room_are_told(rr_file: Path) -> None:
    done = shell(f"{PROGRAM} replay {rr_file} --speed max --events /dev/full", rr_file.parent)
    assert done.returncode == 1
    assert "could not all be written" in done.stderr
    assert "300 beats" in done.stdout


def test_a_terminal_that_knows_only_ascii_gets_every_number(rr_file: Path) -> None:
    done = shell(f"{PROGRAM} analyze {rr_file}", rr_file.parent, **ASCII)
    assert done.returncode == 0
    assert "RMSSD" in done.stdout
    assert done.stderr == ""


def test_events_are_whole_and_in_utf_8_whatever_the_terminal_speaks(tmp_path: Path) -> None:
    """Skin conductance is in µS: the first such line must not be the last."""
    demo = f"{PROGRAM} demo --headless --seconds 6 --speed 16 --picture {tmp_path}/p.png"
    command = f"{demo} --events - > {tmp_path}/events.jsonl"
    done = shell(command, tmp_path, **ASCII)
    assert done.returncode == 0
    lines = (tmp_path / "events.jsonl").read_text(encoding="utf-8").splitlines()
    events = [json.loads(line) for line in lines]
    assert "µS" in {event.get("unit") for event in events}
    assert "ended" in {event.get("step") for event in events}


def test_a_replay_ends_when_nobody_reads_its_events_any_more(rr_file: Path) -> None:
    """Four minutes in real time; ``head`` has its line after one second."""
    done = shell(f"{PROGRAM} replay {rr_file} --events - | head -1", rr_file.parent)
    assert json.loads(done.stdout)["type"] in {"beat", "metric", "sensor"}
    assert "Traceback" not in done.stderr


def test_a_session_goes_on_when_nobody_reads_what_it_shows(tmp_path: Path) -> None:
    """Its first line is read and the pipe closed; 14 s later the session is kept whole."""
    (tmp_path / "key").write_text("a passphrase\n", encoding="utf-8")
    options = f"--library {tmp_path}/l.db --passphrase-file {tmp_path}/key"
    record = f"{PROGRAM} record --sensor simulated --guide breathing --seconds 60"
    shell(f"{record} --clock-speed 16 {options} | head -1", tmp_path)
    listed = shell(f"{PROGRAM} sessions list --json {options}", tmp_path)
    (session,) = json.loads(listed.stdout)
    assert session["duration_s"] > 60.0
    assert session["complete"]
