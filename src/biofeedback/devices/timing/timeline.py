"""One stream of one sensor in session time: frames in, chunks and gaps out.

How a frame is timed
--------------------
==========================  ==============================================================
the sensor gives            times
==========================  ==============================================================
its clock, or a count       by that clock, fitted to session time: see `DeviceClock`
nothing, at a stated rate   by a count that is kept here, fitted in the same way
nothing, irregularly        by arrival; several samples of a packet lie evenly since the
                            packet before, at most a second apart
a clock that stands still   as if it gave nothing
==========================  ==============================================================

Nothing is given out twice, nothing out of order, and a hole has one gap, told right before
the first chunk after it. The same frames with the same arrivals give the same times.
"""

from __future__ import annotations

from math import inf, isfinite, nan
from typing import TYPE_CHECKING

from biofeedback.devices.timing.bare_placing import BarePlacing
from biofeedback.devices.timing.frame_queue import FrameQueue, HeldFrame
from biofeedback.devices.timing.seen_frames import SeenFrames
from biofeedback.devices.timing.stamped_frame import StampedFrame
from biofeedback.devices.timing.stamped_placing import LATE_S, StampedPlacing
from biofeedback.devices.timing.stream_tally import StreamTally
from biofeedback.samples import StreamHealth

if TYPE_CHECKING:
    from biofeedback.devices.driver import Frame
    from biofeedback.devices.timing.sensor_clocks import SensorClocks
    from biofeedback.samples import Chunk, Gap, GapReason, StreamInfo

__all__ = ["Timeline"]

# Further from its epoch no sensor is; nor does any clock wrap around within less.
_ABSURD_S = 1e10
_LEAST_WRAP_S = 1e-3
# Within a turn so short a stall may hide a whole one.
_SHORT_WRAP_S = 10.0
# So many frames without a usable stamp go on where the last one ended, before arrivals count.
_N_BARE = 2
# So many frames with a stamp that moves make it trusted again.
_N_MOVING = 3
_LEAST_SPACING_S = 0.05
# What is known this well is worth telling.
_KNOWN_RATE_SD = 0.02
_KNOWN_DRIFT_SD = 5e-5
_RATE_SPAN_S = 2.0


