"""What a file read from elsewhere becomes: inputs for the pipeline, like any sensor's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.samples import Chunk, StreamInfo, StreamKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from numpy.typing import NDArray

    from biofeedback.samples import Event

__all__ = ["IMPORTED_RR", "Recording", "from_rr"]

IMPORTED_RR = StreamInfo("imported", StreamKind.RR, ("rr_ms",))


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording that was read from a file.

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

    def inputs(self) -> Iterator[Chunk]:
        """Give the inputs of the pipeline in order, as a recorded session does."""
        return iter(self.chunks)

    def events(self, *types: type) -> Iterator[Event]:
        """Give everything, or all of some types, in order; a file holds chunks alone."""
        return iter(self.chunks if not types or Chunk in types else ())


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
