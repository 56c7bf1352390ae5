"""Which rises of a pulse wave are beats: those alike, at a pace a heart can have.

While nothing is known, rises are gathered until the last five are alike in shape and size and
evenly spaced; only then are they beats, all five. From there on each rise is held against the
usual shape, size and interval. Where nothing fits for two intervals the search begins anew,
with three rises that have the known shape: so a change of size, of whatever factor, loses no beat.
Noise does not bring five alike in a row.

Whether pulses point up or down is decided once, from their shape: the rise of the pressure in an
artery is steeper than its fall, and its summit sharper than its valley.

References
----------
Zong et al. (2003), Comput. Cardiol. 30:259-262 (beats by the slope of the rise, threshold from
the last ones).
Orphanidou et al. (2015), IEEE J. Biomed. Health Inform. 19:832-838 (likeness with the mean beat).
Elgendi (2016), Bioengineering 3:21 (skewness tells good pulses).
"""

from __future__ import annotations

from collections import deque
from itertools import pairwise
from math import isnan, log, nan, sqrt
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from biofeedback.signal.pulse_wave import GRID_HZ, SHAPE_AFTER_N, PulseLobe

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from biofeedback.signal.pulse_wave import PulseWave

__all__ = ["FoundPulse", "PulseTracker"]

# Hearts from 30 to 220 beats a minute.
MIN_RR_S = 0.27
MAX_RR_S = 2.0
_GATHER_S = 12.0

_N_TO_BEGIN = 5
_N_TO_RESUME = 3
_LOCK_LIKENESS = 0.8
_LOCK_MEAN_LIKENESS = 0.9
_LOCK_RR_RATIO = 1.7
_LOCK_SIZE_RATIO = 2.5
_LOCK_SHARES = (0.45, 0.65)

_ACCEPT_LIKENESS = 0.6
_ALIKE = 0.8
_NEED_ALIKE = 0.2
_NEED_UNLIKE = 0.4
_NEED_EARLY = 0.3
_EARLY_LIKENESS = 0.75
_EARLY_SHARE = 0.6
_DEAD_SHARE = 0.35
_MAX_SIZE = 3.0
_HELD_SIZE = 0.15
_LATE_SHARE = 1.5
_LOST_SHARE = 2.2
_INTRUDER_SIZE = 0.6
_FALL_RATIO = 2.0
# Likeness from worthless to flawless.
_LIKENESS = (0.5, 0.9)
_SIZE_PART = 0.2
_SHAPE_PART = 0.125
_TRUST_PART = 0.2
_MIN_TRUST = 0.35
_FORGET_SHAPE_S = 10.0

# What speaks for one direction: logarithm of how much steeper the rise is than the fall, and a
# part of the skewness of the height.
_VALUE_SKEW_WEIGHT = 0.25
_CLEAR_EVIDENCE = 0.3
_CONTRARY_EVIDENCE = 1.0
_MAX_EVIDENCE = 3.0
_N_EVIDENCE = 6


