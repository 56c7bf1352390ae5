"""The recorder: takes every event at once, and saves them on a thread of its own.

`Recorder.put` appends to a queue and returns. The writer thread wakes twice a second, packs
what has come and commits it; so no more than the last second is ever at risk. When the library
cannot be written the session goes on: events wait in memory, the status says so in words, and
saving is tried again each time.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import msgspec

from biofeedback.errors import LibraryError
from biofeedback.samples import Beat, Marker, MarkerKind
from biofeedback.sessions.blocks import encode_blocks, event_time_s
from biofeedback.sessions.recorded_session import RecordedSensor

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from biofeedback.samples import Event
    from biofeedback.sessions.blocks import Block
    from biofeedback.sessions.recorded_session import SensorRow
    from biofeedback.sessions.store import Store

__all__ = ["MAX_QUEUED", "MAX_UNSAVED_BYTES", "Recorder", "RecorderStatus", "SessionHeader"]

# Half a second, so that with a slow commit on a busy computer a second is the most to be lost.
COMMIT_EVERY_S: Final = 0.5
# While the library cannot be written: less often, for fewer and larger blocks in memory.
RETRY_EVERY_S: Final = 2.0
# What may wait in memory meanwhile: about four hours of two sensors.
MAX_UNSAVED_BYTES: Final = 64 * 2**20
# What a block takes in memory beside its payload.
_BLOCK_BYTES: Final = 512
# Events that may wait for a writer stuck in a disk that does not answer.
MAX_QUEUED: Final = 200_000
# How often and how long `close` tries when the library cannot be written.
_CLOSING_TRIES: Final = 8
_CLOSING_WAIT_S: Final = 0.25
# A disk that never answers must not keep the app from ending.
_GIVE_UP_S: Final = 30.0

_ENDED = " The last part of the session could not be saved."
_GOES_ON = " The session goes on, and is kept in memory until it can be saved."
_FULL_MEMORY = " The session goes on, but what happens now cannot be kept any more."
_DELETED = "This session was deleted from the library, so nothing more of it is saved."

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RecorderStatus:
    """How a recording is doing.

    Parameters
    ----------
    is_saving
        False while the library cannot be written.
    saved_until_s
        Session time of the latest event on disk, seconds.
    message
        When not saving, what is wrong and what to do, in plain words; else empty.
    """

    is_saving: bool
    saved_until_s: float
    message: str = ""


@dataclass(frozen=True, slots=True)
class SessionHeader:
    """What is known of a session before it begins, as it is stored."""

    session_id: str
    started_utc: str
    guide: str
    plan: bytes
    sensors: bytes
    app_version: str

    def insert(self, connection: Any, *, first_seq: int = 0) -> int:  # noqa: ANN401 - untyped module
        """Store it in an open transaction; returns the session's number."""
        cursor = connection.execute(
            "INSERT INTO sessions "
            "(session_id, started_utc, guide, plan, sensors, app_version, first_seq) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                self.session_id,
                self.started_utc,
                self.guide,
                self.plan,
                self.sensors,
                self.app_version,
                first_seq,
            ),
        )
        return int(cursor.lastrowid)


class _SessionDeletedError(Exception):
    """The session's row is gone from the file it was in: someone deleted it."""


