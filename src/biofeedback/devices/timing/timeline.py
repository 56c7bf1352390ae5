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

from dataclasses import replace
from math import inf, isfinite, nan
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.devices.driver import Frame
from biofeedback.devices.timing.device_clock import DeviceClock
from biofeedback.devices.timing.frame_queue import FrameQueue, HeldFrame
from biofeedback.devices.timing.sampling_period import SamplingPeriod
from biofeedback.devices.timing.seen_frames import SeenFrames
from biofeedback.devices.timing.sensor_clocks import is_count
from biofeedback.devices.timing.stream_tally import StreamTally
from biofeedback.devices.timing.suspects import Suspect, Suspects
from biofeedback.samples import Chunk, Gap, GapReason, StreamHealth, StreamInfo

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from biofeedback.devices.driver import Stamp
    from biofeedback.devices.timing.device_clock import ClockRun
    from biofeedback.devices.timing.sensor_clocks import SensorClocks

__all__ = ["Timeline"]

# Further from its epoch no sensor is.
_ABSURD_S = 1e10
# No packet comes earlier than the quickest so far by more, unless its clock jumped ...
_EARLY_S = 0.1
# ... or little is known yet.
_YOUNG_EARLY_S = 3.0
# Nor later by more, unless its clock jumped: a packet that follows the one before may take any
# time, others this, and the first after an interruption not long, for nothing was sampled.
_LATE_S = 30.0
_JOINING_LATE_S = 5.0
_RESUMING_LATE_S = 1.0
# A packet that leaves a hole and yet comes early says more of its stamp than of the delay.
_TEACHING_EARLY_S = -0.02
# So many frames without a usable stamp go on where the last one ended, before arrivals count.
_N_BARE = 2
# So many frames with a stamp that moves make it trusted again.
_N_MOVING = 3
# A stream that has to begin a clock anew so soon after another did has a clock of its own.
_QUARREL_S = 10.0
# Wrap-around that is none, and within a stall.
_LEAST_WRAP_S = 1e-3
_SHORT_WRAP_S = 10.0
# Of several samples that one packet brings irregularly: how far apart they are said to be where
# nothing came before, and at most.
_UNKNOWN_STEP_S = 0.01
_MOST_STEP_S = 1.0
# Two samples this near are one, or nonsense.
_LEAST_TOLD_STEP_S = 1e-5
# Where a shorter overlap than thought fits what came before.
_OVERLAP_SLACK = 2
_LEAST_SPACING_S = 0.05
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
        is_regular = rate_hz is not None and isfinite(rate_hz) and rate_hz > 0.0
        self._stream = stream
        self._clocks = clocks
        self._nominal_s = 1.0 / rate_hz if is_regular and rate_hz is not None else nan
        self._is_regular = is_regular
        self._period: SamplingPeriod | None = None
        self._tally = StreamTally()
        self._queue = FrameQueue(stream, self._tally)
        self._seen = SeenFrames()
        self._suspects = Suspects()
        self._suspects_run: ClockRun | None = None
        # Where the sensor gives no time: a count of its samples, kept here.
        self._own = DeviceClock(is_count=True, is_arrival=True)
        self._stamps_clock = self._own
        self._n_counted = 0
        self._largest_packet_s = 0.0
        self._is_bare: bool | None = None
        self._n_bare = 0
        self._n_moving = 0
        self._before: Suspect | None = None
        self._own_name = ""
        self._arrival_s = -inf
        self._bare_arrival_s = nan
        self._first_arrival_s = nan
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
        self._arrival_s = arrival_s = max(arrival_s, self._arrival_s)
        self._clocks.settle(arrival_s)
        if len(frame.values):
            self._tally.arrived(arrival_s)
            if not isfinite(self._first_arrival_s):
                self._first_arrival_s = arrival_s
            self._take(frame, arrival_s)
            self.settle(arrival_s)
        return self._drain()

    def interrupt(self, reason: GapReason) -> list[Chunk | Gap]:
        """Return what is held, for nothing can follow it now.

        What comes next begins after a gap with this reason; of several reasons before it the
        first one holds.
        """
        self._drop_suspects()
        self._queue.interrupt(reason)
        self._tally.interrupted()
        self._own_ended()
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
                alignment_s += self._largest_packet_s
            if run.is_count:
                if fit.drift_sd < _KNOWN_RATE_SD and fit.span_s >= _RATE_SPAN_S:
                    rate_hz = 1.0 / (self._nominal_s * fit.rate)
            else:
                if self._period is not None and self._period.is_sure:
                    rate_hz = 1.0 / (self._period.seconds * fit.rate)
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
        return min(self._queue.due_s(), self._suspects.due_s(self._tally.spacing_s))

    def settle(self, now_s: float) -> None:
        """Do what falls due by then; `push` and `release` return what comes of it."""
        while True:
            if self._queue.due_s() <= now_s:
                if self._queue.is_left_behind():
                    self._leave_run()
                else:
                    self._queue.hand_out_next()
            elif self._suspects.due_s(self._tally.spacing_s) <= now_s:
                self._decide_suspects()
            else:
                return

    def _drain(self) -> list[Chunk | Gap]:
        handed_out = self._queue.handed_out
        self._queue.handed_out = []
        return handed_out

    def _take(self, frame: Frame, arrival_s: float) -> None:
        stamp = frame.stamp
        is_usable = stamp is not None and abs(stamp.t_s) < _ABSURD_S  # False for nan
        if stamp is None or not is_usable:
            self._n_moving = 0
            self._take_bare(frame, arrival_s)
            return
        wrap_s = stamp.wrap_s
        if wrap_s is not None and not _LEAST_WRAP_S <= wrap_s < _ABSURD_S:
            wrap_s = None
        recurs = self._recurs(frame, wrap_s)
        if self._is_bare is not True:
            is_older = recurs or self._is_old_turn(stamp.t_s, wrap_s)
            if self._seen.is_double(stamp.t_s, frame, arrival_s, wrap_s, may_recur=is_older):
                self._tally.n_late += len(frame.values)
                return
        came = Suspect(frame, arrival_s, stamp.t_s, wrap_s, is_overlapping=False)
        before, self._before = self._before, came
        if before is not None and before.t_s == came.t_s and not recurs:
            self._n_moving = 0
            self._take_bare(frame, arrival_s)
            return
        if self._is_bare:
            period_s = self._nominal_s if self._is_regular else None
            is_next = before is not None and before.is_followed_by(came, period_s)
            self._n_moving = self._n_moving + 1 if is_next else 0
            if self._n_moving < _N_MOVING:
                self._take_bare(frame, arrival_s)
                return
            self._queue.flush()
            self._seen.clear()
            clock = self._clock(stamp)
            clock.begin(self._stream.stream_id, self._queue.last_s)
        self._is_bare = False
        self._n_bare = 0
        if self._period is None and self._is_regular:
            self._learn_from_stamps(stamp)
        self._take_stamped(came)

    def _learn_from_stamps(self, stamp: Stamp) -> None:
        self._period = SamplingPeriod(self._nominal_s, is_exact=is_count(stamp.clock))
        self._queue.period = self._period

    def _recurs(self, frame: Frame, wrap_s: float | None) -> bool:
        """Whether the next frame has the same stamp though nothing is lost."""
        if wrap_s is None or not self._is_regular:
            return False
        n_turns = len(frame.values) * self._nominal_s / wrap_s
        return round(n_turns) > 0 and abs(n_turns - round(n_turns)) * wrap_s < self._nominal_s / 2

    def _is_old_turn(self, t_s: float, wrap_s: float | None) -> bool:
        """Whether a stamp may come again within a stall, and is not the newest."""
        is_newest = self._before is not None and self._before.t_s == t_s
        return wrap_s is not None and wrap_s < _SHORT_WRAP_S and not is_newest

    # Frames that the sensor stamps

    def _clock(self, stamp: Stamp) -> DeviceClock:
        self._stamps_clock = self._clocks.clock(self._own_name or stamp.clock)
        return self._stamps_clock

    def _take_stamped(self, came: Suspect) -> None:
        stamp = came.frame.stamp
        assert stamp is not None  # noqa: S101 - for the type checker: only such frames get here
        clock = self._clock(stamp)
        run = clock.run
        if run is None:
            run = clock.begin(self._stream.stream_id, self._queue.last_s)
        if self._suspects and run is not self._suspects_run:
            # Another stream of the sensor found that the clock jumped: they may be right.
            for suspect in self._suspects.take():
                self._take_stamped(suspect)
            run = clock.run or run
        if run.fit.n_packets == 0:
            self._place(run, came, came.t_s)
            return
        newest = self._queue.newest_in(run)
        device_s = self._device_s(run, came, newest)
        excess_s = run.excess_s(device_s, came.arrival_s)
        n_samples = len(came.frame.values)
        is_overlapping = False
        if newest is None or self._queue.is_interrupted:
            late_s = _JOINING_LATE_S if newest is None else _RESUMING_LATE_S
            is_overlapping = newest is not None and device_s <= newest.device_s
            fits = self._is_early_enough(run, excess_s) and excess_s <= late_s
            fits = fits and not is_overlapping
        elif device_s > newest.device_s:
            missing = self._queue.missing(newest, device_s, n_samples)
            fits = True
            if missing > 0.0 or self._period is None:
                fits = self._is_early_enough(run, excess_s) and excess_s <= _LATE_S
            elif missing < 0.0 and n_samples > 1 and not self._repeats(newest, came, device_s):
                # It says that it overlaps, yet carries something else: its clock was set back.
                self._begin_anew(clock, [came])
                return
        else:
            held = self._held(run, came, device_s, excess_s)
            if excess_s <= _JOINING_LATE_S and self._queue.fit_in(held):
                self._drop_suspects()
                return
            if self._queue.was_missing(run, device_s):
                self._tally.n_late += n_samples
                return
            fits = False
            is_overlapping = True
        if fits:
            self._drop_suspects()
            self._place(run, came, device_s)
        else:
            self._suspect(clock, came, is_overlapping=is_overlapping)

    def _is_early_enough(self, run: ClockRun, excess_s: float) -> bool:
        return excess_s >= -(_YOUNG_EARLY_S if run.is_young else _EARLY_S)

    def _device_s(self, run: ClockRun, came: Suspect, newest: HeldFrame | None) -> float:
        if came.wrap_s is None:
            return came.t_s
        next_s = None
        within_s = 0.0
        if self._period is not None and newest is not None and not self._queue.is_interrupted:
            n_samples = len(came.frame.values)
            next_s = newest.device_s + n_samples * self._period.seconds
            within_s = self._period.tolerance(n_samples) * self._period.seconds
        return run.unwrap(came.t_s, came.wrap_s, came.arrival_s, next_s, within_s)

    def _held(self, run: ClockRun, came: Suspect, device_s: float, excess_s: float) -> HeldFrame:
        frame = came.frame
        each_s = _told(frame, device_s)
        return HeldFrame(
            frame.stream, frame.values, came.arrival_s, run, device_s, each_s, excess_s
        )

    def _place(self, run: ClockRun, came: Suspect, device_s: float) -> None:
        """Put a frame behind all others, and learn from it."""
        newest = self._queue.newest_in(run)
        excess_s = 0.0
        teaches = True
        if run.fit.n_packets:
            excess_s = run.excess_s(device_s, came.arrival_s)
            teaches = run.is_young or excess_s > _TEACHING_EARLY_S
            if not teaches and newest is not None and not self._queue.is_interrupted:
                n_samples = len(came.frame.values)
                teaches = self._queue.missing(newest, device_s, n_samples) == 0.0
        if teaches:
            run.observe(device_s, came.arrival_s, _RESUMING_LATE_S)
        self._queue.append(self._held(run, came, device_s, excess_s))

    def _repeats(self, newest: HeldFrame, came: Suspect, device_s: float) -> bool:
        """Whether a frame that overlaps the newest one begins with how that one ends."""
        if self._period is None:
            return True
        n_samples = len(came.frame.values)
        n_new = round((device_s - newest.device_s) / self._period.seconds)
        for slack in range(_OVERLAP_SLACK + 1):
            for n_known in {n_samples - n_new - slack, n_samples - n_new + slack}:
                n_seen = min(n_known, len(newest.values))
                if 0 < n_known < n_samples and np.array_equal(
                    came.frame.values[n_known - n_seen : n_known],
                    newest.values[len(newest.values) - n_seen :],
                    equal_nan=True,
                ):
                    return True
        return False

    def _suspect(self, clock: DeviceClock, came: Suspect, *, is_overlapping: bool) -> None:
        """Keep a frame that does not fit, until others tell whether the clock jumped."""
        came = replace(came, is_overlapping=is_overlapping)
        period_s = None if self._period is None else self._period.seconds
        chain = self._suspects.chain_to(came, period_s)
        if chain:
            n_others = 0
            for other in self._suspects.take():
                if other not in chain:
                    n_others += len(other.frame.values)
            self._tally.n_late += n_others
            self._begin_anew(clock, [*chain, came])
            return
        self._suspects.add(came)
        self._suspects_run = clock.run
        if self._suspects.is_full:
            self._is_bare = True
            self._n_moving = 0
            for other in self._suspects.take():
                self._take_bare(other.frame, other.arrival_s)

    def _begin_anew(self, clock: DeviceClock, frames: list[Suspect]) -> None:
        """Begin a new run of the clock with these frames."""
        self._queue.flush()
        self._seen.clear()
        run = clock.run
        stream_id = self._stream.stream_id
        is_quarrel = (
            run is not None
            and run.owner != stream_id
            and frames[0].arrival_s - run.first_arrival_s < _QUARREL_S
        )
        if is_quarrel and not self._own_name:
            stamp = frames[0].frame.stamp
            name = "" if stamp is None else stamp.clock
            self._own_name = f"{stream_id} {name}"
            clock = self._clocks.clock(self._own_name)
        run = clock.begin(stream_id, self._queue.last_s)
        for came in frames:
            if run.fit.n_packets == 0:
                self._place(run, came, came.t_s)
            else:
                self._place(run, came, self._device_s(run, came, self._queue.newest_in(run)))

    def _drop_suspects(self) -> None:
        if self._suspects:
            for suspect in self._suspects.take():
                self._tally.n_late += len(suspect.frame.values)

    def _decide_suspects(self) -> None:
        """Decide without another frame: a lone one among what was taken before came late."""
        kept = []
        for suspect in self._suspects.take():
            if suspect.is_overlapping and not self._queue.is_interrupted:
                self._tally.n_late += len(suspect.frame.values)
            else:
                kept.append(suspect)
        for suspect in kept:
            stamp = suspect.frame.stamp
            if stamp is not None:
                self._begin_anew(self._clock(stamp), [suspect])

    def _leave_run(self) -> None:
        """Begin anew with what is held, for nothing caught up with the clock as it was."""
        held = self._queue.take_held()
        old = held[0].run
        if old is None:
            return
        if old.is_arrival:
            run = self._own.begin(self._stream.stream_id, self._queue.last_s)
        else:
            # Another stream of the sensor may have found it already.
            present = self._stamps_clock.run
            if present is not None and present is not old:
                run = present
            else:
                run = self._stamps_clock.begin(self._stream.stream_id, self._queue.last_s)
        for frame in held:
            frame.run = run
            frame.excess_s = 0.0
            run.observe(frame.device_s, frame.arrival_s, _RESUMING_LATE_S)
            self._queue.append(frame)

    # Frames that say nothing of their time

    def _take_bare(self, frame: Frame, arrival_s: float) -> None:
        self._n_bare += 1
        newest = self._queue.newest
        if (
            self._is_bare is False
            and self._n_bare <= _N_BARE
            and self._period is not None
            and newest is not None
            and newest.run is not None
            and not self._queue.is_interrupted
        ):
            device_s = newest.device_s + len(frame.values) * self._period.seconds
            excess_s = newest.run.excess_s(device_s, arrival_s)
            if abs(excess_s) < _RESUMING_LATE_S:
                self._queue.append(
                    HeldFrame(
                        frame.stream, frame.values, arrival_s, newest.run, device_s, None, excess_s
                    )
                )
                return
        if self._is_bare is False:
            self._queue.flush()
        self._is_bare = True
        if self._is_regular:
            self._count(frame, arrival_s)
        else:
            self._spread(frame, arrival_s)

    def _count(self, frame: Frame, arrival_s: float) -> None:
        """Time a frame by how many samples came before it."""
        run = self._own.run
        if run is None:
            run = self._own.begin(self._stream.stream_id, self._queue.last_s)
        n_samples = len(frame.values)
        self._n_counted += n_samples
        packet_s = n_samples * self._nominal_s
        self._largest_packet_s = max(self._largest_packet_s, packet_s)
        device_s = self._n_counted * self._nominal_s
        excess_s = run.excess_s(device_s, arrival_s) if run.fit.n_packets else 0.0
        run.observe(device_s, arrival_s, _RESUMING_LATE_S)
        self._queue.append(
            HeldFrame(frame.stream, frame.values, arrival_s, run, device_s, None, excess_s)
        )

    def _own_ended(self) -> None:
        """Count anew after an interruption: nobody knows what was not sampled meanwhile."""
        self._bare_arrival_s = nan
        if self._own.run is not None and self._own.run.fit.n_packets:
            self._own.begin(self._stream.stream_id, self._queue.last_s)

    def _spread(self, frame: Frame, arrival_s: float) -> None:
        """Time a frame by its arrival."""
        n_samples = len(frame.values)
        step_s = _UNKNOWN_STEP_S
        if isfinite(self._bare_arrival_s):
            step_s = (arrival_s - self._bare_arrival_s) / n_samples
            step_s = min(max(step_s, _LEAST_TOLD_STEP_S), _MOST_STEP_S)
        self._bare_arrival_s = arrival_s
        # Two packets that come at once: the queue sets the second behind the first.
        each_s = np.linspace(arrival_s - step_s * (n_samples - 1), arrival_s, n_samples)
        self._queue.append(
            HeldFrame(frame.stream, frame.values, arrival_s, None, arrival_s, each_s)
        )


def _told(frame: Frame, device_s: float) -> NDArray[np.float64] | None:
    """Return the times of all samples as the sensor tells them, if they can be true."""
    stamp = frame.stamp
    if stamp is None or stamp.each_s is None:
        return None
    each_s = np.asarray(stamp.each_s, dtype=np.float64)
    if each_s.shape != (len(frame.values),) or not np.isfinite(each_s).all():
        return None
    if np.any(np.diff(each_s) < _LEAST_TOLD_STEP_S):
        return None
    result: NDArray[np.float64] = each_s + (device_s - float(each_s[-1]))
    return result
