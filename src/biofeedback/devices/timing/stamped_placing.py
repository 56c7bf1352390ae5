"""Where frames belong that the sensor stamps: on a run of its clock, before or after others.

A frame is believed that follows the one before, or leaves a hole no longer than it came late.
What its stamp says otherwise is a frame that is late, or a clock that jumped: see `Suspects`.
"""

from __future__ import annotations

from dataclasses import replace
from enum import Enum, auto
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.devices.timing.frame_queue import HeldFrame
from biofeedback.devices.timing.sampling_period import SamplingPeriod
from biofeedback.devices.timing.sensor_clocks import is_count
from biofeedback.devices.timing.suspects import Suspects

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from biofeedback.devices.driver import Frame
    from biofeedback.devices.timing.device_clock import ClockRun, DeviceClock
    from biofeedback.devices.timing.frame_queue import FrameQueue
    from biofeedback.devices.timing.sensor_clocks import SensorClocks
    from biofeedback.devices.timing.stamped_frame import StampedFrame
    from biofeedback.devices.timing.stream_tally import StreamTally

__all__ = ["LATE_S", "StampedPlacing"]

# No packet comes earlier than the quickest so far by more, unless its clock jumped ...
_EARLY_S = 0.1
# ... or little is known yet.
_YOUNG_EARLY_S = 3.0
# Nor later by more, unless its clock jumped: a packet that follows the one before may take any
# time, others this; the first of a stream on a clock that another stream has begun, and one
# that fills a hole, less; and the first after an interruption little, for nothing was sampled
# that could wait, and a clock may have stood still.
_HOLE_LATE_S = 30.0
_JOINING_LATE_S = 5.0
_RESUMING_LATE_S = 0.3
# What keeps a clock from being given up.
LATE_S = 1.0
# A packet that leaves a hole and yet comes early says more of its stamp than of the delay.
_TEACHING_EARLY_S = -0.02
# A stream that has to begin a clock anew so soon after another did has a clock of its own.
_QUARREL_S = 10.0
# Two samples this near are one, or nonsense.
_LEAST_TOLD_STEP_S = 1e-5
# By so many samples an overlap may be other than thought.
_OVERLAP_SLACK = 2


class _Place(Enum):
    BEHIND = auto()  # behind all others
    BETWEEN = auto()  # in a hole, where it has been put
    LATE = auto()  # in a hole that has been named
    JUMPED = auto()  # nowhere: the clock jumped for certain
    NOWHERE = auto()
    OVERLAPPING = auto()  # nowhere, and among what was taken before


