"""Which rises of a pulse wave are beats: those alike, at a pace a heart can have.

While nothing is known, rises are gathered until the last five are alike in shape and size and
evenly spaced; only then are they beats, all five. From there on each rise is held against the
usual shape, size and interval. Where nothing fits for two intervals the search begins anew,
with three rises that have the known shape: so a change of size, of whatever factor, loses no beat.
Noise does not bring five alike in a row.

References
----------
Zong et al. (2003), Comput. Cardiol. 30:259-262 (beats by the slope of the rise, threshold from
the last ones).
Orphanidou et al. (2015), IEEE J. Biomed. Health Inform. 19:832-838 (likeness with the mean beat).
"""

from __future__ import annotations

from collections import deque
from itertools import pairwise
from math import isnan, nan, sqrt
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from biofeedback.signal.pulse_direction import PulseDirection
from biofeedback.signal.pulse_series import MIN_RR_S, Rise, alike_rises, rises_before
from biofeedback.signal.pulse_wave import GRID_HZ, SHAPE_AFTER_N

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from biofeedback.signal.pulse_wave import PulseLobe, PulseWave

__all__ = ["FoundPulse", "PulseTracker"]

_GATHER_S = 12.0
_SEEK_EVERY_S = 0.5

# A beat: at least so alike, and as large, as a share of the usual, as its likeness asks.
_ACCEPT_LIKENESS = 0.6
_ALIKE = 0.8
_NEED_ALIKE = 0.2
_NEED_UNLIKE = 0.4
_MAX_SIZE = 3.0
# Times since the beat before as shares of the usual interval. Before the first there is none,
# up to the second the reflected waves of the beat before have to be told apart.
_DEAD_SHARE = 0.4
_EARLY_SHARE = 0.75
_NEED_EARLY = 0.4
_EARLY_LIKENESS = 0.75
# Behind this a weaker one in between is looked for; behind the last all is searched anew.
_LATE_SHARE = 1.5
_HELD_SIZE = 0.15
_LOST_SHARE = 2.2
# Rises of this size that are no beats, and falls so much steeper than usual, are movement.
_INTRUDER_SIZE = 0.6
_FALL_RATIO = 2.0
# Likeness from worthless to flawless.
_LIKENESS = (0.5, 0.9)
_SIZE_PART = 0.2
_SHAPE_PART = 0.125
_TRUST_PART = 0.2
_MIN_TRUST = 0.35
# The sensor may sit differently after a disturbance: then five are needed again.
_FORGET_SHAPE_S = 10.0


class FoundPulse(NamedTuple):
    """A beat.

    Parameters
    ----------
    position
        The mark of its rise, in grid samples.
    height
        Of its rise.
    quality
        0 to 1: how like the usual pulse it is.
    follows
        Whether the time since the beat before is an interval: nothing disturbed it.
    """

    position: float
    height: float
    quality: float
    follows: bool


