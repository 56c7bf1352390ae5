"""How bytes that come in notifications of any length become records.

A record is handed out when it is whole, wherever the notifications part it. What comes before
the first certain start of a record is left out: half a number looks just like a number.
Memory is bounded: a line that finds no end is given up at `MAX_LINE_BYTES`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from biofeedback.devices.profiles.layout import MAX_PACKET_BYTES
from biofeedback.devices.profiles.profile import Framing

if TYPE_CHECKING:
    from biofeedback.devices.profiles.profile import Source

__all__ = ["MAX_LINE_BYTES", "Framer", "Lines", "Packets", "Records", "Synced", "framer_of"]

MAX_LINE_BYTES: Final = 4096


class Records(NamedTuple):
    """The records that became whole, and how many pieces were given up."""

    whole: list[bytes]
    n_refused: int = 0


class Framer(Protocol):
    """Parts bytes into records."""

    def push(self, payload: bytes) -> Records:
        """Take one notification."""
        ...

    def reset(self, *, is_start: bool = False) -> None:
        """Forget what is held. ``is_start``: what comes next begins a record."""
        ...


class Packets:
    """One notification is one record."""

    def push(self, payload: bytes) -> Records:
        """Take one notification."""
        return Records([payload])

    def reset(self, *, is_start: bool = False) -> None:
        """Nothing is held."""


class Lines:
    """Records end with a line feed. The first is left out unless its start was seen."""

    def __init__(self) -> None:
        self._held = bytearray()
        # Whether what is held began at the start of a line.
        self._is_whole = False
        self._is_too_long = False

    def push(self, payload: bytes) -> Records:
        """Take one notification."""
        *ended, left = payload.split(b"\n")
        whole: list[bytes] = []
        n_refused = 0
        for part in ended:
            self._hold(part)
            if self._is_too_long:
                n_refused += 1
            elif self._is_whole and self._held.strip(b" \t\r\0"):
                whole.append(bytes(self._held))
            self._held.clear()
            self._is_whole, self._is_too_long = True, False
        self._hold(left)
        return Records(whole, n_refused)

    def _hold(self, part: bytes) -> None:
        if self._is_too_long or len(self._held) + len(part) > MAX_LINE_BYTES:
            self._is_too_long = True
            self._held.clear()
        else:
            self._held += part

    def reset(self, *, is_start: bool = False) -> None:
        """Forget what is held."""
        self._held.clear()
        self._is_whole, self._is_too_long = is_start, False


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a record looks like: how it begins, and how its length is known."""

    sync: bytes
    body_bytes: int | None
    length_bytes: int
    is_big: bool

    @property
    def head_bytes(self) -> int:
        return len(self.sync) + (0 if self.body_bytes is not None else self.length_bytes)

    def total(self, held: bytes, place: int) -> int | None:
        """Length of the record that begins at a place, ``None`` while that cannot be told."""
        if self.body_bytes is not None:
            return len(self.sync) + self.body_bytes
        start = place + len(self.sync)
        if len(held) < start + self.length_bytes:
            return None
        told = held[start : start + self.length_bytes]
        return self.head_bytes + int.from_bytes(told, "big" if self.is_big else "little")


class Synced:
    """Records begin with certain bytes, and their length is known or told.

    Those bytes may stand within a record as well. A start is believed when the next record begins
    where this one ends; from then on one look at each record's start is enough, until it fails.

    Parameters
    ----------
    sync
        How a record begins.
    body_bytes
        How many bytes follow; ``None`` where the record tells.
    length_bytes
        How many bytes tell it.
    endian
        Of these.
    """

    def __init__(
        self, sync: bytes, body_bytes: int | None, length_bytes: int = 1, endian: str = "little"
    ) -> None:
        self._shape = _Shape(sync, body_bytes, length_bytes, endian == "big")
        self._held = b""
        self._is_sure = False

    def push(self, payload: bytes) -> Records:
        """Take one notification."""
        held = self._held + payload
        whole: list[bytes] = []
        n_refused = 0
        place = 0
        while True:
            found = held.find(self._shape.sync, place)
            if found != place and self._is_sure and len(held) - place >= len(self._shape.sync):
                self._is_sure = False
                n_refused += 1
            if found < 0:
                # The last bytes may be the beginning of the next start.
                place = max(place, len(held) - len(self._shape.sync) + 1)
                break
            place = found
            end = self._end(held, place)
            if end is None:
                break
            if end < 0:
                place += 1
                if self._is_sure:
                    self._is_sure = False
                    n_refused += 1
                continue
            whole.append(held[place + self._shape.head_bytes : end])
            place = end
        self._held = held[place:]
        return Records(whole, n_refused)

    def _end(self, held: bytes, place: int) -> int | None:
        """End of the record at a place; ``None``: wait for more; below 0: none begins there."""
        total = self._shape.total(held, place)
        if total is None:
            return None
        if total > MAX_PACKET_BYTES:
            return -1
        end = place + total
        if self._is_sure:
            return end if len(held) >= end else None
        following = held[end : end + len(self._shape.sync)]
        if len(following) < len(self._shape.sync):
            return None
        if following != self._shape.sync:
            return -1
        self._is_sure = True
        return end

    def reset(self, *, is_start: bool = False) -> None:
        """Forget what is held."""
        self._held = b""
        self._is_sure = is_start


def framer_of(source: Source, body_bytes: int | None) -> Framer:
    """Return what parts the bytes of a source.

    ``body_bytes`` is the length its layout says, ``None`` where it varies.
    """
    if source.framing is Framing.PACKET:
        return Packets()
    if source.framing is Framing.DELIMITER:
        return Lines()
    is_told = source.framing is Framing.LENGTH_PREFIX
    return Synced(source.sync, None if is_told else body_bytes, source.length_bytes, source.endian)
