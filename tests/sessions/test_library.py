from __future__ import annotations

import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import numpy as np
import pytest

from biofeedback.errors import LibraryUnavailableError, SessionNotFoundError
from biofeedback.samples import (
    Beat,
    Chunk,
    Command,
    GuideState,
    Marker,
    MarkerKind,
    Metric,
    Packet,
)
from biofeedback.sessions.library import Library
from sessions.made_up import EDA, KEY, RR, STARTED, SensorMadeUp, beat, begin, one_of_each

if TYPE_CHECKING:
    from pathlib import Path


def record_all(library: Library) -> str:
    recorder = begin(library)
    for event in one_of_each():
        recorder.put(event)
    recorder.close()
    return recorder.session_id


def test_what_went_in_comes_out_in_the_same_order(library: Library) -> None:
    """Over several commits, so that each stream has several blocks to be merged."""
    recorder = begin(library)
    events = [event for _ in range(5) for event in one_of_each()]
    for index, event in enumerate(events):
        recorder.put(event)
        if index % 7 == 0:
            assert recorder.flush()
    recorder.close()
    session = library.load(recorder.session_id)
    assert [repr(event) for event in session.events()] == [repr(event) for event in events]
    inputs = [event for event in events if isinstance(event, Chunk | Command)]
    assert [repr(event) for event in session.inputs()] == [repr(event) for event in inputs]
    some = [event for event in events if isinstance(event, Beat | Marker)]
    assert [repr(event) for event in session.events(Beat, Marker)] == [repr(e) for e in some]
    assert session.count(Packet) == 5
    assert session.streams() == (RR, EDA)
    assert [repr(chunk) for chunk in session.chunks(EDA)] == [
        repr(event) for event in events if isinstance(event, Chunk) and event.stream == EDA
    ]


def test_it_is_the_same_after_closing_and_opening(tmp_path: Path) -> None:
    with Library.open(tmp_path / "l", KEY) as library:
        session_id = record_all(library)
    with Library.open(tmp_path / "l", KEY, create=False) as library:
        back = list(library.load(session_id).events())
    assert [repr(event) for event in back] == [repr(event) for event in one_of_each()]


def test_more_blocks_than_are_read_at_once_are_all_read(library: Library) -> None:
    recorder = begin(library)
    for index in range(150):
        recorder.put(beat(float(index)))
        recorder.flush()
    recorder.close()
    times_s = [event.t_s for event in library.load(recorder.session_id).events(Beat)]
    assert times_s == [float(index) for index in range(150)]


def test_the_row_says_what_a_list_needs(library: Library) -> None:
    """Latest event at 20 s; two beats, of which both come from the first source."""
    session_id = record_all(library)
    (row,) = library.sessions()
    assert row.session_id == session_id
    assert row.started_utc == STARTED
    assert row.duration_s == 20.0
    assert row.sensors == ("Polar H10 5C2A91B3",)
    assert row.guide == "breathing"
    assert row.is_complete
    assert row.n_beats == 2
    assert row.note == ""
    session = library.load(session_id)
    assert session.plan == {"in_s": 4.0, "name": "gentle"}
    assert session.sensors[0].address == SensorMadeUp().address
    assert session.sensors[0].kinds == ("rr", "heart-rate")


def test_beats_of_a_second_strap_are_not_counted_twice(library: Library) -> None:
    recorder = begin(library)
    for t_s in range(10):
        recorder.put(beat(float(t_s), source="a"))
        recorder.put(beat(float(t_s), source="b"))
    recorder.close()
    assert library.sessions()[0].n_beats == 10


def test_sessions_come_newest_first_whatever_their_time_zone(library: Library) -> None:
    east = timezone(timedelta(hours=9))
    times = [
        datetime(2026, 3, 1, 9, 0, tzinfo=UTC),
        datetime(2026, 3, 1, 17, 0, tzinfo=east),  # 08:00 UTC
        datetime(2026, 3, 1, 9, 0, 0, 1, tzinfo=UTC),
    ]
    for started in times:
        library.record(started, guide="", plan={}, sensors=[]).close()
    assert [row.started_utc for row in library.sessions()] == [times[2], times[0], times[1]]


