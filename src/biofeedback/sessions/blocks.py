"""Events as blocks: what one stream gave between two commits, packed, and back again.

A block is MessagePack. Samples are little-endian float64 bytes, so that every bit of every
number, ``nan`` included, comes back. Each event carries its sequence number in the session;
merging the streams by it gives the order in which everything happened.

The stream's header says how to read its blocks: of samples the `StreamInfo`, of packets the
sensor, of everything else the names of the fields, so that fields added later are no new
format. docs/session-format.md describes it all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from math import isfinite
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from biofeedback.samples import (
    Beat,
    BeatOrigin,
    Breath,
    Chunk,
    Command,
    Decision,
    Gap,
    GapReason,
    GuideState,
    LinkState,
    Marker,
    MarkerKind,
    Metric,
    Packet,
    Role,
    RRFlag,
    Scr,
    SensorStatus,
    StreamHealth,
    StreamInfo,
    StreamKind,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from biofeedback.samples import Event

__all__ = ["KINDS", "Block", "decoder", "encode_blocks", "event_time_s", "stream_info"]

KINDS: dict[type, str] = {
    Chunk: "chunk",
    Command: "command",
    Packet: "packet",
    Beat: "beat",
    Breath: "breath",
    Scr: "scr",
    Metric: "metric",
    GuideState: "guide",
    Decision: "decision",
    Marker: "marker",
    SensorStatus: "sensor",
    Gap: "gap",
}
"""The name of each type of event in the library."""

_TYPES = {kind: cls for cls, kind in KINDS.items()}
_FIELDS = {
    cls: tuple(field.name for field in fields(cls)) for cls in KINDS if cls not in (Chunk, Packet)
}


def _origin_or_none(word: str | None) -> BeatOrigin | None:
    return None if word is None else BeatOrigin(word)


def _healths(rows: list[dict[str, Any]]) -> tuple[StreamHealth, ...]:
    return tuple(StreamHealth(**{**row, "kind": StreamKind(row["kind"])}) for row in rows)


_ENUMS: dict[tuple[type, str], Callable[[Any], object]] = {
    (Beat, "flag"): RRFlag,
    (Beat, "origin"): BeatOrigin,
    (Metric, "origin"): _origin_or_none,
    (Marker, "kind"): MarkerKind,
    (SensorStatus, "state"): LinkState,
    (SensorStatus, "streams"): _healths,
    (Gap, "reason"): GapReason,
    (GuideState, "can"): tuple,
}
_FLOAT64 = np.dtype("<f8")


@dataclass(frozen=True, slots=True)
class Block:
    """Events of one stream, in order, ready to be stored.

    ``start_s`` and ``end_s`` are the least and the greatest finite time in it, 0 if none is.
    """

    kind: str
    header: bytes
    first_seq: int
    last_seq: int
    n_events: int
    start_s: float
    end_s: float
    payload: bytes


def event_time_s(event: Event) -> float:
    """Return the session time at which an event was known, in seconds."""
    if isinstance(event, Chunk | Packet):
        return event.arrival_s
    return event.t_s


def _plain(value: object) -> object:
    """Say what a NumPy number or a read-only mapping is in MessagePack's terms."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Mapping):
        return dict(value)
    msg = f"cannot store a {type(value).__name__}"
    raise TypeError(msg)


_pack = msgspec.msgpack.Encoder(enc_hook=_plain).encode


def _header(event: Event) -> object:
    if isinstance(event, Chunk):
        stream = event.stream
        return [stream.sensor_id, stream.kind, stream.channels, stream.rate_hz, stream.role]
    if isinstance(event, Packet):
        return [event.sensor_id]
    return _FIELDS[type(event)]


def _payload(seqs: list[int], events: list[Any]) -> bytes:
    first = events[0]
    if isinstance(first, Chunk):
        arrivals_s = [chunk.arrival_s for chunk in events]
        sizes = [chunk.t_s.size for chunk in events]
        t_s = b"".join(chunk.t_s.astype(_FLOAT64).tobytes() for chunk in events)
        values = b"".join(chunk.values.astype(_FLOAT64).tobytes() for chunk in events)
        return _pack([seqs, arrivals_s, sizes, t_s, values])
    if isinstance(first, Packet):
        return _pack([seqs, [[e.characteristic, e.arrival_s, e.payload] for e in events]])
    names = _FIELDS[type(first)]
    return _pack([seqs, [[getattr(event, name) for name in names] for event in events]])


