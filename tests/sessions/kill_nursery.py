"""Records until killed; run by test_kill.py, which does the killing.

One process imports everything once. For each line on its input it forks a child, says its
number, and the child records beats into the library of that name: one each 5 ms,
``rr_ms`` counting them, ``t_s`` real seconds since it began. Each is printed before it is put.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

from biofeedback.sessions.library import Library
from sessions.made_up import KEY, beat, begin


def record(library_path: Path, printed: int) -> None:
    library = Library.open(library_path, KEY)
    recorder = begin(library)
    pause = threading.Event()
    started_s = time.monotonic()
    index = 0
    while True:
        t_s = time.monotonic() - started_s
        os.write(printed, f"{recorder.session_id} {t_s!r}\n".encode())
        recorder.put(beat(t_s, float(index)))
        index += 1
        pause.wait(0.005)


def main() -> None:
    for line in sys.stdin:
        library_path, printed_path = line.rstrip("\n").split("\t")
        child = os.fork()
        if child == 0:
            printed = os.open(printed_path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            record(Path(library_path), printed)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        # Reaped later, so that its number is not given away before it is killed.
    while True:
        try:
            os.wait()
        except ChildProcessError:
            return


if __name__ == "__main__":
    main()
