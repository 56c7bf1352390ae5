"""A session in the library: what is known of it, and its events in the order they happened."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar, cast, overload

import msgspec

from biofeedback.errors import LibraryDamagedError
from biofeedback.samples import Chunk, Command, StreamInfo
from biofeedback.sessions.blocks import KINDS, decoder, stream_info

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from biofeedback.samples import Event, Input
    from biofeedback.sessions.store import Store

__all__ = ["RecordedSensor", "RecordedSession", "SessionRow", "damaged", "session_rows"]

OneType = TypeVar("OneType")

# Blocks read at once: enough to make a query cheap, few enough to keep memory small.
_BLOCKS_AT_ONCE: Final = 64

_ROW_SQL: Final = (
    "SELECT session_no, session_id, started_utc, duration_s, sensors, guide, is_complete, "
    "n_beats, note, answers, plan, app_version FROM sessions "
)


class SensorRow(Protocol):
    """What the library keeps of a sensor; `biofeedback.devices.sensor.SensorInfo` has it."""

    @property
    def sensor_id(self) -> str:
        """Short and stable."""
        ...

    @property
    def name(self) -> str:
        """As the sensor calls itself."""
        ...

    @property
    def address(self) -> str:
        """Where it was reached."""
        ...

    @property
    def origin(self) -> str:
        """How it was reached."""
        ...

    @property
    def kinds(self) -> Sequence[str]:
        """What it says it can measure."""
        ...


@dataclass(frozen=True, slots=True)
class RecordedSensor:
    """A sensor as it was when the session began."""

    sensor_id: str
    name: str
    address: str = ""
    origin: str = ""
    kinds: tuple[str, ...] = ()

    @classmethod
    def of(cls, sensor: SensorRow) -> RecordedSensor:
        """Return what is kept of a sensor."""
        kinds = tuple(map(str, sensor.kinds))
        return cls(sensor.sensor_id, sensor.name, sensor.address, str(sensor.origin), kinds)


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One session in a list of them.

    Parameters
    ----------
    session_id
        Eight hexadecimal digits.
    started_utc
        When it began.
    duration_s
        Session time of the last event saved, seconds.
    sensors
        Their names, in the order in which they were chosen.
    guide
        Name of the guide, empty without one.
    is_complete
        False while it is recorded, and for ever if the recording was cut off.
    n_beats
        Heartbeats from the first heart sensor.
    note
        What people wrote about it, a paragraph each.
    answers
        What was said afterwards, by question; empty where nothing was.
    """

    session_id: str
    started_utc: datetime
    duration_s: float
    sensors: tuple[str, ...]
    guide: str
    is_complete: bool
    n_beats: int
    note: str
    answers: Mapping[str, float | str]


def damaged(session_id: str) -> LibraryDamagedError:
    """Return the error for a session of which a part cannot be read."""
    return LibraryDamagedError(
        f"A part of session {session_id} is damaged and cannot be read. "
        "The other sessions are not affected; a backup copy of the library may help."
    )


def session_rows(store: Store, where: str = "", parameters: tuple[object, ...] = ()) -> list[Any]:
    """Return ``(session_no, SessionRow, plan, sensors, app_version)`` of each session asked for.

    Raises
    ------
    LibraryDamagedError
        If one of them cannot be read.
    """
    result = []
    for row in store.rows(f"{_ROW_SQL} {where}", parameters):
        (number, session_id, started, duration_s, sensor_bytes, guide, is_complete, *rest) = row
        n_beats, note, answer_bytes, plan_bytes, app_version = rest
        try:
            sensors = msgspec.msgpack.decode(sensor_bytes, type=tuple[RecordedSensor, ...])
            plan = msgspec.msgpack.decode(plan_bytes, type=dict[str, float | str])
            answers = msgspec.msgpack.decode(answer_bytes, type=dict[str, float | str])
            started_utc = datetime.fromisoformat(started)
        except (msgspec.MsgspecError, ValueError) as error:
            raise damaged(session_id) from error
        session = SessionRow(
            session_id=session_id,
            started_utc=started_utc,
            duration_s=duration_s,
            sensors=tuple(sensor.name for sensor in sensors),
            guide=guide,
            is_complete=bool(is_complete),
            n_beats=n_beats,
            note=note,
            answers=answers,
        )
        result.append((number, session, plan, sensors, app_version))
    return result


