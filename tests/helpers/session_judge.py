"""Whether a long session lost, doubled or invented anything, and named every gap.

Judged by content: each sample tells its number. What bleak delivered is the truth; what is
judged are chunks and gaps, whether heard live or read from a recording.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Final

import numpy as np

from biofeedback.devices.supervisor import back_off_s
from biofeedback.samples import LinkState, StreamKind

from .byte_source import ByteSource

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from biofeedback.samples import Chunk, Gap, SensorStatus

    from .fault import Fault
    from .long_session import Worn
    from .sensor_source import Notification, Source, Track

__all__ = ["Reconnect", "Verdict", "judge", "reconnects"]

# bleak hears a notification at its own time, or when the batch began that it was in.
_SAME_S = 0.6
# The shortest way over the air is not known to anyone.
_AIR_S = 0.02
_MAX_TOLD = 12
_BRIEF_S = 3.0
# What was sampled then is sent with what a fault meets.
_JUST_BEFORE_S = 0.8
_INTERVALS: Final = frozenset({StreamKind.RR, StreamKind.PP})
_GONE: Final = frozenset(
    {
        LinkState.RECONNECTING,
        LinkState.UNAVAILABLE,
        LinkState.SILENT,
        LinkState.REFUSED,
        LinkState.SEARCHING,
    }
)
# What a sensor's own start takes at most once it is connected, and its first packet: a Polar
# that runs on is stopped for a second, a Shimmer listened to until it is quiet, and a board
# waited for until its count is certain.
_START_S: Final = {"h10": 4.0, "sense": 4.0, "belt": 2.0, "shimmer": 3.0, "board": 4.0}


@dataclass
class Verdict:
    """What was judged: how much of it, and what is wrong.

    Attributes
    ----------
    n_samples, n_holes, n_gaps
        How many samples came, how many times numbers are missing between two, and how many gaps
        were told.
    worst_s
        By stream how far a time was from the truth at most.
    wrong
        What is not as it should be, in words; empty when all is well.
    """

    n_samples: int
    n_holes: int
    n_gaps: int
    worst_s: dict[str, float]
    wrong: list[str]


def judge(
    people: Iterable[Worn],
    chunks: Iterable[Chunk],
    gaps: Iterable[Gap],
    statuses: Iterable[SensorStatus],
    faults: Sequence[Fault],
) -> Verdict:
    """Compare what came of a session with what bleak delivered.

    Parameters
    ----------
    people
        The sensors.
    chunks, gaps, statuses
        What came of them, in order.
    faults
        What went wrong, and so may have left holes.
    """
    chunks_of: dict[str, list[Chunk]] = {}
    gaps_of: dict[str, list[Gap]] = {}
    statuses = list(statuses)
    for chunk in chunks:
        chunks_of.setdefault(chunk.stream.stream_id, []).append(chunk)
    for gap in gaps:
        gaps_of.setdefault(gap.source, []).append(gap)
    verdict = Verdict(0, 0, sum(map(len, gaps_of.values())), {}, [])
    for each in people:
        came_of = _by_source(each)
        for source in each.sources:
            connections = came_of.get(id(source), {})
            delivered: dict[object, list[int]] = {}
            may_miss: set[int] = set()
            for came in connections.values():
                for kind, numbers in source.delivered(came).items():
                    delivered.setdefault(kind, []).extend(numbers)
                if isinstance(source, ByteSource):
                    may_miss |= source.may_miss(came)
            for track in source.tracks:
                stream_id = f"{each.sensor_id}/{track.kind.value}"
                stream = _Stream(stream_id, track, source, each, verdict)
                stream.judge(
                    sorted(set(delivered.get(track.kind, []))),
                    may_miss,
                    chunks_of.pop(stream_id, []),
                    gaps_of.pop(stream_id, []),
                    [status for status in statuses if status.sensor_id == each.sensor_id],
                    faults,
                )
    verdict.wrong += [f"{stream_id}: samples of nobody" for stream_id in chunks_of]
    verdict.wrong += [f"{stream_id}: gaps of nobody" for stream_id in gaps_of]
    return verdict


def _by_source(each: Worn) -> dict[int, dict[int, list[Notification]]]:
    """Return what came, by source and connection: what was sent, and bleak delivered."""
    sorted_out: dict[int, dict[int, list[Notification]]] = {}
    at = 0
    for came in each.came:
        for i in range(at, len(each.emitted)):
            t_s, source, sent = each.emitted[i]
            if t_s > came.t_s + _SAME_S:
                break
            is_it = sent.uuid == came.uuid and sent.payload == came.payload
            if is_it and came.t_s - t_s < _SAME_S:
                by_connection = sorted_out.setdefault(id(source), {})
                by_connection.setdefault(came.connection, []).append(sent)
                at = i + 1
                break
    return sorted_out


class _Stream:
    """One stream, to be judged."""

    def __init__(
        self, stream_id: str, track: Track, source: Source, each: Worn, verdict: Verdict
    ) -> None:
        self._id = stream_id
        self._track = track
        self._source = source
        self._each = each
        self._verdict = verdict

    def _wrong(self, what: str) -> None:
        self._verdict.wrong.append(f"{self._id}: {what}")

    def judge(
        self,
        delivered: list[int],
        may_miss: set[int],
        chunks: list[Chunk],
        gaps: list[Gap],
        statuses: list[SensorStatus],
        faults: Sequence[Fault],
    ) -> None:
        if not delivered or not chunks:
            self._wrong(f"{len(delivered)} samples delivered, and {len(chunks)} chunks came")
            return
        times_s = np.concatenate([chunk.t_s for chunk in chunks])
        values = np.concatenate([chunk.values for chunk in chunks])
        self._verdict.n_samples += times_s.size
        numbers = self._numbers(np.array(delivered), may_miss, times_s, values)
        if numbers is None:
            return
        if np.any(np.diff(times_s) <= 0.0):
            at = int(np.flatnonzero(np.diff(times_s) <= 0.0)[0])
            self._wrong(f"time goes back at {times_s[at]:.3f} s")
        self._judge_times(numbers, times_s, chunks, statuses)
        self._judge_gaps(numbers, times_s, gaps, faults)

    def _numbers(
        self,
        delivered: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
        may_miss: set[int],
        times_s: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
        values: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    ) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]] | None:
        """Return the numbers of the samples that came, ``None`` if they are not as delivered."""
        expected = self._track.values(delivered)
        expected = expected.reshape(len(delivered), -1)
        values = values[:, : expected.shape[1]]
        if len(values) == len(delivered) and np.allclose(values, expected, rtol=1e-6, atol=1e-5):
            return delivered
        # One by one: which was left out, and which came that was not delivered?
        kept, i = [], 0
        lost, strange = [], []
        for row, t_s in zip(values, times_s.tolist(), strict=True):
            ahead = i
            while ahead < len(delivered) and not np.allclose(
                row, expected[ahead], rtol=1e-6, atol=1e-5
            ):
                ahead += 1
                if ahead - i > 400:
                    ahead = len(delivered)
            if ahead == len(delivered):
                strange.append(t_s)
                continue
            lost += [int(n) for n in delivered[i:ahead] if int(n) not in may_miss]
            kept.append(int(delivered[ahead]))
            i = ahead + 1
        lost += [int(n) for n in delivered[i:] if int(n) not in may_miss]
        if lost:
            at_s = self._track.t_s(np.array(lost[:_MAX_TOLD]))
            self._wrong(f"{len(lost)} delivered and lost, at {np.round(at_s, 2).tolist()} s")
        if strange:
            told = [round(t_s, 2) for t_s in strange[:_MAX_TOLD]]
            self._wrong(f"{len(strange)} came that were not delivered, or twice, at {told} s")
        return np.array(kept) if not strange else None

    def _judge_times(
        self,
        numbers: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
        times_s: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
        chunks: list[Chunk],
        statuses: list[SensorStatus],
    ) -> None:
        off_s = np.abs(times_s - self._track.t_s(numbers))
        self._verdict.worst_s[self._id] = float(off_s.max())
        stated = [
            (status.t_s, health.alignment_ms / 1000.0)
            for status in statuses
            for health in status.streams
            if health.kind is self._track.kind and np.isfinite(health.alignment_ms)
        ]
        allowed = np.full(times_s.shape, self._track.off_s)
        if stated:
            told_s = [t_s for t_s, _ in stated]
            ends = np.cumsum([chunk.t_s.size for chunk in chunks])
            for chunk, end in zip(chunks, ends, strict=True):
                # As it was told before, or is next: a minute later it may be known better.
                i = bisect_right(told_s, chunk.arrival_s)
                near = [off_s for _, off_s in stated[max(i - 1, 0) : i + 1]]
                allowed[end - chunk.t_s.size : end] = max(near) + _AIR_S
        bad = np.flatnonzero(off_s > allowed)
        if bad.size:
            first = int(bad[0])
            worst = int(bad[np.argmax(off_s[bad])])
            self._wrong(
                f"{bad.size} times off: from {times_s[first]:.2f} s on, the worst at "
                f"{times_s[worst]:.2f} s by {off_s[worst]:.3f} s, allowed {allowed[worst]:.3f} s"
            )

    def _judge_gaps(
        self,
        numbers: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
        times_s: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
        gaps: list[Gap],
        faults: Sequence[Fault],
    ) -> None:
        unnamed = list(gaps)
        interval_s = 0.0
        for at in np.flatnonzero(np.diff(numbers) != 1).tolist():
            self._verdict.n_holes += 1
            begin_s, end_s = float(times_s[at]), float(times_s[at + 1])
            n_missing = int(numbers[at + 1] - numbers[at]) - 1
            where = f"{n_missing} missing from {begin_s:.2f} s to {end_s:.2f} s"
            if self._track.kind in _INTERVALS:
                interval_s = float(self._track.values(numbers[at + 1 : at + 2]).ravel()[0]) / 1000
            named = [
                gap
                for gap in unnamed
                if abs(gap.start_s - begin_s) < 1e-6 and abs(gap.t_s - end_s + interval_s) < 1e-6
            ]
            is_brief = self._track.kind is StreamKind.HEART_RATE and end_s - begin_s < _BRIEF_S
            if is_brief and not named:
                # A rate that did not come is missed only when others do not come either.
                continue
            if len(named) != 1:
                self._wrong(f"{where} has {len(named)} gaps")
                continue
            unnamed.remove(named[0])
            true_s = self._track.t_s(numbers[at : at + 2])
            why = [fault for fault in faults if self._explains(fault, *true_s.tolist())]
            if not why:
                self._wrong(f"{where} has nothing to explain it ({named[0].reason.value})")
            elif not any(named[0].reason in fault.reasons for fault in why):
                names = ", ".join(fault.name for fault in why)
                self._wrong(f"{where} is said to be of {named[0].reason.value}, after {names}")
        for gap in unnamed:
            # A clock that jumps leaves no hole, but nobody can know that.
            if not any(
                fault.may_lose_nothing
                and gap.reason in fault.reasons
                and self._explains(fault, gap.start_s, gap.t_s)
                for fault in faults
            ):
                self._wrong(f"no hole from {gap.start_s:.2f} s to {gap.t_s:.2f} s ({gap.reason})")

    def _explains(self, fault: Fault, begin_s: float, end_s: float) -> bool:
        is_ours = fault.concerns(self._each.name, self._track.kind)
        return is_ours and begin_s <= fault.until_s and end_s >= fault.begin_s - _JUST_BEFORE_S


@dataclass(frozen=True)
class Reconnect:
    """How long a sensor took after a fault.

    ``took_s`` is from when it was there again, and the app could know that the link had gone, to
    its streaming; ``allowed_s`` the stated back-off and what its own start takes.
    """

    fault: Fault
    name: str
    took_s: float
    allowed_s: float


def reconnects(
    people: Iterable[Worn], statuses: Sequence[SensorStatus], faults: Iterable[Fault]
) -> list[Reconnect]:
    """Return how long each sensor took to stream again after each fault that cost its link."""
    found = []
    for fault in faults:
        if fault.there_s is None:
            continue
        for each in people:
            if each.name not in fault.names:
                continue
            own = [status for status in statuses if status.sensor_id == each.sensor_id]
            found.append(_reconnect(fault, each.name, own))
    return found


def _reconnect(fault: Fault, name: str, statuses: list[SensorStatus]) -> Reconnect:
    there_s = fault.there_s or 0.0
    after = [status for status in statuses if status.t_s >= fault.begin_s]
    gone = next((i for i, s in enumerate(after) if s.state in _GONE), None)
    if gone is None:
        return Reconnect(fault, name, inf, 0.0)
    back = next(
        (s for s in after[gone:] if s.state is LinkState.STREAMING and s.t_s >= there_s), None
    )
    since_s = max(there_s, after[gone].t_s)
    if back is None:
        return Reconnect(fault, name, inf, 0.0)
    waiting = [s for s in after[gone:] if s.t_s <= back.t_s and s.attempt]
    longest_s = max(
        (
            min(back_off_s(s.attempt, 0.0), 4.0 if s.state is LinkState.UNAVAILABLE else inf)
            for s in waiting
            # Those waits that were not over when it was there.
            if s.state in _GONE
        ),
        default=0.0,
    )
    return Reconnect(fault, name, back.t_s - since_s, longest_s + _START_S[name])
