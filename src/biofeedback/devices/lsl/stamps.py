"""From the time stamps of a stream of the network to times of the session.

A stamp is a reading of the sender's clock. liblsl measures how far that clock is from this
computer's; `ClockOffset` knows how far this one is from the session's. Some senders stamp with
a clock of their own, such as the time of day: it shows, for no sample can be a minute old or
come from the future, and then the quickest arrivals tell how the two clocks lie.
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Final

import numpy as np

from biofeedback.devices.drivers.moving_smallest import MovingSmallest

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["BeatTimes", "EventTimes", "RegularTimes", "StampClock", "Times"]

# Older than any computation makes a sample; younger than any two clocks of the hour.
_OLDEST_S: Final = 60.0
_FUTURE_S: Final = 1.0
_WINDOW_S: Final = 60.0
# An estimate of liblsl strays by some tenths of a millisecond; two clocks drift less in between.
_SHARE: Final = 0.2
_SET_ANEW_S: Final = 0.01
# So far back the stamps of one chunk may reach into the one before: a sender that stamps the
# last sample of each with the moment of sending.
_OVERLAP_S: Final = 0.5
_LEAST_STEP: Final = 0.5
# A beat's stamp is either the beat's time, or that of the packet that brought it.
_EXACT_S: Final = 0.03
_PACKET_S: Final = 1.5
_STEER: Final = 0.02


class StampClock:
    """What to add to a stamp to have the time of the session.

    Parameters
    ----------
    correction_s
        What liblsl says to add to have this computer's LSL time; ``None`` if it cannot say.
    """

    def __init__(self, correction_s: float | None) -> None:
        self._correction_s = correction_s
        self._is_foreign = correction_s is None
        self._lags = MovingSmallest(_WINDOW_S)

    @property
    def is_foreign(self) -> bool:
        """Whether the stamps are of no clock that LSL knows."""
        return self._is_foreign

    def correct(self, correction_s: float) -> None:
        """Take a newer estimate of liblsl."""
        if self._correction_s is None:
            return
        change_s = correction_s - self._correction_s
        if abs(change_s) > _SET_ANEW_S:
            self._correction_s = correction_s
        else:
            self._correction_s += _SHARE * change_s

    def shift_s(self, newest_s: float, arrival_s: float, offset_s: float) -> tuple[float, bool]:
        """Return what to add to the stamps of a chunk.

        Parameters
        ----------
        newest_s
            Its newest stamp.
        arrival_s
            When it came, in session time.
        offset_s
            Session time less LSL time.

        Returns
        -------
        tuple
            Seconds to add, and whether the sender's clock began anew with it.
        """
        lag_s = arrival_s - newest_s
        began_anew = False
        if not self._is_foreign and self._correction_s is not None:
            shift_s = self._correction_s + offset_s
            if -_FUTURE_S < lag_s - shift_s < _OLDEST_S:
                return shift_s, False
            self._is_foreign = began_anew = True
        smallest_s = self._lags.smallest
        if smallest_s is not None and not -_FUTURE_S * 5 < lag_s - smallest_s < _OLDEST_S:
            self._lags = MovingSmallest(_WINDOW_S)
            began_anew = True
        self._lags.push(arrival_s, lag_s)
        smallest_s = self._lags.smallest
        return (lag_s if smallest_s is None else smallest_s), began_anew


class Times:
    """Times of one stream that only ever go on.

    Attributes
    ----------
    last_s : float
        The time of the last sample; ``-inf`` before the first.
    n_late : int
        Samples left out because their time had passed.
    """

    def __init__(self) -> None:
        self.last_s = float("-inf")
        self.n_late = 0

    def of(
        self, stamped_s: NDArray[np.float64], values: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Return the time of each sample that can be kept, and which those are.

        Parameters
        ----------
        stamped_s
            Session time by the stamps, shape ``(n_samples,)``.
        values
            Shape ``(n_samples, n_channels)``.
        """
        times_s = np.empty(stamped_s.size)
        kept = np.zeros(stamped_s.size, dtype=np.bool_)
        for place, at_s in enumerate(stamped_s.tolist()):
            t_s = self._next_s(at_s, float(values[place, 0])) if isfinite(at_s) else None
            if t_s is None or not t_s > self.last_s:
                self.n_late += 1
                continue
            times_s[place] = self.last_s = t_s
            kept[place] = True
        return times_s[kept], kept

    def begin_anew(self) -> None:
        """Nothing is known any more of what the next sample follows."""

    def _next_s(self, at_s: float, value: float) -> float | None:
        del value
        return at_s


class EventTimes(Times):
    """Times of a stream whose samples come irregularly: as they are stamped."""


class RegularTimes(Times):
    """Times of a regular stream: as stamped, or just after the one before.

    Chunks that are stamped as they are sent overlap by the jitter of sending. None of their
    samples is lost for it: they stand half a period apart until the stamps have caught up.

    Parameters
    ----------
    rate_hz
        Nominal rate.
    """

    def __init__(self, rate_hz: float) -> None:
        super().__init__()
        self._period_s = 1.0 / rate_hz

    def of(
        self, stamped_s: NDArray[np.float64], values: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Return the time of each sample that can be kept, and which those are."""
        if stamped_s.size and bool(np.all(np.isfinite(stamped_s))):
            steps_s = np.diff(stamped_s, prepend=self.last_s)
            if bool(np.all(steps_s >= _LEAST_STEP * self._period_s)):
                self.last_s = float(stamped_s[-1])  # as nearly always: all at once
                return stamped_s.copy(), np.ones(stamped_s.size, dtype=np.bool_)
        return super().of(stamped_s, values)

    def _next_s(self, at_s: float, value: float) -> float | None:
        del value
        earliest_s = self.last_s + _LEAST_STEP * self._period_s
        if at_s >= earliest_s:
            return at_s
        return None if at_s < self.last_s - _OVERLAP_S else earliest_s


class BeatTimes(Times):
    """Times of RR intervals, each the end of its interval.

    Senders stamp a beat with its own time, which stands, or several with the moment their
    packet came. Those are laid end to end, and follow the stamps slowly, so that an interval
    and the times around it agree. A stamp far later is a gap.
    """

    def __init__(self) -> None:
        super().__init__()
        self._is_new = True

    def begin_anew(self) -> None:
        """The next beat follows nothing."""
        self._is_new = True

    def _next_s(self, at_s: float, value: float) -> float | None:
        is_new, self._is_new = self._is_new, False
        if is_new or not isfinite(value) or value <= 0.0 or not isfinite(self.last_s):
            return at_s
        laid_s = self.last_s + value / 1000.0
        error_s = at_s - laid_s
        if abs(error_s) <= _EXACT_S or error_s > _PACKET_S:
            return at_s
        if error_s < -_PACKET_S:
            return None
        return laid_s + _STEER * error_s
