"""The streaming pipeline: samples in, beats and measures out.

`push` takes the samples of a chunk in order, cut at whole seconds of their own time, so that
how they were cut into chunks leaves no trace in the results. Nothing here knows a clock: what
is periodic is due by the times of the samples. Each sensor has its own nodes, whose state does
not grow.

What is told from several streams together is evaluated when the first sample of a later second
comes, some seconds after the moment it describes: by then the others have passed it. So it
does not depend on which of two sensors spoke first, as long as none lags behind by more.
"""

from __future__ import annotations

from dataclasses import replace
from math import floor, isnan, nan
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.kinds import Role, StreamKind
from biofeedback.samples import Metric
from biofeedback.signal.body import Body
from biofeedback.signal.pacer_history import OwnPacerHistory, PacerHistory
from biofeedback.signal.pair import PairNode
from biofeedback.signal.settled import SETTLE_S, TOGETHER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from biofeedback.samples import Beat, Breath, Chunk, Scr
    from biofeedback.signal.arousal import ArousalNode

    Published = Beat | Breath | Scr | Metric

__all__ = ["Pipeline"]

# Of a recording so much of these is taken at once: what they tell carries its own times.
_PIECE_S = 300.0
_IN_PIECES = frozenset({StreamKind.EDA, StreamKind.RR})
# A sample this far ahead of all others has a broken time: what is due until then would never end.
# So has one so long before the session.
_MAX_LEAP_S = 86400.0
# One that leaps so far ahead may have a broken time, and needs the next to be believed.
_DOUBT_S = 60.0


