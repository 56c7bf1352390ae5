from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import numpy as np
import pytest

from biofeedback.errors import LibraryError
from biofeedback.samples import Beat, Chunk, Command, Marker, MarkerKind
from biofeedback.sessions import recorder as recorder_module
from biofeedback.sessions.keys import Key
from biofeedback.sessions.library import Library
from biofeedback.sessions.recorded_session import RecordedSensor
from sessions.made_up import EDA, KEY, SensorMadeUp, beat, begin

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from biofeedback.sessions.recorder import Recorder


def times_s(library: Library, session_id: str) -> list[float]:
    return [event.t_s for event in library.load(session_id).events(Beat)]


def samples(t_s: float, n: int = 1000) -> Chunk:
    """8 kB of times and 8 kB of noise."""
    rng = np.random.default_rng(int(t_s))
    return Chunk(EDA, t_s + np.arange(n) / n, rng.normal(size=(n, 1)), t_s + 1.0)


def test_it_writes_on_a_thread_of_its_own(library: Library) -> None:
    recorder = begin(library)
    assert "biofeedback-writer" in {thread.name for thread in threading.enumerate()}
    recorder.close()
    assert "biofeedback-writer" not in {thread.name for thread in threading.enumerate()}


def test_the_status_follows_what_is_saved(library: Library) -> None:
    recorder = begin(library)
    assert recorder.status.is_saving
    assert recorder.status.saved_until_s == 0.0
    recorder.put(beat(3.25))
    assert recorder.flush()
    assert recorder.status.saved_until_s == 3.25
    assert recorder.status.message == ""
    recorder.close()


def test_it_saves_by_itself_within_a_second(library: Library) -> None:
    """Nobody flushes: the writer's own turns do it, at most a second later."""
    recorder = begin(library)
    recorder.put(beat(1.0))
    waiter = threading.Event()
    for _ in range(100):
        if recorder.status.saved_until_s == 1.0:
            break
        waiter.wait(0.02)
    assert times_s(library, recorder.session_id) == [1.0]
    recorder.close()


def test_closing_twice_and_putting_afterwards_are_harmless(library: Library) -> None:
    recorder = begin(library)
    recorder.put(beat(1.0))
    recorder.close()
    recorder.close()
    recorder.put(beat(2.0))
    recorder.flush()
    assert times_s(library, recorder.session_id) == [1.0]


def test_a_sensor_that_comes_later_is_named_once(library: Library) -> None:
    recorder = begin(library)
    skin = RecordedSensor("skin", "Skin conductance")
    recorder.add_sensor(skin)
    recorder.add_sensor(skin)
    recorder.put(beat(1.0))
    recorder.close()
    (row,) = library.sessions()
    assert row.sensors == (SensorMadeUp().name, "Skin conductance")


