"""A Shimmer's byte stream: what it says of itself, and its data frames.

Notifications are no packets here: frames lie back to back across them. All numbers are
little-endian.

Inquiry response, to the command 0x01
-------------------------------------
==========  =======  =====================================================================
part        bytes    meaning
==========  =======  =====================================================================
type        1        0x02
divisor     2        of 32768 Hz: 1024 for 32 samples a second
set-up      4 or 7   bit 24 powers the expansion board, bits 25 to 27 are the GSR range;
                     4 bytes from a Shimmer3, 7 from a Shimmer3R
n_channels  1
buffer      1        frames that it sends together
channels    1 each   in the order of the frame
==========  =======  =====================================================================

Data frame
----------
==========  =======  =====================================================================
type        1        0x00
ticks       3        of 32768 Hz, anew after 512 s; early firmware had 2 bytes
channels    1 to 3   each as wide as its kind, in the order of the inquiry
==========  =======  =====================================================================

References
----------
Shimmer, LogAndStream for Shimmer3 Firmware User Manual; Shimmer's published firmware and web
client for the Shimmer3R.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from biofeedback.devices.driver import DecodeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = [
    "GSR_CHANNEL",
    "PPG_CHANNEL",
    "TICKS_PER_S",
    "TICK_SPAN",
    "FrameStream",
    "Inquiry",
    "Samples",
    "decode_inquiry",
    "encode_frame",
    "encode_inquiry",
]

TICKS_PER_S: Final = 32768
TICK_SPAN: Final = 1 << 24
GSR_CHANNEL: Final = 0x1C
# The expansion board's converter input to which the optical pulse probe is wired.
PPG_CHANNEL: Final = 0x12

_DATA = 0x00
_INQUIRY_RESPONSE = 0x02
_HEADER_BYTES = 4
_OLD_HEADER_BYTES = 3
# How wide a channel is. Temperature and pressure (0x1A, 0x1B) are left out, for they differ
# between the boards.
_WIDTHS: Final = (
    dict.fromkeys((*range(0x1A), GSR_CHANNEL, *range(0x23, 0x29)), 2)
    | dict.fromkeys((0x1D, 0x20), 1)
    | dict.fromkeys((0x1E, 0x1F, 0x21, 0x22), 3)
)

# Samples are taken by the clock that stamps them: their ticks lie a whole number of divisors
# apart, but for how soon the processor came to it.
_JITTER_SHARE = 16
# A longer hole ends the step of the stream. Looked at a byte too late, one sample seems to be 256.
_MAX_STEP = 4
# So often the stream fits the old frame and not ours before that is told.
_N_OLD = 8


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What a Shimmer says of how it samples.

    Parameters
    ----------
    divisor
        Of 32768 Hz, at least 1.
    channels
        Channel ids in the order of a frame.
    gsr_range
        0 to 3 for one resistor, 4 for all in turns as needed.
    is_expansion_powered
        Whether the board with the pulse probe has power.
    """

    divisor: int
    channels: tuple[int, ...]
    gsr_range: int = 4
    is_expansion_powered: bool = False

    @property
    def rate_hz(self) -> float:
        """Samples a second."""
        return TICKS_PER_S / self.divisor

    @property
    def frame_bytes(self) -> int | None:
        """Length of a data frame, ``None`` where it has a channel of unknown width."""
        if not all(channel in _WIDTHS for channel in self.channels):
            return None
        return _HEADER_BYTES + sum(_WIDTHS[channel] for channel in self.channels)

    def offset_of(self, channel: int) -> int | None:
        """Where a channel begins in a frame, ``None`` if it is not there."""
        if channel not in self.channels or self.frame_bytes is None:
            return None
        before = self.channels[: self.channels.index(channel)]
        return _HEADER_BYTES + sum(_WIDTHS[each] for each in before)


