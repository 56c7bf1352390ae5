"""The line under the arrivals: session time of a device time, learnt from packets that come late.

A packet arrives some time after its last sample, never before. Drawn over device time, the
arrivals lie on or above a straight line whose slope is the rate of the two clocks and whose
height is the least delay. Late packets, however late and however many, do not move it.

Slope
-----
Of each stretch of time the lowest arrival is kept; the line is the edge of their lower convex
hull that spans the middle of all packets (the line under all points with the least sum of
distances; Moon, Skelly and Towsley, "Estimation and removal of clock skew from network delay
measurements", IEEE INFOCOM 1999). In the beginning that edge is mostly noise, so it is
weighed against what is known of such clocks beforehand.

Height
------
The lowest arrival of the last two minutes above that slope, less what the lowest of so many
is expected to be late: the mean delay over their number, as for delays that fall off
exponentially.
"""

from __future__ import annotations

from collections import deque
from itertools import pairwise
from math import inf, log, nan

__all__ = ["MinDelayLine"]

# Stretches are short at first, so that something is known after seconds, and are joined in
# pairs when there are too many: up to 64 of 8 s, over which a warming crystal is straight.
_MAX_POINTS = 64
_FIRST_STRETCH_S = 0.25
_LAST_STRETCH_S = 8.0
# How far back the height is looked for: long enough to see a quick packet, and no longer than
# what may be wrong with the slope leaves in place.
_HEIGHT_WINDOW_S = 128.0
_LEAST_HEIGHT_WINDOW_S = 16.0
_HEIGHT_OFF_S = 0.005
# A slope this far from what is believed makes all packets late if it is not followed.
_ODD_DRIFT = 0.05
# A slope is believed against all expectation from so many times its noise on.
_N_BEYOND = 3.0
_N_ODD_BEYOND = 5.0
_MOST_NOISE = 1e6
# What a delay is above the least before any has been seen, and what that counts for.
_PRIOR_SPREAD_S = 0.04
_PRIOR_WEIGHT = 2.0
# The delays by which their spread is judged.
_N_RECENT = 64
# A packet that comes with others on this clock may belong to a stretch before the newest.
_N_BACK = 4
_LEAST_DRIFT = -0.8
_MOST_DRIFT = 4.0


