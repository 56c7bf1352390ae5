from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import msgspec
import pytest

from biofeedback.errors import LibraryDamagedError, SessionNotFoundError
from biofeedback.sessions.library import Library
from sessions.made_up import KEY, beat, begin, one_of_each

if TYPE_CHECKING:
    from pathlib import Path

PAGE_BYTES = 4096


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A library of two sessions, of some 60 pages, closed."""
    path = tmp_path / "l"
    with Library.open(path, KEY) as library:
        for _ in range(2):
            recorder = begin(library)
            for index in range(30):
                for event in one_of_each():
                    recorder.put(event)
                recorder.put(beat(float(index)))
                recorder.flush()
            recorder.close()
    return path


def test_a_sound_library_has_no_findings(path: Path) -> None:
    with Library.open(path, KEY) as library:
        assert library.verify() == ()
        assert library.verify(library.sessions()[0].session_id[:4]) == ()


def test_a_session_that_does_not_exist_is_told(path: Path) -> None:
    with Library.open(path, KEY) as library, pytest.raises(SessionNotFoundError):
        library.verify("nope")


def test_one_bit_changed_in_any_page_is_found_or_told(path: Path) -> None:
    """Each page in turn has one bit changed: opening refuses in words, or verify finds it.

    Reading never gives a wrong number: every event is as it was, or refused in words.
    """
    whole = path.read_bytes()
    expected = {repr(event) for event in one_of_each()}
    expected |= {repr(beat(float(index))) for index in range(30)}
    n_pages = len(whole) // PAGE_BYTES
    assert n_pages > 20
    n_refused = 0
    for page in range(n_pages):
        content = bytearray(whole)
        content[page * PAGE_BYTES + 37 * page % 4000 + 16] ^= 1 << page % 8
        path.write_bytes(content)
        try:
            library = Library.open(path, KEY)
        except LibraryDamagedError:
            n_refused += 1
            continue
        with library:
            findings = library.verify()
            assert findings, f"page {page + 1}"
            assert all(finding.message.endswith(".") for finding in findings)
            with contextlib.suppress(LibraryDamagedError):
                for row in library.sessions():
                    for event in library.load(row.session_id).events():
                        assert repr(event) in expected
    assert n_refused < n_pages / 2


@pytest.mark.parametrize("cut", [1, PAGE_BYTES, 10 * PAGE_BYTES])
def test_a_file_that_was_cut_off_is_found_or_told(path: Path, cut: int) -> None:
    path.write_bytes(path.read_bytes()[:-cut])
    try:
        library = Library.open(path, KEY)
    except LibraryDamagedError:
        return
    with library:
        assert library.verify()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("DELETE FROM blocks WHERE block_no = (SELECT max(block_no) - 30 FROM blocks)", "hole"),
        ("UPDATE blocks SET payload = x'c1' WHERE block_no = 50", "cannot be read"),
        ("UPDATE blocks SET n_events = n_events + 1 WHERE block_no = 50", "more or less"),
        ("UPDATE sessions SET n_events = n_events - 1", "do not belong"),
        ("UPDATE sessions SET n_events = n_events + 1", "hole"),
        ("UPDATE sessions SET plan = x'c1'", "damaged"),
        ("UPDATE sessions SET started_utc = 'yesterday'", "damaged"),
        ("UPDATE streams SET header = x'01' WHERE kind = 'beat'", "cannot be read"),
        ("PRAGMA foreign_keys = OFF; DELETE FROM sessions", "inner order"),
    ],
)
def test_what_the_seals_cannot_see_is_found_too(path: Path, change: str, words: str) -> None:
    """Changed through SQLCipher itself, so that every seal is right."""
    with Library.open(path, KEY) as library:
        for statement in change.split(";"):
            library._store.rows(statement)
        messages = [finding.message for finding in library.verify()]
        assert any(words in message for message in messages), messages


def test_a_finding_names_its_session_alone(path: Path) -> None:
    with Library.open(path, KEY) as library:
        first, second = (row.session_id for row in library.sessions())
        library._store.rows(
            "UPDATE blocks SET payload = ? WHERE block_no = (SELECT max(block_no) FROM blocks)",
            (msgspec.msgpack.encode([[], []]),),
        )
        assert {finding.session_id for finding in library.verify()} == {first}
        assert library.verify(first)
        assert library.verify(second) == ()


def test_a_damaged_session_leaves_the_other_readable(path: Path) -> None:
    with Library.open(path, KEY) as library:
        library._store.rows(
            "UPDATE blocks SET payload = x'c1' "
            "WHERE block_no = (SELECT max(block_no) - 20 FROM blocks)"
        )
        bad, good = (library.load(row.session_id) for row in library.sessions())
        with pytest.raises(LibraryDamagedError, match=bad.row.session_id):
            list(bad.events())
        assert len(list(good.events())) == 30 * (len(one_of_each()) + 1)
