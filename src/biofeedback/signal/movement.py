"""How much a person moves, from a worn accelerometer, and whether too much for finer measures.

Gravity turns with the body but keeps its size: what is left of the acceleration's size in the
band of limbs and trunk, 1 to 5 Hz, is movement. Each person, and each place on the body, has
a quiet level of its own (the heart shakes the chest, too); five times that counts as moving.

References
----------
van Hees et al. (2013), PLoS ONE 8:e61691 (size of the acceleration less 1 g).
"""

from __future__ import annotations

from collections import deque
from math import exp, nan, pi, sqrt
from typing import TYPE_CHECKING

from biofeedback.signal.measures import MEASURES, measured, missing

if TYPE_CHECKING:
    from biofeedback.samples import Metric

__all__ = ["MOVING", "NOT_IN_G", "Movement"]

LOW_HZ, HIGH_HZ = 1.0, 5.0
MOVING_TIMES_QUIET = 5.0
MOVING = "you are moving just now"
NOT_IN_G = "the movement sensor does not show gravity: its numbers may be in another unit than g"

_WINDOW = "movement_g"
_WINDOW_SECONDS = round(MEASURES[_WINDOW].window_s)
# The quiet level is what a fifth of the last two minutes stayed below.
_QUIET_SECONDS = 120
_QUIET_SHARE = 0.2
# Not below a sensor's own noise; not above what a resting chest shows, so that two minutes of
# walking do not pass for quiet.
_LEAST_QUIET_G, _MOST_QUIET_G = 0.002, 0.010
# Gravity is always there: a mean far from it is in another unit, or from a broken sensor.
_LEAST_GRAVITY_G, _MOST_GRAVITY_G = 0.5, 3.0

# Of two equal first-order stages together down to 1 / sqrt(2) at the cutoff.
_EACH = sqrt(sqrt(2.0) - 1.0)
_HIGH_PASS_PER_S = 2.0 * pi * LOW_HZ * _EACH
_LOW_PASS_PER_S = 2.0 * pi * HIGH_HZ / _EACH


class Movement:
    """Movement of one sensor, second by second.

    Parameters
    ----------
    source
        As in `Metric.source`.
    """

    def __init__(self, source: str) -> None:
        self._source = source
        # False where the last second cannot be an acceleration in g.
        self.shows_gravity = True
        self._quiet: deque[float] = deque(maxlen=_QUIET_SECONDS)
        self.restart(nan)

    def restart(self, size_g: float) -> None:
        """Begin after a gap with the first acceleration's size; the quiet level stays known."""
        # Slow parts already taken off, and the output of the low-pass, by stage.
        self._slow_1, self._slow_2 = size_g, 0.0
        self._fast_1 = self._fast_2 = 0.0
        self._sum = self._size_sum = 0.0
        self._n = 0
        self._seconds: deque[float] = deque(maxlen=_WINDOW_SECONDS)

    @property
    def quiet_g(self) -> float:
        """The person's quiet level."""
        if not self._quiet:
            return _LEAST_QUIET_G
        ordered = sorted(self._quiet)
        level_g = ordered[int(_QUIET_SHARE * len(ordered))]
        return min(max(level_g, _LEAST_QUIET_G), _MOST_QUIET_G)

    def push(self, size_g: float, step_s: float) -> None:
        """Take the size of the next acceleration, ``step_s`` seconds after the last."""
        self._size_sum += size_g
        kept = exp(-_HIGH_PASS_PER_S * step_s)
        # Halfway between held and straight input: the gain is that of the band at any rate.
        value = (size_g - self._slow_1) * (1.0 + kept) / 2.0
        self._slow_1 = size_g + (self._slow_1 - size_g) * kept
        size_g, value = value, (value - self._slow_2) * (1.0 + kept) / 2.0
        self._slow_2 = size_g + (self._slow_2 - size_g) * kept
        kept = exp(-_LOW_PASS_PER_S * step_s)
        self._fast_1 = value + (self._fast_1 - value) * kept
        self._fast_2 = self._fast_1 + (self._fast_2 - self._fast_1) * kept
        self._sum += self._fast_2 * self._fast_2
        self._n += 1

    def second(self, t_s: float) -> tuple[bool, Metric | None]:
        """End a second; return whether the person moved in it, and the measure.

        Parameters
        ----------
        t_s
            Where it ends: what was pushed since the last call lies before.

        Returns
        -------
        is_moving : bool
            More than `MOVING_TIMES_QUIET` times the quiet level, or nothing that can be told.
        metric : Metric or None
            ``movement_g``; ``None`` where the second had no sample. Missing where the mean of
            the sizes is not near that of gravity.
        """
        if not self._n:
            return True, None
        power, mean_g = self._sum / self._n, self._size_sum / self._n
        self._sum, self._size_sum, self._n = 0.0, 0.0, 0
        self.shows_gravity = _LEAST_GRAVITY_G <= mean_g <= _MOST_GRAVITY_G
        if not self.shows_gravity:
            self._seconds.clear()
            return True, missing(t_s, _WINDOW, self._source, reason=NOT_IN_G)
        self._seconds.append(power)
        level_g = sqrt(power)
        self._quiet.append(level_g)
        is_moving = level_g > MOVING_TIMES_QUIET * self.quiet_g
        n_to_go = _WINDOW_SECONDS - len(self._seconds)
        if n_to_go:
            return is_moving, missing(t_s, _WINDOW, self._source, wait_s=float(n_to_go))
        value_g = sqrt(sum(self._seconds) / _WINDOW_SECONDS)
        reason = MOVING if is_moving else ""
        return is_moving, measured(t_s, _WINDOW, value_g, self._source, reason=reason)
