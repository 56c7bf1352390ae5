"""What strikes about packets of unknown meaning: what counts up, what is a clock, what changes.

Each of these is a remark that a person may take up or leave; none is guessed from a packet or two.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from biofeedback.devices.profiles.drafting import Draft

__all__ = [
    "Noticed",
    "NoticedField",
    "nice_rate",
    "notice",
    "samples_per_s",
    "text_cells",
    "whole_lines",
]

# Fewer packets than this say nothing about what counts.
_LEAST: Final = 8
# A packet may be lost now and then.
_MOST: Final = 0.9
_ENDIANS: Final = {"little": "<", "big": ">"}
_UNITS: Final = {"s": 1.0, "ms": 1e3, "us": 1e6}
# A clock may run this much too fast, and packets come in bunches.
_CLOCK: Final = 0.03
# Without a second or two, the bunches in which packets come hide the pace.
_LEAST_S: Final = 2.0
# Whatever counts or runs lies at the head of a packet.
_HEAD: Final = 48
_TEXT: Final = frozenset(b"0123456789+-.,;:=eE \t\r\n\0{}[]\"'_/") | frozenset(
    range(ord("A"), ord("z") + 1)
)


@dataclass(frozen=True, slots=True)
class NoticedField:
    """Bytes that behave like a number of some sort.

    Parameters
    ----------
    offset_bytes
        Where they begin, from 0.
    value_type
        ``u8``, ``u16`` or ``u32``.
    endian
        ``little`` or ``big``.
    unit
        For a clock ``s``, ``ms`` or ``us``; empty for a count.
    """

    offset_bytes: int
    value_type: str
    endian: str
    unit: str = ""

    @property
    def n_bytes(self) -> int:
        """How many bytes it has."""
        return int(self.value_type[1:]) // 8


@dataclass(frozen=True, slots=True)
class Noticed:
    """What strikes about some packets.

    Parameters
    ----------
    n_packets
        How many were looked at.
    lengths
        The lengths that occur, the most frequent first.
    packets_per_s
        ``None`` until there are enough to tell.
    is_text
        Whether all of it can be read as text.
    changes
        For each byte of packets of the most frequent length, in which share of them it differs
        from the one before, 0 to 1.
    counter, clock
        What counts the packets, and what tells the sensor's time; ``None`` where nothing does.
    """

    n_packets: int
    lengths: tuple[int, ...] = ()
    packets_per_s: float | None = None
    is_text: bool = False
    changes: tuple[float, ...] = ()
    counter: NoticedField | None = None
    clock: NoticedField | None = None


def notice(packets: Sequence[bytes], arrival_s: Sequence[float]) -> Noticed:
    """Look at packets.

    Parameters
    ----------
    packets
        In the order in which they came.
    arrival_s
        When each came.
    """
    if not packets:
        return Noticed(0)
    counts: dict[int, int] = {}
    for packet in packets:
        counts[len(packet)] = counts.get(len(packet), 0) + 1
    lengths = tuple(sorted(counts, key=lambda length: (-counts[length], length)))
    same = [place for place, packet in enumerate(packets) if len(packet) == lengths[0]]
    table = np.frombuffer(b"".join(packets[place] for place in same), np.uint8)
    table = table.reshape(len(same), lengths[0])
    changes = np.mean(table[1:] != table[:-1], axis=0) if len(same) > 1 else np.zeros(lengths[0])
    is_text = all(packets) and all(set(packet) <= _TEXT for packet in packets)
    counter = clock = None
    if len(same) >= _LEAST and not is_text:
        table = table[:, :_HEAD]
        counter = _counter(table)
        clock = _clock(table, np.array([arrival_s[place] for place in same]), counter)
    return Noticed(
        len(packets),
        lengths,
        _per_s(len(packets), arrival_s),
        is_text,
        tuple(changes.tolist()),
        counter,
        clock,
    )


def _per_s(count: int, arrival_s: Sequence[float]) -> float | None:
    if count < _LEAST or arrival_s[-1] - arrival_s[0] < _LEAST_S / 2:
        return None
    return (count - 1) / (arrival_s[-1] - arrival_s[0])


def _read(table: NDArray[np.uint8], offset: int, n_bytes: int, endian: str) -> NDArray[np.int64]:
    raw = np.ascontiguousarray(table[:, offset : offset + n_bytes])
    return raw.view(f"{_ENDIANS[endian]}u{n_bytes}")[:, 0].astype(np.int64)


def _counter(table: NDArray[np.uint8]) -> NoticedField | None:
    """Return the widest bytes that count up by one from packet to packet."""
    found = None
    for offset in range(table.shape[1]):
        for n_bytes in (1, 2, 4):
            if offset + n_bytes > table.shape[1]:
                break
            for endian in ("little", "big"):
                values = _read(table, offset, n_bytes, endian)
                steps = np.diff(values) % (1 << 8 * n_bytes)
                # A count may leap where packets were lost, and never stands still.
                if np.mean(steps == 1) < _MOST or np.any(steps == 0):
                    continue
                # Bytes that never moved may as well be something else.
                has_moved = np.all(table[:, offset : offset + n_bytes].min(axis=0)
                                   < table[:, offset : offset + n_bytes].max(axis=0))  # fmt: skip
                if has_moved and (found is None or n_bytes > found.n_bytes):
                    found = NoticedField(offset, f"u{8 * n_bytes}", endian)
    return found


def _clock(
    table: NDArray[np.uint8], arrival_s: NDArray[np.float64], counter: NoticedField | None
) -> NoticedField | None:
    """Return bytes that advance as seconds, milliseconds or microseconds do."""
    elapsed_s = float(arrival_s[-1] - arrival_s[0])
    if elapsed_s < _LEAST_S:
        return None
    taken = set() if counter is None else _span(counter)
    for n_bytes in (4, 2):
        for offset in range(table.shape[1] - n_bytes + 1):
            for endian in ("little", "big"):
                here = NoticedField(offset, f"u{8 * n_bytes}", endian)
                if taken & _span(here):
                    continue
                values = _read(table, offset, n_bytes, endian)
                steps = np.diff(values) % (1 << 8 * n_bytes)
                if not np.all(steps > 0):
                    continue
                for unit, per_s in _UNITS.items():
                    pace = float(steps.sum()) / elapsed_s / per_s
                    if abs(pace - 1) < _CLOCK and float(steps.max()) < per_s * _LEAST_S:
                        return NoticedField(offset, here.value_type, endian, unit)
    return None


def _span(field: NoticedField) -> set[int]:
    return set(range(field.offset_bytes, field.offset_bytes + field.n_bytes))


def nice_rate(rate_hz: float) -> float:
    """Return the whole number that a measured rate most likely is, or else it with two digits."""
    whole = round(rate_hz)
    if whole >= 1 and abs(rate_hz - whole) <= 0.04 * rate_hz:
        return float(whole)
    return float(f"{rate_hz:.2g}")


def samples_per_s(
    draft: Draft, packets: Sequence[bytes], arrival_s: Sequence[float]
) -> float | None:
    """Return how many values a second come by a draft, ``None`` until that can be told."""
    per_s = _per_s(len(packets), arrival_s)
    if per_s is None:
        return None
    if draft.value_type == "text":
        lines = sum(packet.count(b"\n") for packet in packets) if draft.is_lines else len(packets)
        return per_s * lines / len(packets) or None
    if draft.n_samples is not None:
        return per_s * draft.n_samples
    n_bytes = int(draft.value_type[1:]) // 8
    fitting = sum(max(len(packet) - draft.offset_bytes, 0) // n_bytes for packet in packets)
    return per_s * fitting / len(packets) or None


def whole_lines(packets: Sequence[bytes], *, is_lines: bool) -> list[bytes]:
    """Return the lines of text that came in packets, without those that are cut."""
    if not is_lines:
        return [packet.strip(b"\r\n\0") for packet in packets]
    return [line.strip(b"\r\0") for line in b"".join(packets).split(b"\n")[1:-1]]


def text_cells(line: bytes, separator: str) -> list[str]:
    """Return the columns of a line of text; of JSON each key with its value."""
    text = line.decode("utf-8", "replace").strip()
    if text.startswith("{"):
        try:
            pairs = json.loads(text, parse_int=str, parse_float=str)
        except (ValueError, RecursionError):
            return [text]
        return [f"{key}: {value}" for key, value in _flat(pairs).items()]
    signs = {"tab": "\t", "space": None}.get(separator, separator)
    return [cell.strip() for cell in text.split(signs)]


def _flat(pairs: dict[str, object]) -> dict[str, object]:
    """Return what lies within another under the names of both, as profiles call it."""
    flat: dict[str, object] = {}
    for key, value in pairs.items():
        if isinstance(value, dict):
            flat |= {f"{key}_{inner}": one for inner, one in _flat(value).items()}
        else:
            flat[key] = value
    return flat
