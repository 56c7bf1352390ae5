"""One clock of a sensor, or one running count, fitted to session time.

A clock goes on for as long as its sensor is powered, over lost links too. When its time jumps,
because the sensor was switched off or someone set it, a new run begins: nothing of the old
height holds, while the rate of the same crystal does.

How far times may bend
----------------------
Steering changes the length of every interval by the same share. Once a clock is known that is
at most 500 ppm, half a millisecond in a second, below the 1/1024 s in which straps count
beats; 0.2 % while it is more than 50 ms off. In its first half minute up to 2 %, since it may
have begun a packet's delay off. A count of samples has no true rate but what arrivals tell: 10 % at first, 0.2 % later.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from biofeedback.devices.timing.min_delay_line import MinDelayLine
from biofeedback.devices.timing.session_line import SessionLine

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["ClockRun", "DeviceClock"]

# Among a few packets one is quick enough to begin with; until then nothing is given out.
_READY_S = 1.0
_SLOW_READY_S = 2.0
_N_READY = 4
# Where the rate seems far off the stated one, a few more packets tell it from a stall.
_ODD_DRIFT = 0.2
_ODD_READY_S = 3.0
_N_ODD = 6
_YOUNG_S = 30.0
_N_YOUNG = 20
_SLEW = 500e-6
_FAR_S = 0.05
_FAR_SLEW = 2e-3
_COUNT_SLEW = 2e-3
_YOUNG_SLEW = 0.02
_YOUNG_COUNT_SLEW = 0.1
_SETTLE_S = 8.0
_YOUNG_SETTLE_S = 4.0
_YOUNG_COUNT_SETTLE_S = 3.0
# What crystals and stated sampling rates are off by, as a standard deviation.
_CLOCK_SD = 100e-6
_COUNT_SD = 0.01
# The same once this very crystal has been measured, at best.
_KEPT_CLOCK_SD = 20e-6
_KEPT_COUNT_SD = 500e-6
# A new run begins so long after the old one at least, so that times increase.
_HAIR_S = 0.002
# What no wrap-around is shorter than where arrivals tell the turn.
_LONG_WRAP_S = 10.0
_CONTIGUOUS_LATE_S = 2.0
# A delay this short is the best that Bluetooth and the computer do; nobody can see it.
_LEAST_DELAY_S = 0.01


class ClockRun:
    """A clock from one jump to the next.

    Parameters
    ----------
    fit
        What is known of it.
    is_count
        True where it counts samples.
    is_arrival
        True where this computer counts them, for the sensor does not.
    not_before_s
        Session time after which it begins.
    owner
        Which stream began it.

    Attributes
    ----------
    first_arrival_s : float
        When its first packet came.
    in_time_s : float
        Arrival of the last packet that came about as quickly as ever.
    """

    def __init__(
        self,
        fit: MinDelayLine,
        *,
        is_count: bool,
        is_arrival: bool,
        not_before_s: float,
        owner: str,
    ) -> None:
        self.fit = fit
        self.is_count = is_count
        self.is_arrival = is_arrival
        self.owner = owner
        self.first_arrival_s = inf
        self.in_time_s = -inf
        self._not_before_s = not_before_s
        self._newest_arrival_s = -inf
        self._line: SessionLine | None = None

    @property
    def is_young(self) -> bool:
        """True until it is well known."""
        age_s = self._newest_arrival_s - self.first_arrival_s
        return age_s < _YOUNG_S or self.fit.n_packets < _N_YOUNG

    @property
    def ready_s(self) -> float:
        """When enough is known to give times out."""
        if self._line is not None:
            return -inf
        if self.is_count and self.fit.n_packets < _N_ODD and abs(self.fit.drift) > _ODD_DRIFT:
            return self.first_arrival_s + _ODD_READY_S
        is_enough = self.fit.n_packets >= _N_READY
        return self.first_arrival_s + (_READY_S if is_enough else _SLOW_READY_S)

    @property
    def alignment_s(self) -> float:
        """How far its times may be off, as far as can be known."""
        off_s = 0.0 if self._line is None else abs(self._line.off_s(self.fit))
        return _LEAST_DELAY_S + self.fit.doubt_s + off_s

    def observe(self, device_s: float, arrival_s: float, late_s: float) -> None:
        """Learn from a packet; ``late_s`` is what counts as late."""
        if self.fit.n_packets == 0:
            self.first_arrival_s = arrival_s
        self._newest_arrival_s = arrival_s
        self.fit.push(device_s, arrival_s)
        if self.excess_s(device_s, arrival_s) < late_s:
            self.in_time_s = arrival_s

    def excess_s(self, device_s: float, arrival_s: float) -> float:
        """By how much a packet came later than the quickest would have."""
        return arrival_s - self.fit.session_s(device_s)

    def unwrap(
        self, t_s: float, wrap_s: float, arrival_s: float, next_s: float | None, within_s: float
    ) -> float:
        """Return the device time that a stamp means that wraps around.

        Parameters
        ----------
        t_s, wrap_s
            The stamp.
        arrival_s
            When it came, which tells the turn.
        next_s
            What it would be if no sample was lost, where that is known: it decides between
            the turns of a short count, of which a stall holds several.
        within_s
            By how much it may be off and still be that.
        """
        expected_s = self.fit.device_s(arrival_s)
        if next_s is None or wrap_s >= _LONG_WRAP_S:
            return t_s + wrap_s * round((expected_s - t_s) / wrap_s)
        ahead_s = (t_s - next_s + wrap_s / 4) % wrap_s - wrap_s / 4
        device_s = next_s + ahead_s
        is_next = abs(ahead_s) <= within_s
        if is_next and self.excess_s(device_s, arrival_s) < _CONTIGUOUS_LATE_S:
            return device_s
        return device_s + wrap_s * max(round((expected_s - device_s) / wrap_s), 0)

    def session_s(self, device_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the session times of device times, shape ``(n,)``, increasing; these stand."""
        if self._line is None:
            begin_s = float(device_s[0])
            session_s = max(self.fit.session_s(begin_s), self._not_before_s + _HAIR_S)
            self._line = SessionLine(begin_s, session_s, self.fit.rate)
        settle_s = _SETTLE_S
        if not self.is_count:
            is_far = abs(self._line.off_s(self.fit)) > _FAR_S
            slew = _FAR_SLEW if is_far else _SLEW
            if self.is_young:
                slew, settle_s = _YOUNG_SLEW, _YOUNG_SETTLE_S
        elif self.is_young:
            slew, settle_s = _YOUNG_COUNT_SLEW, _YOUNG_COUNT_SETTLE_S
        else:
            slew = _COUNT_SLEW
        self._line.lay(float(device_s[-1]), self.fit, slew, settle_s)
        return self._line.session_s(device_s)


