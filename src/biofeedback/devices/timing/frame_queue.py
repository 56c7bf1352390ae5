"""Frames of one stream in the order of their samples: held, handed out, with gaps named.

A frame that comes before another that belongs in front of it waits for that one, for
`HOLD_S` at most. What then is missing is a gap.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from biofeedback.samples import Chunk, Gap, GapReason

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from biofeedback.devices.timing.device_clock import ClockRun
    from biofeedback.devices.timing.sampling_period import SamplingPeriod
    from biofeedback.devices.timing.stream_tally import StreamTally
    from biofeedback.samples import StreamInfo

__all__ = ["HOLD_S", "FrameQueue", "HeldFrame"]

# For so long a frame waits for one that belongs before it.
HOLD_S = 0.3
# While the true rate is unknown, so many frames tell holes from a rate that is stated wrongly.
_N_START = 4
_START_HOLD_S = 3.0
# Left behind: no packet has come in time since. A count that is kept here goes by arrivals; the
# sensor's own count or clock is given longer, for it says that nothing was lost.
_LEFT_PACKETS = 3.0
_LEFT_ARRIVALS_S = 1.0
_LEFT_COUNT_S = 3.0
_LEFT_CLOCK_S = 5.0
# How far apart samples are said to be where nothing else says so, and at most.
_UNKNOWN_STEP_S = 0.01
_MOST_STEP_S = 1.0
# Times increase by so much at least: far above what numbers can tell apart.
_LEAST_STEP_S = 1e-6
_N_HOLES = 16
_BEFORE_FIRST_S = 3.0


@dataclass(slots=True, eq=False)
class HeldFrame:
    """A frame with its place on a clock.

    Parameters
    ----------
    stream
        Which stream.
    values
        Shape ``(n_samples, n_channels)``.
    arrival_s
        When it came.
    run
        The run of the clock that ``device_s`` is of; ``None`` where ``each_s`` are session
        times.
    device_s
        Device time of the last sample.
    each_s
        The time of each sample, shape ``(n_samples,)``, where it is known.
    excess_s
        By how much it came later than the quickest.
    """

    stream: StreamInfo
    values: NDArray[np.float64]
    arrival_s: float
    run: ClockRun | None
    device_s: float
    each_s: NDArray[np.float64] | None = None
    excess_s: float = 0.0


class FrameQueue:
    """What is held of one stream, and what was handed out last.

    Parameters
    ----------
    stream
        Which stream.
    tally
        Where losses are counted.

    Attributes
    ----------
    period : SamplingPeriod or None
        The sampling period, ``None`` where samples come irregularly or no stamp tells it.
    handed_out : list of Chunk or Gap
        What is ready to be taken.
    """

    def __init__(self, stream: StreamInfo, tally: StreamTally) -> None:
        self._stream = stream
        self.period: SamplingPeriod | None = None
        self._tally = tally
        self._held: list[HeldFrame] = []
        # The newest sample that was handed out.
        self._given: HeldFrame | None = None
        self._last_s: float | None = None
        self._reason: GapReason | None = None
        self._n_given = 0
        # Spans of device time that were named as gaps.
        self._holes: deque[tuple[ClockRun, float, float]] = deque(maxlen=_N_HOLES)
        self._back: NDArray[np.float64] = np.arange(0.0, 1.0)
        self.handed_out: list[Chunk | Gap] = []

    @property
    def last_s(self) -> float:
        """The newest session time that was handed out."""
        return -inf if self._last_s is None else self._last_s

    @property
    def is_interrupted(self) -> bool:
        """True from an interruption to the next frame."""
        return self._reason is not None and not self._held

    @property
    def newest(self) -> HeldFrame | None:
        """The frame with the newest samples."""
        return self._held[-1] if self._held else self._given

    def newest_in(self, run: ClockRun) -> HeldFrame | None:
        """The frame with the newest samples, if it is of this run of the clock."""
        newest = self.newest
        return newest if newest is not None and newest.run is run else None

    def missing(self, before: HeldFrame, device_s: float, n_samples: int) -> float:
        """Return how many samples are missing between a frame and one that comes after it."""
        if self.period is None:
            return 0.0
        return self.period.missing(device_s - before.device_s, n_samples)

    def append(self, frame: HeldFrame) -> None:
        """Take a frame that is newer than all."""
        self._held.append(frame)

    def fit_in(self, frame: HeldFrame) -> bool:
        """Take a frame that is not the newest, if it fits where something is missing."""
        index = len(self._held)
        while index and (
            self._held[index - 1].run is frame.run
            and self._held[index - 1].device_s > frame.device_s
        ):
            index -= 1
        if index == len(self._held):
            return False
        after = self._held[index]
        before = self._held[index - 1] if index else self._given
        if before is not None and before.run is frame.run:
            is_after = frame.device_s > before.device_s
            if not is_after or self.missing(before, frame.device_s, len(frame.values)) < 0.0:
                return False
        if self.missing(frame, after.device_s, len(after.values)) < 0.0:
            return False
        if after.device_s == frame.device_s:
            return False
        self._held.insert(index, frame)
        return True

    def was_missing(self, run: ClockRun, device_s: float) -> bool:
        """Whether this device time lies in a gap that has been named already."""
        return any(
            hole_run is run and start_s < device_s < end_s
            for hole_run, start_s, end_s in self._holes
        )

    def interrupt(self, reason: GapReason) -> None:
        """Hand out all; what comes next begins after a gap, for the first reason given."""
        self.flush()
        if self._reason is None:
            self._reason = reason

    def flush(self) -> None:
        """Hand out all that is held."""
        while self._held:
            self.hand_out_next()

    def due_s(self) -> float:
        """When the next frame must be handed out, ``-inf`` for at once, ``inf`` if none is held."""
        if not self._held:
            return inf
        head = self._held[0]
        if head.run is None:
            return -inf
        due_s = head.run.ready_s
        given = self._given
        if given is not None and given.run is head.run and self._reason is None:
            if self.missing(given, head.device_s, len(head.values)) > 0.0:
                due_s = max(due_s, head.arrival_s + self._hold_s(head, given))
            if self._excess_s() > self._left_s(head.run):
                due_s = max(due_s, head.arrival_s + HOLD_S)
        return due_s

    def is_left_behind(self) -> bool:
        """Whether the clock of the next frame must have stood still, for nothing caught up."""
        head = self._held[0]
        return (
            head.run is not None
            and self._given is not None
            and self._given.run is head.run
            and self._reason is None
            and self._excess_s() > self._left_s(head.run)
            and head.run.in_time_s < head.arrival_s
        )

    def take_held(self) -> list[HeldFrame]:
        """Return what is held and hold it no more."""
        held, self._held = self._held, []
        return held

    def hand_out_next(self) -> None:
        """Hand out the next frame, after the gap before it."""
        head = self._held.pop(0)
        given = self._given
        before = given if given is not None and given.run is head.run else None
        device_s, missing = self._sample_times(head, before)
        n_samples = device_s.size
        n_known = len(head.values) - n_samples
        self._tally.n_late += n_known
        if n_samples == 0:
            return
        if before is None and head.run is not None:
            # What came before the first frame, and comes after it, is late as well.
            begin_s = float(device_s[0])
            self._holes.append((head.run, begin_s - _BEFORE_FIRST_S, begin_s))
        times_s = device_s if head.run is None else head.run.session_s(device_s)
        last_s = self._last_s
        if last_s is not None:
            if times_s[0] <= last_s:
                times_s = _after(last_s, times_s)
            gap = self._gap(head, missing, float(times_s[0]), last_s)
            if gap is not None:
                self.handed_out.append(gap)
        self.handed_out.append(Chunk(head.stream, times_s, head.values[n_known:], head.arrival_s))
        self._last_s = float(times_s[-1])
        self._given = head
        self._reason = None
        self._n_given += 1
        if head.run is not None:
            self._tally.timed(head.arrival_s - self._last_s)

    def _gap(self, head: HeldFrame, missing: float, t_s: float, last_s: float) -> Gap | None:
        given = self._given
        n_lost = None
        reason = self._reason
        if given is None:
            return None
        if reason is None and head.run is not given.run:
            is_arrival = all(run is not None and run.is_arrival for run in (head.run, given.run))
            reason = GapReason.PACKETS if is_arrival else GapReason.CLOCK
        if missing > 0.0:
            if reason is None:
                reason = GapReason.PACKETS
                n_lost = max(round(missing), 1)
                self._tally.n_lost += n_lost
            if head.run is not None:
                self._holes.append((head.run, given.device_s, head.device_s))
        if reason is None:
            return None
        return Gap(t_s, last_s, self._stream.stream_id, reason, n_lost)

    def _sample_times(
        self, head: HeldFrame, before: HeldFrame | None
    ) -> tuple[NDArray[np.float64], float]:
        """Device times of the new samples of a frame, and how many are missing before them."""
        n_samples = len(head.values)
        if head.run is None:
            each_s = head.each_s
            return (np.empty(0) if each_s is None else each_s), 0.0
        if head.each_s is not None:
            return self._told_times(head.each_s, before)
        since_s = inf if before is None else head.device_s - before.device_s
        if self.period is None:
            step_s = _UNKNOWN_STEP_S
            if before is not None and n_samples > 1:
                step_s = min(since_s / n_samples, _MOST_STEP_S)
            return head.device_s - step_s * self._backwards(n_samples), 0.0
        period_s = self.period.seconds
        missing = 0.0
        if before is not None:
            missing = self._learn_missing(before, head)
            period_s = self.period.seconds
            if missing < 0.0 and n_samples > 1:
                n_samples = min(max(round(since_s / period_s), 1), n_samples)
            if missing <= 0.0 and not head.run.is_count:
                # Polar, Measurement Data Specification: samples lie evenly between two stamps.
                period_s = since_s / n_samples
        return head.device_s - period_s * self._backwards(n_samples), missing

    def _learn_missing(self, before: HeldFrame, head: HeldFrame) -> float:
        """Learn from the step to the next frame; return how many samples are missing there."""
        period = self.period
        if period is None:
            return 0.0
        step_s = head.device_s - before.device_s
        n_samples = len(head.values)
        if self._reason is not None:
            return period.missing(step_s, n_samples)
        if self._n_given < _N_START and period.is_odd(step_s, n_samples):
            steps = [(step_s, n_samples)]
            steps += [
                (after.device_s - frame.device_s, len(after.values))
                for frame, after in pairwise([head, *self._held])
                if frame.run is after.run
            ]
            period.foresee(steps)
        missing = period.missing(step_s, n_samples)
        period.learn(step_s, n_samples)
        return missing

    def _told_times(
        self, each_s: NDArray[np.float64], before: HeldFrame | None
    ) -> tuple[NDArray[np.float64], float]:
        if before is None:
            return each_s, 0.0
        each_s = each_s[each_s > before.device_s]
        if self.period is None or each_s.size == 0:
            return each_s, 0.0
        return each_s, self.period.missing(float(each_s[0]) - before.device_s, 1)

    def _backwards(self, n_samples: int) -> NDArray[np.float64]:
        """``n_samples - 1`` down to 0."""
        if self._back.size != n_samples:
            self._back = np.arange(n_samples - 1.0, -1.0, -1.0)
        return self._back

    def _hold_s(self, head: HeldFrame, given: HeldFrame) -> float:
        """How long a frame waits for what is missing before it.

        At the start a step that is no whole number of frames may show that the rate is not as
        stated: a few frames more tell.
        """
        if self.period is None or self.period.is_sure:
            return HOLD_S
        if self._n_given >= _N_START or len(self._held) >= _N_START:
            return HOLD_S
        is_odd = self.period.is_odd(head.device_s - given.device_s, len(head.values))
        return _START_HOLD_S if is_odd else HOLD_S

    def _excess_s(self) -> float:
        """The least lateness of what is held: a burst after a stall catches up."""
        run = self._held[0].run
        return min(frame.excess_s for frame in self._held if frame.run is run)

    def _left_s(self, run: ClockRun) -> float:
        least_s = _LEFT_COUNT_S if run.is_count else _LEFT_CLOCK_S
        if run.is_arrival:
            least_s = _LEFT_ARRIVALS_S
        return max(least_s, _LEFT_PACKETS * self._tally.spacing_s)


def _after(last_s: float, times_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return times that lie after another, and end where they did if that is possible."""
    n_samples = times_s.size
    end_s = max(float(times_s[-1]), last_s + _LEAST_STEP_S * n_samples)
    result: NDArray[np.float64] = last_s + (end_s - last_s) * (
        np.arange(1.0, n_samples + 1.0) / n_samples
    )
    return result
