"""From a signal that goes up and down with the chest: breaths, their rate and how even they are.

Turning points, each accepted once the signal has come back from it by 0.3 times the usual
excursion. That scale follows the person, so neither the signal's unit nor its drift matters.

References
----------
Khodadad et al. (2018), Physiol. Meas. 39:094001 (threshold at 0.3 of the usual excursion).
Vlemincx et al. (2010), Psychophysiology 47:550 (coefficient of variation of breaths).
"""

from __future__ import annotations

from collections import deque
from math import exp, isnan, nan, sqrt
from statistics import fmean, median
from typing import TYPE_CHECKING, NamedTuple

from biofeedback.samples import Breath
from biofeedback.signal.measures import MEASURES, measured, missing

if TYPE_CHECKING:
    from collections.abc import Callable

    from biofeedback.samples import Metric

__all__ = ["NEEDED_BREATHS", "BreathSeries", "TurningPoints"]

THRESHOLD_SHARE = 0.3
MIN_PHASE_S = 0.8
MIN_BREATH_S = 1.0
MAX_BREATH_S = 30.0
RATE_BREATHS = 3
IRREGULARITY_BREATHS = 5

_LEARN_S = 3.0
_EXCURSIONS = 8
# When no turn has come for so long the breath may have become shallower: look closer.
_FADE_AFTER_S = 10.0
_FADE_S = 5.0
_LEAST_FADE = 0.1
_RANGE_BLOCK_S = 2.0
_RANGE_BLOCKS = 10
_STILL_S = 30.0
# To begin with, a breath is expected to take this long.
_EXPECTED_BREATH_S = 5.0
_UNEVEN = 0.3
# Of the way that the signal goes, so much has to be breathing for the full quality, or for any.
_DIRECT, _AIMLESS = 0.5, 0.15
# Longest of three breaths over the shortest: up to here a rhythm, from here on none.
_RHYTHM, _NO_RHYTHM = 1.5, 3.5
# With less there is no number to show.
_LEAST_QUALITY = 0.25

# Whole breaths that each measure needs.
NEEDED_BREATHS = {
    "breaths_per_min": RATE_BREATHS,
    "breath_irregularity_pct": IRREGULARITY_BREATHS,
    "breath_quality": RATE_BREATHS,
}
_COUNTING = "counting the first breaths"
_CHANGING = "the breath changes its pace just now"
_UNSTEADY = "something else than breath moves the sensor, too"


class _Turn(NamedTuple):
    t_s: float
    value: float


