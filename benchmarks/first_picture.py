"""From the start of the process to the first picture, against three pyqtgraph plots."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from functools import partial
from pathlib import Path

from benchmarks.result import Result, in_turns

ROUNDS = 11
TARGET = 0.6
PATIENCE_S = 30.0


def first_picture_ms(side: str, platform: str, bytecode: str) -> float:
    """Start one side in a process of its own with an empty home; wait for its picture.

    Both sides are compiled as what is installed is, in the round that is not counted, into the
    folder ``bytecode``: else a source that was just edited is compiled anew in every round.
    """
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {
            "QT_QPA_PLATFORM": platform,
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPYCACHEPREFIX": bytecode,
            **{f"XDG_{kind}_HOME": home for kind in ("DATA", "CONFIG", "CACHE", "STATE")},
        }
        began_s = time.perf_counter()
        with subprocess.Popen(
            [sys.executable, "-m", "benchmarks.first_paint", side],
            cwd=Path(__file__).resolve().parents[1],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            # A side that paints nothing ends here instead of keeping everyone waiting.
            patience = threading.Timer(PATIENCE_S, process.kill)
            patience.start()
            line = process.stdout.readline()
            patience.cancel()
            took_s = time.perf_counter() - began_s
            _, trouble = process.communicate()
        if line.strip() != "painted":
            msg = f"{side} painted nothing: {trouble}"
            raise RuntimeError(msg)
    return took_s * 1000


def run() -> list[Result]:
    """Measure on no screen at all, and on a real one where there is one."""
    platforms = ["offscreen"] + (["xcb"] if os.environ.get("DISPLAY") else [])
    results = []
    for platform in platforms:
        with tempfile.TemporaryDirectory() as bytecode:
            ours_ms, theirs_ms = in_turns(
                [
                    partial(first_picture_ms, "ours", platform, bytecode),
                    partial(first_picture_ms, "pyqtgraph", platform, bytecode),
                ],
                ROUNDS,
            )
        results.append(
            Result(
                f"first picture ({platform})",
                ours_ms,
                theirs_ms,
                "ms",
                TARGET,
                "`biofeedback` from the start of Python to the first paint of its window",
                "a bare script with three pyqtgraph plots of 3 000 points, to its first paint",
            )
        )
    return results
