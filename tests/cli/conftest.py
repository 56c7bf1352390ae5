"""One library with one session, made by the demo, for the commands that come afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from biofeedback.cli import run


@dataclass(frozen=True)
class Kept:
    """A library with one session of a simulated person."""

    library: Path
    passphrase_file: Path
    output: str
    picture: Path
    events: Path

    def options(self) -> list[str]:
        return ["--library", str(self.library), "--passphrase-file", str(self.passphrase_file)]


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """Run ``biofeedback demo`` without a screen, 80 s of a session in a few seconds."""
    folder = tmp_path_factory.mktemp("kept")
    passphrase_file = folder / "passphrase.txt"
    passphrase_file.write_text("a quiet evening by the sea\n", encoding="utf-8")
    library, picture, events = (
        folder / n for n in ("lib/library.db", "session.png", "events.jsonl")
    )
    command = [sys.executable, "-m", "biofeedback", "demo", "--headless"]
    command += ["--seconds", "80", "--speed", "16", "--picture", str(picture)]
    command += ["--events", str(events), "--library", str(library)]
    command += ["--passphrase-file", str(passphrase_file)]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
        env={**os.environ, "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    return Kept(library, passphrase_file, done.stdout, picture, events)


@dataclass(frozen=True)
class Said:
    """What a command printed and how it left."""

    code: int
    out: str
    err: str


@pytest.fixture
def biofeedback(capfd: pytest.CaptureFixture[str]) -> object:
    """Run a command in this process."""

    def command(*arguments: str) -> Said:
        code = run(list(arguments))
        printed = capfd.readouterr()
        return Said(code, printed.out, printed.err)

    return command
