"""What a sensor sends whose frames lie back to back over the borders of notifications."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .sensor_source import Notification, RegularSource, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from biofeedback.samples import StreamKind

__all__ = ["ByteSource"]


class ByteSource(RegularSource):
    """A sensor whose frames lie back to back over the borders of notifications."""

    def __init__(
        self, rate_hz: float, n_each: int, drift_ppm: float, frame_n: int, piece_n: int
    ) -> None:
        super().__init__(rate_hz, n_each, drift_ppm, 0.0)
        self._frame_n = frame_n
        self._piece_n = piece_n
        self._kept = b""
        self._go = 0
        self._sent_n = 0
        # The number of the first sample of each go.
        self._first: dict[int, int] = {}
        self._kinds: tuple[StreamKind, ...] = ()
        # Whether what is left is sent as well, or kept for a full notification.
        self._is_prompt = False

    def _begin_go(self, number: int) -> None:
        self._go += 1
        self._sent_n = 0
        self._kept = b""
        self._first[self._go] = number

    def _pieces(self, t_s: float, uuid: str, frames: bytes) -> list[Notification]:
        self._kept += frames
        pieces = []
        while len(self._kept) >= (1 if self._is_prompt else self._piece_n):
            piece, self._kept = self._kept[: self._piece_n], self._kept[self._piece_n :]
            span = Span(self._go, self._sent_n, self._sent_n + len(piece))
            self._sent_n = span.end
            pieces.append(Notification(t_s, uuid, piece, spans=(span,)))
        return pieces

    def delivered(self, came: Iterable[Notification]) -> dict[StreamKind, list[int]]:
        """Return the frames that came whole; at the edges of a stretch they are no proof.

        Frames have no marks. Whether the last one before missing bytes and the first one after
        them are whole does not show, so nobody may take them for samples.
        """
        numbers = [each for whole, _ in self._whole(came) for each in whole]
        return dict.fromkeys(self._kinds, numbers)

    def may_miss(self, came: Iterable[Notification]) -> set[int]:
        """Return the frames at the edges of stretches, which may be left out."""
        edges: set[int] = set()
        for whole, is_first in self._whole(came):
            edges |= {whole.stop - 1, whole.stop - 2}
            if not is_first:
                edges |= {whole.start, whole.start + 1}
        return edges

    def _whole(self, came: Iterable[Notification]) -> Iterator[tuple[range, bool]]:
        """Yield the numbers of each stretch's whole frames, and whether it begins a go."""
        for stretch in _stretches([span for each in came for span in each.spans]):
            begin = self._first[stretch.go]
            first, last = -(-stretch.begin // self._frame_n), stretch.end // self._frame_n
            yield range(begin + first, begin + last), stretch.begin == 0


def _stretches(spans: list[Span]) -> list[Span]:
    """Join spans that follow each other."""
    joined: list[Span] = []
    for span in spans:
        if joined and joined[-1].go == span.go and joined[-1].end == span.begin:
            joined[-1] = joined[-1]._replace(end=span.end)
        else:
            joined.append(span)
    return joined