class DeviceClock:
    """A clock or a count, over all its runs.

    Parameters
    ----------
    is_count
        True where it counts samples, whose stated rate may be off.
    is_arrival
        True where this computer counts them, for the sensor does not.

    Attributes
    ----------
    run : ClockRun or None
        The present run, ``None`` before the first packet.
    """

    def __init__(self, *, is_count: bool, is_arrival: bool = False) -> None:
        self._is_count = is_count
        self._is_arrival = is_arrival
        self.run: ClockRun | None = None

    def begin(self, owner: str, not_before_s: float = -inf) -> ClockRun:
        """Begin a new run, for the clock's time has jumped.

        Parameters
        ----------
        owner
            The stream that found it.
        not_before_s
            The latest time that this stream has been given. Its other streams may be further.
        """
        prior_sd = _COUNT_SD if self._is_count else _CLOCK_SD
        fit = MinDelayLine(0.0, prior_sd)
        if self.run is not None:
            known = self.run.fit
            if known.n_packets and known.drift_sd < prior_sd / 2:
                least_sd = _KEPT_COUNT_SD if self._is_count else _KEPT_CLOCK_SD
                kept_sd = max(2.0 * known.drift_sd, least_sd)
                fit = MinDelayLine(known.drift, kept_sd, known.spread_s)
        self.run = ClockRun(
            fit,
            is_count=self._is_count,
            is_arrival=self._is_arrival,
            not_before_s=not_before_s,
            owner=owner,
        )
        return self.run
