"""Where ``--events`` go: a file or the terminal, a line each, written as they happen."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Full, Queue
from threading import Thread
from typing import TYPE_CHECKING

from biofeedback.errors import FormatError
from biofeedback.runtime.events_json import event_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import FileIO

    from biofeedback.samples import Event

__all__ = ["EventWriter", "events_to"]

# A replay as fast as it goes computes faster than a disk writes; it waits from here on.
_MAX_WAITING = 10_000
# A reader that took nothing for so long is not waited for at the end.
_STUCK_S = 3.0


class EventWriter:
    """Takes events from any thread; a thread of its own writes them.

    A slow pipe or disk must not hold up the engine. After a failure nothing more is written,
    and the session goes on, for it matters more.

    Parameters
    ----------
    stream
        Where lines go, in UTF-8 whatever the terminal speaks; ``None`` for nowhere. It must not
        keep anything back, for at the end a reader may be stuck with what it took.
    name
        What to call it in words.
    may_wait
        Whether `put` may wait for a slow stream, as a replay may and a live session may not.
    """

    def __init__(self, stream: FileIO | None, name: str, *, may_wait: bool) -> None:
        self._stream = stream
        self._name = name
        self._queue: Queue[Event | None] = Queue(_MAX_WAITING if may_wait else 0)
        self._error: OSError | None = None
        self._thread = Thread(target=self._write_all, name="biofeedback-events", daemon=True)
        if stream is not None:
            self._thread.start()

    def put(self, event: Event) -> None:
        """Take one event."""
        if self._stream is not None and self._error is None:
            self._queue.put(event)

    @property
    def is_left(self) -> bool:
        """Whether the reader went away, as ``head`` does when it has seen enough."""
        return isinstance(self._error, BrokenPipeError)

    @property
    def trouble(self) -> FormatError | None:
        """Why not everything was written; a reader that went away is no trouble."""
        if self._error is None or self.is_left:
            return None
        reason = self._error.strerror or "the disk does not answer"
        return FormatError(f"The events could not all be written to {self._name}: {reason}.")

    def close(self) -> None:
        """Write what waits, for as long as the reader takes anything."""
        if self._stream is None:
            return
        is_told = False
        n_before = self._queue.qsize() + 1
        while self._thread.is_alive():
            if not is_told:
                with suppress(Full):
                    self._queue.put(None, timeout=_STUCK_S)
                    is_told = True
            self._thread.join(_STUCK_S)
            n_left = self._queue.qsize()
            if self._thread.is_alive() and n_left >= n_before:
                self._error = TimeoutError(errno.ETIMEDOUT, "nobody takes them")
                return
            n_before = n_left

    def _write_all(self) -> None:
        assert self._stream is not None  # noqa: S101 - started only with a stream
        while (event := self._queue.get()) is not None:
            line = event_line(event) if self._error is None else None
            if line is None:
                continue
            try:
                left = memoryview(line.encode() + b"\n")
                while left:
                    left = left[self._stream.write(left) :]
            except OSError as error:
                self._error = error
        # What could not be written before cannot be written now.
        with suppress(OSError):
            self._stream.close()


@contextmanager
def events_to(target: str | None, *, may_wait: bool = False) -> Iterator[EventWriter]:
    """Give a writer of events; all that was put is written when it is left.

    Parameters
    ----------
    target
        A path, ``-`` for standard output, ``None`` for nowhere.
    may_wait
        As for `EventWriter`.

    Raises
    ------
    FormatError
        If the file cannot be opened.
    """
    name = "standard output" if target == "-" else target or ""
    writer = EventWriter(_opened(target), name, may_wait=may_wait)
    try:
        yield writer
    finally:
        writer.close()


def _opened(target: str | None) -> FileIO | None:
    if target is None:
        return None
    try:
        if target == "-":
            # A copy, so that a reader who went away leaves nothing half written in ours.
            return os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
        return Path(target).open("wb", buffering=0)
    except OSError as error:
        msg = f"The events cannot be written to {target}: {error.strerror}."
        raise FormatError(msg) from error