class PulseTracker:
    """Finds beats among lobes.

    Parameters
    ----------
    wave
        That the lobes come from.
    """

    def __init__(self, wave: PulseWave) -> None:
        self._wave = wave
        self._pending: deque[PulseLobe] = deque()
        self._gathered: deque[Rise] = deque(maxlen=120)
        self.forget()

    def forget(self) -> None:
        """Know nothing of what pulses look like, not even which way they point."""
        self._direction = PulseDirection()
        self._forget_shape()
        self._intervals: deque[float] = deque(maxlen=7)
        self.restart()

    def _forget_shape(self) -> None:
        """Know only which way pulses point."""
        self._shape: NDArray[np.float64] | None = None
        self._size = self._fall = nan
        self._steepest = 0.0

    @property
    def sign(self) -> int:
        """1 for pulses that point up, -1 down, 0 while it is not known."""
        return self._direction.sign

    def restart(self) -> None:
        """Begin anew: search for beats, though their shape may be known."""
        self._clear()
        self.is_tracking = False
        self._last = nan
        self._searched = self._sought_from = 0.0
        self._trust = 1.0

    def resume(self, n_passed: float) -> None:
        """Go on behind a gap, where the wave's samples are numbered from 0 again.

        Parameters
        ----------
        n_passed
            Which number the sample that is now 0 would have.
        """
        self._clear()
        self._last -= n_passed
        self._searched = 0.0
        self._sought_from -= n_passed

    def _clear(self) -> None:
        self._pending.clear()
        self._gathered.clear()
        self._held: list[Rise] = []
        self._steepest = 0.0
        self._is_disturbed = True

    def push(self, lobe: PulseLobe) -> None:
        """Take the next lobe."""
        self._pending.append(lobe)

    def settle(self) -> list[FoundPulse]:
        """Return the beats that can now be told, in order."""
        found: list[FoundPulse] = []
        pending, wave = self._pending, self._wave
        while pending and round(pending[0].top) + SHAPE_AFTER_N <= wave.known:
            lobe = pending.popleft()
            shape = wave.shape(lobe)
            if shape is None:
                continue
            rise = Rise(lobe, shape, sqrt(lobe.slope) * sqrt(lobe.height))
            self._gathered.append(rise)
            if self.is_tracking:
                self._judge(rise, found)
        now = wave.known - SHAPE_AFTER_N
        if self.is_tracking and self._is_lost(now):
            self.is_tracking = False
            self._sought_from = now
        if not self.is_tracking:
            self._seek(now, found)
        return found

    @property
    def _rr(self) -> float:
        return median(self._intervals)

    def _is_lost(self, now: int) -> bool:
        return now - self._last > _LOST_SHARE * self._rr or self._trust < _MIN_TRUST

    def _judge(self, rise: Rise, found: list[FoundPulse]) -> None:
        lobe = rise.lobe
        if lobe.sign != self.sign:
            self._steepest = max(self._steepest, lobe.slope)
            return
        size = rise.size / self._size
        if size < _HELD_SIZE or self._shape is None:
            return
        since = lobe.top - self._last
        rr = self._rr
        likeness = float(self._shape @ rise.shape)
        if since < max(MIN_RR_S * GRID_HZ, _DEAD_SHARE * rr):
            # A second wave so early can be large; larger than a pulse it is not.
            if size > 1.0 and likeness < _ALIKE:
                self._intrude(likeness)
            return
        is_clear = likeness >= _ALIKE or not self._is_disturbed
        if is_clear and self._is_beat(size, likeness, since / rr):
            if since > _LATE_SHARE * rr:
                self._search_back(rise, rr, found)
            self._accept(rise, likeness, found)
            return
        if size >= _INTRUDER_SIZE:
            self._intrude(likeness)
        elif likeness >= _EARLY_LIKENESS:
            self._held.append(rise)

    def _intrude(self, likeness: float) -> None:
        """What is as large as a pulse and is none makes the interval worthless."""
        self._is_disturbed = True
        self._trust += _TRUST_PART * (min(max(likeness, 0.0), 0.5) - self._trust)

    @staticmethod
    def _is_beat(size: float, likeness: float, since: float) -> bool:
        if size > _MAX_SIZE or likeness < _ACCEPT_LIKENESS:
            return False
        if since < _EARLY_SHARE:
            return size >= _NEED_EARLY and likeness >= _EARLY_LIKENESS
        return size >= (_NEED_ALIKE if likeness >= _ALIKE else _NEED_UNLIKE)

    def _search_back(self, rise: Rise, rr: float, found: list[FoundPulse]) -> None:
        """Take a weak pulse for the beat that is missing."""
        between = [
            held
            for held in self._held
            if held.lobe.top - self._last > 0.5 * rr and rise.lobe.top - held.lobe.top > 0.5 * rr
        ]
        if between and self._shape is not None:
            best = max(between, key=lambda held: held.size)
            self._accept(best, float(self._shape @ best.shape), found)

    def _accept(self, rise: Rise, likeness: float, found: list[FoundPulse]) -> None:
        low, high = _LIKENESS
        quality = min(max((likeness - low) / (high - low), 0.0), 1.0)
        follows = not self._is_disturbed and self._steepest <= _FALL_RATIO * self._fall
        if follows:
            self._intervals.append(rise.lobe.top - self._last)
        found.append(FoundPulse(rise.lobe.mark, rise.lobe.height, quality, follows))
        self._learn(rise, quality)

    def _learn(self, rise: Rise, quality: float) -> None:
        self._last = rise.lobe.top
        self._held.clear()
        self._is_disturbed = False
        self._trust += _TRUST_PART * (quality - self._trust)
        steepest, self._steepest = self._steepest, 0.0
        self._fall += _SIZE_PART * (min(steepest, 2.0 * self._fall) - self._fall)
        self._size += _SIZE_PART * (min(rise.size, 2.0 * self._size) - self._size)
        if self._shape is not None and quality > 0.0:
            shape = self._shape + _SHAPE_PART * quality * (rise.shape - self._shape)
            self._shape = shape / sqrt(float(shape @ shape))

    def _seek(self, now: int, found: list[FoundPulse]) -> None:
        if now - self._searched < _SEEK_EVERY_S * GRID_HZ:
            return
        self._searched = now
        if self._shape is not None and now - self._sought_from > _FORGET_SHAPE_S * GRID_HZ:
            self._forget_shape()
        gathered = self._gathered
        while gathered and now - gathered[0].lobe.top > _GATHER_S * GRID_HZ:
            gathered.popleft()
        after = MIN_RR_S * GRID_HZ + (-1.0 if isnan(self._last) else self._last)
        new = [rise for rise in gathered if rise.lobe.top > after]
        alike = {
            sign: alike_rises([r for r in new if r.lobe.sign == sign], now, self._shape)
            for sign in ((self.sign,) if self.sign else (1, -1))
        }
        for sign, series in alike.items():
            if series:
                self._weigh_direction(sign, series)
                break
        if series := alike.get(self.sign, []):
            self._lock(series, new, found)

    def _weigh_direction(self, sign: int, series: list[Rise]) -> None:
        """Weigh which way pulses point, by some found to be alike in one direction."""
        known = self.sign
        self._direction.weigh(
            sign,
            median(rise.lobe.slope for rise in series),
            self._steepest_fall(sign, series),
            self._wave.skew(self._wave.known - round(series[0].lobe.top)),
        )
        if self.sign != known:
            self._forget_shape()

    def _steepest_fall(self, sign: int, beats: list[Rise]) -> float:
        """Usual slope of the steepest way back between beats."""
        tops = [rise.lobe.top for rise in beats]
        falls = [rise.lobe for rise in self._gathered if rise.lobe.sign != sign]
        steepest = [
            max((fall.slope for fall in falls if begin < fall.top < end), default=0.0)
            for begin, end in pairwise(tops)
        ]
        return max(median(steepest), 1e-9 * beats[0].lobe.slope)

    def _lock(self, series: list[Rise], new: list[Rise], found: list[FoundPulse]) -> None:
        """Take pulses that are certain for beats, and what led up to them and followed."""
        self.is_tracking = True
        self._is_disturbed = True
        self._trust = 1.0
        self._held.clear()
        self._intervals.clear()
        self._size = median(rise.size for rise in series)
        self._fall = self._steepest_fall(self.sign, series)
        if self._shape is None:
            shape = np.sum([rise.shape for rise in series], axis=0)
            self._shape = shape / sqrt(float(shape @ shape))
        pulses = [rise for rise in reversed(new) if rise.lobe.sign == self.sign]
        for rise in [*rises_before(pulses, series, self._shape), *series]:
            self._steepest = self._fall
            self._accept(rise, float(self._shape @ rise.shape), found)
        # Those behind the last were looked at before it was known.
        last = series[-1].lobe.top
        for rise in [rise for rise in self._gathered if rise.lobe.top > last]:
            self._judge(rise, found)
