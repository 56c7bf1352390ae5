"""Skin conductance responses (SCRs): a causal detector from trough to peak.

The signal has passed a 1 Hz low-pass. A response begins where its slope rises over 0.01 µS/s
and peaks where the slope is no longer positive. It counts with an amplitude of at least
0.03 µS and a rise of 0.5 to 6 s. A rise or fall with the shape of a step is an electrode that
moved.

References
----------
Boucsein et al. (2012), Psychophysiology 49:1017-1034 (criteria for responses).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import inf, isnan, nan
from typing import NamedTuple

__all__ = ["Response", "ResponseDetector"]

ONSET_SLOPE_PER_S = 0.01
MIN_AMPLITUDE_MICROSIEMENS = 0.03
MIN_RISE_S = 0.5
MAX_RISE_S = 6.0

# A smaller sharp rise may be noise on a small response: it does not count, and costs no more.
MIN_STEP_MICROSIEMENS = 0.1

# A second response on the shoulder of the first: the climb fell to this share of its steepest
# and then grew again by so much.
SHOULDER_SHARE = 0.7
SHOULDER_SLOPE_PER_S = 0.05
# A climb that goes on for longer than a response is the level's. A response begins on it where
# it grows steeper by so much.
CLIMB_SLOPE_PER_S = 0.03
# A step is there at once; a response gains at most 0.61 of its height in a quarter second.
STEP_JUMP_SHARE = 0.75
# What the level was doing before a rise is looked up so long before its onset.
BACKGROUND_S = 0.5
# Had the level fallen on by more than this share of a response meanwhile, it is on a fall.
MAX_FALL_SHARE = 0.2
N_BACKGROUND = 3


class Response(NamedTuple):
    """A rise that ended.

    ``is_sharp`` is True for one as steep as a step, ``is_on_fall`` for one on the recovery of
    another: how it falls back by itself is not to be seen.
    """

    onset_s: float
    peak_s: float
    peak_microsiemens: float
    amplitude_microsiemens: float
    is_sharp: bool
    is_on_fall: bool

    @property
    def rise_time_s(self) -> float:
        """Onset to peak."""
        return self.peak_s - self.onset_s

    @property
    def is_large(self) -> bool:
        """True from the smallest amplitude on that counts."""
        return self.amplitude_microsiemens >= MIN_AMPLITUDE_MICROSIEMENS

    @property
    def is_step(self) -> bool:
        """True for the shape of an electrode that moved."""
        return self.is_sharp and self.amplitude_microsiemens >= MIN_STEP_MICROSIEMENS

    @property
    def counts(self) -> bool:
        """True for a skin conductance response."""
        return self.is_large and MIN_RISE_S <= self.rise_time_s <= MAX_RISE_S and not self.is_sharp


# A filtered sample: time, conductance, slope.
_Point = tuple[float, float, float]


@dataclass(slots=True)
class _Rise:
    max_sharpness_per_s: float
    # Shortly before the onset: what the level was doing anyway.
    background: _Point
    onset_s: float
    onset_microsiemens: float
    peak_s: float
    peak_microsiemens: float
    steepest_per_s: float
    # Where the climb was slowest since it was steepest.
    slack_s: float = nan
    slack_microsiemens: float = nan
    slackest_per_s: float = inf
    # The largest jump of the signal before the low-pass.
    jump_microsiemens: float = 0.0

    def end(self, peak_s: float, peak_microsiemens: float) -> Response:
        """Give the response that ends at a point."""
        # A response on the recovery of the one before shows little of its height and all of
        # its slope; only what it adds to the fall tells it from a step.
        from_s, from_microsiemens, slope_per_s = self.background
        fall_per_s = max(0.0, -slope_per_s)
        added = peak_microsiemens - from_microsiemens + fall_per_s * (peak_s - from_s)
        amplitude = peak_microsiemens - self.onset_microsiemens
        is_sharp = (
            self.steepest_per_s + fall_per_s > self.max_sharpness_per_s * added
            and self.jump_microsiemens > STEP_JUMP_SHARE * amplitude
        )
        is_on_fall = fall_per_s * (peak_s - from_s) > MAX_FALL_SHARE * amplitude
        return Response(self.onset_s, peak_s, peak_microsiemens, amplitude, is_sharp, is_on_fall)

    def end_at_slack(self) -> Response:
        """Give the response that ends where the climb was slowest."""
        return self.end(self.slack_s, self.slack_microsiemens)


class ResponseDetector:
    """Follows the slope from onset to peak.

    Parameters
    ----------
    max_sharpness_per_s
        Steepest slope over amplitude from which on a rise is a step.
    step_s
        Usual time between samples, 0 where they come irregularly.
    """

    def __init__(self, max_sharpness_per_s: float, step_s: float = 0.0) -> None:
        self._max_sharpness_per_s = max_sharpness_per_s
        self._rise: _Rise | None = None
        # The last moments in which the slope was not rising.
        n_before = 1 + round(BACKGROUND_S / step_s) if step_s > 0.0 else N_BACKGROUND
        self._before: deque[_Point] = deque(maxlen=n_before)
        # The slowest that the level's own climb was since it became one, ``nan`` without.
        self._climb_per_s = nan
        # When the signal began, until it has been seen not to rise; ``nan`` from then on.
        self._began_s = inf

    def restart(self) -> None:
        """Drop a rise that has begun."""
        self._rise, self._climb_per_s, self._began_s = None, nan, inf
        self._before.clear()

    def push(
        self, t_s: float, sc_microsiemens: float, slope_per_s: float, jump_microsiemens: float
    ) -> Response | None:
        """Take the next sample; return a rise that has just ended.

        Parameters
        ----------
        t_s
            Its time.
        sc_microsiemens, slope_per_s
            Behind the low-pass.
        jump_microsiemens
            What the signal before the low-pass gained within the time that one step takes.
        """
        rise = self._rise
        if rise is None:
            if slope_per_s <= ONSET_SLOPE_PER_S:
                before = self._before
                before.append((t_s, sc_microsiemens, slope_per_s))
                self._climb_per_s = nan
                if len(before) == before.maxlen:
                    self._began_s = nan
            else:
                self._begin((t_s, sc_microsiemens, slope_per_s), jump_microsiemens)
            return None
        if slope_per_s <= 0.0:
            self._rise = None
            self._foot_at((t_s, sc_microsiemens, slope_per_s))
            return rise.end(rise.peak_s, rise.peak_microsiemens)
        rise.peak_s, rise.peak_microsiemens = t_s, sc_microsiemens
        rise.jump_microsiemens = max(rise.jump_microsiemens, jump_microsiemens)
        if slope_per_s > rise.steepest_per_s:
            rise.steepest_per_s = slope_per_s
            rise.slackest_per_s = inf
        if slope_per_s < rise.slackest_per_s:
            rise.slackest_per_s = slope_per_s
            rise.slack_s, rise.slack_microsiemens = t_s, sc_microsiemens
        climbs_again = slope_per_s > rise.slackest_per_s + SHOULDER_SLOPE_PER_S
        is_shoulder = rise.slackest_per_s < SHOULDER_SHARE * rise.steepest_per_s
        # Splitting what does not count by itself would only make noise of a response.
        if climbs_again and is_shoulder and (response := rise.end_at_slack()).counts:
            self._foot_at((rise.slack_s, rise.slack_microsiemens, rise.slackest_per_s))
            self._rise = self._rise_to((t_s, sc_microsiemens, slope_per_s), jump_microsiemens)
            return response
        if t_s - rise.onset_s > MAX_RISE_S:
            self._rise = None
            self._foot_at((t_s, sc_microsiemens, slope_per_s))
            self._climb_per_s = slope_per_s
        return None

    def _begin(self, point: _Point, jump_microsiemens: float) -> None:
        """Begin a rise at the foot, unless the level is only climbing on."""
        if not isnan(self._began_s):
            # Whatever rises when the signal begins has no onset that could be known: it may be
            # an electrode that settles.
            self._before.clear()
            self._began_s = min(self._began_s, point[0])
            if point[0] - self._began_s <= MAX_RISE_S:
                return
            self._began_s, self._climb_per_s = nan, point[2]
        # Any slope is above no climb at all.
        if point[2] <= self._climb_per_s + CLIMB_SLOPE_PER_S:
            self._climb_per_s = min(self._climb_per_s, point[2])
            self._before.append(point)
            return
        self._climb_per_s = nan
        self._rise = self._rise_to(point, jump_microsiemens)

    def _foot_at(self, point: _Point) -> None:
        self._before.clear()
        self._before.append(point)

    def _rise_to(self, point: _Point, jump_microsiemens: float) -> _Rise:
        foot_s, foot_microsiemens, _ = self._before[-1]
        return _Rise(
            self._max_sharpness_per_s,
            self._before[0],
            foot_s,
            foot_microsiemens,
            *point,
            jump_microsiemens=jump_microsiemens,
        )
