"""The command line's manners: exit codes, sentences instead of tracebacks, help."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from biofeedback import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

    from cli.conftest import Said

    Command = Callable[..., Said]

COMMANDS = ("demo", "sensors", "record", "replay", "analyze", "sessions", "doctor")
SESSION_COMMANDS = ("list", "show", "export", "verify", "delete")


def test_version_is_told(biofeedback: Command) -> None:
    said = biofeedback("--version")
    assert (said.code, said.out) == (0, f"biofeedback {__version__}\n")


def test_help_names_every_command(biofeedback: Command) -> None:
    said = biofeedback("--help")
    assert said.code == 0
    assert all(command in said.out for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself(biofeedback: Command, command: str) -> None:
    said = biofeedback(command, "--help")
    assert said.code == 0
    assert "Usage" in said.out


@pytest.mark.parametrize(
    "wrong",
    [
        ["dance"],
        ["record"],
        ["record", "--sensor", "simulated"],
        ["record", "--sensor", "simulated", "--minutes", "1", "--seconds", "5"],
        ["record", "--sensor", "simulated", "--minutes", "-1"],
        ["record", "--sensor", "simulated", "--seconds", "5", "--guide", "levitation"],
        ["record", "--sensor", "simulated", "--seconds", "5", "--breath", "1,2"],
        ["record", "--sensor", "simulated", "--seconds", "5", "--rate", "40"],
        ["replay", "x", "--speed", "100"],
        ["sessions", "export", "x", "--out", "y", "--format", "pdf"],
    ],
)
def test_wrong_usage_leaves_with_2_and_says_why(biofeedback: Command, wrong: list[str]) -> None:
    said = biofeedback(*wrong)
    assert said.code == 2
    assert said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    "command", [*COMMANDS[:-2], *(f"sessions {word}" for word in SESSION_COMMANDS), "doctor"]
)
def test_the_common_options_are_common_to_all(biofeedback: Command, command: str) -> None:
    """A script may put them behind any command, whether or not it makes use of them."""
    said = biofeedback(*command.split(), "--help")
    assert all(name in said.out for name in ("--library", "--passphrase-file", "--headless"))


def test_without_a_screen_the_window_says_what_else_works(
    biofeedback: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    said = biofeedback()
    assert said.code == 1
    assert "terminal" in said.err


def test_a_display_that_does_not_answer_counts_as_none(
    biofeedback: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Qt would end the whole program here, without a word."""
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    monkeypatch.setenv("DISPLAY", ":4711")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert biofeedback().code == 1


def test_a_locked_library_without_a_terminal_says_how_to_unlock_it(
    biofeedback: Command, tmp_path: Path
) -> None:
    there = tmp_path / "library.db"
    there.write_bytes(b"x" * 4096)
    said = biofeedback("sessions", "list", "--library", str(there))
    assert said.code == 1
    assert "--passphrase-file" in said.err


def test_an_empty_place_has_no_sessions_and_is_no_error(biofeedback: Command) -> None:
    said = biofeedback("sessions", "list", "--json")
    assert (said.code, said.out.strip()) == (0, "[]")


def test_a_simulated_sensor_that_does_not_exist_is_named(
    biofeedback: Command, tmp_path: Path
) -> None:
    key = tmp_path / "key"
    key.write_text("a passphrase\n", encoding="utf-8")
    said = biofeedback(
        "record", "--sensor", "simulated:nose", "--seconds", "5",
        "--library", str(tmp_path / "l.db"), "--passphrase-file", str(key),
    )  # fmt: skip
    assert said.code == 1
    assert "simulated" in said.err


def test_a_reader_that_leaves_early_is_no_traceback(tmp_path: Path) -> None:
    """As ``biofeedback analyze … | head -1`` does."""
    rr_file = tmp_path / "rr.txt"
    rr_file.write_text("\n".join(["812", "798", "830"] * 200), encoding="utf-8")
    command = (
        f"{sys.executable} -m biofeedback analyze --json {' '.join([str(rr_file)] * 40)} | head -1"
    )
    done = subprocess.run(
        command, shell=True, capture_output=True, text=True, check=False, env=dict(os.environ)
    )
    assert done.stdout.strip() == "["
    assert done.stderr == ""


def test_a_mistyped_file_is_not_taken_for_a_locked_session(
    biofeedback: Command, tmp_path: Path
) -> None:
    said = biofeedback("replay", str(tmp_path / "sesion.txt"))
    assert said.code == 1
    assert "cannot be read" in said.err


def test_a_bug_of_ours_is_no_traceback_and_shows_no_value(
    biofeedback: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken(_path: Path) -> None:
        msg = "812 ms"
        raise ZeroDivisionError(msg)

    monkeypatch.setattr("biofeedback.sessions.formats.read", broken)
    said = biofeedback("analyze", str(tmp_path / "rr.txt"))
    assert said.code == 1
    assert "in the app itself" in said.err
    assert "Traceback" not in said.err
    assert "812" not in said.err
