"""A recording in longer pieces than live, where what is measured comes out the same, for speed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from biofeedback.samples import Chunk, Command, StreamKind
from biofeedback.sessions.formats.recording import CutSignals

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from biofeedback.runtime.replay import Replayable
    from biofeedback.samples import Event, StreamInfo

__all__ = ["InPieces"]

# How much of skin conductance comes at once, and of it and intervals where they are alone.
_PIECE_S = 60.0
_PIECE_ALONE_S = 300.0
_ALWAYS = frozenset({StreamKind.EDA})
_ALL_IN_PIECES = frozenset({StreamKind.RR, StreamKind.EDA})


class InPieces:
    """A recording whose skin conductance and intervals come minutes at a time, for speed.

    Intervals do so where nothing else is measured, so that nothing has to meet them at the second.
    Where movement is measured, what the skin tells is weighed by it second by second, and where
    somebody was led, the guide followed what was known at each moment: such a recording is left as
    it is.

    Parameters
    ----------
    recording
        What is to be analyzed; it stays as it is.
    """

    def __init__(self, recording: Replayable) -> None:
        self._recording = recording

    @property
    def is_led(self) -> bool:
        """Whether somebody was led while it was made."""
        return next(iter(self._recording.events(Command)), None) is not None

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self._recording.duration_s

    def events(self, *kinds: type) -> Iterator[Event]:
        """Give everything of these kinds, in order."""
        signals = getattr(self._recording, "chunks", None)
        if isinstance(signals, CutSignals) and _kinds_in_pieces(signals.streams) == _ALL_IN_PIECES:
            # They need not be cut at every second first.
            yield from signals.in_pieces(_PIECE_ALONE_S)
            return
        events = list(self._recording.events(*kinds))
        if any(isinstance(event, Command) for event in events):
            yield from events
            return
        in_pieces = _kinds_in_pieces({e.stream for e in events if isinstance(e, Chunk)})
        pieces: dict[tuple[str, float], list[Chunk]] = {}
        firsts: list[tuple[Event, list[Chunk] | None]] = []
        for event in events:
            piece: list[Chunk] | None = None
            if isinstance(event, Chunk) and event.stream.kind in in_pieces and event.t_s.size:
                key = (event.stream.stream_id, float(event.t_s[0]) // _PIECE_S)
                piece = pieces.get(key)
                if piece is not None:
                    piece.append(event)
                    continue
                piece = pieces[key] = [event]
            firsts.append((event, piece))
        for event, piece in firsts:
            yield event if piece is None else _joined(piece)


def _kinds_in_pieces(streams: Collection[StreamInfo]) -> frozenset[StreamKind]:
    """What of a recording may come minutes at a time."""
    kinds = {stream.kind for stream in streams}
    if StreamKind.ACCELERATION in kinds:
        return frozenset()
    is_of_one = len({stream.role for stream in streams}) == 1
    return _ALL_IN_PIECES if kinds <= _ALL_IN_PIECES and is_of_one else _ALWAYS


def _joined(chunks: Sequence[Chunk]) -> Chunk:
    return Chunk(
        chunks[0].stream,
        np.concatenate([chunk.t_s for chunk in chunks]),
        np.concatenate([chunk.values for chunk in chunks]),
        # The first, so that nothing that waits for time to pass runs ahead.
        chunks[0].arrival_s,
    )
