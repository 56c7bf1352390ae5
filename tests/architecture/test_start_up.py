"""What a start does not need is not loaded: it costs a second before anything is seen."""

from __future__ import annotations

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
