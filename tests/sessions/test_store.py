from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from sqlcipher3 import dbapi2

from biofeedback.errors import (
    LibraryDamagedError,
    LibraryUnavailableError,
    PassphraseError,
)
from biofeedback.sessions.keys import passphrase_key
from biofeedback.sessions.library import Library
from biofeedback.sessions.store import Store
from sessions.made_up import KEY, begin, one_of_each

if TYPE_CHECKING:
    from pathlib import Path


def flip(path: Path, page: int, at: int = 1000) -> None:
    """Change one bit in a page, counted from 1."""
    content = bytearray(path.read_bytes())
    content[(page - 1) * 4096 + at] ^= 1
    path.write_bytes(content)


def recorded(path: Path, n_rounds: int = 200) -> None:
    with Library.open(path, KEY) as library:
        recorder = begin(library)
        for _ in range(n_rounds):
            for event in one_of_each():
                recorder.put(event)
            # Now and then, for more blocks than one a stream.
            if _ % 20 == 0:
                recorder.flush()
        recorder.close()


def test_any_sqlcipher_4_program_opens_the_file_with_the_passphrase(tmp_path: Path) -> None:
    """With the passphrase and SQLCipher's defaults alone, so nobody depends on this app."""
    path = tmp_path / "l"
    Library.open(path, passphrase_key('it\'s a "secret"')).close()
    connection = dbapi2.connect(path)
    connection.execute("PRAGMA key = 'it''s a \"secret\"'")
    assert connection.execute("SELECT count(*) FROM sessions").fetchone() == (0,)
    assert connection.execute("PRAGMA application_id").fetchone() == (0x42494F46,)
    connection.close()


def test_a_passphrase_that_looks_like_a_raw_key_is_a_passphrase(tmp_path: Path) -> None:
    """SQLCipher itself would take x'…' for a key; a NUL would end it."""
    for index, passphrase in enumerate((f"x'{'ab' * 32}'", "a\0b")):
        Library.open(tmp_path / str(index), passphrase_key(passphrase)).close()
        Library.open(tmp_path / str(index), passphrase_key(passphrase), create=False).close()
        with pytest.raises(PassphraseError):
            Library.open(tmp_path / str(index), passphrase_key(passphrase[:1]))


def test_it_commits_durably_and_keeps_nothing_in_plain_temporary_files(tmp_path: Path) -> None:
    """WAL, FULL (2), temp_store MEMORY (2), secure_delete on: the settings promised."""
    store = Store(tmp_path / "l", KEY)
    store.open(create=True)
    settings = {
        name: store.rows(f"PRAGMA {name}")[0][0]
        for name in ("journal_mode", "synchronous", "temp_store", "secure_delete", "foreign_keys")
    }
    store.close()
    assert settings == {
        "journal_mode": "wal",
        "synchronous": 2,
        "temp_store": 2,
        "secure_delete": 1,
        "foreign_keys": 1,
    }


def test_a_wrong_passphrase_is_refused_and_changes_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "own" / "l"
    recorded(path)
    before = path.read_bytes()
    with pytest.raises(PassphraseError, match="does not open"):
        Library.open(path, passphrase_key("wrong"))
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == ["l"]
    assert capfd.readouterr() == ("", "")


def test_a_wrong_passphrase_leaves_the_log_of_a_killed_recording_alone(tmp_path: Path) -> None:
    path = tmp_path / "l"
    copy = tmp_path / "copy"
    with Library.open(path, KEY) as library:
        recorder = begin(library)
        recorder.put(one_of_each()[0])
        recorder.flush()
        copy.write_bytes(path.read_bytes())
        log = tmp_path / "copy-wal"
        log.write_bytes((tmp_path / "l-wal").read_bytes())
        recorder.close()
    with pytest.raises(PassphraseError):
        Library.open(copy, passphrase_key("wrong"))
    assert log.stat().st_size > 0
    with Library.open(copy, KEY, create=False) as library:
        assert library.load(library.sessions()[0].session_id).count(type(one_of_each()[0])) == 1


def test_a_damaged_first_page_is_not_taken_for_a_wrong_passphrase(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Nobody should believe to have forgotten a passphrase that is right."""
    path = tmp_path / "l"
    recorded(path)
    flip(path, 1)
    with pytest.raises(LibraryDamagedError, match="damaged"):
        Library.open(path, KEY)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("content", [b"short", b"x" * 9000, b"SQLite format 3\0" + bytes(4080)])
def test_a_file_of_something_else_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "l"
    path.write_bytes(content)
    with pytest.raises((LibraryDamagedError, PassphraseError), match="library of this app"):
        Library.open(path, KEY)
    assert path.read_bytes() == content


def test_a_library_that_is_not_there_is_told_and_not_made(tmp_path: Path) -> None:
    path = tmp_path / "none" / "l"
    with pytest.raises(LibraryUnavailableError, match="no library"):
        Library.open(path, KEY, create=False)
    assert not path.parent.exists()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LibraryUnavailableError, match="cannot be reached"):
        Library.open(tmp_path / "file" / "l", KEY)


def test_a_folder_stands_for_the_library_in_it(tmp_path: Path) -> None:
    with Library.open(tmp_path, KEY) as library:
        assert library.path == tmp_path / "library.biofeedback"


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    with Library.open(tmp_path / "new" / "l", KEY):
        for file in (tmp_path / "new").iterdir():
            assert file.stat().st_mode & 0o077 == 0
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0


def test_a_half_made_file_is_finished(tmp_path: Path) -> None:
    """Killed between making the file and its first page."""
    (tmp_path / "l").touch()
    with Library.open(tmp_path / "l", KEY) as library:
        assert library.sessions() == ()


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    library = Library.open(tmp_path / "l", KEY)
    library.close()
    library.close()
    with pytest.raises(LibraryUnavailableError, match="closed"):
        library.sessions()


def test_a_failed_transaction_leaves_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path / "l", KEY)
    store.open(create=True)
    with pytest.raises(RuntimeError), store.transaction() as connection:
        connection.execute("CREATE TABLE extra (a)")
        raise RuntimeError
    assert store.rows("SELECT 1 FROM sqlite_schema WHERE name = 'extra'") == []
    store.close()


def test_two_that_make_the_library_at_once_both_get_it(tmp_path: Path) -> None:
    """With a passphrase, whose key depends on the file's salt: both must take the same one."""
    start = threading.Barrier(2)
    opened: list[Library] = []
    path = tmp_path / "l"

    def make() -> None:
        start.wait()
        opened.append(Library.open(path, passphrase_key("p")))

    threads = [threading.Thread(target=make) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 2
    begin(opened[0]).close()
    assert len(opened[1].sessions()) == 1
    for library in opened:
        library.close()