class MinDelayLine:
    """Session time as a line of device time, in constant time and memory.

    Parameters
    ----------
    prior_drift
        What is believed of session seconds per device second, less one.
    prior_sd
        Standard deviation of that belief.
    prior_spread_s
        Mean delay above the least that is believed beforehand.

    Attributes
    ----------
    n_packets : int
        How many packets taught it.
    drift : float
        Session seconds per device second, less one.
    drift_sd : float
        Standard error of it.
    spread_s : float
        Mean delay above the least, seconds.
    """

    def __init__(
        self, prior_drift: float, prior_sd: float, prior_spread_s: float = _PRIOR_SPREAD_S
    ) -> None:
        self._prior_drift = prior_drift
        self._prior_sd = prior_sd
        self._prior_spread_s = prior_spread_s
        self.n_packets = 0
        self.drift = prior_drift
        self.drift_sd = prior_sd
        self.spread_s = prior_spread_s
        self._device0_s = nan
        self._arrival0_s = nan
        self._stretch_s = _FIRST_STRETCH_S
        # One lowest packet for each stretch: its number, device time, lag, and of how many.
        self._numbers: list[int] = []
        self._device_s: list[float] = []
        self._lag_s: list[float] = []
        self._counts: list[int] = []
        self._recent: deque[tuple[float, float]] = deque(maxlen=_N_RECENT)
        self._height_s = 0.0
        self._lowest_s = inf
        self._n_height = 0

    @property
    def rate(self) -> float:
        """Session seconds per device second."""
        return 1.0 + self.drift

    @property
    def span_s(self) -> float:
        """The device time that it knows."""
        return self._device_s[-1] - self._device_s[0] if self._device_s else 0.0

    @property
    def doubt_s(self) -> float:
        """How far the height may be off: 1 in 20 lowest packets is late by more."""
        return 3.0 * self.spread_s / max(self._n_height, 1)

    def session_s(self, device_s: float) -> float:
        """Return the session time of a device time."""
        since_s = device_s - self._device0_s
        return self._arrival0_s + since_s + self.drift * since_s + self._height_s

    def device_s(self, session_s: float) -> float:
        """Return the device time of a session time: the inverse."""
        return self._device0_s + (session_s - self._arrival0_s - self._height_s) / self.rate

    def push(self, device_s: float, arrival_s: float) -> None:
        """Learn from a packet with this device time that arrived then."""
        if self.n_packets == 0:
            self._device0_s = device_s
            self._arrival0_s = arrival_s
        self.n_packets += 1
        since_s = device_s - self._device0_s
        lag_s = (arrival_s - self._arrival0_s) - since_s
        self._recent.append((since_s, lag_s))
        number = int(since_s // self._stretch_s)
        is_new = not self._numbers or number > self._numbers[-1]
        if is_new:
            self._numbers.append(number)
            self._device_s.append(since_s)
            self._lag_s.append(lag_s)
            self._counts.append(1)
            if len(self._numbers) > _MAX_POINTS:
                self._shorten()
        elif not self._improve(number, since_s, lag_s):
            return
        # Between two stretches only a packet below the line can change it.
        if is_new or lag_s - self.drift * since_s < self._lowest_s:
            self._fit()

    def _improve(self, number: int, since_s: float, lag_s: float) -> bool:
        """Enter a packet into the stretch that it belongs to, if that is still near."""
        for index in range(len(self._numbers) - 1, max(len(self._numbers) - 1 - _N_BACK, -1), -1):
            if self._numbers[index] == number:
                self._counts[index] += 1
                kept_s = self._lag_s[index] - self.drift * self._device_s[index]
                if lag_s - self.drift * since_s < kept_s:
                    self._device_s[index] = since_s
                    self._lag_s[index] = lag_s
                return True
        return False

    def _shorten(self) -> None:
        """Join stretches in pairs, or let the oldest go."""
        if self._stretch_s >= _LAST_STRETCH_S:
            for kept in (self._numbers, self._device_s, self._lag_s, self._counts):
                del kept[0]
            return
        self._stretch_s *= 2
        old = zip(self._numbers, self._device_s, self._lag_s, self._counts, strict=True)
        points = list(old)
        self._numbers, self._device_s, self._lag_s, self._counts = [], [], [], []
        for old_number, since_s, lag_s, count in points:
            number = old_number // 2
            if self._numbers and self._numbers[-1] == number:
                self._improve(number, since_s, lag_s)
                self._counts[-1] += count - 1
            else:
                self._numbers.append(number)
                self._device_s.append(since_s)
                self._lag_s.append(lag_s)
                self._counts.append(count)

    def _fit(self) -> None:
        n_packets = sum(self._counts)
        weighed = list(zip(self._counts, self._device_s, strict=True))
        middle_s = sum(count * since_s for count, since_s in weighed) / n_packets
        apart_s = sum(count * abs(since_s - middle_s) for count, since_s in weighed) / n_packets
        slope = self._slope(middle_s)
        is_odd = abs(slope - self._prior_drift) > _ODD_DRIFT
        self.spread_s = self._spread_s(slope if is_odd else self.drift)
        self._fit_drift(slope, n_packets, apart_s)
        drift = self.drift
        # What the slope may still be wrong by limits how far back the height can be looked for.
        window_s = _HEIGHT_WINDOW_S
        if abs(slope - drift) * window_s > _HEIGHT_OFF_S:
            window_s = max(_HEIGHT_OFF_S / abs(slope - drift), _LEAST_HEIGHT_WINDOW_S)
        oldest_s = self._device_s[-1] - window_s
        lowest_s = inf
        n_height = 0
        for index in range(len(self._numbers) - 1, -1, -1):
            since_s = self._device_s[index]
            if since_s < oldest_s:
                break
            n_height += self._counts[index]
            lowest_s = min(lowest_s, self._lag_s[index] - drift * since_s)
        self._lowest_s = lowest_s
        self._n_height = n_height
        self._height_s = lowest_s - self.spread_s / n_height

    def _spread_s(self, drift: float) -> float:
        """Mean delay above the least, from the median, which no stall moves."""
        levels = sorted([lag_s - drift * since_s for since_s, lag_s in self._recent])
        n_recent = len(levels)
        seen_s = (levels[n_recent // 2] - levels[0]) / log(2.0)
        return (_PRIOR_WEIGHT * self._prior_spread_s + n_recent * seen_s) / (
            _PRIOR_WEIGHT + n_recent
        )

    def _fit_drift(self, slope: float, n_packets: int, apart_s: float) -> None:
        """Weigh the slope that packets show, on average so far from their middle."""
        if apart_s <= 0.0:
            return
        off = slope - self._prior_drift
        spread_s = self.spread_s
        n_beyond = _N_BEYOND
        if abs(off) > _ODD_DRIFT:
            # A line through a few packets fits them well, whatever it is.
            spread_s += self._prior_spread_s
            n_beyond = _N_ODD_BEYOND
        noise = min(2.0 * spread_s / (n_packets * apart_s), _MOST_NOISE)
        # A slope far beyond its noise is believed, however odd.
        variance = self._prior_sd**2 + max(0.0, off * off - (n_beyond * noise) ** 2)
        weight = variance / (variance + noise * noise)
        self.drift = min(max(self._prior_drift + weight * off, _LEAST_DRIFT), _MOST_DRIFT)
        self.drift_sd = noise * weight**0.5

    def _slope(self, middle_s: float) -> float:
        """Slope of the edge of the lower hull that spans the middle of all packets."""
        hull: list[tuple[float, float]] = []
        for since_s, lag_s in zip(self._device_s, self._lag_s, strict=True):
            while len(hull) > 1:
                (x0, y0), (x1, y1) = hull[-2], hull[-1]
                if (y1 - y0) * (since_s - x0) < (lag_s - y0) * (x1 - x0):
                    break
                hull.pop()
            hull.append((since_s, lag_s))
        for (x0, y0), (x1, y1) in pairwise(hull):
            if x1 >= middle_s and x1 > x0:
                return (y1 - y0) / (x1 - x0)
        return self.drift
