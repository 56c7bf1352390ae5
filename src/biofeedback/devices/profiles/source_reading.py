"""Reads one ``[[stream]]`` of a profile with its channels."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite
from typing import TYPE_CHECKING, Final

from biofeedback.devices.profiles.channel_groups import layout_of
from biofeedback.devices.profiles.columns import SEPARATORS, Columns
from biofeedback.devices.profiles.formula import FormulaError, parse_formula
from biofeedback.devices.profiles.layout import LayoutError
from biofeedback.devices.profiles.profile import (
    Channel,
    Encoding,
    Framing,
    Mode,
    Sequence,
    Source,
    Timestamp,
)
from biofeedback.devices.profiles.table import nearest
from biofeedback.devices.profiles.units import KINDS

if TYPE_CHECKING:
    from biofeedback.devices.profiles.layout import Layout
    from biofeedback.devices.profiles.table import Table

__all__ = ["read_source"]

_KEYS = (
    *("char", "service", "mode", "poll_hz", "encoding", "framing", "endian", "separator"),
    *("sync_hex", "length_bytes", "layout", "timestamp", "sequence", "rate_hz", "channel"),
)
_CHANNEL_KEYS = (
    *("kind", "unit", "field", "scale", "offset", "expr", "valid", "invalid_raw", "label"),
)
_ELSEWHERE = {
    "length": "The length follows from the layout: use pad:N for bytes without meaning.",
    "write": "It belongs to [[init]].",
}
_CHANNEL_ELSEWHERE = {
    "rate_hz": "It belongs to [[stream]]: all its channels come at one rate.",
    "formula": "Did you mean “expr”?",
}
_TICKS_PER_S: Final = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}
_INTERVALS: Final = frozenset({"rr", "pp"})
_AXES: Final = ("acc_x", "acc_y", "acc_z")
_ONCE: Final = frozenset({*_AXES, "rr", "pp", "hr", "temp", "resp"})
_MAX_CHANNELS = 32
_BINARY_FRAMINGS = (Framing.PACKET, Framing.FIXED, Framing.LENGTH_PREFIX)
_TEXT_FRAMINGS = (Framing.PACKET, Framing.DELIMITER)


def read_source(table: Table) -> Source | None:
    """Read one ``[[stream]]``; ``None`` if its layout or channels make no sense at all."""
    table.knows(_KEYS, _ELSEWHERE)
    encoding = Encoding(table.word("encoding", list(Encoding), Encoding.BINARY))
    is_binary = encoding is Encoding.BINARY
    usual = Framing.PACKET if is_binary else Framing.DELIMITER
    framings = _BINARY_FRAMINGS if is_binary else _TEXT_FRAMINGS
    framing = Framing(table.word("framing", framings, usual))
    mode = Mode(table.word("mode", list(Mode), Mode.NOTIFY))
    poll_hz = table.number("poll_hz", None, 0.01, 50.0)
    if (mode is Mode.POLL) != ("poll_hz" in table):
        table.wrong("poll_hz", '“poll_hz” goes with mode = "poll": how often the value is read.')
    source = Source(
        table.uuid("char"),
        table.text("layout"),
        (),
        table.uuid("service", is_needed=False),
        mode,
        poll_hz,
        encoding,
        framing,
        table.word("endian", ("little", "big"), "little"),
        table.word("separator", SEPARATORS, ","),
        table.octets("sync_hex"),
        table.whole("length_bytes", 1, 1, 2) or 1,
        rate_hz=table.number("rate_hz", None, 0.0, 10000.0, above=True),
    )
    _check_framing(table, source)
    if not source.layout:
        return None
    try:
        layout = layout_of(source)
    except LayoutError as error:
        table.wrong("layout", str(error))
        return None
    if framing is Framing.FIXED and not isinstance(layout, Columns) and layout.n_bytes is None:
        table.wrong("layout", 'With framing = "fixed" the layout must have one length: no * in it.')
    timestamp = _timestamp(table, layout)
    sequence = _sequence(table, layout)
    channels = tuple(
        channel
        for one in table.tables("channel", "[[stream.channel]]", _MAX_CHANNELS)
        if (channel := _channel(one, layout, timestamp, sequence)) is not None
    )
    if "channel" not in table:
        table.wrong("", "[[stream]] needs a [[stream.channel]]: what the values mean.")
    _check_kinds(table, channels)
    read = replace(source, channels=channels, timestamp=timestamp, sequence=sequence)
    _check_times(table, read, layout)
    return read if channels else None


def _check_framing(table: Table, source: Source) -> None:
    needs_sync = source.framing in {Framing.FIXED, Framing.LENGTH_PREFIX}
    if needs_sync and not source.sync:
        table.wrong(
            "framing",
            f'framing = "{source.framing}" needs “sync_hex”: the bytes every record begins with.',
        )
    if not needs_sync and "sync_hex" in table:
        table.wrong("sync_hex", "“sync_hex” goes with framing “fixed” or “length-prefix”.")
    if len(source.sync) > 8:
        table.wrong("sync_hex", "“sync_hex” has at most 8 bytes.")
    if source.framing is not Framing.LENGTH_PREFIX and "length_bytes" in table:
        table.wrong("length_bytes", '“length_bytes” goes with framing = "length-prefix".')
    if source.encoding is Encoding.BINARY and "separator" in table:
        table.wrong("separator", "“separator” goes with lines of text.")
    if source.encoding is Encoding.JSON_LINES and "separator" in table:
        table.wrong("separator", "JSON has its own separators. Leave “separator” out.")
    if source.encoding is not Encoding.BINARY and "endian" in table:
        table.wrong("endian", "Lines of text have no byte order. Leave “endian” out.")
    if source.mode is Mode.POLL and source.framing is not Framing.PACKET:
        table.wrong("framing", "A value that is read is one record: leave “framing” out.")


def _field(table: Table, layout: Layout | Columns) -> str:
    name = table.text("field")
    if name and name not in layout.names:
        near = nearest(name, layout.names)
        hint = f"Did you mean “{near}”?" if near else f"It has {', '.join(layout.names)}."
        table.wrong("field", f"The layout has no field “{name}”. {hint}")
        return ""
    return name


def _range_of(field: str, layout: Layout | Columns) -> int | None:
    """Return after how many a whole number of a binary layout begins anew."""
    found = None if isinstance(layout, Columns) else layout.field(field)
    # What has 64 bits does not live to see it.
    return None if found is None or found.bits in {None, 64} else 1 << (found.bits or 0)


def _timestamp(table: Table, layout: Layout | Columns) -> Timestamp | None:
    stamp = table.table("timestamp", 'timestamp = {field = "t", unit = "ms"}')
    if stamp is None:
        return None
    stamp.knows(("field", "unit", "hz", "wrap_bits", "of", "epoch"))
    name = _field(stamp, layout)
    if ("unit" in stamp) == ("hz" in stamp):
        stamp.wrong("", "“timestamp” needs “unit” (s, ms, us or ns) or “hz” (ticks a second).")
    # When a clock began does not matter here; files that say it are read all the same.
    stamp.word("epoch", ("unix", "start"), "start")
    hz = stamp.number("hz", None, 0.001, 1e12)
    ticks_per_s = hz or _TICKS_PER_S.get(stamp.word("unit", _TICKS_PER_S, "s"), 1.0)
    wrap_bits = stamp.whole("wrap_bits", None, 4, 64)
    wrap_ticks = _range_of(name, layout) if wrap_bits is None else 1 << wrap_bits
    of_first = stamp.word("of", ("first", "last"), "last") == "first"
    return Timestamp(name, ticks_per_s, wrap_ticks, of_first) if name else None


def _sequence(table: Table, layout: Layout | Columns) -> Sequence | None:
    sequence = table.table("sequence", 'sequence = {field = "seq", modulo = 256}')
    if sequence is None:
        return None
    sequence.knows(("field", "modulo", "counts"))
    name = _field(sequence, layout)
    modulo = sequence.whole("modulo", _range_of(name, layout), 2, 2**53)
    counts = sequence.word("counts", ("packets", "samples"), "packets")
    return Sequence(name, modulo, counts == "samples") if name else None


def _channel(
    table: Table,
    layout: Layout | Columns,
    timestamp: Timestamp | None,
    sequence: Sequence | None,
) -> Channel | None:
    table.knows(_CHANNEL_KEYS, _CHANNEL_ELSEWHERE)
    kind = table.word("kind", KINDS)
    units = KINDS[kind].units if kind else {}
    unit = table.word("unit", units) if units else table.text("unit", "")
    expr = table.text("expr", "")
    scale = table.number("scale", 1.0, -1e18, 1e18)
    offset = table.number("offset", 0.0, -1e18, 1e18)
    if scale == 0:
        table.wrong("scale", "“scale” is 0: every reading would be the same.")
    field = ""
    if expr:
        if {key for key in ("field", "scale", "offset") if key in table}:
            table.wrong("expr", "Give “expr”, or “field” with “scale” and “offset”, not both.")
    elif "field" in table:
        field = _field(table, layout)
    else:
        used = {part.field for part in (timestamp, sequence) if part is not None}
        free = [name for name in layout.names if name not in used]
        if len(free) == 1:
            field = free[0]
        else:
            table.wrong("", f"Which field is it? Add “field”, one of {', '.join(layout.names)}.")
    channel = Channel(
        kind,
        unit,
        field,
        1.0 if scale is None else scale,
        offset or 0.0,
        expr,
        _valid(table),
        _invalid_raw(table, layout),
        table.text("label", ""),
    )
    if not (expr or field):
        return None
    try:
        parse_formula(channel.formula, layout.names)
    except FormulaError as error:
        table.wrong("expr" if expr else "scale", str(error))
        return None
    return channel if kind and (unit or not units) else None


def _valid(table: Table) -> tuple[float, float] | None:
    if "valid" not in table:
        return None
    limits = table.numbers("valid")
    if len(limits) != 2 or not limits[0] < limits[1]:
        table.wrong("valid", "“valid” is the smallest and the largest reading: [0.01, 100.0].")
        return None
    return limits[0], limits[1]


def _invalid_raw(
    table: Table, layout: Layout | Columns
) -> tuple[tuple[str, tuple[float, ...]], ...]:
    raw = table.table("invalid_raw", "invalid_raw = {ohm = [0]}")
    if raw is None:
        return ()
    raw.knows(layout.names)
    marked = []
    for name in raw.names:
        values = raw.numbers(name)
        if name in layout.names and values and all(map(isfinite, values)):
            marked.append((name, values))
    return tuple(marked)


def _check_kinds(table: Table, channels: tuple[Channel, ...]) -> None:
    kinds = [channel.kind for channel in channels]
    axes = [kind for kind in kinds if kind in _AXES]
    if axes and sorted(axes) != list(_AXES):
        table.wrong("channel", "Movement has three channels, each once: acc_x, acc_y and acc_z.")
    for kind in _ONCE & set(kinds):
        if kinds.count(kind) > 1 and kind not in _AXES:
            table.wrong("channel", f"There can be one channel of kind “{kind}”.")


def _check_times(table: Table, source: Source, layout: Layout | Columns) -> None:
    """Report samples whose time could only be guessed."""
    may_be_many = not isinstance(layout, Columns) and layout.n_samples != 1
    has_each = not isinstance(layout, Columns) and any(
        source.timestamp is not None and field.name == source.timestamp.field
        for field in layout.group
    )
    is_even = source.rate_hz is not None
    kinds = {channel.kind for channel in source.channels}
    if may_be_many and not is_even and not has_each and not kinds <= _INTERVALS:
        table.wrong("", "A packet has several samples: add “rate_hz”, how many come a second.")
    if kinds & _INTERVALS and is_even:
        table.wrong("rate_hz", "Beats come when they come: leave “rate_hz” out beside rr or pp.")
    if source.sequence is None:
        return
    if not is_even and source.timestamp is None and not kinds <= _INTERVALS:
        table.wrong("sequence", "“sequence” tells time only beside “rate_hz”. Add it.")
    in_group = not isinstance(layout, Columns) and any(
        field.name == source.sequence.field for field in layout.group
    )
    if (
        not isinstance(layout, Columns)
        and layout.n_samples is None
        and (not source.sequence.counts_samples)
    ):
        table.wrong(
            "sequence",
            "With )* packets differ in length, so counting them tells no time. Write how many "
            'samples there are, such as )8, or counts = "samples" if the sensor counts these.',
        )
    if in_group and not source.sequence.counts_samples:
        table.wrong("sequence", 'A count that stands with every sample has counts = "samples".')
