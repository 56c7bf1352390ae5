"""On which line of a TOML text each key stands, for messages that lead there.

The text has been parsed already, so it is known to be TOML; this only follows its headers, keys
and the brackets of values that go on over several lines.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["KeyPath", "lines_of_keys"]

KeyPath = tuple[str | int, ...]

_PART: Final = r'(?:[A-Za-z0-9_-]+|"[^"]*"|\'[^\']*\')'
_KEY = re.compile(rf"\s*({_PART}(?:\s*\.\s*{_PART})*)\s*=(.*)", re.DOTALL)
_HEADER = re.compile(rf"\s*(\[\[?)\s*({_PART}(?:\s*\.\s*{_PART})*)\s*\]")
_SKIPPED = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"*"""'
    r"|'''.*?'*'''"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
    r"|#[^\n]*",
    re.DOTALL,
)


def lines_of_keys(text: str) -> dict[KeyPath, int]:
    """Return the line of every header and key.

    Returns
    -------
    dict
        By path: ``("stream", 0, "channel", 1, "expr")``. Keys inside an inline table have the
        line of the key they belong to, and are not listed.
    """
    lines: dict[KeyPath, int] = {}
    counts: dict[KeyPath, int] = {}
    table: KeyPath = ()
    depth = 0
    # What could hide a bracket or a line's end is blotted out; line ends stay.
    for number, line in enumerate(_SKIPPED.sub(_blot, text).split("\n"), 1):
        if depth == 0 and (header := _HEADER.match(line)):
            table = _enter(_parts(header[2]), counts, is_one_of_many=header[1] == "[[")
            lines.setdefault(table, number)
            continue
        value = line
        if depth == 0 and (key := _KEY.match(line)):
            path: KeyPath = table
            for part in _parts(key[1]):
                path = (*path, part)
                lines.setdefault(path, number)
            value = key[2]
        depth += sum(map(value.count, "[{")) - sum(map(value.count, "]}"))
    return lines


def _blot(found: re.Match[str]) -> str:
    text = found[0]
    if "\n" not in text and text[:1] in "\"'":
        # A quoted key stays readable; nothing in it counts as a bracket.
        return text[0] + re.sub(r"[^\w .-]", "x", text[1:-1]).replace(".", "x") + text[-1]
    return "\n" * text.count("\n")


def _parts(dotted: str) -> list[str]:
    return [part.strip("\"' \t") for part in re.findall(_PART, dotted)]


def _enter(parts: list[str], counts: dict[KeyPath, int], *, is_one_of_many: bool) -> KeyPath:
    """Return the path of a header, with the place in each list of tables it goes through."""
    path: KeyPath = ()
    for place, part in enumerate(parts):
        path = (*path, part)
        is_last = place == len(parts) - 1
        if is_last and is_one_of_many:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path
