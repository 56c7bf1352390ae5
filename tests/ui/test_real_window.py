"""The window on a real X display, driven by keys alone, as a new user meets it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from biofeedback import settings
from biofeedback.runtime.verify import replay_findings
from biofeedback.samples import GuideState, Marker, MarkerKind
from biofeedback.sessions.keys import passphrase_key
from biofeedback.sessions.library import Library
from biofeedback.settings import Preferences

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NEEDED = ("Xvfb", "xdotool", "import")
pytestmark = [
    pytest.mark.x11,
    pytest.mark.skipif(
        any(shutil.which(program) is None for program in NEEDED),
        reason="needs Xvfb, xdotool and ImageMagick",
    ),
]
PASSPHRASE = "lamp on the stairs"
WAIT_S = 40


@pytest.fixture
def display() -> Iterator[str]:
    """A virtual screen of 1280x800 that nobody else uses."""
    read_end, write_end = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1280x800x24", "-nolisten", "tcp"],
        pass_fds=(write_end,),
        stderr=subprocess.DEVNULL,
    )
    os.close(write_end)
    with os.fdopen(read_end) as answer:
        number = answer.readline().strip()
    assert number, "Xvfb did not start"
    yield f":{number}"
    server.terminate()
    server.wait(WAIT_S)


@dataclass
class Window:
    """The demo in a window of its own."""

    display: str
    process: subprocess.Popen[str]
    library: Path

    def xdotool(self, *arguments: str) -> str:
        done = subprocess.run(
            ["xdotool", *arguments],
            env={**os.environ, "DISPLAY": self.display},
            capture_output=True,
            text=True,
            timeout=WAIT_S,
            check=True,
        )
        return done.stdout.strip()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.xdotool("key", key)

    def colors(self) -> int:
        """How many different colors the screen shows."""
        done = subprocess.run(
            ["import", "-silent", "-window", "root", "-depth", "8", "rgb:-"],
            env={**os.environ, "DISPLAY": self.display},
            capture_output=True,
            timeout=WAIT_S,
            check=True,
        )
        raw = done.stdout
        return len({raw[at : at + 3] for at in range(0, len(raw), 3 * 17)})

    def close(self) -> tuple[int, str]:
        """Ask it to end, as a desktop does when it shuts down."""
        self.process.send_signal(signal.SIGTERM)
        output, _ = self.process.communicate(timeout=WAIT_S)
        return self.process.returncode, output


@pytest.fixture
def window(display: str, tmp_path: Path) -> Iterator[Window]:
    key_file = tmp_path / "key.txt"
    key_file.write_text(PASSPHRASE + "\n", encoding="utf-8")
    library = tmp_path / "kept" / "library.biofeedback"
    settings.save(Preferences(is_checked=True), tmp_path / "config" / "biofeedback/settings.toml")
    environment = {
        **os.environ,
        "DISPLAY": display,
        "QT_QPA_PLATFORM": "xcb",
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
    }
    environment.pop("WAYLAND_DISPLAY", None)
    process = subprocess.Popen(
        [
            sys.executable, "-m", "biofeedback", "demo", "--speed", "16",
            "--library", str(library), "--passphrase-file", str(key_file),
        ],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    opened = Window(display, process, library)
    try:
        number = opened.xdotool("search", "--sync", "--onlyvisible", "--name", "Biofeedback")
        opened.xdotool("windowfocus", "--sync", number.splitlines()[0])
        yield opened
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate(timeout=WAIT_S)


def wait_real(seconds: float) -> None:
    """Let the window's own time pass: it runs on the computer's clock, 16 times as fast."""
    threading.Event().wait(seconds)


def test_a_session_by_keys_alone_is_led_paused_and_kept(window: Window) -> None:
    """Begin, Space, Space, and a request to terminate in mid-session: all of it is kept."""
    assert window.colors() > 40, "the first picture is painted"
    window.press("ctrl+b")
    wait_real(2.5)
    window.press("space")
    wait_real(1.0)
    window.press("space")
    wait_real(1.5)
    code, output = window.close()
    assert (code, output) == (0, "")
    with Library.open(window.library, passphrase_key(PASSPHRASE), create=False) as library:
        (row,) = library.sessions()
        assert row.is_complete
        assert row.n_beats > 40
        session = library.load(row.session_id)
        markers = [m.kind for m in session.events(Marker)]
        assert markers == [MarkerKind.CONSENT, MarkerKind.PAUSE, MarkerKind.RESUME]
        steps = [g.step for g in session.events(GuideState)]
        assert steps[0] == "in"
        assert "paused" in steps
        assert steps[-1] == "ended"
        assert replay_findings(session) == []
        assert library.verify() == ()


def test_space_pauses_on_every_page_and_ctrl_q_leaves(window: Window) -> None:
    """On each page of the rail in turn; with a session running the window still ends well."""
    window.press("ctrl+b")
    wait_real(1.0)
    pages = ("ctrl+1", "ctrl+g", "ctrl+2", "ctrl+3", "ctrl+4", "F1")
    for page in pages:
        window.press(page)
        wait_real(0.3)
        window.press("space")
        wait_real(0.3)
        window.press("space")
        wait_real(0.3)
    window.press("ctrl+q")
    output, _ = window.process.communicate(timeout=WAIT_S)
    assert (window.process.returncode, output) == (0, "")
    with Library.open(window.library, passphrase_key(PASSPHRASE), create=False) as library:
        session = library.load(library.sessions()[0].session_id)
        markers = [m.kind for m in session.events(Marker)]
        assert markers[1:] == [MarkerKind.PAUSE, MarkerKind.RESUME] * len(pages)


@pytest.fixture
def no_bluetooth(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the page looks the same on every computer."""
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere/at/all")


@pytest.mark.usefixtures("no_bluetooth")
def test_a_sensor_is_let_go_and_another_connected_by_keys_alone(window: Window) -> None:
    """The focus stays in the list of cards when one goes, and Tab leads on from there."""
    window.press("ctrl+3")
    wait_real(2.5)
    # The first card: who wears it, then its button.
    window.press("Tab", "Tab", "Return")
    wait_real(1.5)
    # From who wears what took its place: its button, the next card, three buttons, three rows.
    window.press(*["Tab"] * 9, "Return")
    wait_real(1.5)
    window.press("ctrl+1")
    wait_real(0.5)
    window.press("ctrl+b")
    wait_real(2.5)
    code, output = window.close()
    assert (code, output) == (0, "")
    with Library.open(window.library, passphrase_key(PASSPHRASE), create=False) as library:
        (row,) = library.sessions()
        assert set(row.sensors) == {
            "Simulated skin conductance",
            "Simulated breathing belt",
            "Simulated muscle sensor",
        }
