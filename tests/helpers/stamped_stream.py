"""A sensor's frames with stamps and arrivals as a radio delivers them; each value is its number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.devices.driver import Frame, Stamp
from biofeedback.samples import Chunk, Gap, GapReason, StreamInfo, StreamKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from biofeedback.devices.timing.timeline import Timeline

    Numbers = NDArray[np.float64]

__all__ = [
    "LEAST_DELAY_S",
    "START_S",
    "Heard",
    "Sent",
    "deliver",
    "ecg_stream",
    "frame_of",
    "heard",
    "late_by",
    "play",
]

# When the first sample is taken, session seconds, and what every packet takes at least.
START_S = 5.0
LEAST_DELAY_S = 0.015


@dataclass(frozen=True, eq=False)
class Sent:
    """A frame and when it arrived."""

    arrival_s: float
    frame: Frame


@dataclass(frozen=True, eq=False)
class Heard:
    """What a timeline handed out."""

    outputs: list[Chunk | Gap]

    @property
    def chunks(self) -> list[Chunk]:
        return [output for output in self.outputs if isinstance(output, Chunk)]

    @property
    def gaps(self) -> list[Gap]:
        return [output for output in self.outputs if isinstance(output, Gap)]

    @property
    def t_s(self) -> Numbers:
        return np.concatenate([np.empty(0), *(chunk.t_s for chunk in self.chunks)])

    @property
    def numbers(self) -> Numbers:
        return np.concatenate([np.empty(0), *(chunk.values[:, 0] for chunk in self.chunks)])


def ecg_stream(rate_hz: float | None = 130.0, sensor_id: str = "chest") -> StreamInfo:
    return StreamInfo(sensor_id, StreamKind.ECG, ("ecg_microvolts",), rate_hz)


def frame_of(stream: StreamInfo, first: int, n_samples: int, stamp: Stamp | None = None) -> Frame:
    return Frame(stream, np.arange(first, first + n_samples, dtype=float)[:, None], stamp)


def late_by(kind: str, mean_s: float, seed: int) -> Callable[[int], float]:
    """Delays above the least: ``exponential`` or ``heavy`` tailed, never above 3 s."""
    rng = np.random.default_rng(seed)

    def delay_s(_number: int) -> float:
        if kind == "exponential":
            return min(float(rng.exponential(mean_s)), 3.0)
        return min(0.5 * mean_s * float(rng.pareto(1.5)), 3.0)

    return delay_s


def deliver(
    length_s: float,
    delay_s: Callable[[int], float],
    *,
    stream: StreamInfo | None = None,
    true_rate_hz: float = 130.0,
    n_samples: int = 65,
    device_s: Callable[[float], float] | None = None,
    count_hz: float | None = None,
    wrap_s: float | None = None,
    clock: str = "clock",
    start_s: float = START_S,
) -> list[Sent]:
    """Return the frames of a stream in the order in which they come, one behind the other.

    Parameters
    ----------
    length_s
        For so long samples are taken.
    delay_s
        What the frame of a number takes above the least.
    stream, n_samples, true_rate_hz
        The stream, and how it is sampled in truth.
    device_s
        The sensor's clock at a session time; ``None`` where it has none.
    count_hz
        The rate that it counts its samples with; ``None`` where it does not.
    wrap_s, clock
        As for `Stamp`.
    start_s
        When the first sample is taken.
    """
    stream = ecg_stream() if stream is None else stream
    sent = []
    before_s = 0.0
    for number in range(int(length_s * true_rate_hz / n_samples)):
        last = (number + 1) * n_samples - 1
        t_s = start_s + last / true_rate_hz
        stamp_s = None
        if device_s is not None:
            stamp_s = device_s(t_s)
        elif count_hz is not None:
            stamp_s = last / count_hz
        if stamp_s is not None and wrap_s is not None:
            stamp_s %= wrap_s
        stamp = None if stamp_s is None else Stamp(stamp_s, wrap_s, clock)
        before_s = max(t_s + LEAST_DELAY_S + delay_s(number), before_s + 0.001)
        sent.append(Sent(before_s, frame_of(stream, number * n_samples, n_samples, stamp)))
    return sent


def play(timeline: Timeline, sent: Iterable[Sent]) -> list[Chunk | Gap]:
    """Push frames as they come, and release what is due between them; return what came out."""
    outputs: list[Chunk | Gap] = []
    for each in sent:
        due_s = timeline.due_s()
        while due_s is not None and due_s <= each.arrival_s:
            outputs += timeline.release(due_s)
            due_s = timeline.due_s()
        outputs += timeline.push(each.frame, each.arrival_s)
    return outputs


def heard(timeline: Timeline, sent: Sequence[Sent]) -> Heard:
    """Play all frames and have the rest handed out."""
    outputs = play(timeline, sent)
    return Heard(outputs + timeline.interrupt(GapReason.LINK))
