"""One person's nodes: what each of their sensors' samples goes through.

A sensor's own nodes need nothing but its samples, and what others had said some seconds before.
What is told from several sensors together (breathing, arousal) is fed with their results and
asked, second by second, what is due.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from math import floor, isfinite, isnan, nan
from typing import TYPE_CHECKING

from biofeedback.kinds import BeatOrigin, StreamKind
from biofeedback.samples import Beat, Breath, Metric
from biofeedback.signal.adherence import AdherenceNode
from biofeedback.signal.arousal import ArousalNode
from biofeedback.signal.arousal_inputs import HEARD
from biofeedback.signal.beat_breathing import BeatBreathing
from biofeedback.signal.breath_history import BreathHistory
from biofeedback.signal.breathing_fusion import BreathingFusion
from biofeedback.signal.chest_motion import ChestMotionNode
from biofeedback.signal.ecg import EcgNode
from biofeedback.signal.eda import EdaNode
from biofeedback.signal.emg import EmgNode
from biofeedback.signal.heart import HeartNode
from biofeedback.signal.ppg import PpgNode
from biofeedback.signal.respiration import BeltNode
from biofeedback.signal.settled import SETTLE_S, TOGETHER, BreathRates, Movements
from biofeedback.signal.strap_rate import StrapRateNode
from biofeedback.signal.tachogram import IntervalChain
from biofeedback.signal.wave_beat import WaveBeat
from biofeedback.signal.wave_trust import WaveTrust

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from biofeedback.samples import Scr, StreamInfo
    from biofeedback.signal.pacer_history import PacerHistory

    Published = Beat | Breath | Scr | Metric
    _WaveNode = EcgNode | PpgNode
    _Push = Callable[[NDArray[np.float64], NDArray[np.float64]], list[Published]]

__all__ = ["Body"]

# What electrodes, optics and muscles tell while the person moves counts for less.
_FELT_MOVEMENT = frozenset({StreamKind.EDA, StreamKind.EMG, StreamKind.PPG})
_MOVED_QUALITY = 0.5
# In a recording taken in by the minute, so long after its end a breath is known.
_BREATH_KNOWN_S = 3.0
_MOVED = "you moved a moment ago"
# What the nodes that listen to others have an ear for.
_HEARD = frozenset({"breaths_per_min", "movement_g", *HEARD})
# R-waves whose beats wait to be confirmed.
_WAITING_WAVES = 16


class Body:
    """All that is computed from the sensors on one person.

    Parameters
    ----------
    pacer
        What the pacer did; the session's, for both people.
    is_live
        As for `HeartNode`.
    """

    def __init__(self, pacer: PacerHistory, *, is_live: bool = True) -> None:
        self._pacer = pacer
        self._is_live = is_live
        self.hearts: dict[str, HeartNode] = {}
        self._strap_rates: dict[str, StrapRateNode] = {}
        # By stream id: what its samples go to.
        self._streams: dict[str, _Push] = {}
        # By sensor id: accelerometers, and which sensors look at a pulse through the skin.
        self._motions: dict[str, ChestMotionNode] = {}
        self._optical: set[str] = set()
        # By heart source, where its beats are found in a waveform.
        self._wave_trusts: dict[str, WaveTrust] = {}
        self._breath_rates = BreathRates()
        self._movements = Movements()
        self._breathing = BreathingFusion()
        self._breaths = BreathHistory()
        self._breath_quality: dict[str, float] = {}
        self._adherence = AdherenceNode(pacer)
        self._arousal = ArousalNode(pacer)

    @property
    def arousal(self) -> ArousalNode:
        """What is usual for this person, and how far from it they are."""
        return self._arousal

    def push(
        self, stream: StreamInfo, t_s: NDArray[np.float64], values: NDArray[np.float64]
    ) -> list[Published]:
        """Take samples of one whole second or less; return what they bring, in order.

        Of a recording, skin conductance and intervals may be of a minute.

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
        if stream.kind in _FELT_MOVEMENT and self._movements.are_any:
            results = [self._after_movement(result) for result in results]
        # A second at once, so that the cuts within it leave no trace.
        known_s: float | None = floor(t_s[-1]) + 1.0
        if stream.kind is StreamKind.EDA or known_s - t_s[0] > 1.0:
            known_s = None
        self._take(known_s, results)
        return self._breathed(known_s, results)

    def _breathed(self, known_s: float | None, results: list[Published]) -> list[Published]:
        """Keep the breaths among the results; tell how those that lead went with the pacer.

        What is told of a breath follows it at once, so that the cuts leave no trace in the order.
        """
        told: list[Published] = []
        for result in results:
            told.append(result)
            if isinstance(result, Metric) and result.name == "breath_quality":
                self._breath_quality[result.source] = result.quality
            elif isinstance(result, Breath):
                at_s = result.t_s + _BREATH_KNOWN_S if known_s is None else known_s
                self._breaths.push(at_s, result)
                if self._breaths.source(at_s - SETTLE_S) == result.source:
                    quality = self._breath_quality.get(result.source, 1.0)
                    told += self._adherence.breath(result, quality)
        return told

    def due(self, now_s: float) -> list[Published]:
        """Return what several sensors tell together, up to a little before now."""
        results: list[Published] = [*self._breathing.due(now_s)]
        self._take(now_s, results)
        return [*results, *self._arousal.due(now_s)]

    def finish(self, now_s: float) -> list[Published]:
        """Confirm what is pending: nothing will follow."""
        results: list[Published] = []
        for source, heart in self.hearts.items():
            trust = self._wave_trusts.get(source)
            told = heart.finish()
            results += told if trust is None else _weighed(trust, told)
        self._take(now_s, results)
        return [*results, *self._arousal.finish(now_s)]

    def _take(self, known_s: float | None, results: list[Published]) -> None:
        """Tell the nodes that listen to the others what came.

        ``known_s`` is when it became known, ``None`` where that is its own time.
        """
        for result in results:
            if isinstance(result, Metric) and result.name in _HEARD:
                at_s = floor(result.t_s) + 1.0 if known_s is None else known_s
                self._breath_rates.take(result)
                self._movements.take(result)
                self._arousal.take(at_s, result)
                if result.source != TOGETHER:
                    self._breathing.add(at_s, result)

    def _after_movement(self, result: Published) -> Published:
        if not isinstance(result, Metric) or isnan(result.value):
            return result
        if not self._movements.had_moved(result.t_s):
            return result
        quality = _MOVED_QUALITY * result.quality
        return replace(result, quality=quality, reason=result.reason or _MOVED)

    def _node(self, stream: StreamInfo) -> _Push:
        build = {
            StreamKind.RR: self._strap,
            StreamKind.PP: self._pulse_intervals,
            StreamKind.ECG: self._ecg,
            StreamKind.PPG: self._pulse,
            StreamKind.HEART_RATE: self._rate,
            StreamKind.EDA: self._skin,
            StreamKind.RESPIRATION: _belt,
            StreamKind.ACCELERATION: self._motion,
            StreamKind.EMG: _muscle,
            StreamKind.BASELINE: self._baselines,
        }.get(stream.kind)
        return _nothing if build is None else build(stream)

    def _heart(self, source: str, origin: BeatOrigin) -> _Heart:
        heart = _Heart(
            HeartNode(
                source,
                self._pacer,
                origin,
                self._breath_rates.at,
                self._breaths,
                is_live=self._is_live,
            ),
            source,
            self._breathing,
            # Waveforms come second by second, and the breath's rates with them.
            is_live=self._is_live or origin is not BeatOrigin.STRAP,
        )
        self.hearts[source] = heart.node
        return heart

    def _strap(self, stream: StreamInfo) -> _Push:
        heart = self._heart(stream.sensor_id, BeatOrigin.STRAP)
        ecg_id = f"{stream.sensor_id}/{StreamKind.ECG.value}"
        strap_rate = self._strap_rate(stream.sensor_id)

        def push(t_s: NDArray[np.float64], values: NDArray[np.float64]) -> list[Published]:
            results: list[Published] = []
            for at_s, rr_ms in _samples(t_s, values):
                strap_rate.interval(at_s)
                # The same beats in the sensor's ECG tell more of the breath, and tell it once.
                is_heard = ecg_id not in self.hearts
                results += heart.push(at_s, rr_ms, nan, tells_breath=is_heard)
            heart.settle()
            return results

        return push

    def _ecg(self, stream: StreamInfo) -> _Push:
        node = EcgNode(stream.stream_id, stream.rate_hz)
        heart = self._heart(stream.stream_id, BeatOrigin.ECG)
        trust = self._wave_trusts[stream.stream_id] = WaveTrust()
        return _waves(node, heart, trust)

    def _motion(self, stream: StreamInfo) -> _Push:
        is_on_chest = stream.sensor_id not in self._optical
        node = ChestMotionNode(stream.stream_id, stream.rate_hz, is_on_chest=is_on_chest)
        self._motions[stream.sensor_id] = node
        return lambda t_s, values: [*node.push(t_s, values)]

    def _see_pulse(self, sensor_id: str) -> None:
        """Know that a sensor is on an arm, a finger or an ear: its sway is no breath."""
        self._optical.add(sensor_id)
        if (motion := self._motions.get(sensor_id)) is not None:
            motion.leave_chest()

    def _pulse(self, stream: StreamInfo) -> _Push:
        self._see_pulse(stream.sensor_id)
        node = PpgNode(stream.stream_id, stream.rate_hz)
        heart = self._heart(stream.stream_id, BeatOrigin.PULSE)
        trust = self._wave_trusts[stream.stream_id] = WaveTrust()
        return _waves(node, heart, trust, has_height=False)

    def _pulse_intervals(self, stream: StreamInfo) -> _Push:
        self._see_pulse(stream.sensor_id)
        heart = self._heart(stream.stream_id, BeatOrigin.PULSE)

        def push(t_s: NDArray[np.float64], values: NDArray[np.float64]) -> list[Published]:
            results: list[Published] = []
            for at_s, pp_ms in _samples(t_s, values):
                results += heart.push(at_s, pp_ms, nan)
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

    def _skin(self, stream: StreamInfo) -> _Push:
        node = EdaNode(stream.sensor_id, stream.rate_hz, is_live=self._is_live)
        return lambda t_s, values: [*node.push(t_s, values[:, 0])]

    def _baselines(self, _stream: StreamInfo) -> _Push:
        def push(t_s: NDArray[np.float64], values: NDArray[np.float64]) -> list[Published]:
            for at_s, row in zip(t_s.tolist(), values.tolist(), strict=True):
                self._arousal.push_baseline(at_s, row)
            return []

        return push

    def _strap_rate(self, sensor_id: str) -> StrapRateNode:
        return self._strap_rates.setdefault(sensor_id, StrapRateNode(sensor_id))


