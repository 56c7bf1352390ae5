"""What is kept of a person beside sessions: packed values with a time, row by row, in one table."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC
from typing import TYPE_CHECKING, Literal

from biofeedback.errors import LibraryUnavailableError

if TYPE_CHECKING:
    from datetime import datetime

    from biofeedback.sessions.store import Store

__all__ = ["KeptRows"]


class KeptRows:
    """The rows of one table. Errors are those of `biofeedback.sessions.store.Store`.

    Parameters
    ----------
    store
        The library's, open.
    table
        Its name.
    """

    def __init__(self, store: Store, table: Literal["baselines", "resonances"]) -> None:
        self._store = store
        self._table = table

    def add(self, packed: bytes, measured_utc: datetime, person: str) -> None:
        """Keep values.

        Raises
        ------
        LibraryUnavailableError
            If nothing can be written just now.
        ValueError
            If the time has no zone.
        """
        if measured_utc.tzinfo is None:
            msg = "measured_utc needs a time zone"
            raise ValueError(msg)
        # Of one length, so that they sort as text.
        written_utc = measured_utc.astimezone(UTC).isoformat(timespec="microseconds")
        with self._store.transaction() as connection:
            connection.execute(
                f"INSERT INTO {self._table} (person, measured_utc, numbers) "  # noqa: S608 - a name of ours
                "VALUES (?, ?, ?)",
                (person, written_utc, packed),
            )

    def of(self, person: str) -> list[tuple[int, str, bytes]]:
        """Return number, time and values of each row of a person, oldest first."""
        rows = self._store.rows(
            f"SELECT rowid, measured_utc, numbers FROM {self._table} WHERE person = ? "  # noqa: S608 - a name of ours
            "ORDER BY measured_utc, rowid",
            (person,),
        )
        return [(int(number), written_utc, packed) for number, written_utc, packed in rows]

    def forget(self, person: str, number: int | None) -> int:
        """Remove a person's rows for good, or one of them; return how many there were.

        Raises
        ------
        LibraryUnavailableError
            If the library cannot be written.
        """
        with self._store.transaction() as connection:
            removed = connection.execute(
                f"DELETE FROM {self._table} WHERE person = :person "  # noqa: S608 - a name of ours
                "AND (:number IS NULL OR rowid = :number)",
                {"person": person, "number": number},
            ).rowcount
        # What was removed is in the log too, until the log is emptied; where that cannot be done
        # just now, the next commit or the last close does it.
        with suppress(LibraryUnavailableError):
            self._store.rows("PRAGMA incremental_vacuum")
            self._store.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        return int(removed)