class Pipeline:
    """Everything that is computed from the sensors' samples during a session.

    The pacer's rows have to be pushed before the beats that they lead. Live this is always
    so, since a beat arrives after it happened.

    Parameters
    ----------
    is_live
        False for a recording that will be measured as a whole, which then costs less: what the
        functions for whole stretches give anew is not computed on the way.

    Examples
    --------
    >>> from biofeedback.samples import Chunk, StreamInfo, StreamKind
    >>> strap = StreamInfo("strap", StreamKind.RR, ("rr_ms",))
    >>> pipeline = Pipeline()
    >>> results = pipeline.push(Chunk(strap, [0.8, 1.6], [[800.0], [800.0]], arrival_s=1.7))
    >>> pipeline.pending_beats["strap"]
    ((0.8, 800.0), (1.6, 800.0))
    """

    def __init__(self, *, is_live: bool = True) -> None:
        self._is_live = is_live
        shared = PacerHistory()
        self._pacers = {Role.CLIENT: shared, Role.PARTNER: OwnPacerHistory(shared)}
        self._bodies: dict[Role, Body] = {}
        # There is nothing to compare while only one person wears a sensor.
        self._pair: PairNode | None = None
        self._worn_by: set[Role] = set()
        # Newest sample of each stream: time must go forward.
        self._last_t_s: dict[str, float] = {}
        # By stream, a sample that claims that much time has passed, until the next confirms it.
        self._doubted: dict[str, tuple[float, NDArray[np.float64]]] = {}
        self._newest_s = nan

    def push(self, chunk: Chunk) -> tuple[Published, ...]:
        """Take a chunk; return what it brings, in order.

        A sample whose time is no number, before the one before it in its stream, or a day
        ahead of every other says nothing that can be used and is passed over; so is the first
        where it lies a day from the session's beginning. One over a minute ahead of every other
        waits until the next of its stream confirms that time went on so far.

        Parameters
        ----------
        chunk
            Samples of one stream, not earlier than all of that stream pushed so far.

        Returns
        -------
        tuple
            Beats, breaths, responses and measures, in the order in which they became known.
        """
        stream = chunk.stream
        if stream.kind is StreamKind.PACER:
            for t_s, row in zip(chunk.t_s.tolist(), chunk.values.tolist(), strict=True):
                self._pacers[stream.role].push(t_s, row)
            return ()
        results: list[Published] = []
        for times_s, values in self._seconds(chunk):
            results += self._pass_time(float(times_s[0]))
            if stream.role not in self._worn_by and stream.kind is not StreamKind.BASELINE:
                self._meet(stream.role, float(times_s[0]))
            body = self._body(stream.role)
            found = body.push(stream, times_s, values)
            if self._pair is not None:
                if stream.kind is StreamKind.EDA:
                    self._pair.skin(stream.role, stream.sensor_id, times_s, values[:, 0])
                for result in found:
                    self._pair.take(stream.role, result)
            results += found
        return tuple(results)

    @property
    def pending_beats(self) -> Mapping[str, tuple[tuple[float, float], ...]]:
        """By source, ``(t_s, rr_ms)`` of beats that arrived and are not yet confirmed."""
        return MappingProxyType(
            {
                source: heart.pending
                for body in self._bodies.values()
                for source, heart in body.hearts.items()
            }
        )

    def arousal(self, role: Role = Role.CLIENT) -> ArousalNode:
        """Return one person's arousal, to record what is usual for them."""
        return self._body(role).arousal

    def finish(self) -> tuple[Published, ...]:
        """Confirm what is pending: the session is over."""
        results: list[Published] = []
        if not self._is_live and self._last_t_s:
            # A piece is taken at its beginning.
            results += self._pass_time(max(self._last_t_s.values()))
        for role, body in self._bodies.items():
            results += _signed(role, body.finish(self._newest_s))
        return tuple(results)

    def _body(self, role: Role) -> Body:
        if role not in self._bodies:
            self._bodies[role] = Body(self._pacers[role], is_live=self._is_live)
        return self._bodies[role]

    def _meet(self, role: Role, t_s: float) -> None:
        """Begin to compare once both wear a sensor.

        What is earlier than a little later does not count: of the two that began it, either may
        have spoken first.
        """
        self._worn_by.add(role)
        if len(self._worn_by) > 1:
            ours, theirs = self._pacers[Role.CLIENT], self._pacers[Role.PARTNER]
            self._pair = PairNode(ours, floor(t_s) + SETTLE_S, theirs)

    def _seconds(self, chunk: Chunk) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64]]]:
        """Give the usable samples of a chunk, a second of their own time at once."""
        t_s, values = self._usable(chunk)
        if not t_s.size:
            return
        piece_s = 1.0 if self._is_live or chunk.stream.kind not in _IN_PIECES else _PIECE_S
        if floor(t_s[0] / piece_s) == floor(t_s[-1] / piece_s):
            yield t_s, values
            return
        edges = (np.flatnonzero(np.diff(np.floor(t_s / piece_s))) + 1).tolist()
        for first, last in zip([0, *edges], [*edges, t_s.size], strict=True):
            yield t_s[first:last], values[first:last]

    def _usable(self, chunk: Chunk) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        t_s, values = chunk.t_s, chunk.values
        if not t_s.size:
            return t_s, values
        stream_id = chunk.stream.stream_id
        last_s = self._last_t_s.get(stream_id, -_MAX_LEAP_S)
        # A session begins at 0: without it one broken time would make all others look broken.
        newest_s = 0.0 if isnan(self._newest_s) else self._newest_s
        newest_s = max(newest_s, last_s)
        # Written so that what is no number is looked at one by one.
        is_plain = last_s <= t_s[0] <= newest_s + _DOUBT_S and stream_id not in self._doubted
        if is_plain and t_s.size > 1 and np.isfinite(t_s).all():
            steps_s = t_s[1:] - t_s[:-1]
            is_plain = bool(steps_s.min() >= 0.0 and steps_s.max() <= _DOUBT_S)
        elif t_s.size > 1:
            is_plain = False
        if is_plain:
            self._last_t_s[stream_id] = float(t_s[-1])
            return t_s, values
        return self._believed(stream_id, t_s, values, last_s, newest_s)

    def _believed(
        self,
        stream_id: str,
        t_s: NDArray[np.float64],
        values: NDArray[np.float64],
        last_s: float,
        newest_s: float,
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Judge samples one by one; of those kept, one may have waited since an earlier chunk."""
        kept: list[tuple[float, NDArray[np.float64]]] = []
        doubted = self._doubted.pop(stream_id, None)
        for at_s, row in zip(t_s.tolist(), values, strict=True):
            # False as well for what is no number.
            if not (last_s <= at_s < np.inf and at_s - newest_s <= _MAX_LEAP_S):
                continue
            if doubted is not None and 0.0 <= at_s - doubted[0] <= _DOUBT_S:
                kept.append(doubted)
                last_s = newest_s = doubted[0]
            doubted = None
            if at_s - newest_s > _DOUBT_S:
                doubted = (at_s, row)
                continue
            kept.append((at_s, row))
            last_s, newest_s = at_s, max(newest_s, at_s)
        if doubted is not None:
            self._doubted[stream_id] = doubted
        self._last_t_s[stream_id] = last_s
        if not kept:
            return t_s[:0], values[:0]
        return np.array([at_s for at_s, _ in kept]), np.stack([row for _, row in kept])

    def _pass_time(self, t_s: float) -> list[Published]:
        """Evaluate what is due now that a sample of a later second has come."""
        if not isnan(self._newest_s) and floor(t_s) <= floor(self._newest_s):
            self._newest_s = max(self._newest_s, t_s)
            return []
        self._newest_s = t_s
        second = float(floor(t_s))
        results: list[Published] = []
        for role, body in self._bodies.items():
            results += _signed(role, body.due(second))
        if self._pair is not None:
            results += self._pair.due(second)
        return results


def _signed(role: Role, results: list[Published]) -> list[Published]:
    """Tell what several sensors of the partner say together from what the client's say."""
    if role is Role.CLIENT:
        return results
    return [
        replace(result, source=f"{role.value}/{TOGETHER}")
        if isinstance(result, Metric) and result.source == TOGETHER
        else result
        for result in results
    ]
