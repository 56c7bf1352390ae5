"""From what a conversation delivers to timed samples and named gaps, for one sensor."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite
from typing import TYPE_CHECKING, Final

import numpy as np

from biofeedback.devices.driver import Frame
from biofeedback.devices.timing.sensor_clocks import SensorClocks
from biofeedback.devices.timing.timeline import Timeline
from biofeedback.samples import Chunk, Gap, GapReason, StreamHealth, StreamKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from biofeedback.devices.driver import Delivery
    from biofeedback.devices.sensor import Sink
    from biofeedback.samples import StreamInfo

__all__ = ["Intake"]

# An interval that begins so much after the last beat leaves room for none to have been there.
_MIN_INTERVAL_GAP_S: Final = 0.1
# Values that come about once a second are missed after this long.
_MIN_RATE_GAP_S: Final = 3.0
# When it is known that the sensor was away, one that did not come is enough.
_MIN_KNOWN_RATE_GAP_S: Final = 1.5
# Several that came at once are laid so far apart at least.
_HAIR_S: Final = 1e-3
# Regular samples are missed when there would have been room for one.
_PERIODS: Final = 1.5
_INTERVALS: Final = frozenset({StreamKind.RR, StreamKind.PP})
# A reason of a higher rank stands against one of a lower: a link is lost because the radio went.
_RANK: Final = {
    GapReason.PACKETS: 0,
    GapReason.CONTACT: 1,
    GapReason.CLOCK: 1,
    GapReason.SILENCE: 2,
    GapReason.LINK: 2,
    GapReason.RADIO: 3,
    GapReason.ASLEEP: 4,
}
# Without a rate these tell what has changed.
_WHEN_CHANGED: Final = frozenset({StreamKind.OTHER, StreamKind.TEMPERATURE})
# What a time line finds out by itself.
_OF_THE_STREAM: Final = frozenset({GapReason.PACKETS, GapReason.CLOCK})


class Intake:
    """Times the frames of one sensor, finds the gaps, and tells both to the sink.

    Parameters
    ----------
    sink
        Where samples and gaps go.
    """

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._clocks = SensorClocks()
        self._timelines: dict[str, Timeline] = {}
        # Streams whose driver times them itself: the time of their last sample, by stream id.
        self._timed: dict[str, tuple[StreamKind, float]] = {}
        self._reasons: dict[str, GapReason] = {}
        self._heard_s: dict[StreamKind, float] = {}
        # Streams of which nothing may come for minutes though all is well.
        self._now_and_then: set[str] = set()

    def heard_s(self, kind: StreamKind) -> float | None:
        """Return when samples of a kind last came, ``None`` if none has."""
        return self._heard_s.get(kind)

    def deliver(self, deliveries: Iterable[Delivery], arrival_s: float) -> None:
        """Take what a conversation made of a packet, and pass it on."""
        for each in deliveries:
            stream = each.stream
            if isinstance(each, Frame):
                if each.values.shape[0] == 0:
                    continue
                self._heard_s[stream.kind] = arrival_s
                timeline = self._timelines.get(stream.stream_id)
                if timeline is None:
                    timeline = Timeline(stream, self._clocks)
                    self._timelines[stream.stream_id] = timeline
                    if _comes_now_and_then(stream):
                        self._now_and_then.add(stream.stream_id)
                self._tell(timeline.push(each, arrival_s))
            elif each.t_s.size:
                self._heard_s[stream.kind] = arrival_s
                self._tell_timed(each)

    def blame(self, reason: GapReason, *, timed_only: bool = False) -> None:
        """Let what comes next begin after a gap with this reason.

        A reason that is already known gives way only to one that explains more.

        Parameters
        ----------
        reason
            Why nothing comes.
        timed_only
            Only streams that their driver times; those that go on with no reading have no gap.
        """
        if not timed_only:
            for stream_id, timeline in self._timelines.items():
                self._blame_one(stream_id, timeline, reason)
        for stream_id in self._timed:
            self._keep(stream_id, reason)

    def blame_stream(self, kind: StreamKind, reason: GapReason) -> None:
        """Let one kind of stream begin after a gap with this reason."""
        for stream_id, timeline in self._timelines.items():
            if stream_id.endswith(f"/{kind.value}"):
                self._blame_one(stream_id, timeline, reason)
        for stream_id, (own, _) in self._timed.items():
            if own is kind:
                self._keep(stream_id, reason)

    def _blame_one(self, stream_id: str, timeline: Timeline, reason: GapReason) -> None:
        # What was held is from before: it has no part in the gap.
        self._tell(timeline.interrupt(reason))
        self._keep(stream_id, reason)

    def _keep(self, stream_id: str, reason: GapReason) -> None:
        known = self._reasons.get(stream_id)
        if known is None or _RANK[known] < _RANK[reason]:
            self._reasons[stream_id] = reason

    def due_s(self) -> float | None:
        """Return when something held must be passed on, ``None`` if nothing is held."""
        due = [due_s for each in self._timelines.values() if (due_s := each.due_s()) is not None]
        return min(due, default=None)

    def release(self, now_s: float) -> None:
        """Pass on what was held long enough."""
        for timeline in self._timelines.values():
            due_s = timeline.due_s()
            if due_s is not None and due_s <= now_s:
                self._tell(timeline.release(now_s))

    def health(self) -> tuple[StreamHealth, ...]:
        """Return how each stream comes in."""
        return (
            *(timeline.health() for timeline in self._timelines.values()),
            *(StreamHealth(kind) for kind, _ in self._timed.values()),
        )

    def _tell(self, timed: Iterable[Chunk | Gap]) -> None:
        for each in timed:
            if isinstance(each, Gap):
                if each.source in self._now_and_then:
                    continue
                own = each.reason in _OF_THE_STREAM
                reason = each.reason if own else self._reasons.get(each.source, each.reason)
                self._sink.gap(replace(each, reason=reason))
            else:
                self._reasons.pop(each.stream.stream_id, None)
                self._sink.chunk(each)

    def _tell_timed(self, chunk: Chunk) -> None:
        stream_id, kind = chunk.stream.stream_id, chunk.stream.kind
        _, last_s = self._timed.get(stream_id, (kind, float("-inf")))
        known = self._reasons.pop(stream_id, None)
        reason = known or GapReason.PACKETS
        least_s = _MIN_RATE_GAP_S if known is None else _MIN_KNOWN_RATE_GAP_S
        if kind in _INTERVALS:
            least_s = _MIN_INTERVAL_GAP_S
        elif chunk.t_s[0] <= last_s:
            # They are timed by their arrival, and after a stall several arrive at once.
            t_s = np.maximum(chunk.t_s, last_s + _HAIR_S * np.arange(1.0, chunk.t_s.size + 1.0))
            chunk = replace(chunk, t_s=t_s)
        if chunk.stream.rate_hz is not None:
            least_s = _PERIODS / chunk.stream.rate_hz
        is_told_elsewhere = _comes_now_and_then(chunk.stream) or (
            # A rate has no time but that of its arrival: whether packets were lost or only late
            # is known from the intervals beside it.
            kind is StreamKind.HEART_RATE
            and known is None
            and any(own in _INTERVALS for own, _ in self._timed.values())
        )
        for t_s, value in zip(chunk.t_s.tolist(), chunk.values[:, 0].tolist(), strict=True):
            begin_s = t_s - value / 1000.0 if kind in _INTERVALS else t_s
            if isfinite(last_s) and begin_s - last_s > least_s and not is_told_elsewhere:
                self._sink.gap(Gap(begin_s, last_s, stream_id, reason))
                reason = GapReason.PACKETS
            last_s = t_s
        self._timed[stream_id] = (kind, last_s)
        self._sink.chunk(chunk)


def _comes_now_and_then(stream: StreamInfo) -> bool:
    """Whether a stream comes when something changed: the time between is no gap."""
    return stream.rate_hz is None and stream.kind in _WHEN_CHANGED
