"""Reads a profile from TOML, strictly: whatever is not understood is told, with its line."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from biofeedback.devices.driver import Connecting
from biofeedback.devices.profiles.problem import Problem, ProfileError
from biofeedback.devices.profiles.profile import Answer, Match, Profile, SelfTest, Write
from biofeedback.devices.profiles.source_reading import read_source
from biofeedback.devices.profiles.table import Report, Table
from biofeedback.devices.profiles.units import channel_keys

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from biofeedback.devices.profiles.profile import Source

__all__ = ["MAX_FILE_BYTES", "NOW", "SCHEMA", "read_profile", "read_profile_file", "read_text"]

SCHEMA: Final = 1
MAX_FILE_BYTES: Final = 65536
# What “now” can be written as: how many a second, and in how many bytes.
NOW: Final = {"unix_ms:u64": (1000, 8), "unix_s:u64": (1, 8), "unix_s:u32": (1, 4)}
_MAX_WRITES = 64
_MAX_SOURCES = 16
_MAX_TESTS = 100
_MAX_PAYLOAD = 512
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_PAIRING = ("never", "if-needed", "always")
_TOP = (
    *("schema", "id", "name", "licence", "hint"),
    *("match", "connection", "init", "stop", "stream", "test"),
)
_ELSEWHERE = {
    "license": "Did you mean “licence”?",
    "channel": "Write [[stream.channel]].",
    "services": "It belongs to [match].",
    "watchdog_s": "It belongs to [connection].",
}


def read_profile_file(path: Path) -> Profile:
    """Read a profile from its file.

    Raises
    ------
    ProfileError
        If it cannot be read, or is no profile. Its problems carry the file's name.
    """
    return read_profile(read_text(path), path.name)


def read_text(path: Path) -> str:
    """Return the text of a profile's file, whatever it says.

    Raises
    ------
    ProfileError
        If it cannot be read, or is no text.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_FILE_BYTES + 1)
    except OSError:
        words = "The file cannot be read. Check that it is there and that you may open it."
        raise ProfileError((Problem(words, file=path.name),)) from None
    if len(raw) > MAX_FILE_BYTES:
        words = f"The file is longer than {MAX_FILE_BYTES // 1024} kB; a profile is a short text."
        raise ProfileError((Problem(words, file=path.name),))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        words = "The file is no UTF-8 text. Save it as UTF-8."
        line = raw.count(b"\n", 0, error.start) + 1
        raise ProfileError((Problem(words, line, path.name),)) from None


def read_profile(text: str, file: str = "") -> Profile:
    """Read a profile from a text.

    Its self-tests are read, not run: see `biofeedback.devices.profiles.self_test`.

    Parameters
    ----------
    text
        TOML, as docs/sensor-profiles.md describes it.
    file
        A name for messages.

    Raises
    ------
    ProfileError
        If it is no profile.
    """
    # So that lines are counted as an editor counts them.
    text = text.replace("\r\n", "\n")
    try:
        values = tomllib.loads(text)
        report = Report(text, file)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError((_syntax_problem(error, file),)) from None
    except (ValueError, RecursionError):
        # A number of thousands of digits, or brackets in brackets without end.
        words = "The file is no TOML that makes sense: it is nested too deep, or a number too long."
        raise ProfileError((Problem(words, file=file),)) from None
    profile = _profile(values, report)
    if report.problems:
        raise ProfileError(report.problems)
    return profile


def _syntax_problem(error: tomllib.TOMLDecodeError, file: str) -> Problem:
    text = str(error)
    found = re.search(r"\(at line (\d+), column (\d+)\)", text)
    what = re.sub(r"\s*\(at .*\)$", "", text)
    words = f"This is no TOML: {what[:1].lower()}{what[1:]}."
    if found is None:
        return Problem(f"{words} Something is missing at its end.", file=file)
    return Problem(f"{words} Look at column {found[2]}.", int(found[1]), file)


def _profile(values: Mapping[str, object], report: Report) -> Profile:
    top = Table(values, (), "a profile", report)
    if values.get("schema") != SCHEMA or values.get("schema") is True:
        top.wrong("schema", f"A profile begins with “schema = {SCHEMA}”, which this version reads.")
    top.knows(_TOP, _ELSEWHERE)
    profile_id = top.text("id")
    if profile_id and (not _ID.fullmatch(profile_id) or len(profile_id) > 40):
        top.wrong("id", "“id” is small letters and digits with hyphens between, such as “my-ring”.")
    name = top.text("name")
    sources = tuple(
        source
        for table in top.tables("stream", "[[stream]]", _MAX_SOURCES)
        if (source := read_source(table)) is not None
    )
    if not top.tables("stream", "[[stream]]", _MAX_SOURCES):
        top.wrong("stream", "A profile needs a [[stream]]: what the sensor sends.")
    _check_sources(top, sources)
    connecting, first_s, watchdog_s = _connection(top)
    profile = Profile(
        profile_id,
        name,
        _match(top),
        sources,
        tuple(map(_write, top.tables("init", "[[init]]", _MAX_WRITES))),
        tuple(map(_write, top.tables("stop", "[[stop]]", _MAX_WRITES))),
        connecting,
        watchdog_s,
        first_s,
        licence=top.text("licence", ""),
        hint=top.text("hint", ""),
    )
    tables = top.tables("test", "[[test]]", _MAX_TESTS)
    tests = tuple(_self_test(table, sources) for table in tables)
    _check_tests(top, sources, tests, is_whole=not report.problems)
    return replace(profile, tests=tests)


