"""One connection to the library's encrypted file, and the only door to SQLCipher.

Every error leaves here in words (`biofeedback.errors`). The file is opened with the defaults
of SQLCipher 4, a write-ahead log and ``synchronous=FULL``: what is committed survives a
kill and a power cut. Log and file are encrypted alike; temporary tables stay in memory.
"""

from __future__ import annotations

import os
import secrets
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from biofeedback.errors import (
    LibraryDamagedError,
    LibraryError,
    LibraryUnavailableError,
    PassphraseError,
)
from biofeedback.sessions.keys import library_file
from biofeedback.sessions.pages import SALT_BYTES, any_page_fits
from biofeedback.sessions.schema import NOT_OURS, migrate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from biofeedback.sessions.keys import Key

__all__ = ["Store"]

# How long a commit waits for another connection's; each takes a few milliseconds.
_BUSY_S = 2.0
_PLAIN_HEADER = b"SQLite format 3\0"

_FULL = "The disk is full. Please free some space."
_BUSY = "The library is in use by another program just now. Please try again in a moment."
_DAMAGED = "A part of the library is damaged and cannot be read."
# By SQLite's primary result code, https://www.sqlite.org/rescode.html.
_WORDS: dict[int, tuple[type[LibraryError], str]] = {
    3: (LibraryUnavailableError, "The system does not allow access to the library."),
    5: (LibraryUnavailableError, _BUSY),
    6: (LibraryUnavailableError, _BUSY),
    8: (LibraryUnavailableError, "The library is read-only and nothing can be saved in it."),
    10: (LibraryUnavailableError, "The disk with the library does not answer as it should."),
    11: (LibraryDamagedError, _DAMAGED),
    13: (LibraryUnavailableError, _FULL),
    14: (LibraryUnavailableError, "The library's file or folder cannot be opened."),
    26: (LibraryDamagedError, _DAMAGED),
}


def _sqlcipher() -> Any:  # noqa: ANN401 - the module publishes no types
    # Imported when first used, so that a window or a help text does not wait for it.
    from sqlcipher3 import dbapi2  # noqa: PLC0415, TID251 - this is the one door to the library

    return dbapi2


@contextmanager
def _in_words() -> Iterator[None]:
    """Turn errors of the file and of SQLCipher into sentences."""
    try:
        yield
    except _sqlcipher().Error as error:
        code = getattr(error, "sqlite_errorcode", 1) & 0xFF
        if code not in _WORDS:
            raise
        kind, words = _WORDS[code]
        raise kind(words) from error
    except OSError as error:
        msg = f"The library cannot be reached: {error.strerror or 'the disk does not answer'}."
        raise LibraryUnavailableError(msg) from error


