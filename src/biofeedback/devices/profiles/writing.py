"""Writes a profile as TOML, with a word on each part, so that it can be read and changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from biofeedback.devices.profiles.profile import Encoding, Framing, Mode
from biofeedback.devices.profiles.reading import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from biofeedback.devices.profiles.profile import Channel, Profile, SelfTest, Source, Write

__all__ = ["write_profile"]

_PARTS = {
    "match": "How the sensor is recognised.",
    "connection": "How it likes to be connected.",
    "init": "What sets it going, in this order, after it was subscribed to.",
    "stop": "What stops it.",
    "stream": "What it sends, and how the bytes are laid out.",
    "test": "Bytes as it sent them, and what they mean. They are tried whenever this is loaded.",
}


def write_profile(profile: Profile) -> str:
    """Return a profile as a text that `read_profile` reads as the same profile."""
    head: dict[str, object] = {"schema": SCHEMA, "id": profile.profile_id, "name": profile.name}
    head |= _given(licence=profile.licence, hint=profile.hint)
    parts = [_dumped(head)]
    seen: set[str] = set()
    for title, table in _tables(profile):
        name = title.strip("[]")
        note = "" if name in seen or name not in _PARTS else f"# {_PARTS[name]}\n"
        seen.add(name)
        parts.append(f"{note}{title}\n{_dumped(table)}")
    return "\n".join(parts)


def _tables(profile: Profile) -> Iterator[tuple[str, dict[str, object]]]:
    match = profile.match
    yield (
        "[match]",
        _given(
            services=list(match.services),
            name_prefix=list(match.name_prefixes),
            manufacturer_id=list(match.manufacturer_ids),
            fits="all" if match.needs_all else "",
        ),
    )
    yield (
        "[connection]",
        {
            "pair": profile.connecting.pair,
            "use_cached_services": profile.connecting.use_cached_services,
            "watchdog_s": profile.watchdog_s,
            "first_s": profile.first_s,
        },
    )
    for write in profile.init:
        yield "[[init]]", _write(write)
    for write in profile.stop:
        yield "[[stop]]", _write(write)
    for source in profile.sources:
        yield "[[stream]]", _source(source)
        for channel in source.channels:
            yield "[[stream.channel]]", _channel(channel)
    for test in profile.tests:
        yield "[[test]]", _test(test)


def _given(**values: object) -> dict[str, object]:
    return {key: value for key, value in values.items() if value not in ("", [], None)}


def _write(write: Write) -> dict[str, object]:
    table: dict[str, object] = {"write": write.characteristic}
    table |= {"value": write.now} if write.now else {"hex": write.payload.hex(" ")}
    if write.endian != "little":
        table["endian"] = write.endian
    table["response"] = write.response
    if write.delay_s:
        table["delay_ms"] = _short(write.delay_s * 1000.0)
    if write.expect is not None:
        table["expect"] = {
            "char": write.expect.characteristic,
            "hex_prefix": write.expect.prefix.hex(" "),
            "timeout_ms": _short(write.expect.timeout_s * 1000.0),
        }
    return table


def _source(source: Source) -> dict[str, object]:
    is_binary = source.encoding is Encoding.BINARY
    table: dict[str, object] = {"char": source.characteristic}
    table |= _given(service=source.service)
    table["mode"] = source.mode.value
    if source.mode is Mode.POLL:
        table["poll_hz"] = source.poll_hz
    table["encoding"] = source.encoding.value
    table["framing"] = source.framing.value
    if is_binary:
        table["endian"] = source.endian
    elif source.encoding is not Encoding.JSON_LINES:
        table["separator"] = source.separator
    table |= _given(sync_hex=source.sync.hex(" "))
    if source.framing is Framing.LENGTH_PREFIX:
        table["length_bytes"] = source.length_bytes
    table["layout"] = source.layout
    if source.timestamp is not None:
        stamp: dict[str, object] = {
            "field": source.timestamp.field,
            "hz": _short(source.timestamp.ticks_per_s),
        }
        wrap_ticks = source.timestamp.wrap_ticks
        if wrap_ticks is not None:
            stamp["wrap_bits"] = wrap_ticks.bit_length() - 1
        stamp["of"] = "first" if source.timestamp.of_first else "last"
        table["timestamp"] = stamp
    if source.sequence is not None:
        sequence: dict[str, object] = {"field": source.sequence.field}
        sequence |= _given(modulo=source.sequence.modulo)
        sequence["counts"] = "samples" if source.sequence.counts_samples else "packets"
        table["sequence"] = sequence
    if source.rate_hz is not None:
        table["rate_hz"] = _short(source.rate_hz)
    return table


def _channel(channel: Channel) -> dict[str, object]:
    table: dict[str, object] = {"kind": channel.kind}
    table |= _given(unit=channel.unit)
    if channel.expr:
        table["expr"] = channel.expr
    else:
        table["field"] = channel.field
        table["scale"] = channel.scale
        table["offset"] = channel.offset
    if channel.valid is not None:
        table["valid"] = list(channel.valid)
    if channel.invalid_raw:
        table["invalid_raw"] = {
            name: [_short(value) for value in values] for name, values in channel.invalid_raw
        }
    return table | _given(label=channel.label)


def _test(test: SelfTest) -> dict[str, object]:
    table: dict[str, object] = {"char": test.characteristic}
    table["hex"] = [packet.hex(" ") for packet in test.packets]
    if test.is_refused:
        table["refused"] = True
    else:
        table["expect"] = {key: list(values) for key, values in test.expect}
    if test.time_s is not None:
        table["time_s"] = test.time_s
    return table


def _short(value: float) -> float | int:
    """Return a whole number as one."""
    return int(value) if value == int(value) and abs(value) < 2**53 else value


def _dumped(table: Mapping[str, object]) -> str:
    """Return the keys of one table, each on its line."""
    return "".join(f"{key} = {_value(value)}\n" for key, value in table.items())


def _value(value: object) -> str:
    """Return a value on one line: a list of readings is read across, not down."""
    import tomli_w  # noqa: PLC0415 - only who writes a profile needs it

    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {_value(inner)}' for key, inner in value.items())} }}"
    return tomli_w.dumps({"value": value}).removeprefix("value = ").strip()