def _match(top: Table) -> Match:
    table = top.table("match", "[match]")
    if table is None:
        top.wrong("", "A profile needs [match]: by which services or name the sensor is known.")
        return Match()
    table.knows(("services", "name_prefix", "manufacturer_id", "fits"))
    match = Match(
        table.uuids("services"),
        table.texts("name_prefix"),
        table.whole_numbers("manufacturer_id", 0xFFFF),
        table.word("fits", ("any", "all"), "any") == "all",
    )
    if not {"services", "name_prefix", "manufacturer_id"} & set(table.names):
        table.wrong("", "[match] needs services, name_prefix or manufacturer_id.")
    return match


def _connection(top: Table) -> tuple[Connecting, float, float]:
    table = top.table("connection", "[connection]")
    if table is None:
        return Connecting(), 10.0, 10.0
    table.knows(("pair", "use_cached_services", "watchdog_s", "first_s"))
    connecting = Connecting(
        table.word("pair", _PAIRING, "if-needed") or "if-needed",
        table.flag("use_cached_services", default=True),
    )
    watchdog_s = table.number("watchdog_s", 10.0, 1.0, 3600.0) or 10.0
    first_s = table.number("first_s", max(watchdog_s, 10.0), 1.0, 3600.0) or 10.0
    return connecting, first_s, watchdog_s


def _write(table: Table) -> Write:
    table.knows(
        ("write", "hex", "text", "value", "endian", "response", "delay_ms", "expect"),
        {"char": "Write “write = …” with the characteristic."},
    )
    given = [key for key in ("hex", "text", "value") if key in table]
    if len(given) != 1:
        table.wrong("", "A write needs one of “hex”, “text” and “value”.")
    payload = table.octets("hex") if "hex" in table else table.text("text", "").encode()
    if len(payload) > _MAX_PAYLOAD:
        table.wrong(given[0], f"A write has at most {_MAX_PAYLOAD} bytes.")
    now = table.word("value", NOW) if "value" in table else ""
    return Write(
        table.uuid("write"),
        payload,
        now,
        table.word("endian", ("little", "big"), "little"),
        table.flag("response", default=True),
        (table.number("delay_ms", 0.0, 0.0, 60000.0) or 0.0) / 1000.0,
        _answer(table),
    )


def _answer(table: Table) -> Answer | None:
    expected = table.table("expect", 'expect = {char = "…", hex_prefix = "…"}')
    if expected is None:
        return None
    expected.knows(("char", "hex_prefix", "timeout_ms"))
    timeout_ms = expected.number("timeout_ms", 5000.0, 1.0, 60000.0) or 5000.0
    return Answer(expected.uuid("char"), expected.octets("hex_prefix"), timeout_ms / 1000.0)


def _check_sources(top: Table, sources: tuple[Source, ...]) -> None:
    """Report what two streams cannot share."""
    seen: dict[str, str] = {}
    tables = top.tables("stream", "[[stream]]", _MAX_SOURCES)
    if len(tables) != len(sources):
        return
    for table, source in zip(tables, sources, strict=True):
        if source.characteristic in seen:
            words = "Another [[stream]] has the same “char”. Put the channels into one."
            table.wrong("char", words)
        seen[source.characteristic] = ""
        for kind in dict.fromkeys(channel.kind.partition("_")[0] for channel in source.channels):
            key = f"kind {kind}"
            if key in seen:
                words = f"Two of [[stream]] have channels of kind “{kind}”: a sensor can have one."
                table.wrong("", words)
            seen[key] = ""


def _self_test(table: Table, sources: tuple[Source, ...]) -> SelfTest:
    table.knows(("char", "hex", "text", "expect", "refused", "time_s"))
    given = [key for key in ("hex", "text") if key in table]
    packets: tuple[bytes, ...] = ()
    if len(given) != 1:
        table.wrong("", "A test needs “hex” or “text”: what the sensor sent.")
    elif given == ["hex"]:
        packets = table.octet_lists("hex")
    else:
        packets = tuple(text.encode() for text in table.texts("text"))
    characteristic = table.uuid("char", is_needed=len(sources) > 1)
    if not characteristic and len(sources) == 1:
        characteristic = sources[0].characteristic
    source = next((one for one in sources if one.characteristic == characteristic), None)
    if characteristic and source is None and sources:
        table.wrong("char", "No [[stream]] has this “char”.")
    is_refused = table.flag("refused", default=False)
    expect: list[tuple[str, tuple[float, ...]]] = []
    expected = table.table("expect", "expect = {eda = [4.0]}")
    if expected is not None and source is not None:
        known = channel_keys([channel.kind for channel in source.channels])
        expected.knows(known)
        expect = [
            (key, expected.numbers(key, may_be_nan=True)) for key in expected.names if key in known
        ]
    if is_refused == (expected is not None):
        table.wrong("", "A test needs “expect = {…}” or “refused = true”.")
    time_s = table.number("time_s", None, 0.0, 1e12)
    return SelfTest(characteristic, packets, tuple(expect), is_refused, time_s, table.line)


def _check_tests(
    top: Table, sources: tuple[Source, ...], tests: tuple[SelfTest, ...], *, is_whole: bool
) -> None:
    """Report channels that no test shows to be right."""
    if not tests:
        top.wrong(
            "test", "A profile needs a [[test]]: bytes as the sensor sent them, and their meaning."
        )
        return
    if not is_whole:
        # Tests of streams that were not understood say nothing.
        return
    for source in sources:
        for key in channel_keys([channel.kind for channel in source.channels]):
            shown = [
                value
                for test in tests
                if test.characteristic == source.characteristic
                for name, values in test.expect
                if name == key
                for value in values
                if value == value  # noqa: PLR0124 - nan is no reading
            ]
            if not shown:
                top.wrong("test", f"No [[test]] says what a reading of “{key}” should be. Add one.")
