"""Reads the tables of a profile, keeps all that is wrong with them, and where it stands."""

from __future__ import annotations

import difflib
import re
from math import isfinite
from typing import TYPE_CHECKING, Final

from biofeedback.devices.driver import uuid_of
from biofeedback.devices.profiles.file_lines import lines_of_keys
from biofeedback.devices.profiles.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from biofeedback.devices.profiles.file_lines import KeyPath

__all__ = ["MAX_TEXT_LENGTH", "Report", "Table", "nearest", "uuid_from"]

MAX_TEXT_LENGTH: Final = 500
_MAX_HEX_BYTES = 4096
_SHORT_UUID = re.compile(r"(?:0x)?([0-9a-f]{4}|[0-9a-f]{8})", re.ASCII)
_LONG_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_NO_UUID: Final = (
    "is no UUID. Write 16 bits as “180d”, 32 bits as eight digits, or all of it as "
    "“6e400001-b5a3-f393-e0a9-e50e24dcca9e”."
)


def uuid_from(text: str) -> str | None:
    """Return a UUID of 16, 32 or 128 bits in full, in small letters; ``None`` if it is none."""
    small = text.strip().lower()
    if short := _SHORT_UUID.fullmatch(small):
        return uuid_of(int(short[1], 16))
    return small if _LONG_UUID.fullmatch(small) else None


def nearest(text: str, known: Collection[str]) -> str:
    """Return what was probably meant; empty if nothing is near."""
    for word in known:
        if word.casefold() == text.casefold():
            return word
    near = difflib.get_close_matches(text, known, 1, 0.6)
    return near[0] if near else ""


class Report:
    """All that is wrong with one file.

    Parameters
    ----------
    text
        The file, to find the lines; it may be none.
    file
        Its name.
    """

    def __init__(self, text: str, file: str) -> None:
        self._lines = lines_of_keys(text)
        self._file = file
        self._problems: list[Problem] = []

    @property
    def problems(self) -> tuple[Problem, ...]:
        """In the order of the file."""
        return tuple(sorted(self._problems, key=lambda problem: problem.line))

    def line(self, path: KeyPath) -> int:
        """Return the line of a key, or else of what it stands in."""
        while path:
            # Of a list of tables the first is meant.
            for known in (path, (*path, 0)):
                if known in self._lines:
                    return self._lines[known]
            path = path[:-1]
        return 0

    def add(self, path: KeyPath, words: str) -> None:
        """Keep that something is wrong."""
        self._problems.append(Problem(words, self.line(path), self._file))


