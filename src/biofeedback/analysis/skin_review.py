"""A second look at the skin's responses, offline: the convex decomposition of its conductance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.kinds import StreamKind
from biofeedback.samples import Chunk, StreamInfo

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["SkinReview", "review_skin"]


@dataclass(frozen=True, slots=True)
class SkinReview:
    """What the decomposition (Greco et al. 2016) finds in a recording.

    Where responses run into each other the sum of their sizes is surer than their count.
    """

    scr_per_min: float
    scr_sum_microsiemens: float
    scl_microsiemens: float


def review_skin(chunks: Iterable[Chunk]) -> SkinReview | None:
    """Decompose the first regular skin conductance stream of a recording.

    Parameters
    ----------
    chunks
        The recording's samples.

    Returns
    -------
    SkinReview or None
        Responses a minute, the sum of their sizes a minute and the mean level over what could
        be decomposed; ``None`` without such a stream, or with under half a minute of it.
    """
    stream: StreamInfo | None = None
    pieces = []
    for chunk in chunks:
        if chunk.stream.kind is not StreamKind.EDA or chunk.stream.rate_hz is None:
            continue
        if stream is None:
            stream = chunk.stream
        if chunk.stream == stream:
            pieces.append((chunk.t_s, chunk.values[:, 0]))
    if stream is None or stream.rate_hz is None:
        return None
    from biofeedback.signal.cvx_eda import cvx_eda, driver_responses  # noqa: PLC0415 - SciPy and a solver

    t_s = np.concatenate([times_s for times_s, _ in pieces])
    values = np.concatenate([signal for _, signal in pieces])
    # On an even grid, so that what did not arrive is a gap there as well.
    places = np.rint((t_s - t_s[0]) * stream.rate_hz).astype(np.int64)
    even = np.full(int(places[-1]) + 1, np.nan)
    even[places] = values
    even[(even < _CONTACT_MICROSIEMENS[0]) | (even > _CONTACT_MICROSIEMENS[1])] = np.nan
    parts = cvx_eda(even, stream.rate_hz)
    minutes = float(np.isfinite(parts.tonic).sum()) / parts.rate_hz / 60.0
    if minutes <= 0.0:
        return None
    responses = driver_responses(parts)
    return SkinReview(
        len(responses) / minutes,
        sum(response.amplitude_microsiemens for response in responses) / minutes,
        float(np.nanmean(parts.tonic)),
    )


_CONTACT_MICROSIEMENS = (0.05, 60.0)