class TurningPoints:
    """Finds where a signal turns, against a scale that it learns from the signal.

    Parameters
    ----------
    t_s, value
        The first sample.
    range_share
        The scale is no smaller than this share of the range in which the signal moved during
        the last 20 s: for signals without drift, so that noise once taken for breath does not
        set the scale for good.
    before
        Turning points of the same signal before an interruption, whose scale still holds.
    """

    def __init__(
        self,
        t_s: float,
        value: float,
        range_share: float = 0.0,
        before: TurningPoints | None = None,
    ) -> None:
        here = _Turn(t_s, value)
        self._began_s = t_s
        self._low = self._high = here
        # Lowest or highest point since the last turn.
        self._extreme = here
        # The samples before and after it, to place it between them.
        self._before = here
        self._after: _Turn | None = None
        self._last: _Turn | None = None
        self._is_rising: bool | None = None
        self._newest = here
        # Lowest and highest of each of the last blocks, and from when on the present one is.
        self._block_s = t_s
        self._block_low = self._block_high = value
        self._blocks: deque[tuple[float, float]] = deque(maxlen=_RANGE_BLOCKS)
        self._range_share = range_share
        self._least_scale = 0.0
        # Way up and down since the last turn, and as far as the extreme.
        self._way = self._way_to_extreme = 0.0
        self.excursions: deque[float] = before.excursions if before else deque(maxlen=_EXCURSIONS)
        self.ways: deque[float] = before.ways if before else deque(maxlen=_EXCURSIONS)

    @property
    def is_rising(self) -> bool:
        """True after a low turn: the signal is on its way up."""
        return self._is_rising is True

    @property
    def directness(self) -> float:
        """Way from turn to turn over the way that the signal went, 1 without any detour."""
        way = sum(self.ways)
        return min(sum(self.excursions) / way, 1.0) if way > 0 else 0.0

    def push(self, t_s: float, value: float) -> _Turn | None:
        """Take the next sample; return the turn that it confirms."""
        self._way += abs(value - self._newest.value)
        before, self._newest = self._newest, _Turn(t_s, value)
        if value < self._block_low:
            self._block_low = value
        elif value > self._block_high:
            self._block_high = value
        if t_s - self._block_s >= _RANGE_BLOCK_S:
            self._end_block(t_s, value)
        if self._is_rising is None:
            self._learn(_Turn(t_s, value))
            return None
        extreme = self._extreme
        if value > extreme.value if self._is_rising else value < extreme.value:
            self._move_extreme(before)
            self._way_to_extreme = self._way
            return None
        if self._after is None:
            self._after = self._newest
        last = self._last
        is_brief = last is not None and t_s - last.t_s < MIN_PHASE_S
        if is_brief or abs(value - extreme.value) <= self._threshold(t_s):
            return None
        if last is not None:
            self.excursions.append(abs(extreme.value - last.value))
            self.ways.append(self._way_to_extreme)
        self._last = extreme
        turn_s = self._summit_s()
        self._move_extreme(before)
        self._way -= self._way_to_extreme
        self._way_to_extreme = self._way
        self._is_rising = not self._is_rising
        return _Turn(turn_s, extreme.value)

    def _move_extreme(self, before: _Turn) -> None:
        self._before, self._extreme, self._after = before, self._newest, None

    def _summit_s(self) -> float:
        """Top of the parabola through the extreme and the samples beside it."""
        (left_s, left), (here_s, here) = self._before, self._extreme
        right_s, right = self._after or self._extreme
        rise, fall = here - left, here - right
        # Only where all three are as far apart as samples are.
        is_even = 0.5 < (here_s - left_s) / (right_s - here_s) < 2.0 if right_s > here_s else False
        if not is_even or rise + fall == 0.0:
            return here_s
        return here_s + (right_s - left_s) / 4.0 * (rise - fall) / (rise + fall)

    def _end_block(self, t_s: float, value: float) -> None:
        blocks = self._blocks
        blocks.append((self._block_low, self._block_high))
        lately = max(high for _, high in blocks) - min(low for low, _ in blocks)
        self._least_scale = self._range_share * lately
        self._block_s = t_s
        self._block_low = self._block_high = value

    def _learn(self, here: _Turn) -> None:
        if here.value < self._low.value:
            self._low = here
        if here.value > self._high.value:
            self._high = here
        if here.t_s - self._began_s < _LEARN_S or self._low.value == self._high.value:
            return
        # The later of the two extremes is where the signal last turned.
        self._is_rising = self._low.t_s > self._high.t_s
        self._last = self._low if self._is_rising else self._high
        self._before = self._extreme = here
        self._way = self._way_to_extreme = abs(here.value - self._last.value)

    def _threshold(self, t_s: float) -> float:
        if len(self.excursions) < RATE_BREATHS:
            usual = max(self._high.value - self._low.value, *self.excursions, 0.0)
        else:
            usual = median(self.excursions)
        usual = max(usual, self._least_scale)
        late_s = t_s - (self._last.t_s if self._last else self._began_s) - _FADE_AFTER_S
        fade = max(exp(-late_s / _FADE_S), _LEAST_FADE) if late_s > 0 else 1.0
        return THRESHOLD_SHARE * usual * fade