class Table:
    """One table of the file. Whatever is not as it should be is reported, and a default given.

    Parameters
    ----------
    values
        As the file has them.
    path
        Where it stands in the file.
    title
        What it is called in words: ``[[stream]]``.
    report
        Where problems go.
    """

    def __init__(
        self, values: Mapping[str, object], path: KeyPath, title: str, report: Report
    ) -> None:
        self._values = values
        self._path = path
        self._title = title
        self._report = report

    @property
    def line(self) -> int:
        """Where it stands."""
        return self._report.line(self._path)

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def wrong(self, key: str, words: str) -> None:
        """Report that something is wrong with a key; with the table itself if it is empty."""
        self._report.add((*self._path, key) if key else self._path, words)

    def knows(self, known: Sequence[str], elsewhere: Mapping[str, str] | None = None) -> None:
        """Report keys that mean nothing here, with what may have been meant."""
        for key in self._values:
            if key in known:
                continue
            words = f"“{key}” is no key of {self._title}."
            near = nearest(key, known)
            if elsewhere and key in elsewhere:
                words += f" {elsewhere[key]}"
            elif near:
                words += f" Did you mean “{near}”?"
            else:
                words += f" It knows {', '.join(known)}."
            self.wrong(key, words)

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text; without a default it must be there."""
        value = self._values.get(key)
        if value is None:
            if default is None:
                self.wrong("", f"{self._title} needs “{key}”.")
            return default or ""
        if not isinstance(value, str) or len(value) > MAX_TEXT_LENGTH:
            self.wrong(key, f"“{key}” is a text in quotes of at most {MAX_TEXT_LENGTH} letters.")
            return default or ""
        if not value.strip():
            self.wrong(key, f"“{key}” is empty. Fill it in or leave it out.")
        return value

    def word(self, key: str, known: Collection[str], default: str | None = None) -> str:
        """Return one of some words."""
        value = self.text(key, default)
        if value and value not in known:
            near = nearest(value, known)
            hint = f"Did you mean “{near}”?" if near else f"It can be {', '.join(known)}."
            self.wrong(key, f"“{value}” is not known as “{key}”. {hint}")
            return default or ""
        return value

    def uuid(self, key: str, *, is_needed: bool = True) -> str:
        """Return a UUID in full."""
        value = self.text(key, None if is_needed else "")
        if not value:
            return ""
        uuid = uuid_from(value)
        if uuid is None:
            self.wrong(key, f"“{value}” {_NO_UUID}")
            return ""
        return uuid

    def uuids(self, key: str) -> tuple[str, ...]:
        """Return a list of UUIDs in full."""
        found = []
        for text in self.texts(key):
            uuid = uuid_from(text)
            if uuid is None:
                self.wrong(key, f"“{text}” {_NO_UUID}")
            else:
                found.append(uuid)
        return tuple(found)

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; one text alone is a list as well."""
        value = self._values.get(key, [])
        many = value if isinstance(value, list) else [value]
        is_right = all(isinstance(one, str) and one.strip() and len(one) <= 100 for one in many)
        if key in self._values and not (many and is_right):
            self.wrong(key, f'“{key}” is a list of texts, such as ["one", "two"].')
            return ()
        return tuple(map(str, many))

    def number(
        self,
        key: str,
        default: float | None,
        least: float,
        most: float,
        *,
        above: bool = False,
    ) -> float | None:
        """Return a number within limits; ``above`` excludes the smallest."""
        if key not in self._values:
            return default
        value = self._values[key]
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        # A whole number too long for a fraction cannot be compared with one either.
        if is_number and isinstance(value, int) and abs(value) > 2**64:
            is_number = False
        if (
            not is_number
            or not isinstance(value, (int, float))
            or not least <= value <= most
            or (above and value == least)
        ):
            self.wrong(
                key,
                f"“{key}” is a number {'above' if above else 'from'} {least:g} "
                f"{'and up' if above else ''} to {most:g}.".replace(" and up to", ", up to"),
            )
            return default
        return float(value)

    def whole(self, key: str, default: int | None, least: int, most: int) -> int | None:
        """Return a whole number within limits."""
        if key not in self._values:
            return default
        value = self._values[key]
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self.wrong(key, f"“{key}” is a whole number from {least} to {most}.")
            return default
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self._values.get(key, default)
        if not isinstance(value, bool):
            self.wrong(key, f"“{key}” is true or false, without quotes.")
            return default
        return value

    def numbers(self, key: str, *, may_be_nan: bool = False) -> tuple[float, ...]:
        """Return a list of numbers; one number alone is a list as well."""
        value = self._values.get(key, [])
        many = value if isinstance(value, list) else [value]
        numbers = []
        for one in many:
            if isinstance(one, bool) or not isinstance(one, (int, float)) or abs(one) > 1e300:
                break
            if not may_be_nan and not isfinite(one):
                break
            numbers.append(float(one))
        else:
            return tuple(numbers)
        self.wrong(key, f"“{key}” is a list of numbers, such as [1.5, 2.0].")
        return ()

    def whole_numbers(self, key: str, most: int) -> tuple[int, ...]:
        """Return a list of whole numbers from 0 on."""
        value = self._values.get(key, [])
        many = value if isinstance(value, list) else [value]
        is_right = all(type(one) is int and 0 <= one <= most for one in many)
        if key in self._values and not (many and is_right):
            self.wrong(key, f"“{key}” is a list of whole numbers from 0 to {most}.")
            return ()
        return tuple(many)

    def octets(self, key: str) -> bytes:
        """Return bytes that are written in hex."""
        return self._from_hex(key, self.text(key, ""))

    def octet_lists(self, key: str) -> tuple[bytes, ...]:
        """Return one or several texts in hex as bytes."""
        value = self._values.get(key, [])
        many = value if isinstance(value, list) else [value]
        if not all(isinstance(one, str) for one in many):
            self.wrong(key, f"“{key}” is a text in hex, or a list of such texts.")
            return ()
        return tuple(self._from_hex(key, str(one)) for one in many)

    def _from_hex(self, key: str, text: str) -> bytes:
        digits = "".join(text.split()).replace(":", "").replace("-", "")
        if len(digits) > 2 * _MAX_HEX_BYTES or not re.fullmatch(r"(?:[0-9a-fA-F]{2})*", digits):
            self.wrong(key, f"“{key}” is bytes in hex, two digits each, such as “01 a0 ff”.")
            return b""
        return bytes.fromhex(digits)

    @property
    def names(self) -> tuple[str, ...]:
        """All its keys."""
        return tuple(self._values)

    def table(self, key: str, title: str) -> Table | None:
        """Return a table in it, ``None`` if there is none."""
        if key not in self._values:
            return None
        value = self._values[key]
        if not isinstance(value, dict):
            self.wrong(key, f"“{key}” is a table, such as {title}.")
            return None
        return Table(value, (*self._path, key), title, self._report)

    def tables(self, key: str, title: str, most: int) -> tuple[Table, ...]:
        """Return the tables of a list in it."""
        value = self._values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self.wrong(key, f"“{key}” is written with two pairs of brackets: {title}.")
            return ()
        if len(value) > most:
            self.wrong(key, f"There can be at most {most} of {title}.")
            return ()
        return tuple(
            Table(one, (*self._path, key, place), title, self._report)
            for place, one in enumerate(value)
        )
