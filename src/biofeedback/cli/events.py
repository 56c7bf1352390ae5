"""Where ``--events`` go: a file or the terminal, a line each, written as they happen."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, TextIO

from biofeedback.errors import FormatError
from biofeedback.runtime.events_json import event_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from biofeedback.samples import Event

__all__ = ["events_to"]


@contextmanager
def events_to(target: str | None) -> Iterator[Callable[[Event], None]]:
    """Give a function that writes events, from any thread, without blocking.

    Parameters
    ----------
    target
        A path, ``-`` for standard output, ``None`` for nowhere.

    Raises
    ------
    FormatError
        If the file cannot be written.
    """
    if target is None:
        yield lambda _: None
        return
    if target == "-":
        with _writer(sys.stdout) as put:
            yield put
        return
    try:
        stream = Path(target).open("w", encoding="utf-8")  # noqa: SIM115 - closed below
    except OSError as error:
        msg = f"The events cannot be written to {target}: {error.strerror}."
        raise FormatError(msg) from error
    with stream, _writer(stream) as put:
        yield put


@contextmanager
def _writer(stream: TextIO) -> Iterator[Callable[[Event], None]]:
    # A slow pipe or disk must not hold up the engine, so a thread of its own writes.
    queue: SimpleQueue[Event | None] = SimpleQueue()

    def write() -> None:
        is_open = True
        while (event := queue.get()) is not None:
            line = event_line(event) if is_open else None
            if line is not None:
                try:
                    stream.write(line + "\n")
                    stream.flush()
                except (OSError, ValueError):
                    # The reader went away or the disk is full: the session matters more.
                    is_open = False

    thread = Thread(target=write, name="biofeedback-events", daemon=True)
    thread.start()
    try:
        yield queue.put
    finally:
        queue.put(None)
        thread.join()
