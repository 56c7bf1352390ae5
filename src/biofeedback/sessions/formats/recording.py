"""What a file read from elsewhere becomes: inputs for the pipeline, like any sensor's."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.errors import FormatError
from biofeedback.samples import Chunk, StreamInfo, StreamKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from numpy.typing import ArrayLike, NDArray

    from biofeedback.samples import Event

__all__ = ["CHANNELS", "IMPORTED_RR", "Recording", "from_rr", "from_signals", "imported_stream"]

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
    """

    name: str
    started_utc: datetime | None
    duration_s: float
    chunks: tuple[Chunk, ...]

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
    pieces: list[tuple[int, int, Chunk]] = []
    for order, (stream, t_s, signal) in enumerate(signals):
        values = signal[:, np.newaxis] if signal.ndim == 1 else signal
        if t_s.ndim != 1 or values.shape != (t_s.size, len(stream.channels)):
            msg = f"A signal of shape {signal.shape} cannot be {stream.kind.value}: expected is "
            msg += f"one row for each of its {t_s.size} times, with {', '.join(stream.channels)}."
            raise FormatError(msg)
        seconds = np.floor(t_s).astype(np.int64)
        edges = [0, *(np.flatnonzero(np.diff(seconds)) + 1).tolist(), t_s.size]
        for first, last in itertools.pairwise(edges):
            if first < last:
                second = int(seconds[first])
                chunk = Chunk(stream, t_s[first:last], values[first:last], second + 1.0)
                pieces.append((second, order, chunk))
    if not pieces:
        msg = "There is no sample in this recording."
        raise FormatError(msg)
    pieces.sort(key=lambda piece: piece[:2])
    chunks = tuple(chunk for _, _, chunk in pieces)
    duration_s = max(float(chunk.t_s[-1]) for chunk in chunks)
    return Recording(name, started_utc, duration_s, chunks)
