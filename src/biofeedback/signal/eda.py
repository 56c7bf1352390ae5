"""Skin conductance: its level, its responses (SCRs), and what is only a moved electrode.

A causal trough-to-peak detector. The signal passes a 1 Hz low-pass; a response begins where
its slope rises over 0.01 µS/s and peaks where the slope is no longer positive. It counts with
an amplitude of at least 0.03 µS and a rise of 0.5 to 6 s. The level is the median of the
last 30 s, the rate counts the responses of the last 60 s.

What no skin does is an artifact: values outside 0.05 to 60 µS, more than 10 µS in a second,
a fast fall, the same number for over 3 s, and a rise with the shape of a step. Around it, 5 s
on either side, nothing counts; a response that was published before is left as it is.

References
----------
Boucsein et al. (2012), Psychophysiology 49:1017-1034 (criteria for responses).
Kleckner et al. (2018), IEEE Trans. Biomed. Eng. 65:1460-1467 (range, slope and 5 s rules).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import floor, inf, isnan, nan
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from biofeedback.samples import Scr
from biofeedback.signal.lowpass import TwoPoleLowPass
from biofeedback.signal.measures import MEASURES, measured, missing

if TYPE_CHECKING:
    from biofeedback.samples import Metric

__all__ = ["ContactGuard", "EdaNode", "Response", "ResponseDetector"]

CUTOFF_HZ = 1.0
ONSET_SLOPE_PER_S = 0.01
MIN_AMPLITUDE_MICROSIEMENS = 0.03
MIN_RISE_S = 0.5
MAX_RISE_S = 6.0

# A second response on the shoulder of the first: the climb fell to this share of its steepest
# and then grew again by so much.
SHOULDER_SHARE = 0.5
SHOULDER_SLOPE_PER_S = 0.08

MIN_MICROSIEMENS = 0.05
MAX_MICROSIEMENS = 60.0
MAX_SLOPE_PER_S = 10.0
# A recovery takes seconds; a fall as fast as this is an electrode coming off.
MAX_FALL_PER_S = 1.0
MAX_FALL_SHARE_PER_S = 0.1
FLAT_S = 3.0
AROUND_S = 5.0
# Below this a response's rise is too few samples to tell it from a step: at 3 Hz as many are
# found as at 20 Hz less a twelfth, at 2 Hz two thirds, at 1 Hz none.
MIN_RESPONSE_RATE_HZ = 3.0
# Steepest slope over amplitude, as a share of what a step shows behind the filter: 3.6 /s at
# 20 Hz, where a response stays below 2 /s.
STEP_SHARPNESS_SHARE = 0.75

# Slopes of the raw signal are taken over so long, or noise would make them at high rates.
_SLOPE_SPAN_S = 0.05
_MAX_STEP_S = 1.0
_STEPS_BEFORE_GAP = 1.5
_MIN_VALID_SHARE = 0.8
_GOOD_SHARE = 0.95
_ROUNDING_S = 1e-9

_TOO_SPARSE = "this skin sensor measures too seldom to see single responses"
_UNSTEADY = "the skin sensor moved or has no steady contact"


class ContactGuard:
    """Tells when the raw signal does what no skin does."""

    def __init__(self) -> None:
        self._slope_from: tuple[float, float] | None = None
        self._same_since: tuple[float, float] | None = None

    def restart(self) -> None:
        """Forget the past, after a gap."""
        self._slope_from = self._same_since = None

    def is_artifact(self, t_s: float, sc_microsiemens: float) -> bool:
        """Take the next sample and judge it by the ones just before."""
        if not MIN_MICROSIEMENS <= sc_microsiemens <= MAX_MICROSIEMENS:
            self.restart()
            return True
        if self._slope_from is None or self._same_since is None:
            self._slope_from = self._same_since = (t_s, sc_microsiemens)
            return False
        if sc_microsiemens != self._same_since[1]:
            self._same_since = (t_s, sc_microsiemens)
        is_flat = t_s - self._same_since[0] > FLAT_S
        from_t_s, from_microsiemens = self._slope_from
        span_s = t_s - from_t_s
        if span_s < _SLOPE_SPAN_S - _ROUNDING_S:
            return is_flat
        self._slope_from = (t_s, sc_microsiemens)
        return is_flat or abs(sc_microsiemens - from_microsiemens) > MAX_SLOPE_PER_S * span_s


class Response(NamedTuple):
    """A rise that ended; ``is_sharp`` is True for one as steep as a step."""

    onset_s: float
    peak_s: float
    amplitude_microsiemens: float
    is_sharp: bool

    @property
    def rise_time_s(self) -> float:
        """Onset to peak."""
        return self.peak_s - self.onset_s

    @property
    def is_step(self) -> bool:
        """True for the shape of an electrode that moved."""
        is_large = self.amplitude_microsiemens >= MIN_AMPLITUDE_MICROSIEMENS
        return is_large and self.is_sharp

    @property
    def counts(self) -> bool:
        """True for a skin conductance response."""
        is_large = self.amplitude_microsiemens >= MIN_AMPLITUDE_MICROSIEMENS
        return is_large and MIN_RISE_S <= self.rise_time_s <= MAX_RISE_S and not self.is_step


@dataclass(slots=True)
class _Rise:
    max_sharpness_per_s: float
    onset_s: float
    onset_microsiemens: float
    peak_s: float
    peak_microsiemens: float
    steepest_per_s: float
    # Where the climb was slowest since it was steepest.
    slack_s: float = nan
    slack_microsiemens: float = nan
    slackest_per_s: float = inf

    def end(self, peak_s: float, peak_microsiemens: float) -> Response:
        """Give the response that ends at a point."""
        amplitude = peak_microsiemens - self.onset_microsiemens
        is_sharp = self.steepest_per_s > self.max_sharpness_per_s * amplitude
        return Response(self.onset_s, peak_s, amplitude, is_sharp)

    def end_at_slack(self) -> Response:
        """Give the response that ends where the climb was slowest."""
        return self.end(self.slack_s, self.slack_microsiemens)


class ResponseDetector:
    """Follows the slope from onset to peak.

    Parameters
    ----------
    max_sharpness_per_s
        Steepest slope over amplitude from which on a rise is a step.
    """

    def __init__(self, max_sharpness_per_s: float) -> None:
        self._max_sharpness_per_s = max_sharpness_per_s
        self._rise: _Rise | None = None
        # Where the slope last was not rising.
        self._foot: tuple[float, float] | None = None

    def restart(self) -> None:
        """Drop a rise that has begun."""
        self._rise = self._foot = None

    def push(self, t_s: float, sc_microsiemens: float, slope_per_s: float) -> Response | None:
        """Take the next filtered sample and its slope; return a rise that has just ended."""
        if self._rise is None:
            if slope_per_s <= ONSET_SLOPE_PER_S:
                self._foot = (t_s, sc_microsiemens)
            elif self._foot is not None:
                self._rise = _Rise(
                    self._max_sharpness_per_s, *self._foot, t_s, sc_microsiemens, slope_per_s
                )
            return None
        rise = self._rise
        if slope_per_s <= 0:
            self._rise, self._foot = None, (t_s, sc_microsiemens)
            return rise.end(rise.peak_s, rise.peak_microsiemens)
        rise.peak_s, rise.peak_microsiemens = t_s, sc_microsiemens
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
            self._rise = _Rise(
                self._max_sharpness_per_s,
                rise.slack_s,
                rise.slack_microsiemens,
                t_s,
                sc_microsiemens,
                slope_per_s,
            )
            return response
        if t_s - rise.onset_s > MAX_RISE_S:
            # A slow climb of the level; what rises out of it begins anew.
            self._rise, self._foot = None, (t_s, sc_microsiemens)
        return None


class _Seconds:
    """One level for each of the last 60 s, ``nan`` where it cannot be trusted."""

    def __init__(self) -> None:
        self._levels: deque[tuple[int, float]] = deque(maxlen=60)
        self._began = 0

    def add(self, second: int, level: float) -> None:
        if not self._levels or second - self._levels[-1][0] > 60:
            self._levels.clear()
            self._began = second
        self._levels.append((second, level))

    def distrust_since(self, t_s: float) -> None:
        for i, (second, _) in enumerate(self._levels):
            if second + 1 > t_s:
                self._levels[i] = (second, nan)

    def of_last(self, window_s: float) -> list[float]:
        """Levels that can be trusted."""
        first = self._levels[-1][0] - window_s + 1
        return [level for second, level in self._levels if second >= first and not isnan(level)]

    def elapsed_s(self) -> int:
        """Seconds since the signal began, or began anew after a minute's silence."""
        return self._levels[-1][0] - self._began + 1

    def wait_s(self, window_s: float) -> float:
        """Seconds until enough of a window can be trusted, if all goes well."""
        now = self._levels[-1][0]
        trusted = [second for second, level in self._levels if not isnan(level)]
        wait = max(int(window_s) - self.elapsed_s(), 0)
        needed = _MIN_VALID_SHARE * window_s
        while sum(second > now + wait - window_s for second in trusted) + wait < needed:
            wait += 1
        return float(wait)


