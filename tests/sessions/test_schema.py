from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest
from sqlcipher3 import dbapi2

from biofeedback.errors import LibraryDamagedError, LibraryTooNewError
from biofeedback.sessions.keys import passphrase_key
from biofeedback.sessions.library import Library
from biofeedback.sessions.store import Store
from sessions.made_up import KEY

if TYPE_CHECKING:
    from pathlib import Path


def test_a_plain_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "l"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (a)")
    connection.close()
    with pytest.raises(LibraryDamagedError, match="not a library"):
        Library.open(path, KEY)


def test_an_encrypted_database_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "l"
    connection = dbapi2.connect(path)
    connection.execute("PRAGMA key = 'p'")
    connection.execute("CREATE TABLE t (a)")
    connection.commit()
    connection.close()
    with pytest.raises(LibraryDamagedError, match="not a library"):
        Library.open(path, passphrase_key("p"))


def test_a_newer_library_is_refused_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "l"
    store = Store(path, KEY)
    store.open(create=True)
    store.rows("PRAGMA user_version = 99")
    store.close()
    before = path.read_bytes()
    with pytest.raises(LibraryTooNewError, match="newer version"):
        Library.open(path, KEY)
    assert path.read_bytes() == before
