"""The library's tables, and the steps that lead to them from any earlier version."""

from __future__ import annotations

from typing import Any

from biofeedback.errors import LibraryDamagedError, LibraryTooNewError

__all__ = ["NOT_OURS", "migrate"]

NOT_OURS = "This file is not a library of this app, or it is badly damaged."

_APPLICATION_ID = 0x42494F46  # "BIOF"

# How many have been taken is the file's user_version. Never edited, only added to.
_MIGRATIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "sessions, their streams, and blocks of events",
        (
            """
            CREATE TABLE sessions (
                session_no  INTEGER PRIMARY KEY AUTOINCREMENT,
                session_id  TEXT    NOT NULL UNIQUE,
                started_utc TEXT    NOT NULL,
                guide       TEXT    NOT NULL,
                plan        BLOB    NOT NULL,
                sensors     BLOB    NOT NULL,
                app_version TEXT    NOT NULL,
                note        TEXT    NOT NULL DEFAULT '',
                is_complete INTEGER NOT NULL DEFAULT 0,
                duration_s  REAL    NOT NULL DEFAULT 0,
                first_seq   INTEGER NOT NULL DEFAULT 0,
                n_events    INTEGER NOT NULL DEFAULT 0,
                n_beats     INTEGER NOT NULL DEFAULT 0
            ) STRICT
            """,
            """
            CREATE TABLE streams (
                stream_no  INTEGER PRIMARY KEY,
                session_no INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE,
                kind       TEXT    NOT NULL,
                header     BLOB    NOT NULL,
                UNIQUE (session_no, kind, header)
            ) STRICT
            """,
            """
            CREATE TABLE blocks (
                block_no  INTEGER PRIMARY KEY,
                stream_no INTEGER NOT NULL REFERENCES streams ON DELETE CASCADE,
                first_seq INTEGER NOT NULL,
                last_seq  INTEGER NOT NULL,
                n_events  INTEGER NOT NULL,
                start_s   REAL    NOT NULL,
                end_s     REAL    NOT NULL,
                payload   BLOB    NOT NULL
            ) STRICT
            """,
            "CREATE UNIQUE INDEX blocks_in_order ON blocks (stream_no, last_seq)",
        ),
    ),
    (
        "what is usual for a person",
        (
            """
            CREATE TABLE baselines (
                baseline_no  INTEGER PRIMARY KEY AUTOINCREMENT,
                person       TEXT    NOT NULL,
                measured_utc TEXT    NOT NULL,
                numbers      BLOB    NOT NULL
            ) STRICT
            """,
            "CREATE INDEX baselines_of_person ON baselines (person, measured_utc)",
        ),
    ),
    (
        "what a person said afterwards, and the pace at which their heart swings widest",
        (
            # 0x80 is an empty map.
            "ALTER TABLE sessions ADD COLUMN answers BLOB NOT NULL DEFAULT x'80'",
            """
            CREATE TABLE resonances (
                resonance_no INTEGER PRIMARY KEY AUTOINCREMENT,
                person       TEXT    NOT NULL,
                measured_utc TEXT    NOT NULL,
                numbers      BLOB    NOT NULL
            ) STRICT
            """,
            "CREATE INDEX resonances_of_person ON resonances (person, measured_utc)",
        ),
    ),
)


def migrate(connection: Any) -> None:  # noqa: ANN401 - untyped module
    """Bring an open library to the newest version, in one transaction.

    Raises
    ------
    LibraryTooNewError
        If a newer version of the app wrote it. Nothing is changed.
    LibraryDamagedError
        If it is a database of something else.
    """
    if _version(connection) == len(_MIGRATIONS):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Asked again within, now that no other process can be doing the same.
        _take_steps(connection, _version(connection))
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _version(connection: Any) -> int:  # noqa: ANN401 - untyped module
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def _take_steps(connection: Any, version: int) -> None:  # noqa: ANN401 - untyped module
    if version > len(_MIGRATIONS):
        msg = (
            "This library was written by a newer version of the app. "
            "Please update the app to open it; nothing was changed."
        )
        raise LibraryTooNewError(msg)
    (n_tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if version == 0 and n_tables > 0:
        raise LibraryDamagedError(NOT_OURS)
    for _name, statements in _MIGRATIONS[version:]:
        for statement in statements:
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {len(_MIGRATIONS)}")
    connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