class FoundPulse(NamedTuple):
    """A beat.

    Parameters
    ----------
    position
        Steepest place of its rise, in grid samples.
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


class _Rise(NamedTuple):
    lobe: PulseLobe
    shape: NDArray[np.float64]
    size: float


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
        self._gathered: deque[_Rise] = deque(maxlen=120)
        self.forget()

    def forget(self) -> None:
        """Know nothing of what pulses look like, not even which way they point."""
        self.sign = 0
        self._evidence = 0.0
        self._n_evidence = 0
        self.forget_shape()
        self._intervals: deque[float] = deque(maxlen=7)
        self.restart()

    def forget_shape(self) -> None:
        """Know only which way pulses point."""
        self._shape: NDArray[np.float64] | None = None
        self.size = self._fall = nan
        self._steepest = 0.0

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
        self._held: list[_Rise] = []
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
            rise = _Rise(lobe, shape, sqrt(lobe.slope) * sqrt(lobe.height))
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

    def _judge(self, rise: _Rise, found: list[FoundPulse]) -> None:
        lobe = rise.lobe
        if lobe.sign != self.sign:
            self._steepest = max(self._steepest, lobe.slope)
            return
        size = rise.size / self.size
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

    def _search_back(self, rise: _Rise, rr: float, found: list[FoundPulse]) -> None:
        """Take a weak pulse for the beat that is missing."""
        between = [
            held
            for held in self._held
            if held.lobe.top - self._last > 0.5 * rr and rise.lobe.top - held.lobe.top > 0.5 * rr
        ]
        if between and self._shape is not None:
            best = max(between, key=lambda held: held.size)
            self._accept(best, float(self._shape @ best.shape), found)

    def _accept(self, rise: _Rise, likeness: float, found: list[FoundPulse]) -> None:
        low, high = _LIKENESS
        quality = min(max((likeness - low) / (high - low), 0.0), 1.0)
        follows = not self._is_disturbed and self._steepest <= _FALL_RATIO * self._fall
        if follows:
            self._intervals.append(rise.lobe.top - self._last)
        found.append(FoundPulse(rise.lobe.top, rise.lobe.height, quality, follows))
        self._learn(rise, quality)

    def _learn(self, rise: _Rise, quality: float) -> None:
        self._last = rise.lobe.top
        self._held.clear()
        self._is_disturbed = False
        self._trust += _TRUST_PART * (quality - self._trust)
        steepest, self._steepest = self._steepest, 0.0
        self._fall += _SIZE_PART * (min(steepest, 2.0 * self._fall) - self._fall)
        self.size += _SIZE_PART * (min(rise.size, 2.0 * self.size) - self.size)
        if self._shape is not None and quality > 0.0:
            shape = self._shape + _SHAPE_PART * quality * (rise.shape - self._shape)
            self._shape = shape / sqrt(float(shape @ shape))

    def _seek(self, now: int, found: list[FoundPulse]) -> None:
        if now - self._searched < 0.5 * GRID_HZ:
            return
        self._searched = now
        if self._shape is not None and now - self._sought_from > _FORGET_SHAPE_S * GRID_HZ:
            self.forget_shape()
        gathered = self._gathered
        while gathered and now - gathered[0].lobe.top > _GATHER_S * GRID_HZ:
            gathered.popleft()
        after = -1.0 if isnan(self._last) else self._last
        after += MIN_RR_S * GRID_HZ
        alike = {
            sign: self._alike(now, [r for r in gathered if r.lobe.sign == sign], after)
            for sign in ((self.sign,) if self.sign else (1, -1))
        }
        for sign, beats in alike.items():
            if beats:
                self._learn_sign(sign, beats)
                break
        if alike.get(self.sign):
            self._lock(alike[self.sign], after, found)

    def _learn_sign(self, sign: int, beats: list[_Rise]) -> None:
        """Weigh which way pulses point, by beats found to be alike in one direction."""
        rise = median(beat.lobe.slope for beat in beats)
        first = beats[0].lobe.top
        value_skew = self._wave.skew(self._wave.known - round(first))
        steeper = sign * log(rise / self._steepest_fall(sign, beats))
        evidence = self._evidence + steeper + _VALUE_SKEW_WEIGHT * value_skew
        self._evidence = min(max(evidence, -_MAX_EVIDENCE), _MAX_EVIDENCE)
        self._n_evidence += 1
        is_clear = abs(self._evidence) >= _CLEAR_EVIDENCE or self._n_evidence >= _N_EVIDENCE
        if self.sign == 0 and is_clear:
            self.sign = 1 if self._evidence >= 0.0 else -1
        elif self.sign * self._evidence < -_CONTRARY_EVIDENCE:
            self.forget_shape()
            self.sign = -self.sign

    def _steepest_fall(self, sign: int, beats: list[_Rise]) -> float:
        """Usual slope of the steepest way back between beats."""
        tops = [rise.lobe.top for rise in beats]
        falls = [rise.lobe for rise in self._gathered if rise.lobe.sign != sign]
        steepest = [
            max((fall.slope for fall in falls if begin < fall.top < end), default=0.0)
            for begin, end in pairwise(tops)
        ]
        return max(median(steepest), 1e-9 * beats[0].lobe.slope)

    def _alike(self, now: int, rises: list[_Rise], after: float) -> list[_Rise]:
        """Return the last few beats if they cannot be anything else, none otherwise."""
        recent = [rise for rise in rises if rise.lobe.top > after]
        latest = [rise.size for rise in recent if now - rise.lobe.top < MAX_RR_S * GRID_HZ]
        if latest:
            for share in _LOCK_SHARES:
                beats = self._last_over(recent, share * max(latest))
                if beats and _are_even(beats) and self._have_one_shape(beats):
                    return beats
        return []

    def _last_over(self, rises: list[_Rise], least: float) -> list[_Rise]:
        """Return the last few rises of a size, none if there are not as many."""
        n_needed = _N_TO_BEGIN if self._shape is None else _N_TO_RESUME
        beats: list[_Rise] = []
        for rise in reversed(rises):
            if rise.size < least:
                continue
            if beats and beats[-1].lobe.top - rise.lobe.top < MIN_RR_S * GRID_HZ:
                # Faster than any heart.
                return []
            beats.append(rise)
            if len(beats) == n_needed:
                return beats[::-1]
        return []

    def _have_one_shape(self, beats: list[_Rise]) -> bool:
        likeness = [float(a.shape @ b.shape) for a, b in pairwise(beats)]
        if self._shape is not None:
            likeness += [float(self._shape @ rise.shape) for rise in beats]
        mean = sum(likeness) / len(likeness)
        return min(likeness) >= _LOCK_LIKENESS and mean >= _LOCK_MEAN_LIKENESS

    def _lock(self, beats: list[_Rise], after: float, found: list[FoundPulse]) -> None:
        self.is_tracking = True
        self._is_disturbed = True
        self._trust = 1.0
        self._held.clear()
        self.size = median(rise.size for rise in beats)
        last = beats[-1].lobe.top
        self._fall = self._steepest_fall(self.sign, beats)
        self._steepest = 0.0
        if self._shape is None:
            shape = np.sum([rise.shape for rise in beats], axis=0)
            self._shape = shape / sqrt(float(shape @ shape))
        self._intervals.clear()
        for rise in [*self._before(beats, after), *beats]:
            self._steepest = self._fall
            self._accept(rise, float(self._shape @ rise.shape), found)
        # What followed the last of them while it was being looked at.
        for rise in [rise for rise in self._gathered if rise.lobe.top > last]:
            self._judge(rise, found)

    def _before(self, beats: list[_Rise], after: float) -> list[_Rise]:
        """Return the beats that led up to those that are certain."""
        tops = [rise.lobe.top for rise in beats]
        rr = (tops[-1] - tops[0]) / (len(tops) - 1)
        before: list[_Rise] = []
        next_top = tops[0]
        for rise in reversed(self._gathered):
            since = (next_top - rise.lobe.top) / rr
            if since < _EARLY_SHARE or rise.lobe.sign != self.sign or self._shape is None:
                continue
            if since > _LATE_SHARE or rise.lobe.top <= after:
                break
            size, likeness = rise.size / self.size, float(self._shape @ rise.shape)
            if likeness >= _ALIKE and _NEED_UNLIKE <= size <= 1.0 / _NEED_UNLIKE:
                before.append(rise)
                next_top = rise.lobe.top
        return before[::-1]


def _are_even(beats: list[_Rise]) -> bool:
    steps = [b.lobe.top - a.lobe.top for a, b in pairwise(beats)]
    sizes = [rise.size for rise in beats]
    longest = min(_LOCK_RR_RATIO * min(steps), MAX_RR_S * GRID_HZ)
    return max(steps) <= longest and max(sizes) <= _LOCK_SIZE_RATIO * min(sizes)