class _Heart:
    """Beats of one source, and the breathing that can be read off them."""

    def __init__(
        self,
        node: HeartNode,
        source: str,
        breathing: BreathingFusion,
        *,
        is_live: bool,
    ) -> None:
        self.node = node
        self._beat_breathing = BeatBreathing(source, is_live=is_live)
        self._breathing = breathing
        self._chain = IntervalChain()
        self._amplitudes: deque[tuple[float, float]] = deque(maxlen=_WAITING_WAVES)

    def push(
        self, t_s: float, rr_ms: float, amplitude: float, *, tells_breath: bool = True
    ) -> list[Published]:
        if amplitude == amplitude:  # noqa: PLR0124 - not nan, at a fifth of isnan's cost
            self._amplitudes.append((t_s, amplitude))
        results: list[Published] = [*self.node.push(t_s, rr_ms)]
        for beat in results:
            if tells_breath and isinstance(beat, Beat):
                self._breathe(floor(t_s) + 1.0, beat)
        return results

    def _breathe(self, known_s: float, beat: Beat) -> None:
        interval = self._chain.add(beat)
        if interval is None:
            return
        amplitude = nan
        if self._amplitudes:
            amplitude = next((height for at_s, height in self._amplitudes if at_s == beat.t_s), nan)
        for estimate in self._beat_breathing.add(
            interval.end_s, interval.rr_ms, amplitude, interval.follows, known_s
        ):
            self._breathing.add(known_s, estimate)

    def settle(self) -> None:
        """Tell what of the breath waited for the end of a piece of a recording."""
        for known_s, estimate in self._beat_breathing.settle():
            self._breathing.add(known_s, estimate)


