"""Beat times from RR intervals that carry none.

A strap sends its intervals about once a second and says neither when a beat was nor
whether a packet before it was lost. All there is to go by is when packets arrive. This
lays the intervals end to end, holds the line against the arrival times, and leaves a gap
where beats are missing, so that nothing downstream takes a difference across one.

How it works
------------
sensor line   The intervals summed up; a gap is a step of it. No drift, no jitter.
lag           Arrival less sensor line, at the last beat of a packet. A packet can come late
              but never early, so the *smallest* lag of the last two minutes follows the two
              clocks, and delivery has no say in it.
beat time     Sensor line plus an offset that is steered to the smallest lag: quickly after a
              connection or a gap, then just fast enough for two clocks (see `line_offset`).
a loss        One packet a period is expected. When one is overdue it may be lost, or late
              and about to arrive together with the next. The two look the same until that
              next one comes, so what arrives after a hole is held back until then: a gap in
              the right place a second later is worth more than one in the wrong place.

The first `START_HOLD_S` of a connection are held back as well, since a beat lies anywhere
in the second before the packet that carries it, and a single packet does not tell where.

What it cannot know
-------------------
Where an interval is about as long as the period, a packet may hold no beat. Straps send such
packets empty; one that left them out, or that notifies once a beat with a delivery as uneven
as its heart, makes a loss of one packet look like none, and some gaps are missed. How long a
gap was is known to a beat or so; a wrong guess shows in the lag and is worked off in a minute.
A backlog that is delivered in portions, a second apart, is taken for a loss.

Intervals longer than the time that passed, as of a strap that repeats itself, overlap: no beat
runs ahead of its arrival.

Everything is a function of the arrivals and intervals alone, in order, with bounded state.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import inf
from statistics import fmean, median
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from biofeedback.devices.drivers.line_offset import (
    LAG_WINDOW_S,
    MAX_AHEAD_S,
    MIN_APART_S,
    MIN_GAP_S,
    TICKS_PER_S,
    LaidPacket,
    LineOffset,
)
from biofeedback.devices.drivers.moving_smallest import MovingSmallest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["START_HOLD_S", "RRChain", "TimedBeats"]

# Arrivals this long are collected before the first beat time of a connection is settled.
START_HOLD_S = 2.5

# The largest ordinary lag follows the heart rate, which changes faster.
_CEILING_WINDOW_S = 30.0
# Packets that come closer together than this say nothing about the period.
_MIN_PERIOD_S = 0.1
# Straps notify once a second (Heart Rate Service 1.0, 3.1.1) until they show otherwise.
_DEFAULT_PERIOD_S = 1.0
# A spread of lags below this share of an interval is that of a strap that notifies once a beat.
_BY_BEAT = 0.4
# So many packets until the smallest lag is a fair guess.
_N_SETTLED = 8


class TimedBeats(NamedTuple):
    """Beats whose time is settled, oldest first, both of shape ``(n_beats,)``.

    ``t_s`` is the time of each beat, the end of its interval, in the arrivals' seconds;
    ``rr_ms`` the interval as sent, exact.
    """

    t_s: NDArray[np.float64]
    rr_ms: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Arrival:
    arrival_s: float
    rr_ticks: tuple[int, ...]

    @property
    def length_s(self) -> float:
        return sum(self.rr_ticks) / TICKS_PER_S


class _Held(NamedTuple):
    """A packet, and by how much it came later than one period after the last."""

    packet: _Arrival
    late_s: float


class RRChain:
    """Lays RR intervals on the time line of their arrivals.

    Inside an unbroken run ``t_s[i] - t_s[i-1]`` equals ``rr_ms[i] / 1000`` to 4 % while the
    offset is learnt, for about a minute and a half, and to 0.1 % from then on.
    After a loss ``t_s[i] - rr_ms[i] / 1000`` lies at least `MIN_GAP_S` after ``t_s[i-1]``.
    Times grow strictly.

    Attributes
    ----------
    n_lost_packets : int
        Packets that did not come, so far as the holes between the others tell.
    """

    def __init__(self) -> None:
        self.n_lost_packets = 0
        self._last_t_s = -inf
        self._begin()

    def _begin(self) -> None:
        self._line_s = 0.0
        self._offset: LineOffset | None = None
        self._first_arrival_s: float | None = None
        self._arrival_s: float | None = None
        self._n_packets = 0
        self._has_empty = False  # it has sent packets without a beat
        self._is_sparing = False  # it seems to leave them out
        self._intervals_s: deque[float] = deque(maxlen=15)
        self._rr_s: deque[float] = deque(maxlen=16)
        self._floor = MovingSmallest(LAG_WINDOW_S)
        self._ceiling = MovingSmallest(_CEILING_WINDOW_S)  # of lags with the sign turned
        self._overdue_s = 0.0
        self._is_interrupted = False
        self._held: list[_Held] = []  # after a hole: lost or late is not yet known
        self._follows_gap = False
        self._laid: list[LaidPacket] = []  # on the sensor line, at the start without an offset

    def push(self, arrival_s: float, rr_ticks: Sequence[int]) -> TimedBeats:
        """Take one packet and return the beats whose time is settled by it.

        Parameters
        ----------
        arrival_s
            When it came, seconds, not before the last.
        rr_ticks
            Its intervals in 1/1024 s, each above zero, oldest first. Empty for a packet
            without any: that it came says that nothing was lost.

        Returns
        -------
        TimedBeats
            As a rule the beats of this packet. None at the start of a connection or after a
            hole, and then the held ones with a later packet.

        Raises
        ------
        ValueError
            If an interval is not above zero.
        """
        if any(ticks <= 0 for ticks in rr_ticks):
            msg = "an RR interval must be above zero"
            raise ValueError(msg)
        self._take(_Arrival(arrival_s, tuple(rr_ticks)))
        return self._settle()

    def reset(self) -> TimedBeats:
        """Begin anew after a lost link, and return the beats that were still held.

        The next beat follows after a gap, and its interval does not reach before the last.
        """
        if self._held:
            period_s, room_s = self._period_s(), self._room_s()
            if room_s is None or room_s < self._least_loss_s(period_s):
                self._release(lost_s=0.0)
            else:
                self._give_up(room_s, period_s)
        rest = self._settle(at_once=True)
        self._begin()
        return rest

    def interrupt(self) -> None:
        """Note that the sensor lost its signal: the next beat follows after a gap."""
        self._is_interrupted = True

    def _period_s(self) -> float:
        return median(self._intervals_s) if len(self._intervals_s) >= 3 else _DEFAULT_PERIOD_S

    def _take(self, packet: _Arrival) -> None:
        period_s = self._period_s()
        since_s = period_s if self._arrival_s is None else packet.arrival_s - self._arrival_s
        if self._first_arrival_s is None:
            self._first_arrival_s = packet.arrival_s
        elif since_s >= _MIN_PERIOD_S:
            self._intervals_s.append(since_s)
        self._arrival_s = packet.arrival_s
        was_overdue = self._overdue_s > 0.0
        self._overdue_s = max(self._overdue_s + since_s - period_s, 0.0)
        self._held.append(_Held(packet, max(since_s - period_s, 0.0)))
        if self._overdue_s < 0.5 * period_s:
            # Every packet that was due is here.
            self._release(lost_s=self._unseen_s(period_s))
            return
        room_s = self._room_s()
        if room_s is None:
            # Nothing but packets without beats since the hole: what was lost shows later.
            self._note_empty()
            self._held.clear()
        elif room_s < self._least_loss_s(period_s):
            # A hole without a loss: this strap may send nothing when there was no beat.
            self._is_sparing = not self._has_empty
            self._release(lost_s=0.0)
        elif was_overdue and 0.5 * period_s <= since_s < 1.5 * period_s:
            # Packets come at their usual pace again, so the missing ones will not come.
            self._give_up(room_s, period_s)

    def _give_up(self, room_s: float, period_s: float) -> None:
        self.n_lost_packets += max(round(self._overdue_s / period_s), 1)
        self._release(lost_s=self._lost_s(room_s, self._overdue_s))

    def _room_s(self) -> float | None:
        """Time between the smallest lag and the least one if nothing was lost."""
        line_s = self._line_s
        lag_s = inf
        for held in self._held:
            line_s += held.packet.length_s
            if held.packet.rr_ticks:
                lag_s = min(lag_s, held.packet.arrival_s - line_s)
        if lag_s == inf:
            return None
        floor_s = self._floor.smallest
        return 0.0 if floor_s is None else lag_s - floor_s

    def _around_s(self) -> list[float]:
        """Intervals around a hole: two from before, two from after."""
        after = [ticks / TICKS_PER_S for held in self._held for ticks in held.packet.rr_ticks]
        return [*list(self._rr_s)[-2:], *after[:2]]

    def _mean_rr_s(self) -> float:
        around = self._around_s()
        return fmean(around) if around else _DEFAULT_PERIOD_S

    def _least_loss_s(self, period_s: float) -> float:
        """From how much room on a hole in the packets means lost beats."""
        rr_s = self._mean_rr_s()
        if (spread_s := self._spread_s()) < _BY_BEAT * rr_s:
            # So even a delivery leaves no doubt about a beat.
            return max(0.6 * rr_s, spread_s + 0.1)
        if max(self._around_s(), default=0.0) < period_s and not self._is_sparing:
            # Each packet holds a beat, so a missing packet is a missing beat.
            return 0.25 * rr_s if self._n_packets >= _N_SETTLED else -inf
        if self._has_empty:
            return 0.7 * rr_s
        if not self._is_sparing:
            return (0.95 if self._n_packets >= _N_SETTLED else 0.4) * rr_s
        # Only a lag that was not seen before speaks for a loss.
        return max(0.7 * rr_s, self._spread_s() + 0.3)

    def _spread_s(self) -> float:
        """Largest ordinary lag above the smallest: an interval or so, less if well timed."""
        floor_s, ceiling_s = self._floor.smallest, self._ceiling.smallest
        if floor_s is None or ceiling_s is None or self._n_packets < _N_SETTLED:
            return self._mean_rr_s() + 0.3
        spread_s = -ceiling_s - floor_s
        # A strap that notifies once a beat has next to no spread; one that notifies once a
        # period has one of a period at least, even if it has not shown it yet.
        if spread_s < _BY_BEAT * self._mean_rr_s():
            return spread_s
        # A gap that was laid too short shows up as spread; it must not hide behind it.
        longest_s = max(self._period_s(), self._mean_rr_s())
        return min(max(spread_s, self._period_s()), longest_s + 0.35)

    def _lost_s(self, room_s: float, overdue_s: float) -> float:
        """Length of what was lost: a whole number of beats like those around it.

        As many as fit the missing packets, and no more than the arrivals leave room for.
        """
        rr_s = self._mean_rr_s()
        n_beats = max(round(overdue_s / rr_s), 1)
        if room_s < n_beats * rr_s - 0.15:
            n_beats = max(n_beats - 1, 1)
        while room_s - n_beats * rr_s > self._spread_s() + 0.3:
            n_beats += 1
        lost_s = n_beats * rr_s
        if self._offset is not None:
            # Never so much that a beat would lie after its own arrival.
            lost_s = min(lost_s, room_s)
        return max(lost_s, MIN_GAP_S)

    def _unseen_s(self, period_s: float) -> float:
        """Length of what the strap left out although its packets came, 0 as a rule.

        Without skin contact packets come without intervals, and the line falls behind.
        """
        room_s = self._room_s()
        if room_s is None or not self._rr_s:
            return 0.0
        spread_s = max(self._spread_s(), period_s)
        if room_s <= spread_s + 1.5 * max(self._rr_s):
            return 0.0
        return self._lost_s(room_s, room_s - 0.5 * spread_s)

    def _release(self, lost_s: float) -> None:
        """Lay what is held, with what was lost shared out to the holes it may lie in."""
        self._overdue_s = 0.0
        if self._is_interrupted and (room_s := self._room_s()) is not None:
            self._is_interrupted = False
            if lost_s == 0.0 and self._rr_s:
                lost_s = self._lost_s(room_s, room_s)
        is_ordinary = len(self._held) == 1 and lost_s == 0.0
        # The first packet stands after the hole even if that hole was let pass before it.
        holes_s = [
            held.late_s if i == 0 or held.late_s >= 0.5 * self._period_s() else 0.0
            for i, held in enumerate(self._held)
        ]
        total_s = sum(holes_s)
        for i, (held, hole_s) in enumerate(zip(self._held, holes_s, strict=True)):
            share = hole_s / total_s if total_s > 0.0 else float(i == 0)
            if lost_s > 0.0 and share > 0.0:
                self._line_s += max(share * lost_s, MIN_GAP_S)
                self._follows_gap = True
            self._lay(held.packet, is_ordinary=is_ordinary)
        self._held.clear()

    def _note_empty(self) -> None:
        self._n_packets += 1
        self._has_empty = True
        self._is_sparing = False

    def _lay(self, packet: _Arrival, *, is_ordinary: bool = False) -> None:
        if not packet.rr_ticks:
            self._note_empty()
            return
        self._n_packets += 1
        lengths_s = [ticks / TICKS_PER_S for ticks in packet.rr_ticks]
        self._rr_s.extend(lengths_s)
        ahead_s = self._ahead_s(packet)
        line_s = []
        for length_s in lengths_s:
            shortened_s = min(max(length_s - MIN_APART_S, 0.0), ahead_s)
            ahead_s -= shortened_s
            self._line_s += length_s - shortened_s
            line_s.append(self._line_s)
        laid = LaidPacket(packet.arrival_s, packet.rr_ticks, tuple(line_s), self._follows_gap)
        self._follows_gap = False
        self._floor.push(laid.arrival_s, laid.lag_s)
        if is_ordinary:
            self._ceiling.push(laid.arrival_s, -laid.lag_s)
        self._laid.append(laid)

    def _ahead_s(self, packet: _Arrival) -> float:
        """By how much a packet claims more time than can have passed, 0 as a rule."""
        if self._offset is None:
            return 0.0
        end_s = self._line_s + packet.length_s + self._offset.offset_s
        return max(end_s - packet.arrival_s - MAX_AHEAD_S, 0.0)

    def _settle(self, *, at_once: bool = False) -> TimedBeats:
        """Give each laid beat its time."""
        is_known = (
            self._first_arrival_s is not None
            and self._arrival_s is not None
            and self._arrival_s - self._first_arrival_s >= START_HOLD_S
        )
        if not self._laid or not (self._offset is not None or at_once or is_known):
            return TimedBeats(np.empty(0), np.empty(0))
        if self._offset is None:
            self._offset = LineOffset(self._laid, self._last_t_s)
        t_s: list[float] = []
        rr_ms: list[float] = []
        for packet in self._laid:
            t_s += self._offset.times_s(packet)
            rr_ms += [ticks * 1000 / TICKS_PER_S for ticks in packet.rr_ticks]
        self._laid.clear()
        self._last_t_s = t_s[-1]
        return TimedBeats(np.array(t_s), np.array(rr_ms))
