"""A Python of the peers' own: several of them ask for older versions than this project's."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import platformdirs

__all__ = ["NoPeersError", "peers_python"]

REQUIREMENTS = Path(__file__).with_name("requirements.txt")
# Written last, so that what was left half made is not taken for whole.
_WHOLE = "installed"


class NoPeersError(RuntimeError):
    """The environment cannot be made here; the text says why in a sentence."""


def peers_python() -> Path:
    """Return the peers' interpreter; make its environment where there is none yet.

    It lies in this computer's cache folder, named after what is installed in it, and may be
    deleted at any time.

    Raises
    ------
    NoPeersError
        If it cannot be made, which mostly means that the packages cannot be fetched.
    """
    asked = f"{REQUIREMENTS.read_text(encoding='utf-8')}{sys.version_info[:2]}"
    name = f"benchmark-peers-{hashlib.sha256(asked.encode()).hexdigest()[:12]}"
    folder = platformdirs.user_cache_path("biofeedback", appauthor=False) / name
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if (folder / _WHOLE).is_file() and python.is_file():
        return python
    print("setting up the peers' environment, once: a few minutes …", file=sys.stderr, flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    install = [python, "-m", "pip", "install", "--quiet", "--no-deps", "--prefer-binary"]
    for step in (
        [sys.executable, "-m", "venv", folder],
        # Complete as it is, see there.
        [*install, "--requirement", REQUIREMENTS],
    ):
        try:
            subprocess.run([*map(str, step)], check=True, capture_output=True, text=True)
        except (OSError, subprocess.CalledProcessError) as problem:
            said = str(getattr(problem, "stderr", None) or problem).strip().splitlines()
            shutil.rmtree(folder, ignore_errors=True)
            msg = (
                "The peers' environment could not be made, so they were not measured: "
                f"{_plain(said)}"
            )
            raise NoPeersError(msg) from problem
    (folder / _WHOLE).touch()
    return python


def _plain(said: list[str]) -> str:
    """Return the line that says what went wrong, without the hints around it."""
    errors = [line for line in said if line.startswith("ERROR")]
    return (errors or said or ["no reason was given"])[-1].removeprefix("ERROR: ")