def decode_inquiry(payload: bytes, n_setup_bytes: int) -> Inquiry | None:
    """Decode an inquiry response.

    Parameters
    ----------
    payload
        Its bytes from the type on; what follows it is left out.
    n_setup_bytes
        4 for a Shimmer3, 7 for a Shimmer3R.

    Returns
    -------
    Inquiry or None
        ``None`` while there is more to come.

    Raises
    ------
    DecodeError
        If it is another response, or its divisor 0.
    """
    n_fixed = 5 + n_setup_bytes
    if payload and payload[0] != _INQUIRY_RESPONSE:
        msg = "this is no inquiry response"
        raise DecodeError(msg)
    if len(payload) < n_fixed or len(payload) < n_fixed + payload[n_fixed - 2]:
        return None
    divisor, setup = struct.unpack_from("<HI", payload, 1)
    if divisor == 0:
        msg = "an inquiry response has the divisor 0"
        raise DecodeError(msg)
    channels = tuple(payload[n_fixed : n_fixed + payload[n_fixed - 2]])
    return Inquiry(divisor, channels, setup >> 25 & 0b111, bool(setup >> 24 & 1))


def encode_inquiry(inquiry: Inquiry, n_setup_bytes: int) -> bytes:
    """Encode an inquiry response as a sensor would: the inverse of decoding."""
    setup = inquiry.gsr_range << 25 | inquiry.is_expansion_powered << 24
    return (
        struct.pack("<BH", _INQUIRY_RESPONSE, inquiry.divisor)
        + setup.to_bytes(n_setup_bytes, "little")
        + bytes([len(inquiry.channels), 1, *inquiry.channels])
    )


