"""A recorded session as plain tables that any program reads.

Numbers are written as the shortest text that reads back as the same 64 bits; ``nan`` is an
empty cell. Everything is written under temporary names and takes its place when all is there.
"""

from __future__ import annotations

import csv
import re
import shutil
import tempfile
from contextlib import ExitStack
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import msgspec

from biofeedback.errors import LibraryUnavailableError
from biofeedback.samples import (
    Beat,
    Chunk,
    Command,
    Decision,
    Gap,
    GuideState,
    Marker,
    Metric,
    Packet,
    Role,
    SensorStatus,
    StreamInfo,
    StreamKind,
    sensor_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from biofeedback.samples import StreamHealth
    from biofeedback.sessions.recorded_session import RecordedSession

__all__ = ["export_csv"]

_GUIDE = GuideState.__slots__


def export_csv(
    session: RecordedSession,
    folder: Path,
    *,
    answers: Mapping[str, float | str] | None = None,
    overwrite: bool = False,
) -> tuple[Path, ...]:
    """Write a session as CSV files and ``session.json``; nothing in them is encrypted.

    Parameters
    ----------
    session
        From `Library.load`.
    folder
        Where to; it is made if need be.
    answers
        What the person said afterwards, from `Library.answers`.
    overwrite
        Replace files of the same names.

    Returns
    -------
    tuple of Path
        ``beats.csv``, ``measures.csv`` (of each measure the client's first source; the others in
        ``measures-SENSOR.csv``), ``markers.csv``, ``gaps.csv``, ``guide.csv``, ``decisions.csv``,
        ``commands.csv``, a ``SENSOR-KIND.csv`` for each stream, and ``session.json``.

    Raises
    ------
    LibraryUnavailableError
        If the folder cannot be written, or holds such files already.
    LibraryDamagedError
        If the session cannot be read. Nothing is written then.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # In the folder itself, so that taking a place is a rename on one disk.
        temporary = Path(tempfile.mkdtemp(prefix=".export-", dir=folder))
        try:
            names = _write_all(session, temporary, answers or {})
            _refuse_to_replace(folder, () if overwrite else names)
            for name in names:
                (temporary / name).replace(folder / name)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    except OSError as error:
        reason = error.strerror or "the disk does not answer"
        msg = f"The folder {folder} cannot be written: {reason}. Please choose another."
        raise LibraryUnavailableError(msg) from error
    return tuple(folder / name for name in names)


def _refuse_to_replace(folder: Path, names: Iterable[str]) -> None:
    if any((folder / name).exists() for name in names):
        msg = (
            f"The folder {folder} has an export in it already. "
            "Please choose an empty folder, or allow its files to be replaced."
        )
        raise LibraryUnavailableError(msg)


class _Tables:
    """CSV files in a folder, each opened when its first row comes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open = ExitStack()
        self._writers: dict[str, Any] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._open.close()

    def start(self, name: str, header: Sequence[str]) -> None:
        if name not in self._writers:
            path = self._folder / name
            file = self._open.enter_context(path.open("w", encoding="utf-8", newline=""))
            self._writers[name] = csv.writer(file, lineterminator="\n")
            self._writers[name].writerow(header)

    def add(self, name: str, row: Iterable[object]) -> None:
        self._writers[name].writerow(map(_cell, row))

    @property
    def names(self) -> list[str]:
        return list(self._writers)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return "" if isnan(value) else repr(float(value))
    return str(value)


def _file_part(name: str) -> str:
    """Return a sensor's id as part of a file name, whatever it holds."""
    return re.sub(r"[^\w.-]+", "-", name).strip(".-") or "unnamed"


def _write_all(
    session: RecordedSession, folder: Path, answers: Mapping[str, float | str]
) -> list[str]:
    with _Tables(folder) as tables:
        _write_beats(session, tables)
        _write_measures(session, tables)
        _write_markers(session, tables)
        _write_gaps(session, tables)
        _write_guide(session, tables)
        _write_streams(session, tables)
        names = tables.names
    (folder / "session.json").write_bytes(_session_json(session, answers))
    return [*names, "session.json"]


def _write_beats(session: RecordedSession, tables: _Tables) -> None:
    tables.start("beats.csv", ("t_s", "rr_ms", "corrected_rr_ms", "flag", "source"))
    for beat in session.events(Beat):
        row = (beat.t_s, beat.rr_ms, beat.corrected_rr_ms, beat.flag.value, beat.source)
        tables.add("beats.csv", row)


def _write_measures(session: RecordedSession, tables: _Tables) -> None:
    header = ("t_s", "name", "value", "quality")
    tables.start("measures.csv", header)
    first_source: dict[str, str] = {}
    partners = {Role.PARTNER.value, *_on_partner(session)}
    for metric in session.events(Metric):
        name = "measures.csv"
        is_partner = sensor_of(metric.source) in partners
        if is_partner or first_source.setdefault(metric.name, metric.source) != metric.source:
            name = f"measures-{_file_part(metric.source)}.csv"
            tables.start(name, header)
        tables.add(name, (metric.t_s, metric.name, metric.value, metric.quality))


def _on_partner(session: RecordedSession) -> set[str]:
    """Ids of the sensors that the client's partner wore."""
    return {stream.sensor_id for stream in session.streams() if stream.role is Role.PARTNER}


def _write_markers(session: RecordedSession, tables: _Tables) -> None:
    tables.start("markers.csv", ("t_s", "kind", "label"))
    for marker in session.events(Marker):
        tables.add("markers.csv", (marker.t_s, marker.kind.value, marker.label))


def _write_gaps(session: RecordedSession, tables: _Tables) -> None:
    tables.start("gaps.csv", ("start_s", "t_s", "source", "reason", "n_lost"))
    for gap in session.events(Gap):
        row = (gap.start_s, gap.t_s, gap.source, gap.reason.value, gap.n_lost)
        tables.add("gaps.csv", row)


def _write_guide(session: RecordedSession, tables: _Tables) -> None:
    """Write what the guide asked for, what it decided and why, and what the person said."""
    tables.start("guide.csv", _GUIDE)
    for state in session.events(GuideState):
        values = (getattr(state, name) for name in _GUIDE)
        tables.add("guide.csv", (" ".join(v) if isinstance(v, tuple) else v for v in values))
    tables.start("decisions.csv", ("t_s", "guide", "decision", "reason", "facts"))
    for decision in session.events(Decision):
        facts = _json_cell(decision.facts)
        row = (decision.t_s, decision.guide, decision.decision, decision.reason, facts)
        tables.add("decisions.csv", row)
    tables.start("commands.csv", ("t_s", "name", "arguments"))
    for command in session.events(Command):
        tables.add("commands.csv", (command.t_s, command.name, _json_cell(command.arguments)))


def _json_cell(named: Mapping[str, float | str]) -> str:
    """Return named numbers and words as JSON in one cell; nothing for none."""
    return msgspec.json.encode(dict(named)).decode() if named else ""


def _write_streams(session: RecordedSession, tables: _Tables) -> None:
    names: dict[StreamInfo, str] = {}
    for stream in session.streams():
        base = f"{_file_part(stream.sensor_id)}-{stream.kind.value}"
        # Two ids may differ in what a file name cannot hold, or channels change on the way.
        name, count = f"{base}.csv", 1
        while name in tables.names:
            count += 1
            name = f"{base}-{count}.csv"
        names[stream] = name
        tables.start(name, ("t_s", *stream.channels))
    for chunk in session.events(Chunk):
        for t_s, values in zip(chunk.t_s.tolist(), chunk.values.tolist(), strict=True):
            tables.add(names[chunk.stream], (t_s, *values))


def _session_json(session: RecordedSession, answers: Mapping[str, float | str]) -> bytes:
    row = session.row
    partners = _on_partner(session)
    healths = _healths(session)
    facts = {
        "id": row.session_id,
        "started_utc": row.started_utc.isoformat(),
        "duration_s": row.duration_s,
        "sensors": [
            {
                "id": s.sensor_id,
                "name": s.name,
                "origin": s.origin,
                "kinds": s.kinds,
                "role": (Role.PARTNER if s.sensor_id in partners else Role.CLIENT).value,
                # As last told; a number that is not known is null.
                "streams": list(healths.get(s.sensor_id, {}).values()),
            }
            for s in session.sensors
        ],
        "guide": row.guide,
        "plan": session.plan,
        "is_complete": row.is_complete,
        "note": row.note,
        "answers": dict(answers),
        "n_beats": row.n_beats,
        "n_packets": session.count(Packet),
        "app_version": session.app_version,
    }
    return msgspec.json.format(msgspec.json.encode(facts), indent=2) + b"\n"


def _healths(session: RecordedSession) -> dict[str, dict[StreamKind, StreamHealth]]:
    """Return how each stream of each sensor came in, as last told."""
    healths: dict[str, dict[StreamKind, StreamHealth]] = {}
    for status in session.events(SensorStatus):
        for health in status.streams:
            healths.setdefault(status.sensor_id, {})[health.kind] = health
    return healths
