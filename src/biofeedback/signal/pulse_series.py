"""Rises that are pulses because there are several in a row, all alike.

While nothing is known of a pulse, only this tells it from noise: five rises, each like the one
before, of about one size, at the pace of a heart, and nothing as large between them.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from biofeedback.signal.pulse_wave import GRID_HZ, PulseLobe

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["MAX_RR_S", "MIN_RR_S", "Rise", "alike_rises", "rises_before"]

# Hearts from 30 to 220 beats a minute.
MIN_RR_S = 0.27
MAX_RR_S = 2.0
# With a known shape three will do.
N_TO_BEGIN = 5
N_TO_RESUME = 3

_LIKENESS = 0.8
_MEAN_LIKENESS = 0.9
_RR_RATIO = 1.7
_SIZE_RATIO = 2.5
# What is larger than the first, else the second share of the largest has to be one of them.
_SHARES = (0.45, 0.65)

# Going back from the first of them: steps as shares of the mean interval, and sizes.
_NEAR_SHARE = 0.6
_FAR_SHARE = 1.5
_SIZES = (0.4, 2.5)


class Rise(NamedTuple):
    """A rise (or fall, where pulses point down).

    Parameters
    ----------
    lobe
        Of the slope.
    shape
        Slope about it, of length 1.
    size
        Geometric mean of steepest slope and height.
    """

    lobe: PulseLobe
    shape: NDArray[np.float64]
    size: float


def alike_rises(rises: Sequence[Rise], now: float, shape: NDArray[np.float64] | None) -> list[Rise]:
    """Return the last few rises if they cannot be anything but pulses, none otherwise.

    Parameters
    ----------
    rises
        All in one direction, in order.
    now
        Grid sample up to which they are known.
    shape
        Of the pulse, ``None`` while it is not known.
    """
    latest = [rise.size for rise in rises if now - rise.lobe.top < MAX_RR_S * GRID_HZ]
    if latest:
        n_needed = N_TO_BEGIN if shape is None else N_TO_RESUME
        for share in _SHARES:
            last = _last_over(rises, share * max(latest), n_needed)
            if last and _are_even(last) and _have_one_shape(last, shape):
                return last
    return []


def _last_over(rises: Sequence[Rise], least: float, n_needed: int) -> list[Rise]:
    """Return the last few rises of a size, none if there are not as many."""
    last: list[Rise] = []
    for rise in reversed(rises):
        if rise.size < least:
            continue
        if last and last[-1].lobe.top - rise.lobe.top < MIN_RR_S * GRID_HZ:
            # Faster than any heart.
            return []
        last.append(rise)
        if len(last) == n_needed:
            return last[::-1]
    return []


def _are_even(rises: Sequence[Rise]) -> bool:
    steps = [b.lobe.top - a.lobe.top for a, b in pairwise(rises)]
    sizes = [rise.size for rise in rises]
    longest = min(_RR_RATIO * min(steps), MAX_RR_S * GRID_HZ)
    return max(steps) <= longest and max(sizes) <= _SIZE_RATIO * min(sizes)


def _have_one_shape(rises: Sequence[Rise], shape: NDArray[np.float64] | None) -> bool:
    likeness = [float(a.shape @ b.shape) for a, b in pairwise(rises)]
    if shape is not None:
        likeness += [float(shape @ rise.shape) for rise in rises]
    return min(likeness) >= _LIKENESS and sum(likeness) >= _MEAN_LIKENESS * len(likeness)


def rises_before(
    rises: Iterable[Rise], series: Sequence[Rise], shape: NDArray[np.float64]
) -> list[Rise]:
    """Return the pulses that led up to a series of them.

    Parameters
    ----------
    rises
        In the direction of the pulses, the last first.
    series
        Pulses in a row, at least two.
    shape
        Of the pulse.
    """
    tops = [rise.lobe.top for rise in series]
    sizes = [rise.size for rise in series]
    rr, size = (tops[-1] - tops[0]) / (len(tops) - 1), sum(sizes) / len(sizes)
    before: list[Rise] = []
    next_top = tops[0]
    for rise in rises:
        since = (next_top - rise.lobe.top) / rr
        if since < _NEAR_SHARE:
            continue
        if since > _FAR_SHARE:
            break
        share = rise.size / size
        if share >= _SIZES[0]:
            if share > _SIZES[1] or float(shape @ rise.shape) < _LIKENESS:
                # As large as a pulse and none: what was before is another matter.
                break
            before.append(rise)
            next_top = rise.lobe.top
    return before[::-1]