def test_what_cannot_be_stored_is_left_out_alone(
    library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    recorder = begin(library)
    recorder.put(beat(1.0))
    recorder.put("no event")  # type: ignore[arg-type]
    recorder.put(Command(1.5, "pace", {"secret": object()}))  # type: ignore[dict-item]
    recorder.put(beat(2.0))
    assert recorder.flush()
    recorder.close()
    assert times_s(library, recorder.session_id) == [1.0, 2.0]
    assert library.verify() == ()
    assert "could not be packed" in caplog.text
    assert "secret" not in caplog.text


def test_events_of_many_threads_are_each_there_once(library: Library) -> None:
    recorder = begin(library)

    def put(source: str) -> None:
        for index in range(500):
            recorder.put(beat(float(index), source=source))

    threads = [threading.Thread(target=put, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    recorder.close()
    beats = list(library.load(recorder.session_id).events(Beat))
    for name in "abcd":
        mine = [event.t_s for event in beats if event.source == name]
        assert mine == [float(index) for index in range(500)]


def test_a_folder_that_goes_and_comes_back_loses_nothing(
    library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    folder = library.path.parent
    recorder = begin(library)
    recorder.put(beat(1.0))
    assert recorder.flush()
    folder.rename(folder.with_name("away"))
    for t_s in (2.0, 3.0):
        recorder.put(beat(t_s))
        assert not recorder.flush()
    status = recorder.status
    assert status.saved_until_s == 1.0
    assert "not there any more" in status.message
    assert "session goes on" in status.message
    folder.with_name("away").rename(folder)
    recorder.put(beat(4.0))
    assert recorder.flush()
    assert recorder.status.message == ""
    recorder.close()
    assert times_s(library, recorder.session_id) == [1.0, 2.0, 3.0, 4.0]
    assert library.find(recorder.session_id).is_complete
    assert library.verify() == ()
    assert "cannot be saved just now" in caplog.text
    assert str(folder) not in caplog.text


def test_a_deleted_folder_ends_nothing_but_the_saving(library: Library) -> None:
    recorder = begin(library)
    recorder.put(beat(1.0))
    recorder.flush()
    shutil.rmtree(library.path.parent)
    recorder.put(beat(2.0))
    assert not recorder.flush()
    recorder.close()
    assert not recorder.status.is_saving
    assert "could not be saved" in recorder.status.message
    assert not library.path.parent.exists()


def test_a_library_in_its_place_gets_the_rest(library: Library, tmp_path: Path) -> None:
    """A backup without this session was put back: what is still here goes there."""
    Library.open(tmp_path / "backup", KEY).close()
    recorder = begin(library)
    recorder.put(beat(1.0))
    recorder.flush()
    library.path.with_name("test.biofeedback-wal").unlink()
    (tmp_path / "backup").replace(library.path)
    recorder.put(beat(2.0))
    assert recorder.flush()
    recorder.put(beat(3.0))
    recorder.close()
    with Library.open(library.path, KEY) as now:
        assert times_s(now, recorder.session_id) == [2.0, 3.0]
        assert now.find(recorder.session_id).is_complete
        assert now.verify() == ()


@pytest.mark.parametrize("other", ["text", "locked"])
def test_something_else_in_its_place_is_told_and_left_alone(
    library: Library, tmp_path: Path, other: str
) -> None:
    if other == "text":
        (tmp_path / "other").write_text("a shopping list, long enough to be looked at")
    else:
        Library.open(tmp_path / "other", Key(bytes(32), is_raw=True)).close()
    content = (tmp_path / "other").read_bytes()
    recorder = begin(library)
    (tmp_path / "other").replace(library.path)
    recorder.put(beat(2.0))
    assert not recorder.flush()
    assert recorder.status.message
    recorder.close()
    assert library.path.read_bytes() == content


def test_a_session_deleted_elsewhere_stays_deleted(library: Library) -> None:
    recorder = begin(library)
    recorder.put(beat(1.0))
    recorder.flush()
    with Library.open(library.path, KEY) as elsewhere:
        elsewhere.delete(recorder.session_id)
    recorder.put(beat(2.0))
    assert not recorder.flush()
    assert "deleted" in recorder.status.message
    recorder.close()
    assert library.sessions() == ()
    assert library.verify() == ()


def test_a_library_held_by_another_program_is_waited_for(library: Library) -> None:
    recorder = begin(library)
    recorder.put(beat(1.0))
    with library._store.transaction():
        assert not recorder.flush()
        assert "in use" in recorder.status.message
    assert recorder.flush()
    recorder.close()
    assert times_s(library, recorder.session_id) == [1.0]


def test_a_mistake_of_ours_is_told_and_the_next_turn_saves(
    library: Library, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(beat(72.125))

    recorder = begin(library)
    with monkeypatch.context() as patch:
        patch.setattr(recorder, "_write", broken)
        recorder.put(beat(1.0))
        assert not recorder.flush()
        assert "could not be written" in recorder.status.message
    assert recorder.flush()
    recorder.close()
    assert times_s(library, recorder.session_id) == [1.0]
    assert "RuntimeError" in caplog.text
    assert "72.125" not in caplog.text


def test_memory_is_bounded_and_the_record_says_what_it_lacks(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Room for two chunks of 16 kB; 10 s go by, and what came first is kept."""
    monkeypatch.setattr(recorder_module, "MAX_UNSAVED_BYTES", 30_000)
    folder = library.path.parent
    recorder = begin(library)
    folder.rename(folder.with_name("away"))
    for t_s in range(10):
        recorder.put(samples(float(t_s)))
        recorder.flush()
        assert recorder._n_unsaved_bytes < 30_000 + 17_000
    assert "cannot be kept any more" in recorder.status.message
    folder.with_name("away").rename(folder)
    assert recorder.flush()
    recorder.put(samples(20.0))
    recorder.close()
    session = library.load(recorder.session_id)
    events = list(session.events())
    assert [type(event) for event in events] == [Chunk, Chunk, Marker, Chunk]
    assert events[0] == samples(0.0)
    assert events[2] == Marker(3.0, MarkerKind.NOTE, "About 7 s from here could not be saved.")
    assert events[3] == samples(20.0)
    assert library.verify() == ()


def test_the_queue_is_bounded_while_a_disk_does_not_answer(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module, "MAX_QUEUED", 100)
    recorder = begin(library)
    with library._store.transaction():
        recorder.put(beat(0.0))
        for index in range(1000):
            recorder.put(beat(float(index)))
        assert len(recorder._queue) <= 100
    assert recorder.flush()
    recorder.put(beat(2000.0))
    recorder.close()
    events = list(library.load(recorder.session_id).events())
    markers = [event for event in events if isinstance(event, Marker)]
    assert len(markers) == 1
    assert "could not be saved" in markers[0].label
    assert events[-1] == beat(2000.0)
    assert library.verify() == ()


def fill(recorder: Recorder, first_s: int) -> int:
    """Put 16 kB a second until it cannot be saved; return the first second not put."""
    for t_s in range(first_s, first_s + 2000):
        recorder.put(beat(float(t_s)))
        recorder.put(samples(float(t_s)))
        if not recorder.flush():
            return t_s + 1
    pytest.fail("the disk never became full")


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX limits")
def test_a_file_that_may_not_grow_is_told_and_catches_up(library: Library) -> None:
    import resource

    recorder = begin(library)
    recorder.put(beat(0.0))
    recorder.flush()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
    try:
        end = fill(recorder, 1)
        for t_s in range(end, end + 3):
            recorder.put(beat(float(t_s)))
            assert not recorder.flush()
        # What was saved so far stays good.
        assert times_s(library, recorder.session_id)[0] == 0.0
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert recorder.flush()
    recorder.close()
    assert times_s(library, recorder.session_id) == [float(t_s) for t_s in range(end + 3)]
    assert library.verify() == ()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MB, where the system allows to make one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    try:
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=1m", "none", folder],
            check=True,
            capture_output=True,
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("a disk of limited size can only be made by root on Linux")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_disk_is_told_and_catches_up_when_there_is_room(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(600_000))
    with Library.open(small_disk / "l", KEY) as library:
        recorder = begin(library)
        end = fill(recorder, 0)
        assert recorder.status.message.startswith("The disk is full.")
        saved = times_s(library, recorder.session_id)
        assert saved == [float(t_s) for t_s in range(len(saved))]
        assert recorder.status.saved_until_s == len(saved)
        # A second recording is refused in words, or right.
        with pytest.raises(LibraryError, match="full"):
            for _ in range(1000):
                begin(library).close()
        ballast.unlink()
        assert recorder.flush()
        recorder.close()
        assert times_s(library, recorder.session_id) == [float(t_s) for t_s in range(end)]
        assert library.verify() == ()


def test_a_full_disk_that_stays_full_leaves_what_was_saved(small_disk: Path) -> None:
    with Library.open(small_disk / "l", KEY) as library:
        recorder = begin(library)
        fill(recorder, 0)
        recorder.close()
        assert not recorder.status.is_saving
        assert "could not be saved" in recorder.status.message
        saved_until_s = recorder.status.saved_until_s
    with Library.open(small_disk / "l", KEY, create=False) as library:
        (row,) = library.sessions()
        assert not row.is_complete
        assert row.duration_s == saved_until_s
        assert times_s(library, row.session_id)[-1] == saved_until_s - 1.0
        assert library.verify() == ()


def test_a_disk_that_turns_read_only_is_told(small_disk: Path) -> None:
    with Library.open(small_disk / "l", KEY) as library:
        recorder = begin(library)
        recorder.put(beat(1.0))
        assert recorder.flush()
        # The writer lets go of its files on the first error; the reader's keep it from turning.
        recorder._store.disconnect()
        library._store.disconnect()
        subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
        recorder.put(beat(2.0))
        assert not recorder.flush()
        assert "session goes on" in recorder.status.message
        subprocess.run(["mount", "-o", "remount,rw", small_disk], check=True)
        assert recorder.flush()
        recorder.close()
        assert times_s(library, recorder.session_id) == [1.0, 2.0]
        assert library.verify() == ()