class EdaNode:
    """Level, responses and quality of one sensor's skin conductance.

    Parameters
    ----------
    source
        The sensor's id.
    rate_hz
        Nominal sampling rate, ``None`` where samples come irregularly.
    """

    def __init__(self, source: str, rate_hz: float | None) -> None:
        self._source = source
        self._max_step_s = _STEPS_BEFORE_GAP / rate_hz if rate_hz else _MAX_STEP_S
        self._filter = TwoPoleLowPass(CUTOFF_HZ)
        self._guard = ContactGuard()
        sharpness_per_s = self._filter.steepest_of_step(1.0 / rate_hz if rate_hz else 0.0)
        self._detector = ResponseDetector(STEP_SHARPNESS_SHARE * sharpness_per_s)
        self._seconds = _Seconds()
        self._peaks_s: deque[float] = deque(maxlen=256)
        self._last_t_s = nan
        self._distrusted_until_s = -1.0
        self._is_running = False
        self._sees_responses = rate_hz is None or rate_hz >= MIN_RESPONSE_RATE_HZ

    def push(self, t_s: float, sc_microsiemens: float) -> list[Scr | Metric]:
        """Take the next sample; return responses and, once a second, measures."""
        results: list[Scr | Metric] = []
        if floor(t_s) > self._last_t_s:
            results += self._close_second(floor(self._last_t_s))
        step_s = t_s - self._last_t_s
        self._last_t_s = t_s
        if step_s > self._max_step_s:
            self._restart()
        if self._guard.is_artifact(t_s, sc_microsiemens):
            self._distrust(t_s)
            if not MIN_MICROSIEMENS <= sc_microsiemens <= MAX_MICROSIEMENS:
                self._is_running = False
                return results
        if not self._is_running:
            self._filter.restart(sc_microsiemens)
            self._is_running = True
            return results
        level = self._filter.push(sc_microsiemens, step_s)
        slope_per_s = self._filter.slope
        if slope_per_s < -max(MAX_FALL_PER_S, MAX_FALL_SHARE_PER_S * level):
            self._distrust(t_s)
        if t_s < self._distrusted_until_s:
            return results
        response = self._detector.push(t_s, level, slope_per_s)
        if response is not None:
            results += self._judge(t_s, response)
        return results

    def _judge(self, t_s: float, response: Response) -> list[Scr]:
        if response.is_step:
            self._distrust(t_s)
        if not response.counts or not self._sees_responses:
            return []
        delay_s = self._filter.delay_s
        self._peaks_s.append(response.peak_s - delay_s)
        return [
            Scr(
                t_s,
                response.onset_s - delay_s,
                response.peak_s - delay_s,
                response.amplitude_microsiemens,
                response.rise_time_s,
                self._source,
            )
        ]

    def _restart(self) -> None:
        """After a gap nothing before it counts."""
        self._is_running = False
        self._guard.restart()
        self._detector.restart()

    def _distrust(self, t_s: float) -> None:
        """Leave out what lies around an artifact."""
        self._distrusted_until_s = t_s + AROUND_S
        self._detector.restart()
        self._seconds.distrust_since(t_s - AROUND_S)

    def _close_second(self, second: int) -> list[Metric]:
        is_trusted = self._is_running and second >= self._distrusted_until_s
        self._seconds.add(second, self._filter.value if is_trusted else nan)
        end_s = second + 1.0
        reason = "" if is_trusted else _UNSTEADY
        return [self._level(end_s, reason), self._rate(end_s, reason), self._quality(end_s)]

    def _level(self, end_s: float, reason: str) -> Metric:
        name = "scl_microsiemens"
        window_s = MEASURES[name].window_s
        if (wait_s := self._seconds.wait_s(window_s)) > 0:
            return missing(end_s, name, self._source, wait_s=wait_s, reason=reason)
        levels = self._seconds.of_last(window_s)
        quality = len(levels) / window_s
        return measured(
            end_s, name, median(levels), self._source, quality=quality, reason=_words(quality)
        )

    def _rate(self, end_s: float, reason: str) -> Metric:
        name = "scr_per_min"
        if not self._sees_responses:
            return missing(end_s, name, self._source, reason=_TOO_SPARSE)
        window_s = MEASURES[name].window_s
        if (wait_s := self._seconds.wait_s(window_s)) > 0:
            return missing(end_s, name, self._source, wait_s=wait_s, reason=reason)
        n_trusted = len(self._seconds.of_last(window_s))
        n_responses = sum(end_s - window_s < peak_s <= end_s for peak_s in self._peaks_s)
        quality = n_trusted / window_s
        return measured(
            end_s,
            name,
            60.0 * n_responses / n_trusted,
            self._source,
            quality=quality,
            reason=_words(quality),
        )

    def _quality(self, end_s: float) -> Metric:
        name = "skin_quality"
        window_s = min(MEASURES[name].window_s, float(self._seconds.elapsed_s()))
        share = len(self._seconds.of_last(window_s)) / window_s
        return measured(end_s, name, share, self._source, reason=_words(share), window_s=window_s)


def _words(share: float) -> str:
    return "" if share >= _GOOD_SHARE else _UNSTEADY
