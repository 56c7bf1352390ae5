"""Breaths from an accelerometer on the chest: each breath tilts it a little.

The three axes, brought to about 10 Hz, go through a band-pass of 0.05 to 0.7 Hz. The
direction in which they move most over the last half minute (first principal component) is
taken for the breath; it turns as the person does and never flips, since each estimate grows
out of the one before. Which way along it is "in" cannot be known, so that a breath has its
length but no end of the in-breath.

While the person moves nothing is taken in, and what follows begins anew; so it does when the
posture changes.

References
----------
Bates, Ling, Mann and Arvind (2010), Int. Conf. Body Sensor Networks (tilt follows the breath).
Liu et al. (2011), Telemed. e-Health 17:705 (principal component of the three axes).
"""

from __future__ import annotations

from math import atan, dist, exp, floor, isnan, nan, pi, sqrt
from typing import TYPE_CHECKING

from biofeedback.signal.breaths import NEEDED_BREATHS, BreathSeries
from biofeedback.signal.lowpass import TwoPoleLowPass
from biofeedback.signal.measures import missing
from biofeedback.signal.movement import MOVING, NOT_IN_G, Movement

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from biofeedback.samples import Breath, Metric

__all__ = ["ChestMotionNode"]

LOW_HZ, HIGH_HZ = 0.05, 0.7
# Slow enough to leave 20 breaths a minute whole, fast enough to fold no heartbeat onto them.
REDUCED_HZ = 10.0
AXIS_S = 30.0
GRAVITY_HZ = 0.03

_STEPS_BEFORE_GAP = 1.5
_MAX_STEP_S = 1.0
# No sensor for bodies measures more: what claims to is noise on the line.
_MOST_G = 32.0
_QUIET_SECONDS = 2
# The direction is trusted after this long, and breaths are looked for from then on.
_FIRST_AXIS_S = 6.0
# The present tilt, against the lasting one: more than the breath's, the posture changed.
_POSTURE_S = 1.0
_POSTURE_G = 0.10
_LEAST_POSTURE_G = 0.03
_POSTURE_EXCURSIONS = 4.0
# After so short a rest, in nearly the same posture, direction and breaths before it still hold.
_SHORT_REST_S = 15.0
_SAME_POSTURE_G = 0.15
# Noise of good sensors comes to about 0.001 g from trough to peak in this band.
_LEAST_EXCURSION_G = 0.002
# The band-pass leaves no drift: breaths are at least half as deep as all movement lately.
_RANGE_SHARE = 0.5
# Share of the movement along its main direction: one third says nothing, breath is nearly all.
_NO_DIRECTION, _CLEAR_DIRECTION = 0.5, 0.9

_STILL = "no breathing movement reaches the sensor"
_MOVED = "the sensor may have moved"
_PIECES = "the movement sensor's signal comes in pieces"
# Gaps that follow each other as fast as this leave nothing to be counted.
_PIECE_S = 3.0

_Vector = tuple[float, float, float]


class _Axis:
    """The direction of most movement, and the movement along it."""

    def __init__(self) -> None:
        self._xx = self._yy = self._zz = self._xy = self._xz = self._yz = 0.0
        self._direction: _Vector | None = None
        self.share = 0.0

    def project(self, moved: _Vector, step_s: float) -> float:
        """Take the next movement and return its part along the direction, new as it is."""
        x, y, z = moved
        kept = exp(-step_s / AXIS_S)
        new = 1.0 - kept
        self._xx = xx = self._xx * kept + x * x * new
        self._yy = yy = self._yy * kept + y * y * new
        self._zz = zz = self._zz * kept + z * z * new
        self._xy = xy = self._xy * kept + x * y * new
        self._xz = xz = self._xz * kept + x * z * new
        self._yz = yz = self._yz * kept + y * z * new
        total = xx + yy + zz
        if total == 0.0:
            return 0.0
        if self._direction is None:
            self._direction = (xx / total, yy / total, zz / total)
        a, b, c = self._direction
        # One step of the power iteration a sample: the covariance is positive, so that the
        # new direction always lies within a right angle of the old one.
        u = xx * a + xy * b + xz * c
        v = xy * a + yy * b + yz * c
        w = xz * a + yz * b + zz * c
        length = sqrt(u * u + v * v + w * w)
        if length > 0.0:
            self._direction = a, b, c = u / length, v / length, w / length
            self.share = length / total
        return x * a + y * b + z * c


