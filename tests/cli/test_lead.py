"""Ctrl-C and its kin: whenever they come, no traceback, and what was recorded is kept."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from biofeedback.cli import streams_options
from biofeedback.devices.registry import Registry
from biofeedback.devices.sensor import Origin, SensorInfo

if TYPE_CHECKING:
    from collections.abc import Callable

    from cli.conftest import Said

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sends POSIX signals")


def options(folder: Path) -> list[str]:
    key = folder / "key"
    key.write_text("a passphrase\n", encoding="utf-8")
    return ["--library", str(folder / "l.db"), "--passphrase-file", str(key)]


def started(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "biofeedback", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)},
    )


INTERRUPTED = """
import os, signal, sys

class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == sys.argv[1]:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupting())
from biofeedback.__main__ import main
sys.argv = ["biofeedback", *sys.argv[2:]]
main()
"""


@pytest.mark.parametrize(
    "loading",
    [
        "biofeedback.cli",
        "typer",
        "biofeedback.cli.app",
        "biofeedback.cli.record",
        "biofeedback.sessions.library",
        "biofeedback.cli.lead",
        "biofeedback.runtime.engine_room",
        "biofeedback.devices.registry",
    ],
)
def test_ctrl_c_while_a_part_is_loaded_leaves_without_a_word(tmp_path: Path, loading: str) -> None:
    """The signal comes at the very moment at which the part is looked for."""
    command = ["record", "--sensor", "simulated", "--seconds", "1", *options(tmp_path)]
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            INTERRUPTED.replace("sys.argv[1]", repr(loading)),
            loading,
            *command,
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)},
    )
    assert done.returncode in {0, 1}
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_session_that_is_stopped_is_kept_whole(tmp_path: Path, number: signal.Signals) -> None:
    kept = options(tmp_path)
    command = started(tmp_path, "record", "--sensor", "simulated", "--minutes", "60",
                      "--clock-speed", "16", *kept)  # fmt: skip
    assert command.stdout is not None
    # It is under way: what it says then depends on how quickly this computer is.
    assert command.stdout.readline().count(" · ") > 0
    command.send_signal(number)
    command.send_signal(number)
    out, err = command.communicate(timeout=30)
    assert (command.returncode, err) == (0, "")
    assert "Kept as" in out
    listed = started(tmp_path, "sessions", "list", "--json", *kept)
    (session,) = json.loads(listed.communicate(timeout=30)[0])
    assert session["complete"]


def test_a_session_that_cannot_be_kept_leaves_with_1(tmp_path: Path) -> None:
    """The library's folder goes while it records: the session is led to its end all the same."""
    kept = options(tmp_path)
    folder = tmp_path / "gone"
    kept[1] = str(folder / "l.db")
    command = started(tmp_path, "record", "--sensor", "simulated", "--seconds", "60",
                      "--clock-speed", "16", *kept)  # fmt: skip
    assert command.stdout is not None
    command.stdout.readline()
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    out, err = command.communicate(timeout=60)
    assert command.returncode == 1
    assert "seconds recorded." in out
    assert "Kept as" not in out
    assert "Not all of the session could be saved" in err


def test_one_device_under_two_names_is_one_sensor(
    biofeedback: Callable[..., Said], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It may call itself something else between one look and the next."""
    names = iter(("heart-rate-1234", "tickr-1234"))

    async def renamed(*_: object) -> SensorInfo:
        return SensorInfo(next(names), "TICKR", "AA:BB:CC:DD:12:34", Origin.BLUETOOTH, ())

    monkeypatch.setattr(Registry, "find", renamed)

    said = biofeedback(
        "record", "--sensor", "a", "--sensor", "b", "--seconds", "5", *options(tmp_path)
    )

    assert said.code == 1
    assert "named twice" in said.err


def test_what_kept_streams_from_being_sent_is_told_at_the_end(
    biofeedback: Callable[..., Said], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Unheard:
        trouble = "A stream could not be opened for other programs."

        def close(self) -> None:
            pass

    monkeypatch.setattr(streams_options, "send_as_lsl", lambda *_, **__: Unheard())

    said = biofeedback(
        "record", "--sensor", "simulated", "--lsl-out", "--seconds", "5", "--clock-speed", "32",
        *options(tmp_path),
    )  # fmt: skip

    assert said.code == 0
    assert said.err == "biofeedback: A stream could not be opened for other programs.\n"


SLOW_NAMES = """
import socket, sys, threading

def slow(*_, **__):
    print("looking", flush=True)
    threading.Event().wait()

socket.getaddrinfo = slow
from biofeedback.__main__ import main
sys.argv = ["biofeedback", *sys.argv[1:]]
main()
"""


def test_ctrl_c_ends_the_search_for_a_computer_that_does_not_answer(tmp_path: Path) -> None:
    """The system may look its name up for half a minute."""
    running = subprocess.Popen(
        [
            sys.executable, "-c", SLOW_NAMES, "record", "--sensor", "simulated", "--seconds", "5",
            "--osc-out", "studio.local:9000", "--network", *options(tmp_path),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    assert running.stdout is not None
    while running.stdout.readline() != "looking\n":
        assert running.poll() is None
    running.send_signal(signal.SIGINT)

    _, err = running.communicate(timeout=60)

    assert running.returncode == 1
    assert err == "\n"
