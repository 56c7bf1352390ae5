"""What a start does not need is not loaded: it costs a second before anything is seen."""

from __future__ import annotations

import subprocess
import sys

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
