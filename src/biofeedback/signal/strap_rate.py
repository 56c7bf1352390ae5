"""Heart rate from a sensor that sends its own averaged number and no intervals."""

from __future__ import annotations

from math import inf, isfinite, nan
from typing import TYPE_CHECKING

from biofeedback.signal.heart import NEEDS_INTERVALS
from biofeedback.signal.measures import measured, missing
from biofeedback.signal.rr_artifacts import MAX_RR_MS, MIN_RR_MS

if TYPE_CHECKING:
    from biofeedback.samples import Metric

__all__ = ["NO_INTERVALS_S", "StrapRateNode"]

# A strap that has sent no interval for so long sends heart rate only.
NO_INTERVALS_S = 10.0
# Sensors do not tell over how long they average; straps commonly take about this.
_AVERAGED_S = 8.0

_HEART_RATE_ONLY = "heart rate only: this sensor does not send the time between heartbeats"
_OUT_OF_RANGE = "the sensor gives no usable heart rate just now"


class StrapRateNode:
    """The sensor's own heart rate, for as long as the same sensor sends no intervals.

    Its two streams have to arrive in the order of their times, give or take
    `NO_INTERVALS_S`: a strap sends both in one notification.
    """

    def __init__(self, source: str) -> None:
        self._source = source
        self._first_t_s = nan
        self._interval_t_s = -inf

    def interval(self, t_s: float) -> None:
        """Take note that the sensor sent an interval."""
        self._interval_t_s = t_s

    def push(self, t_s: float, sensor_heart_rate_bpm: float) -> list[Metric]:
        """Take one value; return the measures it stands in for."""
        if not isfinite(self._first_t_s):
            self._first_t_s = t_s
        # At the start the first interval may still come.
        silent_s = t_s - max(self._interval_t_s, self._first_t_s)
        if silent_s < NO_INTERVALS_S:
            if isfinite(self._interval_t_s):
                return []
            wait_s = NO_INTERVALS_S - silent_s
            return [missing(t_s, "heart_rate_bpm", self._source, wait_s=wait_s)]
        results = [
            missing(t_s, name, self._source, reason=_HEART_RATE_ONLY) for name in NEEDS_INTERVALS
        ]
        if 60000.0 / MAX_RR_MS <= sensor_heart_rate_bpm <= 60000.0 / MIN_RR_MS:
            rate = measured(
                t_s,
                "heart_rate_bpm",
                sensor_heart_rate_bpm,
                self._source,
                window_s=_AVERAGED_S,
            )
        else:
            rate = missing(
                t_s, "heart_rate_bpm", self._source, reason=_OUT_OF_RANGE, window_s=_AVERAGED_S
            )
        return [rate, *results]