class BreathSeries:
    """Breaths of one signal, and what they say: rate, irregularity, quality.

    Parameters
    ----------
    source
        The stream's name, as in `Metric.source`.
    lag_s
        Given the usual length of a breath in seconds (5 until known), how late the filters
        before this show a turn; negative where they show it early.
    still, uneven
        Words for no movement, and for excursions of very different size.
    range_share
        As for `TurningPoints`.
    least_excursion
        In the signal's unit: smaller ones are noise, not breath.
    knows_in
        Whether the signal rises with the in-breath. Where it may as well fall, a breath still
        has its length, but `Breath.inhale_end_s` is ``nan``.
    """

    def __init__(
        self,
        source: str,
        lag_s: Callable[[float], float],
        *,
        still: str,
        uneven: str,
        range_share: float = 0.0,
        least_excursion: float = 0.0,
        knows_in: bool = True,
    ) -> None:
        self._source = source
        self._lag_s = lag_s
        self._still = still
        self._uneven = uneven
        self._range_share = range_share
        self._least_excursion = least_excursion
        self._knows_in = knows_in
        self._restart(nan, nan)

    def _restart(self, t_s: float, value: float) -> None:
        self._turns = TurningPoints(t_s, value, self._range_share)
        self._heard_s = t_s
        self._last_s = t_s
        self._forget()

    def _forget(self) -> None:
        self._turned_s = self._onset_s = self._inhale_end_s = nan
        self._durations_s: deque[float] = deque(maxlen=RATE_BREATHS)
        # Of the last minute, at most 60 since none is shorter than a second.
        self._recent: deque[tuple[float, float]] = deque()

    @property
    def usual_excursion(self) -> float:
        """Median way from turn to turn, ``nan`` before three are known."""
        excursions = self._turns.excursions
        return median(excursions) if len(excursions) >= RATE_BREATHS else nan

    @property
    def _is_faint(self) -> bool:
        return self.usual_excursion < self._least_excursion

    def restart(self, t_s: float, value: float) -> list[Breath | Metric]:
        """Begin anew with a first sample, knowing nothing."""
        self._restart(t_s, value)
        return self._without(t_s)

    def resume(self, t_s: float, value: float) -> list[Breath | Metric]:
        """Go on after a short interruption: no breath crosses it, those before it count."""
        self._turns = TurningPoints(t_s, value, self._range_share, self._turns)
        self._heard_s = self._last_s = t_s
        self._turned_s = self._onset_s = self._inhale_end_s = nan
        return self.waiting(t_s)

    def push(self, t_s: float, value: float, trust: float = 1.0) -> list[Breath | Metric]:
        """Take the next sample; return a breath that ended, and what follows from it.

        Parameters
        ----------
        t_s, value
            The filtered signal.
        trust
            0 to 1, what is known of the signal elsewhere: quality is no higher.
        """
        is_new_second = t_s // 1.0 > self._last_s
        self._last_s = t_s
        turn = self._turns.push(t_s, value)
        if turn is not None:
            self._heard_s = t_s
            if self._turns.is_rising:
                return self._breathed(t_s, turn.t_s, trust)
            self._inhale_end_s = turn.t_s - self._lag_s(self._usual_s)
        if t_s - self._heard_s > _STILL_S:
            self._forget()
        if is_new_second and (len(self._durations_s) < RATE_BREATHS or isnan(self._turned_s)):
            return self._without(t_s)
        return []

    @property
    def _usual_s(self) -> float:
        return median(self._durations_s) if self._durations_s else _EXPECTED_BREATH_S

    def _breathed(self, t_s: float, turned_s: float, trust: float) -> list[Breath | Metric]:
        """One in-breath begins, so that the breath before it is complete."""
        duration_s = turned_s - self._turned_s
        onset_s, inhale_end_s = self._onset_s, self._inhale_end_s
        self._turned_s = turned_s
        is_breath = MIN_BREATH_S <= duration_s <= MAX_BREATH_S
        if is_breath:
            self._durations_s.append(duration_s)
            self._recent.append((turned_s, duration_s))
        elif not isnan(duration_s):
            self._durations_s.clear()
            self._recent.clear()
        # From the lengths before the lag is taken off, so that the lag cannot feed on itself.
        end_s = self._onset_s = turned_s - self._lag_s(self._usual_s)
        if not is_breath:
            return self._without(t_s)
        if self._is_faint:
            self._forget()
            return self._without(t_s)
        if not self._knows_in:
            inhale_end_s = nan
        breath = Breath(end_s, onset_s, inhale_end_s, self._source)
        if len(self._durations_s) < RATE_BREATHS:
            return [breath, *self._without(t_s)]
        quality, reason = self._quality(trust)
        if quality < _LEAST_QUALITY:
            return [breath, *self._without(t_s, reason)]
        rate = measured(
            t_s,
            "breaths_per_min",
            60.0 / self._usual_s,
            self._source,
            quality=quality,
            reason=reason,
            window_s=sum(self._durations_s),
        )
        of_signal = measured(t_s, "breath_quality", quality, self._source, reason=reason)
        return [breath, rate, self._irregularity(t_s, quality, reason), of_signal]

    def _quality(self, trust: float) -> tuple[float, str]:
        depths = list(self._turns.excursions)[-2 * RATE_BREATHS :]
        stretch = max(self._durations_s) / min(self._durations_s)
        quality, reason = min(
            (1.0, ""),
            (min(depths) / max(depths) / _UNEVEN, self._uneven),
            ((self._turns.directness - _AIMLESS) / (_DIRECT - _AIMLESS), _UNSTEADY),
            (trust, _UNSTEADY),
            ((_NO_RHYTHM - stretch) / (_NO_RHYTHM - _RHYTHM), _CHANGING),
        )
        return max(quality, 0.0), reason

    def _irregularity(self, t_s: float, quality: float, reason: str) -> Metric:
        recent = self._recent
        name = "breath_irregularity_pct"
        window_s = MEASURES[name].window_s
        while len(recent) > IRREGULARITY_BREATHS and recent[0][0] <= t_s - window_s:
            recent.popleft()
        n_to_go = IRREGULARITY_BREATHS - len(recent)
        if n_to_go > 0:
            wait_s = n_to_go * self._usual_s
            return missing(t_s, name, self._source, wait_s=wait_s, reason=_COUNTING)
        durations_s = [duration_s for _, duration_s in recent]
        mean_s = fmean(durations_s)
        squares = sum((duration_s - mean_s) ** 2 for duration_s in durations_s)
        return measured(
            t_s,
            name,
            100.0 * sqrt(squares / (len(durations_s) - 1)) / mean_s,
            self._source,
            quality=quality,
            reason=reason,
            window_s=sum(durations_s),
        )

    def waiting(self, t_s: float, before_s: float = 0.0) -> list[Breath | Metric]:
        """Return the measures as missing, with how long to wait.

        Parameters
        ----------
        t_s
            Now.
        before_s
            How long until breaths can be looked for at all; 0 once they are.
        """
        if before_s:
            self._forget()
        n_known = len(self._durations_s)
        results: list[Breath | Metric] = []
        for name, n_needed in NEEDED_BREATHS.items():
            # One more than are to come: the first in-breath seen begins the first whole breath.
            n_to_go = max(n_needed - n_known, 1) + isnan(self._turned_s)
            wait_s = before_s + n_to_go * self._usual_s
            results.append(missing(t_s, name, self._source, wait_s=wait_s, reason=_COUNTING))
        return results

    def _without(self, t_s: float, reason: str = "") -> list[Breath | Metric]:
        if not reason and (self._is_faint or t_s - self._heard_s > _STILL_S):
            reason = self._still
        if not reason:
            return self.waiting(t_s)
        return [missing(t_s, name, self._source, reason=reason) for name in NEEDED_BREATHS]