def test_a_time_without_zone_is_a_mistake(library: Library) -> None:
    with pytest.raises(ValueError, match="time zone"):
        library.record(datetime(2026, 3, 1), guide="", plan={}, sensors=[])  # noqa: DTZ001 - the mistake


def test_a_session_is_found_by_the_beginning_of_its_id(library: Library) -> None:
    session_id = record_all(library)
    assert library.find(session_id[:3]).session_id == session_id
    assert library.find(f" {session_id.upper()} ").session_id == session_id


@pytest.mark.parametrize("wanted", ["", "zz", "%", "_"])
def test_an_id_that_does_not_exist_is_told(library: Library, wanted: str) -> None:
    record_all(library)
    with pytest.raises(SessionNotFoundError, match="no session"):
        library.find(wanted)


def test_a_beginning_of_several_ids_is_told(library: Library) -> None:
    """17 ids of hexadecimal digits: two must begin with the same digit."""
    ids = [library.record(STARTED, guide="", plan={}, sensors=[]) for _ in range(17)]
    for recorder in ids:
        recorder.close()
    beginnings = [recorder.session_id[0] for recorder in ids]
    twice = next(digit for digit in beginnings if beginnings.count(digit) > 1)
    with pytest.raises(SessionNotFoundError, match="Please give more"):
        library.find(twice)


def test_notes_are_added_a_paragraph_each(library: Library) -> None:
    session_id = record_all(library)
    library.add_note(session_id, "calm at the end\n")
    library.add_note(session_id, "  ")
    library.add_note(session_id[:4], "warm hands")
    assert library.find(session_id).note == "calm at the end\nwarm hands"


def test_a_deleted_session_is_gone_and_gives_its_space_back(library: Library) -> None:
    kept = record_all(library)
    store = library._store
    store.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    size = library.path.stat().st_size
    recorder = begin(library)
    rng = np.random.default_rng(5)
    for index in range(200):
        recorder.put(Chunk(EDA, np.arange(100.0) + index, rng.normal(size=(100, 1)), index))
    recorder.close()
    store.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    assert library.path.stat().st_size > size + 300_000
    library.delete(recorder.session_id)
    assert [row.session_id for row in library.sessions()] == [kept]
    assert library.path.stat().st_size <= size + 3 * 4096
    assert library.path.with_name("test.biofeedback-wal").stat().st_size == 0
    assert store.rows("PRAGMA freelist_count") == [(0,)]
    assert library.verify() == ()
    with pytest.raises(SessionNotFoundError):
        library.delete(recorder.session_id)


def test_a_session_that_is_recorded_is_not_deleted(library: Library) -> None:
    recorder = begin(library)
    with pytest.raises(LibraryUnavailableError, match="being recorded"):
        library.delete(recorder.session_id)
    recorder.close()
    library.delete(recorder.session_id)
    assert library.sessions() == ()


def test_an_interrupted_session_keeps_what_was_saved_and_blocks_nothing(tmp_path: Path) -> None:
    """The files are copied in mid-recording, as a kill would leave them."""
    with Library.open(tmp_path / "l", KEY) as library:
        recorder = begin(library)
        recorder.put(beat(12.5))
        recorder.flush()
        for name in ("l", "l-wal"):
            (tmp_path / f"x{name}").write_bytes((tmp_path / name).read_bytes())
        recorder.close()
    with Library.open(tmp_path / "xl", KEY, create=False) as library:
        (row,) = library.sessions()
        assert not row.is_complete
        assert row.duration_s == 12.5
        assert len(list(library.load(row.session_id).events())) == 1
        record_all(library)
        assert library.verify() == ()
        library.delete(row.session_id)


def test_closing_the_library_ends_a_recording(tmp_path: Path) -> None:
    library = Library.open(tmp_path / "l", KEY)
    recorder = begin(library)
    recorder.put(beat(1.0))
    library.close()
    recorder.put(beat(2.0))
    with Library.open(tmp_path / "l", KEY) as library:
        (row,) = library.sessions()
        assert row.is_complete
        assert row.n_beats == 1


