"""Which peaks of an ECG's envelope are heartbeats.

A peak is judged once it is known to be the highest within 250 ms on either side: no two beats
are closer, and what is higher than its surroundings leaves P waves, T waves and single noise
behind; a T wave as high as the beat is told by its lesser slope. It is a beat when it is over a threshold between the usual beat and the usual noise, and
three times over the envelope's own median. Too long without a beat: the highest of what was
rejected is taken, at half the threshold, then at less. Four seconds without one: the
level is learnt anew from these, as at the start.

References
----------
Pan & Tompkins (1985), IEEE Trans. Biomed. Eng. 32:230-236 (two levels, T waves within 360 ms by slope,
search back after 1.66 intervals).
Hamilton & Tompkins (1986), IEEE Trans. Biomed. Eng. 33:1157-1165 (median of the last eight).
"""

from __future__ import annotations

from collections import deque
from math import sqrt
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Peak", "QrsDetector"]

REFRACTORY_S = 0.25
# At one beat a second; with the square root of the interval as the QT interval (Bazett 1920).
T_WAVE_S = 0.36
_T_WAVE_STRETCH = (0.8, 1.25)
T_WAVE_SHARE = 0.5
THRESHOLD_SHARE = 0.35
SEARCH_BACK_INTERVALS = 1.66
SEARCH_BACK_SHARES = (0.5, 0.25, 0.12)
LEARN_S = 4.0
# The floor is what the envelope is under for a third of the time: at 200 beats a minute half of it
# belongs to the beats. Noise alone has its highest peaks at 2.7 times the floor.
MIN_STANDING_OUT = 3.2
LEARN_STANDING_OUT = 4.5
# Beats twice in a row as much higher than usual are a new size, one alone is a movement.
SUDDEN_RISE = 3.0

# What looks unlike the usual beat, comes early and does not stand out from a noisy signal is
# part of the noise; in a clean signal the same is a premature beat, and counts.
MIN_LIKENESS = 0.4
EARLY_SHARE = 0.8
NOISY_STANDING_OUT = 13.0

_N_RECENT = 8
_NOISE_PART = 0.125
_MAX_NOISE_SHARE = 0.5
_FLOOR_SHARE = 1 / 3
_FLOOR_STEP = 0.024
_LEAST_FLOOR_SHARE = 1e-3
_START_INTERVAL_S = 1.0
_MAX_INTERVAL_S = 2.0


class Peak(NamedTuple):
    """A peak of the envelope.

    Parameters
    ----------
    sample
        Where it lies.
    height
        How high it is.
    standing_out
        Its height over the envelope's floor in the second around it; known once it is a beat.
    standing_out_of_usual
        The same over the floor as it usually is.
    """

    sample: int
    height: float
    standing_out: float = 0.0
    standing_out_of_usual: float = 0.0


