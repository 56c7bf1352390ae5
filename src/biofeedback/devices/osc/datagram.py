"""One UDP datagram of Open Sound Control as messages.

Layout: M. Wright, "The Open Sound Control 1.0 Specification" (2002), and the further types of
A. Freed and A. Schmeder, "Features and Future of Open Sound Control version 1.1" (2009).

python-osc reads the messages. Before it does, every length in the datagram is checked here: it
goes round for ever in a bundle whose element has a negative size, fills a float that is cut off
with zeros, passes over a type that it does not know without passing over its bytes, and logs what
it was sent.
"""

from __future__ import annotations

from math import isfinite, nan
from typing import Final, NamedTuple

from biofeedback.devices.driver import DecodeError

__all__ = ["MAX_DATAGRAM_BYTES", "Message", "read_datagram"]

MAX_DATAGRAM_BYTES: Final = 65_507
_MAX_MESSAGES: Final = 512
_MAX_ARGUMENTS: Final = 1024
_MAX_DEPTH: Final = 8
_MAX_ADDRESS: Final = 255

_BUNDLE: Final = b"#bundle\0"
_IMMEDIATELY: Final = 1
_BYTES_OF: Final = {
    **dict.fromkeys("ifrm", 4),
    **dict.fromkeys("hdt", 8),
    **dict.fromkeys("TFN[]", 0),
}


class Message(NamedTuple):
    """One message.

    Parameters
    ----------
    address
        Such as ``/EmotiBit/0/EDA``.
    arguments
        Its numbers; `nan` for a number that is none, and for nil; ``None`` for anything else,
        such as a text.
    tag_s
        The time tag of the bundle around it, seconds since 1900; ``None`` outside of one and
        where it says "immediately".
    """

    address: str
    arguments: tuple[float | None, ...]
    tag_s: float | None = None


def read_datagram(payload: bytes) -> tuple[Message, ...]:
    """Return the messages of a datagram, in its order.

    Raises
    ------
    DecodeError
        If it is no Open Sound Control, in any part.
    """
    messages: list[Message] = []
    if len(payload) > MAX_DATAGRAM_BYTES:
        msg = "longer than any datagram"
        raise DecodeError(msg)
    _read(payload, None, 0, messages)
    return tuple(messages)


def _read(part: bytes, tag_s: float | None, depth: int, messages: list[Message]) -> None:
    if len(part) % 4:
        msg = "no multiple of four bytes"
        raise DecodeError(msg)
    if not part.startswith(_BUNDLE):
        if len(messages) >= _MAX_MESSAGES:
            msg = "too many messages in one datagram"
            raise DecodeError(msg)
        messages.append(_message(part, tag_s))
        return
    if depth >= _MAX_DEPTH or len(part) < 16:
        msg = "a bundle too deep or too short"
        raise DecodeError(msg)
    tag = int.from_bytes(part[8:16], "big")
    tag_s = None if tag <= _IMMEDIATELY else tag / 2**32
    at = 16
    while at < len(part):
        size = int.from_bytes(part[at : at + 4], "big", signed=True)
        at += 4
        if not 0 < size <= len(part) - at:
            msg = "an element reaches beyond its bundle"
            raise DecodeError(msg)
        _read(part[at : at + size], tag_s, depth + 1, messages)
        at += size


def _message(part: bytes, tag_s: float | None) -> Message:
    _check(part)
    from pythonosc.osc_message import OscMessage, ParseError  # noqa: PLC0415 - for OSC alone

    try:
        read = OscMessage(part)
    except (ParseError, ValueError, OverflowError) as error:
        msg = "no message that can be read"
        raise DecodeError(msg) from error
    return Message(read.address, tuple(_number(value) for value in read.params), tag_s)


def _number(value: object) -> float | None:
    if value is None:
        return nan
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if isfinite(value) else nan


def _check(part: bytes) -> None:
    """Refuse a message of which any length is not what it should be."""
    end, at = _text_end(part, 0)
    address = part[:end]
    is_plain = address.isascii() and address.decode("latin-1").isprintable() and b" " not in address
    if not (address.startswith(b"/") and end <= _MAX_ADDRESS and is_plain):
        msg = "no address"
        raise DecodeError(msg)
    if at == len(part):
        return  # old senders leave out the types where there is no argument
    end, after = _text_end(part, at)
    types = part[at:end].decode("latin-1")
    if not types.startswith(",") or len(types) > _MAX_ARGUMENTS:
        msg = "no types, or too many"
        raise DecodeError(msg)
    if _arguments_end(part, types[1:], after) != len(part):
        msg = "the types and the bytes do not fit"
        raise DecodeError(msg)


def _arguments_end(part: bytes, types: str, at: int) -> int:
    for type_ in types:
        if type_ == "s":
            _, at = _text_end(part, at)
        elif type_ == "b":
            size = int.from_bytes(part[at : at + 4], "big", signed=True)
            if size < 0:
                msg = "a blob of less than nothing"
                raise DecodeError(msg)
            at += 4 + size + -size % 4
        elif type_ in _BYTES_OF:
            at += _BYTES_OF[type_]
        else:
            msg = "a type that is not known"
            raise DecodeError(msg)
    return at


def _text_end(part: bytes, at: int) -> tuple[int, int]:
    """Return where a text ends, and where what follows its padding begins."""
    end = part.find(b"\0", at)
    if end < 0:
        msg = "a text without an end"
        raise DecodeError(msg)
    after = end + 4 - end % 4
    if any(part[end:after]) or after > len(part):
        msg = "a text that is not padded"
        raise DecodeError(msg)
    return end, after
