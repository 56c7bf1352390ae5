"""Standard input, output and error, made fit for any terminal, pipe or service."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress

__all__ = ["abandon_output", "prepare_streams"]


def prepare_streams() -> None:
    """See that each stream is there, and that no letter stops the program.

    A service may start a program without any of them, and a terminal may not know a ``µ``: a
    question mark is shown then.
    """
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123 - for as long as we run
    if sys.stdout is None:
        sys.stdout = _nowhere()
    if sys.stderr is None:
        sys.stderr = _nowhere()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _nowhere() -> io.TextIOWrapper:
    return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - for as long as we run


def abandon_output() -> None:
    """Send what is still to be written nowhere: its reader went away, or its disk is full.

    Python tries once more as it ends, and would complain.
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            with suppress(OSError, ValueError):
                os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
