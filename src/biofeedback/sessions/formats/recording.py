"""What a file read from elsewhere becomes: inputs for the pipeline, like any sensor's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

import numpy as np

from biofeedback.errors import FormatError
from biofeedback.samples import Chunk, StreamInfo, StreamKind, frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from numpy.typing import ArrayLike, NDArray

    from biofeedback.samples import Event

__all__ = [
    "CHANNELS",
    "IMPORTED_RR",
    "CutSignals",
    "Recording",
    "from_rr",
    "from_signals",
    "imported_stream",
]

IMPORTED = "imported"
IMPORTED_RR = StreamInfo(IMPORTED, StreamKind.RR, ("rr_ms",))

CHANNELS: dict[StreamKind, tuple[str, ...]] = {
    StreamKind.RR: ("rr_ms",),
    StreamKind.ECG: ("ecg_au",),
    StreamKind.PPG: ("ppg_au",),
    StreamKind.EDA: ("sc_microsiemens",),
    StreamKind.RESPIRATION: ("belt_au",),
    StreamKind.ACCELERATION: ("acc_x_g", "acc_y_g", "acc_z_g"),
    StreamKind.EMG: ("emg_microvolts",),
}
"""The channels of an imported stream of each kind; ``au`` where any unit will do."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording that was read from a file, or made from arrays.

    Parameters
    ----------
    name
        The file's name without its ending.
    started_utc
        When it began, ``None`` where the file does not say it with a time zone.
    duration_s
        Time of the last sample, seconds from the beginning.
    chunks
        All samples, in the order and at the times in which a sensor would have sent them.
    notes
        What reading had to take for granted, in sentences.
    """

    name: str
    started_utc: datetime | None
    duration_s: float
    chunks: Sequence[Chunk]
    notes: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        name: str = "",
        *,
        rate_hz: float | None = None,
        rr_ms: ArrayLike | None = None,
        ecg: ArrayLike | None = None,
        ppg: ArrayLike | None = None,
        eda_microsiemens: ArrayLike | None = None,
        respiration: ArrayLike | None = None,
        acceleration_g: ArrayLike | None = None,
        emg_microvolts: ArrayLike | None = None,
    ) -> Recording:
        """Make a recording of arrays that were measured together.

        Parameters
        ----------
        name
            What to call it.
        rate_hz
            Sampling rate of all waveforms.
        rr_ms
            RR intervals in milliseconds, shape ``(n_beats,)``; they are laid end to end.
        ecg, ppg, respiration
            Waveforms in any unit, shape ``(n_samples,)``; ``respiration`` rises with the
            in-breath.
        eda_microsiemens, emg_microvolts
            Shape ``(n_samples,)``.
        acceleration_g
            Shape ``(n_samples, 3)``.

        Raises
        ------
        FormatError
            If there is no signal, no rate for a waveform, or a shape does not fit.

        Examples
        --------
        >>> import numpy as np
        >>> recording = Recording.of(rate_hz=4.0, eda_microsiemens=np.full(40, 2.0))
        >>> recording.duration_s
        9.75
        """
        given = {
            StreamKind.RR: rr_ms,
            StreamKind.ECG: ecg,
            StreamKind.PPG: ppg,
            StreamKind.EDA: eda_microsiemens,
            StreamKind.RESPIRATION: respiration,
            StreamKind.ACCELERATION: acceleration_g,
            StreamKind.EMG: emg_microvolts,
        }
        signals = []
        for kind, signal in given.items():
            if signal is None:
                continue
            values = np.asarray(signal, dtype=np.float64)
            if kind is StreamKind.RR:
                signals.append((IMPORTED_RR, np.cumsum(values) / 1000.0, values))
                continue
            if rate_hz is None or not rate_hz > 0:
                msg = "A waveform needs its sampling rate: please give rate_hz."
                raise FormatError(msg)
            signals.append(
                (imported_stream(kind, rate_hz), np.arange(values.shape[0]) / rate_hz, values)
            )
        return from_signals(name, signals)

    def inputs(self) -> Iterator[Chunk]:
        """Give the inputs of the pipeline in order, as a recorded session does."""
        return iter(self.chunks)

    def events(self, *types: type) -> Iterator[Event]:
        """Give everything, or all of some types, in order; a file holds chunks alone."""
        return iter(self.chunks if not types or Chunk in types else ())


def imported_stream(kind: StreamKind, rate_hz: float | None = None) -> StreamInfo:
    """Return the stream that an imported signal of a kind becomes."""
    return StreamInfo(IMPORTED, kind, CHANNELS[kind], rate_hz)


def from_rr(
    name: str, rr_ms: NDArray[np.float64], t_s: NDArray[np.float64] | None = None
) -> Recording:
    """Return the recording of a series of RR intervals, one chunk an interval.

    Parameters
    ----------
    name
        As in `Recording`.
    rr_ms
        The intervals, never altered, shape ``(n_beats,)``, at least one.
    t_s
        When each ended, seconds; the sum of the intervals up to it when there is none.
    """
    if t_s is None:
        t_s = np.cumsum(rr_ms) / 1000.0
    chunks = tuple(
        Chunk(IMPORTED_RR, t_s[i : i + 1], rr_ms[i : i + 1, np.newaxis], float(t_s[i]))
        for i in range(rr_ms.size)
    )
    return Recording(name, None, float(t_s[-1]), chunks)


def from_signals(
    name: str,
    signals: Sequence[tuple[StreamInfo, NDArray[np.float64], NDArray[np.float64]]],
    started_utc: datetime | None = None,
) -> Recording:
    """Return the recording of several streams, in the order in which sensors would send them.

    Each stream is cut at whole seconds, so that no stream runs ahead of another by more:
    what is computed from several of them depends on that.

    Parameters
    ----------
    name, started_utc
        As in `Recording`.
    signals
        ``(stream, t_s, values)``; times shape ``(n_samples,)``, increasing; values shape
        ``(n_samples,)`` or ``(n_samples, n_channels)``.

    Raises
    ------
    FormatError
        If there is no sample at all, or the shapes of one do not fit.
    """
    for stream, t_s, signal in signals:
        n_columns = 1 if signal.ndim == 1 else signal.shape[-1]
        if t_s.ndim != 1 or signal.shape[:1] != t_s.shape or n_columns != len(stream.channels):
            msg = f"A signal of shape {signal.shape} cannot be {stream.kind.value}: expected is "
            msg += f"one row for each of its {t_s.size} times, with {', '.join(stream.channels)}."
            raise FormatError(msg)
    chunks = CutSignals(
        (stream, frozen(t_s), frozen(signal.reshape(t_s.size, len(stream.channels))))
        for stream, t_s, signal in signals
    )
    if not chunks:
        msg = "There is no sample in this recording."
        raise FormatError(msg)
    return Recording(name, started_utc, chunks.end_s, chunks)


class CutSignals(Sequence[Chunk]):
    """Whole signals, given as the chunks in which sensors would have sent them.

    A chunk is made when it is asked for: those of a day together would take more memory than
    the day.

    Parameters
    ----------
    signals
        ``(stream, t_s, values)``; times shape ``(n_samples,)``, values shape ``(n_samples,
        n_channels)``, none of which may change any more.
    piece_s
        How much of a stream is one chunk, whole seconds; cut at its multiples.
    """

    def __init__(
        self,
        signals: Iterable[tuple[StreamInfo, NDArray[np.float64], NDArray[np.float64]]],
        piece_s: float = 1.0,
    ) -> None:
        self._signals = tuple(signals)
        # One row a chunk: its first second, its stream's place, its first sample and its last + 1.
        rows: list[NDArray[np.int64]] = [np.empty((0, 4), dtype=np.int64)]
        for order, (_, t_s, _) in enumerate(self._signals):
            if t_s.size:
                pieces = np.floor(t_s / piece_s).astype(np.int64)
                firsts = np.concatenate(([0], np.flatnonzero(np.diff(pieces)) + 1))
                lasts = np.append(firsts[1:], t_s.size)
                seconds = np.floor(t_s[firsts]).astype(np.int64)
                rows.append(np.column_stack((seconds, np.full_like(firsts, order), firsts, lasts)))
        together = np.concatenate(rows)
        # By second, then by stream; what is of one stream stays as it was.
        self._rows = together[np.lexsort((together[:, 1], together[:, 0]))]

    @property
    def streams(self) -> tuple[StreamInfo, ...]:
        """The streams, in the order in which they were given."""
        return tuple(stream for stream, _, _ in self._signals)

    @property
    def end_s(self) -> float:
        """Time of the last sample."""
        return max(float(t_s.max()) for _, t_s, _ in self._signals if t_s.size)

    def in_pieces(self, piece_s: float) -> CutSignals:
        """Return the same signals cut otherwise."""
        return CutSignals(self._signals, piece_s)

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Chunk]:
        return map(self._chunk, self._rows.tolist())

    @overload
    def __getitem__(self, index: int) -> Chunk: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Chunk, ...]: ...

    def __getitem__(self, index: int | slice) -> Chunk | tuple[Chunk, ...]:
        if isinstance(index, slice):
            return tuple(map(self._chunk, self._rows[index].tolist()))
        return self._chunk(self._rows[index].tolist())

    def _chunk(self, row: Sequence[int]) -> Chunk:
        second, order, first, last = row
        stream, t_s, values = self._signals[order]
        return Chunk(stream, t_s[first:last], values[first:last], second + 1.0)
