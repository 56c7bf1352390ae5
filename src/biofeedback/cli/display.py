"""Whether there is a screen to open a window on."""

from __future__ import annotations

import os
import sys
from pathlib import Path

__all__ = ["has_display"]

_ANSWER_S = 2.0


def has_display() -> bool:
    """Whether a window can open.

    On Linux the display's socket is tried, for Qt ends the whole program when a display that
    is named does not answer. Elsewhere there is always a screen.
    """
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    if platform in {"offscreen", "minimal"}:
        return False
    if not sys.platform.startswith("linux"):
        return True
    wayland = os.environ.get("WAYLAND_DISPLAY")
    if wayland:
        runtime = os.environ.get("XDG_RUNTIME_DIR", "")
        if _answers(Path(runtime) / wayland):
            return True
    return _x_answers(os.environ.get("DISPLAY", ""))


def _x_answers(display: str) -> bool:
    host, colon, rest = display.rpartition(":")
    number = rest.split(".")[0]
    if not colon or not number.isdigit():
        return False
    if host in {"", "unix"}:
        # Linux X servers listen on the abstract socket, the file, or both.
        path = f"/tmp/.X11-unix/X{number}"  # noqa: S108 - where X servers listen
        return _answers(Path(path)) or _answers(f"\0{path}")
    import socket

    try:
        with socket.create_connection((host, 6000 + int(number)), _ANSWER_S):
            return True
    except OSError:
        return False


def _answers(address: Path | str) -> bool:
    import socket

    try:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(_ANSWER_S)
            probe.connect(str(address))
    except OSError:
        return False
    return True
