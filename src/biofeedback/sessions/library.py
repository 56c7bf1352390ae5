"""The library: every recorded session, in one encrypted file.

The file is SQLCipher 4; `store` opens it, `blocks` says what is in it, `recorder` fills it.
Opening derives the key, which takes about 0.3 s: not on the window's thread.
"""

from __future__ import annotations

import secrets
import threading
from contextlib import suppress
from datetime import UTC
from typing import TYPE_CHECKING, Any, Self

import msgspec

from biofeedback import __version__
from biofeedback.errors import LibraryUnavailableError, SessionNotFoundError
from biofeedback.sessions.baselines import Baselines
from biofeedback.sessions.recorded_session import (
    RecordedSensor,
    RecordedSession,
    SensorRow,
    SessionRow,
    session_rows,
)
from biofeedback.sessions.recorder import Recorder, SessionHeader
from biofeedback.sessions.resonances import Resonances
from biofeedback.sessions.store import Store
from biofeedback.sessions.verification import Finding, verify_library

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from biofeedback.sessions.keys import Key

__all__ = ["Finding", "Library", "RecordedSensor", "RecordedSession", "SensorRow", "SessionRow"]

_ID_BYTES = 4


class Library:
    """All recorded sessions. Any thread may use it; close it when done, or use ``with``."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._recorders: dict[str, Recorder] = {}

    @classmethod
    def open(cls, path: Path, key: Key, *, create: bool = True) -> Library:
        """Open the library, or make it.

        Parameters
        ----------
        path
            Its file; for a folder that exists, ``library.biofeedback`` in it.
        key
            From `biofeedback.sessions.keys`.
        create
            Make it, with its folder, when there is none.

        Raises
        ------
        PassphraseError
            If the key does not fit; nothing was changed.
        LibraryUnavailableError
            If there is none and it is not to be made, or it cannot be opened or written.
        LibraryTooNewError
            If a newer version of the app wrote it.
        LibraryDamagedError
            If it cannot be read.
        """
        store = Store(path, key)
        store.open(create=create)
        return cls(store)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    @property
    def path(self) -> Path:
        """The library's file."""
        return self._store.path

    @property
    def baselines(self) -> Baselines:
        """What is usual for each person, kept in the same file."""
        return Baselines(self._store)

    @property
    def resonances(self) -> Resonances:
        """At which pace each person's heart was found to swing widest."""
        return Resonances(self._store)

    def sessions(self) -> tuple[SessionRow, ...]:
        """Return all sessions, newest first."""
        rows = session_rows(self._store, "ORDER BY started_utc DESC, session_no DESC")
        return tuple(row[1] for row in rows)

    def find(self, id_or_beginning: str) -> SessionRow:
        """Return the one session whose id begins like this.

        Raises
        ------
        SessionNotFoundError
            If none does, or several do.
        """
        row: SessionRow = self._found(id_or_beginning)[1]
        return row

    def load(self, session_id: str) -> RecordedSession:
        """Return a session to be read; the beginning of its id will do.

        Raises
        ------
        SessionNotFoundError
            If there is none, or several begin so.
        """
        return RecordedSession(self._store, *self._found(session_id))

    def record(
        self,
        started_utc: datetime,
        *,
        guide: str,
        plan: Mapping[str, float | str],
        sensors: Sequence[SensorRow],
    ) -> Recorder:
        """Begin a session and return its recorder.

        Parameters
        ----------
        started_utc
            Wall time of session time 0, with its time zone.
        guide
            Name of the guide, or empty.
        plan
            What the person chose, kept for the record.
        sensors
            Which sensors take part, in the order in which they were chosen.

        Raises
        ------
        LibraryUnavailableError
            If nothing can be written just now.
        ValueError
            If the time has no zone.
        """
        if started_utc.tzinfo is None:
            msg = "started_utc needs a time zone"
            raise ValueError(msg)
        kept = [RecordedSensor.of(sensor) for sensor in sensors]
        with self._store.transaction() as connection:
            header = SessionHeader(
                session_id=_new_id(connection),
                # Of one length, so that they sort as text.
                started_utc=started_utc.astimezone(UTC).isoformat(timespec="microseconds"),
                guide=guide,
                plan=msgspec.msgpack.encode(dict(plan)),
                sensors=msgspec.msgpack.encode(kept),
                app_version=__version__,
            )
            header.insert(connection)
        with self._lock:
            recorder = Recorder(
                self._store.twin(),
                self._store.identity,
                header,
                lambda: self._forget(header.session_id),
            )
            self._recorders[header.session_id] = recorder
        return recorder

    def verify(self, session_id: str | None = None) -> tuple[Finding, ...]:
        """Check the whole file, and the events of all sessions or of one; empty when all is well.

        Raises
        ------
        SessionNotFoundError
            If there is no such session.
        """
        if session_id is not None:
            session_id = self.find(session_id).session_id
        return verify_library(self._store, session_id)

    def delete(self, session_id: str) -> None:
        """Remove a session for good: its bytes are overwritten and the space is given back.

        Raises
        ------
        SessionNotFoundError
            If there is none, or several begin so.
        LibraryUnavailableError
            If it is being recorded, or the library cannot be written.
        """
        number, row, *_ = self._found(session_id)
        with self._lock:
            is_recording = row.session_id in self._recorders
        if is_recording:
            msg = "This session is being recorded. Please end it first."
            raise LibraryUnavailableError(msg)
        with self._store.transaction() as connection:
            connection.execute("DELETE FROM sessions WHERE session_no = ?", (number,))
        # What was deleted is in the log too, until the log is emptied. Where that cannot be done
        # just now, the next commit or the last close does it: the session is gone in any case.
        with suppress(LibraryUnavailableError):
            self._store.rows("PRAGMA incremental_vacuum")
            self._store.rows("PRAGMA wal_checkpoint(TRUNCATE)")

    def add_note(self, session_id: str, text: str) -> None:
        """Add a paragraph to what is written about a session; blank text adds nothing.

        Raises
        ------
        SessionNotFoundError
            If there is none, or several begin so.
        """
        number = self._found(session_id)[0]
        text = text.strip()
        if not text:
            return
        with self._store.transaction() as connection:
            connection.execute(
                "UPDATE sessions SET note = "
                "CASE note WHEN '' THEN :text ELSE note || char(10) || :text END "
                "WHERE session_no = :number",
                {"text": text, "number": number},
            )

    def keep_answers(self, session_id: str, answers: Mapping[str, float | str]) -> None:
        """Keep what a person said after a session, in place of what was kept of it before.

        Parameters
        ----------
        session_id
            Which; the beginning of its id will do.
        answers
            By the question's word: a word, or points from 0 to 10.

        Raises
        ------
        SessionNotFoundError
            If there is none, or several begin so.
        """
        number = self._found(session_id)[0]
        with self._store.transaction() as connection:
            connection.execute(
                "UPDATE sessions SET answers = ? WHERE session_no = ?",
                (msgspec.msgpack.encode(dict(answers)), number),
            )

    def answers(self, session_id: str) -> dict[str, float | str]:
        """Return what a person said after a session; empty where nothing was said.

        Raises
        ------
        SessionNotFoundError
            If there is none, or several begin so.
        LibraryDamagedError
            If it cannot be read.
        """
        _, row, *_ = self._found(session_id)
        return dict(row.answers)

    def close(self) -> None:
        """End what is being recorded, and let go of the file."""
        with self._lock:
            recorders = list(self._recorders.values())
        for recorder in recorders:
            recorder.close()
        self._store.close()

    def _found(self, id_or_beginning: str) -> tuple[Any, ...]:
        beginning = id_or_beginning.strip().lower()
        rows = session_rows(
            self._store, "WHERE substr(session_id, 1, ?) = ?", (len(beginning), beginning)
        )
        if not beginning or not rows:
            msg = "There is no session with that id. `sessions list` shows those there are."
            raise SessionNotFoundError(msg)
        if len(rows) > 1:
            msg = f"{len(rows)} sessions begin with that id. Please give more of it."
            raise SessionNotFoundError(msg)
        found: tuple[Any, ...] = rows[0]
        return found

    def _forget(self, session_id: str) -> None:
        with self._lock:
            self._recorders.pop(session_id, None)


def _new_id(connection: Any) -> str:  # noqa: ANN401 - untyped module
    while True:
        session_id = secrets.token_hex(_ID_BYTES)
        taken = connection.execute(
            "SELECT 1 FROM sessions WHERE session_id = ?", (session_id,)
        ).fetchone()
        if taken is None:
            return session_id
