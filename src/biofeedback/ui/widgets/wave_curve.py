"""The line through the points of the heart's wave.

A monotone cubic (Fritsch and Carlson 1980, SIAM J. Numer. Anal. 17:238-246): it never swings
beyond the beats it joins.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from biofeedback.ui.widgets.wave_points import WavePoint

__all__ = ["curve_paths"]


def curve_paths(
    points: Sequence[WavePoint],
    spot: Callable[[WavePoint], QPointF],
    *,
    from_s: float,
    until_s: float,
) -> Iterator[QPainterPath]:
    """Yield one path for each unbroken run of beats, only of what lies between two times.

    Parameters
    ----------
    points
        Oldest first, also those before ``from_s``: the two beats before it fix the slope with
        which the line goes on, so that a curve painted in pieces is that painted at once.
    spot
        Returns where a point lies in the picture.
    from_s
        The line up to here stands already: pieces that end at it or before are left out.
    until_s
        Pieces that end after it are left out.
    """
    start = 0
    # Two beats before the first new piece fix its slope; older ones change nothing.
    while start + 2 < len(points) and points[start + 2].t_s <= from_s:
        start += 1
    spots = [spot(point) for point in points[start:]]
    joined = [p.is_joined for p in points[start:]]
    slopes = _slopes(spots, joined)
    path = QPainterPath()
    for place in range(1, len(spots)):
        point = points[start + place]
        if point.t_s <= from_s or point.t_s > until_s:
            continue
        if not joined[place]:
            if not path.isEmpty():
                yield path
            path = QPainterPath()
            if place + 1 >= len(spots) or not joined[place + 1]:
                # A beat alone is a dot: it was measured, and nothing joins it.
                path.addEllipse(QRectF(spots[place].x() - 0.5, spots[place].y() - 0.5, 1, 1))
                yield path
                path = QPainterPath()
            continue
        before, here = spots[place - 1], spots[place]
        if path.isEmpty():
            path.moveTo(before)
        third = (here.x() - before.x()) / 3
        path.cubicTo(
            QPointF(before.x() + third, before.y() + third * slopes[place - 1]),
            QPointF(here.x() - third, here.y() - third * slopes[place]),
            here,
        )
    if not path.isEmpty():
        yield path


def _slopes(spots: Sequence[QPointF], joined: Sequence[bool]) -> list[float]:
    """Return the slope at each spot so that the cubic between two never leaves their range."""
    secants = [
        (after.y() - before.y()) / max(after.x() - before.x(), 1e-6)
        for before, after in pairwise(spots)
    ]
    slopes = [0.0] * len(spots)
    for place in range(1, len(spots) - 1):
        left, right = secants[place - 1], secants[place]
        if joined[place] and joined[place + 1] and left * right > 0:
            # The harmonic mean is within Fritsch and Carlson's bound of three secants.
            slopes[place] = 2 * left * right / (left + right)
    return slopes
