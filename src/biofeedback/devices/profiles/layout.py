"""Binary layouts: which value stands where in a packet.

::

    layout   { field } [ "(" { field } ")" ( count | "*" ) { field } ]
    field    name ":" type | "pad:" count | "pad:*"
    type     u8 u16 u24 u32 u64 i8 i16 i24 i32 i64 f32 f64

Fields follow each other without gaps. What stands in brackets is one sample: it comes so many
times, or with ``*`` as often as the packet has room, the newest last. A packet must have just
the length that the layout says; ``pad:*`` at its end leaves whatever follows out.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from biofeedback.devices.driver import DecodeError
from biofeedback.devices.profiles.formula import WORDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["MAX_PACKET_BYTES", "Field", "Layout", "LayoutError", "Record", "parse_layout"]

# The longest value of a characteristic (Bluetooth Core Specification, volume 3, part F, 3.2.9).
MAX_PACKET_BYTES: Final = 512
_MAX_LAYOUT_LENGTH = 1000
_MAX_NAME_LENGTH = 32
_N_BYTES: Final = {
    **{f"{sign}{bits}": bits // 8 for sign in "ui" for bits in (8, 16, 24, 32, 64)},
    "f32": 4,
    "f64": 8,
}
_TOKEN = re.compile(r"\s*(\(|\)\s*(?:\*|\d{1,3})|[^\s()]+)")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


class LayoutError(ValueError):
    """A text that is no layout; its words say why."""


@dataclass(frozen=True, slots=True)
class Field:
    """One value, at ``offset`` bytes from the start of its part."""

    name: str
    code: str
    offset: int

    @property
    def n_bytes(self) -> int:
        """How many bytes it takes."""
        return _N_BYTES[self.code]

    @property
    def bits(self) -> int | None:
        """The width of a whole number, ``None`` for a fraction."""
        return None if self.code[0] == "f" else 8 * self.n_bytes


@dataclass(frozen=True, slots=True)
class Record:
    """The fields of one packet or line, as numbers.

    ``once`` holds what stands there one time, whole numbers exact; ``each`` what each of the
    ``n_samples`` samples has, shape ``(n_samples,)``.
    """

    n_samples: int
    once: dict[str, float]
    each: dict[str, NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Layout:
    """A layout that was understood: what stands before the samples, in each, and behind them.

    ``n_samples`` is 1 without brackets, ``None`` for as many as there is room for.
    """

    endian: str
    head: tuple[Field, ...]
    head_bytes: int
    group: tuple[Field, ...]
    group_bytes: int
    n_samples: int | None
    tail: tuple[Field, ...]
    tail_bytes: int
    has_rest: bool

    @property
    def fields(self) -> tuple[Field, ...]:
        """All fields in the order of the layout."""
        return (*self.head, *self.group, *self.tail)

    @property
    def names(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(each.name for each in self.fields)

    @property
    def n_bytes(self) -> int | None:
        """Length of a packet, ``None`` where it varies."""
        if self.n_samples is None or self.has_rest:
            return None
        return self.head_bytes + self._group_total(self.n_samples) + self.tail_bytes

    def field(self, name: str) -> Field | None:
        """Return the field of that name."""
        return next((each for each in self.fields if each.name == name), None)

    def decode(self, packet: bytes) -> Record:
        """Read the fields of one packet.

        Raises
        ------
        DecodeError
            If it has not the length that the layout says.
        """
        fixed = self.head_bytes + self.tail_bytes
        n_samples = self.n_samples
        if n_samples is None:
            n_samples, rest = divmod(len(packet) - fixed, self.group_bytes)
            is_right = n_samples >= 0 and rest == 0
        else:
            needed = fixed + self._group_total(n_samples)
            is_right = len(packet) == needed or (self.has_rest and len(packet) > needed)
        if not is_right or len(packet) > MAX_PACKET_BYTES:
            msg = "a packet has not the length of its layout"
            raise DecodeError(msg)
        once = {each.name: self._one(each, packet, 0) for each in self.head}
        tail_at = self.head_bytes + self._group_total(n_samples)
        once.update((each.name, self._one(each, packet, tail_at)) for each in self.tail)
        if not self.group:
            return Record(n_samples, once, {})
        rows = np.frombuffer(
            packet, np.uint8, n_samples * self.group_bytes, self.head_bytes
        ).reshape(n_samples, self.group_bytes)
        return Record(n_samples, once, {each.name: self._column(each, rows) for each in self.group})

    def _group_total(self, n_samples: int) -> int:
        return n_samples * self.group_bytes

    def _one(self, field: Field, packet: bytes, start: int) -> float:
        raw = packet[start + field.offset : start + field.offset + field.n_bytes]
        if field.code[0] == "f":
            sign = "<" if self.endian == "little" else ">"
            (value,) = struct.unpack(f"{sign}{'f' if field.n_bytes == 4 else 'd'}", raw)
            return float(value)
        is_little = self.endian == "little"
        # A whole number stays one, so that a clock of 64 bits keeps its last digit.
        return int.from_bytes(raw, "little" if is_little else "big", signed=field.code[0] == "i")

    def _column(self, field: Field, rows: NDArray[np.uint8]) -> NDArray[np.float64]:
        raw = rows[:, field.offset : field.offset + field.n_bytes]
        if field.n_bytes == 3:
            low, middle, high = (0, 1, 2) if self.endian == "little" else (2, 1, 0)
            wide = raw.astype(np.int64)
            whole = wide[:, low] | wide[:, middle] << 8 | wide[:, high] << 16
            if field.code[0] == "i":
                whole -= (whole & 0x800000) << 1
            return whole.astype(np.float64)
        sign = "<" if self.endian == "little" else ">"
        code = f"{sign}{field.code[0]}{field.n_bytes}"
        # A signalling nan is no reading like any other, and nothing to be warned of.
        with np.errstate(invalid="ignore"):
            return np.ascontiguousarray(raw).view(code)[:, 0].astype(np.float64)


@dataclass(slots=True)
class _Part:
    fields: list[Field]
    n_bytes: int = 0


def parse_layout(text: str, endian: str = "little") -> Layout:
    """Understand a layout.

    Parameters
    ----------
    text
        See above.
    endian
        ``little`` or ``big``.

    Raises
    ------
    LayoutError
        If it is none.
    """
    if len(text) > _MAX_LAYOUT_LENGTH:
        msg = f"The layout is longer than {_MAX_LAYOUT_LENGTH} characters. Please make it shorter."
        raise LayoutError(msg)
    parts = _Parts()
    for token in _TOKEN.findall(text):
        parts.take(token)
    if _TOKEN.sub("", text).strip():
        msg = "A bracket is closed without saying how often: write )* or a number such as )8."
        raise LayoutError(msg)
    return parts.layout(endian)


class _Parts:
    """The layout as far as it has been read."""

    def __init__(self) -> None:
        self._head, self._group, self._tail = _Part([]), _Part([]), _Part([])
        self._part = self._head
        self._n_samples: int | None = 1
        self._has_rest = False
        self._names: set[str] = set()

    def take(self, token: str) -> None:
        """Take the next word."""
        if self._has_rest:
            msg = "Nothing can follow “pad:*”, which leaves out all the rest."
            raise LayoutError(msg)
        if token == "(":  # noqa: S105 - a bracket, no secret
            if self._part is not self._head:
                msg = "A layout can have one pair of brackets, and no brackets inside them."
                raise LayoutError(msg)
            self._part = self._group
        elif token[0] == ")":
            self._close(token[1:].strip())
        elif token == "pad:*":  # noqa: S105 - a field, no secret
            self._has_rest = True
        else:
            _add(self._part, token, self._names)

    def _close(self, times: str) -> None:
        if self._part is not self._group:
            msg = "A bracket is closed that was not opened."
            raise LayoutError(msg)
        if not self._group.fields:
            msg = "The brackets hold no field."
            raise LayoutError(msg)
        if times != "*" and int(times) == 0:
            msg = "The brackets come 0 times. Write )* for as many as fit."
            raise LayoutError(msg)
        self._n_samples = None if times == "*" else int(times)
        self._part = self._tail

    def layout(self, endian: str) -> Layout:
        """Return all of it."""
        if self._part is self._group:
            msg = "A bracket is not closed: write )* for as many as fit, or a number such as )8."
            raise LayoutError(msg)
        if self._has_rest and self._n_samples is None:
            msg = "“)*” takes all there is, so “pad:*” has nothing to leave out. Take one away."
            raise LayoutError(msg)
        layout = Layout(
            endian,
            tuple(self._head.fields),
            self._head.n_bytes,
            tuple(self._group.fields),
            self._group.n_bytes,
            self._n_samples,
            tuple(self._tail.fields),
            self._tail.n_bytes,
            self._has_rest,
        )
        group_bytes = self._group.n_bytes * (self._n_samples or 1)
        least = self._head.n_bytes + group_bytes + self._tail.n_bytes
        if least > MAX_PACKET_BYTES:
            msg = f"The layout takes {least} bytes; a packet has at most {MAX_PACKET_BYTES}."
            raise LayoutError(msg)
        if not layout.fields:
            msg = "The layout has no field. Write one as name:type, such as ohm:u32."
            raise LayoutError(msg)
        return layout


def _add(part: _Part, token: str, names: set[str]) -> None:
    name, _, code = token.partition(":")
    if name == "pad" and code.isascii() and code.isdecimal() and 0 < int(code[:9]) <= 512:
        part.n_bytes += int(code)
        return
    if name == "pad" or code not in _N_BYTES:
        msg = f"“{token}” is no field. Write name:type with one of {', '.join(_N_BYTES)}; or pad:2."
        raise LayoutError(msg)
    if not _NAME.fullmatch(name) or len(name) > _MAX_NAME_LENGTH or name in WORDS:
        msg = (
            f"“{name}” cannot be the name of a field. Use letters, digits and _, at most "
            f"{_MAX_NAME_LENGTH}, and no word of the formulas."
        )
        raise LayoutError(msg)
    if name in names:
        msg = f"The field “{name}” stands in the layout twice. Give each its own name."
        raise LayoutError(msg)
    names.add(name)
    part.fields.append(Field(name, code, part.n_bytes))
    part.n_bytes += _N_BYTES[code]
