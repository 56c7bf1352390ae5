"""Checking a library from the bytes on disk up to the last event."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from biofeedback.errors import LibraryDamagedError, LibraryUnavailableError
from biofeedback.sessions.blocks import decoder
from biofeedback.sessions.recorded_session import session_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from biofeedback.sessions.store import Store

__all__ = ["Finding", "verify_library"]

_RESTORE = " If there is a backup copy of the library, please use that."


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be, in plain words.

    ``session_id`` is empty where it concerns the whole library.
    """

    session_id: str
    message: str


def verify_library(store: Store, session_id: str | None = None) -> tuple[Finding, ...]:
    """Check the seal of every page, SQLite's own structure, and each event of each session.

    Parameters
    ----------
    store
        The open library.
    session_id
        Check the events of this session alone; pages and structure are checked in any case.

    Returns
    -------
    tuple of Finding
        Empty when all is well.
    """
    return (*_check_pages(store), *_check_structure(store), *_check_sessions(store, session_id))


def _check_pages(store: Store) -> Iterator[Finding]:
    # The check reads the file alone, so what is still in the log goes there first. On a full
    # disk it stays in the log, where reading the sessions checks it.
    with suppress(LibraryUnavailableError):
        store.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    n_bad = len(store.rows("PRAGMA cipher_integrity_check"))
    if n_bad:
        # A page that is being written this moment looks damaged; real damage stays.
        n_bad = len(store.rows("PRAGMA cipher_integrity_check"))
    if n_bad:
        pages = "page is" if n_bad == 1 else "pages are"
        yield Finding("", f"{n_bad} {pages} not as written, in the library's file.{_RESTORE}")


def _check_structure(store: Store) -> Iterator[Finding]:
    try:
        is_well = store.rows("PRAGMA integrity_check") == [("ok",)]
        is_well = is_well and not store.rows("PRAGMA foreign_key_check")
    except LibraryDamagedError:
        is_well = False
    if not is_well:
        yield Finding("", f"The library's inner order is damaged.{_RESTORE}")


def _check_sessions(store: Store, session_id: str | None) -> Iterator[Finding]:
    try:
        names = store.rows(
            "SELECT session_id FROM sessions WHERE :id IS NULL OR session_id = :id",
            {"id": session_id},
        )
    except LibraryDamagedError:
        yield Finding("", "The list of sessions cannot be read.")
        return
    for (name,) in names:
        try:
            # One snapshot, because a session that is being recorded grows meanwhile.
            with store.snapshot():
                messages = list(_check_session(store, name))
        except LibraryDamagedError as error:
            messages = [str(error)]
        yield from (Finding(name, message) for message in messages)


def _check_session(store: Store, session_id: str) -> Iterator[str]:
    ((number, first_seq, n_events),) = store.rows(
        "SELECT session_no, first_seq, n_events FROM sessions WHERE session_id = ?", (session_id,)
    )
    session_rows(store, "WHERE session_id = ?", (session_id,))
    is_seen = bytearray(n_events)
    n_unreadable = n_miscounted = n_foreign = 0
    for stream_no, kind, header in store.rows(
        "SELECT stream_no, kind, header FROM streams WHERE session_no = ?", (number,)
    ):
        for (block_no,) in store.rows(
            "SELECT block_no FROM blocks WHERE stream_no = ? ORDER BY last_seq", (stream_no,)
        ):
            try:
                ((payload, n_there, first, last),) = store.rows(
                    "SELECT payload, n_events, first_seq, last_seq FROM blocks WHERE block_no = ?",
                    (block_no,),
                )
                seqs = [seq for seq, _event in decoder(kind, header)(payload)]
            except Exception:  # noqa: BLE001 - however it is damaged, it is one finding
                n_unreadable += 1
                continue
            n_miscounted += len(seqs) != n_there or not seqs or (seqs[0], seqs[-1]) != (first, last)
            for seq in seqs:
                place = seq - first_seq
                if 0 <= place < n_events and not is_seen[place]:
                    is_seen[place] = 1
                else:
                    n_foreign += 1
    if n_unreadable:
        yield f"{_parts(n_unreadable)} of session {session_id} cannot be read."
    if n_miscounted:
        yield f"{_parts(n_miscounted)} of session {session_id} hold more or less than they should."
    if n_foreign:
        yield f"Session {session_id} has events that are there twice or do not belong to it."
    if not all(is_seen) and not n_unreadable:
        yield f"Session {session_id} has a hole: {is_seen.count(0)} events are missing."


def _parts(count: int) -> str:
    return "1 part" if count == 1 else f"{count} parts"
