"""Our side: one stream at a time on its way in, and what the peers get of it."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Protocol

import numpy as np

from benchmarks.heart_rhythm import WINDOW_S, rr_intervals_ms
from benchmarks.result import Stopwatch
from benchmarks.skin_cost import PACKETS, conductance
from biofeedback.pacing import BreathPattern
from biofeedback.runtime.session import PACER_STREAM
from biofeedback.samples import Chunk, Metric, Scr, StreamInfo, StreamKind
from biofeedback.signal.ecg import EcgNode
from biofeedback.signal.eda import EdaNode
from biofeedback.signal.pipeline import Pipeline
from biofeedback.signal.tachogram import Interval
from biofeedback.signal.time_domain import TimeDomainWindow
from biofeedback.signal.wave_beat import WaveBeat
from biofeedback.simulation.client import VirtualClient
from biofeedback.simulation.ecg import EcgSensing
from biofeedback.simulation.options import Faults

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from biofeedback.signal.time_domain import TimeDomain

__all__ = ["Beats", "Ecg", "Skin", "Stream", "TimeDomainBeats"]

# Beats of one round: about four minutes, so that what is due every few seconds is shared fairly.
N_BEATS = 300
N_TIME_DOMAIN_BEATS = 1000
STRAP = StreamInfo("strap", StreamKind.RR, ("rr_ms",))
ECG_RATE_HZ = 130.0
ECG_CHUNK = 73
N_ECG_SECONDS = 20
N_SKIN_SECONDS = 60


class Stream(Protocol):
    """A signal that goes on from round to round."""

    rate_hz: float

    def step_us(self) -> float:
        """Go on by one round; return what a beat or a second cost."""
        ...

    def window(self) -> NDArray[np.float64]:
        """Return the values that a peer is given now."""
        ...


class Beats:
    """RR intervals through the whole pipeline with a pacer, all windows full."""

    rate_hz = 0.0

    def __init__(self, rounds: int) -> None:
        self._rr_ms = rr_intervals_ms(WINDOW_S + rounds * N_BEATS * 1.2)
        self._beat_s = np.cumsum(self._rr_ms) / 1000
        self._pipeline = Pipeline()
        parts_s = BreathPattern.at_rate(6.0).parts_s
        self._pipeline.push(Chunk(PACER_STREAM, np.zeros(1), np.array([[*parts_s, 0.0, 0.0]]), 0.0))
        self._position = 0
        self.latest: dict[str, Metric] = {}
        self._push(int(np.searchsorted(self._beat_s, WINDOW_S)))

    def step_us(self) -> float:
        """Return what a beat cost."""
        watch = Stopwatch()
        self._push(self._position + N_BEATS)
        return watch.seconds() / N_BEATS * 1e6

    def window(self) -> NDArray[np.float64]:
        """Return the intervals of the last five minutes."""
        return self.before(self._beat_s[self._position - 1], WINDOW_S)

    def before(self, now_s: float, length_s: float) -> NDArray[np.float64]:
        """Return the intervals that ended in a stretch of time before a moment."""
        is_inside = (self._beat_s <= now_s) & (self._beat_s > now_s - length_s)
        inside: NDArray[np.float64] = self._rr_ms[is_inside]
        return inside

    def measures(self) -> list[str]:
        """Names of the measures that have a value now."""
        return sorted(name for name, metric in self.latest.items() if isfinite(metric.value))

    def _push(self, until: int) -> None:
        for beat in range(self._position, until):
            t_s = float(self._beat_s[beat])
            chunk = Chunk(STRAP, np.array([t_s]), self._rr_ms[beat].reshape(1, 1), t_s)
            for result in self._pipeline.push(chunk):
                if type(result) is Metric:
                    self.latest[result.name] = result
        self._position = until


class TimeDomainBeats:
    """RR intervals into the time-domain window alone, which is full."""

    rate_hz = 0.0

    def __init__(self, rounds: int) -> None:
        self._rr_ms = rr_intervals_ms(WINDOW_S + rounds * N_TIME_DOMAIN_BEATS)
        self._beat_s = np.cumsum(self._rr_ms) / 1000
        self._window = TimeDomainWindow(WINDOW_S)
        self._position = 0
        self.latest: TimeDomain | None = None
        self._push(int(np.searchsorted(self._beat_s, WINDOW_S)))

    def step_us(self) -> float:
        """Return what a beat cost."""
        return self._push(N_TIME_DOMAIN_BEATS) / N_TIME_DOMAIN_BEATS * 1e6

    def window(self) -> NDArray[np.float64]:
        """Return the intervals of the last five minutes."""
        now_s = self._beat_s[self._position - 1]
        is_inside = (self._beat_s <= now_s) & (self._beat_s > now_s - WINDOW_S)
        inside: NDArray[np.float64] = self._rr_ms[is_inside]
        return inside

    def _push(self, count: int) -> float:
        part = slice(self._position, self._position + count)
        intervals = [
            Interval(end_s, length_ms, follows=True)
            for end_s, length_ms in zip(
                self._beat_s[part].tolist(), self._rr_ms[part].tolist(), strict=True
            )
        ]
        watch = Stopwatch()
        for interval in intervals:
            self._window.add(interval)
            self.latest = self._window.measures()
        took_s = watch.seconds()
        self._position += len(intervals)
        return took_s


class Ecg:
    """A simulated person's ECG into its node, in a strap's frames."""

    rate_hz = ECG_RATE_HZ
    window_s = 10.0

    def __init__(self, rounds: int) -> None:
        client = VirtualClient.from_seed(1)
        produced = client.advance(self.window_s + rounds * (N_ECG_SECONDS + 1))
        sensed = EcgSensing(1, Faults(), ECG_RATE_HZ).sense(produced)
        self._t_s, self._values = sensed.t_s, sensed.microvolts
        self._node = EcgNode("strap/ecg", ECG_RATE_HZ)
        self._position = 0
        self._beats_s: list[float] = []
        self._push(self.window_s)

    def step_us(self) -> float:
        """Return what a second cost."""
        first = self._position
        took_s = self._push(N_ECG_SECONDS)
        return took_s * ECG_RATE_HZ / (self._position - first) * 1e6

    def window(self) -> NDArray[np.float64]:
        """Return the last ten seconds."""
        return self._values[self._position - round(self.window_s * ECG_RATE_HZ) : self._position]

    def n_found(self) -> int:
        """R-peaks that were found in the last ten seconds, up to now."""
        now_s = float(self._t_s[self._position - 1])
        return sum(now_s - self.window_s < beat_s <= now_s for beat_s in self._beats_s)

    def _push(self, seconds: float) -> float:
        frames = _packets(
            self._t_s, self._values, self._position, seconds * self.rate_hz, ECG_CHUNK
        )
        watch = Stopwatch()
        found = [self._node.push(*frame) for frame in frames]
        took_s = watch.seconds()
        beats = (each for results in found for each in results if isinstance(each, WaveBeat))
        self._beats_s += [beat.t_s for beat in beats]
        self._position += ECG_CHUNK * len(frames)
        return took_s


class Skin:
    """Skin conductance into its node, in the packets of such sensors."""

    window_s = 60.0

    def __init__(self, rate_hz: float, rounds: int) -> None:
        self.rate_hz = rate_hz
        self.n_packet, self.target = PACKETS[rate_hz]
        self._values = conductance(rate_hz, self.window_s + rounds * N_SKIN_SECONDS + 60.0)
        self._t_s = np.arange(self._values.size) / rate_hz
        self._node = EdaNode("skin", rate_hz)
        self._position = 0
        self._peaks_s: list[float] = []
        self._push(self.window_s)

    def step_us(self) -> float:
        """Return what a second cost."""
        return self._push(N_SKIN_SECONDS) / N_SKIN_SECONDS * 1e6

    def window(self) -> NDArray[np.float64]:
        """Return the last minute."""
        return self._values[self._position - round(self.window_s * self.rate_hz) : self._position]

    def n_found(self) -> int:
        """Responses that were found in the last minute, up to now."""
        now_s = float(self._t_s[self._position - 1])
        return sum(now_s - self.window_s < peak_s <= now_s for peak_s in self._peaks_s)

    def _push(self, seconds: float) -> float:
        packets = _packets(
            self._t_s, self._values, self._position, seconds * self.rate_hz, self.n_packet
        )
        watch = Stopwatch()
        found = [self._node.push(*packet) for packet in packets]
        took_s = watch.seconds()
        responses = (each for results in found for each in results if isinstance(each, Scr))
        self._peaks_s += [response.peak_s for response in responses]
        self._position += self.n_packet * len(packets)
        return took_s


def _packets(
    t_s: NDArray[np.float64], values: NDArray[np.float64], start: int, count: float, size: int
) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Cut the next samples as they would arrive; the last packet is whole."""
    firsts = range(start, start + round(count), size)
    return [(t_s[first : first + size], values[first : first + size]) for first in firsts]