class Store:
    """One connection, for any thread; each use holds its lock.

    A file that was moved, deleted or replaced under an open connection is noticed before and
    after every transaction: SQLite would go on writing to a file that nobody can find again.

    Parameters
    ----------
    path
        The library's file, or a folder for the usual name in it.
    key
        What opens it.
    """

    def __init__(self, path: Path, key: Key) -> None:
        self.path = library_file(path)
        self._key = key
        self._derived: dict[bytes, bytes] = {}
        self._lock = threading.RLock()
        self._connection: Any = None
        self._identity: tuple[int, int] | None = None
        self._is_closed = False

    def __repr__(self) -> str:
        return f"Store({self.path.name!r})"

    @property
    def identity(self) -> tuple[int, int] | None:
        """Device and number of the file that is open."""
        return self._identity

    def twin(self) -> Store:
        """Return a second store on the same file, not opened yet; the key is derived already."""
        other = Store(self.path, self._key)
        other._derived = self._derived.copy()
        other._identity = self._identity
        return other

    def open(self, *, create: bool = False) -> None:
        """Open the file, bring its schema up to date, and make it first if asked to.

        Raises
        ------
        PassphraseError
            If the key does not fit. The file is untouched.
        LibraryUnavailableError
            If it is not there, or cannot be opened or written.
        LibraryTooNewError
            If a newer version of the app wrote it.
        LibraryDamagedError
            If it cannot be read, or is no library.
        """
        with self._lock, _in_words():
            self._is_closed = False
            self._disconnect()
            if create:
                self._make_file()
            salt = self._salt(create=create)
            try:
                self._connect(salt)
            except (LibraryDamagedError, PassphraseError):
                # Another process may have made the file after its salt was looked up.
                if not create or (now := self._salt(create=True)) == salt:
                    raise
                self._connect(now)

    def rows(
        self, sql: str, parameters: Sequence[object] | Mapping[str, object] = ()
    ) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        with self._lock, _in_words():
            self._ensure_open()
            result: list[tuple[Any, ...]] = self._connection.execute(sql, parameters).fetchall()
            return result

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        """Give a connection within one transaction: committed at the end, or as it was before.

        Raises
        ------
        LibraryUnavailableError
            If the file cannot be written, or was moved while it was written.
        """
        with self._lock, _in_words():
            self._ensure_open()
            connection = self._connection
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                # Fails when SQLite has rolled back by itself; the first error counts.
                with suppress(_sqlcipher().Error):
                    connection.execute("ROLLBACK")
                raise
            if self._has_moved():
                self._disconnect()
                self._raise_gone()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let all `rows` within see the library as it is at the first of them."""
        with self._lock, _in_words():
            self._ensure_open()
            connection = self._connection
            connection.execute("BEGIN")
            try:
                yield
            finally:
                with suppress(_sqlcipher().Error):
                    connection.execute("ROLLBACK")

    def close(self) -> None:
        """Let go of the file; whatever is asked afterwards is refused."""
        with self._lock:
            self._is_closed = True
            self._disconnect()

    def disconnect(self) -> None:
        """Let go of the file until it is needed next, which may find it mended."""
        with self._lock:
            self._disconnect()

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(_sqlcipher().Error):
                connection.close()

    def _ensure_open(self) -> None:
        if self._is_closed:
            msg = "The library is closed. Please open it again."
            raise LibraryUnavailableError(msg)
        if self._connection is not None and self._has_moved():
            self._disconnect()
        if self._connection is None:
            self._connect(self._salt(create=False))

    def _has_moved(self) -> bool:
        try:
            stat = self.path.stat()
            # The log exists for as long as a connection that has written is open.
            log_is_gone = self._connection is not None and not self._log.exists()
        except OSError:
            return True
        return log_is_gone or (stat.st_dev, stat.st_ino) != self._identity

    @property
    def _log(self) -> Path:
        return self.path.with_name(self.path.name + "-wal")

    def _raise_gone(self) -> None:
        msg = (
            f"The library {self.path} is not there any more. "
            "Please put it back, or connect the disk on which it is."
        )
        raise LibraryUnavailableError(msg)

    def _make_file(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # SQLite gives the log the permissions of the file: for its owner alone.
        with suppress(FileExistsError):
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))

    def _salt(self, *, create: bool) -> bytes:
        try:
            with self.path.open("rb") as file:
                start = file.read(SALT_BYTES)
        except FileNotFoundError:
            if self._identity is not None:
                self._raise_gone()
            start = b""
        if not start and not create:
            msg = (
                f"There is no library at {self.path}. It is made when a first session is recorded."
            )
            raise LibraryUnavailableError(msg)
        if not start:
            return secrets.token_bytes(SALT_BYTES)
        if len(start) < SALT_BYTES or start == _PLAIN_HEADER:
            raise LibraryDamagedError(NOT_OURS)
        return start

    def _connect(self, salt: bytes) -> None:
        key = self._derived.get(salt)
        if key is None:
            key = self._derived[salt] = self._key.derived(salt)
        if self.path.stat().st_size > 0 and not any_page_fits(self.path, key):
            msg = (
                "This passphrase does not open the library. Please try again. "
                "If you are sure of it, the file may be damaged or no library of this app."
            )
            raise PassphraseError(msg)
        stat = self.path.stat()
        with _in_words():
            # mode=rw: a file that vanished in between is an error, not a new library.
            connection = _sqlcipher().connect(
                f"{self.path.as_uri()}?mode=rw",
                uri=True,
                isolation_level=None,
                check_same_thread=False,
                timeout=_BUSY_S,
            )
            try:
                self._set_up(connection, key, salt)
                migrate(connection)
            except BaseException:
                connection.close()
                raise
        self._connection = connection
        self._identity = (stat.st_dev, stat.st_ino)

    @staticmethod
    def _set_up(connection: Any, key: bytes, salt: bytes) -> None:  # noqa: ANN401 - untyped module
        # SQLCipher would write its own lines on stderr, beside our words.
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key.hex()}{salt.hex()}'\"")
        connection.execute("PRAGMA temp_store = MEMORY")
        # Only before the first page; later it would write to a file that may not be ours.
        if connection.execute("PRAGMA page_count").fetchone() == (0,):
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        if connection.execute("PRAGMA journal_mode = WAL").fetchone() != ("wal",):
            msg = (
                "This disk cannot keep a library safely. "
                "Please choose a folder on a disk of this computer."
            )
            raise LibraryUnavailableError(msg)
        connection.execute("PRAGMA synchronous = FULL")
        # macOS alone needs this for the disk's own cache.
        connection.execute("PRAGMA fullfsync = ON")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")