def encode_frame(inquiry: Inquiry, ticks: int, values: Sequence[int]) -> bytes:
    """Encode a data frame as a sensor would; ``values`` in the order of the channels."""
    parts = [bytes([_DATA]), (ticks % TICK_SPAN).to_bytes(3, "little")]
    parts += [
        value.to_bytes(_WIDTHS[channel], "little")
        for channel, value in zip(inquiry.channels, values, strict=True)
    ]
    return b"".join(parts)


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """The data frames that one notification completed.

    Parameters
    ----------
    ticks
        When each was taken, shape ``(n_frames,)``, as sent.
    rows
        Their bytes, shape ``(n_frames, frame_bytes)``.
    """

    ticks: NDArray[np.int64]
    rows: NDArray[np.uint8]

    def runs(self) -> list[slice]:
        """Return the stretches in which time goes on; more than one where the stream turned."""
        passed = np.diff(self.ticks) % TICK_SPAN
        turns = np.flatnonzero((passed == 0) | (passed >= TICK_SPAN // 2)) + 1
        ends = [*turns.tolist(), self.ticks.size]
        return [slice(*ends_of) for ends_of in zip([0, *ends], ends, strict=False)]

    def words(self, offset: int) -> NDArray[np.uint16]:
        """Return a channel of 16 bits, shape ``(n_frames,)``."""
        pair = np.ascontiguousarray(self.rows[:, offset : offset + 2])
        result: NDArray[np.uint16] = pair.view("<u2")[:, 0]
        return result


class FrameStream:
    """Finds the data frames in a stream of bytes.

    A frame has no mark but a 0x00, which data have too. In step, the next frame begins where
    the last one ended, with ticks a whole number of samples later; one that began in an earlier
    notification counts only when what follows it fits too, since a notification may have been
    lost between its halves. Out of step, three frames in a row that fit each other are looked
    for: of two, one byte that went wrong can make a frame that never was.

    Parameters
    ----------
    inquiry
        What the sensor said; all its channels must be of known width.

    Raises
    ------
    ValueError
        If they are not.
    """

    def __init__(self, inquiry: Inquiry) -> None:
        if inquiry.frame_bytes is None:
            msg = f"a channel of unknown width among {inquiry.channels}"
            raise ValueError(msg)
        self._length = inquiry.frame_bytes
        self._divisor = inquiry.divisor
        self._jitter = inquiry.divisor // _JITTER_SHARE
        self._held = b""
        self._ticks: int | None = None
        self._n_old = 0
        self._payload = b""

    @property
    def is_old_layout(self) -> bool:
        """True when the frames are those of old firmware, with ticks of 2 bytes."""
        return self._n_old >= _N_OLD

    def push(self, payload: bytes) -> Samples:
        """Take the bytes of one notification; return the frames that are complete now.

        Raises
        ------
        DecodeError
            If no frame can be made of them, nor the beginning of one. Nothing has changed then.
        """
        if payload == self._payload and len(payload) >= self._length:
            # Handed over twice: so many bytes hold the ticks of a frame, which always go on.
            payload = b""
        stream = self._held + payload
        starts, at, ticks = self._find(stream, len(self._held))
        if payload and not starts and at == len(stream):
            msg = "bytes that fit into no data frame"
            raise DecodeError(msg)
        self._n_old = 0 if starts else min(self._n_old + self._is_old(stream), _N_OLD)
        self._held = stream[at:]
        self._ticks = ticks
        self._payload = payload or self._payload
        raw = b"".join(stream[start : start + self._length] for start in starts)
        rows = np.frombuffer(raw, dtype=np.uint8).reshape(len(starts), self._length)
        wide = rows[:, 1:_HEADER_BYTES].astype(np.int64)
        return Samples(wide[:, 0] | wide[:, 1] << 8 | wide[:, 2] << 16, rows)

    def _find(self, stream: bytes, n_held: int) -> tuple[list[int], int, int | None]:
        """Return where frames begin, where what is to be held does, and the last ticks."""
        starts: list[int] = []
        ticks = self._ticks
        at = 0
        while True:
            if ticks is None:
                at = self._next_run(stream, at)
                if at + 2 * self._length + _HEADER_BYTES > len(stream):
                    return starts, at, ticks
            elif not self._follows(stream, at, ticks):
                ticks = None
                at = self._after_loss(at, n_held)
                continue
            elif at + self._length > len(stream):
                return starts, at, ticks
            elif at < n_held:
                # Begun in an earlier notification: what follows has the say.
                if at + self._length == len(stream):
                    return starts, at, ticks
                if not self._follows(stream, at + self._length, _ticks_at(stream, at)):
                    ticks = None
                    at = n_held
                    continue
            starts.append(at)
            ticks = _ticks_at(stream, at)
            at += self._length

    def _follows(self, stream: bytes, at: int, ticks: int) -> bool:
        """Whether a frame with later ticks begins there, so far as its bytes have come."""
        if at < len(stream) and stream[at] != _DATA:
            return False
        if at + _HEADER_BYTES > len(stream):
            return True
        return self._is_later((_ticks_at(stream, at) - ticks) % TICK_SPAN)

    def _is_later(self, passed: int) -> bool:
        n_samples = round(passed / self._divisor)
        is_whole = abs(passed - n_samples * self._divisor) <= self._jitter
        return is_whole and 1 <= n_samples <= _MAX_STEP

    def _after_loss(self, at: int, n_held: int) -> int:
        """Return from where on to look: what a notification cut off is not whole any more."""
        return n_held if at < n_held < at + self._length else at

    def _next_run(self, stream: bytes, at: int) -> int:
        """Return where three frames in a row begin, or from where on they might with more bytes."""
        length = self._length
        last = len(stream) - 2 * length - _HEADER_BYTES
        while (at := stream.find(_DATA, at)) >= 0:
            if at > last:
                return at
            second, third = at + length, at + 2 * length
            if self._follows(stream, second, _ticks_at(stream, at)) and self._follows(
                stream, third, _ticks_at(stream, second)
            ):
                return at
            at += 1
        return len(stream)

    def _is_old(self, stream: bytes) -> bool:
        length = self._length - (_HEADER_BYTES - _OLD_HEADER_BYTES)
        for at in range(len(stream) - length - _OLD_HEADER_BYTES + 1):
            if stream[at] == stream[at + length] == _DATA:
                (before,) = struct.unpack_from("<H", stream, at + 1)
                (after,) = struct.unpack_from("<H", stream, at + length + 1)
                if abs((after - before) % (1 << 16) - self._divisor) <= self._jitter:
                    return True
        return False


def _ticks_at(stream: bytes, at: int) -> int:
    return stream[at + 1] | stream[at + 2] << 8 | stream[at + 3] << 16
