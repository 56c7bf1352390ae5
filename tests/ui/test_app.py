"""The window starts quickly, and says it when there is no screen."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from biofeedback import settings
from biofeedback.errors import DisplayUnavailableError
from biofeedback.kinds import StreamKind
from biofeedback.settings import Preferences, RememberedSensor
from biofeedback.ui.app import has_display, run

if TYPE_CHECKING:
    from pathlib import Path

FIRST_PICTURE = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from biofeedback import settings
from biofeedback.runtime.engine import Engine
from biofeedback.ui import theme
from biofeedback.ui.app import application
from biofeedback.ui.shell import Shell

app = application()
theme.apply(app, "dark", 1.0)
engine = Engine()
engine.start()
shell = Shell(engine, settings.load(), Path("none.biofeedback"))
shell.put_away.connect(app.quit)
shell.show()
shell.begin_frames()
QTimer.singleShot(300, shell.close)
app.exec()
assert not shell.grab().isNull()
late = ("pyqtgraph", "bleak", "scipy", "PySide6.QtMultimedia", "sqlcipher3", "keyring", "rich")
print(",".join(name for name in late if name in sys.modules))
"""

WHOLE_RUN = """
import sys
from PySide6.QtCore import QTimer
from biofeedback.runtime.engine import Engine
from biofeedback.ui import app as the_app
from biofeedback.ui.shell import Shell

app = the_app.application()
engine = Engine()

def leave():
    shell = next(w for w in app.topLevelWidgets() if isinstance(w, Shell))
    print(",".join(engine.snapshot().sensors))
    shell.close()

QTimer.singleShot(2500, leave)
print(the_app.run(engine, demo=DEMO))
"""
PRESSED = """
import sys
from PySide6.QtCore import QDeadlineTimer, Qt, QTimer
from PySide6.QtTest import QTest
from biofeedback.runtime.engine import Engine
from biofeedback.ui import app as the_app
from biofeedback.ui.shell import Shell

heard = []
Shell.toggle_pause = lambda _: heard.append("heard")
app = the_app.application()
patience = QDeadlineTimer(5000)

def press():
    shell = next(w for w in app.topLevelWidgets() if isinstance(w, Shell))
    shell.show_page(shell.pages.practice)
    QTest.keyClick(shell.page, Qt.Key.Key_Space)
    if heard or patience.hasExpired():
        again.stop()
        shell.close()

again = QTimer()
again.timeout.connect(press)
again.start(50)
print(the_app.run(Engine()), *heard)
"""
STRAP = RememberedSensor(
    sensor_id="polar-h10-5c2a91b3",
    name="Polar H10 5C2A91B3",
    address="A0:9E:1A:5C:2A:01",
    origin="bluetooth",
    kinds=(StreamKind.RR,),
    driver="heart-rate",
)


def python(code: str, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(home),
        "QT_QPA_PLATFORM": "offscreen",
        # No Bluetooth of the computer that runs the tests.
        "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nowhere/at/all",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }
    return subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def remembering_home(home: Path) -> Path:
    """A home whose settings know a strap."""
    path = home / ".config" / "biofeedback" / "settings.toml"
    assert settings.save(Preferences(sensors=(STRAP,)), path)
    return home


def test_first_picture_waits_for_nothing_it_does_not_show(tmp_path: Path) -> None:
    """What plots, radios, filters, speakers and locks need is imported when they are used."""
    done = python(FIRST_PICTURE, tmp_path)

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""


def test_demo_runs_with_simulated_sensors_and_ends_cleanly(tmp_path: Path) -> None:
    """The real engine behind the real window, opened, closed, and left with nothing said."""
    done = python(WHOLE_RUN.replace("DEMO", "True"), remembering_home(tmp_path))

    assert done.returncode == 0, done.stderr
    sensors, code = done.stdout.split()
    assert sensors == "simulated-strap,simulated-skin,simulated-belt", "and no remembered one"
    assert code == "0"
    assert "Traceback" not in done.stderr


def test_remembered_sensor_is_connected_when_the_window_opens(tmp_path: Path) -> None:
    done = python(WHOLE_RUN.replace("DEMO", "False"), remembering_home(tmp_path))

    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [STRAP.sensor_id, "0"]
    assert "Traceback" not in done.stderr


def test_space_is_heard_once_there_is_a_picture(tmp_path: Path) -> None:
    done = python(PRESSED, tmp_path)

    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["0", "heard"]
    assert "Traceback" not in done.stderr


def test_missing_screen_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")

    assert not has_display()
    with pytest.raises(DisplayUnavailableError):
        run(None)  # type: ignore[arg-type]  # never reached
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert has_display()