def _waves(node: _WaveNode, heart: _Heart, trust: WaveTrust, *, has_height: bool = True) -> _Push:
    """Give the beats found in a waveform to their heart, and trust that no more than the wave.

    How high a pulse is tells of more than the breath, so that its height is left out.
    """

    def push(t_s: NDArray[np.float64], values: NDArray[np.float64]) -> list[Published]:
        results: list[Published] = []
        for found in node.push(t_s, values[:, 0]):
            if not isinstance(found, WaveBeat):
                trust.take(found)
                results.append(found)
            elif isfinite(found.rr_ms):
                height = found.amplitude if has_height else nan
                told = heart.push(found.t_s, found.rr_ms, height)
                results += _weighed(trust, told)
        return results

    return push


def _weighed(trust: WaveTrust, told: Iterable[Published]) -> list[Published]:
    return [trust.weigh(each) if isinstance(each, Metric) else each for each in told]


def _samples(
    t_s: NDArray[np.float64], values: NDArray[np.float64]
) -> Iterator[tuple[float, float]]:
    """Give time and value, one sample at a time."""
    return zip(t_s.tolist(), values[:, 0].tolist(), strict=True)


def _belt(stream: StreamInfo) -> _Push:
    node = BeltNode(stream.sensor_id, stream.rate_hz)
    return lambda t_s, values: [*node.push_many(t_s, values[:, 0])]


def _muscle(stream: StreamInfo) -> _Push:
    node = EmgNode(stream.sensor_id, stream.rate_hz)
    return lambda t_s, values: [*node.push(t_s, values[:, 0])]


def _nothing(_t_s: NDArray[np.float64], _values: NDArray[np.float64]) -> list[Published]:
    return []