class RecordedSession:
    """One session of a library, read piece by piece as it is asked for.

    Attributes
    ----------
    row
        As in the list of sessions, at the time of loading.
    plan
        What the person chose before beginning.
    sensors
        The sensors that were chosen.
    app_version
        The version of the app that recorded it.
    """

    def __init__(
        self,
        store: Store,
        session_no: int,
        row: SessionRow,
        plan: Mapping[str, float | str],
        sensors: tuple[RecordedSensor, ...],
        app_version: str,
    ) -> None:
        self._store = store
        self._session_no = session_no
        self.row = row
        self.plan = plan
        self.sensors = sensors
        self.app_version = app_version

    def __repr__(self) -> str:
        return f"RecordedSession({self.row.session_id!r})"

    @property
    def duration_s(self) -> float:
        """Session time of the latest event that is kept, seconds."""
        return self.row.duration_s

    def streams(self) -> tuple[StreamInfo, ...]:
        """Return the streams of samples, in the order in which they first gave some.

        Raises
        ------
        LibraryDamagedError
            If that cannot be read.
        """
        result = []
        for _number, _kind, header in self._streams("chunk"):
            try:
                stream = stream_info(header)
            except (msgspec.MsgspecError, ValueError, TypeError) as error:
                raise damaged(self.row.session_id) from error
            result.append(stream)
        return tuple(result)

    def count(self, event_type: type) -> int:
        """Return how many events of one type there are, without reading them."""
        rows = self._store.rows(
            "SELECT coalesce(sum(blocks.n_events), 0) FROM blocks JOIN streams USING (stream_no) "
            "WHERE session_no = ? AND kind = ?",
            (self._session_no, KINDS[event_type]),
        )
        return int(rows[0][0])

    def inputs(self) -> Iterator[Input]:
        """Give back the inputs of pipeline and guide, in recorded order, bit for bit.

        Raises
        ------
        LibraryDamagedError
            If a part cannot be read; what came before it was given.
        """
        return cast("Iterator[Input]", self.events(Chunk, Command))

    @overload
    def events(self, event_type: type[OneType], /) -> Iterator[OneType]: ...

    @overload
    def events(self, *types: type) -> Iterator[Event]: ...

    def events(self, *types: type) -> Iterator[Any]:
        """Give back everything, or all events of some types, in recorded order.

        Parameters
        ----------
        types
            Classes of `biofeedback.samples`; all of them when none is named.

        Raises
        ------
        LibraryDamagedError
            If a part cannot be read; what came before it was given.
        """
        kinds = tuple(KINDS[event_type] for event_type in types or KINDS)
        streams = [self._stream_events(*stream) for stream in self._streams(*kinds)]
        for _seq, event in heapq.merge(*streams, key=itemgetter(0)):
            yield event

    def chunks(self, stream: StreamInfo) -> Iterator[Chunk]:
        """Give back the chunks of one stream alone."""
        for number, kind, header in self._streams("chunk"):
            chunks = self._stream_events(number, kind, header)
            first = next(chunks, None)
            if first is None or not isinstance(first[1], Chunk) or first[1].stream != stream:
                continue
            yield first[1]
            for _seq, chunk in chunks:
                yield chunk  # type: ignore[misc]  # a chunk, like the first of its stream

    def _streams(self, *kinds: str) -> list[tuple[int, str, bytes]]:
        rows = self._store.rows(
            "SELECT stream_no, kind, header FROM streams WHERE session_no = ? ORDER BY stream_no",
            (self._session_no,),
        )
        return [(number, kind, header) for number, kind, header in rows if kind in kinds]

    def _stream_events(
        self, stream_no: int, kind: str, header: bytes
    ) -> Iterator[tuple[int, Event]]:
        # By number and not with one open query, which would hold the log for as long.
        last_seq = -1
        while True:
            blocks = self._store.rows(
                "SELECT last_seq, payload FROM blocks WHERE stream_no = ? AND last_seq > ? "
                "ORDER BY last_seq LIMIT ?",
                (stream_no, last_seq, _BLOCKS_AT_ONCE),
            )
            if not blocks:
                return
            for block_seq, payload in blocks:
                try:
                    events = list(decoder(kind, header)(payload))
                except Exception as error:
                    raise damaged(self.row.session_id) from error
                yield from events
                last_seq = block_seq
