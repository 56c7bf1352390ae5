"""RR intervals read off at an even rate, through a natural cubic spline.

Kubios and most programs draw a cubic spline through the intervals before they take a spectrum
of it. A spline is found by one sweep forward over its knots and one back. The sweep forward
only ever looks at what has been, so a live spline does it knot by knot; of the sweep back it
needs the newest part alone, since a knot's pull on the curve shrinks about fourfold with every
knot in between. So the live curve and the one drawn afterwards are the same to rounding.

References
----------
de Boor (2001), A Practical Guide to Splines, chapter IV (natural end conditions).
Tarvainen et al. (2014), Comput. Methods Programs Biomed. 113:210 (4 Hz, cubic spline).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["GrowingSpline", "natural_spline"]


class GrowingSpline:
    """A natural cubic spline to whose end knots are added, kept for the newest stretch only."""

    def __init__(self) -> None:
        self._knots_s: list[float] = []
        self._values: list[float] = []
        # Bend (second derivative) at knot i is _given[i] - _passed_on[i] * bend at knot i + 1.
        self._given: list[float] = []
        self._passed_on: list[float] = []

    def clear(self) -> None:
        """Forget all knots."""
        for numbers in (self._knots_s, self._values, self._given, self._passed_on):
            numbers.clear()

    def append(self, t_s: float, value: float) -> None:
        """Add a knot, later than all before it."""
        knots_s, values = self._knots_s, self._values
        knots_s.append(t_s)
        values.append(value)
        if len(knots_s) >= 3:
            before_s = knots_s[-2] - knots_s[-3]
            after_s = t_s - knots_s[-2]
            slope_before = (values[-2] - values[-3]) / before_s
            slope_after = (value - values[-2]) / after_s
            pivot_s = 2.0 * (before_s + after_s) - before_s * self._passed_on[-2]
            self._given[-1] = (
                6.0 * (slope_after - slope_before) - before_s * self._given[-2]
            ) / pivot_s
            self._passed_on[-1] = after_s / pivot_s
        # A natural spline does not bend at its ends.
        self._given.append(0.0)
        self._passed_on.append(0.0)

    def forget_before(self, t_s: float) -> None:
        """Let go of knots that no time from `t_s` on needs.

        What they still have to say about the bend is in the knots that stay.
        """
        n_old = 0
        while n_old + 1 < len(self._knots_s) and self._knots_s[n_old + 1] <= t_s:
            n_old += 1
        if n_old:
            for numbers in (self._knots_s, self._values, self._given, self._passed_on):
                del numbers[:n_old]

    def at(self, t_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Read the curve off.

        Parameters
        ----------
        t_s : ndarray of float64, shape (n,)
            Between the first knot that is kept and the newest. At least two knots are needed.

        Returns
        -------
        ndarray of float64, shape (n,)
        """
        bend = 0.0
        bends = [0.0] * len(self._knots_s)
        for i in range(len(bends) - 2, -1, -1):
            bend = self._given[i] - self._passed_on[i] * bend
            bends[i] = bend
        knots_s = np.array(self._knots_s)
        return _evaluated(knots_s, np.array(self._values), np.array(bends), t_s)


def natural_spline(
    knots_s: NDArray[np.float64], values: NDArray[np.float64], t_s: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Read a natural cubic spline off.

    Parameters
    ----------
    knots_s : ndarray of float64, shape (n_knots,)
        Increasing, at least two.
    values : ndarray of float64, shape (n_knots,)
        What the curve goes through.
    t_s : ndarray of float64, shape (n,)
        Between the first knot and the last.

    Returns
    -------
    ndarray of float64, shape (n,)

    Raises
    ------
    ValueError
        If the shapes differ, there are fewer than two knots, a number is not finite, the knots
        do not increase, or a time lies outside them.
    """
    if knots_s.ndim != 1 or knots_s.shape != values.shape or knots_s.size < 2:
        msg = f"knots_s {knots_s.shape} and values {values.shape} must be equal, two or more"
        raise ValueError(msg)
    if not (np.isfinite(values).all() and (np.diff(knots_s) > 0).all()):
        msg = "knots must increase and their values be finite"
        raise ValueError(msg)
    if t_s.size and not (t_s.min() >= knots_s[0] and t_s.max() <= knots_s[-1]):
        msg = "a spline says nothing outside its knots"
        raise ValueError(msg)
    return _evaluated(knots_s, values, _bends(knots_s, values), t_s)


def _bends(knots_s: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Second derivative at each knot: what `GrowingSpline` finds, with what it can do at once."""
    width_s = np.diff(knots_s)
    turns = 6.0 * np.diff(np.diff(values) / width_s)
    twice_s = 2.0 * (width_s[:-1] + width_s[1:])
    given = passed_on = bend = 0.0
    forward: list[tuple[float, float]] = []
    widths_s = width_s.tolist()
    for before_s, after_s, both_s, turn in zip(
        widths_s, widths_s[1:], twice_s.tolist(), turns.tolist(), strict=False
    ):
        pivot_s = both_s - before_s * passed_on
        given = (turn - before_s * given) / pivot_s
        passed_on = after_s / pivot_s
        forward.append((given, passed_on))
    bends = [0.0]
    for given, passed_on in reversed(forward):
        bend = given - passed_on * bend
        bends.append(bend)
    bends.append(0.0)
    return np.array(bends[: knots_s.size])[::-1]


def _evaluated(
    knots_s: NDArray[np.float64],
    values: NDArray[np.float64],
    bends: NDArray[np.float64],
    t_s: NDArray[np.float64],
) -> NDArray[np.float64]:
    piece = np.searchsorted(knots_s[1:-1], t_s, side="right")
    width_s = np.diff(knots_s)
    slopes = np.diff(values) / width_s - width_s * (bends[1:] + 2.0 * bends[:-1]) / 6.0
    cubic = np.diff(bends) / (6.0 * width_s)
    since_s = t_s - knots_s[piece]
    result: NDArray[np.float64] = values[piece] + since_s * (
        slopes[piece] + since_s * (0.5 * bends[piece] + since_s * cubic[piece])
    )
    return result
