"""Text layouts: which value stands where in a line.

===========  ============================  ======================
encoding     a line                        layout
===========  ============================  ======================
csv          ``17,1700,3.42``              ``seq t eda``, ``_`` for a column that is left out
keyvalue     ``eda:3.42,ppg:812``          ``eda ppg``
json-lines   ``{"eda": 3.42, "n": 17}``    ``eda n``; of ``{"a": {"b": 1}}`` ``a_b``
===========  ============================  ======================

A line that has another number of columns, or something in a wanted place that is no number, is
refused as a whole: half a line joined to another must not become a reading. An empty place,
``nan``, ``null`` or ``-`` is no reading.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from math import isfinite, nan
from typing import TYPE_CHECKING, Final

import numpy as np

from biofeedback.devices.driver import DecodeError
from biofeedback.devices.profiles.formula import WORDS
from biofeedback.devices.profiles.layout import LayoutError, Record
from biofeedback.devices.profiles.profile import Encoding

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["SEPARATORS", "Columns", "parse_columns"]

SEPARATORS: Final = {",": ",", ";": ";", "tab": "\t", "space": " "}
_MAX_COLUMNS = 64
_MAX_NAME_LENGTH = 32
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_NO_READING: Final = frozenset({"", "-", "nan", "null", "none"})


@dataclass(frozen=True, slots=True)
class Columns:
    """A text layout that was understood.

    Parameters
    ----------
    encoding
        ``csv``, ``keyvalue`` or ``json-lines``.
    names
        The wanted fields, for ``csv`` in the order of the columns.
    separator
        Between the values of a line.
    """

    encoding: Encoding
    columns: tuple[str, ...]
    separator: str = ","

    @property
    def names(self) -> tuple[str, ...]:
        """The fields."""
        return tuple(name for name in self.columns if name != "_")

    def decode(self, line: bytes) -> Record:
        """Read the fields of one line.

        Raises
        ------
        DecodeError
            If it is no such line.
        """
        try:
            text = line.decode("utf-8").strip(" \t\r\n\0")
        except UnicodeDecodeError:
            msg = "a line is no text"
            raise DecodeError(msg) from None
        if not text:
            # Of one column it would be a reading that is missing, told by nothing at all.
            msg = "a line is empty"
            raise DecodeError(msg)
        if self.encoding is Encoding.CSV:
            values = self._csv(text)
        elif self.encoding is Encoding.KEYVALUE:
            values = self._keyvalue(text)
        else:
            values = self._json(text)
        # What a line of csv must have another line may leave out, but not all of it.
        if not values:
            msg = "a line has none of the fields"
            raise DecodeError(msg)
        return Record(1, {}, {name: np.array([value]) for name, value in values.items()})

    def _csv(self, text: str) -> dict[str, float]:
        cells = text.split() if self.separator == " " else text.split(self.separator)
        if len(cells) != len(self.columns):
            msg = "a line has not as many columns as its layout"
            raise DecodeError(msg)
        return {
            name: _number(cell)
            for name, cell in zip(self.columns, cells, strict=True)
            if name != "_"
        }

    def _keyvalue(self, text: str) -> dict[str, float]:
        pairs = text.split() if self.separator == " " else text.split(self.separator)
        values: dict[str, float] = {}
        seen: set[str] = set()
        for pair in pairs:
            key, sign, cell = pair.partition(":" if ":" in pair else "=")
            name = _as_name(key)
            if not sign or name in seen:
                msg = "a line has a value without a key, or a key twice"
                raise DecodeError(msg)
            seen.add(name)
            if name in self.columns:
                values[name] = _number(cell)
        return values

    def _json(self, text: str) -> dict[str, float]:
        try:
            # Numbers stay text until they are wanted: none can be too long to convert.
            whole = json.loads(
                text, parse_int=_Digits, parse_float=_Digits, object_pairs_hook=_once_each
            )
        except (ValueError, RecursionError):
            msg = "a line is no JSON"
            raise DecodeError(msg) from None
        if not isinstance(whole, dict):
            msg = "a line is no JSON object"
            raise DecodeError(msg)
        values: dict[str, float] = {}
        for name, value in _flat(whole):
            if name not in self.columns:
                continue
            if name in values or not (value is None or isinstance(value, (_Digits, float))):
                msg = "a line has no number in a wanted place, or a key twice"
                raise DecodeError(msg)
            values[name] = _number(value) if isinstance(value, _Digits) else nan
        return values


class _Digits(str):
    """A number of a JSON text, as written."""

    __slots__ = ()


def _once_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    whole = dict(pairs)
    if len(whole) != len(pairs):
        msg = "a key twice"
        raise ValueError(msg)
    return whole


def _flat(whole: dict[str, object]) -> Iterator[tuple[str, object]]:
    """Give each value with its path as a name; a line is short, so there are few."""
    waiting: list[tuple[str, object]] = [("", whole)]
    while waiting:
        prefix, value = waiting.pop()
        if isinstance(value, dict):
            waiting += [
                (f"{prefix}_{key}" if prefix else str(key), inner) for key, inner in value.items()
            ]
        else:
            yield _as_name(prefix), value


def _as_name(key: str) -> str:
    """Return a key as a field can be called: ``Skin conductance (uS)`` is no problem."""
    return re.sub(r"\W+", "_", key, flags=re.ASCII).strip("_")


def _number(cell: str) -> float:
    text = cell.strip()
    if text.lower() in _NO_READING:
        return nan
    if not _NUMBER.fullmatch(text):
        msg = "a value of a line is no number"
        raise DecodeError(msg)
    value = float(text)
    return value if isfinite(value) else nan


def parse_columns(text: str, encoding: Encoding, separator: str = ",") -> Columns:
    """Understand a text layout: names with blanks between.

    Raises
    ------
    LayoutError
        If it is none.
    """
    names = text.replace(",", " ").split()
    if not names or len(names) > _MAX_COLUMNS:
        msg = (
            f"A text layout names 1 to {_MAX_COLUMNS} fields with blanks between, such as “t eda”."
        )
        raise LayoutError(msg)
    for name in names:
        if name == "_" and encoding is Encoding.CSV:
            continue
        if not _NAME.fullmatch(name) or len(name) > _MAX_NAME_LENGTH or name in WORDS:
            msg = (
                f"“{name}” cannot be the name of a field. Use letters, digits and _, at most "
                f"{_MAX_NAME_LENGTH}, and no word of the formulas. A text layout has no types."
            )
            raise LayoutError(msg)
        if _as_name(name) != name:
            msg = f"“{name}” begins or ends with _. Please call the field otherwise."
            raise LayoutError(msg)
        if names.count(name) > 1:
            msg = f"The field “{name}” stands in the layout twice. Give each its own name."
            raise LayoutError(msg)
    if all(name == "_" for name in names):
        msg = "The layout leaves out every column. Give the wanted ones names."
        raise LayoutError(msg)
    return Columns(encoding, tuple(names), separator)