class Recorder:
    """Saves one session. Made by `Library.record`, which has stored the header.

    Parameters
    ----------
    store
        A connection of its own.
    home
        `Store.identity` of the file that holds the header.
    header
        The session's header, stored again if another file has taken the library's place.
    on_closed
        Called once, when nothing more will be saved.
    """

    def __init__(
        self,
        store: Store,
        home: tuple[int, int] | None,
        header: SessionHeader,
        on_closed: Callable[[], None],
    ) -> None:
        self.session_id = header.session_id
        self._store = store
        self._home = home
        self._header = header
        self._on_closed = on_closed
        self._status = RecorderStatus(is_saving=True, saved_until_s=0.0)

        self._queue: deque[Event] = deque()
        self._n_refused = 0
        self._is_closing = False
        self._has_given_up = False
        # Reentrant, so that a signal handler that asks for the end in mid-flush does not hang.
        self._turn = threading.Condition(threading.RLock())
        self._wake = threading.Event()
        self._n_asked = 0
        self._n_done = 0

        # The rest belongs to the writer thread.
        self._unsaved: list[Block] = []
        self._n_unsaved_bytes = 0
        self._next_seq = 0
        self._n_beats = 0
        self._beat_source: str | None = None
        self._latest_s = 0.0
        self._lost_from_s: float | None = None
        self._lost_until_s = 0.0
        self._is_deleted = False
        self._thread = threading.Thread(target=self._run, name="biofeedback-writer", daemon=True)
        self._thread.start()

    @property
    def status(self) -> RecorderStatus:
        """How it is doing, at this moment; from any thread."""
        return self._status

    def put(self, event: Event) -> None:
        """Take one event; from any thread, never waits, never raises."""
        if self._is_closing or len(self._queue) >= MAX_QUEUED:
            self._n_refused += 1
            return
        self._queue.append(event)

    def flush(self) -> bool:
        """Wait until what was put so far is saved, or one attempt has failed.

        Returns
        -------
        bool
            Whether all of it is saved.
        """
        with self._turn:
            self._n_asked += 1
            asked = self._n_asked
            self._wake.set()
            self._turn.wait_for(lambda: self._n_done >= asked or not self._thread.is_alive())
        return self._status.is_saving

    def close(self) -> None:
        """Save what is left and mark the session complete; returns when done or given up.

        If the library cannot be written for some seconds, what could not be saved is lost
        and `status` says why. A second call does nothing, nor waits for what was given up.
        """
        self._is_closing = True
        self._wake.set()
        self._thread.join(0.0 if self._has_given_up else _GIVE_UP_S)
        self._has_given_up = self._thread.is_alive()

    def add_sensor(self, sensor: SensorRow) -> None:
        """Name a sensor that came when the session had begun; from any thread."""
        with self._turn:
            known = msgspec.msgpack.decode(self._header.sensors, type=list[RecordedSensor])
            if any(other.sensor_id == sensor.sensor_id for other in known):
                return
            known.append(RecordedSensor.of(sensor))
            self._header = replace(self._header, sensors=msgspec.msgpack.encode(known))

    def _run(self) -> None:
        try:
            while not self._is_closing:
                self._wake.wait(COMMIT_EVERY_S if self._status.is_saving else RETRY_EVERY_S)
                self._wake.clear()
                self._turn_once()
            for _ in range(_CLOSING_TRIES):
                if self._turn_once(is_last=True) or self._is_deleted:
                    break
                # Nothing sets it again: a plain pause that needs no clock.
                self._wake.clear()
                self._wake.wait(_CLOSING_WAIT_S)
        finally:
            self._store.close()
            with self._turn:
                self._n_done = self._n_asked + 1
                self._turn.notify_all()
            self._on_closed()

    def _turn_once(self, *, is_last: bool = False) -> bool:
        """Pack and save what has come; True when everything is on disk."""
        with self._turn:
            asked = self._n_asked
        try:
            self._pack(self._drained())
            self._save(is_last=is_last)
        except Exception as error:  # noqa: BLE001 - the thread must live; the next turn may do
            # Without the traceback, whose last line may hold what was to be saved.
            _log.error("a turn of the recorder failed: %s", type(error).__name__)
            self._store.disconnect()
            self._report(f"The library could not be written.{self._outlook()}")
        with self._turn:
            self._n_done = max(self._n_done, asked)
            self._turn.notify_all()
        return self._status.is_saving

    def _drained(self) -> list[Event]:
        # As many as there are now: a faster producer must not keep the loop going for ever.
        events = [self._queue.popleft() for _ in range(len(self._queue))]
        if self._n_refused and not self._is_closing:
            n_refused, self._n_refused = self._n_refused, 0
            _log.warning("%d events found no place in the queue", n_refused)
            self._note_lost(events[-1:])
        return events

    def _note_lost(self, events: Sequence[Event]) -> None:
        if not events:
            return
        times_s = [event_time_s(event) for event in events]
        if self._lost_from_s is None:
            self._lost_from_s = min(times_s)
        self._lost_until_s = max(times_s)

    def _pack(self, events: list[Event]) -> None:
        if self._is_deleted or (not events and self._lost_from_s is None):
            return
        if self._n_unsaved_bytes >= MAX_UNSAVED_BYTES:
            self._note_lost(events)
            return
        if self._lost_from_s is not None:
            # The record itself says what it lacks.
            missing_s = max(self._lost_until_s - self._lost_from_s, 0.0)
            label = f"About {missing_s:.0f} s from here could not be saved."
            events.insert(0, Marker(self._lost_from_s, MarkerKind.NOTE, label))
            self._lost_from_s = None
        try:
            blocks = encode_blocks(events, self._next_seq)
        except Exception as error:  # noqa: BLE001 - whatever was put, the recording goes on
            _log.error("an event could not be packed: %s", type(error).__name__)
            events = [event for event in events if _can_be_packed(event)]
            blocks = encode_blocks(events, self._next_seq)
        for event in events:
            if isinstance(event, Beat):
                self._beat_source = self._beat_source or event.source
                self._n_beats += event.source == self._beat_source
        self._next_seq += len(events)
        self._unsaved += blocks
        self._n_unsaved_bytes += sum(len(block.payload) + _BLOCK_BYTES for block in blocks)

    def _save(self, *, is_last: bool) -> None:
        if self._is_deleted or (not self._unsaved and not is_last and self._status.is_saving):
            return
        latest_s = max([self._latest_s, *(block.end_s for block in self._unsaved)])
        try:
            with self._store.transaction() as connection:
                self._write(connection, latest_s, is_last=is_last)
        except LibraryError as error:
            # A new connection finds a file that was put back or mended.
            self._store.disconnect()
            self._report(f"{error}{self._outlook()}")
        except _SessionDeletedError:
            self._is_deleted = True
            self._unsaved = []
            self._n_unsaved_bytes = 0
            self._report(_DELETED)
        else:
            self._unsaved = []
            self._n_unsaved_bytes = 0
            self._n_beats = 0
            self._latest_s = latest_s
            if not self._status.is_saving:
                _log.warning("the recording is saved again")
            self._status = RecorderStatus(is_saving=True, saved_until_s=latest_s)

    def _outlook(self) -> str:
        if self._is_closing:
            return _ENDED
        return _FULL_MEMORY if self._n_unsaved_bytes >= MAX_UNSAVED_BYTES else _GOES_ON

    def _report(self, message: str) -> None:
        if self._status.is_saving:
            _log.warning("the recording cannot be saved just now")
        self._status = RecorderStatus(
            is_saving=False, saved_until_s=self._latest_s, message=message
        )

    def _write(self, connection: Any, latest_s: float, *, is_last: bool) -> None:  # noqa: ANN401 - untyped module
        session_no = self._session_no(connection)
        for block in self._unsaved:
            row = (session_no, block.kind, block.header)
            connection.execute(
                "INSERT OR IGNORE INTO streams (session_no, kind, header) VALUES (?, ?, ?)", row
            )
            (stream_no,) = connection.execute(
                "SELECT stream_no FROM streams WHERE session_no = ? AND kind = ? AND header = ?",
                row,
            ).fetchone()
            connection.execute(
                "INSERT INTO blocks "
                "(stream_no, first_seq, last_seq, n_events, start_s, end_s, payload) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    stream_no,
                    block.first_seq,
                    block.last_seq,
                    block.n_events,
                    block.start_s,
                    block.end_s,
                    block.payload,
                ),
            )
        connection.execute(
            "UPDATE sessions SET n_events = n_events + ?, n_beats = n_beats + ?, "
            "duration_s = max(duration_s, ?), is_complete = ?, sensors = ? WHERE session_no = ?",
            (
                sum(block.n_events for block in self._unsaved),
                self._n_beats,
                latest_s,
                int(is_last),
                self._header.sensors,
                session_no,
            ),
        )

    def _session_no(self, connection: Any) -> int:  # noqa: ANN401 - untyped module
        row = connection.execute(
            "SELECT session_no FROM sessions WHERE session_id = ?", (self.session_id,)
        ).fetchone()
        if row is not None:
            return int(row[0])
        if self._store.identity == self._home:
            raise _SessionDeletedError
        # Another file has taken its place, a backup perhaps: it gets what is still here.
        first_seq = self._unsaved[0].first_seq if self._unsaved else self._next_seq
        self._home = self._store.identity
        return self._header.insert(connection, first_seq=first_seq)


def _can_be_packed(event: Event) -> bool:
    try:
        encode_blocks([event], 0)
    except Exception:  # noqa: BLE001 - see Recorder._pack
        return False
    return True