class _BandPass:
    """`LOW_HZ` to `HIGH_HZ`, two first-order stages each way, exact at any spacing."""

    _each = sqrt(sqrt(2.0) - 1.0)
    high_pass_per_s = 2.0 * pi * LOW_HZ * _each

    def __init__(self, value: float) -> None:
        self._slow_1, self._slow_2 = value, 0.0
        self._low_pass = TwoPoleLowPass(HIGH_HZ)
        self._low_pass.restart(0.0)

    def push(self, value: float, step_s: float) -> float:
        kept = exp(-self.high_pass_per_s * step_s)
        self._slow_1 = value + (self._slow_1 - value) * kept
        value -= self._slow_1
        self._slow_2 = value + (self._slow_2 - value) * kept
        return self._low_pass.push(value - self._slow_2, step_s)


def _lag_s(breath_s: float) -> float:
    """How late the band-pass shows a rhythm of this period; negative where early."""
    radians_per_s = 2.0 * pi / breath_s
    late = 2.0 * atan(radians_per_s * TwoPoleLowPass(HIGH_HZ).delay_s / 2.0)
    early = 2.0 * atan(_BandPass.high_pass_per_s / radians_per_s)
    return (late - early) / radians_per_s


class ChestMotionNode:
    """Movement and breaths of one accelerometer on the chest.

    Parameters
    ----------
    source
        As in `Metric.source`, used as given.
    rate_hz
        Nominal sampling rate, 25 to 200; ``None`` where samples come irregularly.
    is_on_chest
        False for a sensor on the wrist or arm, whose slow sway is not breath: then there is
        movement alone.
    """

    def __init__(self, source: str, rate_hz: float | None, *, is_on_chest: bool = True) -> None:
        self._source = source
        self._is_on_chest = is_on_chest
        self._max_step_s = _STEPS_BEFORE_GAP / rate_hz if rate_hz else _MAX_STEP_S
        self._n_each = max(round(rate_hz / REDUCED_HZ), 1) if rate_hz else 0
        self._movement = Movement(source)
        self._series = BreathSeries(
            source,
            _lag_s,
            still=_STILL,
            uneven=_MOVED,
            range_share=_RANGE_SHARE,
            least_excursion=_LEAST_EXCURSION_G,
            knows_in=False,
        )
        self._last_t_s = nan
        self._second = nan
        self._gap_s = nan
        # The last second in which something was said that would else be said each sample.
        self._told_s = nan
        # Since when there has been no acceleration.
        self._without_s = nan
        self._reduced_s = nan
        self._axis = _Axis()
        self._present = self._lasting = (0.0, 0.0, 0.0)
        self._restart()

    def _restart(self) -> None:
        """Forget everything but the quiet level: nothing crosses a gap."""
        self._pending: list[tuple[float, _Vector]] = []
        self._quiet_seconds = _QUIET_SECONDS
        self._begin_mean()
        self._rest()
        self._rested_s = self._began_s = nan
        self._is_counting = False

    def _begin_mean(self) -> None:
        self._n = 0
        self._first_s = nan
        self._x_sum = self._y_sum = self._z_sum = 0.0

    def _rest(self) -> None:
        """Let nothing in and forget the filters; the next reduced sample begins them anew."""
        if not isnan(self._reduced_s):
            self._rested_s = self._reduced_s
        self._reduced_s = nan

    def leave_chest(self) -> None:
        """Tell of movement alone from now on: the sensor turns out to be elsewhere."""
        self._is_on_chest = False

    def push(self, t_s: NDArray[np.float64], values: NDArray[np.float64]) -> list[Breath | Metric]:
        """Take the next samples; return what they bring, in order.

        Parameters
        ----------
        t_s : ndarray of float64, shape (n,)
            Times in seconds, not decreasing.
        values : ndarray of float64, shape (n, 3)
            Acceleration in g, gravity included. Rows with a value that is no number, or
            beyond any sensor, are passed over.
        """
        results: list[Breath | Metric] = []
        for at_s, (x, y, z) in zip(t_s.tolist(), values.tolist(), strict=True):
            size_g = sqrt(x * x + y * y + z * z)
            if not size_g <= _MOST_G:
                results += self._absurd(at_s)
                continue
            self._without_s = nan
            step_s = at_s - self._last_t_s
            self._last_t_s = at_s
            # Also true of the first sample, which has no step.
            if not step_s <= self._max_step_s:
                self._restart()
                self._movement.restart(size_g)
                self._second = floor(at_s)
                results += self._behind_gap(at_s)
                step_s = 0.0
            elif at_s >= self._second + 1.0:
                self._second = floor(at_s)
                results += self._end_second(float(self._second))
            self._movement.push(size_g, step_s)
            if not self._n:
                self._first_s = at_s
            self._n += 1
            self._x_sum += x
            self._y_sum += y
            self._z_sum += z
            if self._n == self._n_each or (
                not self._n_each and at_s - self._first_s >= 1.0 / REDUCED_HZ
            ):
                n = self._n
                mean = (self._x_sum / n, self._y_sum / n, self._z_sum / n)
                self._pending.append(((self._first_s + at_s) / 2.0, mean))
                self._begin_mean()
        return results

    def _behind_gap(self, t_s: float) -> list[Breath | Metric]:
        """Begin to wait, or say that it makes no sense where one gap follows another."""
        is_in_pieces = t_s - self._gap_s <= _PIECE_S
        self._gap_s = t_s
        if is_in_pieces:
            return self._nothing(t_s, _PIECES)
        return self._without(t_s) if self._is_on_chest else []

    def _absurd(self, t_s: float) -> list[Breath | Metric]:
        """Pass over a row; where a second has no other, say so."""
        if isnan(self._without_s):
            self._without_s = t_s
        return self._nothing(t_s, NOT_IN_G) if t_s - self._without_s >= 1.0 else []

    def _nothing(self, t_s: float, reason: str) -> list[Breath | Metric]:
        """Say once a second why nothing can be told."""
        if floor(t_s) == self._told_s:
            return []
        self._told_s = floor(t_s)
        still = missing(t_s, "movement_g", self._source, reason=reason)
        return [still, *(self._without(t_s, reason) if self._is_on_chest else [])]

    def _end_second(self, t_s: float) -> list[Breath | Metric]:
        """Take in what the second brought, if the person was quiet."""
        is_moving, movement = self._movement.second(t_s)
        results: list[Breath | Metric] = [movement] if movement else []
        pending, self._pending = self._pending, []
        if not self._is_on_chest:
            return results
        self._quiet_seconds = 0 if is_moving else self._quiet_seconds + 1
        if self._quiet_seconds < _QUIET_SECONDS:
            self._rest()
            why = MOVING if self._movement.shows_gravity else NOT_IN_G
            return results + self._without(t_s, why)
        for at_s, tilt_g in pending:
            results += self._reduced(at_s, tilt_g)
        if not self._is_counting:
            results += self._without(t_s)
        return results

    def _reduced(self, t_s: float, tilt_g: _Vector) -> list[Breath | Metric]:
        """Take the next of the samples at about `REDUCED_HZ`."""
        step_s = t_s - self._reduced_s
        self._reduced_s = t_s
        if isnan(step_s):
            return self._begin(t_s, tilt_g)
        if self._has_new_posture(tilt_g, step_s):
            self._rest()
            return []
        x, y, z = (band.push(v, step_s) for band, v in zip(self._bands, tilt_g, strict=True))
        along_g = self._axis.project((x, y, z), step_s)
        if self._is_counting:
            clear = (self._axis.share - _NO_DIRECTION) / (_CLEAR_DIRECTION - _NO_DIRECTION)
            return self._series.push(t_s, along_g, clear)
        if t_s - self._began_s >= _FIRST_AXIS_S:
            self._is_counting = True
            return self._series.restart(t_s, along_g)
        return []

    def _begin(self, t_s: float, tilt_g: _Vector) -> list[Breath | Metric]:
        """Take the first reduced sample after a rest, or of all."""
        shift_g = dist(tilt_g, self._lasting)
        self._bands = [_BandPass(value) for value in tilt_g]
        self._present = self._lasting = tilt_g
        if (
            self._is_counting
            and t_s - self._rested_s <= _SHORT_REST_S
            and shift_g <= _SAME_POSTURE_G
        ):
            return self._series.resume(t_s, 0.0)
        self._began_s = t_s
        self._axis = _Axis()
        self._is_counting = False
        return []

    def _has_new_posture(self, tilt_g: _Vector, step_s: float) -> bool:
        present_kept = exp(-step_s / _POSTURE_S)
        lasting_kept = exp(-2.0 * pi * GRAVITY_HZ * step_s)
        x, y, z = tilt_g
        a, b, c = self._present
        self._present = a, b, c = (
            x + (a - x) * present_kept,
            y + (b - y) * present_kept,
            z + (c - z) * present_kept,
        )
        u, v, w = self._lasting
        self._lasting = u, v, w = (
            x + (u - x) * lasting_kept,
            y + (v - y) * lasting_kept,
            z + (w - z) * lasting_kept,
        )
        limit_g = _POSTURE_G
        usual_g = self._series.usual_excursion
        if self._is_counting and not isnan(usual_g):
            limit_g = max(_LEAST_POSTURE_G, _POSTURE_EXCURSIONS * usual_g)
        return (a - u) ** 2 + (b - v) ** 2 + (c - w) ** 2 > limit_g * limit_g

    def _without(self, t_s: float, reason: str = "") -> list[Breath | Metric]:
        if reason:
            return [missing(t_s, name, self._source, reason=reason) for name in NEEDED_BREATHS]
        known_s = 0.0 if isnan(self._began_s) else t_s - self._began_s
        wait_s = max(_FIRST_AXIS_S - known_s, 0.0)
        return self._series.waiting(t_s, wait_s)