class StampedPlacing:
    """Puts the stamped frames of one stream in their place.

    Parameters
    ----------
    stream_id
        Which stream.
    nominal_s
        Its stated sampling period, ``None`` where samples come irregularly.
    clocks
        The clocks of the sensor.
    queue
        Where frames are put.
    tally
        Where those are counted that are left out.
    """

    def __init__(
        self,
        stream_id: str,
        nominal_s: float | None,
        clocks: SensorClocks,
        queue: FrameQueue,
        tally: StreamTally,
    ) -> None:
        self._stream_id = stream_id
        self._nominal_s = nominal_s
        self._clocks = clocks
        self._queue = queue
        self._tally = tally
        self._suspects = Suspects()
        # What the suspects did not fit.
        self._suspects_run: ClockRun | None = None
        self._own_name = ""
        self._clock: DeviceClock | None = None

    def due_s(self) -> float:
        """When `decide` must be called, ``inf`` if never."""
        return self._suspects.due_s(self._tally.spacing_s)

    def take(self, came: StampedFrame) -> Sequence[StampedFrame]:
        """Put a frame in its place; return those whose stamps turn out to be no times."""
        clock = self._clock_of(came)
        if self._nominal_s is not None and self._queue.period is None:
            self._queue.period = SamplingPeriod(self._nominal_s, is_exact=is_count(came.clock))
        self._judge_anew(clock)
        run = clock.run
        if run is None:
            run = clock.begin(self._stream_id, self._queue.last_s)
        if run.fit.n_packets == 0:
            self._put(run, came, came.t_s)
            return ()
        device_s = self._device_s(run, came)
        place = self._place(run, came, device_s)
        if place is _Place.BEHIND:
            self._put(run, came, device_s)
            self._clear_suspects(run)
        elif place is _Place.BETWEEN:
            self._clear_suspects(run)
        elif place is _Place.LATE:
            self._tally.n_late += came.n_samples
        elif place is _Place.JUMPED:
            self._begin_anew(clock, [came])
        else:
            came = replace(came, is_overlapping=place is _Place.OVERLAPPING)
            return self._suspect(clock, came)
        return ()

    def decide(self) -> None:
        """Decide on suspects without another frame: one among others' samples came late."""
        for suspect in self._suspects.take():
            if suspect.is_overlapping and not self._queue.is_interrupted:
                self._tally.n_late += suspect.n_samples
            else:
                self._begin_anew(self._clock_of(suspect), [suspect])

    def drop(self) -> None:
        """Leave out all suspects, for they came late."""
        if self._suspects:
            for suspect in self._suspects.take():
                self._tally.n_late += suspect.n_samples

    def begin(self, clock: str) -> None:
        """Begin a new run, for the clock tells the time again."""
        self._clocks.clock(self._own_name or clock).begin(self._stream_id, self._queue.last_s)

    def begin_after(self, old: ClockRun) -> ClockRun:
        """Return a run to go on with, for nothing follows the old one any more."""
        if self._clock is None:
            return old
        present = self._clock.run
        if present is not None and present is not old:
            # Another stream of the sensor has found it already.
            return present
        return self._clock.begin(self._stream_id, self._queue.last_s)

    def _clock_of(self, came: StampedFrame) -> DeviceClock:
        self._clock = self._clocks.clock(self._own_name or came.clock)
        return self._clock

    def _clear_suspects(self, run: ClockRun) -> None:
        """Take suspects for late or early, for the clock goes on: early ones still have a place."""
        if not self._suspects:
            return
        for suspect in self._suspects.take():
            device_s = self._device_s(run, suspect)
            excess_s = run.excess_s(device_s, suspect.arrival_s)
            held = _held(run, suspect, device_s, excess_s)
            if suspect.is_overlapping or not self._queue.fit_in(held):
                self._tally.n_late += suspect.n_samples

    def _judge_anew(self, clock: DeviceClock) -> None:
        """Judge suspects by another run: another stream found that the clock jumped."""
        if self._suspects and clock.run is not self._suspects_run:
            for suspect in self._suspects.take():
                self.take(suspect)

    def _place(self, run: ClockRun, came: StampedFrame, device_s: float) -> _Place:
        newest = self._queue.newest_in(run)
        if newest is None or self._queue.is_interrupted:
            return self._place_first(run, came, device_s, newest)
        if device_s > newest.device_s:
            return self._place_newer(run, came, device_s, newest)
        return self._place_older(run, came, device_s)

    def _place_first(
        self, run: ClockRun, came: StampedFrame, device_s: float, newest: HeldFrame | None
    ) -> _Place:
        """Place the first frame on a run, or after an interruption."""
        if newest is not None and device_s <= newest.device_s:
            return _Place.OVERLAPPING
        late_s = _JOINING_LATE_S if newest is None else _RESUMING_LATE_S
        return _Place.BEHIND if _is_timely(run, came, device_s, late_s) else _Place.NOWHERE

    def _place_newer(
        self, run: ClockRun, came: StampedFrame, device_s: float, newest: HeldFrame
    ) -> _Place:
        missing = self._queue.missing(newest, device_s, came.n_samples)
        if missing > 0.0 or self._queue.period is None:
            is_timely = _is_timely(run, came, device_s, _HOLE_LATE_S)
            return _Place.BEHIND if is_timely else _Place.NOWHERE
        if missing < 0.0 and came.n_samples > 1 and not self._repeats(newest, came, device_s):
            # It says that it overlaps, yet carries something else: its clock was set back.
            return _Place.JUMPED
        return _Place.BEHIND

    def _place_older(self, run: ClockRun, came: StampedFrame, device_s: float) -> _Place:
        excess_s = run.excess_s(device_s, came.arrival_s)
        if excess_s <= _JOINING_LATE_S and self._queue.fit_in(_held(run, came, device_s, excess_s)):
            return _Place.BETWEEN
        # Later than that it is no packet of then: a clock that began anew comes by there again.
        if excess_s <= _JOINING_LATE_S and self._queue.was_missing(run, device_s):
            return _Place.LATE
        return _Place.OVERLAPPING

    def _device_s(self, run: ClockRun, came: StampedFrame) -> float:
        """The device time of a frame, whichever turn of the clock it is in."""
        if came.wrap_s is None:
            return came.t_s
        period = self._queue.period
        newest = self._queue.newest_in(run)
        next_s = None
        within_s = 0.0
        if period is not None and newest is not None and not self._queue.is_interrupted:
            next_s = newest.device_s + came.n_samples * period.seconds
            within_s = period.tolerance(came.n_samples) * period.seconds
        return run.unwrap(came.t_s, came.wrap_s, came.arrival_s, next_s, within_s)

    def _put(self, run: ClockRun, came: StampedFrame, device_s: float) -> None:
        """Put a frame behind all others, and learn from it."""
        newest = self._queue.newest_in(run)
        excess_s = 0.0
        teaches = True
        if run.fit.n_packets:
            excess_s = run.excess_s(device_s, came.arrival_s)
            teaches = run.is_young or excess_s > _TEACHING_EARLY_S
            if not teaches and newest is not None and not self._queue.is_interrupted:
                teaches = self._queue.missing(newest, device_s, came.n_samples) == 0.0
        if teaches:
            run.observe(device_s, came.arrival_s, LATE_S)
        self._queue.append(_held(run, came, device_s, excess_s))

    def _repeats(self, newest: HeldFrame, came: StampedFrame, device_s: float) -> bool:
        """Whether a frame that overlaps the newest one begins with how that one ends."""
        if self._queue.period is None:
            return True
        values = came.frame.values
        n_new = round((device_s - newest.device_s) / self._queue.period.seconds)
        about = came.n_samples - n_new
        for n_known in range(about - _OVERLAP_SLACK, about + _OVERLAP_SLACK + 1):
            n_seen = min(n_known, len(newest.values))
            if 0 < n_known < came.n_samples and np.array_equal(
                values[n_known - n_seen : n_known],
                newest.values[len(newest.values) - n_seen :],
                equal_nan=True,
            ):
                return True
        return False

    def _suspect(self, clock: DeviceClock, came: StampedFrame) -> Sequence[StampedFrame]:
        """Keep a frame that does not fit, until others tell whether the clock jumped."""
        period = self._queue.period
        chain, others = self._suspects.take_chain_to(
            came, None if period is None else period.seconds
        )
        for other in others:
            self._tally.n_late += other.n_samples
        if chain:
            self._begin_anew(clock, [*chain, came])
            return ()
        self._suspects.add(came)
        self._suspects_run = clock.run
        return self._suspects.take() if self._suspects.is_full else ()

    def _begin_anew(self, clock: DeviceClock, frames: Sequence[StampedFrame]) -> None:
        """Begin a new run of the clock with these frames."""
        self._queue.flush()
        run = clock.run
        first = frames[0]
        if (
            run is not None
            and run.owner != self._stream_id
            and not self._own_name
            and first.arrival_s - run.first_arrival_s < _QUARREL_S
        ):
            self._own_name = f"{self._stream_id} {first.clock}"
            clock = self._clock_of(first)
        run = clock.begin(self._stream_id, self._queue.last_s)
        for came in frames:
            device_s = came.t_s
            if run.fit.n_packets:
                device_s = self._device_s(run, came)
            self._put(run, came, device_s)


def _is_timely(run: ClockRun, came: StampedFrame, device_s: float, late_s: float) -> bool:
    excess_s = run.excess_s(device_s, came.arrival_s)
    return -(_YOUNG_EARLY_S if run.is_young else _EARLY_S) <= excess_s <= late_s


def _held(run: ClockRun, came: StampedFrame, device_s: float, excess_s: float) -> HeldFrame:
    frame = came.frame
    each_s = _told(frame, device_s)
    return HeldFrame(frame.stream, frame.values, came.arrival_s, run, device_s, each_s, excess_s)


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
