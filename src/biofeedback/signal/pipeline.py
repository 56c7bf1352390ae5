"""The streaming pipeline: samples in, beats and measures out.

`push` takes each sample of a chunk by itself, in order, so that how samples were cut into
chunks leaves no trace in the results. Nothing here knows a clock: what is periodic is due by
the times of the samples. Each sensor has its own nodes, whose state does not grow.
"""

from __future__ import annotations

from math import isfinite
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.samples import StreamKind
from biofeedback.signal.eda import EdaNode
from biofeedback.signal.heart import HeartNode
from biofeedback.signal.pacer_history import PacerHistory
from biofeedback.signal.respiration import BeltNode
from biofeedback.signal.strap_rate import StrapRateNode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from biofeedback.samples import Beat, Breath, Chunk, Metric, Scr

    Published = Beat | Breath | Scr | Metric

__all__ = ["Pipeline"]


class Pipeline:
    """Everything that is computed from the sensors' samples during a session.

    The pacer's rows have to be pushed before the beats that they lead. Live this is always
    so, since a beat arrives after it happened.

    Examples
    --------
    >>> from biofeedback.samples import Chunk, StreamInfo, StreamKind
    >>> strap = StreamInfo("strap", StreamKind.RR, ("rr_ms",))
    >>> pipeline = Pipeline()
    >>> results = pipeline.push(Chunk(strap, [0.8, 1.6], [[800.0], [800.0]], arrival_s=1.7))
    >>> pipeline.pending_beats["strap"]
    ((0.8, 800.0), (1.6, 800.0))
    """

    def __init__(self) -> None:
        self._pacer = PacerHistory()
        self._hearts: dict[str, HeartNode] = {}
        self._strap_rates: dict[str, StrapRateNode] = {}
        self._skins: dict[str, EdaNode] = {}
        self._belts: dict[str, BeltNode] = {}
        # Newest sample of each stream: time must go forward.
        self._last_t_s: dict[str, float] = {}

    def push(self, chunk: Chunk) -> tuple[Published, ...]:
        """Take a chunk; return what it brings, in order.

        A sample whose time is no number, or before the one before it in its stream, says
        nothing that can be used and is passed over.

        Parameters
        ----------
        chunk
            Samples of one stream, not earlier than all of that stream pushed so far.

        Returns
        -------
        tuple
            Beats, breaths, responses and measures, in the order in which they became known.
        """
        results: list[Published] = []
        stream_id = chunk.stream.stream_id
        last_t_s = self._last_t_s.get(stream_id)
        for t_s, row in zip(chunk.t_s.tolist(), chunk.values.tolist(), strict=True):
            if not isfinite(t_s) or (last_t_s is not None and t_s < last_t_s):
                continue
            last_t_s = t_s
            results += self._sample(chunk, t_s, row)
        if last_t_s is not None:
            self._last_t_s[stream_id] = last_t_s
        return tuple(results)

    @property
    def pending_beats(self) -> Mapping[str, tuple[tuple[float, float], ...]]:
        """By sensor id, ``(t_s, rr_ms)`` of beats that arrived and are not yet confirmed."""
        return MappingProxyType({name: heart.pending for name, heart in self._hearts.items()})

    def finish(self) -> tuple[Published, ...]:
        """Confirm what is pending: the session is over."""
        results: list[Published] = []
        for heart in self._hearts.values():
            results += heart.finish()
        return tuple(results)

    def _sample(self, chunk: Chunk, t_s: float, row: Sequence[float]) -> Sequence[Published]:
        sensor_id = chunk.stream.sensor_id
        match chunk.stream.kind:
            case StreamKind.RR:
                if sensor_id not in self._hearts:
                    self._hearts[sensor_id] = HeartNode(sensor_id, self._pacer)
                self._strap_rate(sensor_id).interval(t_s)
                return self._hearts[sensor_id].push(t_s, row[0])
            case StreamKind.HEART_RATE:
                return self._strap_rate(sensor_id).push(t_s, row[0])
            case StreamKind.EDA:
                if sensor_id not in self._skins:
                    self._skins[sensor_id] = EdaNode(sensor_id, chunk.stream.rate_hz)
                return self._skins[sensor_id].push(np.array([t_s]), np.array(row[:1]))
            case StreamKind.RESPIRATION:
                if sensor_id not in self._belts:
                    self._belts[sensor_id] = BeltNode(sensor_id, chunk.stream.rate_hz)
                return self._belts[sensor_id].push(t_s, row[0])
            case StreamKind.PACER:
                self._pacer.push(t_s, row)
        return ()

    def _strap_rate(self, sensor_id: str) -> StrapRateNode:
        return self._strap_rates.setdefault(sensor_id, StrapRateNode(sensor_id))