def encode_blocks(events: Sequence[Event], first_seq: int) -> list[Block]:
    """Pack events that follow each other, one block a stream.

    Parameters
    ----------
    events
        In the order in which they happened.
    first_seq
        Sequence number of the first; the others follow without a hole.

    Raises
    ------
    Exception
        If something among them is no event, or holds what MessagePack cannot: the caller's
        mistake, of whatever type it turns out to be.
    """
    groups: dict[tuple[str, object], tuple[list[int], list[Any]]] = {}
    for seq, event in enumerate(events, first_seq):
        kind = KINDS[type(event)]
        if isinstance(event, Chunk):
            # The stream itself, because its header holds no hashable list.
            stream: object = event.stream
        else:
            stream = event.sensor_id if isinstance(event, Packet) else None
        seqs, members = groups.setdefault((kind, stream), ([], []))
        seqs.append(seq)
        members.append(event)
    blocks = []
    for (kind, _stream), (seqs, members) in groups.items():
        times_s = [t for t in map(event_time_s, members) if isfinite(t)] or [0.0]
        blocks.append(
            Block(
                kind=kind,
                header=_pack(_header(members[0])),
                first_seq=seqs[0],
                last_seq=seqs[-1],
                n_events=len(seqs),
                start_s=float(min(times_s)),
                end_s=float(max(times_s)),
                payload=_payload(seqs, members),
            )
        )
    return blocks


def stream_info(header: bytes) -> StreamInfo:
    """Return the stream that a header of samples describes; raise as `decoder` does."""
    # Before two people could share a session, the header ended with the rate.
    sensor_id, kind, channels, rate_hz, *role = msgspec.msgpack.decode(header)
    return StreamInfo(sensor_id, StreamKind(kind), tuple(channels), rate_hz, *map(Role, role))


def decoder(kind: str, header: bytes) -> Callable[[bytes], Iterable[tuple[int, Event]]]:
    """Return the function that unpacks the blocks of a stream.

    It takes a payload and gives ``(seq, event)`` in order. Both raise whatever a damaged
    header or payload leads to; the caller says in words which session it is.
    """
    if kind == "chunk":
        stream = stream_info(header)
        return lambda payload: _chunks(stream, payload)
    facts = msgspec.msgpack.decode(header)
    if kind == "packet":
        (sensor_id,) = facts
        return lambda payload: _packets(sensor_id, payload)
    cls = _TYPES[kind]
    names = tuple(facts)
    return lambda payload: _records(cls, names, payload)


def _chunks(stream: StreamInfo, payload: bytes) -> Iterable[tuple[int, Chunk]]:
    seqs, arrivals_s, sizes, t_bytes, value_bytes = msgspec.msgpack.decode(payload)
    t_s = np.frombuffer(t_bytes, _FLOAT64)
    values = np.frombuffer(value_bytes, _FLOAT64).reshape(t_s.size, len(stream.channels))
    if sum(sizes) != t_s.size:
        msg = "samples and chunk sizes do not match"
        raise ValueError(msg)
    at = 0
    for seq, arrival_s, size in zip(seqs, arrivals_s, sizes, strict=True):
        yield seq, Chunk(stream, t_s[at : at + size], values[at : at + size], arrival_s)
        at += size


def _packets(sensor_id: str, payload: bytes) -> Iterable[tuple[int, Packet]]:
    seqs, rows = msgspec.msgpack.decode(payload)
    for seq, row in zip(seqs, rows, strict=True):
        yield seq, Packet(sensor_id, *row)


def _records(cls: type, names: tuple[str, ...], payload: bytes) -> Iterable[tuple[int, Event]]:
    seqs, rows = msgspec.msgpack.decode(payload)
    enums = [
        (index, _ENUMS[cls, name]) for index, name in enumerate(names) if (cls, name) in _ENUMS
    ]
    is_as_now = names == _FIELDS[cls]
    for seq, row in zip(seqs, rows, strict=True):
        for index, enum in enums:
            row[index] = enum(row[index])
        yield seq, cls(*row) if is_as_now else cls(**dict(zip(names, row, strict=True)))