class QrsDetector:
    """Decides peak by peak, 250 ms late.

    Parameters
    ----------
    rate_hz
        Sampling rate.
    stride
        Samples from one value of the envelope to the next.
    likeness
        How much the signal around a sample looks like the usual beat, -1 to 1; ``nan`` while
        that is not known.
    steepness
        Steepest slope of the signal around a sample; ``nan`` where it cannot be read.
    """

    def __init__(
        self,
        rate_hz: float,
        stride: int,
        likeness: Callable[[int], float],
        steepness: Callable[[int], float],
    ) -> None:
        self._stride = stride
        self._likeness = likeness
        self._steepness = steepness
        self._refractory = round(REFRACTORY_S * rate_hz)
        self._t_wave = round(T_WAVE_S * rate_hz)
        self._learn = round(LEARN_S * rate_hz)
        self._max_interval = round(_MAX_INTERVAL_S * rate_hz)
        self._start_interval = round(_START_INTERVAL_S * rate_hz)
        self._n_second = max(round(rate_hz / stride), 1)
        self._relearn_every = round(0.5 * rate_hz)
        self._heights: deque[float] = deque(maxlen=_N_RECENT)
        self._intervals: deque[int] = deque(maxlen=_N_RECENT)
        self._envelope: deque[float] = deque(maxlen=max(self._learn // stride, 1))
        self._signal = self._noise = 0.0
        self._floor = 0.0
        self._is_learnt = False
        self._rejected: deque[Peak] = deque(maxlen=64)
        # Heights from before a gap that came while learning.
        self._earlier: deque[float] = deque(maxlen=16)
        self.restart()

    def restart(self) -> None:
        """Begin anew at sample 0, after a gap. What a beat looks like is still known."""
        self._before = self._middle = 0.0
        self._best: Peak | None = None
        self._earlier.extend(peak.height for peak in self._rejected)
        self._rejected.clear()
        self._last: Peak | None = None
        self._learn_at = self._search_at = self._learn
        self._n_searches = 0
        if self._is_learnt:
            self._earlier.clear()
            self._envelope.clear()
        else:
            # Where packets are lost from the start, the level is learnt from what comes through.
            self._learn_at -= min(len(self._envelope) * self._stride, self._learn)

    def forget(self, sample: int = 0) -> None:
        """Begin anew with nothing known, from a sample on."""
        self._earlier.clear()
        self._envelope.clear()
        self._heights.clear()
        self._intervals.clear()
        self._is_learnt = False
        self.restart()
        self._learn_at = self._search_at = sample + self._learn

    def push(self, sample: int, height: float) -> list[Peak]:
        """Take the next value of the envelope; return the beats that are now known, in order."""
        before, middle = self._before, self._middle
        self._before, self._middle = middle, height
        self._envelope.append(height)
        # Up twice as often as down, by half as much.
        if height > self._floor:
            self._floor *= 1.0 + _FLOOR_SHARE * _FLOOR_STEP
        else:
            lower = self._floor * (1.0 - (1.0 - _FLOOR_SHARE) * _FLOOR_STEP)
            # What has fallen to nothing could not be multiplied up again.
            self._floor = max(lower, _LEAST_FLOOR_SHARE * self._signal)
        if middle > before and middle >= height:
            best = self._best
            if best is None or middle > best.height:
                self._best = Peak(sample - self._stride, middle)
        beats: list[Peak] = []
        if self._best is not None and sample - self._best.sample >= self._refractory:
            beats += self._judge(self._best)
            self._best = None
        if sample >= self._search_at:
            beats += self._search_back(sample)
        if sample >= self._learn_at:
            beats += self._learn_level(sample)
        return beats

    @property
    def _threshold(self) -> float:
        return self._noise + THRESHOLD_SHARE * (self._signal - self._noise)

    def _judge(self, peak: Peak) -> list[Peak]:
        if not self._is_learnt:
            self._rejected.append(peak)
            return []
        if self._is_t_wave(peak):
            return []
        if peak.height >= self._threshold:
            floor = self._floor_of_late()
            if peak.height >= MIN_STANDING_OUT * floor and not self._is_noise(peak):
                return [self._accept(peak, floor)]
            self._rejected.append(peak)
            return []
        self._rejected.append(peak)
        self._noise += _NOISE_PART * (peak.height - self._noise)
        self._noise = min(self._noise, _MAX_NOISE_SHARE * self._signal)
        return []

    def _is_t_wave(self, peak: Peak) -> bool:
        last = self._last
        if last is None:
            return False
        shortest, longest = _T_WAVE_STRETCH
        stretch = min(max(sqrt(self._interval / self._start_interval), shortest), longest)
        if peak.sample - last.sample >= self._t_wave * stretch:
            return False
        if peak.height < T_WAVE_SHARE * last.height:
            return True
        return self._steepness(peak.sample) < T_WAVE_SHARE * self._steepness(last.sample)

    def _floor_of_late(self) -> float:
        """The floor, or that of the last second where this is higher: noise sets in at once."""
        recent = sorted(list(self._envelope)[-self._n_second :])
        return max(self._floor, recent[int(_FLOOR_SHARE * len(recent))])

    def _is_noise(self, peak: Peak) -> bool:
        last = self._last
        return (
            last is not None
            and peak.height < NOISY_STANDING_OUT * self._floor
            and peak.sample - last.sample < EARLY_SHARE * self._interval
            and self._likeness(peak.sample) < MIN_LIKENESS
        )

    def _accept(self, peak: Peak, floor: float) -> Peak:
        last = self._last
        if last is not None and peak.sample - last.sample <= self._max_interval:
            self._intervals.append(peak.sample - last.sample)
        if last is not None and min(last.height, peak.height) > SUDDEN_RISE * self._signal:
            self._heights.clear()
            self._heights.append(last.height)
        self._heights.append(peak.height)
        self._signal = median(self._heights)
        self._last = peak
        self._drop_before(peak.sample + 1)
        self._n_searches = 0
        self._search_at = peak.sample + round(SEARCH_BACK_INTERVALS * self._interval)
        self._learn_at = peak.sample + self._learn
        if not 0.0 < self._floor <= floor:
            return peak
        return Peak(peak.sample, peak.height, peak.height / floor, peak.height / self._floor)

    @property
    def _interval(self) -> float:
        return median(self._intervals) if self._intervals else self._start_interval

    def _search_back(self, sample: int) -> list[Peak]:
        if not self._is_learnt or self._last is None:
            self._search_at = sample + self._learn
            return []
        share = SEARCH_BACK_SHARES[min(self._n_searches, len(SEARCH_BACK_SHARES) - 1)]
        standing_out = LEARN_STANDING_OUT if self._n_searches else MIN_STANDING_OUT
        floor = self._floor_of_late()
        lowest = max(share * self._threshold, standing_out * floor)
        self._drop_before(sample - self._learn)
        found = max(self._rejected, key=_height, default=None)
        if found is None or found.height < lowest:
            self._n_searches += 1
            self._search_at = sample + round(0.5 * self._interval)
            return []
        if self._n_searches == 0:
            return [self._accept(found, floor)]
        # The beats have become smaller: all that were passed over on the way.
        self._heights.clear()
        self._heights.append(found.height)
        self._signal = found.height
        self._noise = 0.0
        return self._accept_all(0.5 * found.height, floor)

    def _accept_all(self, lowest: float, floor: float) -> list[Peak]:
        # Whether one is a T wave depends on the beat accepted just before it.
        return [
            self._accept(peak, floor)
            for peak in list(self._rejected)
            if peak.height >= lowest and not self._is_t_wave(peak)
        ]

    def _learn_level(self, sample: int) -> list[Peak]:
        """Learn how high beats are, from the last four seconds: two beats at the least."""
        self._learn_at = sample + self._relearn_every
        since = sample - self._learn
        self._drop_before(since)
        heights = sorted([*self._earlier, *(peak.height for peak in self._rejected)])
        if len(heights) < 2:
            return []
        # The highest may be one movement.
        level = heights[-2]
        floor = sorted(self._envelope)[int(_FLOOR_SHARE * len(self._envelope))]
        if not level > LEARN_STANDING_OUT * floor:
            return []
        self._floor = floor = max(floor, _LEAST_FLOOR_SHARE * level)
        self._heights.clear()
        self._heights.append(level)
        self._signal = level
        lower = [height for height in heights if height < _MAX_NOISE_SHARE * level]
        self._noise = median(lower) if lower else 0.0
        self._is_learnt = True
        return self._accept_all(max(self._threshold, MIN_STANDING_OUT * floor), floor)

    def _drop_before(self, sample: int) -> None:
        while self._rejected and self._rejected[0].sample < sample:
            self._rejected.popleft()


def _height(peak: Peak) -> float:
    return peak.height
