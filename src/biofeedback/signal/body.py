"""One person's nodes: what each of their sensors' samples goes through.

A sensor's own nodes need nothing but its samples. What is told from several sensors together
(arousal, fused breathing) is fed with their results and asked, second by second, what is due.
"""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING

from biofeedback.kinds import StreamKind
from biofeedback.samples import Metric
from biofeedback.signal.arousal import ArousalNode
from biofeedback.signal.chest_motion import ChestMotionNode
from biofeedback.signal.eda import EdaNode
from biofeedback.signal.emg import EmgNode
from biofeedback.signal.heart import HeartNode
from biofeedback.signal.respiration import BeltNode
from biofeedback.signal.strap_rate import StrapRateNode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from biofeedback.samples import Beat, Breath, Scr, StreamInfo
    from biofeedback.signal.pacer_history import PacerHistory

    Published = Beat | Breath | Scr | Metric
    _Push = Callable[[NDArray[np.float64], NDArray[np.float64]], list[Published]]

__all__ = ["Body"]


class Body:
    """All that is computed from the sensors on one person.

    Parameters
    ----------
    pacer
        What the pacer did; the session's, for both people.
    """

    def __init__(self, pacer: PacerHistory) -> None:
        self._pacer = pacer
        self.hearts: dict[str, HeartNode] = {}
        self._strap_rates: dict[str, StrapRateNode] = {}
        # By stream id: what its samples go to.
        self._streams: dict[str, _Push] = {}
        self._arousal = ArousalNode(pacer)

    def push(
        self, stream: StreamInfo, t_s: NDArray[np.float64], values: NDArray[np.float64]
    ) -> list[Published]:
        """Take samples of one whole second or less; return what they bring, in order.

        Parameters
        ----------
        stream
            Which stream.
        t_s
            Shape ``(n_samples,)``, at least one, not decreasing.
        values
            Shape ``(n_samples, n_channels)``.
        """
        node = self._streams.get(stream.stream_id)
        if node is None:
            node = self._streams[stream.stream_id] = self._node(stream)
        results = node(t_s, values)
        # A second at once, so that the cuts within it leave no trace.
        known_s = floor(t_s[-1]) + 1.0
        for result in results:
            if isinstance(result, Metric):
                self._arousal.take(known_s, result)
        return results

    def due(self, now_s: float) -> list[Metric]:
        """Return what several sensors tell together, up to a little before now."""
        return self._arousal.due(now_s)

    def finish(self, now_s: float) -> list[Published]:
        """Confirm what is pending: nothing will follow."""
        results: list[Published] = []
        for heart in self.hearts.values():
            for result in heart.finish():
                results.append(result)
                if isinstance(result, Metric):
                    self._arousal.take(now_s, result)
        results += self._arousal.finish(now_s)
        return results

    def _node(self, stream: StreamInfo) -> _Push:
        build = {
            StreamKind.RR: self._heart,
            StreamKind.HEART_RATE: self._rate,
            StreamKind.EDA: _skin,
            StreamKind.RESPIRATION: _belt,
            StreamKind.ACCELERATION: _chest,
            StreamKind.EMG: _muscle,
            StreamKind.BASELINE: self._baselines,
        }.get(stream.kind)
        return _nothing if build is None else build(stream)

    def _heart(self, stream: StreamInfo) -> _Push:
        source = stream.sensor_id
        heart = self.hearts[source] = HeartNode(source, self._pacer)
        strap_rate = self._strap_rate(source)

        def push(t_s: NDArray[np.float64], values: NDArray[np.float64]) -> list[Published]:
            results: list[Published] = []
            for at_s, rr_ms in _samples(t_s, values):
                strap_rate.interval(at_s)
                results += heart.push(at_s, rr_ms)
            return results

        return push

    def _rate(self, stream: StreamInfo) -> _Push:
        strap_rate = self._strap_rate(stream.sensor_id)

        def push(t_s: NDArray[np.float64], values: NDArray[np.float64]) -> list[Published]:
            results: list[Published] = []
            for at_s, heart_rate_bpm in _samples(t_s, values):
                results += strap_rate.push(at_s, heart_rate_bpm)
            return results

        return push

    def _baselines(self, _stream: StreamInfo) -> _Push:
        def push(t_s: NDArray[np.float64], values: NDArray[np.float64]) -> list[Published]:
            for at_s, row in zip(t_s.tolist(), values.tolist(), strict=True):
                self._arousal.push_baseline(at_s, row)
            return []

        return push

    def _strap_rate(self, sensor_id: str) -> StrapRateNode:
        return self._strap_rates.setdefault(sensor_id, StrapRateNode(sensor_id))


def _samples(
    t_s: NDArray[np.float64], values: NDArray[np.float64]
) -> Iterator[tuple[float, float]]:
    """Give time and value, one sample at a time."""
    return zip(t_s.tolist(), values[:, 0].tolist(), strict=True)


def _skin(stream: StreamInfo) -> _Push:
    node = EdaNode(stream.sensor_id, stream.rate_hz)
    return lambda t_s, values: [*node.push(t_s, values[:, 0])]


def _belt(stream: StreamInfo) -> _Push:
    node = BeltNode(stream.sensor_id, stream.rate_hz)
    return lambda t_s, values: [*node.push_many(t_s, values[:, 0])]


def _chest(stream: StreamInfo) -> _Push:
    node = ChestMotionNode(stream.stream_id, stream.rate_hz)
    return lambda t_s, values: [*node.push(t_s, values)]


def _muscle(stream: StreamInfo) -> _Push:
    node = EmgNode(stream.sensor_id, stream.rate_hz)
    return lambda t_s, values: [*node.push(t_s, values[:, 0])]


def _nothing(_t_s: NDArray[np.float64], _values: NDArray[np.float64]) -> list[Published]:
    return []