def test_reading_while_another_process_records(tmp_path: Path) -> None:
    """Two connections to one file, as two processes have; the reader sees what is committed."""
    with Library.open(tmp_path / "l", KEY) as writer, Library.open(tmp_path / "l", KEY) as reader:
        recorder = begin(writer)
        for t_s in range(3):
            recorder.put(beat(float(t_s)))
            recorder.flush()
            session = reader.load(recorder.session_id)
            assert session.row.n_beats == t_s + 1
            assert not session.row.is_complete
            assert len(list(session.events(Beat))) == t_s + 1
            assert reader.verify() == ()
        recorder.close()
        assert reader.find(recorder.session_id).is_complete


def test_two_recordings_at_once_are_both_right(tmp_path: Path) -> None:
    with Library.open(tmp_path / "l", KEY) as one, Library.open(tmp_path / "l", KEY) as two:
        recorders = [begin(one), begin(two), begin(one)]

        def put(number: int) -> None:
            for index in range(60):
                recorders[number].put(beat(float(index), 700.0 + number))
                recorders[number].flush()

        threads = [threading.Thread(target=put, args=(number,)) for number in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for recorder in recorders:
            recorder.close()
        assert one.verify() == ()
        for number, recorder in enumerate(recorders):
            beats = list(two.load(recorder.session_id).events(Beat))
            assert beats == [beat(float(index), 700.0 + number) for index in range(60)]


def test_nothing_in_the_folder_is_readable(tmp_path: Path) -> None:
    """Every file is searched, during recording (log included) and after.

    For words in UTF-8 and UTF-16, the bytes of each sample in both orders, and SQL.
    """
    rng = np.random.default_rng(11)
    samples = rng.normal(8.0, 1.0, 400)
    words = ["Polar H10 5C2A91B3", "24:AC:AC:01:02:03", RR.sensor_id, "breathing", "Grüße an mich",
             "rmssd_ms", "begin", "more beats", "812.5", "simulated-eda"]  # fmt: skip
    secrets = [word.encode(code) for word in words for code in ("utf-8", "utf-16-le")]
    secrets += [value.tobytes() for value in samples]
    secrets += [value.tobytes()[::-1] for value in samples]
    secrets += [b"\x10\x3c\x00\x03\xff\x12\x34\x56", b"SQLite format 3", b"CREATE TABLE"]

    def assert_unreadable() -> list[str]:
        files = sorted(tmp_path.rglob("*"))
        for file in files:
            content = file.read_bytes()
            assert not [secret for secret in secrets if secret in content]
        return [file.name for file in files]

    with Library.open(tmp_path / "l", KEY) as library:
        recorder = begin(library)
        for event in one_of_each():
            recorder.put(event)
        recorder.put(Packet(RR.sensor_id, "2a37", 1.0, b"\x10\x3c\x00\x03\xff\x12\x34\x56"))
        recorder.put(Chunk(EDA, np.arange(400.0), samples[:, None], 400.0))
        recorder.put(Metric(20.0, "rmssd_ms", float(samples[0]), "ms", 60.0, 1.0))
        recorder.put(Marker(21.0, MarkerKind.NOTE, "Grüße an mich"))
        recorder.put(GuideState(22.0, "breathing", "in"))
        assert recorder.flush()
        assert assert_unreadable() == ["l", "l-shm", "l-wal"]
        assert (tmp_path / "l-wal").stat().st_size > 10_000
        recorder.close()
        library.add_note(recorder.session_id, "Grüße an mich")
        list(library.load(recorder.session_id).events())
        assert_unreadable()
        library.verify()
    assert assert_unreadable() == ["l"]


def test_importing_the_library_loads_neither_sqlcipher_nor_keyring() -> None:
    """They are loaded when a library is opened, so that a window or --help does not wait."""
    code = (
        "import sys, biofeedback.sessions.library, biofeedback.sessions.keys\n"
        "sys.exit(bool({'sqlcipher3', 'keyring'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
