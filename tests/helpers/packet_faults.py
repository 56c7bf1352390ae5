"""What happens to notifications on their way."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final

from biofeedback.samples import GapReason, StreamKind

from .board_source import BoardSource
from .polar_sources import HeartSource, PolarSource
from .sensor_source import Span

if TYPE_CHECKING:
    from .fault import Fault
    from .fault_staging import Staging
    from .sensor_source import Notification, Source

__all__ = ["PACKET_FAULTS"]


def one_silent(staging: Staging) -> Fault:
    """The first stream alone is silent, until it is asked for again."""
    first = staging.worn.sources[0]
    assert isinstance(first, PolarSource)
    peripheral = first.peripheral
    running: list[object] = []

    def mute(source: Source, sent: list[Notification]) -> list[Notification] | None:
        if source is not first:
            return sent
        running.append(peripheral.running.get(first.measurement))
        return [] if running[-1] is running[0] else None

    staging.mangle(mute)
    return staging.fault(GapReason.SILENCE, kinds=frozenset({first.tracks[0].kind}))


def garbage(staging: Staging) -> Fault:
    noise = random.Random(round(staging.plan.t_s))

    def add(source: Source, sent: list[Notification]) -> list[Notification]:
        # Of a heart rate any two bytes are a valid one: nothing tells that they are not.
        n_bytes = 1 if isinstance(source, HeartSource) else 11
        return [
            each
            for one in sent
            for each in (
                one._replace(payload=noise.randbytes(n_bytes), numbers=(), spans=()),
                one,
            )
        ]

    staging.mangle_next(8, add)
    return staging.fault()


def truncated(staging: Staging) -> Fault:
    def cut(source: Source, sent: list[Notification]) -> list[Notification] | None:
        if isinstance(source, HeartSource):
            return None
        payload = sent[0].payload
        # Of a Polar frame no whole number of samples: nothing else would tell.
        n_kept = next(n for n in range(len(payload) // 2, 0, -1) if n % 3 == 2)
        return [sent[0]._replace(payload=payload[:n_kept], numbers=()), *sent[1:]]

    staging.mangle_next(3, cut)
    return staging.fault(GapReason.PACKETS)


def flipped(staging: Staging) -> Fault:
    """A byte is wrong that a checksum tells."""

    def flip(source: Source, sent: list[Notification]) -> list[Notification]:
        one = sent[0]
        at = 9 if isinstance(source, BoardSource) else 3
        payload = bytearray(one.payload)
        payload[at] ^= 0x15
        spans = tuple(
            half
            for span in one.spans
            for half in (
                Span(span.go, span.begin, span.begin + at),
                Span(span.go, span.begin + at + 1, span.end),
            )
        )
        return [one._replace(payload=bytes(payload), numbers=(), spans=spans), *sent[1:]]

    staging.mangle_next(3, flip)
    return staging.fault(GapReason.PACKETS)


def dropped(staging: Staging) -> Fault:
    """Notifications are lost on their way."""
    staging.mangle_next(3, lambda _source, _sent: [])
    return staging.fault(GapReason.PACKETS)


def doubled(staging: Staging) -> Fault:
    def double(source: Source, sent: list[Notification]) -> list[Notification]:
        if isinstance(source, HeartSource):
            return sent
        return [each for one in sent for each in (one, one)]

    staging.mangle_next(8, double)
    return staging.fault()


def swapped(staging: Staging) -> Fault:
    """Of the stream that is the fastest, every second packet comes right before its time."""
    n_left = [4]
    kept: list[Notification] = []
    first = staging.worn.sources[0]

    def swap(source: Source, sent: list[Notification]) -> list[Notification] | None:
        if n_left[0] == 0 and not kept:
            return None
        if source is not first or not sent:
            return sent
        if not kept:
            kept.append(sent[0])
            return sent[1:]
        late = kept.pop()._replace(t_s=sent[-1].t_s + 0.001)
        n_left[0] -= 1
        return [*sent, late]

    staging.mangle(swap)
    return staging.fault()


def stalled(staging: Staging) -> Fault:
    """Nothing comes for some seconds, then all at once."""

    def hold(_source: Source, sent: list[Notification]) -> list[Notification] | None:
        if sent and sent[0].t_s >= staging.end_s:
            return None
        return [each._replace(t_s=staging.end_s) for each in sent]

    staging.mangle(hold)
    # A rate has no time but its arrival: for so long there was none.
    return staging.fault(
        GapReason.PACKETS, kinds=frozenset({StreamKind.HEART_RATE}), may_lose_nothing=True
    )


PACKET_FAULTS: Final = (
    one_silent,
    garbage,
    truncated,
    flipped,
    dropped,
    doubled,
    swapped,
    stalled,
)
