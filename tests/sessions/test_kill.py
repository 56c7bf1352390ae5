from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from biofeedback.samples import Beat
from biofeedback.sessions.library import Library
from sessions.made_up import KEY

if TYPE_CHECKING:
    from collections.abc import Iterator

N_KILLS = 50
N_AT_ONCE = 5

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kill -9 and fork are POSIX")


class Nursery:
    def __init__(self, program: subprocess.Popen[str]) -> None:
        self.program = program

    def record(self, library_path: Path, printed: Path) -> int:
        """Start a recording and return its process number once it has printed something."""
        assert self.program.stdin
        assert self.program.stdout
        self.program.stdin.write(f"{library_path}\t{printed}\n")
        self.program.stdin.flush()
        return int(self.program.stdout.readline())


@pytest.fixture
def nursery() -> Iterator[Nursery]:
    tests = Path(__file__).parents[1]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tests), *sys.path])}
    with subprocess.Popen(
        [sys.executable, Path(__file__).with_name("kill_nursery.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as program:
        yield Nursery(program)


def last_printed(printed: Path) -> tuple[str, float, int]:
    """Return session, time and count of what was put, by the last whole line."""
    lines = printed.read_bytes().decode().split("\n")[:-1]
    session_id, t_s = lines[-1].split()
    return session_id, float(t_s), len(lines)


def assert_survived(library_path: Path, printed: Path) -> None:
    session_id, killed_s, n_put = last_printed(printed)
    with Library.open(library_path, KEY, create=False) as library:
        assert library.verify() == ()
        session = library.load(session_id)
        beats = list(session.events(Beat))
        assert not session.row.is_complete
        # In order, each once, none missing before the last.
        assert [beat.rr_ms for beat in beats] == [float(index) for index in range(len(beats))]
        assert len(beats) <= n_put
        saved_until_s = beats[-1].t_s if beats else 0.0
        assert saved_until_s >= killed_s - 1.0
        assert session.row.duration_s == saved_until_s
        assert session.row.n_beats == len(beats)


def test_fifty_kills_lose_at_most_the_last_second(nursery: Nursery, tmp_path: Path) -> None:
    """Kill -9 at 50 moments, 0.05 to 2 s after the first beat, seeded.

    Five recordings at once, two of them into the same library, as two windows would; the
    libraries are used again.
    """
    rng = random.Random(50)
    waiter = threading.Event()
    for round_number in range(N_KILLS // N_AT_ONCE):
        recordings = []
        for index in range(N_AT_ONCE):
            library_path = tmp_path / f"{max(index, 1)}.biofeedback"
            printed = tmp_path / f"{round_number}-{index}.txt"
            recordings.append((nursery.record(library_path, printed), library_path, printed))
        for _, _, printed in recordings:
            while not (printed.exists() and printed.stat().st_size):
                waiter.wait(0.005)
        delays_s = sorted(rng.uniform(0.05, 2.0) for _ in recordings)
        rng.shuffle(recordings)
        for delay_s, before_s, (child, _, _) in zip(
            delays_s, [0.0, *delays_s], recordings, strict=False
        ):
            waiter.wait(delay_s - before_s)
            os.kill(child, signal.SIGKILL)
        for _, library_path, printed in recordings:
            assert_survived(library_path, printed)
    with Library.open(tmp_path / "1.biofeedback", KEY) as library:
        assert len(library.sessions()) == 2 * N_KILLS // N_AT_ONCE


def test_a_kill_while_the_library_is_made_leaves_nothing_in_the_way(
    nursery: Nursery, tmp_path: Path
) -> None:
    """Kill -9 within the first 60 ms, seeded, 20 times: whatever is there, it opens or is made."""
    rng = random.Random(20)
    waiter = threading.Event()
    for number in range(20):
        library_path = tmp_path / str(number) / "l.biofeedback"
        child = nursery.record(library_path, tmp_path / f"{number}.txt")
        waiter.wait(rng.uniform(0.0, 0.06))
        os.kill(child, signal.SIGKILL)
        with Library.open(library_path, KEY) as library:
            assert library.verify() == ()
            assert len(library.sessions()) <= 1