class Timeline:
    """Turns the frames of one stream into chunks of session time, and names gaps.

    Parameters
    ----------
    stream
        Which stream, with its nominal rate.
    clocks
        The clocks of its sensor.
    """

    def __init__(self, stream: StreamInfo, clocks: SensorClocks) -> None:
        rate_hz = stream.rate_hz
        self._nominal_s = None
        if rate_hz is not None and isfinite(rate_hz) and rate_hz > 0.0:
            self._nominal_s = 1.0 / rate_hz
        self._stream = stream
        self._clocks = clocks
        self._tally = StreamTally()
        self._queue = FrameQueue(stream, self._tally)
        self._stamped = StampedPlacing(
            stream.stream_id, self._nominal_s, clocks, self._queue, self._tally
        )
        self._bare = BarePlacing(stream.stream_id, self._nominal_s, self._queue)
        self._seen = SeenFrames()
        # Whether stamps are of no use, ``None`` before the first frame.
        self._is_bare: bool | None = None
        self._n_bare = 0
        self._n_moving = 0
        self._before: StampedFrame | None = None
        self._arrival_s = -inf
        clocks.join(stream, self)

    def push(self, frame: Frame, arrival_s: float) -> list[Chunk | Gap]:
        """Take a frame and return what may be handed out: each gap before what follows it.

        Parameters
        ----------
        frame
            The samples of one packet.
        arrival_s
            When it came; never before the one before.
        """
        self._arrival_s = arrival_s = max(float(arrival_s), self._arrival_s)
        self._clocks.settle(arrival_s)
        if len(frame.values):
            self._tally.arrived(arrival_s)
            self._take(frame, arrival_s)
            self.settle(arrival_s)
        return self._drain()

    def interrupt(self, reason: GapReason) -> list[Chunk | Gap]:
        """Return what is held, for nothing can follow it now.

        What comes next begins after a gap with this reason; of several reasons before it the
        first one holds.
        """
        self._stamped.drop()
        self._queue.interrupt(reason)
        self._tally.interrupted()
        self._bare.interrupt()
        return self._drain()

    def due_s(self) -> float | None:
        """When `release` must be called though nothing more came, ``None`` if never."""
        if self._queue.handed_out:
            return self._arrival_s
        due_s = self.next_due_s()
        if due_s == inf:
            return None
        return max(due_s, self._arrival_s)

    def release(self, now_s: float) -> list[Chunk | Gap]:
        """Return what need not be held any longer."""
        self._clocks.settle(now_s)
        return self._drain()

    def health(self) -> StreamHealth:
        """Return how the stream comes in."""
        newest = self._queue.newest
        run = None if newest is None else newest.run
        rate_hz = drift_ppm = alignment_s = nan
        if run is not None:
            alignment_s = run.alignment_s
            fit = run.fit
            if run.is_arrival:
                # A packet that was lost without a trace.
                alignment_s += self._bare.largest_packet_s
            if run.is_count:
                is_known = fit.drift_sd < _KNOWN_RATE_SD and fit.span_s >= _RATE_SPAN_S
                if is_known and self._nominal_s is not None:
                    rate_hz = 1.0 / (self._nominal_s * fit.rate)
            else:
                period = self._queue.period
                if period is not None and period.is_sure:
                    rate_hz = 1.0 / (period.seconds * fit.rate)
                if fit.drift_sd < _KNOWN_DRIFT_SD:
                    drift_ppm = 1e6 * (1.0 / fit.rate - 1.0)
        elif newest is not None:
            # Timed by arrival: how late that was nobody can see, but a packet's wait is usual.
            alignment_s = max(_LEAST_SPACING_S, self._tally.spacing_s)
        return StreamHealth(
            self._stream.kind,
            rate_hz=rate_hz,
            jitter_ms=self._tally.jitter_ms,
            n_lost=self._tally.n_lost,
            n_late=self._tally.n_late,
            drift_ppm=drift_ppm,
            alignment_ms=1000.0 * alignment_s,
        )

    def next_due_s(self) -> float:
        """When something is to be settled next, ``inf`` if never."""
        return min(self._queue.due_s(), self._stamped.due_s())

    def settle(self, now_s: float) -> None:
        """Do what falls due by then; `push` and `release` return what comes of it."""
        while True:
            if self._queue.due_s() <= now_s:
                if self._queue.is_left_behind():
                    self._leave_run()
                else:
                    self._queue.hand_out_next()
            elif self._stamped.due_s() <= now_s:
                self._stamped.decide()
            else:
                return

    def _drain(self) -> list[Chunk | Gap]:
        handed_out = self._queue.handed_out
        self._queue.handed_out = []
        return handed_out

    def _leave_run(self) -> None:
        """Begin anew with what is held, for nothing caught up with the clock as it was."""
        held = self._queue.take_held()
        old = held[0].run
        if old is None:
            return
        run = self._bare.begin() if old.is_arrival else self._stamped.begin_after(old)
        for frame in held:
            frame.run = run
            frame.excess_s = 0.0
            run.observe(frame.device_s, frame.arrival_s, LATE_S)
            self._queue.append(frame)

    def _take(self, frame: Frame, arrival_s: float) -> None:
        came = _stamped(frame, arrival_s)
        if came is None:
            self._n_moving = 0
            self._take_bare(frame, arrival_s)
            return
        recurs = self._recurs(came)
        if self._is_bare is not True:
            may_recur = recurs or self._is_within_stall(came)
            if self._seen.is_double(came, may_recur=may_recur):
                self._tally.n_late += came.n_samples
                return
        before, self._before = self._before, came
        if before is not None and before.t_s == came.t_s and not recurs:
            self._n_moving = 0
            self._take_bare(frame, arrival_s)
            return
        if self._is_bare:
            is_next = before is not None and before.is_followed_by(came, self._nominal_s)
            self._n_moving = self._n_moving + 1 if is_next else 0
            if self._n_moving < _N_MOVING:
                self._take_bare(frame, arrival_s)
                return
            self._queue.flush()
            self._stamped.begin(came.clock)
        self._is_bare = False
        self._n_bare = 0
        for senseless in self._stamped.take(came):
            self._is_bare = True
            self._n_moving = 0
            self._take_bare(senseless.frame, senseless.arrival_s)

    def _recurs(self, came: StampedFrame) -> bool:
        """Whether the next frame has the same stamp though nothing is lost."""
        if came.wrap_s is None or self._nominal_s is None:
            return False
        n_turns = came.n_samples * self._nominal_s / came.wrap_s
        off_s = abs(n_turns - round(n_turns)) * came.wrap_s
        return round(n_turns) > 0 and off_s < self._nominal_s / 2

    def _is_within_stall(self, came: StampedFrame) -> bool:
        """Whether a stamp may come again within a stall, and is not the newest."""
        is_newest = self._before is not None and self._before.t_s == came.t_s
        return came.wrap_s is not None and came.wrap_s < _SHORT_WRAP_S and not is_newest

    def _take_bare(self, frame: Frame, arrival_s: float) -> None:
        """Take a frame without a stamp of any use."""
        self._n_bare += 1
        if self._is_bare is False:
            if self._n_bare <= _N_BARE and self._goes_on(frame, arrival_s):
                return
            self._queue.flush()
        self._is_bare = True
        self._bare.take(frame, arrival_s)

    def _goes_on(self, frame: Frame, arrival_s: float) -> bool:
        """Put a frame where the one before ended, if it came as it should there."""
        newest = self._queue.newest
        period = self._queue.period
        if (
            period is None
            or newest is None
            or newest.run is None
            or newest.run.fit.n_packets == 0
            or self._queue.is_interrupted
        ):
            return False
        device_s = newest.device_s + len(frame.values) * period.seconds
        excess_s = newest.run.excess_s(device_s, arrival_s)
        if abs(excess_s) >= LATE_S:
            return False
        self._queue.append(
            HeldFrame(frame.stream, frame.values, arrival_s, newest.run, device_s, None, excess_s)
        )
        return True


def _stamped(frame: Frame, arrival_s: float) -> StampedFrame | None:
    """Return a frame with its stamp, ``None`` where that can be no time."""
    stamp = frame.stamp
    if stamp is None or not abs(stamp.t_s) < _ABSURD_S:  # also nan
        return None
    wrap_s = stamp.wrap_s
    if wrap_s is not None and not _LEAST_WRAP_S <= wrap_s < _ABSURD_S:
        wrap_s = None
    return StampedFrame(frame, arrival_s, float(stamp.t_s), wrap_s, stamp.clock)
