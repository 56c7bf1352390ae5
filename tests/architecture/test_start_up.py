"""What a start does not need is not loaded: it costs a second before anything is seen."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"PySide6", "scipy", "bleak", "pyqtgraph", "neurokit2", "sqlcipher3", "keyring"}


@pytest.mark.parametrize("module", ["biofeedback", "biofeedback.__main__", "biofeedback.cli"])
def test_importing_loads_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print(*sys.modules)"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert HEAVY & set(result.stdout.split()) == set()


@pytest.mark.parametrize("arguments", [["--version"], ["--help"]])
def test_a_word_about_itself_loads_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import runpy, sys; sys.argv[1:] = " + repr(arguments) + "\n"
        "try: runpy.run_module('biofeedback', run_name='__main__')\n"
        "finally: print(*sys.modules, file=sys.stderr)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert HEAVY & set(result.stderr.split()) == set()


def test_public_names_are_loaded_when_they_are_first_asked_for() -> None:
    code = (
        "import sys, biofeedback\n"
        "assert 'biofeedback.analysis' not in sys.modules\n"
        "for name in biofeedback.__all__: getattr(biofeedback, name)\n"
        "assert 'biofeedback.analysis' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_name_that_is_not_there_is_an_attribute_error_as_of_any_module() -> None:
    import biofeedback

    with pytest.raises(AttributeError, match="no attribute 'diagnose'"):
        _ = biofeedback.diagnose


def test_module_and_command_start_the_same_program() -> None:
    command = [str(Path(sys.executable).with_name("biofeedback"))]
    for start in (command, [sys.executable, "-m", "biofeedback"]):
        done = subprocess.run([*start, "--version"], capture_output=True, text=True, check=True)
        assert done.stdout.startswith("biofeedback ")


# What a person does not see in the first picture, and what it is made of.
NOT_IN_THE_FIRST_PICTURE = {
    "biofeedback.samples",
    "biofeedback.pacing",
    "biofeedback.analysis",
    "biofeedback.signal",
    "biofeedback.guides",
    "biofeedback.simulation",
    "biofeedback.devices.registry",
    "biofeedback.devices.sensor",
    "biofeedback.runtime.engine_room",
    "biofeedback.runtime.live",
    "biofeedback.sessions.library",
    "biofeedback.ui.messages.lead_words",
    "biofeedback.ui.practice",
    "biofeedback.ui.guides_page",
    "biofeedback.ui.lead_page",
    "biofeedback.ui.pause_key",
    "biofeedback.ui.sensor_facts",
    "biofeedback.ui.sensor_memory",
    "biofeedback.ui.settings_page",
    "numpy",
    "tomllib",
}
STARTED = """
import os, sys
from PySide6.QtCore import QEvent, QObject
from biofeedback.cli import run, window
from biofeedback.ui import app
from biofeedback.ui.shell import Shell

class Look(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            print(type(watched.page).__name__, *sys.modules, flush=True)
            os._exit(0)
        return False

class Watched(Shell):
    def show(self):
        self.look = Look()
        self.installEventFilter(self.look)
        super().show()

app.Shell = Watched
window.has_display = lambda: True
run([])
"""


def test_first_picture_waits_for_nothing_that_it_does_not_show(tmp_path: Path) -> None:
    homes = {f"XDG_{kind}_HOME": str(tmp_path) for kind in ("DATA", "CONFIG", "CACHE", "STATE")}
    environment = os.environ | homes | {"QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", STARTED],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
        timeout=60,
    )
    page, *loaded = done.stdout.split()
    assert page == "UnlockPage"
    assert (HEAVY - {"PySide6"} | NOT_IN_THE_FIRST_PICTURE) & set(loaded) == set()
