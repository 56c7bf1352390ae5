"""The heart's swing with the breath that leads it: the pacer's, else the person's own.

While a pacer leads, all is told on its breath, at once. While none does and a sensor feels the
breath, it is told on the person's own: at the rate and depth of that moment, so that it says
less about what slow breathing can do. A breath is known when it is over, and the sensor that
felt it may be some seconds behind the heart's. So each beat waits until what held it had been
known `SETTLE_S` before the newest beat; by then every stream has passed that moment, and which
of them came first leaves no trace. A beat that waited `MAX_WAIT_S` belonged to no breath.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from biofeedback.signal.adherence import HeartAdherence
from biofeedback.signal.lockin import LockInNode
from biofeedback.signal.peak_to_trough import PeakToTroughNode
from biofeedback.signal.settled import SETTLE_S

if TYPE_CHECKING:
    from biofeedback.samples import Metric
    from biofeedback.signal.breath_history import BreathHistory
    from biofeedback.signal.pacer_history import PacedMoment, PacerHistory
    from biofeedback.signal.quality import Trust
    from biofeedback.signal.tachogram import Interval

__all__ = ["MAX_WAIT_S", "SwingNode"]

# A slow breath of 19 s, the delay of its sensor, and the time to settle.
MAX_WAIT_S = 30.0
# Chance alone explains under 0.1 in nine minutes of ten: no swing is told below it.
_LEAST_R_SQUARED = 0.1

_NOT_FELT = "the breath was not felt just now"


class _Waiting(NamedTuple):
    interval: Interval
    trust: Trust


class _Led:
    """The measures of the swing on one breath, the pacer's or one's own."""

    def __init__(self, lock_in: LockInNode, peak_to_trough: PeakToTroughNode) -> None:
        self.lock_in = lock_in
        self._peak_to_trough = peak_to_trough

    def add(
        self, interval: Interval, moment: PacedMoment | None, trust: Trust, *, is_told: bool = True
    ) -> list[Metric]:
        return [
            *self.lock_in.add(interval, moment, trust, is_told=is_told),
            *self._peak_to_trough.add(interval, moment, trust, is_told=is_told),
        ]


class SwingNode:
    """Swing, timing, smoothness and peak to trough of one sensor's heart rate.

    Parameters
    ----------
    source
        As in `Metric.source`, of the beats.
    pacer
        What the pacer did; its rows come before the beats that they lead.
    breaths
        The person's own breaths, ``None`` where nothing could ever feel them.
    """

    def __init__(
        self, source: str, pacer: PacerHistory, breaths: BreathHistory | None = None
    ) -> None:
        self._pacer = pacer
        self._breaths = breaths
        self._paced = _Led(LockInNode(source), PeakToTroughNode(source))
        self._own = _Led(
            LockInNode(source, _LEAST_R_SQUARED, _NOT_FELT), PeakToTroughNode(source, _NOT_FELT)
        )
        self._adherence = HeartAdherence(source)
        self._waiting: deque[_Waiting] = deque()

    def add(self, interval: Interval, trust: Trust) -> list[Metric]:
        """Take the next interval; return the measures that are due.

        Parameters
        ----------
        interval
            The next corrected interval.
        trust
            In the beats of the last minute.
        """
        moment = self._pacer.at(interval.midpoint_s)
        is_led = moment is not None
        settled_s = interval.end_s - SETTLE_S
        is_felt = self._breaths is not None and self._breaths.source(settled_s) is not None
        # Where the own breath takes over from the pacer, it says so itself.
        results = self._paced.add(interval, moment, trust, is_told=is_led or not is_felt)
        r_squared = self._paced.lock_in.r_squared
        results += self._adherence.add(interval, moment, trust, r_squared, is_told=not is_felt)
        if self._breaths is not None:
            self._waiting.append(_Waiting(interval, trust))
            results += self._settle(self._breaths, settled_s, is_led=is_led)
        return results

    def _settle(self, breaths: BreathHistory, settled_s: float, *, is_led: bool) -> list[Metric]:
        results: list[Metric] = []
        waiting = self._waiting
        while waiting:
            interval, trust = waiting[0]
            at_s = interval.midpoint_s
            if not breaths.has_passed(at_s, settled_s) and (
                at_s > settled_s + SETTLE_S - MAX_WAIT_S
            ):
                break
            waiting.popleft()
            # Nothing about a moment that the pacer led, nor once it leads again.
            is_told = not is_led and self._pacer.at(at_s) is None
            own = breaths.at(at_s, settled_s)
            results += self._own.add(interval, own, trust, is_told=is_told)
        return results
